"""How often cost sharing serves the right agents, on random bids."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from mechdesign import coalitional
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_count, ratio

__all__ = ["coalitional_welfare"]


def coalitional_welfare(
    rng: np.random.Generator, *, agents: int = 4, sharing: str = "shapley"
) -> dict[str, Number]:
    """What Moulin's mechanism loses and marginal cost pricing lacks, on one random runway.

    Parameters
    ----------
    rng : numpy.random.Generator
        For needs of 1 .. 10 and bids between 0 and twice the own need.
    agents : int
        At most 8.
    sharing : {"shapley", "equal", "incremental"}
        How Moulin's mechanism shares the cost.

    Returns
    -------
    dict of str to number
        ``social_cost``: the cost of the served and the bids of the others, over the least possible;
        ``deficit``: the share of the cost that marginal cost pricing does not collect.

    Examples
    --------
    >>> found = coalitional_welfare(np.random.default_rng(0), agents=3)
    >>> found["social_cost"] >= 1 and 0 <= found["deficit"] <= 1
    True
    """
    n = as_count(agents, "agents", low=1, high=8, owner="coalitional_welfare")
    if sharing not in ("shapley", "equal", "incremental"):
        raise InvalidInputError("sharing", "be shapley, equal or incremental", sharing)
    needs = sorted(int(x) for x in rng.integers(1, 11, n))
    bids = [
        Fraction(int(x), 100) * 2 * c for x, c in zip(rng.integers(1, 101, n), needs, strict=True)
    ]
    runway = coalitional.airport(needs)
    chosen = coalitional.moulin(sharing=sharing)(bids, costs=runway)
    best = coalitional.marginal_cost(bids, costs=runway)

    def social(served: frozenset[int]) -> Number:
        left: Number = sum(b for k, b in enumerate(bids) if k not in served)
        return left + runway.worth(tuple(served))

    cost = runway.worth(tuple(best.choice))
    collected: Number = sum(best.pay(agent) for agent in range(n))
    return {
        "social_cost": ratio(social(chosen.choice), social(best.choice)),
        "deficit": ratio(cost - collected, cost) if cost else 0,
    }
