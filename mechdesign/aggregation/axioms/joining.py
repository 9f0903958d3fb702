"""Axioms on joining voters: reinforcement, involvement, twins, groups of tasks that agree."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from mechdesign.aggregation.axioms.by_definition import taken
from mechdesign.aggregation.axioms.majority import AggregationAxiom
from mechdesign.aggregation.profiles.chosen import ranking_of, winning
from mechdesign.aggregation.profiles.outcome_arrays import RuleOutcomes
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.references import HOLLIDAY2021, YOUNG1975, YOUNG1978
from mechdesign.arrays import AnyArray
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.generic.participation import staying_away
from mechdesign.axioms.question.profiles import leaving
from mechdesign.axioms.question.verifier import choose, improvement
from mechdesign.model import Lottery, Mechanism, Number, Outcome, Problem, Setting, ShowsWinners


@register_axiom
class Reinforcement(AggregationAxiom):
    """Two electorates that share winners elect exactly these together."""

    id = "reinforcement"
    title = "Reinforcement"
    reference = YOUNG1975
    statement = "If two groups of voters share winners, these are the winners of both together."
    compares_winners = True

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem) < 2:
            return
        if not self._compares(ctx, problem):
            ctx.undecided("the outcome is not one ranking")
            return
        self.leaves_chances(ctx, isinstance(ctx.run(problem), Lottery))
        whole = self._chosen(ctx.mechanism, problem, ctx.run(problem))
        for left, right in splits(problem):
            one, two = problem.without(*right), problem.without(*left)
            if not (self._compares(ctx, one) and self._compares(ctx, two)):
                ctx.undecided("the outcome of a group is not one ranking")
                continue
            common = self._chosen(ctx.mechanism, one, ctx.run(one)) & self._chosen(
                ctx.mechanism, two, ctx.run(two)
            )
            if not common:
                continue
            ctx.count()
            if whole != common:
                yield Violation(
                    problem, agents=left, variant=one, details={"common": _texts(common)}
                )

    def _compares(self, ctx: Evaluator, problem: Problem) -> bool:
        """Whether the outcome is of a kind that can be compared."""
        return True

    def _chosen(self, mechanism: Mechanism, problem: Problem, found: object) -> set[Any]:
        return winning(found)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        left = set(witness.agents)
        if not left or not left < set(problem.agents):
            return None
        one = problem.without(*(a for a in problem.agents if a not in left))
        found = [
            self._seen(mechanism, part, witness.lift)
            for part in (one, problem.without(*left), problem)
        ]
        common = {x for x in found[0] if x in found[1]}
        return int(common != found[2]) if common else None

    def _seen(self, mechanism: Mechanism, problem: Problem, lift: str) -> set[Any]:
        """What is compared, evaluated again."""
        return taken(choose(mechanism, problem, lift)).winners

    def describe(self, witness: Witness) -> str:
        group = ", ".join(map(str, witness.agents))
        common = " and ".join(witness.details["common"])
        whole = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the voters {group} and the others both choose {common}, "
            f"but all together choose {whole}."
        )

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        e, whole = arrays.profiles(n), arrays.winners(n)
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        for small in range(1, n // 2 + 1):
            one, two = arrays.profiles(small), arrays.profiles(n - small)
            first, second = arrays.winners(small), arrays.winners(n - small)
            for row in arrays.rows(small, choice=False).tolist():
                common = first[row] & second
                shared = np.flatnonzero(common)
                joined = e.index(two.vectors[shared] + one.vectors[row])
                cases += len(shared)
                wrong[joined[whole[joined] != common[shared]]] = True
        return cases, wrong


@register_axiom
class RankingReinforcement(Reinforcement):
    """Two electorates that share optimal rankings choose exactly these together.

    For a rule that shows its tied rankings (Kemeny) the sets of optima are compared, for another
    one its single ranking.
    """

    id = "ranking_reinforcement"
    title = "Reinforcement of rankings"
    reference = YOUNG1978
    statement = (
        "If two groups of voters share optimal rankings, these are the optimal rankings of "
        "both together."
    )

    def _compares(self, ctx: Evaluator, problem: Problem) -> bool:
        return isinstance(ctx.mechanism, ShowsWinners) or isinstance(ctx.run(problem), Outcome)

    def _chosen(self, mechanism: Mechanism, problem: Problem, found: object) -> set[Any]:
        if isinstance(mechanism, ShowsWinners):
            return {outcome.choice for outcome in mechanism.winners(problem)}
        return {found.choice} if isinstance(found, Outcome) else set()

    def _seen(self, mechanism: Mechanism, problem: Problem, lift: str) -> set[Any]:
        rule: Any = mechanism
        found = rule.winners(problem) if hasattr(rule, "winners") else [mechanism.solve(problem)]
        return {one.choice for one in found if isinstance(one, Outcome)}

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        if not arrays.single(*range(1, n + 1)):
            return None
        e = arrays.profiles(n)
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        for small in range(1, n // 2 + 1):
            one, two = arrays.profiles(small), arrays.profiles(n - small)
            # The distinct sets are few: each two of them are intersected once.
            known, inverse = np.unique(arrays.optima(n - small), return_inverse=True)
            # Renaming keeps the sets of tied rankings, so that one part may be taken canonical.
            rows = np.flatnonzero(one.canonical) if arrays.renamed else np.arange(len(one.vectors))
            for row in rows.tolist():
                mine = arrays.sets[int(arrays.optima(small)[row])]
                common = np.array([arrays.shared(mine, s) for s in known.tolist()])[inverse]
                shared = np.flatnonzero(common >= 0)
                joined = e.index(two.vectors[shared] + one.vectors[row])
                cases += len(shared)
                wrong[joined[arrays.optima(n)[joined] != common[shared]]] = True
        return cases, wrong


def splits(problem: Problem) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Every partition of the agents into two groups, once."""
    agents = list(problem.agents)
    head, rest = agents[0], agents[1:]
    for size in range(len(rest)):
        for chosen in itertools.combinations(rest, size):
            yield (head, *chosen), tuple(a for a in rest if a not in chosen)


def _texts(chosen: set[Any]) -> tuple[str, ...]:
    return tuple(sorted(map(str, chosen)))


class _Involvement(AggregationAxiom):
    """An axiom on a voter who ranks an alternative alone at one end and joins the others."""

    compares_winners = True
    #: The tier of the alternative in the ranking of the voter who joins.
    tier: int
    #: Whether the alternative that wins (loses) without the voter must go on to do so.
    wins: bool

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem) < 2:
            return
        self.leaves_chances(ctx, isinstance(ctx.run(problem), Lottery))
        chosen = winning(ctx.run(problem))
        read: Any = ctx.setting
        for agent, report in zip(problem.agents, problem.types, strict=True):
            label = _alone(read._ranking(problem, report), self.tier, problem)
            if label is None:
                continue
            variant = problem.without(agent)
            if (label in winning(ctx.run(variant))) != self.wins:
                continue
            ctx.count()
            if (label in chosen) != self.wins:
                yield Violation(
                    problem, agents=(agent,), variant=variant, details={"alternative": label}
                )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, label = witness.problem, witness.details["alternative"]
        if len(witness.agents) != 1 or len(problem) < 2:
            return None
        agent = witness.agents[0]
        read: Any = setting
        tiers = read._ranking(problem, problem.type_of(agent)).tiers
        if tiers[self.tier] != (label,) or sum(map(len, tiers)) < len(problem.data.alternatives):
            return None
        before = label in winning(choose(mechanism, problem.without(agent), witness.lift))
        after = label in winning(choose(mechanism, problem, witness.lift))
        return int(before == self.wins and after != self.wins)

    def describe(self, witness: Witness) -> str:
        label, agent = witness.details["alternative"], witness.agents[0]
        place, fate = ("first", "loses") if self.wins else ("last", "wins")
        assert witness.variant is not None
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the outcome is {chosen}; without agent {agent}, who ranks "
            f"{label} {place}, it is {witness.say(witness.after, witness.variant)}: with that vote "
            f"{label} {fate}."
        )

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        e = arrays.profiles(n)
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        if e.m < 2:
            return 0, wrong
        for kind, here, rest in leaving(arrays, n, choice=False):
            x = int(np.argmax(e.tiers[kind] == self.tier % e.m))
            before = (arrays.winners(n - 1)[rest] >> x & 1) == int(self.wins)
            after = (arrays.winners(n)[here] >> x & 1) == int(self.wins)
            cases += int(before.sum())
            wrong[here] |= before & ~after
        return cases, wrong


def _alone(ranking: Ranking, tier: int, problem: Problem) -> Label | None:
    """Who is alone in the first or last tier of a ranking of all alternatives."""
    if len(ranking) < len(problem.data.alternatives) or len(ranking.tiers) < 2:
        return None
    found = ranking.tiers[tier]
    return found[0] if len(found) == 1 else None


@register_axiom
class PositiveInvolvement(_Involvement):
    """A winner still wins when somebody joins who ranks it first."""

    id = "positive_involvement"
    title = "Positive involvement"
    reference = HOLLIDAY2021
    statement = "A winner still wins if a voter joins who ranks it alone in the first place."
    tier, wins = 0, True


@register_axiom
class NegativeInvolvement(_Involvement):
    """A loser still loses when somebody joins who ranks it last."""

    id = "negative_involvement"
    title = "Negative involvement"
    reference = HOLLIDAY2021
    statement = "A loser still loses if a voter joins who ranks it alone in the last place."
    tier, wins = -1, False


@register_axiom
class Twins(AggregationAxiom):
    """A voter is not worse off because a second one with the same ranking joins.

    The case of participation in which the one who joins has a twin among the others.
    """

    id = "twins"
    title = "Twins are welcome"
    statement = "No voter is worse off if a voter with the same ranking joins."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        result = ctx.run(problem)
        types = list(problem.types)
        for k, (agent, own) in enumerate(zip(problem.agents, types, strict=True)):
            if own not in types[:k] and own not in types[k + 1 :]:
                continue
            variant = problem.without(agent)
            ctx.count()
            gap = ctx.gain(problem, agent, own, result, ctx.run(variant))
            if ctx.exceeds(gap):
                yield Violation(problem, agents=(agent,), variant=variant, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if len(witness.agents) != 1:
            return None
        agent = witness.agents[0]
        own = problem.type_of(agent)
        if sum(report == own for report in problem.types) < 2:
            return None
        present = choose(mechanism, problem, witness.lift)
        absent = choose(mechanism, problem.without(agent), witness.lift)
        return improvement(setting, problem, agent, own, present, absent, witness.lift)

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the outcome is {chosen}; without agent "
            f"{witness.agents[0]}, who has a twin, it is "
            f"{witness.say(witness.after, witness.variant)}, which the twin prefers."
        )

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        return staying_away(arrays, n, twins=True)


@register_axiom
class GroupConsistency(AggregationAxiom):
    """Two groups of tasks with the same ranking give it together."""

    id = "group_consistency"
    title = "Consistency under task groups"
    statement = "If two groups of tasks give the same ranking, so do all of them together."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem) < 2:
            return
        whole = ranking_of(ctx.run(problem))
        if whole is None:
            ctx.undecided("the outcome is not one ranking")
            return
        for left, right in splits(problem):
            one = problem.without(*right)
            first, second = (ranking_of(ctx.run(p)) for p in (one, problem.without(*left)))
            if first is None or second is None:
                ctx.undecided("the outcome of a group is not one ranking")
            if first is None or first != second:
                continue
            ctx.count()
            if whole != first:
                yield Violation(problem, agents=left, variant=one, details={"common": str(first)})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, left = witness.problem, set(witness.agents)
        if not left or not left < set(problem.agents):
            return None
        one = problem.without(*(a for a in problem.agents if a not in left))
        two = problem.without(*left)
        first, second = (ranking_of(choose(mechanism, part, witness.lift)) for part in (one, two))
        if first is None or first != second:
            return None
        return int(ranking_of(choose(mechanism, problem, witness.lift)) != first)

    def describe(self, witness: Witness) -> str:
        group = ", ".join(map(str, witness.agents))
        return (
            f"At ({witness.profile()}) the group {group} and the others both give "
            f"{witness.details['common']}, but all together give "
            f"{witness.say(witness.before, witness.problem)}."
        )

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        if not arrays.single(*range(1, n + 1)):
            return None
        e, chosen = arrays.profiles(n), arrays.choices(n)
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        for small in range(1, n // 2 + 1):
            one, two = arrays.profiles(small), arrays.profiles(n - small)
            mine, theirs = arrays.choices(small), arrays.choices(n - small)
            for row in arrays.rows(small).tolist():
                shared = np.flatnonzero(theirs == mine[row])
                joined = e.index(two.vectors[shared] + one.vectors[row])
                cases += len(shared)
                wrong[joined[chosen[joined] != mine[row]]] = True
        return cases, wrong
