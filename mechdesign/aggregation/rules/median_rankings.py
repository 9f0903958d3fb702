"""Kemeny's rule: the orders at the least total Kendall distance to the voters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import numpy as np

from mechdesign.aggregation.profiles.outcome_arrays import MARGINS
from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.reading import pairs_of, read, rule
from mechdesign.aggregation.references import KEMENY1959, YOUNG1978
from mechdesign.aggregation.results import AggregationResult, result
from mechdesign.aggregation.settings import rankings
from mechdesign.algorithms.linear_ordering import (
    SubsetTable,
    local_search,
    order_cost,
    quick_order,
)
from mechdesign.algorithms.orders import components
from mechdesign.clock import now
from mechdesign.errors import InvalidInputError
from mechdesign.model import Outcome, Problem, Seed, Theorem, count_from, generator, number_in
from mechdesign.records import dataclass

__all__ = ["kemeny", "kemeny_cost", "kemeny_model"]

Algorithm = Literal["auto", "subsets", "lp", "borda", "copeland", "local_search", "kwiksort"]
_HEURISTICS = ("borda", "copeland", "local_search", "kwiksort")
# The subset table of 18 items takes about 40 MB and 0.1 s.
_SUBSETS = 18
_SUBSETS_MAX = 22


@dataclass(frozen=True)
class Block:
    """The solution of one block of alternatives that is separated from the others."""

    order: list[int]
    cost: int
    bound: int
    count: int | None
    table: SubsetTable | None
    items: list[int]
    methods: frozenset[str]


def _winners(problem: Problem, **parameters: Any) -> Sequence[Outcome]:
    found = kemeny(problem, **parameters)
    return [result(problem, ranking).with_cost(found.cost or 0) for ranking in found.optima]


@rule(
    "aggregation.kemeny",
    setting=rankings(),
    depends_on=MARGINS,
    reference=KEMENY1959,
    winners=_winners,
    takes=("time_limit",),
    claims={
        "condorcet_consistency": Theorem(
            YOUNG1978,
            "Kemeny's rule is the only neutral, reinforcing and Condorcet consistent "
            "preference function.",
        )
    },
)
def kemeny(
    problem: Problem,
    *,
    algorithm: Algorithm = "auto",
    max_optima: Annotated[int, count_from(1)] = 1000,
    time_limit: Annotated[float, number_in(0)] | None = None,
    rng: Seed = None,
) -> AggregationResult:
    """Kemeny's rule: an order at the least total Kendall distance to the voters.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`.  Pairs that a voter ties or does not rank cost nothing either way.
    algorithm : str
        ``"auto"`` separates the alternatives by the weak majority relation, solves blocks of up to
        18 by dynamic programming over subsets and larger ones by branch and cut with exact bounds;
        ``"subsets"`` or ``"lp"`` use one of the two for everything.  The heuristics
        ``"borda"``, ``"copeland"``, ``"local_search"`` and ``"kwiksort"`` return a lower bound too.
    max_optima : int
        How many optimal orders to list at most.
    time_limit : float, optional
        Seconds; when they end, the result has a gap.
    rng : numpy.random.Generator or int, optional
        For ``"kwiksort"``.

    Returns
    -------
    AggregationResult
        ``cost`` is the number of strict disagreements with the voters; ``optima`` holds the optimal
        orders, lexicographically by the order of the alternatives, of which the first is the
        choice; ``details["count"]`` is their exact number (None where a block is too large to
        count) and ``provenance.bound`` and ``gap`` the certificate.

    Notes
    -----
    The separation is exact by the extended Condorcet property.  NP-hard in general.

    Examples
    --------
    >>> out = kemeny({"A > B > C > D": 2, "B > A > D > C": 2})
    >>> out.cost, out.details["count"], [str(r) for r in out.optima][:2]
    (4, 4, ['A > B > C > D', 'A > B > D > C'])
    """
    pairs = pairs_of(problem)
    # Placing i above j goes against the voters who rank j above i.
    cost = np.ascontiguousarray(pairs.support.T)
    if algorithm in _HEURISTICS:
        return _heuristic(problem, pairs, cost, algorithm, rng)
    deadline = None if time_limit is None else now() + time_limit
    blocks = _blocks(pairs, cost, algorithm, deadline)
    order = [i for block in blocks for i in block.order]
    total = order_cost(cost, order)
    gap = sum(block.cost - block.bound for block in blocks)
    counts = [block.count for block in blocks]
    count = None if None in counts or gap else math.prod(c for c in counts if c is not None)
    labels = pairs.alternatives
    optima = [
        Ranking.from_order([labels[i] for i in found])
        for found in itertools.islice(_optimal_orders(blocks), max(1, max_optima))
    ]
    top = blocks[0]
    firsts = (
        top.order[:1]
        if top.table is None
        else [top.items[i] for i in top.table.first((1 << len(top.items)) - 1)]
    )
    methods = sorted({m for block in blocks if len(block.items) > 1 for m in block.methods})
    details: dict[str, Any] = {"count": count, "optima": tuple(optima)}
    largest = max(len(block.items) for block in blocks)
    how = ", ".join(methods) or "majority relation"
    many = count is None or count > 1
    number = "an unknown number of" if count is None else count
    return result(
        problem,
        optima[0],
        winners=[labels[i] for i in sorted(firsts)],
        details=details,
        algorithm=f"{len(blocks)} blocks, the largest of {largest}: {how}",
        bound=pairs.scaled(total - gap),
        gap=pairs.scaled(gap),
        status="optimal" if gap == 0 else "time limit",
        ties=f"{number} optimal orders; the first by the order of the alternatives" if many else "",
    ).with_cost(pairs.scaled(total))


def kemeny_cost(data: object, ranking: Ranking, **options: object) -> Any:
    """The total Kendall distance (strict disagreements) of a ranking to the voters.

    Parameters
    ----------
    data : rankings or scores
        See :func:`read`.
    ranking : Ranking
        Of all alternatives; pairs that it ties cost nothing.

    Examples
    --------
    >>> kemeny_cost({"A > B": 3, "B > A": 2}, Ranking.parse("B > A"))
    3
    """
    if not isinstance(ranking, Ranking):
        raise InvalidInputError("ranking", "be a Ranking", ranking)
    pairs = pairs_of(read(data, **options))
    tier = np.array([ranking.tier(label) for label in pairs.alternatives])
    return pairs.scaled(int(pairs.support[tier[:, None] > tier[None, :]].sum()))


def kemeny_model(data: object, **options: object) -> Any:
    """Kemeny's problem as a readable PuLP model, for solvers of one's own.

    Parameters
    ----------
    data : rankings or scores
        See :func:`read`; weights are scaled to integers.

    Returns
    -------
    pulp.LpProblem
        See :func:`mechdesign.solvers.linear_ordering.linear_ordering_model`.

    Examples
    --------
    >>> kemeny_model({"A > B > C": 2, "B > C > A": 1}).name
    'linear_ordering'
    """
    from mechdesign.solvers.linear_ordering import linear_ordering_model

    pairs = pairs_of(read(data, **options))
    names = [str(label) for label in pairs.alternatives]
    return linear_ordering_model(np.ascontiguousarray(pairs.support.T), names)


def _blocks(
    pairs: Pairwise, cost: Any, algorithm: Algorithm, deadline: float | None
) -> list[Block]:
    """Solve the components of the weak majority relation one by one."""
    weak = pairs.margins >= 0
    np.fill_diagonal(weak, False)
    whole = [list(range(pairs.m))]
    parts = components(weak) if algorithm == "auto" else whole
    blocks = []
    for items in parts:
        inner = cost[np.ix_(items, items)]
        if algorithm == "subsets" and len(items) > _SUBSETS_MAX:
            raise InvalidInputError(
                "algorithm", f"not be 'subsets' beyond {_SUBSETS_MAX} alternatives", len(items)
            )
        if algorithm == "subsets" or (algorithm == "auto" and len(items) <= _SUBSETS):
            table = SubsetTable(inner)
            local = next(iter(table.orders()))
            block = Block(
                [items[i] for i in local],
                table.optimum,
                table.optimum,
                table.count,
                table,
                items,
                frozenset({"subsets"}),
            )
        else:
            block = _large_block(pairs, inner, items, algorithm, deadline)
        blocks.append(block)
    return blocks


def _large_block(
    pairs: Pairwise, inner: Any, items: list[int], algorithm: Algorithm, deadline: float | None
) -> Block:
    """Separate a block further by the strict majority relation, which keeps one optimum."""
    strict = (
        components(pairs.margins[np.ix_(items, items)] > 0)
        if algorithm == "auto"
        else [list(range(len(items)))]
    )
    order: list[int] = []
    cost = bound = 0
    methods = set()
    for part in strict:
        small = inner[np.ix_(part, part)]
        if len(part) <= _SUBSETS and algorithm == "auto":
            table = SubsetTable(small)
            local = next(iter(table.orders()))
            cost, bound = cost + table.optimum, bound + table.optimum
            if len(part) > 1:
                methods.add("subsets")
        else:
            from mechdesign.solvers.linear_ordering import linear_ordering

            start = _start(small, deadline)
            left = None if deadline is None else max(0.0, deadline - now())
            solved = linear_ordering(small, start, time_limit=left)
            local = solved.order
            cost, bound = cost + solved.cost, bound + solved.bound
            branches = f", {solved.nodes} nodes" if solved.nodes > 1 else ""
            methods.add(f"linear program, {solved.cuts} cuts{branches}")
        order += [items[part[i]] for i in local]
    # Pairs across the strict components cost the smaller of their two directions.
    across = order_cost(inner, [items.index(i) for i in order]) - cost
    return Block(order, cost + across, bound + across, None, None, items, frozenset(methods))


def _start(cost: Any, deadline: float | None = None) -> list[int]:
    """The better of the Borda and the Copeland order, improved by insertion.

    Improving takes at most half of the time that is left.
    """
    moment = now()
    quarter = math.inf if deadline is None else max(deadline - moment, 0.0) / 4
    borda = np.argsort(cost.sum(axis=1) - cost.sum(axis=0), kind="stable").tolist()
    wins = np.sign(cost.T - cost).sum(axis=1)
    copeland = np.argsort(-wins, kind="stable").tolist()
    improved = [
        local_search(cost, start, end=moment + part * quarter)
        for part, start in ((1, borda), (2, copeland))
    ]
    return min(improved, key=lambda order: order_cost(cost, order))


def _optimal_orders(blocks: list[Block]) -> Iterator[list[int]]:
    """The product of the blocks' optimal orders, lexicographically."""

    def heads(block: Block) -> Iterator[list[int]]:
        if block.table is None:
            return iter([block.order])
        return ([block.items[i] for i in local] for local in block.table.orders())

    chosen: list[list[int]] = []
    # Without recursion, as there are as many blocks as alternatives where all voters agree.
    stack = [heads(blocks[0])]
    while stack:
        del chosen[len(stack) - 1 :]
        head = next(stack[-1], None)
        if head is None:
            stack.pop()
            continue
        chosen.append(head)
        if len(stack) < len(blocks):
            stack.append(heads(blocks[len(stack)]))
        else:
            yield [i for part in chosen for i in part]


def _heuristic(
    problem: Problem, pairs: Pairwise, cost: Any, algorithm: str, rng: Seed
) -> AggregationResult:
    if algorithm == "borda":
        order = np.argsort(cost.sum(axis=1) - cost.sum(axis=0), kind="stable").tolist()
    elif algorithm == "copeland":
        order = np.argsort(-np.sign(cost.T - cost).sum(axis=1), kind="stable").tolist()
    elif algorithm == "local_search":
        order = _start(cost)
    else:
        order = quick_order(cost, generator(rng))
    total = order_cost(cost, order)
    upper = np.triu_indices(pairs.m, 1)
    bound = int(np.minimum(cost, cost.T)[upper].sum())
    labels = pairs.alternatives
    return result(
        problem,
        Ranking.from_order([labels[i] for i in order]),
        details={"count": None},
        algorithm=f"heuristic {algorithm}",
        bound=pairs.scaled(bound),
        gap=pairs.scaled(total - bound),
        status="heuristic",
        ties="broken by the order of the alternatives",
    ).with_cost(pairs.scaled(total))
