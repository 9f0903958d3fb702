"""The best exchange by short cycles and chains, proved by an integer program."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator
from typing import Literal

import numpy as np

from mechdesign.allocation.exchange.exchange_graphs import ExchangeGraph
from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.model import as_count, as_number
from mechdesign.records import dataclass
from mechdesign.solvers.linear.integer_programs import maximise_integers
from mechdesign.solvers.linear.set_packing import pack_sets

__all__ = ["Exchange", "best_exchange"]

_LISTED = 2_000_000
#: Chains of so many gifts are listed; by positions longer ones are found sooner.
_SHORT = 2
#: Sums of integers up to here are exact in floats.
_EXACT = 2**53
Path = tuple[Hashable, ...]


@dataclass(frozen=True, eq=False)
class Exchange:
    """Disjoint cycles and chains of gifts.

    Parameters
    ----------
    cycles : tuple of tuples of labels
        Each gives to the next, the last to the first.
    chains : tuple of tuples of labels
        The first is an altruist, each gives to the next.
    transplants, weight : int
        How many gifts, and their total weight.
    bound : int
        No exchange of the kind has more of what was maximised.
    """

    cycles: tuple[Path, ...]
    chains: tuple[Path, ...]
    transplants: int
    weight: int
    bound: int
    proved: bool


def best_exchange(
    graph: ExchangeGraph,
    *,
    cycles: int | None = 3,
    chains: int = 0,
    maximise: Literal["transplants", "weight"] = "transplants",
    form: Literal["auto", "listed", "positions"] = "auto",
    time_limit: float | None = None,
) -> Exchange:
    """The largest exchange by cycles of bounded length and chains of bounded length.

    Parameters
    ----------
    graph : ExchangeGraph
        Whose donor can give to whom.
    cycles : int or None
        The most pairs in a cycle; None for cycles of any length (and no chains), a problem of
        assignment.
    chains : int
        The most gifts in a chain, 0 for no chains.
    maximise : str
        ``"transplants"`` or the total ``"weight"``.
    form : str
        ``"listed"`` lists all chains; ``"positions"`` has a variable for each gift at each place in
        a chain, however many chains there are; ``"auto"`` lists chains of up to 2 gifts.
    time_limit : float, optional
        Seconds.

    Raises
    ------
    InvalidInputError
        If `maximise` is another word, or chains are asked for with cycles of any length.
    LimitReachedError
        For more than two million cycles and listed chains, if nothing was found in time, or for
        weights beyond 15 digits with cycles of any length.

    Notes
    -----
    All cycles and chains are listed, and disjoint ones chosen by an integer program whose bound is
    reported; NP-hard for bounded cycles of three and more.  By positions chains are flows [1]_:
    what leaves a pair at place k + 1 has come to it at place k, and everybody receives once.

    References
    ----------
    .. [1] Dickerson, J. P., Manlove, D. F., Plaut, B., Sandholm, T. and Trimble, J. (2016).
       Position-indexed formulations for kidney exchange. 17th ACM Conference on Economics and
       Computation.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> graph = allocation.exchange_graph([(0, 1), (1, 0), (1, 2), (2, 3), (3, 1)])
    >>> found = allocation.best_exchange(graph, cycles=3)
    >>> found.cycles, found.transplants, found.proved
    (((1, 2, 3),), 3, True)
    """
    require(graph, ExchangeGraph, "graph")
    as_count(chains, "chains")
    if time_limit is not None:
        time_limit = float(as_number(time_limit, "time_limit", low=0))
    if maximise not in ("transplants", "weight"):
        raise InvalidInputError("maximise", "be 'transplants' or 'weight'", maximise)
    if form not in ("auto", "listed", "positions"):
        raise InvalidInputError("form", "be 'auto', 'listed' or 'positions'", form)
    if cycles is None:
        if chains:
            raise InvalidInputError("chains", "be 0 with cycles of any length", chains)
        return _unbounded(graph, maximise)
    as_count(cycles, "cycles", low=2)
    # No chain has more gifts than there are others.
    chains = min(chains, len(graph.vertices))
    if form == "positions" or (form == "auto" and chains > _SHORT):
        return _by_positions(graph, cycles, chains, maximise, time_limit)
    place = {v: k for k, v in enumerate(graph.vertices)}
    listed: list[tuple[bool, Path]] = []
    for closed, path in _paths(graph, cycles, chains):
        listed.append((closed, path))
        if len(listed) > _LISTED:
            raise LimitReachedError(f"more than {_LISTED:,} cycles and chains")
    worth = [_worth(graph, closed, path) for closed, path in listed]
    pick = 0 if maximise == "transplants" else 1
    sets = [[place[v] for v in path] for _, path in listed]
    found = pack_sets(sets, [pair[pick] for pair in worth], time_limit=time_limit)
    chosen = [listed[k] for k in found.chosen]
    return Exchange(
        tuple(path for closed, path in chosen if closed),
        tuple(path for closed, path in chosen if not closed),
        sum(worth[k][0] for k in found.chosen),
        sum(worth[k][1] for k in found.chosen),
        found.bound,
        found.proved,
    )


def _worth(graph: ExchangeGraph, closed: bool, path: Path) -> tuple[int, int]:
    gifts = list(itertools.pairwise(path)) + ([(path[-1], path[0])] if closed else [])
    return len(gifts), sum(graph.arcs[gift] for gift in gifts)


def _paths(graph: ExchangeGraph, cycles: int, chains: int) -> Iterator[tuple[bool, Path]]:
    """Every cycle once, from its first vertex on, and every chain."""
    out: dict[Hashable, list[Hashable]] = {v: [] for v in graph.vertices}
    for giver, receiver in graph.arcs:
        out[giver].append(receiver)
    place = {v: k for k, v in enumerate(graph.vertices)}
    for start in graph.vertices:
        free = start in graph.altruists
        stack: list[Path] = [(start,)]
        while stack:
            path = stack.pop()
            for following in out[path[-1]]:
                if following == start and not free:
                    yield True, path
                if following in path or (not free and place[following] < place[start]):
                    continue
                longer = (*path, following)
                if free and len(longer) - 1 <= chains:
                    yield False, longer
                    stack.append(longer)
                elif not free and len(longer) <= cycles:
                    stack.append(longer)


def _unbounded(graph: ExchangeGraph, maximise: str) -> Exchange:
    """Cycles of any length: who takes part gives as much as it gets."""
    from scipy.optimize import linear_sum_assignment

    place = {v: k for k, v in enumerate(graph.vertices)}
    n = len(place)
    worst = n * (1 + max(graph.arcs.values(), default=0)) + 1
    if n * worst > _EXACT and maximise == "weight":
        raise LimitReachedError("the weights have too many digits for a proof by floats")
    table = np.full((n, n), -float(worst))
    np.fill_diagonal(table, 0)
    for (giver, receiver), weight in graph.arcs.items():
        table[place[giver], place[receiver]] = 1 if maximise == "transplants" else weight
    rows, columns = linear_sum_assignment(table, maximize=True)
    following = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    found, seen = [], set[int]()
    for start in following:
        path = []
        at = start
        while at not in seen and following[at] != at:
            seen.add(at)
            path.append(graph.vertices[at])
            at = following[at]
        if path:
            found.append(tuple(path))
    counts = [_worth(graph, True, path) for path in found]
    transplants, weight = (sum(pair[k] for pair in counts) for k in (0, 1))
    bound = transplants if maximise == "transplants" else weight
    return Exchange(tuple(found), (), transplants, weight, bound, True)


def _by_positions(
    graph: ExchangeGraph, cycles: int, chains: int, maximise: str, time_limit: float | None
) -> Exchange:
    """Cycles listed, chains as flows through places: the program and its solution."""
    from scipy.sparse import csr_matrix

    listed = []
    for _, path in _paths(graph, cycles, 0):
        listed.append(path)
        if len(listed) > _LISTED:
            raise LimitReachedError(f"more than {_LISTED:,} cycles")
    gifts = _placed_gifts(graph, chains)
    if not listed and not gifts:
        return Exchange((), (), 0, 0, 0, True)
    # A row for everybody who takes part once, one for each pair that passes on at a place.
    names: dict[tuple[Hashable, int], int] = {}
    entries: list[tuple[int, int, int]] = []

    def enter(row: tuple[Hashable, int], column: int, sign: int) -> None:
        entries.append((names.setdefault(row, len(names)), column, sign))

    for column, path in enumerate(listed):
        for v in path:
            enter((v, 0), column, -1)
    for column, (giver, receiver, k) in enumerate(gifts, len(listed)):
        enter((receiver, 0), column, -1)
        if k == 1:
            enter((giver, 0), column, -1)
        else:
            enter((giver, k), column, -1)
        if k < chains:
            enter((receiver, k + 1), column, 1)
    size = len(listed) + len(gifts)
    rows, columns, signs = (np.array(part, dtype=np.int32) for part in zip(*entries, strict=True))
    matrix = csr_matrix((signs.astype(np.int64), (rows, columns)), shape=(len(names), size))
    least = np.array([-1 if k == 0 else 0 for _, k in names], dtype=np.int64)
    counts = [_worth(graph, True, path) for path in listed]
    counts += [(1, graph.arcs[giver, receiver]) for giver, receiver, _ in gifts]
    pick = 0 if maximise == "transplants" else 1
    if sum(pair[pick] for pair in counts) >= 2**62:
        raise LimitReachedError("the weights have too many digits for a program in integers")
    objective = np.array([pair[pick] for pair in counts], dtype=np.int64)
    ones = np.ones(size, dtype=np.int64)
    found = maximise_integers(objective, matrix, least, ones, time_limit=time_limit)
    if found.x is None:
        raise LimitReachedError("no exchange was found, and there always is one")
    chosen = np.flatnonzero(found.x).tolist()
    following = {
        giver: receiver
        for giver, receiver, _ in (gifts[k - len(listed)] for k in chosen if k >= len(listed))
    }
    found_chains = []
    for v in graph.vertices:
        if v in graph.altruists and v in following:
            chain: Path = (v,)
            while chain[-1] in following:
                chain = (*chain, following[chain[-1]])
            found_chains.append(chain)
    whole = tuple(listed[k] for k in chosen if k < len(listed))
    worth = [_worth(graph, True, path) for path in whole]
    worth += [_worth(graph, False, path) for path in found_chains]
    transplants, weight = (sum(pair[k] for pair in worth) for k in (0, 1))
    value = transplants if maximise == "transplants" else weight
    # Without a proof no more is said than that everybody receives once, from its best giver.
    into: dict[Hashable, int] = {}
    for (_, receiver), x in graph.arcs.items():
        into[receiver] = max(into.get(receiver, 0), 1 if pick == 0 else x)
    bound = value if found.proved else max(value, sum(into.values()))
    return Exchange(whole, tuple(found_chains), transplants, weight, bound, found.proved)


def _placed_gifts(graph: ExchangeGraph, chains: int) -> list[tuple[Hashable, Hashable, int]]:
    """Every gift at every place of a chain that it can have."""
    out: dict[Hashable, list[Hashable]] = {v: [] for v in graph.vertices}
    for giver, receiver in graph.arcs:
        out[giver].append(receiver)
    found = []
    there = [v for v in graph.vertices if v in graph.altruists]
    for k in range(1, chains + 1):
        found += [(giver, receiver, k) for giver in there for receiver in out[giver]]
        there = list(dict.fromkeys(receiver for giver in there for receiver in out[giver]))
    return found
