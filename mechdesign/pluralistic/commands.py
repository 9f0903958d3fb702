"""What pluralistic aggregation adds to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mechdesign import pluralistic
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.io.score_tables import read_grid
from mechdesign.model import parse_number, split_names

__all__ = ["solve"]


_RULES = "utilitarian,random_group,maxmin,nash_welfare"


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Table]:
    """Choose one policy for several groups, by several rules, or ask whether choices are coherent.

    FILE is a table of utilities, a row for each group and a column for each alternative (and one
    named weight), or with --groups a log of choices with columns user, winner and loser. With
    --coherence the log, whose users do not matter, is held against chance and against utilities.
    """
    parser.add_argument("file", help="utilities of groups, or a log of choices")
    parser.add_argument("--groups", type=int, metavar="K", help="find K groups in a log of choices")
    parser.add_argument(
        "--coherence", action="store_true", help="whether a utility is behind a log of choices"
    )
    parser.add_argument("--seed", type=int, default=0, help="for groups and samples")
    parser.add_argument(
        "--mechanism",
        "--rule",
        help="comma-separated rules of `mechdesign list pluralistic`",
    )
    return _solve


def _solve(args: argparse.Namespace) -> Table:
    chosen = _RULES if args.mechanism is None else args.mechanism
    rules = split_names(chosen)
    if not rules:
        raise InvalidInputError("--mechanism", "name a rule", args.mechanism)
    grid = read_grid(args.file)
    names = [str(name).strip().lower() for name in grid.columns]
    if len(set(map(str, grid.columns))) < len(names) or names.count("weight") > 1:
        raise InvalidInputError("columns", "name every alternative once", list(grid.columns))
    if args.coherence:
        for option, value in (("--groups", args.groups), ("--mechanism", args.mechanism)):
            if value is not None:
                raise InvalidInputError(option, "be left out with --coherence", value)
        if not {"winner", "loser"} <= set(names):
            raise InvalidInputError("file", "have columns winner and loser", names)
        pairs = [grid.column(names.index(name)) for name in ("winner", "loser")]
        return pluralistic.coherence(list(zip(*pairs, strict=True)), rng=args.seed).table()
    if args.groups is not None:
        if not {"user", "winner", "loser"} <= set(names):
            raise InvalidInputError("file", "have columns user, winner and loser", names)
        columns = [grid.column(names.index(name)) for name in ("user", "winner", "loser")]
        found = pluralistic.mixture(list(zip(*columns, strict=True)), args.groups, rng=args.seed)
        return pluralistic.compare_policies(found.problem(), rules)
    if names[0] == "weight":
        raise InvalidInputError("columns", "begin with the groups", list(grid.columns))
    weights: dict[Any, Any] | None = {} if "weight" in names else None
    data: dict[Any, dict[Any, Any]] = {}
    for row in grid.rows:
        group = row[0]
        if group is None or str(group).strip() == "":
            raise InvalidInputError("file", "name every group", row)
        if group in data:
            raise InvalidInputError("file", "name every group once", group)
        told = {
            grid.columns[k]: parse_number(cell, f"{grid.columns[k]} of {group}")
            if isinstance(cell, str)
            else cell
            for k, cell in enumerate(row)
            if k
        }
        if weights is not None:
            weights[group] = told.pop(grid.columns[names.index("weight")])
        data[group] = told
    return pluralistic.compare_policies(data, rules, weights=weights)
