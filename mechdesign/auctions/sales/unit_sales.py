"""Several equal units: uniform price, pay-as-bid, Vickrey's auction and its clinching form."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Literal

from mechdesign.auctions.references import AUSUBEL, AUSUBEL_MULTI, VICKREY
from mechdesign.auctions.sales.sale_setting import Sale, clarke, rows_of, sold, values_of
from mechdesign.errors import InvalidInputError
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
from mechdesign.records import dataclass

__all__ = [
    "Units",
    "UnitsData",
    "clinching",
    "multi_unit_vickrey",
    "pay_as_bid",
    "uniform_price",
    "units",
]

Marginals = tuple[Number, ...]
Counts = FrozenMap[Any, int]


@serializable("auctions.UnitsData")
@dataclass(frozen=True)
class UnitsData:
    """How many equal units are sold.

    Parameters
    ----------
    supply : int
        The number of units.
    """

    supply: int


@serializable("auctions.Units")
@dataclass(frozen=True)
class Units(Sale[Marginals, Counts]):
    """Equal units for bidders with falling marginal values: see :func:`units`."""

    id: ClassVar[str] = "auctions.units"
    data_kinds: ClassVar[tuple[type, ...]] = (UnitsData,)
    called: ClassVar[str] = "counts"
    demanded: ClassVar[str] = "give out no more units than there are"

    def problem(self, data: Any, *, supply: int | None = None, **options: Any) -> Problem:
        """Read marginal values.

        Parameters
        ----------
        data : mapping or sequence of sequences of numbers
            For each bidder what a first unit is worth, a second one, and so on; never rising.
        supply : int
            The number of units, 1 by default.
        """
        if options:
            raise InvalidInputError("options", "be supply", sorted(options))
        count = 1 if supply is None else as_count(supply, "supply")
        rows = rows_of(data, low=0)
        types = tuple(rows.values())
        problem = Problem(tuple(rows), types, UnitsData(count), reserve=(0,) * len(rows))
        self.check(problem)
        return problem

    def check(self, problem: Problem) -> None:
        super().check(problem)
        for k, own in enumerate(problem.types):
            if not isinstance(own, tuple) or any(a < b for a, b in itertools.pairwise(own)):
                raise InvalidInputError(f"types[{k}]", "be marginal values that never rise", own)

    def worth(self, problem: Problem, agent: AgentId, own: Marginals, choice: Counts) -> Number:
        """The sum of the marginal values of the units that a bidder gets."""
        total: Number = sum(own[: choice.get(agent, 0)])
        return total

    def most_welfare(self, problem: Problem) -> tuple[Number, Counts]:
        """The largest marginal values win, the first of equals first."""
        won = _ordered(problem)[: problem.data.supply]
        counts = [sum(i == k for _, i in won) for k in range(len(problem))]
        total: Number = sum(value for value, _ in won)
        return total, _counts(problem, counts)

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice = outcome.choice
        return (
            isinstance(choice, Mapping)
            and set(choice) <= set(problem.agents)
            and all(isinstance(c, int) and c >= 0 for c in choice.values())
            and sum(choice.values()) <= problem.data.supply
        )

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every way to give out at most all units."""
        supply = problem.data.supply
        for counts in itertools.product(range(supply + 1), repeat=len(problem)):
            if sum(counts) <= supply:
                yield Outcome.bare(_counts(problem, list(counts)), problem, self)

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of falling marginal values out of a list, as many as there are units.

        Parameters
        ----------
        agents, supply : int
            How many bidders, how many units.
        values : sequence of numbers
            What a unit may be worth, 0, 1 and 2 by default.
        """
        listed = sorted(set(values_of(scope, ["supply"], (0, 1, 2))))
        n = as_count(agents, "agents", low=1)
        supply = as_count(scope.get("supply", 2), "supply", low=1, high=6)
        reports = tuple(
            own[::-1] for own in itertools.combinations_with_replacement(listed, supply)
        )
        base = Problem(range(n), (reports[0],) * n, UnitsData(supply), reserve=(0,) * n)
        told = f"marginal values {', '.join(map(show, listed))} of {supply} units"
        return Domain(self, base, (reports,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for agents, supply in ((1, 1), (2, 1), (2, 2), (3, 2)):
            yield self.domain(agents, supply=supply)

    def size(self, problem: Problem) -> int:
        return int(problem.data.supply)


_SETTING = Units()


def units() -> Units:
    """Equal units; a type is a tuple of marginal values that never rise.

    Examples
    --------
    >>> units().problem({"ann": [5, 2], "bob": [4]}, supply=2).types
    ((5, 2), (4,))
    """
    return Units()


@mechanism("auctions.uniform_price", reference=AUSUBEL_MULTI, setting=_SETTING)
def uniform_price(
    problem: Problem,
    *,
    setting: Setting | None = None,
    price: Literal["highest_losing", "lowest_winning"] = "highest_losing",
) -> Outcome:
    """The highest marginal values win; every unit costs the same.

    Parameters
    ----------
    price : str
        The highest losing bid (0 where none loses) or the lowest winning one.

    Notes
    -----
    Not strategyproof where bidders want several units: a lower bid for a further unit may lower
    the price of the first.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.uniform_price({"ann": [5, 2], "bob": [4, 3]}, supply=2).payments
    {'ann': 3, 'bob': 3}
    """
    supply = problem.data.supply
    listed = [value for value, _ in _ordered(problem)]
    place = supply if price == "highest_losing" else min(supply, len(listed)) - 1
    paid: Number = listed[place] if 0 <= place < len(listed) else 0
    return _priced(setting, problem, lambda own, count: paid * count, price=paid)


@mechanism("auctions.pay_as_bid", reference=AUSUBEL_MULTI, setting=_SETTING)
def pay_as_bid(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The highest marginal values win; everybody pays its winning bids (discriminatory price).

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.pay_as_bid({"ann": [5, 2], "bob": [4, 3]}, supply=2).payments
    {'ann': 5, 'bob': 4}
    """
    return _priced(setting, problem, lambda own, count: sum(own[:count]))


@mechanism(
    "auctions.multi_unit_vickrey",
    setting=_SETTING,
    reference=VICKREY,
    claims={"strategyproofness": Theorem(VICKREY, "truth is dominant")},
)
def multi_unit_vickrey(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """The highest marginal values win; everybody pays the bids that its own displace.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> licences = [[123, 113, 103], [75, 5, 3], [125, 125, 49], [85, 65, 7], [45, 25, 5]]
    >>> auctions.multi_unit_vickrey(licences, supply=5).payments
    {0: 225, 1: 0, 2: 160, 3: 0, 4: 0}
    """
    return clarke(setting, problem, algorithm="sorted marginal values")


@mechanism(
    "auctions.clinching",
    setting=_SETTING,
    reference=AUSUBEL,
    claims={"strategyproofness": Theorem(VICKREY, "truth is dominant")},
)
def clinching(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """Ausubel's ascending auction: a bidder clinches what the others' demand leaves, at that price.

    Returns
    -------
    Outcome
        The same as Vickrey's; the details have the ``history``: price, bidder, units.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.clinching({"ann": [5, 2], "bob": [4, 3]}, supply=2).details["history"]
    ((2, 'bob', 1), (3, 'ann', 1))
    """
    supply, n = problem.data.supply, len(problem)
    held = [0] * n
    payments: dict[Any, Number] = dict.fromkeys(problem.agents, 0)
    history = []
    for price in sorted({0, *(value for own in problem.types for value in own)}):
        # Demand just above the price; those indifferent at it are served last, in their order.
        demand = [sum(value > price for value in own) for own in problem.types]
        at_price = [sum(value == price for value in own) if price else 0 for own in problem.types]
        left = supply - sum(demand)
        if left >= 0:
            for i, many in enumerate(at_price):
                extra = min(many, left)
                demand[i], left = demand[i] + extra, left - extra
            got = demand
        else:
            got = [max(held[i], supply - (sum(demand) - demand[i])) for i in range(n)]
        for i, (agent, now) in enumerate(zip(problem.agents, got, strict=True)):
            if now > held[i]:
                payments[agent] += price * (now - held[i])
                history.append((price, agent, now - held[i]))
                held[i] = now
        if supply >= sum(value > price for own in problem.types for value in own):
            break
    return sold(
        setting,
        problem,
        _counts(problem, held),
        payments,
        algorithm="rising price",
        history=tuple(history),
    )


def _ordered(problem: Problem) -> list[tuple[Number, int]]:
    """The positive marginal values with their bidders, the largest first."""
    pairs = [(value, i) for i, own in enumerate(problem.types) for value in own if value > 0]
    return sorted(pairs, key=lambda pair: -pair[0])


def _counts(problem: Problem, counts: list[int]) -> Counts:
    pairs = zip(problem.agents, counts, strict=True)
    return FrozenMap((agent, count) for agent, count in pairs if count)


def _priced(setting: Any, problem: Problem, pay: Any, **details: Any) -> Outcome:
    """The largest marginal values win; `pay` says what a bidder pays for so many units."""
    _, choice = setting.most_welfare(problem)
    payments = {
        agent: pay(own, choice.get(agent, 0))
        for agent, own in zip(problem.agents, problem.types, strict=True)
    }
    return sold(setting, problem, choice, payments, algorithm="sorted marginal values", **details)
