"""Assignment markets: bidders who want one item each, and prices at which nobody objects."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from mechdesign.algorithms.cardinality_matching import best_matching
from mechdesign.auctions.references import DEMANGE_GALE_SOTOMAYOR, GROVES
from mechdesign.auctions.sales.sale_setting import Sale, clarke, sold, table_of, values_of
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Setting,
    Theorem,
    as_count,
    mechanism,
    serializable,
    show,
)
from mechdesign.model.numbers import common_denominator
from mechdesign.records import dataclass

__all__ = [
    "UnitDemand",
    "UnitDemandData",
    "ascending_prices",
    "highest_prices",
    "lowest_prices",
    "unit_demand",
]

Values = tuple[Number, ...]
Assigned = FrozenMap[Any, Any]
_STEPS = 100_000


@serializable("auctions.UnitDemandData")
@dataclass(frozen=True)
class UnitDemandData:
    """The items of an assignment market.

    Parameters
    ----------
    items : tuple of labels
        One of each.
    """

    items: tuple[Any, ...]


@serializable("auctions.UnitDemand")
@dataclass(frozen=True)
class UnitDemand(Sale[Values, Assigned]):
    """Bidders want one item each: see :func:`unit_demand`."""

    id: ClassVar[str] = "auctions.unit_demand"
    data_kinds: ClassVar[tuple[type, ...]] = (UnitDemandData,)
    called: ClassVar[str] = "items"
    demanded: ClassVar[str] = "give every item to one bidder at most"

    def problem(self, data: Any, *, items: Sequence[Any] | None = None, **options: Any) -> Problem:
        """Read what items are worth.

        Parameters
        ----------
        data : mapping or sequence of n sequences of m nonnegative numbers
            A row for each bidder.
        items : sequence of labels, optional
            Names of the columns.
        """
        if options:
            raise InvalidInputError("options", "be items", sorted(options))
        rows, names = table_of(data, items, "items", low=0)
        types = tuple(rows.values())
        return Problem(tuple(rows), types, UnitDemandData(names), reserve=(0,) * len(types))

    def worth(self, problem: Problem, agent: AgentId, own: Values, choice: Assigned) -> Number:
        """The value of the item that a bidder gets, 0 without one."""
        if agent not in choice:
            return 0
        value: Number = own[problem.data.items.index(choice[agent])]
        return value

    def most_welfare(self, problem: Problem) -> tuple[Number, Assigned]:
        """The assignment of the largest value."""
        pairs = best_matching(_matrix(problem))
        total: Number = sum(problem.types[i][j] for i, j in pairs)
        return total, _assigned(problem, pairs)

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice = outcome.choice
        if not isinstance(choice, Mapping) or not set(choice) <= set(problem.agents):
            return False
        got = list(choice.values())
        return len(set(got)) == len(got) and set(got) <= set(problem.data.items)

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every assignment."""
        items, n = problem.data.items, len(problem)
        for got in itertools.product((None, *items), repeat=n):
            held = [x for x in got if x is not None]
            if len(set(held)) == len(held):
                pairs = zip(problem.agents, got, strict=True)
                choice: Assigned = FrozenMap((a, x) for a, x in pairs if x is not None)
                yield Outcome.bare(choice, problem, self)

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of values out of a list.

        Parameters
        ----------
        agents, items : int
            How many bidders and items.
        values : sequence of numbers
            What an item may be worth, 0, 1 and 2 by default.
        """
        values = values_of(scope, ["items"], (0, 1, 2))
        n = as_count(agents, "agents", low=1)
        m = as_count(scope.get("items", 2), "items", low=1, high=6)
        reports = tuple(itertools.product(values, repeat=m))
        data = UnitDemandData(tuple(range(m)))
        base = Problem(range(n), (reports[0],) * n, data, reserve=(0,) * n)
        told = f"values {', '.join(map(show, values))} for one of {m} items"
        return Domain(self, base, (reports,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for agents, m in ((1, 1), (2, 1), (2, 2), (3, 2)):
            yield self.domain(agents, items=m)

    def size(self, problem: Problem) -> int:
        return len(problem.data.items)


_SETTING = UnitDemand()
_DOMINANT = {"strategyproofness": Theorem(GROVES, "its prices are the payments of VCG")}


def unit_demand() -> UnitDemand:
    """Items for bidders who want one each; a type is what each item is worth.

    Examples
    --------
    >>> unit_demand().problem({"ann": [5, 8], "bob": [7, 9]}, items=["x", "y"]).types
    ((5, 8), (7, 9))
    """
    return UnitDemand()


@mechanism(
    "auctions.lowest_prices",
    setting=_SETTING,
    reference=DEMANGE_GALE_SOTOMAYOR,
    claims=_DOMINANT,
)
def lowest_prices(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The lowest prices at which everybody gets an item that it likes best: those of VCG.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.lowest_prices([[5, 8, 2], [7, 9, 6], [2, 3, 0]]).details["prices"]
    {0: 1, 1: 3, 2: 0}
    """
    found = clarke(setting, problem)
    return _at(setting, problem, found.choice, [found.pay(a) for a in problem.agents])


@mechanism("auctions.highest_prices", setting=_SETTING)
def highest_prices(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The highest prices at which everybody gets an item that it likes best.

    The price of an item is what the largest value loses without it.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.highest_prices([[5, 8, 2], [7, 9, 6], [2, 3, 0]]).details["prices"]
    {0: 2, 1: 5, 2: 1}
    """
    matrix = _matrix(problem)
    pairs = best_matching(matrix)
    most: Number = sum(matrix[i, j] for i, j in pairs)
    paid: list[Number] = [0] * len(problem)
    for i, j in pairs:
        fewer = np.delete(matrix, j, axis=1)
        paid[i] = most - sum(fewer[r, c] for r, c in best_matching(fewer))
    return _at(setting, problem, _assigned(problem, pairs), paid)


@mechanism(
    "auctions.ascending_prices",
    setting=_SETTING,
    reference=DEMANGE_GALE_SOTOMAYOR,
    claims=_DOMINANT,
)
def ascending_prices(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The ascending auction of Demange, Gale and Sotomayor: over-demanded items become dearer.

    Prices of a smallest over-demanded set rise by one unit (that of all values) until there is
    none; they end at the lowest competitive ones.

    Returns
    -------
    Outcome
        The details have the ``history`` of over-demanded sets.

    Raises
    ------
    InvalidInputError
        For floats: they have no unit.
    LimitReachedError
        If prices would rise more than 100,000 times.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> found = auctions.ascending_prices([[5, 8, 2], [7, 9, 6], [2, 3, 0]])
    >>> found.details["prices"], found.details["history"][0]
    ({0: 1, 1: 3, 2: 0}, (1,))
    """
    rows = [list(own) for own in problem.types]
    if any(isinstance(x, float) for own in rows for x in own):
        raise InvalidInputError("values", "be exact", rows, owner="ascending_prices")
    step = Fraction(1, common_denominator([Fraction(x) for own in rows for x in own]))
    items = problem.data.items
    prices = [Fraction(0)] * len(items)
    history: list[tuple[Any, ...]] = []
    while True:
        demands = [_demand(own, prices) for own in rows]
        scarce = _over_demanded(demands, len(items))
        if not scarce:
            break
        if len(history) == _STEPS:
            raise LimitReachedError(f"prices have risen {_STEPS:,} times")
        history.append(tuple(items[j] for j in scarce))
        for j in scarce:
            prices[j] += step
    # Every assignment of the largest value goes with competitive prices.
    assert isinstance(setting, UnitDemand)
    _, choice = setting.most_welfare(problem)
    place = {item: j for j, item in enumerate(items)}
    paid = [prices[place[choice[a]]] if a in choice else 0 for a in problem.agents]
    return _at(setting, problem, choice, paid, history=tuple(history))


def _demand(own: Sequence[Number], prices: Sequence[Number]) -> list[int]:
    """The items that a bidder likes best; none where it likes having none as well."""
    best = max((x - p for x, p in zip(own, prices, strict=True)), default=0)
    if best <= 0:
        return []
    return [j for j, (x, p) in enumerate(zip(own, prices, strict=True)) if x - p == best]


def _over_demanded(demands: list[list[int]], items: int) -> list[int]:
    """A smallest set of items that more bidders demand nothing outside of than there are in it."""
    holder: list[int | None] = [None] * items

    def place(i: int, seen: set[int]) -> bool:
        for j in demands[i]:
            if j not in seen:
                seen.add(j)
                other = holder[j]
                if other is None or place(other, seen):
                    holder[j] = i
                    return True
        return False

    smallest: list[int] = []
    for i, own in enumerate(demands):
        seen: set[int] = set()
        # What alternating paths reach is demanded by one bidder more than it has items.
        if own and not place(i, seen) and (not smallest or len(seen) < len(smallest)):
            smallest = sorted(seen)
    return _inner(demands, smallest)


def _inner(demands: list[list[int]], scarce: list[int]) -> list[int]:
    """A smallest over-demanded set within one."""
    shrunk = True
    while shrunk:
        shrunk = False
        for j in scarce:
            fewer = [k for k in scarce if k != j]
            if sum(bool(own) and set(own) <= set(fewer) for own in demands) > len(fewer):
                scarce, shrunk = fewer, True
                break
    return scarce


def _matrix(problem: Problem) -> Any:
    exact = not any(isinstance(x, float) for own in problem.types for x in own)
    shape = (len(problem), len(problem.data.items))
    rows = [[Fraction(x) for x in own] if exact else list(own) for own in problem.types]
    found = np.zeros(shape, dtype=object if exact else float)
    for i, own in enumerate(rows):
        found[i, :] = own
    return found


def _assigned(problem: Problem, pairs: Sequence[tuple[int, int]]) -> Assigned:
    return FrozenMap((problem.agents[i], problem.data.items[j]) for i, j in pairs)


def _at(
    setting: Any, problem: Problem, choice: Assigned, paid: Sequence[Number], **details: Any
) -> Outcome:
    """An assignment with its payments, which are the prices of the items."""
    payments = dict(zip(problem.agents, paid, strict=True))
    prices: dict[Any, Number] = dict.fromkeys(problem.data.items, 0)
    for agent, item in choice.items():
        price = payments[agent]
        prices[item] = int(price) if price == int(price) else price
    return sold(setting, problem, choice, payments, prices=FrozenMap(prices), **details)
