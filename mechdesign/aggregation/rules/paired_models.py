"""Strengths from paired comparisons by maximum likelihood: Bradley-Terry and Thurstone."""

from __future__ import annotations

import numpy as np

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import pairs_of, read, rule
from mechdesign.aggregation.results import AggregationResult, by_scores
from mechdesign.aggregation.settings import rankings
from mechdesign.algorithms.orders import components
from mechdesign.arrays import FloatArray
from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, Problem, Reference, as_number
from mechdesign.records import dataclass
from mechdesign.stats.paired_strengths import fit_strengths, logistic, probit

__all__ = ["BradleyTerryFit", "bradley_terry", "bradley_terry_fit", "thurstone"]

BRADLEY1952 = Reference(
    "bradley1952",
    "Bradley, R. A. and Terry, M. E.",
    "Rank analysis of incomplete block designs: I. The method of paired comparisons",
    1952,
    "Biometrika 39",
)
THURSTONE1927 = Reference(
    "thurstone1927",
    "Thurstone, L. L.",
    "A law of comparative judgment",
    1927,
    "Psychological Review 34",
)

_SETTING = rankings()


@dataclass(frozen=True, eq=False)
class BradleyTerryFit:
    """Bradley-Terry strengths with their uncertainty.

    Parameters
    ----------
    alternatives : tuple of labels
        Length m.
    log_strengths : numpy.ndarray, shape (m,)
        Summing to 0; P(i beats j) = 1 / (1 + exp(s_j - s_i)).
    covariance : numpy.ndarray, shape (m, m)
        Sandwich estimate for the log strengths: robust to ties counted as half wins.
    information : numpy.ndarray, shape (m, m)
        The inverse Fisher information, the model-based estimate.
    log_likelihood : float
        At the optimum.
    """

    alternatives: tuple[Label, ...]
    log_strengths: FloatArray
    covariance: FloatArray
    information: FloatArray
    log_likelihood: float

    @property
    def strengths(self) -> FloatArray:
        """Strengths that sum to 1; P(i beats j) = p_i / (p_i + p_j)."""
        return _shares(self.log_strengths)

    def intervals(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Pointwise normal intervals of the log strengths."""
        from scipy.special import ndtri

        if not 0 < float(as_number(level, "level")) < 1:
            raise InvalidInputError("level", "be in (0, 1)", level)
        half = float(ndtri((1 + level) / 2)) * np.sqrt(np.diag(self.covariance))
        return self.log_strengths - half, self.log_strengths + half

    def rank_upper_bounds(self, level: float = 0.95) -> list[int]:
        """Arena's "rank (UB)": 1 + the number of others whose lower end exceeds my upper end."""
        low, high = self.intervals(level)
        return [1 + int((low > h).sum()) for h in high]

    def table(
        self, level: float = 0.95, *, scale: float = 400 / np.log(10), base: float = 1000
    ) -> Table:
        """Ratings on the Elo scale with intervals and arena-style ranks."""
        low, high = self.intervals(level)
        ranks = self.rank_upper_bounds(level)
        rows = [
            [
                str(self.alternatives[k]),
                ranks[k],
                *(round(float(base + scale * v[k]), 1) for v in (self.log_strengths, low, high)),
            ]
            for k in np.argsort(-self.log_strengths, kind="stable")
        ]
        return Table(["system", "rank (UB)", "rating", "low", "high"], rows, "Bradley-Terry")


@rule("aggregation.bradley_terry", setting=_SETTING, reference=BRADLEY1952)
def bradley_terry(problem: Problem, *, ridge: Number = 0) -> AggregationResult:
    """Bradley-Terry strengths by maximum likelihood, ties as half wins.

    Parameters
    ----------
    problem : rankings, scores or battles
        See :func:`read`; a ranking counts as all its pairwise comparisons.
    ridge : number
        A penalty of ``ridge / 2`` times the squares of the log strengths, with which there always
        is a maximum.

    Returns
    -------
    AggregationResult
        Scores are strengths that sum to 1.

    Raises
    ------
    InfeasibleError
        If there is no maximum: some set of alternatives never loses to the others (Ford 1957).

    Examples
    --------
    >>> scores = bradley_terry({"A > B": 3, "B > A": 1}).scores
    >>> round(scores["A"], 6)
    0.75
    """
    strengths, _, _ = _bradley_terry(pairs_of(problem), ridge)
    return by_scores(
        problem,
        _shares(strengths).tolist(),
        algorithm="Newton's method, ties as half wins",
    )


def bradley_terry_fit(data: object, *, ridge: Number = 0, **options: object) -> BradleyTerryFit:
    """Bradley-Terry strengths with a sandwich covariance.

    Parameters
    ----------
    data : rankings, scores, battles or Pairwise
        See :func:`read`.
    ridge : number
        As in :func:`bradley_terry`; the covariance is then that of the penalised estimate.

    Returns
    -------
    BradleyTerryFit
        Log strengths, covariance, intervals, arena-style ranks.

    Raises
    ------
    InfeasibleError
        If there is no maximum.

    Examples
    --------
    >>> fit = bradley_terry_fit({"A > B": 30, "B > A": 10})
    >>> round(float(np.exp(fit.log_strengths[0] - fit.log_strengths[1])), 6)
    3.0
    """
    pairs = data if isinstance(data, Pairwise) else pairs_of(read(data, **options))
    log_strengths, hessian, value = _bradley_terry(pairs, ridge)
    inverse = np.asarray(np.linalg.pinv(hessian), dtype=np.float64)
    p = 1 / (1 + np.exp(log_strengths[None, :] - log_strengths[:, None]))
    scale = pairs.denominator
    won, tied = pairs.support / scale, pairs.ties / scale
    # Squared residuals of each comparison, tie or not.
    spread = won * (1 - p) ** 2 + won.T * p**2 + tied * (0.5 - p) ** 2
    np.fill_diagonal(spread, 0)
    meat = np.diag(spread.sum(axis=1)) - spread
    sandwich: FloatArray = inverse @ meat @ inverse
    return BradleyTerryFit(pairs.alternatives, log_strengths, sandwich, inverse, value)


@rule("aggregation.thurstone", setting=_SETTING, reference=THURSTONE1927)
def thurstone(problem: Problem) -> AggregationResult:
    """Thurstone's case V by maximum likelihood, ties as half wins.

    Parameters
    ----------
    problem : rankings, scores or battles
        See :func:`read`.

    Returns
    -------
    AggregationResult
        Scores are means of normal qualities, summing to 0; P(i beats j) = Phi(s_i - s_j).

    Raises
    ------
    InfeasibleError
        If there is no maximum.

    Examples
    --------
    >>> scores = thurstone({"A > B": 3, "B > A": 1}).scores
    >>> round(scores["A"] - scores["B"], 4)
    0.6745
    """
    pairs = pairs_of(problem)
    means, _, _ = fit_strengths(_wins(pairs), probit)
    return by_scores(
        problem,
        means.tolist(),
        algorithm="Newton's method, ties as half wins",
    )


def _shares(log_strengths: FloatArray) -> FloatArray:
    weights = np.exp(log_strengths - log_strengths.max())
    return np.asarray(weights / weights.sum())


def _bradley_terry(pairs: Pairwise, ridge: Number) -> tuple[FloatArray, FloatArray, float]:
    """Log strengths, the Hessian of the penalised log likelihood there, and its value."""
    penalty = float(as_number(ridge, "ridge", low=0))
    wins = _wins(pairs, separable=penalty > 0)
    return fit_strengths(wins, logistic, penalty)


def _wins(pairs: Pairwise, *, separable: bool = False) -> FloatArray:
    """Wins with ties as halves; raises where no maximum exists, unless that is allowed."""
    wins = (pairs.support + pairs.ties / 2) / pairs.denominator
    np.fill_diagonal(wins, 0)
    parts = components(wins > 0)
    if len(parts) > 1 and not separable:
        top = ", ".join(str(pairs.alternatives[i]) for i in parts[0][:5])
        raise InfeasibleError(
            f"no maximum likelihood strengths: {top} never lost to (or were never compared with) "
            "the others (bradley_terry(ridge=1) has a maximum)"
        )
    return np.asarray(wins)
