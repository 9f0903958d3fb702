"""What online matching adds to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mechdesign import matching
from mechdesign.cli.progress import progress
from mechdesign.errors import InvalidInputError
from mechdesign.matching.simulation.blocks import GROUP
from mechdesign.model import parse_number

__all__ = ["simulate", "solve"]


def _add_graph(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name the graph."""
    parser.add_argument("graph", metavar="CSV", help="an edge list or a click log")
    parser.add_argument("--delimiter", help="the character between two cells")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME=COLUMN",
        help="what a column is, such as ad=ad_id",
    )
    parser.add_argument(
        "--prior", metavar="A,B", default="0,0", help="beta prior of a click log, such as 1,19"
    )


def _graph(args: argparse.Namespace) -> matching.Instance:
    """The instance of the arguments."""
    prior = [parse_number(part, "--prior") for part in args.prior.split(",")]
    if len(prior) != 2:
        raise InvalidInputError("--prior", "be A,B", args.prior)
    pairs = [part.partition("=") for part in args.column]
    if any(not mark or not name for _, mark, name in pairs):
        raise InvalidInputError("--column", "look like ad=ad_id", args.column)
    columns = {meaning.strip().lower(): name.strip() for meaning, _, name in pairs}
    return matching.read_graph(args.graph, delimiter=args.delimiter, prior=prior, columns=columns)


def solve(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], matching.Ladder]:
    """Bound what any policy can earn on a graph: benchmarks and linear programs side by side."""
    _add_graph(parser)
    parser.add_argument(
        "--time-limit", type=float, default=60.0, metavar="SECONDS", help="for all values together"
    )
    return lambda args: matching.bounds(_graph(args), time_limit=args.time_limit)


def simulate(
    parser: argparse.ArgumentParser,
) -> Callable[[argparse.Namespace], matching.Simulation]:
    """Simulate online matching policies on a graph and compare them with a benchmark.

    The graph is a table with a row for each edge: offline, arrival, p, and optionally weight and
    capacity of the offline vertex; arrivals come in the order of their first row.  A click log has
    impressions and clicks instead of p.
    """
    _add_graph(parser)
    parser.add_argument(
        "--mechanism",
        "--policy",
        nargs="+",
        default=["greedy", "generalised_balance(discount=goyal_udwani)", "ranking"],
        metavar="NAME",
        help="any of `mechdesign list matching`, such as greedy or fractional_balance(pieces=8)",
    )
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--benchmark", default="fluid", help=f"one of {', '.join(matching.BENCHMARKS)}"
    )
    parser.add_argument("--antithetic", action="store_true", help="let runs come in mirrored pairs")
    parser.add_argument("--workers", type=int, default=1, help="processes; same numbers")
    parser.add_argument("--level", type=float, default=0.95, help="of the confidence intervals")
    return _simulate


def _simulate(args: argparse.Namespace) -> matching.Simulation:
    graph = _graph(args)
    with progress("simulating", -(-max(args.runs, 0) // GROUP)) as step:
        return matching.simulate(
            graph,
            args.mechanism,
            args.runs,
            rng=args.seed,
            benchmark=args.benchmark,
            antithetic=args.antithetic,
            workers=args.workers,
            level=args.level,
            progress=step,
        )
