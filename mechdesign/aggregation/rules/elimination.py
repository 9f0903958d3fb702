"""Rules that drop alternatives round by round, with all ways of breaking ties."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import MARGINS
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import profile_of, winners_first
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.reading import rule
from mechdesign.aggregation.references import GROFMAN2004, NANSON1882, ROFIN2023, TIDEMAN1995
from mechdesign.aggregation.results import AggregationResult, by_scores, result
from mechdesign.aggregation.settings import rankings
from mechdesign.arrays import AnyArray
from mechdesign.errors import LimitReachedError
from mechdesign.io.preflib import CountedOvervote
from mechdesign.model import FrozenMap, Problem, ratio

__all__ = ["baldwin", "bucklin", "coombs", "irv", "nanson", "threshold"]

#: ``"all"`` follows every way of breaking ties, ``"together"`` drops all tied ones at once.
EliminationTies = Literal["all", "together"]
Losers = Callable[[tuple[int, ...]], tuple[list[int], bool]]

_SETTING = rankings()
_MAX_STATES = 50_000


@rule("aggregation.irv", reference=TIDEMAN1995, setting=_SETTING)
def irv(
    problem: Problem,
    *,
    ties: EliminationTies = "all",
    losers: Literal["tied", "in_order"] = "tied",
) -> AggregationResult:
    """Instant-runoff voting: drop whoever has the fewest first places, again and again.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`; a shared first place is split equally unless ``overvote`` says that it
        is nobody's (``"exhaust_if_several_continue"``) or a whole vote for each (``"approval"``).
    ties : {"all", "together"}
        ``"all"`` follows every way of breaking ties (parallel universes): the winners are those of
        any of them; ``"together"`` drops all tied ones unless everybody is tied.
    losers : {"tied", "in_order"}
        Whether all who do not win stand in one tier, or who was dropped later above the others, as
        in ``details["rounds"]``.

    Raises
    ------
    LimitReachedError
        If there are too many universes.

    Notes
    -----
    ``details["rounds"]`` has the votes of every round, of those that are exhausted as well, and who
    is dropped; of tied ones the last in the order of the alternatives, unless all go together.

    Examples
    --------
    >>> found = irv({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3})
    >>> found.winners
    ('C',)
    >>> [dict(one["votes"]) for one in found.details["rounds"]]
    [{'A': 4, 'B': 2, 'C': 3}, {'A': 4, 'C': 5}]
    """
    places = _Places(profile_of(problem), getattr(problem.data, "overvote", "tie"))

    def dropped(left: tuple[int, ...]) -> tuple[list[int], bool]:
        points = places.shared(left, best=True)
        low = points.min()
        if places.overvote == "exhaust_if_several_continue":
            # Whoever goes may free votes that nobody had, so that no two go at once.
            return [x for x, p in zip(left, points, strict=True) if p == low], False
        if low == 0 or ties == "together":
            # Whoever is first nowhere can go at once: nobody's points depend on that.
            return [x for x, p in zip(left, points, strict=True) if p == low], bool(low == 0)
        # So can those who have less together than anybody else: they never get past the others.
        order = np.argsort(points, kind="stable")
        totals = np.cumsum(points[order])
        safe = np.flatnonzero(totals[:-1] < points[order][1:])
        if safe.size:
            gone = order[: int(safe[-1]) + 1]
            return [left[k] for k in sorted(gone.tolist())], True
        return [x for x, p in zip(left, points, strict=True) if p == low], False

    rounds = _rounds(places, ties)
    found = _eliminate(problem, dropped, ties, details={"rounds": rounds})
    if losers == "tied":
        return found
    # In the last round all are left; of those who do not win there the most votes come first.
    out = [[x for x in one["dropped"] if x not in found.winners] for one in rounds[:-1]]
    last = rounds[-1]["votes"]
    rest = sorted((x for x in last if x not in found.winners), key=lambda x: -last[x])
    levels = [list(same) for _, same in itertools.groupby(rest, key=last.__getitem__)]
    tiers = [list(found.winners), *levels, *reversed(out)]
    return replace(found, choice=Ranking([tier for tier in tiers if tier]))


def _rounds(places: _Places, ties: EliminationTies) -> tuple[FrozenMap[str, Any], ...]:
    """The rounds of one way to break ties: votes, exhausted ballots, who is dropped."""
    profile = places.profile
    labels = profile.alternatives
    everybody = int(profile.counts.sum())
    left = list(range(profile.m))
    rounds: list[FrozenMap[str, Any]] = []
    while left:
        totals, scale, voting = places.first(left)
        votes = [ratio(int(v), scale) for v in totals]
        low = min(votes)
        tied = [x for x, v in zip(left, votes, strict=True) if v == low]
        over = len(left) <= 2 or (len(tied) == len(left) and ties == "together")
        gone = [] if over else tied if ties == "together" else tied[-1:]
        rounds.append(
            FrozenMap(
                votes=FrozenMap(zip((labels[x] for x in left), votes, strict=True)),
                exhausted=ratio(everybody - voting, profile.denominator),
                dropped=tuple(labels[x] for x in gone),
            )
        )
        if over:
            break
        left = [x for x in left if x not in gone]
    return tuple(rounds)


@rule("aggregation.coombs", reference=GROFMAN2004, setting=_SETTING)
def coombs(
    problem: Problem,
    *,
    ties: EliminationTies = "all",
    stop: Literal["last", "majority"] = "last",
) -> AggregationResult:
    """Coombs' rule: drop whoever has the most last places, again and again.

    Parameters
    ----------
    problem, ties
        As in :func:`irv`.
    stop : {"last", "majority"}
        Whether the last who is left wins, or who is first for more than half of those who still
        have a vote.

    Examples
    --------
    >>> coombs({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).winners
    ('A',)
    """
    places = _Places(profile_of(problem))

    def losers(left: tuple[int, ...]) -> tuple[list[int], bool]:
        if stop == "majority":
            firsts, scale, voting = places.first(left)
            half = 2 * firsts * places.profile.denominator > voting * scale
            if half.any():
                return [x for x, most in zip(left, half.tolist(), strict=True) if not most], True
        points = places.shared(left, best=False)
        high = points.max()
        return [x for x, p in zip(left, points, strict=True) if p == high], False

    return _eliminate(problem, losers, ties)


@rule("aggregation.baldwin", setting=_SETTING, depends_on=MARGINS)
def baldwin(problem: Problem, *, ties: EliminationTies = "together") -> AggregationResult:
    """Baldwin's rule: drop whoever has the lowest Borda score, again and again.

    Parameters
    ----------
    problem, ties
        As in :func:`irv`, but tied ones go together by default; alternatives that a voter does not
        rank are compared by the others only.

    Examples
    --------
    >>> baldwin({"A > B > C": 3, "B > C > A": 2}).winners
    ('A',)
    """
    doubled = _doubled_wins(problem)

    def losers(left: tuple[int, ...]) -> tuple[list[int], bool]:
        points = doubled[np.ix_(left, left)].sum(axis=1)
        low = points.min()
        return [x for x, p in zip(left, points.tolist(), strict=True) if p == low], False

    return _eliminate(problem, losers, ties)


@rule("aggregation.nanson", setting=_SETTING, depends_on=MARGINS, reference=NANSON1882)
def nanson(problem: Problem, *, drop: Literal["below", "at_most"] = "below") -> AggregationResult:
    """Nanson's rule: drop all whose Borda score is below the average, again and again.

    Parameters
    ----------
    problem
        As in :func:`baldwin`.
    drop : {"below", "at_most"}
        Whether those who exactly meet the average stay or go (unless all meet it).

    Examples
    --------
    >>> nanson({"A > B > C": 3, "B > C > A": 2}).winners
    ('A',)
    """
    doubled = _doubled_wins(problem)
    left = list(range(len(doubled)))
    tiers: list[list[int]] = []
    while len(left) > 1:
        points = doubled[np.ix_(left, left)].sum(axis=1)
        level = len(left) * points - points.sum()
        out = level < 0 if drop == "below" else level <= 0
        if not out.any() or out.all():
            break
        tiers.insert(0, [x for x, gone in zip(left, out.tolist(), strict=True) if gone])
        left = [x for x, gone in zip(left, out.tolist(), strict=True) if not gone]
    labels = problem.data.alternatives
    ranking = Ranking([[labels[i] for i in tier] for tier in [left, *tiers]])
    return result(
        problem,
        ranking,
        algorithm=f"drop {drop} the average",
    )


@rule("aggregation.bucklin", setting=_SETTING)
def bucklin(problem: Problem) -> AggregationResult:
    """Bucklin's rule: the first r such that somebody is among the first r places of a majority.

    Parameters
    ----------
    problem
        As in :func:`irv`; tied alternatives all stand at the best of their places.

    Returns
    -------
    AggregationResult
        Scores are the weights of those who rank the alternative among the first r places.

    Examples
    --------
    >>> bucklin({"A > B > C": 2, "C > B > A": 2, "B > A > C": 1}).winners
    ('B',)
    """
    profile = profile_of(problem)
    place = profile.tiers
    if not profile.strict:
        place = np.where(profile.named, profile._above()[0], profile.m)
    columns = np.ascontiguousarray(place.T)
    half = int(profile.counts.sum()) // 2

    def within(depth: int) -> AnyArray:
        return np.array([_weight(profile, column < depth) for column in columns])

    # More places never hold fewer voters: the first depth with a majority is searched by halves.
    depth, last = 1, profile.m
    while depth < last:
        middle = (depth + last) // 2
        if int(within(middle).max()) > half:
            last = middle
        else:
            depth = middle + 1
    reached = within(depth)
    from fractions import Fraction

    scores = [Fraction(int(r), profile.denominator) for r in reached]
    return by_scores(
        problem,
        scores,
        details={"places": depth},
        algorithm=f"first {depth} places",
    )


@rule("aggregation.threshold", setting=_SETTING, reference=ROFIN2023)
def threshold(problem: Problem) -> AggregationResult:
    """The threshold rule: fewest last places, then fewest next-to-last ones, and so on.

    Parameters
    ----------
    problem
        As in :func:`irv`; tied alternatives all stand at the worst of their places.

    Examples
    --------
    >>> threshold({"A > B > C": 3, "C > B > A": 2}).ranking
    Ranking('B > A > C')
    """
    profile = profile_of(problem)
    above, sizes = profile._above()
    place = np.where(profile.tiers < 0, profile.m - 1, above + sizes - 1)
    counts = np.array(list(_place_counts(profile, place))).T
    keys = [tuple(row[::-1]) for row in counts.tolist()]
    levels = {key: k for k, key in enumerate(sorted(set(keys)))}
    ranking = Ranking.from_ranks([levels[key] for key in keys], profile.alternatives)
    return result(problem, ranking)


def _place_counts(profile: Profile, place: AnyArray) -> Iterator[AnyArray]:
    """The weight that has each alternative at the first place, the second, and so on."""
    columns = np.ascontiguousarray(place.T)
    for depth in range(profile.m):
        yield np.array([_weight(profile, column == depth) for column in columns])


def _weight(profile: Profile, chosen: AnyArray) -> int:
    """The total weight of some voters."""
    if profile.unit:
        return int(np.count_nonzero(chosen))
    return int(profile.counts[chosen].sum())


def _eliminate(
    problem: Problem,
    losers: Losers,
    ties: EliminationTies,
    details: Mapping[str, object] | None = None,
) -> AggregationResult:
    """All winners over all ways of breaking ties; the ranking has them in the first tier."""
    labels = problem.data.alternatives
    start = tuple(range(len(labels)))
    winners: set[int] = set()
    seen = {start}
    stack = [start]
    tied = False
    while stack:
        left = stack.pop()
        if len(left) == 1:
            winners.update(left)
            continue
        out, at_once = losers(left)
        if ties == "together" or at_once:
            if len(out) == len(left):
                winners.update(left)
                continue
            choices = [tuple(x for x in left if x not in out)]
        else:
            tied = tied or len(out) > 1
            choices = [tuple(x for x in left if x != gone) for gone in out]
        for choice in choices:
            if choice not in seen:
                seen.add(choice)
                stack.append(choice)
        if len(seen) > _MAX_STATES:
            open_ = sorted(set(range(len(labels))) - winners, key=lambda k: str(labels[k]))
            some = ", ".join(str(labels[k]) for k in sorted(winners)) or "nobody yet"
            raise LimitReachedError(
                f"there are more than {_MAX_STATES} sets of survivors over all ways of breaking "
                f"ties; {some} wins in some of them, {len(open_)} others are undecided: say "
                "ties='together'"
            )
    ordered = [labels[i] for i in sorted(winners)]
    note = f"{len(seen)} sets of survivors over all ways of breaking ties" if tied else ""
    return result(
        problem,
        winners_first(ordered, labels),
        algorithm="elimination, "
        + ("parallel universes" if ties == "all" else "tied ones together"),
        ties=note,
        details=details,
    )


class _Places:
    """First and last places of the alternatives that remain."""

    def __init__(self, profile: Profile, overvote: CountedOvervote = "tie") -> None:
        self.profile = profile
        self.overvote = overvote
        #: One alternative a row: comparing whole rows of bytes is fast.
        self.columns = np.ascontiguousarray(profile.tiers.T)
        self._known: dict[tuple[int, ...], AnyArray] = {}

    def first(self, left: Sequence[int]) -> tuple[AnyArray, int, int]:
        """First places over one number, that number, and the weight of those who have a vote."""
        profile = self.profile
        places = self.shared(left, best=True)
        if profile.strict:
            return places, profile.denominator, int(profile.counts.sum())
        sizes = self._standing(left, best=True).sum(axis=1)
        has = sizes == 1 if self.overvote == "exhaust_if_several_continue" else sizes > 0
        return places, profile.denominator * self._common(sizes), int(profile.counts[has].sum())

    def _common(self, sizes: AnyArray) -> int:
        """Over which number the votes of ballots with so many first places are counted."""
        if self.overvote != "tie":
            return 1
        return math.lcm(*(int(s) for s in np.unique(sizes[sizes > 0])), 1)

    def shared(self, left: Sequence[int], *, best: bool) -> AnyArray:
        """First (last) places, a shared one split, as integers over one number."""
        key = (*left, best)
        if key not in self._known:
            self._known[key] = self._count(left, best)
        return self._known[key]

    def _count(self, left: Sequence[int], best: bool) -> AnyArray:
        profile = self.profile
        if profile.strict:
            rows = [self.columns[k] for k in left]
            extreme = rows[0].copy()
            for row in rows[1:]:
                (np.minimum if best else np.maximum)(extreme, row, out=extreme)
            return np.array([_weight(profile, row == extreme) for row in rows])
        here = self._standing(left, best)
        sizes = here.sum(axis=1)
        if self.overvote == "approval":
            share = np.ones_like(sizes)
        elif self.overvote == "exhaust_if_several_continue":
            share = (sizes == 1).astype(np.int64)
        else:
            share = np.where(sizes > 0, self._common(sizes) // np.maximum(sizes, 1), 0)
        return np.asarray((profile.counts * share) @ here)

    def _standing(self, left: Sequence[int], best: bool) -> AnyArray:
        """Who stands first (last) on each ballot, of those who remain."""
        profile = self.profile
        tiers = profile.tiers[:, list(left)].astype(np.int64)
        known = profile.named[:, list(left)]
        if best:
            first = np.where(known, tiers, np.iinfo(np.int64).max).min(axis=1, keepdims=True)
            return np.asarray(known & (tiers == first))
        # Alternatives that are not listed stand below those that are.
        filled = np.where(known, tiers, profile.m)
        return np.asarray(filled == filled.max(axis=1, keepdims=True))


def _doubled_wins(problem: Problem) -> AnyArray:
    pairs = Pairwise.of(profile_of(problem))
    doubled: AnyArray = 2 * pairs.support + pairs.ties
    np.fill_diagonal(doubled, 0)
    return doubled
