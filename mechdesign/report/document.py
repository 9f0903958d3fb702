"""What a report is made of, before it becomes HTML or Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import TypeAlias

from mechdesign.io import Table
from mechdesign.model import Reference
from mechdesign.records import dataclass

__all__ = ["Code", "Figure", "Items", "Paragraph", "Part", "References", "Section"]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain text.

    Parameters
    ----------
    text : str
        Never read as markup.
    note : bool
        Whether it is set apart: a limit that was hit, something that was left out.
    """

    text: str
    note: bool = False


@dataclass(frozen=True)
class Items:
    """A list of plain texts.

    Parameters
    ----------
    texts : tuple of str
        The entries.
    """

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """Text that is shown as it is, such as a command or BibTeX.

    Parameters
    ----------
    text : str
        The lines.
    language : str
        For readers of Markdown.
    """

    text: str
    language: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing.

    Parameters
    ----------
    title : str
        Its caption.
    alt : str
        What it shows, for those who do not see it.
    svg : str
        The drawing, as :func:`mechdesign.report.figures.figure` makes it.
    """

    title: str
    alt: str
    svg: str = field(repr=False)


@dataclass(frozen=True)
class References:
    """Sources, each with its link and its BibTeX entry.

    Parameters
    ----------
    entries : tuple of Reference
        Distinct, in order of appearance.
    """

    entries: tuple[Reference, ...]


Part: TypeAlias = Paragraph | Items | Code | Figure | References | Table


@dataclass(frozen=True)
class Section:
    """A headed part of a report.

    Parameters
    ----------
    title : str
        The heading.
    parts : iterable of parts
        What it holds; None stands for a part that there is none of, and is left out.
    """

    title: str
    parts: tuple[Part, ...]

    def __init__(self, title: str, parts: Iterable[Part | None]) -> None:
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "parts", tuple(part for part in parts if part is not None))
