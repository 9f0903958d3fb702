"""All binary vectors whose distance from a relaxation, in reduced costs, fits within a gap.

A binary vector that is worth `target` or more differs from the best of the relaxation only where
the reduced costs of the differences sum to at most the gap ``bound - target``; what they leave of
it limits the slack of the rows, which decides most of the variables without a reduced cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray, WordArray
from mechdesign.clock import late
from mechdesign.errors import LimitReachedError
from mechdesign.records import dataclass
from mechdesign.solvers.search.core_relaxation import CoreProgram, RelaxedPoint

__all__ = ["Core", "ways"]

_CHUNK = 1 << 15
_BINS = 256
# Reduced costs below this share of the largest are rounding.
_ZERO = 1e-11

#: Takes measures (k, q) and binary vectors on demand; returns the new target.
Report = Callable[[FloatArray, Callable[[Any], Any]], float]


@dataclass(frozen=True, eq=False)
class Core:
    """What a relaxation leaves open.

    Parameters
    ----------
    program : CoreProgram
        The program.
    point : RelaxedPoint
        An optimum of its relaxation within `low` and `high`.
    low, high : arrays, shape (m,)
        Bounds of the binaries.
    """

    program: CoreProgram
    point: RelaxedPoint
    low: FloatArray
    high: FloatArray

    def __post_init__(self) -> None:
        open_ = self.low < self.high
        cost = np.abs(self.point.reduced)
        zero = _ZERO * max(1e-300, float(cost.max(initial=0.0)))
        set_field = object.__setattr__
        # Variables without a reduced cost are free; the others by falling cost of a difference.
        set_field(self, "free", np.flatnonzero(open_ & (cost <= zero)))
        priced = np.flatnonzero(open_ & (cost > zero))
        set_field(self, "priced", priced[np.argsort(-cost[priced], kind="stable")])
        set_field(self, "cost", cost)

    free: Any = None
    priced: Any = None
    cost: Any = None

    def within(self, gap: float) -> Any:
        """The priced variables that may differ, by falling cost."""
        return self.priced[self.cost[self.priced] <= gap]

    def enumerate(self, target: float, report: Report, deadline: float | None) -> float:
        """Report every vector that may be worth the target, which a report may raise.

        Returns
        -------
        float
            The target in the end.

        Raises
        ------
        LimitReachedError
            At the deadline.
        """
        gap = self.point.bound - target
        chosen = self.within(gap)
        start = np.where(self.low < self.high, self.point.reduced > 0, self.low > 0)
        start[self.free] = False
        program = self.program
        places = np.concatenate([chosen, self.free])
        sign = np.where(start[places], -1.0, 1.0)
        steps = program.measures[:, places].T * sign[:, None]
        words = (len(places) + 63) // 64
        first = (program.measures @ start)[None, :]
        # (next variable, measures, cost so far, which variables differ)
        stack = [(0, first, np.zeros(1), np.zeros((1, words), dtype=np.uint64))]
        completion = _Completion(self, places[len(chosen) :])
        while stack:
            if late(deadline):
                raise LimitReachedError("the time was over during the enumeration")
            k, measured, used, bits = stack.pop()
            gap = self.point.bound - target
            fits = used <= gap
            if not fits.all():
                measured, used, bits = measured[fits], used[fits], bits[fits]
            while k < len(chosen) and len(used) <= _CHUNK:
                extended = used + self.cost[chosen[k]]
                fits = extended <= gap
                if fits.any():
                    measured = np.concatenate([measured, measured[fits] + steps[k]])
                    bits = np.concatenate([bits, _set(bits[fits], k)])
                    used = np.concatenate([used, extended[fits]])
                k += 1
            if len(used) > _CHUNK:
                half = len(used) // 2
                stack.append((k, measured[:half], used[:half], bits[:half]))
                stack.append((k, measured[half:], used[half:], bits[half:]))
                continue
            if not len(used):
                continue
            zero, one = completion.allowed(measured, gap - used, target)
            for j in range(len(self.free)):
                left, right = zero[:, j], one[:, j]
                measured = np.concatenate([measured[left], measured[right] + steps[k + j]])
                bits = np.concatenate([bits[left], _set(bits[right], k + j)])
                zero = np.concatenate([zero[left], zero[right]])
                one = np.concatenate([one[left], one[right]])
            fits = program.feasible(measured)
            measured, bits = measured[fits], bits[fits]
            if len(measured):

                def vectors(rows: Any, bits: WordArray = bits) -> Any:
                    changed = _unpack(bits[rows], len(places))
                    x = np.repeat(start[None, :], len(changed), axis=0)
                    x[:, places] ^= changed
                    return x

                target = max(target, report(measured, vectors))
        return target


class _Completion:
    """Which values of the free variables the rows leave possible.

    Slack in the rows and continuous variables off their bounds cost their duals and reduced costs,
    out of what the differences leave of the gap.  The free variables are a linear function of
    both, so each lies in an interval that is as wide as what is left of the gap.
    """

    def __init__(self, core: Core, free: Any) -> None:
        program, point = core.program, core.point
        self.free = free
        zero = 1e-9 * max(1e-300, float(point.duals.max(initial=0.0)))
        tight = program.tight | (point.duals > zero)
        # The objective as one more row: at least the target, with the multiplier 1.
        self.rows = np.vstack([program.rows[tight], np.zeros(program.rows.shape[1])])
        extra = np.vstack([program.extra[tight], -program.gain])
        bound = np.abs(point.rest) > zero
        at_low = point.rest < 0
        held = np.where(at_low, program.low, program.high)
        self.right = np.append(program.right[tight], 0.0) - extra[:, bound] @ held[bound]
        columns = np.vstack([program.matrix[tight][:, free], np.zeros(len(free))])
        system = np.hstack([columns, extra[:, ~bound]])
        self.active = len(free) > 0 and np.linalg.matrix_rank(system) == system.shape[1]
        if self.active:
            self.map = np.linalg.pinv(system)[: len(free)]
            moves = extra[:, bound] * np.where(at_low[bound], 1.0, -1.0)
            duals = np.where(program.tight, np.inf, point.duals)[tight]
            prices = np.concatenate([duals, [1.0], np.abs(point.rest[bound])])
            shares = self.map @ np.hstack([np.eye(len(system)), moves]) / prices
            self.least = np.minimum(shares.min(axis=1), 0.0)
            self.most = np.maximum(shares.max(axis=1), 0.0)

    def allowed(self, measured: FloatArray, left: FloatArray, target: float) -> tuple[Any, Any]:
        """Whether 0 and 1 are possible, two arrays of shape (k, free variables)."""
        if not self.active:
            every = np.ones((len(measured), len(self.free)), dtype=bool)
            return every, every
        right = self.right.copy()
        right[-1] -= target
        at = (right - measured @ self.rows.T) @ self.map.T
        left = np.maximum(left, 0.0)[:, None]
        rounding = 1e-7
        high = at - left * self.least + rounding
        low = at - left * self.most - rounding
        return (low <= 0.0) & (high >= 0.0), (low <= 1.0) & (high >= 1.0)


def ways(costs: FloatArray, gap: float) -> FloatArray:
    """How many sets of costs have a sum within each of a few shares of the gap, roughly.

    Returns
    -------
    numpy.ndarray
        Entry k counts the sums up to ``k / (len - 1)`` of the gap.
    """
    counts = np.zeros(_BINS + 1)
    counts[0] = 1.0
    if gap > 0:
        for k in np.rint(costs[costs <= gap] / gap * _BINS).astype(int).tolist():
            counts[k:] = counts[k:] + counts[: _BINS + 1 - k]
    return np.cumsum(counts)


def _set(bits: WordArray, k: int) -> WordArray:
    changed = bits.copy()
    changed[:, k // 64] |= np.uint64(1 << (k % 64))
    return changed


def _unpack(bits: WordArray, count: int) -> Any:
    each = np.arange(count)
    return ((bits[:, each // 64] >> (each % 64).astype(np.uint64)) & np.uint64(1)).astype(bool)
