"""Strengths from comparisons that may be tied: one pair model each, one Newton's method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from mechdesign.arrays import FloatArray, IntArray
from mechdesign.errors import InfeasibleError
from mechdesign.records import dataclass

__all__ = ["TIE_MODELS", "PairCounts", "TiedFit", "fit_with_ties"]

_MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class PairCounts:
    """Comparisons by pair: how often the first won, the second won, and neither.

    Parameters
    ----------
    size : int
        How many are compared.
    first, second : numpy.ndarray of integers, shape (k,)
        The pairs.
    outcomes : numpy.ndarray of float, shape (k, 3)
        Wins of the first, of the second, ties.
    """

    size: int
    first: IntArray
    second: IntArray
    outcomes: FloatArray


@dataclass(frozen=True, eq=False)
class TiedFit:
    """Log strengths with their uncertainty.

    Parameters
    ----------
    strengths : numpy.ndarray, shape (m,)
        Summing to 0.
    tie : float
        The tie parameter, nan where ties are half wins.
    covariance, information : numpy.ndarray, shape (m, m)
        Of the log strengths: the sandwich, and the inverse information.
    log_likelihood : float
        At the optimum, without the penalty.
    """

    strengths: FloatArray
    tie: float
    covariance: FloatArray
    information: FloatArray
    log_likelihood: float


#: ``model(d, c)``: log chances of the three outcomes, shape (k, 3), their gradients by (d, c),
#: shape (k, 3, 2), and second derivatives by (dd, dc, cc), shape (k, 3, 3); d is the difference of
#: log strengths and c the log of the tie parameter.
Model = Callable[[FloatArray, float], tuple[FloatArray, FloatArray, FloatArray]]


def _half(d: FloatArray, c: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Bradley-Terry; a tie is half a win of each."""
    p = 1 / (1 + np.exp(-d))
    zero = np.zeros_like(d)
    log_p, log_q = -np.logaddexp(0, -d), -np.logaddexp(0, d)
    bend = -p * (1 - p)
    logs = np.stack([log_p, log_q, (log_p + log_q) / 2], 1)
    slope = np.stack([1 - p, -p, 0.5 - p], 1)
    gradients = np.stack([slope, np.stack([zero] * 3, 1)], 2)
    seconds = np.stack([np.stack([bend, zero, zero], 1)] * 3, 1)
    return logs, gradients, seconds


def _davidson(d: FloatArray, c: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A tie has nu times the geometric mean of the two strengths."""
    logits = np.stack([d / 2, -d / 2, np.full_like(d, c)], 1)
    top = logits.max(axis=1, keepdims=True)
    logs = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    p = np.exp(logs)
    features = np.array([[0.5, 0.0], [-0.5, 0.0], [0.0, 1.0]])
    mean = p @ features
    gradients = features[None] - mean[:, None, :]
    spread = np.einsum("ko,oa,ob->kab", p, features, features)
    spread -= mean[:, :, None] * mean[:, None, :]
    bend = -np.stack([spread[:, 0, 0], spread[:, 0, 1], spread[:, 1, 1]], 1)
    return logs, gradients, np.stack([bend] * 3, 1)


def _rao_kupper(d: FloatArray, c: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """To win takes a strength theta times the other's, on a logistic scale; c is log theta."""
    lost, won = 1 / (1 + np.exp(d - c)), 1 / (1 + np.exp(-d - c))
    first, second = -np.logaddexp(0, c - d), -np.logaddexp(0, c + d)
    tie = first + second + np.log(np.expm1(2 * c))
    more = 2 / -np.expm1(-2 * c)
    logs = np.stack([first, second, tie], 1)
    gradients = np.stack(
        [
            np.stack([lost, -won, lost - won], 1),
            np.stack([-lost, -won, more - lost - won], 1),
        ],
        2,
    )
    a, b = lost * (1 - lost), won * (1 - won)
    cut = 4 * np.exp(-2 * c) / np.expm1(-2 * c) ** 2
    seconds = np.stack(
        [
            np.stack([-a, a, -a], 1),
            np.stack([-b, -b, -b], 1),
            np.stack([-a - b, a - b, -a - b - cut], 1),
        ],
        1,
    )
    return logs, gradients, seconds


#: How ties are modelled.
TIE_MODELS: Mapping[str, Model] = MappingProxyType(
    {"half": _half, "davidson": _davidson, "rao_kupper": _rao_kupper}
)


def fit_with_ties(
    counts: PairCounts, ties: str = "half", *, ridge: float = 0.0, start: object = None
) -> TiedFit:
    """The strengths that make the comparisons most likely.

    Parameters
    ----------
    counts : PairCounts
        The comparisons; without a ridge every set must have lost or tied against the others.
    ties : {"half", "davidson", "rao_kupper"}
        The model.
    ridge : float
        Takes ``ridge / 2`` times the sum of squared log strengths off the log likelihood.
    start : array of m floats, optional
        Log strengths to begin with.

    Raises
    ------
    InfeasibleError
        If there is no maximum.

    Notes
    -----
    Newton's method with halved steps; the likelihood of every model here is concave.

    Examples
    --------
    >>> pair = PairCounts(2, np.array([0]), np.array([1]), np.array([[30.0, 10.0, 20.0]]))
    >>> round(float(np.exp(np.ptp(fit_with_ties(pair, "davidson").strengths))), 6)
    3.0
    """
    outcomes, m = counts.outcomes, counts.size
    free = ties != "half" and bool(outcomes[:, 2].any())
    model = TIE_MODELS[ties if free else "half"]
    x = np.append(np.zeros(m) if start is None else np.asarray(start, dtype=float), 0.5)
    if not free:
        x[m] = 0.0

    def value(at: FloatArray) -> float:
        if free and ties == "rao_kupper" and at[m] <= 0:
            return -np.inf
        logs, _, _ = model(at[counts.first] - at[counts.second], float(at[m]))
        return float((outcomes * logs).sum() - ridge / 2 * (at[:m] ** 2).sum())

    now = value(x)
    for _ in range(_MOST_STEPS):
        gradient, hessian, _ = _derivatives(counts, model, x, ridge)
        # The flat direction, in which all strengths grow, is bent.
        bent = hessian.copy()
        bent[:m, :m] -= 1.0 / m
        if not free:
            bent[m, m] = -1.0
        step = -np.linalg.solve(bent, gradient)
        if np.abs(step).max() < 1e-6:
            # The value does not tell such steps apart any more; Newton's method squares the error.
            x = x + step
            break
        size = 1.0
        while value(x + size * step) < now and size > 1e-9:
            size /= 2
        x = x + size * step
        now = value(x)
        if np.abs(x).max() > 500:
            raise InfeasibleError("no maximum likelihood strengths: some are infinitely stronger")
    x[:m] -= x[:m].mean()
    _, hessian, meat = _derivatives(counts, model, x, ridge)
    if not free:
        hessian, meat = hessian[:m, :m], meat[:m, :m]
    inverse = np.asarray(np.linalg.pinv(-hessian), dtype=np.float64)
    logs, _, _ = model(x[counts.first] - x[counts.second], float(x[m]))
    told = (
        float(np.exp(x[m])) if free else (np.nan if ties == "half" else float(ties != "davidson"))
    )
    return TiedFit(
        x[:m],
        told,
        (inverse @ meat @ inverse)[:m, :m],
        inverse[:m, :m],
        float((outcomes * logs).sum()),
    )


def clustered_covariance(
    counts: PairCounts,
    ties: str,
    fit: TiedFit,
    battles: tuple[IntArray, IntArray, IntArray],
    ridge: float = 0.0,
) -> FloatArray:
    """The covariance of strengths whose battles are independent between clusters only.

    Parameters
    ----------
    counts, ties, ridge
        As in :func:`fit_with_ties`.
    fit : TiedFit
        What it returned.
    battles : three arrays of integers, shape (n,)
        For every battle its row in `counts`, its outcome 0, 1 or 2, and its cluster from 0 on.

    Returns
    -------
    numpy.ndarray, shape (m, m)
        With the sums of the scores of each cluster in place of those of each battle (Liang and
        Zeger 1986).
    """
    free = ties != "half" and bool(counts.outcomes[:, 2].any())
    model = TIE_MODELS[ties if free else "half"]
    m, (pair, outcome, cluster) = counts.size, battles
    x = np.append(fit.strengths, np.log(fit.tie) if free else 0.0)
    _, hessian, _ = _derivatives(counts, model, x, ridge)
    _, gradients, _ = model(x[counts.first] - x[counts.second], float(x[m]))
    own = gradients[pair, outcome]
    width = m + 1
    places = [cluster * width + k for k in (counts.first[pair], counts.second[pair], m)]
    parts = np.concatenate([own[:, 0], -own[:, 0], own[:, 1]])
    many = (int(cluster.max()) + 1) * width
    scores = np.bincount(np.concatenate(places), parts, many).reshape(-1, width)
    size = m + int(free)
    inverse = np.asarray(np.linalg.pinv(-hessian[:size, :size]), dtype=np.float64)
    meat = scores[:, :size].T @ scores[:, :size]
    return np.asarray((inverse @ meat @ inverse)[:m, :m])


def _derivatives(
    counts: PairCounts, model: Model, x: FloatArray, ridge: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Gradient and Hessian of the penalised log likelihood, and the sum of squared scores."""
    m, i, j = counts.size, counts.first, counts.second
    _, gradients, seconds = model(x[i] - x[j], float(x[m]))
    n = counts.outcomes
    slope = np.einsum("ko,koa->ka", n, gradients)
    gradient = np.zeros(m + 1)
    gradient[:m] = np.bincount(i, slope[:, 0], m) - np.bincount(j, slope[:, 0], m)
    gradient[m] = slope[:, 1].sum()
    gradient[:m] -= ridge * x[:m]
    bend = np.einsum("ko,koa->ka", n, seconds)
    hessian = _spread(m, i, j, bend)
    hessian[np.arange(m), np.arange(m)] -= ridge
    squares = np.stack(
        [
            (n * gradients[:, :, 0] ** 2).sum(axis=1),
            (n * gradients[:, :, 0] * gradients[:, :, 1]).sum(axis=1),
            (n * gradients[:, :, 1] ** 2).sum(axis=1),
        ],
        1,
    )
    return gradient, hessian, _spread(m, i, j, squares)


def _spread(m: int, i: IntArray, j: IntArray, parts: FloatArray) -> FloatArray:
    """A matrix of (m strengths, tie parameter) from its parts by pair: (dd, dc, cc)."""
    full = np.zeros((m + 1, m + 1))
    np.add.at(full, (i, j), -parts[:, 0])
    np.add.at(full, (j, i), -parts[:, 0])
    diagonal = np.bincount(i, parts[:, 0], m) + np.bincount(j, parts[:, 0], m)
    full[np.arange(m), np.arange(m)] += diagonal
    mixed = np.bincount(i, parts[:, 1], m) - np.bincount(j, parts[:, 1], m)
    full[:m, m] = full[m, :m] = mixed
    full[m, m] = parts[:, 2].sum()
    return full
