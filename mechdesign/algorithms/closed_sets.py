"""The cheapest closed set of a partial order, by a minimum cut in exact numbers."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from typing import Any

__all__ = ["Flow", "cheapest_closed_set"]


def cheapest_closed_set(weights: Sequence[Any], before: Sequence[Collection[int]]) -> set[int]:
    """A set that holds with each element all that come before it, of the least total weight.

    Parameters
    ----------
    weights : sequence of n numbers
        Of any sign; sums are exact where the numbers are.
    before : sequence of n collections of int
        What must be in the set with each element.

    Returns
    -------
    set of int
        The smallest of the cheapest sets.

    Notes
    -----
    A minimum cut between the elements that are worth having and those that cost, found by
    augmenting along shortest paths with blocking flows, O(n^2 e).

    Examples
    --------
    >>> cheapest_closed_set([2, -3, -1], [(), (0,), ()])
    {0, 1, 2}
    >>> cheapest_closed_set([4, -3, -1], [(), (0,), ()])
    {2}
    """
    n = len(weights)
    source, sink = n, n + 1
    flow = Flow(n + 2)
    bound: Any = 1
    for k, weight in enumerate(weights):
        if weight < 0:
            flow.edge(source, k, -weight)
            bound += -weight
        elif weight > 0:
            flow.edge(k, sink, weight)
    for k, earlier in enumerate(before):
        for j in earlier:
            flow.edge(k, j, bound)
    flow.saturate(source, sink)
    return {k for k, level in enumerate(flow.levels(source)) if level >= 0 and k < n}


class Flow:
    """A network in exact numbers: edges in pairs, each the way back of the other.

    Parameters
    ----------
    nodes : int
        How many.
    """

    def __init__(self, nodes: int) -> None:
        self.out: list[list[int]] = [[] for _ in range(nodes)]
        self.head: list[int] = []
        self.left: list[Any] = []

    def edge(self, tail: int, head: int, capacity: Any) -> int:
        """Add an edge; what flows along it is ``left`` of the number returned, with the last bit
        changed.
        """
        for a, b, c in ((tail, head, capacity), (head, tail, 0)):
            self.out[a].append(len(self.head))
            self.head.append(b)
            self.left.append(c)
        return len(self.head) - 2

    def levels(self, source: int) -> list[int]:
        """How far each node is from the source by edges with room; -1 where it is not reached."""
        level = [-1] * len(self.out)
        level[source] = 0
        queue = deque([source])
        while queue:
            node = queue.popleft()
            for e in self.out[node]:
                if self.left[e] > 0 and level[self.head[e]] < 0:
                    level[self.head[e]] = level[node] + 1
                    queue.append(self.head[e])
        return level

    def saturate(self, source: int, sink: int) -> None:
        """Send as much as there is room for."""
        while (level := self.levels(source))[sink] >= 0:
            next_edge = [0] * len(self.out)
            path: list[int] = []
            node = source
            while True:
                if node == sink:
                    room = min(self.left[e] for e in path)
                    for e in path:
                        self.left[e] -= room
                        self.left[e ^ 1] += room
                    cut = next(k for k, e in enumerate(path) if not self.left[e])
                    node = self.head[path[cut] ^ 1]
                    del path[cut:]
                    continue
                edges = self.out[node]
                while next_edge[node] < len(edges):
                    e = edges[next_edge[node]]
                    if self.left[e] > 0 and level[self.head[e]] == level[node] + 1:
                        break
                    next_edge[node] += 1
                if next_edge[node] < len(edges):
                    e = edges[next_edge[node]]
                    path.append(e)
                    node = self.head[e]
                elif path:
                    node = self.head[path.pop() ^ 1]
                    next_edge[node] += 1
                else:
                    break
