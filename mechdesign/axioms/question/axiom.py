"""The axiom: written once against the model, whatever the family."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, TypeVar

from mechdesign.arrays import AnyArray
from mechdesign.axioms.question.choice_table import ChoiceTable
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.profiles import OutcomeArrays
from mechdesign.axioms.question.registry import AXIOMS, find
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Reference,
    Setting,
    mechanisms,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Axiom", "get_axiom", "list_axioms", "register_axiom"]

A = TypeVar("A", bound="type[Axiom]")


#: What a rule may choose at a problem.
Outcomes = Callable[[Problem], Sequence[Outcome]]


@dataclass(frozen=True, eq=False)
class Clash:
    """Pairs of outcomes that violate an axiom together, whatever is chosen elsewhere.

    Parameters
    ----------
    problem, variant : Problem
        The two problems.
    agents : tuple of agents
        Whom the violation is about.
    pairs : sequence of (int, int, number)
        Positions of an outcome at each problem, and by how much they violate the axiom.
    """

    problem: Problem
    variant: Problem
    agents: tuple[AgentId, ...]
    pairs: Sequence[tuple[int, int, Number]]


class Axiom(ABC):
    """A property that a mechanism has or lacks at every problem of a scope.

    An axiom is written down up to three times, each time in its own way: :meth:`verify` decides it
    at a witness from the definition, :meth:`violations` searches one problem, :meth:`by_arrays`
    (where there is one) decides all profiles of a size at once.  Subclasses are registered with
    :func:`register_axiom`.
    """

    #: Unambiguous identifier.
    id: ClassVar[str]
    #: Name to show.
    title: ClassVar[str]
    #: The definition in one sentence.
    statement: ClassVar[str]
    #: The family that it belongs to, empty for the axioms of every family.
    family: ClassVar[str] = ""
    #: Capabilities that the setting must have, all of them.
    needs: ClassVar[tuple[type, ...]] = ()
    #: Whether renaming the agents of a problem cannot create or remove a violation for an
    #: anonymous mechanism, so that one problem of each class is enough.  Used for an axiom of your
    #: own only if its class says it.
    symmetric: ClassVar[bool] = True
    #: The same for renaming the alternatives and a neutral mechanism.
    neutral: ClassVar[bool] = True
    #: Where the axiom comes from.
    reference: ClassVar[Reference | None] = None

    @abstractmethod
    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Every violation at one problem.

        Each elementary comparison is announced with ``ctx.count()``; a problem at which the axiom
        demands nothing announces none, so that a vacuous check is not mistaken for a proof.
        """

    @abstractmethod
    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """The gap at a witness, from the definition alone, sharing no code with the search.

        Returns
        -------
        number or None
            Positive if the axiom is violated there; None if the witness is not of this form.
        """

    def by_arrays(
        self, ctx: Evaluator, arrays: OutcomeArrays, n: int
    ) -> tuple[int, AnyArray] | None:
        """All profiles of n interchangeable agents at once.

        Returns
        -------
        tuple of int and array of bool, or None
            The number of comparisons, and whether each profile violates the axiom; of profiles
            that differ by renaming the alternatives one is enough, where the mechanism is neutral.
            None if the arrays do not suffice to tell.
        """
        return None

    def tabulated(self, ctx: Evaluator, table: ChoiceTable) -> Iterator[Violation] | None:
        """Violations in a table of all choices; None if the axiom needs more than that."""
        return None

    def clashes(
        self, ctx: Evaluator, problem: Problem, outcomes: Outcomes
    ) -> Iterator[Clash] | None:
        """What no rule may choose together at a problem and at another one.

        Asks nothing of the mechanism: `outcomes` lists what may be chosen at a problem.  None if
        the axiom does not say it this way.
        """
        return None

    def applies(self, setting: Setting) -> str:
        """Why the axiom cannot be checked in a setting; empty if it can."""
        missing = [need.__name__ for need in self.needs if not isinstance(setting, need)]
        if missing:
            return f"the setting {setting.id} lacks {', '.join(missing)}"
        return ""

    def describe(self, witness: Witness) -> str:
        """A witness in words."""
        chosen = witness.say(witness.before, witness.problem)
        text = f"At ({witness.profile()}) the mechanism chooses {chosen}"
        if witness.variant is not None:
            text += f", and {witness.say(witness.after, witness.variant)} at the other problem"
        return f"{text}: {self.title} fails by {show(witness.gap)}."

    def __repr__(self) -> str:
        return f"<axiom {self.id}>"


def register_axiom(cls: A) -> A:
    """Register an axiom class; it is used through its identifier from then on."""
    if not (isinstance(cls, type) and issubclass(cls, Axiom)):
        raise InvalidInputError("cls", "be a class of axioms", cls)
    known = type(AXIOMS.get(cls.id))
    if cls.id in AXIOMS and (known.__module__, known.__qualname__) != (
        cls.__module__,
        cls.__qualname__,
    ):
        # A cell of a notebook that is run again replaces its own axiom, and no other.
        raise InvalidInputError("id", f"be new: {known.__module__} has this axiom", cls.id)
    AXIOMS[cls.id] = cls()
    return cls


def get_axiom(axiom: str | Axiom) -> Axiom:
    """The axiom of an identifier.

    Parameters
    ----------
    axiom : str or Axiom
        An identifier such as ``"strategyproofness"``; an axiom is returned as it is.

    Raises
    ------
    InvalidInputError
        If there is no such axiom, or if the word is ambiguous; the message names the choices.

    Examples
    --------
    >>> get_axiom("strategyproofness")
    <axiom strategyproofness>
    >>> get_axiom("monotonicity")
    Traceback (most recent call last):
    ...
    mechdesign.errors.InvalidInputError: `axiom` must be unambiguous: one of \
allocation_monotonicity, candidate_monotonicity, resource_monotonicity; got 'monotonicity'
    """
    if isinstance(axiom, Axiom):
        return axiom
    if not isinstance(axiom, str):
        raise InvalidInputError("axiom", "be an axiom or its identifier", axiom)
    found: Axiom = find(axiom)
    return found


def list_axioms(family: str | None = None) -> list[Axiom]:
    """The generic axioms and those of one family, or of all families.

    Parameters
    ----------
    family : str, optional
        A family; by default all of them.

    Examples
    --------
    >>> "strategyproofness" in [axiom.id for axiom in list_axioms()]
    True
    """
    mechanisms(family)  # loads the families, which register theirs
    return [a for _, a in sorted(AXIOMS.items()) if family is None or a.family in ("", family)]
