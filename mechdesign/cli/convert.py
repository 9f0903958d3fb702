"""The verb ``convert``."""

from __future__ import annotations

import argparse
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
from mechdesign.family import families, resolve
from mechdesign.io.ballots.building import POLICIES
from mechdesign.io.formats import (
    FORMATS,
    Format,
    Written,
    format_of,
    kind_of,
    name_in,
    name_of,
    preflib_writer,
)
from mechdesign.io.grids import Grid
from mechdesign.io.preflib import KINDS, Ballots
from mechdesign.io.writing import check_output, write_files
from mechdesign.records import Shown

__all__ = ["Conversion", "configure"]


class Conversion(Shown):
    """What was converted.

    Parameters
    ----------
    source, target : Format
        The two formats.
    path : str
        Where the result is; ``-`` for standard output.
    content : str or bytes
        The result.
    decisions : tuple of str
        What was decided while reading, and what was lost.
    """

    def __init__(
        self,
        source: Format,
        target: Format,
        path: str,
        written: Written,
        decisions: tuple[str, ...],
    ) -> None:
        self.source = source
        self.target = target
        self.path = path
        self.content = written.content
        self.lost = written.lost
        self.decisions = (*decisions, *(f"lost: {what}" for what in written.lost))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        raw = self.content if isinstance(self.content, bytes) else self.content.encode()
        return {
            "kind": self.source.kind,
            "from": self.source.name,
            "to": self.target.name,
            "path": self.path,
            "bytes": len(raw),
            "lost": list(self.lost),
            "decisions": list(self.decisions),
        }

    def __str__(self) -> str:
        if self.path == "-":
            assert isinstance(self.content, str)  # bytes are refused before
            return self.content.removesuffix("\n")
        return f"wrote {self.path} ({self.source.kind}, {self.source.name} to {self.target.name})"


def configure(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Conversion]:
    """Convert a file between the formats that the package reads and writes.

    Tables of scores: csv, tsv, json, parquet (feather is read), and latex and markdown to write.
    Rankings: soc, soi, toc, toi (read in either format, --style says which one to write) and
    rankings, lines such as "3: A > B = C"; blt, abif; cat, stv, cvotes, nameq, tally (Debian's
    sheets) and scottish (its councils' CSV) are read; a table of ballots becomes rankings, a table
    of scores with --lossy. How ballots and tables are read is decided by the same options as for
    `rank`.
    Elections over projects: pabulib (.pb) and json. Bargaining problems: json and yaml. The formats
    are those of the file names unless --from and --to say otherwise; "-" is standard input, whose
    format is recognised, and standard output.
    A conversion that loses information is refused and says what would be lost, unless --lossy is
    given; an existing file is replaced with --force only, and the input never.
    """
    names = list(dict.fromkeys(one.name for one in FORMATS))
    parser.add_argument("file", metavar="IN", help="the file to read")
    parser.add_argument("output", metavar="OUT", help="the file to write, or - for standard output")
    parser.add_argument("--from", dest="source", choices=names, help="the format of IN")
    parser.add_argument("--to", dest="target", choices=names, help="the format of OUT")
    parser.add_argument(
        "--style", choices=("new", "old"), default="new", help="which of PrefLib's two formats"
    )
    parser.add_argument("--lossy", action="store_true", help="convert although something is lost")
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    add_ballot_options(parser)
    add_table_options(parser)
    return _run


def _run(args: argparse.Namespace) -> Conversion:
    """Convert what was asked for; nothing is written unless all of it can be."""
    path = Path(args.file)
    kind = kind_of(path, args.source)
    source = format_of(args.source or name_in(path), kind)
    if source.read is None:
        raise InvalidInputError("--from", "be a format that is read", source.name)
    to_stdout = args.output == "-"
    if to_stdout and args.target is None:
        raise InvalidInputError("--to", "be given for standard output", None)
    if not to_stdout:
        check_output(args.output, inputs=[path], force=args.force)
    name = args.target or name_of(args.output)
    options = {
        word: getattr(args, word)
        for word in (*BALLOT_OPTIONS, *TABLE_OPTIONS)
        if getattr(args, word) is not None
    }
    from_scores = kind == "table" and name in (*KINDS, "rankings", "blt", "abif")
    target = format_of(name, "rankings" if from_scores else kind)
    if target.write is None:
        raise InvalidInputError("--to", "be a format that is written", target.name)
    if kind == "rankings":
        policies = {word: options.pop(word) for word in POLICIES if word in options}
        content = source.read(path, **policies)
    else:
        content = source.read(path)
    if options and not from_scores:
        given = ", ".join(
            f"--{'as' if word == 'kind' else word.replace('_', '-')}" for word in options
        )
        raise InvalidInputError(given, f"not be given to make {name} of {source.name}", path.name)
    decisions = content.decisions if isinstance(content, (Grid, Ballots)) else ()
    lost: tuple[str, ...] = ()
    for family in families():
        conversion = family.conversions.get((kind, target.kind))
        if conversion is not None:
            content, told, lost = resolve(conversion)(content, **options)
            decisions = (*decisions, *told)
    write = preflib_writer(name, args.style) if name in KINDS else target.write
    written = write(content)
    written = Written(written.content, (*lost, *written.lost))
    if written.lost and not args.lossy:
        raise InvalidInputError(
            "--lossy", f"be given to write {name}, which loses {'; '.join(written.lost)}", False
        )
    if to_stdout and isinstance(written.content, bytes):
        raise InvalidInputError("output", f"be a file for {name}", args.output)
    if not to_stdout:
        write_files({args.output: written.content}, inputs=[path], force=args.force)
    return Conversion(source, target, args.output, written, decisions)
