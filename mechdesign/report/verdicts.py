"""The report on an audit, on one verdict, or on whether axioms are consistent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mechdesign.axioms import CONDITIONS, Audit, Consistency, Status, Verdict, get_axiom
from mechdesign.axioms.consistency.table_rule import TableRule
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.io.documents import read_document
from mechdesign.model import Reference, decode, get
from mechdesign.model.serialize import check_schema
from mechdesign.report.document import Items, Paragraph, Part, Section
from mechdesign.report.pages import Report
from mechdesign.report.parts import (
    Source,
    check_options,
    clipped,
    closing,
    counted,
    distinct,
    listed,
)

__all__ = ["audit_report", "consistency_report", "read_verdicts"]

_MARKS = {Status.HOLDS: "holds", Status.VIOLATED: "VIOLATED", Status.UNKNOWN: "unknown"}
_PROBLEMS, _FEW, _WIDE = 60, 12, 6


def read_verdicts(document: object) -> Audit | Consistency:
    """What the JSON of an audit, a verdict or an answer of ``consistent`` holds.

    Parameters
    ----------
    document : dict
        As ``mechdesign audit --json`` or ``mechdesign consistent --json`` print it.

    Raises
    ------
    InvalidInputError
        If it is neither.
    """
    if not isinstance(document, Mapping):
        raise InvalidInputError("file", "hold an audit", type(document).__name__)
    content = dict(document)
    check_schema(content.pop("schema", None))
    try:
        if "$object" not in content:
            found: Any = content["verdicts"]
            rows = tuple(tuple(Verdict.from_dict(cell) for cell in row) for row in found)
            return Audit(tuple(content["mechanisms"]), tuple(content["axioms"]), rows)
        found = decode(content)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InvalidInputError("file", f"be complete ({error!r})", "a part of it") from None
    if isinstance(found, Verdict):
        return Audit((found.mechanism,), (found.axiom,), ((found,),))
    if isinstance(found, Consistency):
        return found
    raise InvalidInputError(
        "file", "hold an audit, a verdict or an answer of `consistent`", type(found).__name__
    )


def verdicts_page(file: Path, source: Source, **options: object) -> Report:
    """Report on the JSON file of an audit or of an answer of ``consistent``."""
    check_options(options, (), "verdicts")
    # Floats as floats, which is what the model's JSON means.
    document = read_document(file, decimals=float)
    found = read_verdicts(document)
    if isinstance(found, Audit):
        return audit_report(found, source=source)
    return consistency_report(found, source=source)


def audit_report(audit: Audit, *, source: Source | None = None) -> Report:
    """Report on an audit: every verdict with its evidence, every counterexample in words.

    Parameters
    ----------
    audit : Audit
        The verdicts.
    source : Source, optional
        Where it comes from.

    Examples
    --------
    >>> from mechdesign import axioms, facility
    >>> found = axioms.audit([facility.average], ["unanimity"], agents=2, grid=2)
    >>> [section.title for section in audit_report(found).sections][:2]
    ['The verdicts', 'Why axioms hold']
    """
    origin = source or Source()
    by_status = {status: [v for v in audit if v.status is status] for status in Status}
    words = {Status.HOLDS: "hold", Status.VIOLATED: "are violated", Status.UNKNOWN: "are undecided"}
    told = ", ".join(f"{len(by_status[status])} {words[status]}" for status in Status)
    text = f"Of {counted(len(list(audit)), 'verdict')} {told}."
    sections = [Section("The verdicts", [Paragraph(text), *_statuses(audit)])]
    if by_status[Status.VIOLATED]:
        told_of = by_status[Status.VIOLATED]
        sections.append(Section("Counterexamples", [_counterexamples(told_of), _caveats(told_of)]))
    if by_status[Status.HOLDS]:
        sections.append(Section("Why axioms hold", [_evidence(by_status[Status.HOLDS])]))
    if by_status[Status.UNKNOWN]:
        sections.append(Section("Undecided", [_evidence(by_status[Status.UNKNOWN])]))
    subtitle = f"{len(audit.mechanisms)} mechanisms, {len(audit.axioms)} axioms"
    used = [_reference(verdict.mechanism) for verdict in audit]
    return Report(f"Audit: {origin.name}", subtitle, (*sections, *closing(origin, used)))


def consistency_report(answer: Consistency, *, source: Source | None = None) -> Report:
    """Report on whether some axioms are consistent: the rule, or what excludes every rule.

    Parameters
    ----------
    answer : Consistency
        Of :func:`mechdesign.axioms.consistent`.
    source : Source, optional
        Where it comes from.
    """
    origin = source or Source()
    words = {
        Status.HOLDS: "A rule satisfies all of them on this domain.",
        Status.VIOLATED: "No rule satisfies all of them on this domain.",
        Status.UNKNOWN: f"Undecided: {answer.reason}",
    }
    rows = [[_title(name), _MARKS_OF_CORE[name in answer.core]] for name in answer.axioms]
    asked = Table(["axiom", "conflict"], rows, "What was asked for")
    answered: list[Part] = [
        Paragraph(words[answer.status]),
        Paragraph(f"Scope: {answer.scope}.", note=True),
        asked,
    ]
    sections = [
        Section("The answer", answered),
        Section("What the axioms say", [_statements(answer.axioms)]),
    ]
    if answer.rule is not None:
        sections.append(Section("A rule that satisfies them", [_rule(answer.rule, _PROBLEMS)]))
    if answer.verdicts:
        sections.append(Section("The checks of this rule", [_evidence(answer.verdicts)]))
    if answer.proof is not None:
        proof = answer.proof
        told = [
            f"{len(proof.cases)} cases: choices that violate an axiom, each with its witness.",
            f"{len(proof.problems)} problems at which something has to be chosen.",
            f"A refutation of {len(proof.lines)} lines, each of which follows by unit propagation.",
        ]
        if proof.restricted:
            told.append("The outcomes among which a rule may choose were given with the question.")
        again = "mechdesign verify replays the proof of the JSON file without a solver."
        sections.append(Section("The proof", [Items(tuple(told)), Paragraph(again)]))
    for name, rule in answer.without.items():
        parts: list[Part] = [
            Paragraph(f"Without {_title(name)} the others are consistent:"),
            _rule(rule, _FEW),
        ]
        sections.append(Section(f"Without {_title(name)}", parts))
    title = f"Consistency: {origin.name}"
    return Report(
        title, listed([_title(n) for n in answer.axioms]), (*sections, *closing(origin, []))
    )


_MARKS_OF_CORE = {True: "part of it", False: ""}


def _title(name: str) -> str:
    if name in CONDITIONS:
        return name.replace("_", " ")
    return str(get_axiom(name).title)


def _statuses(audit: Audit) -> list[Table]:
    """The statuses: an axiom a line, with what it says, unless the mechanisms are many."""
    notes = [f"scope: {scope}" for scope in audit.scopes()]
    notes.append("a status speaks about its scope only")
    title = "Mechanisms against axioms"
    if len(audit.mechanisms) > _WIDE:
        whole = audit.table()
        return [Table(whole.columns, whole.rows, title, notes), _statements(audit.axioms)]
    rows = [
        [axiom, *(_MARKS[row[k].status] for row in audit.verdicts), _statement(axiom)]
        for k, axiom in enumerate(audit.axioms)
    ]
    return [
        Table(
            ["axiom", *distinct(audit.mechanisms, "axiom", "what it says"), "what it says"],
            rows,
            title,
            notes,
        )
    ]


def _statement(name: str) -> str:
    return CONDITIONS[name] if name in CONDITIONS else str(get_axiom(name).statement)


def _statements(names: Iterable[str]) -> Table:
    return Table(["axiom", "statement"], [[name, _statement(name)] for name in names])


def _counterexamples(verdicts: Iterable[Verdict]) -> Table:
    rows = [
        [v.mechanism, v.axiom, v.witness.explain() if v.witness else v.evidence.text]
        for v in verdicts
    ]
    return Table(["mechanism", "axiom", "counterexample"], rows)


def _caveats(verdicts: Iterable[Verdict]) -> Items | None:
    """What a reader has to know of single counterexamples."""
    told = []
    for verdict in verdicts:
        name, witness = f"{verdict.mechanism}, {verdict.axiom}", verdict.witness
        if witness is not None and witness.lift:
            told.append(f"{name}: outcomes are compared by the lift {witness.lift}.")
        if witness is not None and not witness.minimal:
            told.append(f"{name}: the search for a smaller counterexample was not completed.")
        if not verdict.exact:
            told.append(f"{name}: floating point, tolerance {verdict.tolerance:g}.")
    return Items(tuple(told)) if told else None


def _evidence(verdicts: Iterable[Verdict]) -> Table:
    """Why; with the scopes where they differ."""
    listed_ones = list(verdicts)
    rows = [[v.mechanism, v.axiom, v.evidence.kind, v.evidence.text] for v in listed_ones]
    columns = ["mechanism", "axiom", "evidence", "why"]
    if len({str(v.scope) for v in listed_ones}) > 1:
        columns.append("scope")
        rows = [[*row, str(v.scope)] for row, v in zip(rows, listed_ones, strict=True)]
    return Table(columns, rows)


def _rule(rule: TableRule, most: int) -> Table:
    rows = [
        [*map(rule.setting.say_report, problem.types), rule.setting.say_choice(problem, outcome)]
        for problem, outcome in rule.choices.items()
    ]
    width = max((len(row) for row in rows), default=1)
    padded = [[*row[:-1], *[""] * (width - len(row)), row[-1]] for row in rows]
    columns = [*(f"agent {k}" for k in range(width - 1)), "choice"]
    return clipped(Table(columns, padded), most, "problems")


def _reference(mechanism: str) -> Reference | None:
    """Of a registered mechanism; a user's own has none here."""
    try:
        return get(mechanism).reference
    except InvalidInputError:
        return None
