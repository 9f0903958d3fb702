"""A family of another distribution comes through the door, with no edit inside the package."""

import os
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path

import pytest

import mechdesign
from mechdesign import family

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "own_family"


def install(site, name="jury", value="jury:FAMILY"):
    """What an installer writes: the metadata with the entry point, and where the code is."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[mechdesign.families]\n{name} = {value}\n")


def run(site, *words):
    path = os.pathsep.join([str(site), str(EXAMPLE), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "MPLBACKEND": "agg"}
    command = [sys.executable, "-W", "error", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=site)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    install(folder)
    return folder


def said(site, *words, code=0):
    done = run(site, "-m", "mechdesign", *words)
    assert (done.returncode, done.stderr) == (code, "")
    return done.stdout


def test_its_project_file_names_the_door():
    told = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())
    assert told["project"]["entry-points"] == {family.GROUP: {"jury": "jury:FAMILY"}}


def test_in_python(site):
    code = """
import mechdesign as md
from mechdesign import axioms
assert [one.id for one in md.mechanisms("jury")] == ["jury.majority", "jury.unanimity"]
assert md.get("jury.majority")([1, 0, 1]).choice == 1
assert "jury_neutrality" in [one.id for one in axioms.list_axioms("jury")]
assert "jury_neutrality" not in [one.id for one in axioms.list_axioms("facility")]
assert [one.name for one in md.families()][-1] == "jury"
entries = list(axioms.catalogue_entries("jury"))
assert len(entries) == 4
assert all(entry.check().status is entry.status for entry in entries)
assert axioms.check("jury_neutrality", "jury.unanimity", agents=3).witness.replay("jury.unanimity")
from mechdesign import experiments
assert [one.id for one in experiments.claims()][-1] == "jury.three_jurors"
found = experiments.sweep("jury_is_right", {"jurors": [1, 9]}, replications=200)
few, many = found.table().column("mean")
assert 0.4 < few < many < 1
"""
    done = run(site, "-c", code)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_it_wrote_is_read_in_another_process(site, tmp_path):
    """The classes of a document's family are found by its name, before anything imported it."""
    words = ("audit", "jury.unanimity", "--agents", "3", "--axioms", "jury_neutrality", "--json")
    path = tmp_path / "audit.json"
    path.write_text(said(site, *words, code=1))
    assert "jury.unanimity  jury_neutrality  confirmed" in said(site, "verify", str(path))
    code = """
import sys, mechdesign as md
if len(sys.argv) == 1:
    print(md.dumps(md.get("jury.majority")([1, 0, 1])))
else:
    found = md.loads(sys.argv[1])
    assert type(found.setting).__module__ == "jury", found.setting
    assert found.choice == 1
"""
    written = run(site, "-c", code).stdout
    done = run(site, "-c", code, written)
    assert (done.returncode, done.stderr) == (0, "")


def test_plots(site):
    pytest.importorskip("matplotlib")
    code = "from jury.corners import competence; assert len(competence().lines) == 1"
    done = run(site, "-c", code)
    assert (done.returncode, done.stderr) == (0, "")


def test_on_the_command_line(site, tmp_path):
    assert "jury.unanimity  Guilty if all jurors say so." in said(site, "list", "jury")
    assert "jury_neutrality" in said(site, "list", "jury", "--axioms")
    assert "jury.corners.competence" in said(site, "list", "jury", "--plots")
    assert "verdicts" not in said(site, "--version")
    assert "the verdict of a jury" in said(site, "solve", "--help")
    assert "Give the verdict of a jury." in said(site, "solve", "jury", "--help")
    assert "1" in said(site, "solve", "jury", "1", "0", "1")
    told = said(site, "audit", "jury.majority", "--agents", "3", "--axioms", "jury_neutrality")
    assert "holds" in told
    words = ("audit", "jury.unanimity", "--agents", "3", "--axioms", "jury_neutrality")
    assert "VIOLATED" in said(site, *words, code=1)
    assert "1 of 1 figures agree" in said(site, "reproduce", "jury")
    assert "jury_is_right" in said(site, "sweep", "--list")
    told = '{"experiment": "jury_is_right", "grid": {"jurors": [3]}, "replications": 4}'
    (tmp_path / "sweep.json").write_text(told)
    assert "jury_is_right" in said(site, "sweep", str(tmp_path / "sweep.json"))
    if find_spec("pysat") is not None:
        words = ("consistent", "jury.verdict", "--agents", "3")
        assert "jury" in said(site, *words, "--axioms", "jury_neutrality,anonymity")


def test_without_it_nothing_is_there(tmp_path):
    code = "import mechdesign as md; md.mechanisms('jury')"
    done = run(tmp_path, "-c", code)
    assert (
        "be one of facility, auctions, matching, aggregation, bargaining, preference_games"
        in done.stderr
    )
    done = run(tmp_path, "-m", "mechdesign", "solve", "jury")
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("jury", "jury:nothing", "has no attribute 'nothing'"),
        ("jury", "nowhere:FAMILY", "No module named 'nowhere'"),
        ("jury", "jury:Verdict", "is no Family"),
        ("court", "jury:FAMILY", "it calls itself 'jury'"),
        ("facility", "jury:FAMILY", "it calls itself 'jury'"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_a_warning(tmp_path, name, value, reason):
    install(tmp_path, name, value)
    code = """
import warnings, mechdesign as md
from mechdesign.family import _OWN
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    assert len(md.families()) == len(_OWN)
    assert len(md.mechanisms("facility")) > 9
print(*(one.message for one in told))
"""
    done = run(tmp_path, "-c", code)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"the family {name} ({value}) is left out" in done.stdout
    assert reason in done.stdout


def test_a_name_is_taken_once(tmp_path, monkeypatch):
    (tmp_path / "other.py").write_text(
        "from mechdesign import Family\nFAMILY = Family('facility', 'another', 'other')\n"
    )
    install(tmp_path, "facility", "other:FAMILY")
    done = run(tmp_path, "-W", "ignore", "-c", "import mechdesign as md; print(md.families())")
    assert done.stdout.count("name='facility'") == 1
    assert "module='other'" not in done.stdout


def test_the_five_families_use_the_same_door():
    """What the project file declares is the table that a source tree uses."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    entries = told[family.GROUP]
    own = mechdesign.families()[: len(entries)]
    assert [one.name for one in own] == list(entries)
    for one in own:
        assert EntryPoint(one.name, entries[one.name], family.GROUP).load() is one
        assert all(command.summary for command in one.commands)


def names(one):
    yield from (one.module, one.plots, one.datasets, one.claims, one.demo)
    yield from one.studies
    yield from (command.target for command in one.commands)
    yield from one.reports.values()
    yield from one.conversions.values()


@pytest.mark.parametrize("one", mechdesign.families(), ids=lambda one: one.name)
def test_every_name_stands_for_something(one):
    for name in names(one):
        if name:
            assert family.resolve(name) is not None
            assert name.startswith(f"mechdesign.{one.name}")
