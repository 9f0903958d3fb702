"""``-`` is standard input for every verb that reads a file, in whatever format it comes."""

import io
import json
from pathlib import Path

import pytest

from mechdesign.cli import main

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"
BLT = '2 1\n3 2 1 0\n1 1 0\n0\n"Ann"\n"Bob"\n'
SOI = (
    "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: Bob\n3: 2,1\n1: 1\n"
)
BALLOTS = {
    "blt": BLT,
    "abif": "=A:[Ann]\n=B:[Bob]\n3:B>A\n1:A\n",
    "rankings": "3: Bob > Ann\n1: Ann\n",
    "stv": "seats=1\ncandidate=a Ann\ncandidate=b Bob\nballots=2\n3X b a\n1X a\nend\n",
    "tally": "Option 1-->: Ann\nOption 2-->: Bob\n" + "V: 21 x\n" * 3 + "V: 1- y\n",
    "scottish": '2,1,\n3,2,1,\n1,1,\n"Candidate 1","Ann",\n"Candidate 2","Bob",\n"West",\n',
    "counted": "count,ballot\n3,Bob > Ann\n1,Ann\n",
    "soi": f"# DATA TYPE: soi\n{SOI}",
}


@pytest.fixture
def feed(monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)

    def _feed(content, *words):
        class Stdin:
            buffer = io.BytesIO(content if isinstance(content, bytes) else content.encode())

        monkeypatch.setattr("sys.stdin", Stdin)
        return main(list(words)), *capfd.readouterr()

    return _feed


@pytest.mark.parametrize("name", BALLOTS)
def test_ballots_are_recognised(feed, name):
    code, out, err = feed(BALLOTS[name], "rank", "-", "--json", "--mechanism", "irv")
    assert code == 0, err
    assert json.loads(out)["rules"]["irv"]["winners"] == ["Bob"]
    assert "note: read as" in err
    code, out, err = feed(BALLOTS[name], "convert", "-", "-", "--to", "rankings")
    assert code == 0, err
    # A tally sheet has a line for each voter.
    assert out.splitlines()[-2:] == [f"{1 if name == 'tally' else 3}: Bob > Ann", "1: Ann"]


def test_what_cannot_be_recognised_is_said(feed):
    """Without a line of its type a file of PrefLib is a text like others."""
    assert feed(SOI, "rank", "-", "--mechanism", "irv")[0] == 2
    code, out, err = feed(SOI, "rank", "-", "--json", "--mechanism", "irv", "--as", "soi")
    assert code == 0, err
    assert json.loads(out)["rules"]["irv"]["winners"] == ["Bob"]
    code, out, _ = feed(SOI, "convert", "-", "-", "--from", "soi", "--to", "blt")
    assert (code, out.splitlines()[1:3]) == (0, ["3 2 1 0", "1 1 0"])
    code, out, _ = feed(SOI, "report", "-", "-o", "-", "--as", "soi")
    assert code == 0
    assert "2 alternatives" in out


TABLE = "| system | a | b |\n|---|---|---|\n| X | 0.5 | 0.25 |\n| Y | 0.75 | 0.5 |\n"


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "system\ta\tb\nX\t0.5\t0.25\nY\t0.75\t0.5\n",
        '[{"system": "X", "a": 0.5}, {"system": "Y", "a": 0.75}]',
        '{"system": "X", "a": 0.5}\n{"system": "Y", "a": 0.75}\n',
    ],
)
def test_tables(feed, text):
    for words in (("rank", "-", "--mechanism", "mean"), ("report", "-", "-o", "-")):
        code, out, err = feed(text, *words)
        assert code == 0, err
        assert out.index("Y") < out.index("X")


VERBS = {
    "auctions_travel_answer.json": ("solve", "auctions"),
    "bargaining_street.json": ("solve", "bargaining"),
    "bargaining_ratings.csv": ("solve", "bargaining"),
    "bargaining_election.pb": ("solve", "bargaining"),
    "coalitional_team.csv": ("solve", "coalitional"),
    "sweep_facility.json": ("sweep",),
}


def test_matching_reads_it_too(feed, tmp_path):
    edges = "ad,query,p\na,x,0.5\nb,x,0.25\na,y,1\n"
    (tmp_path / "edges.csv").write_text(edges)
    code, out, err = feed(edges.encode(), "solve", "matching", "-", "--csv")
    assert code == 0, err
    words = ("solve", "matching", str(tmp_path / "edges.csv"), "--csv")
    assert feed(b"", *words)[:2] == (code, out)


@pytest.mark.parametrize("name", VERBS)
def test_other_verbs_print_what_they_print_for_the_file(feed, name):
    content = (DATA / name).read_bytes()
    code, out, err = feed(content, *VERBS[name], "-", "--csv")
    assert code == 0, err
    assert feed(b"", *VERBS[name], str(DATA / name), "--csv")[:2] == (code, out)


def test_facility_yaml_and_verify(feed):
    words = ("--column", "location", "--domain", "0,100", "--csv")
    content = (DATA / "facility_street.csv").read_bytes()
    code, out, _ = feed(content, "solve", "facility", "--file", "-", *words)
    assert code == 0
    assert out == feed(b"", "solve", "facility", "--file", f"{DATA}/facility_street.csv", *words)[1]
    yaml = pytest.importorskip("yaml")
    document = yaml.safe_dump(json.loads((DATA / "bargaining_street.json").read_text()))
    assert feed(document, "solve", "bargaining", "-", "--csv")[0] == 0
    words = ("audit", "facility.average", "--axioms", "strategyproofness", "--agents", "2")
    code, out, _ = feed(b"", *words, "--json")
    assert code == 1
    assert feed(out, "verify", "-")[0] == 0


def test_nothing_on_standard_input(feed):
    code, out, err = feed(b"", "rank", "-")
    assert (code, out) == (2, "")
    assert "empty" in err
