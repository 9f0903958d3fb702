"""Plots draw what they say; the verbs answer."""

import json

import numpy as np
import pytest

from mechdesign import preference_games as pg
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.preference_games.claims import ten, three

LOG = "left,right,winner\n" + "a,b,left\n" * 8 + "a,b,right\n" * 2
LOG += "b,c,left\n" * 7 + "b,c,right\n" * 3 + "c,a,left\n" * 6 + "c,a,right\n" * 4


def test_plots():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from mechdesign.preference_games import plots

    runs = [pg.learn(three(), rule, beta=0.1, steps=30) for rule in ("mirror_prox", "hedge")]
    ax = plots.convergence(runs)
    solid, dashed = ax.lines[0].get_ydata(), ax.lines[1].get_ydata()
    assert np.array_equal(dashed, runs[0].bounds)
    assert (solid <= dashed + 1e-12).all()
    assert np.array_equal(ax.lines[2].get_ydata(), runs[1].gaps)
    shares = plots.against_beta(three(), points=5)
    ends = [line for line in shares.lines if len(line.get_ydata()) == 3]
    assert np.allclose(ends[0].get_ydata(), [1 / 3, 1 / 2, 1])
    assert plots.simplex(runs[0]).lines
    assert plots.rates(ten()).images[0].get_array().shape == (10, 10)
    ax = plots.lies((3, 4), low=0.05, high=0.2, points=3)
    assert ax.lines[0].get_ydata().max() == 0
    assert ax.lines[1].get_ydata()[0] > 0
    with pytest.raises(InvalidInputError, match="low"):
        plots.lies(low=2, high=1)
    with pytest.raises(InvalidInputError, match="three alternatives"):
        plots.simplex(pg.learn(ten(), beta=0.1, steps=2))
    matplotlib.pyplot.close("all")


def call(capsys, *words):
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_verbs(capsys, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(LOG)
    code, out, _ = call(capsys, "solve", "preference_games", path, "--json")
    assert code == 0
    found = json.loads(out)
    assert found["unique"] is True
    assert [str(p) for p in found["probabilities"]] == ["1/3", "1/6", "1/2"]
    code, out, _ = call(capsys, "solve", "preference_games", path, "--beta", "0.1", "--csv")
    assert "0.4374" in out
    words = ("solve", "preference_games", path, "--beta", "1", "--ref", "a=0.5,b=0.3,c=0.2")
    assert "0.53249" in call(capsys, *words)[1]
    code, out, _ = call(capsys, "rank", path, "--mechanism", "maximal_lotteries")
    assert code == 0
    assert [line.split() for line in out.splitlines()[3:6]] == [
        ["c", "1/2"],
        ["a", "1/3"],
        ["b", "1/6"],
    ]
    code, _, err = call(capsys, "rank", path, "--mechanism", "maximal_lotteries,borda")
    assert code == 2
    assert "lotteries only" in err
    words = ("simulate", "preference_games", path, "--rule", "mirror_prox,hedge", "--steps", "200")
    code, out, _ = call(capsys, *words)
    assert code == 0
    assert out.count("an equilibrium") == out.count("no equilibrium") == 1
    for bad in (["--ref", "a"], ["--ref", "x=1"], ["--beta", "-1"], ["--beta", "much"]):
        assert call(capsys, "solve", "preference_games", path, *bad)[0] == 2


def test_three_players_learn_together_on_the_command_line(capsys, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(LOG)
    words = ("simulate", "preference_games", path, "--rule", "mnpo", "--beta", "0.1", "--csv")
    code, out, _ = call(capsys, *words, "--steps", "3")
    row = out.splitlines()[1].split(",")
    assert code == 0
    assert row[0] == "mnpo"
    assert row[-3:] == ["nothing proved", "", "no equilibrium"]
    assert float(row[1]) > 1e-3
    code, out, _ = call(capsys, *words, "--steps", "2000")
    assert out.splitlines()[1].endswith("an equilibrium")
    assert float(out.splitlines()[1].split(",")[1]) <= 1e-9
    assert call(capsys, *words, "--step", "11")[0] == 2
    # A step without a proof has no place where it is proved.
    words = ("simulate", "preference_games", path, "--rule", "nash_md", "--step", "0.3", "--csv")
    assert call(capsys, *words)[1].splitlines()[1].split(",")[-3:-1] == ["nothing proved", ""]
