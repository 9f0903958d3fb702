"""The setting: voters report whom they approve of, the outcome is a committee."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from os import PathLike
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_number,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["ApprovalData", "Committees", "approvals"]

Approved = tuple[Any, ...]


@serializable("committees.ApprovalData")
@dataclass(frozen=True)
class ApprovalData:
    """The candidates of an election, and how many are elected.

    Parameters
    ----------
    candidates : tuple of labels
        In the order in which ties are broken.
    seats : int
        The size of a committee.
    decisions : tuple of str
        What had to be decided when the ballots were read.
    """

    candidates: tuple[Any, ...]
    seats: int
    decisions: tuple[str, ...] = ()


@serializable("committees.Committees")
@dataclass(frozen=True)
class Committees(Setting[Approved, "frozenset[Any]"]):
    """Voters who approve of candidates: see :func:`approvals`."""

    id: ClassVar[str] = "committees.approvals"
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (ApprovalData,)

    def problem(
        self,
        data: object,
        *,
        seats: int = 1,
        candidates: Sequence[object] | None = None,
        weights: Sequence[Number] | None = None,
        kind: str | None = None,
        **options: Any,
    ) -> Problem:
        """Read approval ballots.

        Parameters
        ----------
        data : list, mapping or path
            A list with an iterable of candidates for each voter; a mapping of such ballots (tuples,
            sets or text) to how many cast them; or a file: a table with a row for each voter and
            marks under the candidates, or any format of ballots whose ballots have one rank.  Text
            holds names between commas.
        seats : int
            How many are elected, at most the number of candidates.
        candidates : sequence of labels, optional
            All candidates, in the order that breaks ties; by default those who are approved of, as
            they are met.
        weights : sequence of numbers, optional
            How many voters each ballot of a list stands for.
        kind : str, optional
            The format of a file of ballots, where its name does not say it.
        """
        if options:
            told = "be seats, candidates, weights or kind"
            raise InvalidInputError("options", told, sorted(options))
        decisions: tuple[str, ...] = ()
        if isinstance(data, (str, PathLike)):
            if weights is not None:
                raise InvalidInputError("weights", "be left out for a file", weights)
            ballots, counts, named, decisions = _of_file(data, kind)
            candidates = named if candidates is None else candidates
        elif isinstance(data, Mapping):
            if weights is not None:
                raise InvalidInputError("weights", "be left out for a mapping to counts", weights)
            ballots, counts = list(data), [as_number(v, "data", low=0) for v in data.values()]
        elif isinstance(data, Iterable):
            ballots, counts = list(data), None
            if weights is not None:
                counts = [as_number(w, "weights", low=0) for w in weights]
                if len(counts) != len(ballots):
                    raise InvalidInputError("weights", f"have length {len(ballots)}", weights)
        else:
            raise InvalidInputError("data", "hold approval ballots", data)
        sets = [_names(ballot, k) for k, ballot in enumerate(ballots)]
        if candidates is None:
            candidates = list(dict.fromkeys(itertools.chain.from_iterable(sets)))
        return _checked(sets, counts, tuple(candidates), seats, decisions)

    def check(self, problem: Problem) -> None:
        super().check(problem)
        candidates = problem.data.candidates
        for k, own in enumerate(problem.types):
            if not isinstance(own, tuple) or tuple(c for c in candidates if c in own) != own:
                told = "be candidates in their order, each once"
                raise InvalidInputError(f"types[{k}]", told, own)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        data, weights = problem.data, problem.weights
        made = _checked(
            list(problem.types),
            None if weights is None else list(weights),
            data.candidates,
            data.seats,
            data.decisions,
        )
        return replace(made, agents=problem.agents)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Approved, outcome: Outcome
    ) -> Number:
        """How many of those elected the voter approves of."""
        return len(outcome.choice & set(true_type))

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice, data = outcome.choice, problem.data
        known = isinstance(choice, frozenset) and choice <= set(data.candidates)
        # The method of equal shares may leave seats empty.
        return known and len(choice) <= data.seats

    def outcome(self, problem: Problem, raw: object) -> Outcome:
        chosen = raw if isinstance(raw, (set, frozenset, list, tuple)) else {raw}
        found = Outcome(frozenset(chosen), problem=problem, setting=self)
        if not self.feasible(problem, found):
            told = f"be at most {problem.data.seats} of {list(problem.data.candidates)}"
            raise InvalidInputError("outcome", told, raw, owner=self.id)
        return found

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every committee of full size."""
        for chosen in itertools.combinations(problem.data.candidates, problem.data.seats):
            yield Outcome(frozenset(chosen), problem=problem, setting=self)

    def unanimous(self, problem: Problem, outcome: Outcome) -> bool | None:
        """Whether voters who all approve of the same committee get it."""
        reports = set(problem.types)
        if len(reports) != 1 or len(next(iter(reports))) != problem.data.seats:
            return None
        return bool(outcome.choice == set(next(iter(reports))))

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of approval ballots, empty and full ones included.

        Parameters
        ----------
        agents : int
            The voters.
        candidates : int
            How many.
        seats : int
            How many are elected.
        """
        unknown = sorted(set(scope) - {"candidates", "seats"})
        if unknown:
            raise InvalidInputError("scope", "be agents, candidates and seats", unknown)
        m = as_count(scope.get("candidates"), "candidates", low=1, high=12)
        seats = as_count(scope.get("seats", 1), "seats", low=1, high=m)
        reports = tuple(
            own for size in range(m + 1) for own in itertools.combinations(range(m), size)
        )
        n = as_count(agents, "agents", low=1)
        base = Problem(range(n), (reports[0],) * n, ApprovalData(tuple(range(m)), seats))
        told = f"all approval ballots over {m} candidates, {seats} elected"
        return Domain(self, base, (reports,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for agents, m, seats in ((1, 2, 1), (2, 2, 1), (2, 3, 2), (3, 3, 2), (3, 4, 2)):
            yield self.domain(agents, candidates=m, seats=seats)

    def relabelled(self, problem: Problem) -> Iterable[tuple[Problem, Any]]:
        labels = problem.data.candidates
        for k in range(1, len(labels)):
            names = {c: c for c in labels}
            names[labels[0]], names[labels[k]] = labels[k], labels[0]
            types = [{names[c] for c in own} for own in problem.types]
            ordered = tuple(tuple(c for c in labels if c in own) for own in types)
            yield replace(problem, types=ordered), tuple(names.items())

    def rename(self, problem: Problem, outcome: Outcome, renaming: Any) -> Outcome:
        names = dict(renaming)
        return Outcome(frozenset(names[c] for c in outcome.choice), problem=problem, setting=self)

    def size(self, problem: Problem) -> int:
        return len(problem.data.candidates)

    def say_report(self, report: Approved) -> str:
        return "{" + ", ".join(map(show, report)) + "}"

    def say_choice(self, problem: Problem, outcome: Outcome) -> str:
        inside = [show(c) for c in problem.data.candidates if c in outcome.choice]
        return "{" + ", ".join(inside) + "}"


def approvals() -> Committees:
    """Voters approve of candidates, and a committee of a given size is elected.

    A type is the tuple of candidates whom a voter approves of, a committee is worth to a voter the
    number of its members whom the voter approves of.

    Examples
    --------
    >>> problem = approvals().problem({"Ann, Bob": 3, "Cy": 2}, seats=2)
    >>> problem.types, problem.weights
    ((('Ann', 'Bob'), ('Cy',)), (3, 2))
    """
    return Committees()


def _names(ballot: object, k: int) -> list[Any]:
    if isinstance(ballot, str):
        return [name.strip() for name in ballot.split(",") if name.strip()]
    if not isinstance(ballot, Iterable):
        raise InvalidInputError(f"data[{k}]", "hold candidates", ballot)
    # A set has no order of its own that would be the same in every run.
    listed = sorted(ballot, key=str) if isinstance(ballot, (set, frozenset)) else list(ballot)
    return listed


def _checked(
    ballots: Sequence[Sequence[object]],
    counts: list[Number] | None,
    candidates: tuple[object, ...],
    seats: int,
    decisions: tuple[str, ...],
) -> Problem:
    if not ballots:
        raise InvalidInputError("data", "hold at least one ballot", [])
    if not candidates or len(set(candidates)) != len(candidates):
        raise InvalidInputError("candidates", "be distinct, and at least one", list(candidates))
    as_count(seats, "seats", low=1, high=len(candidates))
    types = []
    for k, ballot in enumerate(ballots):
        own = set(ballot)
        if len(own) != len(ballot):
            raise InvalidInputError(f"data[{k}]", "name every candidate once", list(ballot))
        if not own <= set(candidates):
            strange = [c for c in ballot if c not in set(candidates)]
            raise InvalidInputError(f"data[{k}]", f"be of {list(candidates)}", strange)
        types.append(tuple(c for c in candidates if c in own))
    weights = None if counts is None else tuple(counts)
    if weights is not None and not sum(weights):
        raise InvalidInputError("weights", "not all be zero", weights)
    data = ApprovalData(candidates, seats, decisions)
    return Problem(range(len(types)), tuple(types), data, weights=weights)


def _of_file(
    path: str | PathLike[str], kind: str | None
) -> tuple[list[Any], list[Number], list[str], tuple[str, ...]]:
    """The ballots of a file, how many cast each, and the candidates."""
    from mechdesign.io.ballots.recognition import ballot_format, read_ballots
    from mechdesign.io.ballots.tables import looks_like_approvals, row_ballots
    from mechdesign.io.score_tables import read_grid

    name = ballot_format(path, kind)
    grid = None if name else read_grid(path)
    cast = name and read_ballots(path, name)
    if grid is not None and looks_like_approvals(grid):
        cast = row_ballots(grid)
    if not cast:
        told = "hold approvals: a row for each voter and marks under the candidates"
        raise InvalidInputError("file", told, str(path))
    ballots: list[Any] = []
    counts: list[Number] = []
    for count, order in cast.orders:
        if len(order) > 1:
            told = "hold approvals, which have one rank: rankings are counted by `count`"
            raise InvalidInputError("file", told, " > ".join(cast.names[t[0] - 1] for t in order))
        ballots.append([cast.names[k - 1] for tier in order for k in tier])
        counts.append(count)
    return ballots, counts, list(cast.names), cast.decisions


@dataclass(frozen=True, eq=False)
class Electorate:
    """Equal ballots together, in whole numbers.

    Parameters
    ----------
    candidates : tuple of labels
        All of them.
    seats : int
        How many are elected.
    sets : tuple of tuples of int
        The positions of the candidates on each ballot.
    counts : tuple of int
        How many cast it, in units of 1 / `unit`.
    unit : int
        The common denominator of the weights.
    """

    candidates: tuple[Any, ...]
    seats: int
    sets: tuple[tuple[int, ...], ...]
    counts: tuple[int, ...]
    unit: int

    @property
    def total(self) -> int:
        """All votes, in the same units."""
        return sum(self.counts)

    def committee(self, chosen: Iterable[int]) -> frozenset[Any]:
        """The candidates at some positions."""
        return frozenset(self.candidates[c] for c in chosen)


def electorate(problem: Problem) -> Electorate:
    """The ballots that count, equal ones added up; floats are the fractions that they are."""
    place = {c: k for k, c in enumerate(problem.data.candidates)}
    votes: dict[tuple[int, ...], Fraction] = {}
    for k, own in enumerate(problem.types):
        weight = Fraction(1) if problem.weights is None else Fraction(problem.weights[k])
        if not weight:
            continue
        key = tuple(place[c] for c in own)
        votes[key] = votes.get(key, Fraction(0)) + weight
    unit = math.lcm(*(weight.denominator for weight in votes.values()))
    return Electorate(
        problem.data.candidates,
        problem.data.seats,
        tuple(votes),
        tuple(int(weight * unit) for weight in votes.values()),
        unit,
    )
