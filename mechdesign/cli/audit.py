"""Check mechanisms against axioms and print one verdict for each pair, with counterexamples."""

from __future__ import annotations

import argparse
from typing import Any

from mechdesign import axioms
from mechdesign.axioms import Audit, Status
from mechdesign.cli.progress import progress
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import as_mechanism, parse_number

__all__ = ["AuditReport", "configure", "run"]


class AuditReport:
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


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("mechanism", nargs="+", help="identifiers, see `mechdesign list`")
    parser.add_argument("--axioms", help="comma-separated identifiers; by default all that apply")
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
    parser.add_argument("--max-checks", type=int, default=100_000_000)
    parser.add_argument("--time-limit", type=float, help="seconds for each verdict")


def run(args: argparse.Namespace) -> AuditReport:
    """Audit what was asked for."""
    options: dict[str, Any] = {
        "lift": args.lift,
        "max_checks": args.max_checks,
        "time_limit": args.time_limit,
        "preferences": args.preferences,
        **_scope(args),
    }
    rules = [as_mechanism(name) for name in args.mechanism]
    names = [name.strip() for name in args.axioms.split(",")] if args.axioms else None
    rows = []
    with progress("auditing", total=len(rules)) as step:
        for rule in rules:
            rows.append(axioms.audit([rule], names, **options))
            names = names or list(rows[0].axioms)
            step()
    whole = Audit(
        tuple(one.mechanisms[0] for one in rows),
        rows[0].axioms,
        tuple(one.verdicts[0] for one in rows),
    )
    return AuditReport(whole)


def _scope(args: argparse.Namespace) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    if args.agents is not None:
        try:
            counts = [int(part) for part in args.agents.split(",")]
        except ValueError:
            raise InvalidInputError(
                "--agents", "be integers such as 3 or 2,3", args.agents
            ) from None
        scope["agents"] = counts
    for word in ("grid", "alternatives"):
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
