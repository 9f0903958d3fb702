"""The verb ``audit``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mechdesign import axioms
from mechdesign.axioms import Audit, Status
from mechdesign.cli.progress import progress
from mechdesign.cli.scope import (
    add_scope_options,
    add_setting_option,
    own_modules,
    read_scope,
)
from mechdesign.io import Table
from mechdesign.model import as_mechanism, as_setting
from mechdesign.records import Shown

__all__ = ["AuditReport", "configure"]


class AuditReport(Shown):
    """An audit as the command line shows it.

    Parameters
    ----------
    audit : Audit
        The verdicts.
    """

    def __init__(self, audit: Audit) -> None:
        self.audit = audit

    @property
    def exit_code(self) -> int:
        """1 if an axiom is violated, else 3 if one is undecided, else 0."""
        found = {verdict.status for verdict in self.audit}
        if Status.VIOLATED in found:
            return 1
        return 3 if Status.UNKNOWN in found else 0

    def table(self) -> Table:
        """The evidence, one row for each verdict."""
        return self.audit.evidence()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return self.audit.to_dict()

    def __str__(self) -> str:
        parts = [self.audit.to_text()]
        found = self.audit.counterexamples()
        if found:
            parts.append("\nCounterexamples:")
            parts += [f"- {text}" for text in found]
        unknown = [v for v in self.audit if v.status is Status.UNKNOWN]
        if unknown:
            parts.append("\nUndecided:")
            parts += [f"- {v.axiom} of {v.mechanism}: {v.evidence.text}" for v in unknown]
        return "\n".join(parts)


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], AuditReport]:
    """Check mechanisms against axioms and print one verdict for each pair, with counterexamples."""
    parser.add_argument(
        "mechanism",
        nargs="+",
        help="identifiers, see `mechdesign list`; or module:function of a file of yours",
    )
    parser.add_argument("--axioms", help="comma-separated identifiers; by default all that apply")
    add_setting_option(parser)
    add_scope_options(parser)
    return _run


def _run(args: argparse.Namespace) -> AuditReport:
    """Audit what was asked for."""
    options = read_scope(args)
    own_modules()
    setting = None if args.setting is None else as_setting(args.setting)
    rules = [as_mechanism(name, setting) for name in args.mechanism]
    names = [name.strip() for name in args.axioms.split(",")] if args.axioms else None
    if names is None:
        where = setting or rules[0].setting
        known = axioms.list_axioms(where.id.split(".")[0])
        names = [axiom.id for axiom in known if not axiom.applies(where)]
    with progress("auditing", total=len(rules) * len(names)) as step:
        return AuditReport(axioms.audit(rules, names, setting=setting, progress=step, **options))
