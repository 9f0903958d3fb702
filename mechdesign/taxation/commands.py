"""What taxation adds to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mechdesign import taxation
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import parse_number

__all__ = ["solve"]


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Table]:
    """Compare taxes on the workers of a table, or let them vote over schedules.

    FILE has a column skill or income, perhaps weight and id, and no others. Skills are inferred
    from incomes under the schedule in force (--current). With --vote the schedules of several
    files are put to the vote instead.
    """
    parser.add_argument("file", help="skills or incomes of workers")
    parser.add_argument(
        "--mechanism",
        "--rule",
        default="laissez_faire,linear,mirrlees",
        help="comma-separated taxes of `mechdesign list taxation` (default %(default)s)",
    )
    parser.add_argument(
        "--objective",
        choices=("egalitarian", "utilitarian", "log"),
        default="egalitarian",
        help="what linear and mirrlees make as large as possible",
    )
    parser.add_argument("--elasticity", default="1", help="of income, such as 0.4 (default 1)")
    parser.add_argument("--need", default="0", help="what the government spends for each worker")
    parser.add_argument(
        "--current", metavar="SCHEDULE", help="in force: a table, us2019_single or us2024_single"
    )
    parser.add_argument("--skill-floor", help="the skill of those who earn nothing")
    parser.add_argument(
        "--vote", nargs="+", metavar="SCHEDULE", help="put these schedules to the vote"
    )
    return _solve


def _solve(args: argparse.Namespace) -> Table:
    kind, numbers, weights = taxation.read_workers(args.file)
    words: dict[str, Any] = {
        "shares": weights,
        "elasticity": parse_number(args.elasticity, "--elasticity"),
        "need": parse_number(args.need, "--need"),
    }
    current = None if args.current is None else taxation.read_schedule(args.current)
    if kind == "skill":
        if current is not None or args.skill_floor is not None:
            told = "be left out for a table of skills"
            raise InvalidInputError("--current, --skill-floor", told, args.current)
        workers = taxation.economy(numbers, **words)
    else:
        floor = None
        if args.skill_floor is not None:
            floor = parse_number(args.skill_floor, "--skill-floor")
        workers = taxation.economy_of_incomes(numbers, current, skill_floor=floor, **words)
    if args.vote:
        return _vote(workers, args.vote)
    rules = [part.strip() for part in args.mechanism.split(",") if part.strip()]
    with_goal = {"linear", "mirrlees"}
    named = [
        f"{rule}(objective={args.objective})"
        if rule in with_goal and args.objective != "egalitarian"
        else rule
        for rule in rules
    ]
    return taxation.compare_taxes(workers, named)


def _vote(workers: taxation.Economy, files: list[str]) -> Table:
    menu = {Path(one).stem: taxation.read_schedule(one) for one in files}
    if len(menu) < len(files):
        raise InvalidInputError("--vote", "have different names", files)
    vote = taxation.vote_over_schedules(workers, menu)
    rows = [[a, *("" if a == b else vote.margin(a, b) for b in vote.names)] for a in vote.names]
    notes = list(workers.decisions)
    notes.append(
        f"{vote.winners[0]} beats all others" if vote.winners else "no schedule beats all others"
    )
    if vote.crossing is not None:
        (a, b), skills = vote.crossing
        shown = ", ".join(f"{float(w):g}" for w in skills)
        notes.append(f"preferences between {a} and {b} cross twice, at the skills {shown}")
    return Table(("preferred by", *vote.names), rows, "share of voters, row before column", notes)
