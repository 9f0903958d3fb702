"""Axioms on changes of the alternatives: independence, clones, dominated and removed ones."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from mechdesign.aggregation.axioms.by_definition import Chosen, Votes, lacking, taken, whole_ballots
from mechdesign.aggregation.axioms.majority import (
    AggregationAxiom,
    proper_subsets,
    smith_by_definition,
    smith_masks,
)
from mechdesign.aggregation.profiles.chosen import ranking_of, winning
from mechdesign.aggregation.profiles.outcome_arrays import RuleOutcomes
from mechdesign.aggregation.profiles.problems import ScoreData, profile_of, without_alternatives
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.reading import pairs_of
from mechdesign.aggregation.references import ARROW1950, TIDEMAN1987, YOUNG1988
from mechdesign.aggregation.rules.majority import smith_components
from mechdesign.algorithms.orders import weak_orders
from mechdesign.arrays import AnyArray
from mechdesign.axioms import Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import Lottery, Mechanism, Number, Problem, Setting

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
    reference = ARROW1950
    statement = (
        "If every voter ranks a and b in the same way in two profiles, so do the two outcomes."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
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
        if witness.variant is None:
            return None
        a, b = witness.details["pair"]
        before = whole_ballots(setting, witness.problem)
        after = whole_ballots(setting, witness.variant)
        votes = zip(before, after, strict=True)
        if any(_view(r, a, b) != _view(s, a, b) for (_, r), (_, s) in votes):
            return None
        first = ranking_of(choose(mechanism, witness.problem, witness.lift))
        second = ranking_of(choose(mechanism, witness.variant, witness.lift))
        if first is None or second is None:
            return None
        return abs(_view(first, a, b) - _view(second, a, b))

    def describe(self, witness: Witness) -> str:
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
    def removable(self, problem: Problem, before: object) -> Iterator[tuple[Label, Any]]:
        """Alternatives that may be removed, each with a note for :meth:`changed`."""

    @abstractmethod
    def changed(self, removed: Label, note: object, before: object, after: object) -> str:
        """What the removal changed against the axiom; empty if nothing."""

    @abstractmethod
    def spoils(
        self, votes: Votes, removed: Label, note: Any, before: Chosen, after: Chosen
    ) -> bool | None:
        """Whether a removal changes what it must not; None if the axiom says nothing on it."""

    def overlooks(self, problem: Problem) -> str:
        """Why :meth:`removable` may not list all at a problem; empty if it does."""
        return ""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem.data.alternatives) < 3:
            return
        before = ctx.run(problem)
        if self.ranks and ranking_of(before) is None:
            ctx.undecided("the outcome is not one ranking")
            return
        self.leaves_chances(ctx, isinstance(before, Lottery))
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
        problem, labels = witness.problem, witness.problem.data.alternatives
        removed, note = witness.details["removed"], witness.details["note"]
        if removed not in labels or len(labels) < 3:
            return None
        before = taken(choose(mechanism, problem, witness.lift))
        after = taken(choose(mechanism, lacking(setting, problem, removed), witness.lift))
        spoilt = self.spoils(whole_ballots(setting, problem), removed, note, before, after)
        return None if spoilt is None else int(spoilt)

    def describe(self, witness: Witness) -> str:
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

    def removable(self, problem: Problem, before: object) -> Iterator[tuple[Label, Any]]:
        return ((label, ()) for label in problem.data.alternatives)

    def changed(self, removed: Label, note: object, before: object, after: object) -> str:
        first, second = ranking_of(before), ranking_of(after)
        if first is None or second is None:
            return ""
        rest = first.restricted(set(second.alternatives))
        return "" if rest == second else "the order of the others changes"

    def spoils(
        self, votes: Votes, removed: Label, note: object, before: Chosen, after: Chosen
    ) -> bool | None:
        return after.reordered(before)

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        return _other_order(arrays, n, lambda tiers, x: np.ones(len(tiers), dtype=bool))


@register_axiom
class LocalIIA(_RemovalAxiom):
    """Removing the first or the last leaves the order of the others as it was."""

    id = "local_iia"
    title = "Local independence of irrelevant alternatives"
    reference = YOUNG1988
    statement = (
        "Removing the alternative ranked first (last) does not change the order of the rest."
    )
    ranks = True

    def removable(self, problem: Problem, before: object) -> Iterator[tuple[Label, Any]]:
        ranking = ranking_of(before)
        for place, tier in (("first", 0), ("last", -1)):
            if ranking is not None and len(ranking.tiers[tier]) == 1:
                yield ranking.tiers[tier][0], place

    def changed(self, removed: Label, note: object, before: object, after: object) -> str:
        first, second = ranking_of(before), ranking_of(after)
        if (
            first is None
            or second is None
            or first.tiers[0 if note == "first" else -1] != (removed,)
        ):
            return ""
        same = first.restricted(set(second.alternatives)) == second
        return "" if same else f"the order of the others changes though {removed} was {note}"

    def spoils(
        self, votes: Votes, removed: Label, note: Any, before: Chosen, after: Chosen
    ) -> bool | None:
        place = {"first": 0, "last": -1}.get(note)
        if place is None or before.ranking is None or before.ranking.tiers[place] != (removed,):
            return None
        return after.reordered(before)

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        def at_an_end(tiers: AnyArray, x: int) -> AnyArray:
            own = tiers[:, [x]]
            alone = (tiers == own).sum(axis=1) == 1
            return np.asarray(alone & ((own[:, 0] == 0) | (own[:, 0] == tiers.max(axis=1))))

        return _other_order(arrays, n, at_an_end)


@register_axiom
class SmithDominatedIndependence(_RemovalAxiom):
    """Removing an alternative outside the Smith set leaves the winners as they were."""

    id = "smith_dominated_independence"
    title = "Independence of Smith-dominated alternatives"
    statement = "Removing an alternative outside the Smith set does not change the winners."

    def removable(self, problem: Problem, before: object) -> Iterator[tuple[Label, Any]]:
        pairs = pairs_of(problem)
        for part in smith_components(pairs)[1:]:
            for i in part:
                yield pairs.alternatives[i], ()

    def changed(self, removed: Label, note: object, before: object, after: object) -> str:
        return "" if winning(before) == winning(after) else "the winners change"

    def spoils(
        self, votes: Votes, removed: Label, note: object, before: Chosen, after: Chosen
    ) -> bool | None:
        if removed in smith_by_definition(votes, tuple(before.labels)):
            return None
        return before.winners != after.winners

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        smith = smith_masks(arrays.profiles(n))
        return _other_winners(arrays, n, lambda x: (smith > 0) & ((smith >> x & 1) == 0))


@register_axiom
class ParetoDominatedIndependence(_RemovalAxiom):
    """Removing an alternative that all voters rank below another leaves the winners."""

    id = "pareto_dominated_independence"
    title = "Independence of Pareto-dominated alternatives"
    statement = (
        "Removing an alternative that all voters rank below a same other one does not change the "
        "winners."
    )

    def removable(self, problem: Problem, before: object) -> Iterator[tuple[Label, Any]]:
        pairs = pairs_of(problem)
        total = int(profile_of(problem).counts.sum())
        for i in np.flatnonzero((pairs.support == total).any(axis=0)).tolist():
            yield pairs.alternatives[i], ()

    def changed(self, removed: Label, note: object, before: object, after: object) -> str:
        return "" if winning(before) == winning(after) else "the winners change"

    def spoils(
        self, votes: Votes, removed: Label, note: object, before: Chosen, after: Chosen
    ) -> bool | None:
        if not any(
            all(x in r and removed in r and r.prefers(x, removed) for _, r in votes)
            for x in before.labels
            if x != removed
        ):
            return None
        return before.winners != after.winners

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        margins = arrays.profiles(n).margins
        return _other_winners(arrays, n, lambda x: (margins[:, :, x] == n).any(axis=1))


@register_axiom
class CloneIndependence(_RemovalAxiom):
    """Removing one of several clones neither helps nor harms anybody else."""

    id = "clone_independence"
    title = "Independence of clones"
    reference = TIDEMAN1987
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

    def removable(self, problem: Problem, before: object) -> Iterator[tuple[Label, Any]]:
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
        old, new, clones = winning(before), winning(after), set(note)
        if bool(old & clones) != bool(new & (clones - {removed})):
            return f"whether one of the clones {', '.join(map(str, note))} wins changes"
        if old - clones != new - clones:
            return "the winners outside the set of clones change"
        return ""

    def spoils(
        self, votes: Votes, removed: Label, note: Any, before: Chosen, after: Chosen
    ) -> bool | None:
        clones, labels = set(note), before.labels
        outside = labels - clones
        if removed not in clones or len(clones) < 2 or not (outside and clones <= labels):
            return None
        for _, r in votes:
            if len(r) < len(labels):
                return None
            for x, a, b in itertools.product(outside, clones, clones):
                if r.tier(a) <= r.tier(x) <= r.tier(b):
                    return None
        if any(x in clones for x in before.winners) != any(x in clones for x in after.winners):
            return True
        return any((x in before.winners) != (x in after.winners) for x in outside)

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        e, won, rows = arrays.profiles(n), arrays.winners(n), arrays.rows(n, choice=False)
        wrong = np.zeros(len(e.vectors), dtype=bool)
        cases = 0
        for subset in proper_subsets(e.m):
            if len(subset) < 2:
                continue
            own = e.tiers[:, subset]
            apart = own.max(axis=1) - own.min(axis=1) >= len(subset)
            here = rows[e.vectors[rows][:, apart].sum(axis=1) == 0]
            clones = sum(1 << k for k in subset)
            before = won[here]
            for x in subset:
                after = _winners_without(arrays, n, x, here)
                cases += len(here)
                turned = ((before & clones) != 0) != ((after & clones) != 0)
                wrong[here] |= turned | ((before & ~clones) != (after & ~clones))
        return cases, wrong


def _removed(arrays: RuleOutcomes, n: int, x: int, rows: AnyArray) -> AnyArray:
    """The rows of the smaller arrays that these profiles become without alternative x."""
    e, small = arrays.profiles(n), arrays.smaller.profiles(n)
    kept = [k for k in range(e.m) if k != x]
    place = {tuple(t): k for k, t in enumerate(small.tiers.tolist())}
    projection = np.zeros((e.kinds, small.kinds), dtype=np.int64)
    for kind, tiers in enumerate(e.tiers[:, kept].tolist()):
        dense = tuple(sorted(tiers).index(t) for t in tiers)
        projection[kind, place[dense]] = 1
    return small.index(e.vectors[rows].astype(np.int64) @ projection)


def _winners_without(arrays: RuleOutcomes, n: int, x: int, rows: AnyArray) -> AnyArray:
    """Bit masks of the winners without alternative x, in the numbering with it."""
    found = arrays.smaller.winners(n)[_removed(arrays, n, x, rows)]
    low = found & ((1 << x) - 1)
    return np.asarray(low | (found - low) << 1)


def _other_winners(
    arrays: RuleOutcomes, n: int, removable: Callable[[int], AnyArray]
) -> tuple[int, AnyArray]:
    """Profiles where removing an alternative that may be removed changes the winners."""
    wrong = np.zeros(len(arrays.profiles(n).vectors), dtype=bool)
    cases, rows = 0, arrays.rows(n, choice=False)
    for x in range(arrays.m if arrays.m > 2 else 0):
        here = rows[removable(x)[rows]]
        cases += len(here)
        wrong[here] |= arrays.winners(n)[here] != _winners_without(arrays, n, x, here)
    return cases, wrong


def _other_order(
    arrays: RuleOutcomes, n: int, removable: Callable[[AnyArray, int], AnyArray]
) -> tuple[int, AnyArray] | None:
    """Profiles where removing an alternative that may be removed changes the order of the rest."""
    wrong = np.zeros(len(arrays.profiles(n).vectors), dtype=bool)
    if arrays.m < 3:
        return 0, wrong
    if not (arrays.single(n) and arrays.smaller.single(n)):
        return None
    cases, rows, tiers = 0, arrays.rows(n), np.array(arrays.orders)
    for x in range(arrays.m):
        here = rows[removable(tiers, x)[arrays.choices(n)[rows]]]
        cases += len(here)
        after = arrays.smaller.choices(n)[_removed(arrays, n, x, here)]
        wrong[here] |= _restricted(arrays.m, x)[arrays.choices(n)[here]] != after
    return cases, wrong


def _restricted(m: int, x: int) -> AnyArray:
    """For each weak order the one that is left without alternative x."""
    place = {t: k for k, t in enumerate(weak_orders(m - 1))}
    result = []
    for tiers in weak_orders(m):
        rest = [t for k, t in enumerate(tiers) if k != x]
        levels = sorted(set(rest))
        result.append(place[tuple(levels.index(t) for t in rest)])
    return np.array(result)


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
