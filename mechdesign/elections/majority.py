"""Majorities over platforms: win sets, cycles, covering, the yolk, and agendas of votes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from mechdesign.aggregation import Pairwise
from mechdesign.aggregation.profiles.weights import integer_weights
from mechdesign.aggregation.rules.majority import smith_components
from mechdesign.aggregation.tournaments.covering import covers
from mechdesign.arrays import AnyArray, FloatArray, IntArray
from mechdesign.elections.space import Contest
from mechdesign.errors import InvalidInputError, SolverError, require
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, ratio
from mechdesign.records import dataclass

__all__ = ["Agenda", "Majorities", "Yolk", "agenda", "majorities", "win_set", "yolk"]

Covering = Literal["mckelvey", "bordes", "gillies", "fishburn"]
_MOST_VOTERS = 150
#: How far apart voters are where the yolk is computed.
_SPREAD = 1e4


def lead(contest: Contest, platform: int) -> IntArray:
    """How many more prefer each platform to the one at a place, in units of the weights."""
    counts, _ = integer_weights(contest.weights, contest.voters)
    values = contest.utilities
    more = (values > values[:, [platform]]).astype(np.int64)
    less = (values < values[:, [platform]]).astype(np.int64)
    return np.asarray(counts @ (more - less))


def win_set(contest: Contest, platform: Hashable) -> tuple[Hashable, ...]:
    """The platforms that a majority prefers to one.

    Parameters
    ----------
    contest : Contest
        Voters and platforms.
    platform : label
        One of its platforms.

    Notes
    -----
    O(n m) for n voters and m platforms.  A majority is more weight for than against; voters who
    are indifferent do not count.

    Examples
    --------
    >>> from mechdesign.elections import contest
    >>> win_set(contest([0, 1, 2, 5, 9], "0:9"), 4)
    (1, 2, 3)
    """
    require(contest, Contest, "contest")
    return tuple(contest.platforms[k] for k in _beaten_by(contest, contest.place(platform)))


def _beaten_by(contest: Contest, place: int) -> list[int]:
    found: list[int] = np.flatnonzero(lead(contest, place) > 0).tolist()
    return found


@dataclass(frozen=True, eq=False, repr=False)
class Agenda:
    """Whether majority votes lead from one platform to another.

    Parameters
    ----------
    path : tuple of labels, optional
        Each beats the one before; the shortest there is.  None where there is none.
    reached : frozenset of labels
        What can be reached from the start, where there is no path: nothing outside beats any of
        them, which proves it.
    """

    path: tuple[Hashable, ...] | None
    reached: frozenset[Hashable]

    def table(self) -> Table:
        """One row a vote, or one a platform that can be reached."""
        if self.path is None:
            rows: list[list[Any]] = [[str(x)] for x in sorted(self.reached, key=str)]
            return Table(["can be reached"], rows, "no votes lead there")
        votes = zip(self.path, self.path[1:], strict=False)
        rows = [[k, str(a), str(b)] for k, (a, b) in enumerate(votes, 1)]
        return Table(["vote", "standing", "beaten by"], rows, "an agenda of majority votes")

    def __repr__(self) -> str:
        if self.path is None:
            return f"no path: {len(self.reached)} platforms can be reached"
        return " < ".join(map(str, self.path))


def agenda(contest: Contest, start: Hashable, end: Hashable) -> Agenda:
    """Majority votes that lead from one platform to another, or a proof that none do.

    Parameters
    ----------
    contest : Contest
        Voters and platforms.
    start, end : labels
        Two of its platforms.

    Notes
    -----
    Breadth-first search: O(m) win sets.  In a space without a platform that beats all others an
    agenda can lead nearly anywhere: McKelvey's chaos, here constructed or refuted on a finite set.

    Examples
    --------
    >>> from mechdesign.elections import contest
    >>> agenda(contest([0, 1, 2, 5, 9], "0:9"), 9, 2)
    9 < 2
    >>> agenda(contest([0, 1, 2, 5, 9], "0:9"), 2, 9).reached
    frozenset({2})
    """
    require(contest, Contest, "contest")
    first, last = contest.place(start), contest.place(end)
    before: dict[int, int] = {first: first}
    queue = [first]
    for place in queue:
        if place == last:
            path = [last]
            while path[-1] != first:
                path.append(before[path[-1]])
            return Agenda(tuple(contest.platforms[k] for k in reversed(path)), frozenset())
        for other in _beaten_by(contest, place):
            if other not in before:
                before[other] = place
                queue.append(other)
    return Agenda(None, frozenset(contest.platforms[k] for k in queue))


@dataclass(frozen=True, eq=False, repr=False)
class Majorities:
    """What majorities say of all platforms: see :func:`majorities`."""

    contest: Contest

    @property
    def pairs(self) -> Pairwise:
        """All comparisons, exact."""
        return self.contest.pairs

    def margin(self, a: Hashable, b: Hashable) -> Number:
        """The weight of those who prefer the first less that of those who prefer the second."""
        i, j = self.contest.place(a), self.contest.place(b)
        return ratio(int(self.pairs.margins[i, j]), self.pairs.denominator)

    @property
    def condorcet_winner(self) -> Hashable | None:
        """The platform that beats all others, None if there is none."""
        wins = (self.pairs.margins > 0).sum(axis=1)
        found = np.flatnonzero(wins == self.contest.m - 1)
        return self.contest.platforms[int(found[0])] if len(found) else None

    @property
    def unbeaten(self) -> tuple[Hashable, ...]:
        """The platforms that no other beats; they may tie with some."""
        fine: list[bool] = np.all(self.pairs.margins >= 0, axis=1).tolist()
        return tuple(x for x, good in zip(self.contest.platforms, fine, strict=True) if good)

    @cached_property
    def top_cycle(self) -> tuple[Hashable, ...]:
        """The smallest set whose members beat all others (the Smith set)."""
        return tuple(self.contest.platforms[k] for k in sorted(smith_components(self.pairs)[0]))

    def uncovered(self, covering: Covering = "mckelvey") -> tuple[Hashable, ...]:
        """The platforms that no other covers.

        Parameters
        ----------
        covering : {"mckelvey", "bordes", "gillies", "fishburn"}
            As in :func:`mechdesign.aggregation.uncovered`.  By default a platform covers one that
            it beats if it also beats whatever that one beats, and at least ties whatever that one
            ties; without ties all four are the same.
        """
        if covering not in get_args(Covering):
            raise InvalidInputError("covering", f"be one of {get_args(Covering)}", covering)
        covered: list[bool] = np.any(covers(self.pairs.beats, covering), axis=0).tolist()
        return tuple(x for x, hit in zip(self.contest.platforms, covered, strict=True) if not hit)

    @cached_property
    def copeland(self) -> FrozenMap[Hashable, Number]:
        """Majority wins less majority losses of each platform."""
        margins = self.pairs.margins
        scores: list[int] = ((margins > 0).sum(axis=1) - (margins < 0).sum(axis=1)).tolist()
        return FrozenMap(zip(self.contest.platforms, scores, strict=True))

    @cached_property
    def cycle(self) -> tuple[Hashable, Hashable, Hashable] | None:
        """Three platforms each of which beats the next, and the last the first; None if none do."""
        found = three_cycle(self.pairs.margins)
        if found is None:
            return None
        a, b, c = (self.contest.platforms[k] for k in found)
        return a, b, c

    def table(self) -> Table:
        """One row a platform: wins less losses, in the top cycle, uncovered."""
        inside, open_ = set(self.top_cycle), set(self.uncovered())
        scores = self.copeland
        order = sorted(range(self.contest.m), key=lambda k: -scores[self.contest.platforms[k]])
        rows = []
        for k in order:
            x = self.contest.platforms[k]
            margins = np.delete(self.pairs.margins[k], k)
            worst = ratio(int(margins.min(initial=0)), self.pairs.denominator)
            rows.append([str(x), scores[x], worst, _yes(x in inside), _yes(x in open_)])
        columns = ["platform", "wins - losses", "worst margin", "top cycle", "uncovered"]
        return Table(columns, rows, "majorities", (*self.notes(), *self.contest.decisions))

    def notes(self) -> tuple[str, ...]:
        """Whether there is a stable platform, and how many votes are ties."""
        ties = (int((self.pairs.margins == 0).sum()) - self.contest.m) // 2
        told = (f"{ties} pairs of platforms tie, and a tie beats nothing",) if ties else ()
        return (*self._stable(), *told)

    def _stable(self) -> tuple[str, ...]:
        winner = self.condorcet_winner
        if winner is not None:
            return (f"{winner} beats all other platforms",)
        if self.unbeaten:
            return (f"no platform beats {', '.join(map(str, self.unbeaten[:8]))}; some tie",)
        if self.cycle is None:
            return ("every platform is beaten",)
        a, b, c = self.cycle
        return (f"every platform is beaten: {a} beats {b}, {b} beats {c}, {c} beats {a}",)

    def __repr__(self) -> str:
        return str(self.table())


def majorities(contest: Contest) -> Majorities:
    """All majority votes between two platforms.

    Parameters
    ----------
    contest : Contest
        At most 3,000 platforms.

    Notes
    -----
    O(n m^2) for n voters and m platforms, and O(m^3) for covering.  With an even number of voters
    majorities can tie: a tie beats nothing.

    Examples
    --------
    >>> from mechdesign.elections import contest
    >>> plane = majorities(contest([(0, 0), (4, 0), (0, 3)], "0:4,0:3"))
    >>> plane.condorcet_winner, len(plane.top_cycle), plane.cycle
    (None, 18, ((0, 0), (0, 1), (1, 1)))
    """
    require(contest, Contest, "contest")
    return Majorities(contest)


def three_cycle(margins: AnyArray) -> tuple[int, int, int] | None:
    """The first three places that beat each other in a circle."""
    beats = np.asarray(margins > 0)
    for a in range(len(beats)):
        below, above = np.flatnonzero(beats[a]), np.flatnonzero(beats[:, a])
        hits = beats[np.ix_(below, above)]
        if hits.any():
            i, j = map(int, np.argwhere(hits)[0])
            return a, int(below[i]), int(above[j])
    return None


def _yes(fact: bool) -> str:
    return "yes" if fact else ""


class Yolk(NamedTuple):
    """The smallest circle that meets all median lines.

    Its radius is at least :attr:`bound`, and a circle of radius :attr:`radius` around the centre
    meets them all: the two agree up to the tolerance of a linear program.
    """

    centre: tuple[float, float]
    radius: float
    bound: float


def yolk(contest: Contest) -> Yolk:
    """The yolk of voters in the plane: the smallest circle that meets every median line.

    A median line has at least half of the voters on each side, those on it counted on both.  The
    yolk is a point exactly where some point beats or ties all others of the plane; platforms far
    from it lose to those near it.

    Parameters
    ----------
    contest : Contest
        In two dimensions, at most 150 voters.  Its platforms do not matter.

    Raises
    ------
    SolverError
        If the two bounds stay apart by more than 1e-10 of the size of the electorate.

    Notes
    -----
    Between two directions in which voters change their order the median voter is the same, so that
    the farthest median line of a direction has a closed form; the directions that bind are added
    to a linear program until no median line is missed.  O(n^2) directions, each sorted once.  It
    is not enough to look at median lines through two voters.

    Examples
    --------
    >>> from mechdesign.elections import contest
    >>> found = yolk(contest([(0, 0), (4, 0), (0, 3)]))
    >>> [round(x, 9) for x in (*found.centre, found.radius)]
    [1.0, 1.0, 1.0]
    """
    require(contest, Contest, "contest")
    if contest.dimensions != 2 or contest.ideals is None:
        raise InvalidInputError("contest", "be in the plane", f"{contest.dimensions} dimensions")
    if len(contest) > _MOST_VOTERS:
        raise InvalidInputError("contest", f"have at most {_MOST_VOTERS} voters", len(contest))
    corner = contest.ideals[0]
    points = np.array(
        [[float(x - y) for x, y in zip(p, corner, strict=True)] for p in contest.ideals]
    )
    ends = float(corner[0]), float(corner[1])
    if not np.any(points):
        return Yolk(ends, 0.0, 0.0)
    # Linear programs are solved to 1e-7: in units in which that is little.
    unit = float(np.ptp(points, axis=0).max()) / _SPREAD
    found = _smallest_circle(points / unit, contest.weights)
    x, y = found.centre
    return Yolk((ends[0] + unit * x, ends[1] + unit * y), unit * found.radius, unit * found.bound)


def _smallest_circle(points: FloatArray, weights: Sequence[Number]) -> Yolk:
    """The yolk of points whose coordinates span `_SPREAD`."""
    from mechdesign.solvers.linear.dense_programs import maximise_dense

    size = _SPREAD
    starts, ends, medians = _median_arcs(points, weights)
    angles = np.concatenate([starts, ends])
    anchors = np.concatenate([medians, medians])
    for _ in range(200):
        rows = np.column_stack([np.cos(angles), np.sin(angles)])
        offsets = (rows * anchors).sum(axis=1)
        upper = np.column_stack([rows, -np.ones(len(rows))])
        lower = np.column_stack([-rows, -np.ones(len(rows))])
        _, found = maximise_dense(
            [0.0, 0.0, -1.0], np.vstack([upper, lower]), [*offsets, *(-offsets)], low=None
        )
        missed, at = _farthest(found[:2], starts, ends, medians)
        worst = int(missed.argmax())
        if missed[worst] - found[2] <= 1e-10 * size:
            x, y = found[:2].tolist()
            return Yolk((x, y), float(missed[worst]), max(0.0, float(found[2])))
        new = np.flatnonzero(missed > found[2] + 1e-11 * size)
        new = new[np.argsort(-missed[new])][:50]
        angles = np.concatenate([angles, at[new]])
        anchors = np.concatenate([anchors, medians[new]])
    raise SolverError("the yolk was not found to 1e-10 of the size of the electorate")


def _median_arcs(
    points: FloatArray, weights: Sequence[Number]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Arcs of directions with the point that is the lower or upper median in all of them."""
    counts, _ = integer_weights(tuple(weights), range(len(points)))
    i, j = np.triu_indices(len(points), 1)
    apart = points[i] - points[j]
    apart = apart[np.abs(apart).sum(axis=1) > 0]
    turns = np.unique(np.mod(np.arctan2(apart[:, 1], apart[:, 0]) + np.pi / 2, np.pi))
    starts, ends = turns, np.append(turns[1:], turns[0] + np.pi)
    middle = (starts + ends) / 2
    along = np.cos(middle)[:, None] * points[:, 0] + np.sin(middle)[:, None] * points[:, 1]
    order = np.argsort(along, axis=1)
    reached = np.cumsum(counts[order], axis=1)
    total = int(counts.sum())
    # Each closed side of a median line has at least half of the weight.
    low = np.argmax(2 * reached >= total, axis=1)
    high = np.argmax(2 * reached > total, axis=1)
    rows = np.arange(len(order))
    both = [points[order[rows, low]], points[order[rows, high]]]
    return np.tile(starts, 2), np.tile(ends, 2), np.concatenate(both)


def _farthest(
    centre: FloatArray, starts: FloatArray, ends: FloatArray, medians: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """How far the farthest median line of every arc is from a point, and its direction."""
    x, y = (centre - medians).T
    best = np.mod(np.arctan2(y, x) - starts, np.pi) + starts
    inside = best <= ends
    first = np.abs(x * np.cos(starts) + y * np.sin(starts))
    last = np.abs(x * np.cos(ends) + y * np.sin(ends))
    at = np.where(inside, best, np.where(first >= last, starts, ends))
    return np.where(inside, np.hypot(x, y), np.maximum(first, last)), at
