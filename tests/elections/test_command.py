"""The command line of electoral competition."""

import json

import pytest

from mechdesign.cli import main

pytest.importorskip("scipy")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plane.csv").write_text("id,x,y\na,0,0\nb,4,0\nc,0,3\n")
    (tmp_path / "line.csv").write_text("x,party\n0,L\n1,L\n2,L\n4,\n5,R\n7,R\n9,R\n")
    (tmp_path / "places.csv").write_text("name,x,y\nP,1,0\nQ,0,1\nR,2,2\n")
    (tmp_path / "worth.csv").write_text("voter,A,B\nu,1,0\nv,0,2\n")
    return tmp_path


def run(capfd, text):
    assert main(text.split()) == 0
    out, err = capfd.readouterr()
    return out + err


def test_platforms_of_a_grid(folder, capfd):
    said = run(capfd, "solve elections plane.csv --platforms grid:0:4,0:3")
    assert "every platform is beaten" in said
    assert "gap 0" in said
    assert "3/14" in said
    assert "columns read as coordinates: x, y; names: id" in said


def test_a_line_has_a_winner_and_json_is_exact(folder, capfd):
    main(["solve", "elections", "line.csv", "--platforms", "0:9", "--json"])
    rows = json.loads(capfd.readouterr().out)["rows"]
    assert rows[0][0] == "4"
    assert rows[0][-1] == 1


def test_primaries_agendas_and_probabilistic_votes(folder, capfd):
    assert "tie of 1 and 7" in run(capfd, "solve elections line.csv --primaries")
    path = run(capfd, "solve elections plane.csv --platforms 0:4,0:3 --agenda 1,1 2,3")
    assert "(2, 3)" in path
    none = run(capfd, "solve elections plane.csv --platforms 0:4,0:3 --agenda 1,1 3,3")
    assert "no votes lead there" in none
    said = run(capfd, "solve elections line.csv --platforms 0:9 --sensitivity 1/10 --beta 1/10")
    assert "gap" in said
    assert "against the mean 4" in said


def test_named_platforms_and_utilities(folder, capfd):
    assert "P" in run(capfd, "solve elections plane.csv --platforms places.csv --dims x,y")
    assert "some tie" in run(capfd, "solve elections worth.csv --utilities")


@pytest.mark.parametrize(
    ("text", "words", "named"),
    [
        ("id\na\n", "", "coordinates"),
        ("x\nmany\n", "", "x"),
        ("x\n1\n", "--dims z", "dims"),
        ("x\n1\n", "--platforms nowhere.csv", "nowhere"),
        ("x,party\n1,L\n", "--primaries", "parties"),
        ("x\n1\n", "--beta 1", "beta"),
        ("x\n1\n", "--agenda 1 7", "platform"),
        ("x\n1\n", "--agenda 1 Z", "platform"),
        ("id,x\na,1\na,2\n", "", "id"),
    ],
)
def test_bad_tables_are_refused(folder, capfd, text, words, named):
    (folder / "bad.csv").write_text(text)
    assert main(["solve", "elections", "bad.csv", *words.split()]) == 2
    assert named in capfd.readouterr().err


WIDE = "respondent,A_age,B_age,choice\n" + "".join(
    f"u{k},old,young,A\nu{k},young,old,A\nv{k},old,young,B\nv{k},young,old,B\nw{k},young,old,A\n"
    for k in range(8)
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "average marginal component effects"),
        ("--checks", "left profile chosen"),
        ("--average 1/2", "votes"),
        ("--adversarial", "joint equilibrium"),
        ("--adversarial --product --beta 1/5 --interactions", "product equilibrium"),
        ("--adversarial --samples 5", "bootstrap by respondent, 5 replicates"),
    ],
)
def test_conjoint_choices(folder, capfd, words, said):
    (folder / "wide.csv").write_text(WIDE)
    assert said in run(capfd, f"solve elections wide.csv {words}")


@pytest.mark.parametrize(
    "words",
    [
        "--checks --interactions",
        "--average 1/2 --ridge 5",
        "--average 1/2 --beta 1/5 --product",
        "--interactions",
        "--samples 5",
        "--stakes majority",
    ],
)
def test_words_that_change_nothing_are_refused(folder, capfd, words):
    (folder / "wide.csv").write_text(WIDE)
    assert main(["solve", "elections", "wide.csv", *words.split()]) == 2
    assert words.split()[-2 if words.split()[-1].isalnum() else -1] in capfd.readouterr().err


@pytest.mark.parametrize("words", ["--primaries --stakes majority", "--ridge 3", "--dims x,x"])
def test_words_that_change_nothing_for_voters_are_refused(folder, capfd, words):
    assert main(["solve", "elections", "line.csv", *words.split()]) == 2
    assert words.split()[-2].strip("-") in capfd.readouterr().err


def test_replicates_that_are_asked_for_are_drawn(folder, capfd):
    (folder / "wide.csv").write_text(WIDE)
    said = run(capfd, "solve elections wide.csv --average 1/2 --samples 7")
    assert "bootstrap by respondent, 7 replicates" in said


def test_unused_columns_of_platforms_are_named(folder, capfd):
    (folder / "places.csv").write_text("name,x,y,weight\nP,1,0,2\nQ,0,1,3\nR,2,2,4\n")
    said = run(capfd, "solve elections plane.csv --platforms places.csv")
    assert "columns of platforms ignored: weight" in said


@pytest.mark.parametrize(
    "words", ["--primaries", "--checks --adversarial", "--product", "--dims x"]
)
def test_words_that_do_not_belong_together_are_refused(folder, capfd, words):
    (folder / "wide.csv").write_text(WIDE)
    assert main(["solve", "elections", "wide.csv", *words.split()]) == 2
    assert main(["solve", "elections", "plane.csv", "--adversarial"]) == 2
    assert "no columns of conjoint choices" in capfd.readouterr().err
