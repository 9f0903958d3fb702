"""Compute published figures again and compare them.

Exit code 0 if all agree, 1 if one does not.
"""

from __future__ import annotations

import argparse

from mechdesign import experiments
from mechdesign.cli.progress import progress
from mechdesign.model import FAMILIES

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("family", nargs="?", choices=FAMILIES, help="one family only")


def run(args: argparse.Namespace) -> experiments.Reproduction:
    """Reproduce the figures of one family or of all."""
    with progress("reproducing", len(experiments.claims(args.family))) as step:
        return experiments.reproduce(args.family, progress=step)
