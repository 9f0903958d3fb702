"""What conjoint choices say of profiles: a logit or linear model with optional interactions."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray, IntArray
from mechdesign.elections.competition import logistic
from mechdesign.elections.space import Contest, amount, utility_contest
from mechdesign.elections.surveys.paired_profiles import Conjoint, never_together, sandwich
from mechdesign.errors import InvalidInputError, SolverError, require
from mechdesign.io import Table
from mechdesign.model import Number
from mechdesign.records import dataclass

__all__ = ["ChoiceModel", "fit_choices"]

Link = Literal["logit", "linear"]
_MOST_PROFILES = 3_000
#: What clustered cross-validation tries.
_RIDGES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_FOLDS = 5


@dataclass(frozen=True, eq=False, repr=False)
class ChoiceModel:
    """Utilities of levels, estimated from conjoint choices: see :func:`fit_choices`.

    Parameters
    ----------
    data : Conjoint
        What was fitted.
    link : str
        ``logit``: utilities; ``linear``: shares of votes.
    pairs : tuple of pairs of int
        The attributes that interact.
    coefficients : tuple of arrays
        Of each group: the effect of the left place, then sum-to-zero codes.
    covariances : tuple of arrays
        Robust to dependence inside respondents.
    shares : tuple of float
        The weights of the groups.
    ridge : float
        The penalty.
    """

    data: Conjoint
    link: str
    pairs: tuple[tuple[int, int], ...]
    coefficients: tuple[FloatArray, ...]
    covariances: tuple[FloatArray, ...]
    shares: tuple[float, ...]
    ridge: float

    def main(self, group: int = 0) -> list[FloatArray]:
        """The effects of the levels of each attribute, which sum to 0."""
        found, k = [], 1
        for size in self.data.sizes:
            found.append(_codes(size) @ self.coefficients[group][k : k + size - 1])
            k += size - 1
        return found

    def interactions(self, group: int = 0) -> dict[tuple[int, int], FloatArray]:
        """What pairs of levels add; rows and columns sum to 0."""
        found = {}
        k = 1 + sum(size - 1 for size in self.data.sizes)
        for d, e in self.pairs:
            a, b = self.data.sizes[d], self.data.sizes[e]
            block = self.coefficients[group][k : k + (a - 1) * (b - 1)].reshape(a - 1, b - 1)
            found[d, e] = _codes(a) @ block @ _codes(b).T
            k += (a - 1) * (b - 1)
        return found

    def covariance(self, group: int = 0) -> FloatArray:
        """The covariance of the main effects of all levels, one attribute after another."""
        blocks = [_codes(size) for size in self.data.sizes]
        wide = np.zeros((sum(self.data.sizes), sum(size - 1 for size in self.data.sizes)))
        i = j = 0
        for block in blocks:
            wide[i : i + block.shape[0], j : j + block.shape[1]] = block
            i, j = i + block.shape[0], j + block.shape[1]
        inner = self.covariances[group][1 : 1 + j, 1 : 1 + j]
        return np.asarray(wide @ inner @ wide.T)

    def profiles(self) -> list[tuple[int, ...]]:
        """All profiles as places of levels, without pairs that the design never showed together.

        Raises
        ------
        InvalidInputError
            If there are more than 3,000.
        """
        total = int(np.prod(self.data.sizes, dtype=object))
        if total > _MOST_PROFILES:
            told = f"have at most {_MOST_PROFILES} profiles to list them"
            raise InvalidInputError("attributes", told, total)
        barred = never_together(self.data)
        return [
            p
            for p in itertools.product(*map(range, self.data.sizes))
            if not any(p[d] == i and p[e] == j for d, i, e, j in barred)
        ]

    def utilities(self, profiles: Sequence[tuple[int, ...]]) -> FloatArray:
        """What profiles are worth to each group, shape (groups, profiles)."""
        codes = np.array(profiles, dtype=np.int64).reshape(len(profiles), len(self.data.sizes))
        x = _design(codes, self.data.sizes, self.pairs)
        return np.array([x @ own[1:] for own in self.coefficients])

    def names(self, profiles: Sequence[tuple[int, ...]]) -> list[tuple[Hashable, ...]]:
        """Profiles by the names of their levels."""
        return [tuple(own[k] for own, k in zip(self.data.levels, p, strict=True)) for p in profiles]

    def contest(self) -> Contest:
        """All profiles before the groups, as a contest: the voters are the groups.

        Examples
        --------
        >>> from mechdesign.elections import simulate_conjoint
        >>> data = simulate_conjoint({"age": {"old": 0, "young": 1}}, 100, 5, rng=0)
        >>> fit_choices(data).contest()
        Contest of 2 platforms before 1 voters
        """
        listed = self.profiles()
        table = self.utilities(listed).tolist()
        told = list(self.data.decisions)
        barred = len(never_together(self.data))
        if barred:
            told.append(f"{barred} pairs of levels were never shown together and are left out")
        return utility_contest(table, self.names(listed), weights=list(self.shares), decisions=told)

    def table(self) -> Table:
        """One row a level and group: effect and standard error."""
        rows: list[list[Any]] = []
        for g, group in enumerate(self.data.groups):
            errors = np.sqrt(np.maximum(np.diag(self.covariance(g)), 0))
            k = 0
            for d, own in enumerate(self.main(g)):
                for j, effect in enumerate(own):
                    level = str(self.data.levels[d][j])
                    rows.append(
                        [group, self.data.attributes[d], level, float(effect), float(errors[k])]
                    )
                    k += 1
        lead = ", ".join(f"{float(own[0]):.3g}" for own in self.coefficients)
        notes = [
            f"{self.link} model; effects sum to 0 in each attribute; ridge {self.ridge:g}; effect "
            f"of the left place {lead}",
            *self.data.decisions,
        ]
        columns = ["group", "attribute", "level", "effect", "standard error"]
        return Table(columns, rows, "effects of levels", notes)

    def __repr__(self) -> str:
        return str(self.table())


def _codes(size: int) -> FloatArray:
    """Sum-to-zero codes: the last level is minus the sum of the others."""
    return np.vstack([np.eye(size - 1), -np.ones((1, size - 1))])


def _design(codes: IntArray, sizes: Sequence[int], pairs: Sequence[tuple[int, int]]) -> FloatArray:
    own = [_codes(size)[codes[:, d]] for d, size in enumerate(sizes)]
    parts = [*own]
    for d, e in pairs:
        both = own[d][:, :, None] * own[e][:, None, :]
        parts.append(both.reshape(len(codes), -1))
    return np.hstack(parts)


def fit_choices(
    data: Conjoint,
    *,
    link: Link = "logit",
    interactions: bool = False,
    ridge: Number | Literal["cv"] = 0,
    by_group: bool = True,
) -> ChoiceModel:
    """Estimate what levels are worth from forced choices.

    Parameters
    ----------
    data : Conjoint
        The choices.
    link : {"logit", "linear"}
        The chance that the left profile is chosen is a logistic function of the difference of
        utilities, or that difference itself plus one half (the linear probability model).
    interactions : bool
        Whether pairs of levels of different attributes add something.
    ridge : number or "cv"
        Penalty: half of it times the sum of squares of the effects of all levels.  ``"cv"`` chooses
        among 0, 0.1 ... 100 by cross-validation in five folds of whole respondents.
    by_group : bool
        Whether each group of respondents has effects of its own.

    Raises
    ------
    SolverError
        If the likelihood has no maximum, as where a level always wins: a ridge gives it one.
    InvalidInputError
        If an attribute has one level only, or a group no choices.

    Notes
    -----
    Newton steps of O(N p^2 + p^3) for N choices and p codes.  A term for the left place is always
    in, and not penalised.  The covariance is a sandwich with scores summed inside respondents.

    Examples
    --------
    >>> from mechdesign.elections import simulate_conjoint
    >>> data = simulate_conjoint({"age": {"old": 0, "young": 1}}, 400, 5, rng=0)
    >>> [round(float(x), 2) for x in fit_choices(data).main()[0]]
    [-0.55, 0.55]
    """
    require(data, Conjoint, "data")
    if link not in ("logit", "linear"):
        raise InvalidInputError("link", "be logit or linear", link)
    alone = [name for name, own in zip(data.attributes, data.levels, strict=True) if len(own) < 2]
    if alone:
        raise InvalidInputError("attributes", "have at least two levels each", alone[0])
    pairs = tuple(itertools.combinations(range(len(data.attributes)), 2)) if interactions else ()
    if not by_group and len(data.groups) > 1:
        from dataclasses import replace

        zero = np.zeros(len(data), dtype=np.int64)
        data = replace(data, groups=("",), group=zero)
    x = _design(data.left, data.sizes, pairs) - _design(data.right, data.sizes, pairs)
    x = np.hstack([np.ones((len(data), 1)), x])
    penalty = _penalty(data.sizes, pairs)
    y = data.chosen.astype(float)
    if ridge == "cv":
        strength = _validated(x, y, data, penalty, link)
    else:
        strength = amount(ridge, "ridge")
    coefficients, covariances, sizes = [], [], []
    for g, name in enumerate(data.groups):
        rows = np.flatnonzero((data.group == g) & (data.weights > 0))
        if not len(rows):
            raise InvalidInputError("groups", "have choices each", name)
        own, weights = x[rows], data.weights[rows]
        beta, bread, chance = _fit(own, y[rows], weights, strength * penalty, link)
        scores = own * (weights * (y[rows] - chance))[:, None]
        coefficients.append(beta)
        covariances.append(sandwich(bread, scores, data.respondents[rows]))
        sizes.append(float(weights.sum()))
    shares = tuple(size / sum(sizes) for size in sizes)
    return ChoiceModel(data, link, pairs, tuple(coefficients), tuple(covariances), shares, strength)


def _penalty(sizes: Sequence[int], pairs: Sequence[tuple[int, int]]) -> FloatArray:
    """The sum of squares of the effects of all levels, as a form of the codes."""
    squares = [_codes(size).T @ _codes(size) for size in sizes]
    blocks = [np.zeros((1, 1)), *squares, *(np.kron(squares[d], squares[e]) for d, e in pairs)]
    total = sum(len(block) for block in blocks)
    found = np.zeros((total, total))
    k = 0
    for block in blocks:
        found[k : k + len(block), k : k + len(block)] = block
        k += len(block)
    return found


def _fit(
    x: FloatArray, y: FloatArray, weights: FloatArray, penalty: FloatArray, link: str
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Coefficients, the inverse Hessian, fitted chances."""
    if link == "linear":
        bread = _inverse((x * weights[:, None]).T @ x + penalty)
        beta = bread @ (x.T @ (weights * (y - 0.5)))
        return beta, bread, 0.5 + x @ beta
    beta = np.zeros(x.shape[1])
    value = _loss(x, y, weights, penalty, beta)
    for _ in range(100):
        chance = logistic(x @ beta)
        slope = x.T @ (weights * (y - chance)) - penalty @ beta
        hessian = (x * (weights * chance * (1 - chance))[:, None]).T @ x + penalty
        bread = _inverse(hessian)
        move = bread @ slope
        if float(slope @ move) < 1e-18 * max(1.0, float(weights.sum())):
            break
        step = 1.0
        while step > 1e-8 and _loss(x, y, weights, penalty, beta + step * move) > value:
            step /= 2
        beta = beta + step * move
        value = _loss(x, y, weights, penalty, beta)
        if float(np.abs(beta).max()) > 30:
            break
    else:
        raise SolverError("the likelihood was not maximised in 100 steps: a ridge may help")
    if float(np.abs(beta).max()) > 30:
        raise SolverError("some choices are certain: the likelihood has no maximum without a ridge")
    return beta, bread, logistic(x @ beta)


def _inverse(form: FloatArray) -> FloatArray:
    """The inverse of a positive form; refused where some direction has no curvature."""
    values, vectors = np.linalg.eigh(form)
    if values[0] <= 1e-10 * values[-1]:
        raise SolverError(
            "the choices do not tell all effects apart, or some are certain: a ridge does"
        )
    return np.asarray(vectors / values @ vectors.T)


def _loss(
    x: FloatArray, y: FloatArray, weights: FloatArray, penalty: FloatArray, beta: FloatArray
) -> float:
    u = x @ beta
    return float(weights @ (np.logaddexp(0, u) - y * u) + beta @ penalty @ beta / 2)


def _validated(
    x: FloatArray, y: FloatArray, data: Conjoint, penalty: FloatArray, link: str
) -> float:
    """The ridge with the smallest loss on respondents who were left out."""
    folds = data.respondents % _FOLDS
    best: tuple[float, float] | None = None
    for ridge in _RIDGES:
        loss = 0.0
        try:
            for fold in range(_FOLDS):
                for g in range(len(data.groups)):
                    own = (data.group == g) & (data.weights > 0)
                    train, test = own & (folds != fold), own & (folds == fold)
                    if not train.any() or not test.any():
                        continue
                    kept = data.weights[train]
                    beta, _, _ = _fit(x[train], y[train], kept, ridge * penalty, link)
                    u, out = x[test] @ beta, data.weights[test]
                    if link == "linear":
                        loss += float(out @ (y[test] - 0.5 - u) ** 2)
                    else:
                        loss += float(out @ (np.logaddexp(0, u) - y[test] * u))
        except SolverError:
            continue
        if best is None or loss < best[0]:
            best = (loss, ridge)
    if best is None:
        raise SolverError("no ridge up to 100 gives the likelihood a maximum")
    return best[1]
