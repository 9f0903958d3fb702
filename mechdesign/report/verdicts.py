"""The report on an audit, on one verdict, or on whether axioms are consistent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mechdesign.axioms import CONDITIONS, Audit, Consistency, Status, Verdict, get_axiom
from mechdesign.axioms.table_rule import TableRule
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Reference, decode, get
from mechdesign.model.serialize import check_schema
from mechdesign.report.document import Code, Items, Paragraph, Part, Report, Section
from mechdesign.report.parts import Source, clipped, closing, listed

__all__ = ["audit_report", "consistency_report", "read_verdicts"]

_MARKS = {Status.HOLDS: "holds", Status.VIOLATED: "VIOLATED", Status.UNKNOWN: "unknown"}
_PROBLEMS = 60


def read_verdicts(document: Any) -> Audit | Consistency:
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
    >>> found = axioms.audit([facility.average()], ["unanimity"], agents=2, grid=2)
    >>> [section.title for section in audit_report(found).sections][:2]
    ['The verdicts', 'What the axioms say']
    """
    origin = source or Source()
    counts = {status: sum(v.status is status for v in audit) for status in Status}
    told = ", ".join(f"{counts[status]} {_MARKS[status]}" for status in Status)
    table = audit.table()
    verdicts = Table(
        table.columns,
        table.rows,
        "Mechanisms against axioms",
        [*table.notes, "a status speaks about its scope only; unknown is neither"],
    )
    by_status = {status: [v for v in audit if v.status is status] for status in Status}
    sections = [
        Section("The verdicts", [Paragraph(f"{told}."), verdicts]),
        _meanings(audit.axioms),
    ]
    if by_status[Status.VIOLATED]:
        told_of: list[Part] = []
        for verdict in by_status[Status.VIOLATED]:
            told_of += _counterexample(verdict)
        sections.append(Section("Counterexamples", told_of))
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
    asked = Table(["axiom", "part of the conflict"], rows, "What was asked for")
    answered: list[Part] = [
        Paragraph(words[answer.status]),
        Paragraph(f"Scope: {answer.scope}.", note=True),
        asked,
    ]
    sections = [Section("The answer", answered), _meanings(answer.axioms)]
    if answer.rule is not None:
        sections.append(Section("A rule that satisfies them", [_rule(answer.rule)]))
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
            _rule(rule),
        ]
        sections.append(Section(f"Without {_title(name)}", parts))
    title = f"Consistency: {origin.name}"
    return Report(
        title, listed([_title(n) for n in answer.axioms]), (*sections, *closing(origin, []))
    )


_MARKS_OF_CORE = {True: "yes", False: ""}


def _title(name: str) -> str:
    if name in CONDITIONS:
        return name.replace("_", " ")
    return str(get_axiom(name).title)


def _meanings(names: Iterable[str]) -> Section:
    rows = [
        [name, CONDITIONS[name] if name in CONDITIONS else get_axiom(name).statement]
        for name in names
    ]
    return Section("What the axioms say", [Table(["axiom", "statement"], rows)])


def _counterexample(verdict: Verdict) -> list[Part]:
    witness = verdict.witness
    parts: list[Part] = [
        Paragraph(f"{verdict.mechanism} violates {verdict.axiom} ({verdict.scope}).")
    ]
    if witness is None:
        return [*parts, Paragraph(verdict.evidence.text, note=True)]
    lines = [witness.explain()]
    if witness.lift:
        lines.append(f"Outcomes are compared by the lift {witness.lift}.")
    if not verdict.exact:
        lines.append(f"Floating point, tolerance {verdict.tolerance:g}.")
    if not witness.minimal:
        lines.append("The search for a smaller counterexample was not completed.")
    return [*parts, Code("\n".join(lines))]


def _evidence(verdicts: Iterable[Verdict]) -> Table:
    rows = [
        [v.mechanism, v.axiom, v.evidence.kind, v.evidence.text, str(v.scope)] for v in verdicts
    ]
    return Table(["mechanism", "axiom", "evidence", "why", "scope"], rows)


def _rule(rule: TableRule) -> Table:
    rows = [
        [*map(rule.setting.say_report, problem.types), rule.setting.say_choice(problem, outcome)]
        for problem, outcome in rule.choices.items()
    ]
    width = max((len(row) for row in rows), default=1)
    padded = [[*row[:-1], *[""] * (width - len(row)), row[-1]] for row in rows]
    columns = [*(f"agent {k}" for k in range(width - 1)), "choice"]
    return clipped(Table(columns, padded), _PROBLEMS, "problems")


def _reference(mechanism: str) -> Reference | None:
    """Of a registered mechanism; a user's own has none here."""
    try:
        return get(mechanism).reference
    except InvalidInputError:
        return None
