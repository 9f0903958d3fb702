"""The constants of the literature, derived again from their equations.

A ratio means nothing without its benchmark and its assumptions, so each constant carries both:
0.613 against the stochastic benchmark and 0.576 against the fluid one are not comparable.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.matching.policies.discounts import equal_fluid, unequal_discount
from mechdesign.records import dataclass


@dataclass(frozen=True)
class Constant:
    """A constant: the published and the derived figure, what they mean and the source.

    Parameters
    ----------
    name : str
        Identifier.
    what : str
        ``guarantee`` of a policy, or an ``upper bound`` for one or all policies.
    policy : str
        Whose.
    published : str
        The figure as printed in the source; empty where this package derived it itself.
    derived : float
        Computed here.
    closed_form : str
        Where there is one.
    benchmark : str
        What the ratio is relative to.
    assumptions : str
        On probabilities and weights.
    source : str
        Where it comes from; a ``reconstruction`` is not quoted from a paper.
    """

    name: str
    what: str
    policy: str
    published: str
    derived: float
    closed_form: str
    benchmark: str
    assumptions: str
    source: str


# ------------------------------------------------------------------------------- derivations


def finite_ratio(p: float) -> float:
    """``(1 + (1 - p)^(2/p)) / 2``: what StochasticBalance earns of the fluid value, p = 1/k.

    Mehta and Panigrahi (2012), Theorem 1; no weights.

    Examples
    --------
    >>> finite_ratio(1.0), round(finite_ratio(1e-6), 4)
    (0.5, 0.5677)
    """
    if not 0 < p <= 1:
        raise InvalidInputError("p", "lie in (0, 1]", p)
    return float((1 + (1 - p) ** (2 / p)) / 2)


def _balance_equal() -> tuple[float, str]:
    import sympy

    p = sympy.symbols("p", positive=True)
    limit = sympy.limit((1 + (1 - p) ** (2 / p)) / 2, p, 0, "+")
    return float(limit), str(limit)


def balance_program(cells: int = 200, top: float = 5.0) -> float:
    """The factor-revealing linear program behind 0.567, discretised.

    Maximise ``int f`` with ``int e^y f = 1``, ``2 int_{y <= x} f + e^-x int_{y > x} e^y f <= 1``
    for all x, and ``int_{x < 1} (2 - x) e^x f + e int_{x >= 1} f <= 1``; the ratio is 1 minus its
    value.

    Parameters
    ----------
    cells : int
        Of the grid.
    top : float
        Where the grid ends.

    Examples
    --------
    >>> 0.567 < balance_program(200) < 0.571
    True
    """
    from mechdesign.solvers.linear.dense_programs import maximise_dense

    h = top / cells
    y = (np.arange(cells) + 0.5) * h
    earlier = np.tril(np.ones((cells, cells)))
    rows = 2 * earlier + np.exp(y[None, :] - y[:, None]) * (1 - earlier)
    last = np.where(y < 1, (2 - y) * np.exp(y), math.e)
    value, _ = maximise_dense(
        np.ones(cells),
        np.vstack([rows, last]),
        np.ones(cells + 1),
        equal=(np.exp(y)[None, :], np.ones(1)),
    )
    return 1 - value


def _ranking_equal() -> tuple[float, str]:
    import sympy

    p = sympy.symbols("p", positive=True)
    finite = 1 - sympy.exp(-1) - (1 - 2 * sympy.exp(-1)) * (1 - p) ** (1 / p)
    limit = sympy.simplify(sympy.limit(finite, p, 0, "+"))
    return float(limit), str(limit)


def _balance_fluid() -> tuple[float, str]:
    return equal_fluid(0.0), ""


def _fractional_fluid() -> tuple[float, str]:
    return float(unequal_discount(300, fluid=True)[1][0]), ""


def _goyal_udwani() -> tuple[float, str]:
    import sympy

    x = sympy.symbols("x", positive=True)
    g = sympy.exp(x + 1) * sympy.expint(1, x + 1)
    residual = sympy.simplify(sympy.expand_func(g - g.diff(x)) - 1 / (x + 1))
    if residual != 0:
        raise ArithmeticError("the discount does not solve g - g' = 1/(x + 1)")
    closed = sympy.E * sympy.expint(1, 1)
    return float(closed), "e E1(1)"


def _balance_stochastic() -> tuple[float, str]:
    import sympy

    load = sympy.symbols("l", positive=True)
    s = sympy.exp(-load / 2)
    g = 2 + 2 * (2 / s - 1) * sympy.log(1 - s / 2)
    if sympy.simplify(g.diff(load) - (g - s) / (2 - s)) != 0:
        raise ArithmeticError("the discount does not solve g' = (g - s)/(2 - s)")
    closed = sympy.simplify(g.subs(load, 0))
    return float(closed), str(closed)


def _unequal_stochastic() -> tuple[float, str]:
    return float(unequal_discount(300, fluid=False)[1][0]), ""


def _semi_adaptive() -> tuple[float, str]:
    from scipy.optimize import brentq, minimize_scalar

    def earned(c: float) -> float:
        def gap(alpha: float) -> float:
            d = (1 - alpha) * math.exp(-c) * (1 - c)
            return d + d * d / 2 - d**3 / 6 - alpha

        alpha = brentq(gap, 0.0, 1.0, xtol=1e-15)
        return float(alpha + (1 - alpha) * (1 - math.exp(-c)))

    found = minimize_scalar(earned, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-12})
    return float(found.fun), ""


def _ranking_fluid() -> tuple[float, str]:
    from scipy.optimize import brentq

    a = brentq(
        lambda a: a * (2 - 1 / math.e - math.log(a)) - (1 + 1 / math.e), 0.5, 0.9, xtol=1e-15
    )
    return 1 - (1 - 1 / math.e) * float(a), "1 - (1 - 1/e) a,  a (2 - 1/e - ln a) = 1 + 1/e"


def _all_equal_fluid() -> tuple[float, str]:
    """The ratio on G_3, as a recursion over symbols."""
    import sympy

    once = sympy.exp(-1)

    @functools.cache
    def value(size: int, free: int) -> Any:
        if size == 0 or free == 0:
            return sympy.Integer(0)
        total, rest = sympy.Integer(0), sympy.Integer(1)
        for hits in range(free + 1):
            chance = once / sympy.factorial(hits) if hits < free else rest
            rest -= chance
            left = free - hits
            stays = sympy.Rational(left, size)
            gone = value(size - 1, left - 1) if left else 0
            total += chance * (hits + stays * gone + (1 - stays) * value(size - 1, left))
        return sympy.expand(total)

    closed = sympy.expand(value(3, 3) / 3)
    return float(closed), str(closed)


def _z_graph() -> tuple[float, str]:
    from mechdesign.matching.exact.closed_forms import z_graph_ratio

    return z_graph_ratio(), "min over a of (a + e^-a (1 - 1/e))/(1 + a)"


_EQUAL = "equal p, vanishing"
_UNEQUAL = "unequal p, vanishing"
_MP = "Mehta and Panigrahi 2012"
_HZ = "Huang and Zhang 2020, arXiv:2002.01802"
_STOCHASTIC = "stochastic (clairvoyant)"
_HJ = "Huang et al. 2023, arXiv:2309.10289 (abstract); the derivation here is a reconstruction"

#: name: what, policy, published, benchmark, assumptions, source, derivation
_SOURCES: dict[str, tuple[str, str, str, str, str, str, Callable[[], tuple[float, str]]]] = {
    "balance_equal": (
        "guarantee",
        "StochasticBalance",
        "0.567",
        "fluid",
        f"{_EQUAL}, no weights",
        f"{_MP}, Theorem 1",
        _balance_equal,
    ),
    "ranking_equal": (
        "guarantee",
        "Ranking",
        "0.534",
        "fluid",
        f"{_EQUAL}, no weights",
        f"{_MP}, Theorem 3",
        _ranking_equal,
    ),
    "balance_fluid": (
        "guarantee",
        "generalised balance",
        "0.576",
        "fluid",
        f"{_EQUAL}, weights",
        f"{_HZ}, Theorem 1",
        _balance_fluid,
    ),
    "fractional_fluid": (
        "guarantee",
        "fractional balance with rounding",
        "0.572",
        "fluid",
        f"{_UNEQUAL}, weights",
        f"{_HZ}, Theorem 2 (their inequality, solved on a finer grid)",
        _fractional_fluid,
    ),
    "semi_adaptive": (
        "guarantee",
        "SemiAdaptive",
        "0.534",
        "fluid",
        f"{_UNEQUAL}, no weights",
        "Mehta, Waggoner and Zadimoghaddam 2015",
        _semi_adaptive,
    ),
    "goyal_udwani": (
        "guarantee",
        "generalised balance",
        "0.596",
        _STOCHASTIC,
        f"{_UNEQUAL}, weights",
        "Goyal and Udwani 2020, arXiv:1905.12778, Theorem 2",
        _goyal_udwani,
    ),
    "balance_stochastic": (
        "guarantee",
        "StochasticBalance",
        "0.613",
        _STOCHASTIC,
        _EQUAL,
        _HJ,
        _balance_stochastic,
    ),
    "unequal_stochastic": (
        "guarantee",
        "StochasticBalance",
        "0.611",
        _STOCHASTIC,
        _UNEQUAL,
        _HJ,
        _unequal_stochastic,
    ),
    "ranking_fluid": (
        "guarantee",
        "Ranking",
        "",
        "fluid",
        f"{_EQUAL}, no weights",
        "derived here; the worst case is proved numerically only",
        _ranking_fluid,
    ),
    "balance_limit": (
        "upper bound",
        "StochasticBalance",
        "0.588",
        "fluid",
        f"{_EQUAL}, no weights",
        f"{_MP}, Theorem 2 (z-graph)",
        _z_graph,
    ),
    "all_limit": (
        "upper bound",
        "all",
        "0.621",
        "fluid",
        f"{_EQUAL}, no weights",
        f"{_MP}, Theorem 4 (G_3)",
        _all_equal_fluid,
    ),
}
#: The names of the constants.
NAMES = tuple(_SOURCES)


@functools.cache
def derive(name: str) -> Constant:
    """Derive one constant.

    Parameters
    ----------
    name : str
        One of :data:`NAMES`.

    Raises
    ------
    InvalidInputError
        If there is no such constant.

    Examples
    --------
    >>> found = derive("goyal_udwani")
    >>> round(found.derived, 10), found.closed_form, found.benchmark
    (0.5963473623, 'e E1(1)', 'stochastic (clairvoyant)')
    """
    if name not in _SOURCES:
        raise InvalidInputError("name", f"be one of {', '.join(NAMES)}", name)
    what, policy, published, benchmark, assumptions, source, derivation = _SOURCES[name]
    value, closed = derivation()
    return Constant(name, what, policy, published, value, closed, benchmark, assumptions, source)


def table() -> Table:
    """All constants, published and derived figures side by side.

    Examples
    --------
    >>> table().columns[:4]
    ('name', 'what', 'policy', 'benchmark')
    """
    rows = []
    for name in NAMES:
        c = derive(name)
        rows.append(
            [
                c.name,
                c.what,
                c.policy,
                c.benchmark,
                c.published,
                round(c.derived, 7),
                c.closed_form,
                c.assumptions,
                c.source,
            ]
        )
    return Table(
        [
            "name",
            "what",
            "policy",
            "benchmark",
            "published",
            "derived",
            "closed form",
            "assumptions",
            "source",
        ],
        rows,
        title="Ratios of online matching with stochastic rewards",
        notes=["ratios to different benchmarks are not comparable"],
    )
