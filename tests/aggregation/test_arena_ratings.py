"""Ratings from battles: figures by hand, intervals, separable resamples, covariates, Elo."""

import json
import math
import random

import numpy as np
import pytest

from mechdesign import aggregation as ag
from mechdesign.cli import main
from mechdesign.errors import InfeasibleError, InvalidInputError

THREE = {
    **{"1 > 2": 12, "2 > 1": 6, "1 = 2": 4},
    **{"1 > 3": 9, "3 > 1": 7, "1 = 3": 6},
    **{"2 > 3": 8, "3 > 2": 10, "2 = 3": 2},
}
UNEQUAL = {"X > Z": 24, "Z > X": 16, "Y > Z": 7, "Z > Y": 1}


@pytest.mark.parametrize(
    ("ties", "strengths", "tie", "likelihood"),
    [
        ("half", [0.24619322, -0.25421921, 0.00802600], None, -43.36840071),
        ("davidson", [0.30481134, -0.31475802, 0.00994669], 0.47273605, -65.70283156),
        ("rao_kupper", [0.25019381, -0.27117159, 0.02097777], 1.48046494, -65.69785553),
    ],
)
def test_three_players(ties, strengths, tie, likelihood):
    fit = ag.arena_ratings(THREE, ties=ties, unranked="unseen").fit
    assert fit.strengths == pytest.approx(strengths, abs=3e-8)
    assert fit.log_likelihood == pytest.approx(likelihood, abs=1e-8)
    assert math.isnan(fit.tie) if tie is None else fit.tie == pytest.approx(tie, abs=3e-8)


def test_two_players_in_closed_form():
    two = {"a > b": 30, "b > a": 10, "a = b": 20}
    ratio = {
        ties: math.exp(np.ptp(ag.arena_ratings(two, ties=ties).fit.strengths))
        for ties in ("half", "davidson", "rao_kupper")
    }
    assert ratio == pytest.approx({"half": 2, "davidson": 3, "rao_kupper": math.sqrt(5)})
    davidson, rao = (ag.arena_ratings(two, ties=t).fit for t in ("davidson", "rao_kupper"))
    assert davidson.tie == pytest.approx(2 / math.sqrt(3))
    assert rao.tie == pytest.approx(math.sqrt(5))
    assert davidson.log_likelihood == pytest.approx(rao.log_likelihood)
    assert rao.log_likelihood == pytest.approx(-60.68425588)


def test_without_ties_all_models_are_one():
    fits = [
        ag.arena_ratings(UNEQUAL, ties=t, unranked="unseen").fit
        for t in ("half", "davidson", "rao_kupper")
    ]
    for fit in fits:
        assert fit.strengths == pytest.approx([-0.37832664, 1.16211840, -0.78379175], abs=1e-8)


def test_ridge():
    fit = ag.arena_ratings(UNEQUAL, ridge=1, unranked="unseen").fit
    assert fit.strengths == pytest.approx([-0.15041757, 0.72199366, -0.57157609], abs=1e-8)
    other = ag.bradley_terry_fit(UNEQUAL, ridge=1, unranked="unseen")
    assert fit.strengths == pytest.approx(other.log_strengths.tolist(), abs=1e-8)


def test_the_sandwich_is_that_of_the_plain_fit():
    found = ag.arena_ratings(THREE, unranked="unseen")
    plain = ag.bradley_terry_fit(THREE, unranked="unseen")
    assert found.fit.covariance == pytest.approx(plain.covariance, abs=1e-9)
    low, high = plain.intervals()
    assert found.low == pytest.approx(low, abs=1e-8)
    assert found.high == pytest.approx(high, abs=1e-8)


@pytest.mark.parametrize("ties", ["half", "davidson", "rao_kupper"])
def test_fits_are_maxima(ties):
    found = ag.arena_ratings(THREE, ties=ties, unranked="unseen").fit

    def likelihood(s, tie):
        total = 0.0
        for (i, j), (a, b, t) in {
            (0, 1): (12, 6, 4),
            (0, 2): (9, 7, 6),
            (1, 2): (8, 10, 2),
        }.items():
            p, q = math.exp(s[i]), math.exp(s[j])
            if ties == "half":
                win, lose = p / (p + q), q / (p + q)
                even = math.sqrt(win * lose)
            elif ties == "davidson":
                total_weight = p + q + tie * math.sqrt(p * q)
                win, lose = p / total_weight, q / total_weight
                even = tie * math.sqrt(p * q) / total_weight
            else:
                win, lose = p / (p + tie * q), q / (q + tie * p)
                even = 1 - win - lose
            total += a * math.log(win) + b * math.log(lose) + t * math.log(even)
        return total

    tie = 1.0 if math.isnan(found.tie) else found.tie
    best = likelihood(found.strengths, tie)
    assert best == pytest.approx(found.log_likelihood)
    for k in range(3):
        for step in (-1e-3, 1e-3):
            moved = found.strengths.copy()
            moved[k] += step
            assert likelihood(moved, tie) < best
    if ties != "half":
        assert likelihood(found.strengths, tie * 1.001) < best
        assert likelihood(found.strengths, tie / 1.001) < best


def test_separable_resamples_are_counted():
    # By inclusion and exclusion over the four cells the chance is .364373178.
    found = ag.arena_ratings(UNEQUAL, intervals="bootstrap", samples=600, rng=1, unranked="unseen")
    assert found.how["separable"] / 600 == pytest.approx(0.364373178, abs=0.06)
    assert any("too short" in note for note in found.decisions)
    none = ag.arena_ratings(UNEQUAL, intervals="bootstrap", samples=50, ridge=1, unranked="unseen")
    assert none.how["separable"] == 0
    assert (none.low <= none.fit.strengths).all()


def test_bootstrap_and_sandwich_agree_where_there_is_much():
    many = {text: 50 * n for text, n in THREE.items()}
    a = ag.arena_ratings(many, unranked="unseen")
    b = ag.arena_ratings(many, intervals="bootstrap", samples=400, unranked="unseen")
    assert (b.high - b.low) == pytest.approx(a.high - a.low, rel=0.2)


def test_an_anchor_has_no_interval():
    found = ag.arena_ratings(THREE, anchor=("3", 1200.0), unranked="unseen")
    mid, low, high = found.ratings()
    assert (mid[2], low[2], high[2]) == (1200, 1200, 1200)
    other = ag.arena_ratings(
        THREE, anchor=("3", 1200.0), intervals="bootstrap", samples=30, unranked="unseen"
    )
    assert other.ratings()[1][2] == 1200
    with pytest.raises(InvalidInputError, match="anchor"):
        ag.arena_ratings(THREE, anchor=("7", 1000.0), unranked="unseen")


def test_who_never_lost_has_no_rating_without_a_ridge():
    with pytest.raises(InfeasibleError, match="a never lost"):
        ag.arena_ratings({"a > b": 3, "b > c": 1, "c > b": 1}, unranked="unseen")
    assert ag.arena_ratings({"a > b": 3}, ridge=1).ranks()[0][0] == 1


def test_covariates():
    battles = [
        row
        for z, left, right in ((1, 30, 10), (0, 12, 12), (-1, 8, 28))
        for row in [("A", "B", "left", z)] * left + [("A", "B", "right", z)] * right
    ]
    table = ag.controlled_ratings(
        [row[:3] for row in battles], [row[3] for row in battles], names=["length"]
    )
    rows = {row[0]: row for row in table.rows}
    assert rows["A"][2] == rows["B"][2] == 1000
    assert rows["A"][1] - rows["B"][1] == pytest.approx(-9.2959, abs=1e-3)
    assert table.notes[0].startswith("length: +1.173639")
    with pytest.raises(InvalidInputError, match="one row for each"):
        ag.controlled_ratings([("A", "B", "left")], [1, 2])
    with pytest.raises(InfeasibleError):
        ag.controlled_ratings([("A", "B", "left"), ("A", "B", "right")], [1, -1])


def test_elo_depends_on_the_order():
    battles = [("A", "B", "left"), ("B", "C", "left"), ("A", "C", "tie")]
    ahead, back = ag.elo(battles, k=32), ag.elo(battles[::-1], k=32)
    assert dict(ahead) == pytest.approx({"A": 1014.496883, "B": 1000.736307, "C": 984.766810})
    assert dict(back) == pytest.approx({"A": 1016.736307, "B": 999.263693, "C": 984})


def test_the_spread_of_elo_over_orders():
    battles = [("A", "B", "left"), ("B", "C", "left"), ("A", "C", "tie")]
    table = ag.elo_spread(battles, k=32, orders=60)
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["A"][0] == pytest.approx(1014.496883, abs=1e-4)
    # All six orders are met: the extremes are those of single streams.
    from itertools import permutations

    streams = [ag.elo(list(order), k=32) for order in permutations(battles)]
    for name, (_, lowest, mean, highest, deviation) in rows.items():
        values = [stream[name] for stream in streams]
        assert (lowest, highest) == pytest.approx((min(values), max(values)), abs=1e-4)
        assert min(values) <= mean <= max(values)
        assert deviation > 0
    with pytest.raises(InvalidInputError, match="orders"):
        ag.elo_spread(battles, orders=1)


def clustered_log(rng, prompts=40, each=5):
    """Battles in which all of one prompt end alike, so that they say as much as one of them."""
    log, names = [], []
    for prompt in range(prompts):
        a, b = rng.choice(["xy", "yz", "xz"])
        result = rng.choice(["left", "left", "right", "tie"])
        log += [(a, b, result)] * each
        names += [prompt] * each
    return log, names


@pytest.mark.parametrize("ties", ["half", "davidson", "rao_kupper"])
def test_battles_of_their_own_are_clusters_of_one(ties):
    log, _ = clustered_log(random.Random(2), prompts=60, each=1)
    plain = ag.arena_ratings(log, ties=ties)
    own = ag.clustered_ratings(log, range(len(log)), ties=ties)
    assert own.fit.strengths == pytest.approx(plain.fit.strengths)
    assert own.low == pytest.approx(plain.low)
    assert own.high == pytest.approx(plain.high)


def test_battles_that_repeat_each_other_widen_intervals():
    log, names = clustered_log(random.Random(5))
    plain, wide = ag.arena_ratings(log), ag.clustered_ratings(log, names)
    # Five equal battles a prompt say as much as one: the variance is five times as large.
    ratio = (wide.high - wide.low) / (plain.high - plain.low)
    assert ratio == pytest.approx([5**0.5] * 3)
    assert "between 40 clusters" in str(wide)
    drawn = ag.clustered_ratings(log, names, intervals="bootstrap", samples=400)
    assert drawn.high - drawn.low == pytest.approx(wide.high - wide.low, rel=0.3)
    swapped = [(b, a, {"left": "right", "right": "left"}.get(r, r)) for a, b, r in log]
    again = ag.clustered_ratings(swapped, names)
    assert again.low == pytest.approx(wide.low)


def test_a_list_of_battles_is_no_list_of_rankings():
    found = ag.arena_ratings([("x", "y", "left"), ("y", "x", "left"), ("x", "y", "tie")])
    assert found.alternatives == ("x", "y")


def test_clusters_are_checked():
    log = [("x", "y", "left"), ("x", "y", "right")]
    with pytest.raises(InvalidInputError, match="one label for each of 2"):
        ag.clustered_ratings(log, [1])
    with pytest.raises(InvalidInputError, match="two or more"):
        ag.clustered_ratings(log, [1, 1])


def test_clusters_may_be_a_column(tmp_path, capsys):
    log, names = clustered_log(random.Random(5), prompts=12)
    path = tmp_path / "log.csv"
    lines = [f"{a},{b},{w},{p}" for (a, b, w), p in zip(log, names, strict=True)]
    path.write_text("\n".join(["left,right,winner,prompt", *lines]))
    expected = ag.clustered_ratings(log, names)
    assert ag.clustered_ratings(path, "prompt").low == pytest.approx(expected.low)
    assert main(["rank", str(path), "--cluster", "prompt", "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["clusters"] == 12
    assert "ignored" not in err
    low = [found["ratings"][x]["low"] for x in expected.alternatives]
    assert low == pytest.approx(expected.ratings()[1].tolist())
    for column in ("judge", "left"):
        assert main(["rank", str(path), "--cluster", column]) == (2 if column == "judge" else 0)
    assert "one of the columns" in capsys.readouterr().err
    path.write_text("\n".join(["left,right,winner,prompt", *lines, "x,y,left,"]))
    assert main(["rank", str(path), "--cluster", "prompt"]) == 2
    assert "a label in every row" in capsys.readouterr().err
    path.write_text("Model,a,b\nX,70,90\nY,69,80\n")
    assert main(["rank", str(path), "--cluster", "a"]) == 2


def test_battles_that_count_several_times_stay_in_their_cluster():
    log = [("x", "y", "A>>B"), ("x", "y", "B>A"), ("y", "x", "both_bad"), ("x", "y", "A>B")]
    thrice = [log[0]] * 3 + [log[1], log[3]]
    a = ag.clustered_ratings(log, list("abcd"), both_bad="drop", strong=3)
    b = ag.clustered_ratings(thrice, ["a"] * 3 + ["b", "d"])
    assert a.how["clusters"] == b.how["clusters"] == 3
    assert a.low == pytest.approx(b.low)


def test_parts_are_checked():
    for options in ({"ties": "none"}, {"intervals": "exact"}, {"level": 2}, {"ridge": -1}):
        with pytest.raises(InvalidInputError):
            ag.arena_ratings(THREE, unranked="unseen", **options)


LOG = (("xy", ">", 9), ("xy", "<", 4), ("yz", ">", 6), ("yz", "<", 5), ("xz", "=", 3))


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "battles.jsonl"
    words = {">": "model_a", "<": "model_b", "=": "tie"}
    rows = [
        {"model_a": a, "model_b": b, "winner": words[w]} for (a, b), w, n in LOG for _ in range(n)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    return str(path)


def test_rank_shows_ratings_of_battles(log, capsys):
    assert main(["rank", log]) == 0
    out, err = capsys.readouterr()
    assert "rating" in out
    assert "battles" in out
    assert "read as battles" in err
    words = ["--ties", "davidson", "--ridge", "0.1", "--anchor", "z:1200", "--json"]
    assert main(["rank", log, *words]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ratings"]["z"]["rating"] == 1200
    assert found["tie_parameter"] > 0
    assert found["ratings"]["x"]["battles"] == 16
    assert main(["rank", log, "--intervals", "bootstrap", "--samples", "20", "--csv"]) == 0
    assert capsys.readouterr().out.startswith("model,rating,low,high,ranks,battles,won,tied")
    assert main(["rank", log, "--rule", "borda"]) == 0
    assert "Borda puts x first" in capsys.readouterr().out


def test_battles_of_two_are_battles(tmp_path, capsys):
    path = tmp_path / "two.csv"
    path.write_text("left,right,winner,q\nx,y,left,1\nx,y,right,1\ny,x,left,2\n")
    assert main(["rank", str(path)]) == 0
    assert "rating" in capsys.readouterr().out
    assert main(["rank", str(path), "--cluster", "q", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clusters"] == 2


def test_a_separable_log_is_told_how_to_go_on(tmp_path, capsys):
    path = tmp_path / "log.csv"
    path.write_text("model_a,model_b,winner\nx,y,model_a\ny,z,model_a\n")
    assert main(["rank", str(path)]) != 0
    assert "ridge" in capsys.readouterr().err
    assert main(["rank", str(path), "--ridge", "1"]) == 0
