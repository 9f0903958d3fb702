"""Axioms of apportionment: quotas, paradoxes of growth, parts and multiples.

Methods that leave ties open are held to all ways to break them.
"""

from __future__ import annotations

import itertools
import math
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mechdesign.apportionment.references import BALINSKI_YOUNG
from mechdesign.apportionment.settings import (
    Houses,
    past_threshold,
    shares_of_seats,
    taking_part,
)
from mechdesign.axioms import Axiom, Violation, Witness, register_axiom
from mechdesign.axioms.question.evaluator import Evaluator
from mechdesign.axioms.question.verifier import choose
from mechdesign.errors import UndecidedError
from mechdesign.model import Mechanism, Number, Outcome, Problem, Setting, show

#: More ways to break a tie are not listed.
_MOST_WAYS = 5_000

Vectors = frozenset[tuple[int, ...]]


def _ways(result: Any) -> Vectors:
    """All seats that may come about."""
    if not isinstance(result, Outcome):
        raise UndecidedError("only a method that names seats, tied ones included, is compared")
    found = result.choice
    if math.comb(len(found.tied), found.left) > _MOST_WAYS:
        raise UndecidedError(f"more than {_MOST_WAYS} ways to break a tie are not listed")
    return frozenset(found.vectors())


class _OfSeats(Axiom):
    family = "apportionment"

    def applies(self, setting: Setting) -> str:
        told = f"the setting {setting.id} has no seats of parties"
        return "" if isinstance(setting, Houses) else told


class _Quota(_OfSeats):
    """No party is rounded by a whole seat."""

    @staticmethod
    @abstractmethod
    def short(share: Fraction, seats: int) -> int:
        """By how many seats a party is off its share, rounded to its side."""

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        ways = _ways(ctx.run(problem))
        for k, share in enumerate(shares_of_seats(problem)):
            ctx.count()
            gap = max(self.short(share, seats[k]) for seats in ways)
            if gap > 0:
                yield Violation(problem, agents=(problem.agents[k],), gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        if len(witness.agents) != 1:
            return None
        problem = witness.problem
        k = problem.position(witness.agents[0])
        inside = past_threshold(problem)
        votes = sum(problem.types[i] for i in inside)
        share = (
            Fraction(problem.data.seats * problem.types[k], votes) if k in inside else Fraction(0)
        )
        found = choose(mechanism, problem, witness.lift).choice
        low, high = found.certain[k], found.certain[k] + (k in found.tied)
        return max(self.short(share, low), self.short(share, high))

    def describe(self, witness: Witness) -> str:
        problem = witness.problem
        share = shares_of_seats(problem)[problem.position(witness.agents[0])]
        return (
            f"At ({witness.profile()}) with {problem.data.seats} seats the method chooses "
            f"{witness.say(witness.before, problem)}; the exact share of {witness.agents[0]} is "
            f"{show(share)}."
        )


@register_axiom
class LowerQuota(_Quota):
    """Every party has at least its exact share of the seats, rounded down."""

    id = "lower_quota"
    title = "Lower quota"
    reference = BALINSKI_YOUNG
    statement = "No party has fewer seats than its exact share rounded down."

    @staticmethod
    def short(share: Fraction, seats: int) -> int:
        return math.floor(share) - seats


@register_axiom
class UpperQuota(_Quota):
    """Every party has at most its exact share of the seats, rounded up."""

    id = "upper_quota"
    title = "Upper quota"
    reference = BALINSKI_YOUNG
    statement = "No party has more seats than its exact share rounded up."

    @staticmethod
    def short(share: Fraction, seats: int) -> int:
        return seats - math.ceil(share)


@register_axiom
class Exactness(_OfSeats):
    """Where all exact shares are whole, they are the seats."""

    id = "exactness"
    title = "Exactness"
    reference = BALINSKI_YOUNG
    statement = "Where the exact share of every party is whole, it has just these seats."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        shares = shares_of_seats(problem)
        if any(share.denominator > 1 for share in shares):
            return
        ctx.count()
        wrong = [seats for seats in _ways(ctx.run(problem)) if list(seats) != shares]
        if wrong:
            gap = max(abs(s - x) for seats in wrong for s, x in zip(seats, shares, strict=True))
            yield Violation(problem, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem = witness.problem
        inside = past_threshold(problem)
        votes = sum(problem.types[k] for k in inside)
        off: list[Number] = []
        found = choose(mechanism, problem, witness.lift).choice
        for k, own in enumerate(problem.types):
            share = Fraction(own * problem.data.seats, votes) if k in inside else Fraction(0)
            if share.denominator > 1:
                return None
            off += [
                abs(found.certain[k] - share),
                abs(found.certain[k] + (k in found.tied) - share),
            ]
        return max(off)


@register_axiom
class HouseMonotonicity(_OfSeats):
    """In a house with one seat more nobody loses a seat: no Alabama paradox."""

    id = "house_monotonicity"
    title = "House monotonicity"
    reference = BALINSKI_YOUNG
    statement = (
        "However ties are broken, the seats of a house can be kept in a house with one seat more."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        variant = replace(problem, data=replace(problem.data, seats=problem.data.seats + 1))
        before, after = _ways(ctx.run(problem)), _ways(ctx.run(variant))
        ctx.count()
        for seats in sorted(before):
            losses = [_loss(seats, more) for more in after]
            if min(losses) > 0:
                yield Violation(problem, variant=variant, gap=min(losses), details={"seats": seats})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant, seats = witness.problem, witness.variant, witness.details.get("seats")
        if variant is None or variant.data.seats != problem.data.seats + 1:
            return None
        if replace(variant, data=problem.data) != problem or not isinstance(seats, tuple):
            return None
        small, large = (choose(mechanism, p, witness.lift).choice for p in (problem, variant))
        if seats not in set(small.vectors()):
            return 0
        losses: list[int] = [
            max(old - new for old, new in zip(seats, more, strict=True)) for more in large.vectors()
        ]
        return min(losses)

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        return (
            f"At ({witness.profile()}) {witness.problem.data.seats} seats are given as "
            f"{witness.say(witness.before, witness.problem)}, and {witness.variant.data.seats} "
            f"seats as {witness.say(witness.after, witness.variant)}: a party loses "
            f"{show(witness.gap)}."
        )


def _loss(before: Sequence[int], after: Sequence[int]) -> int:
    return max(old - new for old, new in zip(before, after, strict=True))


@register_axiom
class VoteRatioMonotonicity(_OfSeats):
    """A party that grows faster than another does not lose a seat while the other gains one.

    Balinski and Young's population monotonicity for a house of one size; the axiom of that name
    here is about agents who leave.
    """

    id = "vote_ratio_monotonicity"
    title = "Population monotonicity of votes"
    reference = BALINSKI_YOUNG
    statement = (
        "Where the votes of a party grow relative to those of another, it does not lose a seat "
        "while the other gains one."
    )

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        first, old = _choice(ctx.run(problem)), problem.types
        pairs = list(itertools.permutations(range(len(problem)), 2))
        for votes in ctx.joint_deviations(problem, problem.agents):
            grew = [(i, j) for i, j in pairs if votes[i] * old[j] > votes[j] * old[i]]
            if not grew:
                continue
            variant = problem.with_profile(tuple(votes))
            second = _choice(ctx.run(variant))
            ctx.count(len(grew))
            if first == second and not first.left:
                continue
            for i, j in grew:
                gap = _exchanged(first, second, i, j)
                if gap > 0:
                    pair = (problem.agents[i], problem.agents[j])
                    yield Violation(problem, agents=pair, variant=variant, gap=gap)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant = witness.problem, witness.variant
        if variant is None or len(witness.agents) != 2 or variant.data != problem.data:
            return None
        if tuple(variant.agents) != tuple(problem.agents):
            return None
        i, j = map(problem.position, witness.agents)
        old, new = problem.types, variant.types
        if Fraction(new[i]) * old[j] <= Fraction(new[j]) * old[i]:
            return None
        first, second = (choose(mechanism, p, witness.lift).choice for p in (problem, variant))
        pairs = itertools.product(first.vectors(), second.vectors())
        exchanged: list[int] = [min(a[i] - b[i], b[j] - a[j]) for a, b in pairs]
        return max(exchanged)

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        i, j = witness.agents
        then = ", ".join(map(show, witness.variant.types))
        return (
            f"At ({witness.profile()}) with {witness.problem.data.seats} seats the method chooses "
            f"{witness.say(witness.before, witness.problem)}; with the votes ({then}) it chooses "
            f"{witness.say(witness.after, witness.variant)}: {i} grew more than {j} and loses a "
            f"seat while {j} gains one."
        )


def _choice(result: Any) -> Any:
    if not isinstance(result, Outcome):
        raise UndecidedError("only a method that names seats, tied ones included, is compared")
    return result.choice


def _exchanged(before: Any, after: Any, i: int, j: int) -> int:
    """The most seats that i may lose while j gains as many."""
    if before.certain[i] + (i in before.tied) <= after.certain[i]:
        return 0
    most = 0
    for (high_i, low_j), (low_i, high_j) in itertools.product(
        _pairs(before, i, j), _pairs(after, i, j)
    ):
        most = max(most, min(high_i - low_i, high_j - low_j))
    return most


def _pairs(found: Any, i: int, j: int) -> list[tuple[int, int]]:
    """The seats that two parties may have together."""
    most = found.left
    least = found.left - sum(k not in (i, j) for k in found.tied)
    choices = itertools.product(range(1 + (i in found.tied)), range(1 + (j in found.tied)))
    kept = [(x, y) for x, y in choices if least <= x + y <= most]
    return [(found.certain[i] + x, found.certain[j] + y) for x, y in kept]


@register_axiom
class Coherence(_OfSeats):
    """When a party leaves with its seats, the others divide theirs as before.

    By induction any group of parties does.  A method that fails shows the paradox of new states:
    a party that comes with seats of its own moves a seat between two others.
    """

    id = "coherence"
    title = "Coherence"
    reference = BALINSKI_YOUNG
    statement = "When a party leaves with the seats it has, the others divide the rest as before."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        if len(problem) < 3:
            return
        ways = _ways(ctx.run(problem))
        for k, party in enumerate(problem.agents):
            for own in sorted({seats[k] for seats in ways}):
                rest = _without(problem, party, own)
                if not taking_part(rest):
                    continue
                together = {(*s[:k], *s[k + 1 :]) for s in ways if s[k] == own}
                ctx.count()
                if together != _ways(ctx.run(rest)):
                    told = {"seats": own}
                    yield Violation(problem, agents=(party,), variant=rest, details=told)

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, rest, own = witness.problem, witness.variant, witness.details.get("seats")
        if rest is None or len(witness.agents) != 1 or type(own) is not int:
            return None
        (party,) = witness.agents
        if rest != _without(problem, party, own):
            return None
        k = problem.position(party)
        all_ways = list(choose(mechanism, problem, witness.lift).choice.vectors())
        kept = [list(seats) for seats in all_ways if seats[k] == own]
        for seats in kept:
            del seats[k]
        alone = [list(seats) for seats in choose(mechanism, rest, witness.lift).choice.vectors()]
        return int(bool(kept) and sorted(kept) != sorted(alone))

    def describe(self, witness: Witness) -> str:
        assert witness.variant is not None
        return (
            f"At ({witness.profile()}) {witness.problem.data.seats} seats are given as "
            f"{witness.say(witness.before, witness.problem)}; without {witness.agents[0]} and its "
            f"seats the others have {witness.say(witness.after, witness.variant)}."
        )


def _without(problem: Problem, party: Any, own: int) -> Problem:
    """The others and their seats; what is past a threshold stays so, as the valid votes stay."""
    data = replace(problem.data, seats=problem.data.seats - own)
    if data.total is None and (data.threshold or data.thresholds):
        data = replace(data, total=sum(problem.types))
    return replace(problem.without(party), data=data)


@register_axiom
class VoteHomogeneity(_OfSeats):
    """Multiples of the votes make the same seats."""

    id = "vote_homogeneity"
    title = "Homogeneity of votes"
    reference = BALINSKI_YOUNG
    statement = "Votes that are multiplied by one number make the same seats."

    def violations(self, ctx: Evaluator, problem: Problem) -> Iterator[Violation]:
        factor = _common(problem)
        variant = _divided(problem, factor)
        if factor == 1:
            return
        ctx.count()
        if _choice(ctx.run(problem)) != _choice(ctx.run(variant)):
            yield Violation(problem, variant=variant, details={"factor": factor})

    def verify(self, mechanism: Mechanism, setting: Setting, witness: Witness) -> Number | None:
        problem, variant, factor = witness.problem, witness.variant, witness.details.get("factor")
        if variant is None or not factor or not factor > 0 or variant != _divided(problem, factor):
            return None
        first, second = (
            set(choose(mechanism, p, witness.lift).choice.vectors()) for p in (problem, variant)
        )
        return int(first != second)


def _common(problem: Problem) -> Number:
    """The largest number of which all votes are whole multiples."""
    votes = [Fraction(v) for v in problem.types]
    top = math.gcd(*(v.numerator for v in votes))
    return Fraction(top, math.lcm(*(v.denominator for v in votes))) if top else 1


def _divided(problem: Problem, factor: Number) -> Problem:
    """The problem with all votes over a factor: where it is the common one they are whole."""
    votes = [Fraction(v) / Fraction(factor) for v in problem.types]
    types = tuple(int(v) if v.denominator == 1 else v for v in votes)
    total = problem.data.total
    data = problem.data
    if total is not None:
        data = replace(data, total=Fraction(total) / Fraction(factor))
    return replace(problem, types=types, data=data)
