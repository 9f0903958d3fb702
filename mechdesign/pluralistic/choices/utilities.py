"""Thurstone's utilities behind choices, with a spread for each alternative."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal, get_args

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError, SolverError
from mechdesign.io import Table
from mechdesign.model import Number, Reference, as_count, as_number
from mechdesign.pluralistic.choices.comparison_counts import Comparisons, comparisons
from mechdesign.records import dataclass
from mechdesign.stats.paired_strengths import fit_strengths, probit

__all__ = ["FittedUtilities", "active_pairs", "fit_utilities"]

Spread = Literal["equal", "own"]
THURSTONE = Reference(
    "thurstone1927law",
    "Thurstone, L. L.",
    "A law of comparative judgment",
    1927,
    "Psychological Review 34, 273-286",
    doi="10.1037/h0070288",
)


@dataclass(frozen=True, eq=False, repr=False)
class FittedUtilities:
    """Utilities with their uncertainty.

    Parameters
    ----------
    data : Comparisons
        What they were fitted to.
    means : array, shape (n,)
        Summing to 0, on the scale on which a spread of 1 is usual.
    variances : array, shape (n,)
        Of the utility of each alternative from choice to choice; 1 each where they are equal.
    errors : array, shape (n,)
        Standard errors of the means, from the observed information.
    covariance : array, shape (n, n)
        Of the means.
    log_likelihood : float
        At the optimum, without the penalty.
    parameters : int
        How many were free.
    """

    data: Comparisons
    means: FloatArray
    variances: FloatArray
    errors: FloatArray
    covariance: FloatArray
    log_likelihood: float
    parameters: int

    @property
    def alternatives(self) -> tuple[Hashable, ...]:
        """In the order of the means."""
        return self.data.alternatives

    @property
    def utilities(self) -> dict[Hashable, float]:
        """Means with mean 0 and standard deviation 1: the scale of utilities is a convention."""
        deviation = float(self.means.std(ddof=1))
        scaled = self.means / deviation if deviation > 0 else self.means
        return dict(zip(self.alternatives, scaled.tolist(), strict=True))

    @property
    def chances(self) -> FloatArray:
        """The fitted chance that the row is chosen against the column."""
        return np.asarray(np.exp(probit(_gaps(self.means, self.variances))[0]))

    def table(self) -> Table:
        """One row an alternative, the best first."""
        order = np.argsort(-self.means, kind="stable")
        rows = [
            [
                str(self.alternatives[k]),
                float(self.means[k]),
                float(self.errors[k]),
                float(self.variances[k]),
            ]
            for k in order
        ]
        note = f"{self.data.total} choices, log-likelihood {self.log_likelihood:.6g}"
        scale = "utilities sum to 0, in units of the usual spread from choice to choice"
        notes = [note, scale]
        return Table(["alternative", "utility", "error", "variance"], rows, "Thurstone", notes)

    def __repr__(self) -> str:
        return str(self.table())


def fit_utilities(
    data: object, *, variances: Spread = "equal", ridge: Number = 8
) -> FittedUtilities:
    """Utilities under which choices are most likely, by Thurstone's law.

    ``P(a over b) = Phi((m_a - m_b) / sqrt(v_a + v_b))``.

    Parameters
    ----------
    data : rows (winner, loser), mapping or Comparisons
        See :func:`comparisons`.
    variances : {"equal", "own"}
        1 for each alternative (case V, a concave problem), or one of its own for each.
    ridge : number
        With own variances, what is taken off for each unit of ``(log v)^2``: positive; 8 is as if
        log variances were normal around 0 with deviation 1/4.  Means and variances have a common
        scale, which this fixes, and without it variances run apart.

    Raises
    ------
    InfeasibleError
        If some alternative never loses, or never wins, against a part of the others.

    Notes
    -----
    Newton's method for equal variances.  Own variances start there and are found by a quasi-Newton
    method: a local maximum, since the problem is not concave.  Errors are those of the observed
    information, the penalty included.

    References
    ----------
    Thurstone, L. L. (1927). A law of comparative judgment. Psychological Review 34, 273-286.
    https://doi.org/10.1037/h0070288

    Examples
    --------
    >>> found = fit_utilities({("a", "b"): 7, ("b", "a"): 3})
    >>> round(float(found.means[0] - found.means[1]), 9)
    0.741614317
    """
    counted = comparisons(data)
    if variances not in get_args(Spread):
        raise InvalidInputError("variances", f"be one of {get_args(Spread)}", variances)
    penalty = float(as_number(ridge, "ridge", low=0))
    if penalty <= 0:
        raise InvalidInputError("ridge", "be positive", ridge)
    counted.require_connected()
    n = len(counted)
    means, hessian, value = fit_strengths(counted.wins, probit)
    # The probit of a plain difference has a variance of 1; here each of the two has one.
    means, hessian = means * np.sqrt(2), hessian / 2
    spread = np.ones(n)
    if variances == "own":
        means, spread, value, hessian = _with_variances(counted.wins, means, penalty)
    # Nothing depends on the sum of the means: that direction is held, and taken out again.
    held = np.zeros(len(hessian))
    held[:n] = 1
    size = float(np.trace(hessian)) / n
    inverse = np.linalg.inv(hessian + size * np.outer(held, held))
    covariance: FloatArray = np.asarray(inverse[:n, :n] - 1 / (size * n**2), dtype=np.float64)
    errors = np.sqrt(np.maximum(np.diag(covariance), 0))
    free = n - 1 if variances == "equal" else 2 * n - 2
    return FittedUtilities(counted, means, spread, errors, covariance, value, free)


def active_pairs(fit: FittedUtilities, budget: int) -> list[tuple[Hashable, Hashable]]:
    """Which pairs to compare next: those of which one more choice tells most.

    Parameters
    ----------
    fit : FittedUtilities
        What is known so far.
    budget : int
        How many pairs.

    Returns
    -------
    list of pairs
        The most telling first: the information of a choice times the variance of the difference.

    Notes
    -----
    Each pair is scored as if it alone were asked; ask it in both orders.  O(n^2 log n).

    Examples
    --------
    >>> log = {("a", "b"): 60, ("b", "a"): 40, ("b", "c"): 6, ("c", "b"): 4}
    >>> active_pairs(fit_utilities(log), 1)
    [('a', 'c')]
    """
    if not isinstance(fit, FittedUtilities):
        raise InvalidInputError("fit", "be FittedUtilities", fit)
    wanted = as_count(budget, "budget", low=1)
    variance = np.diag(fit.covariance)
    uncertain = variance[:, None] + variance[None, :] - 2 * fit.covariance
    total = fit.variances[:, None] + fit.variances[None, :]
    gaps = _gaps(fit.means, fit.variances)
    log_p, log_q = probit(gaps)[0], probit(-gaps)[0]
    density = np.exp(-(gaps**2)) / (2 * np.pi)
    information = density * np.exp(-log_p - log_q) / total
    score = information * uncertain
    first, second = np.triu_indices(len(fit.data), 1)
    order = np.argsort(-score[first, second], kind="stable")[:wanted]
    names = fit.alternatives
    return [(names[int(first[k])], names[int(second[k])]) for k in order]


def _gaps(means: FloatArray, variances: FloatArray) -> FloatArray:
    total = variances[:, None] + variances[None, :]
    return np.asarray((means[:, None] - means[None, :]) / np.sqrt(total))


def _with_variances(
    wins: FloatArray, means: FloatArray, ridge: float
) -> tuple[FloatArray, FloatArray, float, FloatArray]:
    """Means and variances of a local maximum, the log-likelihood, and the information there."""
    from scipy.optimize import minimize

    n = len(means)

    def loss(x: FloatArray) -> tuple[float, FloatArray]:
        logs = x[n:]
        spread = np.exp(logs)
        total = spread[:, None] + spread[None, :]
        gaps = (x[:n, None] - x[None, :n]) / np.sqrt(total)
        log_p, slope, _ = probit(gaps)
        pull = wins * slope
        by_mean = pull / np.sqrt(total)
        by_spread = -pull * gaps / (2 * total)
        both = by_spread + by_spread.T
        gradient = np.concatenate(
            [
                by_mean.sum(axis=1) - by_mean.sum(axis=0),
                both.sum(axis=1) * spread - 2 * ridge * logs,
            ]
        )
        value = float((wins * log_p).sum()) - ridge * float(logs @ logs)
        return -value, -gradient

    start = np.concatenate([means, np.zeros(n)])
    size = max(1.0, float(wins.sum()))
    found = minimize(
        lambda x: tuple(part / size for part in loss(x)),
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None)] * n + [(-12.0, 12.0)] * n,
        options={"maxiter": 5000, "maxfun": 20_000, "ftol": 1e-15, "gtol": 1e-9},
    )
    x = found.x
    if float(np.abs(loss(x)[1]).max()) > 1e-4 * size:
        raise SolverError("variances of their own were not found: the fit did not settle")
    step = 1e-5
    rows = [
        (loss(x + step * unit)[1] - loss(x - step * unit)[1]) / (2 * step) for unit in np.eye(2 * n)
    ]
    information = np.array(rows)
    value = -loss(x)[0] + ridge * float(x[n:] @ x[n:])
    shift = x[:n].mean()
    return x[:n] - shift, np.exp(x[n:]), value, (information + information.T) / 2
