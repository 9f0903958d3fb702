"""The rules by their definitions: plain lines over Fractions, slow, to read and to test against.

Votes are pairs ``(weight, places)`` where ``places`` maps every alternative to its place, 1 for the
best, the same for tied ones.  A definition returns the set of the winners; one of a score rule the
scores.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

Label: TypeAlias = Any
Votes: TypeAlias = Sequence[tuple[Fraction, Mapping[Label, int]]]
Scores: TypeAlias = dict[Label, Fraction]


def alternatives(votes: Votes) -> list[Label]:
    """All alternatives."""
    return list(votes[0][1])


def best(scores: Scores) -> set[Label]:
    """Whoever has the largest score."""
    return {a for a in scores if scores[a] == max(scores.values())}


def support(votes: Votes, a: Label, b: Label) -> Fraction:
    """The weight of the votes that place `a` above `b`."""
    return sum((w for w, places in votes if places[a] < places[b]), Fraction(0))


def margin(votes: Votes, a: Label, b: Label) -> Fraction:
    """By how much more votes prefer `a` to `b` than `b` to `a`."""
    return support(votes, a, b) - support(votes, b, a)


def among(votes: Votes, kept: Collection[Label]) -> Votes:
    """The same votes over fewer alternatives."""
    rows = []
    for w, places in votes:
        rows.append((w, {a: 1 + sum(places[b] < places[a] for b in kept) for a in kept}))
    return rows


def positional(votes: Votes, points: Sequence[Fraction]) -> Scores:
    """``points[k]`` for place ``k + 1``; those who share places share their points equally."""
    scores = dict.fromkeys(alternatives(votes), Fraction(0))
    for w, places in votes:
        for a in scores:
            tied = sum(places[b] == places[a] for b in scores)
            first = places[a] - 1
            scores[a] += w * sum(points[first : first + tied], Fraction(0)) / tied
    return scores


def borda(votes: Votes) -> Scores:
    """The number of alternatives below, a tie counting one half."""
    m = len(alternatives(votes))
    return positional(votes, [Fraction(m - 1 - k) for k in range(m)])


def plurality(votes: Votes) -> Scores:
    """One point for a first place."""
    return positional(votes, [Fraction(k == 0) for k in range(len(alternatives(votes)))])


def antiplurality(votes: Votes) -> Scores:
    """Minus one point for a last place."""
    m = len(alternatives(votes))
    return positional(votes, [Fraction(-(k == m - 1)) for k in range(m)])


def dowdall(votes: Votes) -> Scores:
    """``1 / k`` points for place k."""
    return positional(votes, [Fraction(1, k + 1) for k in range(len(alternatives(votes)))])


def copeland(votes: Votes) -> Scores:
    """Majority wins minus majority losses."""
    labels = alternatives(votes)
    sign = {True: Fraction(1), False: Fraction(-1)}
    return {
        a: sum((sign[d > 0] for b in labels if (d := margin(votes, a, b))), Fraction(0))
        for a in labels
    }


def minimax(votes: Votes) -> Scores:
    """Minus the largest margin of a defeat, 0 where there is none."""
    labels = alternatives(votes)
    return {a: -max([Fraction(0), *(margin(votes, b, a) for b in labels)]) for a in labels}


def condorcet(votes: Votes) -> set[Label]:
    """The alternative that beats all others by majority; all where there is none."""
    labels = alternatives(votes)
    found = {a for a in labels if all(margin(votes, a, b) > 0 for b in labels if b != a)}
    return found or set(labels)


def smith(votes: Votes) -> set[Label]:
    """The smallest set whose members beat everybody outside."""
    labels = alternatives(votes)
    for size in range(1, len(labels) + 1):
        for group in itertools.combinations(labels, size):
            if all(margin(votes, a, b) > 0 for a in group for b in labels if b not in group):
                return set(group)
    return set(labels)


def schwartz(votes: Votes) -> set[Label]:
    """The union of the minimal sets that nobody outside beats."""
    labels = alternatives(votes)
    unbeaten = [
        set(group)
        for size in range(1, len(labels) + 1)
        for group in itertools.combinations(labels, size)
        if not any(margin(votes, b, a) > 0 for a in group for b in labels if b not in group)
    ]
    minimal = [group for group in unbeaten if not any(other < group for other in unbeaten)]
    return set().union(*minimal)


def black(votes: Votes) -> set[Label]:
    """The Condorcet winner if there is one, else the Borda winners."""
    found = condorcet(votes)
    return found if len(found) == 1 else best(borda(votes))


def bucklin(votes: Votes) -> set[Label]:
    """Those in the first r places of most votes, for the smallest r that gives a majority."""
    labels = alternatives(votes)
    half = sum(w for w, _ in votes) / Fraction(2)
    for r in range(1, len(labels) + 1):
        reached = {a: sum((w for w, p in votes if p[a] <= r), Fraction(0)) for a in labels}
        if max(reached.values()) > half:
            return best(reached)
    return set(labels)


def eliminate(votes: Votes, losers: Callable[[Votes], set[Label]]) -> set[Label]:
    """Everybody who can win when tied losers are dropped one at a time, in any order."""
    labels = alternatives(votes)
    if len(labels) == 1:
        return set(labels)
    winners: set[Label] = set()
    for out in losers(votes):
        winners |= eliminate(among(votes, [a for a in labels if a != out]), losers)
    return winners


def irv(votes: Votes) -> set[Label]:
    """Drop an alternative with the fewest first places, again and again; all ties followed."""
    return eliminate(votes, lambda left: best({a: -s for a, s in plurality(left).items()}))


def coombs(votes: Votes) -> set[Label]:
    """Drop an alternative with the most last places, again and again; all ties followed."""
    return eliminate(votes, lambda left: best({a: -s for a, s in antiplurality(left).items()}))


def baldwin(votes: Votes) -> set[Label]:
    """Drop all alternatives with the lowest Borda score, again and again, until all have it."""
    scores = borda(votes)
    kept = [a for a in scores if scores[a] > min(scores.values())]
    return baldwin(among(votes, kept)) if kept else set(scores)


def nanson(votes: Votes) -> set[Label]:
    """Drop all whose Borda score is below the average, again and again."""
    scores = borda(votes)
    average = sum(scores.values()) / len(scores)
    kept = [a for a in scores if scores[a] >= average]
    return set(kept) if len(kept) == len(scores) else nanson(among(votes, kept))


def schulze(votes: Votes) -> set[Label]:
    """Those whose strongest path to each other alternative is as strong as the path back."""
    labels = alternatives(votes)

    def link(a: Label, b: Label) -> Fraction:
        """The votes behind a majority, nothing where there is none."""
        return support(votes, a, b) if margin(votes, a, b) > 0 else Fraction(0)

    def strength(a: Label, b: Label) -> Fraction:
        """The weakest link of the best path."""
        inner = [c for c in labels if c not in (a, b)]
        paths = (
            (a, *middle, b)
            for size in range(len(inner) + 1)
            for middle in itertools.permutations(inner, size)
        )
        return max(min(link(*step) for step in itertools.pairwise(path)) for path in paths)

    return {a for a in labels if all(strength(a, b) >= strength(b, a) for b in labels if b != a)}


def ranked_pairs(votes: Votes) -> set[Label]:
    """The tops when majorities are locked in, strongest first, for every order of equal ones."""
    labels = alternatives(votes)
    majorities = [(a, b) for a, b in itertools.permutations(labels, 2) if margin(votes, a, b) > 0]
    winners: set[Label] = set()
    for order in itertools.permutations(majorities):
        strengths = [margin(votes, *pair) for pair in order]
        if strengths != sorted(strengths, reverse=True):
            continue
        above: set[tuple[Label, Label]] = set()
        for a, b in order:
            if (b, a) not in above:
                up = {c for c in labels if (c, a) in above} | {a}
                down = {c for c in labels if (b, c) in above} | {b}
                above |= set(itertools.product(up, down))
        winners |= {a for a in labels if not any((b, a) in above for b in labels)}
    return winners


def young(votes: Votes) -> Scores:
    """The most votes that can stay so that nobody beats the alternative; votes of weight 1."""
    labels = alternatives(votes)
    scores = dict.fromkeys(labels, Fraction(0))
    for size in range(1, len(votes) + 1):
        for kept in itertools.combinations(votes, size):
            for a in labels:
                if all(margin(kept, a, b) >= 0 for b in labels if b != a):
                    scores[a] = Fraction(size)
    return scores


def kemeny(votes: Votes) -> tuple[Fraction, set[tuple[Label, ...]]]:
    """The least total number of pairs on which an order and the votes disagree, and all orders
    that attain it.
    """
    cost = {
        order: sum((support(votes, b, a) for a, b in itertools.combinations(order, 2)), Fraction(0))
        for order in itertools.permutations(alternatives(votes))
    }
    least = min(cost.values())
    return least, {order for order in cost if cost[order] == least}


def threshold(votes: Votes) -> set[Label]:
    """Fewest last places, among those fewest next-to-last places, and so on."""
    labels = alternatives(votes)

    def worst_first(a: Label) -> list[Fraction]:
        return [
            sum((w for w, places in votes if places[a] == place), Fraction(0))
            for place in range(len(labels), 0, -1)
        ]

    least = min(worst_first(a) for a in labels)
    return {a for a in labels if worst_first(a) == least}


def k_approval(votes: Votes, k: int) -> Scores:
    """One point for each of the first k places."""
    m = len(alternatives(votes))
    return positional(votes, [Fraction(place < k) for place in range(m)])


def rank_mean(votes: Votes) -> Scores:
    """Minus the mean rank; those who tie share the mean of their places."""
    m, weight = len(alternatives(votes)), sum(w for w, _ in votes)
    below = borda(votes)
    return {a: below[a] / weight - m for a in below}


def mean_win_rate(votes: Votes) -> Scores:
    """The mean over the votes of the share of the others that are below, a tie one half."""
    m, weight = len(alternatives(votes)), sum(w for w, _ in votes)
    return {a: points / (weight * (m - 1)) for a, points in borda(votes).items()}


def missing_borda(votes: Votes, labels: Sequence[Label]) -> Scores:
    """Borda's points, averaged over all orders that complete a vote for some of the labels."""
    total = dict.fromkeys(labels, Fraction(0))
    for w, places in votes:
        complete = [
            order
            for order in itertools.permutations(labels)
            if all(
                order.index(a) < order.index(b)
                for a, b in itertools.permutations(places, 2)
                if places[a] < places[b]
            )
        ]
        for order in complete:
            for k, a in enumerate(reversed(order)):
                total[a] += w * Fraction(k, len(complete))
    return total


def maximal_lotteries(votes: Votes, lottery: Mapping[Label, Fraction]) -> bool:
    """No alternative is expected to beat the lottery by majority margins."""
    labels = alternatives(votes)
    return all(sum(p * margin(votes, a, b) for a, p in lottery.items()) >= 0 for b in labels)


# ------------------------------------------------- fitted models: what the scores must satisfy


def won(votes: Votes, a: Label, b: Label) -> float:
    """The weight of the votes for `a` against `b`, those that tie the two counting one half."""
    tied = sum((w for w, places in votes if places[a] == places[b]), Fraction(0))
    return float(support(votes, a, b) + tied / 2)


def log_likelihood(votes: Votes, chance: Callable[[Label, Label], float]) -> float:
    """Of all comparisons, where `a` beats `b` with a chance; the two models below maximise it."""
    pairs = itertools.permutations(alternatives(votes), 2)
    return sum(won(votes, a, b) * math.log(chance(a, b)) for a, b in pairs if won(votes, a, b))


def bradley_terry(strength: Mapping[Label, float]) -> Callable[[Label, Label], float]:
    """The chance to win is the share of the two strengths."""
    return lambda a, b: strength[a] / (strength[a] + strength[b])


def thurstone(mean: Mapping[Label, float]) -> Callable[[Label, Label], float]:
    """The chance that the difference of two normal qualities is positive."""
    return lambda a, b: statistics.NormalDist().cdf(mean[a] - mean[b])


def plackett_luce(votes: Votes, strength: Mapping[Label, float]) -> float:
    """The log likelihood of strict votes: each place is drawn among those left, by strength."""
    total = 0.0
    for w, places in votes:
        order = sorted(places, key=lambda a: places[a])
        for k, a in enumerate(order):
            total += float(w) * math.log(strength[a] / sum(strength[b] for b in order[k:]))
    return total


def pagerank(votes: Votes, score: Mapping[Label, float], damping: float) -> dict[Label, float]:
    """One step of a surfer, which leaves the scores as they are.

    It goes to a random alternative, or with chance `damping` from one to those that beat it.
    """
    labels = alternatives(votes)
    after = dict.fromkeys(labels, (1 - damping) / len(labels))
    for b in labels:
        lost = {a: won(votes, a, b) if a != b else 0.0 for a in labels}
        if not any(lost.values()):
            lost = dict.fromkeys(labels, 1.0)
        for a in labels:
            after[a] += damping * score[b] * lost[a] / sum(lost.values())
    return after


def eigenvector(votes: Votes, score: Mapping[Label, float]) -> dict[Label, float]:
    """The scores of all that an alternative beats, which are one multiple of its own score."""
    labels = alternatives(votes)
    return {a: sum(won(votes, a, b) * score[b] for b in labels if b != a) for a in labels}
