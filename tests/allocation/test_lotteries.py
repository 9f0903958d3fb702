"""Random assignments: oracles, decompositions, the two notions of dominance, efficiency."""

import itertools
import random
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import allocation, axioms
from mechdesign.algorithms.birkhoff import birkhoff
from mechdesign.allocation import definitions
from mechdesign.allocation.houses.eating import eaten, eaten_with_ties
from mechdesign.axioms import Status
from mechdesign.axioms.consistency.table_rule import TableRule
from mechdesign.errors import InvalidInputError, LimitReachedError, UndecidedError
from mechdesign.model import Outcome, RandomAssignment, decode, encode
from mechdesign.testing import AxiomConformance

RSD, PS = allocation.random_serial_dictatorship, allocation.probabilistic_serial
OBJECTS = allocation.objects()
THREE = {"agents": 3, "objects": 3, "lists": "complete"}
P4 = [[0, 1, 2], [0, 2, 1], [1, 0, 2]]
P5 = [[0, 1, 2, 3], [0, 1, 3, 2], [1, 2, 0, 3], [0, 3, 1, 2]]


def rows(outcome):
    return outcome.choice.rows


def test_bogomolnaia_and_moulin():
    lists = [[0, 1, 2, 3]] * 2 + [[1, 0, 3, 2]] * 2
    one, two = (F(5, 12), F(1, 12), F(5, 12), F(1, 12)), (F(1, 12), F(5, 12), F(1, 12), F(5, 12))
    assert rows(RSD(lists)) == (one, one, two, two)
    half = F(1, 2)
    assert rows(PS(lists)) == ((half, 0, half, 0),) * 2 + ((0, half, 0, half),) * 2
    verdict = axioms.check("ordinal_efficiency", RSD, problem=OBJECTS.problem(lists))
    assert verdict.violated
    assert verdict.witness.replay(RSD)
    assert len(verdict.witness.details["cycle"]) == 2


def test_three_and_four_agents():
    half = F(1, 2)
    assert rows(RSD(P4)) == ((half, F(1, 6), F(1, 3)), (half, 0, half), (0, F(5, 6), F(1, 6)))
    assert rows(PS(P4)) == ((half, F(1, 4), F(1, 4)), (half, 0, half), (0, F(3, 4), F(1, 4)))
    parts = {tuple(one.choice.values()): p for p, one in allocation.as_lottery(PS(P4))}
    assert parts == {(0, 2, 1): half, (1, 0, 2): F(1, 4), (2, 0, 1): F(1, 4)}
    assert rows(PS(P5)) == (
        (F(1, 3), F(2, 9), F(4, 9), 0),
        (F(1, 3), F(2, 9), F(1, 18), F(7, 18)),
        (0, F(5, 9), F(4, 9), 0),
        (F(1, 3), 0, F(1, 18), F(11, 18)),
    )
    assert rows(RSD(P5)) == (
        (F(1, 3), F(5, 24), F(5, 12), F(1, 24)),
        (F(1, 3), F(5, 24), F(1, 8), F(1, 3)),
        (0, F(7, 12), F(3, 8), F(1, 24)),
        (F(1, 3), 0, F(1, 12), F(7, 12)),
    )
    parts = allocation.as_lottery(PS(P5)).support
    assert (len(parts), parts[0][0]) == (6, F(1, 3))


def test_short_supply():
    assert rows(PS([[0, 1], [0], [1, 0]])) == ((F(1, 2), F(1, 4)), (F(1, 2), 0), (0, F(3, 4)))


def test_one_lottery_over_all_priorities_is_random_serial_dictatorship():
    lists = [[0, 1, 2], [0, 1, 2], [0, 2, 1]]
    drawn = allocation.deferred_acceptance(lists, ties="single_lottery")
    chances = {(a, b): F(0) for a in range(3) for b in range(3)}
    for p, one in drawn:
        for pair in one.choice.items():
            chances[pair] += p
    expected = ((F(1, 3), F(1, 2), F(1, 6)),) * 2 + ((F(1, 3), 0, F(2, 3)),)
    assert tuple(tuple(chances[a, b] for b in range(3)) for a in range(3)) == expected
    assert rows(RSD(lists)) == expected


def test_random_endowments_and_equality_on_three_agents():
    """Random endowments traded are random dictatorship; eating agrees with it on 144 of 216."""
    orders = list(itertools.permutations(range(3)))
    equal = 0
    for lists in itertools.product(orders, repeat=3):
        chosen = rows(RSD(list(lists)))
        equal += chosen == rows(PS(list(lists)))
        traded = np.zeros((3, 3), dtype=int)
        for owned in orders:
            found = allocation.top_trading_cycles(
                list(lists), objects=range(3), owners=dict(enumerate(owned))
            )
            for a, b in found.choice.items():
                traded[a, b] += 1
        assert chosen == tuple(tuple(F(int(x), 6) for x in row) for row in traded)
    assert equal == 144


# ------------------------------------------------------------------------- verdicts


@pytest.mark.parametrize(
    ("rule", "axiom", "lift", "status"),
    [
        (RSD, "strategyproofness", "", "HOLDS"),
        (RSD(form="lottery"), "strategyproofness", "possible", "HOLDS"),
        (PS, "strategyproofness", "", "VIOLATED"),
        (PS, "strategyproofness", "possible", "VIOLATED"),
        (PS, "strategyproofness", "dominance", "HOLDS"),
        (RSD, "ordinal_efficiency", "", "HOLDS"),
        (PS, "ordinal_efficiency", "", "HOLDS"),
        (RSD, "sd_envy_freeness", "", "VIOLATED"),
        (RSD, "weak_sd_envy_freeness", "", "HOLDS"),
        (PS, "sd_envy_freeness", "", "HOLDS"),
        (RSD, "equal_treatment", "", "HOLDS"),
        (PS, "equal_treatment", "", "HOLDS"),
        (RSD(form="lottery"), "pareto_efficiency", "ex_post", "HOLDS"),
    ],
)
def test_three_agents(rule, axiom, lift, status):
    verdict = axioms.check(axiom, rule, lift=lift, **THREE)
    assert str(verdict.status) == status
    if lift == "dominance":
        assert "(weak)" in repr(verdict)
    if verdict.witness is not None:
        assert verdict.witness.replay(rule)


def test_how_often_eating_can_be_manipulated():
    """54 of 216 profiles by the strong notion; 72 have envy of some utility under dictatorship."""
    orders = list(itertools.permutations(range(3)))
    count = envy = 0
    for lists in itertools.product(orders, repeat=3):
        problem = OBJECTS.problem(list(lists), objects=range(3))
        count += axioms.check("strategyproofness", PS, problem=problem, **THREE).violated
        envy += axioms.check("sd_envy_freeness", RSD, problem=problem).violated
    assert (count, envy) == (54, 72)


def test_chances_are_no_utilities():
    outcome = PS(P4)
    with pytest.raises(UndecidedError):
        outcome.utilities  # noqa: B018
    assert "utilities" not in repr(outcome)
    assert "agent 0 has 1/2 of 0" in outcome.explain(0)
    verdict = axioms.check("pareto_efficiency", PS, problem=outcome.problem)
    assert verdict.status is Status.UNKNOWN


def fixed(problem, matrix):
    choice = RandomAssignment.of(problem.agents, problem.data.receivers, matrix)
    return TableRule(OBJECTS, {problem: Outcome(choice, problem=problem, setting=OBJECTS)})


def dominated(lists, matrix, places):
    """By a linear program in floats: the largest sum of gains in the chances of the best k."""
    from scipy.optimize import linprog

    n, m = len(lists), len(places)
    above, right, goal = [], [], np.zeros(n * m)
    for i, own in enumerate(lists):
        for k in range(1, len(own) + 1):
            row = np.zeros(n * m)
            row[[i * m + j for j in own[:k]]] = 1
            above.append(-row)
            right.append(-float(sum(matrix[i][j] for j in own[:k])))
            goal += row
        above.append(np.eye(n)[i].repeat(m))
        right.append(1.0)
    for j in range(m):
        above.append(np.tile(np.eye(m)[j], n))
        right.append(places[j])
    bounds = [(0, 1 if j in lists[i] else 0) for i in range(n) for j in range(m)]
    found = linprog(-goal, A_ub=above, b_ub=right, bounds=bounds)
    now = sum(
        float(matrix[i][j])
        for i, own in enumerate(lists)
        for k in range(len(own))
        for j in own[: k + 1]
    )
    return -found.fun > now + 1e-7


@pytest.mark.parametrize("seed", range(80))
def test_ordinal_efficiency_is_that_of_a_linear_program(seed):
    rng = random.Random(seed)
    n, m = rng.randint(1, 4), rng.randint(1, 4)
    lists = [rng.sample(range(m), rng.randint(0, m)) for _ in range(n)]
    places = [rng.randint(0, 2) for _ in range(m)]
    drawn = [
        definitions.serial_dictatorship(
            dict(enumerate(lists)), dict(enumerate(places)), rng.sample(range(n), n)
        )
        for _ in range(3)
    ]
    waste = rng.random() < 0.2
    matrix = [[F(sum(got[i] == j for got in drawn[waste:]), 3) for j in range(m)] for i in range(n)]
    problem = OBJECTS.problem(lists, objects=range(m), capacities=places)
    rule = fixed(problem, matrix)
    verdict = axioms.check("ordinal_efficiency", rule, setting=OBJECTS, problem=problem)
    assert verdict.violated is dominated(lists, matrix, places)
    if verdict.violated:
        assert verdict.witness.replay(rule)


def test_relief_at_ties_is_found():
    lists = [[(0, 1)], [0]]
    problem = OBJECTS.problem(lists, objects=[0, 1])
    rule = fixed(problem, [[1, 0], [0, 0]])
    assert axioms.check("ordinal_efficiency", rule, setting=OBJECTS, problem=problem).violated


class TestOrdinalEfficiency(AxiomConformance):
    axiom = "ordinal_efficiency"
    violator = allocation.deferred_acceptance
    satisfier = PS
    scope = {"agents": 3, "objects": 2, "priorities": [[0, 1, 2], [1, 2, 0]]}


class TestSdEnvyFreeness(AxiomConformance):
    axiom = "sd_envy_freeness"
    violator = RSD
    satisfier = PS
    scope = THREE


class TestWeakSdEnvyFreeness(AxiomConformance):
    axiom = "weak_sd_envy_freeness"
    violator = allocation.serial_dictatorship
    satisfier = RSD
    scope = {"agents": 2, "objects": 2}


# ------------------------------------------------------------------------- decompositions


@pytest.mark.parametrize("seed", range(60))
def test_lotteries_add_up_to_their_chances(seed):
    rng = random.Random(seed)
    n, m = rng.randint(1, 6), rng.randint(1, 5)
    lists = [rng.sample(range(m), rng.randint(0, m)) for _ in range(n)]
    places = [rng.randint(0, 2) for _ in range(m)]
    found = PS(lists, objects=range(m), capacities=places)
    lottery = allocation.as_lottery(found)
    sums = [[F(0)] * m for _ in range(n)]
    for p, one in lottery:
        assert OBJECTS.feasible(found.problem, one)
        for i, j in one.choice.items():
            if j is not None:
                sums[i][j] += p
    assert tuple(map(tuple, sums)) == rows(found)
    assert len(lottery) <= (n + sum(places)) ** 2


def test_decompositions_refuse_what_is_none():
    for bad in ([[F(2)]], [[F(-1)]], [[F(1)], [F(1)]]):
        with pytest.raises(InvalidInputError):
            birkhoff(bad)
    assert birkhoff([]) == [(1, ())]
    with pytest.raises(InvalidInputError, match="exact random assignment"):
        allocation.as_lottery(allocation.boston([[0]]))


def test_random_assignments_are_checked():
    with pytest.raises(InvalidInputError, match="at most 1"):
        RandomAssignment(("a",), ("x", "y"), ((F(2, 3), F(2, 3)),))
    with pytest.raises(InvalidInputError, match="row for each"):
        RandomAssignment(("a",), ("x",), ())
    with pytest.raises(InvalidInputError, match="number for each"):
        RandomAssignment(("a",), ("x",), ((),))
    one = RandomAssignment(("a",), ("x",), ((F(1, 2),),))
    assert decode(encode(one)) == one
    assert (one.nothing("a"), one.exact) == (F(1, 2), True)
    with pytest.raises(InvalidInputError, match="agent"):
        one.row("b")


def test_sampled_orders_are_not_called_exact():
    found = RSD(P4, samples=2000, rng=1)
    assert not found.provenance.exact
    assert found.provenance.seed == 1
    exact = rows(RSD(P4))
    pairs = zip(rows(found), exact, strict=True)
    assert all(abs(a - float(b)) < 0.06 for x, y in pairs for a, b in zip(x, y, strict=True))
    with pytest.raises(LimitReachedError, match="9 agents"):
        RSD([[0]] * 9, form="lottery")


def test_ties_are_refused_and_orders_checked():
    for rule in (RSD, allocation.serial_dictatorship):
        with pytest.raises(InvalidInputError, match="ties"):
            rule([[(0, 1)]])
    with pytest.raises(InvalidInputError, match="every agent once"):
        allocation.serial_dictatorship([[0], [0]], order=(0, 0))


# ------------------------------------------------------------------------- by ranks


def votes(problem, one, other):
    """How many more agents prefer the first matching."""
    return sum(
        (OBJECTS.gain(problem, a, own, other, one) > 0)
        - (OBJECTS.gain(problem, a, own, one, other) > 0)
        for a, own in zip(problem.agents, problem.types, strict=True)
    )


@pytest.mark.parametrize("seed", range(80))
def test_popular_matchings_win_every_vote(seed):
    rng = random.Random(seed)
    n, m = rng.randint(1, 4), rng.randint(1, 4)
    lists = [rng.sample(range(m), rng.randint(0, m)) for _ in range(n)]
    problem = OBJECTS.problem(
        lists, objects=range(m), capacities=[rng.randint(0, 1) for _ in range(m)]
    )
    every = list(OBJECTS.outcomes(problem))
    popular = [one for one in every if all(votes(problem, one, other) >= 0 for other in every)]
    found = allocation.popular_matching(problem)
    assert (found is None) is (not popular)
    assert found is None or found in popular


def test_popular_matchings_are_of_single_places():
    problem = OBJECTS.problem([[0], [0]], objects=[0], capacities=2)
    with pytest.raises(InvalidInputError, match="capacities"):
        allocation.popular_matching(problem)


def test_popular_oracles():
    problem = OBJECTS.problem([[0, 1, 2], [0, 1], [1, 2, 0], [2, 0]])
    assert tuple(allocation.popular_matching(problem).choice.values()) in {
        (0, None, 1, 2),
        (None, 0, 1, 2),
    }
    assert allocation.popular_matching(OBJECTS.problem([[0, 1, 2]] * 3)) is None


@pytest.mark.parametrize("seed", range(60))
def test_rules_of_houses_are_their_definitions(seed):
    rng = random.Random(seed)
    n, m = rng.randint(1, 5), rng.randint(1, 4)
    mine = {f"a{k}": rng.sample([f"o{j}" for j in range(m)], rng.randint(0, m)) for k in range(n)}
    places = {f"o{j}": rng.randint(0, 2) for j in range(m)}
    problem = OBJECTS.problem(mine, objects=list(places), capacities=places)
    order = tuple(rng.sample(list(mine), n))
    found = allocation.serial_dictatorship(order=order).solve(problem).choice
    assert found == definitions.serial_dictatorship(mine, places, order)
    for rule in ("random_serial_dictatorship", "probabilistic_serial"):
        choice = getattr(allocation, rule).solve(problem).choice
        expected = getattr(definitions, rule)(mine, places)
        assert {(a, b): choice.row(a)[b] for a in mine for b in places} == expected
    best = allocation.rank_maximal.solve(problem)
    assert best.details["signature"] == definitions.rank_maximal(mine, places)


@pytest.mark.parametrize("seed", range(4))
def test_rank_efficiency_has_a_reason_either_way(seed):
    rng = random.Random(seed)
    answers = set()
    for _ in range(8):
        n, m = rng.randint(1, 4), rng.randint(1, 4)
        lists = [rng.sample(range(m), rng.randint(0, m)) for _ in range(n)]
        problem = OBJECTS.problem(lists, objects=range(m))
        for rule in (PS, RSD):
            outcome = rule.solve(problem)
            found = allocation.rank_efficiency(outcome)

            def counts(choice, lists=lists, m=m):
                got = [0] * m
                for own, row in zip(lists, choice.rows, strict=True):
                    for k, j in enumerate(own):
                        got[k] += row[j]
                return [sum(got[: k + 1]) for k in range(m)]

            answers.add(found.values is None)
            if found.better is not None:
                pairs = list(zip(counts(outcome.choice), counts(found.better), strict=True))
                assert all(a <= b for a, b in pairs)
                assert any(a < b for a, b in pairs)
                assert OBJECTS.feasible(problem, outcome.__class__(found.better, problem=problem))
                continue
            values = [*found.values, 0]
            assert all(a > b for a, b in itertools.pairwise(values))
            # No assignment is worth more by these values.
            table = [[values[own.index(j)] if j in own else 0 for j in range(m)] for own in lists]
            mine = sum(
                p * x
                for row, worth in zip(outcome.choice.rows, table, strict=True)
                for p, x in zip(row, worth, strict=True)
            )
            assert allocation.best_assignment(table).value == mine
    assert False in answers


# ------------------------------------------------------------------------- eating with ties


def tied(rng, items):
    listed = rng.sample(items, rng.randint(0, len(items)))
    classes = []
    while listed:
        k = rng.randint(1, min(3, len(listed)))
        classes.append(tuple(listed[:k]))
        listed = listed[k:]
    return classes


@pytest.mark.parametrize("seed", range(60))
def test_eating_with_ties_is_the_definition_by_all_groups(seed):
    rng = random.Random(seed)
    n, m = rng.randint(1, 4), rng.randint(1, 4)
    lists = {a: tied(rng, list(range(m))) for a in range(n)}
    places = {b: rng.choice([0, 1, 1, 2]) for b in range(m)}
    problem = OBJECTS.problem(lists, objects=range(m), capacities=places)
    found = allocation.probabilistic_serial.solve(problem)
    assert OBJECTS.feasible(problem, found)
    expected = definitions.serial_by_classes(lists, places)
    for a, own in lists.items():
        row = found.choice.row(a)
        for k, group in enumerate(own):
            assert sum(row[b] for b in group) == expected[a, k]
    for name in ("ordinal_efficiency", "sd_envy_freeness"):
        assert not axioms.check(name, allocation.probabilistic_serial, problem=problem).violated


@pytest.mark.parametrize("seed", range(30))
def test_the_flow_agrees_with_events_on_strict_lists(seed):
    rng = random.Random(seed)
    n, m = rng.randint(1, 7), rng.randint(1, 6)
    lists = [rng.sample(range(m), rng.randint(0, m)) for _ in range(n)]
    places = [rng.randint(0, 2) for _ in range(m)]
    assert eaten_with_ties([[[b] for b in own] for own in lists], places) == eaten(lists, places)
