"""Reports on files of bargaining problems and of elections over projects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mechdesign.bargaining import from_document, read_sheet
from mechdesign.bargaining.ballots.election_files import from_pabulib
from mechdesign.bargaining.commands import full_name
from mechdesign.bargaining.pages.election_page import election_report
from mechdesign.bargaining.pages.package_page import bargaining_report
from mechdesign.io.formats import content_of
from mechdesign.model import parse_number
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source, check_options


def problem_page(file: Path, source: Source, **options: object) -> Report:
    """Report on a bargaining problem; the options are those of :func:`bargaining_report`."""
    check_options(options, ("mechanism", "tolerance"), "bargaining")
    tolerance = options.get("tolerance")
    if isinstance(tolerance, str):
        options["tolerance"] = parse_number(tolerance, "tolerance")
    problem = from_document(content_of(file, "bargaining"))
    return bargaining_report(problem, source=source, **_named(options))


def sheet_page(file: Path, source: Source, **options: Any) -> Report:
    """Report on a planner's table; the options are those of :func:`bargaining_report`."""
    check_options(options, ("mechanism", "tolerance", "budget", "rows", "decimal"), "ratings")
    for word in ("tolerance", "budget"):
        if isinstance(options.get(word), str):
            options[word] = parse_number(options[word], word)
    said = {word: options.pop(word, None) for word in ("budget", "rows", "decimal")}
    sheet = read_sheet(file, **said)
    return bargaining_report(
        sheet.problem, source=source, decisions=sheet.decisions, **_named(options)
    )


def election_page(file: Path, source: Source, **options: object) -> Report:
    """Report on an election; the options are those of :func:`election_report`."""
    check_options(options, ("mechanism", "time_limit"), "election")
    problem = from_pabulib(content_of(file, "election"))
    return election_report(problem, source=source, **_named(options))


def _named(options: dict[str, Any]) -> dict[str, Any]:
    if isinstance(options.get("mechanism"), str):
        options["mechanism"] = f"bargaining.{full_name(options['mechanism'])}"
    return options
