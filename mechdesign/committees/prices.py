"""Price systems: payments of voters that explain a committee, or a proof that there are none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

from mechdesign.committees.settings import Electorate, electorate
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, Problem, serializable, show, tidy
from mechdesign.records import dataclass
from mechdesign.solvers.linear.packing import packing

__all__ = ["PriceSystem", "price_system"]

# Rows times columns of an exact program; more would take minutes.
_MOST_CELLS = 60_000


@serializable("committees.PriceSystem")
@dataclass(frozen=True)
class PriceSystem:
    """Payments of voters for a committee, in which a seat costs 1.

    Parameters
    ----------
    budget : number
        What every voter has.
    payments : mapping of (ballot, candidate) to number
        What each voter with a ballot pays for a member.
    """

    budget: Number
    payments: FrozenMap[tuple[tuple[Any, ...], Any], Number]

    def flaws(self, problem: Problem, committee: Iterable[object]) -> list[str]:
        """What is wrong with the system, from its definition: nothing if it explains a committee.

        Voters pay only for members of whom they approve and no more than they have, each member
        gets 1, and nobody else could be paid by what its voters have left beyond 1.  Members
        without a voter cost nothing where everybody with a voter is elected.
        """
        found = []
        chosen = _to_pay(problem, set(committee))
        paid = dict.fromkeys(problem.data.candidates, Fraction(0))
        left = dict.fromkeys(problem.data.candidates, Fraction(0))
        for agent, own in zip(problem.agents, problem.types, strict=True):
            weight = Fraction(problem.weight_of(agent))
            mine = {c: Fraction(v) for (b, c), v in self.payments.items() if b == own}
            rest = Fraction(self.budget) - sum(mine.values())
            if any(v < 0 or c not in own for c, v in mine.items()) or rest < 0:
                found.append(f"{own} pays what it cannot or need not")
            for c, v in mine.items():
                paid[c] += weight * v
            for c in own:
                left[c] += weight * rest
        for c in problem.data.candidates:
            if paid[c] != (c in chosen):
                found.append(f"{show(c)} gets {show(tidy(paid[c]))}")
            if c not in chosen and left[c] > 1:
                found.append(f"the voters of {show(c)} have {show(tidy(left[c]))} left")
        return found

    def table(self) -> Table:
        """Who pays what."""
        members = list(dict.fromkeys(c for _, c in self.payments))
        rows = [
            [", ".join(map(show, ballot)), *(self.payments.get((ballot, c), 0) for c in members)]
            for ballot in dict.fromkeys(ballot for ballot, _ in self.payments)
        ]
        told = f"payments of each voter, out of {show(self.budget)}"
        return Table(["ballot", *map(show, members)], rows, told)


def price_system(problem: Problem, committee: Iterable[object]) -> PriceSystem | None:
    """A price system for a committee, or None if there is none: then it is not priceable.

    All voters have the same budget.  Each member costs 1, which voters who approve of it pay; the
    voters of a candidate who is not elected have at most 1 left (Peters and Skowron).  Where
    everybody of whom a voter approves is elected, further members cost nothing.

    Parameters
    ----------
    problem : Problem
        Of :func:`approvals`.
    committee : iterable of labels
        Its members, any number of them.

    Raises
    ------
    LimitReachedError
        If the exact program is too large: more than 60,000 cells of its table.

    Notes
    -----
    One exact linear program with a variable for each ballot and member.

    Examples
    --------
    >>> from mechdesign import committees
    >>> votes = committees.approvals().problem({"a, b": 5, "c": 4, "d": 3}, seats=2)
    >>> found = price_system(votes, {"a", "c"})
    >>> found.budget, found.flaws(votes, {"a", "c"})
    (Fraction(1, 4), [])
    >>> price_system(votes, {"c", "d"}) is None
    True
    """
    chosen = set(committee)
    if not chosen <= set(problem.data.candidates):
        known = list(problem.data.candidates)
        raise InvalidInputError("committee", f"be of {known}", sorted(chosen, key=str))
    votes = electorate(problem)
    places = [k for k, c in enumerate(votes.candidates) if c in chosen]
    found, _ = solved_prices(votes, places)
    return found


def _to_pay(problem: Problem, chosen: Collection[object]) -> set[Any]:
    """The members who cost something."""
    pairs = zip(problem.agents, problem.types, strict=True)
    known = {c for agent, own in pairs if problem.weight_of(agent) for c in own}
    return known if known <= set(chosen) else set(chosen)


def solved_prices(
    votes: Electorate, chosen: Collection[int]
) -> tuple[PriceSystem | None, dict[Any, Fraction]]:
    """A price system, or a multiple for each candidate that proves that there is none.

    They are multiples of the conditions that a member gets 1 and that the voters of somebody else
    have at most 1 left; see :func:`unpaid`.
    """
    known = {c for own in votes.sets for c in own}
    chosen = known if known <= set(chosen) else set(chosen)
    columns = [(t, c) for t, own in enumerate(votes.sets) for c in own if c in chosen]
    at = {pair: k for k, pair in enumerate(columns)}
    number = [Fraction(count, votes.unit) for count in votes.counts]
    others = [c for c in range(len(votes.candidates)) if c not in chosen]
    budget = len(columns)
    rows: list[list[tuple[int, Any]]] = []
    right: list[int] = []
    for c in sorted(chosen):
        rows.append([(at[t, c], 1) for t, own in enumerate(votes.sets) if c in own])
        right.append(1)
    for t in range(len(votes.sets)):
        mine = [(at[t, c], 1) for c in votes.sets[t] if c in chosen]
        rows.append([*mine, (budget, -number[t])])
        right.append(0)
    for d in others:
        behind = [t for t, own in enumerate(votes.sets) if d in own]
        paid = [(at[t, c], -1) for t in behind for c in votes.sets[t] if c in chosen]
        rows.append([*paid, (budget, sum((number[t] for t in behind), Fraction(0)))])
        right.append(1)
    cells = len(rows) * (len(rows) + budget + 1)
    if cells > _MOST_CELLS:
        raise LimitReachedError(f"prices: {cells:,} cells of a table, {_MOST_CELLS:,} are solved")
    # As much as possible is paid, at most 1 for each member.
    solved = packing(rows, right, [1] * budget + [0], exact=True)
    ballots = [tuple(votes.candidates[c] for c in own) for own in votes.sets]
    if solved.value == len(chosen):
        payments = FrozenMap(
            ((ballots[t], votes.candidates[c]), tidy(solved.x[k] / number[t]))
            for (t, c), k in at.items()
            if solved.x[k]
        )
        return PriceSystem(tidy(solved.x[budget]), payments), {}
    # The conditions of the members come first, then those of the ballots, then of the others.
    told = [*solved.duals[: len(chosen)], *solved.duals[len(rows) - len(others) :]]
    named = (votes.candidates[c] for c in (*sorted(chosen), *others))
    return None, dict(zip(named, told, strict=True))


def unpaid(problem: Problem, chosen: Collection[object], multiples: Mapping[Any, Number]) -> Number:
    """How many of the seats no payments reach, proved by multiples; 0 if they prove nothing.

    Take the condition of each member (it gets 1) and of each other candidate (its voters have at
    most 1 left) so many times, and for each voter (it pays at most its budget) as often as makes
    every payment count for 1 at least.  If the budgets then cancel, what all pay together is at
    most the sum of the multiples.
    """
    chosen = _to_pay(problem, chosen)
    known = {c: Fraction(multiples.get(c, 0)) for c in problem.data.candidates}
    if any(value < 0 for value in known.values()):
        return 0
    budgets = Fraction(0)
    for agent, own in zip(problem.agents, problem.types, strict=True):
        others = sum((known[c] for c in own if c not in chosen), Fraction(0))
        needed = [1 - known[c] + others for c in own if c in chosen]
        budgets += Fraction(problem.weight_of(agent)) * (others - max([Fraction(0), *needed]))
    return 0 if budgets < 0 else max(len(chosen) - sum(known.values()), 0)
