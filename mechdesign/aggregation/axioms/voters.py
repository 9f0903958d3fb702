"""Axioms on changes of the voters: copies of them, changing their minds, turning around."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from mechdesign.aggregation.axioms.majority import AggregationAxiom
from mechdesign.aggregation.profiles.chosen import different, winning
from mechdesign.aggregation.profiles.outcome_arrays import Electorates, RuleOutcomes
from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.references import SMITH1973
from mechdesign.arrays import AnyArray
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.profiles import OutcomeArrays
from mechdesign.axioms.question.trust import believed
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import Lottery, Mechanism, Number, Problem, Setting

# Up to this many voters of one ranking all groups of them are tried.
_ALL_GROUPS = 12
_MORE_COPIES = "there are more numbers of copies than can be tried"


@register_axiom
class Homogeneity(AggregationAxiom):
    """Counting every voter equally often changes nothing.

    Tried are two and three copies of everybody; that no other number makes a difference takes a
    proof, which most rules of this package come with.
    """

    id = "homogeneity"
    title = "Homogeneity"
    reference = SMITH1973
    statement = "If every voter (task) is counted k times, the outcome is the same, for every k."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        ctx.undecided(_MORE_COPIES)
        before = ctx.run(problem)
        for copies in (2, 3):
            variant = duplicated(problem, [*problem.agents] * (copies - 1))
            ctx.count()
            if different(before, ctx.run(variant), ctx.tolerance):
                yield Violation(problem, variant=variant, details={"copies": copies})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, copies = witness.problem, witness.details.get("copies")
        if not isinstance(copies, int) or copies < 2:
            return None
        larger = witness.variant
        wanted = {ballot: copies * count for ballot, count in _ballots(problem).items()}
        if larger is None or _ballots(larger) != wanted:
            return None
        after = choose(mechanism, larger, witness.lift)
        return int(different(choose(mechanism, problem, witness.lift), after, witness.tolerance))

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        chosen = witness.say(witness.before, witness.problem)
        after = witness.say(witness.after, witness.variant)
        return (
            f"At ({witness.profile()}) the outcome is {chosen}; with everybody counted "
            f"{witness.details['copies']} times it is {after}."
        )

    def by_arrays(
        self, ctx: Evaluator, arrays: OutcomeArrays, n: int
    ) -> tuple[int, AnyArray] | None:
        ctx.undecided(_MORE_COPIES)
        return super().by_arrays(ctx, arrays, n)

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        if not arrays.single(n):
            return None
        e, rows = arrays.profiles(n), arrays.rows(n)
        doubled = arrays.evaluate(2 * e.vectors[rows].astype(np.int64))
        wrong = np.zeros(len(e.vectors), dtype=bool)
        wrong[rows] = (doubled.winners != arrays.winners(n)[rows]) | (
            doubled.choices != arrays.choices(n)[rows]
        )
        return len(rows), wrong


def _ballots(problem: Problem) -> Counter[tuple[str, Number]]:
    """How many agents there are with each report and weight."""
    pairs = zip(problem.agents, problem.types, strict=True)
    return Counter((str(report), problem.weight_of(agent)) for agent, report in pairs)


@register_axiom
class TaskDuplication(AggregationAxiom):
    """Listing one task twice changes nothing."""

    id = "task_duplication"
    title = "Independence of duplicated tasks"
    statement = "If one task (voter) is listed twice, the outcome is the same."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        before = ctx.run(problem)
        for agent in problem.agents:
            variant = duplicated(problem, [agent])
            ctx.count()
            if different(before, ctx.run(variant), ctx.tolerance):
                yield Violation(problem, agents=(agent,), variant=variant)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        if len(witness.agents) != 1:
            return None
        longer = duplicated(problem, witness.agents)
        after = choose(mechanism, longer, witness.lift)
        return int(different(choose(mechanism, problem, witness.lift), after, witness.tolerance))

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the outcome is {chosen}; with agent {witness.agents[0]} "
            f"listed twice it is {witness.say(witness.after, witness.variant)}."
        )


def duplicated(problem: Problem, agents: Any) -> Problem:
    """The problem with copies of some agents, under new names."""
    copies = list(agents)
    places = [problem.position(agent) for agent in copies]
    taken = set(problem.agents)
    names = []
    for agent in copies:
        name: Any = ("copy", agent)
        while name in taken:
            name = ("copy", name)
        taken.add(name)
        names.append(name)
    types = list(problem.types)
    weights = None if problem.weights is None else list(problem.weights)
    return replace(
        problem,
        agents=(*problem.agents, *names),
        types=tuple(types + [types[k] for k in places]),
        weights=None if weights is None else tuple(weights + [weights[k] for k in places]),
    )


@register_axiom
class ReversalSymmetry(AggregationAxiom):
    """Nobody is the only winner of a profile and a winner of its reversal."""

    id = "reversal_symmetry"
    title = "Reversal symmetry"
    statement = "The only winner does not win when all voters turn their rankings upside down."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        chosen = winning(ctx.run(problem))
        if len(chosen) != 1 or len(problem.data.alternatives) < 2:
            return
        variant = _reversed(problem)
        ctx.count()
        if chosen <= winning(ctx.run(variant)):
            yield Violation(problem, variant=variant)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        chosen = winning(choose(mechanism, witness.problem, witness.lift))
        if len(chosen) != 1 or len(witness.problem.data.alternatives) < 2:
            return None
        return int(chosen <= winning(choose(mechanism, _reversed(witness.problem), witness.lift)))

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        e, won = arrays.profiles(n), arrays.winners(n)
        if e.m < 2:
            return 0, np.zeros(len(won), dtype=bool)
        place = {tuple(row): k for k, row in enumerate(e.tiers.tolist())}
        turned = [place[tuple((e.m - 1 - row).tolist())] for row in e.tiers]
        single = (won & (won - 1)) == 0
        back = won[e.index(e.vectors[:, turned])]
        return int(single.sum()), single & ((won & back) != 0)


def _reversed(problem: Problem) -> Problem:
    if isinstance(problem.data, ScoreData):
        flipped: Any = tuple(
            tuple(None if v is None else -v for v in column) for column in problem.types
        )
    else:
        flipped = tuple(r.reversed() for r in problem.types)
    return replace(problem, types=flipped)


@register_axiom
class CandidateMonotonicity(AggregationAxiom):
    """A winner that voters lift still wins.

    On a domain every lift of one voter is tried, and a lift of several is a chain of these; at a
    single problem all groups of voters with the same ranking who lift a winner in the same way.
    """

    id = "candidate_monotonicity"
    title = "Candidate monotonicity"
    statement = (
        "If voters with the same ranking lift a winner and change nothing else, it still wins."
    )
    compares_winners = True

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if isinstance(problem.data, ScoreData):
            ctx.undecided("lifting is defined for rankings")
            return
        groups: dict[Ranking, list[Any]] = {}
        for agent, ranking in zip(problem.agents, problem.types, strict=True):
            groups.setdefault(ranking, []).append(agent)
        self.leaves_chances(ctx, isinstance(ctx.run(problem), Lottery))
        chosen = winning(ctx.run(problem))
        for ranking, agents in groups.items():
            if len(ranking) < len(problem.data.alternatives):
                ctx.undecided("somebody does not rank all alternatives")
            movers = list(_movers(ctx, agents))
            for label in sorted(chosen & set(ranking.alternatives), key=str):
                for lifted in self._lifted(ctx, problem, agents[0], ranking, label):
                    for moving in movers:
                        variant = problem.with_types(dict.fromkeys(moving, lifted))
                        ctx.count()
                        if label not in winning(ctx.run(variant)):
                            yield Violation(
                                problem, agents=moving, variant=variant, details={"lifted": label}
                            )

    @staticmethod
    def _lifted(
        ctx: Evaluator, problem: Problem, agent: object, ranking: Ranking, label: Label
    ) -> Iterator[Ranking]:
        """The rankings that a voter may report in which a label stands higher."""
        listed = ctx.listed(problem, agent)
        if listed is None:
            yield from _lifts(ranking, label)
            return
        for report in listed:
            if report != ranking and _is_lift(ranking, report, label):
                yield report

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        label = witness.details["lifted"]
        if witness.variant is None:
            return None
        pairs = zip(witness.problem.types, witness.variant.types, strict=True)
        if not all(_is_lift(old, new, label) for old, new in pairs):
            return None
        if label not in winning(choose(mechanism, witness.problem, witness.lift)):
            return None
        return int(label not in winning(choose(mechanism, witness.variant, witness.lift)))

    def describe(self, witness: Witness) -> str:
        label, movers = witness.details["lifted"], ", ".join(map(str, witness.agents))
        assert witness.variant is not None
        return (
            f"At ({witness.profile()}) {label} wins; if agents {movers} lift it, the outcome is "
            f"{witness.say(witness.after, witness.variant)} and {label} loses."
        )

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        e, won, rows = arrays.profiles(n), arrays.winners(n), arrays.rows(n, choice=False)
        base = e.vectors[rows]
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        for r, x, lifted in _lifted_kinds(e):
            winner = (won[rows] >> x & 1) == 1
            for size in range(1, n + 1):
                able = winner & (base[:, r] >= size)
                if not able.any():
                    break
                moved = base[able].copy()
                moved[:, r] -= size
                moved[:, lifted] += size
                after = won[e.index(moved)]
                cases += int(able.sum())
                wrong[rows[able]] |= (after >> x & 1) == 0
        return cases, wrong


def _lifted_kinds(e: Electorates) -> list[tuple[int, int, int]]:
    """(ranking, alternative, ranking in which only it stands higher)."""
    place = {tuple(row): k for k, row in enumerate(e.tiers.tolist())}
    found = []
    for r, row in enumerate(e.tiers.tolist()):
        order = sorted(range(e.m), key=row.__getitem__)
        for at, x in enumerate(order):
            for target in range(at):
                moved = [y for y in order if y != x]
                moved.insert(target, x)
                tiers = [0] * e.m
                for rank, y in enumerate(moved):
                    tiers[y] = rank
                found.append((r, x, place[tuple(tiers)]))
    return found


def _movers(ctx: Evaluator, agents: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The groups of voters with the same ranking that must be tried together."""
    alike = ctx.mechanism.anonymous and believed(ctx.mechanism, "anonymous")
    sizes = range(1, len(agents) + 1)
    if not alike and not ctx.finite and len(agents) <= _ALL_GROUPS:
        for size in sizes:
            yield from itertools.combinations(agents, size)
        return
    if not alike and not ctx.finite:
        ctx.undecided(f"more than {_ALL_GROUPS} voters of one ranking have too many groups")
    for size in sizes:
        yield tuple(agents[:size])
    if not alike:
        yield from ((agent,) for agent in agents[1:])


def _is_lift(old: Ranking, new: Ranking, label: Label) -> bool:
    """Whether only the label may stand higher in the new ranking, and nowhere lower."""
    others = [x for x in old.alternatives if x != label]
    if set(old.alternatives) != set(new.alternatives):
        return False
    if old.restricted(others) != new.restricted(others):
        return False
    return not any(
        (old.prefers(label, x) and not new.prefers(label, x))
        or (not old.prefers(x, label) and new.prefers(x, label))
        for x in others
    )


def _lifts(ranking: Ranking, label: Label) -> Iterator[Ranking]:
    """The rankings in which a label stands higher and nothing else is changed."""
    at = ranking.tier(label)
    rest = [tuple(x for x in tier if x != label) for tier in ranking.tiers]
    alone = not rest[at]
    for k in range(at, -1, -1):
        if k < at or not alone:
            yield _without_gaps([*rest[:k], (label,), *rest[k:]])
        if k < at:
            yield _without_gaps([*rest[:k], (*rest[k], label), *rest[k + 1 :]])


def _without_gaps(tiers: list[tuple[Label, ...]]) -> Ranking:
    return Ranking([tier for tier in tiers if tier])
