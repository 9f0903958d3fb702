"""Rules on the weighted majority graph: minimax and Schulze's beat paths."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import MARGINS
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.reading import pairs_of, rule
from mechdesign.aggregation.references import FISHBURN1977, SCHULZE2011
from mechdesign.aggregation.results import AggregationResult, by_scores
from mechdesign.aggregation.settings import rankings
from mechdesign.arrays import AnyArray
from mechdesign.model import Problem

__all__ = ["minimax", "schulze"]

#: How strong a majority is: its margin, the votes of the winning side, or all votes for a side.
Strength = Literal["margins", "winning_votes", "opposition"]


@rule("aggregation.minimax", setting=rankings(), depends_on=MARGINS, reference=FISHBURN1977)
def minimax(problem: Problem, *, strength: Strength = "margins") -> AggregationResult:
    """Minimax (Simpson, Kramer): the smallest worst defeat.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    strength : {"margins", "winning_votes", "opposition"}
        What a defeat costs: its margin (the score is the smallest margin over another
        alternative), the votes of those who win it, or all votes against, won or lost.

    Examples
    --------
    >>> minimax({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).scores
    {'A': -1, 'B': -5, 'C': -3}
    """
    pairs = pairs_of(problem)
    against = pairs.support.T.copy()
    if strength == "margins":
        table = pairs.margins.copy()
    elif strength == "winning_votes":
        table = -np.where(pairs.margins < 0, against, 0)
    else:
        table = -against
    np.fill_diagonal(table, np.iinfo(np.int64).max)
    worst = table.min(axis=1) if pairs.m > 1 else np.zeros(1, dtype=np.int64)
    scores = [pairs.scaled(int(w)) for w in worst]
    return by_scores(problem, scores, algorithm=strength)


@rule("aggregation.schulze", setting=rankings(), depends_on=MARGINS, reference=SCHULZE2011)
def schulze(
    problem: Problem, *, strength: Literal["winning_votes", "margins"] = "winning_votes"
) -> AggregationResult:
    """Schulze's rule: who has the stronger chains of majorities.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    strength : {"winning_votes", "margins"}
        How strong a link is; for complete strict rankings both give the same.

    Returns
    -------
    AggregationResult
        Scores are the numbers of alternatives that each one beats by paths; the winners are those
        whom nobody beats by paths.

    Notes
    -----
    O(m^3), vectorised.

    Examples
    --------
    >>> schulze({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).ranking
    Ranking('A > B > C')
    """
    pairs = pairs_of(problem)
    paths = strongest_paths(pairs, strength)
    beats = paths > paths.T
    labels = pairs.alternatives
    lost: list[bool] = np.any(beats, axis=0).tolist()
    winners = [x for x, out in zip(labels, lost, strict=True) if not out]
    return by_scores(
        problem,
        [int(w) for w in beats.sum(axis=1)],
        winners=winners,
        algorithm=f"strongest paths, {strength}",
    )


def strongest_paths(pairs: Pairwise, strength: str = "winning_votes") -> AnyArray:
    """The strength of the strongest path between each two alternatives, 0 where there is none."""
    link = pairs.margins if strength == "margins" else pairs.support
    paths = np.where(pairs.margins > 0, link, 0)
    for k in range(pairs.m):
        np.maximum(paths, np.minimum(paths[:, k, None], paths[None, k, :]), out=paths)
    np.fill_diagonal(paths, 0)
    return paths
