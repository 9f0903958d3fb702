"""Linear ordering by branch and cut with exact bounds, and as a PuLP model."""

from __future__ import annotations

import heapq
import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.algorithms.linear_ordering import local_search, order_cost
from mechdesign.arrays import IntArray
from mechdesign.clock import now
from mechdesign.errors import SolverError
from mechdesign.records import dataclass
from mechdesign.solvers.highs import highs_engine

if TYPE_CHECKING:
    import pulp

__all__ = ["OrderingSolution", "cycle_charges", "linear_ordering", "linear_ordering_model"]

_EPS = 1e-6
_CUTS_A_ROUND = 4000
# Duals are rounded to multiples of 2^-20 of a unit of cost.
_BITS = 20
_REFINEMENTS = 6
_CLIP = 1e6


@dataclass(frozen=True)
class OrderingSolution:
    """An order, its cost, and a proved lower bound on the cost of every order.

    Parameters
    ----------
    order : list of int
        Best first.
    cost : int
        Its cost; equal to `bound` where optimality is proved.
    bound : int
        No order costs less.
    nodes, cuts : int
        How many nodes the tree has, and how many cuts were added: one node where the linear
        relaxation proves the optimum.
    """

    order: list[int]
    cost: int
    bound: int
    nodes: int
    cuts: int


def linear_ordering(
    cost: IntArray, incumbent: list[int], *, time_limit: float | None = None
) -> OrderingSolution:
    """Minimise the cost of an order of k items.

    Parameters
    ----------
    cost : numpy.ndarray of int64, shape (k, k)
        Cost of placing the row above the column, nonnegative integers.
    incumbent : list of int
        Some order, returned where time runs out before a better one is found.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    OrderingSolution
        The bound is proved in integers: it is the value of rounded duals, at any scale of the
        costs.

    Raises
    ------
    SolverError
        If HiGHS fails.

    Notes
    -----
    Variables x_ij (i < j, i above j); the cuts are 0 <= x_ij + x_jk - x_ik <= 1, the most violated
    first (Groetschel, Juenger and Reinelt 1984).  A node of the tree is a partial order, kept
    transitive; its children order one more pair in either way.

    Examples
    --------
    >>> linear_ordering(np.array([[0, 1, 3], [2, 0, 1], [0, 2, 0]]), [0, 1, 2]).cost
    3
    """
    end = math.inf if time_limit is None else now() + time_limit
    k = len(cost)
    best, best_cost = list(incumbent), order_cost(cost, incumbent)
    first, second = np.triu_indices(k, 1)
    root = int(np.minimum(cost[first, second], cost[second, first]).sum())
    if root >= best_cost or now() >= end:
        return OrderingSolution(best, best_cost, min(root, best_cost), 0, 0)
    relaxation = _Relaxation(cost, end)
    count = itertools.count()
    heap: list[tuple[int, int, Any]] = [(root, 0, np.zeros((k, k), dtype=bool))]
    nodes = 0
    while heap and heap[0][0] < best_cost and now() < end:
        bound, _, above = heapq.heappop(heap)
        nodes += 1
        relaxation.enter(above)
        pair: tuple[int, int] | None = None
        while relaxation.solve():
            bound = max(bound, relaxation.bound())
            candidate = relaxation.candidate()
            candidate_cost = order_cost(cost, candidate)
            if candidate_cost < best_cost:
                best, best_cost = candidate, candidate_cost
            if bound >= best_cost:
                break
            if relaxation.cut():
                continue
            improved = local_search(cost, candidate, end=end)
            if order_cost(cost, improved) < best_cost:
                best, best_cost = improved, order_cost(cost, improved)
            bound = max(bound, relaxation.refined_bound(best_cost))
            if bound < best_cost:
                pair = relaxation.undecided()
            break
        else:  # out of time: the node stays open
            heapq.heappush(heap, (bound, -next(count), above))
            break
        if pair is not None:
            i, j = pair
            for child in (_ordered(above, i, j), _ordered(above, j, i)):
                heapq.heappush(heap, (bound, -next(count), child))
    proved = min([best_cost, *(node[0] for node in heap[:1])])
    return OrderingSolution(best, best_cost, proved, nodes, relaxation.cuts)


def cycle_charges(
    cost: IntArray, order: list[int], *, time_limit: float | None = None
) -> dict[tuple[int, int, int], Fraction] | None:
    """Charges on cycles i over j over h over i that prove an order optimal.

    Parameters
    ----------
    cost : numpy.ndarray of int64, shape (k, k)
        As in :func:`linear_ordering`.
    order : list of int
        An optimal order.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    dict of (int, int, int) to Fraction, or None
        The positive ones; None where the linear program without branching, or the time, does not
        suffice.
    """
    end = math.inf if time_limit is None else now() + time_limit
    target, upper = order_cost(cost, order), np.triu_indices(len(cost), 1)
    if int(np.minimum(cost, cost.T)[upper].sum()) >= target:
        return {}
    relaxation = _Relaxation(cost, end)
    while relaxation.solve():
        if relaxation.bound() >= target or not relaxation.cut():
            break
    if max(relaxation.bound(), relaxation.refined_bound(target)) < target:
        return None
    cycles = zip(relaxation.cycles.tolist(), relaxation.duals.tolist(), strict=True)
    return {(i, j, h): Fraction(-y, 1 << _BITS) for (i, j, h), y in cycles if y}


def linear_ordering_model(cost: IntArray, names: list[str] | None = None) -> pulp.LpProblem:
    """The same problem as a readable PuLP model with all triangle constraints.

    Parameters
    ----------
    cost : numpy.ndarray of int64, shape (k, k)
        Cost of placing the row above the column.
    names : list of str, optional
        Of the items, for the names of the variables.

    Returns
    -------
    pulp.LpProblem
        Variables ``above_i_j`` for all i != j; k(k-1)(k-2) / 3 triangle constraints.
    """
    import warnings

    import pulp

    k = len(cost)
    labels = names or [str(i) for i in range(k)]
    model = pulp.LpProblem("linear_ordering", pulp.LpMinimize)
    with warnings.catch_warnings():
        # PuLP 4 renames LpVariable's constructor; both spellings build the same variable.
        warnings.simplefilter("ignore", DeprecationWarning)
        above = {
            (i, j): pulp.LpVariable(f"above_{labels[i]}_{labels[j]}", cat="Binary")
            for i, j in itertools.permutations(range(k), 2)
        }
    model += pulp.lpSum(int(cost[i, j]) * x for (i, j), x in above.items()), "cost"
    for i, j in itertools.combinations(range(k), 2):
        model += above[i, j] + above[j, i] == 1, f"one_way_{i}_{j}"
    for i, j, h in itertools.permutations(range(k), 3):
        if i < j and i < h:
            model += above[i, j] + above[j, h] + above[h, i] <= 2, f"no_cycle_{i}_{j}_{h}"
    return model


def _ordered(above: Any, i: int, j: int) -> Any:
    """A transitive relation with i above j, and what follows from that."""
    over, under = above[:, i].copy(), above[j].copy()
    over[i] = under[j] = True
    return above | np.outer(over, under)


class _Relaxation:
    """The linear program of the pairs with the cuts so far, and bounds from its duals.

    Costs are scaled to 1 before HiGHS sees them.  Any nonpositive multipliers of the cuts give a
    bound, which is computed in integers.
    """

    def __init__(self, cost: IntArray, end: float) -> None:
        k = self.k = len(cost)
        self.end = end
        self.first, self.second = np.triu_indices(k, 1)
        number = self.number = len(self.first)
        self.place = np.full((k, k), -1)
        self.place[self.first, self.second] = np.arange(number)
        self.base = int(cost[self.second, self.first].sum())
        gain = cost[self.first, self.second] - cost[self.second, self.first]
        self.scale = max(int(np.abs(gain).max()), 1)
        # Sums of a few thousand duals must fit.
        small = self.scale < 1 << 28
        self.gain = (gain if small else gain.astype(object)) << _BITS
        self.cuts = 0
        self.cycles = np.zeros((0, 3), dtype=np.int64)
        self.variables = np.zeros((0, 3), dtype=np.int64)
        self.signs = np.zeros((0, 3), dtype=np.int64)
        self.limits = np.zeros(0, dtype=np.int64)
        self.duals = self.gain[:0]
        self.values = np.zeros(number)
        self.all = np.arange(number, dtype=np.int32)
        self.engine = highs_engine()
        self.engine.addVars(number, np.zeros(number), np.ones(number))
        self.low, self.high = np.zeros(number, dtype=np.int64), np.ones(number, dtype=np.int64)
        self._charge(self.gain, self.scale << _BITS)

    def _charge(self, costs: Any, unit: int) -> None:
        """Make costs over a unit the objective; the largest are clipped, which proves as much."""
        self.unit = unit
        scaled = np.clip(np.array(costs / unit, dtype=float), -_CLIP, _CLIP)
        self.engine.changeColsCost(self.number, self.all, scaled)

    def enter(self, above: Any) -> None:
        """Fix the pairs that a partial order decides."""
        self.low = above[self.first, self.second].astype(np.int64)
        self.high = 1 - above[self.second, self.first].astype(np.int64)
        self.engine.changeColsBounds(
            self.number, self.all, self.low.astype(float), self.high.astype(float)
        )

    def solve(self) -> bool:
        """Solve; False if the time is up."""
        import highspy

        left = self.end - now()
        if left <= 0:
            return False
        if left < math.inf:
            self.engine.setOptionValue("time_limit", self.engine.getRunTime() + left)
        self.engine.run()
        status = self.engine.getModelStatus()
        if status == highspy.HighsModelStatus.kTimeLimit:
            return False
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS answered {self.engine.modelStatusToString(status)}")
        solution = self.engine.getSolution()
        self.values = np.array(solution.col_value)
        # Multipliers of the other sign prove nothing.
        duals = np.minimum(np.array(solution.row_dual, dtype=float), 0) * float(self.unit)
        self.duals = np.array([int(y) for y in np.rint(duals)], dtype=self.gain.dtype)
        return True

    def _reduced(self) -> Any:
        """Costs of the variables less what the cuts pay."""
        reduced = self.gain.copy()
        np.subtract.at(reduced, self.variables, self.signs * self.duals[:, None])
        return reduced

    def bound(self) -> int:
        """A proved bound on the cost of the orders of this node, rounded up."""
        reduced = self._reduced()
        least = np.where(reduced >= 0, reduced * self.low, reduced * self.high)
        # In Python's integers, which do not overflow.
        parts = [*least.tolist(), *(self.limits * self.duals).tolist()]
        exact: int = (self.base << _BITS) + sum(parts)
        return -(-exact >> _BITS)

    def refined_bound(self, target: int) -> int:
        """The bound after the duals' errors were made the costs of the same program, in turn."""
        bound, vertex = self.bound(), self.values
        for _ in range(_REFINEMENTS):
            reduced = self._reduced()
            # Reduced costs that complementary slackness does not allow at this vertex.
            wrong = np.where(self.values > _EPS, np.maximum(reduced, 0), 0)
            wrong = np.maximum(wrong, np.where(self.values < 1 - _EPS, np.maximum(-reduced, 0), 0))
            unit = int(np.where(self.low < self.high, wrong, 0).max(initial=0))
            if bound >= target or unit == 0:
                break
            kept = self.duals
            self._charge(reduced, unit)
            if not self.solve():
                break
            self.duals = self.duals + kept
            bound = max(bound, self.bound())
        self._charge(self.gain, self.scale << _BITS)
        self.values = vertex
        return bound

    def candidate(self) -> list[int]:
        """The order by how many items each is above."""
        return [int(i) for i in np.argsort(-self._above().sum(axis=1), kind="stable")]

    def undecided(self) -> tuple[int, int] | None:
        """The pair that the partial order leaves open and the relaxation splits most evenly."""
        open_pairs = self.low < self.high
        if not open_pairs.any():
            return None
        evenness = np.where(open_pairs, np.minimum(self.values, 1 - self.values), -1.0)
        best = int(np.argmax(evenness))
        return int(self.first[best]), int(self.second[best])

    def _above(self) -> np.ndarray[Any, Any]:
        above = np.zeros((self.k, self.k))
        above[self.first, self.second] = self.values
        above[self.second, self.first] = 1 - self.values
        return above

    def cut(self) -> bool:
        """Add the most violated cuts; False if there is none."""
        above = self._above()
        found: list[Any] = []
        for i in range(self.k):
            if now() > self.end:
                break
            excess = above[i][:, None] + above + above[:, i][None, :] - 2
            # Each cycle once: i is its smallest member.
            excess[: i + 1] = 0
            excess[:, : i + 1] = 0
            js, hs = np.nonzero(excess > _EPS)
            found.append(np.column_stack([excess[js, hs], np.full(len(js), i), js, hs]))
        cycles = np.concatenate(found) if found else np.zeros((0, 4))
        cycles = cycles[np.argsort(-cycles[:, 0], kind="stable")][:_CUTS_A_ROUND]
        if len(cycles):
            self._add(cycles[:, 1:].astype(np.int64))
        return bool(len(cycles))

    def _add(self, cycles: IntArray) -> None:
        """Add the cuts x_ij + x_jh + x_hi <= 2, written in the variables of pairs i < j."""
        after = np.roll(cycles, -1, axis=1)
        forward = cycles < after
        variables = np.where(forward, self.place[cycles, after], self.place[after, cycles])
        signs = np.where(forward, 1, -1)
        limits = 2 - (~forward).sum(axis=1)
        rows = len(cycles)
        self.engine.addRows(
            rows,
            np.full(rows, -np.inf),
            limits.astype(float),
            3 * rows,
            np.arange(0, 3 * rows, 3, dtype=np.int32),
            variables.astype(np.int32).ravel(),
            signs.astype(float).ravel(),
        )
        self.cycles = np.concatenate([self.cycles, cycles])
        self.variables = np.concatenate([self.variables, variables])
        self.signs = np.concatenate([self.signs, signs])
        self.limits = np.concatenate([self.limits, limits])
        self.cuts += rows
