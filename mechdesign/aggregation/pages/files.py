"""Reports on files of scores and of rankings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mechdesign.aggregation import Profile, Ranking
from mechdesign.aggregation.pages.score_pages import score_report
from mechdesign.io.formats import content_of
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source, check_options

_SHARED = ("mechanism", "rules", "samples", "rng")
_READER = ("lower", "name", "keep", "drop", "weights", "delimiter", "duplicates")


def table_page(file: Path, source: Source, **options: Any) -> Report:
    """Report on a table; the options are those of :func:`score_report` and of its reader."""
    check_options(options, (*_SHARED, *_READER), "table")
    return score_report(file, source=source, **options)


def rankings_page(file: Path, source: Source, **options: Any) -> Report:
    """Report on rankings; the options are those of :func:`score_report`."""
    check_options(options, _SHARED, "rankings")
    data: Any = file
    if file.suffix.lower() == ".rankings":
        ballots = content_of(file, "rankings")
        rankings = [
            Ranking([[ballots.names[k - 1] for k in tier] for tier in order])
            for _, order in ballots.orders
        ]
        data = Profile.from_rankings(rankings, [n for n, _ in ballots.orders], ballots.names)
    return score_report(data, source=source, **options)
