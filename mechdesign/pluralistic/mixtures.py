"""Groups found in choices: mixtures of Bradley-Terry models, by expectation and maximisation."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, Problem, Seed, as_count, as_list, as_number, generator
from mechdesign.pluralistic.comparison_counts import in_order, require_label
from mechdesign.pluralistic.settings import policies
from mechdesign.records import dataclass

__all__ = ["Mixture", "MixtureErrors", "choose_groups", "mixture", "mixture_errors"]


@dataclass(frozen=True, eq=False, repr=False)
class Mixture:
    """Groups of users with a utility each.

    Parameters
    ----------
    users, alternatives : tuples of labels
        Rows of the responsibilities, columns of the utilities.
    weights : array, shape (k,)
        Shares of the groups.
    utilities : array, shape (k, n)
        Summing to 0 in each group; the chance to prefer i to j is ``1 / (1 + exp(u_j - u_i))``.
    responsibilities : array, shape (users, k)
        How likely a user is of a group.
    objective, log_likelihood : float
        With and without the penalty.
    path : array
        The objective after every step, which never falls.
    ridge : float
        The penalty ``ridge * sum u^2``.
    warnings : tuple of str
        What the data cannot tell.
    """

    users: tuple[Hashable, ...]
    alternatives: tuple[Hashable, ...]
    weights: FloatArray
    utilities: FloatArray
    responsibilities: FloatArray
    objective: float
    log_likelihood: float
    path: FloatArray
    ridge: float
    warnings: tuple[str, ...]

    @property
    def bic(self) -> float:
        """The Bayesian information criterion over users; smaller is better."""
        k, n = self.utilities.shape
        return float((k * (n - 1) + k - 1) * np.log(len(self.users)) - 2 * self.log_likelihood)

    @property
    def assignment(self) -> dict[Hashable, int]:
        """The likeliest group of every user."""
        best = self.responsibilities.argmax(axis=1).tolist()
        return dict(zip(self.users, best, strict=True))

    @property
    def certainty(self) -> float:
        """The expected share of users who are in their likeliest group."""
        return float(self.responsibilities.max(axis=1).mean())

    def problem(self) -> Problem:
        """The groups as a problem of the welfare rules, weighted by their shares."""
        rows = [dict(zip(self.alternatives, row, strict=True)) for row in self.utilities.tolist()]
        return policies().problem(dict(enumerate(rows)), weights=self.weights.tolist())

    def table(self) -> Table:
        """One row a group: share and utilities."""
        rows = [
            [k, float(w), *map(float, u)]
            for k, (w, u) in enumerate(zip(self.weights, self.utilities, strict=True))
        ]
        columns = ["group", "share", *map(str, self.alternatives)]
        note = f"users are in their likeliest group with {self.certainty:.1%}; ridge {self.ridge:g}"
        return Table(columns, rows, "mixture of Bradley-Terry models", [note, *self.warnings])

    def __repr__(self) -> str:
        return str(self.table())


def mixture(
    data: Mapping[Hashable, Sequence[Sequence[Hashable]]] | Iterable[Sequence[Hashable]],
    groups: int,
    *,
    ridge: Number = 0.05,
    restarts: int = 10,
    rng: Seed = 0,
    start: Any = None,
    limit: int = 500,
) -> Mixture:
    """Find groups of users in their choices.

    Parameters
    ----------
    data : mapping of users to lists of (winner, loser), or rows (user, winner, loser)
        What every user chose.
    groups : int
        How many; see :func:`choose_groups`.
    ridge : number
        Positive: what keeps the utilities of alternatives that never lose finite.
    restarts : int
        Starts from random responsibilities; the best end is returned.
    rng : numpy.random.Generator or int
        For the starts.
    start : array, shape (groups, n), optional
        Utilities to start from, with equal weights, instead of restarts.
    limit : int
        Steps of each start.

    Returns
    -------
    Mixture
        The largest group first.

    Examples
    --------
    >>> data = {u: [("a", "b")] * 5 for u in "uvw"} | {u: [("b", "a")] * 5 for u in "xy"}
    >>> found = mixture(data, 2)
    >>> [round(float(w), 2) for w in found.weights]
    [0.6, 0.4]
    """
    k = as_count(groups, "groups", low=1)
    penalty = float(as_number(ridge, "ridge", low=0))
    if penalty <= 0:
        raise InvalidInputError("ridge", "be positive", ridge)
    users, labels, counts = _counts(data)
    n = len(labels)
    flat = counts.reshape(len(users), -1)
    draw = generator(rng)
    runs = []
    for _ in range(1 if start is not None else as_count(restarts, "restarts", low=1)):
        if start is None:
            given = draw.dirichlet(np.full(k, 0.3), size=len(users))
            w, r = _maximise(given, counts, penalty, None)
        else:
            try:
                r = np.asarray(start, dtype=float)
            except (TypeError, ValueError):
                raise InvalidInputError("start", "be numbers", start) from None
            if r.shape != (k, n) or not np.isfinite(r).all():
                raise InvalidInputError("start", f"be finite, of shape {(k, n)}", start)
            w = np.full(k, 1 / k)
        runs.append(_climb(w, r, counts, flat, penalty, as_count(limit, "limit", low=1)))
    w, r, given, path, value = max(runs, key=lambda run: run[3][-1])
    order = np.argsort(-w, kind="stable")
    warnings = []
    few = int((flat.sum(axis=1) < 3).sum())
    if few:
        warnings.append(f"{few} users made fewer than 3 choices: their group is a guess")
    if k > 1 and given.max(axis=1).mean() < 1.2 / k:
        warnings.append("responsibilities are near 1/k: these are no groups")
    for place, group in enumerate(order):
        seen = counts[given.argmax(axis=1) == group].sum(axis=0)
        if seen.any() and not _connected(seen + seen.T):
            told = "the choices of its users do not connect all alternatives"
            warnings.append(f"group {place}: {told}, gaps between the parts come from the penalty")
    return Mixture(
        users,
        labels,
        w[order],
        r[order],
        given[:, order],
        path[-1],
        value,
        np.array(path),
        penalty,
        tuple(warnings),
    )


@dataclass(frozen=True, eq=False)
class MixtureErrors:
    """How far the estimates of a mixture move from one sample of users to another.

    Parameters
    ----------
    weights : array, shape (k,)
        Standard errors of the shares.
    utilities : array, shape (k, n)
        Standard errors of the utilities.
    samples : int
        How many samples of users; those in which an alternative did not occur are left out.
    """

    weights: FloatArray
    utilities: FloatArray
    samples: int


def mixture_errors(data: Any, fit: Mixture, *, samples: int = 200, rng: Seed = 0) -> MixtureErrors:
    """Standard errors of a mixture, by drawing its users again.

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

    Notes
    -----
    Users are drawn, not choices: those of one user are not independent.

    Examples
    --------
    >>> data = {u: [("a", "b")] * 5 for u in "uvw"} | {u: [("b", "a")] * 5 for u in "xy"}
    >>> found = mixture_errors(data, mixture(data, 2), samples=50)
    >>> bool(0.15 < found.weights[0] < 0.3)
    True
    """
    users, labels, counts = _counts(data)
    if not isinstance(fit, Mixture):
        raise InvalidInputError("fit", "be a Mixture", fit)
    if labels != fit.alternatives or users != fit.users:
        raise InvalidInputError("fit", "be fitted to the data", list(fit.alternatives))
    draws = as_count(samples, "samples", low=2)
    draw = generator(rng)
    found_weights, found_utilities = [], []
    for _ in range(draws):
        chosen = counts[draw.integers(len(users), size=len(users))]
        if not (chosen.sum(axis=(0, 2)) + chosen.sum(axis=(0, 1))).all():
            continue
        again = mixture(
            _as_data(labels, chosen), len(fit.weights), ridge=fit.ridge, start=fit.utilities
        )
        # The largest group comes first: back to the names of the fit, the nearest pairs first.
        order = _matched(fit.utilities, again.utilities)
        found_weights.append(again.weights[order])
        found_utilities.append(again.utilities[order])
    if len(found_weights) < 2:
        raise InvalidInputError("data", "have users enough to be drawn again", len(users))
    return MixtureErrors(
        np.std(found_weights, axis=0, ddof=1),
        np.std(found_utilities, axis=0, ddof=1),
        len(found_weights),
    )


def _matched(names: FloatArray, found: FloatArray) -> list[int]:
    """Which of the groups found is which of those named, the sum of distances smallest."""
    from scipy.optimize import linear_sum_assignment

    distances = ((names[:, None] - found[None]) ** 2).sum(axis=2)
    return [int(j) for j in linear_sum_assignment(distances)[1]]


def choose_groups(
    data: Any, most: int = 4, *, ridge: Number = 0.05, folds: int = 5, rng: Seed = 0
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
        One row a number of groups: criterion, held-out score of a choice.

    Examples
    --------
    >>> data = {u: [("a", "b")] * 6 for u in range(6)}
    >>> data |= {u: [("b", "a")] * 6 for u in range(6, 10)}
    >>> choose_groups(data, 2).columns
    ('groups', 'BIC', 'held-out log score', 'certainty')
    """
    users, labels, counts = _counts(data)
    parts = as_count(folds, "folds", low=2)
    if parts > len(users):
        raise InvalidInputError("folds", f"be at most the {len(users)} users", folds)
    draw = generator(rng)
    fold = draw.permutation(np.arange(len(users)) % parts)
    half = draw.binomial(counts.astype(int), 0.5).astype(float)
    rows = []
    for k in range(1, as_count(most, "most", low=1) + 1):
        score = 0.0
        for part in range(parts):
            kept = fold != part
            known = _as_data(labels, counts[kept])
            fit = mixture(known, k, ridge=ridge, rng=0)
            place = [fit.alternatives.index(label) for label in labels if label in fit.alternatives]
            utilities = np.zeros((k, len(labels)))
            seen = [i for i, label in enumerate(labels) if label in fit.alternatives]
            utilities[:, seen] = fit.utilities[:, place]
            logs = _log_rates(utilities)
            first = half[~kept].reshape(int((~kept).sum()), -1)
            rest = (counts - half)[~kept].reshape(len(first), -1)
            guess = _softmax(np.log(np.maximum(fit.weights, 1e-300)) + first @ logs.T)
            score += float((rest * np.log(guess @ np.exp(logs))).sum())
        whole = mixture(data, k, ridge=ridge, rng=0)
        held = score / max(1.0, float((counts - half).sum()))
        rows.append([k, whole.bic, held, whole.certainty])
    return Table(["groups", "BIC", "held-out log score", "certainty"], rows, "how many groups")


def _as_data(labels: Sequence[Hashable], counts: FloatArray) -> dict[Hashable, Any]:
    return {
        u: [
            (labels[i], labels[j])
            for i, j in np.argwhere(one > 0).tolist()
            for _ in range(int(one[i, j]))
        ]
        for u, one in enumerate(counts)
        if one.any()
    }


def _counts(data: Any) -> tuple[tuple[Hashable, ...], tuple[Hashable, ...], FloatArray]:
    """Users, alternatives, and how often each user preferred the row to the column."""
    if not isinstance(data, Mapping):
        listed: dict[Hashable, list[Any]] = {}
        for k, row in enumerate(as_list(data, "data")):
            if not isinstance(row, (list, tuple)) or len(row) != 3:
                raise InvalidInputError(f"data[{k}]", "be (user, winner, loser)", row)
            require_label(row[0], f"data[{k}]")
            listed.setdefault(row[0], []).append((row[1], row[2]))
        data = listed
    if not data:
        raise InvalidInputError("data", "hold the choices of at least one user", data)
    for user, rows in data.items():
        for row in as_list(rows, f"data[{user!r}]"):
            if not isinstance(row, (list, tuple)) or len(row) != 2:
                raise InvalidInputError(f"data[{user!r}]", "hold pairs (winner, loser)", row)
            for label in row:
                require_label(label, f"data[{user!r}]")
            if row[0] == row[1]:
                told = "compare two different alternatives"
                raise InvalidInputError(f"data[{user!r}]", told, row)
    labels = in_order({label for rows in data.values() for row in rows for label in row})
    if len(labels) < 2:
        raise InvalidInputError("data", "compare at least two alternatives", labels)
    place = {label: k for k, label in enumerate(labels)}
    counts = np.zeros((len(data), len(labels), len(labels)))
    for u, rows in enumerate(data.values()):
        for winner, loser in rows:
            counts[u, place[winner], place[loser]] += 1
    return tuple(data), tuple(labels), counts


def _connected(counts: FloatArray) -> bool:
    reach = (counts > 0) | np.eye(len(counts), dtype=bool)
    for _ in range(len(counts).bit_length()):
        reach = reach @ reach
    return bool(reach.all())


def _log_rates(utilities: FloatArray) -> FloatArray:
    """Logarithms of the chance to prefer the row to the column, one row for each group."""
    gaps = utilities[:, :, None] - utilities[:, None, :]
    return np.asarray(-np.logaddexp(0, -gaps).reshape(len(utilities), -1))


def _softmax(x: FloatArray) -> FloatArray:
    mass = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(mass / mass.sum(axis=1, keepdims=True))


def _maximise(
    given: FloatArray, counts: FloatArray, ridge: float, before: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    from mechdesign.stats.paired_strengths import fit_strengths, logistic

    wins = np.einsum("uk,uij->kij", given, counts)
    return given.mean(axis=0), np.array([fit_strengths(w, logistic, 2 * ridge)[0] for w in wins])


def _climb(
    w: FloatArray, r: FloatArray, counts: FloatArray, flat: FloatArray, ridge: float, limit: int
) -> tuple[FloatArray, FloatArray, FloatArray, list[float], float]:
    path: list[float] = []
    while True:
        joint = np.log(np.maximum(w, 1e-300)) + flat @ _log_rates(r).T
        top = joint.max(axis=1, keepdims=True)
        value = float((top[:, 0] + np.log(np.exp(joint - top).sum(axis=1))).sum())
        path.append(value - ridge * float((r**2).sum()))
        given = _softmax(joint)
        done = len(path) > 1 and path[-1] - path[-2] < 1e-10 * abs(path[-2])
        if done or len(path) > limit:
            return w, r, given, path, value
        w, r = _maximise(given, counts, ridge, r)
