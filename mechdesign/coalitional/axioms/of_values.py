"""Axioms of values: efficiency, symmetry, null players, additivity, monotonicity, the core."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.coalitional.games.game_table import Game
from mechdesign.coalitional.references import MYERSON, SHAPLEY, YOUNG
from mechdesign.coalitional.stability.core_points import core, objection_to
from mechdesign.coalitional.values.game_setting import Payoffs
from mechdesign.errors import InfeasibleError
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, distance

__all__ = [
    "Additivity",
    "BalancedContributions",
    "CoalitionalMonotonicity",
    "CoreSelection",
    "NullPlayer",
    "PayoffEfficiency",
    "MarginalMonotonicity",
    "Symmetry",
]


class _ValueAxiom(Axiom):
    """The base class of the axioms of values."""

    family = "coalitional"

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, Payoffs):
            return ""
        return f"the setting {setting.id} has no games whose players get payoffs"

    @staticmethod
    def _payoffs(result: object) -> Sequence[Number]:
        """The payoffs, expected ones of a lottery."""
        if isinstance(result, Outcome):
            found: Sequence[Number] = result.choice
            return found
        draws: Any = list(result)  # type: ignore[call-overload]
        size = len(draws[0][1].choice)
        return [sum(chance * o.choice[k] for chance, o in draws) for k in range(size)]

    def _at(self, mechanism: Mechanism, problem: Problem) -> dict[Any, Number]:
        """Payoffs by player, for a verification."""
        found = self._payoffs(choose(mechanism, problem, ""))
        return dict(zip(problem.agents, found, strict=True))


@register_axiom
class PayoffEfficiency(_ValueAxiom):
    """The payoffs add up to what all players are worth."""

    id = "payoff_efficiency"
    title = "Efficiency of payoffs"
    reference = SHAPLEY
    statement = "The payoffs add up to what all players together are worth."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        ctx.count()
        total: Any = sum(self._payoffs(ctx.run(problem)))
        gap = distance(total, problem.data.total)
        if ctx.exceeds(gap):
            yield Violation(problem, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        left: Number = witness.problem.data.worth(witness.problem.agents)
        for payoff in self._at(mechanism, witness.problem).values():
            left -= payoff
        return max(left, -left)


@register_axiom
class Symmetry(_ValueAxiom):
    """Players who add the same to every coalition of the others get the same."""

    id = "payoff_symmetry"
    title = "Symmetry of payoffs"
    reference = SHAPLEY
    statement = "Two players who add the same to each coalition without both get the same."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        table = problem.data.array
        every = np.arange(len(table))
        payoffs = self._payoffs(ctx.run(problem))
        for i, j in itertools.combinations(range(len(problem)), 2):
            rest = every[every & (1 << i | 1 << j) == 0]
            if not (table[rest | 1 << i] == table[rest | 1 << j]).all():
                continue
            ctx.count()
            gap = distance(payoffs[i], payoffs[j])
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(problem.agents[i], problem.agents[j]), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 2:
            return None
        first, second = witness.agents
        worth = dict(_sets(witness.problem.data))
        for members in worth:
            if (
                not {first, second} & members
                and worth[members | {first}] != worth[members | {second}]
            ):
                return None
        payoffs = self._at(mechanism, witness.problem)
        gap = payoffs[first] - payoffs[second]
        return max(gap, -gap)


@register_axiom
class NullPlayer(_ValueAxiom):
    """Who adds nothing to any coalition gets nothing."""

    id = "null_player"
    title = "Null player"
    reference = SHAPLEY
    statement = "A player who adds nothing to any coalition gets 0."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        table = problem.data.array
        payoffs = self._payoffs(ctx.run(problem))
        for i, agent in enumerate(problem.agents):
            halves = table.reshape(-1, 2, 1 << i)
            if (halves[:, 0] != halves[:, 1]).any():
                continue
            ctx.count()
            gap = distance(payoffs[i], 0)
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(agent,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 1:
            return None
        who = witness.agents[0]
        worth = dict(_sets(witness.problem.data))
        if any(worth[members] != worth[members - {who}] for members in worth):
            return None
        payoff = self._at(mechanism, witness.problem)[who]
        return max(payoff, -payoff)


@register_axiom
class CoreSelection(_ValueAxiom):
    """The payoffs are in the core wherever that is not empty."""

    id = "core_selection"
    title = "Core selection"
    statement = "Where some payoffs satisfy all coalitions, those that are chosen do."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if not problem.data.exact:
            ctx.undecided("whether the core is empty is decided for exact worths")
            return
        if len(problem) > 1 and core(problem.data).empty:
            return
        ctx.count()
        payoffs = self._payoffs(ctx.run(problem))
        found = objection_to(problem.data, payoffs) if len(problem) > 1 else None
        if found is not None and ctx.exceeds(found[1]):
            yield Violation(problem, agents=found[0], gap=found[1])
            return
        total: Any = sum(payoffs)
        gap = distance(total, problem.data.total)
        if ctx.exceeds(gap):
            yield Violation(problem, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        one = witness.problem.data
        if len(one) > 1:
            # A point of the core is checked by its definition.
            stable = core(one)
            if stable.empty or not stable.verify():
                return None
        payoffs = self._at(mechanism, witness.problem)
        members = witness.agents or witness.problem.agents
        gap: Number = one.worth(members) - sum(payoffs[agent] for agent in members)
        if one.kind == "cost":
            gap = -gap
        return gap if witness.agents else max(gap, -gap)


class _Raised(_ValueAxiom):
    """The base class of the axioms that compare a game with one that is worth 1 more somewhere."""

    def _variant(self, problem: Problem, *masks: int) -> Problem:
        return replace(problem, data=problem.data.raised(*masks))

    def _run(self, ctx: Evaluator, problem: Problem) -> Sequence[Number] | None:
        """The payoffs; None where the rule has none, as where there is no imputation."""
        try:
            return self._payoffs(ctx.run(problem))
        except InfeasibleError:
            ctx.undecided("the rule has no payoffs at some of the games to compare with")
            return None

    @staticmethod
    def _where(witness: Witness) -> list[frozenset[Any]] | None:
        """The coalitions that are worth 1 more in the variant; None if it differs otherwise."""
        if witness.variant is None or witness.variant.agents != witness.problem.agents:
            return None
        before, after = dict(_sets(witness.problem.data)), dict(_sets(witness.variant.data))
        changed = [s for s in before if after[s] != before[s]]
        if any(after[s] - before[s] != 1 for s in changed):
            return None
        return changed


@register_axiom
class Additivity(_Raised):
    """Adding a game that is worth 1 at one coalition adds the payoffs of that game."""

    id = "additivity"
    title = "Additivity"
    statement = (
        "The payoffs of a game and of the game in which one coalition alone is worth 1 add up to "
        "those of their sum."
    )
    reference = SHAPLEY

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        base = self._payoffs(ctx.run(problem))
        zero = replace(problem, data=_nothing(problem.data))
        for mask in range(1, 1 << len(problem)):
            variant, unit = self._variant(problem, mask), self._variant(zero, mask)
            single, both = self._run(ctx, unit), self._run(ctx, variant)
            if single is None or both is None:
                continue
            ctx.count()
            gaps = [distance(c, a + b) for a, b, c in zip(base, single, both, strict=True)]
            gap = max(gaps)
            if ctx.exceeds(gap):
                agent = problem.agents[gaps.index(gap)]
                yield Violation(problem, agents=(agent,), variant=variant, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        changed = self._where(witness)
        if changed is None or len(changed) != 1 or len(witness.agents) != 1:
            return None
        assert witness.variant is not None
        one = witness.problem.data
        worths = {tuple(s): int(s == changed[0]) for s, _ in _sets(one)}
        alone = setting.problem(worths, players=one.players)
        alone = replace(alone, data=replace(alone.data, kind=one.kind))
        who = witness.agents[0]
        gap = (
            self._at(mechanism, witness.variant)[who]
            - self._at(mechanism, witness.problem)[who]
            - self._at(mechanism, alone)[who]
        )
        return max(gap, -gap)


@register_axiom
class CoalitionalMonotonicity(_Raised):
    """When one coalition is worth more, none of its members gets less."""

    id = "coalitional_monotonicity"
    title = "Coalitional monotonicity"
    reference = YOUNG
    statement = "If one coalition is worth 1 more, none of its members gets less."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        base = self._payoffs(ctx.run(problem))
        for mask in range(1, 1 << len(problem)):
            variant = self._variant(problem, mask)
            after = self._run(ctx, variant)
            if after is None:
                continue
            for k, agent in enumerate(problem.agents):
                if mask >> k & 1:
                    ctx.count()
                    if ctx.exceeds(base[k] - after[k]):
                        gap = base[k] - after[k]
                        yield Violation(problem, agents=(agent,), variant=variant, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        changed = self._where(witness)
        if changed is None or len(changed) != 1 or len(witness.agents) != 1:
            return None
        assert witness.variant is not None
        who = witness.agents[0]
        if who not in changed[0]:
            return None
        return self._at(mechanism, witness.problem)[who] - self._at(mechanism, witness.variant)[who]


@register_axiom
class MarginalMonotonicity(_Raised):
    """Who adds no less to any coalition than before gets no less."""

    id = "marginal_monotonicity"
    title = "Monotonicity in marginals"
    reference = YOUNG
    statement = (
        "If a coalition with a player, or that and the same one without it, is worth 1 more, the "
        "player gets no less; if one without the player is, no more."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        base = self._payoffs(ctx.run(problem))
        n = len(problem)
        for mask in range(1, 1 << n):
            variant = self._variant(problem, mask)
            after = self._run(ctx, variant)
            if after is None:
                continue
            for k, agent in enumerate(problem.agents):
                ctx.count()
                gap = base[k] - after[k] if mask >> k & 1 else after[k] - base[k]
                if ctx.exceeds(gap):
                    yield Violation(problem, agents=(agent,), variant=variant, gap=gap)
                if not mask >> k & 1:
                    variant_of_two = self._variant(problem, mask, mask | 1 << k)
                    both = self._run(ctx, variant_of_two)
                    if both is None:
                        continue
                    ctx.count()
                    gap = distance(base[k], both[k])
                    if ctx.exceeds(gap):
                        yield Violation(problem, agents=(agent,), variant=variant_of_two, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        changed = self._where(witness)
        if not changed or len(witness.agents) != 1:
            return None
        assert witness.variant is not None
        who = witness.agents[0]
        before, after = dict(_sets(witness.problem.data)), dict(_sets(witness.variant.data))
        # What the player adds to each coalition without it, before and after.
        steps = [
            (after[s | {who}] - after[s]) - (before[s | {who}] - before[s])
            for s in before
            if who not in s
        ]
        gain = self._at(mechanism, witness.variant)[who] - self._at(mechanism, witness.problem)[who]
        if not any(steps):
            return max(gain, -gain)
        if min(steps) >= 0:
            return -gain
        return gain if max(steps) <= 0 else None


@register_axiom
class BalancedContributions(_ValueAxiom):
    """Of two players each loses as much when the other leaves."""

    id = "balanced_contributions"
    title = "Balanced contributions"
    reference = MYERSON
    statement = "Of two players each loses as much by the absence of the other."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        base = self._payoffs(ctx.run(problem))
        smaller = {}
        for agent in problem.agents if len(problem) > 1 else ():
            rest = problem.without(agent)
            smaller[agent] = dict(zip(rest.agents, self._payoffs(ctx.run(rest)), strict=True))
        for (i, a), (j, b) in itertools.combinations(enumerate(problem.agents), 2):
            ctx.count()
            gap = distance(base[i] - smaller[b][a], base[j] - smaller[a][b])
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(a, b), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 2:
            return None
        problem = witness.problem
        whole = self._at(mechanism, problem)
        loss = []
        for who, other in (witness.agents, witness.agents[::-1]):
            left = {s: v for s, v in _sets(problem.data) if other not in s}
            players = [p for p in problem.agents if p != other]
            rest = setting.problem({tuple(s): v for s, v in left.items()}, players=players)
            rest = replace(rest, data=replace(rest.data, kind=problem.data.kind))
            loss.append(whole[who] - self._at(mechanism, rest)[who])
        return max(loss) - min(loss)


def _sets(one: Game) -> Iterator[tuple[frozenset[Any], Number]]:
    for members, worth in one.items():
        yield frozenset(members), worth


def _nothing(one: Game) -> Game:
    return Game(one.players, np.zeros(len(one.table), dtype=np.int64), one.unit and 1, one.kind)
