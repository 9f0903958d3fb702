"""What auctions add to the command line."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable
from typing import Any

from mechdesign import auctions
from mechdesign.auctions.market.placements import MODELS, ORDERS, Content
from mechdesign.axioms import Audit, audit
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Number, Outcome, Problem, as_number, parse_number, split_names
from mechdesign.records import Shown

__all__ = ["AuctionReport", "demo", "simulate", "solve"]

MECHANISMS = {
    "vcg": auctions.content_vcg,
    "myerson": auctions.content_myerson,
    "skip_rendering": auctions.skip_rendering,
    "greedy": auctions.greedy,
    "local_search": auctions.local_search,
    "p_surrogate": auctions.p_surrogate,
    "mnl_value_order": auctions.mnl_value_order,
    "laddered": auctions.laddered,
}
#: What else is sold, with the rules that are compared.
SALES = {
    "bundles": "combinatorial_vcg,core_nearest",
    "units": "uniform_price,pay_as_bid,multi_unit_vickrey",
    "double": "mcafee,trade_reduction,double_vcg,k_double",
    "unit_demand": "lowest_prices,highest_prices",
}

#: What the other flags are where nobody gives them: they belong to placements.
PLACING = {
    "model": None,
    "order": None,
    "capacity": None,
    "objective": "welfare",
    "mechanism": None,
    "algorithm": "auto",
    "time_limit": None,
    "render": False,
}
#: What the columns of a sale are called; files without names would lose their first line.
COLUMNS = {"units": ["bidder"], "unit_demand": ["bidder"], "double": ["agent", "side", "value"]}


class AuctionReport(Shown):
    """An outcome as the command line shows it.

    Parameters
    ----------
    outcome : Outcome
        Of an auction in generated content.
    text : bool
        Whether to show the answer with its ads.
    """

    def __init__(self, outcome: Outcome, *, text: bool = False) -> None:
        self.outcome = outcome
        self.text = text

    @property
    def decisions(self) -> tuple[str, ...]:
        """Notes on how the instance was read, and the outcome computed."""
        read: tuple[str, ...] = self._problem().data.decisions
        return (*read, *self.outcome.provenance.decisions)

    def table(self) -> Table:
        """One row for each advertiser."""
        problem, outcome = self._problem(), self.outcome
        data: Content = problem.data
        clicks = outcome.details["clicks"]
        prices = outcome.details.get("per_click", {})
        rows = []
        for agent, ad in zip(problem.agents, problem.types, strict=True):
            place = outcome.choice.position_of(agent)
            rows.append(
                (
                    agent,
                    ad.value,
                    "" if place is None else data.positions[place],
                    clicks.get(agent, 0),
                    "" if outcome.payments is None else outcome.pay(agent),
                    prices.get(agent, ""),
                )
            )
        columns = ("advertiser", "value", "position", "clicks", "payment", "price per click")
        return Table(columns, rows, self._title())

    def to_dict(self) -> dict[str, Any]:
        """The outcome as plain data."""
        return self.outcome.to_dict()

    def __str__(self) -> str:
        parts = [self.table().to_text()]
        parts.append("payments are expected ones, per impression" if self.outcome.payments else "")
        if self.text:
            parts.append(auctions.render(self.outcome))
        return "\n\n".join(part for part in parts if part)

    def _title(self) -> str:
        details, how = self.outcome.details, self.outcome.provenance
        parts = [how.mechanism, f"welfare {float(details['welfare']):.6g}"]
        parts += [
            f"{name.replace('_', ' ')} {float(details[name]):.6g}"
            for name in ("revenue", "virtual_welfare", "certified_ratio")
            if name in details
        ]
        parts.append(f"{how.algorithm}, {'exact' if how.exact else 'floating point'}")
        return ", ".join(parts)

    def _problem(self) -> Problem:
        assert self.outcome.problem is not None
        return self.outcome.problem


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Any]:
    """Place sponsored creatives in generated content: who is shown where, and who pays what.

    The instance is a JSON file; mechdesign.auctions.read_instance documents its keys, and
    examples/data/auctions_travel_answer.json is one.  Or it is a table (.csv, .tsv, .xlsx) with a
    row for each advertiser: its name, its value (or bid), and its click-through rate at each
    position, which the column names.

    With --sale the file is another sale for money: bids for bundles (bidder, items, value), a
    table of marginal values of equal units or of items of which everybody wants one (the first
    column is called bidder), or buyers and sellers (agent, side, value).
    """
    _add_instance(parser)
    parser.add_argument("--sale", choices=tuple(SALES), help="what is sold, if not placements")
    parser.add_argument("--supply", type=int, help="for `units`: how many there are (1)")
    parser.add_argument("--rules", help="for --sale: comma-separated rules of it")
    parser.add_argument("--algorithm", default="auto", help="of the winner problem")
    parser.add_argument("--time-limit", type=float, metavar="SECONDS", help="for large cascades")
    parser.add_argument("--render", action="store_true", help="show the answer with its ads")
    return _solve


def _solve(args: argparse.Namespace) -> Any:
    if args.sale is None:
        for name in ("supply", "rules"):
            if getattr(args, name) is not None:
                raise InvalidInputError(f"--{name}", "come with --sale", getattr(args, name))
        return AuctionReport(_outcome(args), text=args.render)
    for name, usual in PLACING.items():
        if getattr(args, name) != usual:
            flag = f"--{name.replace('_', '-')}"
            raise InvalidInputError(flag, "be left out with --sale", getattr(args, name))
    if args.supply is not None and args.sale != "units":
        raise InvalidInputError("--supply", "be given for units", args.supply)
    rules = split_names(args.rules or SALES[args.sale])
    return auctions.compare_sales(_sale(args), rules)


def _sale(args: argparse.Namespace) -> Problem:
    """The sale that a file describes."""
    if args.sale == "bundles":
        return auctions.bundles().problem(args.instance)
    from mechdesign.io.score_tables import read_grid

    grid = read_grid(args.instance)
    head, wanted = [str(name).strip().lower() for name in grid.columns], COLUMNS[args.sale]
    if head[: len(wanted)] != wanted or (args.sale == "double" and len(head) != len(wanted)):
        first = "the columns" if len(wanted) > 1 else "as its first column"
        raise InvalidInputError("file", f"have {first} {', '.join(wanted)}", list(grid.columns))
    named: dict[Any, list[Any]] = {}
    for k, (agent, *cells) in enumerate(grid.rows):
        where = f"line {grid.lines[k]}" if grid.lines else f"row {k + 1}"
        if agent in named:
            raise InvalidInputError("file", f"name every agent once, not again in {where}", agent)
        named[agent] = [cell for cell in cells if args.sale != "units" or cell not in (None, "")]
        if args.sale == "double" and (len(cells) != 2 or cells[0] not in ("buyer", "seller")):
            raise InvalidInputError("file", f"have agent, buyer or seller, value in {where}", cells)
    if args.sale == "double":
        sides = {
            side: {who: _read(own[1], who) for who, own in named.items() if own[0] == side}
            for side in ("buyer", "seller")
        }
        return auctions.double_auction().problem(sides["buyer"], sellers=sides["seller"])
    rows = {who: [_read(cell, who) for cell in own] for who, own in named.items()}
    if args.sale == "units":
        return auctions.units().problem(rows, supply=args.supply)
    return auctions.unit_demand().problem(rows, items=grid.columns[1:])


def _read(cell: Any, who: Any) -> Number:
    if cell is None or cell == "":
        raise InvalidInputError("file", f"have numbers for {who}", cell)
    where = f"value of {who}"
    return parse_number(cell, where) if isinstance(cell, str) else as_number(cell, where)


def simulate(
    parser: argparse.ArgumentParser,
) -> Callable[[argparse.Namespace], auctions.Simulation]:
    """Let users read an answer with its ads and click.

    Shows realised against expected clicks and revenue.
    """
    _add_instance(parser)
    parser.add_argument("--users", type=int, default=10_000, help="how many users")
    parser.add_argument("--seed", type=int, default=0, help="of the users")
    return lambda args: auctions.simulate(_outcome(args), args.users, rng=args.seed)


def demo() -> list[tuple[str, Audit]]:
    """An audit of two auctions."""
    names = ["strategyproofness", "individual_rationality", "feasibility"]
    found = audit([auctions.gsp, auctions.vcg], names, agents=3, grid=4, slots=(2, 1))
    return [("Position auctions: the generalised second price against VCG", found)]


def _add_instance(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name an instance and a mechanism."""
    parser.add_argument("instance", help="a JSON file or a table of click-through rates")
    parser.add_argument("--model", choices=MODELS, help="how users click")
    parser.add_argument("--order", choices=ORDERS, help="rendering order of a cascade")
    parser.add_argument("--capacity", type=int, metavar="K", help="largest number of ads")
    parser.add_argument(
        "--objective", choices=("welfare", "revenue"), default="welfare", help="what to maximise"
    )
    parser.add_argument(
        "--mechanism",
        choices=tuple(MECHANISMS),
        help="by default vcg for welfare and myerson for revenue",
    )


def _outcome(args: argparse.Namespace) -> Outcome:
    """The outcome that the arguments ask for."""
    problem = auctions.read_instance(
        args.instance, model=args.model, order=args.order, capacity=args.capacity
    )
    name = args.mechanism or ("vcg" if args.objective == "welfare" else "myerson")
    if args.objective == "revenue" and name not in ("myerson", "skip_rendering"):
        raise InvalidInputError("--mechanism", "be myerson or skip_rendering for revenue", name)
    rule: Any = MECHANISMS[name]
    options = {
        "algorithm": getattr(args, "algorithm", "auto"),
        "time_limit": getattr(args, "time_limit", None),
        "objective": args.objective,
    }
    defaults = {"algorithm": "auto", "time_limit": None, "objective": "welfare"}
    known = inspect.signature(rule).parameters
    implied = {"objective"} if name == "myerson" else set()
    given = {k: v for k, v in options.items() if v != defaults[k] and k not in implied}
    for option in given:
        if option not in known:
            raise InvalidInputError(f"--{option.replace('_', '-')}", f"not be given for {name}", "")
    outcome: Outcome = rule(problem, **given)
    return outcome
