"""The verb ``reproduce``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mechdesign import experiments
from mechdesign.cli.progress import progress
from mechdesign.family import families

__all__ = ["configure"]


def configure(
    parser: argparse.ArgumentParser,
) -> Callable[[argparse.Namespace], experiments.Reproduction]:
    """Compute published figures again and compare them.

    Exit code 0 if all agree, 1 if one does not.
    """
    names = [family.name for family in families()]
    parser.add_argument("family", nargs="?", choices=names, help="one family only")
    return _run


def _run(args: argparse.Namespace) -> experiments.Reproduction:
    """Reproduce the figures of one family or of all."""
    with progress("reproducing", len(experiments.claims(args.family))) as step:
        return experiments.reproduce(args.family, progress=step)
