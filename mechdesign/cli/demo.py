"""The verb ``demo``."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable
from typing import Any

from mechdesign.axioms import Audit
from mechdesign.cli.progress import progress
from mechdesign.family import families, resolve
from mechdesign.io import Table
from mechdesign.records import Shown

__all__ = ["Demo", "configure"]

_WIDTH = 100


class Demo(Shown):
    """What the families show: results on published data, then audits of mechanisms.

    Parameters
    ----------
    shown : list of (str, result)
        Titles and results; audits are put last.
    """

    def __init__(self, shown: list[tuple[str, Any]]) -> None:
        self.results = [(title, found) for title, found in shown if not isinstance(found, Audit)]
        self.audits = [(title, found) for title, found in shown if isinstance(found, Audit)]

    def table(self) -> Table:
        """Every verdict with its evidence."""
        tables = [audit.evidence() for _, audit in self.audits]
        return Table(tables[0].columns, [row for table in tables for row in table.rows])

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "results": {title: found.to_dict() for title, found in self.results},
            "audits": {title: audit.to_dict() for title, audit in self.audits},
        }

    def __str__(self) -> str:
        parts = []
        for number, (title, found) in enumerate(self.results, 1):
            parts += [_heading(f"{number}. {title}"), _wrapped(str(found))]
        for number, (title, audit) in enumerate(self.audits, 1 + len(self.results)):
            parts += [_heading(f"{number}. {title}"), audit.to_text()]
            for text in audit.counterexamples():
                parts.append(
                    textwrap.fill(text, _WIDTH, initial_indent="- ", subsequent_indent="  ")
                )
        return "\n".join(parts)


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Demo]:
    """Run the main job on the published tables that are shipped: rank, then audit."""
    return _run


def _run(args: argparse.Namespace) -> Demo:
    """Ask every family for what it shows."""
    demos = [family.demo for family in families() if family.demo]
    shown = []
    with progress("demo", total=len(demos)) as step:
        for name in demos:
            shown += resolve(name)()
            step()
    return Demo(shown)


def _heading(text: str) -> str:
    return f"\n{text}\n{'=' * len(text)}"


def _wrapped(text: str) -> str:
    lines = []
    for line in text.splitlines():
        indent = "  " if line.startswith("- ") else ""
        # Tables are kept as they are: only sentences are wrapped.
        table = "  " in line.strip()
        lines.append(line if table else textwrap.fill(line, _WIDTH, subsequent_indent=indent))
    return "\n".join(lines)
