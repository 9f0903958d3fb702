"""Rules of coalitional games by their definitions, in plain lines over Fractions.

A game is a function ``v`` of a frozenset of positions 0 .. n - 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

Worth = Callable[[frozenset[int]], Fraction]


def coalitions(n: int) -> Iterator[frozenset[int]]:
    """All sets of positions, the empty one first."""
    for size in range(n + 1):
        yield from map(frozenset, itertools.combinations(range(n), size))


def shapley(v: Worth, n: int) -> list[Fraction]:
    """What each player adds when it comes, on average over all orders."""
    return _over_orders(v, n, list(itertools.permutations(range(n))))


def owen(v: Worth, n: int, blocks: Sequence[Sequence[int]]) -> list[Fraction]:
    """The same over the orders in which the players of each block come one after another."""
    kept = []
    for order in itertools.permutations(range(n)):
        at = [next(b for b, block in enumerate(blocks) if i in block) for i in order]
        if len(list(itertools.groupby(at))) == len(blocks):
            kept.append(order)
    return _over_orders(v, n, kept)


def _over_orders(v: Worth, n: int, orders: Sequence[tuple[int, ...]]) -> list[Fraction]:
    total = [Fraction(0)] * n
    for order in orders:
        for k, i in enumerate(order):
            total[i] += v(frozenset(order[: k + 1])) - v(frozenset(order[:k]))
    return [x / len(orders) for x in total]


def banzhaf(v: Worth, n: int) -> list[Fraction]:
    """What each player adds, on average over all coalitions of the others."""
    total = [Fraction(0)] * n
    for s in coalitions(n):
        for i in s:
            total[i] += v(s) - v(s - {i})
    return [x / 2 ** (n - 1) for x in total]


def cis(v: Worth, n: int) -> list[Fraction]:
    """Everybody's own worth, and an equal share of what these leave of the worth of all."""
    own = [v(frozenset([i])) for i in range(n)]
    return [x + (v(frozenset(range(n))) - sum(own, Fraction(0))) / n for x in own]


def ensc(v: Worth, n: int) -> list[Fraction]:
    """What each adds to all others, and an equal share of what these leave."""
    whole = frozenset(range(n))
    added = [v(whole) - v(whole - {i}) for i in range(n)]
    return [x + (v(whole) - sum(added, Fraction(0))) / n for x in added]


def solidarity(v: Worth, n: int) -> list[Fraction]:
    """Over all orders: what the members of the coalition so far add to it, on average."""
    orders = list(itertools.permutations(range(n)))
    total = [Fraction(0)] * n
    for order in orders:
        for k, i in enumerate(order):
            here = frozenset(order[: k + 1])
            total[i] += sum((v(here) - v(here - {j}) for j in here), Fraction(0)) / len(here)
    return [x / len(orders) for x in total]


def tau_value(v: Worth, n: int) -> list[Fraction] | None:
    """Between contributions and claims, at the worth of all; None if that does not lie there."""
    whole = frozenset(range(n))
    most = [v(whole) - v(whole - {i}) for i in range(n)]
    least = [
        max(v(s) - sum((most[j] for j in s - {i}), Fraction(0)) for s in coalitions(n) if i in s)
        for i in range(n)
    ]
    low, high = sum(least, Fraction(0)), sum(most, Fraction(0))
    if any(a > b for a, b in zip(least, most, strict=True)) or not low <= v(whole) <= high:
        return None
    part = (v(whole) - low) / (high - low) if high > low else Fraction(0)
    return [a + part * (b - a) for a, b in zip(least, most, strict=True)]


def dutta_ray(v: Worth, n: int) -> list[Fraction]:
    """For convex games: the largest coalition with the highest worth a head, again and again."""
    given: dict[int, Fraction] = {}
    while len(given) < n:
        base = frozenset(given)
        heads = {s: (v(base | s) - v(base)) / len(s) for s in coalitions(n) if s and not s & base}
        best = max(heads.values())
        for i in frozenset().union(*(s for s, x in heads.items() if x == best)):
            given[i] = best
    return [given[i] for i in range(n)]


def interaction(v: Worth, n: int, i: int, j: int) -> Fraction:
    """What two players add together beyond each alone, over orders where they are one."""
    rest = [k for k in range(n) if k not in (i, j)]
    total, orders = Fraction(0), 0
    for order in itertools.permutations([*rest, i]):
        s = frozenset(order[: order.index(i)])
        total += v(s | {i, j}) - v(s | {i}) - v(s | {j}) + v(s)
        orders += 1
    return total / orders


def sorted_excesses(v: Worth, x: Sequence[Fraction]) -> list[Fraction]:
    """What coalitions are worth beyond their payoff, from the largest down."""
    n = len(x)
    inner = [s for s in coalitions(n) if 0 < len(s) < n]
    return sorted((v(s) - sum((x[i] for i in s), Fraction(0)) for s in inner), reverse=True)


def moulin(
    shares: Callable[[frozenset[int]], Sequence[Fraction]], bids: Sequence[Fraction]
) -> tuple[frozenset[int], list[Fraction]]:
    """Who is served and what each pays: who bids less than the share leaves, again and again."""
    served = frozenset(range(len(bids)))
    while True:
        price = shares(served)
        stay = frozenset(i for i in served if bids[i] >= price[i])
        if stay == served:
            return served, [price[i] if i in served else Fraction(0) for i in range(len(bids))]
        served = stay


def marginal_cost(c: Worth, bids: Sequence[Fraction]) -> tuple[frozenset[int], list[Fraction]]:
    """The largest of the sets with most welfare; each pays the bid less what its presence adds."""
    n = len(bids)

    def welfare(s: frozenset[int]) -> Fraction:
        return sum((bids[i] for i in s), Fraction(0)) - c(s)

    best = max(welfare(s) for s in coalitions(n))
    served = frozenset().union(*(s for s in coalitions(n) if welfare(s) == best))
    pay = [Fraction(0)] * n
    for i in served:
        pay[i] = bids[i] - (best - max(welfare(s) for s in coalitions(n) if i not in s))
    return served, pay
