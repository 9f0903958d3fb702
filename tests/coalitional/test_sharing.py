"""Cost sharing: oracles, definitions, verdicts, the refutation without submodularity."""

from fractions import Fraction as F

import pytest

from mechdesign import axioms
from mechdesign import coalitional as co
from mechdesign.errors import InvalidInputError
from mechdesign.model import as_mechanism

TREE = co.tree({0: None, 1: 0, 2: 0}, [2, 3, 1])


def told(outcome):
    return sorted(outcome.choice), tuple(outcome.pay(k) for k in range(len(outcome.problem)))


@pytest.mark.parametrize(
    ("costs", "bids", "served", "paid"),
    [
        ((1, 2, 4), (1, 1, 3), [0, 1, 2], (F(1, 3), F(5, 6), F(17, 6))),
        ((1, 2, 4), (0, 1, 3), [1, 2], (0, 1, 3)),
        ((1, 2, 4), (F(1, 4), F(1, 2), 4), [2], (0, 0, 4)),
        ((1, 2, 4), (1, 2, 2), [0, 1], (F(1, 2), F(3, 2), 0)),
        (TREE, (1, 4, 2), [0, 1, 2], (F(2, 3), F(11, 3), F(5, 3))),
        (TREE, (F(1, 2), 4, 2), [1, 2], (0, 4, 2)),
        (TREE, (0, F(7, 2), 2), [], (0, 0, 0)),
    ],
)
def test_moulin(costs, bids, served, paid):
    assert told(co.moulin(bids, costs=costs)) == (served, paid)


def test_marginal_cost_pricing_has_a_deficit():
    assert told(co.marginal_cost((1, 1, 3), costs=(1, 2, 4))) == ([0, 1, 2], (0, 0, 2))
    assert told(co.marginal_cost((1, 4, 2), costs=TREE)) == ([0, 1, 2], (0, 3, 1))
    assert told(co.marginal_cost((1, 1), costs=(1, 1, 1))) == ([0, 1], (0, 0))


def test_supermodular_costs_are_refuted_exactly():
    verdict = axioms.check(
        "strategyproofness", co.moulin, agents=2, grid=10, high=2, costs=(1, 1, 3)
    )
    assert verdict.violated
    assert verdict.witness.replay(co.moulin)
    assert co.moulin((F(6, 5), F(6, 5)), costs=(1, 1, 3)).choice == frozenset()
    alone = co.moulin((F(6, 5), F(8, 5)), costs=(1, 1, 3))
    assert told(alone) == ([1], (0, 1))


def test_cross_monotonicity_is_what_separates_them():
    assert co.cross_monotonicity(co.airport((1, 2, 4))) is None
    assert co.cross_monotonicity(TREE) is None
    found = co.cross_monotonicity(co.game([0, 1, 1, 3], kind="cost"))
    assert (found.pays, found.then) == (1, F(3, 2))
    assert co.cross_monotonicity(co.airport((1, 2, 4)), "equal") is not None


@pytest.mark.slow
def test_no_group_gains_on_the_whole_grid():
    for rule in (co.moulin, co.moulin(sharing="incremental")):
        verdict = axioms.check(
            "group_strategyproofness", rule, agents=3, grid=8, high=4, costs=(1, 2, 4)
        )
        assert verdict.holds


def test_anonymity_renames_the_costs_with_the_agents():
    assert axioms.check("anonymity", co.moulin, agents=2, grid=4, costs=(1, 2)).holds
    by_order = co.moulin(sharing="incremental")
    assert axioms.check("anonymity", by_order, agents=2, grid=4, costs=(1, 2)).violated


def test_serial_and_average_shares_cover_the_cost():
    for demands in ([3, 1, 2], [0, 5], [F(1, 2)] * 3, {"a": 2, "b": 7}):
        for method in (co.serial_shares, co.average_shares):
            shares = method(demands, lambda q: q**2 + q)
            total = sum(demands.values() if isinstance(demands, dict) else demands)
            assert sum(shares.values()) == total**2 + total
    # Nobody's serial share depends on how much more the others want.
    first = co.serial_shares([1, 2, 3], lambda q: q**2)[0]
    assert first == co.serial_shares([1, 9, 30], lambda q: q**2)[0]
    assert co.average_shares([1, 9, 30], lambda q: q**2)[0] > first


@pytest.mark.parametrize(
    ("bids", "costs", "message"),
    [
        ([1, -1], (1, 2), "bids"),
        ([1, 1], None, "costs"),
        ([1, 1], (1, 2, 3, 4, 5), "costs|worths"),
        ([], (1,), "bids"),
    ],
)
def test_bad_bids_are_refused(bids, costs, message):
    with pytest.raises(InvalidInputError, match=message):
        co.moulin(bids, costs=costs)
    with pytest.raises(InvalidInputError, match="cost"):
        co.serial_shares([1], lambda q: 1)


PROVED = [
    ("coalitional.moulin", (1, 2), "strategyproofness", True),
    ("coalitional.moulin", (1, 2), "group_strategyproofness", True),
    ("coalitional.moulin", (1, 2), "budget_balance", True),
    ("coalitional.moulin", (1, 2), "served_welfare", False),
    ("coalitional.moulin", (1, 1, 3), "strategyproofness", False),
    ("coalitional.moulin(sharing=equal)", (1, 1, 3), "strategyproofness", False),
    ("coalitional.marginal_cost", (1, 2), "strategyproofness", True),
    ("coalitional.marginal_cost", (1, 2), "served_welfare", True),
    ("coalitional.marginal_cost", (1, 2), "group_strategyproofness", False),
    ("coalitional.marginal_cost", (1, 2), "no_deficit", False),
    ("coalitional.pay_bid", (1, 2), "strategyproofness", False),
    ("coalitional.pay_bid", (1, 2), "no_deficit", True),
    ("coalitional.equal_split", (1, 2), "group_strategyproofness", True),
]


@pytest.mark.parametrize(("name", "costs", "axiom", "holds"), PROVED)
def test_sharing_is_proved_for_all_bids(name, costs, axiom, holds):
    rule = as_mechanism(name)
    told = axioms.check(axiom, rule, agents=2, costs=costs, method="proof")
    assert told.holds is holds, told
    assert told.violated is not holds
    if holds:
        assert axioms.check(axiom, rule, agents=2, costs=costs, grid=4, high=4).holds
    else:
        assert told.witness.replay(rule)


@pytest.mark.slow
def test_a_runway_of_three_is_proof_against_groups_for_all_bids():
    told = axioms.check("group_strategyproofness", "coalitional.moulin", agents=3, costs=(1, 2, 4))
    assert told.holds
    assert told.evidence.kind.name == "PROOF"


def test_words_of_other_settings_are_refused():
    with pytest.raises(InvalidInputError, match="costs"):
        co.bidding().span(2, lambda low, high: low, slots=2)
