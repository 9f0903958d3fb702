"""A report as one HTML page: no scripts, nothing from elsewhere, every text escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from html import escape

import mechdesign
from mechdesign.io import Table
from mechdesign.model import Reference, show
from mechdesign.report.document import (
    Code,
    Figure,
    Items,
    Paragraph,
    Part,
    References,
    Section,
)
from mechdesign.report.figures import inline, printable
from mechdesign.report.style import STYLE

__all__ = ["render"]

_NUMBER = re.compile(r"[+\u2212-]?[\d,]*\.?\d+(/\d+)?([eE][+-]?\d+)?%?")
# Longer cells may break into lines.
_LONG = 32
# Words of verdicts, and how they stand out.
_TONES = {
    "good": {"kept", "holds", "HOLDS", "yes", "gains", "confirmed"},
    "bad": {"broken", "VIOLATED", "loses", "NOT confirmed"},
    "quiet": {"unknown", "UNKNOWN", "-", "stays"},
}
_TONE = {word: tone for tone, words in _TONES.items() for word in words}


def render(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """The HTML text of a report.

    Parameters
    ----------
    title, subtitle : str
        Its heading.
    sections : sequence of Section
        What it says.
    """
    number = 0
    body = []
    for k, section in enumerate(sections, 1):
        parts = [f'<h2 id="s{k}">{escape(section.title)}</h2>']
        for part in section.parts:
            number += isinstance(part, Figure)
            parts.append(_part(part, number))
        body.append(f'<section aria-labelledby="s{k}">\n' + "\n".join(parts) + "\n</section>")
    content = "\n".join(body)
    below = f"\n<p>{escape(subtitle)}</p>" if subtitle else ""
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="mechdesign {escape(mechdesign.__version__)}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>{below}
</header>
{_contents(sections)}<main>
{content}
</main>
</body>
</html>
"""
    return printable(page)


def _contents(sections: Sequence[Section]) -> str:
    if len(sections) < 4:
        return ""
    links = "".join(
        f'<li><a href="#s{k}">{escape(section.title)}</a></li>'
        for k, section in enumerate(sections, 1)
    )
    return f'<nav aria-label="Contents"><ul>{links}</ul></nav>\n'


def _part(part: Part, number: int) -> str:
    if isinstance(part, Paragraph):
        opening = '<p class="note">' if part.note else "<p>"
        return f"{opening}{escape(part.text)}</p>"
    if isinstance(part, Items):
        return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in part.texts) + "</ul>"
    if isinstance(part, Code):
        return f"<pre><code>{escape(part.text)}</code></pre>"
    if isinstance(part, Figure):
        caption = f"<figcaption>{escape(part.title)}</figcaption>"
        return f"<figure>\n{inline(part, number)}\n{caption}</figure>"
    if isinstance(part, References):
        return _references(part)
    return _table(part)


def _table(table: Table) -> str:
    """The table with the scope of its headings; numbers stand under one another."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    numeric = [k > 0 and _are_numbers(column) for k, column in enumerate(columns)]
    head = "".join(
        ('<th scope="col" class="number">' if n else '<th scope="col">')
        + f"{_breakable(name)}</th>"
        for name, n in zip(table.columns, numeric, strict=True)
    )
    rows = "\n".join(
        "<tr>" + "".join(_cell(v, k, numeric[k]) for k, v in enumerate(row)) + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    label = escape(table.title or "Table")
    notes = "".join(f'<p class="notes">{escape(note)}</p>' for note in table.notes)
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{label}">\n'
        f"<table>{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>\n"
        f"</div>{notes}"
    )


def _breakable(name: str) -> str:
    """A name that may break into lines behind dots and underscores."""
    return re.sub(r"([._])(?=\w)", r"\1<wbr>", escape(name))


def _cell(value: object, column: int, numeric: bool) -> str:
    text = "" if value is None else say(value)
    classes = ["number"] if numeric else []
    if len(text) > _LONG:
        classes.append("long")
    if column == 0:
        opening = f'<th scope="row" class="{" ".join(classes)}">' if classes else '<th scope="row">'
        return f"{opening}{escape(text)}</th>"
    if text in _TONE:
        classes.append(_TONE[text])
    opening = f'<td class="{" ".join(classes)}">' if classes else "<td>"
    return f"{opening}{escape(text)}</td>"


def _are_numbers(values: Sequence[object]) -> bool:
    given = [v for v in values if v is not None and v != ""]
    return bool(given) and all(
        (isinstance(v, (int, float, Fraction)) and not isinstance(v, bool))
        or (isinstance(v, str) and _NUMBER.fullmatch(v))
        for v in given
    )


def say(value: object) -> str:
    """A value for people: fractions as short decimals where these are exact.

    Examples
    --------
    >>> say(Fraction(41, 20)), say(Fraction(1, 3)), say(Fraction(12345, 67891))
    ('2.05', '1/3', '≈ 0.181836')
    """
    if isinstance(value, Fraction) and value.denominator > 1:
        if 10**6 % value.denominator == 0:
            return f"{float(value):.6f}".rstrip("0")
        return str(value) if len(str(value)) <= 7 else f"≈ {float(value):.6g}"
    return show(value)


def _references(part: References) -> str:
    listed = "".join(f"<li>{_reference(entry)}</li>" for entry in part.entries)
    bibtex = "\n\n".join(entry.bibtex() for entry in part.entries)
    return f'<ul>{listed}</ul>\n<pre class="bibtex"><code>{escape(bibtex)}</code></pre>'


def _reference(entry: Reference) -> str:
    names = entry.authors.replace(" and ", "; ")
    text = f"{names} ({entry.year}). {entry.title}."
    if entry.venue:
        text += f" {entry.venue}."
    link = address(entry)
    shown = f' <a href="{escape(link)}">{escape(link)}</a>' if link else ""
    return escape(text) + shown


def address(entry: Reference) -> str:
    """Where a source is found: its DOI, or its place on arXiv."""
    if entry.doi:
        return f"https://doi.org/{entry.doi}"
    return f"https://doi.org/10.48550/arXiv.{entry.arxiv}" if entry.arxiv else ""
