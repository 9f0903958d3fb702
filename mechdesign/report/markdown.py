"""A report as Markdown, with its figures as files of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mechdesign.io import Table
from mechdesign.report.document import Code, Figure, Items, Paragraph, Part, References, Section
from mechdesign.report.figures import printable, standalone
from mechdesign.report.html import address, say

__all__ = ["render"]


def render(
    title: str, subtitle: str, sections: Sequence[Section], figures: str | None
) -> tuple[str, dict[str, str]]:
    """The Markdown text of a report and its drawings by file name.

    Parameters
    ----------
    title, subtitle : str
        Its heading.
    sections : sequence of Section
        What it says.
    figures : str or None
        How the names of the drawings begin; None to leave them out.
    """
    files: dict[str, str] = {}
    blocks = [f"# {_text(title)}"]
    if subtitle:
        blocks.append(_text(subtitle))
    for section in sections:
        blocks.append(f"## {_text(section.title)}")
        for part in section.parts:
            if isinstance(part, Figure):
                blocks.append(_figure(part, figures, files))
            else:
                blocks.append(_part(part))
    return printable("\n\n".join(blocks)) + "\n", files


def _figure(part: Figure, figures: str | None, files: dict[str, str]) -> str:
    if figures is None:
        return f"*Figure: {_text(part.title)} {_text(part.alt)}*"
    name = f"{figures}-figure-{len(files) + 1}.svg"
    files[name] = standalone(part)
    return f"![{_text(part.alt)}](<{name}>)\n\n*{_text(part.title)}*"


def _part(part: Part) -> str:
    if isinstance(part, Paragraph):
        return ("> " if part.note else "") + _text(part.text)
    if isinstance(part, Items):
        return "\n".join(f"- {_text(text)}" for text in part.texts)
    if isinstance(part, Code):
        return _fenced(part.text, part.language)
    if isinstance(part, References):
        lines = []
        for entry in part.entries:
            link = address(entry)
            text = _text(f"{entry.authors.replace(' and ', '; ')} ({entry.year}). {entry.title}.")
            lines.append(f"- {text}" + (f" <{link}>" if link else ""))
        bibtex = "\n\n".join(entry.bibtex() for entry in part.entries)
        return "\n".join(lines) + "\n\n" + _fenced(bibtex, "bibtex")
    assert isinstance(part, Table)
    rows = [[None if v is None else say(v) for v in row] for row in part.rows]
    return Table(part.columns, rows, part.title, part.notes).to_markdown()


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _text(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    plain = re.sub(r"([\\`*_\[\]<>|&])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d*)([#+.)-])(?=\s|$)", r"\1\\\2", plain)
