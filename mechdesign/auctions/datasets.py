"""The literature's examples of position auctions, and instances that show what can go wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from mechdesign.auctions import content_problem, position
from mechdesign.errors import InvalidInputError
from mechdesign.model import Problem, as_count

__all__ = [
    "edelman_ostrovsky_schwarz",
    "non_monotone_cascades",
    "product_partition_cascade",
    "vcg_outside_the_core",
]


def edelman_ostrovsky_schwarz() -> Problem:
    """Three advertisers with values 10, 4 and 2 and two slots with 200 and 100 clicks.

    Notes
    -----
    Source: Edelman, B., Ostrovsky, M., Schwarz, M. (2007), Internet advertising and the
    generalized second-price auction, American Economic Review 97, doi:10.1257/aer.97.1.242.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> problem = edelman_ostrovsky_schwarz()
    >>> auctions.gsp(problem).details["revenue"], auctions.vcg(problem).details["revenue"]
    (1000, 800)
    """
    return position().problem([10, 4, 2], ctr=[200, 100])


def vcg_outside_the_core() -> Problem:
    """An MNL instance in which VCG earns more without the second advertiser.

    Found for this package.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> problem = vcg_outside_the_core()
    >>> auctions.content_vcg(problem).details["revenue"]
    Fraction(659, 258)
    >>> auctions.content_vcg(problem.without(1)).details["revenue"]
    Fraction(14, 5)
    """
    rows = ("2/5 1/2", "1/5 1/5", "2/5 7/10")
    return content_problem([11, 16, 4], _matrix(rows), capacity=2)


def non_monotone_cascades() -> dict[str, Problem]:
    """For three cascade heuristics an instance in which a higher bid gets fewer clicks.

    Found for this package.

    Returns
    -------
    dict of mechanism name to Problem
        The keys are names in :mod:`mechdesign.auctions`.

    Examples
    --------
    >>> from mechdesign import auctions, axioms
    >>> problem = non_monotone_cascades()["greedy"]
    >>> print(axioms.check("allocation_monotonicity", auctions.greedy, problem=problem).status)
    VIOLATED
    """
    cases = {
        "greedy": ((1, 9, 16), ("19/20 1/20", "1/10 99/1000", "1/20 1/20")),
        "p_surrogate": ((20, 8, 12), ("1/20 1/100", "1/100 19/20", "9/10 1/2")),
        "mnl_value_order": ((3, 7, 4), ("1/2 9/10", "1/10 1/10", "3/5 3/10")),
    }
    return {
        name: content_problem(values, _matrix(rows), model="cascade")
        for name, (values, rows) in cases.items()
    }


def product_partition_cascade(numbers: Sequence[int]) -> Problem:
    """A cascade of free order whose optimum tells whether the numbers split into equal products.

    With ``N`` their product, welfare is at most ``N + 1 - 2 / sqrt(N)``, and equal to it if and
    only if some of the numbers have the product ``sqrt(N)``: winner determination under a cascade
    of free order is NP-hard.  This reduction is the package's own.

    Parameters
    ----------
    numbers : sequence of int
        At least 2 each.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.content_vcg(product_partition_cascade((2, 3, 6))).details["welfare"]
    Fraction(110, 3)
    """
    sizes = [as_count(n, f"numbers[{k}]", low=2) for k, n in enumerate(numbers)]
    if not sizes:
        raise InvalidInputError("numbers", "not be empty", numbers)
    m, product = len(sizes), math.prod(sizes)
    p = [[Fraction(0)] * m for _ in range(2 * m)]
    for k, n in enumerate(sizes):
        p[k][k] = 1 - Fraction(1, n)
        p[m + k][k] = 1 - Fraction(1, n * n)
    return content_problem([product + 1] * m + [product] * m, p, model="cascade")


def _matrix(rows: Sequence[str]) -> list[list[Fraction]]:
    return [[Fraction(text) for text in row.split()] for row in rows]
