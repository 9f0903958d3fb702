"""The chances of random serial dictatorship, by counting orders in integers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from mechdesign.errors import LimitReachedError

_STATES = 3_000_000


def pick(lists: Sequence[Sequence[int]], places: Sequence[int], order: Sequence[int]) -> list[int]:
    """Serial dictatorship: each in turn takes the best of what is left, -1 for nothing."""
    left = list(places)
    got = [-1] * len(lists)
    for i in order:
        got[i] = next((j for j in lists[i] if left[j]), -1)
        if got[i] >= 0:
            left[got[i]] -= 1
    return got


def chances(lists: Sequence[Sequence[int]], places: Sequence[int]) -> list[list[Fraction]]:
    """The probability with which each agent gets each object, all orders alike.

    Orders that served the same agents and left the same objects are counted together, and agents
    with equal lists are told apart only at the end.

    Raises
    ------
    LimitReachedError
        Beyond three million such states.

    Notes
    -----
    Exponential in the number of different lists and of objects; counting is #P-complete.
    """
    n = len(lists)
    kinds = list(dict.fromkeys(map(tuple, lists)))
    count = [sum(tuple(own) == kind for own in lists) for kind in kinds]
    bases = [math.prod(c + 1 for c in count[:k]) for k in range(len(kinds))]
    # The places of each object are bits; those taken are the lowest.
    offsets, offset = [], 0
    for c in places:
        offsets.append(offset)
        offset += min(c, n)
    full = [(1 << min(c, n)) - 1 for c in places]
    options = [[(j, offsets[j], full[j]) for j in kind] for kind in kinds]
    states: dict[tuple[int, int], int] = {(0, 0): 1}
    totals = [[0] * len(places) for _ in kinds]
    seen = 0
    for done in range(n):
        weight = math.factorial(n - 1 - done)
        following: dict[tuple[int, int], int] = {}
        for (served, taken), ways in states.items():
            for k, base in enumerate(bases):
                free = count[k] - served // base % (count[k] + 1)
                if not free:
                    continue
                after = taken
                for j, shift, whole in options[k]:
                    field = taken >> shift & whole
                    if field != whole:
                        after = taken | (field + 1) << shift
                        totals[k][j] += ways * free * weight
                        break
                key = (served + base, after)
                following[key] = following.get(key, 0) + ways * free
        states = following
        seen += len(states)
        if seen > _STATES:
            told = f"more than {_STATES:,} states to count: sample orders with `samples`"
            raise LimitReachedError(told)
    every = math.factorial(n)
    rows = {
        kind: [Fraction(t, every * c) for t in row]
        for kind, row, c in zip(kinds, totals, count, strict=True)
    }
    return [rows[tuple(own)] for own in lists]
