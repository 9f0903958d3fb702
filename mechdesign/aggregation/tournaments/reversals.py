"""The fewest changes to a majority order: Dodgson's swaps, Slater's reversed majorities."""

from __future__ import annotations

import math

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import MARGINS
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.reading import pairs_of, rule
from mechdesign.aggregation.references import BARTHOLDI1989, SLATER1961
from mechdesign.aggregation.results import AggregationResult, by_scores, result
from mechdesign.aggregation.rules.median_rankings import kemeny
from mechdesign.aggregation.settings import rankings
from mechdesign.arrays import AnyArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Problem

__all__ = ["dodgson", "slater"]

_SETTING = rankings()

# So many states of what is missing, times ballots, are looked at one by one.
_FEW_STATES = 50_000


@rule("aggregation.dodgson", reference=BARTHOLDI1989, setting=_SETTING)
def dodgson(problem: Problem) -> AggregationResult:
    """Dodgson's rule: the fewest swaps of neighbours that make one beat all others.

    Parameters
    ----------
    problem : rankings
        See :func:`read`; strict rankings of all alternatives by whole numbers of voters.

    Returns
    -------
    AggregationResult
        Scores are minus the numbers of swaps.

    Notes
    -----
    For each alternative how many ballots of each kind raise it by how many places: for few voters
    by dynamic programming over what it lacks to majorities, else by an integer program (the rule
    is complete for parallel access to NP).

    Examples
    --------
    >>> dodgson({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).scores
    {'A': -1, 'B': -3, 'C': -2}
    """
    from mechdesign.solvers.linear.integer_programs import maximise_integers

    profile = profile_of(problem)
    if not profile.strict or profile.denominator != 1:
        raise InvalidInputError(
            "rankings", "be strict, of all alternatives, with whole weights", "ties or fractions"
        )
    rows, position = np.unique(profile.tiers, axis=0, return_inverse=True)
    counts = np.bincount(position.ravel(), weights=profile.counts).astype(np.int64)
    margins = pairs_of(problem).margins
    scores, proved = [], True
    for x in range(profile.m):
        lifts = [(t, k) for t, row in enumerate(rows) for k in range(1, int(row[x]) + 1)]
        need = {y: -int(margins[x, y]) // 2 + 1 for y in range(profile.m) if margins[x, y] <= 0}
        need.pop(x, None)
        if not need:
            scores.append(0)
            continue
        states = int(counts.sum()) * math.prod(1 + n for n in need.values())
        if states <= _FEW_STATES:
            scores.append(-_fewest_swaps(rows, counts, x, need))
            continue
        passed = [[int(rows[t, x]) - k <= rows[t, y] < rows[t, x] for t, k in lifts] for y in need]
        used = [[-int(s == t) for s, _ in lifts] for t in range(len(rows))]
        found = maximise_integers(
            -np.array([k for _, k in lifts]),
            np.array([*passed, *used], dtype=np.int64),
            np.array([*need.values(), *(-counts)]),
            np.array([counts[t] for t, _ in lifts]),
        )
        assert found.x is not None  # the top of every ballot beats everybody
        scores.append(-sum(int(n) * k for n, (_, k) in zip(found.x, lifts, strict=True)))
        proved = proved and found.proved
    return by_scores(
        problem,
        scores,
        algorithm="fewest swaps",
        status="optimal" if proved else "HiGHS: optimal within 1e-6, not proved",
    )


def _fewest_swaps(rows: AnyArray, counts: AnyArray, x: int, need: dict[int, int]) -> int:
    """The fewest swaps with which enough ballots put x above everybody in need."""
    costs = {tuple(need.values()): 0}
    for row, count in zip(rows.tolist(), counts.tolist(), strict=True):
        lifts = [tuple(row[x] - k <= row[y] < row[x] for y in need) for k in range(row[x] + 1)]
        for _ in range(count):
            after: dict[tuple[int, ...], int] = {}
            for lacks, cost in costs.items():
                for k, passed in enumerate(lifts):
                    left = tuple(max(n - p, 0) for n, p in zip(lacks, passed, strict=True))
                    if cost + k < after.get(left, cost + k + 1):
                        after[left] = cost + k
            costs = after
    return costs[(0,) * len(need)]


@rule("aggregation.slater", setting=_SETTING, depends_on=MARGINS, reference=SLATER1961)
def slater(problem: Problem) -> AggregationResult:
    """Slater's rule: the ranking that reverses the fewest majorities.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Returns
    -------
    AggregationResult
        Cost is the number of majorities that the ranking reverses; the winners are the first of
        all best rankings.

    Notes
    -----
    Kemeny's rule on one ballot for each majority: NP-hard, exact.

    Examples
    --------
    >>> found = slater({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3})
    >>> found.cost, found.winners
    (1, ('A', 'B', 'C'))
    """
    pairs = pairs_of(problem)
    beats = pairs.beats.astype(np.int64)
    signs = Pairwise(pairs.alternatives, beats, beats + beats.T)
    if not beats.any():
        everybody = Ranking([pairs.alternatives])
        return result(problem, everybody, algorithm="no majority").with_cost(0)
    found = kemeny(_SETTING.problem(signs.ballots()))
    made = result(
        problem,
        found.choice,
        winners=found.winners,
        details={"optima": found.optima, "count": found.details.get("count")},
        algorithm=found.provenance.algorithm,
    )
    return made if found.cost is None else made.with_cost(found.cost)
