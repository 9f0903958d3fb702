"""Probabilistic serial: everybody eats from the best object that is left, at the same speed."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from fractions import Fraction


def eaten(lists: Sequence[Sequence[int]], places: Sequence[int]) -> list[dict[int, Fraction]]:
    """How much each agent eats of each object from time 0 to 1.

    Complexity: O(L + n m) events for n agents, m objects and lists of L entries in all; a Fraction
    is computed where somebody comes to an object or leaves it.
    """
    position = [0] * len(lists)
    left = [Fraction(c) for c in places]
    since = [Fraction(0) for _ in places]
    eaters: list[list[int]] = [[] for _ in places]
    came = [Fraction(0) for _ in lists]
    share: list[dict[int, Fraction]] = [{} for _ in lists]
    ends: list[tuple[Fraction, int, int]] = []
    now = Fraction(0)
    hungry = list(range(len(lists)))
    while hungry:
        changed: dict[int, list[int]] = {}
        for i in hungry:
            own = lists[i]
            while position[i] < len(own) and not left[own[position[i]]]:
                position[i] += 1
            if position[i] < len(own):
                came[i] = now
                changed.setdefault(own[position[i]], []).append(i)
        for j, who in changed.items():
            left[j] -= (now - since[j]) * len(eaters[j])
            since[j] = now
            eaters[j] += who
            # What was known of its end before is passed over by the number of its eaters.
            heapq.heappush(ends, (now + left[j] / len(eaters[j]), j, len(eaters[j])))
        hungry = []
        while ends and ends[0][0] < 1 and (not hungry or ends[0][0] == now):
            end, j, count = heapq.heappop(ends)
            if not left[j] or count != len(eaters[j]):
                continue
            now = end
            left[j] = Fraction(0)
            for i in eaters[j]:
                share[i][j] = now - came[i]
            hungry += eaters[j]
    for j, who in enumerate(eaters):
        if left[j]:
            for i in who:
                share[i][j] = 1 - came[i]
    return [{j: p for j, p in own.items() if p} for own in share]
