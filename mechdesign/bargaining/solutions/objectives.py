"""What packages are worth to the solutions: ordered levels, a weighted sum, a product of gains."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.bargaining.solutions.package_programs import PackageRows, common_factor
from mechdesign.model import Number, all_exact, is_exact, ratio
from mechdesign.records import dataclass
from mechdesign.solvers.linear.packing import unit_of

if TYPE_CHECKING:
    from mechdesign.solvers.search.core_relaxation import CoreProgram, RelaxedPoint
    from mechdesign.solvers.search.core_search import Found

_CLOSE = 1e-9
# Above this power an exact product of gains has too many digits to compare.
_POWERS = 4096


class _Judge(ABC):
    """The base class of the objectives."""

    def __init__(self, rows: PackageRows, gap: float) -> None:
        self.packages = rows
        self.gap = gap
        #: The value is a multiple of it; 0 where that is not known.
        self.unit = 0.0
        #: What the natural value is multiplied with, so that the unit, or else its size, is 1.
        self.scale: Number = 1

    def target(self, value: float) -> float:
        if self.unit:
            # A little less, for the rounding in the relaxation.
            return value + self.unit * (1 - 1e-4)
        return value + self.gap * max(1.0, abs(value))

    def tangents(self, point: RelaxedPoint) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        return None

    @abstractmethod
    def scores(self, measured: FloatArray) -> FloatArray:
        """The objective at each row of measures, in floating point."""

    def order(self, measured: FloatArray) -> FloatArray:
        return self.scores(measured)[:, None]


class OrderedLevels(_Judge):
    """The sum of the k smallest levels ``(u - origin) / unit``, those of fewer being given.

    The largest sums for k = 1, 2, ..., each under those before, belong to the leximin package
    (Ogryczak and Sliwinski).  The sum of the k smallest is a concave function, so no binaries are
    needed for it: ``k t - sum d`` with ``t - d_i <= level_i`` and ``d >= 0``.

    Parameters
    ----------
    rows : PackageRows
        The packages.
    origin, units : sequences of numbers, length n
        An agent with the unit 0 does not count.
    reached : sequence of numbers
        The sums of the 1, 2, ..., k-1 smallest levels, which must be kept.
    gap : float
        As of :func:`mechdesign.bargaining.program`.
    ties : bool
        Whether packages with the same sum are of interest too: the later levels decide.
    """

    def __init__(
        self,
        rows: PackageRows,
        origin: Sequence[Number],
        units: Sequence[Number],
        reached: Sequence[Number],
        gap: float,
        *,
        ties: bool = False,
    ) -> None:
        super().__init__(rows, gap)
        self.ties = ties
        self.agents = [i for i, s in enumerate(units) if s]
        self.origin = origin
        self.units = units
        self.reached = reached
        self.k = len(reached) + 1
        exact = rows.whole and all_exact([*(origin[i] for i in self.agents), *units])
        if exact:
            step = common_factor(
                [
                    part
                    for i in self.agents
                    for part in (
                        Fraction(1) / rows.factors[i] / Fraction(units[i]),
                        Fraction(origin[i]) / Fraction(units[i]),
                    )
                ]
            )
            ends = [abs(end) for i in self.agents for end in rows.span(i)]
            if step and max(ends) / float(step) * len(self.agents) < 2**50:
                self.scale = 1 / step
                self.unit = 1.0
        if not self.unit:
            reach = {i: max(abs(float(end)) for end in rows.span(i)) for i in self.agents}
            sizes = [(reach[i] + abs(float(origin[i]))) / float(units[i]) for i in self.agents]
            self.scale = 1 / Fraction(unit_of(sizes))
        self._low = np.array([float(origin[i]) for i in self.agents])
        self._slope = np.array([float(self.scale / units[i]) for i in self.agents])
        self._kept = np.array([float(r * self.scale) for r in reached])

    def program(self) -> CoreProgram:
        """The mixed-integer program that bounds the objective."""
        packages = self.packages
        rows = packages.rows()
        spans = [
            sorted((end - o) * s for end in packages.span(i))
            for i, o, s in zip(self.agents, self._low, self._slope, strict=True)
        ]
        low, high = min(a for a, _ in spans) - 1.0, max(b for _, b in spans) + 1.0
        for j in range(1, self.k + 1):
            last = j == self.k
            threshold = rows.variable(low, high, float(j) if last else 0.0)
            deficits = [
                rows.variable(0.0, high - low, -1.0 if last else 0.0)
                for _ in (self.agents if j > 1 else ())
            ]
            for place, i in enumerate(self.agents):
                factor = self.scale / self.units[i] if self._exact(i) else self._slope[place]
                row, extra = packages.utility(i, -factor)
                extra[threshold] = 1.0
                if deficits:
                    extra[deficits[place]] = -1.0
                offset = self.scale * self.origin[i] / self.units[i] if self._exact(i) else 0.0
                if not self._exact(i):
                    offset = self._low[place] * self._slope[place]
                rows.at_most(row, extra, -offset)
            if not last:
                kept = {threshold: -float(j), **dict.fromkeys(deficits, 1.0)}
                value = self._kept[j - 1]
                rows.at_most({}, kept, -value + (0.0 if self.unit else _near(value)))
        return rows.program()

    def _exact(self, i: int) -> bool:
        return bool(self.unit) and is_exact(self.units[i])

    def target(self, value: float) -> float:
        return value - _near(value) if self.ties else super().target(value)

    def order(self, measured: FloatArray) -> FloatArray:
        return np.column_stack([self.scores(measured), np.sort(self._levels(measured), axis=1)])

    def _levels(self, measured: FloatArray) -> FloatArray:
        utilities = self.packages.utilities(measured)[:, self.agents]
        return np.asarray((utilities - self._low) * self._slope)

    def scores(self, measured: FloatArray) -> FloatArray:
        levels = self._levels(measured)
        if self.k == 1:
            return np.asarray(levels.min(axis=1))
        sums = np.cumsum(np.sort(levels, axis=1), axis=1)
        worth: FloatArray = sums[:, self.k - 1]
        kept = sums[:, : self.k - 1] >= self._kept - np.vectorize(_near)(self._kept)
        return np.where(kept.all(axis=1), worth, -np.inf)

    def sums(self, key: Sequence[Number]) -> list[Number]:
        """For j = 1, 2, ...: the sum of the j smallest levels."""
        return [sum(key[:j]) for j in range(1, len(key) + 1)]

    def value(self, found: Found) -> Number:
        """The sum in its natural unit, as exact as the data."""
        return self.sums(found.key)[self.k - 1]

    def exact(self, x: object) -> tuple[float, tuple[Number, ...]] | None:
        utilities = self.packages.exact(x)
        if utilities is None:
            return None
        key = tuple(
            sorted(ratio(utilities[i] - self.origin[i], self.units[i]) for i in self.agents)
        )
        sums = self.sums(key)
        for value, kept in zip(sums, self.reached, strict=False):
            slack = 0 if is_exact(value) and is_exact(kept) else _near(float(kept))
            if value < kept - slack:
                return None
        return float(sums[self.k - 1] * self.scale), key


class Total(_Judge):
    """The weighted sum of utilities.

    Parameters
    ----------
    rows : PackageRows
        The packages.
    weights : sequence of numbers, length n
        Nonnegative.
    gap : float
        As of :func:`mechdesign.bargaining.program`.
    """

    def __init__(self, rows: PackageRows, weights: Sequence[Number], gap: float) -> None:
        super().__init__(rows, gap)
        self.weights = weights
        if rows.whole and all_exact(weights):
            m = len(rows.columns[0])
            sums = [sum(w * rows.columns[i][k] for i, w in enumerate(weights)) for k in range(m)]
            step = common_factor(sums)
            if step and sum(map(abs, sums)) / step < 2**50:
                self.scale = 1 / step
                self.unit = 1.0
        if not self.unit:
            sizes = [float(w) * max(abs(e) for e in rows.span(i)) for i, w in enumerate(weights)]
            self.scale = 1 / Fraction(unit_of([float(sum(sizes))]))
        self._slope = np.array([float(w * self.scale) for w in weights])

    def program(self) -> CoreProgram:
        """The mixed-integer program that bounds the objective."""
        rows = self.packages.rows()
        ends = [[end * s for end in self.packages.span(i)] for i, s in enumerate(self._slope)]
        total = rows.variable(sum(map(min, ends)) - 1.0, sum(map(max, ends)) + 1.0, 1.0)
        whole: dict[int, float] = {}
        extra: dict[int, float] = {total: 1.0}
        for i, w in enumerate(self.weights):
            row, more = self.packages.utility(i, -w * self.scale)
            whole |= row
            for c, a in more.items():
                extra[c] = extra.get(c, 0.0) + a
        rows.at_most(whole, extra, 0)
        return rows.program()

    def scores(self, measured: FloatArray) -> FloatArray:
        return np.asarray(self.packages.utilities(measured) @ self._slope)

    def value(self, found: Found) -> Number:
        """The sum in its natural unit, as exact as the data."""
        return found.key  # type: ignore[no-any-return]

    def exact(self, x: object) -> tuple[float, Number] | None:
        utilities = self.packages.exact(x)
        if utilities is None:
            return None
        total: Number = sum(w * u for w, u in zip(self.weights, utilities, strict=True) if w)
        return float(total * self.scale), total


@dataclass(frozen=True)
class _Power:
    """A product of gains to integer powers, compared by logarithms and exactly where they tie."""

    log: float
    gains: tuple[Number, ...]
    powers: tuple[int, ...] | None

    def _product(self) -> Number:
        assert self.powers is not None  # asked only where they are
        return math.prod(g**p for g, p in zip(self.gains, self.powers, strict=True))

    def __le__(self, other: _Power) -> bool:
        close = abs(self.log - other.log) <= _CLOSE * max(1.0, abs(self.log))
        if not close or self.powers is None or not all_exact((*self.gains, *other.gains)):
            return self.log <= other.log
        return bool(self._product() <= other._product())


class Product(_Judge):
    """The logarithm of the weighted product of gains over the reserve, all of them positive.

    Parameters
    ----------
    rows : PackageRows
        The packages.
    weights : sequence of numbers, length n
        Exponents; nonnegative.
    gap : float
        As of :func:`mechdesign.bargaining.program`.
    """

    def __init__(self, rows: PackageRows, weights: Sequence[Number], gap: float) -> None:
        super().__init__(rows, gap)
        self.weights = weights
        self.agents = [i for i, w in enumerate(weights) if w]
        self._w = np.array([float(weights[i]) for i in self.agents])
        self._reserve = np.array([float(d) for d in rows.reserve])
        self.powers: tuple[int, ...] | None = None
        step = common_factor(weights)
        if step and sum(weights) / step <= _POWERS:
            self.powers = tuple(int(Fraction(w) / step) for w in weights)
        # Gains are between one unit, or as good as nothing, and this.
        self._most = [
            max(rows.span(i)[1] - float(rows.reserve[i]), _CLOSE) for i in range(len(weights))
        ]
        self._first = 0

    def program(self) -> CoreProgram:
        """The program, with tangents to the logarithm at a few gains of every agent."""
        packages = self.packages
        rows = packages.rows()
        packages.floors(rows, packages.reserve, above=True)
        self._first = len(rows.gain)
        logs = []
        for i, w in zip(self.agents, self._w, strict=True):
            most = self._most[i]
            least = math.log(_CLOSE) if not packages.whole else self._least(i)
            logs.append(rows.variable(min(least, math.log(most)) - 1, math.log(most) + 1, float(w)))
            for share in (1.0, 0.5, 0.25, 0.1):
                row, extra, right = self._tangent(i, logs[-1], share * most)
                rows.at_most(row, extra, right)
        program = rows.program()
        self._measures = program.measures
        return program

    def _least(self, i: int) -> float:
        """The logarithm of the smallest positive gain of exact data, or less."""
        whole = Fraction(self.packages.reserve[i]).denominator * self.packages.factors[i]
        return -math.log(whole)

    def _tangent(
        self, i: int, log: int, gain: float
    ) -> tuple[dict[int, float], dict[int, float], float]:
        row, extra = self.packages.utility(i, -1.0 / gain)
        extra = {**extra, log: 1.0}
        return row, extra, math.log(gain) - 1.0 - self._reserve[i] / gain

    def tangents(self, point: RelaxedPoint) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        gains = self._relaxed_gains(point)
        most = np.array([self._most[i] for i in self.agents])
        logs = point.v[self._first : self._first + len(self.agents)]
        # Below a millionth of the range a tangent is too steep for the solver.
        steep = gains < 1e-6 * most
        over = self._w * (logs - np.log(np.where(steep, most, gains)))
        bad = np.flatnonzero(~steep & (over > 1e-6 * self._w.sum()))
        if not len(bad):
            return None
        q, p = len(self._measures), len(point.v)
        rows, extra, right = np.zeros((len(bad), q)), np.zeros((len(bad), p)), np.zeros(len(bad))
        for k, j in enumerate(bad.tolist()):
            row, more, right[k] = self._tangent(self.agents[j], self._first + j, float(gains[j]))
            for place, a in row.items():
                rows[k, place] = a
            for place, a in more.items():
                extra[k, place] = a
        return rows, extra, right

    def _relaxed_gains(self, point: RelaxedPoint) -> FloatArray:
        """The gains at a fractional package."""
        packages = self.packages
        gains = []
        for i in self.agents:
            row, extra = packages.utility(i, 1.0)
            value = sum(a * float(self._measures[k] @ point.x) for k, a in row.items())
            value += sum(a * float(point.v[k]) for k, a in extra.items())
            gains.append(value - self._reserve[i])
        return np.array(gains)

    def scores(self, measured: FloatArray) -> FloatArray:
        gains = self.packages.utilities(measured) - self._reserve
        positive = (gains > 0).all(axis=1)
        worth = np.full(len(gains), -np.inf)
        worth[positive] = np.log(gains[positive][:, self.agents]) @ self._w
        return worth

    def value(self, found: Found) -> Number:
        """The logarithm of the product."""
        return found.value

    def exact(self, x: object) -> tuple[float, _Power] | None:
        utilities = self.packages.exact(x)
        if utilities is None:
            return None
        gains = tuple(u - d for u, d in zip(utilities, self.packages.reserve, strict=True))
        for gain, u, d in zip(gains, utilities, self.packages.reserve, strict=True):
            if gain <= (0 if is_exact(gain) else _CLOSE * max(abs(float(u)), abs(float(d)))):
                return None
        log = math.fsum(
            float(w) * math.log(g) for w, g in zip(self.weights, gains, strict=True) if w
        )
        return log, _Power(log, gains, self.powers)


def _near(value: float) -> float:
    return _CLOSE * max(1.0, abs(value))
