"""The verbs on files of ballots: one result on standard output, what was decided beside it."""

import json

import pytest

from mechdesign.cli import main

GRID = ",Tea,Milk,Juice\nv1,1,2,\nv2,2,1,3\nv3,1,3,2\n"
BULLETS = "10: A\n3: B > A\n"
OPEN = ",T1,T2\nAlder,1,2\nBirch,2,1\nCedar,1,2\n"
PARTIES = "OAK;0;7211;53\nELM;0;5271;38\nASH;0;2375;17\n"


@pytest.fixture
def call(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)

    def _call(*words, **files):
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text)
        code = main([str(word) for word in words])
        return code, *capfd.readouterr()

    return _call


def test_rank_says_what_it_read_beside_the_result(call):
    code, out, err = call("rank", "b.rankings", "--json", b_rankings=BULLETS)
    found = json.loads(out)
    assert code == 0
    assert found["rules"]["borda"]["winners"] == ["A"]
    assert found["decisions"][0] == "read as lines of rankings: 13 ballots, 2 candidates"
    assert "note: read as lines of rankings: 13 ballots, 2 candidates" in err
    code, out, _ = call("rank", "b.rankings", "--csv", "--mechanism", "schulze,irv")
    assert (code, out.splitlines()[0]) == (0, "system,schulze,irv")


def test_unranked_is_an_option(call):
    words = ("rank", "b.rankings", "--mechanism", "schulze", "--json")
    _, last, _ = call(*words, "--unranked", "last", b_rankings=BULLETS)
    _, unseen, _ = call(*words, "--unranked", "unseen")
    assert json.loads(last)["rules"]["schulze"]["winners"] == ["A"]
    assert json.loads(unseen)["rules"]["schulze"]["winners"] == ["B"]


def test_report_and_convert_read_the_same(call, tmp_path):
    code, out, _ = call("report", "g.csv", "-o", "-", g_csv=GRID)
    assert code == 0
    assert "3 alternatives, 3 rankings" in out
    assert "read as a grid of ranks" in out
    code, out, err = call("convert", "g.csv", "-", "--to", "rankings")
    assert (code, out) == (
        0,
        "# alternatives: Tea, Milk, Juice\n1: Tea > Milk\n1: Milk > Tea > Juice\n"
        "1: Tea > Juice > Milk\n",
    )
    assert "read as a grid of ranks" in err
    sheet = "Option 1->: Ann\nOption 2->: Bob\nV: 1- x\nV: 21 y\n"
    assert call("convert", "t.txt", "a.soi", t_txt=sheet)[0] == 0
    assert (tmp_path / "a.soi").read_text().splitlines()[-2:] == ["1: 1", "1: 2,1"]
    blt = '2 1\n2 1 0\n1 0\n0\n"Ann"\n"Bob"\n'
    code, _, err = call("convert", "c.blt", "b.soi", c_blt=blt)
    assert code == 2
    assert "loses 1 blank ballots" in err
    assert call("convert", "c.blt", "b.soi", "--lossy")[0] == 0


@pytest.mark.parametrize("name", ["a.blt", "a.abif", "a.rankings", "a.toi"])
def test_ballots_there_and_back(call, tmp_path, name):
    text = "# alternatives: Ann, Bob, Cy\n3: Ann > Bob = Cy\n2: Bob\n"
    assert call("convert", "b.rankings", name, b_rankings=text)[0] == 0
    assert call("convert", name, "c.rankings")[0] == 0
    found = (tmp_path / "c.rankings").read_text()
    assert found.splitlines()[-3:] == text.splitlines()


def test_marks_that_a_format_keeps_for_itself_are_lost_by_name(call):
    text = "# alternatives: Ann [A], Bob\n3: Ann [A] > Bob\n"
    code, _, err = call("convert", "b.rankings", "a.abif", b_rankings=text)
    assert code == 2
    assert "loses the marks [] in Ann [A]" in err
    assert call("convert", "b.rankings", "a.blt")[0] == 0


def test_convert_takes_the_options_of_rank(call, tmp_path):
    assert call("convert", "o.csv", "a.soi", o_csv=OPEN)[0] == 2
    code, _, err = call("convert", "o.csv", "a.soi", "--as", "ranks")
    assert code == 0, err
    code, out, _ = call("convert", "o.csv", "-", "--to", "rankings", "--as", "scores", "--lossy")
    assert code == 0
    assert "Birch" in out
    scores = "model,WER,acc\nA,3,1\nB,1,2\n"
    words = ("convert", "s.csv", "-", "--to", "rankings", "--lossy")
    assert "2: B > A" in call(*words, s_csv=scores)[1]
    assert "1: A > B" in call(*words, "--higher", "WER")[1]
    code, _, err = call("convert", "s.csv", "s.tsv", "--lower", "acc")
    assert code == 2
    assert "--lower" in err
    blt = '2 1\n2 1=2 0\n1 2 0\n0\n"Ann"\n"Bob"\n'
    assert "1: Bob" in call("convert", "c.blt", "-", "--to", "rankings", "--overvote", "exhaust",
                            c_blt=blt)[1]  # fmt: skip


@pytest.mark.parametrize("verb", ["rank", "report"])
def test_open_files_are_decided_by_flags(call, verb):
    beside = ("-o", "-") if verb == "report" else ()
    code, out, err = call(verb, "o.csv", *beside, o_csv=OPEN)
    assert (code, out) == (2, "")
    assert "--as ranks" in err
    assert "--as scores" in err
    code, ranks, _ = call(verb, "o.csv", "--as", "ranks", *beside)
    assert code == 0
    assert "T1" in ranks
    code, scores, _ = call(verb, "o.csv", "--as", "scores", *beside)
    assert code == 0
    assert "Alder" in scores
    code, out, err = call(verb, "p.csv", *beside, p_csv=PARTIES)
    assert (code, out) == (2, "")
    assert "--no-header" in err
    code, out, _ = call(verb, "p.csv", "--no-header", *beside)
    assert code == 0
    assert "OAK" in out


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("k.wmd", "# TITLE: kidneys\n1,2,3\n", "a matching graph, not ballots"),
        ("b.blt", "2 1\n1 3 0\n0\n", "line 2"),
        ("b.abif", "2:A>\n", "line 1"),
        ("b.soi", "# NUMBER ALTERNATIVES: 2\n1: 5\n", "line 2"),
        ("b.rankings", "x: \n", "line 1"),
        ("none.blt", None, "none.blt"),
    ],
)
@pytest.mark.parametrize("verb", ["rank", "report", "convert"])
def test_bad_files_end_with_code_2_and_their_name(call, verb, name, text, told):
    files = {} if text is None else {name.replace(".", "_"): text}
    after = {"rank": (), "report": ("-o", "-"), "convert": ("-", "--to", "soi")}[verb]
    code, out, err = call(verb, name, *after, **files)
    assert (code, out) == (2, "")
    assert name in err
    assert told in err
