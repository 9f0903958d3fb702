"""What groups of voters deserve: justified representation and its relatives, the core."""

from __future__ import annotations

import itertools
import math
from abc import abstractmethod
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.implications import declare
from mechdesign.axioms.question.verifier import choose
from mechdesign.committees.committee_rules import SURVEY
from mechdesign.committees.prices import solved_prices, unpaid
from mechdesign.committees.settings import Committees, Electorate, electorate
from mechdesign.errors import LimitReachedError
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, show, tidy

# Sets of candidates that are tried one by one.
_MOST_SETS = 200_000

#: Candidates, how many of them the group deserves, the ballots of the group, by how much it lacks.
Claim = tuple[tuple[int, ...], int, list[int], int]


class _Deserved(Axiom):
    """A group of voters of l parts of n that agrees on candidates deserves l members."""

    family = "committees"
    reference = SURVEY
    #: Whether all sets of candidates are tried.
    exhaustive = True

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Committees)
        return "" if fits else f"the setting {setting.id} has no approval ballots"

    @abstractmethod
    def claims(self, votes: Electorate, chosen: Collection[int]) -> Iterator[Claim | None]:
        """What could be claimed; None for what is looked at and cannot."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        found = ctx.run(problem)
        if not isinstance(found, Outcome):
            ctx.undecided("the outcome is a lottery")
            return
        votes = electorate(problem)
        m = len(votes.candidates)
        if self.exhaustive and sum(math.comb(m, k + 1) for k in range(votes.seats)) > _MOST_SETS:
            ctx.undecided(f"more than {_MOST_SETS:,} sets of candidates are not tried")
            return
        chosen = {k for k, c in enumerate(votes.candidates) if c in found.choice}
        for claim in self.claims(votes, chosen):
            ctx.count()
            if claim is None:
                continue
            candidates, level, ballots, gap = claim
            cast = {votes.sets[k] for k in ballots}
            place = {c: k for k, c in enumerate(votes.candidates)}
            members = tuple(
                agent
                for agent, own in zip(problem.agents, problem.types, strict=True)
                if tuple(place[c] for c in own) in cast
            )
            told = {"candidates": tuple(votes.candidates[c] for c in candidates), "level": level}
            yield Violation(problem, agents=members, gap=gap, details=told)

    @staticmethod
    def entitled(votes: Electorate, ballots: list[int], level: int) -> bool:
        """Whether the voters of some ballots are `level` of as many parts as there are seats."""
        weight = sum(votes.counts[k] for k in ballots)
        return weight > 0 and weight * votes.seats >= level * votes.total

    @abstractmethod
    def lacking(self, sets: list[set[Any]], wanted: set[Any], level: int, chosen: set[Any]) -> int:
        """From the definition: by how much a group with these ballots lacks what it deserves."""

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, level = witness.problem, witness.details.get("level")
        wanted = witness.details.get("candidates")
        found = choose(mechanism, problem, witness.lift)
        if self.applies(setting) or not isinstance(found, Outcome) or not witness.agents:
            return None
        if type(level) is not int or level < 1 or not isinstance(wanted, tuple):
            return None
        if not set(wanted) <= set(problem.data.candidates) or len(set(wanted)) != len(wanted):
            return None
        group = [problem.type_of(agent) for agent in witness.agents]
        weight = sum(problem.weight_of(agent) for agent in set(witness.agents))
        total = sum(problem.weight_of(agent) for agent in problem.agents)
        if weight * problem.data.seats < level * total:
            return 0
        sets = [set(own) for own in group]
        return max(self.lacking(sets, set(wanted), level, set(found.choice)), 0)

    def describe(self, witness: Witness) -> str:
        wanted = ", ".join(map(str, witness.details["candidates"]))
        level = witness.details["level"]
        voters = ", ".join(map(str, witness.agents))
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) with {witness.problem.data.seats} seats the voters "
            f"[{voters}] deserve {level} by {{{wanted}}}, but elected are {chosen}."
        )


def _held(votes: Electorate, chosen: Collection[int]) -> list[int]:
    """How many members each ballot approves of."""
    return [sum(c in chosen for c in own) for own in votes.sets]


@register_axiom
class JustifiedRepresentation(_Deserved):
    """Of n/k voters who all approve of one candidate, some voter has a member."""

    id = "justified_representation"
    title = "Justified representation (JR)"
    statement = (
        "Among any 1/k of the voters who approve of a common candidate somebody approves of a "
        "member of the committee of k."
    )
    exhaustive = False

    def claims(self, votes: Electorate, chosen: Collection[int]) -> Iterator[Claim | None]:
        held = _held(votes, chosen)
        for c in range(len(votes.candidates)):
            group = [k for k, own in enumerate(votes.sets) if c in own and not held[k]]
            yield ((c,), 1, group, 1) if self.entitled(votes, group, 1) else None

    def lacking(self, sets: list[set[Any]], wanted: set[Any], level: int, chosen: set[Any]) -> int:
        agree = level == 1 and len(wanted) == 1 and all(wanted <= own for own in sets)
        return int(agree and not any(own & chosen for own in sets))


@register_axiom
class CommitteeEjrPlus(_Deserved):
    """Of l n/k voters who approve of one who is not elected, some voter has l members."""

    id = "ejr_plus"
    title = "EJR+"
    statement = (
        "Among any l/k of the voters who approve of a common candidate that is not elected "
        "somebody approves of l members."
    )
    exhaustive = False

    def claims(self, votes: Electorate, chosen: Collection[int]) -> Iterator[Claim | None]:
        held = _held(votes, chosen)
        for c in range(len(votes.candidates)):
            for level in range(1, votes.seats + 1) if c not in chosen else ():
                group = [k for k, own in enumerate(votes.sets) if c in own and held[k] < level]
                fits = self.entitled(votes, group, level)
                yield ((c,), level, group, _least(votes, group, held, level)) if fits else None

    def lacking(self, sets: list[set[Any]], wanted: set[Any], level: int, chosen: set[Any]) -> int:
        agree = len(wanted) == 1 and not wanted & chosen and all(wanted <= own for own in sets)
        return level - max(len(own & chosen) for own in sets) if agree else 0


def _least(votes: Electorate, group: list[int], held: list[int], level: int) -> int:
    return level - max(held[k] for k in group)


def _sets(votes: Electorate) -> Iterator[tuple[int, ...]]:
    for level in range(1, votes.seats + 1):
        yield from itertools.combinations(range(len(votes.candidates)), level)


@register_axiom
class CommitteeEjr(_Deserved):
    """Of l n/k voters who all approve of l candidates, some voter has l members."""

    id = "committee_ejr"
    title = "Extended justified representation (EJR) of committees"
    statement = (
        "Among any l/k of the voters who approve of l common candidates somebody approves of l "
        "members."
    )

    def claims(self, votes: Electorate, chosen: Collection[int]) -> Iterator[Claim | None]:
        held = _held(votes, chosen)
        for wanted in _sets(votes):
            level = len(wanted)
            group = [
                k for k, own in enumerate(votes.sets) if set(wanted) <= set(own) and held[k] < level
            ]
            fits = self.entitled(votes, group, level)
            yield (wanted, level, group, _least(votes, group, held, level)) if fits else None

    def lacking(self, sets: list[set[Any]], wanted: set[Any], level: int, chosen: set[Any]) -> int:
        agree = len(wanted) == level and all(wanted <= own for own in sets)
        return level - max(len(own & chosen) for own in sets) if agree else 0


@register_axiom
class CommitteePjr(_Deserved):
    """Of l n/k voters who all approve of l candidates, all together have l members."""

    id = "committee_pjr"
    title = "Proportional justified representation (PJR) of committees"
    statement = (
        "Any l/k of the voters who approve of l common candidates together approve of l members."
    )

    def claims(self, votes: Electorate, chosen: Collection[int]) -> Iterator[Claim | None]:
        members = [tuple(c for c in own if c in chosen) for own in votes.sets]
        for wanted in _sets(votes):
            level = len(wanted)
            agree = [k for k, own in enumerate(votes.sets) if set(wanted) <= set(own)]
            # A group has few members together if they are among few that are given.
            size = min(level - 1, len(chosen))
            for few in itertools.combinations(sorted(chosen), size):
                group = [k for k in agree if set(members[k]) <= set(few)]
                fits = self.entitled(votes, group, level)
                union = {c for k in group for c in members[k]}
                yield (wanted, level, group, level - len(union)) if fits else None

    def lacking(self, sets: list[set[Any]], wanted: set[Any], level: int, chosen: set[Any]) -> int:
        agree = len(wanted) == level and all(wanted <= own for own in sets)
        return level - len(set().union(*sets) & chosen) if agree else 0


@register_axiom
class CommitteeCore(_Deserved):
    """No l n/k voters all approve of more of some l candidates than of members."""

    id = "committee_core"
    title = "Core of committees"
    statement = (
        "No l/k of the voters have l candidates of whom each of these voters approves of more than "
        "of members."
    )

    def claims(self, votes: Electorate, chosen: Collection[int]) -> Iterator[Claim | None]:
        held = _held(votes, chosen)
        for wanted in _sets(votes):
            better = [sum(c in wanted for c in own) for own in votes.sets]
            group = [k for k in range(len(votes.sets)) if better[k] > held[k]]
            fits = self.entitled(votes, group, len(wanted))
            gains = [better[k] - held[k] for k in group]
            yield (wanted, len(wanted), group, min(gains)) if fits else None

    def lacking(self, sets: list[set[Any]], wanted: set[Any], level: int, chosen: set[Any]) -> int:
        if len(wanted) != level:
            return 0
        return min(len(own & wanted) - len(own & chosen) for own in sets)


@register_axiom
class CommitteeFjr(_Deserved):
    """Of l n/k voters who each approve of b of some l candidates, some voter has b members."""

    id = "committee_fjr"
    title = "Full justified representation (FJR) of committees"
    statement = (
        "Among any l/k of the voters each of whom approves of at least b of some l candidates "
        "somebody approves of b members."
    )

    def claims(self, votes: Electorate, chosen: Collection[int]) -> Iterator[Claim | None]:
        held = _held(votes, chosen)
        for wanted in _sets(votes):
            agreed = [sum(c in wanted for c in own) for own in votes.sets]
            for least in range(1, len(wanted) + 1):
                group = [k for k in range(len(held)) if agreed[k] >= least > held[k]]
                fits = self.entitled(votes, group, len(wanted))
                gap = _least(votes, group, held, least) if fits else 0
                yield (wanted, len(wanted), group, gap) if fits else None

    def lacking(self, sets: list[set[Any]], wanted: set[Any], level: int, chosen: set[Any]) -> int:
        if len(wanted) != level:
            return 0
        return min(len(own & wanted) for own in sets) - max(len(own & chosen) for own in sets)


@register_axiom
class Priceability(Axiom):
    """Voters with equal budgets could have bought the committee at one price."""

    id = "priceability"
    title = "Priceability"
    statement = (
        "With equal budgets voters can pay 1 for each member, only for those of whom they approve, "
        "such that the voters of nobody else have more than 1 left; where everybody with a voter "
        "is elected, other members cost nothing."
    )
    family = "committees"
    reference = SURVEY

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Committees)
        return "" if fits else f"the setting {setting.id} has no approval ballots"

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        found = ctx.run(problem)
        if not isinstance(found, Outcome):
            ctx.undecided("the outcome is a lottery")
            return
        ctx.count()
        votes = electorate(problem)
        chosen = [k for k, c in enumerate(votes.candidates) if c in found.choice]
        try:
            system, multiples = solved_prices(votes, chosen)
        except LimitReachedError as stopped:
            ctx.undecided(str(stopped))
            return
        if system is None:
            gap = len(chosen) - sum(multiples.values())
            told = {"multiples": tuple((c, tidy(value)) for c, value in multiples.items())}
            yield Violation(problem, gap=tidy(gap), details=told)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        found = choose(mechanism, witness.problem, witness.lift)
        told = witness.details.get("multiples")
        if self.applies(setting) or not isinstance(found, Outcome) or not isinstance(told, tuple):
            return None
        return tidy(unpaid(witness.problem, found.choice, dict(told)))

    def describe(self, witness: Witness) -> str:
        chosen = witness.say(witness.before, witness.problem)
        return (
            f"At ({witness.profile()}) no payments out of equal budgets explain {chosen}: at least "
            f"{show(witness.gap)} of the seats stay unpaid."
        )


@register_axiom
class CommitteeMonotonicity(Axiom):
    """With one seat more nobody loses a seat."""

    id = "committee_monotonicity"
    title = "Committee monotonicity"
    statement = "Whoever is elected for k seats is elected for k + 1."
    family = "committees"
    reference = SURVEY

    def applies(self, setting: Setting) -> str:
        fits = isinstance(setting, Committees)
        return "" if fits else f"the setting {setting.id} has no approval ballots"

    @staticmethod
    def _larger(problem: Problem) -> Problem:
        return replace(problem, data=replace(problem.data, seats=problem.data.seats + 1))

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if problem.data.seats == len(problem.data.candidates):
            return
        variant = self._larger(problem)
        before, after = ctx.run(problem), ctx.run(variant)
        if not isinstance(before, Outcome) or not isinstance(after, Outcome):
            ctx.undecided("the outcome is a lottery")
            return
        ctx.count()
        gap = len(before.choice - after.choice)
        if gap:
            yield Violation(problem, variant=variant, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        variant = witness.variant
        if variant is None or variant != self._larger(witness.problem):
            return None
        before = choose(mechanism, witness.problem, witness.lift)
        after = choose(mechanism, variant, witness.lift)
        if not isinstance(before, Outcome) or not isinstance(after, Outcome):
            return None
        return sum(c not in after.choice for c in before.choice)

    def describe(self, witness: Witness) -> str:
        seats = witness.problem.data.seats
        return (
            f"At ({witness.profile()}) elected are "
            f"{witness.say(witness.before, witness.problem)} for {seats} seats, but "
            f"{witness.say(witness.after, witness.variant or witness.problem)} for {seats + 1}."
        )


declare("ejr_plus", "committee_ejr")
declare("committee_ejr", "committee_pjr")
declare("committee_pjr", "justified_representation")
declare("committee_core", "committee_fjr")
declare("committee_fjr", "committee_ejr")
