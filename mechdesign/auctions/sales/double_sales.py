"""Double auctions: buyers and sellers of one unit each, and who brokers between them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar

from mechdesign.auctions.references import CHATTERJEE_SAMUELSON, GROVES, MCAFEE
from mechdesign.auctions.sales.sale_setting import Sale, clarke, sold, values_of
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Setting,
    Theorem,
    as_count,
    as_list,
    as_number,
    mechanism,
    number_in,
    ratio,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = [
    "DoubleAuction",
    "DoubleData",
    "double_auction",
    "double_vcg",
    "k_double",
    "mcafee",
    "trade_reduction",
]

Traders = tuple[Any, ...]


@serializable("auctions.DoubleData")
@dataclass(frozen=True)
class DoubleData:
    """The sides of a market.

    Parameters
    ----------
    sellers : frozenset of agents
        All others are buyers.
    """

    sellers: frozenset[Any]


@serializable("auctions.DoubleAuction")
@dataclass(frozen=True)
class DoubleAuction(Sale[Number, Traders]):
    """Buyers and sellers of one unit each: see :func:`double_auction`."""

    id: ClassVar[str] = "auctions.double_auction"
    data_kinds: ClassVar[tuple[type, ...]] = (DoubleData,)
    called: ClassVar[str] = "who trades"
    held: ClassVar[Callable[[Any], Any]] = tuple
    demanded: ClassVar[str] = "have as many buyers as sellers trade"

    def problem(self, data: Any, *, sellers: Any = None, **options: Any) -> Problem:
        """Read values and costs.

        Parameters
        ----------
        data : mapping or sequence of numbers
            What the unit is worth to each buyer; or a mapping with the keys ``buyers`` and
            ``sellers``.  Without names buyers are ``b0, b1, ...`` and sellers ``s0, s1, ...``.
        sellers : mapping or sequence of numbers
            What parting with the unit costs each seller.
        """
        if options:
            raise InvalidInputError("options", "be sellers", sorted(options))
        if sellers is None:
            if not isinstance(data, Mapping) or set(data) != {"buyers", "sellers"}:
                raise InvalidInputError("data", "have buyers and sellers, or sellers=", data)
            data, sellers = data["buyers"], data["sellers"]
        sides = [_named(data, "b", "buyers"), _named(sellers, "s", "sellers")]
        both = [name for name in sides[0] if name in sides[1]]
        if both:
            raise InvalidInputError("sellers", "have other names than the buyers", both[0])
        reports = sides[0] | sides[1]
        return Problem(
            tuple(reports),
            tuple(reports.values()),
            DoubleData(frozenset(sides[1])),
            reserve=(0,) * len(reports),
        )

    def worth(self, problem: Problem, agent: AgentId, own: Number, choice: Traders) -> Number:
        """The value of a buyer that trades, less the cost of a seller that does."""
        if agent not in choice:
            return 0
        return -own if agent in problem.data.sellers else own

    def most_welfare(self, problem: Problem) -> tuple[Number, Traders]:
        """The highest values trade with the lowest costs, while they gain."""
        buyers, sellers = sides_of_trade(problem)
        k = trades(buyers, sellers)
        gains: Number = sum(b - s for (b, _), (s, _) in zip(buyers[:k], sellers[:k], strict=True))
        return gains, traders(problem, buyers[:k], sellers[:k])

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice = outcome.choice
        if not isinstance(choice, tuple) or not set(choice) <= set(problem.agents):
            return False
        sold_by = sum(agent in problem.data.sellers for agent in choice)
        return len(set(choice)) == len(choice) == 2 * sold_by

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every choice of as many buyers as sellers."""
        sellers = [a for a in problem.agents if a in problem.data.sellers]
        buyers = [a for a in problem.agents if a not in problem.data.sellers]
        for k in range(min(len(sellers), len(buyers)) + 1):
            for some in itertools.combinations(buyers, k):
                for others in itertools.combinations(sellers, k):
                    yield Outcome.bare((*some, *others), problem, self)

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of values and costs out of a list.

        Parameters
        ----------
        agents, sellers : int
            How many in all, and how many of them sell, half of them by default.
        values : sequence of numbers
            Values and costs, 0, 1 and 2 by default.
        """
        values = values_of(scope, ["sellers"], (0, 1, 2))
        n = as_count(agents, "agents", low=1)
        m = as_count(scope.get("sellers", n // 2), "sellers", high=n)
        names = [*(f"b{k}" for k in range(n - m)), *(f"s{k}" for k in range(m))]
        data = DoubleData(frozenset(names[n - m :]))
        base = Problem(tuple(names), (values[0],) * n, data, reserve=(0,) * n)
        told = f"values and costs {', '.join(map(show, values))}, {m} of {n} agents sell"
        return Domain(self, base, (values,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for agents, sellers in ((2, 1), (3, 1), (4, 2)):
            yield self.domain(agents, sellers=sellers)


_SETTING = DoubleAuction()
_DOMINANT = {"strategyproofness": Theorem(MCAFEE, "truth is dominant")}


def double_auction() -> DoubleAuction:
    """Buyers and sellers of one unit each; a type is a value or a cost.

    A choice names who trades; what sellers pay is negative.

    Examples
    --------
    >>> problem = double_auction().problem({"ann": 9, "bob": 5}, sellers={"cy": 3})
    >>> problem.agents, problem.types
    (('ann', 'bob', 'cy'), (9, 5, 3))
    """
    return DoubleAuction()


@mechanism("auctions.mcafee", setting=_SETTING, reference=MCAFEE, claims=_DOMINANT)
def mcafee(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """McAfee's double auction: one price for all efficient trades, or the last trade is given up.

    The price is the mean of the first value and the first cost that do not trade, if the last pair
    that does accepts it; otherwise that pair does not trade, and its bids are the prices.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.mcafee([9, 8, 7, 4], sellers=[2, 3, 4, 5]).payments["b0"]
    Fraction(9, 2)
    >>> auctions.mcafee([9, 8, 7, 4], sellers=[2, 3, 4, 12]).details["trades"]
    2
    """
    buyers, sellers = sides_of_trade(problem)
    k = trades(buyers, sellers)
    if 0 < k < min(len(buyers), len(sellers)):
        price = ratio(buyers[k][0] + sellers[k][0], 2)
        if sellers[k - 1][0] <= price <= buyers[k - 1][0]:
            return _at(setting, problem, k, price, price)
    return trade_reduction.solve(problem)


@mechanism("auctions.trade_reduction", setting=_SETTING, reference=MCAFEE, claims=_DOMINANT)
def trade_reduction(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """All efficient trades but the last, at the prices of the pair that is left out.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.trade_reduction([9, 8, 7, 4], sellers=[2, 3, 4, 12]).details
    {'welfare': 12, 'trades': 2, 'revenue': 6}
    """
    buyers, sellers = sides_of_trade(problem)
    k = trades(buyers, sellers)
    if not k:
        return _at(setting, problem, 0, 0, 0)
    return _at(setting, problem, k - 1, buyers[k - 1][0], sellers[k - 1][0])


@mechanism(
    "auctions.double_vcg",
    setting=_SETTING,
    reference=GROVES,
    claims={"strategyproofness": Theorem(GROVES, "truth is dominant under VCG payments")},
)
def double_vcg(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """All efficient trades; everybody pays what its presence costs the others: at a deficit.

    Returns
    -------
    Outcome
        The revenue of its details is negative where the broker adds money.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.double_vcg([10], sellers=[4]).details["revenue"]
    -6
    """
    return clarke(setting, problem, algorithm="sorted values and costs")


@mechanism("auctions.k_double", reference=CHATTERJEE_SAMUELSON, setting=_SETTING)
def k_double(
    problem: Problem,
    *,
    setting: Setting | None = None,
    k: Annotated[Number, number_in(0, 1)] = Fraction(1, 2),
) -> Outcome:
    """All efficient trades at one price between the bounds at which the market clears.

    Parameters
    ----------
    k : number
        Where between the lowest price (0) and the highest (1); of one pair ``k b + (1 - k) s``.

    Examples
    --------
    >>> from mechdesign import auctions
    >>> auctions.k_double([10], sellers=[4], k=Fraction(1, 3)).payments
    {'b0': 6, 's0': -6}
    """
    buyers, sellers = sides_of_trade(problem)
    count = trades(buyers, sellers)
    if not count:
        return _at(setting, problem, 0, 0, 0)
    low = max([sellers[count - 1][0], *(b for b, _ in buyers[count : count + 1])])
    high = min([buyers[count - 1][0], *(s for s, _ in sellers[count : count + 1])])
    price = k * high + (1 - k) * low
    return _at(setting, problem, count, price, price)


def sides_of_trade(problem: Problem) -> tuple[list[Any], list[Any]]:
    """Pairs of value and buyer, the highest first, and of cost and seller, the lowest first."""
    pairs = list(zip(problem.types, problem.agents, strict=True))
    sellers = [pair for pair in pairs if pair[1] in problem.data.sellers]
    buyers = [pair for pair in pairs if pair[1] not in problem.data.sellers]
    return sorted(buyers, key=lambda p: -p[0]), sorted(sellers, key=lambda p: p[0])


def trades(buyers: list[Any], sellers: list[Any]) -> int:
    """How many pairs gain by trade, or lose nothing."""
    return sum(b >= s for (b, _), (s, _) in zip(buyers, sellers, strict=False))


def traders(problem: Problem, buyers: list[Any], sellers: list[Any]) -> Traders:
    """Who trades, in the order of the agents."""
    chosen = {agent for _, agent in (*buyers, *sellers)}
    return tuple(agent for agent in problem.agents if agent in chosen)


def _at(setting: Any, problem: Problem, k: int, paid: Number, got: Number) -> Outcome:
    """The first k pairs trade; buyers pay `paid`, sellers get `got`."""
    buyers, sellers = sides_of_trade(problem)
    payments: dict[Any, Number] = dict.fromkeys(problem.agents, 0)
    payments.update((agent, paid) for _, agent in buyers[:k])
    payments.update((agent, -got) for _, agent in sellers[:k])
    choice = traders(problem, buyers[:k], sellers[:k])
    return sold(setting, problem, choice, payments, algorithm="sorted values and costs", trades=k)


def _named(side: Any, letter: str, parameter: str) -> dict[Any, Number]:
    if isinstance(side, Mapping):
        pairs = side.items()
    else:
        pairs = {f"{letter}{k}": x for k, x in enumerate(as_list(side, parameter))}.items()
    return {name: as_number(x, f"{parameter}[{name!r}]", low=0) for name, x in pairs}
