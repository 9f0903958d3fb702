"""Bargaining over random modules within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from mechdesign import bargaining
from mechdesign.errors import InvalidInputError
from mechdesign.experiments.names import several
from mechdesign.model import Number, as_count, as_number, get

__all__ = ["bargaining_price"]


def bargaining_price(
    rng: np.random.Generator,
    *,
    rules: str | Sequence[str] = ("nash", "kalai_smorodinsky", "egalitarian", "equal_loss"),
    modules: int = 6,
    agents: int = 3,
    budget: Number = Fraction(1, 2),
    highest: int = 10,
    measure: str = "price",
) -> dict[str, Number]:
    """What the classical solutions give up of the largest total utility, on one random problem.

    Parameters
    ----------
    rng : numpy.random.Generator
        For costs and utilities, which all rules meet.
    rules : str or sequence of str
        Rules that choose a package.
    modules, agents : int
        At least 1; packages are the sets of modules, at most 20.
    budget : number in [0, 1]
        The share of the cost of all modules that may be spent.
    highest : int
        Costs are uniform on 1, ..., highest, utilities on 0, ..., highest.
    measure : {"price", "worst"}
        ``price`` is the share of the largest total that the package gives up; ``worst`` the
        smallest utility, as a share of what that agent could have got at most.

    Returns
    -------
    dict of str to Fraction
        For each rule.

    Examples
    --------
    >>> bargaining_price(np.random.default_rng(0), rules=("nash", "egalitarian"), modules=4)
    {'nash': Fraction(8, 35), 'egalitarian': Fraction(8, 35)}
    """
    count = as_count(modules, "modules", low=1, high=20)
    n = as_count(agents, "agents", low=1)
    top = as_count(highest, "highest", low=1)
    share = as_number(budget, "budget", low=0, high=1)
    if measure not in ("price", "worst"):
        raise InvalidInputError("measure", "be price or worst", measure)
    costs = rng.integers(1, top + 1, size=count).tolist()
    table = rng.integers(0, top + 1, size=(n, count)).tolist()
    problem = bargaining.modules(
        {"base": 0},
        dict(enumerate(costs)),
        {f"agent {i}": dict(enumerate(row)) for i, row in enumerate(table)},
        budget=Fraction(share) * sum(costs),
    )
    rows = [[Fraction(u) for u in row] for row in bargaining.packages(problem).utilities.tolist()]
    ideal = [max(column) for column in zip(*rows, strict=True)]
    found: dict[str, Number] = {}
    for name in several(rules, "rules", "bargaining"):
        outcome = get(name)(problem)
        if measure == "worst":
            own = zip(outcome.utilities.values(), ideal, strict=True)
            value: Number = min((Fraction(u) / a for u, a in own if a), default=Fraction(1))
        else:
            # Where nobody can gain anything, nothing is given up.
            value = bargaining.price_of_fairness(problem, outcome) if any(ideal) else Fraction(0)
        found[name.removeprefix("bargaining.")] = value
    return found
