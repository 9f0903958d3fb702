"""The setting of hired agents: effort that is hidden, signals that are reported, a contract."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from os import PathLike
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.information.numbers_read import distribution, matrix
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_list,
    as_numbers,
    serializable,
)
from mechdesign.records import dataclass

__all__ = ["Acquisition", "AcquisitionData", "Contract", "acquisition", "binary_hiring"]

Efforts = tuple[int, ...]
Signals = tuple[int, ...]
# Profiles of efforts and signals that are listed.
_MOST_PROFILES = 200_000


@serializable("information.AcquisitionData")
@dataclass(frozen=True)
class AcquisitionData:
    """What is public when agents are hired to find out about a state.

    Parameters
    ----------
    prior : tuple of numbers, shape (states,)
        The chance of each state.
    payoff : tuple of tuples of numbers, shape (actions, states)
        What the principal gets from an action in a state.
    efforts, signals : tuple of int, shape (agents,)
        How many efforts each agent can choose, and signals she can see.
    law : mapping of (efforts, state) to tuple of (signals, probability)
        The joint law of all signals; signals of probability 0 are left out.
    """

    prior: tuple[Number, ...]
    payoff: tuple[tuple[Number, ...], ...]
    efforts: tuple[int, ...]
    signals: tuple[int, ...]
    law: Mapping[tuple[Efforts, int], tuple[tuple[Signals, Number], ...]]

    def effort_profiles(self) -> Iterator[Efforts]:
        """All profiles of efforts."""
        return itertools.product(*map(range, self.efforts))

    def signal_profiles(self) -> Iterator[Signals]:
        """All profiles of signals, impossible ones included."""
        return itertools.product(*map(range, self.signals))

    def joint(self, efforts: Efforts) -> Iterator[tuple[Signals, int, Number]]:
        """Signals, state and the chance of both, under some efforts."""
        for state, chance in enumerate(self.prior):
            for signals, p in self.law[efforts, state]:
                if chance * p:
                    yield signals, state, chance * p


@serializable("information.Contract")
@dataclass(frozen=True)
class Contract:
    """Whom to ask for which effort, what to pay for which reports, and what to do then.

    Parameters
    ----------
    recommended : mapping of efforts to probability
        How often the principal recommends each profile of efforts; each agent is told her own.
    payments : mapping of (efforts, reports, state) to tuple of numbers
        What each agent is paid, for every profile that is recommended.
    decisions : mapping of (efforts, reports) to action
        The action that follows.
    """

    recommended: Mapping[Efforts, Number]
    payments: Mapping[tuple[Efforts, Signals, int], tuple[Number, ...]]
    decisions: Mapping[tuple[Efforts, Signals], int]


@serializable("information.Acquisition")
@dataclass(frozen=True)
class Acquisition(Setting[tuple[Number, ...], Contract]):
    """Agents who can be paid to observe signals: see :func:`acquisition`."""

    id: ClassVar[str] = "information.acquisition"
    public: ClassVar[bool] = False
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (AcquisitionData,)

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read an instance.

        Parameters
        ----------
        data : mapping or path
            ``prior``; ``payoff`` (a row for each action, a column for each state); ``agents``, a
            list or a mapping by name: each has ``costs`` (of each effort) and ``experiments`` (for
            each effort a row for each state with the chances of the signals).  Signals are
            independent given the state unless ``common`` is true: then all agents who exert more
            than the first effort read one draw, which decides their signals by their
            distributions.  Instead of experiments there may be ``law``, a mapping of
            (efforts, state) to a mapping of signals to chances.  A file holds the same as JSON or
            YAML, without ``law``.
        """
        if options:
            raise InvalidInputError("options", "be left out", sorted(options))
        if isinstance(data, (str, PathLike)):
            from mechdesign.io.documents import read_document

            data = read_document(data)
        if not isinstance(data, Mapping):
            raise InvalidInputError("data", "be a mapping or a file", data)
        unknown = sorted(set(data) - {"prior", "payoff", "agents", "common", "law"}, key=str)
        if unknown:
            raise InvalidInputError("data", "have prior, payoff, agents, common, law", unknown)
        prior = distribution(data.get("prior"), "prior")
        payoff = matrix(data.get("payoff"), "payoff", columns=len(prior))
        agents = data.get("agents")
        named = agents if isinstance(agents, Mapping) else None
        rows = list(named.values()) if named is not None else as_list(agents, "agents")
        if not rows or not all(isinstance(one, Mapping) for one in rows):
            raise InvalidInputError("agents", "list agents with costs and experiments", agents)
        names = tuple(named) if named is not None else range(len(rows))
        costs = [
            as_numbers(one.get("costs", ()), f"agents[{name!r}].costs", low=0)
            for name, one in zip(names, rows, strict=True)
        ]
        for name, own in zip(names, costs, strict=True):
            if not own:
                raise InvalidInputError(f"agents[{name!r}].costs", "not be empty", own)
        efforts = tuple(map(len, costs))
        if data.get("law") is not None:
            law, signals = _given_law(data["law"], efforts, len(prior))
        else:
            law, signals = _experiments(rows, names, efforts, len(prior), bool(data.get("common")))
        made = AcquisitionData(prior, payoff, efforts, signals, law)
        return Problem(names, tuple(costs), made)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        data: AcquisitionData = problem.data
        law, signals = _given_law(data.law, data.efforts, len(data.prior))
        prior = distribution(data.prior, "prior")
        payoff = matrix(data.payoff, "payoff", columns=len(prior))
        made = AcquisitionData(prior, payoff, data.efforts, signals, law)
        types = tuple(as_numbers(own, "types", low=0) for own in problem.types)
        return replace(problem, types=types, data=made)

    def check(self, problem: Problem) -> None:
        super().check(problem)
        for k, (own, count) in enumerate(zip(problem.types, problem.data.efforts, strict=True)):
            if not isinstance(own, tuple) or len(own) != count:
                raise InvalidInputError(f"types[{k}]", f"be the costs of {count} efforts", own)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: tuple[Number, ...], outcome: Outcome
    ) -> Number:
        """The expected payment of an agent who obeys and tells the truth, less her cost."""
        k, contract, data = problem.position(agent), outcome.choice, problem.data
        total: Number = 0
        for efforts, often in contract.recommended.items():
            if not often:
                continue
            paid: Number = sum(
                p * contract.payments[efforts, signals, state][k]
                for signals, state, p in data.joint(efforts)
            )
            total = total + often * (paid - true_type[efforts[k]])
        return total

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        contract, data = outcome.choice, problem.data
        if not isinstance(contract, Contract):
            return False
        profiles = set(data.effort_profiles())
        asked = [b for b, often in contract.recommended.items() if often]
        if not set(contract.recommended) <= profiles or min(contract.recommended.values()) < 0:
            return False
        if abs(float(sum(contract.recommended.values())) - 1) > 1e-9:
            return False
        reports, states = list(data.signal_profiles()), range(len(data.prior))
        actions = range(len(data.payoff))
        return all(
            contract.decisions.get((b, s)) in actions
            and all(len(contract.payments.get((b, s, t), ())) == len(problem) for t in states)
            for b in asked
            for s in reports
        )

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        found = Outcome(raw, problem=problem, setting=self)
        if not self.feasible(problem, found):
            raise InvalidInputError("outcome", "be a Contract for all reports", raw, owner=self.id)
        return found

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Instances of :func:`binary_hiring` whose costs are private.

        Parameters
        ----------
        agents : int
            How many.
        **scope
            ``costs`` (required): what working may cost; ``accuracy`` (required); ``common``.
        """
        unknown = sorted(set(scope) - {"costs", "accuracy", "common"})
        if unknown or scope.get("costs") is None or scope.get("accuracy") is None:
            raise InvalidInputError("scope", "be costs, accuracy and perhaps common", sorted(scope))
        costs = as_numbers(scope["costs"], "costs", low=0)
        n = as_count(agents, "agents", low=1, high=6)
        base = binary_hiring(
            scope["accuracy"], [costs[0]] * n, common=bool(scope.get("common", False))
        )
        told = ", ".join(map(str, costs))
        reports = tuple((0, c) for c in costs)
        return Domain(self, base, (reports,) * n, f"costs of working in {{{told}}}")

    def say_report(self, report: tuple[Number, ...]) -> str:
        return "costs (" + ", ".join(map(str, report)) + ")"

    def say_choice(self, problem: Problem, outcome: Outcome) -> str:
        asked = outcome.choice.recommended.items()
        return "efforts " + ", ".join(f"{b} with chance {p}" for b, p in asked if p)


def acquisition() -> Acquisition:
    """Agents who can be paid to observe signals about a state; their effort is hidden.

    A type is the costs of an agent's efforts, the first of which is usually to do nothing.  The
    principal tells every agent an effort, the agents see signals and report them, the principal
    acts, the state is seen, and the agents are paid.  A contract is worth to an agent who obeys
    and tells the truth what she is paid on average less what her effort costs.

    Examples
    --------
    >>> problem = acquisition().problem({
    ...     "prior": [0.5, 0.5], "payoff": [[1, 0], [0, 1]],
    ...     "agents": [{"costs": [0, 0.25],
    ...                 "experiments": [[[1], [1]], [[1], [1]]]}]})
    >>> problem.data.signals
    (1,)
    """
    return Acquisition()


def binary_hiring(
    accuracy: object,
    costs: Sequence[Number],
    *,
    prior: Number = Fraction(1, 2),
    payoff: Sequence[Sequence[Number]] = ((1, 0), (0, 1)),
    common: bool = False,
) -> Problem:
    """Agents who shirk or work: two states, two signals, and a worker's is right so often.

    Parameters
    ----------
    accuracy : number or sequence of numbers
        How often the signal of each worker is the state; a shirker's is a fair coin.
    costs : sequence of numbers
        What working costs each agent.
    prior : number
        The chance of state 0.
    payoff : sequence of sequences, shape (actions, 2)
        The principal's; by default 1 for the action that is the state.
    common : bool
        Whether all who work see the same signal.

    Examples
    --------
    >>> binary_hiring(Fraction(7, 10), [Fraction(1, 20)] * 2, common=True).types[0]
    (0, Fraction(1, 20))
    """
    paid = as_numbers(costs, "costs", low=0)
    many = isinstance(accuracy, Sequence) and not isinstance(accuracy, str)
    right = as_numbers(accuracy if many else [accuracy] * len(paid), "accuracy", low=0, high=1)
    if len(right) != len(paid):
        raise InvalidInputError("accuracy", f"be {len(paid)} numbers", accuracy)
    coin = [[Fraction(1, 2)] * 2] * 2
    agents = [
        {"costs": [0, c], "experiments": [coin, [[q, 1 - q], [1 - q, q]]]}
        for q, c in zip(right, paid, strict=True)
    ]
    data = {"prior": [prior, 1 - prior], "payoff": payoff, "agents": agents, "common": common}
    return acquisition().problem(data)


def _experiments(
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[Any],
    efforts: Efforts,
    states: int,
    common: bool,
) -> tuple[FrozenMap[Any, Any], tuple[int, ...]]:
    """The joint law of signals that are independent, or read off one draw by all who work."""
    tables: list[list[tuple[tuple[Number, ...], ...]]] = []
    for name, one, count in zip(names, rows, efforts, strict=True):
        place = f"agents[{name!r}].experiments"
        listed = as_list(one.get("experiments"), place)
        if len(listed) != count:
            raise InvalidInputError(place, f"have a table for each of {count} efforts", listed)
        own = [
            tuple(
                distribution(row, f"{place}[{b}][{t}]")
                for t, row in enumerate(as_list(table, place))
            )
            for b, table in enumerate(listed)
        ]
        widths = {len(row) for table in own for row in table}
        if len(widths) != 1 or any(len(table) != states for table in own):
            raise InvalidInputError(
                place, f"have {states} rows and the same signals in each table", listed
            )
        tables.append(own)
    signals = tuple(len(own[0][0]) for own in tables)
    _limit(efforts, signals)
    law: dict[Any, Any] = {}
    for b in itertools.product(*map(range, efforts)):
        for t in range(states):
            single = [tables[i][b[i]][t] for i in range(len(rows))]
            law[b, t] = tuple(_draws(single, [common and e > 0 for e in b]))
    return FrozenMap(law), signals


def _draws(
    single: Sequence[tuple[Number, ...]], reads: Sequence[bool]
) -> Iterator[tuple[Signals, Number]]:
    """All signals with their chances; those who read it take theirs from one draw of (0, 1)."""
    together = [i for i, yes in enumerate(reads) if yes]
    if not together:
        for s in itertools.product(*(range(len(row)) for row in single)):
            p = math.prod((row[x] for row, x in zip(single, s, strict=True)), start=Fraction(1))
            if p:
                yield s, p
        return
    ends = [list(itertools.accumulate(single[i])) for i in together]
    cuts = sorted({c for row in ends for c in row})
    alone = [i for i in range(len(single)) if i not in together]
    for low, high in itertools.pairwise([0, *cuts]):
        if high <= low:
            continue
        seen = [next(x for x, end in enumerate(row) if end >= high) for row in ends]
        for rest in itertools.product(*(range(len(single[i])) for i in alone)):
            p = math.prod(
                (single[i][x] for i, x in zip(alone, rest, strict=True)), start=high - low
            )
            whole = dict(zip((*together, *alone), (*seen, *rest), strict=True))
            if p:
                yield tuple(whole[i] for i in range(len(single))), p


def _given_law(
    given: Any, efforts: Efforts, states: int
) -> tuple[FrozenMap[Any, Any], tuple[int, ...]]:
    """A joint law as it was given."""
    if not isinstance(given, Mapping):
        raise InvalidInputError("law", "be a mapping of (efforts, state) to chances", given)
    wanted = {(b, t) for b in itertools.product(*map(range, efforts)) for t in range(states)}
    if set(given) != wanted:
        raise InvalidInputError("law", f"be about {len(wanted)} (efforts, state)", list(given))
    law: dict[Any, Any] = {}
    for key, row in given.items():
        pairs = list(row.items()) if isinstance(row, Mapping) else as_list(row, f"law[{key}]")
        chances = distribution([p for _, p in pairs], f"law[{key}]")
        kept = [
            (tuple(as_count(x, "law", low=0) for x in as_list(s, "law")), p)
            for (s, _), p in zip(pairs, chances, strict=True)
        ]
        if any(len(s) != len(efforts) for s, _ in kept) or len({s for s, _ in kept}) != len(kept):
            raise InvalidInputError(f"law[{key}]", f"name {len(efforts)} signals, each once", row)
        law[key] = tuple((s, p) for s, p in kept if p)
    listed = [s for row in law.values() for s, _ in row]
    signals = tuple(1 + max(s[i] for s in listed) for i in range(len(efforts)))
    _limit(efforts, signals)
    return FrozenMap(law), signals


def _limit(efforts: Efforts, signals: tuple[int, ...]) -> None:
    size = math.prod(efforts) * math.prod(signals)
    if size > _MOST_PROFILES:
        raise LimitReachedError(
            f"{size} profiles of efforts and signals are more than {_MOST_PROFILES:,}"
        )
