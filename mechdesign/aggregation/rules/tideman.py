"""Ranked pairs (Tideman) with all ways of breaking ties, by reachability states."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import MARGINS
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.reading import pairs_of, rule
from mechdesign.aggregation.references import TIDEMAN1987
from mechdesign.aggregation.results import AggregationResult, result
from mechdesign.aggregation.rules.majority import smith_components
from mechdesign.aggregation.settings import rankings
from mechdesign.algorithms.orders import components
from mechdesign.arrays import BoolArray
from mechdesign.errors import LimitReachedError
from mechdesign.model import Outcome, Problem

__all__ = ["ranked_pairs"]

Edge = tuple[int, int]

_MOST_STATES = 20_000
_MOST_BYTES = 1 << 25


def _winners(problem: Problem, **options: Any) -> Sequence[Outcome]:
    found = ranked_pairs(problem, **options)
    return [result(problem, ranking) for ranking in found.optima]


@rule(
    "aggregation.ranked_pairs",
    setting=rankings(),
    depends_on=MARGINS,
    reference=TIDEMAN1987,
    winners=_winners,
)
def ranked_pairs(
    problem: Problem,
    *,
    ties: Literal["all", "lexicographic"] = "all",
    max_states: int | None = None,
    max_optima: int = 1000,
) -> AggregationResult:
    """Ranked pairs: lock the majorities in, strongest first, unless they close a cycle.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.
    ties : {"all", "lexicographic"}
        ``"all"`` follows every order of equally strong majorities (parallel universes);
        ``"lexicographic"`` takes them in the order of the alternatives.
    max_states : int, optional
        Distinct locked relations to keep for one component of the majority relation; by default
        20,000, or as many as take 32 MB.
    max_optima : int
        How many rankings to list at most.

    Returns
    -------
    AggregationResult
        ``winners`` are the winners of all universes, ``optima`` the rankings (at most
        `max_optima`), of which the first is the choice.

    Raises
    ------
    LimitReachedError
        If there are more than `max_states` relations in the component of the winners, and it stays
        open whether somebody wins; the message names who does for sure, and who may.

    Notes
    -----
    Universes with the same reachability go on in the same way, so that only distinct relations are
    kept; majorities that are in no cycle with the locked ones and their equals are locked at once;
    separate cycles are followed separately.  The worst case is exponential (deciding whether an
    alternative wins in some universe is NP-complete).  Of a component with more than `max_states`
    relations few universes are followed, and ``provenance.ties`` says so: one for each winner,
    which are all if nobody else escapes the majorities that are locked in every universe.

    Examples
    --------
    >>> out = ranked_pairs(["A > B > C", "B > C > A", "C > A > B"])
    >>> [str(r) for r in out.optima], out.winners
    (['A > B > C', 'B > C > A', 'C > A > B'], ('A', 'B', 'C'))
    """
    pairs = pairs_of(problem)
    labels = pairs.alternatives
    blocks: list[tuple[list[int], _Block]] = []
    for items in smith_components(pairs):
        margins = pairs.margins[np.ix_(items, items)]
        named = [labels[i] for i in items]
        every = ties == "all"
        block = _Block(margins, max_states, named, first=not blocks) if every else _Single(margins)
        blocks.append((items, block))
    listed = sorted(itertools.islice(_orders(blocks), max(1, max_optima)))
    first_items, first = blocks[0]
    tops = {first_items[i] for i in first.sources()}
    if ties == "lexicographic":
        tops = {listed[0][0]}
    count = math.prod(block.count for _, block in blocks)
    cut = sum(block.cut for _, block in blocks)
    many = len(listed) > 1 or cut > 0
    note = f"{count} locked relations, {len(listed)} rankings listed; the first is shown"
    if cut:
        note = f"{cut} components with too many universes: one for each winner followed; {note}"
    return result(
        problem,
        Ranking.from_order([labels[i] for i in listed[0]]),
        winners=[labels[i] for i in sorted(tops)],
        details={
            "optima": tuple(Ranking.from_order([labels[i] for i in order]) for order in listed),
            "relations": None if cut else count,
        },
        algorithm="parallel universes" if ties == "all" else "lexicographic tie-breaking",
        ties=note if many else "",
    )


class _Block:
    """All universes of one block, by its strict majority components.

    A majority between two strict components is in no cycle, so it is locked in every universe, and
    each component has universes of its own.
    """

    def __init__(
        self, margins: Any, limit: int | None, labels: Sequence[object], *, first: bool
    ) -> None:
        self.margins = margins
        self.parts = components(margins > 0)
        self.states = []
        #: Components with too many universes, of which one is followed.
        self.cut = 0
        for part in self.parts:
            inner = margins[np.ix_(part, part)]
            try:
                self.states.append(_universes(inner, limit))
            except LimitReachedError:
                outside = [i for i in range(len(margins)) if i not in part]
                beaten = (margins[np.ix_(outside, part)] > 0).any(axis=0)
                if first and not beaten.all():
                    # Here the winners themselves are in doubt.
                    named = [labels[i] for i in part]
                    self.states.append(_winning_universes(inner, named, beaten))
                else:
                    self.states.append([_one_universe(inner)])
                self.cut += 1
        #: The number of locked relations.
        self.count = math.prod(map(len, self.states))

    def sources(self) -> list[int]:
        """The items that nobody is locked above in some universe."""
        found = []
        for part, states in zip(self.parts, self.states, strict=True):
            outside = np.ones(len(self.margins), dtype=bool)
            outside[part] = False
            beaten = (self.margins[outside][:, part] > 0).any(axis=0)
            free = np.array([~state.any(axis=0) for state in states]).any(axis=0) & ~beaten
            found += [part[i] for i in np.flatnonzero(free).tolist()]
        return found

    def relations(self) -> Iterator[BoolArray]:
        """The locked relations of all universes."""
        across = [
            (a, b)
            for a, b in _edges(self.margins > 0)
            if not any(a in part and b in part for part in self.parts)
        ]
        for chosen in itertools.product(*self.states):
            relation = np.zeros(self.margins.shape, dtype=bool)
            for part, state in zip(self.parts, chosen, strict=True):
                relation[np.ix_(part, part)] = state
            yield _closed(relation, across)


class _Single(_Block):
    """One universe: equal majorities, and then tied pairs, in the order of the alternatives."""

    def __init__(self, margins: Any) -> None:
        self.margins = margins
        self.parts = [list(range(len(margins)))]
        self.states = [[_one_universe(margins)]]
        self.cut = 0
        self.count = 1


def _universes(margins: Any, limit: int | None) -> list[BoolArray]:
    """The locked relations (transitively closed) of all universes of one component."""
    k = len(margins)
    limit = min(_MOST_STATES, _MOST_BYTES // k**2) if limit is None else limit
    always, some = _decided(margins)
    # What is locked in every universe may come first: nothing locked stands against it.
    states = {_closed(np.zeros((k, k), dtype=bool), _edges(always)).tobytes()}
    left = np.where(some & ~always, margins, 0)
    for level in sorted({int(x) for x in left[left > 0].tolist()}, reverse=True):
        edges = _edges(left == level)
        following: set[bytes] = set()
        for state in states:
            relation = np.frombuffer(state, dtype=bool).reshape(k, k)
            following |= {r.tobytes() for r in _extensions(relation, edges, limit)}
            if len(following) > limit:
                raise _too_many(limit)
        states = following
    return [np.frombuffer(s, dtype=bool).reshape(k, k) for s in sorted(states, reverse=True)]


def _winning_universes(
    margins: Any, labels: Sequence[object], beaten: BoolArray
) -> list[BoolArray]:
    """A universe for each alternative that wins in some universe and is not beaten from outside.

    Raises
    ------
    LimitReachedError
        If it stays open whether an alternative wins in some universe.
    """
    k = len(margins)
    strength = np.where(margins > 0, margins, 0)
    for mid in range(k):
        np.maximum(strength, np.minimum(strength[:, mid, None], strength[mid]), out=strength)
    # Whoever beats me by more than any path from me back is locked above me in every universe.
    possible = np.flatnonzero((strength >= margins.T).all(axis=1)).tolist()
    found, doubtful = [], []
    for item in possible:
        relation = _universe_for(item, margins)
        if relation[:, item].any():
            doubtful.append(item)
        else:
            found.append(relation)
    if doubtful:
        sure = [str(labels[i]) for i in possible if i not in doubtful]
        raise LimitReachedError(
            "ranked pairs has too many universes to follow: "
            f"{', '.join(sure) or 'nobody'} wins in some of them for sure, of "
            f"{', '.join(str(labels[i]) for i in doubtful)} it is open: raise max_states or say "
            "ties='lexicographic'"
        )
    return found or [_one_universe(margins)]


def _decided(margins: Any) -> tuple[BoolArray, BoolArray]:
    """Majorities that are locked in every universe, and those that are in some, or may be."""
    some = margins > 0
    while True:
        # No way back over majorities as strong: nothing can stand against it.
        always = some & (margins > _widest(margins, some).T)
        # A way back over stronger majorities that are always locked.
        never = some & (margins < _widest(margins, always).T)
        if not never.any():
            return always, some
        some = some & ~never


def _widest(margins: Any, edges: BoolArray) -> Any:
    """The strength of the strongest path between any two over some majorities, 0 for none."""
    width = np.where(edges, margins, 0)
    for mid in range(len(width)):
        np.maximum(width, np.minimum(width[:, mid, None], width[mid]), out=width)
    return width


def _edges(relation: BoolArray) -> list[Edge]:
    return [(int(a), int(b)) for a, b in np.argwhere(relation)]


def _universe_for(item: int, margins: Any) -> BoolArray:
    """A universe in which equal majorities are locked in favour of an alternative."""
    k = len(margins)
    relation = np.zeros((k, k), dtype=bool)
    for level in sorted({int(x) for x in margins[margins > 0].tolist()}, reverse=True):
        edges = _edges(margins == level)
        growing = True
        while growing:
            growing = False
            for a, b in edges:
                reached = a == item or relation[item, a]
                if reached and not relation[item, b] and not relation[b, a] and b != item:
                    relation = _closed(relation, [(a, b)])
                    growing = True
        for a, b in sorted(edges, key=lambda edge: edge[1] == item):
            if not relation[b, a]:
                relation = _closed(relation, [(a, b)])
    return relation


def _too_many(limit: int) -> LimitReachedError:
    return LimitReachedError(
        f"ranked pairs has more than {limit} locked relations in one component: raise max_states "
        "or say ties='lexicographic'"
    )


def _extensions(relation: BoolArray, edges: list[Edge], limit: int) -> list[BoolArray]:
    """All closures that arise by locking equally strong edges in any order."""
    open_edges = [(a, b) for a, b in edges if not relation[b, a] and not relation[a, b]]
    if not open_edges:
        return [relation]
    # A cycle leads through open edges, and between their ends the relation is closed.
    ends = sorted({item for edge in open_edges for item in edge})
    at = {item: k for k, item in enumerate(ends)}
    union = relation[np.ix_(ends, ends)]
    for a, b in open_edges:
        union[at[a], at[b]] = True
    parts = components(union)
    home = {ends[item]: k for k, part in enumerate(parts) for item in part}
    # Edges between components close no cycle in any universe.
    safe = [(a, b) for a, b in open_edges if home[a] != home[b]]
    knots = [
        [(a, b) for a, b in open_edges if home[a] == home[b] == k]
        for k, part in enumerate(parts)
        if len(part) > 1
    ]
    knots = [knot for knot in knots if knot]
    if not knots:
        return [_closed(relation, safe)]
    # Edges of different knots never close a cycle together, so the knots combine freely; the safe
    # edges come last, since they would tie the knots' relations to one another.
    found = [relation]
    for knot in knots:
        choices = _locked_sets(relation, knot, limit)
        found = [_closed(r, choice) for r in found for choice in choices]
        if len(found) > limit:
            break
    return [_closed(r, safe) for r in found]


def _locked_sets(relation: BoolArray, knot: list[Edge], limit: int) -> list[list[Edge]]:
    """The sets of edges of a knot that are locked in some universe, one for each closure."""
    done: dict[bytes, list[Edge]] = {}
    seen: set[bytes] = set()
    stack: list[tuple[BoolArray, list[Edge]]] = [(relation, [])]
    while stack:
        state, chosen = stack.pop()
        key = state.tobytes()
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > limit:
            raise _too_many(limit)
        rest = [(a, b) for a, b in knot if not state[b, a] and not state[a, b]]
        if not rest:
            done[key] = chosen
            continue
        stack += [(_closed(state, [edge]), [*chosen, edge]) for edge in rest]
    return list(done.values())


def _closed(relation: BoolArray, edges: list[Edge]) -> BoolArray:
    """The transitive closure of a transitive relation and some edges that close no cycle."""
    result = relation.copy()
    for a, b in edges:
        if not result[a, b]:
            above = result[:, a].copy()
            above[a] = True
            below = result[b].copy()
            below[b] = True
            result |= above[:, None] & below[None, :]
    return result


def _one_universe(margins: Any) -> BoolArray:
    """Lock equal majorities in the order of the alternatives, tied pairs likewise."""
    k = len(margins)
    relation = np.zeros((k, k), dtype=bool)
    edges = [
        (-int(margins[a, b]), a, b)
        for a in range(k)
        for b in range(k)
        if a != b and margins[a, b] >= 0
    ]
    for _, a, b in sorted(edges):
        if not relation[b, a]:
            relation = _closed(relation, [(a, b)])
    return relation


def _orders(blocks: list[tuple[list[int], _Block]]) -> Iterator[list[int]]:
    """The rankings of all universes: linear extensions of the blocks' relations, block by block."""
    if not blocks:
        yield []
        return
    (items, block), rest = blocks[0], blocks[1:]
    seen: set[tuple[int, ...]] = set()
    for order in itertools.chain.from_iterable(map(_linear_extensions, block.relations())):
        key = tuple(order)
        if key in seen:
            continue
        seen.add(key)
        for tail in _orders(rest):
            yield [items[i] for i in order] + tail


def _linear_extensions(relation: BoolArray) -> Iterator[list[int]]:
    """The linear orders that contain a partial order, lexicographically."""
    k = len(relation)
    stack: list[tuple[list[int], frozenset[int]]] = [([], frozenset(range(k)))]
    while stack:
        head, rest = stack.pop()
        if not rest:
            yield head
            continue
        free = [i for i in sorted(rest) if not any(relation[j, i] for j in rest)]
        stack += [([*head, i], rest - {i}) for i in reversed(free)]


def is_stack(pairs: Pairwise, order: Sequence[int]) -> bool:
    """Whether an order is a ranked-pairs ranking, by Zavist and Tideman's definition of a stack.

    Every alternative must attain each one below it: by a path downwards in the order whose margins
    are all at least the margin of the lower over the upper one.
    """
    m = pairs.m
    place = {item: k for k, item in enumerate(order)}
    margins = pairs.margins
    width = np.full((m, m), np.iinfo(np.int64).min, dtype=np.int64)
    for a in range(m):
        for b in range(m):
            if place[a] < place[b]:
                width[a, b] = margins[a, b]
    for k in range(m):
        np.maximum(width, np.minimum(width[:, k, None], width[None, k, :]), out=width)
    return all(
        width[a, b] >= margins[b, a] for a in range(m) for b in range(m) if place[a] < place[b]
    )
