"""Every picture of the gallery: nothing is cut, nothing lies on something else.

``PICTURES`` keeps each as a coarse grid of darkness; ``python tests/test_pictures.py`` draws them
anew.  Look at a picture before its grid is kept.
"""

import itertools
import json
import runpy
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
GALLERY = sorted((ROOT / "examples").glob("*/plot_*.py"))
PICTURES = Path(__file__).with_name("pictures.json")
ROWS, COLUMNS = 12, 18
# Of 255: what other versions of matplotlib and other fonts move in a coarse grid.
MOVED = 6
# Pixels by which neighbours may touch.
TOUCH = 1.5


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


def drawn(path):
    """All figures of an example."""
    from matplotlib import pyplot

    pyplot.close("all")
    with pyplot.rc_context({"figure.dpi": 100}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*non-interactive.*")
        runpy.run_path(str(path), run_name="__main__")
        figures = [pyplot.figure(number) for number in pyplot.get_fignums()]
        for figure in figures:
            figure.canvas.draw()
    return figures


def grid_of(figure):
    """The mean darkness of each cell of the picture, 0 for white."""
    grey = 255 - np.asarray(figure.canvas.buffer_rgba())[:, :, :3].mean(axis=2)
    bands = np.array_split(grey, ROWS, axis=0)
    return [[round(float(c.mean())) for c in np.array_split(b, COLUMNS, axis=1)] for b in bands]


def boxes_of(texts, renderer):
    """What is written, with its place; empty and hidden texts are left out."""
    found = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in texts
        if text.get_visible() and text.get_text().strip()
    ]
    return [(words, box) for words, box in found if box.width > 0 and box.height > 0]


def overlap(one, other):
    return (
        min(one.x1, other.x1) - max(one.x0, other.x0) > TOUCH
        and min(one.y1, other.y1) - max(one.y0, other.y0) > TOUCH
    )


def marks_of(axis):
    """The labels of the ticks that are in view."""
    low, high = sorted(axis.get_view_interval())
    room = (high - low) * 1e-9
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    seen = [tick for tick in ticks if low - room <= tick.get_loc() <= high + room]
    return [label for tick in seen for label in (tick.label1, tick.label2)]


def complaints(figure):
    """What a reader would complain of."""
    from matplotlib.text import Text

    renderer = figure.canvas.get_renderer()
    page = figure.bbox
    shown = [axes for axes in figure.axes if axes.get_visible()]
    ticks, written = [], set(figure.findobj(Text))
    told = []
    for axes in shown:
        for axis in (axes.xaxis, axes.yaxis):
            written -= set(axis.findobj(Text)) - {axis.label}
            if not axes.axison:
                continue
            marks = boxes_of(marks_of(axis), renderer)
            ticks += marks
            turned = any(label.get_rotation() % 90 for label in marks_of(axis))
            told += [
                f"{a!r} and {b!r} overlap"
                for (a, one), (b, other) in itertools.combinations(marks, 2)
                if not turned and overlap(one, other)
            ]
        legend = axes.get_legend()
        if legend is not None and overlap(legend.get_window_extent(renderer), axes.bbox):
            told.append("a legend lies on the data")
        named = axes.get_xlabel() or axes.get_ylabel() or axes.get_title()
        if axes.axison and axes.has_data() and not named:
            told.append("axes without any label")
    for words, box in (*boxes_of(written, renderer), *ticks):
        if box.x0 < page.x0 - TOUCH or box.x1 > page.x1 + TOUCH:
            told.append(f"{words!r} is cut at a side")
        if box.y0 < page.y0 - TOUCH or box.y1 > page.y1 + TOUCH:
            told.append(f"{words!r} is cut above or below")
    return told


@pytest.mark.parametrize("path", GALLERY, ids=name_of)
def test_a_picture_has_nothing_cut_or_hidden_and_looks_as_it_did(path):
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot

    kept = json.loads(PICTURES.read_text(encoding="utf-8")).get(name_of(path))
    assert kept, "look at it, then run `python tests/test_pictures.py`"
    figures = drawn(path)
    try:
        assert len(figures) == len(kept) > 0
        for figure, before in zip(figures, kept, strict=True):
            assert complaints(figure) == []
            now = np.array(grid_of(figure))
            assert now.max() > 5, "the picture is blank"
            assert np.abs(now - np.array(before)).mean() < MOVED
    finally:
        pyplot.close("all")


def test_what_is_wrong_with_a_picture_is_seen():
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(2, 2), dpi=100)
    axes.plot([0, 1], label="a line")
    axes.legend(loc="center")
    axes.set_xticks([0, 0.01], ["a long word", "another one"])
    axes.text(2, 0.5, "far out")
    figure.canvas.draw()
    told = " ".join(complaints(figure))
    for words in ("'far out' is cut", "overlap", "a legend lies on the data", "without any"):
        assert words in told
    pyplot.close(figure)


if __name__ == "__main__":
    import matplotlib

    matplotlib.use("Agg")
    found = {name_of(path): [grid_of(one) for one in drawn(path)] for path in GALLERY}
    PICTURES.write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} pictures\n")
