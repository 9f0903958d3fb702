"""The verb ``seats``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mechdesign import apportionment
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, parse_number, ratio, split_names

__all__ = ["seats"]


def seats(
    parser: argparse.ArgumentParser,
) -> Callable[[argparse.Namespace], apportionment.SeatComparison]:
    """Divide the seats of a house among parties, exactly, by one or several methods.

    FILE is a table with columns party and votes, perhaps seats to compare with and a constituency;
    or a column of votes for each constituency. Ties are found and left open: exit code 3.
    """
    parser.add_argument("file", help="a table of votes (.csv, .tsv, .xlsx, ...)")
    parser.add_argument(
        "--seats", type=int, help="the size of the house; by default the sum of a column seats"
    )
    parser.add_argument(
        "--method",
        "--mechanism",
        default="dhondt,sainte_lague,hare",
        help="with commas between several of `mechdesign list apportionment` (default %(default)s)",
    )
    parser.add_argument("--threshold", default="0", help="share of all votes, such as 5%% or 0.05")
    parser.add_argument(
        "--party-threshold",
        action="append",
        default=[],
        metavar="PARTY=SHARE",
        help="another threshold of one party or coalition; may be repeated",
    )
    parser.add_argument(
        "--total", metavar="VOTES", help="all valid votes, where not all parties are listed"
    )
    parser.add_argument("--minimum", type=int, default=0, help="seats of each party past it")
    parser.add_argument("--maximum", type=int, help="seats that no party gets more than")
    parser.add_argument("--constituency", help="only the votes in this one")
    parser.add_argument("--decimal", choices=(".", ","), help="the decimal mark of the file")
    parser.add_argument("--delimiter", help="between the cells of the file")
    return _seats


def _seats(args: argparse.Namespace) -> apportionment.SeatComparison:
    bars = {}
    for text in args.party_threshold:
        party, sign, share = text.rpartition("=")
        if not sign or not party.strip():
            raise InvalidInputError("--party-threshold", "be PARTY=SHARE", text)
        bars[party.strip()] = _share(share, "--party-threshold")
    threshold = _share(args.threshold, "--threshold")
    total = None if args.total is None else parse_number(args.total, "--total")
    methods = [name for name in split_names(args.method) if name]
    found = apportionment.read_votes(
        args.file,
        constituency=args.constituency,
        decimal=args.decimal,
        delimiter=args.delimiter,
    )
    house = args.seats
    if house is None:
        if found.seats is None:
            raise InvalidInputError("--seats", "be given: the table has no column of seats", None)
        house = sum(found.seats.values())
    options: dict[str, Any] = {
        "seats": house,
        "threshold": threshold,
        "thresholds": bars,
        "total": total,
        "minimum": args.minimum,
        "maximum": args.maximum,
        "decisions": found.decisions,
    }
    return apportionment.compare_methods(found.votes, methods, published=found.seats, **options)


def _share(text: str, option: str) -> Number:
    """A share as people write it: 5% or 0.05."""
    stripped = text.strip()
    number = parse_number(stripped.removesuffix("%"), option)
    share = ratio(number, 100) if stripped.endswith("%") else number
    if not 0 <= share <= 1:
        raise InvalidInputError(option, "be a share such as 5% or 0.05", text)
    return share
