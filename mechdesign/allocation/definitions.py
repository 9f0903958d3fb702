"""Definitions of the rules, in plain lines; what the tests hold the fast forms against.

Lists are mappings of labels to strict lists, best first; a matching maps proposers to receivers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

Lists = Mapping[Any, Sequence[Any]]
Matching = dict[Any, Any]


def matchings(mine: Lists, theirs: Lists, places: Mapping[Any, int]) -> Iterator[Matching]:
    """All matchings of pairs that accept each other, within the places."""
    options = [[b for b in own if a in theirs[b]] + [None] for a, own in mine.items()]
    for got in itertools.product(*options):
        if all(got.count(b) <= places[b] for b in theirs):
            yield dict(zip(mine, got, strict=True))


def blocks(
    mine: Lists, theirs: Lists, places: Mapping[Any, int], got: Matching, a: Any, b: Any
) -> bool:
    """Whether two would rather have each other: room at the receiver, or somebody worse there."""
    better = mine[a] if got[a] is None else mine[a][: mine[a].index(got[a])]
    held = [c for c in got if got[c] == b]
    order = theirs[b]
    taken = len(held) < places[b] or any(order.index(a) < order.index(c) for c in held)
    return b in better and taken


def stable_matchings(mine: Lists, theirs: Lists, places: Mapping[Any, int]) -> list[Matching]:
    """All matchings that no pair blocks."""
    pairs = [(a, b) for a, own in mine.items() for b in own if a in theirs[b]]
    return [
        got
        for got in matchings(mine, theirs, places)
        if not any(blocks(mine, theirs, places, got, a, b) for a, b in pairs)
    ]


def tied_stable_matchings(
    mine: Mapping[Any, Sequence[Sequence[Any]]],
    theirs: Mapping[Any, Sequence[Sequence[Any]]],
    places: Mapping[Any, int],
    notion: str,
) -> list[Matching]:
    """All matchings to which no pair objects: both may lose nothing, one must gain if strong."""
    plain, back = (
        {who: [b for tied in own for b in tied] for who, own in lists.items()}
        for lists in (mine, theirs)
    )

    def place(own: Sequence[Sequence[Any]], who: Any) -> int:
        return next((k for k, tied in enumerate(own) if who in tied), len(own))

    def objects(got: Matching, a: Any, b: Any) -> bool:
        now, new = place(mine[a], got[a]), place(mine[a], b)
        held = [place(theirs[b], c) for c in got if got[c] == b]
        room, own = len(held) < places[b], place(theirs[b], a)
        gains = (new < now) + (room or own < max(held, default=-1))
        loses_nothing = new <= now and (room or own <= max(held, default=-1))
        return got[a] != b and loses_nothing and gains >= (notion == "strong")

    pairs = [(a, b) for a, own in plain.items() for b in own if a in back[b] and places[b]]
    return [
        got
        for got in matchings(plain, back, places)
        if not any(objects(got, a, b) for a, b in pairs)
    ]


def rank(own: Sequence[Any], got: Any) -> int:
    """The place on a list, from 1; behind everybody where there is none."""
    return 1 + (len(own) if got is None else list(own).index(got))


def deferred_acceptance(mine: Lists, theirs: Lists, places: Mapping[Any, int]) -> Matching:
    """The stable matching that every proposer finds at least as good as any other stable one."""
    stable = stable_matchings(mine, theirs, places)
    return min(stable, key=lambda got: sum(rank(own, got[a]) for a, own in mine.items()))


def rank_sums(mine: Lists, theirs: Lists, got: Matching) -> tuple[int, int]:
    """The sums of the ranks of the partners on either side."""
    pairs = [(a, b) for a, b in got.items() if b is not None]
    return sum(rank(mine[a], b) for a, b in pairs), sum(rank(theirs[b], a) for a, b in pairs)


def egalitarian_matching(mine: Lists, theirs: Lists, places: Mapping[Any, int]) -> int:
    """The least sum of all ranks."""
    stable = stable_matchings(mine, theirs, places)
    return min(sum(rank_sums(mine, theirs, got)) for got in stable)


def minimum_regret_matching(mine: Lists, theirs: Lists, places: Mapping[Any, int]) -> int:
    """The least largest rank of a partner."""
    regrets = []
    for got in stable_matchings(mine, theirs, places):
        pairs = [(a, b) for a, b in got.items() if b is not None]
        ranks = [(rank(mine[a], b), rank(theirs[b], a)) for a, b in pairs]
        regrets.append(max(itertools.chain.from_iterable(ranks), default=0))
    return min(regrets)


def sex_equal_matching(mine: Lists, theirs: Lists, places: Mapping[Any, int]) -> int:
    """The least difference of the two sums."""
    sums = [rank_sums(mine, theirs, got) for got in stable_matchings(mine, theirs, places)]
    return min(abs(a - b) for a, b in sums)


def parallel(mine: Lists, theirs: Lists, places: Mapping[Any, int], e: int) -> Matching:
    """Deferred acceptance among those without a place, e choices of each at a time."""
    got: Matching = dict.fromkeys(mine)
    longest = max(map(len, mine.values()), default=0)
    for begin in range(0, longest, e):
        band = {a: own[begin : begin + e] for a, own in mine.items() if got[a] is None}
        left = {b: places[b] - sum(c == b for c in got.values()) for b in theirs}
        got.update(deferred_acceptance(band, theirs, left))
    return got


def boston(mine: Lists, theirs: Lists, places: Mapping[Any, int]) -> Matching:
    """In round k the k-th choices: every place left to the best of those who apply now."""
    got: Matching = dict.fromkeys(mine)
    for k in range(max(map(len, mine.values()), default=0)):
        left = {b: places[b] - sum(c == b for c in got.values()) for b in theirs}
        for b, order in theirs.items():
            apply = [a for a in order if got[a] is None and list(mine[a][k : k + 1]) == [b]]
            got.update(dict.fromkeys(apply[: left[b]], b))
    return got


def top_trading_cycles(mine: Lists, theirs: Lists, places: Mapping[Any, int]) -> Matching:
    """Find a cycle of agents and objects that point at each other; settle it; again."""
    got: Matching = {}
    while len(got) < len(mine):
        left = {b: places[b] - sum(c == b for c in got.values()) for b in theirs}
        target = {}
        for a in mine:
            if a not in got:
                open_to = (b for b in mine[a] if left[b] and a in theirs[b])
                b = next(open_to, None)
                target[a] = (b, b and next(c for c in theirs[b] if c not in got))
        alone = [a for a, (b, _) in target.items() if b is None]
        if alone:
            got.update(dict.fromkeys(alone))
            continue
        a = next(iter(target))
        for _ in mine:
            a = target[a][1]
        while a not in got:
            got[a] = target[a][0]
            a = target[a][1]
    return got


def efficiency_adjusted(
    mine: Lists, theirs: Lists, places: Mapping[Any, int], consents: set[Any]
) -> Matching:
    """Take the school that the last interrupter was rejected by off its list; again."""
    lists = {a: [b for b in own if a in theirs[b]] for a, own in mine.items()}
    while True:
        held: dict[Any, list[Any]] = {b: [] for b in theirs}
        position = dict.fromkeys(lists, 0)
        since: dict[tuple[Any, Any], int] = {}
        rejections: list[tuple[int, Any, Any]] = []
        step = 0
        while True:
            free = [a for a in lists if not any(a in h for h in held.values())]
            asking = [a for a in free if position[a] < len(lists[a])]
            if not asking:
                break
            step += 1
            applied: dict[Any, list[Any]] = {b: list(h) for b, h in held.items()}
            for a in asking:
                applied[lists[a][position[a]]].append(a)
                position[a] += 1
            for b, everybody in applied.items():
                order = sorted(everybody, key=list(theirs[b]).index)
                held[b] = order[: places[b]]
                rejections += [(step, a, b) for a in order[places[b] :]]
                for a in held[b]:
                    since.setdefault((a, b), step)
        # An interrupter is held while somebody else is rejected, and later rejected itself.
        interrupts = [
            (t, a, b)
            for t, a, b in rejections
            if a in consents
            and any(since.get((a, b), t) <= s < t and d == b for s, _, d in rejections)
        ]
        if not interrupts:
            return {a: next((b for b, h in held.items() if a in h), None) for a in mine}
        last = max(t for t, _, _ in interrupts)
        for t, a, b in interrupts:
            if t == last:
                lists[a] = [c for c in lists[a] if c != b]


def serial_dictatorship(mine: Lists, places: Mapping[Any, int], order: Sequence[Any]) -> Matching:
    """Each in turn takes the best of what is left."""
    got: Matching = dict.fromkeys(mine)
    for a in order:
        left = [b for b in mine[a] if list(got.values()).count(b) < places[b]]
        got[a] = left[0] if left else None
    return got


def random_serial_dictatorship(mine: Lists, places: Mapping[Any, int]) -> dict[Any, Any]:
    """The mean of all orders."""
    orders = list(itertools.permutations(mine))
    counts = {(a, b): 0 for a in mine for b in places}
    for order in orders:
        for a, b in serial_dictatorship(mine, places, order).items():
            if b is not None:
                counts[a, b] += 1
    return {pair: Fraction(count, len(orders)) for pair, count in counts.items()}


def probabilistic_serial(mine: Lists, places: Mapping[Any, int]) -> dict[Any, Any]:
    """All eat from the best object that is left until time 1, step by step."""
    share = {(a, b): Fraction(0) for a in mine for b in places}
    left = {b: Fraction(c) for b, c in places.items()}
    now = Fraction(0)
    while now < 1:
        target = {a: next((b for b in own if left[b]), None) for a, own in mine.items()}
        eaters = {b: [a for a in mine if target[a] == b] for b in places}
        ends = [left[b] / len(who) for b, who in eaters.items() if who]
        step = min([1 - now, *ends])
        for b, who in eaters.items():
            left[b] -= step * len(who)
            for a in who:
                share[a, b] += step
        now += step
    return share


def serial_by_classes(
    mine: Mapping[Any, Sequence[Sequence[Any]]], places: Mapping[Any, int]
) -> dict[Any, Fraction]:
    """What everybody eats of each of its classes: some agents end a phase by needing all of theirs.

    By pairs of an agent and the number of its class.
    """
    share = {(a, k): Fraction(0) for a, own in mine.items() for k in range(len(own))}
    left = {b: Fraction(c) for b, c in places.items() if c}
    since = dict.fromkeys(mine, Fraction(0))
    while True:
        best = {}
        for a, own in mine.items():
            k = next((k for k, tied in enumerate(own) if left.keys() & set(tied)), None)
            if k is not None:
                best[a] = (k, left.keys() & set(own[k]))
        ends = {}
        for size in range(1, len(best) + 1):
            for group in itertools.combinations(best, size):
                theirs = set().union(*(best[a][1] for a in group))
                room = sum((left[b] for b in theirs), Fraction(0))
                ends[group] = (room + sum(since[a] for a in group)) / size
        end = min([Fraction(1), *ends.values()])
        done = {a for group, time in ends.items() if time == end for a in group}
        for a in best if end == 1 else done:
            share[a, best[a][0]] += end - since[a]
        if end == 1 or not best:
            return share
        for a in done:
            since[a] = end
            for b in best[a][1]:
                left.pop(b, None)


def rank_maximal(mine: Lists, places: Mapping[Any, int]) -> tuple[int, ...]:
    """The greatest signature: how many first choices, second choices, and so on."""
    everybody: Lists = {b: list(mine) for b in places}
    longest = max(map(len, mine.values()), default=0)
    signatures = []
    for got in matchings(mine, everybody, places):
        ranks = [rank(mine[a], b) for a, b in got.items() if b is not None]
        signatures.append(tuple(ranks.count(k + 1) for k in range(longest)))
    return max(signatures)


def divisions(agents: int, goods: int) -> Iterator[tuple[int, ...]]:
    """All ways to give every good to somebody."""
    return itertools.product(range(agents), repeat=goods)


def utilities(values: Sequence[Sequence[Any]], owners: Sequence[int]) -> tuple[Any, ...]:
    """What everybody has."""
    return tuple(
        sum((own[g] for g, who in enumerate(owners) if who == i), Fraction(0))
        for i, own in enumerate(values)
    )


def max_nash_welfare(values: Sequence[Sequence[Any]]) -> set[tuple[Any, ...]]:
    """The utilities with the most positive ones, of these the largest product."""
    every = {utilities(values, d) for d in divisions(len(values), len(values[0]))}

    def score(have: tuple[Any, ...]) -> tuple[int, Fraction]:
        positive = [u for u in have if u > 0]
        return len(positive), math.prod(positive, start=Fraction(1))

    return {have for have in every if score(have) == max(map(score, every))}


def leximin(values: Sequence[Sequence[Any]]) -> set[tuple[Any, ...]]:
    """The utilities that are greatest when they are sorted from the smallest."""
    every = {utilities(values, d) for d in divisions(len(values), len(values[0]))}
    best = max(map(sorted, every))
    return {have for have in every if sorted(have) == best}


def round_robin(values: Sequence[Sequence[Any]], order: Sequence[int]) -> list[int]:
    """In turn the best good that is left, of equals the first."""
    owners = [-1] * len(values[0])
    for k in range(len(owners)):
        own = values[order[k % len(order)]]
        left = [g for g, who in enumerate(owners) if who < 0]
        owners[min(left, key=lambda g: -own[g])] = order[k % len(order)]
    return owners


def less_preferred_good(values: Sequence[Any], mine: set[int], theirs: set[int]) -> bool:
    """Whether an agent's envy goes with some good that is worth no more to it than its bundle."""
    own = sum(values[g] for g in mine)
    liked = [g for g in theirs if values[g] > 0]
    rest = [(values[g], sum(values[h] for h in theirs if h != g)) for g in theirs]
    return len(liked) <= 1 or any(own >= good and own >= others for good, others in rest)


def maximin_share(values: Sequence[Any], agents: int) -> Any:
    """The best worst bundle of all ways to divide the goods."""
    return max(
        min(utilities([values] * agents, owners)) for owners in divisions(agents, len(values))
    )
