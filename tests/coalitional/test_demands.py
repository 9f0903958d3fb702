"""Serial and average cost sharing as mechanisms: shares, equilibria, verdicts with money."""

import random
from fractions import Fraction as F

import pytest

from mechdesign import axioms
from mechdesign import coalitional as co
from mechdesign.axioms import HOLDS, VIOLATED
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import as_mechanism

TWO = {"agents": 2, "values": (0, 1, 3, 5, 8), "units": 2}


def squares(q):
    return q * q


def drawn(seed):
    draw = random.Random(seed)
    n, units = draw.randint(1, 3), draw.randint(1, 3)
    steps = sorted(draw.randint(0, 9) for _ in range(n * units))
    costs = [sum(steps[:k]) for k in range(n * units + 1)]
    worths = [
        tuple(sorted((F(draw.randint(0, 40), 3) for _ in range(units)), reverse=True))
        for _ in range(n)
    ]
    return co.demanding().problem(worths, costs=costs)


@pytest.mark.parametrize("seed", range(40))
def test_payments_are_the_shares_and_cover_the_cost(seed):
    problem = drawn(seed)
    costs = problem.data.costs
    rules = ((co.serial_cost, co.serial_shares), (co.average_cost, co.average_shares))
    for rule, shares in rules:
        found = rule.solve(problem)
        assert tuple(found.payments.values()) == tuple(
            shares(list(found.choice), lambda q: costs[q]).values()
        )
        assert sum(found.payments.values()) == costs[sum(found.choice)]
        assert min(found.utilities.values()) >= 0


@pytest.mark.parametrize("seed", range(40))
def test_nobody_regrets_an_average(seed):
    problem = drawn(seed)
    costs, taken = problem.data.costs, co.average_cost.solve(problem).choice
    for i, own in enumerate(problem.types):
        rest = sum(taken) - taken[i]

        def worth(q, own=own, rest=rest):
            return sum(own[:q]) - (F(costs[q + rest] * q, q + rest) if q else 0)

        assert worth(taken[i]) == max(map(worth, range(len(own) + 1)))


def test_money_is_audited():
    serial = {
        axiom: axioms.check(axiom, co.serial_cost, **TWO).status
        for axiom in ("strategyproofness", "group_strategyproofness", "budget_balance")
    }
    assert set(serial.values()) == {HOLDS}
    told = axioms.check("strategyproofness", co.average_cost, **TWO)
    assert told.status is VIOLATED
    assert told.witness.replay(co.average_cost)
    assert not told.witness.replay(co.serial_cost)
    # Units that cannot be divided: three leave together, and each would have stayed alone.
    three = axioms.check("strategyproofness", co.serial_cost, agents=3, values=(0, 2, 7), units=1)
    assert three.status is VIOLATED
    assert three.witness.replay(co.serial_cost)

    def free(worths):
        return co.serial_cost(worths, costs=squares).choice

    told = axioms.check("budget_balance", free, setting=co.demanding(), **TWO)
    assert told.status is VIOLATED


@pytest.mark.parametrize(
    ("worths", "costs"),
    [([], squares), ([(1, 2)], squares), ([(1,), (2, 1)], squares), ([(-1,)], squares),
     ([(1,)], [0]), ([(1,)], [1, 2]), ([(2, 1)], [0, 2, 3]), ([(2, 1)], [0, -1, 3])],
)  # fmt: skip
def test_bad_demands(worths, costs):
    with pytest.raises(InvalidInputError):
        co.demanding().problem(worths, costs=costs)


def test_large_games_are_refused():
    with pytest.raises(LimitReachedError):
        co.average_cost([(9,) * 9] * 6, costs=squares)
    assert len(co.serial_cost([(9,) * 9] * 6, costs=squares).choice) == 6


@pytest.mark.parametrize(
    ("rule", "axiom", "holds"),
    [
        ("coalitional.serial_cost", "budget_balance", True),
        ("coalitional.serial_cost", "individual_rationality", True),
        ("coalitional.serial_cost", "anonymity", True),
        ("coalitional.serial_cost", "strategyproofness", False),
        ("coalitional.average_cost", "budget_balance", True),
        ("coalitional.average_cost", "nobody_is_paid", True),
        ("coalitional.average_cost", "strategyproofness", False),
    ],
)
def test_demands_are_decided_for_all_worths(rule, axiom, holds):
    told = axioms.check(axiom, rule, agents=2, units=2, method="proof")
    assert told.holds is holds, told
    if holds:
        assert axioms.check(axiom, rule, agents=2, units=2, values=(0, 1, 2, 4)).holds
    else:
        assert told.witness.replay(as_mechanism(rule))


def test_what_a_coarse_grid_does_not_see_is_found_between():
    # Both find half the cost of two units too much and leave; a lie keeps one of them in.
    name, words = "strategyproofness", {"agents": 2, "units": 2}
    assert axioms.check(name, "coalitional.serial_cost", values=(0, 3, 8), **words).holds
    assert axioms.check(name, "coalitional.serial_cost", **words).violated
    with pytest.raises(InvalidInputError):
        axioms.check(name, "coalitional.serial_cost", agents=2, grid=3)
