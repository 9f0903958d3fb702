"""Ratings from a sequence or a table of battles: Elo, eigenvector, PageRank."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import pairs_of, rule
from mechdesign.aggregation.references import PAGE1999
from mechdesign.aggregation.results import AggregationResult, by_scores
from mechdesign.aggregation.settings import rankings
from mechdesign.algorithms.jit import jit
from mechdesign.algorithms.orders import components
from mechdesign.arrays import FloatArray, IntArray
from mechdesign.errors import InfeasibleError, LimitReachedError
from mechdesign.io.ballots.battle_logs import battle_chunks
from mechdesign.io.table import Table
from mechdesign.model import (
    FrozenMap,
    Number,
    Problem,
    Seed,
    as_count,
    as_number,
    generator,
    number_in,
    show,
)

__all__ = ["eigenvector", "elo", "elo_spread", "pagerank"]

_SETTING = rankings()


def elo(
    data: object,
    *,
    k: Number = 4,
    initial: Number = 1000,
    base: Number = 10,
    scale: Number = 400,
    orders: int = 0,
    rng: Seed = 0,
    both_bad: Literal["tie", "drop"] = "tie",
    strong: int = 1,
) -> FrozenMap[Label, float]:
    """Elo ratings of a sequence of battles.

    Parameters
    ----------
    data : battles
        What :func:`battles` reads; the order of the rows counts.
    k, initial, base, scale : numbers
        The update factor, the first rating, and the two constants of the expected score
        ``1 / (1 + base ** ((other - own) / scale))``.
    orders : int
        0 for the order of the rows; otherwise the mean over that many random orders, since a rating
        that depends on the order of exchangeable battles says as much about the order.
    rng : numpy.random.Generator or int
        For the random orders.
    both_bad, strong
        As in :func:`battles`; a clear win that counts three times is three battles.

    Returns
    -------
    mapping of alternative to float
        Best first.

    Examples
    --------
    >>> elo([("x", "y", "left"), ("y", "x", "tie")])["x"] > 1000
    True
    """
    number = as_count(orders, "orders")
    constants = _constants(k=k, initial=initial, base=base, scale=scale)
    labels, rated = _streams(data, number, rng, constants, both_bad=both_bad, strong=strong)
    ratings = rated.mean(axis=0)
    best = np.argsort(-ratings, kind="stable")
    return FrozenMap((labels[i], float(ratings[i])) for i in best)


def elo_spread(
    data: object,
    *,
    k: Number = 4,
    initial: Number = 1000,
    base: Number = 10,
    scale: Number = 400,
    orders: int = 100,
    rng: Seed = 0,
    both_bad: Literal["tie", "drop"] = "tie",
    strong: int = 1,
) -> Table:
    """How much Elo ratings owe to the order of the battles.

    Parameters
    ----------
    data, k, initial, base, scale, rng, both_bad, strong
        As in :func:`elo`.
    orders : int
        How many random orders, 2 or more.

    Returns
    -------
    Table
        Best first: the rating in the order of the rows, then the lowest, the mean, the highest and
        the standard deviation over random orders.

    Examples
    --------
    >>> battles = [("A", "B", "left"), ("B", "C", "left"), ("A", "C", "tie")]
    >>> elo_spread(battles, k=32, orders=20).columns
    ('model', 'in order', 'lowest', 'mean', 'highest', 'deviation')
    """
    number = as_count(orders, "orders", low=2)
    constants = _constants(k=k, initial=initial, base=base, scale=scale)
    labels, (given,) = _streams(data, 0, rng, constants, both_bad=both_bad, strong=strong)
    _, rated = _streams(data, number, rng, constants, both_bad=both_bad, strong=strong)
    parts = (given, rated.min(0), rated.mean(0), rated.max(0), rated.std(0, ddof=1))
    rows = [
        [str(labels[i]), *(round(float(part[i]), 4) for part in parts)]
        for i in np.argsort(-given, kind="stable").tolist()
    ]
    columns = ["model", "in order", "lowest", "mean", "highest", "deviation"]
    return Table(columns, rows, f"Elo, K {show(k)}, over {number} random orders")


def _constants(**given: Number) -> list[float]:
    return [float(as_number(value, name)) for name, value in given.items()]


def _streams(
    data: object, orders: int, rng: Seed, constants: list[float], **options: Any
) -> tuple[list[Label], FloatArray]:
    """The labels, sorted, and their ratings in the order of the rows (0) or in random orders."""
    ids: dict[Label, int] = {}
    chunks = list(battle_chunks(data, ids, **options))
    left, right, sign = (
        np.concatenate([getattr(chunk, name) for chunk in chunks])
        for name in ("left", "right", "sign")
    )
    labels = sorted(ids, key=str)
    source = generator(rng)
    rated = []
    for _ in range(max(orders, 1)):
        order = source.permutation(len(sign)) if orders else slice(None)
        rated.append(_elo(left[order], right[order], (1 + sign[order]) / 2, len(ids), *constants))
    return labels, np.array(rated)[:, [ids[label] for label in labels]]


@jit
def _elo(
    left: IntArray,
    right: IntArray,
    scores: FloatArray,
    m: int,
    k: float,
    initial: float,
    base: float,
    scale: float,
) -> FloatArray:
    ratings = np.full(m, initial)
    for game in range(len(left)):
        a, b = left[game], right[game]
        expected = 1 / (1 + base ** ((ratings[b] - ratings[a]) / scale))
        change = k * (scores[game] - expected)
        ratings[a] += change
        ratings[b] -= change
    return ratings


@rule("aggregation.eigenvector", setting=_SETTING)
def eigenvector(problem: Problem) -> AggregationResult:
    """The dominant eigenvector of the matrix of wins, ties as halves.

    Parameters
    ----------
    problem : rankings, scores or battles
        See :func:`read`.

    Returns
    -------
    AggregationResult
        Scores of Euclidean length 1.

    Raises
    ------
    InfeasibleError
        If some set of alternatives never beats the others: then no positive eigenvector exists.

    Examples
    --------
    >>> eigenvector({"A > B": 3, "B > A": 1}).winners
    ('A',)
    """
    wins = _wins(problem)
    if len(components(wins > 0)) > 1:
        raise InfeasibleError("no positive eigenvector: some alternatives never beat the others")
    x = np.ones(len(wins)) / np.sqrt(len(wins))
    for _ in range(100_000):
        # The shift keeps bipartite win matrices from oscillating and keeps the eigenvectors.
        following = wins @ x + wins.sum() / len(wins) ** 2 * x
        norm = float(np.linalg.norm(following))
        following = following / norm if norm else x
        if np.abs(following - x).max() < 1e-13:
            scores = following.tolist()
            return by_scores(problem, scores, algorithm="power method")
        x = following
    raise LimitReachedError("the power method did not converge in 100,000 steps")


@rule("aggregation.pagerank", reference=PAGE1999, setting=_SETTING)
def pagerank(
    problem: Problem, *, damping: Annotated[Number, number_in(0, below=1)] = 0.85
) -> AggregationResult:
    """PageRank in which every alternative endorses those that beat it, ties as halves.

    Parameters
    ----------
    problem : rankings, scores or battles
        See :func:`read`.
    damping : number in [0, 1)
        The probability of following an endorsement.

    Returns
    -------
    AggregationResult
        Scores that sum to 1.

    Examples
    --------
    >>> pagerank({"A > B": 3, "A > C": 3, "B > C": 2, "C > B": 1}).winners
    ('A',)
    """
    wins = _wins(problem)
    m = len(wins)
    d = float(damping)
    losses = wins.sum(axis=0)
    # Whoever never lost endorses everybody equally.
    move = np.where(losses > 0, wins / np.where(losses > 0, losses, 1), 1 / m)
    scores = np.linalg.solve(np.eye(m) - d * move, np.full(m, (1 - d) / m))
    return by_scores(
        problem,
        (scores / scores.sum()).tolist(),
        algorithm=f"linear system, damping {d:g}",
    )


def _wins(problem: Any) -> FloatArray:
    pairs = pairs_of(problem)
    wins = (pairs.support + pairs.ties / 2) / pairs.denominator
    np.fill_diagonal(wins, 0)
    return np.asarray(wins)
