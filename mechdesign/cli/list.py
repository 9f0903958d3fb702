"""List the mechanisms of the package, or its axioms."""

from __future__ import annotations

import argparse

from mechdesign import axioms
from mechdesign.io import Table
from mechdesign.model import FAMILIES, mechanisms

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("family", nargs="?", choices=FAMILIES, help="one family only")
    parser.add_argument("--axioms", action="store_true", help="list axioms instead")


def run(args: argparse.Namespace) -> Table:
    """List what was asked for."""
    if args.axioms:
        rows = [
            [axiom.id, axiom.family or "every family", axiom.statement]
            for axiom in axioms.list_axioms(args.family)
        ]
        return Table(["axiom", "family", "statement"], rows)
    entries = [[entry.id, entry.summary] for entry in mechanisms(args.family)]
    return Table(["mechanism", "summary"], entries)
