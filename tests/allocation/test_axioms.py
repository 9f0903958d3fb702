"""The axioms of matchings: fixtures, brute force, witnesses of the literature, impossibilities."""

import itertools
import random

import pytest

from mechdesign import allocation, axioms
from mechdesign.allocation import definitions
from mechdesign.axioms import Status
from mechdesign.axioms.consistency.table_rule import TableRule
from mechdesign.model import FunctionMechanism, Outcome
from mechdesign.testing import AxiomConformance

TWO = {"agents": 4, "receivers": 2}
PLACES = {"agents": 3, "objects": 2, "priorities": [[0, 1, 2], [1, 2, 0]]}
MARKET = allocation.school_choice()


def nothing(lists):
    """Nobody gets anything."""
    return [None] * len(lists)


class TestStability(AxiomConformance):
    axiom = "stability"
    violator = allocation.boston
    satisfier = allocation.deferred_acceptance
    scope = PLACES


class TestNoJustifiedEnvy(AxiomConformance):
    axiom = "no_justified_envy"
    violator = allocation.boston
    satisfier = allocation.deferred_acceptance
    scope = PLACES


class TestNonWastefulness(AxiomConformance):
    axiom = "non_wastefulness"
    violator = FunctionMechanism(nothing, MARKET, "nothing")
    satisfier = allocation.deferred_acceptance
    scope = PLACES


class TestNonBossiness(AxiomConformance):
    axiom = "non_bossiness"
    violator = allocation.deferred_acceptance
    satisfier = allocation.top_trading_cycles
    scope = PLACES


class TestOwnerRationality(AxiomConformance):
    axiom = "owner_rationality"
    violator = allocation.boston
    satisfier = allocation.top_trading_cycles
    scope = {"agents": 2, "objects": 2, "owners": True}


@pytest.mark.parametrize("seed", range(200))
def test_blocking_pairs_are_those_of_the_definition(seed):
    rng = random.Random(seed)
    n, m = rng.randint(1, 4), rng.randint(1, 3)
    mine = {a: rng.sample(range(m), rng.randint(0, m)) for a in range(n)}
    theirs = {b: rng.sample(range(n), rng.randint(0, n)) for b in range(m)}
    places = {b: rng.randint(0, 2) for b in range(m)}
    got = rng.choice(list(definitions.matchings(mine, theirs, places)))
    problem = MARKET.problem(mine, priorities=theirs, capacities=places)
    rule = fixed(problem, got)
    pairs = [(a, b) for a, own in mine.items() for b in own if a in theirs[b]]
    blocked = any(definitions.blocks(mine, theirs, places, got, a, b) for a, b in pairs)
    verdict = axioms.check("stability", rule, setting=MARKET, problem=problem)
    assert verdict.violated is blocked
    if blocked:
        assert verdict.witness.replay(rule)
    parts = [
        axioms.check(name, rule, setting=MARKET, problem=problem).violated
        for name in ("no_justified_envy", "non_wastefulness")
    ]
    assert any(parts) is blocked


def fixed(problem, got):
    outcome = Outcome(got, problem=problem, setting=MARKET)
    return TableRule(MARKET, {problem: outcome})


@pytest.mark.parametrize("seed", range(120))
def test_improvements_are_those_of_brute_force(seed):
    """Pareto efficiency of students by one assignment problem, against all matchings."""
    rng = random.Random(seed)
    n, m = rng.randint(1, 4), rng.randint(1, 3)
    mine = [rng.sample(range(m), rng.randint(0, m)) for _ in range(n)]
    places = [rng.randint(0, 2) for _ in range(m)]
    problem = MARKET.problem(mine, objects=range(m), capacities=places)
    every = list(MARKET.outcomes(problem))
    now = rng.choice(every)
    for weak in (False, True):
        found = MARKET.improvement(problem, now, weak=weak)
        better = [one for one in every if dominates(problem, now, one, weak)]
        assert (found is None) is (not better)
        assert found is None or dominates(problem, now, found, weak)


def dominates(problem, now, other, weak):
    pairs = zip(problem.agents, problem.types, strict=True)
    gains = [MARKET.gain(problem, a, own, now, other) for a, own in pairs]
    return all(g > 0 for g in gains) if weak else min(gains) >= 0 and max(gains) > 0


def test_sets_of_residents_are_compared_by_every_additive_utility():
    setting = allocation.two_sided()
    lists = [[0], [0], [0], [0]]
    problem = setting.problem(lists, receivers=[[0, 1, 2]], capacities=[2])
    hospital = ("receivers", 0)
    own = problem.type_of(hospital)
    for before, after in itertools.product(
        (s for size in range(3) for s in itertools.combinations(range(4), size)), repeat=2
    ):
        one, two = (
            Outcome({i: 0 if i in held else None for i in range(4)}, problem=problem)
            for held in (before, after)
        )
        # Utilities 3 > 2 > 1 > 0 > -1 are one of many: steps of any size between neighbours.
        steps = itertools.product((1, 9), repeat=4)
        gains = []
        for first in steps:
            worth = {2: first[0], 1: first[0] + first[1], 0: sum(first[:3]), 3: -first[3]}
            gains.append(sum(map(worth.get, after)) - sum(map(worth.get, before)))
        gain = setting.gain(problem, hospital, own, one, two)
        assert (gain > 0) is (max(gains) > 0), (before, after)


# ------------------------------------------------------------------------- witnesses


def three(lists, priorities):
    return MARKET.problem(lists, priorities=priorities)


def got(rule, lists, priorities):
    return tuple(rule.solve(three(lists, priorities)).choice.values())


def test_w1_consent_and_bossiness():
    ranked = [[0, 1, 2], [1, 2, 0]]
    lists = [[1, 0], [0], [0, 1]]
    assert got(allocation.deferred_acceptance, lists, ranked) == (0, None, 1)
    assert got(allocation.deferred_acceptance, [[1, 0], [], [0, 1]], ranked) == (1, None, 0)
    problem = three(lists, ranked)
    for name in ("pareto_efficiency", "non_bossiness", "strong_group_strategyproofness"):
        verdict = axioms.check(name, allocation.deferred_acceptance, problem=problem)
        assert verdict.violated, name
        assert verdict.witness.replay(allocation.deferred_acceptance)


def test_w3_and_w4():
    same = [[0, 1, 2]] * 2
    assert got(allocation.boston, [[0], [0, 1], [1]], same) == (0, None, 1)
    assert got(allocation.boston, [[0], [1], [1]], same) == (0, 1, None)
    ranked = [[0, 1, 2], [1, 2, 0]]
    assert got(allocation.top_trading_cycles, [[1], [0], [1]], ranked) == (1, 0, None)
    problem = three([[1], [0], [1]], ranked).without(1)
    assert tuple(allocation.top_trading_cycles.solve(problem).choice.values()) == (None, 1)


def profitable(rule, n, m):
    """Profiles at which somebody gains by a lie, one after another."""
    same = [list(range(n))] * m
    orders = list(itertools.permutations(range(m)))
    choice = {}
    for lists in itertools.product(orders, repeat=n):
        choice[lists] = got(rule, list(lists), same)
    found = 0
    for lists, chosen in choice.items():
        found += any(
            better(lists[i], choice[(*lists[:i], lie, *lists[i + 1 :])][i], chosen[i])
            for i in range(n)
            for lie in orders
        )
    return found


def better(own, new, old):
    place = [len(own) if b is None else own.index(b) for b in (new, old)]
    return place[0] < place[1]


@pytest.mark.slow
def test_how_often_a_lie_pays():
    assert profitable(allocation.boston, 4, 3) == 1008
    assert profitable(allocation.parallel(e=2), 4, 3) == 432
    assert profitable(allocation.deferred_acceptance, 4, 3) == 0


# ------------------------------------------------------------------------- impossibilities

ROTH = ("stability", "strategyproofness")
ALCALDE_BARBERA = ("participation", "pareto_efficiency", "strategyproofness")


@pytest.mark.slow
@pytest.mark.parametrize("names", [ROTH, ALCALDE_BARBERA])
def test_no_rule_for_two_and_two_with_incomplete_lists(names):
    pytest.importorskip("pysat")
    found = axioms.consistent(names, allocation.two_sided(), **TWO)
    assert found.status is Status.VIOLATED
    assert set(found.core) == set(names)
    assert found.proof.replay()


@pytest.mark.parametrize("names", [ROTH, ALCALDE_BARBERA])
def test_rules_for_complete_lists(names):
    pytest.importorskip("pysat")
    found = axioms.consistent(names, allocation.two_sided(), **TWO, lists="complete")
    assert found.status is Status.HOLDS


def test_no_stable_and_efficient_rule_for_students():
    verdicts = []
    problem = three([[1, 0], [0], [0, 1]], [[0, 1, 2], [1, 2, 0]])
    for one in MARKET.outcomes(problem):
        rule = TableRule(MARKET, {problem: one})
        found = [
            axioms.check(name, rule, setting=MARKET, problem=problem).violated
            for name in ("stability", "pareto_efficiency")
        ]
        verdicts.append(any(found))
    assert all(verdicts)
