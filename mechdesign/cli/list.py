"""The verb ``list``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mechdesign import axioms
from mechdesign.family import families, resolve
from mechdesign.io import Table
from mechdesign.model import mechanisms

__all__ = ["configure"]


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Table]:
    """List the mechanisms of all families or of one, or its axioms, plots or data sets."""
    names = [family.name for family in families()]
    parser.add_argument("family", nargs="?", choices=names, help="one family only")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--axioms", action="store_true", help="list axioms instead")
    what.add_argument("--plots", action="store_true", help="list plots instead")
    what.add_argument("--datasets", action="store_true", help="list data sets instead")
    return _run


def _run(args: argparse.Namespace) -> Table:
    """List what was asked for."""
    if args.axioms:
        rows = [
            [axiom.id, axiom.family or "every family", axiom.statement]
            for axiom in axioms.list_axioms(args.family)
        ]
        return Table(["axiom", "family", "statement"], rows)
    if args.plots or args.datasets:
        corners = [one.plots if args.plots else one.datasets for one in families(args.family)]
        entries = [
            [f"{name}.{function}", (getattr(module, function).__doc__ or "").split("\n")[0]]
            for name, module in ((name, resolve(name)) for name in corners if name)
            for function in module.__all__
        ]
        return Table(["function", "summary"], entries)
    entries = [[entry.id, entry.summary] for entry in mechanisms(args.family)]
    return Table(["mechanism", "summary"], entries)
