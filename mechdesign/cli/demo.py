"""Run the main job on the published tables that are shipped: rank, then audit."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from mechdesign import aggregation, auctions, axioms, datasets, facility
from mechdesign.axioms import Audit
from mechdesign.cli.progress import progress
from mechdesign.io import Table

__all__ = ["Demo", "configure", "run"]

_WIDTH = 100


class Demo:
    """Comparisons of benchmark tables, then audits of mechanisms.

    Parameters
    ----------
    comparisons : list of (str, Comparison)
        Title and comparison.
    audits : list of (str, Audit)
        Title and audit.
    """

    def __init__(
        self,
        comparisons: list[tuple[str, aggregation.Comparison]],
        audits: list[tuple[str, Audit]],
    ) -> None:
        self.comparisons = comparisons
        self.audits = audits

    def table(self) -> Table:
        """Every verdict with its evidence."""
        tables = [audit.evidence() for _, audit in self.audits]
        return Table(tables[0].columns, [row for table in tables for row in table.rows])

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "rankings": {title: found.to_dict() for title, found in self.comparisons},
            "audits": {title: audit.to_dict() for title, audit in self.audits},
        }

    def __str__(self) -> str:
        parts = []
        for number, (title, comparison) in enumerate(self.comparisons, 1):
            parts += [_heading(f"{number}. {title}"), _wrapped(str(comparison))]
        for number, (title, audit) in enumerate(self.audits, 1 + len(self.comparisons)):
            parts += [_heading(f"{number}. {title}"), audit.to_text()]
            for text in audit.counterexamples():
                parts.append(
                    textwrap.fill(text, _WIDTH, initial_indent="- ", subsequent_indent="  ")
                )
        return "\n".join(parts)


def configure(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(args: argparse.Namespace) -> Demo:
    """Rank the two tables and audit mechanisms of two families."""
    with progress("demo", total=4) as step:
        comparisons = []
        for title, table in (
            ("GLUE test ensembles (Liu et al. 2019)", datasets.roberta_glue()),
            ("GLUE test results (Devlin et al. 2019)", datasets.bert_glue()),
        ):
            comparisons.append((title, aggregation.compare(table)))
            step()
        rules = [
            facility.uniform_phantom(),
            facility.median(),
            facility.average(),
            facility.midpoint(),
        ]
        names = [
            "strategyproofness",
            "unanimity",
            "pareto_efficiency",
            "anonymity",
            "participation",
        ]
        located = axioms.audit(rules, names, agents=3, grid=6)
        step()
        sold = axioms.audit(
            [auctions.gsp, auctions.vcg],
            ["strategyproofness", "individual_rationality", "feasibility"],
            agents=3,
            grid=4,
            slots=(2, 1),
        )
        step()
    return Demo(
        comparisons,
        [
            ("Facility location: where agents may lie about where they are", located),
            ("Position auctions: the generalised second price against VCG", sold),
        ],
    )


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
