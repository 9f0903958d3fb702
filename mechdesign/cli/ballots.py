"""How ballots are read: the options that several verbs have."""

from __future__ import annotations

import argparse

__all__ = ["BALLOT_OPTIONS", "add_ballot_options"]

#: The options of :func:`add_ballot_options`, as readers call them.
BALLOT_OPTIONS = ("kind", "header", "unranked", "overvote", "skipped")


def add_ballot_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides how ballots and tables that may be ballots are read."""
    parser.add_argument(
        "--as",
        dest="kind",
        choices=("ballots", "scores", "ranks", "battles", "wins"),
        help="what the rows of a table are, where it is open",
    )
    parser.add_argument(
        "--header",
        action=argparse.BooleanOptionalAction,
        help="whether the first line of a table names its columns",
    )
    parser.add_argument(
        "--unranked",
        choices=("last", "unseen"),
        help="what is left out is below all that is ranked (ballots), or not compared (scores)",
    )
    parser.add_argument(
        "--overvote",
        choices=("tie", "exhaust", "skip"),
        help="several marks at one rank: tied, the end of the ballot, or passed over",
    )
    parser.add_argument(
        "--skipped",
        choices=("close_up", "exhaust"),
        help="a rank without a mark: later ranks move up, or the ballot ends",
    )
