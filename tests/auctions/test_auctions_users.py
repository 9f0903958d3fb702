"""Simulated users, text rendering, expected revenue, plots and the command line."""

import json
from fractions import Fraction as F
from pathlib import Path

import pytest

from mechdesign import auctions
from mechdesign.cli.entry import main
from mechdesign.errors import InvalidInputError, LimitReachedError

EXAMPLE = Path(__file__).parents[2] / "examples" / "data" / "auctions_travel_answer.json"
P3 = [[F(1, 4), F(1, 3), F(1, 5)], [F(1, 3), F(1, 4), F(1, 2)], [F(1, 2), F(1, 2), F(1, 10)]]
G1 = {
    "p": [[F(1, 2), F(1, 3)], [F(1, 4), F(1, 4)]],
    "priors": [
        auctions.Discrete((1, 2, 6), (F(1, 2), F(3, 10), F(1, 5))),
        auctions.Discrete((1, 4), (F(1, 2), F(1, 2))),
    ],
}


@pytest.mark.parametrize(
    "outcome",
    [
        auctions.content_vcg([6, 5, 4], p=P3),
        auctions.content_vcg([6, 5, 4], p=P3, model="cascade"),
        auctions.content_vcg([6, 5, 4], p=P3, model="cascade", order="fixed"),
        auctions.content_vcg([6, 5, 4], p=P3, model="independent"),
        auctions.skip_rendering([6, 5, 4], p=P3),
        auctions.content_vcg(
            [6, 5, 4], p=[[p[0]] * 3 for p in P3], model="cascade", continuation=[F(1, 2)] * 3
        ),
    ],
    ids=["mnl", "free", "fixed", "independent", "skip", "continuation"],
)
def test_realised_clicks_are_near_the_expected_ones(outcome):
    found = auctions.simulate(outcome, 20_000, rng=5)
    assert all(abs(row[3]) < 4.5 for row in found.table().rows)
    assert float(found.revenue) == pytest.approx(float(found.expected_revenue), rel=0.1)
    assert auctions.simulate(outcome, 20_000, rng=5) == found
    assert auctions.simulate(outcome, 20_000, rng=6) != found
    assert found.to_dict()["users"] == 20_000


def test_simulation_needs_users_and_the_right_outcome():
    with pytest.raises(InvalidInputError):
        auctions.simulate(auctions.content_vcg([1], p=[[0.5]]), 0)
    with pytest.raises(InvalidInputError):
        auctions.simulate(auctions.gsp([1], ctr=[1]))


def test_render_shows_ads_in_their_positions():
    out = auctions.skip_rendering({"a": 6, "b": 5, "c": 4}, p=dict(zip("abc", P3, strict=True)))
    text = auctions.render(out, creatives={"a": "Stay here"}, width=60)
    assert text.index("Passage 0") < text.index("Sponsored by c") < text.index("Passage 1")
    assert "Stay here" in text
    assert "rendered with probability" in text
    assert "rendered with probability" not in auctions.render(out, rng=0)
    with pytest.raises(InvalidInputError):
        auctions.render(out, passages=["one"])


@pytest.mark.parametrize(("model", "revenue"), [("mnl", F(71, 70)), ("cascade", F(21, 20))])
def test_expected_revenue_by_enumeration_is_exact(model, revenue):
    problem = auctions.content_problem([6, 4], model=model, **G1)
    found = auctions.expected_revenue(auctions.content_myerson, problem)
    assert found.value == revenue
    vcg = auctions.expected_revenue(auctions.content_vcg, problem)
    assert vcg.value < revenue


def test_expected_revenue_by_monte_carlo_covers_the_truth():
    problem = auctions.content_problem([6, 4], **G1)
    found = auctions.expected_revenue(
        auctions.content_myerson, problem, method="monte_carlo", samples=400, rng=1
    )
    assert found.interval.low < 71 / 70 < found.interval.high
    uniform = auctions.content_problem([0.5], [[1.0]], priors=auctions.Uniform(0, 1),
                                       model="cascade")  # fmt: skip
    one = auctions.expected_revenue("auctions.content_myerson", uniform, samples=2000, level=0.99)
    assert one.interval.low < 0.25 < one.interval.high
    with pytest.raises(InvalidInputError):
        auctions.expected_revenue(auctions.content_myerson, uniform, method="enumeration")
    with pytest.raises(InvalidInputError):
        auctions.expected_revenue(auctions.content_vcg, auctions.content_problem([1], [[0.5]]))


def test_too_many_profiles():
    prior = auctions.Empirical(tuple(range(1, 50)))
    problem = auctions.content_problem([1] * 4, [[0.5]] * 4, priors=prior)
    with pytest.raises(LimitReachedError):
        auctions.expected_revenue(auctions.content_vcg, problem, method="enumeration")


def test_solve_from_the_command_line(capsys):
    assert main(["solve", "auctions", str(EXAMPLE), "--objective", "revenue", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    payments = dict(found["payments"]["$map"])
    assert payments["Alpine Huts"] == {"$fraction": "8/55"}
    assert payments["Boot Shop"] == {"$fraction": "204/1045"}
    assert main(["solve", "auctions", str(EXAMPLE), "--model", "cascade", "--render"]) == 0
    text = capsys.readouterr().out
    assert "certified ratio" in text
    assert "Sponsored by" in text
    assert main(["solve", "auctions", str(EXAMPLE), "--csv"]) == 0
    assert "advertiser" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["--capacity", "7"],
        ["--mechanism", "greedy"],
        ["--mechanism", "greedy", "--model", "cascade", "--objective", "revenue"],
        ["--mechanism", "greedy", "--model", "cascade", "--time-limit", "1"],
    ],
)
def test_the_command_line_refuses(words, capsys):
    assert main(["solve", "auctions", str(EXAMPLE), *words]) == 2
    assert capsys.readouterr().err


def test_simulate_from_the_command_line(capsys):
    words = ["simulate", "auctions", str(EXAMPLE), "--model", "cascade", "--users", "500"]
    assert main([*words, "--mechanism", "skip_rendering", "--seed", "3"]) == 0
    assert "500 users" in capsys.readouterr().out


def test_plots():
    pytest.importorskip("matplotlib")
    from mechdesign.auctions import plots

    problem = auctions.read_instance(EXAMPLE)
    vcg, myerson = auctions.content_vcg(problem), auctions.content_myerson(problem)
    assert len(plots.allocation_matrix(vcg).patches) == len(vcg.choice.shown)
    assert len(plots.capacity_curve(problem).lines) == 2
    axes = plots.revenue_against_welfare({"VCG": vcg, "Myerson": myerson})
    assert {text.get_text() for text in axes.texts} == {"VCG", "Myerson"}
    assert plots.bid_curve(problem, "Alpine Huts").get_xlabel() == "bid of Alpine Huts"
    with pytest.raises(InvalidInputError):
        plots.allocation_matrix(auctions.gsp([1], ctr=[1]))
