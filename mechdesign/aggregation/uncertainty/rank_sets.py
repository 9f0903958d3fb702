"""Simultaneous confidence sets for ranks, and the systems that may be among the best.

Mogstad, Romano, Shaikh and Wilhelm (2024): confidence intervals for all differences of means that
hold at once give a set for the rank of each system; written here from the formulas.
"""

from __future__ import annotations

import numpy as np

from mechdesign.aggregation.profiles.problems import score_matrix
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import read
from mechdesign.arrays import BoolArray, FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Seed, as_count, as_number, generator
from mechdesign.records import dataclass

__all__ = ["RankSets", "rank_confidence_sets"]


@dataclass(frozen=True, eq=False)
class RankSets:
    """Confidence sets for the ranks of all systems.

    Parameters
    ----------
    alternatives : tuple of labels
        The systems.
    means : numpy.ndarray, shape (m,)
        Their means.
    better : numpy.ndarray of bool, shape (m, m)
        Whether the row is significantly better than the column.
    level : float
        The probability that all sets contain their ranks (of the row's own where marginal).
    simultaneous : bool
        Whether the level holds for all systems at once.
    samples, seed : int
        Of the bootstrap.
    """

    alternatives: tuple[Label, ...]
    means: FloatArray
    better: BoolArray
    level: float
    simultaneous: bool
    samples: int
    seed: int | None

    def sets(self) -> dict[Label, tuple[int, int]]:
        """The smallest and the largest rank of each system, 1 is best."""
        m = len(self.alternatives)
        above = self.better.sum(axis=0)
        below = self.better.sum(axis=1)
        return {
            x: (1 + int(a), m - int(b))
            for x, a, b in zip(self.alternatives, above, below, strict=True)
        }

    def best(self, tau: int = 1) -> tuple[Label, ...]:
        """The systems that may be among the `tau` best: all others are significantly worse."""
        count = as_count(tau, "tau", low=1)
        return tuple(x for x, (low, _) in self.sets().items() if low <= count)

    def table(self) -> Table:
        """Means and rank sets, the best mean first."""
        sets = self.sets()
        rows = [
            [
                str(self.alternatives[k]),
                round(float(self.means[k]), 4),
                "{}-{}".format(*sets[self.alternatives[k]]),
            ]
            for k in np.argsort(-self.means, kind="stable")
        ]
        kind = "simultaneous" if self.simultaneous else "marginal"
        return Table(["system", "mean", "ranks"], rows, f"{self.level:.0%} {kind} rank sets")

    def __str__(self) -> str:
        return self.table().to_text()


def rank_confidence_sets(
    data: object,
    *,
    level: float = 0.95,
    simultaneous: bool = True,
    samples: int = 2000,
    rng: Seed = 0,
    **options: object,
) -> RankSets:
    """Confidence sets for the ranks of systems by their mean scores over tasks or instances.

    Parameters
    ----------
    data : scores
        See :func:`read`; complete; each task (instance) is one independent draw.
    level : float in (0, 1)
        Coverage.
    simultaneous : bool
        Whether the sets of all systems hold at once, or each on its own.
    samples : int
        Bootstrap samples.
    rng : numpy.random.Generator or int
        Same seed, same sets.

    Returns
    -------
    RankSets
        Rank sets and the tau-best systems.

    Raises
    ------
    InvalidInputError
        If scores are missing or there are fewer than three tasks.

    Notes
    -----
    The largest studentised difference of means over all pairs is bootstrapped (tasks with
    replacement); pairs beyond its quantile are told apart, these are left out, and the quantile is
    taken again over the rest until nothing changes (stepdown).  Intervals are asymptotic: with few
    tasks they are too narrow.

    Examples
    --------
    >>> rows = {"A": [9, 8, 9, 9, 8, 9], "B": [2, 1, 1, 2, 1, 2], "C": [1, 2, 2, 1, 2, 1]}
    >>> rank_confidence_sets(rows).sets()
    {'A': (1, 1), 'B': (2, 3), 'C': (2, 3)}
    """
    share = float(as_number(level, "level"))
    if not 0 < share < 1:
        raise InvalidInputError("level", "be in (0, 1)", level)
    number = as_count(samples, "samples", low=1)
    problem = read(data, **options)
    table = np.array(
        [[np.nan if v is None else float(v) for v in row] for row in score_matrix(problem).tolist()]
    )
    n, m = table.shape
    if np.isnan(table).any() or n < 3:
        raise InvalidInputError("data", "be complete with at least three tasks", table.shape)
    means = table.mean(axis=0)
    errors = _errors(table)
    source = generator(rng)
    draws = source.multinomial(n, np.full(n, 1 / n), size=number) / n
    shifted = draws @ (table - means)
    gaps = means[:, None] - means[None, :]
    statistic = np.divide(gaps, errors, out=np.zeros_like(gaps), where=errors > 0)
    # A constant nonzero difference is told apart whatever the bootstrap says.
    statistic[(errors == 0) & (gaps > 0)] = np.inf
    better = np.zeros((m, m), dtype=bool)
    groups = (
        [np.ones((m, m), dtype=bool)]
        if simultaneous
        else [(np.arange(m)[:, None] == k) | (np.arange(m)[None, :] == k) for k in range(m)]
    )
    for group in groups:
        better |= _stepdown(statistic, errors, shifted, group & ~np.eye(m, dtype=bool), share)
    seed = int(rng) if isinstance(rng, (int, np.integer)) else None
    return RankSets(problem.data.alternatives, means, better, share, simultaneous, number, seed)


def _errors(table: FloatArray) -> FloatArray:
    """Standard errors of all differences of means."""
    covariance = np.cov(table.T, ddof=1).reshape(table.shape[1], -1)
    variance = np.diag(covariance)
    spread = variance[:, None] + variance[None, :] - 2 * covariance
    scale = float(np.abs(table).max()) ** 2
    spread[spread < 1e-14 * scale] = 0
    return np.asarray(np.sqrt(spread / len(table)))


def _stepdown(
    statistic: FloatArray,
    errors: FloatArray,
    shifted: FloatArray,
    open_pairs: BoolArray,
    level: float,
) -> BoolArray:
    """Pairs (row better than column) that are rejected, step by step."""
    better = np.zeros_like(open_pairs)
    rest = open_pairs.copy()
    while rest.any():
        first, second = np.nonzero(rest & (errors > 0))
        top = np.zeros(len(shifted))
        for low in range(0, len(first), 4096):
            i, j = first[low : low + 4096], second[low : low + 4096]
            part = (shifted[:, i] - shifted[:, j]) / errors[i, j]
            np.maximum(top, part.max(axis=1, initial=-np.inf), out=top)
        bar = float(np.quantile(top, level, method="inverted_cdf")) if len(first) else 0.0
        found = rest & (statistic > bar)
        if not found.any():
            break
        better |= found
        rest &= ~found
    return better
