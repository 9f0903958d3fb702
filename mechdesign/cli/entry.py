"""Reads the command line, calls a verb, prints its result and chooses the exit code.

Exit codes: 0 everything asked for holds, 1 something asked for is violated, 2 usage or input,
3 undecided.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import ModuleType

import mechdesign
from mechdesign.cli.output import add_output_options, emit
from mechdesign.errors import LimitReachedError, MechDesignError, UndecidedError

__all__ = ["build_parser", "main"]

#: Verbs, each the module of the same name; those of `solve` and `simulate` are per family.
VERBS = {
    "demo": "run the main job on the published tables that are shipped",
    "list": "list mechanisms or axioms",
    "rank": "rank the systems of a benchmark table",
    "solve": "solve one problem of a family",
    "simulate": "simulate mechanisms of a family",
    "audit": "check mechanisms against axioms",
    "consistent": "find a rule that satisfies some axioms, or prove that there is none",
    "reproduce": "compute published figures again and compare them",
    "sweep": "run a ready experiment over a grid of parameters",
    "verify": "replay the counterexamples and impossibility proofs of a JSON file",
    "report": "write a report on a file, as one HTML page or as Markdown",
    "convert": "convert a file between the formats that are read and written",
}
_BY_FAMILY = ("solve", "simulate")


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="mechdesign",
        description="Mechanism design and social choice, exact and with evidence.",
    )
    parser.add_argument(
        "--version", action="version", version=f"mechdesign {mechdesign.__version__}"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, summary in VERBS.items():
        if verb in _BY_FAMILY:
            _add_family_verb(verbs, verb, summary)
            continue
        module = importlib.import_module(f"mechdesign.cli.{verb}")
        _add_command(verbs, verb, summary, module)
    return parser


def _add_family_verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], verb: str, summary: str
) -> None:
    inner = verbs.add_parser(verb, help=summary, description=summary)
    families = inner.add_subparsers(dest="family", required=True, metavar="FAMILY")
    for family in mechdesign.model.FAMILIES:
        name = f"mechdesign.cli.{verb}_{family}"
        if importlib.util.find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        _add_command(families, family, (module.__doc__ or "").split("\n")[0], module)


def _add_command(
    parent: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    module: ModuleType,
) -> None:
    command = parent.add_parser(name, help=summary, description=module.__doc__)
    module.configure(command)
    add_output_options(command)
    command.set_defaults(run=module.run)


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
    args = build_parser().parse_args(argv)
    try:
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


def _complain(error: BaseException, code: int) -> int:
    print(f"mechdesign: error: {error}", file=sys.stderr)
    return code
