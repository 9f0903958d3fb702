"""The report on a file, whatever the package can read."""

from __future__ import annotations

import hashlib
from os import PathLike
from pathlib import Path
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.family import families, resolve
from mechdesign.io.ballots.recognition import BALLOT_FORMATS
from mechdesign.io.files import read_bytes
from mechdesign.io.formats import format_of, kind_of, name_in
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source

__all__ = ["report"]

# Reports on what belongs to no family.
_OWN = {"verdicts": "mechdesign.report.verdicts:verdicts_page"}


def report(path: str | PathLike[str], *, command: str = "", **options: Any) -> Report:
    """Report on a file.

    Parameters
    ----------
    path : path
        A table of scores (CSV, TSV, JSON, parquet) or rankings (PrefLib, ``.rankings``), a
        bargaining problem (JSON, YAML; a table with ``kind="ratings"`` or a ``budget``), an
        election over projects (``.pb``, JSON), or the JSON of an audit or of ``mechdesign
        consistent``.
    command : str
        The command line to put into the report.
    **options
        Those of :func:`mechdesign.aggregation.pages.score_report`,
        :func:`mechdesign.bargaining.pages.bargaining_report` or
        :func:`mechdesign.bargaining.pages.election_report`, by what the file holds.

    Returns
    -------
    Report
        Write :meth:`~mechdesign.report.Report.to_html` or
        :meth:`~mechdesign.report.Report.to_markdown`.

    Raises
    ------
    InvalidInputError
        If the file cannot be read, or does not take one of the options.

    Examples
    --------
    >>> report("examples/data/roberta_glue.csv", samples=50).title
    'Ranking: roberta_glue.csv'
    """
    file = Path(path)
    said = options.get("kind") if options.get("kind") in BALLOT_FORMATS else None
    kind: str = kind_of(file, said)
    if kind == "table" and (options.get("kind") == "ratings" or {"budget", "rows"} & set(options)):
        kind = options.pop("kind", "ratings")
    if format_of(said or name_in(file), kind_of(file, said)).read is None:
        raise InvalidInputError("path", "be of a format that is read", file.name)
    known = {k: name for one in families() for k, name in one.reports.items()} | _OWN
    digest = hashlib.sha256(read_bytes(file)).hexdigest()
    found: Report = resolve(known[kind])(file, Source(file.name, digest, command), **options)
    return found
