"""Classic auctions on separable slots: the published examples and the axioms."""

from fractions import Fraction as F

import pytest

from mechdesign import auctions
from mechdesign.errors import InvalidInputError

QUALITY = [F(4, 5), F(1, 2), F(9, 10), F(9, 10)]
RATES = [F(1, 2), F(3, 10), F(1, 10)]
BIDS = [5, 6, 4, 3]


def test_d1_gsp_and_vcg_of_edelman_ostrovsky_schwarz():
    gsp = auctions.gsp([10, 4, 2], ctr=[200, 100])
    assert gsp.details["per_click"] == {0: 4, 1: 2}
    assert gsp.details["revenue"] == 1000
    vcg = auctions.vcg([10, 4, 2], ctr=[200, 100])
    assert vcg.payments == {0: 600, 1: 200, 2: 0}
    assert vcg.details["per_click"] == {0: 3, 1: 2}
    assert vcg.details["revenue"] == 800
    assert vcg.details["welfare"] == 2400


def test_d1_locally_envy_free_bids_reproduce_vcg():
    assert auctions.gsp([9, 3, 2], ctr=[200, 100]).payments == {0: 600, 1: 200, 2: 0}


def test_d1b_gsp_and_vcg():
    assert auctions.gsp([10, 4, 2], ctr=[200, 199]).payments == {0: 800, 1: 398, 2: 0}
    assert auctions.vcg([10, 4, 2], ctr=[200, 199]).payments == {0: 402, 1: 398, 2: 0}


def test_d1b_regret_of_gsp_over_its_deviations_is_392():
    setting = auctions.position()
    truth = auctions.gsp([10, 4, 2], ctr=[200, 199])
    problem = truth.problem
    utilities = [
        setting.utility(problem, 0, 10, auctions.gsp(problem.report(0, bid)))
        for bid in setting.deviations(problem, 0)
    ]
    assert max(utilities) - truth.utilities[0] == 392


def test_d2_qualities():
    gsp = auctions.gsp(BIDS, ctr=RATES, quality=QUALITY)
    assert gsp.choice == {0: 0, 2: 1, 1: 2}
    assert gsp.details["per_click"] == {0: F(9, 2), 2: F(10, 3), 1: F(27, 5)}
    assert gsp.payments == {0: F(9, 5), 2: F(9, 10), 1: F(27, 100), 3: 0}
    assert gsp.details["revenue"] == F(297, 100)
    vcg = auctions.vcg(BIDS, ctr=RATES, quality=QUALITY)
    assert vcg.details["per_click"] == {0: F(159, 40), 2: F(29, 9), 1: F(27, 5)}
    assert vcg.payments == {0: F(159, 100), 2: F(87, 100), 1: F(27, 100), 3: 0}
    assert vcg.details["revenue"] == F(273, 100)
    assert vcg.details["welfare"] == F(169, 50)


def test_d2_eager_reserve():
    gsp = auctions.gsp(BIDS, ctr=RATES, quality=QUALITY, reserve=F(7, 2))
    assert gsp.details["per_click"] == {0: F(9, 2), 2: F(7, 2), 1: F(7, 2)}
    assert gsp.payments == {0: F(9, 5), 2: F(189, 200), 1: F(7, 40), 3: 0}


@pytest.mark.parametrize("rule", [auctions.gsp, auctions.vcg, auctions.gfp])
def test_labels_survive(rule):
    out = rule({"a": 1, "b": 3, "c": 2}, ctr=[2, 1], quality={"c": 1, "b": 1, "a": 2})
    assert out.choice == {"b": 0, "a": 1}
    assert set(out.payments) == {"a", "b", "c"}


def test_ties_are_reported():
    out = auctions.gsp([2, 2, 1], ctr=[1, 1])
    assert out.choice == {0: 0, 1: 1}
    assert "equal scores" in out.provenance.ties


def test_no_agents_and_no_slots():
    assert auctions.vcg([], ctr=[1]).choice == {}
    assert auctions.vcg([1, 2], ctr=[]).payments == {0: 0, 1: 0}


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ([1, -1], {"ctr": [1]}),
        ([1, float("nan")], {"ctr": [1]}),
        ([1, float("inf")], {"ctr": [1]}),
        (["1"], {"ctr": [1]}),
        ([True], {"ctr": [1]}),
        ("12", {"ctr": [1]}),
        ([[1, 2]], {"ctr": [1]}),
        ([1, 2], {"ctr": [1, 2]}),
        ([1, 2], {"ctr": [-1]}),
        ([1, 2], {"ctr": None}),
        ([1, 2], {"ctr": [1], "quality": [1]}),
        ([1, 2], {"ctr": [1], "quality": [1, 0]}),
        ([1, 2], {"ctr": [1], "reserve": -1}),
        ({"a": 1}, {"ctr": [1], "quality": {"b": 1}}),
    ],
)
def test_bad_input_is_refused(values, options):
    with pytest.raises(InvalidInputError):
        auctions.gsp(values, **options)
