"""Let users read an answer with its ads and click: realised against expected clicks and revenue."""

from __future__ import annotations

import argparse

from mechdesign import auctions
from mechdesign.cli.solve_auctions import add_instance, solve_from

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_instance(parser)
    parser.add_argument("--users", type=int, default=10_000, help="how many users")
    parser.add_argument("--seed", type=int, default=0, help="of the users")


def run(args: argparse.Namespace) -> auctions.Simulation:
    """Solve the instance and simulate its users."""
    return auctions.simulate(solve_from(args), args.users, rng=args.seed)
