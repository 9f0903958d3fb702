"""The packages of a problem as a binary program, and what the solutions ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, gcd, lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.bargaining.menus.data import Modules
from mechdesign.bargaining.menus.setting import package_choice
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Outcome, Problem, all_exact, is_exact, ratio
from mechdesign.solvers.linear.packing import unit_of

if TYPE_CHECKING:
    from mechdesign.solvers.search.core_relaxation import CoreProgram

_SETTING = package_choice()
# Sums of integers below this are exact in double precision.
_EXACT = 2**50
# Rounding of a sum of a few floats, far below what data hold.
_CLOSE = 1e-9


def scaled(numbers: Sequence[Number]) -> tuple[list[Number], int | None]:
    """Numbers as coprime integers and the factor, where they are exact and fit; else floats.

    Examples
    --------
    >>> scaled([Fraction(1, 2), Fraction(1, 3), 0]), scaled([0.5, 1])
    (([3, 2, 0], 6), ([0.5, 1.0], None))
    """
    if all_exact(numbers):
        common = lcm(*(Fraction(x).denominator for x in numbers))
        whole = [int(x * common) for x in numbers]
        if sum(map(abs, whole)) < _EXACT:
            return list(whole), common
    return [float(x) for x in numbers], None


@dataclass
class Rows:
    """Rows of a program in the making."""

    measures: list[FloatArray]
    rows: list[dict[int, float]]
    extra: list[dict[int, float]]
    right: list[float]
    gain: list[float]
    low: list[float]
    high: list[float]
    tight: list[bool]

    def measure(self, coefficients: Sequence[Number]) -> int:
        """Add a measure; its place."""
        self.measures.append(np.array([float(a) for a in coefficients]))
        return len(self.measures) - 1

    def variable(self, low: float, high: float, gain: float = 0.0) -> int:
        """Add a continuous variable; its place."""
        self.gain.append(gain)
        self.low.append(low)
        self.high.append(high)
        return len(self.gain) - 1

    def at_most(self, row: dict[int, float], extra: dict[int, float], right: Number) -> None:
        """Add a row over measures and continuous variables."""
        self.rows.append(row)
        self.extra.append(extra)
        self.right.append(float(right))
        self.tight.append(False)

    def equal(self, row: dict[int, float], right: Number) -> None:
        """Add an equation of measures, as two rows."""
        self.at_most(row, {}, right)
        self.at_most({k: -a for k, a in row.items()}, {}, -right)
        self.tight[-2:] = [True, True]

    def program(self) -> CoreProgram:
        """The finished program."""
        from mechdesign.solvers.search.core_relaxation import CoreProgram

        rows = np.zeros((len(self.rows), len(self.measures)))
        extra = np.zeros((len(self.rows), len(self.gain)))
        for k, (row, more) in enumerate(zip(self.rows, self.extra, strict=True)):
            for j, a in row.items():
                rows[k, j] += a
            for j, a in more.items():
                extra[k, j] += a
        right, gain, low, high = (
            np.array(x, dtype=float) for x in (self.right, self.gain, self.low, self.high)
        )
        return CoreProgram(
            np.array(self.measures), rows, extra, right, gain, low, high, np.array(self.tight)
        )


class PackageRows:
    """The packages of a problem of modules: binaries for the bases, then for the modules.

    Parameters
    ----------
    problem : Problem
        Of modules.
    rational : bool
        Whether everybody must have at least the reserve.

    Raises
    ------
    InvalidInputError
        For rubrics in which a score can fall below the scale.
    """

    def __init__(self, problem: Problem, rational: bool) -> None:
        self.problem = problem
        self.data: Modules = problem.data
        self.reserve: Sequence[Number] = problem.reserve or (0,) * len(problem)
        self.rational = rational
        self.n = len(problem)
        data = self.data
        self.additive = data.rubric is None
        if data.rubric is None:
            #: One sequence for each agent, or for each criterion of a rubric.
            self.columns = [[*own.bases, *own.modules] for own in problem.types]
        else:
            rubric = data.rubric
            self.columns = [
                [row[c] for row in (*rubric.base_scores, *rubric.effects)]
                for c in range(len(rubric.criteria))
            ]
            self._check_scale()
        made = [scaled(column) for column in self.columns]
        self.whole = self.additive and all(factor is not None for _, factor in made)
        #: What a measure of utility is to be divided by.
        self.factors: list[Number] = []
        self._utility: list[Sequence[Number]] = []
        for column, factor in made:
            # Floats in units of the largest: the solver's tolerances are absolute.
            unit = unit_of(map(abs, column)) if factor is None else 1
            self.factors.append(factor or 1 / unit)
            self._utility.append([x / unit for x in column] if factor is None else column)

    def _check_scale(self) -> None:
        rubric = self.data.rubric
        assert rubric is not None  # called for rubrics only
        bases = len(self.data.bases)
        for name, column in zip(rubric.criteria, self.columns, strict=True):
            if min(column[:bases]) + sum(min(e, 0) for e in column[bases:]) < rubric.low:
                raise InvalidInputError(
                    "rubric", f"keep {name} above the low end of the scale", float(rubric.low)
                )

    def rows(self) -> Rows:
        data, problem = self.data, self.problem
        rows = Rows([], [], [], [], [], [], [], [])
        for column in self._utility:
            rows.measure(column)
        bases, m = len(data.bases), len(data.bases) + len(data.modules)
        one = rows.measure([1] * bases + [0] * (m - bases))
        rows.equal({one: 1.0}, 1)
        if problem.budget is not None:
            costs, factor = scaled([*data.base_costs, *data.module_costs])
            limit: Number = problem.budget
            if factor is not None:
                # Integers: rounding cannot make a package fit or not.
                limit = floor(Fraction(limit) * factor)
            unit = unit_of(costs) if factor is None else 1.0
            rows.at_most({rows.measure(costs): 1 / unit}, {}, float(limit) / unit)
        place = {label: bases + k for k, label in enumerate(data.modules)}
        for conflict in data.conflicts:
            members = np.zeros(m)
            members[[place[x] for x in conflict]] = 1
            rows.at_most({rows.measure(members.tolist()): 1.0}, {}, 1)
        for module, needed in data.requirements:
            pair = np.zeros(m)
            pair[place[module]] += 1
            pair[place[needed]] -= 1
            rows.at_most({rows.measure(pair.tolist()): 1.0}, {}, 0)
        if not self.additive:
            self._scores(rows)
        if self.rational:
            self.floors(rows, self.reserve)
        return rows

    def _scores(self, rows: Rows) -> None:
        rubric = self.data.rubric
        assert rubric is not None  # called for rubrics only
        for c in range(len(rubric.criteria)):
            # Weights are nonnegative, so a score is pushed up to the smaller of the two bounds.
            score = rows.variable(float(rubric.low), float(rubric.high))
            rows.at_most({c: -1.0 / self.factors[c]}, {score: 1.0}, 0)

    def floors(self, rows: Rows, least: Sequence[Number], above: bool = False) -> None:
        """Require the utilities to be at least, or above, some numbers."""
        for i, low in enumerate(least):
            if self.additive:
                limit: Number = low * self.factors[i]
                if self.whole and is_exact(low):
                    limit = floor(limit) + 1 if above else -floor(-limit)
                elif above:
                    limit = float(limit) + _CLOSE
                rows.at_most({i: -1.0}, {}, -float(limit))
            else:
                row, extra = self.utility(i, -1.0)
                rows.at_most(row, extra, -float(low) - (_CLOSE if above else -_CLOSE))

    def utility(self, i: int, factor: Number) -> tuple[dict[int, float], dict[int, float]]:
        """A multiple of an agent's utility, over measures and over continuous variables."""
        if self.additive:
            return {i: float(ratio(factor, self.factors[i]))}, {}
        # The scores are the first continuous variables.
        return {}, {c: float(factor) * float(w) for c, w in enumerate(self.problem.types[i])}

    def utilities(self, measured: FloatArray) -> FloatArray:
        raw: FloatArray = measured[:, : len(self.factors)] / np.array(self.factors, dtype=float)
        if self.additive:
            return raw
        rubric = self.data.rubric
        assert rubric is not None  # not additive
        scores = np.clip(raw, float(rubric.low), float(rubric.high))
        weights = np.array([[float(w) for w in own] for own in self.problem.types])
        return np.asarray(scores @ weights.T)

    def span(self, i: int) -> tuple[float, float]:
        """Bounds of the utility of an agent."""
        if not self.additive:
            rubric = self.data.rubric
            assert rubric is not None  # not additive
            total = float(sum(self.problem.types[i]))
            return total * float(rubric.low), total * float(rubric.high)
        bases = len(self.data.bases)
        own = [float(u) for u in self.columns[i]]
        low = min(own[:bases]) + sum(min(u, 0.0) for u in own[bases:])
        return low, max(own[:bases]) + sum(max(u, 0.0) for u in own[bases:])

    def choice(self, x: Any) -> tuple[Any, tuple[Any, ...]]:
        """The label of the package of a binary vector."""
        bases = len(self.data.bases)
        base = self.data.bases[int(np.argmax(x[:bases]))]
        inside = x[bases:]
        return base, tuple(m for m, on in zip(self.data.modules, inside, strict=True) if on)

    def exact(self, x: Any) -> tuple[Number, ...] | None:
        if np.count_nonzero(x[: len(self.data.bases)]) != 1:
            return None
        outcome = Outcome(self.choice(x), problem=self.problem, setting=_SETTING)
        if not _SETTING.feasible(self.problem, outcome):
            return None
        values = tuple(_SETTING.utilities(self.problem, outcome))
        if self.rational:
            for u, d in zip(values, self.reserve, strict=True):
                slack = (
                    0 if is_exact(u) and is_exact(d) else _CLOSE * max(abs(float(u)), abs(float(d)))
                )
                if u < d - slack:
                    return None
        return values


def common_factor(numbers: Sequence[Number]) -> Fraction | None:
    """The largest number of which all of some exact numbers are multiples; None for floats.

    Examples
    --------
    >>> common_factor([Fraction(1, 2), 3]), common_factor([0.5])
    (Fraction(1, 2), None)
    """
    if not all_exact(numbers):
        return None
    common = lcm(*(Fraction(x).denominator for x in numbers))
    return Fraction(gcd(*(int(x * common) for x in numbers)), common)
