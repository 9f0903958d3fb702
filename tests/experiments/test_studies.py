"""The ready experiments: known values, exactness, bad input."""

import itertools
import math
from collections import Counter
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign.aggregation.studies import aggregation_agreement, aggregation_recovery, mallows
from mechdesign.auctions.studies import auctions_revenue
from mechdesign.bargaining.studies import bargaining_price
from mechdesign.errors import InvalidInputError, MechDesignError
from mechdesign.experiments import experiment, experiments_table, sweep
from mechdesign.facility.studies import facility_ratio

SMALL = {
    "facility_ratio": {"agents": 4},
    "auctions_revenue": {"bidders": 3},
    "matching_ratio": {"offline": 4, "arrivals": 10, "degree": 2, "runs": 20},
    "aggregation_recovery": {"voters": 5, "alternatives": 4},
    "aggregation_agreement": {"voters": 5, "alternatives": 4},
    "bargaining_price": {"modules": 4},
    "preference_games_beta": {"agents": 5, "alternatives": 3},
    "coalitional_welfare": {},
    "pluralistic_joining": {"users": 8, "alternatives": 3, "choices": 10},
    "pluralistic_minority": {"users": 6, "alternatives": 3, "choices": 10},
    "information_regret": {"rounds": 1000},
    "allocation_places": {"students": 4, "schools": 2},
}


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", SMALL)
def test_every_experiment_sweeps(name):
    cells = [SMALL[name]]
    found = sweep(name, cells, replications=3, rng=1)
    assert found == sweep(experiment(name), cells, replications=3, rng=1)
    assert len(found.table()) == len(found.measures)
    assert experiments_table().column("experiment") == list(SMALL)


def test_facility():
    for seed in range(20):
        found = facility_ratio(rng(seed), agents=5, steps=20)
        assert found["median"] == 1
        assert all(isinstance(v, F) and v >= 1 for v in found.values())
    floats = facility_ratio(rng(), mechanisms="quantile(q=1/3)", steps=None)
    assert isinstance(floats["quantile(q=1/3)"], float)
    one = facility_ratio(rng(), clusters=1, objective="total_cost")
    assert set(one.values()) == {1}


def test_auctions():
    revenue = sweep("auctions_revenue", {"bidders": [2]}, replications=2000, rng=0).table()
    known = {"vcg": 1 / 3, "myerson": 5 / 12}
    for row in revenue.rows:
        record = dict(zip(revenue.columns, row, strict=True))
        assert abs(record["mean"] - known[record["measure"]]) < 4 * record["standard error"]
    both = {"rules": ("vcg", "gsp", "gfp"), "slots": (1, F(1, 2)), "bidders": 4}
    created = auctions_revenue(rng(), measure="welfare", **both)
    assert len(set(created.values())) == 1
    paid = auctions_revenue(rng(), **both)
    assert paid["vcg"] <= paid["gsp"] <= paid["gfp"] == created["gfp"]
    for prior in ("exponential", "pareto", "equal_revenue"):
        assert auctions_revenue(rng(), prior=prior, slots=1)["vcg"] > 0


def test_mallows_is_the_model():
    phi, m, n = 0.5, 3, 20_000
    profile = mallows(rng(), n, m, phi)
    counts = Counter(r.order for r in profile.rankings())
    inversions = {
        p: sum(a > b for a, b in itertools.combinations(p, 2))
        for p in itertools.permutations(range(m))
    }
    total = sum(phi**d for d in inversions.values())
    for order, d in inversions.items():
        chance = phi**d / total
        assert abs(counts[order] / n - chance) < 5 * math.sqrt(chance / n)
    assert set(Counter(r.order for r in mallows(rng(), 500, 3, 1).rankings())) == set(inversions)


def test_aggregation():
    assert set(aggregation_recovery(rng(), dispersion=0).values()) <= {0, F(1, 3)}
    assert aggregation_recovery(rng(), rules="borda", dispersion=0) == {"borda": 0}
    same = aggregation_agreement(rng(), dispersion=0)
    assert same == {"same winners": 1, "distance": 0}


def test_bargaining():
    for seed in range(10):
        price = bargaining_price(rng(seed), rules=("utilitarian", "nash"))
        worst = bargaining_price(rng(seed), rules=("egalitarian",), measure="worst")
        assert price["utilitarian"] == 0 <= price["nash"] < 1
        assert 0 <= worst["egalitarian"] <= 1
    nothing = bargaining_price(rng(), budget=0)
    assert set(nothing.values()) == {0}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("facility_ratio", {"agents": 0}),
        ("facility_ratio", {"agents": True}),
        ("facility_ratio", {"mechanisms": "cooking"}),
        ("facility_ratio", {"mechanisms": ()}),
        ("facility_ratio", {"mechanisms": 3}),
        ("facility_ratio", {"mechanisms": ("median", "facility.median")}),
        ("facility_ratio", {"mechanisms": "random_rank"}),
        ("facility_ratio", {"objective": "fame"}),
        ("facility_ratio", {"steps": 0}),
        ("facility_ratio", {"clusters": 0}),
        ("auctions_revenue", {"prior": "normal"}),
        ("auctions_revenue", {"measure": "joy"}),
        ("auctions_revenue", {"bidders": 0}),
        ("auctions_revenue", {"slots": (1, 2)}),
        ("auctions_revenue", {"slots": float("nan")}),
        ("allocation_places", {"agreement": 2}),
        ("allocation_places", {"measure": "joy"}),
        ("allocation_places", {"students": 0}),
        ("matching_ratio", {"policies": "cooking"}),
        ("matching_ratio", {"degree": 0}),
        ("matching_ratio", {"runs": 1}),
        ("aggregation_recovery", {"dispersion": 2}),
        ("aggregation_recovery", {"dispersion": float("nan")}),
        ("aggregation_recovery", {"alternatives": 1}),
        ("aggregation_recovery", {"rules": "maximal_lotteries"}),
        ("aggregation_agreement", {"first": "kemeny"}),
        ("bargaining_price", {"modules": 21}),
        ("bargaining_price", {"budget": -1}),
        ("bargaining_price", {"measure": "joy"}),
    ],
    ids=repr,
)
def test_bad_input(name, options):
    with pytest.raises(InvalidInputError):
        experiment(name)(rng(), **options)
    with pytest.raises(MechDesignError):
        sweep(name, [options])


def test_unknown_experiment():
    with pytest.raises(InvalidInputError, match="matching_ratio"):
        experiment("cooking")
