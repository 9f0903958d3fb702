"""The command line of the family."""

import json
from pathlib import Path

import pytest

from mechdesign.cli.entry import main

STREET = str(Path(__file__).parents[2] / "examples" / "data" / "bargaining_street.json")
ELECTION = str(Path(__file__).parents[2] / "examples" / "data" / "bargaining_election.pb")


def run(capsys, *words):
    code = main(["solve", "bargaining", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_packages(capsys):
    code, out, _ = run(capsys, STREET, "--mechanism", "leximin", "--reference", "scenario")
    assert code == 0
    for text in ("21.1", "24.55", "3.9", "0.8571", "(D1, (a1, b, c))"):
        assert text in out
    for name in ("utilitarian", "nash", "ks", "equal_loss"):
        assert "a2" in run(capsys, STREET, "--mechanism", name)[1]
    code, out, _ = run(capsys, STREET, "--json", "--budget", "80")
    assert json.loads(out)["outcome"]["choice"] == {"$tuple": ["D1", {"$tuple": ["a2"]}]}
    assert "wheelchair users" in run(capsys, STREET, "--csv")[1]


def test_negotiation(capsys):
    code, out, _ = run(capsys, STREET, "--negotiate", "--tolerance", "1/10")
    assert code == 0
    assert "D1 + a1 + b + c" in out
    assert "D1 + a1" not in run(capsys, STREET, "--negotiate", "--tolerance", "0.05")[1]
    held = run(capsys, STREET, "--negotiate", "--quorum", "1/2", "--veto", "newcomers", "--csv")[1]
    assert "D1 + a1" not in held
    assert json.loads(run(capsys, STREET, "--negotiate", "--json")[1])["rounds"]["rows"]


def test_lotteries(capsys):
    code, out, _ = run(capsys, STREET, "--lottery", "ex post", "--mechanism", "ks")
    assert code == 0
    assert "Lottery over" in out


def test_elections(capsys):
    code, out, _ = run(capsys, ELECTION)
    assert code == 0
    assert "greedy" in out
    code, out, _ = run(capsys, ELECTION, "--mechanism", "greedy", "--objection", "core")
    assert code == 1
    assert "could fund" in out
    code, out, _ = run(capsys, ELECTION, "--mechanism", "mes", "--objection", "ejr1")
    assert code == 0
    assert "no group has an objection" in out
    for name in ("phragmen", "max_nash_welfare"):
        assert run(capsys, ELECTION, "--mechanism", name)[0] == 0
    found = json.loads(run(capsys, ELECTION, "--mechanism", "mes", "--json", "--budget", "60")[1])
    assert found["budget"] == "60"


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere.json"],
        [STREET, "--mechanism", "fair"],
        [STREET, "--mechanism", "equal_shares"],
        [STREET, "--lottery", "ex post", "--mechanism", "fair"],
        [STREET, "--negotiate", "--tolerance", "much"],
        [STREET, "--negotiate", "--veto", "nobody"],
        [STREET, "--objection", "core"],
        [STREET, "--budget", "-1"],
        [ELECTION, "--negotiate"],
        [ELECTION, "--mechanism", "nash"],
        [ELECTION, "--budget", "3"],
    ],
)
def test_refused(capsys, words):
    code, _, err = run(capsys, *words)
    assert code == 2
    assert err.startswith("mechdesign: error:")
