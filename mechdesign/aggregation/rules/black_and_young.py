"""Rules made of two: Black's, and Young's which asks how many voters must leave."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import MARGINS
from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.reading import pairs_of, rule
from mechdesign.aggregation.references import YOUNG1977
from mechdesign.aggregation.results import AggregationResult, by_scores
from mechdesign.aggregation.rules.majority import condorcet_winner
from mechdesign.aggregation.rules.positional import borda_points
from mechdesign.aggregation.settings import rankings
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Problem

__all__ = ["black", "young"]


@rule("aggregation.black", setting=rankings(), depends_on=MARGINS)
def black(problem: Problem) -> AggregationResult:
    """Black's rule: the Condorcet winner if there is one, else the Borda winners.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Returns
    -------
    AggregationResult
        A Condorcet winner is put before the Borda order of the others.

    Examples
    --------
    >>> black({"A > B > C": 3, "B > C > A": 2}).ranking
    Ranking('A > B > C')
    """
    scores = borda_points(profile_of(problem))
    winner = condorcet_winner(pairs_of(problem))
    if winner is not None:
        k = problem.data.alternatives.index(winner)
        scores = [max(scores) + 1 if i == k else s for i, s in enumerate(scores)]
    found = by_scores(problem, scores)
    from dataclasses import replace

    details = dict(found.details)
    del details["scores"]
    details["condorcet_winner"] = winner
    return replace(found, details=details)


@rule("aggregation.young", setting=rankings(), reference=YOUNG1977)
def young(
    problem: Problem, *, condorcet: Literal["strict", "weak"] = "strict"
) -> AggregationResult:
    """Young's rule: the most voters that can stay so that one is the Condorcet winner.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`; weights must be whole numbers of voters.
    condorcet : {"strict", "weak"}
        Whether the remaining voters must make it beat, or not lose to, every other alternative.

    Returns
    -------
    AggregationResult
        Scores are the numbers of voters that stay, -1 where it is impossible.

    Notes
    -----
    One small integer program for each alternative (the rule is complete for parallel access to NP).

    Examples
    --------
    >>> young({"A > B > C": 3, "B > C > A": 2}).scores
    {'A': 5, 'B': 3, 'C': -1}
    """
    profile = profile_of(problem)
    if profile.denominator != 1:
        raise InvalidInputError("weights", "be whole numbers of voters", profile.weights()[:10])
    rows, position = np.unique(profile.tiers, axis=0, return_inverse=True)
    counts = np.bincount(position.ravel(), weights=profile.counts).astype(np.int64)
    known = rows >= 0
    scores: list[Number] = []
    proved = True
    from mechdesign.solvers.linear.integer_programs import maximise_integers

    for i in range(profile.m):
        others = [j for j in range(profile.m) if j != i]
        both = known[:, [i]] & known[:, others]
        sign = np.where(both, np.sign(rows[:, others].astype(int) - rows[:, [i]].astype(int)), 0)
        need = np.full(len(others), 1 if condorcet == "strict" else 0)
        kept = maximise_integers(np.ones(len(rows)), sign.T, need, counts)
        scores.append(-1 if kept.x is None else int(kept.x.sum()))
        proved = proved and kept.proved
    return by_scores(
        problem,
        scores,
        algorithm=f"{condorcet}, integer programs",
        status="optimal" if proved else "HiGHS: optimal within 1e-6, not proved",
    )
