"""Axioms of lotteries that are chosen from comparisons, and what is proved about the rules."""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import log
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
from mechdesign.axioms.generic.references import BRANDL
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
class DominatedRatio(_AtOneProblem):
    """Whom everybody likes less is not likelier than whom they like more."""

    id = "dominated_ratio"
    title = "Dominated alternatives are less likely"
    statement = (
        "An alternative is not likelier than one that everybody prefers to it and that does no "
        "worse against any third one."
    )

    def shortfall(self, problem: Problem, p: Sequence[Number]) -> Number | None:
        n, gaps = range(len(p)), []
        for i in n:
            for j in n:
                below = i != j and all(
                    own[i][j] < _HALF and all(own[i][k] <= own[j][k] for k in n)
                    for own in problem.types
                )
                if below:
                    gaps.append(p[i] - p[j])
        return max(gaps) if gaps else None


@register_axiom
class UniformImprovement(_OfLotteries):
    """Support for an alternative against all others never lowers its chance."""

    id = "uniform_improvement"
    title = "Uniform improvement"
    statement = (
        "An alternative that an agent comes to prefer by the same amount more to each other one is "
        "not less likely than before."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        before = chances(problem, ctx.run(problem))
        for agent, own in zip(problem.agents, problem.types, strict=True):
            for k, label in enumerate(problem.data.alternatives):
                better = improved(own, k)
                if better is None:
                    continue
                variant = problem.report(agent, better)
                ctx.count()
                gap = before[k] - chances(variant, ctx.run(variant))[k]
                if self.exceeds(ctx, gap):
                    told = {"improved": label}
                    yield Violation(problem, (agent,), variant, gap=gap, details=told)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, label = witness.problem, witness.details.get("improved")
        labels = problem.data.alternatives
        if len(witness.agents) != 1 or label not in labels:
            return None
        agent = witness.agents[0]
        k: int = labels.index(label)
        old = problem.type_of(agent)
        if witness.variant is None:
            return None
        new = witness.variant.type_of(agent)
        rises = {new[k][j] - old[k][j] for j in range(len(labels)) if j != k}
        rest = [
            new[i][j] == old[i][j]
            for i in range(len(labels))
            for j in range(len(labels))
            if k not in (i, j)
        ]
        if len(rises) != 1 or min(rises) <= 0 or not all(rest):
            return None
        if witness.variant != problem.report(agent, new):
            return None
        after = chances(witness.variant, mechanism.solve(witness.variant))
        return chances(problem, mechanism.solve(problem))[k] - after[k]


def improved(own: Matrix, k: int) -> Matrix | None:
    """The comparisons of an agent who prefers k more to each other one, by the same amount."""
    room = min((1 - x for j, x in enumerate(own[k]) if j != k), default=0)
    if room <= 0:
        return None
    rise = room if is_exact(room) else room / 2
    rows = [list(row) for row in own]
    for j in range(len(own)):
        if j != k:
            rows[k][j], rows[j][k] = rows[k][j] + rise, rows[j][k] - rise
    return tuple(map(tuple, rows))


def _settings(mechanism: Mechanism) -> dict[str, Any]:
    """The parameters of a rule, those by default too; maximal lotteries have the strength 0."""
    if mechanism.id in (rules.maximal_lotteries.id, rules.nash_averaging.id):
        return {"beta": 0}
    function = getattr(mechanism, "function", None)
    known = {} if function is None else inspect.signature(function).parameters
    told = {name: one.default for name, one in known.items() if one.default is not one.empty}
    return {**told, **mechanism.parameters}


@register_axiom
class RegularisedParticipation(_OfLotteries):
    """Whoever joins prefers the new lottery once what departures cost is counted.

    It is asked of rules with a strength ``beta`` and a reference, which they use.
    """

    id = "regularised_participation"
    title = "Participation, costs of departures counted"
    statement = (
        "An agent who joins prefers the new lottery to the old one at least as often as not, less "
        "what the new lottery costs more than the old one."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem) < 2:
            return
        after = chances(problem, ctx.run(problem))
        for agent in problem.agents:
            other = problem.without(agent)
            ctx.count()
            gap = self._loss(ctx.mechanism, problem, agent, after, chances(other, ctx.run(other)))
            if gap is None:
                ctx.undecided("the rule has no strength of regularisation")
                return
            if self.exceeds(ctx, gap):
                yield Violation(problem, (agent,), gap=gap)

    @staticmethod
    def _loss(
        mechanism: Mechanism,
        problem: Problem,
        agent: object,
        q: Sequence[Number],
        p: Sequence[Number],
    ) -> Number | None:
        settings = _settings(mechanism)
        beta = settings.get("beta")
        if beta is None:
            return None
        own, n = problem.type_of(agent), range(len(p))
        gains: list[Number] = [q[i] * p[j] * (own[i][j] - _HALF) for i in n for j in n]
        won: Number = sum(gains, Fraction(0))
        if not beta:
            return -won
        ref = settings.get("ref") or [Fraction(1, len(p))] * len(p)
        costs: list[float] = [
            sum(float(x) * log(float(x) / float(r)) for x, r in zip(one, ref, strict=True) if x)
            for one in (q, p)
        ]
        return float(beta) * (costs[0] - costs[1]) - float(won)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if len(witness.agents) != 1 or witness.agents[0] not in problem.agents or len(problem) < 2:
            return None
        other = problem.without(witness.agents[0])
        q, p = (chances(one, mechanism.solve(one)) for one in (problem, other))
        return self._loss(mechanism, problem, witness.agents[0], q, p)


@register_axiom
class CompositionConsistency(_OfLotteries):
    """A copy of an alternative shares its chance and takes nothing from the others."""

    id = "composition_consistency"
    title = "Composition consistency for copies"
    reference = BRANDL
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
    certifies("uniform_improvement", _rule)(
        _always(f"{_LEMMA}; raising i over all others by e makes that e (q_i - p_i)", "")
    )
certifies("regularised_participation", rules.regularised_lottery)(
    _always(
        "q'A'p less the costs of q and plus those of p is at least 0, since q solves the game A' = "
        "(1 - t) A + t A_v with the newcomer v; with A it is at most 0, since p solves A; so it is "
        "at least 0 with A_v",
        "",
    )
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
