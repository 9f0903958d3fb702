"""Missing scores: the expected pairwise comparisons over all completions of a ranking.

Himmi et al. (2024) average over all ways of completing a partial ranking.  Their sums of
factorials have a closed form: with k of n systems observed, an observed system with r observed ones
above it is above a missing one with probability (k - r) / (k + 1); two missing ones are level.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import numpy as np

from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.reading import rule
from mechdesign.aggregation.references import HIMMI2024
from mechdesign.aggregation.results import AggregationResult, by_scores
from mechdesign.aggregation.rules.positional import borda_points
from mechdesign.aggregation.settings import rankings
from mechdesign.errors import require
from mechdesign.model import Number, Problem

__all__ = ["expected_wins", "missing_borda"]

#: What a task with missing systems weighs: as much as any other, or as many completions as it has.
TaskWeight = Literal["equal", "completions", "observed"]


def expected_wins(profile: Profile, row: int = 0) -> list[list[Fraction]]:
    """The probability that each alternative is above each other one in a random completion.

    Parameters
    ----------
    profile : Profile
        Rankings, perhaps of some of the alternatives.
    row : int
        Which one.

    Returns
    -------
    list of lists of Fraction, shape (m, m)
        1 and 0 for observed pairs, 1/2 for ties and for two missing ones; 0 on the diagonal.

    Notes
    -----
    O(m^2), exact.  An observed tie is broken either way with equal probability.

    Examples
    --------
    >>> matrix = expected_wins(Profile.from_ranks([[0, 1, None, 2]], "ABCD"))
    >>> [str(sum(row)) for row in matrix]
    ['11/4', '3/2', '3/2', '1/4']
    """
    require(profile, Profile, "profile")
    doubled = profile.doubled_positions()[row].tolist()
    tiers = profile.tiers[row].tolist()
    m = profile.m
    k = sum(t >= 0 for t in tiers)
    half = Fraction(1, 2)
    # Twice the average number of observed ones above, so that ties are averaged.
    missing_above = {i: Fraction(d + 2, 2 * (k + 1)) for i, d in enumerate(doubled) if d >= 0}

    def chance(i: int, j: int) -> Fraction:
        if i == j:
            return Fraction(0)
        if tiers[i] >= 0 and tiers[j] >= 0:
            return half if tiers[i] == tiers[j] else Fraction(int(tiers[i] < tiers[j]))
        if tiers[i] < 0 and tiers[j] < 0:
            return half
        return 1 - missing_above[i] if tiers[i] >= 0 else missing_above[j]

    return [[chance(i, j) for j in range(m)] for i in range(m)]


@rule("aggregation.missing_borda", setting=rankings(), reference=HIMMI2024)
def missing_borda(problem: Problem, *, task_weight: TaskWeight = "equal") -> AggregationResult:
    """Borda with the expected comparisons of missing systems.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    task_weight : {"equal", "completions", "observed"}
        ``"equal"`` counts every task once (probabilities).  ``"completions"`` counts each of the
        n!/k! completions of a task with k observed systems, as the code published with the paper
        does, so that tasks with missing systems outweigh complete ones.  ``"observed"`` weighs a
        task by the share of its pairs that were observed.

    Returns
    -------
    AggregationResult
        Exact expected points.

    Notes
    -----
    O(n m): an observed system with r above it gets (k-1-r) + (n-k)(k-r)/(k+1) points, a missing one
    (n-1)/2.  Equal to :func:`borda` with ``missing="expected"`` when tasks weigh the same.

    Examples
    --------
    >>> table = {"A": [1, 1, 1, 4], "B": [2, 2, 2, 3], "C": [3, 3, 3, 2], "D": [4, 4, 4, None]}
    >>> lower = ["task 1", "task 2", "task 3", "task 4"]
    >>> str(missing_borda(table, lower=lower).ranking)
    'A > B > C > D'
    >>> str(missing_borda(table, lower=lower, task_weight="completions").ranking)
    'C > B > A > D'
    """
    profile = profile_of(problem)
    if task_weight == "equal":
        scores = borda_points(profile)
    else:
        observed = (profile.tiers >= 0).sum(axis=1)
        scores = [Fraction(0)] * profile.m
        for k in np.unique(observed).tolist():
            if k == 0:
                continue
            part = borda_points(profile.subset(observed == k))
            weight = _weight(profile.m, k, task_weight)
            scores = [s + weight * p for s, p in zip(scores, part, strict=True)]
    return by_scores(
        problem,
        scores,
        algorithm=f"closed form, task weight: {task_weight}",
    )


def _weight(n: int, k: int, task_weight: str) -> Number:
    if task_weight == "completions":
        weight = 1
        for factor in range(k + 1, n + 1):
            weight *= factor
        return weight
    return Fraction(k * (k - 1), n * (n - 1)) if n > 1 else 1
