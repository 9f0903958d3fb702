"""Axioms on changes of the voters: joining, leaving, changing their minds, turning around."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mechdesign.aggregation.axioms_majority import AggregationAxiom
from mechdesign.aggregation.elementary import winning
from mechdesign.aggregation.problems import ScoreData
from mechdesign.aggregation.ranking import Label, Ranking
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, ShowsWinners

__all__ = [
    "CandidateMonotonicity",
    "Homogeneity",
    "RankingReinforcement",
    "Reinforcement",
    "ReversalSymmetry",
    "TaskDuplication",
    "splits",
]


@register_axiom
class Reinforcement(AggregationAxiom):
    """Two electorates that share winners elect exactly these together."""

    id = "reinforcement"
    title = "Reinforcement"
    statement = "If two groups of voters share winners, these are the winners of both together."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Try every split into two groups."""
        if len(problem) < 2:
            return
        whole = self._chosen(ctx.mechanism, problem, ctx.run(problem))
        for left, right in splits(problem):
            one, two = problem.without(*right), problem.without(*left)
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
    """Counting every voter twice changes nothing."""

    id = "homogeneity"
    title = "Homogeneity"
    statement = "If every voter (task) is counted twice, the outcome is the same."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Duplicate everybody."""
        variant = duplicated(problem, problem.agents)
        ctx.count()
        before, after = ctx.run(problem), ctx.run(variant)
        if _different(before, after):
            yield Violation(problem, variant=variant)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """Whether the doubled electorate chooses something else."""
        problem = witness.problem
        doubled = duplicated(problem, problem.agents)
        return int(_different(mechanism.solve(problem), mechanism.solve(doubled)))


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
            if _different(before, ctx.run(variant)):
                yield Violation(problem, agents=(agent,), variant=variant)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """Whether the longer list gives another outcome."""
        problem = witness.problem
        if len(witness.agents) != 1:
            return None
        longer = duplicated(problem, witness.agents)
        return int(_different(mechanism.solve(problem), mechanism.solve(longer)))

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


def _different(before: Any, after: Any) -> bool:
    if isinstance(before, Outcome) and isinstance(after, Outcome):
        return before.choice != after.choice or winning(before) != winning(after)
    return winning(before) != winning(after)


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

    Tried are all groups of voters with the same ranking who lift a winner in the same way.
    """

    id = "candidate_monotonicity"
    title = "Candidate monotonicity"
    statement = (
        "If voters with the same ranking lift a winner and change nothing else, it still wins."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Lift every winner in every ranking, by one voter up to all who hold it."""
        if isinstance(problem.data, ScoreData):
            ctx.undecided("lifting is defined for rankings")
            return
        groups: dict[Ranking, list[Any]] = {}
        for agent, ranking in zip(problem.agents, problem.types, strict=True):
            groups.setdefault(ranking, []).append(agent)
        chosen = winning(ctx.run(problem))
        for ranking, agents in groups.items():
            for label in sorted(chosen & set(ranking.alternatives), key=str):
                for lifted in _lifts(ranking, label):
                    for size in range(1, len(agents) + 1):
                        movers = tuple(agents[:size])
                        variant = problem.with_types(dict.fromkeys(movers, lifted))
                        ctx.count()
                        if label not in winning(ctx.run(variant)):
                            yield Violation(
                                problem, agents=movers, variant=variant, details={"lifted": label}
                            )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """Whether a lifted winner loses."""
        label = witness.details["lifted"]
        if witness.variant is None:
            return None
        pairs = zip(witness.problem.types, witness.variant.types, strict=True)
        for old, new in pairs:
            others = [x for x in old.alternatives if x != label]
            if old.restricted(others) != new.restricted(others):
                return None
            if any(
                (old.prefers(label, x) and not new.prefers(label, x))
                or (not old.prefers(x, label) and new.prefers(x, label))
                for x in others
            ):
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


def _lifts(ranking: Ranking, label: Label) -> Iterator[Ranking]:
    """The rankings in which a label stands higher and nothing else is changed."""
    at = ranking.tier(label)
    rest = [tuple(x for x in tier if x != label) for tier in ranking.tiers]
    alone = not rest[at]
    tiers = [tier for tier in rest if tier]
    for k in range(at, -1, -1):
        if k < at or not alone:
            yield Ranking([*tiers[:k], (label,), *tiers[k:]])
        if k < at and not ranking.strict:
            yield Ranking([*tiers[:k], (*tiers[k], label), *tiers[k + 1 :]])
