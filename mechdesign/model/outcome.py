"""The outcome: what a mechanism chose, and how it came about."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Generic, Self

from mechdesign.errors import UndecidedError
from mechdesign.model.frozen import FrozenMap, freeze
from mechdesign.model.numbers import Number, as_number, show
from mechdesign.model.reference import Reference
from mechdesign.model.serialize import Document, serializable
from mechdesign.records import dataclass

if TYPE_CHECKING:
    # Defaults of type variables come with Python 3.13; an outcome that names no type is open.
    from typing_extensions import TypeVar

    from mechdesign.model.problem import AgentId, Problem
    from mechdesign.model.setting import Setting

    Choice = TypeVar("Choice", default=Any)
else:
    from typing import TypeVar

    Choice = TypeVar("Choice")

__all__ = ["Outcome", "Provenance"]

_MAX_AGENTS_SHOWN = 6


@serializable("model.Provenance")
@dataclass(frozen=True)
class Provenance:
    """How an outcome was computed.

    Parameters
    ----------
    mechanism : str
        Identifier of the mechanism.
    algorithm : str
        Which of its algorithms ran.
    exact : bool
        Whether every number is exact.
    tolerance : float, optional
        The stated tolerance of a floating-point computation.
    solver, status : str, optional
        The solver and what it answered.
    bound, gap : number, optional
        The proved bound on the objective and the distance to it; a gap of 0 is proved optimality.
    seed : int, optional
        The seed of a randomised computation.
    ties : str, optional
        Ties met and how they were broken.
    decisions : tuple of str
        What had to be decided about the input.
    reference : Reference, optional
        The source to cite.
    """

    mechanism: str = ""
    algorithm: str = ""
    exact: bool = True
    tolerance: float | None = None
    solver: str = ""
    status: str = ""
    bound: Number | None = None
    gap: Number | None = None
    seed: int | None = None
    ties: str = ""
    decisions: tuple[str, ...] = ()
    reference: Reference | None = None


@serializable("model.Outcome")
@dataclass(frozen=True)
class Outcome(Document, Generic[Choice]):
    """One deterministic decision of a mechanism.

    Two outcomes are equal when their choice, payments and cost are; how they were found does not
    count.

    Parameters
    ----------
    choice : hashable
        A location, an allocation, a ranking, a package.  Lists and dicts are frozen.  Its type is
        the parameter of the class, as in ``Outcome[Ranking]``.
    payments : mapping of agent to number, optional
        What each agent pays; None where the mechanism has no payments.
    cost : number, optional
        What the outcome costs.
    details : mapping of str to object, optional
        What else the mechanism reports: scores, margins, duals.
    provenance : Provenance, optional
        How it came about.
    problem, setting : optional
        The problem that was solved and the setting that values it; they give the utilities.

    Examples
    --------
    >>> Outcome([1, 2]).choice
    (1, 2)
    >>> Outcome(3) == Outcome(3, details={"note": "another way"})
    True
    """

    choice: Choice
    payments: Mapping[AgentId, Number] | None = None
    cost: Number | None = None
    details: Mapping[str, Any] = field(default_factory=FrozenMap, compare=False)
    provenance: Provenance = field(default=Provenance(), compare=False)
    problem: Problem | None = field(default=None, compare=False, repr=False)
    setting: Setting | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "choice", freeze(self.choice))
        if self.payments is not None:
            checked = FrozenMap(
                (agent, as_number(pay, f"payments[{agent!r}]", owner="Outcome"))
                for agent, pay in self.payments.items()
            )
            object.__setattr__(self, "payments", checked)
        if self.cost is not None:
            object.__setattr__(self, "cost", as_number(self.cost, "cost", owner="Outcome"))
        if not isinstance(self.details, FrozenMap):
            object.__setattr__(self, "details", FrozenMap(self.details))

    @property
    def utilities(self) -> FrozenMap[AgentId, Number]:
        """The utility of every agent, taking the reports as the truth.

        Raises
        ------
        UndecidedError
            If the outcome does not know its problem and setting.
        """
        if self.problem is None or self.setting is None:
            raise UndecidedError("this outcome has no problem and setting to value it by")
        values = self.setting.utilities(self.problem, self)
        return FrozenMap(zip(self.problem.agents, values, strict=True))

    def pay(self, agent: AgentId) -> Number:
        """What one agent pays, 0 where the mechanism has no payments for it."""
        return 0 if self.payments is None else self.payments.get(agent, 0)

    def with_provenance(self, **changes: Any) -> Outcome:
        """The same outcome with some fields of its provenance replaced."""
        return replace(self, provenance=replace(self.provenance, **changes))

    @classmethod
    def bare(cls, choice: Choice, problem: Problem, setting: Setting) -> Self:
        """An outcome of a choice that needs no check, and of nothing else.

        Examples
        --------
        >>> from mechdesign import facility
        >>> line = facility.line(0, 1)
        >>> Outcome.bare(1, line.problem([0, 1]), line) == Outcome(1)
        True
        """
        made = object.__new__(cls)
        made.__dict__.update(_BARE, choice=choice, problem=problem, setting=setting)
        return made

    def signed(
        self, mechanism: str, reference: Reference | None, problem: Problem, setting: Setting
    ) -> Self:
        """The same outcome with its origin, as far as it does not tell it itself."""
        how = self.provenance
        known = how.mechanism and (how.reference or reference is None)
        if known and self.problem is not None and self.setting is not None:
            return self
        made = object.__new__(type(self))
        how = replace(
            how, mechanism=how.mechanism or mechanism, reference=how.reference or reference
        )
        origin = {
            "provenance": how,
            "problem": problem if self.problem is None else self.problem,
            "setting": setting if self.setting is None else self.setting,
        }
        made.__dict__.update(self.__dict__, **origin)
        return made

    def explain(self, agent: AgentId | None = None) -> str:
        """Say in words what was chosen and what it means to one agent or to all.

        Parameters
        ----------
        agent : hashable, optional
            One agent; by default every agent gets a line.
        """
        name = self.provenance.mechanism or "The mechanism"
        lines = [f"{name} chose {show(self.choice)}."]
        if self.problem is not None and self.setting is not None:
            chosen = self.problem.agents if agent is None else [agent]
            lines += [self.setting.explain(self.problem, one, self) for one in chosen]
        if agent is None:
            lines += self._how()
        return "\n".join(lines)

    def cite(self) -> str:
        """The BibTeX entry of the mechanism, empty where it has none."""
        reference = self.provenance.reference
        return "" if reference is None else reference.bibtex()

    def _how(self) -> list[str]:
        how = self.provenance
        tolerance = "" if how.tolerance is None else f" within {how.tolerance:g}"
        parts = ["exact" if how.exact else f"floating point{tolerance}"]
        if how.algorithm:
            parts.append(f"algorithm {how.algorithm}")
        if how.solver:
            parts.append(f"{how.solver} {how.status}".strip())
        if how.bound is not None:
            parts.append(f"bound {show(how.bound)}")
        if how.gap is not None:
            parts.append(f"gap {show(how.gap)}")
        if how.seed is not None:
            parts.append(f"seed {how.seed}")
        if how.ties:
            parts.append(f"ties: {how.ties}")
        return ["; ".join(parts)]

    def _rows(self) -> list[tuple[str, str]]:
        rows = [("choice", show(self.choice))]
        if self.payments is not None:
            rows.append(("payments", _show_map(self.payments)))
        if self.cost is not None:
            rows.append(("cost", show(self.cost)))
        if self.problem is not None and self.setting is not None:
            if len(self.problem) <= 1000:
                # A random choice has no utilities where types are orders.
                with contextlib.suppress(UndecidedError):
                    rows.append(("utilities", _show_map(self.utilities)))
            else:
                rows.append(("agents", str(len(self.problem))))
        rows += [(name, _clip(show(value))) for name, value in list(self.details.items())[:3]]
        rows += [("computed", line) for line in self._how()]
        return rows[:9]

    def __repr__(self) -> str:
        title = (
            f"Outcome of {self.provenance.mechanism}" if self.provenance.mechanism else "Outcome"
        )
        return "\n".join([title, *(f"  {name:<10} {text}" for name, text in self._rows())])

    def _repr_html_(self) -> str:
        import html

        title = html.escape(self.provenance.mechanism or "Outcome")
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for name, text in self._rows()
        )
        return f"<table><caption>{title}</caption>{rows}</table>"


_BARE = {
    "payments": None,
    "cost": None,
    "details": FrozenMap[str, Any](),
    "provenance": Provenance(),
}


def _show_map(values: Mapping[Any, Number]) -> str:
    parts = [f"{key}: {show(value)}" for key, value in list(values.items())[:_MAX_AGENTS_SHOWN]]
    if len(values) > _MAX_AGENTS_SHOWN:
        parts.append(f"... ({len(values)} in all)")
    return _clip(", ".join(parts))


def _clip(text: str, limit: int = 200) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."
