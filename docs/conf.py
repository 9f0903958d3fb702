"""Sphinx configuration; builds without a network."""

import importlib
import inspect
import logging
import pkgutil
import sys
from pathlib import Path

from docutils import nodes

import mechdesign
from mechdesign import axioms
from mechdesign.family import families

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))
import field  # noqa: E402

# What builds the gallery shows the log of whatever it runs.
logging.getLogger("mechdesign").setLevel(logging.WARNING)

project = "mechdesign"
author = "The mechdesign developers"
copyright = "2026, The mechdesign developers"
release = version = mechdesign.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "myst_parser",
    "sphinx_design",
    "sphinxcontrib.bibtex",
]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
exclude_patterns = ["_build", "paper", "**/GALLERY_HEADER.rst"]

html_theme = "furo"
html_title = "mechdesign"
html_static_path = ["_static"]
html_css_files = ["phone.css"]
templates_path = []
html_math_renderer = "plain"  # the usual renderer would fetch a script

autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
numpydoc_xref_param_type = False

bibtex_bibfiles = ["api/references.bib"]
suppress_warnings = ["config.cache"]

sphinx_gallery_conf = {
    "examples_dirs": ["../examples"],
    "gallery_dirs": ["gallery"],
    "filename_pattern": "plot_",
    "ignore_pattern": r"examples[/\\]data",
    "abort_on_example_error": True,
    "show_memory": False,
    "download_all_examples": False,
    "remove_config_comments": True,
    "plot_gallery": True,
}


def _places():
    """The packages with a public interface, each with its rooms and files: {package: [place]}."""
    named = ["model", "axioms", *(family.name for family in families())]
    named += ["design", "io", "stats", "experiments", "report", "testing", "errors"]
    for name in named:
        package = importlib.import_module(f"mechdesign.{name}")
        inside = [info.name for info in pkgutil.iter_modules(getattr(package, "__path__", []))]
        found = []
        for place in inside:
            try:
                module = importlib.import_module(f"{package.__name__}.{place}")
            except ImportError:  # an extra is missing
                continue
            if getattr(module, "__all__", None):
                found.append(module)
        yield package, found


def _write(path, text):
    # An unchanged file keeps its time, so that a second build is incremental.
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _generate(app):
    """Write the reference pages and the bibliography from the package itself."""
    folder = HERE / "api"
    folder.mkdir(exist_ok=True)
    listing = []
    for package, places in _places():
        short = package.__name__.removeprefix("mechdesign.")
        listing.append(short)
        pages = {f"{short}.{place.__name__.rpartition('.')[2]}": place for place in places}
        for page, place in pages.items():
            # A name is documented where users find it: in the package, if its face has it.
            public = set(getattr(package, "__all__", ()))
            owner = package if set(place.__all__) <= public else place
            # In no table of contents, which is written into every page; its package links to it.
            text = _page(place, owner, place.__all__)
            _write(folder / f"{page}.rst", f":orphan:\n\n{text}")
        own = [
            n for n in getattr(package, "__all__", ()) if not any(n in q.__all__ for q in places)
        ]
        text = _page(package, package, [] if places else own)
        if pages:
            text += "\n".join(_rooms(pages))
        _write(folder / f"{short}.rst", text + "\n")
    _write(folder / "references.bib", field.bibliography())
    for name, text in field.pages().items():
        path = HERE / "reference" / f"{name}.rst"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, text)
    _write(folder / "catalogue.rst", _catalogue())
    lines = ["Interface", "=========", "", ".. toctree::", "   :maxdepth: 1", ""]
    _write(folder / "index.rst", "\n".join([*lines, *(f"   {name}" for name in listing)]) + "\n")


def _rooms(pages):
    """The rooms of a package, each with its first sentence."""
    lines = ["", ".. list-table::", "   :widths: 35 65", ""]
    for name, place in pages.items():
        about = (inspect.getdoc(place) or "").split("\n")[0]
        lines += [f"   * - :doc:`{name} <{name}>`", f"     - {about}"]
    return lines


def _page(place, owner, names):
    """The page of a room or file: what it is about, a table of its names, then each of them."""
    title = f"``{place.__name__}``"
    lines = [title, "=" * len(title), "", inspect.getdoc(place) or "", ""]
    lines += [f".. currentmodule:: {owner.__name__}", ""]
    values = {name: getattr(place, name) for name in names}
    values = {n: v for n, v in values.items() if not inspect.ismodule(v)}
    if values:
        lines += [".. list-table::", "   :widths: 30 70", ""]
    for name, value in values.items():
        first = _summary(value)
        lines += [f"   * - :py:obj:`{name} <{owner.__name__}.{name}>`", f"     - {first}"]
    lines += [""]
    for name, value in values.items():
        if inspect.isclass(value):
            lines += [f".. autoclass:: {name}", "   :members:", "   :show-inheritance:", ""]
        elif inspect.isroutine(value):
            lines += [f".. autofunction:: {name}", ""]
        elif _summary(value) == _PLAIN:
            lines += [f".. py:data:: {name}", ""]
        else:
            lines += [f".. autodata:: {name}", "   :no-value:", ""]
    return "\n".join(lines)


_PLAIN = "a constant"


def _summary(value):
    """The first line of a docstring of one's own, else the value itself."""
    doc = inspect.getdoc(value) or ""
    alias = type(value).__module__ in ("typing", "types", "collections.abc", "_collections_abc")
    plain = not (inspect.isclass(value) or inspect.isroutine(value))
    plain = plain and (alias or doc == type(value).__doc__)
    return _PLAIN if plain or not doc else doc.split("\n")[0]


def _catalogue():
    """The catalogue of verdicts as one table for each family and scope."""
    marks = {"HOLDS": "holds", "VIOLATED": "**violated**", "UNKNOWN": "unknown"}
    lines = ["Which mechanism satisfies what", "=" * 30, ""]
    lines += [
        "Every cell is computed again by the test suite.  A status speaks about the scope above"
    ]
    lines += ["its table and about nothing beyond it.", ""]
    for family in [one.name for one in families()]:
        blocks = {}
        for entry in axioms.catalogue_entries(family):
            row = blocks.setdefault(entry.words, {}).setdefault(entry.mechanism, {})
            row[entry.axiom] = marks[str(entry.status)]
        if blocks:
            lines += [family, "-" * len(family), ""]
        for scope, rows in blocks.items():
            names = list(dict.fromkeys(axiom for row in rows.values() for axiom in row))
            lines += [f".. list-table:: {scope or 'every problem of the setting'}"]
            lines += ["   :header-rows: 1", "   :stub-columns: 1", ""]
            lines += ["   * - mechanism", *(f"     - {n.replace('_', ' ')}" for n in names)]
            for mechanism, row in rows.items():
                lines += [f"   * - ``{mechanism}``", *(f"     - {row.get(n, '')}" for n in names)]
            lines += [""]
    return "\n".join(lines)


# The bibliography extension reads its file when it is set up, before any event.
_generate(None)


def _visit_math(translator, node):
    # Formulas are shown as they are written, in a fixed-width font.
    translator.body.append(f"<code>{translator.encode(node.astext())}</code>")
    raise nodes.SkipNode


def setup(app):
    """Add the renderer of formulas."""
    app.add_html_math_renderer("plain", (_visit_math, None), (_visit_math, None))
