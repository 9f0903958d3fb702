"""Dividing goods: oracles, exact optima and shares against brute force, every axiom of fairness."""

import collections
import itertools
import random
from fractions import Fraction as F

import pytest

from mechdesign import allocation, axioms
from mechdesign.allocation import definitions
from mechdesign.allocation.division.frontier import frontier
from mechdesign.axioms import Status
from mechdesign.axioms.consistency.table_rule import TableRule
from mechdesign.axioms.question.implications import implies
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import FunctionMechanism, Outcome
from mechdesign.testing import AxiomConformance, MechanismConformance

GOODS = allocation.goods()
G1 = [[8, 7, 5, 3, 2], [6, 8, 4, 4, 3], [9, 3, 5, 2, 6]]
FEIGE = [
    [1, 16, 23, 26, 4, 10, 12, 19, 9],
    [1, 16, 22, 26, 4, 9, 13, 20, 9],
    [1, 15, 23, 25, 4, 10, 13, 20, 9],
]
FAIR = ("envy_freeness", "ef1", "efx", "efx0", "prop", "prop1", "mms", "eq1")
TWO = {"agents": 2, "goods": 3}


def owned(outcome):
    """The owner of each good."""
    owner = {g: i for i, bundle in enumerate(outcome.choice.values()) for g in bundle}
    return tuple(owner[g] for g in outcome.problem.data.goods)


def test_three_agents_five_goods():
    assert [allocation.maximin_share(own, 3) for own in G1] == [8, 8, 8]
    best = allocation.max_nash_welfare(G1)
    assert (owned(best), best.details["product"]) == ((0, 1, 2, 1, 2), 1056)
    assert tuple(best.utilities.values()) == (8, 12, 11)
    assert owned(allocation.leximin(G1)) == owned(allocation.envy_cycles(G1)) == owned(best)
    assert owned(allocation.round_robin(G1)) == (0, 1, 0, 1, 2)
    problem = GOODS.problem(G1)
    counts = collections.Counter()
    for one in GOODS.outcomes(problem):
        rule = TableRule(GOODS, {problem: one})
        holds = {
            name: axioms.check(name, rule, setting=GOODS, problem=problem).holds
            for name in (*FAIR, "pareto_efficiency")
        }
        counts.update(name for name, held in holds.items() if held)
        counts["both"] += holds["ef1"] and holds["pareto_efficiency"]
    assert counts == {
        "prop1": 180,
        "eq1": 61,
        "ef1": 56,
        "pareto_efficiency": 48,
        "both": 11,
        "efx": 10,
        "efx0": 10,
        "mms": 10,
    }


def test_shares_that_no_division_gives_to_all():
    assert [allocation.maximin_share(own, 3) for own in FEIGE] == [40, 40, 40]
    assert max(min(point) for point, _ in frontier(FEIGE)) == 39


def test_adjusted_winner():
    found = allocation.adjusted_winner([50, 20, 20, 10], [30, 40, 10, 20])
    assert found.shares == (F(7, 8), 0, 1, 0)
    assert found.utilities == (F(255, 400), F(255, 400))
    assert found.split == 0


@pytest.mark.parametrize("seed", range(100))
def test_adjusted_winner_is_fair_and_efficient(seed):
    """Equal, at least half, and no other fractions are better for both."""
    rng = random.Random(seed)
    m = rng.randint(1, 5)
    rows = [[rng.randint(0, 5) for _ in range(m)] for _ in range(2)]
    if not all(map(any, rows)):
        return
    found = allocation.adjusted_winner(*rows)
    a, b = ([F(x, sum(own)) for x in own] for own in rows)
    mine = sum(s * x for s, x in zip(found.shares, a, strict=True))
    theirs = sum((1 - s) * y for s, y in zip(found.shares, b, strict=True))
    assert (mine, theirs) == found.utilities
    assert mine == theirs >= F(1, 2)
    # Some weights of the two make this the best division: prices between the ratios.
    given = [(y / x) for s, x, y in zip(found.shares, a, b, strict=True) if s < 1 and x]
    kept = [(y / x) if x else None for s, x, y in zip(found.shares, a, b, strict=True) if s > 0]
    assert all(r is not None for r in kept) or not any(
        y for s, x, y in zip(found.shares, a, b, strict=True) if s > 0 and not x
    )
    assert all(k <= g for k in kept if k is not None for g in given)


# ------------------------------------------------------------------------- brute force


def rows(seed, low=0, high=4):
    rng = random.Random(seed)
    n, m = rng.randint(1, 3), rng.randint(1, 5)
    unit = rng.choice([1, 1, 2, 3])
    return [[F(rng.randint(low, high), unit) for _ in range(m)] for _ in range(n)]


@pytest.mark.parametrize("seed", range(80))
def test_rules_are_their_definitions(seed):
    values = rows(seed)
    problem = GOODS.problem(values)
    for rule in (allocation.max_nash_welfare, allocation.leximin):
        expected = getattr(definitions, rule.id.split(".")[1])(values)
        tied = {tuple(one.utilities.values()) for one in rule.winners(problem)}
        assert tied == expected
        assert tuple(rule.solve(problem).utilities.values()) in expected
    order = random.Random(seed).sample(range(len(values)), len(values))
    found = allocation.round_robin(order=tuple(order)).solve(problem)
    assert list(owned(found)) == definitions.round_robin(values, order)
    for own in values:
        share = allocation.maximin_share(own, len(values))
        assert share == definitions.maximin_share(own, len(values))


@pytest.mark.parametrize("seed", range(80))
def test_shares_of_chores_and_of_both(seed):
    own = rows(seed, low=-4, high=0 if seed % 2 else 3)[0]
    for n in (1, 2, 3):
        assert allocation.maximin_share(own, n) == definitions.maximin_share(own, n)


@pytest.mark.parametrize("seed", range(60))
def test_frontier_and_improvements(seed):
    values = rows(seed, low=-2)
    problem = GOODS.problem(values)
    every = list(GOODS.outcomes(problem))
    vectors = {tuple(one.utilities.values()) for one in every}
    efficient = {
        v
        for v in vectors
        if not any(w != v and all(x >= y for x, y in zip(w, v, strict=True)) for w in vectors)
    }
    assert {point for point, _ in frontier(values)} == efficient
    for point, owners in frontier(values):
        assert definitions.utilities(values, owners) == point
    one = random.Random(seed).choice(every)
    now = tuple(one.utilities.values())
    for weak in (False, True):
        better = GOODS.improvement(problem, one, weak=weak)
        expected = any(
            all(x > y for x, y in zip(w, now, strict=True))
            if weak
            else w != now and all(x >= y for x, y in zip(w, now, strict=True))
            for w in vectors
        )
        assert (better is not None) is expected


def lacking(name, values, owners):
    """Whether an axiom fails, pair by pair, from its words."""
    n, m = len(values), len(owners)
    bundle = [{g for g in range(m) if owners[g] == i} for i in range(n)]

    def v(i, goods):
        return sum(values[i][g] for g in goods)

    for i in range(n):
        mine = v(i, bundle[i])
        total = sum(values[i])
        if name == "prop" and mine * n < total:
            return True
        if (
            name == "prop1"
            and all(v(i, bundle[i] | {g}) * n < total for g in range(m) if g not in bundle[i])
            and mine * n < total
        ):
            return True
        if name == "mms" and mine < definitions.maximin_share(values[i], n):
            return True
        for j in range(n):
            theirs = bundle[j]
            if i == j or name in ("prop", "prop1", "mms"):
                continue
            if name == "eq1":
                if mine < v(j, theirs) and all(mine < v(j, theirs - {g}) for g in theirs):
                    return True
                continue
            if mine >= v(i, theirs):
                continue
            left = [v(i, theirs - {g}) for g in theirs]
            positive = [v(i, theirs - {g}) for g in theirs if values[i][g] > 0]
            if name == "envy_freeness" or (name == "ef1" and mine < min(left)):
                return True
            if (name == "efx" and mine < max(positive)) or (name == "efx0" and mine < max(left)):
                return True
    return False


@pytest.mark.parametrize("name", FAIR)
def test_fairness_is_that_of_its_words(name):
    rng = random.Random(name)
    found = collections.Counter()
    for _ in range(150):
        n, m = rng.randint(2, 3), rng.randint(1, 4)
        values = [[rng.randint(0, 3) for _ in range(m)] for _ in range(n)]
        owners = [rng.randrange(n) for _ in range(m)]
        problem = GOODS.problem(values)
        rule = TableRule(GOODS, {problem: GOODS.outcome(problem, owners)})
        verdict = axioms.check(name, rule, setting=GOODS, problem=problem)
        assert verdict.violated is lacking(name, values, owners)
        if verdict.violated:
            assert verdict.witness.replay(rule)
        found[verdict.status] += 1
    assert len(found) == 2


def test_implications_hold_with_chores():
    rng = random.Random(5)
    for _ in range(120):
        n, m = rng.randint(2, 3), rng.randint(1, 4)
        values = [[rng.randint(-2, 2) for _ in range(m)] for _ in range(n)]
        problem = GOODS.problem(values)
        one = GOODS.outcome(problem, [rng.randrange(n) for _ in range(m)])
        rule = TableRule(GOODS, {problem: one})
        status = {
            name: axioms.check(name, rule, setting=GOODS, problem=problem).holds for name in FAIR
        }
        for strong, weak in itertools.permutations(FAIR, 2):
            if implies(strong, weak):
                assert status[weak] or not status[strong], (strong, weak, values)


# ------------------------------------------------------------------------- verdicts


class TestRoundRobin(MechanismConformance):
    mechanism = allocation.round_robin
    domain = TWO
    claims = ("ef1",)


def everything_to_the_first(values):
    return [0] * len(values[0])


class TestEf1(AxiomConformance):
    axiom = "ef1"
    violator = FunctionMechanism(everything_to_the_first, GOODS, "all to one")
    satisfier = allocation.round_robin
    scope = TWO


class TestEfx(AxiomConformance):
    axiom = "efx"
    violator = allocation.round_robin
    satisfier = allocation.max_nash_welfare
    scope = TWO


class TestProp1(AxiomConformance):
    axiom = "prop1"
    violator = FunctionMechanism(everything_to_the_first, GOODS, "all to one")
    satisfier = allocation.round_robin
    scope = TWO


class TestMms(AxiomConformance):
    axiom = "mms"
    violator = allocation.round_robin
    satisfier = allocation.max_nash_welfare
    scope = TWO


def test_no_strategyproof_efficient_rule_without_much_envy():
    pytest.importorskip("pysat")
    names = ("strategyproofness", "ef1", "pareto_efficiency")
    found = axioms.consistent(names, GOODS, agents=2, goods=2)
    assert found.status is Status.VIOLATED
    assert found.proof.replay()
    for options in ({"values": [1, 2, 3]}, {"values": [0, 1]}):
        assert axioms.consistent(names, GOODS, agents=2, goods=2, **options).status is Status.HOLDS


# ------------------------------------------------------------------------- reading


def test_reading(tmp_path):
    path = tmp_path / "values.csv"
    path.write_text("who,car,boat\nann,8,7.5\nbob,6,8\n", encoding="utf-8")
    problem = GOODS.problem(path)
    assert problem.types == ((8, F(15, 2)), (6, 8))
    assert problem.data.goods == ("car", "boat")
    assert allocation.max_nash_welfare.solve(problem).choice == {"ann": ("car",), "bob": ("boat",)}
    for bad, told in (
        ([], "at least one agent"),
        ([[1], [1, 2]], "have 1 numbers"),
        ({"a": {"x": 1}, "b": {}}, "value every good"),
        ([["x"]], "data"),
    ):
        with pytest.raises(InvalidInputError, match=told):
            GOODS.problem(bad)
    with pytest.raises(InvalidInputError, match="different names"):
        GOODS.problem([[1, 2]], goods=["a", "a"])
    for rule in (allocation.envy_cycles, allocation.max_nash_welfare):
        with pytest.raises(InvalidInputError, match="nonnegative"):
            rule([[-1]])
    with pytest.raises(InvalidInputError, match="every good to one agent"):
        GOODS.outcome(problem, {"ann": ("car",), "bob": ("car",)})


def test_normalised_leximin():
    values = [[10, 10], [1, 0]]
    assert owned(allocation.leximin(values)) == (1, 0)
    halves = allocation.leximin([[90, 10], [1, 0]], normalise="shares")
    assert owned(halves) == (1, 0)
    with pytest.raises(InvalidInputError, match="worth 0"):
        allocation.leximin([[0]], normalise="shares")


def test_outcomes_say_who_has_what():
    one = allocation.round_robin({"ann": [1, 2], "bob": [2, 1]})
    assert GOODS.say_choice(one.problem, one) == "{ann: 1; bob: 0}"
    assert isinstance(one, Outcome)


@pytest.mark.parametrize("seed", range(4))
def test_shares_at_any_prices(seed):
    rng = random.Random(seed)
    for _ in range(10):
        n, m = rng.randint(1, 3), rng.randint(0, 6)
        own = [rng.randint(0, 6) for _ in range(m)]
        share = allocation.any_price_share(own, F(1, n))
        assert allocation.maximin_share(own, n) <= share
        if sum(own):
            # At prices in proportion to worth nobody can buy more than its part.
            assert share <= F(sum(own), n)
        for _ in range(20):
            prices = [rng.randint(0, 5) for _ in range(m)]
            budget = F(sum(prices), n)
            best = max(
                sum(own[g] for g in some)
                for size in range(m + 1)
                for some in itertools.combinations(range(m), size)
                if sum(prices[g] for g in some) <= budget
            )
            assert best >= share
    with pytest.raises(LimitReachedError, match="12"):
        allocation.any_price_share([1] * 13, F(1, 2))
