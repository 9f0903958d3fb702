"""Content auctions as input to automated mechanism design."""

from __future__ import annotations

from typing import Any, Literal

from mechdesign.auctions.generated.heuristics import SETTING
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.market.placements import Placement
from mechdesign.auctions.winner.brute_force import placements
from mechdesign.design import DesignedRule, optimal_rule, type_space
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import Number, Problem

__all__ = ["best_mechanism"]


def best_mechanism(
    problem: Problem, *, incentive: Literal["dominant", "bayesian"] = "dominant", **options: Any
) -> DesignedRule:
    """The best of all mechanisms for a content auction with finitely many values.

    Parameters
    ----------
    problem : Problem
        Of :func:`~mechdesign.auctions.generated.setting.content`, with a discrete or empirical
        prior for every ad; the values reported in it do not matter.
    incentive : {"dominant", "bayesian"}
        Whether truth is a best reply at every profile, or in expectation over the others.
    **options
        As for :func:`~mechdesign.design.optimal_rule`: ``objective``, by default the revenue;
        ``participation``, by default nobody may lose, in expectation if incentives are;
        ``deterministic``, ``budget``.

    Returns
    -------
    DesignedRule
        Its value is the expected revenue (or welfare) that no mechanism exceeds, exact for exact
        probabilities; Myerson's auction with ironed virtual values reaches it.

    Raises
    ------
    InvalidInputError
        If an ad has no prior of finitely many values.

    Examples
    --------
    >>> from mechdesign.auctions import Discrete, content_problem
    >>> from fractions import Fraction
    >>> half = Fraction(1, 2)
    >>> problem = content_problem([1], [[half]], priors=Discrete((1, 4), (half, half)))
    >>> best_mechanism(problem).value
    1
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
    clicks: dict[Placement, dict[Any, Number]] = {}
    for pairs in placements(market):
        shown = Placement(tuple((agents[i], j) for i, j in pairs))
        clicks[shown] = dict(zip(shown.agents, market.clicks(pairs), strict=True))
    discrete = [getattr(ad.prior, "discrete", ad.prior) for ad in problem.types]
    domain = type_space(
        {agent: prior.values for agent, prior in zip(agents, discrete, strict=True)},
        list(clicks),
        lambda agent, value, placement: value * clicks[placement].get(agent, 0),
    )
    chances = [dict(zip(one.values, one.probabilities, strict=True)) for one in discrete]
    nobody_loses = "ex_post" if incentive == "dominant" else "interim"
    words = {"objective": "revenue", "participation": nobody_loses, **options}
    return optimal_rule(domain, prior=chances, incentive=incentive, **words)
