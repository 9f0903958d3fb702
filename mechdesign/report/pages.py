"""The whole report: its sections, and how to write them."""

from __future__ import annotations

from collections.abc import Iterator

from mechdesign.records import dataclass
from mechdesign.report import html, markdown
from mechdesign.report.document import Figure, Section

__all__ = ["Report"]


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
    >>> from mechdesign.report import Paragraph
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
        return html.render(self.title, self.subtitle, self.sections)

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
        return markdown.render(self.title, self.subtitle, self.sections, figures)
