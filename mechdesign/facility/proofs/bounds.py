"""What is best under which axiom: closed forms of worst-case ratios on n agents.

All ratios are of the best to the chosen welfare, or of the chosen to the best cost, in the worst
case; welfare is ``sum (L - |y - x|)``.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_count

if TYPE_CHECKING:
    from mechdesign.io import Table

#: The supremum over n of the welfare ratio of Uniform Phantom, ``(1 + sqrt 2) / 2``; not attained.
UNIFORM_PHANTOM_LIMIT = (1 + math.sqrt(2)) / 2


def _of(ratios: dict[str, Number], objective: str) -> Number:
    if objective not in ratios:
        raise InvalidInputError("objective", f"be one of {', '.join(ratios)}", objective)
    return ratios[objective]


def uniform_phantom(n: int, objective: str = "welfare") -> Number:
    """The worst-case ratio of Uniform Phantom.

    Welfare: ``R(n) = max_j n (n - j) / ((n - j)^2 + j^2)`` for ``0 <= j <= n/2``, where n - j
    agents are at one end and j at the other; R is not monotone and tends to
    :data:`UNIFORM_PHANTOM_LIMIT`.

    Parameters
    ----------
    n : int
        At least 1.
    objective : {"welfare", "total_cost", "maximum_cost"}
        What is compared.

    Examples
    --------
    >>> uniform_phantom(7), uniform_phantom(1000), uniform_phantom(5, "total_cost")
    (Fraction(35, 29), Fraction(353500, 292849), 4)
    """
    n = as_count(n, "n", low=1)
    top, bottom = 1, 1
    for j in range(n // 2 + 1):
        a, b = n * (n - j), (n - j) ** 2 + j * j
        if a * bottom > top * b:
            top, bottom = a, b
    return _of(
        {
            "welfare": Fraction(top, bottom),
            "total_cost": max(n - 1, 1),
            "maximum_cost": 2 if n > 1 else 1,
        },
        objective,
    )


def constrained_median(n: int, objective: str = "welfare") -> Number:
    """The worst-case ratio of the constrained median.

    Welfare: ``n (n-1) / ((n-1)^2 + 1)``, which tends to 1.

    Examples
    --------
    >>> [constrained_median(n) for n in (3, 6)]
    [Fraction(6, 5), Fraction(15, 13)]
    """
    n = as_count(n, "n", low=1)
    return _of(
        {
            "welfare": Fraction(n * (n - 1), (n - 1) ** 2 + 1) if n > 1 else 1,
            "total_cost": max(n - 1, 1),
            "maximum_cost": 2 if n > 1 else 1,
        },
        objective,
    )


def median(n: int, objective: str = "welfare") -> Number:
    """The worst-case ratio of the median: optimal for welfare and total cost.

    Examples
    --------
    >>> median(5), median(5, "maximum_cost")
    (1, 2)
    """
    n = as_count(n, "n", low=1)
    return _of({"welfare": 1, "total_cost": 1, "maximum_cost": 2 if n > 1 else 1}, objective)


def average(n: int, objective: str = "welfare") -> Number:
    """The worst-case ratio of the average, taken at the true locations.

    Examples
    --------
    >>> average(7), average(4, "total_cost")
    (Fraction(35, 29), Fraction(3, 2))
    """
    n = as_count(n, "n", low=1)
    spread = 2 - Fraction(2, n) if n > 1 else 1
    return _of(
        {"welfare": uniform_phantom(n), "total_cost": spread, "maximum_cost": spread}, objective
    )


def midpoint(n: int, objective: str = "welfare") -> Number:
    """The worst-case ratio of the midpoint, taken at the true locations.

    Examples
    --------
    >>> midpoint(4), midpoint(4, "total_cost"), midpoint(4, "maximum_cost")
    (Fraction(3, 2), Fraction(2, 1), 1)
    """
    n = as_count(n, "n", low=1)
    return _of(
        {
            "welfare": 2 - Fraction(2, n) if n > 1 else 1,
            "total_cost": Fraction(n, 2) if n > 1 else 1,
            "maximum_cost": 1,
        },
        objective,
    )


def lower_bound(
    n: int, axiom: str, objective: str = "welfare", *, strategyproof: bool = False
) -> Number:
    """The ratio that no mechanism with the axiom can beat, and that some mechanism attains.

    Parameters
    ----------
    n : int
        The number of agents.
    axiom : {"individual_fair_share", "unanimous_fair_share", "proportional_fairness", \
"facility_proportionality"}
        What the mechanism must satisfy.
    objective : {"welfare", "total_cost"}
        What is compared.
    strategyproof : bool
        Whether it must be strategyproof and unanimous too; this matters for the total cost.

    Notes
    -----
    Welfare: a proportional mechanism must place the facility at j/n when j of n agents are at the
    right end, which costs R(n); Uniform Phantom attains it.  Under individual fair share the
    profile of one agent against all others forces ``n (n-1) / ((n-1)^2 + 1)``, which the
    constrained median attains.

    Total cost: strategyproof and unanimous mechanisms with individual fair share have at least
    n - 1.  **Without** strategyproofness the bound is ``2 - 2/n``, which the average attains: the
    Uniform Phantom mechanism is best for the total cost among mechanisms with UFS only if these
    must also be strategyproof.

    Examples
    --------
    >>> lower_bound(3, "unanimous_fair_share"), lower_bound(6, "individual_fair_share")
    (Fraction(6, 5), Fraction(15, 13))
    >>> bound = lower_bound(5, "unanimous_fair_share", "total_cost")
    >>> bound, lower_bound(5, "unanimous_fair_share", "total_cost", strategyproof=True)
    (Fraction(8, 5), 4)
    """
    n = as_count(n, "n", low=1)
    strong = ("unanimous_fair_share", "proportional_fairness", "facility_proportionality")
    if axiom not in (*strong, "individual_fair_share"):
        known = ", ".join((*strong, "individual_fair_share"))
        raise InvalidInputError("axiom", f"be one of {known}", axiom)
    if objective == "welfare":
        return uniform_phantom(n) if axiom in strong else constrained_median(n)
    if objective != "total_cost":
        raise InvalidInputError("objective", "be 'welfare' or 'total_cost'", objective)
    if strategyproof:
        return max(n - 1, 1)
    return 2 - Fraction(2, n) if n > 1 else 1


def summary(n: int) -> Table:
    """The ratios of the main mechanisms for n agents as a table.

    Examples
    --------
    >>> print(summary(3).to_text().splitlines()[0])
    Worst-case ratios, n=3
    """
    from mechdesign.io import Table

    rules = {
        "uniform_phantom": uniform_phantom,
        "constrained_median": constrained_median,
        "median": median,
        "average": average,
        "midpoint": midpoint,
    }
    objectives = ("welfare", "total_cost", "maximum_cost")
    rows = [[name, *(rule(n, o) for o in objectives)] for name, rule in rules.items()]
    notes = ("average and midpoint are not strategyproof: these are ratios at the true locations",)
    return Table(["mechanism", *objectives], rows, title=f"Worst-case ratios, n={n}", notes=notes)
