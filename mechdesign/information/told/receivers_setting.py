"""The setting of receivers: a sender commits to what they are told about a state."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.information.numbers_read import distribution, matrix
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_list,
    as_number,
    as_numbers,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Message", "ReceiverData", "Receivers", "Structure", "prosecution", "receivers"]

Actions = tuple[int, ...]
Payoffs = tuple[tuple[Number, ...], ...]
_MOST_PROFILES = 100_000


@serializable("information.ReceiverData")
@dataclass(frozen=True)
class ReceiverData:
    """What a sender commits to say something about, and to whom.

    Parameters
    ----------
    prior : tuple of numbers, shape (states,)
        The chance of each state.
    actions : tuple of int
        How many actions each receiver has.
    sender : tuple of tuples of numbers, shape (profiles of actions, states)
        What the sender gets; profiles in the order of :func:`itertools.product`.
    alone : bool
        Whether what receivers get depends on their own actions only.
    """

    prior: tuple[Number, ...]
    actions: tuple[int, ...]
    sender: Payoffs
    alone: bool = True

    def profiles(self) -> Iterator[Actions]:
        """All profiles of actions, in the order of the payoffs."""
        return itertools.product(*map(range, self.actions))

    def position(self, actions: Actions) -> int:
        """The place of a profile among all."""
        place = 0
        for action, count in zip(actions, self.actions, strict=True):
            place = place * count + action
        return place


@serializable("information.Message")
@dataclass(frozen=True)
class Message:
    """One thing that a sender may say.

    Parameters
    ----------
    actions : tuple of int
        What it recommends to each receiver.
    probability : number
        How often it is said.
    posterior : tuple of numbers
        How likely each state is when it is said.
    """

    actions: Actions
    probability: Number
    posterior: tuple[Number, ...]


@serializable("information.Structure")
@dataclass(frozen=True)
class Structure:
    """An information structure: a distribution over messages.

    Parameters
    ----------
    messages : tuple of Message
        Those that are said with positive probability.
    public : bool
        Whether every receiver hears the whole message, or only what is recommended to it.
    """

    messages: tuple[Message, ...]
    public: bool = False


@serializable("information.Receivers")
@dataclass(frozen=True)
class Receivers(Setting[Payoffs, Structure]):
    """Receivers who act on what they are told: see :func:`receivers`."""

    id: ClassVar[str] = "information.receivers"
    public: ClassVar[bool] = True
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (ReceiverData,)

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read a persuasion problem.

        Parameters
        ----------
        data : mapping or path
            ``prior``; ``receiver``, a table with a row for each action and a column for each state,
            or ``receivers``, a list or a mapping by name of such tables; ``sender``, a table with a
            row for each profile of actions (the last receiver's changing fastest).  With
            ``actions``, the number of actions of each receiver, the tables of receivers may have a
            row for each profile of actions, too: then they play a game.  A file holds the same as
            JSON or YAML.
        """
        if options:
            raise InvalidInputError("options", "be left out", sorted(options))
        if isinstance(data, (str, PathLike)):
            from mechdesign.io.documents import read_document

            data = read_document(data)
        if not isinstance(data, Mapping):
            raise InvalidInputError("data", "be a mapping or a file", data)
        unknown = sorted(
            set(data) - {"prior", "receiver", "receivers", "sender", "actions"}, key=str
        )
        if unknown or ("receiver" in data) == ("receivers" in data):
            told = "have prior, sender, receiver (or receivers) and perhaps actions"
            raise InvalidInputError("data", told, unknown or sorted(data, key=str))
        prior = distribution(data.get("prior"), "prior")
        given = [data["receiver"]] if "receiver" in data else data["receivers"]
        named = given if isinstance(given, Mapping) else None
        listed = list(named.values()) if named is not None else as_list(given, "receivers")
        names = tuple(named) if named is not None else range(len(listed))
        tables = [
            matrix(table, f"receivers[{name!r}]", columns=len(prior))
            for name, table in zip(names, listed, strict=True)
        ]
        if not tables:
            raise InvalidInputError("receivers", "not be empty", given)
        counts = tuple(map(len, tables))
        if data.get("actions") is not None:
            chosen = as_list(data["actions"], "actions")
            counts = tuple(as_count(k, "actions", low=1) for k in chosen)
            if len(counts) != len(tables):
                raise InvalidInputError("actions", f"be {len(tables)} numbers", chosen)
        size = math.prod(counts)
        if size > _MOST_PROFILES:
            raise LimitReachedError(f"{size} profiles of actions are more than {_MOST_PROFILES:,}")
        sender = matrix(data.get("sender"), "sender", columns=len(prior), rows=size)
        alone = all(len(table) == k for table, k in zip(tables, counts, strict=True))
        if not alone and any(len(table) != size for table in tables):
            told = f"have a row for each of {size} profiles of actions"
            raise InvalidInputError("receivers", told, [len(table) for table in tables])
        return Problem(names, tuple(tables), ReceiverData(prior, counts, sender, alone))

    def check(self, problem: Problem) -> None:
        super().check(problem)
        data = problem.data
        for k, own in enumerate(problem.types):
            rows = data.actions[k] if data.alone else math.prod(data.actions)
            if not isinstance(own, tuple) or len(own) != rows:
                raise InvalidInputError(f"types[{k}]", f"have {rows} rows", own)

    def payoff(
        self, problem: Problem, k: int, own: Payoffs, actions: Actions, state: int
    ) -> Number:
        """What receiver k gets from a profile of actions in a state."""
        data: ReceiverData = problem.data
        row = actions[k] if data.alone else data.position(actions)
        return own[row][state]

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Payoffs, outcome: Outcome
    ) -> Number:
        """What a receiver gets on average who does what is recommended, as do the others."""
        k = problem.position(agent)
        total: Number = 0
        for message in outcome.choice.messages:
            for state, p in enumerate(message.posterior):
                if p:
                    worth = self.payoff(problem, k, true_type, message.actions, state)
                    total = total + message.probability * p * worth
        return total

    def value(self, problem: Problem, structure: Structure) -> Number:
        """What the sender gets on average."""
        data: ReceiverData = problem.data
        total: Number = 0
        for message in structure.messages:
            row = data.sender[data.position(message.actions)]
            mean = sum(p * worth for p, worth in zip(message.posterior, row, strict=True))
            total = total + message.probability * mean
        return total

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        structure, data = outcome.choice, problem.data
        if not isinstance(structure, Structure) or not structure.messages:
            return False
        profiles = set(data.profiles())
        whole = [sum(m.probability for m in structure.messages)]
        whole += [sum(m.posterior) for m in structure.messages]
        return all(abs(float(total) - 1) < 1e-9 for total in whole) and all(
            m.actions in profiles
            and len(m.posterior) == len(data.prior)
            and min(m.probability, *m.posterior) >= 0
            for m in structure.messages
        )

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        found = Outcome(raw, problem=problem, setting=self)
        if not self.feasible(problem, found):
            raise InvalidInputError("outcome", "be a Structure of messages", raw, owner=self.id)
        return found

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Judges of :func:`prosecution` with private thresholds.

        Parameters
        ----------
        agents : int
            How many judges.
        **scope
            ``thresholds`` (required): from which chance of guilt a judge may convict; ``guilt``
            (required): the prior chance of it; ``wanted``: ``"all"`` (the default) or ``"one"``.
        """
        unknown = sorted(set(scope) - {"thresholds", "guilt", "wanted"})
        if unknown or scope.get("thresholds") is None or scope.get("guilt") is None:
            raise InvalidInputError("scope", "be thresholds, guilt, wanted", sorted(scope))
        levels = as_numbers(scope["thresholds"], "thresholds", low=0, high=1)
        n = as_count(agents, "agents", low=1, high=8)
        wanted = scope.get("wanted", "all")
        base = prosecution(scope["guilt"], [levels[0]] * n, wanted=wanted)
        reports = tuple(_judge(level) for level in levels)
        told = f"judges with thresholds in {{{', '.join(map(show, levels))}}}"
        return Domain(self, base, (reports,) * n, told)

    def say_report(self, report: Payoffs) -> str:
        rows = ("(" + ", ".join(map(show, row)) + ")" for row in report)
        return "payoffs " + " ".join(rows)

    def say_choice(self, problem: Problem, outcome: Outcome) -> str:
        return "; ".join(
            f"{show(m.probability)}: actions {m.actions} at ({', '.join(map(show, m.posterior))})"
            for m in outcome.choice.messages
        )


def receivers() -> Receivers:
    """A sender commits to an information structure; receivers hear what it recommends, and act.

    A type is a receiver's payoffs.  A structure is worth to a receiver what it gets by doing what
    is recommended.

    Examples
    --------
    >>> problem = receivers().problem(
    ...     {"prior": [0.5, 0.5], "receiver": [[1, 0], [0, 1]], "sender": [[0, 0], [1, 1]]})
    >>> problem.data.actions
    (2,)
    """
    return Receivers()


def prosecution(prior: Number, thresholds: object, *, wanted: str = "all") -> Problem:
    """A prosecutor who wants convictions, and judges who convict from a chance of guilt on.

    Parameters
    ----------
    prior : number
        The chance of guilt, which is state 1; action 1 is to convict.
    thresholds : number or sequence of numbers
        Of each judge.
    wanted : {"all", "one", "each"}
        Whether the prosecutor gets 1 if all convict, if one does, or for each who does.

    Examples
    --------
    >>> from fractions import Fraction
    >>> prosecution(Fraction(3, 10), Fraction(1, 2)).types
    (((0, 0), (Fraction(-1, 2), Fraction(1, 2))),)
    """
    many = isinstance(thresholds, (list, tuple))
    listed: Any = thresholds if many else [thresholds]
    levels = as_numbers(listed, "thresholds", low=0, high=1)
    if wanted not in ("all", "one", "each"):
        raise InvalidInputError("wanted", "be 'all', 'one' or 'each'", wanted)
    guilty = as_number(prior, "prior", low=0, high=1)
    sender = []
    for actions in itertools.product(range(2), repeat=len(levels)):
        worth = {"all": min, "one": max, "each": sum}[wanted](actions)  # type: ignore[operator]
        sender.append([worth, worth])
    data = {"prior": [1 - guilty, guilty], "receivers": [_judge(q) for q in levels]}
    return receivers().problem({**data, "sender": sender})


def _judge(threshold: Number) -> Payoffs:
    """Payoffs of who is indifferent at a chance of guilt."""
    return ((0, 0), (-threshold, 1 - threshold))
