"""What every report ends with, and small things that several of them need."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import mechdesign
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Reference
from mechdesign.report.document import Code, Items, Paragraph, References, Section
from mechdesign.report.figures import available

__all__ = [
    "NO_FIGURES",
    "Source",
    "check_options",
    "clipped",
    "closing",
    "counted",
    "distinct",
    "listed",
]

NO_FIGURES = "Figures are left out: matplotlib is not installed (the extra `plot`)."
_PACKAGES = ("numpy", "scipy", "highspy", "matplotlib")


class Source:
    """Where the data of a report come from.

    Parameters
    ----------
    name : str
        What the report calls them: the name of the file without its folder.
    digest : str
        SHA-256 of the file, where there is one.
    command : str
        The command line that makes the report again, where there is one.
    """

    def __init__(self, name: str = "the data", digest: str = "", command: str = "") -> None:
        self.name = name
        self.digest = digest
        self.command = command


def check_options(options: Mapping[str, object], taken: Sequence[str], kind: str) -> None:
    """Refuse options that the report on a kind of file does not take."""
    unknown = sorted(set(options) - set(taken))
    if unknown:
        raise InvalidInputError(
            "options", f"be among {', '.join(taken) or 'none'} for a file of {kind}", unknown
        )


def closing(source: Source, references: Iterable[Reference | None]) -> list[Section]:
    """The last sections: what to cite, and how the report was made.

    Parameters
    ----------
    source : Source
        Where the data come from.
    references : iterable of Reference or None
        Of everything that was used; each is named once.
    """
    named = {entry.key: entry for entry in references if entry is not None}
    sections = []
    if named:
        sections.append(Section("What to cite", [References(tuple(named.values()))]))
    facts = [f"mechdesign {mechdesign.__version__}, Python {platform.python_version()}"]
    facts[0] += "".join(f", {name} {number}" for name, number in _versions())
    if source.digest:
        facts.append(f"Data: {source.name}, SHA-256 {source.digest}")
    again = Code(source.command, "sh") if source.command else None
    missing = None if available() else Paragraph(NO_FIGURES, note=True)
    sections.append(
        Section(
            "How this was made",
            [
                missing,
                Items(tuple(facts)),
                Paragraph(
                    "The same data, options and versions give the same bytes, unless a search ends "
                    "at its time limit."
                ),
                again,
            ],
        )
    )
    return sections


def clipped(table: Table, most: int, what: str = "rows") -> Table:
    """The first rows of a table, with a note on how many are left out."""
    if len(table) <= most:
        return table
    note = f"{len(table) - most} more {what} are left out"
    return replace(table, rows=table.rows[:most], notes=(*table.notes, note))


def listed(names: Sequence[object], most: int = 8) -> str:
    """Names in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(range(9), 3)
    ('a, b and c', '0, 1, 2 and 6 more')
    """
    texts = [str(name) for name in names]
    if len(texts) > most:
        texts = [*texts[:most], f"{len(texts) - most} more"]
    if not texts:
        return "nobody"
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def distinct(names: Iterable[object], *taken: str) -> list[str]:
    """Names of columns: those that come twice or are taken by other columns are numbered.

    Examples
    --------
    >>> distinct(["a", "b", "a"], "b")
    ['a', 'b (2)', 'a (2)']
    """
    found: list[str] = []
    for name in map(str, names):
        made, k = name, 2
        while made in found or made in taken:
            made, k = f"{name} ({k})", k + 1
        found.append(made)
    return found


def counted(number: int, what: str) -> str:
    """A number of things in a sentence.

    Examples
    --------
    >>> counted(1, "voter"), counted(3, "voter")
    ('1 voter', '3 voters')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _versions() -> list[tuple[str, str]]:
    """The versions of what may have had a part in the numbers and figures."""
    found = []
    for name in _PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return found
