"""What it costs not to know the agents that one hires."""

from __future__ import annotations

import numpy as np

from mechdesign.information import binary_hiring, explore_then_commit
from mechdesign.model import Number, as_count, as_number

__all__ = ["information_regret"]


def information_regret(
    rng: np.random.Generator,
    *,
    rounds: int = 10_000,
    accuracy: Number = 0.7,
    cost: Number = 0.05,
    cap: Number = 5,
) -> dict[str, Number]:
    """The regret of exploring and committing, for two agents who see the same signal.

    Parameters
    ----------
    rng : numpy.random.Generator
        For states, signals and offers.
    rounds : int
        The horizon T.
    accuracy, cost : number
        Of each agent who works.
    cap : number
        The most that an agent can be paid.

    Returns
    -------
    dict of str to number
        ``regret``; ``scaled``: the regret over T^(2/3), which stays bounded where the regret grows
        like it; ``obeyed``: 1 where the agents obey the contract that was committed to.

    Examples
    --------
    >>> found = information_regret(np.random.default_rng(0), rounds=1000)
    >>> found["regret"] > 0, found["obeyed"]
    (True, 1)
    """
    horizon = as_count(rounds, "rounds", low=8)
    right, paid = as_number(accuracy, "accuracy"), as_number(cost, "cost", low=0)
    problem = binary_hiring(right, [paid] * 2, common=True)
    run = explore_then_commit(problem, horizon, cap=cap, rng=rng)
    return {
        "regret": run.regret,
        "scaled": run.regret / horizon ** (2 / 3),
        "obeyed": int(run.obeyed),
    }
