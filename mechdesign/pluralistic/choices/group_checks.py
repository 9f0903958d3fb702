"""How many groups there are, and how sure they are: criteria, errors, stability, tests."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.clock import ticks
from mechdesign.errors import InvalidInputError, SolverError
from mechdesign.io import Table
from mechdesign.model import Number, Seed, as_count, generator
from mechdesign.pluralistic.choices.choice_logs import ChoiceLog, choice_log
from mechdesign.pluralistic.choices.mixtures import (
    Mixture,
    log_rates,
    mixture,
    positive_ridge,
    softmax,
)
from mechdesign.records import dataclass
from mechdesign.stats.agreement import adjusted_rand

__all__ = [
    "GroupTest",
    "MixtureErrors",
    "choose_groups",
    "group_stability",
    "group_test",
    "mixture_errors",
    "ridge_check",
]

Method = Literal["bootstrap", "information"]


@dataclass(frozen=True, eq=False)
class MixtureErrors:
    """How far the estimates of a mixture may be off.

    Parameters
    ----------
    weights : array, shape (k,)
        Standard errors of the shares.
    utilities : array, shape (k, n)
        Standard errors of the utilities.
    samples : int
        How many samples of users; those in which an alternative did not occur are left out.  0 for
        errors from the observed information.
    """

    weights: FloatArray
    utilities: FloatArray
    samples: int


def mixture_errors(
    data: object, fit: Mixture, *, samples: int = 200, rng: Seed = 0, method: Method = "bootstrap"
) -> MixtureErrors:
    """Standard errors of a mixture, by drawing its users again or from the observed information.

    Parameters
    ----------
    data
        What `fit` was fitted to.
    fit : Mixture
        From which each sample starts, so that groups keep their names.
    samples : int
        At least 2.
    rng : numpy.random.Generator or int
        For the samples.
    method : {"bootstrap", "information"}
        The second inverts minus the second derivative of the penalised likelihood of all choices,
        by differences of its gradient; it draws nothing.  Where users are few the two differ.

    Raises
    ------
    SolverError
        If the information is not positive, as where groups cannot be told apart.

    Notes
    -----
    Users are drawn, not choices: those of one user are not independent.

    Examples
    --------
    >>> data = {u: [("a", "b")] * 5 for u in "uvw"} | {u: [("b", "a")] * 5 for u in "xy"}
    >>> fit = mixture(data, 2)
    >>> found = mixture_errors(data, fit, samples=50)
    >>> bool(0.15 < found.weights[0] < 0.3)
    True
    >>> round(float(mixture_errors(data, fit, method="information").weights[0]), 3)
    0.219
    """
    if not isinstance(fit, Mixture):
        raise InvalidInputError("fit", "be a Mixture", fit)
    if method not in get_args(Method):
        raise InvalidInputError("method", f"be one of {get_args(Method)}", method)
    log = choice_log(data)
    if log.alternatives != fit.alternatives or log.users != fit.users:
        raise InvalidInputError("fit", "be fitted to the data", list(fit.alternatives))
    if method == "information":
        return _by_information(log, fit)
    draws = as_count(samples, "samples", low=2)
    draw = generator(rng)
    found_weights, found_utilities = [], []
    for _ in ticks(range(draws)):
        again = _drawn(log, draw)
        if again is None:
            continue
        one = mixture(again, len(fit.weights), ridge=fit.ridge, start=fit.utilities)
        # The largest group comes first: back to the names of the fit, the nearest pairs first.
        order = matched(fit.utilities, one.utilities)
        found_weights.append(one.weights[order])
        found_utilities.append(one.utilities[order])
    if len(found_weights) < 2:
        raise InvalidInputError("data", "have users enough to be drawn again", len(log))
    return MixtureErrors(
        np.std(found_weights, axis=0, ddof=1),
        np.std(found_utilities, axis=0, ddof=1),
        len(found_weights),
    )


def _drawn(log: ChoiceLog, draw: np.random.Generator) -> ChoiceLog | None:
    """As many users, drawn with replacement; None if an alternative is lost."""
    chosen = log.counts[draw.integers(len(log), size=len(log))]
    if not (chosen.sum(axis=(0, 2)) + chosen.sum(axis=(0, 1))).all():
        return None
    return ChoiceLog(tuple(range(len(log))), log.alternatives, chosen)


def matched(names: FloatArray, found: FloatArray) -> list[int]:
    """Which of the groups found is which of those named, the sum of distances smallest."""
    from scipy.optimize import linear_sum_assignment

    distances = ((names[:, None] - found[None]) ** 2).sum(axis=2)
    return [int(j) for j in linear_sum_assignment(distances)[1]]


def _by_information(log: ChoiceLog, fit: Mixture) -> MixtureErrors:
    k, n = fit.utilities.shape
    flat = log.counts.reshape(len(log), -1)
    if fit.weights.min() <= 0:
        raise SolverError("a group has no users: its errors are not known")

    def gradient(x: FloatArray) -> FloatArray:
        r, logits = x[: k * n].reshape(k, n), np.append(x[k * n :], 0.0)
        w = softmax(logits[None])[0]
        logs = log_rates(r)
        given = softmax(np.log(w) + flat @ logs.T)
        pull = (given.T @ flat * (1 - np.exp(logs))).reshape(k, n, n)
        by_utility = pull.sum(axis=2) - pull.sum(axis=1) - 2 * fit.ridge * r
        return np.concatenate([by_utility.ravel(), (given.sum(axis=0) - len(log) * w)[:-1]])

    x = np.concatenate([fit.utilities.ravel(), np.log(fit.weights[:-1] / fit.weights[-1])])
    step = 1e-5
    rows = [(gradient(x - step * e) - gradient(x + step * e)) / (2 * step) for e in np.eye(len(x))]
    information = (np.array(rows) + np.array(rows).T) / 2
    # Utilities sum to 0 in each group: the directions in which they do.
    basis = np.linalg.svd(np.eye(n) - 1 / n)[0][:, : n - 1]
    inside = np.zeros((len(x), k * (n - 1) + k - 1))
    for g in range(k):
        inside[g * n : (g + 1) * n, g * (n - 1) : (g + 1) * (n - 1)] = basis
    inside[k * n :, k * (n - 1) :] = np.eye(k - 1)
    reduced = inside.T @ information @ inside
    if float(np.linalg.eigvalsh(reduced).min()) <= 1e-9:
        raise SolverError("the information is not positive: groups cannot be told apart")
    covariance = inside @ np.linalg.inv(reduced) @ inside.T
    w = fit.weights
    slope = (np.diag(w) - np.outer(w, w))[:, : k - 1]
    shares = slope @ covariance[k * n :, k * n :] @ slope.T
    return MixtureErrors(
        np.sqrt(np.maximum(np.diag(shares), 0)),
        np.sqrt(np.maximum(np.diag(covariance)[: k * n], 0)).reshape(k, n),
        0,
    )


def choose_groups(
    data: object, most: int = 4, *, ridge: Number = 0.05, folds: int = 5, rng: Seed = 0
) -> Table:
    """How well mixtures of 1 to `most` groups predict the other half of a new user's choices.

    Parameters
    ----------
    data, ridge, rng
        As in :func:`mixture`.
    most : int
        The largest number of groups.
    folds : int
        Users are left out in so many parts; half of their choices assign them, half are scored.

    Returns
    -------
    Table
        One row a number of groups: criterion, held-out score of a choice, and how sure assignments
        are.  Beside it stand :func:`group_stability` and :func:`group_test`.

    Examples
    --------
    >>> data = {u: [("a", "b")] * 6 for u in range(6)}
    >>> data |= {u: [("b", "a")] * 6 for u in range(6, 10)}
    >>> choose_groups(data, 2).columns
    ('groups', 'BIC', 'held-out log score', 'certainty')
    """
    log = choice_log(data)
    counts = log.counts
    parts = as_count(folds, "folds", low=2)
    if parts > len(log):
        raise InvalidInputError("folds", f"be at most the {len(log)} users", folds)
    draw = generator(rng)
    fold = draw.permutation(np.arange(len(log)) % parts)
    half = draw.binomial(counts.astype(int), 0.5).astype(float)
    rows = []
    for k in range(1, as_count(most, "most", low=1) + 1):
        score = 0.0
        for part in range(parts):
            kept = fold != part
            users = tuple(u for u, keep in zip(log.users, kept, strict=True) if keep)
            fit = mixture(ChoiceLog(users, log.alternatives, counts[kept]), k, ridge=ridge, rng=0)
            logs = log_rates(fit.utilities)
            first = half[~kept].reshape(int((~kept).sum()), -1)
            rest = (counts - half)[~kept].reshape(len(first), -1)
            guess = softmax(np.log(np.maximum(fit.weights, 1e-300)) + first @ logs.T)
            score += float((rest * np.log(guess @ np.exp(logs))).sum())
        whole = mixture(log, k, ridge=ridge, rng=0)
        held = score / max(1.0, float((counts - half).sum()))
        rows.append([k, whole.bic, held, whole.certainty])
    return Table(["groups", "BIC", "held-out log score", "certainty"], rows, "how many groups")


def group_stability(
    data: object, groups: int, *, samples: int = 20, ridge: Number = 0.05, rng: Seed = 0
) -> float:
    """How alike the groups are that two samples of the users lead to.

    Parameters
    ----------
    data, groups, ridge, rng
        As in :func:`mixture`.
    samples : int
        How many samples of users, drawn with replacement; at least 2.

    Returns
    -------
    float
        The mean over pairs of samples of the adjusted Rand index between the groups to which the
        fits of the two assign all users: 1 for the same groups, near 0 for chance.

    Examples
    --------
    >>> data = {u: [("a", "b") if u < 12 else ("b", "a")] * 5 for u in range(20)}
    >>> group_stability(data, 2, samples=5)
    1.0
    """
    log = choice_log(data)
    draw = generator(rng)
    flat = log.counts.reshape(len(log), -1)
    labels = []
    for _ in range(as_count(samples, "samples", low=2)):
        again = _drawn(log, draw)
        if again is None:
            continue
        fit = mixture(again, groups, ridge=ridge, rng=0)
        joint = np.log(np.maximum(fit.weights, 1e-300)) + flat @ log_rates(fit.utilities).T
        labels.append(joint.argmax(axis=1).tolist())
    if len(labels) < 2:
        raise InvalidInputError("data", "have users enough to be drawn again", len(log))
    pairs = [(a, b) for k, a in enumerate(labels) for b in labels[:k]]
    return float(np.mean([adjusted_rand(a, b) for a, b in pairs]))


class GroupTest(NamedTuple):
    """The likelihood ratio of one group more, and how likely one as large is without it."""

    statistic: float
    p_value: float
    samples: int


def group_test(
    data: object, groups: int = 1, *, samples: int = 99, ridge: Number = 0.05, rng: Seed = 0
) -> GroupTest:
    """Whether there is one group more than so many, by samples from the fitted mixture.

    Parameters
    ----------
    data, ridge, rng
        As in :func:`mixture`.
    groups : int
        How many there are if the ratio is due to chance.
    samples : int
        Logs drawn from the fit: as many choices of each user and pair.  The limit of the ratio is
        no chi-square distribution, so that it is compared with those of the samples.  All are
        fitted alike, from 3 starts of at most 150 steps.

    Examples
    --------
    >>> data = {u: [("a", "b") if u < 6 else ("b", "a")] * 6 for u in range(9)}
    >>> group_test(data, samples=19).p_value
    0.05
    """
    k = as_count(groups, "groups", low=1)
    positive_ridge(ridge)
    draws = as_count(samples, "samples", low=1)
    log = choice_log(data)
    draw = generator(rng)
    fit = mixture(log, k, ridge=ridge, rng=0)

    def ratio_of(one: ChoiceLog) -> float:
        fits = [
            mixture(one, k + more, ridge=ridge, rng=0, restarts=3, limit=150) for more in (0, 1)
        ]
        return max(0.0, 2 * (fits[1].log_likelihood - fits[0].log_likelihood))

    own = ratio_of(log)
    rates = np.exp(log_rates(fit.utilities)).reshape(k, *log.counts.shape[1:])
    shown = (log.counts + log.counts.transpose(0, 2, 1)).astype(int)
    above = np.triu(np.ones(shown.shape[1:], dtype=bool), 1)
    larger = 0
    for _ in ticks(range(draws)):
        member = draw.choice(k, size=len(log), p=fit.weights / fit.weights.sum())
        won = draw.binomial(np.where(above, shown, 0), rates[member]).astype(float)
        lost = np.where(above, shown - won, 0).transpose(0, 2, 1)
        larger += ratio_of(ChoiceLog(log.users, log.alternatives, won + lost)) >= own - 1e-9
    return GroupTest(own, (1 + larger) / (1 + draws), draws)


def ridge_check(data: object, fit: Mixture) -> Table:
    """The groups with half of the penalty and with twice as much: what depends on it.

    A penalty draws small groups towards indifference, and who is indifferent loses less under a
    rule that protects the worst off.

    Parameters
    ----------
    data, fit
        As in :func:`mixture_errors`.

    Examples
    --------
    >>> data = {u: [("a", "b")] * 5 for u in "uvw"} | {u: [("b", "a")] * 5 for u in "xy"}
    >>> [row[0] for row in ridge_check(data, mixture(data, 2)).rows]
    [0.025, 0.05, 0.1]
    """
    if not isinstance(fit, Mixture):
        raise InvalidInputError("fit", "be a Mixture", fit)
    log = choice_log(data)
    rows: list[list[Any]] = []
    for factor in (0.5, 1, 2):
        one = mixture(log, len(fit.weights), ridge=fit.ridge * factor, start=fit.utilities)
        order = matched(fit.utilities, one.utilities)
        spread = one.utilities.max(axis=1) - one.utilities.min(axis=1)
        rows.append(
            [fit.ridge * factor, *map(float, one.weights[order]), *map(float, spread[order])]
        )
    columns = [
        "ridge",
        *(f"share of {g}" for g in fit.names),
        *(f"range of {g}" for g in fit.names),
    ]
    return Table(columns, rows, "how much the penalty matters")
