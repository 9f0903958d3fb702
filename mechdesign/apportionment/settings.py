"""The setting: parties with votes, a number of seats, thresholds; seats that may tie."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_number,
    is_exact,
    ratio,
    serializable,
    tidy,
)
from mechdesign.model.reading import labelled_numbers
from mechdesign.records import dataclass

__all__ = ["Houses", "Seats", "VoteData", "house"]

#: More seats than any house has, or any test of a method needs.
MOST_SEATS = 100_000


@serializable("apportionment.Seats")
@dataclass(frozen=True)
class Seats:
    """Seats of parties; where the last ones tie, who may get them.

    Parameters
    ----------
    certain : tuple of int
        The seats that each party has for certain, in the order of the parties.
    tied : tuple of int
        Positions of the parties that tie for one seat more.
    left : int
        How many of these get it, fewer than tie.

    Examples
    --------
    >>> list(Seats((1, 1, 0), (0, 1), 1).vectors())
    [(2, 1, 0), (1, 2, 0)]
    """

    certain: tuple[int, ...]
    tied: tuple[int, ...] = ()
    left: int = 0

    @property
    def total(self) -> int:
        """All seats, the tied ones included."""
        return sum(self.certain) + self.left

    def vectors(self) -> Iterator[tuple[int, ...]]:
        """Every way to give the tied seats away: one vector of seats where nothing ties."""
        for chosen in itertools.combinations(self.tied, self.left):
            yield tuple(s + (k in chosen) for k, s in enumerate(self.certain))

    def expected(self, k: int) -> Number:
        """The seats of a party on average, when lots are drawn among those who tie."""
        share = ratio(self.left, len(self.tied)) if k in self.tied else 0
        return self.certain[k] + share

    def cell(self, k: int) -> int | str:
        """The seats of a party: a number, or ``1 or 2`` where it ties."""
        sure = self.certain[k]
        return f"{sure} or {sure + 1}" if k in self.tied else sure


@serializable("apportionment.VoteData")
@dataclass(frozen=True)
class VoteData:
    """What is known beside the votes of the parties.

    Parameters
    ----------
    seats : int
        The size of the house.
    threshold : number
        The share of all valid votes that a party must reach.
    thresholds : mapping of party to number
        Other shares for some parties: more for a coalition, 0 for a party that is in by another
        rule.
    total : number, optional
        All valid votes, where votes of parties that are not listed count as well.
    minimum : int
        The seats that each party past the threshold gets at least.
    decisions : tuple of str
        What had to be decided when the data were read.
    maximum : int, optional
        The seats that no party gets more than.
    """

    seats: int
    threshold: Number = 0
    thresholds: Mapping[Any, Number] = field(default_factory=FrozenMap)
    total: Number | None = None
    minimum: int = 0
    decisions: tuple[str, ...] = ()
    maximum: int | None = None


def _exact(value: Number, name: str) -> Number:
    """A number of votes or a share, exactly; a float only where it is whole."""
    if not is_exact(value):
        if value != int(value):
            raise InvalidInputError(name, "be exact: an integer, Fraction, Decimal", value)
        value = int(value)
    return tidy(value)


@serializable("apportionment.Houses")
@dataclass(frozen=True)
class Houses(Setting[Number, Seats]):
    """Parties whose votes make seats: see :func:`house`."""

    id: ClassVar[str] = "apportionment.house"
    public: ClassVar[bool] = False
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (VoteData,)

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read the votes of parties.

        Parameters
        ----------
        data : mapping, series or list
            Votes by party, exact numbers that are not negative.
        **options
            `seats`, which must be given, and what else :class:`VoteData` has: `threshold`,
            `thresholds`, `total`, `minimum`, `maximum`.
        """
        known = ("seats", "threshold", "thresholds", "total", "minimum", "maximum", "decisions")
        if unknown := sorted(set(options) - set(known)):
            raise InvalidInputError("options", f"be of {', '.join(known)}", unknown)
        if "seats" not in options:
            raise InvalidInputError("seats", "be given", None)
        labels, numbers = labelled_numbers(data, "votes", low=0)
        votes = [_exact(v, f"votes[{p!r}]") for p, v in zip(labels, numbers, strict=True)]
        if not votes:
            raise InvalidInputError("votes", "name at least one party", data)
        bars = options.get("thresholds") or {}
        if not isinstance(bars, Mapping):
            raise InvalidInputError("thresholds", "be a mapping of party to share", bars)
        if strangers := [party for party in bars if party not in labels]:
            raise InvalidInputError("thresholds", f"name parties of {list(labels)}", strangers[0])
        total = options.get("total")
        told = VoteData(
            as_count(options["seats"], "seats", low=1, high=MOST_SEATS),
            _share(options.get("threshold", 0), "threshold"),
            FrozenMap((p, _share(x, f"thresholds[{p!r}]")) for p, x in bars.items()),
            None if total is None else _exact(as_number(total, "total"), "total"),
            as_count(options.get("minimum", 0), "minimum"),
            tuple(options.get("decisions", ())),
            _maximum(options.get("maximum")),
        )
        problem = Problem(labels, tuple(votes), told)
        self.check(problem)
        past_threshold(problem)
        return problem

    def check(self, problem: Problem) -> None:
        super().check(problem)
        for party, votes in zip(problem.agents, problem.types, strict=True):
            if type(votes) not in (int, Fraction) or votes < 0:
                raise InvalidInputError(f"votes[{party!r}]", "be exact and at least 0", votes)
        total = problem.data.total
        if total is not None and total < sum(problem.types):
            listed = sum(problem.types)
            raise InvalidInputError("total", f"be at least the {listed} votes listed", total)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        as_count(problem.data.seats, "seats", high=MOST_SEATS)
        as_count(problem.data.minimum, "minimum")
        _maximum(problem.data.maximum)
        for share in (problem.data.threshold, *problem.data.thresholds.values()):
            _share(share, "threshold")
        return problem

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Number, outcome: Outcome[Seats]
    ) -> Number:
        return outcome.choice.expected(problem.position(agent))

    def feasible(self, problem: Problem, outcome: Outcome[Seats]) -> bool:
        found = outcome.choice
        return (
            isinstance(found, Seats)
            and len(found.certain) == len(problem)
            and all(type(s) is int and s >= 0 for s in found.certain)
            and set(found.tied) <= set(range(len(problem)))
            and len(set(found.tied)) == len(found.tied)
            and (0 < found.left < len(found.tied) or found.left == len(found.tied) == 0)
            and found.total == problem.data.seats
        )

    def outcome(self, problem: Problem, raw: Any) -> Outcome[Seats]:
        made = raw if isinstance(raw, Seats) else Seats(tuple(raw)) if _listed(raw) else None
        found: Outcome[Any] = Outcome(made, problem=problem, setting=self)
        if not self.feasible(problem, found):
            told = f"be seats of {len(problem)} parties, {problem.data.seats} in all"
            raise InvalidInputError("outcome", told, raw, owner=self.id)
        return found

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of whole votes from 1 up, without thresholds.

        Parameters
        ----------
        agents : int
            The parties.
        votes : int
            The most votes of a party.
        seats : int
            The size of the house.
        """
        if unknown := sorted(set(scope) - {"votes", "seats"}):
            raise InvalidInputError("scope", "be agents, votes and seats", unknown)
        votes = as_count(scope.get("votes"), "votes", low=1)
        seats = as_count(scope.get("seats"), "seats", low=1, high=MOST_SEATS)
        n = as_count(agents, "agents", low=1)
        base = Problem(range(n), (1,) * n, VoteData(seats))
        reports = tuple(range(1, votes + 1))
        return Domain(self, base, (reports,) * n, f"votes from 1 to {votes}, {seats} seats")

    def small_domains(self) -> Iterator[Domain]:
        for agents, votes, seats in ((2, 4, 2), (3, 4, 3), (3, 6, 3), (4, 6, 3), (4, 3, 4)):
            yield self.domain(agents, votes=votes, seats=seats)

    def complexity(self, report: Any) -> int:
        """Witnesses are minimal in the number of votes."""
        exact = Fraction(report)
        return max(exact.numerator, exact.denominator)

    def size(self, problem: Problem) -> int:
        return int(problem.data.seats)

    def say_choice(self, problem: Problem, outcome: Outcome[Seats]) -> str:
        cells = [f"{p}: {outcome.choice.cell(k)}" for k, p in enumerate(problem.agents)]
        return ", ".join(cells)


def _listed(raw: object) -> bool:
    return isinstance(raw, Sequence) and not isinstance(raw, (str, bytes))


def as_typed(value: Number) -> Number:
    """A number as it was typed: 0.05 is 5 hundredths, and not the nearest float."""
    return tidy(value if is_exact(value) else Fraction(repr(float(value))))


def _share(value: Any, name: str) -> Number:
    return as_typed(as_number(value, name, low=0, high=1))


def _maximum(value: Any) -> int | None:
    return None if value is None else as_count(value, "maximum", low=1)


def taking_part(problem: Problem) -> list[int]:
    """Positions of the parties with votes that reach their threshold."""
    told = problem.data
    total = sum(problem.types) if told.total is None else told.total
    return [
        k
        for k, (party, votes) in enumerate(zip(problem.agents, problem.types, strict=True))
        if votes > 0 and votes >= told.thresholds.get(party, told.threshold) * total
    ]


def past_threshold(problem: Problem) -> list[int]:
    """The same where somebody does.

    Raises
    ------
    InvalidInputError
        If nobody does.
    """
    found = taking_part(problem)
    if not found:
        raise InvalidInputError("votes", "have a party past the threshold", problem.labelled)
    return found


def shares_of_seats(problem: Problem) -> list[Fraction]:
    """The exact share of the seats of each party, 0 for those below their threshold."""
    inside = past_threshold(problem)
    total = sum(problem.types[k] for k in inside)
    shares = [Fraction(0)] * len(problem)
    for k in inside:
        shares[k] = Fraction(problem.types[k]) * problem.data.seats / total
    return shares


def house() -> Houses:
    """Parties, or states, whose votes or inhabitants make seats in a house.

    The type of a party is its votes, the choice :class:`Seats`; a tie is worth to a party what
    lots give it on average.

    Examples
    --------
    >>> house().problem({"A": 60, "B": 40}, seats=5).types
    (60, 40)
    """
    return Houses()
