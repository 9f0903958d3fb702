"""Plots as SVG text that is the same for the same data, and safe inside an HTML page."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from mechdesign.errors import InvalidInputError
from mechdesign.report.document import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["available", "figure"]

_SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "mechdesign",
    "svg.fonttype": "none",  # text stays text: it can be read aloud, searched and copied
    "text.parse_math": False,  # a name with two dollar signs is no formula
    "font.size": 10.0,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_LINK = re.compile(r"url\(#([^)]+)\)")


def available() -> bool:
    """Whether there is a matplotlib to draw with."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


def figure(
    title: str,
    alt: str,
    draw: Callable[[Axes], Any],
    size: tuple[float, float],
) -> Figure | None:
    """Draw a figure.

    Parameters
    ----------
    title : str
        The caption.
    alt : str
        What it shows, in words.
    draw : callable
        Draws on the axes that it receives.
    size : pair of float
        Width and height in inches.

    Returns
    -------
    Figure or None
        None where matplotlib is not installed, or there is nothing to draw.
    """
    if not available():
        return None
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()  # a user's style must not change a report
        mpl.rcParams.update(_SETTINGS)
        # A glyph that the fonts here lack is found by the reader's browser.
        warnings.simplefilter("ignore", UserWarning)
        canvas = Canvas(figsize=size, layout="constrained")
        FigureCanvasSVG(canvas)
        axes = canvas.add_subplot()
        try:
            draw(axes)
        except InvalidInputError:  # the plot says that these data have nothing to draw
            return None
        buffer = io.BytesIO()
        canvas.savefig(buffer, format="svg", bbox_inches="tight", transparent=True)
    return Figure(title, alt, _plain(printable(buffer.getvalue().decode("utf-8"))))


def printable(text: str) -> str:
    r"""Text without the control characters that neither XML nor HTML may hold.

    Examples
    --------
    >>> printable("a\x00b") == "a\ufffdb"
    True
    """
    return _CONTROL.sub("\ufffd", text)


def _plain(raw: str) -> str:
    """The drawing without metadata, comments and namespaces of its own."""
    root = ElementTree.fromstring(raw)
    for parent in root.iter():
        for child in list(parent):
            if child.tag.endswith("}metadata"):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.partition("}")[2]
        for name in list(element.attrib):
            if name.startswith("{"):
                element.set(name.partition("}")[2], element.attrib.pop(name))
    return ElementTree.tostring(root, encoding="unicode")


def inline(figure: Figure, number: int) -> str:
    """The drawing for an HTML page: with names that no other drawing of the page has.

    Parameters
    ----------
    figure : Figure
        The drawing.
    number : int
        Of the figure in the page.
    """
    root = ElementTree.fromstring(figure.svg)
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, f"f{number}-{value}")
            elif name == "href" and value.startswith("#"):
                element.set(name, f"#f{number}-{value[1:]}")
            elif "url(#" in value:
                element.set(name, _LINK.sub(rf"url(#f{number}-\1)", value))
    root.set("role", "img")
    root.set("aria-labelledby", f"f{number}-title")
    title = ElementTree.Element("title", {"id": f"f{number}-title"})
    title.text = printable(figure.alt)
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode")


def standalone(figure: Figure) -> str:
    """The drawing as an SVG file."""
    root = ElementTree.fromstring(figure.svg)
    root.set("xmlns", "http://www.w3.org/2000/svg")
    title = ElementTree.Element("title")
    title.text = printable(figure.alt)
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode") + "\n"
