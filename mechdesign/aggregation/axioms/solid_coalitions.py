"""Proportionality for solid coalitions: voters who agree whom they rank first get their share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from fractions import Fraction

from mechdesign.aggregation.axioms.by_definition import Votes, above, ballots
from mechdesign.aggregation.counting_rounds.election_settings import Elections
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.references import DUMMETT1984
from mechdesign.axioms import Axiom, Evaluator, Violation, Witness, register_axiom
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting


def _valid(setting: Setting, problem: Problem) -> Votes:
    """The ballots that rank somebody: blank ones are in no quota."""
    return [(weight, ranking) for weight, ranking in ballots(setting, problem) if ranking.tiers]


class _SolidCoalitions(Axiom):
    """A group that ranks the same set above all others, in any order, is solid for the set."""

    family = "aggregation"
    reference = DUMMETT1984

    @abstractmethod
    def deserved(self, share: Fraction, seats: int) -> int:
        """How many seats a share of the votes deserves."""

    def applies(self, setting: Setting) -> str:
        missing = super().applies(setting)
        if missing or setting.id == Elections.id:
            return missing
        return f"the outcomes of the setting {setting.id} are no sets of those elected"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        found = ctx.run(problem)
        if not isinstance(found, Outcome):
            ctx.undecided("the outcome is a lottery")
            return
        weights: dict[frozenset[Label], Fraction] = {}
        total = Fraction(0)
        for weight, ranking in _valid(ctx.setting, problem):
            total += Fraction(weight)
            start: frozenset[Label] = frozenset()
            for tier in ranking.tiers:
                start |= frozenset(tier)
                weights[start] = weights.get(start, Fraction(0)) + Fraction(weight)
        for members, weight in weights.items():
            needed = min(self.deserved(weight / total, problem.data.seats), len(members))
            if needed < 1:
                continue
            ctx.count()
            got = len(members & found.choice)
            if got < needed:
                ordered = tuple(x for x in problem.data.alternatives if x in members)
                yield Violation(
                    problem,
                    gap=needed - got,
                    details={"members": ordered, "needed": needed},
                )

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        members = set(witness.details.get("members", ()))
        found = choose(mechanism, problem, witness.lift)
        if not members or not isinstance(found, Outcome):
            return None
        solid, total = Fraction(0), Fraction(0)
        for weight, ranking in _valid(setting, problem):
            total += Fraction(weight)
            outside = [x for x in ranking.alternatives if x not in members]
            if all(x in ranking and all(ranking.prefers(x, y) for y in outside) for x in members):
                solid += Fraction(weight)
        needed = min(self.deserved(solid / total, problem.data.seats), len(members))
        return max(needed - len(members & found.choice), 0)

    def describe(self, witness: Witness) -> str:
        members = ", ".join(map(str, witness.details["members"]))
        return (
            f"At ({witness.profile()}) those solid for {members} deserve "
            f"{witness.details['needed']} of them, but elected are "
            f"{witness.say(witness.before, witness.problem)}."
        )


@register_axiom
class DroopSolidCoalitions(_SolidCoalitions):
    """A solid coalition of more than k quotas V/(s+1) has k of its set elected."""

    id = "droop_psc"
    title = "Droop proportionality for solid coalitions"
    statement = (
        "Where more than k of s + 1 parts of the valid ballots rank the same set above all others, "
        "at least k of its members, or all, are elected for s seats."
    )

    def deserved(self, share: Fraction, seats: int) -> int:
        quotas = share * (seats + 1)
        return -(-quotas.numerator // quotas.denominator) - 1


@register_axiom
class HareSolidCoalitions(_SolidCoalitions):
    """A solid coalition of at least k quotas V/s has k of its set elected."""

    id = "hare_psc"
    title = "Hare proportionality for solid coalitions"
    statement = (
        "Where at least k of s parts of the valid ballots rank the same set above all others, at "
        "least k of its members, or all, are elected for s seats."
    )

    def deserved(self, share: Fraction, seats: int) -> int:
        return int(share * seats)


@register_axiom
class CondorcetCommittee(Axiom):
    """A set each of whose members beats everybody outside is elected (Gehrlein)."""

    id = "condorcet_committee"
    title = "Condorcet committee"
    statement = (
        "A set of as many as there are seats, each of whom beats everybody outside by majority, is "
        "elected."
    )
    family = "aggregation"

    def applies(self, setting: Setting) -> str:
        missing = super().applies(setting)
        if missing or setting.id == Elections.id:
            return missing
        return f"the outcomes of the setting {setting.id} are no sets of those elected"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        found = ctx.run(problem)
        if not isinstance(found, Outcome):
            ctx.undecided("the outcome is a lottery")
            return
        labels, seats = problem.data.alternatives, problem.data.seats
        if seats == len(labels):
            return
        beats = Pairwise.of(profile_of(problem)).beats
        # Whoever beats most: those inside beat everybody outside, whom nobody outside beats so.
        order = sorted(range(len(labels)), key=lambda k: -int(beats[k].sum()))
        inside, outside = order[:seats], order[seats:]
        if not all(beats[a, b] for a in inside for b in outside):
            return
        ctx.count()
        committee = tuple(labels[k] for k in sorted(inside))
        gap = len(set(committee) - found.choice)
        if gap:
            yield Violation(problem, gap=gap, details={"committee": committee})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        committee = set(witness.details.get("committee", ()))
        found = choose(mechanism, problem, witness.lift)
        labels = set(problem.data.alternatives)
        if not isinstance(found, Outcome) or len(committee) != problem.data.seats:
            return None
        votes = ballots(setting, problem)
        for a in committee:
            for b in labels - committee:
                more = sum(w for w, r in votes if above(r, a, b))
                if more <= sum(w for w, r in votes if above(r, b, a)):
                    return 0
        return len(committee - found.choice)

    def describe(self, witness: Witness) -> str:
        committee = ", ".join(map(str, witness.details["committee"]))
        return (
            f"At ({witness.profile()}) each of {committee} beats everybody else, but elected are "
            f"{witness.say(witness.before, witness.problem)}."
        )


# k parts of s are more than k parts of s + 1.
declare("droop_psc", "hare_psc")
