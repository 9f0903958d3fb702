"""Customers who need things, businesses that sell them, and proposals in the order they arrive."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import field
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.documents import read_document
from mechdesign.model import FrozenMap, Number, as_number, ratio, serializable, tidy
from mechdesign.records import dataclass

__all__ = ["Business", "Customer", "Proposal", "TwoSidedMarket", "read_market"]


@serializable("games.Customer")
@dataclass(frozen=True)
class Customer:
    """Who buys.

    Parameters
    ----------
    name : str
        A name of its own.
    needs, amenities : tuple of str
        All of them must be there.
    willingness : number
        What it pays at most for what it needs.
    """

    name: str
    needs: tuple[str, ...]
    amenities: tuple[str, ...]
    willingness: Number


@serializable("games.Business")
@dataclass(frozen=True)
class Business:
    """Who sells.

    Parameters
    ----------
    name : str
        A name of its own.
    menu : mapping of str to number
        Prices of items.
    amenities : tuple of str
        What else there is.
    """

    name: str
    menu: Mapping[str, Number]
    amenities: tuple[str, ...] = ()


@serializable("games.Proposal")
@dataclass(frozen=True)
class Proposal:
    """What a business offers to a customer.

    Parameters
    ----------
    customer, business : str
        Names.
    items : tuple of str
        What is offered.
    price : number
        For all of it.
    """

    customer: str
    business: str
    items: tuple[str, ...]
    price: Number


@serializable("games.TwoSidedMarket")
@dataclass(frozen=True)
class TwoSidedMarket:
    """A market in which customers search.

    A customer who takes a proposal gets its willingness to pay less the price where the proposal is
    feasible: all needed items are in it, and the business has all amenities asked for.  Where it is
    not, the customer loses the price.  Welfare is the sum over customers.

    Parameters
    ----------
    customers, businesses : tuple of Customer, tuple of Business
        Both sides.
    proposals : tuple of Proposal
        In the order of their arrival.
    decisions : tuple of str
        What had to be decided when it was read.

    Examples
    --------
    >>> market = read_market({
    ...     "customers": {"ann": {"needs": ["soup"], "amenities": ["terrace"], "willingness": 10}},
    ...     "businesses": {"inn": {"menu": {"soup": 4}, "amenities": ["terrace"]},
    ...                    "bar": {"menu": {"soup": 3}}}})
    >>> market.optimal_welfare(), market.menu_welfare()
    (6, -3)
    """

    customers: tuple[Customer, ...]
    businesses: tuple[Business, ...]
    proposals: tuple[Proposal, ...] = ()
    decisions: tuple[str, ...] = field(default=(), compare=False)

    def customer(self, name: str) -> Customer:
        """The customer of a name."""
        found: Customer = _named(self.customers, name, "customer")
        return found

    def business(self, name: str) -> Business:
        """The business of a name."""
        found: Business = _named(self.businesses, name, "business")
        return found

    def utility(self, proposal: Proposal) -> Number:
        """What taking a proposal is worth to its customer."""
        who, where = self.customer(proposal.customer), self.business(proposal.business)
        fits = {*who.needs} <= {*proposal.items} and {*who.amenities} <= {*where.amenities}
        return (who.willingness if fits else 0) - proposal.price

    def menu_proposal(self, customer: Customer, business: Business) -> Proposal | None:
        """What the customer needs at the prices of the menu; None where an item is missing."""
        if not {*customer.needs} <= {*business.menu}:
            return None
        price = sum(business.menu[item] for item in customer.needs)
        return Proposal(customer.name, business.name, customer.needs, price)

    def menu_proposals(self) -> tuple[Proposal, ...]:
        """Those of all businesses to all customers, in the order of the businesses."""
        made = (self.menu_proposal(c, b) for c in self.customers for b in self.businesses)
        return tuple(one for one in made if one is not None)

    def optimal_welfare(self) -> Number:
        """The welfare where every customer takes the cheapest feasible menu, if it pays."""
        return self._welfare(lambda offers: max([0, *map(self.utility, offers)]))

    def menu_welfare(self) -> Number:
        """The welfare where every customer takes the cheapest menu that has what it needs.

        Amenities are not looked at, so that a choice may be a loss.
        """
        return self._welfare(
            lambda offers: self.utility(min(offers, key=lambda p: p.price)) if offers else 0
        )

    def _welfare(self, choose: Any) -> Number:
        listed = self.menu_proposals()
        found = [choose([p for p in listed if p.customer == c.name]) for c in self.customers]
        return tidy(sum(found))

    def arrived(self, customer: str) -> tuple[Proposal, ...]:
        """The proposals to a customer in their order; those of the menus where none is listed."""
        listed = self.proposals or self.menu_proposals()
        return tuple(p for p in listed if p.customer == customer)

    def consideration_curve(self) -> tuple[Number, ...]:
        """The welfare where every customer takes the best of its first 1, 2, ... proposals.

        As a share of that of the best of all proposals; a proposal that is a loss is not taken.

        Raises
        ------
        InvalidInputError
            If no proposal is worth taking.
        """
        worth = [[self.utility(p) for p in self.arrived(c.name)] for c in self.customers]
        sizes = range(1, max(map(len, worth), default=0) + 1)
        sums = [sum(max([0, *own[:k]]) for own in worth) for k in sizes]
        if not sums or not sums[-1]:
            told = "have a proposal that is worth taking"
            raise InvalidInputError("proposals", told, len(self.proposals))
        return tuple(ratio(total, sums[-1]) for total in sums)

    def preference_lists(self) -> tuple[dict[str, list[list[str]]], dict[str, list[list[str]]]]:
        """Lists and priorities as :func:`mechdesign.allocation.deferred_acceptance` reads them.

        Customers rank businesses whose menus are worth taking; businesses rank those customers by
        what they pay.  The stable matching is a benchmark where a business can serve one.
        """
        offers = [p for p in self.menu_proposals() if self.utility(p) >= 0]
        mine = {
            c.name: _tiers({p.business: self.utility(p) for p in offers if p.customer == c.name})
            for c in self.customers
        }
        yours = {
            b.name: _tiers({p.customer: p.price for p in offers if p.business == b.name})
            for b in self.businesses
        }
        return mine, yours

    def values(self) -> dict[str, list[Number]]:
        """What the menu of each business is worth to each customer, at least 0.

        As :func:`mechdesign.auctions.lowest_prices` reads values, with the businesses as `items`:
        the best assignment where each can serve one.
        """
        worth = {(p.customer, p.business): self.utility(p) for p in self.menu_proposals()}
        return {
            c.name: [max(0, worth.get((c.name, b.name), 0)) for b in self.businesses]
            for c in self.customers
        }


def _tiers(worth: Mapping[str, Number]) -> list[list[str]]:
    levels = sorted(set(worth.values()), reverse=True)
    return [[name for name, v in worth.items() if v == level] for level in levels]


def _named(several: Sequence[Any], name: Hashable, parameter: str) -> Any:
    for one in several:
        if one.name == name:
            return one
    raise InvalidInputError(parameter, "be in the market", name)


def read_market(data: str | PathLike[str] | Mapping[str, object]) -> TwoSidedMarket:
    """A market from JSON or YAML, or from plain data.

    Parameters
    ----------
    data : path or mapping
        ``customers`` and ``businesses`` by name, and perhaps ``proposals``, a list in the order of
        arrival with ``customer``, ``business``, ``price`` and perhaps ``items`` (by default what
        the customer needs).  A customer has ``needs``, perhaps ``amenities``, and ``willingness``:
        a number, or expected prices of its needs, of whose sum it would pay twice as much.  A
        business has a ``menu`` of prices and perhaps ``amenities``.

    Raises
    ------
    InvalidInputError
        Naming the entry that is wrong, or a word that is not known.

    Examples
    --------
    >>> market = read_market({
    ...     "customers": {"ann": {"needs": ["soup"], "willingness": 9}},
    ...     "businesses": {"inn": {"menu": {"soup": 5}}},
    ... })
    >>> len(market.customers)
    1
    """
    told = data if isinstance(data, Mapping) else read_document(data)
    content = _words(told, "market", ("customers", "businesses"), ("proposals",))
    customers, businesses = [], []
    for name, one in _entries(content["customers"], "customers"):
        where = f"customers[{name!r}]"
        found = _words(one, where, ("needs", "willingness"), ("amenities",))
        needs = _texts(found["needs"], f"{where}.needs")
        worth = found["willingness"]
        if isinstance(worth, Mapping):
            if {*worth} != {*needs}:
                raise InvalidInputError(f"{where}.willingness", f"name {needs}", sorted(worth))
            worth = 2 * sum(as_number(v, f"{where}.willingness", low=0) for v in worth.values())
        most = as_number(worth, f"{where}.willingness", low=0)
        wants = _texts(found.get("amenities", ()), f"{where}.amenities")
        customers.append(Customer(name, needs, wants, most))
    for name, one in _entries(content["businesses"], "businesses"):
        where = f"businesses[{name!r}]"
        found = _words(one, where, ("menu",), ("amenities",))
        menu = {
            item: as_number(v, f"{where}.menu[{item!r}]", low=0)
            for item, v in _entries(found["menu"], f"{where}.menu")
        }
        has = _texts(found.get("amenities", ()), f"{where}.amenities")
        businesses.append(Business(name, FrozenMap(menu), has))
    market = TwoSidedMarket(tuple(customers), tuple(businesses))
    listed = content.get("proposals", [])
    if not isinstance(listed, (list, tuple)):
        raise InvalidInputError("proposals", "be a list in the order of arrival", listed)
    proposals = []
    for k, one in enumerate(listed):
        where = f"proposals[{k}]"
        found = _words(one, where, ("customer", "business", "price"), ("items",))
        who = market.customer(found["customer"])
        market.business(found["business"])
        items = _texts(found.get("items", who.needs), f"{where}.items")
        price = as_number(found["price"], f"{where}.price", low=0)
        proposals.append(Proposal(who.name, found["business"], items, price))
    without = [c.name for c in customers if c.name not in {p.customer for p in proposals}]
    notes = []
    if proposals and without:
        notes.append(f"no proposals arrive at {', '.join(without)}")
    sold = {item for one in businesses for item in one.menu}
    unsold = dict.fromkeys(item for c in customers for item in c.needs if item not in sold)
    if unsold:
        notes.append(f"on no menu: {', '.join(unsold)}")
    for one in proposals:
        off = [item for item in one.items if item not in market.business(one.business).menu]
        if off:
            notes.append(f"not on the menu of {one.business}: {', '.join(off)}")
    return TwoSidedMarket(
        tuple(customers), tuple(businesses), tuple(proposals), tuple(dict.fromkeys(notes))
    )


def _words(
    data: object, where: str, needed: Sequence[str], allowed: Sequence[str]
) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise InvalidInputError(where, "be an object", data)
    unknown = sorted(str(word) for word in data if word not in (*needed, *allowed))
    if unknown or not {*needed} <= {*data}:
        raise InvalidInputError(where, f"have {', '.join(needed)} and no other words", [*data])
    return data


def _entries(data: object, where: str) -> list[tuple[str, Any]]:
    if not isinstance(data, Mapping) or not all(isinstance(name, str) for name in data):
        raise InvalidInputError(where, "be an object by name", data)
    return list(data.items())


def _texts(data: object, where: str) -> tuple[str, ...]:
    if not isinstance(data, (list, tuple)) or not all(isinstance(x, str) for x in data):
        raise InvalidInputError(where, "be a list of texts", data)
    if len({*data}) < len(data):
        raise InvalidInputError(where, "name each once", data)
    return tuple(data)
