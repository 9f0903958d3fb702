"""The methods side by side, and a method seat by seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mechdesign.apportionment.mechanisms import ALSO_CALLED
from mechdesign.apportionment.settings import Houses, house, past_threshold
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Outcome, Problem, as_mechanism, show
from mechdesign.records import Shown

__all__ = ["SeatComparison", "compare_methods", "seat_by_seat"]


class SeatComparison(Shown):
    """Seats by several methods.

    Parameters
    ----------
    problem : Problem
        The votes.
    outcomes : mapping of str to Outcome
        By method.
    published : mapping of party to int, optional
        Seats to hold them against.
    """

    def __init__(
        self,
        problem: Problem,
        outcomes: Mapping[str, Outcome],
        published: Mapping[Any, int] | None = None,
    ) -> None:
        self.problem, self.outcomes, self.published = problem, outcomes, published

    @property
    def decisions(self) -> tuple[str, ...]:
        """What was decided when the votes were read."""
        told: tuple[str, ...] = self.problem.data.decisions
        return told

    @property
    def exit_code(self) -> int:
        """3 where a tie is left open, as for elections."""
        return 3 if any(found.choice.left for found in self.outcomes.values()) else 0

    @property
    def below(self) -> list[Any]:
        """The parties that take no part."""
        inside = set(past_threshold(self.problem))
        return [p for k, p in enumerate(self.problem.agents) if k not in inside]

    def table(self) -> Table:
        """One row for each party, one column for each method."""
        clash = {"party", "votes", "published"} & set(self.outcomes)
        if clash:
            raise InvalidInputError("methods", "be names of methods", sorted(clash))
        extra = [] if self.published is None else ["published"]
        rows = []
        for k, party in enumerate(self.problem.agents):
            told = [] if self.published is None else [self.published.get(party, 0)]
            cells = [found.choice.cell(k) for found in self.outcomes.values()]
            rows.append([str(party), self.problem.types[k], *told, *cells])
        return Table(["party", "votes", *extra, *self.outcomes], rows, notes=self._notes())

    def _notes(self) -> list[str]:
        notes = []
        if self.below:
            notes.append(f"below the threshold or without votes: {', '.join(map(str, self.below))}")
        for name, found in self.outcomes.items():
            if found.choice.left:
                notes.append(f"{name}: {found.provenance.ties}")
            own = dict(zip(self.problem.agents, found.choice.certain, strict=True))
            if self.published is not None and not found.choice.left:
                off = [p for p in own if own[p] != self.published.get(p, 0)]
                if off:
                    notes.append(f"{name} differs from the table: {', '.join(map(str, off))}")
        return notes

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        agents = [str(party) for party in self.problem.agents]
        found: dict[str, Any] = {
            "seats": self.problem.data.seats,
            "votes": dict(zip(agents, map(show, self.problem.types), strict=True)),
            "below_threshold": [str(party) for party in self.below],
            "methods": {
                name: {
                    "certain": dict(zip(agents, outcome.choice.certain, strict=True)),
                    "tied": [agents[k] for k in outcome.choice.tied],
                    "left": outcome.choice.left,
                }
                for name, outcome in self.outcomes.items()
            },
        }
        if self.published is not None:
            found["published"] = {p: self.published.get(p, 0) for p in agents}
        return found

    def __str__(self) -> str:
        return str(self.table())


def compare_methods(
    data: object,
    methods: Sequence[str] = ("dhondt", "sainte_lague", "hare"),
    *,
    published: Mapping[Any, int] | None = None,
    **options: Any,
) -> SeatComparison:
    """Seats by several methods.

    Parameters
    ----------
    data, **options
        A problem, or votes with `seats` and what else :func:`house` reads.
    methods : sequence of str
        Methods of the family, such as ``modified_sainte_lague(first=6/5)``, or as states call
        them: ``jefferson``, ``webster``, ``hill``, ``hamilton``.
    published : mapping of party to int, optional
        Seats to hold them against.

    Examples
    --------
    >>> print(compare_methods({"A": 53, "B": 24, "C": 23}, seats=7))
    party  votes  dhondt  sainte_lague  hare
    -----  -----  ------  ------------  ----
    A      53     4       3             4
    B      24     2       2             2
    C      23     1       2             1
    """
    problem = data if isinstance(data, Problem) else house().problem(data, **options)
    if not methods:
        raise InvalidInputError("methods", "name at least one method", methods)
    outcomes = {}
    for name in methods:
        known = ALSO_CALLED.get(name, name)
        rule = as_mechanism(known if "." in known else f"apportionment.{known}")
        if not isinstance(rule.setting, Houses):
            raise InvalidInputError("methods", "be methods that give seats", name)
        outcomes[name] = rule.solve(problem)
    return SeatComparison(problem, outcomes, published)


def seat_by_seat(found: Outcome) -> Table:
    """Who gets which seat by a divisor method, with the averages.

    Parameters
    ----------
    found : Outcome
        Of a divisor method.

    Examples
    --------
    >>> from mechdesign import apportionment
    >>> print(seat_by_seat(apportionment.dhondt({"A": 6, "B": 5}, seats=3)))
    seat  party  average
    ----  -----  -------
    1     A      6
    2     B      5
    3     A      3
    """
    awards = found.details.get("awards")
    if awards is None:
        raise InvalidInputError("found", "be of a divisor method", found)
    name = "average" if found.details["power"] == 1 else "average squared"
    base = found.choice.total - len(awards)
    rows = [
        [base + k, str(party), "infinite" if average is None else average]
        for k, (party, average) in enumerate(awards, 1)
    ]
    return Table(["seat", "party", name], rows)
