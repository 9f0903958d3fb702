"""Definitions of the rules, in plain lines over fractions; what the tests hold the rules against.

Ballots are pairs of a set of candidates and a number of voters.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

Ballots = Sequence[tuple[frozenset[Any], Fraction]]
Committee = frozenset[Any]


def best(
    candidates: Sequence[object], seats: int, score: Callable[[Committee], Any]
) -> set[Committee]:
    """All committees with the largest score."""
    scores = {frozenset(w): score(frozenset(w)) for w in itertools.combinations(candidates, seats)}
    return {w for w, value in scores.items() if value == max(scores.values())}


def thiele(ballots: Ballots, weights: Sequence[Fraction], chosen: Committee) -> Fraction:
    """A voter with j members counts the first j weights."""
    return sum((n * sum(weights[: len(own & chosen)]) for own, n in ballots), Fraction(0))


def approval(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """The most approvals."""
    return best(candidates, seats, lambda w: thiele(ballots, [Fraction(1)] * seats, w))


def satisfaction_approval(
    ballots: Ballots, candidates: Sequence[object], seats: int
) -> set[Committee]:
    """Each voter's vote is shared by those it approves of."""
    return best(
        candidates,
        seats,
        lambda w: sum(
            (n * Fraction(len(own & w), len(own) or 1) for own, n in ballots), Fraction(0)
        ),
    )


def pav(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """1 + 1/2 + ... + 1/j."""
    weights = [Fraction(1, j + 1) for j in range(seats)]
    return best(candidates, seats, lambda w: thiele(ballots, weights, w))


def slav(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """1 + 1/3 + ... + 1/(2j - 1)."""
    weights = [Fraction(1, 2 * j + 1) for j in range(seats)]
    return best(candidates, seats, lambda w: thiele(ballots, weights, w))


def chamberlin_courant(
    ballots: Ballots, candidates: Sequence[object], seats: int
) -> set[Committee]:
    """The most voters with a member."""
    return best(candidates, seats, lambda w: sum((n for own, n in ballots if own & w), Fraction(0)))


def minimax_approval(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """The ballot that differs most differs least."""
    return best(
        candidates, seats, lambda w: -Fraction(max(len(own ^ w) for own, n in ballots if n))
    )


def sequential(
    ballots: Ballots, candidates: Sequence[object], seats: int, weights: Sequence[Fraction]
) -> set[Committee]:
    """One after another whoever adds most, in every way to break ties."""
    states: set[Committee] = {frozenset()}
    for _ in range(seats):
        after = set()
        for w in states:
            gains = {c: thiele(ballots, weights, w | {c}) for c in candidates if c not in w}
            after |= {w | {c} for c, gain in gains.items() if gain == max(gains.values())}
        states = after
    return states


def sequential_pav(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """By the weights 1, 1/2, 1/3, ..."""
    return sequential(ballots, candidates, seats, [Fraction(1, j + 1) for j in range(seats)])


def sequential_slav(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """By the weights 1, 1/3, 1/5, ..."""
    return sequential(ballots, candidates, seats, [Fraction(1, 2 * j + 1) for j in range(seats)])


def sequential_chamberlin_courant(
    ballots: Ballots, candidates: Sequence[object], seats: int
) -> set[Committee]:
    """By the weights 1, 0, 0, ..."""
    return sequential(ballots, candidates, seats, [Fraction(j == 0) for j in range(seats)])


def sequential_phragmen(
    ballots: Ballots, candidates: Sequence[object], seats: int
) -> set[Committee]:
    """All voters earn at the same rate; a seat costs 1, its buyers pay all that they have."""
    states = {(frozenset[Any](), (Fraction(0),) * len(ballots), Fraction(0))}
    for _ in range(seats):
        after = set()
        for w, spent, _ in states:
            moments = {}
            for c in candidates:
                group = [k for k, (own, n) in enumerate(ballots) if c in own and n]
                weight = sum((ballots[k][1] for k in group), Fraction(0))
                if c not in w and weight:
                    moments[c] = (1 + sum(ballots[k][1] * spent[k] for k in group)) / weight
            if not moments:
                after |= {(w | {c}, spent, Fraction(0)) for c in candidates if c not in w}
            for c, moment in moments.items():
                if moment == min(moments.values()):
                    paid = tuple(
                        moment if c in own and n else spent[k] for k, (own, n) in enumerate(ballots)
                    )
                    after.add((w | {c}, paid, moment))
        states = after
    return {w for w, _, _ in states}


def equal_shares(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """Seats bought out of equal parts of the money, dearest for nobody; without a completion."""
    total = sum((n for _, n in ballots), Fraction(0))
    done, states = set(), {(frozenset[Any](), (Fraction(seats) / total,) * len(ballots))}
    while states:
        w, money = states.pop()
        prices = {}
        for c in candidates:
            group = [(money[k], n) for k, (own, n) in enumerate(ballots) if c in own and n]
            if c not in w and sum(m * n for m, n in group) >= 1:
                # All with the least money pay all of it, the others the same price.
                for poor in range(len(group)):
                    ranked = sorted(group)
                    rest = 1 - sum((m * n for m, n in ranked[:poor]), Fraction(0))
                    price = rest / sum((n for _, n in ranked[poor:]), Fraction(0))
                    if price <= ranked[poor][0]:
                        prices[c] = price
                        break
        for c, price in prices.items():
            if price == min(prices.values()):
                left = tuple(
                    m - min(m, price) if c in own else m
                    for m, (own, _) in zip(money, ballots, strict=True)
                )
                states.add((w | {c}, left))
        if not prices:
            done.add(w)
    return done


def monroe(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """Members stand for equally many voters, as many as possible of whom approve of them."""
    voters = [own for own, n in ballots for _ in range(int(n))]
    each, more = divmod(len(voters), seats)

    def seated(w: Sequence[object], places: dict[Any, int], k: int) -> int:
        """The most of the voters from the k-th on who have a place with a member they approve."""
        if k == len(voters):
            return 0
        options = [c for c in w if c in voters[k] and places[c]]
        taken = [1 + seated(w, {**places, c: places[c] - 1}, k + 1) for c in options]
        return max([*taken, seated(w, places, k + 1)])

    def score(w: Committee) -> Fraction:
        larger = itertools.combinations(sorted(w), more)
        return Fraction(max(seated(sorted(w), {c: each + (c in x) for c in w}, 0) for x in larger))

    return best(candidates, seats, score)


def greedy_monroe(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """One after another whoever most voters without a member approve of; a full group leaves."""
    voters = sorted((len(own), sorted(own)) for own, n in ballots for _ in range(int(n)))
    each, more = divmod(len(voters), seats)
    states = {(frozenset[Any](), tuple((k, *own) for k, own in voters))}
    for seat in range(seats):
        after = set()
        for w, left in states:
            votes = {c: sum(c in own[1:] for own in left) for c in candidates if c not in w}
            for c in (c for c, n in votes.items() if n == max(votes.values())):
                gone = [k for k, own in enumerate(left) if c in own[1:]][: each + (seat < more)]
                rest = tuple(own for k, own in enumerate(left) if k not in gone)
                after.add((w | {c}, rest))
        states = after
    return {w for w, _ in states}


def loads(ballots: Ballots, chosen: Committee) -> list[tuple[Fraction, Fraction]]:
    """Loads of voters from the largest on, each as small as can be, and how many bear it.

    Some members must be carried by those who approve of one of them: the worst of these come first.
    """
    left, free, found = set(chosen), list(ballots), []
    while left:
        parts = [set(p) for r in range(len(left)) for p in itertools.combinations(left, r + 1)]
        behind = [sum((n for own, n in free if own & p), Fraction(0)) for p in parts]
        most = max(len(p) / n for p, n in zip(parts, behind, strict=True))
        tight = [p for p, n in zip(parts, behind, strict=True) if len(p) / n == most]
        worst = set().union(*tight)
        found.append((most, len(worst) / most))
        left, free = left - worst, [(own, n) for own, n in free if not own & worst]
    return found


def leximax_phragmen(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """Few members without a voter, then small loads, the largest first."""

    def score(w: Committee) -> Any:
        known = frozenset(c for c in w if any(c in own and n for own, n in ballots))
        parts = [-part for load in loads(ballots, known) for part in load]
        return (len(known), *parts, 0)

    return best(candidates, seats, score)


def maximin_support(ballots: Ballots, candidates: Sequence[object], seats: int) -> set[Committee]:
    """One after another whoever leaves the member with the fewest votes with the most."""
    states: set[Committee] = {frozenset()}
    for _ in range(seats):
        after = set()
        for w in states:
            votes = {}
            for c in candidates:
                parts = [
                    {c, *p} for r in range(len(w) + 1) for p in itertools.combinations(sorted(w), r)
                ]
                votes[c] = min(
                    sum((n for own, n in ballots if own & p), Fraction(0)) / len(p) for p in parts
                )
            before = min([votes[c] for c in w], default=None)
            kept = {
                c: v if before is None else min(v, before) for c, v in votes.items() if c not in w
            }
            after |= {w | {c} for c, v in kept.items() if v == max(kept.values())}
        states = after
    return states


def reverse_sequential_pav(
    ballots: Ballots, candidates: Sequence[object], seats: int
) -> set[Committee]:
    """From all candidates, one after another whoever adds least goes."""
    weights = [Fraction(1, j + 1) for j in range(len(candidates))]
    states = {frozenset(candidates)}
    for _ in range(len(candidates) - seats):
        after = set()
        for w in states:
            scores = {c: thiele(ballots, weights, w - {c}) for c in w}
            after |= {w - {c} for c, score in scores.items() if score == max(scores.values())}
        states = after
    return states


def lexminimax_approval(
    ballots: Ballots, candidates: Sequence[object], seats: int
) -> set[Committee]:
    """Few ballots that differ in all candidates, then few in all but one, and so on."""

    def score(w: Committee) -> Any:
        far = range(len(candidates), -1, -1)
        return tuple(-sum(n for own, n in ballots if len(own ^ w) == d) for d in far)

    return best(candidates, seats, score)
