"""The verb ``consistent``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mechdesign import axioms
from mechdesign.axioms import Consistency, Status
from mechdesign.cli.scope import add_scope_options, read_scope
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Setting, mechanisms
from mechdesign.records import Shown

__all__ = ["ConsistencyReport", "configure"]


class ConsistencyReport(Shown):
    """An answer as the command line shows it.

    Parameters
    ----------
    answer : Consistency
        The answer.
    """

    def __init__(self, answer: Consistency) -> None:
        self.answer = answer

    @property
    def exit_code(self) -> int:
        """0 if a rule was found, 1 if there is none, 3 if it is undecided."""
        return {Status.HOLDS: 0, Status.VIOLATED: 1, Status.UNKNOWN: 3}[self.answer.status]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, the proof included."""
        return self.answer.to_dict()

    def table(self) -> Table:
        """The rule that was found, one row for each problem."""
        rule = self.answer.rule
        if rule is None:
            raise InvalidInputError("--csv/--latex", "be asked where a rule is found", None)
        rows = [
            [*map(rule.setting.say_report, p.types), rule.setting.say_choice(p, outcome)]
            for p, outcome in rule.choices.items()
        ]
        width = max(map(len, rows)) - 1
        return Table([*(f"agent {k}" for k in range(width)), "choice"], rows)

    def __str__(self) -> str:
        rule = self.answer.rule
        return f"{self.answer}\n\n{rule}" if rule is not None else str(self.answer)


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], ConsistencyReport]:
    """Find a rule that satisfies some axioms on a finite domain, or prove that there is none."""
    conditions = ", ".join(axioms.CONDITIONS)
    parser.add_argument("setting", help="such as aggregation.rankings or facility.line")
    parser.add_argument(
        "--axioms", required=True, help=f"comma-separated identifiers, also {conditions}"
    )
    parser.add_argument("--outcomes", help="comma-separated choices, where not all are listed")
    add_scope_options(parser)
    return _run


def _run(args: argparse.Namespace) -> ConsistencyReport:
    """Decide what was asked for."""
    options = read_scope(args)
    if "agents" not in options:
        raise InvalidInputError("--agents", "be given", None)
    names = [name.strip() for name in args.axioms.split(",") if name.strip()]
    setting = _setting(args.setting)
    if args.outcomes is not None:
        options["outcomes"] = [_choice(text) for text in args.outcomes.split(",")]
    return ConsistencyReport(axioms.consistent(names, setting, **options))


def _setting(name: str) -> Setting:
    """The setting of that identifier that some registered mechanism has."""
    known: dict[str, Setting] = {}
    for rule in mechanisms():
        known.setdefault(rule.setting.id, rule.setting)
    if name not in known:
        raise InvalidInputError("setting", f"be one of {', '.join(sorted(known))}", name)
    return known[name]


def _choice(text: str) -> Any:
    from mechdesign.model import parse_number

    try:
        return parse_number(text.strip(), "--outcomes")
    except InvalidInputError:
        return text.strip()
