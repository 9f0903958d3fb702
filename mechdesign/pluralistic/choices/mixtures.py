"""Groups found in choices: mixtures of Bradley-Terry models, by expectation and maximisation."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.clock import ticks
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, Problem, Seed, as_count, as_number, generator
from mechdesign.pluralistic.choices.choice_logs import ChoiceLog, choice_log
from mechdesign.pluralistic.choices.comparison_counts import in_order
from mechdesign.pluralistic.settings import policies
from mechdesign.records import dataclass

__all__ = ["Mixture", "known_groups", "mixture"]


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
    names : tuple of labels
        Of the groups: 0, 1, ... where they were found.
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
    names: tuple[Hashable, ...]

    @property
    def bic(self) -> float:
        """The Bayesian information criterion over users; smaller is better."""
        k, n = self.utilities.shape
        return float((k * (n - 1) + k - 1) * np.log(len(self.users)) - 2 * self.log_likelihood)

    @property
    def assignment(self) -> dict[Hashable, Any]:
        """The likeliest group of every user."""
        best = [self.names[k] for k in self.responsibilities.argmax(axis=1).tolist()]
        return dict(zip(self.users, best, strict=True))

    @property
    def certainty(self) -> float:
        """The expected share of users who are in their likeliest group."""
        return float(self.responsibilities.max(axis=1).mean())

    def problem(self) -> Problem:
        """The groups as a problem of the welfare rules, weighted by their shares."""
        rows = [dict(zip(self.alternatives, row, strict=True)) for row in self.utilities.tolist()]
        named = dict(zip(self.names, rows, strict=True))
        return policies().problem(named, weights=self.weights.tolist())

    def agreement(self) -> Table:
        """How often a choice of one group is that of another, over all pairs of alternatives.

        Within a group it is how often two of its choices agree.
        """
        n = len(self.alternatives)
        rates = np.exp(log_rates(self.utilities))
        # Each pair stands twice; the diagonal, 1/2 with itself, is no choice.
        both = (rates @ rates.T - n / 4) / (n * (n - 1) / 2)
        rows = [[name, *map(float, row)] for name, row in zip(self.names, both, strict=True)]
        return Table(["group", *map(str, self.names)], rows, "agreement of choices")

    def differences(self) -> Table:
        """The alternatives on which groups differ most first: their utilities and the range."""
        spread = self.utilities.max(axis=0) - self.utilities.min(axis=0)
        order = np.argsort(-spread, kind="stable").tolist()
        rows = [
            [self.alternatives[k], float(spread[k]), *map(float, self.utilities[:, k])]
            for k in order
        ]
        return Table(["alternative", "range", *map(str, self.names)], rows, "where groups differ")

    def table(self) -> Table:
        """One row a group: share and utilities."""
        rows = [
            [k, float(w), *map(float, u)]
            for k, w, u in zip(self.names, self.weights, self.utilities, strict=True)
        ]
        columns = ["group", "share", *map(str, self.alternatives)]
        note = f"users are in their likeliest group with {self.certainty:.1%}; ridge {self.ridge:g}"
        scale = "utilities sum to 0 in each group; a unit multiplies the odds of a choice by e"
        return Table(
            columns, rows, "mixture of Bradley-Terry models", [note, scale, *self.warnings]
        )

    def __repr__(self) -> str:
        return str(self.table())


def mixture(
    data: object,
    groups: int,
    *,
    ridge: Number = 0.05,
    restarts: int = 10,
    rng: Seed = 0,
    start: object = None,
    limit: int = 500,
    hard: bool = False,
) -> Mixture:
    """Find groups of users in their choices.

    Parameters
    ----------
    data : mapping of users to lists of (winner, loser), rows (user, winner, loser), or a table
        What every user chose: see :func:`choice_log`.
    groups : int
        How many; see :func:`choose_groups`.
    ridge : number
        Positive: what keeps the utilities of alternatives that never lose finite.
    restarts : int
        Starts, the first from clusters of the users' shares of wins, the others from random
        responsibilities; the best end is returned.
    rng : numpy.random.Generator or int
        For the starts.
    start : array, shape (groups, n), optional
        Utilities to start from, with equal weights, instead of restarts.
    limit : int
        Steps of each start.
    hard : bool
        Whether every user belongs wholly to the likeliest group at each step; then the objective
        is the likelihood of choices and groups together.

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
    penalty = positive_ridge(ridge)
    log = choice_log(data)
    counts, n = log.counts, len(log.alternatives)
    flat = counts.reshape(len(log), -1)
    draw = generator(rng)
    runs = []
    for attempt in ticks(range(1 if start is not None else as_count(restarts, "restarts", low=1))):
        if start is None:
            given = (
                draw.dirichlet(np.full(k, 0.3), size=len(log))
                if attempt
                else _clusters(counts, k, draw)
            )
            w, r = _maximise(given, counts, penalty)
        else:
            try:
                r = np.asarray(start, dtype=float)
            except (TypeError, ValueError):
                raise InvalidInputError("start", "be numbers", start) from None
            if r.shape != (k, n) or not np.isfinite(r).all():
                raise InvalidInputError("start", f"be finite, of shape {(k, n)}", start)
            w = np.full(k, 1 / k)
        runs.append(_climb(w, r, counts, flat, penalty, as_count(limit, "limit", low=1), hard))
    w, r, given, path, value = max(runs, key=lambda run: run[3][-1])
    order = np.argsort(-w, kind="stable")
    return _told(log, w[order], r[order], given[:, order], path, value, penalty, tuple(range(k)))


def known_groups(data: object, groups: object, *, ridge: Number = 0.05) -> Mixture:
    """The utilities of groups that are known, such as those of a questionnaire.

    Parameters
    ----------
    data : mapping, rows, data frame, table or path
        See :func:`choice_log`.
    groups : str or mapping, or None
        The column that names the group of every user, or a mapping of user to group; None for a
        :class:`ChoiceLog` that has them.
    ridge : number
        As in :func:`mixture`.

    Returns
    -------
    Mixture
        Groups in the order of their names, weighted by their users.

    Examples
    --------
    >>> rows = [("u", "a", "b"), ("v", "a", "b"), ("w", "b", "a")]
    >>> found = known_groups(rows, {"u": "old", "v": "old", "w": "young"})
    >>> found.names, [round(float(w), 3) for w in found.weights]
    (('old', 'young'), [0.667, 0.333])
    """
    penalty = positive_ridge(ridge)
    log = choice_log(data, groups=groups)
    if log.groups is None:
        raise InvalidInputError("groups", "name the group of every user", groups)
    names = tuple(in_order(set(log.groups)))
    given = np.array([[float(group == name) for name in names] for group in log.groups])
    w, r = _maximise(given, log.counts, penalty)
    joint = np.log(w) + log.counts.reshape(len(log), -1) @ log_rates(r).T
    value = float(joint[given > 0].sum())
    path = [value - penalty * float((r**2).sum())]
    return _told(log, w, r, given, path, value, penalty, names)


def positive_ridge(ridge: object) -> float:
    """The penalty, checked."""
    penalty = float(as_number(ridge, "ridge", low=0))
    if penalty <= 0:
        raise InvalidInputError("ridge", "be positive", ridge)
    return penalty


def _told(
    log: ChoiceLog,
    w: FloatArray,
    r: FloatArray,
    given: FloatArray,
    path: list[float],
    value: float,
    ridge: float,
    names: tuple[Hashable, ...],
) -> Mixture:
    """The mixture with what its data cannot tell."""
    warnings = []
    k = len(names)
    few = int((log.counts.sum(axis=(1, 2)) < 3).sum())
    if few and log.groups is None:
        warnings.append(f"{few} users made fewer than 3 choices: their group is a guess")
    if k > 1 and given.max(axis=1).mean() < 1.2 / k:
        warnings.append("responsibilities are near 1/k: these are no groups")
    for place, name in enumerate(names):
        seen = log.counts[given.argmax(axis=1) == place].sum(axis=0)
        if seen.any() and not _connected(seen + seen.T):
            told = "the choices of its users do not connect all alternatives"
            warnings.append(f"group {name}: {told}, gaps between the parts come from the penalty")
    return Mixture(
        log.users,
        log.alternatives,
        w,
        r,
        given,
        path[-1],
        value,
        np.array(path),
        ridge,
        tuple(warnings),
        names,
    )


def _clusters(counts: FloatArray, k: int, draw: np.random.Generator) -> FloatArray:
    """Users by the nearest of k means of their smoothed shares of wins."""
    won, lost = counts.sum(axis=2), counts.sum(axis=1)
    shares = (won + 1) / (won + lost + 2)
    centres = shares[draw.permutation(len(shares))[:k]]
    nearest = np.zeros(len(shares), dtype=int)
    for _ in range(50):
        apart = ((shares[:, None] - centres[None]) ** 2).sum(axis=2)
        before, nearest = nearest, apart.argmin(axis=1)
        if (before == nearest).all():
            break
        centres = np.array(
            [
                shares[nearest == j].mean(axis=0) if (nearest == j).any() else centre
                for j, centre in enumerate(centres)
            ]
        )
    given = np.full((len(shares), k), 0.05 / k)
    given[np.arange(len(shares)), nearest] += 0.95
    return given


def _connected(counts: FloatArray) -> bool:
    reach = (counts > 0) | np.eye(len(counts), dtype=bool)
    for _ in range(len(counts).bit_length()):
        reach = reach @ reach
    return bool(reach.all())


def log_rates(utilities: FloatArray) -> FloatArray:
    """Logarithms of the chance to prefer the row to the column, one row for each group."""
    gaps = utilities[:, :, None] - utilities[:, None, :]
    return np.asarray(-np.logaddexp(0, -gaps).reshape(len(utilities), -1))


def softmax(x: FloatArray) -> FloatArray:
    mass = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(mass / mass.sum(axis=1, keepdims=True))


def _maximise(given: FloatArray, counts: FloatArray, ridge: float) -> tuple[FloatArray, FloatArray]:
    from mechdesign.stats.paired_strengths import fit_strengths, logistic

    wins = np.einsum("uk,uij->kij", given, counts)
    return given.mean(axis=0), np.array([fit_strengths(w, logistic, 2 * ridge)[0] for w in wins])


def _climb(
    w: FloatArray,
    r: FloatArray,
    counts: FloatArray,
    flat: FloatArray,
    ridge: float,
    limit: int,
    hard: bool,
) -> tuple[FloatArray, FloatArray, FloatArray, list[float], float]:
    path: list[float] = []
    while True:
        joint = np.log(np.maximum(w, 1e-300)) + flat @ log_rates(r).T
        top = joint.max(axis=1, keepdims=True)
        value = float((top[:, 0] + np.log(np.exp(joint - top).sum(axis=1))).sum())
        path.append((float(top.sum()) if hard else value) - ridge * float((r**2).sum()))
        given = np.eye(len(w))[joint.argmax(axis=1)] if hard else softmax(joint)
        done = len(path) > 1 and path[-1] - path[-2] < 1e-10 * abs(path[-2])
        if done or len(path) > limit:
            return w, r, given, path, value
        w, r = _maximise(given, counts, ridge)
