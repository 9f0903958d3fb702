"""The command line of agents, and their plots."""

import csv
import io
import json
from fractions import Fraction as F

import pytest

from mechdesign.cli import main
from mechdesign.games import OffersGame, RepeatedTable, from_strategy, measure, play

AGENTS = """
print("loaded")

def a(observation, rng):
    return "accept" if "accept" in observation["legal"] else 60

def b(observation, rng):
    print("asked")
    if "accept" not in observation["legal"]:
        return 50, "half?"
    return "accept" if rng.random() < 0.5 else "reject"

def broken(observation, rng):
    raise ValueError("no")
"""
MARKET = {
    "customers": {"ann": {"needs": ["soup"], "willingness": 9}},
    "businesses": {"inn": {"menu": {"soup": 4}}, "bar": {"menu": {"soup": 3}}},
}
WORDS = "simulate games --env alternating --agents tournament_agents.py:a,tournament_agents.py:b"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tournament_agents.py").write_text(AGENTS)
    (tmp_path / "market.json").write_text(json.dumps(MARKET))
    (tmp_path / "pd.csv").write_text(
        "row,column,payoff1,payoff2\nC,C,8,8\nC,D,0,10\nD,C,10,0\nD,D,5,5\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(__import__("sys").modules, "tournament_agents", raising=False)
    return tmp_path


def run(capfd, *words):
    code = main([*WORDS.split(), "--episodes", "20", "--time-limit", "0", *words])
    return code, *capfd.readouterr()


def test_efficiency_and_fairness_with_intervals(folder, capfd):
    code, out, _ = run(capfd)
    assert code == 0
    assert "fairness (parity)" in out
    assert "distance to subgame-perfect" in out
    code, out, _ = run(capfd, "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["agent"] for row in rows] == ["a", "b"]
    for row in rows:
        assert float(row["efficiency from"]) <= float(row["efficiency"]) <= 1
    code, out, _ = run(capfd, "--json", "--set", "discounts=1/2,1/2", "--workers", "2")
    measures = {(m["agent"], m["measure"]): m for m in json.loads(out)["measures"]}
    fair = measures["a", "fairness (parity)"]
    assert F(24, 25) <= F(fair["value"]["$fraction"]) <= 1
    assert fair["episodes"] == 20


def test_a_journal_goes_on(folder, capfd):
    whole = run(capfd, "--journal", "j")
    written = (folder / "j").read_bytes()
    (folder / "j").write_bytes(written[: len(written) // 2])
    assert run(capfd, "--journal", "j")[1] == whole[1]
    assert (folder / "j").read_bytes() == written
    assert run(capfd, "--journal", "j", "--seed", "1")[0] == 2


def test_with_a_limit_agents_have_processes_of_their_own(folder, capfd):
    words = ["simulate", "games", "--episodes", "3", "--agents"]
    pair = "tournament_agents.py:a,tournament_agents.py:b"
    assert main([*words, pair, "--csv"]) == 0
    limited = capfd.readouterr().out
    assert main([*words, pair, "--time-limit", "0", "--csv"]) == 0
    assert capfd.readouterr().out == limited


@pytest.mark.parametrize(
    "words",
    [
        ("--env", "trade", "--agents", "random,random", "--set", "horizon=3"),
        ("--env", "donor", "--agents", "random,random", "--lineups", "all"),
        ("--env", "dictator", "--agents", "random,random", "--set", "units=4"),
        ("--env", "ultimatum", "--agents", "random,random"),
        ("--env", "market", "--agents", "random", "--file", "market.json"),
        ("--env", "table", "--agents", "tit_for_tat,all_d", "--file", "pd.csv"),
    ],
    ids=lambda w: w[1],
)
def test_every_environment(folder, capfd, words):
    code, out, err = run(capfd, *words)
    assert code == 0, err
    assert "gain" in out


@pytest.mark.parametrize(
    "words",
    [
        ("--agents", "nobody.py:a,random"),
        ("--agents", "tournament_agents.py:zzz,random"),
        ("--agents", "json:loads,random"),
        ("--agents", "nice,random"),
        ("--agents", "random"),
        ("--set", "horizon"),
        ("--set", "size=3"),
        ("--set", "horizon=0"),
        ("--set", "horizon=often"),
        ("--file", "market.json"),
        ("--env", "market"),
        ("--env", "market", "--file", "pd.csv"),
        ("--episodes", "0"),
        ("--level", "2"),
        ("--time-limit", "-1"),
        ("--journal", "nowhere/j"),
    ],
    ids=" ".join,
)
def test_bad_words_are_one_error(folder, capfd, words):
    code, out, err = run(capfd, *words)
    assert (code, out) == (2, "")
    assert err.count("error") == 1


def test_agents_that_raise_are_in_the_table(folder, capfd):
    code, out, _ = run(capfd, "--agents", "tournament_agents.py:broken,random")
    assert code == 0
    assert [line.split()[3] for line in out.splitlines() if "broken" in line][1] == "1"


def test_plots_show_what_was_measured():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from mechdesign.games import plots

    def half(observation, rng):
        return "accept" if "accept" in observation["legal"] else 50

    found = play(OffersGame(), [half, half], episodes=3)
    ax = plots.efficiency_fairness_plane(found)
    labels = ax.get_legend_handles_labels()[1]
    assert set(labels) == {"half", "half #2", "subgame perfect"}
    dilemma = RepeatedTable([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], rounds=4)
    agents = {name: from_strategy(name) for name in ("all_d", "all_c")}
    found = play(dilemma, agents, episodes=2)
    ax = plots.best_reply_rates(found)
    lines = {line.get_label(): list(line.get_ydata()) for line in ax.get_lines()}
    assert lines == {"all_d": [1.0] * 4, "all_c": [0.0] * 4}
    star = plots.efficiency_fairness_plane(found, measures=measure(found, samples=10))
    assert "equilibrium 1, 1" in star.get_legend_handles_labels()[1]


@pytest.mark.parametrize("words", [("--level", "2"), ("--fairness", "parity")])
def test_bad_measures_are_refused_before_anything_is_played(folder, capfd, words):
    (folder / "three.nfg").write_text('NFG 1 R "" { "A" "B" "C" } { 1 1 1 } 1 2 3')
    agents = ",".join(["tournament_agents.py:b"] * 3)
    many = ["--env", "table", "--file", "three.nfg", "--agents", agents, "--journal", "run.jsonl"]
    code, out, err = run(capfd, *many, *words)
    assert (code, out) == (2, "")
    assert words[0] in err
    assert "asked" not in err
    assert not (folder / "run.jsonl").exists()


def test_a_parameter_that_is_set_twice_is_refused(folder, capfd):
    code, out, err = run(capfd, "--set", "horizon=3", "--set", "horizon=4")
    assert (code, out) == (2, "")
    assert "once" in err
