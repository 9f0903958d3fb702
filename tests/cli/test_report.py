"""``mechdesign report``: what is written where, and what is refused before anything is written."""

import json
from pathlib import Path

import pytest

from mechdesign.cli import main
from tests.report.page import checked

DATA = Path(__file__).parents[2] / "examples" / "data"
GLUE = str(DATA / "roberta_glue.csv")


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main([*map(str, words)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_html_into_the_current_folder(call, tmp_path):
    code, out, _ = call("report", GLUE, "--samples", 20)
    assert code == 0
    assert "wrote roberta_glue.html" in out
    assert [file.name for file in tmp_path.iterdir()] == ["roberta_glue.html"]
    page = checked((tmp_path / "roberta_glue.html").read_text(encoding="utf-8"))
    assert "mechdesign report roberta_glue.csv --samples 20" in page.text


def test_the_same_bytes_twice(call, tmp_path):
    for name in ("a.html", "b.html"):
        assert call("report", GLUE, "--samples", 20, "--rng", 3, "-o", name)[0] == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_markdown_with_figures_beside_it(call, tmp_path):
    pytest.importorskip("matplotlib")
    code, out, _ = call("report", DATA / "bargaining_street.json", "-o", "memo.md")
    assert code == 0
    assert "3 files of figures" in out
    text = (tmp_path / "memo.md").read_text(encoding="utf-8")
    for k in (1, 2, 3):
        assert f"(<memo-figure-{k}.svg>)" in text
        assert (tmp_path / f"memo-figure-{k}.svg").read_text(encoding="utf-8").startswith("<svg")


def test_markdown_is_not_written_where_a_figure_is_in_the_way(call, tmp_path):
    pytest.importorskip("matplotlib")
    (tmp_path / "memo-figure-2.svg").write_text("mine")
    code, _, err = call("report", DATA / "bargaining_street.json", "-o", "memo.md")
    assert code == 2
    assert "memo-figure-2.svg" in err
    assert not (tmp_path / "memo.md").exists()
    assert (tmp_path / "memo-figure-2.svg").read_text() == "mine"


def test_printed(call, tmp_path):
    code, out, _ = call("report", DATA / "bargaining_election.pb", "-o", "-", "--mechanism", "mes")
    assert code == 0
    assert out.startswith("# Election: bargaining\\_election.pb")
    assert not list(tmp_path.iterdir())


def test_json_and_csv_of_what_was_written(call):
    code, out, _ = call("report", GLUE, "--samples", 5, "--json")
    assert code == 0
    assert list(json.loads(out)["files"]) == ["roberta_glue.html"]
    code, out, _ = call("report", GLUE, "--samples", 5, "--force", "--csv")
    assert out.startswith("file,bytes\nroberta_glue.html,")


def test_an_audit(call, tmp_path):
    code, out, _ = call(
        "audit", "facility.average", "--agents", 2, "--grid", 2, "--axioms", "strategyproofness",
        "--json",
    )  # fmt: skip
    assert code == 1
    (tmp_path / "audit.json").write_text(out, encoding="utf-8")
    assert call("report", "audit.json")[0] == 0
    page = checked((tmp_path / "audit.html").read_text(encoding="utf-8"))
    assert "VIOLATED" in page.text


def test_options_reach_the_rules(call, tmp_path):
    words = ("--mechanism", "borda", "--rules", "mean,copeland", "--lower", "RTE", "--samples", 5)
    assert call("report", GLUE, *words, "-o", "a.html")[0] == 0
    text = checked((tmp_path / "a.html").read_text(encoding="utf-8")).text
    assert "the tasks put first by borda" in text
    assert "kemeny" not in text
    words = ("--tolerance", "1/10", "--mechanism", "leximin", "-o", "b.html")
    assert call("report", DATA / "bargaining_street.json", *words)[0] == 0
    text = checked((tmp_path / "b.html").read_text(encoding="utf-8")).text
    assert "concedes at most 1/10" in text
    assert "is better by egalitarian" in text


def test_nothing_is_replaced_without_force(call, tmp_path):
    (tmp_path / "a.html").write_text("mine")
    code, _, err = call("report", GLUE, "--samples", 5, "-o", "a.html")
    assert code == 2
    assert "--force" in err
    assert (tmp_path / "a.html").read_text() == "mine"
    assert call("report", GLUE, "--samples", 5, "-o", "a.html", "--force")[0] == 0
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_input_is_never_replaced(call, tmp_path):
    file = tmp_path / "data.md"
    file.write_text("A,1\n")
    code, _, err = call("report", "data.md", "-o", "data.md", "--force")
    assert code == 2
    assert "another file" in err
    assert file.read_text() == "A,1\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("missing.csv",), "existing file"),
        (("folder",), "not a folder"),
        (("empty.csv",), "empty"),
        (("odd.xyz",), "end in one of"),
        (("table.csv", "-o", "a.pdf"), ".html or .md"),
        (("table.csv", "-o", "no/a.html"), "existing folder"),
        (("table.csv", "-o", "folder"), ".html or .md"),
        (("table.csv", "--mechanism", "nothing"), "aggregation"),
        (("table.csv", "--samples", "-3"), "samples"),
        (("table.csv", "--rng", "-3"), "rng"),
        (("table.csv", "--tolerance", "1"), "for a file of table"),
        (("broken.json",), "JSON"),
        (("table.tex",), "read"),
    ],
)
def test_bad_input_is_one_error_and_no_file(call, tmp_path, words, told):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.csv").touch()
    (tmp_path / "odd.xyz").write_text("x")
    (tmp_path / "table.csv").write_text("system,x,y\nA,1,2\nB,2,1\n")
    (tmp_path / "table.tex").write_text("| a |\n")
    (tmp_path / "broken.json").write_text("{")
    before = sorted(tmp_path.iterdir())
    code, out, err = call("report", *words)
    assert code == 2
    assert out == ""
    assert told in err
    assert len(err.strip().split("\n")) == 1
    assert sorted(tmp_path.iterdir()) == before
