"""Content auctions as input to automated mechanism design."""

from __future__ import annotations

from typing import Any

from mechdesign.auctions.generated.heuristics import SETTING
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.market.placements import Placement
from mechdesign.auctions.winner.brute_force import placements
from mechdesign.design import DesignedMechanism, optimal_mechanism
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import Problem

__all__ = ["best_mechanism"]


def best_mechanism(problem: Problem, **options: Any) -> DesignedMechanism:
    """The best of all mechanisms for a content auction with finitely many values.

    Parameters
    ----------
    problem : Problem
        Of :func:`~mechdesign.auctions.generated.setting.content`, with a discrete or empirical
        prior for every ad; the values reported in it do not matter.
    **options
        As for :func:`~mechdesign.design.optimal_mechanism`: ``objective``, ``incentive``,
        ``deterministic`` ...

    Returns
    -------
    DesignedMechanism
        Its value is the expected revenue (or welfare) that no mechanism exceeds; Myerson's
        auction with ironed virtual values reaches it.

    Raises
    ------
    InvalidInputError
        If an ad has no prior of finitely many values.

    Examples
    --------
    >>> from mechdesign.auctions import Discrete, content_problem
    >>> problem = content_problem([1], [[0.5]], priors=Discrete((1, 4), (0.5, 0.5)))
    >>> round(best_mechanism(problem).value, 6)
    1.0
    """
    require(problem, Problem, "problem")
    SETTING.check(problem)
    for agent, ad in zip(problem.agents, problem.types, strict=True):
        if ad.prior is None or ad.prior.support is None:
            raise InvalidInputError(
                "priors", f"have finitely many values for advertiser {agent!r}", ad.prior
            )
    market = market_of(problem)
    agents = problem.agents
    clicks = {}
    for pairs in placements(market):
        shown = Placement(tuple((agents[i], j) for i, j in pairs))
        rates = market.clicks(pairs)
        clicks[shown] = dict(zip(shown.agents, map(float, rates), strict=True))
    discrete = [getattr(ad.prior, "discrete", ad.prior) for ad in problem.types]
    return optimal_mechanism(
        {agent: prior.values for agent, prior in zip(agents, discrete, strict=True)},
        list(clicks),
        lambda agent, value, placement: float(value) * clicks[placement].get(agent, 0.0),
        probabilities={
            agent: prior.probabilities for agent, prior in zip(agents, discrete, strict=True)
        },
        **options,
    )
