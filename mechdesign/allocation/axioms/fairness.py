"""Fairness of a division of goods: envy, shares, equality, each up to a good."""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mechdesign.allocation.division import Goods
from mechdesign.allocation.division.maximin import maximin_share
from mechdesign.allocation.references import (
    BARMAN,
    BUDISH,
    CARAGIANNIS,
    CONITZER,
    FOLEY,
    FREEMAN,
    LIPTON,
    PLAUT,
)
from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose
from mechdesign.errors import LimitReachedError
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, show, tidy

#: What goods are worth to an agent, the bundle of one agent, the bundle of another one.
Worth = dict[Any, Fraction]
Bundle = tuple[Any, ...]


class _OfDivisions(Axiom):
    """An axiom about each division that may come about."""

    family = "allocation"

    def applies(self, setting: Setting) -> str:
        return "" if isinstance(setting, Goods) else f"the setting {setting.id} divides no goods"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        worths = [_worth(problem, i) for i in range(len(problem))]
        for chosen in ctx.outcomes(problem):
            for agents, gap in self.lacks(ctx, problem, worths, chosen.choice):
                if ctx.exceeds(gap):
                    yield Violation(problem, agents=agents, gap=tidy(gap))

    @abstractmethod
    def lacks(
        self, ctx: Evaluator, problem: Problem, worths: list[Worth], choice: Any
    ) -> Iterator[tuple[tuple[Any, ...], Fraction]]:
        """Agents (who, and whom it envies) and what the first of them lacks."""

    @abstractmethod
    def lacking(self, problem: Problem, choice: Any, agents: tuple[Any, ...]) -> Any:
        """From the definition: what the first agent lacks, at most 0 where nothing."""

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, agents = witness.problem, witness.agents
        if self.applies(setting) or not agents or not set(agents) <= set(problem.agents):
            return None
        found = choose(mechanism, problem, witness.lift)
        chosen = [found] if isinstance(found, Outcome) else [one for _, one in found.support]
        gaps = [self.lacking(problem, one.choice, agents) for one in chosen]
        known = [gap for gap in gaps if gap is not None]
        return tidy(max([*known, Fraction(0)])) if len(known) == len(gaps) else None

    def describe(self, witness: Witness) -> str:
        who = " towards ".join(show(agent) for agent in witness.agents)
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}: {self.title} fails for agent {who} "
            f"by {show(witness.gap)}."
        )


class _EnvyOfGoods(_OfDivisions):
    """Own bundle against another one, up to a good or not."""

    def lacks(
        self, ctx: Evaluator, problem: Problem, worths: list[Worth], choice: Any
    ) -> Iterator[tuple[tuple[Any, ...], Fraction]]:
        bundles = [choice[agent] for agent in problem.agents]
        for i, agent in enumerate(problem.agents):
            for j, other in enumerate(problem.agents):
                if i != j:
                    ctx.count()
                    gap = self.between(worths[i], worths[j], bundles[i], bundles[j])
                    yield (agent, other), gap

    def between(self, own: Worth, other: Worth, mine: Bundle, theirs: Bundle) -> Fraction:
        """What is lacking towards another agent."""
        envy = _sum(own, theirs) - _sum(own, mine)
        # A good of theirs that is taken away and a chore of one's own do the same.
        return envy - self.relief([own[g] for g in theirs], [-own[g] for g in mine])

    @abstractmethod
    def relief(self, theirs: list[Fraction], mine: list[Fraction]) -> Fraction:
        """How much envy the good lifts that is taken away."""

    def lacking(self, problem: Problem, choice: Any, agents: tuple[Any, ...]) -> Any:
        if len(agents) != 2 or agents[0] == agents[1]:
            return None
        value = functools.partial(_value, problem)
        mine, theirs = (set(choice[agent]) for agent in agents)
        return self.by_definition(value, agents[0], agents[1], mine, theirs)

    @abstractmethod
    def by_definition(
        self, value: Any, agent: Any, other: Any, mine: set[Any], theirs: set[Any]
    ) -> Any:
        """What the agent lacks, by sets of goods."""


def _worth(problem: Problem, i: int) -> Worth:
    pairs = zip(problem.data.goods, problem.types[i], strict=True)
    return {good: Fraction(x) for good, x in pairs}


def _sum(own: Worth, bundle: Bundle) -> Fraction:
    return sum((own[good] for good in bundle), Fraction(0))


def _value(problem: Problem, agent: Any, bundle: set[Any]) -> Fraction:
    """What a bundle is worth to an agent, by the definition."""
    own = problem.type_of(agent)
    listed = problem.data.goods
    return sum((Fraction(own[k]) for k, g in enumerate(listed) if g in bundle), Fraction(0))


@register_axiom
class EnvyFreeness(_EnvyOfGoods):
    """Nobody values another bundle more than its own."""

    id = "envy_freeness"
    title = "Envy-freeness (EF)"
    reference = FOLEY
    statement = "Nobody values the bundle of another agent more than its own."

    def relief(self, theirs: list[Fraction], mine: list[Fraction]) -> Fraction:
        return Fraction(0)

    def by_definition(
        self, value: Any, agent: Any, other: Any, mine: set[Any], theirs: set[Any]
    ) -> Any:
        return value(agent, theirs) - value(agent, mine)


@register_axiom
class EnvyFreeUpToOne(_EnvyOfGoods):
    """Envy goes when some good is taken away."""

    id = "ef1"
    title = "Envy-freeness up to one good (EF1)"
    reference = LIPTON
    statement = (
        "Nobody values the bundle of another agent more than its own once some good is taken out "
        "of it (or some chore out of its own)."
    )

    def relief(self, theirs: list[Fraction], mine: list[Fraction]) -> Fraction:
        return max([*theirs, *mine, Fraction(0)])

    def by_definition(
        self, value: Any, agent: Any, other: Any, mine: set[Any], theirs: set[Any]
    ) -> Any:
        ways = [(mine, theirs), *((mine, theirs - {g}) for g in theirs)]
        ways += [(mine - {g}, theirs) for g in mine]
        return min(value(agent, after) - value(agent, own) for own, after in ways)


@register_axiom
class EnvyFreeUpToAny(_EnvyOfGoods):
    """Envy goes whichever good of positive worth is taken away."""

    id = "efx"
    title = "Envy-freeness up to any good of positive worth (EFX)"
    reference = CARAGIANNIS
    statement = (
        "Nobody values the bundle of another agent more than its own, whichever good of positive "
        "worth is taken out of it (or chore of negative worth out of its own)."
    )

    def relief(self, theirs: list[Fraction], mine: list[Fraction]) -> Fraction:
        return min((x for x in (*theirs, *mine) if x > 0), default=Fraction(0))

    def by_definition(
        self, value: Any, agent: Any, other: Any, mine: set[Any], theirs: set[Any]
    ) -> Any:
        ways = [(mine, theirs - {g}) for g in theirs if value(agent, {g}) > 0]
        ways += [(mine - {g}, theirs) for g in mine if value(agent, {g}) < 0]
        ways = ways or [(mine, theirs)]
        return max(value(agent, after) - value(agent, own) for own, after in ways)


@register_axiom
class EnvyFreeUpToAnyAtAll(_EnvyOfGoods):
    """Envy goes whichever good is taken away, worthless ones included."""

    id = "efx0"
    title = "Envy-freeness up to any good (EFX0)"
    reference = PLAUT
    statement = (
        "Nobody values the bundle of another agent more than its own, whichever good, of no worth "
        "too, is taken out of it (or chore out of its own)."
    )

    def relief(self, theirs: list[Fraction], mine: list[Fraction]) -> Fraction:
        lifted = [x for x in theirs if x >= 0] + [x for x in mine if x > 0]
        return min(lifted, default=Fraction(0))

    def by_definition(
        self, value: Any, agent: Any, other: Any, mine: set[Any], theirs: set[Any]
    ) -> Any:
        ways = [(mine, theirs - {g}) for g in theirs if value(agent, {g}) >= 0]
        ways += [(mine - {g}, theirs) for g in mine if value(agent, {g}) < 0]
        ways = ways or [(mine, theirs)]
        return max(value(agent, after) - value(agent, own) for own, after in ways)


@register_axiom
class Equitable(_EnvyOfGoods):
    """Nobody else is better off."""

    id = "eq"
    title = "Equitability (EQ)"
    statement = (
        "Nobody has less by its own values than another agent has by that one's; utilities of "
        "different agents are compared."
    )

    def between(self, own: Worth, other: Worth, mine: Bundle, theirs: Bundle) -> Fraction:
        return _sum(other, theirs) - _sum(own, mine)

    def relief(self, theirs: list[Fraction], mine: list[Fraction]) -> Fraction:
        return Fraction(0)

    def by_definition(
        self, value: Any, agent: Any, other: Any, mine: set[Any], theirs: set[Any]
    ) -> Any:
        return value(other, theirs) - value(agent, mine)


@register_axiom
class EquitableUpToOne(_EnvyOfGoods):
    """Nobody else is better off by more than some good."""

    id = "eq1"
    title = "Equitability up to one good (EQ1)"
    reference = FREEMAN
    statement = (
        "Nobody has less by its own values than another agent has by that one's, once some good is "
        "taken from the other bundle (or some chore out of its own); utilities of different agents "
        "are compared."
    )

    def between(self, own: Worth, other: Worth, mine: Bundle, theirs: Bundle) -> Fraction:
        best = max([other[g] for g in theirs] + [-own[g] for g in mine] + [Fraction(0)])
        return _sum(other, theirs) - best - _sum(own, mine)

    def relief(self, theirs: list[Fraction], mine: list[Fraction]) -> Fraction:
        return Fraction(0)

    def by_definition(
        self, value: Any, agent: Any, other: Any, mine: set[Any], theirs: set[Any]
    ) -> Any:
        ways = [(mine, theirs), *((mine, theirs - {g}) for g in theirs)]
        ways += [(mine - {g}, theirs) for g in mine]
        return min(value(other, after) - value(agent, own) for own, after in ways)


@register_axiom
class EnvyFreeUpToLessPreferred(_EnvyOfGoods):
    """Envy goes with some good that is worth no more than the own bundle."""

    id = "efl"
    title = "Envy-freeness up to one less preferred good (EFL)"
    reference = BARMAN
    statement = (
        "Every other agent has at most one good that one values, or envy towards it goes when some "
        "good is taken away that one values no more than the own bundle; defined for goods."
    )

    def lacks(
        self, ctx: Evaluator, problem: Problem, worths: list[Worth], choice: Any
    ) -> Iterator[tuple[tuple[Any, ...], Fraction]]:
        if any(x < 0 for own in worths for x in own.values()):
            ctx.undecided("not defined for chores")
            return
        yield from super().lacks(ctx, problem, worths, choice)

    def between(self, own: Worth, other: Worth, mine: Bundle, theirs: Bundle) -> Fraction:
        if sum(own[g] > 0 for g in theirs) <= 1:
            return Fraction(0)
        total = _sum(own, theirs)
        return min(max(total - own[g], own[g]) for g in theirs) - _sum(own, mine)

    def relief(self, theirs: list[Fraction], mine: list[Fraction]) -> Fraction:
        return Fraction(0)

    def by_definition(
        self, value: Any, agent: Any, other: Any, mine: set[Any], theirs: set[Any]
    ) -> Any:
        if any(value(agent, {g}) < 0 for g in mine | theirs):
            return None
        if len([g for g in theirs if value(agent, {g}) > 0]) <= 1:
            return 0
        ways = [max(value(agent, theirs - {g}), value(agent, {g})) for g in theirs]
        return min(ways) - value(agent, mine)


class _ShareOfGoods(_OfDivisions):
    """Own bundle against what is due of the whole."""

    def lacks(
        self, ctx: Evaluator, problem: Problem, worths: list[Worth], choice: Any
    ) -> Iterator[tuple[tuple[Any, ...], Fraction]]:
        for i, agent in enumerate(problem.agents):
            ctx.count()
            try:
                gap = self.short(worths[i], choice[agent], len(problem))
            except LimitReachedError as error:
                ctx.undecided(str(error))
                continue
            yield (agent,), gap

    @abstractmethod
    def short(self, own: Worth, mine: Bundle, n: int) -> Fraction:
        """What a bundle lacks."""

    def lacking(self, problem: Problem, choice: Any, agents: tuple[Any, ...]) -> Any:
        if len(agents) != 1:
            return None
        value = functools.partial(_value, problem, agents[0])
        everything = set(problem.data.goods)
        return self.by_sets(value, set(choice[agents[0]]), everything, len(problem))

    @abstractmethod
    def by_sets(self, value: Any, mine: set[Any], everything: set[Any], n: int) -> Any:
        """What the agent lacks, by sets of goods."""


@register_axiom
class Proportional(_ShareOfGoods):
    """Everybody has its part of the whole."""

    id = "prop"
    title = "Proportionality (PROP)"
    statement = "Everybody values its bundle at 1/n of all goods at least."

    def short(self, own: Worth, mine: Bundle, n: int) -> Fraction:
        return _sum(own, tuple(own)) / n - _sum(own, mine)

    def by_sets(self, value: Any, mine: set[Any], everything: set[Any], n: int) -> Any:
        return value(everything) / n - value(mine)


@register_axiom
class ProportionalUpToOne(_ShareOfGoods):
    """Everybody has its part of the whole with some good more."""

    id = "prop1"
    title = "Proportionality up to one good (PROP1)"
    reference = CONITZER
    statement = (
        "Everybody values its bundle at 1/n of all goods at least once some good is added to it "
        "(or some chore is taken out of it)."
    )

    def short(self, own: Worth, mine: Bundle, n: int) -> Fraction:
        held = set(mine)
        help_of = [x if g not in held else -x for g, x in own.items()]
        return _sum(own, tuple(own)) / n - _sum(own, mine) - max([*help_of, Fraction(0)])

    def by_sets(self, value: Any, mine: set[Any], everything: set[Any], n: int) -> Any:
        ways = [mine, *(mine | {g} for g in everything - mine), *(mine - {g} for g in mine)]
        return value(everything) / n - max(map(value, ways))


@register_axiom
class MaximinShares(_ShareOfGoods):
    """Everybody has its maximin share."""

    id = "mms"
    title = "Maximin share (MMS)"
    reference = BUDISH
    statement = (
        "Everybody values its bundle at least as much as the worst of n bundles into which it "
        "divides the goods as well as it can."
    )

    def short(self, own: Worth, mine: Bundle, n: int) -> Fraction:
        return _share(tuple(sorted(own.values())), n) - _sum(own, mine)

    def by_sets(self, value: Any, mine: set[Any], everything: set[Any], n: int) -> Any:
        # Every division of the goods in turn: reachable vectors of worths.
        vectors = {(Fraction(0),) * n}
        for good in everything:
            x = value({good})
            vectors = {
                tuple(sorted((*v[:k], v[k] + x, *v[k + 1 :]))) for v in vectors for k in range(n)
            }
        return max(map(min, vectors)) - value(mine)


@functools.lru_cache(maxsize=4096)
def _share(values: tuple[Fraction, ...], n: int) -> Fraction:
    return Fraction(maximin_share(values, n))


declare("envy_freeness", "efx0")
declare("envy_freeness", "prop")
declare("efx0", "efx")
declare("efx", "ef1")
declare("efl", "ef1")
declare("eq", "eq1")
declare("ef1", "prop1")
declare("prop", "mms")
