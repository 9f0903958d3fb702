"""Reads the command line, calls a verb, prints its result and chooses the exit code.

Exit codes: 0 everything asked for holds, 1 something asked for is violated, 2 usage or input,
3 undecided.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import mechdesign
from mechdesign.errors import LimitReachedError, MechDesignError, UndecidedError

if TYPE_CHECKING:
    from mechdesign.family import Command

__all__ = ["build_parser", "main"]

#: The verbs of no family, each a module of this package with a function ``configure``.
VERBS = {
    "demo": "run the main job on the published tables that are shipped",
    "list": "list mechanisms, axioms, plots or data sets",
    "audit": "check mechanisms against axioms",
    "consistent": "find a rule that satisfies some axioms, or prove that there is none",
    "reproduce": "compute published figures again and compare them",
    "sweep": "run a ready experiment over a grid of parameters",
    "verify": "replay the counterexamples and impossibility proofs of a JSON file",
    "report": "write a report on a file, as one HTML page or as Markdown",
    "convert": "convert a file between the formats that are read and written",
    "completion": "print a script by which a shell completes verbs and options",
}
#: The verbs that are followed by a family's name.
BY_FAMILY = {
    "solve": "solve one problem of a family",
    "simulate": "simulate mechanisms of a family",
}


#: What verbs call the file that they read.
_FILES = ("file", "graph", "instance")


class _Lazy(argparse.ArgumentParser):
    """A parser that gets its arguments when its verb is typed."""

    def __init__(self, *, fill: Callable[[Any], None], **options: Any) -> None:
        super().__init__(**options)
        self.fill = fill

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, as the parser with its arguments does."""
        self.fill(self)
        return super().parse_known_args(args, namespace)


def build_parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of the command line.

    Parameters
    ----------
    words : sequence of str
        What was typed.  Where it begins with a verb of this package or asks for the version, the
        families are not asked for verbs of their own.
    """
    parser = argparse.ArgumentParser(
        prog="mechdesign",
        description="Mechanism design and social choice, exact and with evidence.",
    )
    parser.add_argument(
        "--version", action="version", version=f"mechdesign {mechdesign.__version__}"
    )
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="VERB", prog="mechdesign", parser_class=_Lazy
    )
    for verb, summary in VERBS.items():
        target = f"mechdesign.cli.{verb}:configure"
        verbs.add_parser(verb, help=summary, fill=partial(_add_command, target=target))
    for verb, summary in BY_FAMILY.items():
        fill = partial(_add_families, verb=verb)
        verbs.add_parser(verb, help=summary, description=summary, fill=fill)
    if not words or words[0] not in (*VERBS, *BY_FAMILY, "--version"):
        for _, command in _commands():
            if command.verb not in BY_FAMILY:
                fill = partial(_add_command, target=command.target)
                verbs.add_parser(command.verb, help=command.summary, fill=fill)
    return parser


def _commands() -> Iterator[tuple[str, Command]]:
    from mechdesign.family import families

    return ((family.name, command) for family in families() for command in family.commands)


def _add_families(parser: argparse.ArgumentParser, verb: str) -> None:
    """Add the families that have a verb."""
    inner = parser.add_subparsers(
        dest="family", required=True, metavar="FAMILY", parser_class=_Lazy
    )
    for family, command in _commands():
        if command.verb == verb:
            fill = partial(_add_command, target=command.target)
            inner.add_parser(family, help=command.summary, fill=fill)


def _add_command(parser: argparse.ArgumentParser, target: str) -> None:
    """Add the arguments of a verb, whose code is imported now."""
    from mechdesign.cli.output import add_output_options
    from mechdesign.family import resolve

    configure = resolve(target)
    parser.description = "\n".join(line.strip() for line in configure.__doc__.split("\n"))
    run = configure(parser)
    add_output_options(parser)
    parser.set_defaults(run=run)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.

    Returns
    -------
    int
        The exit code.
    """
    words = sys.argv[1:] if argv is None else argv
    args = build_parser(words).parse_args(words)
    from mechdesign.cli.output import check_target, emit
    from mechdesign.cli.progress import SILENT

    SILENT.set(args.quiet)
    if getattr(args, "verbose", 0):
        _tell(args.verbose)
    try:
        check_target(args)
        with _standard_input(args):
            code = emit(args.run(args), args)
        sys.stdout.flush()
    except (UndecidedError, LimitReachedError) as error:
        return _complain(error, 3)
    except MechDesignError as error:
        return _complain(error, 2)
    except BrokenPipeError:
        # The reader went away; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _complain(error, 2)
    except KeyboardInterrupt:
        return _complain(KeyboardInterrupt("interrupted"), 130)
    return code


def _tell(much: int) -> None:
    """Send the package's log to standard error."""
    import logging

    logging.basicConfig(format="%(name)s: %(message)s")
    logging.getLogger("mechdesign").setLevel(logging.INFO if much == 1 else logging.DEBUG)


@contextmanager
def _standard_input(args: argparse.Namespace) -> Iterator[None]:
    """Where a verb's file is ``-``, a file of what comes in, whose name says its format."""
    word = next((word for word in _FILES if getattr(args, word, None) == "-"), None)
    if word is None:
        yield
        return
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from mechdesign.io.files import read_standard_input
    from mechdesign.io.formats import FORMATS, suffix_of

    content = read_standard_input()
    named = {one.name: suffix for one in reversed(FORMATS) for suffix in one.suffixes[:1]}
    said = getattr(args, "source", None) or getattr(args, "kind", None)
    with TemporaryDirectory() as folder:
        file = Path(folder, "standard_input" + (named.get(said or "") or suffix_of(content)))
        file.write_bytes(content)
        setattr(args, word, str(file))
        yield


def _complain(error: BaseException, code: int) -> int:
    print(f"mechdesign: error: {error}", file=sys.stderr)
    return code
