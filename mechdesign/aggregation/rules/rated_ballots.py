"""Rules for ballots that grade: approval, STAR and majority judgment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from mechdesign.aggregation.profiles.problems import ScoreData, winners_first
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.reading import rule
from mechdesign.aggregation.references import BALINSKI2011, BRAMS1978, WOLK2023
from mechdesign.aggregation.results import AggregationResult, by_scores, result
from mechdesign.aggregation.settings import scores
from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Number, Problem, is_exact, tidy

__all__ = ["approval", "majority_judgment", "star"]

#: How equal medians are told apart: by taking away median grades; by the larger of the shares above
#: and below; by their difference, their ratio, or the difference by the share of the median.
MedianTies = Literal["majority_value", "gauge", "typical", "central", "usual"]
_SETTING = scores()
_MOST_GRADES = 2_000_000


@rule("aggregation.approval", reference=BRAMS1978, setting=_SETTING)
def approval(problem: Problem, *, threshold: Number = 1) -> AggregationResult:
    """Approval voting: whoever is approved by most voters.

    Parameters
    ----------
    problem : scores
        See :func:`read`: one column for each voter; whom it leaves out it does not approve.
    threshold : number
        The lowest score that is an approval.

    Returns
    -------
    AggregationResult
        Scores are the weights of the approvals; ``details["represented"]`` is the weight of the
        voters who approve some winner.

    Examples
    --------
    >>> found = approval({"A": [1, 1, 0], "B": [0, 1, 0], "C": [0, 0, 1]})
    >>> found.winners, found.details["represented"]
    (('A',), 2)
    """
    columns, weights = _graded(problem)
    yes = [[value is not None and value >= threshold for value in column] for column in columns]
    m = len(problem.data.alternatives)
    totals = [
        tidy(sum((w for column, w in zip(yes, weights, strict=True) if column[k]), Fraction(0)))
        for k in range(m)
    ]
    best = {k for k in range(m) if totals[k] == max(totals)}
    seen = sum(
        (w for c, w in zip(yes, weights, strict=True) if any(c[k] for k in best)), Fraction(0)
    )
    return by_scores(problem, totals, details={"represented": tidy(seen)})


@rule("aggregation.star", reference=WOLK2023, setting=_SETTING)
def star(problem: Problem) -> AggregationResult:
    """Score, then automatic runoff: of the two with the highest sums the one more voters prefer.

    Parameters
    ----------
    problem : scores
        See :func:`read`: one column for each voter; whom it leaves out it gives the lowest score.

    Returns
    -------
    AggregationResult
        Scores are the sums; ``details["finalists"]`` has every pair that equal sums allow,
        ``["equal"]`` the weight of the voters who score the first pair alike.  A tied runoff goes
        to the higher sum, then to more top scores, else both win.

    Examples
    --------
    >>> votes = {"A": [5, 5, 0], "B": [4, 4, 5], "C": [0, 1, 1]}
    >>> star(votes).winners, star(votes).scores["B"]
    (('A',), 13)
    """
    columns, weights = _graded(problem)
    filled, told = _filled(columns)
    labels = problem.data.alternatives
    m = len(labels)
    votes = list(zip(filled, weights, strict=True))
    totals = [sum((w * column[k] for column, w in votes), Fraction(0)) for k in range(m)]
    top = max((value for column in filled for value in column), default=0)
    tops = [sum((w for column, w in votes if column[k] == top), Fraction(0)) for k in range(m)]
    order = sorted(range(m), key=lambda k: -totals[k])
    if m == 1:
        return by_scores(problem, [tidy(totals[0])])
    second = totals[order[1]]
    pairs = [
        (a, b)
        for a in range(m)
        for b in range(a + 1, m)
        if min(totals[a], totals[b]) == second and max(totals[a], totals[b]) == totals[order[0]]
    ]
    winners: set[int] = set()
    for a, b in pairs:
        margin = sum((w * ((c[a] > c[b]) - (c[a] < c[b])) for c, w in votes), Fraction(0))
        ways = (margin, totals[a] - totals[b], tops[a] - tops[b])
        decided = next((way for way in ways if way), 0)
        winners |= {a} if decided > 0 else {b} if decided < 0 else {a, b}
    a, b = pairs[0]
    equal = sum((w for c, w in votes if c[a] == c[b]), Fraction(0))
    chosen = [labels[k] for k in sorted(winners)]
    return result(
        problem,
        winners_first(chosen, labels),
        scores=[tidy(t) for t in totals],
        details={
            "finalists": tuple((labels[a], labels[b]) for a, b in pairs),
            "equal": tidy(equal),
        },
        ties=told,
    )


@rule("aggregation.majority_judgment", setting=_SETTING, reference=BALINSKI2011)
def majority_judgment(
    problem: Problem, *, tie_break: MedianTies = "majority_value"
) -> AggregationResult:
    """Majority judgment: the highest median grade.

    Parameters
    ----------
    problem : scores
        See :func:`read`: one column for each voter; whom it leaves out it rejects, below every
        grade.  Only the order of the grades counts.
    tie_break : {"majority_value", "gauge", "typical", "central", "usual"}
        Equal (lower) medians are told apart by taking away one median grade at a time; by the
        larger of the shares p above and q below the median, p in favour; by p - q; by p / q (1
        where both are 0); or by (p - q) / (1 - p - q).

    Returns
    -------
    AggregationResult
        ``details["medians"]`` has the median of every alternative.

    Notes
    -----
    O(n log n) for n voters; weights have to be whole numbers.

    Examples
    --------
    >>> found = majority_judgment({"A": [0, 1, 2], "B": [1, 1, 1]}, tie_break="central")
    >>> dict(found.details["medians"])
    {'A': 1, 'B': 1}
    """
    columns, weights = _graded(problem)
    if any(w.denominator != 1 for w in weights):
        raise InvalidInputError("weights", "be whole numbers of voters", problem.weights)
    voters = int(sum(weights))
    if voters > _MOST_GRADES:
        raise InvalidInputError("weights", f"have a total of at most {_MOST_GRADES}", voters)
    # Compared and not hashed, so that the code also runs where grades stand for all numbers.
    listed = sorted(v for column in columns for v in column if v is not None)
    grades = [v for k, v in enumerate(listed) if k == 0 or listed[k - 1] < v]
    labels = problem.data.alternatives
    keys: list[tuple[Any, ...]] = []
    medians: list[Number | None] = []
    for k in range(len(labels)):
        own: list[int] = []
        for column, w in zip(columns, weights, strict=True):
            own += [-1 if column[k] is None else bisect_left(grades, column[k])] * int(w)
        own.sort()
        middle = own[(voters - 1) // 2]
        medians.append(None if middle < 0 else grades[middle])
        p = Fraction(sum(g > middle for g in own), voters)
        q = Fraction(sum(g < middle for g in own), voters)
        keys.append((middle, *_told_apart(tie_break, own, p, q)))
    levels = {key: k for k, key in enumerate(sorted(set(keys), reverse=True))}
    return result(
        problem,
        Ranking.from_ranks([levels[key] for key in keys], labels),
        details={"medians": FrozenMap(zip(labels, medians, strict=True))},
        algorithm=tie_break,
    )


def _told_apart(tie_break: MedianTies, own: list[int], p: Fraction, q: Fraction) -> tuple[Any, ...]:
    """What is compared where medians are equal, larger is better."""
    if tie_break == "majority_value":
        return tuple(_outwards(own))
    if tie_break == "gauge":
        return (1, p) if p > q else (-1, -q)
    if tie_break == "typical":
        return (p - q,)
    if tie_break == "usual":
        return ((p - q) / (1 - p - q),)
    # Nothing below is better than any ratio, nothing on either side is 1.
    return (0, p / q) if q else ((1, p) if p else (0, Fraction(1)))


def _outwards(own: Sequence[int]) -> list[int]:
    """Sorted grades in the order in which lower medians are taken away."""
    n = len(own)
    low, high = (n - 1) // 2, (n - 1) // 2 + 1
    found = []
    for left in range(n, 0, -1):
        # Of an even number the lower median is the one below the middle.
        if (left % 2 == 0) or high >= n or left == n:
            found.append(own[low])
            low -= 1
        else:
            found.append(own[high])
            high += 1
    return found


def _graded(problem: Problem) -> tuple[list[Sequence[Any]], list[Fraction]]:
    """The grades of every voter, None where there is none, and the voters' weights."""
    if not isinstance(problem.data, ScoreData):
        raise InvalidInputError("data", "hold grades of every voter", "rankings")
    columns: list[Sequence[Any]] = [
        [None if v is None or v != v else v for v in column] for column in problem.types
    ]
    weights = problem.weights or (1,) * len(columns)
    return columns, [Fraction(w) for w in weights]


def _exact(grade: Any) -> Any:
    return grade if is_exact(grade) else Fraction(grade)


def _filled(columns: list[Sequence[Any]]) -> tuple[list[list[Any]], str]:
    """Grades as exact numbers, the lowest of all where there is none, and what was done."""
    lowest = min((v for column in columns for v in column if v is not None), default=0)
    missing = sum(v is None for column in columns for v in column)
    filled = [[_exact(lowest if v is None else v) for v in column] for column in columns]
    return filled, f"{missing} scores left out count as {lowest}" if missing else ""
