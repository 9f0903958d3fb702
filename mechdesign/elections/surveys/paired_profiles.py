"""Conjoint choices: pairs of profiles, design checks, marginal means and average effects."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from mechdesign.arrays import AnyArray, FloatArray, IntArray
from mechdesign.elections.space import labels_in
from mechdesign.errors import InvalidInputError, require
from mechdesign.io import Table
from mechdesign.model import as_list, as_number, as_numbers
from mechdesign.records import dataclass

__all__ = [
    "Conjoint",
    "amce",
    "conjoint",
    "design_checks",
    "marginal_means",
]

Level = Any


@dataclass(frozen=True, eq=False, repr=False)
class Conjoint:
    """Forced choices between two profiles: see :func:`conjoint`.

    Parameters
    ----------
    attributes : tuple of str, length D
        What profiles differ in.
    levels : tuple of tuples
        The levels of each attribute.
    left, right : arrays of integers, shape (N, D)
        The places of the levels of both profiles of each task.
    chosen : array of integers, shape (N,)
        1 where the left profile was chosen, else 0.
    respondents : array of integers, shape (N,)
        Who chose; choices of one respondent are not independent.
    weights : array, shape (N,)
        Of the tasks, 1 on average over those that count.
    groups : tuple of str
        Names of groups of respondents; one empty name where there are none.
    group : array of integers, shape (N,)
        The place of the respondent's group.
    decisions : tuple of str
        What had to be decided when the data were read.
    """

    attributes: tuple[str, ...]
    levels: tuple[tuple[Level, ...], ...]
    left: IntArray
    right: IntArray
    chosen: IntArray
    respondents: IntArray
    weights: FloatArray
    groups: tuple[str, ...]
    group: IntArray
    decisions: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        """The number of tasks."""
        return len(self.chosen)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many levels each attribute has."""
        return tuple(map(len, self.levels))

    def base(self) -> list[FloatArray]:
        """The shares of the levels of each attribute in the design, as they were shown."""
        both = np.concatenate([self.left, self.right])
        twice = np.concatenate([self.weights, self.weights])
        found = []
        for d, size in enumerate(self.sizes):
            counts = np.bincount(both[:, d], weights=twice, minlength=size)
            found.append(counts / counts.sum())
        return found

    def resampled(self, draws: IntArray) -> Conjoint:
        """The data with each respondent weighed by how often she was drawn."""
        from dataclasses import replace

        found: Conjoint = replace(self, weights=self.weights * draws[self.respondents])
        return found

    def __repr__(self) -> str:
        people = len(np.unique(self.respondents))
        names = ", ".join(self.attributes)
        return f"Conjoint of {len(self)} choices by {people} respondents; attributes: {names}"


def conjoint(
    left: Sequence[Mapping[str, Level]],
    right: Sequence[Mapping[str, Level]],
    chosen: Sequence[object],
    *,
    respondents: Sequence[Hashable] | None = None,
    weights: Sequence[float] | None = None,
    groups: Sequence[str] | None = None,
    levels: Mapping[str, Sequence[Level]] | None = None,
    decisions: Sequence[str] = (),
) -> Conjoint:
    """Forced choices between two profiles.

    Parameters
    ----------
    left, right : sequences of mappings
        Attribute to level, the same attributes in all.
    chosen : sequence of bool or {0, 1}
        Whether the left profile was chosen.
    respondents : sequence of labels, optional
        Who chose; by default each task has a respondent of its own.
    weights : sequence of numbers, optional
        Of the tasks, in any unit, as where levels were not shown equally often.
    groups : sequence of str, optional
        The group of the respondent of each task.
    levels : mapping of attribute to sequence of levels, optional
        Their order; by default numbers ascending, then text by alphabet.
    decisions : sequence of str
        What was decided before.

    Examples
    --------
    >>> a, b = {"age": "old", "party": "L"}, {"age": "young", "party": "R"}
    >>> conjoint([a, b], [b, a], [True, False], respondents=["ann", "ann"])
    Conjoint of 2 choices by 1 respondents; attributes: age, party
    """
    left, right = as_list(left, "left"), as_list(right, "right")
    chosen = as_list(chosen, "chosen")
    n = len(chosen)
    if not n or len(left) != n or len(right) != n:
        told = "have one left and one right profile for each choice, at least one"
        raise InvalidInputError("left, right", told, (len(left), len(right), n))
    if levels is not None and not isinstance(levels, Mapping):
        raise InvalidInputError("levels", "map attributes to levels", levels)
    names = tuple(map(str, left[0])) if isinstance(left[0], Mapping) else ()
    if not names:
        raise InvalidInputError("left[0]", "have attributes", left[0])
    for side, rows in (("left", left), ("right", right)):
        for k, row in enumerate(rows):
            if not isinstance(row, Mapping) or sorted(map(str, row)) != sorted(names):
                told = f"have the attributes {list(names)[:8]}"
                raise InvalidInputError(f"{side}[{k}]", told, row)
    known = []
    for name in names:
        seen = dict.fromkeys(row[name] for row in (*left, *right))
        given = None if levels is None else levels.get(name)
        known.append(
            tuple(sorted(seen, key=_order)) if given is None else labels_in(given, "levels")
        )
        strange = [x for x in seen if x not in known[-1]]
        if strange:
            raise InvalidInputError(f"levels[{name!r}]", "list every level", strange[0])
    codes = []
    for rows in (left, right):
        places = [{x: j for j, x in enumerate(own)} for own in known]
        codes.append(
            np.array(
                [[at[row[name]] for name, at in zip(names, places, strict=True)] for row in rows],
                dtype=np.int64,
            )
        )
    won = []
    for k, x in enumerate(chosen):
        if not isinstance(x, (bool, int, np.bool_, np.integer)) or x not in (0, 1):
            raise InvalidInputError(f"chosen[{k}]", "be whether the left one was chosen", x)
        won.append(int(bool(x)))
    people = _coded(range(n) if respondents is None else respondents, n, "respondents")[1]
    parties, group = _coded([""] * n if groups is None else groups, n, "groups")
    own = np.ones(n) if weights is None else np.array(as_numbers(weights, "weights", low=0), float)
    if len(own) != n or not own.any():
        raise InvalidInputError("weights", f"be {n} numbers, not all zero", len(own))
    # Tests and ridges count choices: the unit of weights is one choice, on average.
    own = own / own[own > 0].mean()
    return Conjoint(
        names,
        tuple(known),
        codes[0],
        codes[1],
        np.array(won, dtype=np.int64),
        people,
        own,
        tuple(map(str, parties)),
        group,
        tuple(decisions),
    )


def _order(level: Any) -> tuple[int, Any, str]:
    try:
        return 0, float(level), ""
    except (TypeError, ValueError):
        return 1, 0.0, str(level)


def _coded(given: Sequence[object], n: int, name: str) -> tuple[list[Any], IntArray]:
    listed = list(labels_in(given, name))
    if len(listed) != n:
        raise InvalidInputError(name, f"have one entry for each of {n} tasks", len(listed))
    known = list(dict.fromkeys(listed))
    at = {x: k for k, x in enumerate(known)}
    return known, np.array([at[x] for x in listed], dtype=np.int64)


def design_checks(data: Conjoint) -> Table:
    """Whether the design is what the estimates take it to be.

    Parameters
    ----------
    data : Conjoint
        The choices.

    Returns
    -------
    Table
        A row for each check with its statistic and p-value: how often the rarest level of each
        attribute was shown; whether two attributes are independent (chi-square), with the pairs of
        levels that were never shown together; whether the left profile is chosen half of the time.

    Notes
    -----
    A restricted design, in which some levels never meet, needs a joint reference: products of
    shares would propose profiles that nobody was asked about.

    Examples
    --------
    >>> from mechdesign.elections import simulate_conjoint
    >>> data = simulate_conjoint({"age": {"old": 0, "young": 1}}, 100, 5, rng=0)
    >>> design_checks(data).columns
    ('check', 'statistic', 'p', 'finding')
    """
    from scipy.stats import chi2

    require(data, Conjoint, "data")
    both = np.concatenate([data.left, data.right])
    rows: list[list[Any]] = []
    for d, name in enumerate(data.attributes):
        counts = np.bincount(both[:, d], minlength=data.sizes[d])
        least = int(counts.argmin())
        told = f"rarest level {data.levels[d][least]}, shown {int(counts[least])} times"
        rows.append([f"levels of {name}", int(counts[least]), "", told])
    for d, e in itertools.combinations(range(len(data.attributes)), 2):
        table = _crossed(both, d, e, data.sizes)
        expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
        fine = expected > 0
        statistic = float(((table - expected)[fine] ** 2 / expected[fine]).sum())
        free = (np.count_nonzero(table.sum(axis=1)) - 1) * (np.count_nonzero(table.sum(axis=0)) - 1)
        p = float(chi2.sf(statistic, free)) if free else 1.0
        never = int(((table == 0) & (expected >= 5)).sum())
        told = "independent" if p >= 0.01 else "not independent"
        told += f"; {never} pairs of levels never shown together" if never else ""
        rows.append([f"{data.attributes[d]} and {data.attributes[e]}", statistic, p, told])
    share = float(np.average(data.chosen, weights=data.weights))
    size = float(data.weights.sum() ** 2 / (data.weights**2).sum())
    z = 2 * (share - 0.5) * size**0.5
    p = float(chi2.sf(z * z, 1))
    told = "no effect of the place" if p >= 0.01 else "the place matters: the fit has a term for it"
    rows.append(["left profile chosen", share, p, told])
    return Table(["check", "statistic", "p", "finding"], rows, "design checks", data.decisions)


def _crossed(both: AnyArray, d: int, e: int, sizes: Sequence[int]) -> IntArray:
    table = np.zeros((sizes[d], sizes[e]), dtype=np.int64)
    np.add.at(table, (both[:, d], both[:, e]), 1)
    return table


def never_together(data: Conjoint) -> list[tuple[int, int, int, int]]:
    """Pairs of levels (attribute, level, attribute, level) that a restricted design leaves out."""
    both = np.concatenate([data.left, data.right])
    found = []
    for d, e in itertools.combinations(range(len(data.attributes)), 2):
        table = _crossed(both, d, e, data.sizes)
        expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
        for i, j in np.argwhere((table == 0) & (expected >= 5)).tolist():
            found.append((d, i, e, j))
    return found


def clustered(
    x: FloatArray, y: FloatArray, weights: FloatArray, clusters: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Weighted least squares with the covariance robust to dependence inside clusters."""
    bread: FloatArray = np.asarray(np.linalg.pinv((x * weights[:, None]).T @ x), dtype=float)
    beta = bread @ (x.T @ (weights * y))
    scores = x * (weights * (y - x @ beta))[:, None]
    return beta, sandwich(bread, scores, clusters)


def sandwich(bread: FloatArray, scores: FloatArray, clusters: IntArray) -> FloatArray:
    """Covariance from scores summed inside clusters, with the correction G / (G - 1)."""
    names, places = np.unique(clusters, return_inverse=True)
    sums = np.zeros((len(names), scores.shape[1]))
    np.add.at(sums, places, scores)
    count = len(names)
    factor = count / (count - 1) if count > 1 else 1.0
    return np.asarray(factor * bread @ (sums.T @ sums) @ bread)


def _stacked(data: Conjoint) -> tuple[IntArray, FloatArray, FloatArray, IntArray]:
    """One row a profile: levels, whether it was chosen, weights, respondents."""
    return (
        np.concatenate([data.left, data.right]),
        np.concatenate([data.chosen, 1 - data.chosen]).astype(float),
        np.concatenate([data.weights, data.weights]),
        np.concatenate([data.respondents, data.respondents]),
    )


def normal_reach(level: object) -> float:
    from scipy.stats import norm

    share = float(as_number(level, "level", low=0, high=1))
    if not 0 < share < 1:
        raise InvalidInputError("level", "lie strictly between 0 and 1", level)
    return float(norm.ppf((1 + share) / 2))


def marginal_means(data: Conjoint, *, level: float = 0.95) -> Table:
    """How often profiles with each level are chosen.

    Parameters
    ----------
    data : Conjoint
        The choices.
    level : float
        Of the intervals, which are robust to dependence inside respondents.

    Returns
    -------
    Table
        Columns attribute, level, mean, standard error, low, high.

    Examples
    --------
    >>> from mechdesign.elections import simulate_conjoint
    >>> data = simulate_conjoint({"age": {"old": 0, "young": 1}}, 100, 5, rng=0)
    >>> marginal_means(data).columns
    ('attribute', 'level', 'mean', 'standard error', 'low', 'high')
    """
    require(data, Conjoint, "data")
    reach = normal_reach(level)
    both, y, weights, people = _stacked(data)
    rows: list[list[Any]] = []
    for d, name in enumerate(data.attributes):
        dummies = np.eye(data.sizes[d])[both[:, d]]
        beta, covariance = clustered(dummies, y, weights, people)
        for j, label in enumerate(data.levels[d]):
            rows.append([name, str(label), *_interval(beta[j], covariance[j, j], reach)])
    columns = ["attribute", "level", "mean", "standard error", "low", "high"]
    return Table(columns, rows, "marginal means", data.decisions)


def amce(data: Conjoint, *, base: Mapping[str, Level] | None = None, level: float = 0.95) -> Table:
    """The average effect of each level against a base level on being chosen.

    Parameters
    ----------
    data : Conjoint
        The choices.
    base : mapping of attribute to level, optional
        The first level of an attribute where it is not named.
    level : float
        Of the intervals, which are robust to dependence inside respondents.

    Returns
    -------
    Table
        Columns attribute, level, effect, standard error, low, high; 0 at base levels.

    Notes
    -----
    Least squares of being chosen on dummies of all levels.  In a balanced design an effect is the
    difference of two marginal means.

    References
    ----------
    Hainmueller, J., Hopkins, D. J. and Yamamoto, T. (2014), Causal inference in conjoint analysis,
    Political Analysis 22(1), 1-30.

    Examples
    --------
    >>> from mechdesign.elections import simulate_conjoint
    >>> data = simulate_conjoint({"age": {"old": 0, "young": 1}}, 100, 5, rng=0)
    >>> amce(data).columns
    ('attribute', 'level', 'effect', 'standard error', 'low', 'high')
    """
    require(data, Conjoint, "data")
    reach = normal_reach(level)
    if base is not None and not isinstance(base, Mapping):
        raise InvalidInputError("base", "map attributes to levels", base)
    strange = [name for name in base or {} if name not in data.attributes]
    if strange:
        raise InvalidInputError("base", f"name attributes of {list(data.attributes)}", strange[0])
    both, y, weights, people = _stacked(data)
    bases, parts = [], [np.ones((len(both), 1))]
    for d, name in enumerate(data.attributes):
        wanted = (base or {}).get(name, data.levels[d][0])
        if wanted not in data.levels[d]:
            raise InvalidInputError(f"base[{name!r}]", f"be one of {list(data.levels[d])}", wanted)
        bases.append(data.levels[d].index(wanted))
        parts.append(np.delete(np.eye(data.sizes[d])[both[:, d]], bases[-1], axis=1))
    beta, covariance = clustered(np.hstack(parts), y, weights, people)
    rows: list[list[Any]] = []
    k = 1
    for d, name in enumerate(data.attributes):
        for j, label in enumerate(data.levels[d]):
            if j == bases[d]:
                rows.append([name, str(label), 0.0, "", "", ""])
            else:
                rows.append([name, str(label), *_interval(beta[k], covariance[k, k], reach)])
                k += 1
    columns = ["attribute", "level", "effect", "standard error", "low", "high"]
    return Table(columns, rows, "average marginal component effects", data.decisions)


def _interval(mean: float, variance: float, reach: float) -> list[float]:
    error = float(max(variance, 0.0)) ** 0.5
    return [float(mean), error, float(mean) - reach * error, float(mean) + reach * error]
