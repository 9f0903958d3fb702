"""The instance: offline vertices, arrivals in order, success probabilities."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray, IntArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, all_exact, as_count, as_number, serializable, show
from mechdesign.records import dataclass

__all__ = ["Instance"]

#: Offline position, arrival position, success probability.
Edge = tuple[int, int, Number]


@serializable("matching.Instance")
@dataclass(frozen=True, eq=False)
class Instance:
    """A bipartite graph whose one side is known and whose other side arrives in order.

    On arrival t the neighbours of t and their success probabilities are revealed.  At most one
    neighbour that has capacity left may be attempted; the attempt succeeds with its probability,
    independently of everything else, pays the weight of the offline vertex and uses one unit of its
    capacity.  A failed arrival is lost.

    Parameters
    ----------
    offline : sequence of hashable, length n
        Distinct labels of the offline vertices.
    arrivals : sequence of hashable, length m
        Labels of the arrivals, in order; they need not be distinct.
    indptr : array of int, shape (m + 1,)
        The edges of arrival t are ``indptr[t]:indptr[t + 1]``.
    neighbours : array of int, shape (edges,)
        Offline positions.
    probabilities : array of float or tuple of exact numbers, length edges
        Success probabilities in (0, 1].
    weights : tuple of numbers, length n, optional
        Nonnegative; all 1 by default.
    capacities : tuple of int, length n, optional
        At least 1; all 1 by default.
    decisions : tuple of str
        What had to be decided about the input.

    Notes
    -----
    Made by :func:`mechdesign.matching.instances.graphs` from plain data, which checks everything;
    the constructor checks shapes and ranges again, in O(edges).
    """

    offline: Sequence[Hashable]
    arrivals: Sequence[Hashable]
    indptr: Any
    neighbours: Any
    probabilities: Any
    weights: tuple[Number, ...] = ()
    capacities: tuple[int, ...] = ()
    decisions: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        offline = self.offline if isinstance(self.offline, range) else tuple(self.offline)
        if not isinstance(offline, range) and len(set(offline)) != len(offline):
            repeated = next(u for k, u in enumerate(offline) if u in offline[:k])
            raise InvalidInputError("offline", "have distinct labels", repeated, owner="Instance")
        arrivals = self.arrivals if isinstance(self.arrivals, range) else tuple(self.arrivals)
        set_field = object.__setattr__
        set_field(self, "offline", offline)
        set_field(self, "arrivals", arrivals)
        n, m = len(offline), len(arrivals)
        indptr = _frozen(np.asarray(self.indptr, dtype=np.int64))
        neighbours = _frozen(np.asarray(self.neighbours, dtype=np.int64))
        if indptr.shape != (m + 1,) or indptr[0] != 0 or indptr[-1] != len(neighbours):
            raise InvalidInputError(
                "indptr",
                f"run from 0 to the {len(neighbours)} edges in {m} steps",
                self.indptr,
                owner="Instance",
            )
        if (np.diff(indptr) < 0).any():
            raise InvalidInputError("indptr", "be nondecreasing", self.indptr, owner="Instance")
        if len(neighbours) and (neighbours.min() < 0 or neighbours.max() >= n):
            worst = int(neighbours[(neighbours < 0) | (neighbours >= n)][0])
            raise InvalidInputError(
                "neighbours", f"be offline positions in [0, {n - 1}]", worst, owner="Instance"
            )
        set_field(self, "indptr", indptr)
        set_field(self, "neighbours", neighbours)
        set_field(self, "probabilities", self._checked_probabilities(len(neighbours)))
        set_field(self, "weights", self._checked_weights(n))
        set_field(self, "capacities", self._checked_capacities(n))
        self._refuse_duplicates()

    def _checked_probabilities(self, edges: int) -> Any:
        p = self.probabilities
        if len(p) != edges:
            raise InvalidInputError(
                "probabilities",
                f"have one entry for each of the {edges} edges",
                len(p),
                owner="Instance",
            )
        if isinstance(p, np.ndarray) and p.dtype.kind == "f":
            bad = ~((p >= 0) & (p <= 1))
            if bad.any():
                k = int(np.argmax(bad))
                raise InvalidInputError(
                    f"probabilities[{k}]", "be in [0, 1]", float(p[k]), owner="Instance"
                )
            return _frozen(p.astype(np.float64))
        listed = tuple(
            as_number(x, f"probabilities[{k}]", low=0, high=1, owner="Instance")
            for k, x in enumerate(p)
        )
        # One float makes the computation a floating-point one, and then an array serves it better.
        return listed if all_exact(listed) else _frozen(np.array([float(x) for x in listed]))

    def _checked_weights(self, n: int) -> tuple[Number, ...]:
        weights = tuple(self.weights) or (1,) * n
        if len(weights) != n:
            raise InvalidInputError("weights", f"have length {n}", weights, owner="Instance")
        return tuple(
            as_number(w, f"weights[{k}]", low=0, owner="Instance") for k, w in enumerate(weights)
        )

    def _checked_capacities(self, n: int) -> tuple[int, ...]:
        capacities = tuple(self.capacities) or (1,) * n
        if len(capacities) != n:
            raise InvalidInputError("capacities", f"have length {n}", capacities, owner="Instance")
        return tuple(
            as_count(c, f"capacities[{k}]", low=1, owner="Instance")
            for k, c in enumerate(capacities)
        )

    def _refuse_duplicates(self) -> None:
        keys = self.edge_arrivals * max(len(self.offline), 1) + self.neighbours
        values, counts = np.unique(keys, return_counts=True)
        if len(values) != len(keys):
            key = int(values[np.argmax(counts > 1)])
            t, u = divmod(key, len(self.offline))
            raise InvalidInputError(
                "edges", "be distinct", (self.offline[u], self.arrivals[t]), owner="Instance"
            )

    # ------------------------------------------------------------------------ sizes and views

    @property
    def n(self) -> int:
        """The number of offline vertices."""
        return len(self.offline)

    @property
    def m(self) -> int:
        """The number of arrivals."""
        return len(self.arrivals)

    @property
    def edge_count(self) -> int:
        """The number of edges."""
        return len(self.neighbours)

    @property
    def exact(self) -> bool:
        return isinstance(self.probabilities, tuple) and all_exact(self.weights)

    @cached_property
    def edge_arrivals(self) -> IntArray:
        """The arrival of each edge, shape (edges,)."""
        return np.repeat(np.arange(self.m, dtype=np.int64), np.diff(self.indptr))

    @cached_property
    def p(self) -> FloatArray:
        """The success probabilities as floats, shape (edges,)."""
        if isinstance(self.probabilities, tuple):
            return _frozen(np.array([float(x) for x in self.probabilities], dtype=np.float64))
        array: FloatArray = self.probabilities
        return array

    @cached_property
    def w(self) -> FloatArray:
        """The weights as floats, shape (n,)."""
        return _frozen(np.array([float(x) for x in self.weights], dtype=np.float64))

    @cached_property
    def by_arrival(self) -> tuple[tuple[tuple[int, Number], ...], ...]:
        """The (offline position, probability) pairs of every arrival, for exact computations."""
        listed = self.probabilities
        values = listed if isinstance(listed, tuple) else listed.tolist()
        starts = self.indptr.tolist()
        names = self.neighbours.tolist()
        return tuple(
            tuple(zip(names[a:b], values[a:b], strict=True)) for a, b in itertools.pairwise(starts)
        )

    def edges(self) -> Iterator[Edge]:
        """All edges as (offline position, arrival position, probability), in arrival order."""
        for t, pairs in enumerate(self.by_arrival):
            for u, p in pairs:
                yield u, t, p

    def position(self, offline: Hashable) -> int:
        """The position of an offline vertex.

        Raises
        ------
        InvalidInputError
            If there is no such vertex.
        """
        try:
            return self.offline.index(offline)
        except ValueError:
            raise InvalidInputError("offline", "be a vertex of the instance", offline) from None

    # ------------------------------------------------------------------------ other instances

    def reordered(self, order: Sequence[int]) -> Instance:
        """The instance in which arrival ``order[k]`` comes k-th.

        Parameters
        ----------
        order : sequence of int
            A permutation of ``0 .. m-1``.
        """
        if sorted(order) != list(range(self.m)):
            raise InvalidInputError("order", f"be a permutation of 0..{self.m - 1}", order)
        spans = [range(int(self.indptr[t]), int(self.indptr[t + 1])) for t in order]
        kept = [k for span in spans for k in span]
        p = self.probabilities
        return replace(
            self,
            arrivals=tuple(self.arrivals[t] for t in order),
            indptr=np.cumsum([0, *(len(span) for span in spans)]),
            neighbours=self.neighbours[kept] if kept else self.neighbours,
            probabilities=tuple(p[k] for k in kept) if isinstance(p, tuple) else p[kept],
        )

    def expanded(self) -> Instance:
        """The instance in which a vertex of capacity c is c copies of capacity 1."""
        if all(c == 1 for c in self.capacities):
            return self
        first = np.cumsum([0, *self.capacities[:-1]])
        offline, weights = [], []
        for u, c in enumerate(self.capacities):
            offline += [self.offline[u] if c == 1 else (self.offline[u], k) for k in range(c)]
            weights += [self.weights[u]] * c
        indptr = [0]
        neighbours: list[int] = []
        probabilities: list[Number] = []
        for pairs in self.by_arrival:
            for u, p in pairs:
                neighbours += range(int(first[u]), int(first[u]) + self.capacities[u])
                probabilities += [p] * self.capacities[u]
            indptr.append(len(neighbours))
        return Instance(
            tuple(offline), self.arrivals, indptr, neighbours, probabilities, tuple(weights)
        )

    # ------------------------------------------------------------------------ special cases

    @cached_property
    def equal_probability(self) -> Number | None:
        """The common success probability of all edges, None where they differ or there is none."""
        listed = self.probabilities
        values = set(listed) if isinstance(listed, tuple) else set(np.unique(listed).tolist())
        return values.pop() if len(values) == 1 else None

    def _key(self) -> tuple[Any, ...]:
        p = self.probabilities
        named = tuple(self.offline), tuple(self.arrivals)
        arrays = self.indptr.tobytes(), self.neighbours.tobytes()
        return (
            *named,
            *arrays,
            p if isinstance(p, tuple) else p.tobytes(),
            self.weights,
            self.capacities,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Instance):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        p = self.equal_probability
        common = "" if p is None else f", p = {show(p)}"
        return (
            f"<matching instance: {self.n} offline, {self.m} arrivals, {self.edge_count} edges"
            f"{common}>"
        )


def _frozen(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.flags.writeable:
        array = array.copy()
        array.flags.writeable = False
    return array
