"""Axioms of lotteries that are chosen from comparisons, and what is proved about the rules."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.algorithms.orders import components
from mechdesign.axioms import (
    Axiom,
    Certificate,
    Scope,
    Violation,
    Witness,
    certifies,
    register_axiom,
)
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, distance, is_exact, show
from mechdesign.preference_games import mechanisms as rules
from mechdesign.preference_games.settings import Comparers, Matrix, cloned, population_game

# What rounding may do to the chances of an equilibrium that is computed in floats.
_ROUNDING = 1e-9
_HALF = Fraction(1, 2)


class _OfLotteries(Axiom):
    """What these axioms share: they look at the chances of the alternatives."""

    family = "preference_games"

    def applies(self, setting: Setting) -> str:
        if isinstance(setting, Comparers):
            return ""
        return f"the setting {setting.id} has no comparisons in pairs"

    @staticmethod
    def exceeds(ctx: Evaluator, gap: Number) -> bool:
        """Whether a gap is one, floats beyond what rounding does to an equilibrium."""
        if not is_exact(gap):
            ctx.exact = False
        return gap > 0 if is_exact(gap) else gap > _ROUNDING


class _AtOneProblem(_OfLotteries):
    """An axiom on the lottery at one problem."""

    @abstractmethod
    def shortfall(self, problem: Problem, p: Sequence[Number]) -> Number | None:
        """How far a lottery is from what is demanded; None where nothing is."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        gap = self.shortfall(problem, chances(problem, ctx.run(problem)))
        if gap is None:
            return
        ctx.count()
        if self.exceeds(ctx, gap):
            yield Violation(problem, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        found = chances(witness.problem, mechanism.solve(witness.problem))
        return self.shortfall(witness.problem, found)


def chances(problem: Problem, result: Any) -> list[Number]:
    """The probability of every alternative."""
    pairs = ((1, result),) if isinstance(result, Outcome) else result
    found: dict[Any, Number] = dict.fromkeys(problem.data.alternatives, 0)
    for p, outcome in pairs:
        found[outcome.choice] += p
    return list(found.values())


def _winner(problem: Problem) -> int | None:
    """The alternative that most prefer to each other one."""
    margins = population_game(problem).integer_margins
    others = len(margins) - 1
    return next((k for k, row in enumerate(margins) if int((row > 0).sum()) == others), None)


@register_axiom
class CondorcetLottery(_AtOneProblem):
    """An alternative that beats all others is chosen for sure."""

    id = "condorcet_lottery"
    title = "Condorcet consistency of lotteries"
    statement = "An alternative that a majority prefers to each other one is chosen for sure."

    def shortfall(self, problem: Problem, p: Sequence[Number]) -> Number | None:
        k = _winner(problem)
        return None if k is None else sum(x for j, x in enumerate(p) if j != k)


@register_axiom
class CondorcetMode(_AtOneProblem):
    """An alternative that beats all others is at least as likely as each of them."""

    id = "condorcet_mode"
    title = "The Condorcet winner is the most likely"
    statement = "No alternative is likelier than one that a majority prefers to each other one."

    def shortfall(self, problem: Problem, p: Sequence[Number]) -> Number | None:
        k = _winner(problem)
        return None if k is None or len(p) < 2 else max(x - p[k] for j, x in enumerate(p) if j != k)


@register_axiom
class SmithSupport(_AtOneProblem):
    """Only alternatives of the Smith set have a chance."""

    id = "smith_support"
    title = "Smith support"
    statement = "Alternatives outside of the smallest set that beats all others have no chance."

    def shortfall(self, problem: Problem, p: Sequence[Number]) -> Number | None:
        margins = population_game(problem).integer_margins
        inside = components(np.asarray(margins >= 0, dtype=bool))[0]
        return sum(x for j, x in enumerate(p) if j not in inside)


class _Raising(_OfLotteries):
    """An axiom on an agent who comes to prefer one alternative to another."""

    @abstractmethod
    def loss(self, p: Sequence[Number], q: Sequence[Number], i: int, j: int) -> Number:
        """How far the new lottery is from what is demanded when i was raised over j."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        labels = problem.data.alternatives
        before = chances(problem, ctx.run(problem))
        for agent, own in zip(problem.agents, problem.types, strict=True):
            for i, up in enumerate(labels):
                for j, down in enumerate(labels):
                    if i == j or own[i][j] == 1:
                        continue
                    variant = problem.report(agent, raised(own, i, j))
                    after = chances(variant, ctx.run(variant))
                    ctx.count()
                    gap = self.loss(before, after, i, j)
                    if self.exceeds(ctx, gap):
                        told = {"up": up, "down": down}
                        yield Violation(problem, (agent,), variant, gap=gap, details=told)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, labels = witness.problem, witness.problem.data.alternatives
        up, down = witness.details.get("up"), witness.details.get("down")
        if len(witness.agents) != 1 or up not in labels or down not in labels or up == down:
            return None
        i, j = labels.index(up), labels.index(down)
        agent = witness.agents[0]
        wanted = [list(row) for row in problem.type_of(agent)]
        wanted[i][j], wanted[j][i] = 1, 0
        if witness.variant != problem.report(agent, tuple(map(tuple, wanted))):
            return None
        before = chances(problem, mechanism.solve(problem))
        after = chances(witness.variant, mechanism.solve(witness.variant))
        return self.loss(before, after, i, j)

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        return (
            f"At ({witness.profile()}) the mechanism chooses "
            f"{witness.say(witness.before, witness.problem)}; when agent {witness.agents[0]} comes "
            f"to prefer {witness.details['up']} to {witness.details['down']} it chooses "
            f"{witness.say(witness.after, witness.variant)}: it fails by {show(witness.gap)}."
        )


def raised(own: Matrix, i: int, j: int) -> Matrix:
    """The comparisons of an agent who comes to prefer i to j, all others as they were."""
    rows = [list(row) for row in own]
    rows[i][j], rows[j][i] = 1, 0
    return tuple(map(tuple, rows))


@register_axiom
class LotteryMonotonicity(_Raising):
    """Support never lowers the chance of an alternative."""

    id = "lottery_monotonicity"
    title = "Monotonicity of lotteries"
    statement = "An alternative is not less likely when somebody comes to prefer it to another one."

    def loss(self, p: Sequence[Number], q: Sequence[Number], i: int, j: int) -> Number:
        return p[i] - q[i]


@register_axiom
class RatioMonotonicity(_Raising):
    """Support against an alternative never lowers the chance relative to it."""

    id = "ratio_monotonicity"
    title = "Monotonicity of ratios"
    statement = (
        "The chance of an alternative does not fall relative to that of another one which somebody "
        "comes to like less than it."
    )

    def loss(self, p: Sequence[Number], q: Sequence[Number], i: int, j: int) -> Number:
        return p[i] * q[j] - q[i] * p[j]


@register_axiom
class CompositionConsistency(_OfLotteries):
    """A copy of an alternative shares its chance and takes nothing from the others."""

    id = "composition_consistency"
    title = "Composition consistency for copies"
    statement = (
        "A copy of an alternative, as good as it, shares its chance; the others keep theirs."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        before = chances(problem, ctx.run(problem))
        for k, label in enumerate(problem.data.alternatives):
            variant = cloned(problem, k)
            ctx.count()
            gap = self._gap(before, chances(variant, ctx.run(variant)), k)
            if self.exceeds(ctx, gap):
                yield Violation(problem, variant=variant, gap=gap, details={"copied": label})

    @staticmethod
    def _gap(before: Sequence[Number], after: Sequence[Number], k: int) -> Number:
        shared = [*after[:-1]]
        shared[k] += after[-1]
        return max(map(distance, before, shared))

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant = witness.problem, witness.variant
        labels = problem.data.alternatives
        if variant is None or witness.details.get("copied") not in labels:
            return None
        k, n = labels.index(witness.details["copied"]), len(labels)
        if len(variant.data.alternatives) != n + 1 or variant.data.alternatives[:n] != labels:
            return None
        for own, wide in zip(problem.types, variant.types, strict=True):
            copy = [*own[k]]
            copy[k] = _HALF
            if tuple(wide[n][:n]) != tuple(copy) or wide[n][n] != _HALF:
                return None
            if any(tuple(wide[i][:n]) != tuple(own[i]) for i in range(n)):
                return None
        before = chances(problem, mechanism.solve(problem))
        after = chances(variant, mechanism.solve(variant))
        return self._gap(before, after, k)


_LEMMA = (
    "if p solves the game A and q the game A', with the same reference and strength, then "
    "q'(A' - A)p >= 0: add what p gains against q in A and q against p in A'"
)


def _always(text: str, lift: str) -> Any:
    def decide(mechanism: Mechanism, setting: Setting, scope: Scope) -> Certificate | None:
        return Certificate(text) if scope.lift == lift and isinstance(setting, Comparers) else None

    return decide


for _rule in (rules.maximal_lotteries, rules.nash_averaging, rules.regularised_lottery):
    certifies("ratio_monotonicity", _rule)(
        _always(f"{_LEMMA}; raising i over j by e makes that e (q_i p_j - q_j p_i)", "")
    )
for _rule in (rules.maximal_lotteries, rules.nash_averaging):
    certifies("participation", _rule)(
        _always(f"{_LEMMA}; a newcomer v adds t (A_v - A), and q'Ap <= 0", "pairwise")
    )
    certifies("condorcet_lottery", _rule)(
        _always("whoever beats all others is the only optimal strategy", "")
    )
certifies("population_consistency", rules.regularised_lottery)(
    _always(
        "the fixed point log p = log ref + P p / beta + c of two electorates averages to that of "
        "both, and it has one solution",
        "",
    )
)
