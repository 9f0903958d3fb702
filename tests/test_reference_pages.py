"""The reference of the field: a page a mechanism and a page an axiom, out of the registry."""

import importlib.util
import json
import re
import shlex
from pathlib import Path

import pytest

import mechdesign as md
from mechdesign import axioms
from mechdesign.cli import main
from mechdesign.cli.entry import build_parser

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def field():
    spec = importlib.util.spec_from_file_location("field", ROOT / "docs" / "_ext" / "field.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(field):
    # Counterexamples that are not kept yet would be computed; their words do not matter here.
    field.in_words = lambda entry: "not kept yet"
    return field.pages()


def test_every_mechanism_and_axiom_has_a_page_and_stands_in_an_index(field, pages):
    rules, properties = md.mechanisms(), axioms.list_axioms()
    assert len(field.shipped(rules)) > 200
    for folder, registered in (("mechanisms", rules), ("axioms", properties)):
        found = field.shipped(registered)
        index = pages[f"{folder}/index"]
        for one in found:
            assert f"<{one.id}>`" in index, one.id
            assert pages[f"{folder}/{one.id}"].count("\n") > 8, one.id


def test_every_cell_of_the_catalogue_stands_on_both_pages(field, pages):
    for entry in field.shipped(axioms.catalogue_entries()):
        rule = entry.mechanism.partition("(")[0]
        assert f"</reference/axioms/{entry.axiom}>" in pages[f"mechanisms/{rule}"], entry
        assert f"</reference/mechanisms/{rule}>" in pages[f"axioms/{entry.axiom}"], entry


def test_kept_counterexamples_are_those_of_cells_that_are_violated(field):
    kept = json.loads(field.KEPT.read_text(encoding="utf-8"))
    cells = {field.key(entry): entry for entry in axioms.catalogue_entries()}
    for name in kept:
        assert name in cells, f"{name}: run `python docs/_ext/field.py`"
        assert str(cells[name].status) == "VIOLATED", name


def test_the_evidence_of_every_cell_is_kept(field):
    kept = json.loads(field.KINDS.read_text(encoding="utf-8"))
    cells = {field.key(entry) for entry in field.shipped(axioms.catalogue_entries())}
    assert set(kept) == cells, "run `python docs/_ext/field.py`"


@pytest.mark.parametrize("part", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_kept_counterexamples_are_what_the_checks_say(field, part):
    kept = json.loads(field.KEPT.read_text(encoding="utf-8"))
    cells = {field.key(entry): entry for entry in axioms.catalogue_entries()}
    few = [name for name in kept if name.startswith("facility.average")]
    assert few
    for name in kept if part else few:
        assert kept[name] == cells[name].check().witness.explain(), name


def test_the_bibliography_has_every_declared_source(field):
    text = field.bibliography()
    for one in (*md.mechanisms(), *axioms.list_axioms()):
        if one.reference is not None:
            assert f"{{{one.reference.key}," in text, one


def commands():
    """What the landing page and the pages of the guide that this test knows tell people to type."""
    pages = [ROOT / "docs" / "index.rst", *sorted((ROOT / "docs" / "guide").glob("task_*.rst"))]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for line in re.findall(r"(?:^ {4}|``)(mechdesign [^`\n]+?)(?:``|$)", text, re.MULTILINE):
            yield page.name, shlex.split(line)[1:]


def test_commands_that_pages_name_are_understood_and_run_where_their_files_are_there(
    capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(ROOT)
    found = list(commands())
    assert len(found) > 15
    ran = 0
    for page, words in found:
        if "--help" in words or words == ["verify"]:
            continue
        build_parser(words).parse_args(words)
        if any(word.startswith("examples/") for word in words):
            if "-o" in words:
                target = tmp_path / f"{ran}_{words[words.index('-o') + 1]}"
                words = [str(target) if w == words[words.index("-o") + 1] else w for w in words]
            assert main(words) == 0, (page, words)
            assert capsys.readouterr().out, (page, words)
            ran += 1
    assert ran > 5
