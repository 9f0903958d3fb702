"""Probabilistic serial: everybody eats from the best object that is left, at the same speed."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from fractions import Fraction

from mechdesign.algorithms.closed_sets import Flow


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


def eaten_with_ties(
    wishes: Sequence[Sequence[Sequence[int]]], places: Sequence[int]
) -> list[dict[int, Fraction]]:
    """How much each agent eats of each object where lists have ties.

    Everybody eats of its best class, from whichever of its objects leaves most to the others.  A
    phase ends when some agents need all that is left of their classes together; a largest flow,
    repeated from the cut that it misses by, finds the time.

    Complexity: at most n m phases of at most n flows with n + m nodes each.
    """
    n, m = len(wishes), len(places)
    left = [Fraction(c) for c in places]
    at = [0] * n
    since = [Fraction(0)] * n
    share: list[dict[int, Fraction]] = [{} for _ in wishes]
    while True:
        options: dict[int, list[int]] = {}
        for i, wish in enumerate(wishes):
            while at[i] < len(wish) and not any(left[j] for j in wish[at[i]]):
                at[i] += 1
            if at[i] < len(wish):
                options[i] = [j for j in wish[at[i]] if left[j]]
        end = Fraction(1)
        while options:
            flow = Flow(n + m + 2)
            source, sink = n + m, n + m + 1
            wanted = {i: flow.edge(source, i, end - since[i]) for i in options}
            # More than anybody eats: such an edge is never full.
            ways = {(i, j): flow.edge(i, n + j, 2) for i, own in options.items() for j in own}
            for j in {j for own in options.values() for j in own}:
                flow.edge(n + j, sink, left[j])
            flow.saturate(source, sink)
            if not any(flow.left[e] for e in wanted.values()):
                break
            reached = [i for i in options if flow.levels(source)[i] >= 0]
            theirs = {j for i in reached for j in options[i]}
            have = sum((left[j] for j in theirs), Fraction(0))
            end = (have + sum((since[i] for i in reached), Fraction(0))) / len(reached)
        if not options:
            return share
        # Whoever cannot pass on what it eats is done with its class.
        free = _leading_to(flow, sink)
        done = [i for i in options if end == 1 or i not in free]
        for i in done:
            for j in options[i]:
                part = flow.left[ways[i, j] ^ 1]
                if part:
                    share[i][j] = share[i].get(j, Fraction(0)) + part
        if end == 1:
            return share
        for j in {j for i in done for j in options[i]}:
            left[j] = Fraction(0)
        for i in done:
            since[i] = end


def _leading_to(flow: Flow, sink: int) -> set[int]:
    """The nodes from which the sink is reached by edges with room."""
    found = {sink}
    queue = [sink]
    for node in queue:
        for e in flow.out[node]:
            if flow.left[e ^ 1] > 0 and flow.head[e] not in found:
                found.add(flow.head[e])
                queue.append(flow.head[e])
    return found
