"""Pabulib's participatory budgeting files (.pb).

A file has three sections, META, PROJECTS and VOTES, each with its own header line; fields are
separated by ``;`` and quoted as in CSV.  The format is described in Faliszewski et al. (2023),
Participatory budgeting: data, tools and analysis, IJCAI 2023.
"""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from functools import cached_property
from os import PathLike

from mechdesign.errors import InvalidInputError
from mechdesign.io.files import as_path, read_bytes
from mechdesign.io.pabulib_sections import FileError, Section, sections
from mechdesign.model import FrozenMap, Number, parse_number
from mechdesign.records import dataclass

__all__ = [
    "VOTE_TYPES",
    "PabulibFile",
    "format_pabulib",
    "parse_pabulib",
    "read_pabulib",
    "write_pabulib",
]

VOTE_TYPES = ("approval", "ordinal", "cumulative", "scoring", "choose-1")

_NEEDED = ("budget", "vote_type")
_WITH_POINTS = ("cumulative", "scoring")
_COLUMNS = ("project_id", "cost", "name", "category", "selected", "voter_id", "vote", "points")
_EMPTY = ("", "None", "none")
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
        The header of the PROJECTS section.
    projects : tuple of tuples of str
        Its rows.
    vote_columns : tuple of str
        The header of the VOTES section.
    votes : tuple of tuples of str
        Its rows.
    ballots : tuple of tuples of str
        The identifiers of the projects that each voter names, in the order of the vote; equal
        ballots are one object.
    points : tuple of tuples of numbers
        What each voter gives to them; empty tuples where the file has no points.
    decisions : tuple of str
        What had to be decided when the file was read.
    """

    meta: Mapping[str, str]
    project_columns: tuple[str, ...]
    projects: tuple[tuple[str, ...], ...]
    vote_columns: tuple[str, ...]
    votes: tuple[tuple[str, ...], ...]
    ballots: tuple[Ballot, ...]
    points: tuple[Points, ...]
    decisions: tuple[str, ...] = field(default=(), compare=False)

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
        k = self.project_columns.index("project_id")
        return tuple(row[k].strip() for row in self.projects)

    @property
    def costs(self) -> tuple[Number, ...]:
        """The costs of the projects."""
        k = self.project_columns.index("cost")
        return tuple(_number(row[k]) for row in self.projects)

    @property
    def voters(self) -> tuple[str, ...]:
        """The identifiers of the voters."""
        k = self.vote_columns.index("voter_id")
        return tuple([row[k] for row in self.votes])

    @property
    def selected(self) -> tuple[str, ...] | None:
        """The projects marked as selected (``1``); None where the file does not say.

        The marks 2 and 3, which some cities use for projects funded otherwise, do not count.
        """
        column = self.project_column("selected")
        if column is None:
            return None
        pairs = zip(self.project_ids, column, strict=True)
        return tuple(project for project, mark in pairs if mark.strip() == "1")

    @cached_property
    def approvals(self) -> tuple[frozenset[str], ...]:
        """The projects of every vote as a set; equal votes are one object."""
        sets = {id(ballot): ballot for ballot in self.ballots}
        made = {key: frozenset(ballot) for key, ballot in sets.items()}
        return tuple([made[id(ballot)] for ballot in self.ballots])

    def project_column(self, name: str) -> tuple[str, ...] | None:
        """One column of the PROJECTS section, None where there is none."""
        if name not in self.project_columns:
            return None
        k = self.project_columns.index(name)
        return tuple(row[k] for row in self.projects)


def read_pabulib(path: str | PathLike[str], *, strict: bool = False) -> PabulibFile:
    """Read a .pb file.

    Parameters
    ----------
    path : path
        The file.
    strict : bool
        As in :func:`parse_pabulib`.

    Raises
    ------
    InvalidInputError
        With the line number, if anything is wrong; see :func:`parse_pabulib`.
    """
    raw = read_bytes(path)
    name = as_path(path).name
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InvalidInputError(
            f"{name}, line {line}", "be UTF-8 text", raw[error.start : error.start + 10]
        ) from None
    return parse_pabulib(text, name, strict=strict)


def parse_pabulib(text: str, name: str = "text", *, strict: bool = False) -> PabulibFile:
    """Read the text of a .pb file.

    Parameters
    ----------
    text : str
        The whole file; a byte order mark is skipped.
    name : str
        For error messages.
    strict : bool
        Whether a vote that names a project twice is refused.  Else it counts once, at its first
        place; cumulative points are added up, of two scores the first one counts.

    Raises
    ------
    InvalidInputError
        With the line number, on missing sections or keys, rows of the wrong length, numbers that
        are none, duplicate identifiers, votes for unknown projects, points that do not match, and
        totals that differ from META (a file that was cut).

    Notes
    -----
    Of META only ``budget`` and ``vote_type`` are needed, but without ``num_votes`` a file that was
    cut cannot be told.  Names of sections, columns and vote types may be in lower or upper case;
    columns may come in any order and further ones are kept; decimals have a point or a comma.

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
    with _collector_paused():
        return _parsed(text, FileError(name), strict)


def _parsed(text: str, error: FileError, strict: bool) -> PabulibFile:
    found = sections(text.removeprefix("\ufeff"), error)
    meta = _meta(error, found["META"])
    projects = _rows(error, found["PROJECTS"], "project_id", ("cost",))
    votes = _rows(error, found["VOTES"], "voter_id", ("vote",))
    for key, section in (("num_projects", projects), ("num_votes", votes)):
        if key in meta:
            _check_count(error, key, *meta[key], section)
    cost_at = projects.header.index("cost")
    for row, number in zip(projects.rows, projects.lines, strict=True):
        _checked_number(error, number, row[cost_at], "cost")
    id_at = projects.header.index("project_id")
    known = {row[id_at].strip() for row in projects.rows}
    ballots, points, approvals, told = _ballots(error, meta["vote_type"][0], votes, known, strict)
    amounts = [meta["budget"][0], *(row[cost_at] for row in projects.rows)]
    commas = [text for text in amounts if "," in text]
    if commas:
        told = (*told, f"commas are decimal marks of {len(commas)} amounts, such as {commas[0]}")
    file = PabulibFile(
        FrozenMap((key, value) for key, (value, _) in meta.items()),
        projects.header,
        tuple(projects.rows),
        votes.header,
        tuple(votes.rows),
        ballots,
        points,
        told,
    )
    vars(file)["approvals"] = approvals  # made already, to see that no project is named twice
    return file


def format_pabulib(file: PabulibFile) -> str:
    r"""The text of a .pb file.

    Examples
    --------
    >>> text = "META\nkey;value\nnum_projects;1\nnum_votes;0\nbudget;1\nvote_type;approval\n"
    >>> text += 'PROJECTS\nproject_id;cost;name\na;1;"x;""y"" z"\nVOTES\nvoter_id;vote\n'
    >>> format_pabulib(parse_pabulib(text)) == text
    True
    """
    import csv

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
    from pathlib import Path

    Path(path).write_text(format_pabulib(file), encoding="utf-8")


# ----------------------------------------------------------------------------- reading


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection meanwhile: it would only look again and again at what is read."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _meta(error: FileError, section: Section) -> dict[str, tuple[str, int]]:
    """The values of META with the numbers of their lines."""
    header, last = section.header, section.header_line
    if tuple(cell.strip().lower() for cell in header) != ("key", "value"):
        raise error(last, "be the header key;value", ";".join(header))
    meta: dict[str, tuple[str, int]] = {}
    for row, number in zip(section.rows, section.lines, strict=True):
        if len(row) != 2:
            raise error(number, "have a key and a value", ";".join(row))
        key, last = row[0].strip(), number
        if key in meta:
            raise error(number, "have distinct keys", key)
        meta[key] = (row[1].strip(), number)
    for key in _NEEDED:
        if key not in meta:
            raise error(last, f"have the key {key} in META", "none")
    kind, number = meta["vote_type"]
    if kind.lower() not in VOTE_TYPES:
        raise error(number, f"have a vote_type among {', '.join(VOTE_TYPES)}", kind)
    meta["vote_type"] = (kind.lower(), number)
    _checked_number(error, meta["budget"][1], meta["budget"][0], "budget")
    return meta


def _check_count(error: FileError, key: str, count: str, line: int, section: Section) -> None:
    """The section must have as many rows as META says."""
    if not (count.isascii() and count.isdigit()):
        raise error(line, f"have a whole number as {key}", count)
    if int(count) != len(section.rows):
        raise error(
            section.lines[-1] if section.lines else section.header_line,
            f"hold the {count} {key[4:]} that line {line} announces",
            f"{len(section.rows)} before the end of the section",
        )


def _rows(error: FileError, section: Section, key: str, needed: Sequence[str]) -> Section:
    """The section with its header cleaned, every row of its length and with a key of its own."""
    columns = tuple(map(_column, section.header))
    missing = [name for name in (key, *needed) if name not in columns]
    if missing:
        raise error(section.header_line, f"be a header with {missing[0]}", columns)
    if len(set(columns)) != len(columns):
        raise error(section.header_line, "have distinct columns", columns)
    width, at = len(columns), columns.index(key)
    good = set(map(len, section.rows)) <= {width}
    keys = {row[at].strip() for row in section.rows} if good else set()
    if len(keys) < len(section.rows) or "" in keys:
        _complain(error, section, width, key, at)
    return replace(section, header=columns)


def _column(name: str) -> str:
    """The name of a column; those of the format in lower case."""
    stripped = name.strip()
    return stripped.lower() if stripped.lower() in _COLUMNS else stripped


def _complain(error: FileError, section: Section, width: int, key: str, at: int) -> None:
    """Raise the error of the first row that is wrong."""
    seen: set[str] = set()
    for row, number in zip(section.rows, section.lines, strict=True):
        if len(row) != width:
            raise error(number, f"have {width} fields", f"{len(row)}: {';'.join(row)}")
        own = row[at].strip()
        if own in seen or not own:
            raise error(number, f"have a {key} of its own", row[at])
        seen.add(own)


def _ballots(
    error: FileError, kind: str, section: Section, known: set[str], strict: bool
) -> tuple[tuple[Ballot, ...], tuple[Points, ...], tuple[frozenset[str], ...], tuple[str, ...]]:
    """The votes: projects in order, points, projects as sets, and what was decided."""
    columns = section.header
    vote_at = columns.index("vote")
    points_at = columns.index("points") if "points" in columns else None
    if kind in _WITH_POINTS and points_at is None:
        raise error(section.header_line, "have a column points", columns)
    # Many voters cast the same vote, which is read once; equal identifiers become one object.
    same = {project: project for project in known}.__getitem__
    texts = [row[vote_at] for row in section.rows]
    ballots: dict[str, Ballot] = dict.fromkeys(texts, ())
    sets: dict[str, frozenset[str]] = {}
    for text in ballots:
        try:
            ballot = tuple(map(same, text.split(",")))
        except KeyError:
            ballot = _ballot(error, section.lines[texts.index(text)], text, known)
        own = sets[text] = frozenset(ballot)
        if len(own) != len(ballot) and strict:
            raise error(section.lines[texts.index(text)], "name each project once", text)
        if kind == "choose-1" and len(own) > 1:
            raise error(section.lines[texts.index(text)], "vote for one project", text)
        ballots[text] = ballot
    cast = tuple([ballots[text] for text in texts])
    points: tuple[Points, ...] = ((),) * len(cast)
    if kind in _WITH_POINTS and points_at is not None:
        points = _points(error, kind, section, points_at, cast)
    told: tuple[str, ...] = ()
    if any(len(sets[text]) != len(ballot) for text, ballot in ballots.items()):
        told, cast, points = _merged(error, kind, section, cast, points)
    return cast, points, tuple([sets[text] for text in texts]), told


def _merged(
    error: FileError,
    kind: str,
    section: Section,
    cast: tuple[Ballot, ...],
    points: tuple[Points, ...],
) -> tuple[tuple[str, ...], tuple[Ballot, ...], tuple[Points, ...]]:
    """The votes in which every project stands once, and where it stood twice."""
    ballots, given, lines = list(cast), list(points), []
    for k, ballot in enumerate(cast):
        once = tuple(dict.fromkeys(ballot))
        if len(once) == len(ballot):
            continue
        lines.append(section.lines[k])
        ballots[k] = once
        if points[k]:
            sums: dict[str, Number] = {}
            for project, value in zip(ballot, points[k], strict=True):
                if kind == "cumulative":
                    sums[project] = sums.get(project, 0) + value
                else:
                    sums.setdefault(project, value)
            given[k] = tuple(sums[project] for project in once)
    shown = ", ".join(map(str, lines[:5])) + (f" and {len(lines) - 5} more" * (len(lines) > 5))
    how = {"cumulative": "; its points were added", "scoring": "; its first score counts"}
    noun = "vote names" if len(lines) == 1 else "votes name"
    told = (
        f"{len(lines)} {noun} a project twice, which counts once{how.get(kind, '')} (line {shown})"
    )
    return (told,), tuple(ballots), tuple(given)


def _ballot(error: FileError, line: int, text: str, known: set[str]) -> Ballot:
    """The projects of a vote that is empty, or has blanks, or names an unknown project."""
    if text.strip() in _EMPTY:
        return ()
    parts = [part.strip() for part in text.split(",")]
    unknown = [part for part in parts if part not in known]
    if unknown:
        raise error(line, "vote for projects of the file", unknown[0])
    return tuple(parts)


def _points(
    error: FileError, kind: str, section: Section, at: int, cast: Sequence[Ballot]
) -> tuple[Points, ...]:
    """What every voter gives to the projects of the vote."""
    read: dict[str, Points] = {}
    given: list[Points] = []
    for row, number, ballot in zip(section.rows, section.lines, cast, strict=True):
        text = row[at]
        amounts = read.get(text)
        if amounts is None:
            amounts = read[text] = tuple(
                _checked_number(error, number, part, "points", signed=kind == "scoring")
                for part in (() if text.strip() in _EMPTY else text.split(","))
            )
        if len(amounts) != len(ballot):
            raise error(number, f"give points to {len(ballot)} projects", text)
        given.append(amounts)
    return tuple(given)


def _checked_number(
    error: FileError, line: int, text: str, what: str, *, signed: bool = False
) -> Number:
    try:
        value = _number(text)
    except InvalidInputError:
        raise error(line, f"have a number as {what}", text) from None
    if value < 0 and not signed:
        raise error(line, f"have a nonnegative {what}", text)
    return value


def _number(text: str) -> Number:
    if text.isdecimal() and text.isascii():
        return int(text)
    whole, comma, decimals = text.strip().partition(",")
    # A comma before three digits could as well group thousands.
    if comma and whole.lstrip("+-").isdecimal() and decimals.isdecimal() and len(decimals) != 3:
        text = f"{whole}.{decimals}"
    return parse_number(text, "number")
