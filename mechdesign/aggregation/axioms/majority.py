"""Axioms on one profile: what majorities, unanimous voters and ties demand of the winners."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from mechdesign.aggregation.axioms.by_definition import beaten, completed, margin, whole_ballots
from mechdesign.aggregation.profiles.chosen import ranking_of, winning
from mechdesign.aggregation.profiles.outcome_arrays import Electorates, RuleOutcomes
from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.reading import pairs_of
from mechdesign.aggregation.references import (
    FISHBURN1977,
    SCHWARTZ1972,
    SMITH1973,
    WOODALL1997,
    YOUNG1974,
)
from mechdesign.aggregation.rules.majority import (
    condorcet_loser,
    condorcet_winner,
    schwartz_set,
    smith_components,
)
from mechdesign.aggregation.settings import Rankings, Scores
from mechdesign.arrays import AnyArray
from mechdesign.axioms import Axiom, Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.profiles import OutcomeArrays
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import Mechanism, Number, Problem, Setting


class AggregationAxiom(Axiom):
    """The base class of the axioms of aggregation."""

    family = "aggregation"
    #: Whether who may win at one problem is compared with who may win at another.  The chances of a
    #: lottery may change where these do not, so that without a violation nothing is known of it.
    compares_winners: ClassVar[bool] = False

    def leaves_chances(self, ctx: Evaluator, lottery: bool) -> None:
        """Say that the chances of a lottery are not compared."""
        if self.compares_winners and lottery:
            ctx.undecided(
                "who may win is compared, and not the chances of a lottery; population_consistency "
                "compares those, and composition_consistency and lottery_monotonicity of "
                "preference_games.maximal_lotteries do"
            )

    def by_arrays(
        self, ctx: Evaluator, arrays: OutcomeArrays, n: int
    ) -> tuple[int, AnyArray] | None:
        if not isinstance(arrays, RuleOutcomes):
            return None
        found = self.wrong(arrays, n)
        self.leaves_chances(ctx, arrays.lotteries)
        return found

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        """The number of cases and the violating profiles of n voters; None if not to be read."""
        return None

    def applies(self, setting: Setting) -> str:
        missing = super().applies(setting)
        if missing or setting.id in (Rankings.id, Scores.id):
            return missing
        return f"the outcomes of the setting {setting.id} are no rankings"


class WinnerAxiom(AggregationAxiom):
    """An axiom that names the alternatives that may win, or says nothing.

    A subclass says which from the definition (:meth:`by_definition`, for replaying), by counting
    (:meth:`allowed`, for the search), and on all profiles at once (:meth:`masks`).
    """

    @abstractmethod
    def by_definition(
        self, votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]
    ) -> set[Label] | None:
        """The alternatives that may win; None where nothing is demanded."""

    @abstractmethod
    def allowed(self, problem: Problem) -> set[Label] | None:
        """The alternatives that may win; None where nothing is demanded."""

    @abstractmethod
    def masks(self, e: Electorates) -> AnyArray:
        """The alternatives that may win at each profile, as bits; 0 where nothing is demanded."""

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        allowed = self.masks(arrays.profiles(n))
        return int((allowed > 0).sum()), (allowed > 0) & ((arrays.winners(n) & ~allowed) != 0)

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        allowed = self.allowed(problem)
        if allowed is None:
            return
        ctx.count()
        wrong = winning(ctx.run(problem)) - allowed
        if wrong:
            names = tuple(x for x in problem.data.alternatives if x in wrong)
            listed = tuple(x for x in problem.data.alternatives if x in allowed)
            yield Violation(problem, details={"winners": names, "allowed": listed})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        votes = whole_ballots(setting, problem)
        allowed = self.by_definition(votes, problem.data.alternatives)
        if allowed is None:
            return None
        return int(bool(winning(choose(mechanism, problem, witness.lift)) - allowed))

    def describe(self, witness: Witness) -> str:
        wrong = ", ".join(map(str, witness.details["winners"]))
        allowed = " or ".join(map(str, witness.details["allowed"])) or "somebody else"
        return f"At ({witness.profile()}) {wrong} wins, but by {self.title} only {allowed} may win."


@register_axiom
class CondorcetConsistency(WinnerAxiom):
    """The Condorcet winner alone is elected."""

    id = "condorcet_consistency"
    title = "Condorcet consistency"
    reference = FISHBURN1977
    statement = "An alternative that beats every other one by majority is the only winner."

    def allowed(self, problem: Problem) -> set[Label] | None:
        winner = condorcet_winner(pairs_of(problem))
        return None if winner is None else {winner}

    def by_definition(
        self, votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]
    ) -> set[Label] | None:
        found = [a for a in labels if len(beaten(votes, a, labels)) == len(labels) - 1]
        return set(found) or None

    def masks(self, e: Electorates) -> AnyArray:
        beats = (e.margins > 0).sum(axis=2) == e.m - 1
        return np.asarray((beats << np.arange(e.m)).sum(axis=1))


@register_axiom
class CondorcetLoser(WinnerAxiom):
    """The Condorcet loser is not elected."""

    id = "condorcet_loser"
    title = "the Condorcet loser criterion"
    statement = "An alternative that every other one beats by majority does not win."

    def allowed(self, problem: Problem) -> set[Label] | None:
        loser = condorcet_loser(pairs_of(problem))
        if loser is None or len(problem.data.alternatives) < 2:
            return None
        return set(problem.data.alternatives) - {loser}

    def by_definition(
        self, votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]
    ) -> set[Label] | None:
        for a in labels:
            if len(labels) > 1 and all(margin(votes, b, a) > 0 for b in labels if b != a):
                return set(labels) - {a}
        return None

    def masks(self, e: Electorates) -> AnyArray:
        loses = (e.margins < 0).sum(axis=2) == e.m - 1
        mask = (loses << np.arange(e.m)).sum(axis=1)
        full = (1 << e.m) - 1
        return np.where(mask > 0, full & ~mask, 0) if e.m > 1 else np.zeros(len(mask), dtype=int)


@register_axiom
class Majority(WinnerAxiom):
    """The favourite of more than half of the voters is elected."""

    id = "majority"
    title = "the majority criterion"
    statement = "An alternative that more than half of the voters rank first alone is the winner."

    def allowed(self, problem: Problem) -> set[Label] | None:
        profile = profile_of(problem)
        top = (profile.tiers == 0) & profile.named
        alone = top & (top.sum(axis=1) == 1)[:, None]
        firsts = profile.counts @ alone
        best = int(np.argmax(firsts))
        if 2 * int(firsts[best]) <= int(profile.counts.sum()):
            return None
        return {profile.alternatives[best]}

    def by_definition(
        self, votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]
    ) -> set[Label] | None:
        total = sum(weight for weight, _ in votes)
        for a in labels:
            if 2 * sum(w for w, r in votes if r.winners == (a,)) > total:
                return {a}
        return None

    def masks(self, e: Electorates) -> AnyArray:
        return _solid(e, range(1, 2))


@register_axiom
class MajorityLoser(WinnerAxiom):
    """Whom more than half of the voters rank last alone is not elected."""

    id = "majority_loser"
    title = "the majority loser criterion"
    statement = "An alternative that more than half of the voters rank last alone does not win."

    def allowed(self, problem: Problem) -> set[Label] | None:
        profile = profile_of(problem)
        labels = set(profile.alternatives)
        lasts = dict.fromkeys(labels, 0)
        for count, ranking in _complete(problem, profile):
            if len(ranking.tiers[-1]) == 1 < len(labels):
                lasts[ranking.tiers[-1][0]] += count
        total = int(profile.counts.sum())
        return next((labels - {x} for x, n in lasts.items() if 2 * n > total), None)

    def by_definition(
        self, votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]
    ) -> set[Label] | None:
        total = sum(weight for weight, _ in votes)
        for x in labels:
            others = [y for y in labels if y != x]
            whole = [(w, r) for w, r in votes if others and len(r) == len(labels)]
            below = [w for w, r in whole if all(r.prefers(y, x) for y in others)]
            if 2 * sum(below) > total:
                return set(others)
        return None

    def masks(self, e: Electorates) -> AnyArray:
        full = (1 << e.m) - 1
        result = np.zeros(len(e.vectors), dtype=np.int64)
        for x in range(e.m if e.m > 1 else 0):
            rest = [k for k in range(e.m) if k != x]
            below = e.tiers[:, rest].max(axis=1) < e.tiers[:, x]
            weight = e.vectors.astype(np.int64) @ below
            result = np.where(2 * weight > e.n, full & ~(1 << x), result)
        return result


def _complete(problem: Problem, profile: Profile) -> Iterator[tuple[int, Ranking]]:
    """The ballots that say something of everybody, and how many cast each."""
    for count, ranking in zip(profile.counts.tolist(), profile.rankings(), strict=True):
        whole = completed(ranking, problem)
        if len(whole) == profile.m:
            yield count, whole


@register_axiom
class MutualMajority(WinnerAxiom):
    """A solid majority gets one of its own."""

    id = "mutual_majority"
    title = "the mutual majority criterion"
    reference = WOODALL1997
    statement = (
        "If more than half of the voters rank all members of a set above all others, "
        "a member of the set wins."
    )

    def allowed(self, problem: Problem) -> set[Label] | None:
        profile = profile_of(problem)
        weights: dict[frozenset[Label], int] = {}
        for count, ranking in _complete(problem, profile):
            head: set[Label] = set()
            for tier in ranking.tiers[:-1]:
                head |= set(tier)
                weights[frozenset(head)] = weights.get(frozenset(head), 0) + count
        total = int(profile.counts.sum())
        solid = [s for s, weight in weights.items() if 2 * weight > total]
        return set(sorted(solid, key=len)[0]) if solid else None

    def by_definition(
        self, votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]
    ) -> set[Label] | None:
        total = sum(weight for weight, _ in votes)
        for size in range(1, len(labels)):
            for subset in itertools.combinations(labels, size):
                rest = [x for x in labels if x not in subset]
                solid = sum(
                    w
                    for w, r in votes
                    if len(r) == len(labels) and all(r.prefers(a, b) for a in subset for b in rest)
                )
                if 2 * solid > total:
                    return set(subset)
        return None

    def masks(self, e: Electorates) -> AnyArray:
        return _solid(e, range(1, e.m))


def _solid(e: Electorates, sizes: range) -> AnyArray:
    """The smallest set of these sizes that more than half of the voters rank above all others."""
    result = np.zeros(len(e.vectors), dtype=np.int64)
    for subset in proper_subsets(e.m):
        if len(subset) in sizes:
            rest = [k for k in range(e.m) if k not in subset]
            on_top = e.tiers[:, subset].max(axis=1) < e.tiers[:, rest].min(axis=1)
            weight = e.vectors.astype(np.int64) @ on_top
            result = np.where((result == 0) & (2 * weight > e.n), _mask(subset), result)
    return result


def proper_subsets(m: int) -> list[tuple[int, ...]]:
    """Proper nonempty subsets, the smallest first."""
    return [s for size in range(1, m) for s in itertools.combinations(range(m), size)]


def _mask(subset: tuple[int, ...]) -> int:
    return sum(1 << k for k in subset)


@register_axiom
class SmithCriterion(WinnerAxiom):
    """Winners come from the Smith set."""

    id = "smith_criterion"
    title = "the Smith criterion"
    reference = SMITH1973
    statement = "Every winner is in the smallest set whose members beat all others by majority."

    def allowed(self, problem: Problem) -> set[Label] | None:
        pairs = pairs_of(problem)
        best = smith_components(pairs)[0]
        return None if len(best) == pairs.m else {pairs.alternatives[i] for i in best}

    def by_definition(
        self, votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]
    ) -> set[Label] | None:
        found = set(smith_by_definition(votes, labels))
        return None if len(found) == len(labels) else found

    def masks(self, e: Electorates) -> AnyArray:
        return smith_masks(e)


def smith_by_definition(
    votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]
) -> Sequence[Label]:
    """The smallest nonempty set whose members beat all others, by trying all sets."""
    for size in range(1, len(labels)):
        for subset in itertools.combinations(labels, size):
            rest = [x for x in labels if x not in subset]
            if all(margin(votes, a, b) > 0 for a in subset for b in rest):
                return subset
    return labels


def smith_masks(e: Electorates) -> AnyArray:
    """The Smith set where it is not everybody, else 0."""
    result = np.zeros(len(e.vectors), dtype=np.int64)
    for subset in proper_subsets(e.m):
        rest = [k for k in range(e.m) if k not in subset]
        dominates = (e.margins[:, subset][:, :, rest] > 0).all(axis=(1, 2))
        result = np.where((result == 0) & dominates, _mask(subset), result)
    return result


@register_axiom
class SchwartzCriterion(WinnerAxiom):
    """Winners come from the Schwartz set."""

    id = "schwartz_criterion"
    title = "the Schwartz criterion"
    reference = SCHWARTZ1972
    statement = "Every winner is in one of the smallest sets that nobody outside beats by majority."

    def allowed(self, problem: Problem) -> set[Label] | None:
        pairs = pairs_of(problem)
        best = schwartz_set(pairs)
        return None if len(best) == pairs.m else {pairs.alternatives[i] for i in best}

    def by_definition(
        self, votes: Sequence[tuple[Number, Ranking]], labels: Sequence[Label]
    ) -> set[Label] | None:
        found: list[set[Label]] = []
        for size in range(1, len(labels) + 1):
            for subset in map(set, itertools.combinations(labels, size)):
                rest = [x for x in labels if x not in subset]
                if any(inner <= subset for inner in found):
                    continue
                if not any(margin(votes, x, a) > 0 for x in rest for a in subset):
                    found.append(subset)
        union = set().union(*found)
        return None if len(union) == len(labels) else union

    def masks(self, e: Electorates) -> AnyArray:
        beats = e.margins > 0
        result = np.zeros(len(e.vectors), dtype=np.int64)
        everybody = (1 << e.m) - 1
        for subset in [*proper_subsets(e.m), tuple(range(e.m))]:
            rest = [k for k in range(e.m) if k not in subset]
            unbeaten = ~beats[:, rest][:, :, subset].any(axis=(1, 2))
            # Subsets come by size: a set that contains an unbeaten smaller one is not minimal.
            minimal = unbeaten & ((result & _mask(subset)) == 0)
            result = np.where(minimal, result | _mask(subset), result)
        return np.where(result == everybody, 0, result)


declare("schwartz_criterion", "smith_criterion")
declare("smith_criterion", "condorcet_consistency", "condorcet_loser")


@register_axiom
class Cancellation(AggregationAxiom):
    """Where every majority is tied, all alternatives tie."""

    id = "cancellation"
    title = "Cancellation"
    reference = YOUNG1974
    statement = "If every pairwise comparison is tied, all alternatives win."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if pairs_of(problem).margins.any():
            return
        ctx.count()
        losers = set(problem.data.alternatives) - winning(ctx.run(problem))
        if losers:
            names = tuple(x for x in problem.data.alternatives if x in losers)
            yield Violation(problem, details={"losers": names})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        labels = problem.data.alternatives
        votes = whole_ballots(setting, problem)
        if any(margin(votes, a, b) != 0 for a in labels for b in labels if a != b):
            return None
        return int(winning(choose(mechanism, problem, witness.lift)) != set(labels))

    def describe(self, witness: Witness) -> str:
        losers = ", ".join(map(str, witness.details["losers"]))
        return f"At ({witness.profile()}) all majorities are tied, but {losers} does not win."

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        tied = ~arrays.profiles(n).margins.any(axis=(1, 2))
        return int(tied.sum()), tied & (arrays.winners(n) != arrays.full)


@register_axiom
class RankingPareto(AggregationAxiom):
    """What all voters agree on, the ranking keeps."""

    id = "ranking_pareto"
    title = "the Pareto principle for rankings"
    statement = "If all voters rank a strictly above b, so does the outcome."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        ranking = ranking_of(ctx.run(problem))
        if ranking is None:
            ctx.undecided("the outcome is not one ranking")
            return
        pairs = pairs_of(problem)
        total = int(profile_of(problem).counts.sum())
        labels = pairs.alternatives
        for i, j in np.argwhere(pairs.support == total).tolist():
            ctx.count()
            if not ranking.prefers(labels[i], labels[j]):
                yield Violation(problem, details={"above": labels[i], "below": labels[j]})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        a, b = witness.details["above"], witness.details["below"]
        votes = whole_ballots(setting, witness.problem)
        if not all(a in r and b in r and r.prefers(a, b) for _, r in votes):
            return None
        ranking = ranking_of(choose(mechanism, witness.problem, witness.lift))
        return None if ranking is None else int(not ranking.prefers(a, b))

    def describe(self, witness: Witness) -> str:
        a, b = witness.details["above"], witness.details["below"]
        chosen = witness.say(witness.before, witness.problem)
        return f"At ({witness.profile()}) all rank {a} above {b}, but the outcome is {chosen}."

    def wrong(self, arrays: RuleOutcomes, n: int) -> tuple[int, AnyArray] | None:
        if not arrays.single(n):
            return None
        e, rows = arrays.profiles(n), arrays.rows(n)
        tiers = np.array(arrays.orders)[arrays.choices(n)[rows]]
        agreed = e.margins[rows] == n
        above = tiers[:, :, None] < tiers[:, None, :]
        wrong = np.zeros(len(e.vectors), dtype=bool)
        wrong[rows] = (agreed & ~above).any(axis=(1, 2))
        return int(agreed.sum()), wrong
