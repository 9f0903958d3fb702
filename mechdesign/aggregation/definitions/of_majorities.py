"""Rules on the majority relation by their definitions; votes as in ``of_rankings``."""

from __future__ import annotations

import itertools
from fractions import Fraction

from mechdesign.aggregation.definitions.of_rankings import (
    Label,
    Scores,
    Votes,
    alternatives,
    among,
    margin,
)


def beats(votes: Votes, a: Label, b: Label) -> bool:
    """Whether a majority prefers `a` to `b`."""
    return margin(votes, a, b) > 0


def uncovered(votes: Votes) -> set[Label]:
    """Those who are beaten by nobody whom fewer beat: all who beat the one beat the other, too."""
    every = alternatives(votes)
    above = {a: {b for b in every if beats(votes, b, a)} for a in every}
    return {b for b in every if not any(a in above[b] and above[a] <= above[b] for a in every)}


def banks(votes: Votes) -> set[Label]:
    """The tops of chains, in which each beats all that follow, that nobody beats as a whole."""
    every = alternatives(votes)
    found = set()
    for size in range(1, len(every) + 1):
        for chain in itertools.permutations(every, size):
            ordered = all(beats(votes, a, b) for a, b in itertools.combinations(chain, 2))
            if ordered and not any(all(beats(votes, x, a) for a in chain) for x in every):
                found.add(chain[0])
    return found


def minimal_covering(votes: Votes) -> set[Label]:
    """The union of the smallest sets that leave nobody uncovered outside, one at a time."""
    every = alternatives(votes)
    sets = [set(c) for n in range(1, len(every) + 1) for c in itertools.combinations(every, n)]
    good = [
        s for s in sets if all(x in s or x not in uncovered(among(votes, [*s, x])) for x in every)
    ]
    return {a for s in good if not any(t < s for t in good) for a in s}


def split_cycle(votes: Votes) -> set[Label]:
    """Those not defeated: a margin counts unless it is the smallest of some cycle of majorities."""
    every = alternatives(votes)

    def smallest(a: Label, b: Label) -> bool:
        limit = margin(votes, a, b)
        paths = (p for n in range(len(every) - 1) for p in itertools.permutations(every, n))
        closed = ([b, *p, a] for p in paths if a not in p and b not in p)
        return any(
            all(margin(votes, x, y) >= limit for x, y in itertools.pairwise(p)) for p in closed
        )

    return {
        b for b in every if all(not beats(votes, a, b) or smallest(a, b) for a in every if a != b)
    }


def stable_voting(votes: Votes, *, simple: bool = False) -> set[Label]:
    """Who beats somebody by the largest margin without whom it is the stable winner as well."""
    every = alternatives(votes)
    sound = set(every) if simple else split_cycle(votes)
    if len(every) == 1:
        return set(every)
    matches = [(margin(votes, a, b), a, b) for a in sound for b in every if a != b]
    for level in sorted({m for m, _, _ in matches}, reverse=True):
        found = {
            a
            for m, a, b in matches
            if m == level
            and a in stable_voting(among(votes, [x for x in every if x != b]), simple=simple)
        }
        if found:
            return found
    return sound


def river(votes: Votes) -> set[Label]:
    """The roots over all orders of majorities by margin, each locked in unless its loser has been
    beaten or leads to its winner.
    """
    every = alternatives(votes)
    pairs = [(a, b) for a in every for b in every if beats(votes, a, b)]
    winners: set[Label] = set()
    for order in itertools.permutations(pairs):
        sizes = [margin(votes, a, b) for a, b in order]
        if sizes == sorted(sizes, reverse=True):
            over: dict[Label, Label] = {}
            for a, b in order:
                up = a
                while up in over:
                    up = over[up]
                if b not in over and up != b:
                    over[b] = a
            winners |= set(every) - set(over)
    return winners


def dodgson(votes: Votes) -> Scores:
    """Minus the fewest swaps of neighbours after which one beats all others, voter by voter."""
    every = alternatives(votes)
    voters = [places for w, places in votes for _ in range(int(w))]
    scores = {}
    for x in every:
        best = None
        for lifts in itertools.product(*(range(places[x]) for places in voters)):
            ahead = {
                y: sum(p[x] - k < p[y] + (p[y] < p[x]) for p, k in zip(voters, lifts, strict=True))
                for y in every
                if y != x
            }
            if all(2 * n > len(voters) for n in ahead.values()):
                best = sum(lifts) if best is None else min(best, sum(lifts))
        scores[x] = Fraction(-(best or 0))
    return scores


def slater(votes: Votes) -> set[Label]:
    """The first of the orders that put the fewest losers of a majority above its winner."""
    cost = {
        order: sum(beats(votes, b, a) for a, b in itertools.combinations(order, 2))
        for order in itertools.permutations(alternatives(votes))
    }
    return {order[0] for order in cost if cost[order] == min(cost.values())}
