"""Pabulib's participatory budgeting files (.pb).

A file has three sections, META, PROJECTS and VOTES, each with its own header line; fields are
separated by ``;`` and quoted as in CSV.  The format is described in Faliszewski et al. (2023),
Participatory budgeting: data, tools and analysis, IJCAI 2023.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path

from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Number, parse_number

__all__ = [
    "VOTE_TYPES",
    "PabulibFile",
    "format_pabulib",
    "parse_pabulib",
    "read_pabulib",
    "write_pabulib",
]

VOTE_TYPES = ("approval", "ordinal", "cumulative", "scoring", "choose-1")

_SECTIONS = ("META", "PROJECTS", "VOTES")
_NEEDED = ("num_projects", "num_votes", "budget", "vote_type")
_WITH_POINTS = ("cumulative", "scoring")
Ballot = tuple[str, ...]
Points = tuple[Number, ...]


@dataclass(frozen=True)
class PabulibFile:
    """The content of a .pb file, checked.

    Parameters
    ----------
    meta : mapping of str to str
        The META section, as written.
    project_columns : tuple of str
        The header of the PROJECTS section, ``project_id`` first.
    projects : tuple of tuples of str
        Its rows.
    vote_columns : tuple of str
        The header of the VOTES section, ``voter_id`` first.
    votes : tuple of tuples of str
        Its rows.
    ballots : tuple of tuples of str
        The identifiers of the projects that each voter names, in the order of the vote; equal
        ballots are one object.
    points : tuple of tuples of numbers
        What each voter gives to them; empty tuples where the file has no points.
    """

    meta: Mapping[str, str]
    project_columns: tuple[str, ...]
    projects: tuple[tuple[str, ...], ...]
    vote_columns: tuple[str, ...]
    votes: tuple[tuple[str, ...], ...]
    ballots: tuple[Ballot, ...]
    points: tuple[Points, ...]

    @property
    def vote_type(self) -> str:
        """One of :data:`VOTE_TYPES`."""
        return self.meta["vote_type"]

    @property
    def budget(self) -> Number:
        """The budget."""
        return _number(self.meta["budget"])

    @property
    def project_ids(self) -> tuple[str, ...]:
        """The identifiers of the projects."""
        return tuple(row[0] for row in self.projects)

    @property
    def costs(self) -> tuple[Number, ...]:
        """The costs of the projects."""
        k = self.project_columns.index("cost")
        return tuple(_number(row[k]) for row in self.projects)

    @property
    def voters(self) -> tuple[str, ...]:
        """The identifiers of the voters."""
        return tuple(row[0] for row in self.votes)

    @property
    def selected(self) -> tuple[str, ...] | None:
        """The projects marked as selected; None where the file does not say."""
        column = self.project_column("selected")
        if column is None:
            return None
        pairs = zip(self.project_ids, column, strict=True)
        return tuple(project for project, mark in pairs if mark == "1")

    def project_column(self, name: str) -> tuple[str, ...] | None:
        """One column of the PROJECTS section, None where there is none."""
        if name not in self.project_columns:
            return None
        k = self.project_columns.index(name)
        return tuple(row[k] for row in self.projects)


def read_pabulib(path: str | PathLike[str]) -> PabulibFile:
    """Read a .pb file.

    Raises
    ------
    InvalidInputError
        With the line number, if anything is wrong; see :func:`parse_pabulib`.
    """
    raw = Path(path).read_bytes()
    name = Path(path).name
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InvalidInputError(
            f"{name}, line {line}", "be UTF-8 text", raw[error.start : error.start + 10]
        ) from None
    return parse_pabulib(text, name)


def parse_pabulib(text: str, name: str = "text") -> PabulibFile:
    """Read the text of a .pb file.

    Parameters
    ----------
    text : str
        The whole file; a byte order mark is skipped.
    name : str
        For error messages.

    Raises
    ------
    InvalidInputError
        With the line number, on missing sections or keys, rows of the wrong length, numbers that
        are none, duplicate identifiers, votes for unknown projects or for one project twice, points
        that do not match, and totals that differ from META (a file that was cut).

    Examples
    --------
    >>> found = parse_pabulib('''META
    ... key;value
    ... num_projects;2
    ... num_votes;2
    ... budget;5.5
    ... vote_type;approval
    ... PROJECTS
    ... project_id;cost
    ... park;3
    ... bench;1
    ... VOTES
    ... voter_id;vote
    ... ann;park,bench
    ... bob;
    ... ''')
    >>> found.budget, found.costs, found.ballots
    (Fraction(11, 2), (3, 1), (('park', 'bench'), ()))
    """
    reader = _Reader(text.removeprefix("\ufeff"), name)
    sections = reader.sections()
    meta = _meta(reader, sections["META"])
    projects = _rows(reader, sections["PROJECTS"], "project_id", ("cost",))
    votes = _rows(reader, sections["VOTES"], "voter_id", ("vote",))
    for key, section in (("num_projects", projects), ("num_votes", votes)):
        count, line = meta[key]
        if not count.strip().isdigit():
            raise reader.error(line, f"have a whole number as {key}", count)
        if int(count) != len(section.rows):
            raise reader.error(
                section.lines[-1] if section.lines else line,
                f"hold the {count} {key[4:]} that line {line} announces",
                f"{len(section.rows)} before the end of the section",
            )
    cost_at = projects.header.index("cost")
    for row, number in zip(projects.rows, projects.lines, strict=True):
        _checked_number(reader, number, row[cost_at], "cost")
    kind = meta["vote_type"][0]
    ballots, points = _ballots(reader, kind, votes, {row[0] for row in projects.rows})
    return PabulibFile(
        FrozenMap((key, value) for key, (value, _) in meta.items()),
        projects.header,
        tuple(projects.rows),
        votes.header,
        tuple(votes.rows),
        ballots,
        points,
    )


def format_pabulib(file: PabulibFile) -> str:
    r"""The text of a .pb file.

    Examples
    --------
    >>> text = "META\nkey;value\nnum_projects;1\nnum_votes;0\nbudget;1\nvote_type;approval\n"
    >>> text += 'PROJECTS\nproject_id;cost;name\na;1;"x;""y"" z"\nVOTES\nvoter_id;vote\n'
    >>> format_pabulib(parse_pabulib(text)) == text
    True
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    buffer.write("META\n")
    writer.writerow(("key", "value"))
    writer.writerows(file.meta.items())
    buffer.write("PROJECTS\n")
    writer.writerow(file.project_columns)
    writer.writerows(file.projects)
    buffer.write("VOTES\n")
    writer.writerow(file.vote_columns)
    writer.writerows(file.votes)
    return buffer.getvalue()


def write_pabulib(file: PabulibFile, path: str | PathLike[str]) -> None:
    """Write a .pb file that :func:`read_pabulib` reads back unchanged."""
    Path(path).write_text(format_pabulib(file), encoding="utf-8")


# ----------------------------------------------------------------------------- reading


@dataclass
class _Section:
    """The lines of a section: header, rows, and the number of every row's line."""

    header: tuple[str, ...] = ()
    header_line: int = 0
    rows: list[tuple[str, ...]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, row: tuple[str, ...], line: int) -> None:
        if not self.header:
            self.header, self.header_line = row, line
        else:
            self.rows.append(row)
            self.lines.append(line)


class _Reader:
    """The lines of a file with their numbers."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.last = 0

    def error(self, line: int, constraint: str, value: object) -> InvalidInputError:
        return InvalidInputError(f"{self.name}, line {line}", constraint, value)

    def sections(self) -> dict[str, _Section]:
        """The three sections."""
        found: dict[str, _Section] = {}
        current: _Section | None = None
        rows = csv.reader(io.StringIO(self.text, newline=""), delimiter=";")
        try:
            for row in rows:
                number = rows.line_num
                if len(row) > 1 and current is not None:  # nearly all lines are of this kind
                    current.add(tuple(row), number)
                    continue
                if not row or (len(row) == 1 and not row[0].strip()):
                    continue
                word = row[0].strip()
                if len(row) == 1 and word in _SECTIONS:
                    if word != _SECTIONS[len(found) % 3] or word in found:
                        raise self.error(number, f"have the sections {_SECTIONS} in order", word)
                    current = found[word] = _Section()
                elif current is None:
                    raise self.error(number, "begin with the section META", row[0])
                else:
                    current.add(tuple(row), number)
            self.last = rows.line_num
        except csv.Error as error:
            raise self.error(rows.line_num, f"be readable ({error})", "a broken row") from None
        missing = [word for word in _SECTIONS if word not in found or not found[word].header]
        if missing:
            raise self.error(self.last, f"have a section {missing[0]}", "the end of the file")
        return found


def _meta(reader: _Reader, section: _Section) -> dict[str, tuple[str, int]]:
    header, last = section.header, section.header_line
    if tuple(cell.strip().lower() for cell in header[:2]) != ("key", "value"):
        raise reader.error(last, "be the header key;value", ";".join(header))
    meta: dict[str, tuple[str, int]] = {}
    for row, number in zip(section.rows, section.lines, strict=True):
        if len(row) != 2:
            raise reader.error(number, "have a key and a value", ";".join(row))
        key, last = row[0].strip(), number
        if key in meta:
            raise reader.error(number, "have distinct keys", key)
        meta[key] = (row[1].strip(), number)
    for key in _NEEDED:
        if key not in meta:
            raise reader.error(last, f"have the key {key} in META", "none")
    kind, number = meta["vote_type"]
    if kind not in VOTE_TYPES:
        raise reader.error(number, f"have a vote_type among {', '.join(VOTE_TYPES)}", kind)
    _checked_number(reader, meta["budget"][1], meta["budget"][0], "budget")
    return meta


def _rows(reader: _Reader, section: _Section, key: str, needed: Sequence[str]) -> _Section:
    """The section with its header stripped, every row of its length and with a key of its own."""
    columns, first = tuple(cell.strip() for cell in section.header), section.header_line
    if columns[0] != key or any(name not in columns for name in needed):
        raise reader.error(
            first, f"be a header that begins with {key} and has {', '.join(needed)}", columns
        )
    if len(set(columns)) != len(columns):
        raise reader.error(first, "have distinct columns", columns)
    width = len(columns)
    if not set(map(len, section.rows)) <= {width} or len({row[0] for row in section.rows}) < len(
        section.rows
    ):
        _complain(reader, section, width, key)
    return replace(section, header=columns)


def _complain(reader: _Reader, section: _Section, width: int, key: str) -> None:
    """Raise the error of the first row that is wrong."""
    seen: set[str] = set()
    for row, number in zip(section.rows, section.lines, strict=True):
        if len(row) != width:
            raise reader.error(number, f"have {width} fields", f"{len(row)}: {';'.join(row)}")
        if row[0] in seen:
            raise reader.error(number, f"have a {key} of its own", row[0])
        seen.add(row[0])


def _ballots(
    reader: _Reader, kind: str, section: _Section, known: set[str]
) -> tuple[tuple[Ballot, ...], tuple[Points, ...]]:
    columns = section.header
    vote_at = columns.index("vote")
    points_at = columns.index("points") if "points" in columns else None
    if kind in _WITH_POINTS and points_at is None:
        raise reader.error(section.header_line, "have a column points", columns)
    # Many voters cast the same vote; each is read once, at the first line that has it.
    texts = [row[vote_at] for row in section.rows]
    first = dict(zip(reversed(texts), reversed(section.lines), strict=True))
    ballots = {
        text: _ballot(reader, kind, text, first[text], known) for text in dict.fromkeys(texts)
    }
    cast = tuple(ballots[text] for text in texts)
    if kind not in _WITH_POINTS or points_at is None:
        return cast, ((),) * len(cast)
    points: dict[str, Points] = {}
    given: list[Points] = []
    for row, number, ballot in zip(section.rows, section.lines, cast, strict=True):
        text = row[points_at]
        amounts = points.get(text)
        if amounts is None:
            amounts = points[text] = tuple(
                _checked_number(reader, number, part, "points", signed=kind == "scoring")
                for part in (text.split(",") if text.strip() else [])
            )
        if len(amounts) != len(ballot):
            raise reader.error(number, f"give points to {len(ballot)} projects", text)
        given.append(amounts)
    return cast, tuple(given)


def _ballot(reader: _Reader, kind: str, text: str, line: int, known: set[str]) -> Ballot:
    """The projects that one vote names."""
    parts = text.split(",") if text.strip() else []
    if not known.issuperset(parts):
        parts = [part.strip() for part in parts]
        unknown = [part for part in parts if part not in known]
        if unknown:
            raise reader.error(line, "vote for projects of the file", unknown[0])
    if len(set(parts)) != len(parts):
        raise reader.error(line, "name each project once", text)
    if kind == "choose-1" and len(parts) > 1:
        raise reader.error(line, "vote for one project", text)
    return tuple(parts)


def _checked_number(
    reader: _Reader, line: int, text: str, what: str, *, signed: bool = False
) -> Number:
    try:
        value = _number(text)
    except InvalidInputError:
        raise reader.error(line, f"have a number as {what}", text) from None
    if value < 0 and not signed:
        raise reader.error(line, f"have a nonnegative {what}", text)
    return value


def _number(text: str) -> Number:
    return int(text) if text.isdecimal() and text.isascii() else parse_number(text, "number")
