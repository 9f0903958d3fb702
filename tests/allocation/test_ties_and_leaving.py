"""Strong and super-stability, consistency, obvious truth: fixtures and brute force."""

import itertools
import random

import pytest

from mechdesign import allocation, axioms
from mechdesign.allocation import definitions
from mechdesign.allocation.axioms.leaving import left_over
from mechdesign.axioms.consistency.table_rule import TableRule
from mechdesign.model import FunctionMechanism, Outcome
from mechdesign.testing import AxiomConformance

MARKET = allocation.school_choice()
PLACES = {"agents": 3, "objects": 2, "priorities": [[0, 1, 2], [1, 2, 0]]}


class TestStrongStability(AxiomConformance):
    axiom = "strong_stability"
    violator = allocation.boston
    satisfier = allocation.deferred_acceptance
    scope = PLACES


class TestSuperStability(AxiomConformance):
    axiom = "super_stability"
    violator = allocation.boston
    satisfier = allocation.deferred_acceptance
    scope = PLACES


class TestAssignmentConsistency(AxiomConformance):
    axiom = "assignment_consistency"
    violator = allocation.top_trading_cycles
    satisfier = allocation.boston
    scope = PLACES


def at_once(lists):
    """The first takes its best object, the second the best that is left."""
    first = next((b for tied in lists[0].classes for b in tied), None)
    second = next((b for tied in lists[1].classes for b in tied if b != first), None)
    return [first, second]


AT_ONCE = FunctionMechanism(at_once, MARKET, "at_once")


@allocation.plays(AT_ONCE.id)
def _sealed(mechanism, problem):
    """Both name an order; the second does not know what the first has said."""
    orders = [(), (0,), (1,), (0, 1), (1, 0)]

    def best(first, second):
        got = first[0] if first else None
        return {0: got, 1: next((b for b in second if b != got), None)}

    lower = {
        mine: allocation.Move(1, _answers({o: best(mine, o) for o in orders}), seen="sealed")
        for mine in orders
    }
    return allocation.Move(0, _answers(lower))


def _answers(ways):
    """By the first object of an order, as a tree of allocation names answers."""
    return {(way[0] if way else None): end for way, end in ways.items() if len(way) != 1}


class TestObviousStrategyproofness(AxiomConformance):
    axiom = "obvious_strategyproofness"
    violator = AT_ONCE
    satisfier = allocation.serial_dictatorship
    scope = {"agents": 2, "objects": 2, "lists": "complete"}


def test_a_rule_without_a_tree_and_one_with_the_tree_of_another_are_unknown():
    scope = {"agents": 2, "objects": 2}
    found = axioms.check("obvious_strategyproofness", allocation.boston, **scope)
    assert str(found.status) == "UNKNOWN"
    assert "tree" in found.evidence.text
    nobody = FunctionMechanism(lambda lists: [None] * len(lists), MARKET, "nobody")

    @allocation.plays(nobody.id)
    def _tree(mechanism, problem):
        return allocation.dictatorship_tree(problem.agents, problem.data.receivers)

    other = axioms.check("obvious_strategyproofness", nobody, lists="complete", **scope)
    assert str(other.status) == "UNKNOWN"
    assert "something else" in other.evidence.text
    turned = allocation.serial_dictatorship(order=(1, 0))
    assert axioms.check("obvious_strategyproofness", turned, **scope).holds


def tied_lists(rng, items):
    listed = rng.sample(items, rng.randint(0, len(items)))
    classes = []
    while listed:
        k = rng.randint(1, min(3, len(listed)))
        classes.append(tuple(listed[:k]))
        listed = listed[k:]
    return classes


def market(rng, most=4):
    n, m = rng.randint(1, most), rng.randint(1, most)
    mine = {f"a{i}": tied_lists(rng, [f"b{j}" for j in range(m)]) for i in range(n)}
    theirs = {f"b{j}": tied_lists(rng, [f"a{i}" for i in range(n)]) for j in range(m)}
    return mine, theirs, {b: rng.choice([0, 1, 1, 2]) for b in theirs}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("notion", ["strong", "super"])
def test_what_is_found_is_stable_and_absence_is_true(seed, notion):
    rng = random.Random(seed)
    absent = 0
    for _ in range(60):
        mine, theirs, places = market(rng)
        problem = MARKET.problem(mine, priorities=theirs, capacities=places)
        stable = definitions.tied_stable_matchings(mine, theirs, places, notion)
        found = allocation.largest_stable_matching(problem, stability=notion)
        absent += found is None
        assert bool(stable) is (found is not None)
        if found is not None:
            assert dict(found.choice) in stable
            assert len({sum(b is not None for b in got.values()) for got in stable}) == 1
    assert absent


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("notion", ["strong", "super"])
def test_the_axioms_of_tied_lists_are_the_definitions(seed, notion):
    rng = random.Random(100 + seed)
    for _ in range(40):
        mine, theirs, places = market(rng, 3)
        problem = MARKET.problem(mine, priorities=theirs, capacities=places)
        plain = {a: [b for tied in own for b in tied] for a, own in mine.items()}
        back = {b: [a for tied in own for a in tied] for b, own in theirs.items()}
        got = rng.choice(list(definitions.matchings(plain, back, places)))
        outcome = Outcome(got, problem=problem, setting=MARKET)
        rule = TableRule(MARKET, {problem: outcome})
        verdict = axioms.check(f"{notion}_stability", rule, setting=MARKET, problem=problem)
        stable = definitions.tied_stable_matchings(mine, theirs, places, notion)
        assert verdict.violated is (got not in stable)
        if verdict.violated:
            assert verdict.witness.replay(rule)


def test_large_markets_with_ties_need_no_integer_program():
    rng = random.Random(5)
    lists = [tied_lists(rng, list(range(60))) for _ in range(60)]
    problem = MARKET.problem(lists, priorities=[list(range(60))] * 60)
    found = allocation.largest_stable_matching(problem, stability="strong")
    assert (
        found is None
        or axioms.check(
            "strong_stability",
            TableRule(MARKET, {problem: found}),
            setting=MARKET,
            problem=problem,
        ).holds
    )


def test_houses_whose_owners_left_are_nobodys():
    owners = {"ann": "x", "bob": "y", "cy": "z"}
    lists = {"ann": "y > x", "bob": "z > y", "cy": "y > z"}
    problem = allocation.objects().problem(lists, owners=owners)
    found = allocation.top_trading_cycles.solve(problem)
    assert dict(found.choice) == {"ann": "x", "bob": "z", "cy": "y"}
    left = left_over(problem, found.choice, ("bob",))
    assert dict(left.data.owners) == {"ann": "x"}
    assert dict(zip(left.data.receivers, left.data.capacities, strict=True))["z"] == 0
    again = allocation.top_trading_cycles.solve(left)
    assert again.choice["ann"] == "y"


@pytest.mark.parametrize("seed", range(3))
def test_consistency_of_dictators_and_immediate_acceptance_on_random_markets(seed):
    rng = random.Random(seed)
    for _ in range(25):
        n, m = rng.randint(2, 4), rng.randint(1, 3)
        lists = [rng.sample(range(m), rng.randint(0, m)) for _ in range(n)]
        orders = [rng.sample(range(n), n) for _ in range(m)]
        places = [rng.randint(0, 2) for _ in range(m)]
        problem = MARKET.problem(lists, priorities=orders, capacities=places)
        for rule in (allocation.serial_dictatorship, allocation.boston):
            before = rule.solve(problem).choice
            for k in range(1, n):
                for gone in itertools.combinations(range(n), k):
                    after = rule.solve(left_over(problem, before, gone)).choice
                    assert all(after[a] == before[a] for a in after)


def test_a_tree_cannot_look_at_the_lists():
    def outcome(lists):
        """The second agent chooses first where the first one lists both objects, 0 first."""
        mine = [[b for tied in own.classes for b in tied] for own in lists]
        order = (1, 0) if mine[0] == [0, 1] else (0, 1)
        got = [None, None]
        for i in order:
            got[i] = next((b for b in mine[i] if b not in got), None)
        return got

    rule = FunctionMechanism(outcome, MARKET, "looks")

    @allocation.plays(rule.id)
    def _tree(mechanism, problem):
        """No question at all: the outcome itself."""
        return dict(zip(problem.agents, outcome(problem.types), strict=True))

    scope = {"agents": 2, "objects": 2}
    assert str(axioms.check("strategyproofness", rule, **scope).status) == "VIOLATED"
    assert str(axioms.check("obvious_strategyproofness", rule, **scope).status) == "UNKNOWN"
