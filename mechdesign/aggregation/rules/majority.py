"""Rules that look at the majority relation only: Condorcet, Smith, Schwartz, Copeland."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Any

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import MARGINS
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import winners_first
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.reading import pairs_of, read, rule
from mechdesign.aggregation.references import COPELAND1951, FISHBURN1977, SMITH1973
from mechdesign.aggregation.results import AggregationResult, by_scores, result
from mechdesign.aggregation.settings import rankings
from mechdesign.algorithms.orders import components
from mechdesign.model import Number, Problem, Theorem, number_in

__all__ = ["condorcet", "condorcet_loser", "condorcet_winner", "copeland", "schwartz", "smith"]

_SETTING = rankings()


@rule(
    "aggregation.copeland",
    setting=_SETTING,
    depends_on=MARGINS,
    reference=COPELAND1951,
    claims={
        "condorcet_consistency": Theorem(
            FISHBURN1977, "Copeland's function elects whoever beats all others by majority."
        )
    },
)
def copeland(
    problem: Problem, *, alpha: Annotated[Number, number_in(0, 1)] | None = None
) -> AggregationResult:
    """Copeland's rule: majority wins minus majority losses.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    alpha : number in [0, 1], optional
        Copeland^alpha: a win counts 1, a majority tie alpha, a loss 0.  (``alpha=1/2`` orders as
        the default does.)

    Examples
    --------
    >>> copeland({"A > B > C": 3, "B > C > A": 2}).scores
    {'A': 2, 'B': 0, 'C': -2}
    """
    margins = pairs_of(problem).margins
    wins, losses = (margins > 0).sum(axis=1), (margins < 0).sum(axis=1)
    if alpha is None:
        totals: list[Number] = [int(w) - int(x) for w, x in zip(wins, losses, strict=True)]
        note = "wins - losses"
    else:
        share = Fraction(repr(alpha)) if isinstance(alpha, float) else alpha
        m = len(margins)
        totals = [
            int(w) + share * (m - 1 - int(w) - int(x)) for w, x in zip(wins, losses, strict=True)
        ]
        note = f"wins + {share} ties"
    return by_scores(problem, totals, algorithm=note)


@rule("aggregation.smith", setting=_SETTING, depends_on=MARGINS, reference=SMITH1973)
def smith(problem: Problem) -> AggregationResult:
    """The Smith set: the smallest set whose members beat all others by majority.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.

    Returns
    -------
    AggregationResult
        The components of the weak majority relation as tiers: the first is the Smith set.

    Examples
    --------
    >>> smith(["A > B > C > D", "B > C > A > D", "C > A > B > D"]).winners
    ('A', 'B', 'C')
    """
    pairs = pairs_of(problem)
    tiers = [[pairs.alternatives[i] for i in part] for part in smith_components(pairs)]
    return result(
        problem,
        Ranking(tiers),
        algorithm="components of the weak majority",
    )


@rule("aggregation.schwartz", setting=_SETTING, depends_on=MARGINS, reference=FISHBURN1977)
def schwartz(problem: Problem) -> AggregationResult:
    """The Schwartz set: the union of the minimal sets that nobody outside beats.

    Parameters
    ----------
    problem
        As in :func:`smith`.

    Examples
    --------
    >>> schwartz({"A > B > C": 1, "C > A > B": 1, "A > C > B": 1}).winners
    ('A',)
    """
    pairs = pairs_of(problem)
    ordered = [pairs.alternatives[i] for i in schwartz_set(pairs)]
    return result(
        problem,
        winners_first(ordered, pairs.alternatives),
    )


@rule("aggregation.condorcet", setting=_SETTING, depends_on=MARGINS, reference=FISHBURN1977)
def condorcet(problem: Problem) -> AggregationResult:
    """Condorcet's rule: the alternative that beats all others, else all of them.

    Parameters
    ----------
    problem
        As in :func:`smith`.

    Returns
    -------
    AggregationResult
        ``details["condorcet_winner"]`` and ``["condorcet_loser"]`` are None where there is none,
        ``["weak_condorcet_winners"]`` lose to nobody.

    Examples
    --------
    >>> condorcet({"A > B > C": 3, "B > C > A": 2}).details["condorcet_winner"]
    'A'
    """
    pairs = pairs_of(problem)
    winner = condorcet_winner(pairs)
    labels = pairs.alternatives
    unbeaten: list[bool] = np.all(pairs.margins >= 0, axis=1).tolist()
    weak = tuple(label for label, good in zip(labels, unbeaten, strict=True) if good)
    return result(
        problem,
        winners_first(labels if winner is None else [winner], labels),
        details={
            "condorcet_winner": winner,
            "condorcet_loser": condorcet_loser(pairs),
            "weak_condorcet_winners": weak,
        },
    )


def condorcet_winner(data: object) -> Label | None:
    """The alternative that beats every other one by majority, None if there is none.

    Parameters
    ----------
    data : rankings, scores, battles or Pairwise
        See :func:`read`.

    Examples
    --------
    >>> condorcet_winner({"A > B > C": 2, "C > A": 1})
    'A'
    """
    pairs = data if isinstance(data, Pairwise) else pairs_of(read(data))
    return _first(pairs, (pairs.margins > 0).sum(axis=1) == pairs.m - 1)


def condorcet_loser(data: object) -> Label | None:
    """The alternative that every other one beats by majority, None if there is none.

    Parameters
    ----------
    data
        As in :func:`condorcet_winner`.

    Examples
    --------
    >>> condorcet_loser({"A > B > C": 2, "B > A > C": 1})
    'C'
    """
    pairs = data if isinstance(data, Pairwise) else pairs_of(read(data))
    return _first(pairs, (pairs.margins < 0).sum(axis=1) == pairs.m - 1)


def smith_components(pairs: Pairwise) -> list[list[int]]:
    """The components of the weak majority relation, best first; all margins between are strict."""
    weak = pairs.margins >= 0
    np.fill_diagonal(weak, False)
    return components(weak)


def schwartz_set(pairs: Pairwise) -> list[int]:
    """The members of the components of the strict majority relation that nobody outside beats."""
    beats = pairs.beats
    chosen: list[int] = []
    for part in components(beats):
        outside = [i for i in range(pairs.m) if i not in part]
        if not beats[np.ix_(outside, part)].any():
            chosen += part
    return sorted(chosen)


def _first(pairs: Pairwise, condition: Sequence[bool] | Any) -> Label | None:
    found = np.flatnonzero(condition)
    return pairs.alternatives[int(found[0])] if len(found) == 1 else None
