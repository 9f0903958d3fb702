"""Axioms on changes of the voters: joining, leaving, changing their minds, turning around."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mechdesign.aggregation.axioms.by_definition import different, winning
from mechdesign.aggregation.axioms.majority import AggregationAxiom
from mechdesign.aggregation.profiles.problems import ScoreData
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.trust import belongs_to_package
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, ShowsWinners

# Up to this many voters of one ranking all groups of them are tried.
_ALL_GROUPS = 12


@register_axiom
class Reinforcement(AggregationAxiom):
    """Two electorates that share winners elect exactly these together."""

    id = "reinforcement"
    title = "Reinforcement"
    statement = "If two groups of voters share winners, these are the winners of both together."
    compares_winners = True

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Try every split into two groups."""
        if len(problem) < 2:
            return
        if not self._compares(ctx, problem):
            ctx.undecided("the outcome is not one ranking")
            return
        self.leaves_chances(ctx, ctx.run(problem))
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

    def _chosen(self, mechanism: Mechanism, problem: Problem, found: Any) -> set[Any]:
        return winning(found)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """Whether the whole electorate chooses something else than the common choice."""
        problem = witness.problem
        left = set(witness.agents)
        if not left or not left < set(problem.agents):
            return None
        parts = [
            problem.without(*(a for a in problem.agents if a not in left)),
            problem.without(*left),
        ]
        chosen = [self._chosen(mechanism, part, mechanism.solve(part)) for part in parts]
        common = chosen[0] & chosen[1]
        if not common:
            return None
        return int(self._chosen(mechanism, problem, mechanism.solve(problem)) != common)

    def describe(self, witness: Witness) -> str:
        """Say which groups agree and what they choose together."""
        group = ", ".join(map(str, witness.agents))
        common = " and ".join(witness.details["common"])
        whole = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the voters {group} and the others both choose {common}, "
            f"but all together choose {whole}."
        )


@register_axiom
class RankingReinforcement(Reinforcement):
    """Two electorates that share optimal rankings choose exactly these together.

    For a rule that shows its tied rankings (Kemeny) the sets of optima are compared, for another
    one its single ranking.
    """

    id = "ranking_reinforcement"
    title = "Reinforcement of rankings"
    statement = (
        "If two groups of voters share optimal rankings, these are the optimal rankings of "
        "both together."
    )

    def _compares(self, ctx: Evaluator, problem: Problem) -> bool:
        """Whether the tied rankings are shown, or there is only one."""
        return isinstance(ctx.mechanism, ShowsWinners) or isinstance(ctx.run(problem), Outcome)

    def _chosen(self, mechanism: Mechanism, problem: Problem, found: Any) -> set[Any]:
        if isinstance(mechanism, ShowsWinners):
            return {outcome.choice for outcome in mechanism.winners(problem)}
        return {found.choice} if isinstance(found, Outcome) else set()


def splits(problem: Problem) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Every partition of the agents into two groups, once."""
    agents = list(problem.agents)
    head, rest = agents[0], agents[1:]
    for size in range(len(rest)):
        for chosen in itertools.combinations(rest, size):
            yield (head, *chosen), tuple(a for a in rest if a not in chosen)


def _texts(chosen: set[Any]) -> tuple[str, ...]:
    return tuple(sorted(map(str, chosen)))


@register_axiom
class Homogeneity(AggregationAxiom):
    """Counting every voter equally often changes nothing.

    Tried are two and three copies of everybody; that no other number makes a difference takes a
    proof, which most rules of this package come with.
    """

    id = "homogeneity"
    title = "Homogeneity"
    statement = "If every voter (task) is counted k times, the outcome is the same, for every k."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Copy everybody once, and twice."""
        ctx.undecided("there are more numbers of copies than can be tried")
        before = ctx.run(problem)
        for copies in (2, 3):
            variant = duplicated(problem, [*problem.agents] * (copies - 1))
            ctx.count()
            if different(before, ctx.run(variant), ctx.tolerance):
                yield Violation(problem, variant=variant, details={"copies": copies})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """Whether the larger electorate chooses something else."""
        problem, copies = witness.problem, witness.details.get("copies")
        if not isinstance(copies, int) or copies < 2:
            return None
        larger = duplicated(problem, [a for a in problem.agents for _ in range(copies - 1)])
        after = mechanism.solve(larger)
        return int(different(mechanism.solve(problem), after, witness.tolerance))

    def describe(self, witness: Witness) -> str:
        """Say how often everybody is counted."""
        assert witness.variant is not None
        chosen = witness.say(witness.before, witness.problem)
        after = witness.say(witness.after, witness.variant)
        return (
            f"At ({witness.profile()}) the outcome is {chosen}; with everybody counted "
            f"{witness.details['copies']} times it is {after}."
        )


@register_axiom
class TaskDuplication(AggregationAxiom):
    """Listing one task twice changes nothing."""

    id = "task_duplication"
    title = "Independence of duplicated tasks"
    statement = "If one task (voter) is listed twice, the outcome is the same."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Duplicate each agent in turn."""
        before = ctx.run(problem)
        for agent in problem.agents:
            variant = duplicated(problem, [agent])
            ctx.count()
            if different(before, ctx.run(variant), ctx.tolerance):
                yield Violation(problem, agents=(agent,), variant=variant)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """Whether the longer list gives another outcome."""
        problem = witness.problem
        if len(witness.agents) != 1:
            return None
        longer = duplicated(problem, witness.agents)
        after = mechanism.solve(longer)
        return int(different(mechanism.solve(problem), after, witness.tolerance))

    def describe(self, witness: Witness) -> str:
        """Say which task is listed twice."""
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
        """Reverse all rankings."""
        chosen = winning(ctx.run(problem))
        if len(chosen) != 1 or len(problem.data.alternatives) < 2:
            return
        variant = _reversed(problem)
        ctx.count()
        if chosen <= winning(ctx.run(variant)):
            yield Violation(problem, variant=variant)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """Whether the same alternative wins both."""
        chosen = winning(mechanism.solve(witness.problem))
        if len(chosen) != 1 or len(witness.problem.data.alternatives) < 2:
            return None
        return int(chosen <= winning(mechanism.solve(_reversed(witness.problem))))


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
        """Lift every winner in every ranking, by one voter up to all who hold it."""
        if isinstance(problem.data, ScoreData):
            ctx.undecided("lifting is defined for rankings")
            return
        groups: dict[Ranking, list[Any]] = {}
        for agent, ranking in zip(problem.agents, problem.types, strict=True):
            groups.setdefault(ranking, []).append(agent)
        self.leaves_chances(ctx, ctx.run(problem))
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
        ctx: Evaluator, problem: Problem, agent: Any, ranking: Ranking, label: Label
    ) -> Iterator[Ranking]:
        """The rankings that a voter may report in which a label stands higher."""
        if not ctx.finite:
            yield from _lifts(ranking, label)
            return
        for report in ctx.deviations(problem, agent):
            if report != ranking and _is_lift(ranking, report, label):
                yield report

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """Whether a lifted winner loses."""
        label = witness.details["lifted"]
        if witness.variant is None:
            return None
        pairs = zip(witness.problem.types, witness.variant.types, strict=True)
        if not all(_is_lift(old, new, label) for old, new in pairs):
            return None
        if label not in winning(mechanism.solve(witness.problem)):
            return None
        return int(label not in winning(mechanism.solve(witness.variant)))

    def describe(self, witness: Witness) -> str:
        """Say who is lifted by whom."""
        label, movers = witness.details["lifted"], ", ".join(map(str, witness.agents))
        assert witness.variant is not None
        return (
            f"At ({witness.profile()}) {label} wins; if agents {movers} lift it, the outcome is "
            f"{witness.say(witness.after, witness.variant)} and {label} loses."
        )


def _movers(ctx: Evaluator, agents: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The groups of voters with the same ranking that must be tried together."""
    alike = ctx.mechanism.anonymous and belongs_to_package(ctx.mechanism)
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
