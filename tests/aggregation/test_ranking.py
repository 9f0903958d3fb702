"""The ranking type, readers of elections and battles, models with closed forms."""

from __future__ import annotations

import itertools
import pickle
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import aggregation as ag
from mechdesign import dumps, loads
from mechdesign.aggregation import Ranking
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError
from mechdesign.io.preflib import format_preflib, parse_preflib

F = Fraction
ranks = st.lists(st.integers(0, 4), min_size=1, max_size=6)


@given(ranks)
def test_ranks_and_back(values: list[int]) -> None:
    ranking = Ranking.from_ranks(values)
    assert Ranking.from_ranks(ranking.ranks()) == ranking
    assert Ranking.from_scores([-v for v in values]) == ranking
    assert ranking.reversed().reversed() == ranking
    assert loads(dumps(ranking)) == ranking
    assert pickle.loads(pickle.dumps(ranking)) == ranking
    assert hash(Ranking([set(tier) for tier in ranking])) == hash(ranking)
    assert sum(ranking.ranks().values()) == F(len(values) * (len(values) + 1), 2)


@given(
    st.integers(1, 6).flatmap(
        lambda m: st.tuples(*[st.lists(st.integers(0, 3), min_size=m, max_size=m)] * 3)
    )
)
def test_kendall_is_a_metric_and_tau_is_scipys(triple) -> None:
    a, b, c = (Ranking.from_ranks(values) for values in triple)
    assert a.distance(b) == b.distance(a)
    assert (a.distance(b) == 0) == (a == b)
    assert a.distance(c) <= a.distance(b) + b.distance(c)
    stats = pytest.importorskip("scipy.stats")
    tau = a.tau(b)
    if tau == tau:
        assert tau == pytest.approx(stats.kendalltau(triple[0], triple[1]).statistic)


@pytest.mark.parametrize("tiers", [[2, 0, 1], ["A"], [["A"], ["A"]], [[]], 5, [("A",), "B"]])
def test_bad_tiers(tiers) -> None:
    with pytest.raises(InvalidInputError):
        Ranking(tiers)


def test_reading_a_ranking() -> None:
    ranking = Ranking.parse("A > B = C")
    assert ranking.ranks("min") == {"A": 1, "B": 2, "C": 2}
    assert ranking.ranks("max")["B"] == 3
    assert ranking.ranks("dense")["C"] == 2
    assert ranking.restricted("BC").tiers == (("B", "C"),)
    assert ranking.renamed({"A": "B", "B": "A"}).winners == ("B",)
    for ask in (
        lambda: ranking.order,
        lambda: ranking.tier("X"),
        lambda: ranking.ranks("odd"),
        lambda: ranking.rank_vector("AX"),
        lambda: Ranking.parse("A > > B"),
    ):
        with pytest.raises(InvalidInputError):
            ask()


BAD_ELECTIONS = {
    "empty": "",
    "no orders": "2\n1,A\n2,B\n0,0,0\n",
    "number": "x\n",
    "range": "2\n1,A\n2,B\n1,1,1\n1,1,3\n",
    "twice": "2\n1,A\n2,B\n1,1,1\n1,1,1\n",
    "total": "2\n1,A\n2,B\n5,5,1\n1,1,2\n",
    "brace": "2\n1,A\n2,B\n1,1,1\n1,{1,2\n",
    "names": "2\n1,A\n3,B\n1,1,1\n1,1,2\n",
    "colon": "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: A\n1,2\n",
}


@pytest.mark.parametrize("case", BAD_ELECTIONS)
def test_bad_elections(case: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_preflib(BAD_ELECTIONS[case])


def test_ties_and_incomplete_orders(tmp_path: Path) -> None:
    profile = ag.Profile.from_rankings({"A > B = C": 2, "B": 1}, alternatives="ABC")
    path = tmp_path / "x.toi"
    for style in ("old", "new"):
        ag.to_preflib(profile, path, style=style)
        assert ag.preflib(path) == profile
    for suffix in ("soc", "soi", "toc"):
        with pytest.raises(InvalidInputError, match="toi"):
            ag.to_preflib(profile, tmp_path / f"x.{suffix}")
    with pytest.raises(InvalidInputError):
        ag.preflib(tmp_path / "none.soc")
    ballots = parse_preflib("2\n1,A\n2,B\n3,3,1\n3.0,2,1\n")
    assert parse_preflib(format_preflib(ballots, "new")).orders == ballots.orders


@pytest.mark.parametrize(
    "rows", [[("x", "x", "left")], [("x", "y", "maybe")], [("x", "y")], [], [("", "y", "tie")]]
)
def test_bad_battles(rows) -> None:
    with pytest.raises(InvalidInputError):
        ag.battles(rows)


def test_battles_in_several_words() -> None:
    words = [
        ("x", "y", "model_a"),
        ("x", "y", "y"),
        ("y", "x", "tie (bothbad)"),
        ("y", "x", "Left"),
    ]
    pairs = ag.Pairwise.of(ag.battles(words))
    assert pairs.support.tolist() == [[0, 1], [2, 0]]
    assert pairs.ties[0, 1] == 1


def test_expected_wins_by_enumeration() -> None:
    """The closed form against all completions, n up to 5."""
    for n, k in itertools.product(range(1, 6), range(6)):
        if k > n:
            continue
        observed = list(range(k))
        profile = ag.Profile.from_ranks([[*observed, *[None] * (n - k)]] if k else [[None] * n])
        completions = [
            p for p in itertools.permutations(range(n)) if [x for x in p if x < k] == observed
        ]
        for i, row in enumerate(ag.expected_wins(profile)):
            for j, chance in enumerate(row):
                above = sum(p.index(i) < p.index(j) for p in completions)
                assert chance == F(above, len(completions)), (n, k, i, j)
        assert list(ag.borda(profile).scores.values()) == [
            sum(row) for row in ag.expected_wins(profile)
        ]


def test_published_weighting_of_incomplete_tasks() -> None:
    table = {"A": [1, 1, 1, 4], "B": [2, 2, 2, 3], "C": [3, 3, 3, 2], "D": [4, 4, 4, None]}
    lower = [f"task {k}" for k in range(1, 5)]
    scores = ag.missing_borda(table, lower=lower).scores
    assert dict(scores) == {"A": F(37, 4), "B": F(15, 2), "C": F(23, 4), "D": F(3, 2)}
    counted = ag.missing_borda(table, lower=lower, task_weight="completions")
    assert str(counted.choice) == "C > B > A > D"


def test_plackett_luce() -> None:
    for phi, expected in ((1, 2.02e-2), (0.75, 5.02e-3), (0.5, 6.53e-4), (0.25, 2.97e-5)):
        weights = [float(np.exp(10 - phi * i)) for i in range(10)]
        value = ag.plackett_luce_probability(weights, range(10))
        assert value == pytest.approx(expected, rel=4e-3)
    assert ag.plackett_luce_probability([1] * 10, range(10)) == F(1, 3628800)
    profile = ag.sample_plackett_luce([4, 2, 1], 4000, rng=0, alternatives="ABC")
    fitted = ag.plackett_luce(profile).scores
    assert [fitted[x] for x in "ABC"] == pytest.approx([4 / 7, 2 / 7, 1 / 7], abs=0.02)
    with pytest.raises(InfeasibleError):
        ag.plackett_luce(["A > B", "A > B"])
    with pytest.raises(InvalidInputError):
        ag.plackett_luce(["A = B"])


def test_bradley_terry_uncertainty() -> None:
    fit = ag.bradley_terry_fit({"A > B": 300, "B > A": 100})
    gap = fit.covariance[0, 0] + fit.covariance[1, 1] - 2 * fit.covariance[0, 1]
    # Binomial log odds: 1/300 + 1/100; without ties the sandwich is the model's own variance.
    assert gap == pytest.approx(1 / 300 + 1 / 100, rel=1e-6)
    assert np.allclose(fit.covariance, fit.information, rtol=1e-6)
    assert fit.rank_upper_bounds() == [1, 2]
    assert len(fit.table().rows) == 2
    tied = ag.bradley_terry_fit({"A = B": 50, "A > B": 30, "B > A": 20})
    assert tied.covariance[0, 0] < tied.information[0, 0]


def test_elo_over_random_orders() -> None:
    games = [("x", "y", "left"), ("y", "z", "left"), ("x", "z", "tie")] * 5
    one, two = ag.elo(games, orders=20, rng=1), ag.elo(games, orders=20, rng=1)
    assert one == two
    assert next(iter(one)) == "x"
    assert sum(one.values()) == pytest.approx(3000)


def test_options_of_score_tables_are_refused_for_rankings() -> None:
    for options in ({"lower": ["x"]}, {"nonsense": 1}):
        with pytest.raises(InvalidInputError, match="options"):
            ag.borda({"A > B": 1}, **options)


def test_ranked_pairs_says_when_it_gives_up() -> None:
    turned = ["ABCDEFG"[k:] + "ABCDEFG"[:k] for k in range(7)]
    profile = ag.Profile.from_orders([list(order) for order in turned])
    assert len(ag.ranked_pairs(profile).winners) == 7
    cut = ag.ranked_pairs(profile, max_states=1)
    assert len(cut.winners) == 7
    assert cut.details["relations"] is None
    # Below a winner the knot is cut instead, and told.
    below = ag.Profile.from_orders([["W", *order] for order in turned])
    found = ag.ranked_pairs(below, max_states=1)
    assert found.winners == ("W",)
    assert found.details["relations"] is None
    assert "too many universes" in found.provenance.ties
    assert ag.ranked_pairs(profile, ties="lexicographic").choice.strict


def test_winners_of_ranked_pairs_are_decided_without_all_universes() -> None:
    gave_up = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        n, m = int(rng.integers(2, 12)), int(rng.integers(3, 8))
        profile = ag.Profile.from_orders(np.argsort(rng.random((n, m)), axis=1))
        full = ag.ranked_pairs(profile)
        try:
            cut = ag.ranked_pairs(profile, max_states=1)
        except LimitReachedError as reached:
            gave_up += 1
            sure = re.search("follow: (.*) wins? in some", str(reached))[1].split(", ")
            assert set(sure) <= {"nobody", *map(str, full.winners)}
            continue
        assert cut.winners == full.winners
        assert set(cut.details["optima"]) <= set(full.details["optima"])
    assert 0 < gave_up < 30


def test_many_values_are_ranked_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    source = np.random.default_rng(0)
    coarse = (source.integers(0, 60, 700) / 7).tolist()
    near = [v + 1e-12 * k for k, v in enumerate(coarse[:600])]
    exact = [Fraction(int(v), 6) for v in source.integers(0, 99, 800)]
    for values, tolerance in ((coarse, 0), (near, 1e-9), (exact, 0), ([*exact, 10**30], 0)):
        many = Ranking.from_scores(values, tolerance=tolerance)
        upside_down = Ranking.from_ranks(values)
        with monkeypatch.context() as patch:
            patch.setattr("mechdesign.aggregation.profiles.ranking._VECTOR", 10**9)
            assert many == Ranking.from_scores(values, tolerance=tolerance)
            assert many.tiers == Ranking.from_scores(values, tolerance=tolerance).tiers
            assert upside_down == Ranking.from_ranks(values)
    with pytest.raises(InvalidInputError):
        Ranking.from_scores([*coarse, float("nan")])


def test_means_of_arrays_are_those_of_lists() -> None:
    scores = np.random.default_rng(1).random((5000, 5))
    table = ag.score_table(scores, weights=[1, 2, 0.1, 3, 1])
    problem = table.problem()
    assert isinstance(problem.types, np.ndarray)
    listed = replace(problem, types=tuple(map(tuple, problem.types.tolist())))
    assert ag.mean(problem).scores == ag.mean(listed).scores
    assert ag.mean(problem).choice == ag.mean(listed).choice
