"""The setting of auctions in generated content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.auctions.arithmetic import grid_values, regions
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.market.content_reading import OPTIONS, content_problem, read_instance
from mechdesign.auctions.market.placements import (
    MODELS,
    Ad,
    Content,
    Placement,
    click_rates,
    order_shown,
)
from mechdesign.auctions.market.priors import INFINITY, Discrete, Uniform
from mechdesign.auctions.trade import better_trade
from mechdesign.auctions.winner.brute_force import placements
from mechdesign.auctions.winner.determination import maximise
from mechdesign.auctions.winner.payments import all_breakpoints
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Seed,
    Setting,
    as_count,
    distance,
    generator,
    ratio,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["ContentSetting", "content"]

#: What mechanisms depend on whose allocation changes only at the borders of :meth:`deviations`.
BORDERS = "borders of bids"
# Deviations use exact breakpoints up to this many ads times positions.
SMALL = 60


@serializable("auctions.ContentSetting")
@dataclass(frozen=True)
class ContentSetting(Setting[Ad, Placement]):
    """Advertisers in generated content under a model of users who click.

    A type is an :class:`~mechdesign.auctions.market.placements.Ad`, of which only the value per
    click is private; a choice is a :class:`~mechdesign.auctions.market.placements.Placement`;
    payments are per impression, and the utility is ``value * click probability - payment``, in
    expectation over the users and over the rendering coins of a placement that has some.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> problem = auctions.content().problem([4, 3], p=[[0.5], [0.5]])
    >>> auctions.content_vcg(problem).utilities
    {0: 0.5, 1: 0}

    Parameters
    ----------
    only : str
        The one model of users that problems may have; empty for all.
    priors : bool
        Whether the problems that are drawn and enumerated where no scope is named have priors.
    """

    only: str = ""
    priors: bool = False
    id: ClassVar[str] = "auctions.content"
    data_kinds: ClassVar[tuple[type, ...]] = (Content,)
    money: ClassVar[bool] = True
    public: ClassVar[bool] = False

    def scale(self, problem: Problem) -> Number:
        # Nobody gets more than one click per impression.
        tops = [ad.value * min(max(ad.rates, default=0), 1) for ad in problem.types]
        return max(tops, default=0)

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read an instance.

        Parameters
        ----------
        data : sequence, mapping or series of n values; or a JSON document
            Values per click with the rest as options, or what
            :func:`~mechdesign.auctions.market.content_reading.read_instance` reads.
        **options
            As for :func:`~mechdesign.auctions.market.content_reading.content_problem`.
        """
        unknown = sorted(set(options) - set(OPTIONS))
        if unknown:
            raise InvalidInputError("options", f"be among {', '.join(OPTIONS)}", unknown)
        if isinstance(data, str) or hasattr(data, "read_text"):
            return read_instance(data)
        if isinstance(data, Mapping) and "advertisers" in data:
            return read_instance(data)
        if isinstance(data, Mapping) and "values" in data and ("p" in data or "rho" in data):
            return content_problem(**{**data, **options})
        if self.only:
            options = {"model": self.only, **options}
        return content_problem(data, **options)

    def reread(self, problem: Problem) -> Problem:
        data: Content = problem.data
        ads = problem.types
        read = content_problem(
            [ad.value for ad in ads],
            [list(ad.rates) for ad in ads],
            capacity=data.capacity,
            model=data.model,
            order=data.order,
            positions=data.positions,
        )
        return replace(problem, data=read.data, reserve=read.reserve)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Ad, outcome: Outcome[Placement]
    ) -> Number:
        """Value of the expected clicks less the payment."""
        worth: Number = true_type.value * self.allocation(problem, agent, outcome)
        return worth - outcome.pay(agent)

    def utilities(self, problem: Problem, outcome: Outcome[Placement]) -> list[Number]:
        clicks = self.clicks(problem, outcome.choice)
        return [
            ad.value * clicks.get(agent, 0) - outcome.pay(agent)
            for agent, ad in zip(problem.agents, problem.types, strict=True)
        ]

    def clicks(self, problem: Problem, placement: Placement) -> dict[AgentId, Number]:
        """Expected click probability of every ad shown."""
        ads = {agent: problem.type_of(agent) for agent in placement.agents}
        return click_rates(placement, ads, problem.data.model)

    def allocation(self, problem: Problem, agent: AgentId, outcome: Outcome[Placement]) -> Number:
        """The expected click probability of the agent."""
        return self.clicks(problem, outcome.choice).get(agent, 0)

    def feasible(self, problem: Problem, outcome: Outcome[Placement]) -> bool:
        placement = outcome.choice
        if not isinstance(placement, Placement):
            return False
        data: Content = problem.data
        places = [j for _, j in placement.shown]
        return (
            len(places) <= data.capacity
            and all(isinstance(j, int) and 0 <= j < len(data.positions) for j in places)
            and len(set(places)) == len(places) == len(set(placement.agents))
            and all(agent in problem.agents for agent in placement.agents)
            and len(placement.chances) == len(places)
            and all(0 <= q <= 1 for q in placement.chances)
        )

    def plain(self, problem: Problem) -> dict[str, Any]:
        data: Content = problem.data
        return {
            "values": [ad.value for ad in problem.types],
            "p": [list(ad.rates) for ad in problem.types],
            "capacity": data.capacity,
            "model": data.model,
            "order": data.order,
        }

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        try:
            pairs, payments = raw
            shown = tuple((problem.agents[i], int(j)) for i, j in pairs)
        except (TypeError, ValueError, IndexError):
            raise InvalidInputError("outcome", "be a pair (pairs, payments)", raw) from None
        if payments is not None and not isinstance(payments, Mapping):
            payments = dict(zip(problem.agents, payments, strict=True))
        free = problem.data.model == "cascade" and problem.data.order == "free"
        placement = Placement(shown if free else order_shown(shown))
        result = Outcome(placement, payments, problem=problem, setting=self)
        if not self.feasible(problem, result):
            raise InvalidInputError("outcome", "be a feasible placement", raw)
        return result

    def outcomes(self, problem: Problem) -> Iterator[Outcome]:
        """Every placement, without payments."""
        for pairs in placements(market_of(problem)):
            shown = tuple((problem.agents[i], j) for i, j in pairs)
            yield Outcome(Placement(shown), problem=problem, setting=self)

    def deviations(self, problem: Problem, agent: AgentId) -> list[Ad]:
        """The values at which the allocation may change, and one between every two of them.

        They are the breakpoints of the optimal value and of the optimal virtual value, the other
        ads' values, and the values at which a product ``value * p`` of this ad meets one of
        another (where greedy rules change their mind).  The list is complete for exact maximisers,
        skip rendering and the laddered auction; for other rules a check at one problem that finds
        nothing is UNKNOWN.  With a prior of finitely many values they are its values.
        """
        own: Ad = problem.type_of(agent)
        if own.prior is not None and own.prior.support is not None:
            return [own.bidding(v) for v in own.prior.support]
        values = regions(self._borders(problem, agent))
        return [own.bidding(v) for v in values if own.prior is None or own.prior.allows(v)]

    def deviations_suffice(self, mechanism: Any, problem: Problem) -> bool:
        known = mechanism.depends_on == BORDERS and not mechanism.varied
        return known and len(problem) * len(problem.data.positions) <= SMALL

    def borders(self, problem: Problem, agent: AgentId) -> list[Number]:
        """The values between which the allocation does not change; empty where there are priors."""
        if any(ad.prior is not None for ad in problem.types):
            return []
        return sorted(self._borders(problem, agent))

    def _borders(self, problem: Problem, agent: AgentId) -> set[Number]:
        own: Ad = problem.type_of(agent)
        i = problem.position(agent)
        others = [ad for k, ad in enumerate(problem.types) if k != i]
        borders: set[Number] = {0, own.value, *(ad.value for ad in others)}
        market = market_of(problem)
        if market.rates.size > SMALL:
            return borders
        mine = {p for p in own.rates if p > 0}
        for ad in others:
            borders |= {ratio(ad.value * q, p) for p in mine for q in ad.rates}
        values = [ad.value for ad in problem.types]
        markets = [market]
        if market.model == "cascade" and not any(1 in ad.rates for ad in problem.types):
            # Skip rendering chooses by the MNL model of the same data.
            markets.append(market_of(replace(problem, data=replace(problem.data, model="mnl"))))
        for each in markets:
            borders |= {point.score for point in all_breakpoints(values, each, i)}
        if own.prior is not None and all(ad.prior is not None for ad in problem.types):
            # Auctions for revenue choose by virtual values.
            scores = [ad.prior.virtual(ad.value) for ad in problem.types]
            steps = all_breakpoints(scores, market, i)
            values = [own.prior.threshold(score) for score in (0, *(b.score for b in steps))]
            borders |= {value for value in values if value < INFINITY}
        return borders

    def value_of(self, report: Ad) -> Number:
        """The value per click."""
        return report.value

    def bidding(self, report: Ad, value: Number) -> Ad:
        return report.bidding(value)

    def optimal_welfare(self, problem: Problem) -> Number:
        """The value of an exact winner determination."""
        return maximise([ad.value for ad in problem.types], market_of(problem)).value

    def improvement(
        self, problem: Problem, outcome: Outcome[Placement], *, weak: bool
    ) -> Outcome | None:
        solution = maximise([ad.value for ad in problem.types], market_of(problem))
        shown = tuple((problem.agents[i], j) for i, j in solution.pairs)
        best = Outcome(Placement(shown), problem=problem, setting=self)
        return better_trade(self, problem, outcome, best)

    def clicks_after_swap(
        self, problem: Problem, outcome: Outcome[Placement], agent: AgentId, other: AgentId
    ) -> Number:
        """The clicks of an agent that exchanges places with another that is shown."""
        names = {agent: other, other: agent}
        shown = tuple((names.get(a, a), j) for a, j in outcome.choice.shown)
        swapped = Placement(shown, outcome.choice.render)
        return self.clicks(problem, swapped).get(agent, 0)

    def rescaled(self, problem: Problem) -> Iterator[tuple[Problem, str]]:
        if all(ad.prior is None for ad in problem.types):
            yield _times(problem, 2), "all values doubled"

    def normal_scale(self, problem: Problem) -> Problem | None:
        if any(ad.prior is not None for ad in problem.types):
            return None
        top = max((ad.value for ad in problem.types), default=0)
        return _times(problem, ratio(1, top)) if top else problem

    def relabelled(self, problem: Problem) -> Iterator[tuple[Problem, tuple[int, int]]]:
        data: Content = problem.data
        if data.model == "cascade" and data.order == "fixed":
            return
        for j in range(len(data.positions) - 1):
            swap = (j, j + 1)
            types = {
                agent: replace(ad, rates=_exchanged(ad.rates, swap), odds=_exchanged(ad.odds, swap))
                for agent, ad in zip(problem.agents, problem.types, strict=True)
            }
            moved = replace(data, positions=_exchanged(data.positions, swap))
            yield replace(problem.with_types(types), data=moved), swap

    def rename(
        self, problem: Problem, outcome: Outcome[Placement], renaming: tuple[int, int]
    ) -> Outcome:
        names = dict([renaming, renaming[::-1]])
        shown = tuple((agent, names.get(j, j)) for agent, j in outcome.choice.shown)
        if problem.data.model != "cascade":
            shown = order_shown(shown)
        return replace(outcome, choice=Placement(shown, outcome.choice.render))

    def enlarged(self, problem: Problem) -> Iterator[Problem]:
        data: Content = problem.data
        for capacity in range(data.capacity + 1, len(data.positions) + 1):
            yield replace(problem, data=replace(data, capacity=capacity))

    def enlargements_suffice(self, mechanism: object, problem: Problem) -> bool:
        return True

    def domain(self, agents: int, **scope: object) -> Domain:
        """All profiles of values on a grid, for given click probabilities.

        Parameters
        ----------
        agents : int
            The number of advertisers.
        **scope
            ``grid`` (required): an integer g for the values ``0, 1/g, ..., 1``, or the values
            themselves; ``p`` (required): the click probabilities; ``capacity``, ``model``,
            ``order``, ``continuation``: as in :meth:`problem`.  With ``priors`` of finitely many
            values, and no grid, the reports are the values of the priors.
        """
        n = as_count(agents, "agents", low=1, owner=self.id)
        priors = scope.get("priors")
        known = {"grid", *OPTIONS}
        unknown = sorted(set(scope) - known)
        if unknown:
            raise InvalidInputError("scope", f"be among {', '.join(sorted(known))}", unknown)
        if scope.get("p") is None and scope.get("rho") is None:
            raise InvalidInputError("p", "be given for an exhaustive check", None, owner=self.id)
        grid = scope.pop("grid", None)
        if grid is None and priors is None:
            raise InvalidInputError("grid", "be given for an exhaustive check", None, owner=self.id)
        if grid is None:
            return self._prior_domain(n, scope)
        values, label = grid_values(grid)
        base = self.problem([values[0]] * n, **scope)
        reports = [[ad.bidding(v) for v in values] for ad in base.types]
        text = f"values on {label}, {base.data.model}, K={base.data.capacity}"
        return Domain(self, base, reports, text)

    def _prior_domain(self, n: int, scope: dict[str, Any]) -> Domain:
        from mechdesign.auctions.market.prior_reading import as_prior

        given = scope["priors"]
        listed = list(given) if isinstance(given, (list, tuple)) else [given] * n
        priors = [as_prior(one) for one in listed]
        supports = [prior.support for prior in priors]
        if len(supports) != n or any(support is None for support in supports):
            raise InvalidInputError("priors", f"be {n} priors of finitely many values", given)
        base = self.problem([s[0] for s in supports if s], **{**scope, "priors": priors})
        reports = [
            [ad.bidding(v) for v in support or ()]
            for ad, support in zip(base.types, supports, strict=True)
        ]
        return Domain(self, base, reports, "the values of the priors", complete=True)

    def small_domains(self) -> Iterator[Domain]:
        half, third, quarter = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
        p = [[half, quarter], [half, half], [half, third]]
        grid = (0, 1, 2, 4)
        options = {"priors": Discrete(grid, (quarter,) * 4)} if self.priors else {}
        for n in (2, 3):
            for model in (self.only,) if self.only else ("mnl", "cascade"):
                yield self.domain(n, grid=grid, p=p[:n], model=model, **options)

    def sample(self, rng: Seed, agents: int, **scope: Any) -> Problem:
        source = generator(rng)
        m = int(scope.get("positions", 2))
        values = [Fraction(int(k), 100) for k in source.integers(0, 101, agents)]
        p = [[Fraction(int(k), 20) for k in row] for row in source.integers(0, 20, (agents, m))]
        if self.only == "independent":
            p = [sorted(row, reverse=True) for row in p]
        names = ("model", "order", "capacity")
        options: dict[str, Any] = {k: scope[k] for k in names if k in scope}
        if self.priors:
            options["priors"] = Uniform(0, 1)
        return self.problem(values, p=p, **options)

    def complexity(self, report: Ad) -> int:
        return super().complexity(report.value)

    def distance(self, report: Ad, other: Ad) -> Number:
        return distance(report.value, other.value)

    def size(self, problem: Problem) -> int:
        return len(problem.data.positions)

    def say_report(self, report: Ad) -> str:
        return show(report.value)

    def say_choice(self, problem: Problem, outcome: Outcome[Placement]) -> str:
        return str(outcome.choice)

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome[Placement]) -> str:
        value = problem.type_of(agent).value
        place = outcome.choice.position_of(agent)
        if place is None:
            return f"agent {agent} values a click at {show(value)} and is not shown"
        rate = self.allocation(problem, agent, outcome)
        paid = outcome.pay(agent)
        return (
            f"agent {agent} values a click at {show(value)}, is shown at "
            f"{problem.data.positions[place]} with {show(rate)} clicks per impression, pays "
            f"{show(paid)} and keeps {show(value * rate - paid)}"
        )


def content(only: str = "") -> ContentSetting:
    """The setting of auctions in generated content.

    Parameters
    ----------
    only : {"", "mnl", "cascade", "independent"}
        Admit problems of this model of users only.

    Examples
    --------
    >>> content().problem([4, 3], p=[[0.5], [0.5]], model="cascade").data.model
    'cascade'
    """
    if only and only not in MODELS:
        raise InvalidInputError("only", f"be empty or one of {', '.join(MODELS)}", only)
    return ContentSetting(only)


def _times(problem: Problem, factor: Number) -> Problem:
    """The problem with all values multiplied."""
    pairs = zip(problem.agents, problem.types, strict=True)
    return problem.with_types({agent: ad.bidding(ad.value * factor) for agent, ad in pairs})


def _exchanged(row: Any, swap: tuple[int, int]) -> Any:
    """A row with two entries exchanged; None stays None."""
    if row is None:
        return None
    moved = list(row)
    moved[swap[0]], moved[swap[1]] = moved[swap[1]], moved[swap[0]]
    return tuple(moved)
