"""Tables of votes and the verb ``seats``."""

import csv
import io
import json

import pytest

from mechdesign import apportionment as ap
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError

SLOVAKIA = "examples/data/apportionment_votes.csv"
BARS = ("--threshold", "5%", "--party-threshold", "PS/Spolu=7%", "--total", "2881511")


def call(capsys, *words):
    code = main([*map(str, words)])
    told = capsys.readouterr()
    return code, told.out, told.err


def write(folder, text, name="votes.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_published_seats(capsys):
    code, out, err = call(capsys, "seats", SLOVAKIA, *BARS, "--method", "dhondt,hare")
    assert (code, err) == (0, "")
    assert "dhondt differs from the table: Smer, LSNS" in out
    assert "hare differs" not in out
    assert "below the threshold or without votes: PS/Spolu" in out


def test_forms(capsys, tmp_path):
    words = ("seats", SLOVAKIA, *BARS, "--method", "hagenbach_bischoff")
    found = json.loads(call(capsys, *words, "--json")[1])
    own = found["methods"]["hagenbach_bischoff"]
    assert own["certain"] == found["published"]
    assert (own["tied"], own["left"], found["below_threshold"]) == ([], 0, ["PS/Spolu"])
    rows = list(csv.DictReader(io.StringIO(call(capsys, *words, "--csv")[1])))
    assert [row["hagenbach_bischoff"] for row in rows] == [row["published"] for row in rows]
    assert "tabular" in call(capsys, *words, "--latex")[1]
    target = tmp_path / "seats.json"
    assert call(capsys, *words, "-o", target)[0] == 0
    assert json.loads(target.read_text()) == found


def test_a_tie_has_its_exit_code(capsys, tmp_path):
    path = write(tmp_path, "party,votes\nA,6\nB,6\nC,2\n")
    code, out, _ = call(capsys, "seats", path, "--seats", 3, "--method", "dhondt")
    assert code == 3
    assert "1 or 2" in out
    assert "left open" in out


def test_without_a_header(capsys, tmp_path):
    path = write(tmp_path, "OAK;7211\nELM;5271\nASH;2375\nFIR;2007\n")
    code, out, err = call(capsys, "seats", path, "--seats", 7, "--method", "dhondt", "--csv")
    assert code == 0
    assert "no header" in err
    assert [line.rsplit(",", 1)[1] for line in out.split()[1:]] == ["3", "2", "1", "1"]


def test_constituencies(tmp_path):
    wide = write(tmp_path, "party,North,South,seats\nA,10,20,2\nB,5,1,1\n")
    found = ap.read_votes(wide)
    assert dict(found.votes) == {"A": 30, "B": 6}
    assert dict(found.seats) == {"A": 2, "B": 1}
    assert "2 columns are added: North to South" in found.decisions[-1]
    north = ap.read_votes(wide, constituency="North")
    assert (dict(north.votes), north.seats) == ({"A": 10, "B": 5}, None)
    long = write(
        tmp_path, "constituency,party,votes\nNorth,A,10\nNorth,B,5\nSouth,A,20\nSouth,B,1\n"
    )
    found = ap.read_votes(long)
    assert dict(found.votes) == {"A": 30, "B": 6}
    assert found.decisions == ("the votes of 2 constituencies are added",)
    assert dict(ap.read_votes(long, constituency="South").votes) == {"A": 20, "B": 1}
    for path in (wide, long):
        with pytest.raises(InvalidInputError, match="North, South"):
            ap.read_votes(path, constituency="East")


def test_numbers_as_offices_write_them(tmp_path):
    path = write(tmp_path, 'party,votes\nA,"1,234,567"\nB,12 345\n')
    assert dict(ap.read_votes(path).votes) == {"A": 1_234_567, "B": 12_345}
    path = write(tmp_path, "Strana;Hlasy\nA;1.234.567\nB;12,5\n")
    found = ap.read_votes(path)
    assert str(dict(found.votes)) == "{'A': 1234567, 'B': Fraction(25, 2)}"
    assert "the column Strana is taken to name the parties" in found.decisions
    assert "the column Hlasy is taken to be the votes" in found.decisions


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("party,votes\nA,x\n", "line 2"),
        ("party,votes\nA,\n", "line 2"),
        ("party,votes\nA,-3\n", "line 2"),
        ("party,votes\nA,45%\n", "line 2"),
        ("party,votes\nA,3\nA,4\n", "line 3"),
        ("party,votes\n,3\n", "line 2"),
        ("party,votes\nA,3\nB,4\nTotal,7\n", "totals"),
        ("party,votes,votes\nA,3,4\n", "once"),
        ("party,seats\nA,3\n", "votes"),
        ("party,votes,seats\nA,3,1/2\n", "line 2"),
        ("party\nA\n", "party and votes"),
    ],
)
def test_bad_tables(capsys, tmp_path, text, word):
    code, out, err = call(capsys, "seats", write(tmp_path, text), "--seats", 3)
    assert (code, out) == (2, "")
    assert word in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--seats", "0"),
        ("--seats", "3", "--threshold", "5"),
        ("--seats", "3", "--threshold", "x"),
        ("--seats", "3", "--party-threshold", "A"),
        ("--seats", "3", "--party-threshold", "Z=5%"),
        ("--seats", "3", "--method", "guess"),
        ("--seats", "3", "--method", ""),
        ("--seats", "3", "--total", "1"),
        ("--seats", "3", "--minimum", "9"),
        ("--seats", "3", "--constituency", "North"),
    ],
)
def test_bad_words(capsys, tmp_path, words):
    path = write(tmp_path, "party,votes\nA,6\nB,5\n")
    code, out, err = call(capsys, "seats", path, "--method", "dhondt", *words)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


def test_methods_with_parameters_are_read_whole(capsys, tmp_path):
    path = write(tmp_path, "party,votes\nA,6\nB,5\n")
    methods = "dhondt, modified_sainte_lague(first=6/5)"
    code, out, _ = call(capsys, "seats", path, "--seats", "5", "--method", methods)
    assert code == 0
    assert "modified_sainte_lague(first=6/5)" in out
