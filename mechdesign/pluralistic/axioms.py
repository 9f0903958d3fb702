"""Proportionality and equity of lotteries, and what copies or departures of groups change."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    all_exact,
    distance,
    is_exact,
    ratio,
)
from mechdesign.pluralistic.references import AZIZ
from mechdesign.pluralistic.settings import Policies
from mechdesign.pluralistic.welfare_lotteries import worth
from mechdesign.solvers.linear.polytopes import Polytope

_ROUNDING = 1e-9
#: Coalitions are listed, one linear program each.
_MOST_GROUPS = 12


def chances(problem: Problem, result: Any) -> list[Number]:
    """The probability of every alternative."""
    pairs = ((1, result),) if isinstance(result, Outcome) else result
    found: dict[Any, Number] = dict.fromkeys(problem.data.alternatives, 0)
    for p, outcome in pairs:
        found[outcome.choice] += p
    return list(found.values())


def _share(problem: Problem, group: object) -> Number:
    """The share of a group of the weight of all."""
    weights = problem.weights or (1,) * len(problem)
    return ratio(problem.weight_of(group), sum(weights))


def _unit(problem: Problem) -> Number:
    """The largest range of a group's utilities: what rounding is measured by."""
    return max(max(own) - min(own) for own in problem.types) or 1


class _Proportional(Axiom):
    family = "pluralistic"

    def applies(self, setting: Setting) -> str:
        told = f"the setting {setting.id} has no groups with utilities"
        return "" if isinstance(setting, Policies) else told


@register_axiom
class ProportionalShare(_Proportional):
    """Every group gets its share of what it could get at best, above its worst."""

    id = "proportional_share"
    title = "Individual fair share of lotteries"
    statement = "A group with a share w of the weight gets w of its best utility."

    @staticmethod
    def _short(problem: Problem, group: object, p: Sequence[Number]) -> Number:
        own = problem.type_of(group)
        low = min(own)
        best: Number = max(own) - low
        have: Number = worth(p, own) - low
        return _share(problem, group) * best - have

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        p = chances(problem, ctx.run(problem))
        for group in problem.agents:
            ctx.count()
            gap = self._short(problem, group, p)
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(group,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 1:
            return None
        p = chances(witness.problem, mechanism.solve(witness.problem))
        return self._short(witness.problem, witness.agents[0], p)


class _SharesOfCoalitions(_Proportional):
    """What a coalition with something in common gets of its share of the weight."""

    @staticmethod
    @abstractmethod
    def _coalitions(problem: Problem) -> Iterator[tuple[Any, ...]]:
        """The coalitions of which something is demanded."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        p = chances(problem, ctx.run(problem))
        for coalition in self._coalitions(problem):
            ctx.count()
            gap = self._short(problem, coalition, p)
            if ctx.exceeds(gap):
                yield Violation(problem, agents=coalition, gap=gap)

    @staticmethod
    def _short(problem: Problem, coalition: Sequence[object], p: Sequence[Number]) -> Number:
        """The share of the weight less the mean, by weight, of what members get of their best."""
        held: Number = sum((_share(problem, g) for g in coalition), Fraction(0))
        if not held:
            return 0
        got: Number = 0
        for group in coalition:
            own = problem.type_of(group)
            low, high = min(own), max(own)
            part = ratio(worth(p, own) - low, high - low) if high > low else 1
            got += _share(problem, group) * part
        short = held - ratio(got, held)
        # The engine measures rounding by the unit of the utilities.
        return short if is_exact(short) else short * _unit(problem)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if set(witness.agents) not in map(set, self._coalitions(problem)):
            return None
        return self._short(problem, witness.agents, chances(problem, mechanism.solve(problem)))


@register_axiom
class UnanimousShare(_SharesOfCoalitions):
    """Groups that want the same get their common share of what they could get at best."""

    id = "unanimous_share"
    title = "Unanimous fair share of lotteries"
    reference = AZIZ
    statement = "Groups with the same preferences and a share w of the weight get w of their best."

    @staticmethod
    def _coalitions(problem: Problem) -> Iterator[tuple[Any, ...]]:
        alike: dict[Any, list[Any]] = {}
        for group, own in zip(problem.agents, problem.types, strict=True):
            low, high = min(own), max(own)
            unit = tuple(ratio(x - low, high - low) if high > low else 1 for x in own)
            alike.setdefault(unit, []).append(group)
        yield from map(tuple, alike.values())


@register_axiom
class AverageShare(_SharesOfCoalitions):
    """Groups with a common best alternative get their share of it on average."""

    id = "average_share"
    title = "Average fair share of lotteries"
    reference = AZIZ
    statement = (
        "Groups that have a best alternative in common and a share w of the weight get w of their "
        "best on average."
    )

    @staticmethod
    def _coalitions(problem: Problem) -> Iterator[tuple[Any, ...]]:
        seen = set()
        for x in range(len(problem.data.alternatives)):
            for size in range(1, len(problem) + 1):
                like = [
                    g
                    for g, own in zip(problem.agents, problem.types, strict=True)
                    if own[x] == max(own)
                ]
                for coalition in itertools.combinations(like, size):
                    if coalition not in seen:
                        seen.add(coalition)
                        yield coalition


@register_axiom
class LotteryCore(_Proportional):
    """No coalition does better for all its members with its own share of the probability.

    A coalition with a share s of the weight may spread a mass of s; the rest is worth to each
    member its worst utility.
    """

    id = "lottery_core"
    title = "Core of lotteries"
    reference = AZIZ
    statement = (
        "No coalition can give every member more, spreading only the share of the probability that "
        "is its share of the weight."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem) > _MOST_GROUPS:
            ctx.undecided(f"coalitions of more than {_MOST_GROUPS} groups are not listed")
            return
        p = chances(problem, ctx.run(problem))
        groups = list(problem.agents)
        for size in range(1, len(groups) + 1):
            for coalition in itertools.combinations(groups, size):
                ctx.count()
                gap, q = self._best(problem, coalition, p)
                if ctx.exceeds(gap):
                    told = {"spread": tuple(q)}
                    yield Violation(problem, agents=coalition, gap=gap, details=told)

    @staticmethod
    def _best(
        problem: Problem, coalition: Sequence[object], p: Sequence[Number]
    ) -> tuple[Number, list[Number]]:
        """The largest gain that all members can have, and how they spread their share."""
        n = len(p)
        share: Number = sum((_share(problem, g) for g in coalition), Fraction(0))
        rows, right = [], []
        for group in coalition:
            own = problem.type_of(group)
            low = min(own)
            rows.append((*(-(x - low) for x in own), 1))
            right.append(-(worth(p, own) - low))
        exact = all_exact([share, *right, *(x for row in rows for x in row)])
        unit: Number = 1 if exact else _unit(problem)
        if not exact:
            rows = [(*(ratio(x, unit) for x in row[:n]), 1) for row in rows]
            right = [ratio(x, unit) for x in right]
        # The gain may be negative: it is written as a number less what the best is worth.
        most = max((-r for r in right), default=0)
        sides = (((*(1,) * n, 0)), *rows)
        wide = Polytope(sides, (share, *(r + most for r in right)), exact)
        value, x = wide.maximise([0] * n + [1])
        return (value - most) * unit, list(x[:n])

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, q = witness.problem, witness.details.get("spread")
        coalition = witness.agents
        if not isinstance(q, tuple) or len(q) != len(problem.data.alternatives) or min(q) < 0:
            return None
        if not coalition or not set(coalition) <= set(problem.agents):
            return None
        weights = problem.weights or (1,) * len(problem)
        held = ratio(sum(problem.weight_of(group) for group in set(coalition)), sum(weights))
        if sum(q) > held + (0 if all_exact([held, *q]) else _ROUNDING):
            return None
        p = chances(problem, mechanism.solve(problem))
        gains: list[Number] = []
        for group in coalition:
            own = problem.type_of(group)
            low = min(own)
            have = sum((x * (u - low) for x, u in zip(p, own, strict=True)), Fraction(0))
            gains.append(sum((x * (u - low) for x, u in zip(q, own, strict=True)), -have))
        return min(gains)


def blocking(problem: Problem, p: Sequence[Number]) -> tuple[tuple[Any, ...], Number, list[Number]]:
    """The coalition that gains most by leaving a lottery, its gain and its spread; none: ()."""
    groups = list(problem.agents)
    if len(groups) > _MOST_GROUPS:
        told = f"be at most {_MOST_GROUPS}: coalitions are listed"
        raise InvalidInputError("groups", told, len(groups))
    best: tuple[tuple[Any, ...], Number, list[Number]] = ((), 0, [])
    for size in range(1, len(groups) + 1):
        for coalition in itertools.combinations(groups, size):
            gap, q = LotteryCore._best(problem, coalition, p)
            if gap > best[1] + (0 if all_exact([gap]) else _ROUNDING * _unit(problem)):
                best = (coalition, gap, q)
    return best


class _Copies(_Proportional):
    """A group is put in twice; what everybody gets must stay."""

    @staticmethod
    @abstractmethod
    def _copied(problem: Problem, group: Any) -> Problem:
        """The problem with the group twice."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        before = chances(problem, ctx.run(problem))
        for group in problem.agents:
            ctx.count()
            other = self._copied(problem, group)
            gap = _moved(problem, before, chances(other, ctx.run(other)))
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(group,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if len(witness.agents) != 1 or witness.agents[0] not in problem.agents:
            return None
        other = self._copied(problem, witness.agents[0])
        before, after = (chances(one, mechanism.solve(one)) for one in (problem, other))
        return _moved(problem, before, after)


def _moved(problem: Problem, before: Sequence[Number], after: Sequence[Number]) -> Number:
    """The largest change of what a group gets."""
    gains = [worth(after, own) - worth(before, own) for own in problem.types]
    return max(max(gain, -gain) for gain in gains)


def _twin(problem: Problem, group: object, mine: Number, its: Number) -> Problem:
    """The problem in which a group has a twin, and how much the two weigh."""
    weights = dict(zip(problem.agents, problem.weights or (1,) * len(problem), strict=True))
    weights[group] = mine
    return replace(
        problem,
        agents=(*problem.agents, ("twin", group)),
        types=(*problem.types, problem.type_of(group)),
        weights=(*weights.values(), its),
    )


@register_axiom
class GroupSplitting(_Copies):
    """Two groups that want the same and share the weight count as one."""

    id = "group_splitting"
    title = "Independence of splitting groups"
    statement = "A group that splits into two of half its weight changes nothing for anybody."

    @staticmethod
    def _copied(problem: Problem, group: object) -> Problem:
        half = ratio(problem.weight_of(group), 2)
        return _twin(problem, group, half, half)


@register_axiom
class GroupReplication(_Copies):
    """A second group that wants what another does, with as much weight, changes nothing."""

    id = "group_replication"
    title = "Independence of copies of groups"
    statement = "A copy of a group, with its weight, changes nothing for anybody."

    @staticmethod
    def _copied(problem: Problem, group: object) -> Problem:
        weight = problem.weight_of(group)
        return _twin(problem, group, weight, weight)


@register_axiom
class HammondEquity(_Proportional):
    """Nothing is left with a better-off group that would make a worse-off one better off.

    A lottery is unfair if another one gives a group more and a group that stays above it less, and
    the same to all others.  Utilities are compared between groups, as they are.
    """

    id = "hammond_equity"
    title = "Hammond equity"
    statement = (
        "No other lottery gives more to a group and less to one that stays better off than it, and "
        "the same to all others."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        p = chances(problem, ctx.run(problem))
        for poor, rich in itertools.permutations(problem.agents, 2):
            ctx.count()
            gap, q = self._best(problem, poor, rich, p)
            if ctx.exceeds(gap):
                told = {"spread": tuple(q)}
                yield Violation(problem, agents=(poor, rich), gap=gap, details=told)

    @staticmethod
    def _best(
        problem: Problem, poor: object, rich: object, p: Sequence[Number]
    ) -> tuple[Number, list[Number]]:
        """The most that can be moved so that all three differences are at least as large."""
        n = len(p)
        exact = all_exact([*p, *(x for row in problem.types for x in row)])
        unit: Number = 1 if exact else _unit(problem)
        types = {
            group: row if exact else [ratio(x, unit) for x in row]
            for group, row in zip(problem.agents, problem.types, strict=True)
        }
        own, other = types[poor], types[rich]
        have, above = worth(p, own), worth(p, other)
        if above <= have:
            return 0, list(p)
        rows = [
            (*(1,) * n, 0),
            (*(-1,) * n, 0),
            (*(-x for x in own), 1),
            (*other, 1),
            (*(x - y for x, y in zip(own, other, strict=True)), 1),
        ]
        right: list[Number] = [1, -1, -have, above, 0]
        for group in problem.agents:
            if group not in (poor, rich):
                row = types[group]
                rows += [(*row, 0), (*(-x for x in row), 0)]
                right += [worth(p, row), -worth(p, row)]
        if not exact:
            right = [x + _ROUNDING / 10 for x in right]
        value, x = Polytope(tuple(rows), tuple(right), exact).maximise([0] * n + [1])
        return value * unit, list(x[:n])

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, q = witness.problem, witness.details.get("spread")
        if not isinstance(q, tuple) or len(q) != len(problem.data.alternatives) or min(q) < 0:
            return None
        if len(set(witness.agents)) != 2 or not set(witness.agents) <= set(problem.agents):
            return None
        p = chances(problem, mechanism.solve(problem))
        exact = all_exact([*p, *q, *(x for row in problem.types for x in row)])
        slack: Number = 0 if exact else _ROUNDING
        if distance(sum(q), 1) > slack:
            return None
        poor, rich = witness.agents
        for group in problem.agents:
            row = problem.type_of(group)
            moved = distance(worth(q, row), worth(p, row))
            if group not in (poor, rich) and moved > slack * _unit(problem):
                return None
        own, other = problem.type_of(poor), problem.type_of(rich)
        gains: list[Number] = [
            worth(q, own) - worth(p, own),
            worth(p, other) - worth(q, other),
            worth(q, other) - worth(q, own),
        ]
        return min(gains)


@register_axiom
class DepartureSolidarity(_Proportional):
    """When a group leaves, the one that is then worst off has no less than the worst off before."""

    id = "departure_solidarity"
    title = "Solidarity when a group leaves"
    statement = "The lowest utility among the groups that stay does not fall when one leaves."

    @staticmethod
    def _fall(problem: Problem, group: object, before: Sequence[Number], after: Any) -> Number:
        stay = [problem.type_of(one) for one in problem.agents if one != group]
        now: Number = min(worth(after, row) for row in stay)
        return min(worth(before, row) for row in stay) - now

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem) < 2:
            return
        before = chances(problem, ctx.run(problem))
        for group in problem.agents:
            ctx.count()
            other = problem.without(group)
            gap = self._fall(problem, group, before, chances(other, ctx.run(other)))
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(group,), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if len(witness.agents) != 1 or witness.agents[0] not in problem.agents or len(problem) < 2:
            return None
        other = problem.without(witness.agents[0])
        before, after = (chances(one, mechanism.solve(one)) for one in (problem, other))
        return self._fall(problem, witness.agents[0], before, after)
