"""``mechdesign completion``: a script by which a shell completes verbs and options."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mechdesign.errors import SolverUnavailableError

__all__ = ["configure"]

SHELLS = ("bash", "zsh")


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], str]:
    """Print a script that lets a shell complete verbs, families and options.

    For bash: mechdesign completion bash > ~/.local/share/bash-completion/completions/mechdesign
    """
    parser.add_argument("shell", choices=SHELLS, help="for which shell")
    return _run


def _run(args: argparse.Namespace) -> str:
    try:
        import shtab
    except ImportError:
        raise SolverUnavailableError("shtab", "cli", "completion") from None
    from mechdesign.cli.entry import build_parser

    parser = build_parser()
    _fill(parser)
    script: str = shtab.complete(parser, shell=args.shell)
    return script.rstrip("\n")


def _fill(parser: Any) -> None:
    """Give every verb its arguments, which are imported when the verb is typed."""
    fill = getattr(parser, "fill", None)
    if fill is not None:
        fill(parser)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                _fill(inner)
