"""How results are printed: text for people, ``--json``, ``--csv`` and ``--latex`` for the rest."""

from __future__ import annotations

import argparse
import json
import sys

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import encode

__all__ = ["add_output_options", "check_target", "emit"]

_SUFFIXES = {
    "json": "json",
    "csv": "csv",
    "tex": "latex",
    "md": "markdown",
    "html": "html",
}


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every verb has."""
    if not {"-q", "--quiet"} & _names(parser):
        parser.add_argument(
            "-q",
            "--quiet",
            action="store_true",
            help="no notes, progress or names of files written",
        )
    if not {"-v", "--verbose"} & _names(parser):
        parser.add_argument(
            "-v",
            "--verbose",
            action="count",
            default=0,
            help="tell on standard error what is being done; twice for more",
        )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the result as JSON")
    form.add_argument("--csv", action="store_true", help="print the result's table as CSV")
    form.add_argument("--latex", action="store_true", help="print the result's table in LaTeX")
    # Some verbs write files of their own.
    if not {"-o", "--output", "output"} & _names(parser):
        parser.add_argument(
            "-o",
            "--output",
            dest="to_file",
            metavar="FILE",
            help="write the result to a file, in the form that its name says: .json, .csv, .tex, "
            ".md, .html, else text",
        )
        parser.add_argument("--force", action="store_true", help="replace an existing file")


def _names(parser: argparse.ArgumentParser) -> set[str]:
    """What the arguments of a parser are called."""
    known = {action.dest for action in parser._actions}
    return known | {name for action in parser._actions for name in action.option_strings}


def emit(result: object, args: argparse.Namespace) -> int:
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
    for decision in () if args.quiet else getattr(result, "decisions", ()):
        print(f"note: {decision}", file=sys.stderr)
    path = getattr(args, "to_file", None)
    form = next((name for name in ("json", "csv", "latex") if getattr(args, name)), None)
    if path is None:
        print(_formed(result, form or "text"))
    else:
        from mechdesign.io.writing import write_files

        suffix = path.lower().rpartition(".")[2]
        text = _formed(result, form or _SUFFIXES.get(suffix, "text"))
        write_files({path: text + "\n"}, inputs=_inputs(args), force=args.force)
        if not args.quiet:
            print(f"wrote {path}")
    return int(getattr(result, "exit_code", 0))


def check_target(args: argparse.Namespace) -> None:
    """Refuse a file that cannot be written before anything is computed."""
    path = getattr(args, "to_file", None)
    if path is not None:
        from mechdesign.io.writing import check_output

        check_output(path, inputs=_inputs(args), force=args.force)


def _formed(result: object, form: str) -> str:
    """A result as text of some form."""
    if form == "json":
        data = result.to_dict() if hasattr(result, "to_dict") else encode(result)
        return json.dumps(data, indent=1, ensure_ascii=False, default=str)
    if form == "text":
        return str(result)
    # A result that has more than a table says itself what it is in HTML.
    made: str = getattr(result if hasattr(result, f"to_{form}") else _table(result), f"to_{form}")()
    return made.rstrip("\n")


def _inputs(args: argparse.Namespace) -> list[str]:
    """The files that a verb reads."""
    words = ("file", "graph", "instance")
    return [found for word in words if (found := getattr(args, word, None))]


def _table(result: object) -> Table:
    if isinstance(result, Table):
        return result
    made = result.table() if hasattr(result, "table") else None
    if not isinstance(made, Table):
        raise InvalidInputError("--csv/--latex", "be asked of a tabular result", type(result))
    return made
