"""Reports on files of scores and of rankings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
    """Report on ballots; the options are those of :func:`score_report` and of the reader."""
    check_options(options, (*_SHARED, *BALLOT_OPTIONS), "rankings")
    return score_report(file, source=source, **options)
