"""The document model as HTML and as Markdown."""

import re
from fractions import Fraction

import pytest

from mechdesign.io import Table
from mechdesign.model import Reference
from mechdesign.report import Code, Figure, Items, Paragraph, References, Report, Section
from mechdesign.report.figures import figure
from tests.report.page import checked

EVIL = """<script>alert("x")</script> & 'y' "z" </td></table>"""


def everything(text):
    reference = Reference("key", f"{text}, A. and B.", text, 2020, text, doi="10.1/a_b")
    table = Table([text, "number"], [[text, 1], [text, Fraction(1, 3)]], text, [text])
    drawing = '<svg><g id="a"><use href="#a" /><path style="clip-path: url(#a)" /></g></svg>'
    parts = [
        Paragraph(text),
        Paragraph(text, note=True),
        Items((text, text)),
        Code(text, "sh"),
        table,
        Figure(text, text, drawing),
        Figure(text, text, drawing),
        References((reference,)),
        None,
    ]
    sections = tuple(Section(f"{text} {k}", parts if not k else [Paragraph("p")]) for k in range(4))
    return Report(text, text, sections)


def test_every_text_is_escaped():
    page = checked(everything(EVIL).to_html())
    assert page.text.count('<script>alert("x")</script>') > 10


def test_the_parts_of_a_page():
    page = checked(everything("plain").to_html())
    assert len(page.all("table")) == 1
    assert [a["scope"] for a in page.all("th")] == ["col", "col", "row", "row"]
    assert len(page.all("svg")) == 2
    assert [a["href"] for a in page.all("a") if "#" not in a["href"]] == [
        "https://doi.org/10.1/a_b"
    ]
    assert len(page.all("nav")) == 1
    assert "@article{key" in page.text


def test_a_short_report_has_no_contents():
    assert not checked(Report("r", "", (Section("s", []),)).to_html()).all("nav")


def test_markdown_shows_text_as_it_is():
    text, files = everything("a_b *c* <i> | [x](y) `z`").to_markdown("report")
    assert sorted(files) == ["report-figure-1.svg", "report-figure-2.svg"]
    assert "![" in text
    assert "(<report-figure-1.svg>)" in text
    plain = re.sub(r"```.*?```", "", text, flags=re.S)
    assert "<i>" not in plain.replace("\\<i\\>", "")
    assert r"a\_b \*c\* \<i\> \| \[x\](y) \`z\`" in plain
    assert all(svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"') for svg in files.values())


def test_markdown_without_figures_says_what_they_show():
    text, files = everything("what it shows").to_markdown()
    assert files == {}
    assert "*Figure: what it shows what it shows*" in text


@pytest.mark.parametrize("start", ["# x", "- x", "1. x", "+ x", "12) x"])
def test_markdown_paragraphs_do_not_become_lists(start):
    line = Report("t", "", (Section("s", [Paragraph(start)]),)).to_markdown()[0].split("\n")[4]
    assert "\\" in line
    assert line.replace("\\", "") == start


def test_code_with_fences_is_fenced_longer():
    text = Report("t", "", (Section("s", [Code("```\nx\n```")]),)).to_markdown()[0]
    assert "````\n```\nx\n```\n````" in text


def test_figures_are_the_same_twice_and_safe():
    pytest.importorskip("matplotlib")

    def draw(ax):
        ax.plot([1, 2], [3, 4], "o-", label="$x$ & <y>")
        ax.set_xticks([1, 2], ['id="a" <b>', "$a$ 中文"])
        ax.legend()

    first, second = (figure("t", "alt <text>", draw, (3, 2)) for _ in range(2))
    assert first.svg == second.svg
    assert "<b>" not in first.svg
    assert "中文" in first.svg
    assert "$x$" in first.svg
    assert "metadata" not in first.svg
    page = checked(Report("r", "", (Section("s", [first, second]),)).to_html())
    assert 'id="a" <b>' in page.text


def test_a_users_style_does_not_change_figures():
    mpl = pytest.importorskip("matplotlib")

    def draw(ax):
        ax.plot([1, 2])

    plain = figure("t", "a", draw, (3, 2))
    with mpl.rc_context({"lines.linewidth": 9, "svg.fonttype": "path"}):
        assert figure("t", "a", draw, (3, 2)) == plain
        assert mpl.rcParams["lines.linewidth"] == 9
