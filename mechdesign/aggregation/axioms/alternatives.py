"""Axioms on changes of the alternatives: independence, clones, dominated and removed ones."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from mechdesign.aggregation.axioms.by_definition import ballots, naive_smith, ranking_of, winning
from mechdesign.aggregation.axioms.majority import AggregationAxiom
from mechdesign.aggregation.profiles.problems import ScoreData, profile_of, without_alternatives
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.reading import pairs_of
from mechdesign.aggregation.rules.majority import smith_components
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.model import Mechanism, Number, Problem, Setting

# Without a strict ranking all sets of alternatives are tried, up to this many alternatives.
_ALL_SUBSETS = 12


@register_axiom
class ArrowIIA(AggregationAxiom):
    """The outcome's view of a pair depends on the voters' views of that pair only.

    Profiles that agree on a pair are linked by a chain of profiles that each change one voter, so
    that comparing neighbours is enough on a domain that lists all reports.
    """

    id = "arrow_iia"
    title = "Arrow's independence of irrelevant alternatives"
    statement = (
        "If every voter ranks a and b in the same way in two profiles, so do the two outcomes."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Change one voter's ranking of the other alternatives."""
        ranking = ranking_of(ctx.run(problem))
        if ranking is None:
            ctx.undecided("the outcome is not one ranking")
            return
        if not ctx.finite:
            ctx.undecided("profiles in which several voters change are not tried")
        read: Any = ctx.setting
        labels = problem.data.alternatives
        for agent, report in zip(problem.agents, problem.types, strict=True):
            own = read._ranking(problem, report)
            for other in ctx.deviations(problem, agent):
                theirs = read._ranking(problem, other)
                kept = [
                    (a, b)
                    for a, b in itertools.combinations(labels, 2)
                    if _view(own, a, b) == _view(theirs, a, b)
                ]
                if not kept or theirs == own:
                    continue
                variant = problem.report(agent, other)
                after = ranking_of(ctx.run(variant))
                if after is None:
                    ctx.undecided("another outcome is not one ranking")
                    continue
                for a, b in kept:
                    ctx.count()
                    gap = abs(_view(ranking, a, b) - _view(after, a, b))
                    if gap:
                        yield Violation(
                            problem,
                            agents=(agent,),
                            variant=variant,
                            gap=gap,
                            details={"pair": (a, b)},
                        )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """How far the outcomes are apart on a pair that every voter ranks in the same way."""
        if witness.variant is None:
            return None
        a, b = witness.details["pair"]
        before = ballots(setting, witness.problem)
        after = ballots(setting, witness.variant)
        votes = zip(before, after, strict=True)
        if any(_view(r, a, b) != _view(s, a, b) for (_, r), (_, s) in votes):
            return None
        first = ranking_of(mechanism.solve(witness.problem))
        second = ranking_of(mechanism.solve(witness.variant))
        if first is None or second is None:
            return None
        return abs(_view(first, a, b) - _view(second, a, b))

    def describe(self, witness: Witness) -> str:
        """Say which pair is turned."""
        a, b = witness.details["pair"]
        agent = witness.agents[0]
        assert witness.variant is not None
        report = witness.setting.say_report(witness.variant.type_of(agent))
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the outcome is {chosen}; if agent {agent} reports {report}, "
            f"which ranks {a} and {b} as before, it is "
            f"{witness.say(witness.after, witness.variant)}: {a} and {b} stand differently."
        )


def _view(ranking: Ranking, a: Label, b: Label) -> int:
    """1 if a is above b, -1 if below, 0 if tied; 9 where one of the two is not ranked."""
    if a not in ranking or b not in ranking:
        return 9
    return int(ranking.prefers(a, b)) - int(ranking.prefers(b, a))


class _RemovalAxiom(AggregationAxiom):
    """An axiom that compares a profile with the same one without an alternative."""

    #: Whether it is about one ranking, not about the winners.
    ranks: ClassVar[bool] = False
    compares_winners = True

    @abstractmethod
    def removable(self, problem: Problem, before: Any) -> Iterator[tuple[Label, Any]]:
        """Alternatives that may be removed, each with a note for :meth:`changed`."""

    @abstractmethod
    def changed(self, removed: Label, note: Any, before: Any, after: Any) -> str:
        """What the removal changed against the axiom; empty if nothing."""

    @abstractmethod
    def legitimate(self, setting: Setting, problem: Problem, removed: Label, note: Any) -> bool:
        """Whether the axiom speaks about this removal, from the definition."""

    def overlooks(self, problem: Problem) -> str:
        """Why :meth:`removable` may not list all at a problem; empty if it does."""
        return ""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        """Remove every alternative that the axiom calls irrelevant."""
        if len(problem.data.alternatives) < 3:
            return
        before = ctx.run(problem)
        if self.ranks and ranking_of(before) is None:
            ctx.undecided("the outcome is not one ranking")
            return
        self.leaves_chances(ctx, before)
        reason = self.overlooks(problem)
        if reason:
            ctx.undecided(reason)
        for removed, note in self.removable(problem, before):
            variant = without_alternatives(problem, [removed])
            after = ctx.run(variant)
            if self.ranks and ranking_of(after) is None:
                ctx.undecided("the outcome without an alternative is not one ranking")
                continue
            ctx.count()
            what = self.changed(removed, note, before, after)
            if what:
                details = {"removed": removed, "note": note, "what": what}
                yield Violation(problem, variant=variant, details=details)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        """Whether the removal changes what it must not."""
        problem = witness.problem
        removed, note = witness.details["removed"], witness.details["note"]
        if removed not in problem.data.alternatives:
            return None
        before = mechanism.solve(problem)
        if not self.legitimate(setting, problem, removed, note):
            return None
        after = mechanism.solve(without_alternatives(problem, [removed]))
        return int(bool(self.changed(removed, note, before, after)))

    def describe(self, witness: Witness) -> str:
        """Say what is removed and what that changes."""
        removed = witness.details["removed"]
        assert witness.variant is not None
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) the outcome is {chosen}; without {removed} it is "
            f"{witness.say(witness.after, witness.variant)}: {witness.details['what']}."
        )


@register_axiom
class IrrelevantRemoval(_RemovalAxiom):
    """Removing an alternative leaves the order of the others as it was."""

    id = "irrelevant_removal"
    title = "Independence of removed alternatives"
    statement = "Removing an alternative (a system) does not change the order of the others."
    ranks = True

    def removable(self, problem: Problem, before: Any) -> Iterator[tuple[Label, Any]]:
        """All of them."""
        return ((label, ()) for label in problem.data.alternatives)

    def changed(self, removed: Label, note: Any, before: Any, after: Any) -> str:
        """Compare the rankings of the others."""
        first, second = ranking_of(before), ranking_of(after)
        if first is None or second is None:
            return ""
        rest = first.restricted(set(second.alternatives))
        return "" if rest == second else "the order of the others changes"

    def legitimate(self, setting: Setting, problem: Problem, removed: Label, note: Any) -> bool:
        """Always."""
        return True


@register_axiom
class LocalIIA(_RemovalAxiom):
    """Removing the first or the last leaves the order of the others as it was."""

    id = "local_iia"
    title = "Local independence of irrelevant alternatives"
    statement = (
        "Removing the alternative ranked first (last) does not change the order of the rest."
    )
    ranks = True

    def removable(self, problem: Problem, before: Any) -> Iterator[tuple[Label, Any]]:
        """The first and the last, where they are alone in their tier."""
        ranking = ranking_of(before)
        for place, tier in (("first", 0), ("last", -1)):
            if ranking is not None and len(ranking.tiers[tier]) == 1:
                yield ranking.tiers[tier][0], place

    def changed(self, removed: Label, note: Any, before: Any, after: Any) -> str:
        """Compare the rankings of the others."""
        first, second = ranking_of(before), ranking_of(after)
        if (
            first is None
            or second is None
            or first.tiers[0 if note == "first" else -1] != (removed,)
        ):
            return ""
        same = first.restricted(set(second.alternatives)) == second
        return "" if same else f"the order of the others changes though {removed} was {note}"

    def legitimate(self, setting: Setting, problem: Problem, removed: Label, note: Any) -> bool:
        """That it is first or last is tested on the outcome."""
        return note in ("first", "last")


@register_axiom
class SmithDominatedIndependence(_RemovalAxiom):
    """Removing an alternative outside the Smith set leaves the winners as they were."""

    id = "smith_dominated_independence"
    title = "Independence of Smith-dominated alternatives"
    statement = "Removing an alternative outside the Smith set does not change the winners."

    def removable(self, problem: Problem, before: Any) -> Iterator[tuple[Label, Any]]:
        """Those outside the Smith set."""
        pairs = pairs_of(problem)
        for part in smith_components(pairs)[1:]:
            for i in part:
                yield pairs.alternatives[i], ()

    def changed(self, removed: Label, note: Any, before: Any, after: Any) -> str:
        """Compare the winners."""
        return "" if winning(before) == winning(after) else "the winners change"

    def legitimate(self, setting: Setting, problem: Problem, removed: Label, note: Any) -> bool:
        """Whether it is outside the Smith set."""
        return removed not in naive_smith(ballots(setting, problem), problem.data.alternatives)


@register_axiom
class ParetoDominatedIndependence(_RemovalAxiom):
    """Removing an alternative that all voters rank below another leaves the winners."""

    id = "pareto_dominated_independence"
    title = "Independence of Pareto-dominated alternatives"
    statement = (
        "Removing an alternative that all voters rank below a same other one does not change the "
        "winners."
    )

    def removable(self, problem: Problem, before: Any) -> Iterator[tuple[Label, Any]]:
        """Those below a same other one everywhere."""
        pairs = pairs_of(problem)
        total = int(profile_of(problem).counts.sum())
        for i in np.flatnonzero((pairs.support == total).any(axis=0)).tolist():
            yield pairs.alternatives[i], ()

    def changed(self, removed: Label, note: Any, before: Any, after: Any) -> str:
        """Compare the winners."""
        return "" if winning(before) == winning(after) else "the winners change"

    def legitimate(self, setting: Setting, problem: Problem, removed: Label, note: Any) -> bool:
        """Whether somebody is above it in every ranking."""
        votes = ballots(setting, problem)
        return any(
            all(x in r and removed in r and r.prefers(x, removed) for _, r in votes)
            for x in problem.data.alternatives
            if x != removed
        )


@register_axiom
class CloneIndependence(_RemovalAxiom):
    """Removing one of several clones neither helps nor harms anybody else."""

    id = "clone_independence"
    title = "Independence of clones"
    statement = (
        "If all voters rank a set of alternatives next to each other, removing one of them changes "
        "neither whether a member of the set wins nor which other alternatives win."
    )

    def overlooks(self, problem: Problem) -> str:
        """Clones are sought in complete rankings."""
        if isinstance(problem.data, ScoreData):
            return "clones are defined for rankings"
        if _tier_rows(problem) is None:
            return "somebody does not rank all alternatives"
        if not _runs(problem) and len(problem.data.alternatives) > _ALL_SUBSETS:
            return f"more than {_ALL_SUBSETS} alternatives have too many sets"
        return ""

    def removable(self, problem: Problem, before: Any) -> Iterator[tuple[Label, Any]]:
        """Every member of every set of clones."""
        if self.overlooks(problem):
            return
        rows = _tier_rows(problem)
        assert rows is not None  # otherwise something is overlooked
        labels = problem.data.alternatives
        for clones in _runs(problem) or _subsets(labels):
            inside = [labels.index(x) for x in clones]
            outside = [k for k in range(len(labels)) if k not in inside]
            low, high = rows[:, inside].min(axis=1), rows[:, inside].max(axis=1)
            between = (rows[:, outside] >= low[:, None]) & (rows[:, outside] <= high[:, None])
            if not between.any():
                for label in clones:
                    yield label, tuple(clones)

    def changed(self, removed: Label, note: Any, before: Any, after: Any) -> str:
        """Compare the winners inside and outside the set."""
        old, new, clones = winning(before), winning(after), set(note)
        if bool(old & clones) != bool(new & (clones - {removed})):
            return f"whether one of the clones {', '.join(map(str, note))} wins changes"
        if old - clones != new - clones:
            return "the winners outside the set of clones change"
        return ""

    def legitimate(self, setting: Setting, problem: Problem, removed: Label, note: Any) -> bool:
        """Whether no voter ranks an outsider between two members."""
        clones = set(note)
        outside = [x for x in problem.data.alternatives if x not in clones]
        return removed in clones and all(
            not (r.tier(a) <= r.tier(x) <= r.tier(b))
            for _, r in ballots(setting, problem)
            for x in outside
            for a in clones
            for b in clones
        )


def _tier_rows(problem: Problem) -> Any:
    """The tiers of the alternatives in every distinct ranking; None where one is incomplete."""
    tiers = profile_of(problem).tiers
    return None if (tiers < 0).any() else np.unique(tiers, axis=0)


def _runs(problem: Problem) -> list[tuple[Label, ...]]:
    """The runs of neighbours in a strict ranking: clones are one of them; empty without one."""
    strict = next((r for r in problem.types if isinstance(r, Ranking) and r.strict), None)
    if strict is None or len(strict) < len(problem.data.alternatives):
        return []
    order, m = strict.order, len(strict)
    # The whole set is no clone set.
    return [order[i:j] for i in range(m) for j in range(i + 2, m + 1) if (i, j) != (0, m)]


def _subsets(labels: tuple[Label, ...]) -> Iterator[tuple[Label, ...]]:
    for size in range(2, len(labels)):
        yield from itertools.combinations(labels, size)
