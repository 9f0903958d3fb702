"""Readable linear and mixed-integer models in PuLP, solved by HiGHS.

The wrapper does three things that PuLP leaves to its users: it speaks PuLP 3 and 4 alike, it always
minimises inside (signs of bounds differ by solver when maximising), and it reports the proved bound
beside the value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from mechdesign.errors import InfeasibleError, SolverError
from mechdesign.records import dataclass
from mechdesign.solvers.highs import silent_pulp_solver

__all__ = ["LinearModel", "Solved"]


@dataclass(frozen=True)
class Solved:
    """What the solver answered.

    Parameters
    ----------
    value : float or None
        The objective at the best point found; None if there is none.
    bound : float
        A proved bound on the optimum, equal to `value` within the tolerance where it is proved.
    optimal : bool
        Whether optimality is proved.
    """

    value: float | None
    bound: float
    optimal: bool


@dataclass(frozen=True)
class _Answer:
    """Status in words, whether there is a point, whether the solver finished."""

    status: str
    found: bool
    finished: bool


class LinearModel:
    """A model that maximises a linear objective.

    Parameters
    ----------
    name : str
        For the printed model.

    Examples
    --------
    >>> model = LinearModel("diet")
    >>> x, y = model.variable("x", high=4), model.variable("y", integral=True, high=3)
    >>> model.maximise(2 * x + 3 * y)
    >>> model.require(x + y <= 5.5)
    >>> round(model.solve().value, 6), round(model.value(y), 6)
    (14.0, 3.0)
    """

    def __init__(self, name: str) -> None:
        import pulp

        self._pulp = pulp
        #: The PuLP model, which minimises the negative of the objective.
        self.pulp = pulp.LpProblem(name, pulp.LpMinimize)
        self._integral = False

    def variable(
        self,
        name: str,
        *,
        low: float | None = 0,
        high: float | None = None,
        integral: bool = False,
    ) -> Any:
        """A variable, nonnegative unless `low` says otherwise."""
        kind = "Integer" if integral else "Continuous"
        self._integral = self._integral or integral
        if hasattr(self.pulp, "add_variable"):
            return self.pulp.add_variable(name, low, high, cat=kind)
        return self._pulp.LpVariable(name, low, high, cat=kind)

    def total(self, terms: Iterable[object]) -> Any:
        """The sum of many terms, without quadratic time."""
        return self._pulp.lpSum(terms)

    def maximise(self, objective: Any) -> None:
        """Set the objective."""
        self.pulp += -1 * objective

    def require(self, constraint: object) -> None:
        """Add a constraint."""
        self.pulp += constraint

    def value(self, variable: Any) -> float:
        """The value of a variable in the solution."""
        return float(variable.value() or 0.0)

    def solve(self, *, time_limit: float | None = None, gap: float = 1e-9) -> Solved:
        """Solve with HiGHS.

        Raises
        ------
        InfeasibleError
            If no point satisfies the constraints.
        SolverError
            If the model is unbounded or HiGHS fails.
        """
        solver = silent_pulp_solver(time_limit=time_limit, gap=gap)
        answer = self._answer(self.pulp.solve(solver))
        if answer.status == "Infeasible":
            raise InfeasibleError(f"the model {self.pulp.name} has no feasible point")
        if answer.status == "Unbounded":
            raise SolverError(f"the model {self.pulp.name} is unbounded")
        value = -float(self._pulp.value(self.pulp.objective)) if answer.found else None
        bound = self._dual_bound() if self._integral else value
        finished = answer.finished and time_limit is None
        if finished and value is not None and (bound is None or not math.isfinite(bound)):
            # Without a time limit HiGHS stops only within the gap.
            bound = value + gap * max(1.0, abs(value))
        if bound is None or not math.isfinite(bound):
            if value is None:
                raise SolverError(f"HiGHS found neither a point nor a bound for {self.pulp.name}")
            bound = math.inf
        close = value is not None and bound - value <= gap * max(1.0, abs(bound)) * 10
        return Solved(value, bound, close)

    def _answer(self, returned: Any) -> _Answer:
        """What PuLP says of a run: version 4 returns it, version 3 keeps it in the problem."""
        if hasattr(returned, "has_solution"):
            status = str(returned.status_str)
            return _Answer(status, bool(returned.has_solution), status == "Optimal")
        # With a time limit `status` says Optimal for any incumbent; `sol_status` does not.
        pulp, kind = self._pulp, self.pulp.sol_status
        found = kind in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
        status = str(pulp.LpStatus[self.pulp.status])
        return _Answer(status, found, kind == pulp.LpSolutionOptimal)

    def _dual_bound(self) -> float:
        """The bound that HiGHS proved, infinite where PuLP does not hand it on."""
        engine = getattr(self.pulp, "solverModel", None)
        if engine is None or not hasattr(engine, "getInfo"):
            return math.inf
        return -float(engine.getInfo().mip_dual_bound)
