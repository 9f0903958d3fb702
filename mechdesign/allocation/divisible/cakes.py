"""Cake cutting: an interval that agents value differently from place to place, in fractions."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, Reference, as_list, as_number, show, tidy
from mechdesign.records import dataclass

__all__ = ["CakeDivision", "even_paz", "last_diminisher", "selfridge_conway"]

BRAMS_TAYLOR = Reference(
    "brams1996",
    "Brams, S. J. and Taylor, A. D.",
    "Fair Division: From Cake-Cutting to Dispute Resolution",
    1996,
    "Cambridge University Press",
    doi="10.1017/CBO9780511598975",
)

Interval = tuple[Fraction, Fraction]
Piece = tuple[Interval, ...]


@dataclass(frozen=True, eq=False)
class CakeDivision:
    """Who gets which parts of the cake.

    Parameters
    ----------
    pieces : mapping of agent to tuple of (number, number)
        The intervals of each agent, from left to right.
    values : mapping of agent to mapping of agent to number
        What everybody's piece is worth to each agent.
    queries : int
        How often an agent was asked for a cut or for the worth of a piece.
    """

    pieces: Mapping[Hashable, tuple[tuple[Number, Number], ...]]
    values: Mapping[Hashable, Mapping[Hashable, Number]]
    queries: int

    @property
    def envy(self) -> tuple[tuple[Hashable, Hashable, Number], ...]:
        """Who envies whom, and by how much."""
        return tuple(
            (i, j, worth - own[i])
            for i, own in self.values.items()
            for j, worth in own.items()
            if worth > own[i]
        )

    def table(self) -> Table:
        """A row for each agent: its piece, what it is worth, whom it envies."""
        rows = []
        for i, piece in self.pieces.items():
            parts = " ".join(f"[{show(a)}, {show(b)}]" for a, b in piece)
            envied = ", ".join(show(j) for who, j, _ in self.envy if who == i)
            rows.append([show(i), parts, self.values[i][i], envied])
        return Table(["agent", "piece", "worth", "envies"], rows)


class _Cake:
    """What agents answer: cuts and worths, counted."""

    def __init__(self, densities: Any) -> None:
        rows = (
            densities
            if isinstance(densities, Mapping)
            else dict(enumerate(as_list(densities, "densities")))
        )
        if not rows:
            raise InvalidInputError("densities", "be of at least one agent", densities)
        self.agents = list(rows)
        self.queries = 0
        self._ends: list[list[Fraction]] = []
        self._heights: list[list[Fraction]] = []
        self._sums: list[list[Fraction]] = []
        for agent, given in rows.items():
            where = f"densities[{agent!r}]"
            pair = as_list(given, where)
            if len(pair) != 2:
                raise InvalidInputError(where, "be a pair of breakpoints and heights", given)
            cuts = [Fraction(as_number(x, where)) for x in as_list(pair[0], where)]
            heights = [Fraction(as_number(x, where, low=0)) for x in as_list(pair[1], where)]
            ends = [Fraction(0), *cuts, Fraction(1)]
            if any(a >= b for a, b in itertools.pairwise(ends)):
                raise InvalidInputError(
                    where, "have breakpoints that rise between 0 and 1", pair[0]
                )
            if len(heights) != len(ends) - 1:
                raise InvalidInputError(where, f"have {len(ends) - 1} heights", pair[1])
            parts = [
                h * (b - a) for h, (a, b) in zip(heights, itertools.pairwise(ends), strict=True)
            ]
            self._ends.append(ends)
            self._heights.append(heights)
            self._sums.append(list(itertools.accumulate(parts, initial=Fraction(0))))

    def _upto(self, i: int, x: Fraction) -> Fraction:
        k = min(bisect.bisect_right(self._ends[i], x), len(self._heights[i])) - 1
        return self._sums[i][k] + self._heights[i][k] * (x - self._ends[i][k])

    def worth(self, i: int, piece: Piece) -> Fraction:
        """What a piece is worth to an agent."""
        return sum((self._upto(i, b) - self._upto(i, a) for a, b in piece), Fraction(0))

    def asked(self, i: int, piece: Piece) -> Fraction:
        """The same, as an answer that counts."""
        self.queries += 1
        return self.worth(i, piece)

    def cut(self, i: int, piece: Piece, target: Fraction) -> tuple[Piece, Piece]:
        """A piece in two, the first of them the shortest that is worth `target` to an agent."""
        self.queries += 1
        left: list[Interval] = []
        for k, (a, b) in enumerate(piece):
            here = self.worth(i, ((a, b),))
            if here < target:
                target -= here
                left.append((a, b))
                continue
            x = self._at(i, self._upto(i, a) + target, a)
            return _clean([*left, (a, x)]), _clean([(x, b), *piece[k + 1 :]])
        return piece, ()

    def _at(self, i: int, total: Fraction, start: Fraction) -> Fraction:
        """The first place from `start` on where the worth of what is left of it is `total`."""
        k = max(bisect.bisect_left(self._sums[i], total) - 1, 0)
        if not self._heights[i][k]:
            return start
        return max(start, self._ends[i][k] + (total - self._sums[i][k]) / self._heights[i][k])

    def thirds(self, i: int, piece: Piece) -> list[Piece]:
        """Three pieces of equal worth to an agent."""
        share = self.asked(i, piece) / 3
        first, rest = self.cut(i, piece, share)
        return [first, *self.cut(i, rest, share)]

    def best(self, i: int, pieces: Sequence[Piece]) -> int:
        """The piece that an agent would choose, the first of equals."""
        worths = [self.asked(i, piece) for piece in pieces]
        return worths.index(max(worths))

    def divided(self, pieces: Sequence[Piece]) -> CakeDivision:
        """The result, by the names of the agents."""
        everybody = range(len(self.agents))
        return CakeDivision(
            {
                self.agents[i]: tuple((tidy(a), tidy(b)) for a, b in sorted(pieces[i]))
                for i in everybody
            },
            {
                self.agents[i]: {self.agents[j]: tidy(self.worth(i, pieces[j])) for j in everybody}
                for i in everybody
            },
            self.queries,
        )


def last_diminisher(densities: Any) -> CakeDivision:
    """Everybody gets 1/n by its own measure: the shortest piece from the left goes to who cuts it.

    Parameters
    ----------
    densities : mapping of agent, or sequence, of (breakpoints, heights)
        How much a place is worth: constant heights between breakpoints in (0, 1), on the cake
        [0, 1]; numbers from 0 on, floats as the fractions that they are.

    Returns
    -------
    CakeDivision
        In connected pieces; envy is possible.

    Raises
    ------
    InvalidInputError
        On breakpoints that do not rise, or other numbers of heights.

    Notes
    -----
    O(n^2) cuts, exact; of equal cuts the first agent's counts (Banach and Knaster; see [1]_).

    References
    ----------
    .. [1] Brams, S. J. and Taylor, A. D. (1996). Fair Division: From Cake-Cutting to Dispute
       Resolution. Cambridge University Press. doi:10.1017/CBO9780511598975.

    Examples
    --------
    >>> found = last_diminisher([([], [1]), ([Fraction(1, 2)], [2, 0])])
    >>> found.pieces
    {0: ((Fraction(1, 4), 1),), 1: ((0, Fraction(1, 4)),)}
    """
    cake = _Cake(densities)
    n = len(cake.agents)
    rest: Piece = ((Fraction(0), Fraction(1)),)
    shares = [cake.asked(i, rest) / n for i in range(n)]
    pieces: list[Piece] = [()] * n
    there = list(range(n))
    while len(there) > 1:
        cuts = [cake.cut(i, rest, shares[i]) for i in there]
        k = min(range(len(there)), key=lambda k: _end(cuts[k][0]))
        pieces[there.pop(k)], rest = cuts[k]
    pieces[there[0]] = rest
    return cake.divided(pieces)


def even_paz(densities: Any) -> CakeDivision:
    """Everybody gets 1/n by its own measure, by halving the agents: few questions.

    Parameters
    ----------
    densities : mapping of agent, or sequence, of (breakpoints, heights)
        As for :func:`last_diminisher`.

    Returns
    -------
    CakeDivision
        In connected pieces; envy is possible.

    Notes
    -----
    Everybody marks where the left part is worth floor(n/2)/n of the piece; those with the first
    floor(n/2) marks divide what is left of the last of them.  O(n log n) cuts, exact (see [1]_).

    References
    ----------
    .. [1] Brams, S. J. and Taylor, A. D. (1996). Fair Division: From Cake-Cutting to Dispute
       Resolution. Cambridge University Press. doi:10.1017/CBO9780511598975.

    Examples
    --------
    >>> found = even_paz([([], [1]), ([Fraction(1, 2)], [2, 0])])
    >>> found.pieces[1], found.values[1][1]
    (((0, Fraction(1, 4)),), Fraction(1, 2))
    """
    cake = _Cake(densities)
    pieces: list[Piece] = [()] * len(cake.agents)

    def divide(there: list[int], piece: Piece) -> None:
        if len(there) == 1:
            pieces[there[0]] = piece
            return
        half = len(there) // 2
        cuts = {i: cake.cut(i, piece, cake.asked(i, piece) * half / len(there)) for i in there}
        order = sorted(there, key=lambda i: _end(cuts[i][0]))
        left, right = cuts[order[half - 1]]
        divide(sorted(order[:half]), left)
        divide(sorted(order[half:]), right)

    divide(list(range(len(pieces))), ((Fraction(0), Fraction(1)),))
    return cake.divided(pieces)


def selfridge_conway(densities: Any) -> CakeDivision:
    """Nobody of three agents envies anybody; at most five cuts, pieces need not be connected.

    Parameters
    ----------
    densities : mapping of agent, or sequence, of three (breakpoints, heights)
        As for :func:`last_diminisher`.

    Raises
    ------
    InvalidInputError
        For other than three agents.

    Notes
    -----
    The first agent cuts, the second trims the best piece to the second best, the third chooses
    first; the trimmings are divided so that the first, who has an advantage, never envies (see
    [1]_).  Exact.

    References
    ----------
    .. [1] Brams, S. J. and Taylor, A. D. (1996). Fair Division: From Cake-Cutting to Dispute
       Resolution. Cambridge University Press. doi:10.1017/CBO9780511598975.

    Examples
    --------
    >>> found = selfridge_conway([([], [1]), ([Fraction(1, 2)], [2, 0]), ([], [1])])
    >>> found.envy, found.queries
    ((), 18)
    """
    cake = _Cake(densities)
    if len(cake.agents) != 3:
        raise InvalidInputError("densities", "be of three agents", len(cake.agents))
    pieces = cake.thirds(0, ((Fraction(0), Fraction(1)),))
    worths = [cake.asked(1, piece) for piece in pieces]
    order = sorted(range(3), key=worths.__getitem__, reverse=True)
    trimmed = order[0]
    trimmings: Piece = ()
    if worths[order[0]] > worths[order[1]]:
        pieces[trimmed], trimmings = cake.cut(1, pieces[trimmed], worths[order[1]])
    left = [0, 1, 2]
    third = cake.best(2, pieces)
    left.remove(third)
    second = (
        trimmed if trimmings and trimmed in left else left[cake.best(1, [pieces[k] for k in left])]
    )
    left.remove(second)
    got = {0: pieces[left[0]], 1: pieces[second], 2: pieces[third]}
    if trimmings:
        chooser, cutter = (2, 1) if third == trimmed else (1, 2)
        parts = cake.thirds(cutter, trimmings)
        for i in (chooser, 0, cutter):
            k = cake.best(i, parts) if len(parts) > 1 else 0
            got[i] = _clean([*got[i], *parts.pop(k)])
    return cake.divided([got[i] for i in range(3)])


def _clean(piece: Sequence[Interval]) -> Piece:
    return tuple((a, b) for a, b in piece if a < b)


def _end(piece: Piece) -> Fraction:
    return piece[-1][1] if piece else Fraction(0)
