"""The auctions by their definitions, to read and to test against.

Bids are per click.  Slots have click rates, the best first; in generated content ``p[i][j]`` is the
chance that a user who reads ad i in position j clicks it.  Everything is a Fraction.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

Numbers: TypeAlias = Sequence[Fraction]
Shown: TypeAlias = tuple[tuple[int, int], ...]
Clicks: TypeAlias = Callable[[Shown], dict[int, Fraction]]


def ranking(bids: Numbers) -> list[int]:
    """The bidders by decreasing bid, the first of equals first."""
    return sorted(range(len(bids)), key=lambda i: -bids[i])


def gsp(bids: Numbers, ctr: Numbers) -> list[Fraction]:
    """Generalised second price: whoever has rank k pays the next bid for each of its clicks."""
    order = [*ranking(bids)]
    paid = [Fraction(0)] * len(bids)
    for k, i in enumerate(order[: len(ctr)]):
        paid[i] = ctr[k] * (bids[order[k + 1]] if k + 1 < len(order) else Fraction(0))
    return paid


def gfp(bids: Numbers, ctr: Numbers) -> list[Fraction]:
    """Generalised first price: everybody pays the own bid for each click."""
    paid = [Fraction(0)] * len(bids)
    for k, i in enumerate(ranking(bids)[: len(ctr)]):
        paid[i] = ctr[k] * bids[i]
    return paid


def welfare_of_slots(bids: Numbers, ctr: Numbers) -> Fraction:
    """The largest total value: high bids in good slots."""
    best = sorted(bids, reverse=True)
    return sum((b * c for b, c in zip(best, ctr, strict=False)), Fraction(0))


def vcg(bids: Numbers, ctr: Numbers) -> list[Fraction]:
    """Everybody pays what the others lose by its presence."""
    slot = {i: k for k, i in enumerate(ranking(bids)[: len(ctr)])}
    paid = []
    for i in range(len(bids)):
        others = [b for j, b in enumerate(bids) if j != i]
        own = bids[i] * ctr[slot[i]] if i in slot else Fraction(0)
        paid.append(welfare_of_slots(others, ctr) - (welfare_of_slots(bids, ctr) - own))
    return paid


# ---------------------------------------------------------------------- generated content


def placements(ads: Sequence[int], positions: int, capacity: int) -> Iterator[Shown]:
    """Every way to show at most `capacity` ads, each in a position of its own, in reading order."""
    for size in range(capacity + 1):
        for places in itertools.combinations(range(positions), size):
            for chosen in itertools.permutations(ads, size):
                yield tuple(zip(chosen, places, strict=True))


def mnl(p: Sequence[Numbers]) -> Clicks:
    """Users choose one ad or none, with odds ``p / (1 - p)`` against none."""

    def clicks(shown: Shown) -> dict[int, Fraction]:
        odds = {i: p[i][j] / (1 - p[i][j]) for i, j in shown}
        return {i: w / (1 + sum(odds.values())) for i, w in odds.items()}

    return clicks


def cascade(p: Sequence[Numbers]) -> Clicks:
    """Users read from the top and leave with their first click."""

    def clicks(shown: Shown) -> dict[int, Fraction]:
        found, reading = {}, Fraction(1)
        for i, j in shown:
            found[i] = reading * p[i][j]
            reading *= 1 - p[i][j]
        return found

    return clicks


def welfare(values: Numbers, clicks: dict[int, Fraction]) -> Fraction:
    """The expected value of the clicks."""
    return sum((values[i] * rate for i, rate in clicks.items()), Fraction(0))


def content_vcg(
    values: Numbers, clicks: Clicks, positions: int, capacity: int
) -> tuple[Fraction, dict[Shown, list[Fraction]]]:
    """The largest welfare, and what everybody pays at each placement that attains it."""

    def largest(ads: Sequence[int]) -> Fraction:
        return max(welfare(values, clicks(s)) for s in placements(ads, positions, capacity))

    everybody = range(len(values))
    most = largest(everybody)
    without = [largest([j for j in everybody if j != i]) for i in everybody]
    paid = {}
    for shown in placements(everybody, positions, capacity):
        rates = clicks(shown)
        if welfare(values, rates) == most:
            own = [values[i] * rates.get(i, Fraction(0)) for i in everybody]
            paid[shown] = [without[i] - (most - own[i]) for i in everybody]
    return most, paid


def laddered(bids: Numbers, p: Sequence[Numbers]) -> list[Fraction]:
    """Rank by bid in slots of any rates; the payments that make truth dominant (Myerson's sum)."""
    order = ranking(bids)
    m = len(p[0])
    paid = [Fraction(0)] * len(bids)
    for k, i in enumerate(order[:m]):
        for lower in range(k, m):
            worse = p[i][lower + 1] if lower + 1 < m else Fraction(0)
            rival = bids[order[lower + 1]] if lower + 1 < len(order) else Fraction(0)
            paid[i] += (p[i][lower] - worse) * rival
    return paid


def second_price(bids: Numbers, reserve: Fraction) -> list[Fraction]:
    """The highest bidder pays the second-highest bid, or the reserve where that is more."""
    first = ranking(bids)[0]
    price = max([reserve, *(b for i, b in enumerate(bids) if i != first)])
    return [price if i == first and bids[i] >= reserve else Fraction(0) for i in range(len(bids))]


# -------------------------------------------------------------------------------- revenue


def virtual_values(support: Numbers, chances: Numbers) -> list[Fraction]:
    """The ironed virtual values of finitely many values: slopes of the concave hull of revenue.

    Selling at value k sells with chance ``q[k]`` and earns ``support[k] * q[k]``.
    """
    n = len(support)
    q = [sum(chances[k:], Fraction(0)) for k in range(n + 1)]
    r = [v * x for v, x in zip([*support, Fraction(0)], q, strict=True)]

    def hull(k: int) -> Fraction:
        ends = range(k + 1, n + 1)
        return min(max((r[b] - r[a]) / (q[b] - q[a]) for b in range(k + 1)) for a in ends)

    return [hull(k) for k in range(n)]


def threshold_payments(
    values: Numbers,
    supports: Sequence[Numbers],
    clicks: Callable[[Numbers], Sequence[Fraction]],
) -> list[Fraction]:
    """Everybody pays, for every rise of its clicks, the value at which they rise (Myerson)."""
    paid = []
    for i, value in enumerate(values):
        total, before = Fraction(0), Fraction(0)
        for v in supports[i]:
            if v <= value:
                now = clicks([*values[:i], v, *values[i + 1 :]])[i]
                total, before = total + v * (now - before), now
        paid.append(total)
    return paid


def myerson(
    values: Numbers, supports: Sequence[Numbers], phi: Sequence[Numbers], ctr: Numbers
) -> list[Fraction]:
    """Slots go by virtual value, to those where it is positive."""

    def clicks(reports: Numbers) -> list[Fraction]:
        scores = [phi[i][supports[i].index(v)] for i, v in enumerate(reports)]
        order = [i for i in ranking(scores) if scores[i] > 0]
        return [
            ctr[order.index(i)] if i in order[: len(ctr)] else Fraction(0)
            for i in range(len(reports))
        ]

    return threshold_payments(values, supports, clicks)


def content_myerson(
    values: Numbers,
    supports: Sequence[Numbers],
    phi: Sequence[Numbers],
    rates: Clicks,
    positions: int,
    capacity: int,
) -> list[Fraction]:
    """The placement of the largest virtual welfare is shown."""

    def clicks(reports: Numbers) -> list[Fraction]:
        scores = [phi[i][supports[i].index(v)] for i, v in enumerate(reports)]
        ads = [i for i, score in enumerate(scores) if score > 0]
        shown = max(placements(ads, positions, capacity), key=lambda s: welfare(scores, rates(s)))
        return [rates(shown).get(i, Fraction(0)) for i in range(len(reports))]

    return threshold_payments(values, supports, clicks)


def skip_rendering(p: Sequence[Numbers], shown: Shown, render: Numbers) -> dict[int, Fraction]:
    """The clicks of a cascade whose ads are rendered by coins: those under MNL, in any order."""
    coins = {i: coin for (i, _), coin in zip(shown, render, strict=True)}
    return cascade([[coins.get(i, 0) * x for x in row] for i, row in enumerate(p)])(shown)


def kl_vcg(
    chances: Sequence[float], rewards: Sequence[float], reference: Sequence[float], tau: float
) -> float:
    """What KL-regularised VCG maximises: total reward minus the price of leaving the reference."""
    kept = [(p, r, q) for p, r, q in zip(chances, rewards, reference, strict=True) if p]
    return sum(p * r - tau * p * math.log(p / q) for p, r, q in kept)


# ---------------------------------------------------------------------------------- sales


def clarke(
    everything: Sequence[Numbers], without: Sequence[Sequence[Numbers]]
) -> tuple[Fraction, ...]:
    """What everybody keeps that pays what the others lose by its presence: its marginal welfare.

    Outcomes are told by what they are worth to each agent: all of them, and those without each.
    """
    most = max(map(sum, everything))
    return tuple(Fraction(most - max(map(sum, rest))) for rest in without)


def core_bounds(
    worth_of: Callable[[frozenset[int]], Fraction], own: dict[int, Fraction], bidders: int
) -> list[tuple[frozenset[int], Fraction]]:
    """What winners outside of each coalition must pay, so that it does not block.

    ``own`` has what the winners get; ``worth_of`` what a coalition could share with the seller.
    """
    bounds = []
    for size in range(bidders + 1):
        for some in itertools.combinations(range(bidders), size):
            inside = frozenset(some)
            kept = sum((v for i, v in own.items() if i in inside), Fraction(0))
            bounds.append((frozenset(own) - inside, worth_of(inside) - kept))
    return bounds


def competitive(values: Sequence[Numbers], prices: Numbers) -> bool:
    """Whether everybody can get an item that it likes best (or none), and all priced items go."""
    n, m = len(values), len(prices)
    best = [max([Fraction(0), *(own[j] - prices[j] for j in range(m))]) for own in values]
    for got in itertools.product((None, *range(m)), repeat=n):
        held = [j for j in got if j is not None]
        if len(set(held)) == len(held) and all(j in held for j in range(m) if prices[j]):
            kept = [
                0 if j is None else own[j] - prices[j] for own, j in zip(values, got, strict=True)
            ]
            if kept == best:
                return True
    return False


def competitive_prices(values: Sequence[Numbers], top: int) -> list[tuple[int, ...]]:
    """All competitive prices in whole numbers up to `top`."""
    every = itertools.product(range(top + 1), repeat=len(values[0]))
    return [prices for prices in every if competitive(values, [Fraction(p) for p in prices])]
