"""What a report is made of, before it becomes HTML or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from mechdesign.io import Table
from mechdesign.model import Reference

__all__ = ["Code", "Figure", "Items", "Paragraph", "Part", "References", "Report", "Section"]


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


@dataclass(frozen=True)
class Report:
    r"""A document of sections.

    Parameters
    ----------
    title, subtitle : str
        Its heading.
    sections : tuple of Section
        What it says.

    Examples
    --------
    >>> report = Report("Budget", "", (Section("In short", [Paragraph("a < b")]),))
    >>> "<p>a &lt; b</p>" in report.to_html()
    True
    >>> print(report.to_markdown()[0])
    # Budget
    <BLANKLINE>
    ## In short
    <BLANKLINE>
    a \< b
    <BLANKLINE>
    """

    title: str
    subtitle: str
    sections: tuple[Section, ...]

    def figures(self) -> Iterator[Figure]:
        """All figures in their order."""
        for section in self.sections:
            yield from (part for part in section.parts if isinstance(part, Figure))

    def to_html(self) -> str:
        """The report as one HTML file that needs nothing else."""
        from mechdesign.report.html import render

        return render(self)

    def to_markdown(self, figures: str | None = None) -> tuple[str, dict[str, str]]:
        """The report as Markdown, with its figures as files of their own.

        Parameters
        ----------
        figures : str, optional
            How the names of the figures begin, as in ``report-figure-1.svg``; without it they are
            left out, and their captions say what they show.

        Returns
        -------
        text : str
            The document.
        files : dict of str to str
            The drawings by file name.
        """
        from mechdesign.report.markdown import render

        return render(self, figures)
