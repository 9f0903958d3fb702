"""What a quiet command leaves out, colours, and the completion of shells."""

import logging
import subprocess
import sys

import pytest

from mechdesign.cli import main
from mechdesign.cli.progress import SILENT, progress
from mechdesign.family import families

TABLE = "Model,a,b,loss\nx,1,2,3\ny,2,1,4\nz,0,0,9\n"


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text(TABLE)
    return "t.csv"


def test_quiet_prints_the_result_alone(table, capfd):
    assert main(["rank", table]) == 0
    told = capfd.readouterr()
    assert main(["rank", table, "--quiet"]) == 0
    quiet = capfd.readouterr()
    assert "note:" in told.err
    assert quiet.err == ""
    assert quiet.out == told.out
    assert main(["rank", table, "-q", "-o", "t.json"]) == 0
    assert capfd.readouterr().out == ""
    assert main(["rank", "none.csv", "-q"]) == 2
    assert "error" in capfd.readouterr().err


def test_quiet_work_shows_no_progress(monkeypatch, capfd):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    token = SILENT.set(True)
    try:
        with progress("work", 3) as step:
            step()
    finally:
        SILENT.reset(token)
    assert capfd.readouterr().err == ""


def test_nothing_is_coloured(table):
    done = subprocess.run(
        [sys.executable, "-m", "mechdesign", "rank", table],
        capture_output=True,
        text=True,
        env={"NO_COLOR": "1", "TERM": "xterm", **path()},
        check=True,
    )
    assert "\x1b" not in done.stdout + done.stderr


def path():
    import os

    return {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "SYSTEMROOT")}


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_knows_every_verb_and_family(shell, capfd):
    pytest.importorskip("shtab")
    assert main(["completion", shell]) == 0
    script = capfd.readouterr().out
    for word in ("audit", "solve", "rank", "--quiet", *(one.name for one in families())):
        assert word in script, word


@pytest.mark.parametrize(("words", "told"), [(["-v"], True), ([], False), (["-v", "-v"], True)])
def test_a_verbose_command_tells_what_it_does(words, told, capfd):
    root, own = logging.getLogger(), logging.getLogger("mechdesign")
    before, level = list(root.handlers), own.level
    root.handlers = []  # as in a process of its own
    try:
        line = ["audit", "facility.median", "--axioms", "anonymity", "--agents", "2", "--grid", "2"]
        assert main([*line, *words]) == 0
    finally:
        root.handlers = before
        own.setLevel(level)
    seen = capfd.readouterr()
    assert ("anonymity of facility.median: HOLDS (" in seen.err) == told
    assert "after" not in seen.out
