"""How results are printed: text for people, ``--json``, ``--csv`` and ``--latex`` for the rest."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import encode

__all__ = ["add_output_options", "emit"]


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every verb has."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the result as JSON")
    form.add_argument("--csv", action="store_true", help="print the result's table as CSV")
    form.add_argument("--latex", action="store_true", help="print the result's table in LaTeX")


def emit(result: Any, args: argparse.Namespace) -> int:
    """Print a result in the form asked for; its decisions go to standard error.

    Parameters
    ----------
    result : object
        What a verb returned: something with ``to_dict`` and a good ``str``; for ``--csv`` and
        ``--latex`` a table or something with ``table()``.  An attribute ``exit_code`` is used
        where there is one.
    args : argparse.Namespace
        The parsed command line.
    """
    for decision in getattr(result, "decisions", ()):
        print(f"note: {decision}", file=sys.stderr)
    if args.json:
        data = result.to_dict() if hasattr(result, "to_dict") else encode(result)
        print(json.dumps(data, indent=1, ensure_ascii=False, default=str))
    elif args.csv or args.latex:
        table = _table(result)
        print(table.to_csv().rstrip("\n") if args.csv else table.to_latex())
    else:
        print(result)
    return int(getattr(result, "exit_code", 0))


def _table(result: Any) -> Table:
    if isinstance(result, Table):
        return result
    made = result.table() if hasattr(result, "table") else None
    if not isinstance(made, Table):
        raise InvalidInputError("--csv/--latex", "be asked of a tabular result", type(result))
    return made
