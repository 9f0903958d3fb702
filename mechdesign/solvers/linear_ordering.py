"""Linear ordering by linear programming with lazily added triangle cuts, and as a PuLP model."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.errors import SolverError
from mechdesign.records import dataclass
from mechdesign.solvers.highs import highs_engine

if TYPE_CHECKING:
    import pulp

__all__ = ["OrderingSolution", "linear_ordering", "linear_ordering_model"]

IntArray = np.ndarray[Any, np.dtype[np.int64]]
_EPS = 1e-6
_CUTS_A_ROUND = 4000


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
    rounds, cuts : int
        How often the relaxation was solved and how many cuts it took.
    method : str
        ``LP`` where the relaxation proved it, ``MILP`` where branching was needed.
    """

    order: list[int]
    cost: int
    bound: int
    rounds: int
    cuts: int
    method: str


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
        Costs are integers, so that a floating-point bound rounds up to an exact one.

    Raises
    ------
    SolverError
        If HiGHS fails.

    Notes
    -----
    Variables x_ij (i < j, i above j); the cuts are 0 <= x_ij + x_jk - x_ik <= 1, the most violated
    first (Groetschel, Juenger and Reinelt 1984).  Only pairs whose relaxation is fractional at the
    end are branched on, with the same cuts added until the solution is an order.

    Examples
    --------
    >>> linear_ordering(np.array([[0, 1, 3], [2, 0, 1], [0, 2, 0]]), [0, 1, 2]).cost
    3
    """
    import highspy

    k = len(cost)
    deadline = None if time_limit is None else time.monotonic() + time_limit
    first, second = np.triu_indices(k, 1)
    place = np.full((k, k), -1)
    place[first, second] = np.arange(len(first))
    base = int(cost[second, first].sum())
    objective = (cost[first, second] - cost[second, first]).astype(float)

    engine = highs_engine()
    number = len(first)
    engine.addVars(number, np.zeros(number), np.ones(number))
    engine.changeColsCost(number, np.arange(number, dtype=np.int32), objective)

    best = list(incumbent)
    best_cost = _cost_of(cost, best)
    bound = int(np.minimum(cost[first, second], cost[second, first]).sum())
    rounds = cuts = 0
    method = "LP"
    integral = False
    while best_cost > bound:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            engine.setOptionValue("time_limit", engine.getRunTime() + left)
        engine.run()
        rounds += 1
        status = engine.getModelStatus()
        if status == highspy.HighsModelStatus.kTimeLimit:
            break
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS answered {engine.modelStatusToString(status)}")
        info = engine.getInfo()
        proved = info.mip_dual_bound if integral else info.objective_function_value
        bound = max(bound, int(np.ceil(base + proved - 1e-4)))
        values = np.array(engine.getSolution().col_value)
        above = np.zeros((k, k))
        above[first, second] = values
        above[second, first] = 1 - values
        candidate = [int(i) for i in np.argsort(-above.sum(axis=1), kind="stable")]
        candidate_cost = _cost_of(cost, candidate)
        if candidate_cost < best_cost:
            best, best_cost = candidate, candidate_cost
        rows = _violated(above)
        if rows:
            cuts += len(rows)
            _add(engine, rows, place)
        elif not integral and np.abs(values - np.rint(values)).max() > _EPS:
            integral, method = True, "MILP"
            kinds = np.full(number, highspy.HighsVarType.kInteger)
            engine.changeColsIntegrality(number, np.arange(number, dtype=np.int32), kinds)
            engine.setOptionValue("mip_rel_gap", 0.0)
            engine.setOptionValue("mip_abs_gap", 0.5)
        else:
            break
    return OrderingSolution(best, best_cost, min(bound, best_cost), rounds, cuts, method)


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


def _cost_of(cost: IntArray, order: list[int]) -> int:
    return int(np.triu(cost[np.ix_(order, order)], 1).sum())


def _violated(above: np.ndarray[Any, Any]) -> list[tuple[int, int, int]]:
    """Cycles i -> j -> h -> i whose three values sum to more than 2, the worst first."""
    k = len(above)
    found: list[tuple[float, int, int, int]] = []
    for i in range(k):
        excess = above[i][:, None] + above + above[:, i][None, :] - 2
        # Each cycle once: i is its smallest member.
        excess[: i + 1] = 0
        excess[:, : i + 1] = 0
        js, hs = np.nonzero(excess > _EPS)
        found += zip(
            excess[js, hs].tolist(), itertools.repeat(i), js.tolist(), hs.tolist(), strict=False
        )
    found.sort(key=lambda cut: -cut[0])
    return [cut[1:] for cut in found[:_CUTS_A_ROUND]]


def _add(engine: Any, rows: list[tuple[int, int, int]], place: IntArray) -> None:
    """Add the cuts x_ij + x_jh + x_hi <= 2, written in the variables of pairs i < j."""
    starts: list[int] = []
    indices: list[int] = []
    values: list[float] = []
    upper: list[float] = []
    for i, j, h in rows:
        starts.append(len(indices))
        limit = 2.0
        for a, b in ((i, j), (j, h), (h, i)):
            if a < b:
                indices.append(place[a, b])
                values.append(1.0)
            else:
                indices.append(place[b, a])
                values.append(-1.0)
                limit -= 1.0
        upper.append(limit)
    engine.addRows(
        len(rows),
        np.full(len(rows), -np.inf),
        np.array(upper),
        len(indices),
        np.array(starts, dtype=np.int32),
        np.array(indices, dtype=np.int32),
        np.array(values),
    )
