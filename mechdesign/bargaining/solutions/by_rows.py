"""The classical solutions on a finite set of utility vectors, as sets of rows.

Every solution is an argmax that may tie; all tied rows are returned.  Exact data are compared as
integers over a common denominator (Python integers where 64 bits do not suffice), so that ties are
real; floating-point data are compared within a relative tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from mechdesign.arrays import IntArray
from mechdesign.bargaining.menus.package_lists import Packages
from mechdesign.model import Number, RationalArray, is_exact, ratio

Matrix = np.ndarray[Any, Any]

# Far above the rounding of a sum of a few floats, far below any difference that data hold.
_CLOSE = 1e-9
_LIMIT = 2**62


def rational_rows(found: Packages) -> IntArray:
    """The packages that give every agent at least its reserve utility."""
    reserve = reserve_of(found)
    levels = _levels(found, np.arange(len(found)), reserve, (1,) * len(reserve))
    return np.flatnonzero((levels >= _bar(levels)).all(axis=1))


def ideal_point(found: Packages, rows: IntArray) -> tuple[Number, ...]:
    """The largest utility of every agent among some packages."""
    values = found.utilities
    if isinstance(values, RationalArray):
        tops = values.numerators[rows].max(axis=0)
        return tuple(Fraction(int(top), values.denominator) for top in tops)
    return tuple(values[rows].max(axis=0).tolist())


def utilitarian_rows(found: Packages, rows: IntArray, weights: Sequence[Number]) -> IntArray:
    """Rows with the largest weighted sum of utilities."""
    inverse = [ratio(1, w) if w else None for w in weights]
    counted = [i for i, w in enumerate(inverse) if w is not None]
    if not counted:
        return rows
    scales = [inverse[i] for i in counted]
    # A weight is the reciprocal of the unit in which that agent's level is measured.
    levels = _levels(found, rows, (0,) * len(counted), scales, counted)  # type: ignore[arg-type]
    return rows[_largest(levels.sum(axis=1))]


def nash_rows(found: Packages, rows: IntArray, weights: Sequence[Number]) -> IntArray:
    """Rows with the largest product of gains over the reserve.

    Where no package gives everybody a positive gain, the largest groups of agents that can gain
    together are found, the product is maximised inside each, and the union is returned: comparing
    products across groups would depend on the scale of utilities.
    """
    reserve = reserve_of(found)
    gains = _levels(found, rows, reserve, (1,) * len(reserve))
    positive = gains > -_bar(gains)
    sizes = positive.sum(axis=1)
    largest = int(sizes.max(initial=0))
    if largest == 0:
        return rows
    candidates = np.flatnonzero(sizes == largest)
    chosen: list[int] = []
    # A group of agents as one run of bytes: much cheaper to compare than rows of a matrix.
    packed = np.packbits(positive[candidates], axis=1)
    keys = packed.view(f"V{packed.shape[1]}").ravel()
    everybody = largest == positive.shape[1]
    for key in keys[:1] if everybody else np.unique(keys):
        members = candidates if everybody else candidates[keys == key]
        agents = np.flatnonzero(positive[members[0]]).tolist()
        chosen += rows[
            members[_largest_product(gains[members][:, agents], [weights[i] for i in agents])]
        ].tolist()
    return np.array(sorted(chosen), dtype=np.int64)


def egalitarian_rows(
    found: Packages, rows: IntArray, weights: Sequence[Number], *, refine: bool = True
) -> IntArray:
    """Rows with the largest smallest weighted gain, lexicographically refined."""
    reserve = reserve_of(found)
    agents = [i for i, w in enumerate(weights) if w]
    low, units = [reserve[i] for i in agents], [weights[i] for i in agents]
    return rows[_leximin(_levels(found, rows, low, units, agents), refine=refine)]


def kalai_smorodinsky_rows(found: Packages, rows: IntArray, *, refine: bool = True) -> IntArray:
    """Rows with the largest smallest share of the ideal gain, lexicographically refined.

    Agents whose ideal is their reserve are left out; where that is everybody, all rows are best.
    """
    reserve, ideal = reserve_of(found), ideal_point(found, rows)
    agents = [i for i, (a, d) in enumerate(zip(ideal, reserve, strict=True)) if _above(a, d)]
    if not agents:
        return rows
    low = [reserve[i] for i in agents]
    ranges = [ideal[i] - reserve[i] for i in agents]
    return rows[_leximin(_levels(found, rows, low, ranges, agents), refine=refine)]


def equal_loss_rows(
    found: Packages, rows: IntArray, *, refine: bool = True, ideal_over: IntArray | None = None
) -> IntArray:
    """Rows with the smallest largest loss against the ideal, lexicographically refined.

    The ideal is that of `ideal_over`, by default of `rows`.
    """
    ideal = ideal_point(found, rows if ideal_over is None else ideal_over)
    return rows[_leximin(_levels(found, rows, ideal, (1,) * len(ideal)), refine=refine)]


# ------------------------------------------------------------------------ comparisons


def _levels(
    found: Packages,
    rows: IntArray,
    origin: Sequence[Number],
    unit: Sequence[Number],
    agents: Sequence[int] | None = None,
) -> Matrix:
    """``(u_i - origin_i) / unit_i`` for rows and agents, up to one positive factor.

    Integers where the data are exact (of Python where 64 bits do not suffice), else floats without
    the factor.
    """
    values = found.utilities
    columns = list(range(len(found.problem)) if agents is None else agents)
    if isinstance(values, np.ndarray) and values.dtype.kind == "O":
        table = _picked(values, rows, columns)
        objects: Matrix = np.empty(table.shape, dtype=object)
        for j, (o, v) in enumerate(zip(origin, unit, strict=True)):
            for k in range(len(table)):
                objects[k, j] = ratio(table[k, j] - o, v)
        return objects
    exact = isinstance(values, RationalArray) and all(map(is_exact, (*origin, *unit)))
    if not exact:
        table = _picked(found.floats, rows, columns)
        floats: Matrix = (table - _floats(origin)) / _floats(unit)
        return floats
    slopes = [1 / (Fraction(v) * values.denominator) for v in unit]
    shifts = [Fraction(o) / v for o, v in zip(origin, unit, strict=True)]
    common = lcm(*(x.denominator for x in (*slopes, *shifts)))
    numerators = _picked(values.numerators, rows, columns)
    a = [int(x * common) for x in slopes]
    b = [int(x * common) for x in shifts]
    largest = int(np.abs(numerators).max(initial=0)) * max(map(abs, a)) + max(map(abs, b))
    if largest * len(columns) >= _LIMIT:
        large: Matrix = numerators.astype(object) * np.array(a, dtype=object)
        shifted: Matrix = large - np.array(b, dtype=object)
        return shifted
    levels: Matrix = numerators
    if any(x != 1 for x in a):
        levels = levels * np.array(a, dtype=np.int64)
    if any(b):
        levels = levels - np.array(b, dtype=np.int64)
    return levels


def _picked(table: Matrix, rows: IntArray, columns: Sequence[int]) -> Matrix:
    """Some rows and columns, without a copy where that is all of them."""
    some = table if len(rows) == len(table) else table[rows]
    return some if list(columns) == list(range(table.shape[1])) else some[:, columns]


def _bar(levels: Matrix) -> Any:
    """What counts as nonnegative: 0 for integers, a little less for floats."""
    if levels.dtype.kind != "f":
        return 0
    return -_CLOSE * float(np.abs(levels).max(initial=0.0))


def _largest(values: Matrix, size: float | None = None) -> Matrix:
    """Positions of the largest values, exactly for integers, within the tolerance for floats.

    The tolerance is relative to `size`, by default the largest absolute value.
    """
    top = values.max()
    if values.dtype.kind != "f":
        return np.flatnonzero(values == top)
    unit = float(np.abs(values).max()) if size is None else size
    return np.flatnonzero(values >= top - _CLOSE * unit)


def _leximin(levels: Matrix, *, refine: bool) -> Matrix:
    """Rows whose sorted levels are lexicographically largest; by the smallest if not refined."""
    size = float(np.abs(levels).max()) if levels.dtype.kind == "f" else 0.0
    kept = _largest(levels.min(axis=1), size)
    if not refine:
        return kept
    # Most rows are out by their smallest level; only the rest are sorted.
    ordered = np.sort(levels[kept], axis=1)
    for column in range(1, ordered.shape[1]):
        best = _largest(ordered[:, column], size)
        kept, ordered = kept[best], ordered[best]
    return kept


def _largest_product(gains: Matrix, weights: Sequence[Number]) -> Matrix:
    """Rows with the largest product of positive gains, each to the power of its weight."""
    # One factor for all agents and rows does not change the order of the products.
    floats = np.array(gains, dtype=float)
    floats /= floats.max()
    logs = np.log(floats, out=floats) @ _floats(weights)
    close = _largest(logs, max(1.0, float(np.abs(logs).max())))
    if gains.dtype.kind == "f" or not all(is_exact(w) for w in weights):
        return close
    powers = [int(Fraction(w) * lcm(*(Fraction(x).denominator for x in weights))) for w in weights]
    products = []
    for k in close.tolist():
        product = 1
        for gain, power in zip(gains[k].tolist(), powers, strict=True):
            product *= gain**power
        products.append(product)
    best = max(products)
    kept = [k for k, product in zip(close.tolist(), products, strict=True) if product == best]
    return np.array(kept, dtype=np.int64)


def _above(a: Number, d: Number) -> bool:
    if is_exact(a) and is_exact(d):
        return a > d
    return a > d + _CLOSE * max(abs(float(a)), abs(float(d)))


def reserve_of(found: Packages) -> tuple[Number, ...]:
    """The reserve utilities, 0 where the problem states none."""
    reserve = found.problem.reserve
    return reserve if reserve is not None else (0,) * len(found.problem)


def _floats(values: Sequence[Number]) -> Matrix:
    return np.array([float(v) for v in values])
