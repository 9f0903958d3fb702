"""Biproportional apportionment: seats by district and party, with the totals of both given."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.algorithms.orders import components
from mechdesign.apportionment.mechanisms import sainte_lague
from mechdesign.apportionment.settings import as_typed
from mechdesign.arrays import AnyArray
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, as_count, as_number, serializable, show
from mechdesign.records import dataclass

__all__ = ["Biproportional", "biproportional"]

_MOST_MOVES = 100_000


@serializable("apportionment.Biproportional")
@dataclass(frozen=True)
class Biproportional:
    """Seats by district and party, with the divisors that prove them.

    Parameters
    ----------
    votes, seats : mapping of (district, party) to number
        What was cast, and what it gives.
    district_divisors, party_divisors : mapping of label to Fraction
        A party has in a district its votes over both divisors, rounded.
    tied : bool
        Whether other seats satisfy the same divisors.
    """

    votes: FrozenMap[tuple[Any, Any], Number]
    seats: FrozenMap[tuple[Any, Any], int]
    district_divisors: FrozenMap[Any, Fraction]
    party_divisors: FrozenMap[Any, Fraction]
    tied: bool

    def flaws(self) -> list[str]:
        """The cells that are not their quotient rounded: none, by which the seats are proved."""
        half, found = Fraction(1, 2), []
        for (district, party), votes in self.votes.items():
            divisors = self.district_divisors[district] * self.party_divisors[party]
            quotient, seats = Fraction(votes) / divisors, self.seats[district, party]
            if not seats - half <= quotient <= seats + half or (seats and not votes):
                found.append(f"{show(district)}, {show(party)}: {seats} for {show(quotient)}")
        return found

    def table(self) -> Table:
        """Parties by districts."""
        districts, parties = self.district_divisors, self.party_divisors
        rows: list[list[Any]] = []
        for party in parties:
            own = [self.seats[district, party] for district in districts]
            rows.append([show(party), *own, sum(own)])
        named = map(show, districts)
        return Table(["party", *named, "total"], rows, "seats" + ", tied" * self.tied)


def biproportional(
    votes: Mapping[Any, Mapping[Any, Number]],
    districts: Mapping[Any, int],
    parties: Mapping[Any, int] | None = None,
) -> Biproportional:
    """Seats by district and party in proportion to both (Balinski and Demange).

    Each district has its seats, each party has its seats in all districts, and there are
    divisors of districts and of parties such that the votes over both, rounded, are the seats.

    Parameters
    ----------
    votes : mapping of district to mapping of party to votes
        Exact numbers that are not negative; a party that is left out in a district has no votes.
    districts : mapping of district to int
        The seats of each.
    parties : mapping of party to int, optional
        The seats of each; by default those of :func:`sainte_lague` on the sums of the votes, where
        nothing ties.

    Raises
    ------
    InvalidInputError
        If the totals differ, or no seats with these totals go to votes only.

    Notes
    -----
    Starts from any seats with these totals and moves seats along cycles while the product of the
    quotients grows; that none is left is proved exactly by the divisors.  About seats times
    (districts times parties) steps.

    Examples
    --------
    >>> votes = {"north": {"A": 123, "B": 45, "C": 815}, "south": {"A": 912, "B": 714, "C": 414}}
    >>> found = biproportional(votes, {"north": 4, "south": 6})
    >>> print(found.table())
    seats
    party  north  south  total
    -----  -----  -----  -----
    A      1      2      3
    B      0      3      3
    C      3      1      4
    >>> found.flaws()
    []
    """
    if set(votes) != set(districts) or not votes:
        raise InvalidInputError("districts", f"be {list(votes)}", list(districts))
    rows = list(votes)
    columns = list(dict.fromkeys(itertools.chain.from_iterable(votes.values())))
    cast = {
        (d, p): as_typed(as_number(votes[d].get(p, 0), f"votes[{d!r}][{p!r}]", low=0))
        for d in rows
        for p in columns
    }
    wanted = [as_count(districts[d], f"districts[{d!r}]") for d in rows]
    house = sum(wanted)
    if parties is None:
        found = sainte_lague(
            {p: sum(cast[d, p] for d in rows) for p in columns}, seats=house
        ).choice
        if found.left:
            raise InvalidInputError("parties", "be given where the last seats of parties tie", None)
        parties = dict(zip(columns, found.certain, strict=True))
    if set(parties) != set(columns):
        raise InvalidInputError("parties", f"be {columns}", list(parties))
    given = [as_count(parties[p], f"parties[{p!r}]") for p in columns]
    if sum(given) != house:
        raise InvalidInputError("parties", f"have the {house} seats of the districts", sum(given))
    unit = math.lcm(*(Fraction(v).denominator for v in cast.values()))
    weights = [[int(cast[d, p] * unit) for p in columns] for d in rows]
    search = _Moves(weights, _start(weights, wanted, given))
    lengths = search.run()
    row_lengths, column_lengths = lengths[: len(rows)], lengths[len(rows) :]
    return Biproportional(
        FrozenMap(cast),
        FrozenMap(
            ((d, p), search.seats[i][j]) for i, d in enumerate(rows) for j, p in enumerate(columns)
        ),
        FrozenMap(zip(rows, row_lengths, strict=True)),
        FrozenMap((p, Fraction(1, unit) / x) for p, x in zip(columns, column_lengths, strict=True)),
        search.tied(lengths),
    )


def _start(weights: list[list[int]], wanted: list[int], given: list[int]) -> list[list[int]]:
    """Any seats with the totals, none without votes."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    n, m = len(wanted), len(given)
    arcs = [(0, 1 + i, s) for i, s in enumerate(wanted)]
    arcs += [(1 + n + j, 1 + n + m, s) for j, s in enumerate(given)]
    arcs += [
        (1 + i, 1 + n + j, min(wanted[i], given[j]))
        for i in range(n)
        for j in range(m)
        if weights[i][j]
    ]
    network = np.zeros((n + m + 2, n + m + 2), dtype=np.int32)
    for a, b, most in arcs:
        network[a, b] = most
    found = maximum_flow(csr_array(network), 0, n + m + 1)
    if found.flow_value < sum(wanted):
        told = "have votes where seats with these totals must go"
        raise InvalidInputError("votes", told, f"{found.flow_value} of {sum(wanted)} seats")
    flow = found.flow.toarray()
    return [[max(int(flow[1 + i, 1 + n + j]), 0) for j in range(m)] for i in range(n)]


class _Moves:
    """Seats that move along cycles of districts and parties; nodes are districts, then parties."""

    def __init__(self, weights: list[list[int]], seats: list[list[int]]) -> None:
        self.weights, self.seats = weights, seats
        self.n, self.m = len(weights), len(weights[0])

    def run(self) -> list[Fraction]:
        """Move seats until nothing is gained; lengths of paths, which are the divisors."""
        for _ in range(_MOST_MOVES):
            cycle = self._float_cycle()
            if cycle is None or not self._gains(cycle):
                found = self._exact()
                if not isinstance(found, tuple):
                    return found
                cycle = list(found)
            for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
                if a < self.n:
                    self.seats[a][b - self.n] += 1
                else:
                    self.seats[b][a - self.n] -= 1
        raise LimitReachedError(f"moves: more than {_MOST_MOVES:,} of single seats")

    def _factor(self, a: int, b: int) -> Fraction | None:
        """What a step multiplies: a seat more from district to party, one fewer back."""
        if a < self.n:
            votes = self.weights[a][b - self.n]
            return Fraction(2 * self.seats[a][b - self.n] + 1, 2 * votes) if votes else None
        seats = self.seats[b][a - self.n]
        return Fraction(2 * self.weights[b][a - self.n], 2 * seats - 1) if seats else None

    def _gains(self, cycle: list[int]) -> bool:
        product = Fraction(1)
        for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            factor = self._factor(a, b)
            if factor is None:
                return False
            product *= factor
        return product < 1

    def _float_cycle(self) -> list[int] | None:
        """A cycle that gains, as far as floats tell."""
        with np.errstate(divide="ignore"):
            votes = np.log(np.array(self.weights, dtype=float))
            seats = np.array(self.seats, dtype=float)
            more = np.where(np.isfinite(votes), np.log(seats + 0.5) - votes, np.inf)
            less = np.where(seats > 0, votes - np.log(np.maximum(seats - 0.5, 0.5)), np.inf)
        length = np.zeros(self.n + self.m)
        before = np.full(self.n + self.m, -1)
        changed = -1
        for _ in range(self.n + self.m):
            changed = -1
            for low, high, step in ((0, self.n, more), (self.n, self.n + self.m, less.T)):
                reached = length[low:high, None] + step
                at = reached.argmin(axis=0)
                best = reached[at, np.arange(reached.shape[1])]
                start = self.n if low == 0 else 0
                place = np.flatnonzero(best < length[start : start + len(best)] - 1e-11)
                length[start + place], before[start + place] = best[place], low + at[place]
                changed = start + int(place[0]) if place.size else changed
            if changed < 0:
                return None
        return _around(before.tolist(), changed)

    def _exact(self) -> list[Fraction] | tuple[int, ...]:
        """Shortest paths by products, or a cycle that gains."""
        size = self.n + self.m
        steps = [
            (a, b, factor)
            for a, b in itertools.product(range(size), repeat=2)
            if (a < self.n) != (b < self.n) and (factor := self._factor(a, b)) is not None
        ]
        length, before = [Fraction(1)] * size, [-1] * size
        for _ in range(size):
            changed = -1
            for a, b, factor in steps:
                if length[a] * factor < length[b]:
                    length[b], before[b], changed = length[a] * factor, a, b
            if changed < 0:
                return length
        return tuple(_around(before, changed))

    def tied(self, length: list[Fraction]) -> bool:
        """Whether seats can move around a cycle at no cost."""
        size = self.n + self.m
        tight: AnyArray = np.zeros((size, size), dtype=bool)
        for a, b in itertools.product(range(size), repeat=2):
            factor = self._factor(a, b) if (a < self.n) != (b < self.n) else None
            tight[a, b] = factor is not None and length[a] * factor == length[b]
        return len(components(tight)) < size


def _around(before: list[int], node: int) -> list[int]:
    """The cycle that the predecessors of a node lead into, forwards."""
    for _ in before:
        node = before[node]
    cycle, at = [node], before[node]
    while at != node:
        cycle.append(at)
        at = before[at]
    return cycle[::-1]
