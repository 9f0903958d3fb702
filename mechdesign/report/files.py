"""The report on a file, whatever the package can read."""

from __future__ import annotations

import hashlib
from os import PathLike
from pathlib import Path
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.formats import Kind, format_of, kind_of, name_of
from mechdesign.model import parse_number
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source

__all__ = ["report"]

#: The options that each kind of file takes.
OPTIONS: dict[Kind, tuple[str, ...]] = {
    "table": (
        "mechanism",
        "rules",
        "samples",
        "rng",
        "lower",
        "name",
        "keep",
        "drop",
        "weights",
        "delimiter",
        "duplicates",
    ),
    "rankings": ("mechanism", "rules", "samples", "rng"),
    "bargaining": ("mechanism", "tolerance"),
    "election": ("mechanism", "time_limit"),
    "verdicts": (),
}
_SHORT = {
    "ks": "kalai_smorodinsky",
    "leximin": "egalitarian",
    "mes": "equal_shares",
    "phragmen": "sequential_phragmen",
}


def report(path: str | PathLike[str], *, command: str = "", **options: Any) -> Report:
    """Report on a file.

    Parameters
    ----------
    path : path
        A table of scores (CSV, TSV, JSON, parquet) or rankings (PrefLib, ``.rankings``), a
        bargaining problem (JSON, YAML), an election over projects (``.pb``, JSON), or the JSON of
        an audit or of ``mechdesign consistent``.
    command : str
        The command line to put into the report.
    **options
        Those of :func:`~mechdesign.report.score_report`,
        :func:`~mechdesign.report.bargaining_report` or
        :func:`~mechdesign.report.election_report`, by what the file holds.

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
    kind = kind_of(file)
    if format_of(name_of(file), kind).read is None:
        raise InvalidInputError("path", "be of a format that is read", file.name)
    unknown = sorted(set(options) - set(OPTIONS[kind]))
    if unknown:
        raise InvalidInputError(
            "options",
            f"be among {', '.join(OPTIONS[kind]) or 'none'} for a file of {kind}",
            unknown,
        )
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    source = Source(file.name, digest, command)
    if kind in ("table", "rankings"):
        return _scores(file, kind, source, options)
    if kind == "verdicts":
        return _verdicts(file, source)
    if isinstance(options.get("mechanism"), str):
        options["mechanism"] = _bargaining_rule(options["mechanism"])
    if kind == "election":
        return _election(file, source, options)
    from mechdesign.bargaining import from_document
    from mechdesign.report.packages import bargaining_report

    content = _content(file, kind)
    tolerance = options.get("tolerance")
    if isinstance(tolerance, str):
        options["tolerance"] = parse_number(tolerance, "tolerance")
    return bargaining_report(from_document(content), source=source, **options)


def _content(file: Path, kind: Kind) -> Any:
    reader = format_of(name_of(file), kind).read
    assert reader is not None  # looked at before
    return reader(file)


def _bargaining_rule(name: str) -> str:
    plain = name.removeprefix("bargaining.")
    return f"bargaining.{_SHORT.get(plain, plain)}"


def _scores(file: Path, kind: Kind, source: Source, options: dict[str, Any]) -> Report:
    from mechdesign.report.scores import score_report

    data: Any = file
    if file.suffix.lower() == ".rankings":
        from mechdesign.aggregation import Profile, Ranking

        ballots = _content(file, kind)
        rankings = [
            Ranking([[ballots.names[k - 1] for k in tier] for tier in order])
            for _, order in ballots.orders
        ]
        data = Profile.from_rankings(rankings, [n for n, _ in ballots.orders], ballots.names)
    return score_report(data, source=source, **options)


def _verdicts(file: Path, source: Source) -> Report:
    from mechdesign.axioms import Audit
    from mechdesign.report.verdicts import audit_report, consistency_report, read_verdicts

    found = read_verdicts(_floats(file))
    if isinstance(found, Audit):
        return audit_report(found, source=source)
    return consistency_report(found, source=source)


def _floats(file: Path) -> Any:
    """The document with floats as floats, which is what the model's JSON means."""
    import json

    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InvalidInputError("path", f"be JSON ({error})", file.name) from None


def _election(file: Path, source: Source, options: dict[str, Any]) -> Report:
    from mechdesign.bargaining.ballots.election_files import from_pabulib
    from mechdesign.report.elections import election_report

    return election_report(from_pabulib(_content(file, "election")), source=source, **options)
