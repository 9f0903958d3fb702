"""How tables and ballots are read: the options that several verbs have."""

from __future__ import annotations

import argparse
from typing import get_args

from mechdesign.io.ballots.battle_logs import BothBad
from mechdesign.io.ballots.building import POLICIES, Duplicate, Overvote, WriteIn
from mechdesign.io.ballots.recognition import BALLOT_FORMATS

__all__ = ["BALLOT_OPTIONS", "TABLE_OPTIONS", "add_ballot_options", "add_table_options"]

#: The options of :func:`add_ballot_options`, as readers call them.
BALLOT_OPTIONS = (
    *("kind", "header", "unranked", "contest", *POLICIES, "both_bad", "strong"),
    *("grades", "default_option", "quorum", "majority"),
)


def add_ballot_options(parser: argparse.ArgumentParser, *more: str) -> None:
    """Add what decides how ballots and tables that may be ballots are read.

    Parameters
    ----------
    parser : ArgumentParser
        Of a verb.
    *more : str
        What else a table may hold for this verb.
    """
    parser.add_argument(
        "--as",
        dest="kind",
        choices=("ballots", "scores", "ranks", "grades", "battles", "wins", *more, *BALLOT_FORMATS),
        help="what the rows of a table are, or the format of a file, where it is open",
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
        choices=get_args(Overvote),
        help="several marks at one rank: tied, the end of the ballot, passed over, nobody's while "
        "several of them stand (where a count meets that, the ballot ends for good), a whole vote "
        "for each (both in irv), or an error",
    )
    parser.add_argument(
        "--skipped",
        metavar="HOW",
        help="a rank without a mark: close_up (later ranks move up), exhaust (the ballot ends), or "
        "N (it ends where more than N in a row have none)",
    )
    parser.add_argument(
        "--duplicate",
        choices=get_args(Duplicate),
        help="a candidate marked twice: the first mark counts, or the ballot ends there",
    )
    parser.add_argument(
        "--write-in",
        choices=get_args(WriteIn),
        help="written-in candidates stand each alone, or are one candidate together",
    )
    parser.add_argument(
        "--both-bad",
        choices=get_args(BothBad),
        help="battles that both sides lose: ties, or left out",
    )
    parser.add_argument(
        "--strong", type=int, metavar="N", help="a clear win such as A>>B counts N times (1)"
    )
    parser.add_argument("--contest", help="which of several contests in cast vote records")
    parser.add_argument(
        "--grades", metavar="WORD,WORD", help="the words that voters grade with, the worst first"
    )
    parser.add_argument(
        "--default-option",
        metavar="NAME",
        help="none of the above: options that do not defeat it are out",
    )
    parser.add_argument(
        "--quorum", metavar="N", help="so many must prefer an option to the default option"
    )
    parser.add_argument(
        "--majority",
        metavar="N|NAME=N;...",
        help="more than N to 1 must prefer an option to the default option (1)",
    )


#: The options of :func:`add_table_options`, as readers call them.
TABLE_OPTIONS = (
    *("lower", "higher", "name", "keep", "drop", "missing", "common", "tie", "duplicates"),
    *("delimiter", "decimal"),
)


def add_table_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides how a table of scores is read."""
    for word, metavar, told in (
        ("lower", "TASK", "lower is better in this task; patterns such as '*_hours' are allowed"),
        ("higher", "TASK", "higher is better in this task, whatever its name says"),
        ("name", "COLUMN", "the column that names the systems"),
        ("keep", "COLUMN", "is a task"),
        ("drop", "COLUMN", "is no task"),
        ("missing", "TEXT", "stands for a missing score, such as OOM"),
    ):
        parser.add_argument(f"--{word}", action="append", metavar=metavar, help=told)
    parser.add_argument(
        "--common", action="store_const", const=True, help="only tasks that every system has count"
    )
    parser.add_argument(
        "--tie",
        metavar="HOW",
        help="when scores are equal: exact, decimals=2, absolute=0.1 or relative=0.001",
    )
    parser.add_argument(
        "--duplicates",
        choices=("number", "first", "error"),
        help="what to do with repeated names whose scores differ (number them)",
    )
    parser.add_argument("--delimiter", help="the character between two cells")
    parser.add_argument("--decimal", choices=(".", ","), help="the decimal mark")
