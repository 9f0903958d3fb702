"""Auctions on random values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.auctions import EqualRevenue, Exponential, Pareto, Prior, Uniform, myerson
from mechdesign.errors import InvalidInputError
from mechdesign.experiments.names import several
from mechdesign.model import Number, as_count, as_number, as_numbers, get

__all__ = ["auctions_revenue"]

_PRIORS: dict[str, Prior] = {
    "uniform": Uniform(0, 1),
    "exponential": Exponential(1),
    "pareto": Pareto(2),
    "equal_revenue": EqualRevenue(),
}


def auctions_revenue(
    rng: np.random.Generator,
    *,
    rules: str | Sequence[str] = ("vcg", "myerson"),
    bidders: int = 2,
    slots: Number | Sequence[Number] = (1,),
    prior: str = "uniform",
    measure: str = "revenue",
) -> dict[str, Number]:
    """What auctions of separable slots earn from one draw of independent values.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the values, which all rules meet.
    rules : str or sequence of str
        ``vcg``, ``myerson``, ``gsp``, ``gfp`` or ``second_price`` (one slot).  Bids are the values:
        for ``gsp`` and ``gfp``, which are not truthful, that is no equilibrium.
    bidders : int
        At least 1.
    slots : number or sequence of numbers
        Click rates, nonincreasing; by default one slot with rate 1.
    prior : {"uniform", "exponential", "pareto", "equal_revenue"}
        Uniform on [0, 1], exponential with mean 1, Pareto with shape 2 from 1 on, equal revenue
        from 1 on.
    measure : {"revenue", "welfare"}
        What to report.

    Returns
    -------
    dict of str to number
        For each rule.

    Examples
    --------
    >>> auctions_revenue(np.random.default_rng(1), bidders=1)     # nobody else: only the reserve
    {'vcg': 0, 'myerson': Fraction(1, 2)}
    """
    n = as_count(bidders, "bidders", low=1)
    if prior not in _PRIORS:
        raise InvalidInputError("prior", f"be one of {', '.join(_PRIORS)}", prior)
    if measure not in ("revenue", "welfare"):
        raise InvalidInputError("measure", "be revenue or welfare", measure)
    single = not isinstance(slots, Sequence)
    ctr = (as_number(slots, "slots", low=0),) if single else as_numbers(slots, "slots", low=0)
    belief = _PRIORS[prior]
    values = belief.sample(rng, n)
    found: dict[str, Number] = {}
    for name in several(rules, "rules", "auctions"):
        # The rules share their results' form, which the registry does not know.
        outcome: Any
        if name == "auctions.myerson":
            outcome = myerson(values, ctr=ctr, priors=belief)
        else:
            outcome = get(name)(values, ctr=ctr)
        earned = sum(outcome.pay(agent) for agent in range(n))
        created = sum(ctr[slot] * values[agent] for agent, slot in outcome.choice.items())
        found[name.removeprefix("auctions.")] = earned if measure == "revenue" else created
    return found
