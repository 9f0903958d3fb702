"""What committees add to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mechdesign import committees
from mechdesign.io import Table
from mechdesign.model import split_names

__all__ = ["solve"]

_RULES = "approval,satisfaction_approval,pav,sequential_phragmen,equal_shares,chamberlin_courant"


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Table]:
    """Elect a committee from approval ballots, by several rules.

    FILE is a table with a row for each voter and marks (1, x, yes) under the candidates, or a file
    of ballots that have one rank (.cat, .toc, .abif, ...).  For each rule: whom it elects, how many
    committees tie, and whether some group of voters lacks what it deserves.
    """
    parser.add_argument("file", help="approval ballots")
    parser.add_argument(
        "--seats", type=int, required=True, metavar="K", help="how many are elected"
    )
    parser.add_argument(
        "--mechanism",
        "--rule",
        default=_RULES,
        help="comma-separated rules of `mechdesign list committees`",
    )
    parser.add_argument(
        "--as", dest="kind", help="the format of a file of ballots, where it is open"
    )
    parser.add_argument(
        "--time-limit", type=float, default=60, metavar="S", help="seconds for each question (60)"
    )
    return _solve


def _solve(args: argparse.Namespace) -> Table:
    rules = split_names(args.mechanism)
    problem = committees.approvals().problem(args.file, seats=args.seats, kind=args.kind)
    return committees.compare_committees(problem, rules, time_limit=args.time_limit)
