"""The report on an election that was counted in rounds."""

from __future__ import annotations

from typing import Any

from mechdesign.aggregation import CountedElection, count_election, pairs_of, paradoxes
from mechdesign.errors import MechDesignError
from mechdesign.io import Table
from mechdesign.model import Problem
from mechdesign.report.document import Figure, Items, Paragraph, Section
from mechdesign.report.figures import figure
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source, closing, counted, distinct, listed

__all__ = ["election_report", "pages_of_count"]

_MATRIX = 15
# For what a few ballots would change.
_SECONDS = 20


def election_report(data: object, *, source: Source | None = None, **options: Any) -> Report:
    """Count an election and report on it.

    Parameters
    ----------
    data : ballots
        See :func:`mechdesign.aggregation.election`.
    source : Source, optional
        Where the data come from.
    **options
        Of :func:`mechdesign.aggregation.count_election`.

    Examples
    --------
    >>> found = election_report({"A > B": 7, "A > C": 3, "C": 4, "D > B": 3}, seats=2)
    >>> [section.title for section in found.sections][:3]
    ['Who is elected', 'Where the votes went', 'The stages']
    """
    return pages_of_count(count_election(data, **options), source)


def pages_of_count(found: CountedElection, source: Source | None = None) -> Report:
    """The report on a count."""
    origin = source or Source()
    problem = found.count.problem
    assert problem is not None
    decided = found.decisions
    sections = [
        Section(
            "Who is elected",
            [Paragraph(_answer(found)), Paragraph(found.heading()), Items(tuple(found.winners()))],
        ),
        Section("Where the votes went", [_picture(found)]),
        Section("The stages", [*_stages(found)]),
        Section("Head to head", [_pairs(problem)]),
    ]
    if problem.data.seats == 1:
        sections.append(Section("What a few ballots would change", [_paradoxes(found)]))
    if found.chances is not None:
        sections.append(Section("How often each is elected", [found.chances]))
    if found.others:
        rows = [[rule, ", ".join(map(str, who)) or "nobody"] for rule, who in found.others.items()]
        table = Table(["rule", "would elect"], rows)
        sections.append(Section("What others would elect", [table]))
    sections.append(
        Section(
            "What was decided while reading and counting",
            [Items(decided) if decided else Paragraph("Nothing: ballots count as they are.")],
        )
    )
    ballots = found.count.details["votes"] + found.blank
    candidates = counted(len(problem.data.alternatives), "candidate")
    subtitle = f"{candidates}, {ballots} ballots"
    return Report(f"Election: {origin.name}", subtitle, (*sections, *closing(origin, [])))


def _answer(found: CountedElection) -> str:
    committees = found.count.committees
    if len(committees) > 1:
        each = [listed(sorted(map(str, one))) for one in committees[:6]]
        return f"A tie is open. Elected: {', or '.join(each)}."
    return f"Elected: {listed([x for stage in found.count.stages for x in stage.elected])}."


def _paradoxes(found: CountedElection) -> Items | Paragraph:
    """No-show, monotonicity and spoilers, as far as instant runoff is what was counted."""
    try:
        told = found.paradoxes or paradoxes(found.count.problem, time_limit=_SECONDS)
    except MechDesignError as error:
        return Paragraph(f"Not looked at: {error}")
    return Items(tuple(told.lines(most=3)))


def _stages(found: CountedElection) -> list[Table | Items]:
    tables = [Table(distinct(block.columns), block.rows) for block in found.blocks()]
    return [Items(tuple(found.stage_lines())), *tables]


def _picture(found: CountedElection) -> Figure | Paragraph:
    from mechdesign.aggregation.plots import transfers

    stages, labels = found.count.stages, found.count.stages[0].votes
    if len(stages) < 2:
        return Paragraph("Everything was decided by the first choices.")
    told = "; ".join(found.stage_lines())
    size = (min(3 + 1.1 * len(stages), 14), 2 + 0.3 * len(labels))
    drawn = figure(
        "Votes of every candidate at each stage, and where they went; red where nobody has them",
        told,
        lambda axes: transfers(found.count, ax=axes),
        size,
    )
    return drawn or Paragraph("The picture needs matplotlib.")


def _pairs(problem: Problem) -> Table | Paragraph:
    """Who is ranked above whom how often."""
    pairs = pairs_of(problem)
    if pairs.m > _MATRIX:
        return Paragraph(f"Left out for more than {_MATRIX} candidates.")
    labels = distinct(pairs.alternatives, "above")
    rows = [
        [label, *("" if i == j else pairs.scaled(int(pairs.support[i, j])) for j in range(pairs.m))]
        for i, label in enumerate(labels)
    ]
    note = "So many ballots rank the row above the column; whom they do not list is below."
    return Table(["above", *labels], rows, notes=[note])
