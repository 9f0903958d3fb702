"""Reports on files of scores and of rankings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mechdesign.aggregation import election
from mechdesign.aggregation.pages.election_pages import election_report
from mechdesign.aggregation.pages.score_pages import score_report
from mechdesign.cli.ballots import BALLOT_OPTIONS
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source, check_options

_SHARED = ("mechanism", "rules", "samples", "rng")
_READER = ("lower", "name", "keep", "drop", "weights", "delimiter", "duplicates")


def table_page(file: Path, source: Source, **options: Any) -> Report:
    """Report on a table; the options are those of :func:`score_report` and of its reader."""
    check_options(options, (*_SHARED, *_READER, *BALLOT_OPTIONS), "table")
    return score_report(file, source=source, **options)


def rankings_page(file: Path, source: Source, **options: Any) -> Report:
    """Report on ballots; the options are those of :func:`score_report` and of the reader.

    Where the file is for several seats and no rule is named, the report is on the count.
    """
    check_options(options, (*_SHARED, *BALLOT_OPTIONS), "rankings")
    if not set(_SHARED) & set(options):
        problem = election(file, **options)
        if problem.data.seats > 1:
            return election_report(problem, source=source)
    return score_report(file, source=source, **options)
