"""Standard output holds the result and nothing else, whichever solver is asked."""

import csv
import io
import json
from pathlib import Path

import pytest

from mechdesign.cli import main
from mechdesign.family import families
from mechdesign.io import Table

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"


def cycle():
    """Scores with a large cycle of majorities, so that Kemeny's rule needs its program."""
    rows = [[(7 * i + 11 * i * t + 5 * t * t) % 23 for t in range(9)] for i in range(14)]
    head = "Model," + ",".join(f"T{t}" for t in range(9))
    return "\n".join([head, *(f"S{i},{','.join(map(str, row))}" for i, row in enumerate(rows))])


def many_modules():
    """A bargaining problem made of many modules."""
    modules = {f"m{k}": {"cost": k % 5 + 1} for k in range(8)}
    utilities = {
        group: {name: (k * step) % 7 for k, name in enumerate(modules)}
        for group, step in (("x", 3), ("y", 5))
    }
    return json.dumps(
        {"bases": {"b": {"cost": 0}}, "modules": modules, "budget": 20,
         "utilities": {g: {"b": 1, **u} for g, u in utilities.items()}}
    )  # fmt: skip


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cycle.csv").write_text(cycle())
    (tmp_path / "modules.json").write_text(many_modules())
    edges = "ad,query,p\na,x,0.5\nb,x,0.25\na,y,1\nb,y,1/3\n"
    (tmp_path / "edges.csv").write_text(edges)
    for name, text in SMALL.items():
        (tmp_path / name).write_text(text)
    for name in (
        *("council.blt", "coalitional_team.csv"),
        *("auctions_travel_answer.json", "bargaining_election.pb", "matching_ads.csv"),
        *("bargaining_ratings.csv", "sweep_facility.json", "facility_street.csv"),
    ):
        (tmp_path / name).write_text((DATA / name).read_text())
    return tmp_path


#: Files of the families without one among the examples.
SMALL = {
    "bids.csv": "bidder,items,value\nann,x+y,10\nbob,x,9\ncy,y,5\n",
    "units.csv": "bidder,1st,2nd\nann,5,2\nbob,4,3\ncy,1,\n",
    "trades.csv": "agent,side,value\nann,buyer,9\nbob,buyer,5\ncy,seller,3\ndot,seller,4\n",
    "one_each.csv": "bidder,x,y\nann,5,8\nbob,7,9\n",
    "parties.csv": "party,votes,seats\nOak,120,3\nElm,80,2\n",
    "approvals.csv": "voter,A,B,C\nx,1,,1\ny,,1,\nz,1,1,\n",
    "battles.csv": "left,right,winner\nA,B,A\nB,C,B\nC,A,C\nA,B,B\n",
    "judged.csv": "winner,loser,judge\nA,B,x\nB,C,x\nC,A,x\nA,B,y\nB,C,y\nC,A,y\n",
    "chosen.csv": "user,age,winner,loser\nu,old,a,b\nv,young,b,a\n",
    "groups.csv": "group,x,y,weight\nmany,1,0,2\nfew,0,1,1\n",
    "lists.csv": "agent,choice1,choice2\na,X,Y\nb,X,Y\n",
    "hire.json": json.dumps(
        {
            "prior": [0.5, 0.5],
            "payoff": [[1, 0], [0, 1]],
            "agents": {
                name: {
                    "costs": [0, 0.05],
                    "experiments": [[[0.5, 0.5], [0.5, 0.5]], [[0.7, 0.3], [0.3, 0.7]]],
                }
                for name in ("Ann", "Bob")
            },
            "common": True,
        }
    ),
    "tell.json": json.dumps(
        {"prior": [0.7, 0.3], "receiver": [[0, 0], [-0.5, 0.5]], "sender": [[0, 0], [1, 1]]}
    ),
    "skills.csv": "skill,weight\n1,1\n2,1\n3,1\n",
    "pairs.csv": "respondent,A_x,B_x,choice\nu,a,b,A\nu,b,a,A\nv,a,b,B\nv,b,a,B\n",
    "places.csv": "x,party\n0,L\n1,L\n4,\n7,R\n9,R\n",
    "schedule.csv": "from,rate\n0,10%\n2,0.3\n",
    "chicken.csv": "row,column,payoff1,payoff2\nC,C,6,6\nC,D,2,7\nD,C,7,2\nD,D,0,0\n",
}

VERBS = {
    "rank": "rank cycle.csv --bootstrap 5",
    "kemeny": "rank cycle.csv --mechanism kemeny,ranked_pairs",
    "matching": "solve matching edges.csv",
    "simulate matching": "simulate matching edges.csv --runs 20",
    "auctions": "solve auctions auctions_travel_answer.json",
    "cascade": "solve auctions auctions_travel_answer.json --model cascade",
    "revenue": "solve auctions auctions_travel_answer.json --objective revenue",
    "simulate auctions": "simulate auctions auctions_travel_answer.json --users 50",
    "bundles": "solve auctions bids.csv --sale bundles",
    "units": "solve auctions units.csv --sale units --supply 3",
    "double": "solve auctions trades.csv --sale double",
    "one each": "solve auctions one_each.csv --sale unit_demand",
    "packages": "solve bargaining bargaining_ratings.csv",
    "nash": "solve bargaining modules.json",
    "utilitarian": "solve bargaining modules.json --mechanism utilitarian",
    "leximin": "solve bargaining modules.json --mechanism leximin",
    "lottery": "solve bargaining bargaining_ratings.csv --mechanism ks --negotiate",
    "election": "solve bargaining bargaining_election.pb --mechanism max_nash_welfare",
    "leximin election": "solve bargaining bargaining_election.pb --mechanism leximin_welfare",
    "objection": "solve bargaining bargaining_election.pb --mechanism mes --objection core",
    "facility": "solve facility --file facility_street.csv --column location --domain 0,100",
    "consistent": "consistent aggregation.rankings --axioms strategyproofness,unanimity "
    "--preferences winner --agents 2 --alternatives 3",
    "audit": "audit facility.average --axioms strategyproofness --agents 2 --grid 2",
    "list": "list aggregation",
    "count": "count council.blt",
    "seats": "seats parties.csv",
    "committees": "solve committees approvals.csv --seats 2",
    "coalitional": "solve coalitional coalitional_team.csv --mechanism shapley,nucleolus --core",
    "preference_games": "solve preference_games battles.csv",
    "regularised game": "solve preference_games battles.csv --beta 0.1",
    "learning": "simulate preference_games battles.csv",
    "estimate": "solve preference_games battles.csv --estimate empirical",
    "judges": "solve preference_games judged.csv --judges",
    "prompts": "solve preference_games judged.csv --prompts judge --beta 0.1",
    "pluralistic": "solve pluralistic groups.csv",
    "known groups": "solve pluralistic chosen.csv --groups age",
    "objections": "solve pluralistic groups.csv --show objections",
    "school": "solve allocation school lists.csv",
    "hiring": "solve information hire.json --cap 5",
    "persuasion": "solve information tell.json",
    "herds": "simulate information --planner biased --precision 0.7 --cost 1 --discount 0.9",
    "taxes": "solve taxation skills.csv",
    "vote over taxes": "solve taxation skills.csv --vote schedule.csv us2024_single",
    "platforms": "solve elections places.csv --platforms 0:9",
    "conjoint": "solve elections pairs.csv --adversarial",
    "primaries": "solve elections places.csv --primaries",
    "game": "solve games chicken.csv --mechanism nash_welfare,correlated",
    "agents": "simulate games --agents tit_for_tat,random --env table --file chicken.csv "
    "--set rounds=3 --episodes 4",
    "sweep": "sweep sweep_facility.json --replications 1",
}
FORMS = {
    "--json": json.loads,
    "--csv": lambda text: list(csv.reader(io.StringIO(text), strict=True)),
    "--latex": lambda text: text.index(r"\begin{tabular}") or text.index(r"\end{tabular}"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("verb", VERBS)
def test_standard_output_is_the_result(files, capfd, verb, form):
    if verb == "consistent":
        pytest.importorskip("pysat")
    code = main([*VERBS[verb].split(), form])
    out, err = capfd.readouterr()
    if code == 2:
        # Only a result without a table refuses, and then nothing is printed.
        assert (out, form == "--json") == ("", False), err
        assert "tabular" in err, err
        return
    read = FORMS[form](out)
    if form == "--csv":
        assert len({len(row) for row in read}) == 1
    assert "HiGHS" not in out
    assert "Traceback" not in err


def test_every_verb_of_every_family_is_among_them():
    verbs = {
        (command.verb, family.name) if command.verb in ("solve", "simulate") else (command.verb,)
        for family in families()
        for command in family.commands
    }
    tried = {tuple(words.split()[:2]) for words in VERBS.values()}
    assert verbs <= tried | {pair[:1] for pair in tried}


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.tex", "a.md", "a.html", "a.txt"])
def test_results_go_to_files(files, capfd, name):
    words = ["rank", "cycle.csv", "--mechanism", "borda"]
    assert main([*words, "-o", name]) == 0
    assert capfd.readouterr().out == f"wrote {name}\n"
    written = (files / name).read_text()
    assert "S0" in written
    assert {"a.json": "{", "a.csv": "system,borda", "a.tex": r"\begin", "a.md": "| system",
            "a.html": "<table>", "a.txt": "system"}[name] in written.split("\n")[0]  # fmt: skip
    assert main([*words, "-o", name]) == 2
    assert "--force" in capfd.readouterr().err
    assert main([*words, "-o", name, "--force"]) == 0
    assert main([*words, "-o", "cycle.csv", "--force"]) == 2
    assert (files / "cycle.csv").read_text() == cycle()
    assert main([*words, "-o", "gone/a.csv"]) == 2


@pytest.mark.parametrize("label", ["=1+1", "+cmd", "-x()", "@SUM(A1)", "=HYPERLINK(0)"])
def test_labels_are_text_for_a_spreadsheet(files, capfd, label):
    (files / "t.csv").write_text(f'model,x\n"{label}",1\nB,2\n')
    assert main(["rank", "t.csv", "--mechanism", "borda", "--csv"]) == 0
    rows = list(csv.reader(io.StringIO(capfd.readouterr().out)))
    assert [row[0] for row in rows] == ["system", "B", f"'{label}"]


def test_signed_numbers_stay_numbers():
    table = Table(["x", "y"], [[-1, "-3.5"], ["-1/2", "-2 (1.5)"], ["+4", "-"]])
    assert table.to_csv() == "x,y\n-1,-3.5\n-1/2,-2 (1.5)\n+4,-\n"
