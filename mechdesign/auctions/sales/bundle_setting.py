"""The setting of combinatorial auctions: bids for bundles of items."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, ClassVar, Literal

from mechdesign.auctions.sales.bundle_winners import largest_packing
from mechdesign.auctions.sales.sale_setting import Sale, values_of
from mechdesign.errors import InvalidInputError, LimitReachedError, UndecidedError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    as_count,
    as_list,
    as_number,
    is_frame,
    parse_number,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Bundles", "BundlesData", "bundles"]

#: Pairs of a bundle, in the order of the items, and what is bid for it.
Bids = tuple[tuple[tuple[Any, ...], Number], ...]
Choice = FrozenMap[Any, tuple[Any, ...]]
_KEYS = {"bidder", "items", "value"}


@serializable("auctions.BundlesData")
@dataclass(frozen=True)
class BundlesData:
    """What a combinatorial auction sells.

    Parameters
    ----------
    items : tuple of labels
        One of each.
    language : {"xor", "or"}
        Whether a bidder gets at most one of its bids, or any that do not meet.
    """

    items: tuple[Any, ...]
    language: str = "xor"


@serializable("auctions.Bundles")
@dataclass(frozen=True)
class Bundles(Sale[Bids, Choice]):
    """Items are sold in bundles: see :func:`bundles`."""

    id: ClassVar[str] = "auctions.bundles"
    data_kinds: ClassVar[tuple[type, ...]] = (BundlesData,)
    called: ClassVar[str] = "bundles"
    demanded: ClassVar[str] = "give every item to one bidder at most"

    def problem(
        self,
        data: Any,
        *,
        items: Sequence[Any] | None = None,
        language: Literal["xor", "or"] = "xor",
        **options: Any,
    ) -> Problem:
        """Read bids.

        Parameters
        ----------
        data : mapping, sequence of rows, data frame or path
            For each bidder its bids: a mapping of bundles to values, or pairs of both.  A bundle
            is a tuple of items; one label is a bundle of one item.  Or rows ``{"bidder":,
            "items":, "value":}``.  A file holds such rows (.json, .yaml), or a table with these
            three columns, in which ``+`` stands between items.
        items : sequence of labels, optional
            What is sold, by default what somebody bids for, in the order of the bids.
        language : {"xor", "or"}
            Whether a bidder gets one of its bids at most, or any that do not meet.
        """
        if options:
            raise InvalidInputError("options", "be items and language", sorted(options))
        if language not in ("xor", "or"):
            raise InvalidInputError("language", "be 'xor' or 'or'", language)
        if isinstance(data, (str, PathLike)) or is_frame(data):
            data = _file(data)
        listed = _by_bidder(data)
        met = dict.fromkeys(x for own in listed.values() for bundle, _ in own for x in bundle)
        names = tuple(met) if items is None else tuple(as_list(items, "items"))
        if len(set(names)) != len(names):
            raise InvalidInputError("items", "be different names", names)
        place = {item: k for k, item in enumerate(names)}
        types = []
        for bidder, own in listed.items():
            where = f"bids of {show(bidder)}"
            unknown = [x for bundle, _ in own for x in bundle if x not in place]
            if unknown:
                raise InvalidInputError(where, "name items that are sold", unknown[0])
            bids = [(tuple(sorted(bundle, key=place.__getitem__)), v) for bundle, v in own]
            if len({bundle for bundle, _ in bids}) < len(bids):
                raise InvalidInputError(where, "name every bundle once", [b for b, _ in bids])
            types.append(tuple(bids))
        return Problem(
            tuple(listed), tuple(types), BundlesData(names, language), reserve=(0,) * len(types)
        )

    def check(self, problem: Problem) -> None:
        super().check(problem)
        sold = set(problem.data.items)
        for k, own in enumerate(problem.types):
            good = isinstance(own, tuple) and all(
                isinstance(bid, tuple) and len(bid) == 2 and isinstance(bid[0], tuple)
                for bid in own
            )
            if not good:
                raise InvalidInputError(f"types[{k}]", "be pairs of a bundle and a value", own)
            for bundle, value in own:
                as_number(value, f"types[{k}]", low=0)
                if not set(bundle) <= sold or not bundle:
                    raise InvalidInputError(f"types[{k}]", "bid for items that are sold", bundle)

    def worth(self, problem: Problem, agent: AgentId, own: Bids, choice: Choice) -> Number:
        """The best of the own bids within a bundle, or with ``or`` the best that do not meet."""
        have = frozenset(choice.get(agent, ()))
        inside = [(bundle, value) for bundle, value in own if have.issuperset(bundle)]
        if problem.data.language == "xor":
            return max((value for _, value in inside), default=0)
        return largest_packing([[one] for one in inside], tuple(have))[0]

    def most_welfare(
        self, problem: Problem, time_limit: float | None = None
    ) -> tuple[Number, Choice]:
        """The winners, proved.

        Raises
        ------
        UndecidedError
            If the proof needs more time than there is.
        """
        try:
            value, won = largest_packing(groups(problem), problem.data.items, time_limit=time_limit)
        except LimitReachedError as error:
            raise UndecidedError(str(error)) from None
        return value, given(problem, won)

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice = outcome.choice
        if not isinstance(choice, Mapping) or not set(choice) <= set(problem.agents):
            return False
        items = [x for bundle in choice.values() for x in bundle]
        return len(items) == len(set(items)) and set(items) <= set(problem.data.items)

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every way to give all items to bidders."""
        items, agents = problem.data.items, problem.agents
        for owners in itertools.product(agents, repeat=len(items)):
            choice: Choice = FrozenMap(
                (a, tuple(x for x, o in zip(items, owners, strict=True) if o == a)) for a in agents
            )
            yield Outcome.bare(choice, problem, self)

    def joined(self, problem: Problem, agent: AgentId, others: Any, outcome: Outcome) -> Number:
        """What a bidder has who bids under its own name and others and keeps what they win."""
        names = (agent, *others)
        have = tuple(x for name in names for x in outcome.choice.get(name, ()))
        choice: Choice = FrozenMap([(agent, have)])
        paid = sum(outcome.pay(name) for name in names)
        return self.worth(problem, agent, problem.type_of(agent), choice) - paid

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of bids for one bundle each.

        Parameters
        ----------
        agents : int
            How many bidders.
        items : int
            How many items, 2 by default.
        values : sequence of numbers
            What a bundle may be worth, 1 and 2 by default; a bidder may also bid nothing.
        """
        values = values_of(scope, ["items"], (1, 2))
        n = as_count(agents, "agents", low=1)
        m = as_count(scope.get("items", 2), "items", low=1, high=6)
        subsets = [s for k in range(m) for s in itertools.combinations(range(m), k + 1)]
        reports: tuple[Bids, ...] = ((), *(((s, v),) for s in subsets for v in values if v))
        data = BundlesData(tuple(range(m)))
        base = Problem(range(n), (reports[0],) * n, data, reserve=(0,) * n)
        told = f"bids for one of the bundles of {m} items, values {', '.join(map(show, values))}"
        return Domain(self, base, (reports,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for agents, m in ((1, 1), (2, 1), (2, 2), (3, 2)):
            yield self.domain(agents, items=m)

    def size(self, problem: Problem) -> int:
        return len(problem.data.items)

    def say_report(self, report: Bids) -> str:
        return " | ".join(f"{'+'.join(map(show, b))}: {show(v)}" for b, v in report) or "nothing"


def bundles() -> Bundles:
    """Combinatorial auctions: bids for bundles, free disposal, one of each item.

    A type is a tuple of pairs of a bundle and its value, a choice maps the bidders to their items.

    Examples
    --------
    >>> problem = bundles().problem({"both": {("a", "b"): 10}, "one": {"a": 8}})
    >>> problem.types, problem.data.items
    ((((('a', 'b'), 10),), ((('a',), 8),)), ('a', 'b'))
    """
    return Bundles()


def groups(problem: Problem) -> list[list[Any]]:
    """The bids, grouped so that one of a group wins at most."""
    if problem.data.language == "xor":
        return [list(own) for own in problem.types]
    return [[bid] for own in problem.types for bid in own]


def given(problem: Problem, won: Sequence[tuple[int, Any]]) -> Choice:
    """Who gets which items, from pairs of a group and the bid of it that wins."""
    owner = list(range(len(problem)))
    if problem.data.language == "or":
        owner = [i for i, own in enumerate(problem.types) for _ in own]
    have: dict[Any, list[Any]] = {}
    for k, (bundle, _) in won:
        have.setdefault(problem.agents[owner[k]], []).extend(bundle)
    order = {item: k for k, item in enumerate(problem.data.items)}
    return FrozenMap(
        (agent, tuple(sorted(have[agent], key=order.__getitem__)))
        for agent in problem.agents
        if agent in have
    )


def _by_bidder(data: Any) -> dict[Any, list[tuple[tuple[Any, ...], Number]]]:
    rows: list[tuple[Any, Any, Any]] = []
    bidders: list[Any] = []
    if isinstance(data, Mapping):
        for bidder, own in data.items():
            bidders.append(bidder)
            for pair in own.items() if isinstance(own, Mapping) else as_list(own, "bids"):
                if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                    raise InvalidInputError(
                        f"bids of {show(bidder)}", "be pairs of bundle and value", pair
                    )
                rows.append((bidder, *pair))
    else:
        for k, row in enumerate(as_list(data, "data")):
            if not isinstance(row, Mapping) or set(row) != _KEYS:
                raise InvalidInputError(f"data[{k}]", "have bidder, items and value", row)
            rows.append((row["bidder"], row["items"], row["value"]))
    found: dict[Any, list[tuple[tuple[Any, ...], Number]]] = {b: [] for b in bidders}
    for bidder, bundle, value in rows:
        where = f"bids of {show(bidder)}"
        named = tuple(bundle) if isinstance(bundle, (tuple, list, set, frozenset)) else (bundle,)
        if not named or len(set(named)) < len(named) or "" in named:
            raise InvalidInputError(where, "be for different items, at least one", bundle)
        amount = (
            parse_number(value, where) if isinstance(value, str) else as_number(value, where, low=0)
        )
        if amount < 0:
            raise InvalidInputError(where, "be at least 0", value)
        found.setdefault(bidder, []).append((named, amount))
    if not found:
        raise InvalidInputError("data", "have at least one bidder", data)
    return found


def _file(path: Any) -> Any:
    """Rows of a file or of a data frame."""
    from mechdesign.io.files import as_path
    from mechdesign.io.score_tables import read_frame, read_grid

    if is_frame(path):
        grid = read_frame(path)
    elif as_path(path).suffix.lower() in (".json", ".yaml", ".yml"):
        from mechdesign.io.documents import read_document

        return read_document(path)
    else:
        grid = read_grid(path)
    names = [str(name).strip().lower() for name in grid.columns]
    if set(names) != _KEYS or len(names) != 3:
        raise InvalidInputError("file", "have the columns bidder, items and value", names)
    rows = [dict(zip(names, row, strict=True)) for row in grid.rows]
    for k, row in enumerate(rows):
        where = f"line {grid.lines[k]}" if grid.lines else f"row {k + 1}"
        if any(cell is None or str(cell).strip() == "" for cell in row.values()):
            raise InvalidInputError("file", f"have no empty cell in {where}", list(row.values()))
        row["items"] = [part.strip() for part in str(row["items"]).split("+")]
    return rows
