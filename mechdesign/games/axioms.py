"""Axioms of selection: nobody gains by another action, and the names of players do not matter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from mechdesign.axioms.question.axiom import Axiom, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.games.tables import ActionSets, Selections, game_of, obedience_gaps
from mechdesign.model import Lottery, Mechanism, Number, Outcome, Problem, Setting, show

_OTHER = "the axiom is about a profile, or a lottery over profiles, of players who are all there"


class _GameAxiom(Axiom):
    """The base class: the setting is that of finite games."""

    family = "games"

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, Selections):
            return ""
        return f"the setting {setting.id} has no profiles of actions"


@register_axiom
class Equilibrium(_GameAxiom):
    """Nobody gains by another action than the one that was selected."""

    id = "equilibrium"
    title = "Equilibrium"
    statement = (
        "No player who is told the own action, and knows the rule, gains by another one: a "
        "selected profile is a Nash equilibrium, a lottery a correlated one."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        chances = _chances(ctx.run(problem))
        if chances is None or len(problem) < len(problem.data.actions):
            ctx.undecided(_OTHER)
            return
        for player, gap in obedience_gaps(game_of(problem), chances).items():
            ctx.count()
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(player,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        chances = _chances(choose(mechanism, problem, ""))
        if chances is None or len(witness.agents) != 1:
            return None
        own = problem.type_of(witness.agents[0])
        k = problem.position(witness.agents[0])
        actions = problem.data.actions
        worth = dict(zip(itertools.product(*actions), own, strict=True))
        gains: list[Number] = [0]
        for told, other in itertools.permutations(actions[k], 2):
            gain: Number = 0
            for profile, p in chances.items():
                if profile[k] == told:
                    gain += p * (worth[(*profile[:k], other, *profile[k + 1 :])] - worth[profile])
            gains.append(gain)
        return max(gains)

    def describe(self, witness: Witness) -> str:
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the rule selects {chosen}, and player {witness.agents[0]} "
            f"gains {show(witness.gap)} by another action."
        )


@register_axiom
class PlayerSymmetry(_GameAxiom):
    """Who is called the first player does not matter."""

    id = "player_symmetry"
    title = "Symmetry between players"
    statement = "Exchanging two players with their actions and payoffs exchanges what they do."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        before = _chances(ctx.run(problem))
        if before is None or len(problem) < len(problem.data.actions):
            ctx.undecided(_OTHER)
            return
        for pair in itertools.combinations(range(len(problem)), 2):
            variant = exchanged(problem, pair)
            ctx.count()
            after = _chances(ctx.run(variant))
            if after is not None and _differ(before, after, pair):
                yield Violation(problem, variant=variant, details={"exchanged": pair})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        pair = witness.details.get("exchanged")
        known = [*itertools.combinations(range(len(witness.problem)), 2)]
        if witness.variant is None or pair not in known:
            return None
        if exchanged(witness.problem, pair) != witness.variant:
            return None
        before = _chances(choose(mechanism, witness.problem, ""))
        after = _chances(choose(mechanism, witness.variant, ""))
        if before is None or after is None:
            return None
        return int(_differ(before, after, pair))


def exchanged(problem: Problem, pair: Sequence[int]) -> Problem:
    """The game in which two players have exchanged their places, the labels of agents staying."""
    i, j = pair
    n = len(problem)
    order = list(range(n))
    order[i], order[j] = j, i
    game = game_of(problem)
    actions = tuple(game.actions[k] for k in order)
    places = [game.index([p[k] for k in order]) for p in itertools.product(*actions)]
    types = tuple(tuple(game.payoffs[k][at] for at in places) for k in order)
    reserve = None if problem.reserve is None else tuple(problem.reserve[k] for k in order)
    data = ActionSets(actions, problem.data.decisions)
    return replace(problem, types=types, data=data, reserve=reserve)


def _chances(result: object) -> dict[Any, Number] | None:
    if isinstance(result, Lottery):
        return {one.choice: p for p, one in result}
    return {result.choice: 1} if isinstance(result, Outcome) else None


def _differ(before: dict[Any, Number], after: dict[Any, Number], pair: Sequence[int]) -> bool:
    i, j = pair
    moved = {}
    for profile, p in before.items():
        listed = list(profile)
        listed[i], listed[j] = listed[j], listed[i]
        moved[tuple(listed)] = p
    return moved != after
