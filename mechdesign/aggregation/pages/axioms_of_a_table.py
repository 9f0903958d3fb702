"""Which axioms the rules keep and break on the very table of a report."""

from __future__ import annotations

from collections.abc import Sequence

from mechdesign import aggregation
from mechdesign.axioms import Status, Witness, get_axiom
from mechdesign.io import Table
from mechdesign.model import MechanismLike, Problem
from mechdesign.report.document import Items, Paragraph, Section

__all__ = ["axioms_section"]

# From this many cells on only the main rule is audited, and beyond the second number none is.
_ALL, _ONE = 400, 20_000
_LONG = 600


def axioms_section(problem: Problem, rules: Sequence[MechanismLike], main: str) -> Section:
    """The section on axioms.

    Parameters
    ----------
    problem : Problem
        The table.
    rules : sequence of rules
        The main one first.
    main : str
        Its name.
    """
    title = "Axioms on this very table"
    cells = len(problem) * len(problem.data.alternatives)
    if cells > _ONE:
        return Section(title, [Paragraph(f"{cells} cells are too many to audit here.", note=True)])
    audit = aggregation.audit_table(problem, rules if cells <= _ALL else rules[:1])
    table = audit.table()
    names = table.column("axiom")
    rows = [
        [_capital(get_axiom(name).title), *row[1:], get_axiom(name).statement]
        for name, row in zip(names, table.rows, strict=True)
    ]
    shown = Table(
        [*table.columns, "what it says"],
        rows,
        "Kept or broken here",
        ["- where the axiom demands nothing of this table, or is not decided"],
    )
    text = (
        "A rule that keeps an axiom on one table may break it on another one; broken here is "
        "broken, and below is how."
    )
    if not any(v.status is Status.VIOLATED for v in audit.verdicts.values()):
        return Section(title, [Paragraph(f"{main} breaks none of these axioms here."), shown])
    broken = [
        f"{rule} breaks {get_axiom(axiom).title}: {_words(verdict.witness)}"
        for (rule, axiom), verdict in audit.verdicts.items()
        if verdict.status is Status.VIOLATED and verdict.witness is not None
    ]
    return Section(title, [Paragraph(text), shown, Items(tuple(broken))])


def _words(witness: Witness) -> str:
    """The counterexample in words, without the scores, which are those of the table."""
    text = witness.explain().replace(f"At ({witness.profile()})", "here", 1)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "\u2026"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
