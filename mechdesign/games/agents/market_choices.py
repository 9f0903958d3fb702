"""Choices among proposals in the order of their arrival, and what the first place is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError, require
from mechdesign.games.agents.protocol import Environment, History
from mechdesign.games.agents.search_market import Proposal, TwoSidedMarket
from mechdesign.model import (
    FrozenMap,
    Number,
    Reference,
    as_count,
    as_list,
    as_number,
    as_numbers,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["MarketGame", "PositionEffect", "SeenChoice", "choice_chances", "first_proposal_bias"]

NOTHING = "none"
#: A coefficient beyond which no choice is in doubt any more.
_SEPARATED = 40.0
#: Numbers in one array of the fits.
_CELLS = 1_000_000

MCFADDEN = Reference(
    "mcfadden1974",
    "McFadden, D.",
    "Conditional logit analysis of qualitative choice behavior",
    1974,
    "Frontiers in Econometrics (P. Zarembka, ed.), Academic Press",
)


@dataclass(frozen=True)
class SeenChoice:
    """One choice among proposals.

    Parameters
    ----------
    options : tuple of labels
        In the order of arrival.
    utilities : tuple of numbers
        Of each option, the place left aside.
    chosen : int or None
        Place of the chosen option, from 0; None where nothing was chosen.
    """

    options: tuple[Any, ...]
    utilities: tuple[Number, ...]
    chosen: int | None

    def __post_init__(self) -> None:
        if len(self.options) != len(self.utilities) or not self.options:
            told = "be one for each option"
            raise InvalidInputError("utilities", told, self.utilities, owner="SeenChoice")
        as_numbers(self.utilities, "utilities", owner="SeenChoice")
        if self.chosen is not None:
            as_count(self.chosen, "chosen", high=len(self.options) - 1, owner="SeenChoice")


@serializable("games.MarketGame")
@dataclass(frozen=True)
class MarketGame(Environment):
    """Customers choose among proposals at the same time; businesses may set discounts before.

    A customer's move is the business of a proposal, or ``none``; a business's is a percentage off
    all its proposals.  Customers are paid as in :class:`TwoSidedMarket`, businesses what is paid.

    Parameters
    ----------
    market : TwoSidedMarket
        The two sides.
    order : {"random", "given"}
        Of the arrival of proposals at each customer.
    discounts : sequence of whole numbers in [0, 100]
        What businesses choose from; without any they have no seat.

    Examples
    --------
    >>> from mechdesign.games import read_market
    >>> market = read_market({
    ...     "customers": {"ann": {"needs": ["soup"], "willingness": 10}},
    ...     "businesses": {"inn": {"menu": {"soup": 4}}, "bar": {"menu": {"soup": 3}}}})
    >>> game = MarketGame(market, order="given")
    >>> game.legal(None, (), 0), game.payoffs(None, (("bar",),)), game.best_total(None)
    (('inn', 'bar', 'none'), (7,), 7)
    """

    market: TwoSidedMarket
    order: str = "random"
    discounts: Sequence[int] = ()

    def __post_init__(self) -> None:
        require(self.market, TwoSidedMarket, "market")
        if self.order not in ("random", "given"):
            raise InvalidInputError("order", "be random or given", self.order)
        cuts = [as_count(d, "discounts", high=100) for d in as_list(self.discounts, "discounts")]
        object.__setattr__(self, "discounts", tuple(cuts))
        names = [c.name for c in self.market.customers]
        names += [b.name for b in self.market.businesses] if cuts else []
        if not names or len(set(names)) < len(names) or NOTHING in names:
            told = "have customers, and other names for businesses, none of them `none`"
            raise InvalidInputError("market", told, names, owner="MarketGame")
        for name in names[: len(self.market.customers)]:
            offers = [p.business for p in self.market.arrived(name)]
            if len(set(offers)) < len(offers):
                told = f"have one proposal of each business to {name}"
                raise InvalidInputError("market", told, offers, owner="MarketGame")
        object.__setattr__(self, "_roles", tuple(names))

    @property
    def name(self) -> str:
        return "market"

    @property
    def roles(self) -> tuple[str, ...]:
        roles: tuple[str, ...] = vars(self)["_roles"]
        return roles

    def nature(self, rng: np.random.Generator) -> Any:
        if self.order == "given":
            return None
        sizes = [len(self.market.arrived(c.name)) for c in self.market.customers]
        return tuple(tuple(int(k) for k in rng.permutation(size)) for size in sizes)

    def movers(self, nature: Any, history: History) -> tuple[int, ...]:
        customers, seats = len(self.market.customers), len(self.roles)
        steps = [range(customers, seats)] if self.discounts else []
        steps.append(range(customers))
        return tuple(steps[len(history)]) if len(history) < len(steps) else ()

    def arrived(self, nature: Any, history: History, seat: int) -> tuple[Proposal, ...]:
        """The proposals to a customer in the order of their arrival, discounts taken off."""
        offers = self.market.arrived(self.roles[seat])
        if nature is not None:
            offers = tuple(offers[k] for k in nature[seat])
        if not self.discounts or not history:
            return offers
        cut = dict(zip(self.roles, history[0], strict=True))
        return tuple(
            Proposal(p.customer, p.business, p.items, p.price * _left(cut[p.business]))
            for p in offers
        )

    def legal(self, nature: Any, history: History, seat: int) -> tuple[Any, ...]:
        if seat >= len(self.market.customers):
            return tuple(self.discounts)
        return (*(p.business for p in self.arrived(nature, history, seat)), NOTHING)

    def payoffs(self, nature: Any, history: History) -> tuple[Number, ...]:
        found: dict[str, Number] = dict.fromkeys(self.roles, 0)
        if len(history) == 1 + bool(self.discounts):
            for seat, customer in enumerate(self.market.customers):
                for p in self.arrived(nature, history, seat):
                    if p.business == history[-1][seat]:
                        found[customer.name] += self.market.utility(p)
                        if self.discounts:
                            found[p.business] += p.price
        return tuple(found.values())

    def told(self, nature: Any, history: History, seat: int) -> Any:
        if seat >= len(self.market.customers):
            business = self.market.business(self.roles[seat])
            return {"menu": business.menu, "amenities": business.amenities}
        who = self.market.customers[seat]
        return {
            "needs": who.needs,
            "amenities": who.amenities,
            "willingness": who.willingness,
            "proposals": tuple(
                FrozenMap(
                    business=p.business,
                    items=p.items,
                    price=p.price,
                    amenities=self.market.business(p.business).amenities,
                )
                for p in self.arrived(nature, history, seat)
            ),
        }

    def best_total(self, nature: Any) -> Number:
        # Prices go from one seat to another where businesses have seats.
        total: Number = 0
        for customer in self.market.customers:
            offers = self.market.arrived(customer.name)
            paid = [p.price if self.discounts else 0 for p in offers]
            worth = [self.market.utility(p) + x for p, x in zip(offers, paid, strict=True)]
            total += max([0, *worth])
        return total

    def choices(self, nature: Any, history: History) -> dict[int, SeenChoice]:
        """What each customer saw and chose, by seat."""
        found = {}
        for seat in range(len(self.market.customers) if not self.movers(nature, history) else 0):
            offers = self.arrived(nature, history, seat)
            names = tuple(p.business for p in offers)
            move = history[-1][seat]
            place = None if move == NOTHING else names.index(move)
            if offers:
                worth = tuple(self.market.utility(p) for p in offers)
                found[seat] = SeenChoice(names, worth, place)
        return found


def _left(percent: int) -> Fraction:
    return Fraction(100 - percent, 100)


def choice_chances(
    utilities: Sequence[Number], bonus: Number = 0, scale: Number = 1
) -> tuple[float, ...]:
    """How likely each option is chosen by a logit chooser who adds a bonus to the first.

    Parameters
    ----------
    utilities : sequence of numbers
        In the order of arrival.
    bonus, scale : number
        What the first place adds, and what utilities are multiplied by.

    Examples
    --------
    >>> round(choice_chances([5, 5, 5], bonus=math.log(10))[0], 4)
    0.8333
    """
    listed = as_numbers(utilities, "utilities")
    if not listed:
        raise InvalidInputError("utilities", "be some", utilities)
    slope, extra = as_number(scale, "scale"), as_number(bonus, "bonus")
    values = np.array([float(slope * u) for u in listed])
    values[0] += float(extra)
    weights = np.exp(values - values.max())
    return tuple((weights / weights.sum()).tolist())


@dataclass(frozen=True)
class PositionEffect:
    """What arriving first adds to a proposal.

    Parameters
    ----------
    coefficient : float
        The position term of the conditional logit: the log of how many times likelier the first
        proposal is chosen than the same one later.  Infinite where only first or no first ones were
        chosen.
    error : float
        Its standard error; infinite where it is not determined.
    scale : float
        The coefficient of utilities; 0 where they never differ.
    first : Fraction
        The share of choices in which the first proposal was taken.
    matched : Fraction or None
        The same proposals in other orders: by how much likelier an option is chosen where it comes
        first, weighted as Mantel and Haenszel do; None where no option was seen in both places.
    choices, without : int
        How many were used, and how many were left out because nothing was chosen or there was one
        proposal only.
    """

    coefficient: float
    error: float
    scale: float
    first: Fraction
    matched: Fraction | None
    choices: int
    without: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The interval of the coefficient from its standard error."""
        from statistics import NormalDist

        chance = float(as_number(level, "level"))
        if not 0 < chance < 1:
            raise InvalidInputError("level", "lie strictly between 0 and 1", level)
        if not math.isfinite(self.error):
            return -math.inf, math.inf
        reach = NormalDist().inv_cdf((1 + chance) / 2) * self.error
        return self.coefficient - reach, self.coefficient + reach

    def __str__(self) -> str:
        low, high = self.interval()
        lines = [
            f"first proposal taken in {show(float(self.first))} of {self.choices} choices",
            f"logit bonus of the first place {show(self.coefficient)} [{show(low)}, {show(high)}]",
        ]
        if self.matched is not None:
            lines.append(f"same proposals in other orders: {show(float(self.matched))} likelier")
        return "\n".join(lines)


def first_proposal_bias(choices: Iterable[SeenChoice]) -> PositionEffect:
    """How much likelier a proposal is chosen because it arrives first.

    Parameters
    ----------
    choices : iterable of SeenChoice
        Those of which nothing was chosen, or with one option, are counted and left out.

    Returns
    -------
    PositionEffect
        By a conditional logit with a term for the first place, and by the matched design, which
        compares options with themselves only.

    Raises
    ------
    InvalidInputError
        If no choice is left.

    Notes
    -----
    Newton's method on a concave likelihood in two coefficients; the matched design counts exactly.

    References
    ----------
    McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. In P. Zarembka
    (ed.), Frontiers in Econometrics.

    Examples
    --------
    >>> seen = [SeenChoice(("a", "b"), (1, 1), 0)] * 3 + [SeenChoice(("b", "a"), (1, 1), 1)]
    >>> found = first_proposal_bias(seen)
    >>> round(found.coefficient, 6) == round(math.log(3), 6), found.matched
    (True, Fraction(0, 1))
    """
    listed = as_list(choices, "choices")
    for k, one in enumerate(listed):
        require(one, SeenChoice, f"choices[{k}]")
    used = [c for c in listed if c.chosen is not None and len(c.options) > 1]
    if not used:
        raise InvalidInputError("choices", "have one among several options", len(listed))
    first = sum(c.chosen == 0 for c in used)
    fits = fit_positions(*stacked(used), np.ones((1, len(used))))
    coefficient, error, scale = (float(one[0]) for one in fits)
    share = Fraction(first, len(used))
    matched = _matched(used)
    return PositionEffect(
        coefficient, error, scale, share, matched, len(used), len(listed) - len(used)
    )


def stacked(used: Sequence[SeenChoice]) -> tuple[FloatArray, Any]:
    """Utilities less that of the chosen option, in rows with nan behind the last one; and places.

    Only differences within a choice matter, and the chosen one's are zero.
    """
    width = max(len(c.options) for c in used)
    table = np.full((len(used), width), np.nan)
    for row, c in zip(table, used, strict=True):
        assert c.chosen is not None
        row[: len(c.options)] = [float(u - c.utilities[c.chosen]) for u in c.utilities]
    return table, np.array([c.chosen for c in used])


def fit_positions(
    table: FloatArray, chosen: Any, weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Position terms, their standard errors and coefficients of utilities, one for each weighting.

    Parameters
    ----------
    table, chosen : arrays of shape (choices, places), (choices,)
        See :func:`stacked`.
    weights : array of shape (fits, choices)
        How often each choice counts.
    """
    # Choices that are alike are put together.
    plain = np.where(np.isnan(table), np.inf, table)
    keys = np.column_stack([plain, chosen])
    _, kept, groups = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    counts = np.zeros((len(weights), len(kept)))
    for k, group in enumerate(groups.ravel()):
        counts[:, group] += weights[:, k]
    table, first = table[kept], chosen[kept] == 0
    here = ~np.isnan(table)
    spread = float(np.nanmax(np.abs(table))) or 1.0
    x = np.where(here, table, 0) / spread
    place = np.zeros_like(x)
    place[:, 0] = 1
    place -= first[:, None]
    design = np.stack([place, x] if x.any() else [place], axis=2)
    rows = max(1, _CELLS // max(1, table.size))
    parts = [_newton(design, here, counts[k : k + rows]) for k in range(0, len(counts), rows)]
    beta, errors = (np.concatenate(one) for one in zip(*parts, strict=True))
    scales = beta[:, 1] / spread if beta.shape[1] > 1 else np.zeros(len(beta))
    # Only first ones, or none of them: no finite coefficient is best.
    taken, total = counts[:, first].sum(axis=1), counts.sum(axis=1)
    beta[taken == 0, 0], beta[taken == total, 0] = -np.inf, np.inf
    never = (taken == 0) | (taken == total)
    return beta[:, 0], np.where(never, np.inf, errors), np.where(never, 0.0, scales)


def _newton(design: Any, here: Any, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coefficients by Newton's method with steps of at most 2, and errors of the first ones."""
    size = design.shape[2]
    beta = np.zeros((len(counts), size))
    for _ in range(100):
        values = np.where(here, np.einsum("njk,bk->bnj", design, beta), -np.inf)
        chances = np.exp(values - values.max(axis=2, keepdims=True))
        chances /= chances.sum(axis=2, keepdims=True)
        mean = np.einsum("bnj,njk->bnk", chances, design)
        weighted = counts[:, :, None] * chances
        square = np.einsum("bnj,njk,njl->bkl", weighted, design, design, optimize=True)
        information = square - np.einsum("bn,bnk,bnl->bkl", counts, mean, mean, optimize=True)
        gradient = -np.einsum("bn,bnk->bk", counts, mean)
        trace = np.trace(information, axis1=1, axis2=2)
        ridge = np.maximum(1e-12 * trace, 1e-300)[:, None, None] * np.eye(size)
        step = np.linalg.solve(information + ridge, gradient[:, :, None])[:, :, 0]
        step /= np.maximum(1.0, np.abs(step).max(axis=1, keepdims=True) / 2)
        going = np.abs(beta).max(axis=1) <= _SEPARATED
        beta = beta + step * going[:, None]
        if float(np.abs(step[going]).max(initial=0)) < 1e-9:
            break
    errors = np.full(len(counts), np.inf)
    for k in np.flatnonzero(going):
        # Utilities and places may separate the choices.
        if np.linalg.cond(information[k]) < 1e12:
            errors[k] = np.sqrt(np.linalg.inv(information[k])[0, 0])
    return beta, errors


def _matched(used: Sequence[SeenChoice]) -> Fraction | None:
    counts: dict[Any, list[int]] = {}
    for c in used:
        alike = frozenset(zip(c.options, c.utilities, strict=True))
        for k, option in enumerate(c.options):
            seen = counts.setdefault((alike, option), [0, 0, 0, 0])
            seen[2 * (k > 0)] += 1
            seen[2 * (k > 0) + 1] += k == c.chosen
    gains, weights = Fraction(0), Fraction(0)
    for n1, c1, n0, c0 in counts.values():
        if n1 and n0:
            weight = Fraction(n1 * n0, n1 + n0)
            gains += weight * (Fraction(c1, n1) - Fraction(c0, n0))
            weights += weight
    return gains / weights if weights else None
