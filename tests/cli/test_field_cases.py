"""What files of the field become, row by row: the result, what they were taken for, refusals."""

import json

import pytest

from mechdesign.cli import main

TRUNCATED = """# DATA TYPE: soi
# NUMBER ALTERNATIVES: 4
# NUMBER VOTERS: 99
# ALTERNATIVE NAME 1: Ash
# ALTERNATIVE NAME 2: Birch
# ALTERNATIVE NAME 3: Cedar
# ALTERNATIVE NAME 4: Write-in
34: 1
24: 2,1
18: 3,2
12: 1,2
11: 3
"""
MAYOR = """{title: "Grove mayor"}
=K:[Kay (Red)]
=M:[Moe (Blue)]
=W:[Win (Green)]
30:W
20:K>M
18:M>K
12:W>M
9:M
"""
FORM = """Timestamp,First choice,Second choice,Third choice
1,Ann,Bob,Cy
2,Bob,Ann,
3,Cy,Bob,Ann
4,Ann,Cy,
5,Ann,Bob,
"""
COUNCIL = (
    "5 3\n9 1 2 0\n6 1 3 0\n7 2 3 0\n5 3 4 0\n4 4 0\n3 5 4 0\n2 0\n0\n"
    '"Ann"\n"Bob"\n"Cy"\n"Dee"\n"Eve"\n"Grove council"\n'
)
GRID = ",Tea,Milk,Juice,Water\nv1,1,2,3,\nv2,2,1,,3\nv3,1,3,2,4\nv4,3,1,2,\nv5,1,,2,\n"
PLACES = (
    "Model,Original rank,Borda rank,T3 rank\n"
    "Alder,1,2,1\nBirch,2=,3,3\nCedar,2=,1,2\nDogwood,4,4,4\n"
)
PARTIES = "OAK;0;7211;53\nELM;0;5271;38\nASH;0;2375;17\nFIR;1;2007;0\n"
SHEET = (
    "Option 1--->: Ann\nOption 2-->: Bob\nOption 3->: None Of The Above\n"
    "V: 12- aa\nV: 213 bb\nV: 1-- cc\n"
)
EVERY = "schulze,ranked_pairs,kemeny,copeland,minimax,borda,irv,plurality,coombs,bucklin,young"

#: File, text, options, rules, who wins under all of them, what it was read as.
READ = {
    "two_candidates.rankings": (
        "10: A\n3: B > A\n", [], EVERY, ["A"], "read as lines of rankings: 13 ballots, 2 candidates"
    ),
    "truncated.soi": (
        TRUNCATED, [], "schulze,kemeny,copeland,minimax,irv", ["Ash"],
        "read as PrefLib orders (soi): 99 ballots, 4 candidates",
    ),
    "mayor.abif": (
        MAYOR, [], "schulze,copeland,irv", ["Moe (Blue)"], "read as ABIF: 89 ballots, 3 candidates"
    ),
    "council.blt": (COUNCIL, [], "plurality", ["Ann"], "read as BLT: 36 ballots, 5 candidates"),
    "form_ballots.csv": (
        FORM, [], "schulze,copeland,irv", ["Ann"],
        "read as answers to a form, one ballot a row: 5 ballots, 3 candidates",
    ),
    "counted_ballots.csv": (
        "count,ballot\n5,Ann > Bob > Cy\n4,Bob > Ann\n3,Cy > Bob = Ann\n", [],
        "schulze,copeland", ["Ann"], "read as counted ballots: 12 ballots, 3 candidates",
    ),
    "rank_grid.csv": (
        GRID, [], "schulze,copeland,borda", ["Tea"],
        "read as a grid of ranks (1 is best, blank is not listed), 5 voters: 5 ballots, "
        "4 candidates",
    ),
    "rank_columns.csv": (
        PLACES, [], "borda,copeland,mean", ["Alder"],
        "read as ranks of systems: smaller is better in Original rank, Borda rank, T3 rank",
    ),
    "weights.rankings": (
        "2.5: A > B\n7/3: B > A\n", [], EVERY.removesuffix(",young"), ["A"],
        "read as lines of rankings: 29/6 ballots, 2 candidates",
    ),
    "no_header.csv": (
        PARTIES, ["--no-header", "--as", "scores"], "mean", ["OAK"],
        "systems are named by `column 1`",
    ),
    "tally.txt": (
        SHEET, [], "schulze,irv", ["Ann"], "read as a Debian tally sheet: 3 ballots, 3 candidates"
    ),
    "village.cat": (
        "# CATEGORY NAME 1: Yes\n# CATEGORY NAME 2: No\n# ALTERNATIVE NAME 1: A\n"
        "# ALTERNATIVE NAME 2: B\n3: 2,1\n1: {1,2},{}\n", [], "schulze,plurality", ["B"],
        "read as PrefLib categories: 4 ballots, 2 candidates",
    ),
}  # fmt: skip


@pytest.fixture
def call(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)

    def _call(name, text, *words):
        (tmp_path / name).write_text(text, encoding="utf-8")
        code = main(["rank", name, *words])
        return code, *capfd.readouterr()

    return _call


@pytest.mark.parametrize("name", READ)
def test_each_file_is_read_with_the_right_winner(call, name):
    text, options, rules, winners, told = READ[name]
    code, out, err = call(name, text, *options, "--mechanism", rules, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert {rule: one["winners"] for rule, one in found["rules"].items()} == dict.fromkeys(
        rules.split(","), winners
    )
    assert told in found["decisions"]
    assert f"note: {told}" in err


def test_the_last_of_all_columns_of_ranks_is_last(call):
    _, out, _ = call("r.csv", PLACES, "--mechanism", "mean,borda,copeland", "--json")
    for rule in json.loads(out)["rules"].values():
        assert rule["ranking"][-1] == ["Dogwood"]


REFUSED = {
    "no_header.csv": (PARTIES, [], "line looks like data", ["--no-header", "--header"]),
    "kidney.wmd": ("# TITLE: k\n1,2,3\n", [], "a matching graph, not ballots", []),
    "00036-00000001.dat": ("1,2\n", [], "data beside a matching graph", []),
    "open.csv": (",T1,T2\nAlder,1,2\nBirch,2,1\nCedar,1,2\n", [], "Alder, 1, 2",
                 ["--as ranks", "--as scores"]),
    "yes.csv": ("voter,A,B\nv1,1,0\nv2,0,1\n", [], "v1, 1, 0", ["--as ballots", "--as scores"]),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_open_is_refused_with_the_flag_that_decides(call, name):
    text, options, quoted, flags = REFUSED[name]
    code, out, err = call(name, text, *options, "--json")
    assert (code, out) == (2, "")
    assert quoted in err
    assert all(flag in err for flag in flags)
