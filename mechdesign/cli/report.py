"""The verb ``report``."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mechdesign.cli.ballots import (
    BALLOT_OPTIONS,
    TABLE_OPTIONS,
    add_ballot_options,
    add_table_options,
)
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.io.writing import check_output, write_files
from mechdesign.model import split_names
from mechdesign.records import Shown
from mechdesign.report import Report, report
from mechdesign.report.figures import available
from mechdesign.report.parts import NO_FIGURES

__all__ = ["WrittenReport", "configure"]

_FORMS = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown"}


class WrittenReport(Shown):
    """A report and the files that hold it.

    Parameters
    ----------
    report : Report
        The document.
    files : dict of str to int
        The size of each file in bytes; empty where it is printed.
    text : str
        What is printed, where it is.
    """

    def __init__(self, report: Report, files: dict[str, int], text: str = "") -> None:
        self.report = report
        self.files = files
        self.text = text

    @property
    def decisions(self) -> tuple[str, ...]:
        """That figures are missing, where they are."""
        return () if available() else (NO_FIGURES,)

    def table(self) -> Table:
        """The files that were written."""
        return Table(["file", "bytes"], list(self.files.items()))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "title": self.report.title,
            "sections": [section.title for section in self.report.sections],
            "figures": [figure.title for figure in self.report.figures()],
            "files": self.files,
        }

    def __str__(self) -> str:
        if self.text:
            return self.text.removesuffix("\n")
        figures = sum(1 for _ in self.report.figures())
        first, *others = self.files
        beside = f" and {len(others)} files of figures beside it" if others else ""
        return f"wrote {first}{beside} ({len(self.report.sections)} sections, {figures} figures)"


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], WrittenReport]:
    """Write a report on a file, as one HTML page that needs nothing else, or as Markdown.

    FILE is a table of scores or a file of ballots (as `rank` reads them), a bargaining
    problem (.json, .yaml), an election over projects (.pb, or JSON that `convert` wrote), or the
    JSON of `audit` or `consistent`. The suffix of the output says the form: .html or .md, whose
    figures are files beside it; "-o -" prints Markdown without figures. Without -o the page is
    written beside nothing of the input: into the current folder, named after FILE. An existing file
    is replaced with --force only. The same file, options and versions give the same bytes.
    """
    parser.add_argument("file", metavar="FILE", help="what to report on")
    parser.add_argument(
        "-o", "--output", help="an .html or .md file, or - to print; by default FILE's name.html"
    )
    parser.add_argument("--force", action="store_true", help="replace existing files")
    parser.add_argument(
        "--mechanism", "--rule", help="the main rule: audited, resampled, set against the others"
    )
    parser.add_argument("--rules", help="comma-separated rules to compare (tables and rankings)")
    parser.add_argument("--rng", type=int, help="seed of the bootstrap (default 0)")
    parser.add_argument("--samples", type=int, metavar="N", help="of the bootstrap")
    add_table_options(parser)
    add_ballot_options(parser, "ratings")
    parser.add_argument("--budget", help="of a table of ratings of packages")
    parser.add_argument("--rows", choices=("packages", "people"), help="of a table of ratings")
    parser.add_argument("--tolerance", help="what a group concedes in a round (bargaining)")
    parser.add_argument(
        "--time-limit", type=float, metavar="SECONDS", help="for each objection (elections)"
    )
    return _run


_WORDS = (
    *("mechanism", "rules", "rng", "samples", "tolerance", "budget", "rows"),
    *TABLE_OPTIONS,
    *BALLOT_OPTIONS,
)


def _run(args: argparse.Namespace) -> WrittenReport:
    """Write the report that was asked for."""
    output = args.output or f"{Path(args.file).stem}.html"
    form = "markdown" if output == "-" else _FORMS.get(Path(output).suffix.lower())
    if form is None:
        raise InvalidInputError("--output", "end in .html or .md", output)
    if output != "-":
        # Before the work, so that nobody waits for a refusal.
        check_output(output, inputs=[args.file], force=args.force)
    options = {word: getattr(args, word) for word in _WORDS if getattr(args, word) is not None}
    if args.time_limit is not None:
        options["time_limit"] = args.time_limit
    if args.rules is not None:
        options["rules"] = split_names(args.rules)
    made = report(args.file, command=_command(args, options), **options)
    if output == "-":
        return WrittenReport(made, {}, made.to_markdown()[0])
    if form == "html":
        contents = {output: made.to_html()}
    else:
        text, drawings = made.to_markdown(Path(output).stem)
        folder = Path(output).parent
        contents = {output: text, **{str(folder / name): svg for name, svg in drawings.items()}}
    write_files(contents, inputs=[args.file], force=args.force)
    return WrittenReport(made, {path: len(text.encode()) for path, text in contents.items()})


def _command(args: argparse.Namespace, options: dict[str, Any]) -> str:
    """The command line with what decides the content, wherever the files are."""
    words = ["mechdesign", "report", Path(args.file).name]
    for word, value in options.items():
        if word == "header":
            words.append("--header" if value else "--no-header")
            continue
        if value is True:
            words.append(f"--{word}")
            continue
        word = "as" if word == "kind" else word
        listed = [",".join(value)] if word == "rules" else value
        for one in listed if isinstance(listed, list) else [listed]:
            words += [f"--{word.replace('_', '-')}", str(one)]
    return shlex.join(words)
