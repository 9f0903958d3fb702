"""The classic setting: separable slots, one value per click for every advertiser."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.auctions.arithmetic import by_score, grid_values, regions
from mechdesign.auctions.market.prior_reading import as_priors
from mechdesign.auctions.market.priors import INFINITY, Discrete, Prior, Uniform
from mechdesign.auctions.trade import better_trade
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    Fresh,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Seed,
    Setting,
    aligned_numbers,
    as_count,
    as_number,
    as_numbers,
    generator,
    labelled_numbers,
    ratio,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["PositionSetting", "Slots", "position"]

#: What mechanisms depend on whose allocation changes only at the borders of :meth:`deviations`.
BORDERS = "borders of bids"
OPTIONS = ("ctr", "quality", "reserve", "priors")


@serializable("auctions.Slots")
@dataclass(frozen=True)
class Slots:
    """The slots of a separable position auction.

    Parameters
    ----------
    ctr : tuple of numbers
        Clicks (or click probability) of every slot, nonincreasing and nonnegative.
    quality : FrozenMap of agent to number, optional
        Positive factor of an advertiser's clicks, 1 for everybody where it is missing.
    reserve : number
        Smallest price per click; lower bids are left out.
    priors : Prior or FrozenMap of agent to Prior, optional
        Distributions of the values, for the auction that maximises revenue; one for all or one
        for each.

    Examples
    --------
    >>> Slots((200, 100)).clicks("ann", 1)
    100
    """

    ctr: tuple[Number, ...]
    quality: FrozenMap[AgentId, Number] | None = None
    reserve: Number = 0
    priors: Prior | FrozenMap[AgentId, Prior] | None = None

    def quality_of(self, agent: AgentId) -> Number:
        """The quality factor of an advertiser."""
        return 1 if self.quality is None else self.quality[agent]

    def prior_of(self, agent: AgentId) -> Prior | None:
        """The distribution of an advertiser's value, None where it is not known."""
        return self.priors[agent] if isinstance(self.priors, FrozenMap) else self.priors

    def clicks(self, agent: AgentId, slot: int | None) -> Number:
        """The clicks of an advertiser in a slot, 0 for no slot."""
        return 0 if slot is None else self.ctr[slot] * self.quality_of(agent)


@serializable("auctions.PositionSetting")
@dataclass(frozen=True)
class PositionSetting(Setting[Number, FrozenMap[AgentId, int]]):
    """Separable slots: advertiser ``i`` in slot ``k`` gets ``quality_i * ctr_k`` clicks.

    A type is a value per click, a choice a map from the advertisers that are shown to slots
    ``0 .. K-1``, payments are per impression (the expected total, not the price of one click), and
    the utility of an advertiser is ``value * clicks - payment``; one that is not shown has 0.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> problem = auctions.position().problem([10, 4, 2], ctr=[200, 100])
    >>> auctions.gsp(problem).utilities
    {0: 1200, 1: 200, 2: 0}

    Parameters
    ----------
    kind : {"", "single", "priors"}
        Which problems to draw and to enumerate where no scope is named: those of one slot only
        (``single``), those with priors (``priors``), or any without priors.
    """

    kind: str = ""
    id: ClassVar[str] = "auctions.position"
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (Slots,)
    money: ClassVar[bool] = True
    public: ClassVar[bool] = False

    def scale(self, problem: Problem) -> Number:
        slots: Slots = problem.data
        qualities = map(slots.quality_of, problem.agents)
        return super().scale(problem) * (max(slots.ctr, default=1) or 1) * max(qualities)

    def problem(self, data: object, **options: object) -> Problem:
        """Read values per click and slots.

        Parameters
        ----------
        data : sequence, mapping or series of n numbers; or a mapping with the key ``values``
            Values (or bids) per click, nonnegative.  The keys of a mapping are the labels.
        **options
            ``ctr`` (required): click rates of the slots, nonincreasing; ``quality``: positive
            factors, in the agents' order or by label; ``reserve``: smallest price per click;
            ``priors``: distributions of the values, one for all or one for each.

        Raises
        ------
        InvalidInputError
            On anything negative, not finite, unsorted or of the wrong length.
        """
        owner = "position auction"
        if isinstance(data, Mapping) and "values" in data and "ctr" in data:
            unknown = sorted(set(data) - {"values", *OPTIONS})
            if unknown:
                raise InvalidInputError("data", "have known keys", unknown, owner=owner)
            options = {**{k: v for k, v in data.items() if k != "values"}, **options}
            data = data["values"]
        unknown = sorted(set(options) - set(OPTIONS))
        if unknown:
            raise InvalidInputError(
                "options", f"be among {', '.join(OPTIONS)}", unknown, owner=owner
            )
        agents, values = labelled_numbers(data, "values", low=0, owner=owner)
        if self.kind == "single":
            options = {"ctr": (1,), **options}
        if options.get("ctr") is None:
            raise InvalidInputError("ctr", "be given: the click rates of the slots", None)
        ctr = as_numbers(options["ctr"], "ctr", low=0, owner=owner)
        if any(a < b for a, b in itertools.pairwise(ctr)):
            raise InvalidInputError("ctr", "be nonincreasing, the best slot first", ctr)
        quality = options.get("quality")
        factors = None
        if quality is not None:
            numbers = aligned_numbers(quality, agents, "quality", low=0, owner=owner)
            if any(q == 0 for q in numbers):
                raise InvalidInputError("quality", "be positive", numbers, owner=owner)
            factors = FrozenMap(zip(agents, numbers, strict=True))
        reserve = options.get("reserve")
        floor = 0 if reserve is None else as_number(reserve, "reserve", low=0, owner=owner)
        priors = options.get("priors")
        beliefs: Any = None
        if priors is not None:
            listed = as_priors(priors, agents, values)
            alike = all(one == listed[0] for one in listed)
            beliefs = listed[0] if listed and alike else FrozenMap(zip(agents, listed, strict=True))
        slots = Slots(ctr, factors, floor, beliefs)
        return Problem(agents, values, slots, reserve=(0,) * len(agents))

    def reread(self, problem: Problem) -> Problem:
        slots: Slots = problem.data
        agents = problem.agents
        given: dict[str, Any] = {"ctr": slots.ctr, "reserve": slots.reserve}
        if slots.quality is not None:
            given["quality"] = [slots.quality[agent] for agent in agents]
        if slots.priors is not None:
            given["priors"] = [slots.prior_of(agent) for agent in agents]
        # Who has left may still have a quality.
        return replace(self.problem(problem.labelled, **given), data=slots)

    def utility(
        self,
        problem: Problem,
        agent: AgentId,
        true_type: Number,
        outcome: Outcome[FrozenMap[AgentId, int]],
    ) -> Number:
        """Value of the clicks less the payment."""
        worth: Number = true_type * self.allocation(problem, agent, outcome)
        return worth - outcome.pay(agent)

    def allocation(
        self, problem: Problem, agent: AgentId, outcome: Outcome[FrozenMap[AgentId, int]]
    ) -> Number:
        """The clicks that the agent gets."""
        clicks: Number = problem.data.clicks(agent, outcome.choice.get(agent))
        return clicks

    def feasible(self, problem: Problem, outcome: Outcome[FrozenMap[AgentId, int]]) -> bool:
        choice = outcome.choice
        slots = list(choice.values()) if isinstance(choice, FrozenMap) else [None]
        return (
            all(isinstance(k, int) and 0 <= k < len(problem.data.ctr) for k in slots)
            and len(set(slots)) == len(slots)
            and all(agent in problem.agents for agent in choice)
        )

    def plain(self, problem: Problem) -> dict[str, Any]:
        return {
            "bids": list(problem.types),
            "ctr": list(problem.data.ctr),
            "quality": [problem.data.quality_of(agent) for agent in problem.agents],
        }

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        """Wrap ``(slots, payments)`` as a bare function returns them.

        Parameters
        ----------
        problem : Problem
            The problem that the function saw.
        raw : pair
            For each agent a slot or None, and its payment; either as a list or as a mapping.
        """
        try:
            slots, payments = raw
        except (TypeError, ValueError):
            raise InvalidInputError("outcome", "be a pair (slots, payments)", raw) from None
        agents = problem.agents
        if not isinstance(slots, Mapping):
            slots = dict(zip(agents, slots, strict=True))
        if not isinstance(payments, Mapping):
            payments = dict(zip(agents, payments, strict=True))
        choice = FrozenMap(
            (agent, slots[agent]) for agent in agents if slots.get(agent) is not None
        )
        result = Outcome(choice, payments, problem=problem, setting=self)
        if not self.feasible(problem, result):
            raise InvalidInputError("outcome", "give distinct slots to agents", raw)
        return result

    def outcomes(self, problem: Problem) -> Iterator[Outcome]:
        """Every assignment of agents to slots without payments."""
        agents, m = problem.agents, len(problem.data.ctr)
        for size in range(min(len(agents), m) + 1):
            for shown in itertools.combinations(agents, size):
                for slots in itertools.permutations(range(m), size):
                    choice = FrozenMap(zip(shown, slots, strict=True))
                    yield Outcome(choice, problem=problem, setting=self)

    def deviations(self, problem: Problem, agent: AgentId) -> list[Number]:
        """One bid in every region in which the ranking does not change, and all their borders.

        The slot of a bid depends only on how its score compares with the others' scores and with
        the reserve, and so does what GSP, VCG and the laddered auction charge: for these the list
        is complete, and the best of it is the best deviation.  Under first price the gain falls
        within a region; the agent's own bid is a border too, so that the list still finds a gain
        whenever there is one.
        """
        slots = problem.data
        prior = slots.prior_of(agent)
        if prior is not None and prior.support is not None:
            return list(prior.support)
        values = regions(self._borders(problem, agent))
        return [v for v in values if prior is None or prior.allows(v)]

    def borders(self, problem: Problem, agent: AgentId) -> list[Number]:
        """The bids at which the ranking changes; empty where there are priors."""
        return [] if problem.data.priors is not None else sorted(self._borders(problem, agent))

    def _borders(self, problem: Problem, agent: AgentId) -> set[Number]:
        slots = problem.data
        mine = slots.quality_of(agent)
        own = problem.type_of(agent)
        borders = {
            ratio(bid * slots.quality_of(other), mine)
            for other, bid in zip(problem.agents, problem.types, strict=True)
            if other != agent
        }
        if slots.priors is not None:
            # The auction for revenue ranks by virtual values.
            prior = slots.prior_of(agent)
            scores = {
                ratio(slots.prior_of(other).virtual(bid) * slots.quality_of(other), mine)
                for other, bid in zip(problem.agents, problem.types, strict=True)
                if other != agent
            }
            values = [prior.threshold(score) for score in (0, *scores)]
            borders |= {value for value in values if value < INFINITY}
        return {0, slots.reserve, own, *borders}

    def deviations_suffice(self, mechanism: Any, problem: Problem) -> bool:
        return mechanism.depends_on == BORDERS and not mechanism.varied

    def value_of(self, report: Number) -> Number:
        """A report is a value per click."""
        value: Number = report
        return value

    def bidding(self, report: Number, value: Number) -> Number:
        return value

    def optimal_welfare(self, problem: Problem) -> Number:
        """The best scores in the best slots."""
        slots = problem.data
        scores = sorted(
            (v * slots.quality_of(a) for a, v in zip(problem.agents, problem.types, strict=True)),
            reverse=True,
        )
        total: Number = sum(s * rate for s, rate in zip(scores, slots.ctr, strict=False))
        return total

    def improvement(
        self, problem: Problem, outcome: Outcome[FrozenMap[AgentId, int]], *, weak: bool
    ) -> Outcome | None:
        scores = [
            v * problem.data.quality_of(a)
            for a, v in zip(problem.agents, problem.types, strict=True)
        ]
        ranked = [problem.agents[i] for i in by_score(scores)]
        slots = FrozenMap((agent, k) for k, agent in enumerate(ranked[: len(problem.data.ctr)]))
        best = Outcome(slots, problem=problem, setting=self)
        return better_trade(self, problem, outcome, best)

    def clicks_after_swap(
        self,
        problem: Problem,
        outcome: Outcome[FrozenMap[AgentId, int]],
        agent: AgentId,
        other: AgentId,
    ) -> Number:
        """The clicks of an agent in another's slot."""
        clicks: Number = problem.data.clicks(agent, outcome.choice.get(other))
        return clicks

    def rescaled(self, problem: Problem) -> Iterator[tuple[Problem, str]]:
        if problem.data.reserve == 0 and problem.data.priors is None:
            yield _times(problem, 2), "all values doubled"
            yield _times(problem, ratio(1, 3)), "all values divided by 3"

    def normal_scale(self, problem: Problem) -> Problem | None:
        if problem.data.reserve != 0 or problem.data.priors is not None:
            return None
        top = max(problem.types, default=0)
        return _times(problem, ratio(1, top)) if top else problem

    def domain(self, agents: int, **scope: object) -> Domain:
        """All profiles of values on a grid.

        Parameters
        ----------
        agents : int
            The number of advertisers.
        **scope
            ``grid`` (required): an integer g for the values ``0, 1/g, ..., 1``, or the values
            themselves; ``slots`` (required): click rates, or a number of slots k with the rates
            ``1, (k-1)/k, ..., 1/k``; ``quality``, ``reserve``, ``priors``: as in
            :meth:`problem`; the priors must allow the values of the grid.
        """
        n = as_count(agents, "agents", low=1, owner=self.id)
        unknown = sorted(set(scope) - {"grid", "slots", "quality", "reserve", "priors"})
        if unknown:
            raise InvalidInputError(
                "scope", "be among grid, slots, quality, reserve and priors", unknown, owner=self.id
            )
        for name in ("grid", "slots"):
            if scope.get(name) is None:
                raise InvalidInputError(name, "be given for an exhaustive check", None)
        values, label = grid_values(scope["grid"])
        base = self.problem(
            [values[0]] * n,
            ctr=_rates(scope["slots"]),
            quality=scope.get("quality"),
            reserve=scope.get("reserve"),
            priors=scope.get("priors"),
        )
        rates = ", ".join(show(rate) for rate in base.data.ctr)
        return Domain(self, base, [values] * n, f"values on {label}, slots {rates}")

    def span(
        self,
        agents: int,
        number: Fresh,
        *,
        slots: Any = None,
        values: Any = None,
        **options: Any,
    ) -> Problem:
        """Values from 0 on, or in ``values=(low, high)``, or in a pair of bounds for each agent."""
        unknown = sorted(set(options) - {"quality", "reserve"})
        if unknown:
            raise InvalidInputError(
                "scope", "be among slots, values, quality and reserve", unknown, owner=self.id
            )
        boxes = _boxes(values, agents)
        rates = _rates(slots) if slots is not None else None
        options = {**options, **({} if rates is None else {"ctr": rates})}
        base = self.problem([0] * agents, **options)
        return replace(base, types=tuple(number(*box) for box in boxes))

    def any_report(
        self,
        problem: Problem,
        agent: AgentId,
        number: Fresh,
        *,
        values: Any = None,
        **words: Any,
    ) -> Number:
        return number(*_boxes(values, len(problem))[problem.position(agent)])

    def small_domains(self) -> Iterator[Domain]:
        for agents, grid, slots in ((2, 2, 1), (2, 2, 2), (3, 2, 2), (3, 3, 2)):
            values, _ = grid_values(grid)
            prior = Discrete(values, (Fraction(1, len(values)),) * len(values))
            options = {"priors": prior} if self.kind == "priors" else {}
            count = 1 if self.kind == "single" else slots
            yield self.domain(agents, grid=grid, slots=count, **options)

    def sample(self, rng: Seed, agents: int, **scope: object) -> Problem:
        source = generator(rng)
        slots = scope.get("slots", 1 if self.kind == "single" else 2)
        if isinstance(slots, int):
            slots = [Fraction(slots - j, slots) for j in range(slots)]
        values = [Fraction(int(k), 1000) for k in source.integers(0, 1001, agents)]
        priors = Uniform(0, 1) if self.kind == "priors" else None
        return self.problem(values, ctr=slots, priors=priors)

    def size(self, problem: Problem) -> int:
        return len(problem.data.ctr)

    def explain(
        self, problem: Problem, agent: AgentId, outcome: Outcome[FrozenMap[AgentId, int]]
    ) -> str:
        slot = outcome.choice.get(agent)
        value = problem.type_of(agent)
        if slot is None:
            return f"agent {agent} values a click at {show(value)} and is not shown"
        clicks, paid = self.allocation(problem, agent, outcome), outcome.pay(agent)
        gain = self.utility(problem, agent, value, outcome)
        return (
            f"agent {agent} values a click at {show(value)}, gets slot {slot} with {show(clicks)} "
            f"clicks, pays {show(paid)} and keeps {show(gain)}"
        )


def _rates(slots: Any) -> Any:
    """Click rates: as they are given, or 1, (k-1)/k, ..., 1/k for a number of slots k."""
    if isinstance(slots, int) and not isinstance(slots, bool):
        k = as_count(slots, "slots", low=1)
        return [Fraction(k - j, k) for j in range(k)]
    return slots


def _boxes(values: Any, agents: int) -> list[tuple[Number, Number | None]]:
    """Where the value of each agent lies: the same bounds for all, or a pair for each."""
    if values is None:
        return [(0, None)] * agents
    listed = list(values) if isinstance(values, (list, tuple)) else [values]
    shared = not any(isinstance(one, (list, tuple)) for one in listed)
    pairs = [listed] * agents if shared else listed
    wanted = f"be (low, high) with 0 <= low < high, or such a pair for each of {agents} agents"
    if len(pairs) != agents or not all(
        isinstance(one, (list, tuple)) and len(one) == 2 for one in pairs
    ):
        raise InvalidInputError("values", wanted, values)
    boxes = [(as_number(low, "values", low=0), as_number(high, "values")) for low, high in pairs]
    if not all(low < high for low, high in boxes):
        raise InvalidInputError("values", wanted, values)
    return [*boxes]


def _times(problem: Problem, factor: Number) -> Problem:
    """The problem with all values multiplied."""
    pairs = zip(problem.agents, problem.types, strict=True)
    return problem.with_types({agent: ratio(value * factor, 1) for agent, value in pairs})


def position() -> PositionSetting:
    """The setting of separable slots.

    Returns
    -------
    PositionSetting
        Types are values per click; see the class.

    Examples
    --------
    >>> position().domain(2, grid=2, slots=[3, 1])
    Domain(...label='values on grid 1/2 of [0, 1], slots 3, 1'...)
    """
    return PositionSetting()
