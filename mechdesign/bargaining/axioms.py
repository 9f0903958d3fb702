"""Axioms of bargaining: how a solution moves with the feasible set, the reserve and the costs."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mechdesign.axioms import Axiom, Evaluator, Violation, Witness, register_axiom
from mechdesign.bargaining.data import Menu, Modules
from mechdesign.bargaining.elections import Projects
from mechdesign.bargaining.lottery_rules import LotteryRule
from mechdesign.bargaining.mixtures import mixtures
from mechdesign.bargaining.packages import packages
from mechdesign.bargaining.setting import NO_AGREEMENT, PackageChoice
from mechdesign.bargaining.solutions import ideal_point, rational_rows
from mechdesign.model import (
    AgentId,
    Lottery,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Reference,
    Setting,
    ShowsWinners,
    is_exact,
    show,
)

__all__ = [
    "DisagreementMonotonicity",
    "DiscountMonotonicity",
    "IndividualMonotonicity",
    "MidpointDomination",
    "RestrictedMonotonicity",
    "StrongMonotonicity",
]

_MOST = 10
_KALAI_SMORODINSKY = Reference(
    "kalai1975",
    "Kalai, E. and Smorodinsky, M.",
    "Other solutions to Nash's bargaining problem",
    1975,
    "Econometrica 43",
    doi="10.2307/1914280",
)
_ROTH = Reference(
    "roth1979",
    "Roth, A. E.",
    "Axiomatic models of bargaining",
    1979,
    "Springer",
)


class _PackageAxiom(Axiom):
    """Axioms of problems with packages."""

    family = "bargaining"

    def applies(self, setting: Setting) -> str:
        """Only over packages."""
        if isinstance(setting, PackageChoice):
            return ""
        return f"the setting {setting.id} has no packages"


class _Growing(_PackageAxiom):
    """What more packages do to the utilities."""

    @abstractmethod
    def protected(self, small: Problem, large: Problem, lotteries: bool) -> Sequence[AgentId]:
        """The agents that may not lose when the packages of `large` join those of `small`."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Take packages away in every way and compare."""
        lotteries = isinstance(ctx.mechanism, LotteryRule)
        for small in _smaller(problem):
            agents = self.protected(small, problem, lotteries)
            if not agents:
                continue
            before = ctx.utilities(small, ctx.run(small))
            after = ctx.utilities(problem, ctx.run(problem))
            for agent in agents:
                ctx.count()
                k = problem.position(agent)
                gap = before[k] - after[k]
                if ctx.exceeds(gap):
                    tie = _tied(ctx, small) or _tied(ctx, problem)
                    yield Violation(
                        small, agents=(agent,), variant=problem, gap=gap, tie_induced=tie
                    )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """What the agent loses, if the second problem has more packages and it is protected."""
        small, large = witness.problem, witness.variant
        if large is None or len(witness.agents) != 1:
            return None
        if not _table(small).items() <= _table(large).items():
            return None
        if (small.reserve, small.budget) != (large.reserve, large.budget):
            return None
        agent = witness.agents[0]
        if agent not in self.protected(small, large, isinstance(mechanism, LotteryRule)):
            return None
        return _worth(mechanism, setting, small, agent) - _worth(mechanism, setting, large, agent)

    def describe(self, witness: Witness) -> str:
        """Say who loses by which packages."""
        large = witness.variant or witness.problem
        new = [p for p in large.data.packages if p not in witness.problem.data.packages]
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; with {', '.join(map(str, new))} too "
            f"it chooses {witness.say(witness.after, large)}, and agent {witness.agents[0]} loses "
            f"{show(witness.gap)}."
        )


@register_axiom
class StrongMonotonicity(_Growing):
    """With more packages nobody loses."""

    id = "strong_monotonicity"
    title = "Strong monotonicity"
    statement = "If packages are added, the reserve unchanged, no agent is worse off."
    reference = _ROTH

    def protected(self, small: Problem, large: Problem, lotteries: bool) -> Sequence[AgentId]:
        """Everybody."""
        return tuple(large.agents)


@register_axiom
class RestrictedMonotonicity(_Growing):
    """With more packages and the same ideal point nobody loses."""

    id = "restricted_monotonicity"
    title = "Restricted monotonicity"
    statement = "If packages are added that leave every agent's best unchanged, no agent loses."
    reference = _ROTH

    def protected(self, small: Problem, large: Problem, lotteries: bool) -> Sequence[AgentId]:
        """Everybody if the ideal points agree."""
        same = _ideal(small, lotteries) == _ideal(large, lotteries) is not None
        return tuple(large.agents) if same else ()


@register_axiom
class IndividualMonotonicity(_Growing):
    """With more packages, and the ideal of all others the same, an agent does not lose."""

    id = "individual_monotonicity"
    title = "Individual monotonicity"
    statement = (
        "If packages are added that leave the best of all other agents unchanged, an agent does "
        "not lose."
    )
    reference = _KALAI_SMORODINSKY

    def protected(self, small: Problem, large: Problem, lotteries: bool) -> Sequence[AgentId]:
        """Every agent whose rivals have the same ideal before and after."""
        old, new = _ideal(small, lotteries), _ideal(large, lotteries)
        if old is None or new is None:
            return ()
        changed = [a for a, x, y in zip(large.agents, old, new, strict=True) if x != y]
        if not changed:
            return tuple(large.agents)
        return tuple(changed) if len(changed) == 1 else ()


@register_axiom
class MidpointDomination(_PackageAxiom):
    """Everybody gets at least the average of the dictators' outcomes."""

    id = "midpoint_domination"
    title = "Midpoint domination"
    statement = "Every agent gains at least one n-th of the most that it could gain."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Compare with the reserve plus one n-th of the way to the ideal."""
        ideal = _ideal(problem, isinstance(ctx.mechanism, LotteryRule))
        if ideal is None:
            return
        values = ctx.utilities(problem, ctx.run(problem))
        reserve = problem.reserve or (0,) * len(problem)
        for agent, u, d, a in zip(problem.agents, values, reserve, ideal, strict=True):
            ctx.count()
            gap = d + _part(a - d, len(problem)) - u
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(agent,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """The shortfall of the agent."""
        problem = witness.problem
        ideal = _ideal(problem, isinstance(mechanism, LotteryRule))
        if ideal is None or len(witness.agents) != 1:
            return None
        k = problem.position(witness.agents[0])
        reserve = (problem.reserve or (0,) * len(problem))[k]
        bar = reserve + _part(ideal[k] - reserve, len(problem))
        return bar - _worth(mechanism, setting, problem, witness.agents[0])


@register_axiom
class DisagreementMonotonicity(_PackageAxiom):
    """A better reserve does not hurt."""

    id = "disagreement_monotonicity"
    title = "Disagreement-point monotonicity"
    statement = "An agent whose reserve utility rises is not worse off."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Raise the reserve of every agent to each utility that it may get."""
        for k, agent in enumerate(problem.agents):
            for level in _levels(problem, k):
                variant = _with_reserve(problem, k, level)
                if _ideal(variant, isinstance(ctx.mechanism, LotteryRule)) is None:
                    continue
                before = ctx.utilities(problem, ctx.run(problem))[k]
                after = ctx.utilities(variant, ctx.run(variant))[k]
                ctx.count()
                if ctx.exceeds(before - after):
                    tie = _tied(ctx, problem) or _tied(ctx, variant)
                    yield Violation(
                        problem,
                        agents=(agent,),
                        variant=variant,
                        gap=before - after,
                        tie_induced=tie,
                    )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """What the agent loses by a better reserve."""
        if witness.variant is None or len(witness.agents) != 1:
            return None
        agent = witness.agents[0]
        k = witness.problem.position(agent)
        level = (witness.variant.reserve or (0,) * len(witness.variant))[k]
        if _with_reserve(witness.problem, k, level) != witness.variant:
            return None
        if level <= (witness.problem.reserve or (0,) * len(witness.problem))[k]:
            return None
        return _worth(mechanism, setting, witness.problem, agent) - _worth(
            mechanism, setting, witness.variant, agent
        )


@register_axiom
class DiscountMonotonicity(Axiom):
    """A chosen module or project that becomes cheaper is still chosen."""

    id = "discount_monotonicity"
    title = "Discount monotonicity"
    statement = "A chosen module or project that becomes cheaper, all else equal, stays chosen."
    family = "bargaining"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Make every chosen part cheaper: by one, to half, and free."""
        result = ctx.run(problem)
        if not isinstance(result, Outcome):
            ctx.undecided("the parts of a lottery are not defined here")
            return
        for part in _parts(problem, result):
            for variant in _discounted(problem, part):
                ctx.count()
                again = ctx.run(variant)
                if isinstance(again, Outcome) and part not in _parts(variant, again):
                    tie = _tied(ctx, problem) or _tied(ctx, variant)
                    yield Violation(
                        problem, variant=variant, details={"part": part}, tie_induced=tie
                    )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """1 if the part is chosen at first and not when it is cheaper."""
        part = witness.details.get("part")
        if witness.variant is None or witness.variant not in _discounted(witness.problem, part):
            return None
        chosen = []
        for problem in (witness.problem, witness.variant):
            found = mechanism.solve(problem)
            if not isinstance(found, Outcome):
                return None
            chosen.append(part in _parts(problem, found))
        return int(chosen == [True, False])


def _smaller(problem: Problem) -> Iterator[Problem]:
    """The menus with some packages less."""
    data = problem.data
    if not isinstance(data, Menu) or len(data.packages) > _MOST:
        return
    every = range(len(data.packages))
    for size in range(1, len(data.packages)):
        for kept in itertools.combinations(every, size):
            menu = Menu(tuple(data.packages[k] for k in kept), tuple(data.costs[k] for k in kept))
            types = tuple(tuple(row[k] for k in kept) for row in problem.types)
            yield replace(problem, types=types, data=menu)


def _table(problem: Problem) -> dict[Any, Any]:
    """The packages of a menu with their costs and utilities."""
    data: Menu = problem.data
    columns = zip(data.packages, data.costs, zip(*problem.types, strict=True), strict=True)
    return {label: (cost, values) for label, cost, values in columns}


def _ideal(problem: Problem, lotteries: bool) -> tuple[Number, ...] | None:
    """The most that every agent can get where all get the reserve; None without agreement."""
    if lotteries:
        inside = mixtures(problem).rational()
        if inside is None:
            return None
        reserve = problem.reserve or (0,) * len(problem)
        return tuple(a + d for a, d in zip(inside.ideal(), reserve, strict=True))
    found = packages(problem)
    rows = rational_rows(found)
    return ideal_point(found, rows) if len(rows) else None


def _levels(problem: Problem, agent: int) -> list[Number]:
    """The utilities of an agent above its reserve."""
    found = packages(problem)
    now = (problem.reserve or (0,) * len(problem))[agent]
    return sorted({u for k in range(len(found)) if (u := found.utility(k)[agent]) > now})


def _with_reserve(problem: Problem, agent: int, level: Number) -> Problem:
    reserve = list(problem.reserve or (0,) * len(problem))
    reserve[agent] = level
    return replace(problem, reserve=tuple(reserve))


def _parts(problem: Problem, outcome: Outcome) -> tuple[Any, ...]:
    if outcome.choice == NO_AGREEMENT:
        return ()
    if isinstance(problem.data, Modules):
        chosen: tuple[Any, ...] = outcome.choice[1]
        return chosen
    if isinstance(problem.data, Projects):
        return tuple(outcome.choice)
    return (outcome.choice,)


def _discounted(problem: Problem, part: Any) -> list[Problem]:
    """The problems in which one part costs less."""
    data = problem.data
    if isinstance(data, Modules):
        labels, costs, name = data.modules, data.module_costs, "module_costs"
    elif isinstance(data, Projects):
        labels, costs, name = data.ids, data.costs, "costs"
    else:
        labels, costs, name = data.packages, data.costs, "costs"
    if part not in labels:
        return []
    k = labels.index(part)
    lower = {c for c in (costs[k] - 1, _part(costs[k], 2), 0) if 0 <= c < costs[k]}
    return [
        replace(problem, data=replace(data, **{name: (*costs[:k], c, *costs[k + 1 :])}))
        for c in sorted(lower)
    ]


def _part(value: Number, n: int) -> Number:
    return Fraction(value) / n if is_exact(value) else value / n


def _tied(ctx: Evaluator, problem: Problem) -> bool:
    """Whether several outcomes with different utilities tie."""
    if not isinstance(ctx.mechanism, ShowsWinners):
        return False
    return len({tuple(o.utilities.values()) for o in ctx.mechanism.winners(problem)}) > 1


def _worth(mechanism: Mechanism, setting: Setting, problem: Problem, agent: AgentId) -> Number:
    result = mechanism.solve(problem)
    own = problem.type_of(agent)
    if isinstance(result, Lottery):
        return result.expect(lambda outcome: setting.utility(problem, agent, own, outcome))
    return setting.utility(problem, agent, own, result)
