"""Do the systems differ? Friedman's test, Nemenyi's critical difference, Wilcoxon-Holm."""

from __future__ import annotations

import itertools

import numpy as np

from mechdesign.aggregation.profiles.problems import profile_of, score_matrix
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import read
from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import as_number
from mechdesign.records import dataclass

__all__ = ["CriticalDifference", "critical_difference", "wilcoxon_holm"]


@dataclass(frozen=True, eq=False)
class CriticalDifference:
    """Average ranks with the tests of Demsar (2006).

    Parameters
    ----------
    alternatives : tuple of labels
        Best average rank first.
    ranks : numpy.ndarray
        Their average ranks, 1 is best.
    tasks : int
        Number of tasks N.
    chi2, p_value : float
        Friedman's statistic, corrected for ties, and its p-value.
    iman_davenport, iman_davenport_p : float
        The less conservative F statistic and its p-value.
    difference : float
        Nemenyi's critical difference at `level`.
    level : float
        Of the test.
    """

    alternatives: tuple[Label, ...]
    ranks: FloatArray
    tasks: int
    chi2: float
    p_value: float
    iman_davenport: float
    iman_davenport_p: float
    difference: float
    level: float

    def cliques(self) -> list[tuple[int, int]]:
        """Maximal runs (first, last) of systems that are not significantly different."""
        runs: list[tuple[int, int]] = []
        m = len(self.ranks)
        for first in range(m):
            last = first
            while last + 1 < m and self.ranks[last + 1] - self.ranks[first] <= self.difference:
                last += 1
            if last > first and (not runs or last > runs[-1][1]):
                runs.append((first, last))
        return runs

    def table(self) -> Table:
        """Average ranks, best first."""
        rows = [
            [str(x), round(float(r), 3)] for x, r in zip(self.alternatives, self.ranks, strict=True)
        ]
        note = (
            f"Friedman chi2 {self.chi2:.3f} (p = {self.p_value:.3g}); ranks that differ by more "
            f"than {self.difference:.3f} differ significantly (Nemenyi, level {self.level:g})"
        )
        return Table(["system", "average rank"], rows, "", [note])

    def __str__(self) -> str:
        return self.table().to_text()


def critical_difference(
    data: object, *, level: float = 0.05, **options: object
) -> CriticalDifference:
    """Friedman's test over tasks and Nemenyi's critical difference of average ranks.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`; complete, every task counts once.
    level : float in (0, 1)
        Of the test.

    Returns
    -------
    CriticalDifference
        For :func:`mechdesign.aggregation.plots.critical_difference`.

    Raises
    ------
    InvalidInputError
        If scores are missing, weights differ, or there are fewer than two systems or tasks.

    Examples
    --------
    >>> found = critical_difference({"A": [3, 3, 3], "B": [2, 2, 1], "C": [1, 1, 2]})
    >>> found.alternatives, round(found.chi2, 3), round(found.difference, 3)
    (('A', 'B', 'C'), 4.667, 1.914)
    """
    alpha = float(as_number(level, "level"))
    if not 0 < alpha < 1:
        raise InvalidInputError("level", "be in (0, 1)", level)
    profile = profile_of(read(data, **options))
    n, k = len(profile), profile.m
    if not profile.complete or len(set(profile.counts.tolist())) > 1:
        raise InvalidInputError("data", "be complete with equal weights for this test", data)
    if n < 2 or k < 2:
        raise InvalidInputError("data", "have at least two systems and two tasks", (k, n))
    from scipy import stats

    ranks = profile.doubled_positions() / 2 + 1
    mean = ranks.mean(axis=0)
    ties = sum(float((t**3 - t).sum()) for t in map(np.bincount, profile.tiers.astype(int)))
    scale = 1 - ties / (n * k * (k * k - 1))
    if scale <= 0:
        raise InvalidInputError("data", "not tie all systems in every task", "all tied")
    chi2 = float(12 * n / (k * (k + 1)) * ((mean**2).sum() - k * (k + 1) ** 2 / 4) / scale)
    rest = n * (k - 1) - chi2
    f = float("inf") if rest <= 0 else (n - 1) * chi2 / rest
    quantile = float(stats.studentized_range.ppf(1 - alpha, k, np.inf)) / 2**0.5
    order = np.argsort(mean, kind="stable")
    return CriticalDifference(
        tuple(profile.alternatives[i] for i in order),
        mean[order],
        n,
        chi2,
        float(stats.chi2.sf(chi2, k - 1)),
        f,
        0.0 if rest <= 0 else float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))),
        quantile * (k * (k + 1) / (6 * n)) ** 0.5,
        alpha,
    )


def wilcoxon_holm(data: object, **options: object) -> Table:
    """Wilcoxon's signed-rank test of each two systems, p-values adjusted by Holm's method.

    Parameters
    ----------
    data : scores
        See :func:`read`; pairs are compared on the tasks that have both.

    Returns
    -------
    Table
        Columns first, second, p, adjusted; the smallest p first, 1 where all scores are equal.

    Examples
    --------
    >>> wilcoxon_holm({"A": [5, 6, 7, 8, 9], "B": [1, 1, 1, 1, 1]}).rows[0][2]
    0.0625
    """
    problem = read(data, **options)
    matrix = np.array(
        [[np.nan if v is None else float(v) for v in row] for row in score_matrix(problem).tolist()]
    )
    from scipy import stats

    labels = problem.data.alternatives
    found = []
    for i, j in itertools.combinations(range(len(labels)), 2):
        gaps = matrix[:, i] - matrix[:, j]
        gaps = gaps[~np.isnan(gaps)]
        p = 1.0
        if (gaps != 0).any():
            # Exact where there are neither zeros nor ties; the normal approximation otherwise.
            sizes = np.abs(gaps)
            clean = (gaps != 0).all() and len(np.unique(sizes)) == len(sizes) and len(gaps) <= 50
            p = float(stats.wilcoxon(gaps, method="exact" if clean else "approx").pvalue)
        found.append((p, str(labels[i]), str(labels[j])))
    found.sort()
    rows = []
    running = 0.0
    for k, (p, a, b) in enumerate(found):
        running = max(running, min(1.0, p * (len(found) - k)))
        rows.append([a, b, p, running])
    return Table(["first", "second", "p", "adjusted"], rows, "Wilcoxon signed-rank tests, Holm")
