"""Users who click, and what an auction earns in expectation."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from mechdesign.auctions.generated.optimal import SETTING
from mechdesign.auctions.market.placements import Ad, Content, Placement
from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.io import Table
from mechdesign.model import (
    FrozenMap,
    MechanismLike,
    Number,
    Outcome,
    Problem,
    Seed,
    as_count,
    as_mechanism,
    generator,
    ratio,
)
from mechdesign.records import dataclass
from mechdesign.stats.intervals import MeanInterval, mean_interval

__all__ = ["ExpectedRevenue", "Simulation", "expected_revenue", "simulate"]

MAX_PROFILES = 100_000


@dataclass(frozen=True)
class Simulation:
    """Realised clicks and revenue of simulated users, beside what was expected.

    Parameters
    ----------
    users : int
        How many read the answer.
    clicks : FrozenMap of agent to int
        Realised clicks.
    expected_clicks : FrozenMap of agent to number
        Click probability times users.
    revenue : number or None
        Realised clicks at the prices per click; None without payments.
    expected_revenue : number or None
        Payments per impression times users.
    seed : int or None
        Where the users came from.
    """

    users: int
    clicks: FrozenMap[Any, int]
    expected_clicks: FrozenMap[Any, Number]
    revenue: Number | None
    expected_revenue: Number | None
    seed: int | None = None

    def table(self) -> Table:
        """One row for each ad shown, with the standard score of its clicks."""
        rows = []
        for agent, hits in self.clicks.items():
            expected = float(self.expected_clicks[agent])
            rate = expected / self.users
            deviation = math.sqrt(self.users * rate * (1 - rate))
            score = (hits - expected) / deviation if deviation > 0 else 0.0
            rows.append((agent, hits, round(expected, 2), round(score, 2)))
        title = f"{self.users} users"
        if self.revenue is not None and self.expected_revenue is not None:
            title += f": revenue {float(self.revenue):.6g}, expected "
            title += f"{float(self.expected_revenue):.6g}"
        return Table(("ad", "clicks", "expected", "standard score"), rows, title)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "users": self.users,
            "seed": self.seed,
            "clicks": {str(agent): hits for agent, hits in self.clicks.items()},
            "expected_clicks": {str(a): float(x) for a, x in self.expected_clicks.items()},
            "revenue": None if self.revenue is None else float(self.revenue),
            "expected_revenue": (
                None if self.expected_revenue is None else float(self.expected_revenue)
            ),
        }

    def __str__(self) -> str:
        return self.table().to_text()


def simulate(outcome: Outcome, users: int = 10_000, *, rng: Seed = 0) -> Simulation:
    """Let users read the answer and click under the model of the auction.

    Parameters
    ----------
    outcome : Outcome
        Of an auction in generated content.
    users : int
        How many, at least 1.
    rng : numpy.random.Generator or int
        The same seed gives the same users.

    Returns
    -------
    Simulation
        Prices per click are charged for realised clicks.

    Raises
    ------
    InvalidInputError
        If the outcome is not of such an auction.

    Notes
    -----
    Under MNL a user clicks at most one ad; in a cascade users read in rendering order, ads are
    rendered by their coins; independent slots are clicked independently.  O(users * ads).

    Examples
    --------
    >>> from mechdesign import auctions
    >>> out = auctions.content_vcg([4, 3], p=[[0.5], [0.4]])
    >>> found = simulate(out, users=1000, rng=1)
    >>> found.expected_clicks[0], abs(found.clicks[0] - 500) < 100
    (500.0, True)
    """
    require(outcome, Outcome, "outcome")
    problem = outcome.problem
    if problem is None or not isinstance(outcome.choice, Placement):
        raise InvalidInputError("outcome", "come from an auction in generated content", outcome)
    count = as_count(users, "users", low=1)
    random = generator(rng)
    placement = outcome.choice
    data: Content = problem.data
    rates = SETTING.clicks(problem, placement)
    if data.model == "mnl":
        chances = [float(rates[a]) for a in placement.agents]
        hits = random.multinomial(count, [*chances, max(1 - sum(chances), 0.0)])[:-1].tolist()
    elif data.model == "independent":
        hits = [int(random.binomial(count, float(rates[a]))) for a in placement.agents]
    else:
        hits = _cascade_hits(problem, placement, count, random)
    clicks = FrozenMap(zip(placement.agents, hits, strict=True))
    expected = FrozenMap((a, count * rates[a]) for a in placement.agents)
    revenue: Number | None = None
    due: Number | None = None
    if outcome.payments is not None:
        prices = {a: ratio(outcome.pay(a), rates[a]) if rates[a] else 0 for a in clicks}
        revenue = sum(prices[a] * n for a, n in clicks.items())
        due = count * sum(outcome.pay(a) for a in problem.agents)
    seed = rng if isinstance(rng, int) else None
    return Simulation(count, clicks, expected, revenue, due, seed)


def _cascade_hits(
    problem: Problem, placement: Placement, users: int, random: np.random.Generator
) -> list[int]:
    """Clicks of users who read in order and may leave after each ad."""
    here = np.ones(users, dtype=bool)
    hits = []
    for (agent, j), chance in zip(placement.shown, placement.chances, strict=True):
        ad: Ad = problem.type_of(agent)
        sees = here & (random.random(users) < float(chance))
        clicks = sees & (random.random(users) < float(ad.rates[j]))
        hits.append(int(clicks.sum()))
        if ad.continuation is None:
            here &= ~clicks
        else:
            here &= ~(sees & (random.random(users) >= float(ad.continuation)))
    return hits


@dataclass(frozen=True)
class ExpectedRevenue:
    """Expected revenue of a mechanism over the priors.

    Parameters
    ----------
    value : number
        Exact where every profile was enumerated exactly; otherwise the mean of the draws.
    method : str
        ``enumeration`` or ``monte_carlo``.
    interval : MeanInterval, optional
        The confidence interval of a Monte Carlo estimate.
    """

    value: Number
    method: str
    interval: MeanInterval | None = None


def expected_revenue(
    mechanism: MechanismLike,
    problem: Problem,
    *,
    method: str = "auto",
    samples: int = 1000,
    level: float = 0.95,
    rng: Seed = 0,
) -> ExpectedRevenue:
    """Expected revenue when values are drawn from the priors and reported truthfully.

    Parameters
    ----------
    mechanism : mechanism, function or identifier
        An auction in generated content with payments.
    problem : Problem
        With a prior for every ad.
    method : {"auto", "enumeration", "monte_carlo"}
        ``auto`` enumerates where all priors have finitely many values and there are at most
        100 000 profiles.
    samples : int
        Draws of Monte Carlo, at least 2.
    level : float
        Of the confidence interval.
    rng : numpy.random.Generator or int
        For the draws.

    Raises
    ------
    InvalidInputError
        If a prior is missing, or the method is unknown or impossible.
    LimitReachedError
        If enumeration was asked for and there are too many profiles.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> prior = auctions.Discrete((1, 2), (0.5, 0.5))
    >>> problem = auctions.content_problem([1, 1], [[0.5], [0.5]], priors=prior)
    >>> float(expected_revenue(auctions.content_myerson, problem).value)
    0.75
    """
    rule = as_mechanism(mechanism)
    priors = [ad.prior for ad in problem.types]
    if any(prior is None for prior in priors):
        raise InvalidInputError("problem", "have a prior for every ad", problem.types)
    if method not in ("auto", "enumeration", "monte_carlo"):
        raise InvalidInputError("method", "be auto, enumeration or monte_carlo", method)
    finite = all(prior.support is not None for prior in priors)
    size = math.prod(len(prior.support) for prior in priors) if finite else math.inf
    if method == "enumeration" and not finite:
        raise InvalidInputError("method", "be monte_carlo for continuous priors", method)
    if method == "enumeration" and size > MAX_PROFILES:
        raise LimitReachedError(f"{size} profiles are too many to enumerate")

    def revenue(values: Any) -> Number:
        reports = {
            agent: ad.bidding(value)
            for agent, ad, value in zip(problem.agents, problem.types, values, strict=True)
        }
        outcome: Any = rule.solve(problem.with_types(reports))
        total: Number = sum(outcome.pay(agent) for agent in problem.agents)
        return total

    if method == "enumeration" or (method == "auto" and size <= MAX_PROFILES):
        discrete = [getattr(prior, "discrete", prior) for prior in priors]
        pairs = [list(zip(d.values, d.probabilities, strict=True)) for d in discrete]
        total: Number = 0
        for profile in itertools.product(*pairs):
            chance: Number = math.prod(f for _, f in profile)
            total += chance * revenue([v for v, _ in profile])
        return ExpectedRevenue(total, "enumeration")
    count = as_count(samples, "samples", low=2)
    random = generator(rng)
    columns = [prior.sample(random, count) for prior in priors]
    draws = [float(revenue(values)) for values in zip(*columns, strict=True)]
    interval = mean_interval(draws, level)
    return ExpectedRevenue(interval.mean, "monte_carlo", interval)
