"""What allocation adds to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mechdesign import allocation
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import show, split_names

__all__ = ["solve"]

_KINDS = ("stable", "school", "objects", "goods", "exchange")
_RULES = {
    "stable": "deferred_acceptance",
    "school": "boston,deferred_acceptance,top_trading_cycles",
    "objects": "top_trading_cycles",
    "goods": "round_robin,envy_cycles,max_nash_welfare,leximin",
}
_DEFERRED = ("deferred_acceptance", "da")
#: Which flags each kind looks at; others are refused rather than left aside.
_FLAGS = {
    "stable": ("mechanism", "capacities", "proposing", "demand", "all"),
    "school": ("mechanism", "capacities", "proposing", "demand"),
    "objects": ("mechanism", "capacities", "proposing", "demand"),
    "goods": ("mechanism", "demand"),
    "exchange": ("cycles", "chains"),
}
_USUAL = {"cycles": 3, "chains": 0, "all": False}


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Any]:
    """Match two sides, assign places and objects, divide goods, or run a kidney exchange.

    FILE holds preference lists: a table with agent, choice1, choice2, ... (best first) or agent,
    object, rank, or JSON.  OTHER holds those of the other side: of hospitals for `stable`, the
    priorities for `school`.  One JSON file can name both sides and their capacities.  For `goods`
    FILE is a table of values, agents in the first column; for `exchange` a graph of PrefLib (.wmd).
    """
    parser.add_argument("kind", choices=_KINDS, help="what is allocated")
    parser.add_argument("file", help="preference lists")
    parser.add_argument("other", nargs="?", help="lists of the other side, or priorities")
    parser.add_argument(
        "--mechanism",
        "--rule",
        help="comma-separated rules of `mechdesign list allocation`",
    )
    parser.add_argument("--capacities", metavar="FILE", help="a table of receiver and capacity")
    parser.add_argument(
        "--proposing",
        help="for `stable`: proposers (default), receivers, or the name of a side or file",
    )
    parser.add_argument(
        "--demand",
        metavar="AXIOMS",
        help="comma-separated axioms to check at this problem; exit code 1 if one is violated",
    )
    parser.add_argument(
        "--all", action="store_true", help="for `stable`: list every stable matching"
    )
    parser.add_argument(
        "--time-limit",
        type=float,
        default=60,
        metavar="S",
        help="seconds for --all and exchanges (60)",
    )
    parser.add_argument(
        "--cycles", type=int, default=3, metavar="L", help="for `exchange`: pairs in a cycle (3)"
    )
    parser.add_argument(
        "--chains", type=int, default=0, metavar="K", help="for `exchange`: gifts in a chain (0)"
    )
    return _solve


def _solve(args: argparse.Namespace) -> Any:
    every = dict.fromkeys(name for own in _FLAGS.values() for name in own)
    whole = args.all and args.kind == "stable"
    looked_at = ("all", "capacities") if whole else _FLAGS[args.kind]
    for name in every:
        value = getattr(args, name)
        if name not in looked_at and value != _USUAL.get(name):
            where = "with --all" if whole else f"for {args.kind}"
            raise InvalidInputError(f"--{name}", f"be left out {where}", value)
    if args.kind in ("goods", "exchange"):
        if args.other is not None:
            raise InvalidInputError("OTHER", f"be left out for {args.kind}", args.other)
        return _goods(args) if args.kind == "goods" else _exchange(args)
    capacities = None if args.capacities is None else _capacities(args.capacities)
    setting = allocation.two_sided() if args.kind == "stable" else allocation.school_choice()
    other = {"receivers" if args.kind == "stable" else "priorities": args.other}
    if args.kind == "objects" and args.other is not None:
        raise InvalidInputError("OTHER", "be left out: objects have no lists", args.other)
    problem = setting.problem(args.file, capacities=capacities, **other)
    if args.all:
        return _every(problem, args.time_limit)
    rules: list[Any] = split_names(args.mechanism or _RULES[args.kind])
    if args.proposing is not None:
        # Sides are named in a document, or by their files.
        told = {problem.data.sides[0]: "proposers", problem.data.sides[1]: "receivers"}
        if args.other is not None:
            told |= {Path(args.file).stem: "proposers", Path(args.other).stem: "receivers"}
        side = told.get(args.proposing, args.proposing)
        chosen = [rule.removeprefix("allocation.") in _DEFERRED for rule in rules]
        if not any(chosen):
            raise InvalidInputError("--proposing", "go with deferred_acceptance", args.proposing)
        rules = [
            allocation.deferred_acceptance(proposing=side) if deferred else rule
            for rule, deferred in zip(rules, chosen, strict=True)
        ]
    return allocation.compare_matchings(problem, rules, demand=split_names(args.demand or ""))


def _goods(args: argparse.Namespace) -> allocation.DivisionReport:
    problem = allocation.goods().problem(args.file)
    rules = split_names(args.mechanism or _RULES["goods"])
    return allocation.compare_divisions(problem, rules, demand=split_names(args.demand or ""))


def _exchange(args: argparse.Namespace) -> Table:
    graph = allocation.read_exchange(args.file)
    found = allocation.best_exchange(
        graph, cycles=args.cycles, chains=args.chains, time_limit=args.time_limit
    )
    rows = [["cycle", " > ".join(map(show, path)), len(path)] for path in found.cycles]
    rows += [["chain", " > ".join(map(show, path)), len(path) - 1] for path in found.chains]
    told = f"{found.transplants} transplants, {'proved' if found.proved else 'at most'} "
    notes = [told + f"{found.bound}", *graph.decisions]
    return Table(["kind", "vertices", "transplants"], rows, notes=notes)


def _every(problem: Any, time_limit: float) -> Table:
    """Every stable matching, one row each."""
    found = list(allocation.stable_matchings(problem, time_limit=time_limit))
    names = [show(who) for who in found[0].choice]
    rows = [
        [k + 1, *("-" if got is None else show(got) for got in one.choice.values())]
        for k, one in enumerate(found)
    ]
    return Table(["matching", *names], rows, notes=list(problem.data.decisions))


def _capacities(path: str) -> dict[Any, int]:
    from mechdesign.io.score_tables import read_grid
    from mechdesign.model import as_count

    found: dict[Any, int] = {}
    for k, row in enumerate(read_grid(path).rows):
        if len(row) != 2:
            raise InvalidInputError("--capacities", "have two columns, receiver and number", row)
        text = str(row[1]).strip()
        if not text.isdecimal():
            raise InvalidInputError("--capacities", f"have a whole number in row {k + 1}", row[1])
        if row[0] in found:
            raise InvalidInputError(
                "--capacities", f"name everybody once, not in row {k + 1}", row[0]
            )
        found[row[0]] = as_count(int(text), f"capacities[{row[0]!r}]")
    return found
