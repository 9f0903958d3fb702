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
#: Utilities that are estimated from choices have no unit.
_OF_CHOICES = "utilitarian(scale=range),random_group,maxmin(scale=range),nash_welfare,pooled"


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Table]:
    """Choose one policy for several groups, by several rules, or ask whether choices are coherent.

    FILE is a table of utilities, a row for each group and a column for each alternative (and one
    named weight), or with --groups a log of choices with columns user, winner and loser (and one
    named weight, how often a row counts). With --coherence the log, whose users do not matter, is
    held against chance and against utilities.
    """
    parser.add_argument("file", help="utilities of groups, or a log of choices")
    parser.add_argument(
        "--groups",
        metavar="K|em|COLUMN",
        help="a log of choices: how many groups to find in it, em with --k, or the column that "
        "names the group of every user",
    )
    parser.add_argument("--k", type=int, metavar="K", help="how many groups --groups em finds")
    parser.add_argument(
        "--hard", action="store_true", help="every user wholly in the likeliest group"
    )
    parser.add_argument("--ridge", help="penalty of the utilities of groups (default 0.05)")
    parser.add_argument(
        "--show",
        choices=list(_SHOWN),
        default="policies",
        help="what every group gets (the default); the groups; how many there are, up to K; who "
        "objects; what groups get with intervals; how alike choices of groups are",
    )
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


_SHOWN = ("policies", "groups", "choice", "objections", "intervals", "agreement")


def _solve(args: argparse.Namespace) -> Table:
    usual = _RULES if args.groups is None else _OF_CHOICES
    rules = split_names(usual if args.mechanism is None else args.mechanism)
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
        return pluralistic.coherence(grid, rng=args.seed).table()
    if args.groups is not None:
        return _of_choices(args, grid, rules)
    for option, value in (("--k", args.k), ("--hard", args.hard), ("--ridge", args.ridge)):
        if value not in (None, False):
            raise InvalidInputError(option, "be said of --groups", value)
    if args.show not in ("policies", "objections"):
        raise InvalidInputError("--show", "be policies or objections without --groups", args.show)
    data, weights = _utilities(grid, names)
    if args.show == "objections":
        return pluralistic.objections(data, rules, weights=weights)
    return pluralistic.compare_policies(data, rules, weights=weights)


def _of_choices(args: argparse.Namespace, grid: Any, rules: list[str]) -> Table:
    """What a log of choices leads to: groups that are found, or known by a column."""
    ridge = parse_number("0.05" if args.ridge is None else args.ridge, "--ridge")
    text = args.groups.strip()
    found = text.lower() == "em" or text.lstrip("+-").isdigit()
    if (args.k is not None) != (text.lower() == "em"):
        raise InvalidInputError("--k", "be given with --groups em, and only with it", args.k)
    groups: Any = args.k if text.lower() == "em" else int(text) if found else text
    if args.hard and not found:
        raise InvalidInputError("--hard", "be said of groups that are found", text)
    if args.show == "choice":
        if not found:
            raise InvalidInputError("--show", "not be choice where groups are known", args.show)
        return pluralistic.choose_groups(grid, groups, ridge=ridge, rng=args.seed)
    if args.show == "intervals":
        return pluralistic.policy_intervals(grid, groups, rules, ridge=ridge, rng=args.seed)
    fit = (
        pluralistic.mixture(grid, groups, ridge=ridge, rng=args.seed, hard=args.hard)
        if found
        else pluralistic.known_groups(grid, groups, ridge=ridge)
    )
    if args.show == "groups":
        return fit.table()
    if args.show == "agreement":
        return fit.agreement()
    if args.show == "objections":
        return pluralistic.objections(fit.problem(), rules)
    return pluralistic.compare_policies(fit.problem(), rules)


def _utilities(grid: Any, names: list[str]) -> tuple[dict[Any, dict[Any, Any]], Any]:
    """The utilities of the groups of a table, and their weights."""
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
    return data, weights
