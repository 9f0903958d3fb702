"""Sphinx configuration; builds without a network."""

import importlib
from pathlib import Path

from docutils import nodes

import mechdesign
from mechdesign import axioms
from mechdesign.family import families

HERE = Path(__file__).parent

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
exclude_patterns = ["_build", "**/GALLERY_HEADER.rst"]

html_theme = "furo"
html_title = "mechdesign"
html_static_path = []
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


def _modules():
    """Public modules: the packages whose ``__all__`` is the interface."""
    named = ["model", "model.welfare", "axioms"]
    for family in families():
        corners = ("datasets", "plots", "studies", "pages")
        named += [family.name, *(f"{family.name}.{corner}" for corner in corners)]
    named += ["design", "io", "stats"]
    named += ["experiments", "report", "testing", "testing.strategies", "errors"]
    for name in named:
        full = f"mechdesign.{name}"
        try:
            found = importlib.util.find_spec(full)
        except ModuleNotFoundError:
            continue
        if found is None or not getattr(importlib.import_module(full), "__all__", None):
            continue
        yield full


def _write(path, text):
    # An unchanged file keeps its time, so that a second build is incremental.
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _generate(app):
    """Write the reference pages and the bibliography from the package itself."""
    folder = HERE / "api"
    folder.mkdir(exist_ok=True)
    names = list(dict.fromkeys(_modules()))
    for name in names:
        short = name.removeprefix("mechdesign.")
        title = f"``{name}``"
        lines = [title, "=" * len(title), "", f".. automodule:: {name}", "   :members:"]
        lines += ["   :imported-members:", "   :show-inheritance:", ""]
        _write(folder / f"{short}.rst", "\n".join(lines))
    entries = {}
    for rule in mechdesign.mechanisms():
        if rule.reference is not None:
            entries[rule.reference.key] = rule.reference.bibtex()
        for theorem in rule.claims.values():
            entries[theorem.reference.key] = theorem.reference.bibtex()
    for axiom in axioms.list_axioms():
        if axiom.reference is not None:
            entries[axiom.reference.key] = axiom.reference.bibtex()
    _write(folder / "references.bib", "\n\n".join(entries[key] for key in sorted(entries)) + "\n")
    _write(folder / "catalogue.rst", _catalogue())
    listing = ["Interface", "=========", "", ".. toctree::", "   :maxdepth: 1", ""]
    listing += [f"   {name.removeprefix('mechdesign.')}" for name in names]
    _write(folder / "index.rst", "\n".join(listing) + "\n")


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
