"""Lotteries that are best for several groups: exact without regularisation, else by a dual."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import SolverError
from mechdesign.model import Number, all_exact, ratio
from mechdesign.solvers.linear.polytopes import Polytope

__all__: list[str] = []

_CLOSE = 1e-9
Rows = Sequence[Sequence[Number]]


def worth(p: Sequence[Number], row: Sequence[Number]) -> Number:
    """The expected utility of a lottery."""
    return sum((x * u for x, u in zip(p, row, strict=True) if x), Fraction(0))


def _normal(utilities: Rows) -> tuple[list[list[Number]], Number, Number]:
    """Utilities from 0, the smallest, and the unit; floats from 0 to 1, as solvers round them."""
    low, high = min(map(min, utilities)), max(map(max, utilities))
    if high == low or all_exact(x for row in utilities for x in row):
        return [[x - low for x in row] for row in utilities], low, 1
    unit: Number = high - low
    return [[ratio(x - low, unit) for x in row] for row in utilities], low, unit


def leximin(utilities: Rows) -> tuple[list[Number], list[Number], Number]:
    """The lottery whose sorted utilities are lexicographically largest.

    Returns
    -------
    list, list, number
        The lottery, the weights of the groups under which its smallest utility is best possible,
        and how far that is from proved: 0 in fractions.
    """
    n, k = len(utilities[0]), len(utilities)
    exact = all_exact(x for row in utilities for x in row)
    rows, _, unit = _normal(utilities)
    slack = 0 if exact else _CLOSE
    ones, minus = (1,) * n, (-1,) * n
    fixed: dict[int, Number] = {}
    best: list[Any] = []
    first: Number = 0
    while len(fixed) < k:
        active = [i for i in range(k) if i not in fixed]
        sides = [(*(-x for x in rows[i]), 0 if i in fixed else 1) for i in range(k)]
        right = [-(fixed[i] - slack) if i in fixed else 0 for i in range(k)]
        wide = Polytope(((*ones, 0), (*minus, 0), *sides), (1, -1, *right), exact)
        level, x = wide.maximise([0] * n + [1])
        if not fixed:
            first = level
        best = x[:n]
        floors = [-(fixed.get(i, level) - slack) for i in range(k)]
        inside = Polytope((ones, minus, *(s[:n] for s in sides)), (1, -1, *floors), exact)
        stuck = [i for i in active if inside.maximise(rows[i])[0] <= level + 100 * slack]
        for i in stuck or active[:1]:
            fixed[i] = level
    # The dual: weights under which no alternative is worth more than the level.
    columns = [(*(rows[i][j] for i in range(k)), -1) for j in range(n)]
    dual = Polytope(((*(1,) * k, 0), (*(-1,) * k, 0), *columns), (1, -1, *(0,) * n), exact)
    value, weights = dual.maximise([0] * k + [-1])
    return best, list(weights[:k]), (-value - first) * unit


def pairwise_minima(utilities: Rows, weights: Sequence[Number]) -> tuple[list[Number], Number]:
    """The lottery with the largest ``sum over pairs of w_i w_j min(u_i, u_j)``, and that sum."""
    n, k = len(utilities[0]), len(utilities)
    exact = all_exact([*weights, *(x for row in utilities for x in row)])
    rows, low, unit = _normal(utilities)
    all_weight = sum(weights)
    if not exact:
        weights = [ratio(w, all_weight) for w in weights]
        unit = unit * all_weight**2
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
    sides: list[tuple[Number, ...]] = []
    for c, pair in enumerate(pairs):
        least = [0] * len(pairs)
        least[c] = 1
        sides += [(*(-x for x in rows[i]), *least) for i in pair]
    still = (0,) * len(pairs)
    ones: Rows = ((*(1,) * n, *still), (*(-1,) * n, *still))
    wide = Polytope((*map(tuple, ones), *sides), (1, -1, *(0,) * len(sides)), exact)
    own: list[Number] = [
        sum((w * w * row[x] for w, row in zip(weights, rows, strict=True)), Fraction(0))
        for x in range(n)
    ]
    value, x = wide.maximise([*own, *(2 * weights[i] * weights[j] for i, j in pairs)])
    return list(x[:n]), value * unit + low * all_weight**2


def lowest_mean(
    utilities: Rows, weights: Sequence[Number], share: Number
) -> tuple[list[Number], Number]:
    """The lottery with the largest mean utility of the share of the weight that is worst off.

    That mean is the largest of ``t - sum w max(t - u, 0) / share`` over levels t.
    """
    n, k = len(utilities[0]), len(utilities)
    exact = all_exact([share, *weights, *(x for row in utilities for x in row)])
    rows, low, unit = _normal(utilities)
    part: Number = sum(weights, Fraction(0)) * share
    sides: list[tuple[Number, ...]] = []
    for i, row in enumerate(rows):
        lack = [0] * k
        lack[i] = -1
        sides.append((*(-x for x in row), 1, *lack))
    still = (0,) * (k + 1)
    wide = Polytope(((*(1,) * n, *still), (*(-1,) * n, *still), *sides), (1, -1, *(0,) * k), exact)
    value, x = wide.maximise([*(0,) * n, 1, *(-ratio(w, part) for w in weights)])
    return list(x[:n]), value * unit + low


def soft_maxmin(
    utilities: FloatArray, log_reference: FloatArray, beta: float
) -> tuple[FloatArray, FloatArray, float]:
    """The lottery with the largest smallest ``u_k p - beta KL(p || reference)``.

    Returns
    -------
    array, array, float
        The lottery, the weights of the groups, and the duality gap.

    Notes
    -----
    The dual ``min over weights of beta log sum reference exp(weights u / beta)`` is smooth and
    convex: Newton's method on the weights that are not 0; where that does not arrive, from the end
    of a path of barriers along which the regularisation falls to beta.
    """
    k = len(utilities)
    unit = float(np.ptp(utilities)) or 1.0
    u, strength = (utilities - utilities.min()) / unit, beta / unit
    best = _by_newton(u, log_reference, strength, np.full(k, 1 / k))
    if best[0] > _CLOSE:
        inside = _by_barriers(u, log_reference, strength)
        best = min(best, _by_newton(u, log_reference, strength, inside), key=lambda one: one[0])
    if best[0] > _CLOSE:
        raise SolverError(f"the duality gap stayed at {best[0] * unit:.1e}")
    return best[1], best[2], max(0.0, best[0] * unit)


def _tilted(
    w: FloatArray, utilities: FloatArray, log_reference: FloatArray, beta: float
) -> tuple[float, FloatArray]:
    """The dual at some weights, and the lottery that belongs to them."""
    x = log_reference + w @ utilities / beta
    top = x.max()
    mass = np.exp(x - top)
    return float(beta * (top + np.log(mass.sum()))), np.asarray(mass / mass.sum())


def _by_barriers(utilities: FloatArray, log_reference: FloatArray, beta: float) -> FloatArray:
    """Weights near the best: Newton's method with ``barrier * sum log w`` taken off.

    At the end of each step the duality gap is at most k times the barrier.
    """
    k = len(utilities)
    u = utilities - utilities.min()
    scale = max(1e-300, float(u.max()))
    w = np.full(k, 1 / k)
    barrier = scale
    while barrier > 1e-15 * scale:
        soft = max(beta, barrier)

        def loss(w: FloatArray, soft: float = soft, barrier: float = barrier) -> float:
            return _tilted(w, u, log_reference, soft)[0] - barrier * float(np.log(w).sum())

        for _ in range(40):
            p = _tilted(w, u, log_reference, soft)[1]
            slope = u @ p
            curve = ((u * p) @ u.T - np.outer(slope, slope)) / soft
            system = np.zeros((k + 1, k + 1))
            system[:k, :k] = np.outer(w, w) * curve + barrier * np.eye(k)
            system[:k, k] = system[k, :k] = w
            right = np.append(barrier - w * slope, 0)
            move = np.linalg.lstsq(system, right, rcond=None)[0][:k]
            size = min(1.0, 0.9 / max(1e-300, float((-move).max())))
            now = loss(w)
            while size > 1e-10 and loss(w * (1 + size * move)) > now:
                size /= 2
            if size <= 1e-10:
                break
            w = w * (1 + size * move)
            w = w / w.sum()
            if float(np.abs(move).max()) < 1e-6:
                break
        barrier /= 5
    return np.asarray(w)


def _by_newton(
    utilities: FloatArray, log_reference: FloatArray, beta: float, weights: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """The smallest duality gap on the way from some weights, with its lottery and weights."""
    k = len(utilities)

    def at(w: FloatArray) -> tuple[float, FloatArray]:
        return _tilted(w, utilities, log_reference, beta)

    def gap_at(w: FloatArray) -> tuple[float, FloatArray]:
        value, p = at(w)
        live = p > 0
        cost = beta * float((p[live] * (np.log(p[live]) - log_reference[live])).sum())
        return value - (float((utilities @ p).min()) - cost), p

    best = (*gap_at(weights), weights)
    for _ in range(300):
        value, p = at(weights)
        slope = utilities @ p
        free = (weights > 0) | (slope <= slope[weights > 0].min())
        u = utilities[free]
        curve = ((u * p) @ u.T - np.outer(u @ p, u @ p)) / beta
        m = int(free.sum())
        system = np.zeros((m + 1, m + 1))
        system[:m, :m] = curve + 1e-14 * np.eye(m) * max(1.0, float(np.trace(curve)))
        system[:m, m] = system[m, :m] = 1
        move = np.zeros(k)
        move[free] = np.linalg.lstsq(system, np.append(-slope[free], 0), rcond=1e-15)[0][:m]
        size = 1.0
        while size > 1e-12:
            trial = np.maximum(weights + size * move, 0.0)
            trial /= trial.sum()
            if at(trial)[0] <= value - 1e-18:
                break
            size /= 2
        else:
            # Towards the group that is worst off, where Newton's direction does not help.
            trial = weights * (1 - 1e-3)
            trial[int(slope.argmin())] += 1e-3
            if at(trial)[0] >= value:
                break
        weights = trial
        found = (*gap_at(weights), weights)
        if found[0] < best[0]:
            best = found
        if best[0] < 1e-14:
            break
    return best


def soft_utilitarian(total: FloatArray, log_reference: FloatArray, beta: float) -> FloatArray:
    """The lottery ``reference exp(total / beta)``, scaled."""
    x = log_reference + total / beta
    mass = np.exp(x - x.max())
    return np.asarray(mass / mass.sum())


def nash(utilities: Rows, weights: Sequence[Number]) -> tuple[list[Number], Number]:
    """The lottery with the largest weighted product, and how far it is from proved.

    Utilities are nonnegative, and every group can have a positive one.  Optimal is what no
    alternative improves to first order: ``sum w_k u_k(x) / u_k(p) <= sum w_k`` for all x.
    """
    from mechdesign.solvers.concave.log_welfare import maximise_log_welfare

    gains = np.array([[float(x) for x in row] for row in utilities]).T
    p, _ = maximise_log_welfare(gains, np.array([float(w) for w in weights]))
    total = sum(weights)

    def short(q: Sequence[Number]) -> Number:
        have = [worth(q, row) for row in utilities]
        return (
            max(
                sum((w * row[x] / h for w, row, h in zip(weights, utilities, have, strict=True)), 0)
                for x in range(len(q))
            )
            - total
        )

    if all_exact([*weights, *(x for row in utilities for x in row)]):
        exact_rows = [[Fraction(x) for x in row] for row in utilities]
        for largest in (100, 10_000, 1_000_000):
            levels = [
                Fraction(float(worth(p.tolist(), row))).limit_denominator(largest)
                for row in utilities
            ]
            if min(levels) <= 0:
                continue
            found = _reaching(exact_rows, levels)
            if found is not None and short(found) <= 0:
                return found, 0
    clipped = np.where(p > 1e-12, p, 0)
    listed: list[Number] = (clipped / clipped.sum()).tolist()
    return listed, short(listed)


def _reaching(utilities: Rows, levels: Sequence[Number]) -> list[Number] | None:
    """A lottery that gives every group its level."""
    from mechdesign.errors import InfeasibleError

    n = len(utilities[0])
    sides = tuple(tuple(-x for x in row) for row in utilities)
    inside = Polytope(((1,) * n, (-1,) * n, *sides), (1, -1, *(-x for x in levels)))
    try:
        return list(inside.maximise([0] * n)[1])
    except InfeasibleError:
        return None
