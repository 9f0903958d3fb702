"""Binary programs with many variables and few rows, solved by growing a core.

Three steps, each of which is a proof: the linear relaxation bounds the optimum; a local search
finds a good vector; then every vector between the two is enumerated by what it costs to differ from
the relaxation, dearest targets first, so that the first hit ends the search.  Where a core is too
large it is branched on, and what cannot be branched on in reasonable time goes to HiGHS.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.clock import late, now
from mechdesign.errors import InfeasibleError, LimitReachedError, SolverError
from mechdesign.records import dataclass
from mechdesign.solvers.search.core_enumeration import Core, ways
from mechdesign.solvers.search.core_relaxation import CoreProgram, Relaxation, RelaxedPoint
from mechdesign.solvers.search.exchange import best_exchange

__all__ = ["CoreSearch", "Found", "Judge"]

_LEAF = 6e4
_FREE = 16
_TIES = 64
_FIRST = 2e4
_GROWTH = 8.0
_NODES = 1500
# With more variables without a reduced cost HiGHS and its symmetries do better.
_ALIKE = 30
CLAIM = "HiGHS: optimal within 1e-6, not proved"


class Judge(Protocol):
    """What a binary vector is worth, in floating point for many and exactly for one."""

    def scores(self, measured: FloatArray) -> FloatArray:
        """The worth from measures of shape (k, q); minus infinity where not acceptable."""
        ...

    def order(self, measured: FloatArray) -> FloatArray:
        """Keys in floating point, shape (k, w), compared column by column; first the worth."""
        ...

    def exact(self, x: object) -> tuple[float, Any] | None:
        """The worth and an exact key to compare with, of one vector; None if not acceptable."""
        ...

    def target(self, value: float) -> float:
        """The least worth that counts as more than `value`."""
        ...

    def tangents(self, point: RelaxedPoint) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        """Rows that every vector satisfies and the point does not; None if there are none."""
        ...


@dataclass(frozen=True, eq=False)
class Found:
    """The best vector, what it is worth, and what none exceeds.

    Parameters
    ----------
    x : array of bool, shape (m,)
        The vector.
    value : float
        Its worth.
    key : object
        Its exact key.
    bound : float
        No vector is worth more; equal to `value` where that is proved.
    claim : str
        What a solver says that is not proved here.
    """

    x: Any
    value: float
    key: Any
    bound: float
    claim: str = ""

    @property
    def proved(self) -> bool:
        """Whether nothing better exists."""
        return self.bound <= self.value

    @property
    def doubt(self) -> str:
        """Why it is not proved; empty where it is."""
        return "" if self.proved else self.claim or "time limit"


class CoreSearch:
    """One search.

    Parameters
    ----------
    program : CoreProgram
        The program.
    judge : Judge
        What vectors are worth; it agrees with the program's optimum over `v`.
    deadline : float, optional
        On the monotonic clock.
    step : callable, optional
        Called now and then, for progress.
    finish : bool
        Whether what cannot be branched on in reasonable time goes to HiGHS; else it is left open.
    """

    def __init__(
        self,
        program: CoreProgram,
        judge: Judge,
        *,
        deadline: float | None = None,
        step: Callable[[], None] = lambda: None,
        finish: bool = True,
    ) -> None:
        self.relaxation = Relaxation(program)
        self.judge = judge
        self.deadline = deadline
        self.step = step
        self.finish = finish
        self.best: Found | None = None
        self._m = program.measures.shape[1]
        self._nodes = 0

    def run(self, start: object = None) -> Found:
        """The optimum, or the best that is found until the deadline.

        Parameters
        ----------
        start : array of bool, shape (m,), optional
            A vector to begin with.

        Raises
        ------
        InfeasibleError
            If no vector is acceptable.
        LimitReachedError
            If the time is over before there is any.
        """
        low, high = np.zeros(self._m), np.ones(self._m)
        root = self._relax(low, high)
        if start is not None:
            self._offer(start)
        self._improve(root)
        upper = root.bound
        if self.best is None:
            self._whole(-math.inf)
            if self.best is None:
                raise InfeasibleError("no vector is acceptable")
        core = Core(self.relaxation.program, root, low, high)
        size, most = _FIRST, upper
        try:
            while self._target() <= upper:
                target = self._ambition(core, upper, size)
                hit = self._search(core, target)
                upper = min(upper, target)
                if hit or target <= self._target():
                    break
                size *= _GROWTH
                self.step()
        except LimitReachedError:
            return self._result(upper)
        except _TooManyNodesError:
            if not self.finish:
                return self._result(upper)
            # Its bounds are floats: what it says is told, and not taken for a proof.
            claimed = self._whole(self._target()) <= self._target()
            return self._result(min(upper, most), CLAIM if claimed else "")
        return self._result(-math.inf)

    def _result(self, upper: float, claim: str = "") -> Found:
        assert self.best is not None
        found = self.best
        # Nothing between the value and the next target counts as better.
        least = self.judge.target(found.value)
        bound = found.value if upper <= least + 1e-12 * max(1.0, abs(least)) else upper
        return Found(found.x, found.value, found.key, bound, claim if bound > found.value else "")

    def _target(self) -> float:
        return -math.inf if self.best is None else self.judge.target(self.best.value)

    def _ambition(self, core: Core, upper: float, size: float) -> float:
        """The lowest target above the best value whose enumeration is about that long."""
        least = self._target()
        gap = core.point.bound - least
        counts = ways(core.cost[core.priced], gap)
        within = np.flatnonzero(counts <= size)
        share = (within[-1] if len(within) else 0) / (len(counts) - 1)
        return least if share >= 1 else max(least, core.point.bound - share * gap)

    def _relax(self, low: FloatArray, high: FloatArray) -> RelaxedPoint:
        while True:
            point = self.relaxation.solve(low, high)
            more = self.judge.tangents(point)
            if more is None:
                return point
            self.relaxation.add_rows(*more)

    def _search(self, root: Core, target: float) -> bool:
        """Whether any vector is worth the target; afterwards the best has the largest worth."""
        before = self.best
        stack = [root]
        while stack:
            self._check_time()
            core = stack.pop()
            if self.best is not before:
                target = max(target, self._target())
            gap = core.point.bound - target
            if gap < 0:
                continue
            if len(core.free) > _ALIKE:
                raise _TooManyNodesError
            if self._small(core, gap):
                report = self._reporter(target)
                target = core.enumerate(target, report, self.deadline)
                continue
            self._nodes += 1
            if self._nodes > _NODES:
                raise _TooManyNodesError
            stack += self._branch(core, target)
        return self.best is not before

    def _small(self, core: Core, gap: float) -> bool:
        if len(core.free) > _FREE:
            return False
        return bool(ways(core.cost[core.priced], gap)[-1] <= _LEAF)

    def _branch(self, core: Core, target: float) -> list[Core]:
        x = core.point.x
        open_ = np.flatnonzero(core.low < core.high)
        k = open_[np.argmin(np.abs(x[open_] - 0.5))]
        gap = core.point.bound - target
        # What costs more than the gap to decide differently is decided below this node.
        low, high = core.low.copy(), core.high.copy()
        decided = core.priced[core.cost[core.priced] > gap]
        ones = core.point.reduced[decided] > 0
        low[decided[ones]] = 1.0
        high[decided[~ones]] = 0.0
        children = []
        for value in (0.0, 1.0) if x[k] > 0.5 else (1.0, 0.0):
            below, above = low.copy(), high.copy()
            below[k] = above[k] = value
            try:
                point = self._relax(below, above)
            except InfeasibleError:
                continue
            if point.bound >= target:
                children.append(Core(self.relaxation.program, point, below, above))
        return children

    def _reporter(self, target: float) -> Any:
        def report(measured: FloatArray, vectors: Callable[[Any], Any]) -> float:
            nonlocal target
            scores = self.judge.scores(measured)
            # Rounding must not lose a vector at the target; the exact key decides.
            good = np.flatnonzero(scores >= target - _near(target))
            if not len(good):
                return target
            keys = self.judge.order(measured[good])
            best = None
            # Of many that tie within rounding a few are compared exactly.
            for k in np.lexsort(keys.T[::-1])[::-1][:_TIES].tolist():
                if best is not None and _less(keys[k], best):
                    break
                x = vectors(good[k : k + 1])[0]
                if self._offer(x) and self.best is not None:
                    target = max(target, self._target())
                if best is None and self.best is not None:
                    mine = self.relaxation.program.measures @ self.best.x
                    best = self.judge.order(mine[None, :])[0]
            return target

        return report

    def _offer(self, x: object) -> bool:
        """Keep a vector if it is better than the best."""
        worth = self.judge.exact(x)
        if worth is None or (self.best is not None and worth[1] <= self.best.key):
            return False
        self.best = Found(np.array(x, dtype=bool), worth[0], worth[1], math.inf)
        return True

    def _improve(self, root: RelaxedPoint) -> None:
        """Local search around the relaxation, from its rounding and from the best vector."""
        starts = [root.x > 1 - 1e-6, root.x > 0.5]
        if self.best is not None:
            starts.append(self.best.x)
        nearest = np.argsort(np.abs(root.reduced), kind="stable")
        program = self.relaxation.program

        def scores(measured: FloatArray) -> FloatArray:
            return np.where(program.feasible(measured), self.judge.scores(measured), -math.inf)

        for start in starts:
            if self._late() and self.best is not None:
                return
            self._offer(best_exchange(program.measures, start, nearest, scores))
            self.step()

    def _check_time(self) -> None:
        if self._late():
            raise LimitReachedError("the time was over during the search")

    def _late(self) -> bool:
        return late(self.deadline)

    def _whole(self, target: float) -> float:
        """The program as it is, by HiGHS; a bound on what is worth the target or more."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        while True:
            program = self.relaxation.program
            p = len(program.gain)
            objective = np.concatenate([np.zeros(self._m), -program.gain])
            rows = np.hstack([program.matrix, program.extra])
            constraints = [LinearConstraint(rows, -np.inf, program.right)]
            if target > -math.inf:
                constraints.append(LinearConstraint(-objective, target, np.inf))
            options: dict[str, Any] = {"mip_rel_gap": 0.0 if target > -math.inf else 0.05}
            if self.deadline is not None:
                options["time_limit"] = max(self.deadline - now(), 0.05)
            found = milp(
                objective,
                integrality=np.concatenate([np.ones(self._m), np.zeros(p)]),
                bounds=Bounds(
                    np.concatenate([np.zeros(self._m), program.low]),
                    np.concatenate([np.ones(self._m), program.high]),
                ),
                constraints=constraints,
                options=options,
            )
            if found.status == 2:
                return target
            if found.x is None:
                if found.status != 1:
                    raise SolverError(f"HiGHS answered: {found.message}")
                if self.best is None:
                    raise LimitReachedError("the time was over before there was any package")
                return math.inf
            better = self._offer(found.x[: self._m] > 0.5)
            bound = -float(found.mip_dual_bound)
            if self.best is None:
                raise SolverError("the vector that HiGHS found is not acceptable in exact numbers")
            if target == -math.inf or found.status == 1 or not better:
                return bound
            target = self._target()


def _near(value: float) -> float:
    return 1e-9 * max(1.0, abs(value))


def _less(first: FloatArray, second: FloatArray) -> bool:
    """Whether keys are in strictly rising order, whatever the rounding."""
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        if abs(a - b) > _near(b):
            return bool(a < b)
    return False


class _TooManyNodesError(Exception):
    """The branching does not end in reasonable time."""
