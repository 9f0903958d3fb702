"""The feasible packages of a problem with everybody's utilities, enumerated exactly.

Modules are enumerated as bit masks in numpy; exact costs and utilities are integers over a common
denominator, so that a million packages take a second and stay exact.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache
from math import lcm
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray, IntArray
from mechdesign.bargaining.menus.data import Menu, Modules
from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.model import Number, Problem, RationalArray, all_exact
from mechdesign.model.numbers import Symbolic, floats_in
from mechdesign.records import dataclass

__all__ = ["Packages", "packages"]

_MAX_PACKAGES = 1 << 24


@dataclass(frozen=True, eq=False)
class Packages:
    """The feasible packages of a problem.

    Parameters
    ----------
    problem : Problem
        Where they come from.
    ids : numpy.ndarray of int
        Positions in the menu, or bit masks of modules with the base in the high part.
    costs : RationalArray or numpy.ndarray, shape (k,)
        What each costs.
    utilities : RationalArray or numpy.ndarray, shape (k, n)
        What each is worth to each agent; an array of objects where numbers stand for all reports.
    """

    problem: Problem
    ids: IntArray
    costs: Any
    utilities: Any

    def __len__(self) -> int:
        """The number of feasible packages."""
        return len(self.ids)

    @property
    def exact(self) -> bool:
        return isinstance(self.utilities, RationalArray)

    @property
    def floats(self) -> FloatArray:
        """The utilities as floats, shape (k, n)."""
        if isinstance(self.utilities, RationalArray):
            return self.utilities.to_float()
        array: FloatArray = np.asarray(self.utilities, dtype=np.float64)
        return array

    def utility(self, k: int) -> tuple[Number, ...]:
        """The utilities of one package, exact where they can be."""
        row: tuple[Number, ...] = tuple(self.utilities[k].tolist())
        return row

    def cost(self, k: int) -> Number:
        """The cost of one package."""
        cost: Number = self.costs[k : k + 1].tolist()[0]
        return cost

    def label(self, k: int) -> Hashable:
        """The choice that stands for a package: a menu label, or (base, modules)."""
        return label(self.problem, int(self.ids[k]))

    def labels(self) -> list[Hashable]:
        """All labels, in order."""
        return [self.label(k) for k in range(len(self))]


def label(problem: Problem, identity: int) -> Hashable:
    """The label of a package by its position or mask."""
    data = problem.data
    if isinstance(data, Menu):
        return data.packages[identity]
    base, mask = divmod(identity, 1 << len(data.modules))
    chosen = tuple(m for k, m in enumerate(data.modules) if mask >> k & 1)
    return (data.bases[base], chosen)


def packages(problem: Problem) -> Packages:
    """Enumerate the feasible packages of a problem.

    Parameters
    ----------
    problem : Problem
        Of the setting ``bargaining.packages``.

    Returns
    -------
    Packages
        In the order of the menu, or by base and then by bit mask; within the budget, if there is
        one.

    Raises
    ------
    LimitReachedError
        With more than 2^24 combinations of modules; use the integer programs then.

    Notes
    -----
    O(2^m n) for m modules and n agents.

    Examples
    --------
    >>> from mechdesign import bargaining
    >>> problem = bargaining.menu({"park": (3, 1), "pool": (1, 3)})
    >>> len(packages(problem))
    2
    """
    require(problem, Problem, "problem")
    if stands_for_all(problem):
        return _any_menu(problem)
    found = _listed(problem)
    if found.problem is not problem and floats_in(found.problem) != floats_in(problem):
        return _listed.__wrapped__(problem)  # equal, but for numbers that are floats in one of them
    return found


def stands_for_all(problem: Problem) -> bool:
    """Whether reports over a menu hold numbers that stand for all between two bounds."""
    if not isinstance(problem.data, Menu):
        return False
    kinds = {type(u) for row in problem.types for u in row}
    return any(issubclass(kind, Symbolic) for kind in kinds)


def _any_menu(problem: Problem) -> Packages:
    """The packages of a menu whose utilities are exact numbers of any kind, as objects."""
    data = problem.data
    costs = _numbers(data.costs)
    keep = np.flatnonzero(_affordable(costs, problem.budget))
    utilities = np.empty((len(keep), len(problem)), dtype=object)
    for i, row in enumerate(problem.types):
        for k, place in enumerate(keep.tolist()):
            utilities[k, i] = row[place]
    return Packages(problem, keep, costs[keep], utilities)


@lru_cache(maxsize=8)
def _listed(problem: Problem) -> Packages:
    data = problem.data
    if isinstance(data, Menu):
        costs = _numbers(data.costs)
        columns = [_numbers(row) for row in problem.types]
        ids = np.arange(len(data.packages))
    elif isinstance(data, Modules):
        if len(data.bases) << len(data.modules) > _MAX_PACKAGES:
            raise LimitReachedError(
                f"{len(data.bases)} bases with {len(data.modules)} modules make more than "
                f"{_MAX_PACKAGES:,} packages: use the integer programs"
            )
        ids = _compatible(data)
        costs = _cost_of(data, ids)
        fitting = _affordable(costs, problem.budget)
        ids, costs = ids[fitting], costs[fitting]
        return Packages(problem, ids, costs, _stack(_module_utilities(problem, ids)))
    else:
        raise InvalidInputError("problem", "hold a menu or modules", type(data).__name__)
    keep = _affordable(costs, problem.budget)
    utilities = _stack([column[keep] for column in columns])
    return Packages(problem, ids[keep], costs[keep], utilities)


def _numbers(values: Sequence[Number]) -> Any:
    """Numbers as an exact array where they fit one, else as floats."""
    if all_exact(values):
        try:
            return RationalArray.from_values(values)  # type: ignore[arg-type]
        except OverflowError:
            pass
    return np.array([float(v) for v in values])


def _compatible(data: Modules) -> Any:
    """The identities of all combinations that respect conflicts and requirements."""
    place = {m: k for k, m in enumerate(data.modules)}
    masks = np.arange(1 << len(data.modules), dtype=np.int64)
    ok = np.ones(len(masks), dtype=bool)
    for conflict in data.conflicts:
        bits = sum(((masks >> place[m]) & 1) for m in conflict)
        ok &= np.asarray(bits) <= 1
    for module, needed in data.requirements:
        ok &= ((masks >> place[module]) & 1) <= ((masks >> place[needed]) & 1)
    allowed = masks[ok]
    step = 1 << len(data.modules)
    return np.concatenate([allowed + b * step for b in range(len(data.bases))])


def _cost_of(data: Modules, ids: object) -> Any:
    return _sums(data.base_costs, data.module_costs, ids, len(data.modules))


def _sums(base: Sequence[Number], modules: Sequence[Number], ids: Any, m: int) -> Any:
    """The base's number plus those of the chosen modules, for every package."""
    every = _numbers([*base, *modules])
    exact = isinstance(every, RationalArray)
    values = every.numerators if exact else every
    # The sums over all sets of modules, doubled module by module: O(2^m), not O(m 2^m).
    sums = np.zeros(1 << m, dtype=values.dtype)
    for k in range(m):
        np.add(sums[: 1 << k], values[len(base) + k], out=sums[1 << k : 1 << (k + 1)])
    total = sums[ids & ((1 << m) - 1)]
    total += values[: len(base)][ids >> m]
    return RationalArray(total, every.denominator) if exact else total


def _module_utilities(problem: Problem, ids: object) -> list[Any]:
    data = problem.data
    m = len(data.modules)
    if data.rubric is None:
        return [_sums(own.bases, own.modules, ids, m) for own in problem.types]
    rubric = data.rubric
    scores = []
    for c in range(len(rubric.criteria)):
        base = [row[c] for row in rubric.base_scores]
        effects = [row[c] for row in rubric.effects]
        ends = _numbers([rubric.low, rubric.high])
        raw = _sums(base, effects, ids, m)
        scores.append(_clip(raw, ends))
    return [_weighted(own, scores) for own in problem.types]


def _clip(raw: object, ends: Any) -> Any:
    if isinstance(raw, RationalArray) and isinstance(ends, RationalArray):
        common = lcm(raw.denominator, ends.denominator)
        low, high = ends.at(common).numerators
        return RationalArray(np.clip(raw.at(common).numerators, low, high), common)
    low, high = ends.to_float() if isinstance(ends, RationalArray) else ends
    return np.clip(_float(raw), low, high)


def _weighted(weights: Sequence[Number], columns: list[Any]) -> Any:
    every = _numbers(weights)
    if isinstance(every, RationalArray) and all(isinstance(c, RationalArray) for c in columns):
        common = lcm(*(c.denominator for c in columns))
        total = sum(
            w * c.at(common).numerators for w, c in zip(every.numerators, columns, strict=True)
        )
        return RationalArray(np.asarray(total), common * every.denominator)
    floats = _float(every)
    return sum(w * _float(c) for w, c in zip(floats, columns, strict=True))


def _float(values: object) -> Any:
    return values.to_float() if isinstance(values, RationalArray) else values


def _affordable(costs: Any, budget: Number | None) -> Any:
    if budget is None:
        return np.ones(len(costs), dtype=bool)
    if isinstance(costs, RationalArray):
        # An integer number of units of 1/denominator is affordable up to the floor of the budget.
        from fractions import Fraction
        from math import floor

        return costs.numerators <= floor(Fraction(budget) * costs.denominator)
    slack = 1e-12 * abs(float(budget))
    return costs <= float(budget) + slack


def _stack(columns: list[Any]) -> Any:
    """Columns of utilities as one matrix over one denominator; floats if any column is."""
    if columns and all(isinstance(c, RationalArray) for c in columns):
        try:
            common = lcm(*(c.denominator for c in columns))
            matrix = np.stack([c.at(common).numerators for c in columns], axis=1)
            return RationalArray(matrix, common)
        except OverflowError:
            pass
    return np.stack([_float(c) for c in columns], axis=1)
