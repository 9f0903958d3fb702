"""Linear programs that bound what any policy can get, each with primal, dual and certificate.

Which benchmark a program bounds is part of its answer: ratios against different benchmarks are
not comparable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError, require
from mechdesign.matching.instances.graphs import Instance
from mechdesign.model import Number, as_number, show
from mechdesign.records import dataclass
from mechdesign.solvers.linear.packing import Packing, Row, packing
from mechdesign.solvers.linear.smoothed_packing import Smoothed, assignment_prices, ordered_prices

__all__ = ["ProgramBound", "fluid", "ordered"]

ALGORITHMS = ("auto", "simplex", "smoothed")
# Edges beyond which a simplex takes seconds and smoothed duals do not.
_LARGE_FLUID = 30_000
_LARGE_ORDERED = 3_000


@dataclass(frozen=True)
class ProgramBound:
    """The value of a linear program with its proof.

    Parameters
    ----------
    program : str
        Name of the program.
    value : number
        Its value at the primal solution.
    bound : number
        A proved upper bound on its optimum; the gap is `bound` minus `value`.
    primal : sequence of numbers
        For every edge of the instance (in its order) how much of the arrival goes there.
    offline_duals, arrival_duals : sequences of numbers
        The prices of offline vertices and of arrivals.
    bounds_clairvoyant, bounds_offline : bool
        Whether the optimum is an upper bound on those benchmarks.
    exact : bool
        Whether the numbers are exact.
    warning : str
        What the value must not be used for.
    algorithm : str
        ``simplex`` or ``smoothed``.
    configurations : sequence of (int, tuple of int, number)
        Of the configuration program: offline position, positions of arrivals, share; capacities
        expanded.
    """

    program: str
    value: Number
    bound: Number
    primal: Sequence[Number]
    offline_duals: Sequence[Number]
    arrival_duals: Sequence[Number]
    bounds_clairvoyant: bool
    bounds_offline: bool
    exact: bool
    warning: str = ""
    algorithm: str = "simplex"
    configurations: Sequence[tuple[int, tuple[int, ...], Number]] = ()

    @property
    def gap(self) -> Number:
        """The certified distance of the value from the optimum."""
        return self.bound - self.value

    def __repr__(self) -> str:
        told = [
            name
            for name, ok in (
                ("clairvoyant", self.bounds_clairvoyant),
                ("offline", self.bounds_offline),
            )
            if ok
        ]
        use = f"bounds {', '.join(told)}" if told else "bounds no benchmark"
        gap = "exact" if self.exact else f"gap {float(self.gap):.2g}"
        text = f"<{self.program}: {show(self.value)} ({gap}; {use})>"
        return f"{text} WARNING: {self.warning}" if self.warning else text


def fluid(
    instance: Instance,
    *,
    exact: bool | None = None,
    algorithm: str = "auto",
    tolerance: float = 0.01,
) -> ProgramBound:
    """The matching program, also called fluid or expectation program.

    Every attempt is replaced by its expectation: ``max sum w p x`` with ``sum_v p x <= c_u`` for
    every offline vertex and ``sum_u x <= 1`` for every arrival.

    Parameters
    ----------
    instance : Instance
        Any instance.
    exact : bool, optional
        Solve in Fractions; by default where the instance is exact and small.
    algorithm : {"auto", "simplex", "smoothed"}
        ``simplex`` solves the program by HiGHS, or in Fractions; ``smoothed`` minimises a smooth
        dual, for millions of edges, and leaves a certified gap; ``auto`` goes by the size.
    tolerance : float
        The relative gap at which ``smoothed`` stops.

    Returns
    -------
    ProgramBound
        It bounds every policy, clairvoyant and offline ones included, for all probabilities
        (Mehta and Panigrahi 2012).

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import matching
    >>> fluid(matching.complete(4, 6, Fraction(3, 5))).value
    Fraction(18, 5)
    """
    require(instance, Instance, "instance")
    if _smooth(instance, algorithm, exact, _LARGE_FLUID):
        duals = assignment_prices(
            instance.indptr,
            instance.neighbours,
            instance.p,
            instance.w,
            np.array(instance.capacities, dtype=np.float64),
            tolerance=checked_tolerance(tolerance),
        )
        alpha = duals.prices
        rest = instance.p * (instance.w - alpha)[instance.neighbours]
        beta = np.zeros(instance.m)
        np.maximum.at(beta, instance.edge_arrivals, rest)
        return _smoothed("fluid", duals, alpha, beta, offline=True)
    edges = list(instance.edges())
    rows: list[list[tuple[int, Any]]] = [[] for _ in range(instance.n + instance.m)]
    for k, (u, t, p) in enumerate(edges):
        rows[u].append((k, p))
        rows[instance.n + t].append((k, 1))
    right = [*instance.capacities, *[1] * instance.m]
    solved = packing(rows, right, _gains(instance, edges), exact=exact)
    return _bound("fluid", solved, instance, clairvoyant=True, offline=True)


def ordered(
    instance: Instance,
    *,
    exact: bool | None = None,
    algorithm: str = "auto",
    tolerance: float = 0.01,
) -> ProgramBound:
    """The stochastic configuration program ordered by arrival, in its compact form.

    The fluid program with a row for every edge: ``x_uv + sum p_uv' x_uv' <= 1`` over the earlier
    arrivals v' of u, because v can attempt u only if no earlier attempt succeeded.  It has the
    value of the program over all ordered configurations.

    Parameters
    ----------
    instance, exact, algorithm, tolerance
        As in :func:`fluid`; capacities are expanded into copies.

    Returns
    -------
    ProgramBound
        It bounds the clairvoyant benchmark, and not the offline one, which may reorder arrivals.

    Notes
    -----
    A reconstruction from the model; not quoted from a paper.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import matching
    >>> ordered(matching.complete(1, 2, Fraction(1, 2))).value
    Fraction(3, 4)
    """
    require(instance, Instance, "instance")
    graph = instance.expanded()
    if _smooth(graph, algorithm, exact, _LARGE_ORDERED):
        relaxed = fluid(graph, algorithm="smoothed")
        found = ordered_prices(
            graph.neighbours,
            graph.edge_arrivals,
            graph.p,
            graph.w,
            graph.m,
            start=np.asarray(relaxed.arrival_duals),
            tolerance=checked_tolerance(tolerance),
        )
        alpha = _stopping_values(graph, found.prices)
        return _smoothed("ordered", found, alpha, found.prices, offline=False)
    edges = list(graph.edges())
    rows: list[Row] = []
    before: list[list[tuple[int, Any]]] = [[] for _ in range(graph.n)]
    arrivals: list[list[tuple[int, Any]]] = [[] for _ in range(graph.m)]
    owner: list[int] = []
    for k, (u, t, p) in enumerate(edges):
        rows.append([*before[u], (k, 1)])
        owner.append(u)
        before[u].append((k, p))
        arrivals[t].append((k, 1))
    rows += arrivals
    solved = packing(rows, [1] * len(rows), _gains(graph, edges), exact=exact)
    prices: list[Number] = [0] * graph.n
    for u, dual in zip(owner, solved.duals, strict=False):
        prices[u] += dual
    return ProgramBound(
        "ordered",
        solved.value,
        solved.bound,
        solved.x,
        prices,
        solved.duals[len(owner) :],
        bounds_clairvoyant=True,
        bounds_offline=False,
        exact=solved.exact,
    )


def _smooth(instance: Instance, algorithm: str, exact: bool | None, large: int) -> bool:
    if algorithm not in ALGORITHMS:
        raise InvalidInputError("algorithm", f"be one of {', '.join(ALGORITHMS)}", algorithm)
    if algorithm == "smoothed" and exact:
        raise InvalidInputError("algorithm", "be simplex for an exact solution", algorithm)
    return algorithm == "smoothed" or (
        algorithm == "auto" and not exact and instance.edge_count > large
    )


def checked_tolerance(tolerance: float) -> float:
    value = float(as_number(tolerance, "tolerance"))
    if value <= 0:
        raise InvalidInputError("tolerance", "be positive", tolerance)
    return value


def _smoothed(name: str, found: Smoothed, alpha: Any, beta: Any, *, offline: bool) -> ProgramBound:
    return ProgramBound(
        name,
        found.value,
        found.bound,
        found.x,
        alpha,
        beta,
        bounds_clairvoyant=True,
        bounds_offline=offline,
        exact=False,
        algorithm="smoothed",
    )


def _stopping_values(graph: Instance, beta: Any) -> Any:
    """What every offline vertex earns at given prices of the arrivals, by optimal stopping."""
    values = [0.0] * graph.n
    weights, prices = graph.w.tolist(), beta.tolist()
    edges = zip(
        graph.neighbours.tolist(), graph.edge_arrivals.tolist(), graph.p.tolist(), strict=True
    )
    for u, t, p in reversed(list(edges)):
        values[u] += max(p * (weights[u] - values[u]) - prices[t], 0.0)
    return values


def _gains(graph: Instance, edges: Sequence[tuple[int, int, Number]]) -> list[Number]:
    return [graph.weights[u] * p for u, _, p in edges]


def _bound(
    name: str, solved: Packing, graph: Instance, *, clairvoyant: bool, offline: bool
) -> ProgramBound:
    n = graph.n
    return ProgramBound(
        name,
        solved.value,
        solved.bound,
        solved.x,
        solved.duals[:n],
        solved.duals[n:],
        bounds_clairvoyant=clairvoyant,
        bounds_offline=offline,
        exact=solved.exact,
    )
