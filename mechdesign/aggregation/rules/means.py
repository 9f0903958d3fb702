"""Rules on the scores themselves: means of every kind, win rates, the optimality gap."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Literal

import numpy as np

from mechdesign.aggregation.profiles.problems import profile_of, score_matrix
from mechdesign.aggregation.reading import pairs_of, rule
from mechdesign.aggregation.references import (
    AGARWAL2021,
    COLOMBO2022,
    FLEMING1986,
    LIANG2022,
    SMITH1988,
)
from mechdesign.aggregation.results import AggregationResult, by_scores
from mechdesign.aggregation.settings import rankings, scores
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Problem, number_in, ratio

__all__ = [
    "geometric_mean",
    "harmonic_mean",
    "mean",
    "mean_win_rate",
    "median",
    "minmax_mean",
    "optimality_gap",
    "z_score",
]

_SCORES = scores()
#: What a mean does with a system that lacks a score.
MissingMean = Literal["available", "mean", "median", "min", "error"]

Values = list[list["Number | None"]]
Change = Callable[[list["Number | None"]], list["Number | None"]]


def _parts(change: Change) -> Callable[..., Values | None]:
    """What each task adds to the means, where no score is missing."""

    def parts(problem: Problem, *, missing: MissingMean = "available") -> Values | None:
        columns = [change(column) for column in _filled(problem, missing)]
        return None if any(v is None for column in columns for v in column) else columns

    return parts


def _same(column: list[Number | None]) -> list[Number | None]:
    return column


def _standardised(column: list[Number | None]) -> list[Number | None]:
    known = np.array([float(v) for v in column if v is not None])
    if not len(known):
        return column
    centre, spread = float(known.mean()), float(known.std())
    if spread <= 1e-12 * float(np.abs(known).max()):
        return [None if v is None else 0.0 for v in column]
    return [None if v is None else (float(v) - centre) / spread for v in column]


def _minmax(column: list[Number | None]) -> list[Number | None]:
    known = [v for v in column if v is not None]
    if not known:
        return column
    low, high = min(known), max(known)
    if low == high:
        return [None if v is None else 0 for v in column]
    return [None if v is None else ratio(v - low, high - low) for v in column]


@rule(
    "aggregation.mean",
    setting=_SCORES,
    parts=_parts(_same),
    reference=COLOMBO2022,
)
def mean(problem: Problem, *, missing: MissingMean = "available") -> AggregationResult:
    """The (weighted) arithmetic mean of the scores.

    Parameters
    ----------
    problem : scores
        See :func:`read`; tasks in which lower is better count negatively.
    missing : {"available", "mean", "median", "min", "error"}
        ``"available"`` averages over the tasks that a system has; the next three fill in the
        mean, median or minimum of the task; ``"error"`` refuses.

    Returns
    -------
    AggregationResult
        Exact where the scores are.

    Examples
    --------
    >>> mean({"A": [90, 80], "B": [85, 88]}).scores
    {'A': 85, 'B': Fraction(173, 2)}
    """
    return _mean_of(problem, missing, _same)


@rule(
    "aggregation.z_score",
    setting=_SCORES,
    parts=_parts(_standardised),
    reference=COLOMBO2022,
)
def z_score(problem: Problem, *, missing: MissingMean = "available") -> AggregationResult:
    """The mean of the scores after each task is brought to mean 0 and standard deviation 1.

    Parameters
    ----------
    problem, missing
        As in :func:`mean`.  A task that ties all systems counts 0 for each.

    Examples
    --------
    >>> z_score({"A": [2, 100], "B": [3, 10], "C": [1, 0]}).winners
    ('A',)
    """
    return _mean_of(problem, missing, _standardised)


@rule(
    "aggregation.minmax_mean",
    setting=_SCORES,
    parts=_parts(_minmax),
    reference=COLOMBO2022,
)
def minmax_mean(problem: Problem, *, missing: MissingMean = "available") -> AggregationResult:
    """The mean of the scores after each task is brought to the interval from 0 to 1.

    Parameters
    ----------
    problem, missing
        As in :func:`mean`.  A task that ties all systems counts 0 for each.

    Examples
    --------
    >>> minmax_mean({"A": [1, 100], "B": [2, 0], "C": [3, 50]}).scores["C"]
    Fraction(3, 4)
    """
    return _mean_of(problem, missing, _minmax)


@rule("aggregation.median", setting=_SCORES)
def median(problem: Problem, *, missing: MissingMean = "available") -> AggregationResult:
    """The median score of each system; weights must be equal.

    Parameters
    ----------
    problem, missing
        As in :func:`mean`.

    Examples
    --------
    >>> median({"A": [1, 2, 9], "B": [3, 3, 3]}).winners
    ('B',)
    """
    if problem.weights is not None and len(set(problem.weights)) > 1:
        raise InvalidInputError("weights", "be equal: a median has none", problem.weights)
    filled = _filled(problem, missing)

    totals = [_middle([v for v in row if v is not None]) for row in zip(*filled, strict=True)]
    return by_scores(problem, totals, algorithm=f"missing: {missing}")


@rule("aggregation.geometric_mean", reference=FLEMING1986, setting=_SCORES)
def geometric_mean(problem: Problem, *, missing: MissingMean = "available") -> AggregationResult:
    """The (weighted) geometric mean of positive scores.

    Parameters
    ----------
    problem, missing
        As in :func:`mean`.

    Raises
    ------
    InvalidInputError
        If a score is not positive, or lower is better in a task.

    Examples
    --------
    >>> found = geometric_mean({"A": [1, 4], "B": [3, 3]}).scores
    >>> {name: round(score, 9) for name, score in found.items()}
    {'A': 2.0, 'B': 3.0}
    """
    return _power_mean(problem, missing, harmonic=False)


@rule("aggregation.harmonic_mean", reference=SMITH1988, setting=_SCORES)
def harmonic_mean(problem: Problem, *, missing: MissingMean = "available") -> AggregationResult:
    """The (weighted) harmonic mean of positive scores, exact where they are.

    Parameters
    ----------
    problem, missing
        As in :func:`geometric_mean`.

    Examples
    --------
    >>> harmonic_mean({"A": [1, 3], "B": [2, 2]}).scores
    {'A': Fraction(3, 2), 'B': 2}
    """
    return _power_mean(problem, missing, harmonic=True)


@rule("aggregation.optimality_gap", reference=AGARWAL2021, setting=_SCORES)
def optimality_gap(
    problem: Problem,
    *,
    target: Annotated[Number, number_in()] = 95,
    missing: MissingMean = "available",
) -> AggregationResult:
    """The mean of ``min(score, target) - target``: how far a system stays below the target.

    Parameters
    ----------
    problem, missing
        As in :func:`mean`.
    target : number
        What counts as perfect.

    Examples
    --------
    >>> optimality_gap({"A": [99, 90], "B": [95, 93]}).scores
    {'A': Fraction(-5, 2), 'B': -1}
    """
    return _mean_of(
        problem,
        missing,
        lambda column: [None if v is None else min(v, target) - target for v in column],
    )


@rule("aggregation.mean_win_rate", reference=LIANG2022, setting=rankings())
def mean_win_rate(
    problem: Problem, *, over: Literal["pairs", "tasks"] = "tasks"
) -> AggregationResult:
    """The mean share of other systems that a system beats, a tie counting one half.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    over : {"tasks", "pairs"}
        ``"tasks"``: the share within each task, averaged over the tasks that have the system;
        ``"pairs"``: the share of the tasks won against each other system, averaged over the
        systems.  The two differ where scores are missing.

    Examples
    --------
    >>> mean_win_rate({"A > B > C": 3, "B > C > A": 2}).scores
    {'A': Fraction(3, 5), 'B': Fraction(7, 10), 'C': Fraction(1, 5)}
    """
    if over == "pairs":
        pairs = pairs_of(problem)
        doubled = 2 * pairs.support + pairs.ties
        totals: list[Number] = []
        for i in range(pairs.m):
            rates = [
                Fraction(int(doubled[i, j]), 2 * int(pairs.compared[i, j]))
                for j in range(pairs.m)
                if pairs.compared[i, j]
            ]
            totals.append(sum(rates, Fraction(0)) / len(rates) if rates else Fraction(0))
    else:
        totals = _win_rate_over_tasks(problem)
    return by_scores(problem, totals, algorithm=f"over {over}")


def _win_rate_over_tasks(problem: Problem) -> list[Number]:
    profile = profile_of(problem)
    doubled = profile.doubled_positions()
    ranked = (doubled >= 0).sum(axis=1)
    totals = [Fraction(0)] * profile.m
    weight = np.zeros(profile.m, dtype=np.int64)
    for k in np.unique(ranked).tolist():
        if k < 2:
            continue
        rows = ranked == k
        seen = doubled[rows] >= 0
        won = profile.counts[rows] @ np.where(seen, 2 * (k - 1) - doubled[rows], 0)
        weight += profile.counts[rows] @ seen
        for i, w in enumerate(won.tolist()):
            totals[i] += Fraction(w, 2 * (k - 1))
    return [t / int(w) if w else Fraction(0) for t, w in zip(totals, weight, strict=True)]


def _mean_of(
    problem: Problem,
    missing: MissingMean,
    change: Change,
) -> AggregationResult:
    if change is _same and missing == "available":
        fast = _float_means(problem)
        if fast is not None:
            return by_scores(problem, fast, algorithm="arithmetic mean")
    columns = [change(column) for column in _filled(problem, missing)]
    weights = [problem.weight_of(agent) for agent in problem.agents]
    totals = []
    for values in zip(*columns, strict=True):
        pairs = [(w, v) for w, v in zip(weights, values, strict=True) if v is not None]
        norm = functools.reduce(operator.add, (w for w, _ in pairs), 0)
        if not norm:
            raise InvalidInputError(
                "data", "have a score of positive weight for each system", values
            )
        # `sum` compensates rounding from Python 3.12 on; arrays are added term by term.
        total = functools.reduce(operator.add, (w * v for w, v in pairs), 0)
        totals.append(ratio(total, norm))
    holes = any(v is None for column in columns for v in column)
    note = f"missing: {missing}" if holes or missing != "available" else "arithmetic mean"
    return by_scores(problem, totals, algorithm=note)


def _float_means(problem: Problem) -> list[Number] | None:
    """The means of a complete array of floats, added up in the same order as one by one."""
    if not isinstance(problem.types, np.ndarray) or problem.types.dtype.kind != "f":
        return None
    matrix = score_matrix(problem)
    if np.isnan(matrix).any():
        return None
    weights = [problem.weight_of(agent) for agent in problem.agents]
    norm = float(functools.reduce(operator.add, weights, 0))
    if not norm:
        return None
    totals = np.zeros(matrix.shape[1])
    for weight, column in zip(weights, matrix, strict=True):
        totals += float(weight) * column
    listed: list[Number] = (totals / norm).tolist()
    return listed


def _power_mean(problem: Problem, missing: MissingMean, *, harmonic: bool) -> AggregationResult:
    columns = _filled(problem, missing)
    weights = [problem.weight_of(agent) for agent in problem.agents]
    totals: list[Number] = []
    for values in zip(*columns, strict=True):
        pairs = [(w, v) for w, v in zip(weights, values, strict=True) if v is not None]
        bad = next((v for _, v in pairs if v <= 0), None)
        if bad is not None:
            raise InvalidInputError("scores", "be positive for this mean, higher better", bad)
        if harmonic:
            inverse = sum((ratio(w, v) for w, v in pairs), start=Fraction(0))
            totals.append(ratio(sum(w for w, _ in pairs), inverse))
        else:
            logs = sum(float(w) * float(np.log(float(v))) for w, v in pairs)
            totals.append(float(np.exp(logs / float(sum(w for w, _ in pairs)))))
    return by_scores(problem, totals, algorithm=f"missing: {missing}")


def _filled(problem: Problem, missing: MissingMean) -> Values:
    """The score columns, holes filled as asked (None where they stay)."""
    matrix = score_matrix(problem)
    columns: Values = [
        [None if v is None or v != v else v for v in column] for column in matrix.tolist()
    ]
    for label, values in zip(problem.data.alternatives, zip(*columns, strict=True), strict=True):
        if all(v is None for v in values):
            raise InvalidInputError("data", "have a score for each system", label)
    if missing == "available":
        return columns
    for column, task in zip(columns, problem.agents, strict=True):
        known = [v for v in column if v is not None]
        if len(known) == len(column):
            continue
        if missing == "error" or not known:
            raise InvalidInputError("data", "have no missing scores", f"task {task}")
        filler: Number
        if missing == "mean":
            filler = ratio(sum(known), len(known))
        else:
            filler = min(known) if missing == "min" else _middle(known)
        column[:] = [filler if v is None else v for v in column]
    return columns


def _middle(values: list[Number]) -> Number:
    ordered = sorted(values)
    k = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[k]
    return ratio(ordered[k - 1] + ordered[k], 2)
