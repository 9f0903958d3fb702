"""The words of a scope on the command line: how many agents, which domain, how far to look."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from mechdesign import axioms
from mechdesign.errors import InvalidInputError
from mechdesign.model import parse_number

__all__ = [
    "add_scope_options",
    "add_setting_option",
    "own_modules",
    "read_scope",
]


def add_scope_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a scope."""
    parser.add_argument("--agents", help="numbers of agents, such as 3 or 2,3")
    parser.add_argument("--grid", type=int, help="steps of a grid of reports")
    parser.add_argument("--alternatives", type=int, help="number of alternatives")
    parser.add_argument(
        "--scope",
        action="append",
        default=[],
        metavar="WORD=VALUE",
        help="any other word of the setting's domain, such as slots=2",
    )
    parser.add_argument("--preferences", help="preference domain, such as single_peaked")
    parser.add_argument("--lift", default="", help=f"one of {', '.join(axioms.LIFTS)}")
    parser.add_argument("--max-checks", type=int, help="comparisons allowed")
    parser.add_argument("--time-limit", type=float, help="seconds allowed")
    parser.add_argument("--workers", type=int, default=1, help="processes; same bytes")


def add_setting_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the setting of a function of the user's own."""
    parser.add_argument(
        "--setting",
        metavar="FAMILY.NAME",
        help="setting of a function module:name of your own, such as facility.line or "
        '"facility.line(0, 2)"',
    )


def own_modules() -> None:
    """Let functions of the folder that the command is run in be imported."""
    if not {"", str(Path.cwd())} & set(sys.path):
        sys.path.insert(0, str(Path.cwd()))


def read_scope(args: argparse.Namespace) -> dict[str, Any]:
    """The keywords of :func:`mechdesign.axioms.check` that the options stand for."""
    scope: dict[str, Any] = {
        "lift": args.lift,
        "time_limit": args.time_limit,
        "preferences": args.preferences,
        "workers": args.workers,
    }
    if args.agents is not None:
        try:
            scope["agents"] = [int(part) for part in args.agents.split(",")]
        except ValueError:
            raise InvalidInputError(
                "--agents", "be integers such as 3 or 2,3", args.agents
            ) from None
    for word in ("grid", "alternatives", "max_checks"):
        if getattr(args, word) is not None:
            scope[word] = getattr(args, word)
    for text in args.scope:
        word, separator, value = text.partition("=")
        if not separator or not word.isidentifier():
            raise InvalidInputError("--scope", "look like word=value", text)
        scope[word] = _value(value)
    return scope


def _value(text: str) -> Any:
    if "," in text:
        return tuple(_value(part) for part in text.split(","))
    try:
        return parse_number(text, "--scope")
    except InvalidInputError:
        return text
