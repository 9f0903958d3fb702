"""Axioms of auctions: payments, welfare, envy, core, revenue, the budget of a market."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable

from mechdesign.auctions.references import EDELMAN_OSTROVSKY_SCHWARZ, MYERSON
from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.model import (
    AgentId,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    ratio,
    show,
)


@runtime_checkable
class SellsClicks(Protocol):
    """Agents have one value per click; the setting knows the welfare optimum."""

    def value_of(self, report: object) -> Number:
        """The value per click in a report."""
        ...

    def bidding(self, report: object, value: Number) -> Any:
        """The report with another value per click."""
        ...

    def allocation(self, problem: Problem, agent: AgentId, outcome: Outcome) -> Number:
        """The clicks of an agent."""
        ...

    def borders(self, problem: Problem, agent: AgentId) -> Sequence[Number]:
        """Values between which the allocation does not change, increasing, from 0 on."""
        ...

    def optimal_welfare(self, problem: Problem) -> Number:
        """The largest sum of values of clicks."""
        ...

    def clicks_after_swap(
        self, problem: Problem, outcome: Outcome, agent: AgentId, other: AgentId
    ) -> Number:
        """The clicks of `agent` if it and `other` exchanged their places."""
        ...


@runtime_checkable
class KnowsWelfare(Protocol):
    """Utilities are worths less payments; the setting knows the largest sum of worths."""

    def optimal_welfare(self, problem: Problem) -> Number:
        """The largest sum of worths."""
        ...


class _SaleAxiom(Axiom):
    """The base class of the axioms on what is sold for money."""

    family = "auctions"
    needs: ClassVar[tuple[type, ...]] = (KnowsWelfare,)

    @staticmethod
    def _outcome(ctx: Evaluator, problem: Problem, *, paying: bool = True) -> Outcome | None:
        result = ctx.run(problem)
        if not isinstance(result, Outcome):
            ctx.undecided("defined for single outcomes, not for lotteries or sets")
            return None
        if paying and result.payments is None:
            ctx.undecided("the mechanism has no payments")
            return None
        return result


def _chosen(mechanism: Mechanism, problem: Problem) -> Outcome | None:
    result = choose(mechanism, problem, "")
    return result if isinstance(result, Outcome) else None


@register_axiom
class NoPositiveTransfers(_SaleAxiom):
    """The auction never pays an agent."""

    id = "no_positive_transfers"
    title = "No positive transfers"
    statement = "No agent's payment is negative."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = self._outcome(ctx, problem)
        if result is None:
            return
        for agent in problem.agents:
            ctx.count()
            if ctx.exceeds(-result.pay(agent)):
                yield Violation(problem, agents=(agent,), gap=-result.pay(agent))

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        result = _chosen(mechanism, witness.problem)
        if result is None or result.payments is None or len(witness.agents) != 1:
            return None
        return -result.payments.get(witness.agents[0], 0)


@register_axiom
class AllocativeEfficiency(_SaleAxiom):
    """What is sold goes where it is worth most."""

    id = "allocative_efficiency"
    title = "Allocative efficiency"
    statement = "No feasible choice is worth more to all agents together."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting: Any = ctx.setting
        result = self._outcome(ctx, problem, paying=False)
        if result is None:
            return
        ctx.count()
        gap = setting.optimal_welfare(problem) - _welfare(setting, problem, result)
        if ctx.exceeds(gap):
            yield Violation(problem, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, where = witness.problem, _clicks(setting)
        result = _chosen(mechanism, problem)
        if result is None:
            return None
        best = max(_welfare(where, problem, outcome) for outcome in where.outcomes(problem))
        gap: Number = best - _welfare(where, problem, result)
        return gap


@register_axiom
class PaymentIdentity(_SaleAxiom):
    """Payments are the value of the clicks less the area under the curve of clicks.

    With a monotone allocation this is equivalent to strategyproofness where an agent that bids
    nothing pays nothing.
    """

    id = "payment_identity"
    title = "Payment identity"
    reference = MYERSON
    statement = "Every payment is value * clicks(value) minus the integral of clicks from 0."
    needs = (SellsClicks,)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting: Any = ctx.setting
        result = self._outcome(ctx, problem)
        if result is None:
            return
        if not ctx.deviations_suffice(problem):
            ctx.undecided("where the clicks of this mechanism jump is not known")
        for agent, own in zip(problem.agents, problem.types, strict=True):
            value = setting.value_of(own)
            borders = setting.borders(problem, agent)
            if not borders:
                ctx.undecided("values have priors, outside which there are no clicks to integrate")
                return
            due: Number = value * setting.allocation(problem, agent, result)
            upto: list[Number] = [b for b in borders if b <= value]
            areas: list[tuple[Number, Number, Number]] = []
            for low, high in itertools.pairwise(upto):
                variant = problem.report(agent, setting.bidding(own, ratio(low + high, 2)))
                inside = self._outcome(ctx, variant)
                if inside is None:
                    return
                areas.append((low, high, setting.allocation(variant, agent, inside)))
                due -= (high - low) * areas[-1][2]
            ctx.count()
            difference: Number = result.pay(agent) - due
            gap = max(difference, -difference)
            if ctx.exceeds(gap):
                yield Violation(
                    problem, agents=(agent,), gap=gap, details={"due": due, "clicks": tuple(areas)}
                )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 1:
            return None
        agent, problem, where = witness.agents[0], witness.problem, _clicks(setting)
        own = problem.type_of(agent)
        value = where.value_of(own)
        points: list[Number] = [b for b in where.borders(problem, agent) if b < value]
        before: Number = 0
        due: Number = 0
        for k, point in enumerate(points):
            above = points[k + 1] if k + 1 < len(points) else value
            variant = problem.report(agent, where.bidding(own, point + ratio(above - point, 3)))
            inside = _chosen(mechanism, variant)
            if inside is None:
                return None
            clicks = where.allocation(variant, agent, inside)
            due += point * (clicks - before)
            before = clicks
        now = _chosen(mechanism, problem)
        if now is None:
            return None
        due += value * (where.allocation(problem, agent, now) - before)
        difference: Number = now.pay(agent) - due
        return max(difference, -difference)

    def describe(self, witness: Witness) -> str:
        listed = witness.details.get("clicks", ())
        areas = ", ".join(f"{show(c)} from {show(a)} to {show(b)}" for a, b, c in listed) or "none"
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; agent {witness.agents[0]} pays "
            f"{show(witness.gap)} more or less than the area under its clicks demands, which are "
            f"{areas}."
        )


class _Envy(_SaleAxiom):
    """Base class: no agent gains by exchanging places with another."""

    needs = (SellsClicks,)
    per_click: bool

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting: Any = ctx.setting
        result = self._outcome(ctx, problem)
        if result is None:
            return
        utilities = dict(zip(problem.agents, ctx.utilities(problem, result), strict=True))
        clicks = {a: setting.allocation(problem, a, result) for a in problem.agents}
        for agent, other in itertools.permutations(problem.agents, 2):
            if self.per_click and clicks[other] == 0:
                continue
            ctx.count()
            own = setting.value_of(problem.type_of(agent))
            after = setting.clicks_after_swap(problem, result, agent, other)
            price = result.pay(other)
            if self.per_click:
                price = after * ratio(price, clicks[other])
            gap = after * own - price - utilities[agent]
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(agent, other), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 2:
            return None
        agent, other = witness.agents
        problem, where = witness.problem, _clicks(setting)
        result = _chosen(mechanism, problem)
        if result is None:
            return None
        bought = where.allocation(problem, other, result)
        if self.per_click and bought == 0:
            return None
        value = where.value_of(problem.type_of(agent))
        swapped = where.clicks_after_swap(problem, result, agent, other)
        before = value * where.allocation(problem, agent, result) - result.pay(agent)
        due = result.pay(other)
        if self.per_click:
            due = ratio(due * swapped, bought)
        gap: Number = value * swapped - due - before
        return gap

    def describe(self, witness: Witness) -> str:
        agent, other = witness.agents
        price = "price per click" if self.per_click else "payment"
        return (
            f"At ({witness.profile()}) agent {agent} would gain {show(witness.gap)} by exchanging "
            f"places with agent {other} at its {price}."
        )


@register_axiom
class SwapEnvyFreeness(_Envy):
    """Nobody would rather exchange places with another at that one's price per click."""

    id = "swap_envy_freeness"
    title = "Swap envy-freeness"
    statement = (
        "No agent gains by exchanging places with another that gets clicks, at the other's price "
        "per click."
    )
    per_click = True


@register_axiom
class SlotEnvyFreeness(_Envy):
    """Nobody would rather exchange places with another at that one's payment.

    Payments are then prices of places, as in a competitive equilibrium of an assignment market.
    """

    id = "slot_envy_freeness"
    title = "Slot envy-freeness"
    reference = EDELMAN_OSTROVSKY_SCHWARZ
    statement = "No agent gains by exchanging places with another at the other's payment."
    per_click = False


@register_axiom
class AuctionCore(_SaleAxiom):
    """No coalition of the seller and some agents could do better among themselves."""

    id = "auction_core"
    title = "Auction core"
    statement = (
        "No set of agents could, alone with the seller, create more welfare than the seller's "
        "revenue and the agents' utilities together."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        setting: Any = ctx.setting
        result = self._outcome(ctx, problem)
        if result is None:
            return
        if len(problem) > 12:
            ctx.undecided("more than 12 agents have too many coalitions")
            return
        utilities = dict(zip(problem.agents, ctx.utilities(problem, result), strict=True))
        revenue = sum(result.pay(agent) for agent in problem.agents)
        for size in range(len(problem) + 1):
            for coalition in itertools.combinations(problem.agents, size):
                absent = [agent for agent in problem.agents if agent not in coalition]
                ctx.count()
                worth = setting.optimal_welfare(problem.without(*absent))
                gap = worth - revenue - sum(utilities[agent] for agent in coalition)
                if ctx.exceeds(gap):
                    yield Violation(problem, agents=coalition, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, where = witness.problem, _clicks(setting)
        result = _chosen(mechanism, problem)
        if result is None:
            return None
        outsiders = [agent for agent in problem.agents if agent not in witness.agents]
        smaller = problem.without(*outsiders)
        worth = max(_welfare(where, smaller, outcome) for outcome in where.outcomes(smaller))
        have: Number = sum(result.pay(agent) for agent in problem.agents)
        for agent in witness.agents:
            have += where.utility(problem, agent, problem.type_of(agent), result)
        gap: Number = worth - have
        return gap

    def describe(self, witness: Witness) -> str:
        who = ", ".join(str(agent) for agent in witness.agents) or "nobody"
        return (
            f"At ({witness.profile()}) the seller and the agents {who} could share "
            f"{show(witness.gap)} more among themselves."
        )


@register_axiom
class RevenueMonotonicity(_SaleAxiom):
    """Adding a bidder never lowers the seller's revenue."""

    id = "revenue_monotonicity"
    title = "Revenue monotonicity"
    statement = "Revenue does not rise when an agent leaves."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = self._outcome(ctx, problem)
        if result is None:
            return
        revenue = sum(result.pay(agent) for agent in problem.agents)
        for agent in problem.agents:
            variant = problem.without(agent)
            without = self._outcome(ctx, variant)
            if without is None:
                return
            ctx.count()
            gap = sum(without.pay(other) for other in variant.agents) - revenue
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(agent,), variant=variant, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 1:
            return None
        fewer = witness.problem.without(witness.agents[0])
        totals: list[Number] = []
        for problem in (fewer, witness.problem):
            result = _chosen(mechanism, problem)
            if result is None or result.payments is None:
                return None
            totals.append(sum(result.payments.values()))
        return totals[0] - totals[1]

    def describe(self, witness: Witness) -> str:
        return (
            f"At ({witness.profile()}) revenue rises by {show(witness.gap)} when agent "
            f"{witness.agents[0]} leaves."
        )


def _clicks(setting: Setting) -> Any:
    return setting


def _welfare(setting: Any, problem: Problem, outcome: Outcome) -> Number:
    total: Number = 0
    for agent, own in zip(problem.agents, problem.types, strict=True):
        total += setting.utility(problem, agent, own, outcome) + outcome.pay(agent)
    return total
