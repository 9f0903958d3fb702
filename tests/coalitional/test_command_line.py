"""The verbs, the files, the study and the claims of coalitional games."""

import json

import numpy as np
import pytest

from mechdesign import coalitional as co
from mechdesign import experiments
from mechdesign.cli import main
from mechdesign.coalitional.studies import coalitional_welfare
from mechdesign.errors import InvalidInputError

TEAM = "examples/data/coalitional_team.csv"


def call(capsys, *words):
    code = main([*words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_file_by_three_rules(capsys):
    words = ("--mechanism", "shapley,nucleolus", "--core")
    code, out, _ = call(capsys, "solve", "coalitional", TEAM, *words)
    assert code == 0
    assert "The core is not empty" in out
    code, out, _ = call(capsys, "solve", "coalitional", TEAM, *words, "--json")
    found = json.loads(out)
    assert found["values"]["shapley"] == ["23/6", "10/3", "11/6"]
    assert tuple(map(str, co.shapley(co.read_game(TEAM)).choice)) == ("23/6", "10/3", "11/6")


def test_power_and_bids(capsys):
    code, out, _ = call(capsys, "solve", "coalitional", "--weights", "2,1,1", "--quota", "3")
    assert (code, "2/3" in out) == (0, True)
    code, out, _ = call(capsys, "solve", "coalitional", "--needs", "1,2,4", "--bids", "1,1,3")
    assert (code, "17/6" in out) == (0, True)


@pytest.mark.parametrize(
    "words",
    [
        (),
        (TEAM, "--needs", "1"),
        ("--weights", "1,1"),
        ("--needs", "1,2", "--bids", "1"),
        (TEAM, "--mechanism", "luck"),
        ("--needs", "1,2", "--bids", "1,1", "--mechanism", "shapley"),
    ],
)
def test_bad_words_are_refused(capsys, words):
    code, _, err = call(capsys, "solve", "coalitional", *words)
    assert code == 2
    assert "must" in err


def test_files_that_are_no_games(tmp_path):
    path = tmp_path / "game.csv"
    path.write_text("coalition,worth\nA,1\nA,2\n")
    with pytest.raises(InvalidInputError, match="once"):
        co.read_game(path)
    path.write_text("coalition,worth\nA,x\n")
    with pytest.raises(InvalidInputError, match="worth"):
        co.read_game(path)
    path.write_text("a,b,c\n1,2,3\n")
    with pytest.raises(InvalidInputError, match="columns"):
        co.read_game(path)


def test_the_claims_agree():
    found = experiments.reproduce("coalitional")
    assert len(found.findings) == 4
    assert all(one.agrees for one in found.findings)


def test_the_study():
    for seed in range(20):
        found = coalitional_welfare(np.random.default_rng(seed))
        assert found["social_cost"] >= 1
        assert 0 <= found["deficit"] <= 1
    with pytest.raises(InvalidInputError, match="sharing"):
        coalitional_welfare(np.random.default_rng(0), sharing="luck")


def test_rules_with_parameters_are_read_whole(tmp_path, capsys):
    path = tmp_path / "game.csv"
    path.write_text("coalition,worth\nA,1\nA+B,5\nA+C,3\nA+B+C,9\n")
    rules = "shapley, owen(blocks=([A,B],[C]))"
    assert main(["solve", "coalitional", str(path), "--mechanism", rules]) == 0
    assert "owen(blocks=([A,B],[C]))" in capsys.readouterr().out
