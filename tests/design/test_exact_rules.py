"""Exact optimal rules: known optima, prices as slopes, the axioms as independent judges."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction as F

import pytest

from mechdesign import auctions, axioms, facility
from mechdesign.auctions import Discrete
from mechdesign.axioms import HOLDS
from mechdesign.design import optimal_rule, type_space
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError

HALF = F(1, 2)


def sale(agent, value, winner):
    return value * (winner == agent)


def auction(*spaces):
    names = ["ann", "bob", "cy"][: len(spaces)]
    return type_space(dict(zip(names, spaces, strict=True)), ("nobody", *names), sale)


@pytest.mark.parametrize("incentive", ["dominant", "bayesian"])
def test_myerson_with_ironing(incentive):
    # The middle value is ironed: its virtual value is below that of the lowest.
    first = {1: F(1, 2), 2: F(1, 10), 6: F(2, 5)}
    second = {1: HALF, 4: HALF}
    participation = "ex_post" if incentive == "dominant" else "interim"
    found = optimal_rule(
        auction(tuple(first), tuple(second)),
        objective="revenue",
        prior=[first, second],
        incentive=incentive,
        participation=participation,
    )
    sold = [Discrete(tuple(one), tuple(one.values())) for one in (first, second)]
    virtual = [dict(zip(one.values, one.ironed, strict=True)) for one in sold]
    expected = sum(
        first[a] * second[b] * max(0, virtual[0][a], virtual[1][b])
        for a, b in itertools.product(first, second)
    )
    assert found.certified
    assert found.value == expected


def test_second_price_with_a_reserve():
    # Even values 1..4 have virtual values 2v - 4: 1 never gets the item, 2 makes no difference.
    values = (1, 2, 3, 4)
    found = optimal_rule(auction(values, values), objective="revenue", participation="ex_post")
    assert found.value == F(sum(max(0, 2 * max(a, b) - 4) for a in values for b in values), 16)
    for (a, b), lottery in found.lotteries.items():
        assert ("nobody" in lottery) <= (max(a, b) < 3)
        assert (list(lottery) == ["nobody"]) >= (max(a, b) < 2)


@pytest.mark.parametrize("k", range(2, 8))
def test_efficient_trade_is_impossible_from_six_values_on(k):
    def gain(agent, worth, outcome):
        return 0 if outcome == "keep" else worth if agent == "buyer" else -worth

    def due(problem, outcome):
        seller, buyer = problem.types
        return seller == buyer or (outcome.choice == "trade") == (buyer > seller)

    domain = type_space({"seller": range(k), "buyer": range(k)}, ("keep", "trade"), gain)
    demands = {"incentive": "bayesian", "participation": "interim", "requirements": [due]}
    best = optimal_rule(domain, objective="revenue", **demands)
    assert best.certified
    assert (best.value < 0) == (k >= 6)
    if k < 6:
        balanced = optimal_rule(domain, budget="balanced", **demands)
        assert all(sum(row) == 0 for row in balanced.payments.values())
        for axiom in ("bayesian_incentive_compatibility", "interim_rationality"):
            rule = balanced.mechanism
            assert axioms.check(axiom, rule, agents=2, prior="uniform").status is HOLDS
    else:
        with pytest.raises(InfeasibleError):
            optimal_rule(domain, budget="expected", **demands)


@pytest.mark.parametrize(("n", "grid"), [(2, 2), (3, 3)])
def test_strategyproof_and_fair_is_the_uniform_phantom(n, grid):
    domain = facility.line(0, 1).domain(n, grid=grid)
    places = [F(k, grid) for k in range(grid + 1)]
    for sign in (1, -1):
        found = optimal_rule(
            domain,
            objective=lambda problem, outcome, sign=sign: sign * outcome.choice,
            requirements=["unanimous_fair_share", "anonymity"],
            outcomes=places,
        )
        assert found.certified
        for types, lottery in found.lotteries.items():
            assert list(lottery) == [facility.uniform_phantom(list(types)).choice]


def test_prices_are_slopes():
    # A single buyer of even values 1 and 2 may be left with less than nothing by e: revenue
    # grows by the price of participation times e.
    def shifted(e):
        domain = auction((1, 2))
        least = {"reserve": (-e,)}
        base = replace(domain.base, **least)
        return optimal_rule(
            replace(domain, base=base), objective="revenue", participation="ex_post"
        )

    before, after = shifted(0), shifted(F(1, 100))
    assert after.value - before.value == before.price("participation") * F(1, 100)
    assert before.price("participation") == 1
    assert before.price("budget") == 0
    with pytest.raises(InvalidInputError):
        before.price("love")


def by_scipy(spaces, priors, incentive, participation):
    """The largest revenue of two buyers of one item, written down row by row for another solver."""
    import numpy as np
    from scipy.optimize import linprog

    profiles = [(a, b) for a in spaces[0] for b in spaces[1]]
    # Of each profile: the chances that either wins, and what either pays.
    column = {
        (p, k, kind): 4 * n + 2 * kind + k
        for n, p in enumerate(profiles)
        for k in (0, 1)
        for kind in (0, 1)
    }
    chance = {p: float(priors[0][p[0]] * priors[1][p[1]]) for p in profiles}
    rows, right = [], []

    def demand(terms, bound):
        row = np.zeros(4 * len(profiles))
        for at, value in terms:
            row[at] += value
        rows.append(row)
        right.append(bound)

    def utility(k, own, p, factor):
        return [(column[p, k, 0], factor * own), (column[p, k, 1], -factor)]

    def moved(p, k, report):
        return (report, p[1]) if k == 0 else (p[0], report)

    for p in profiles:
        demand([(column[p, 0, 0], 1), (column[p, 1, 0], 1)], 1)
    for k in (0, 1):
        for own in spaces[k]:
            mine = [p for p in profiles if p[k] == own]
            groups = [[p] for p in mine] if incentive == "dominant" else [mine]
            for lie in spaces[k]:
                for group in groups:
                    terms = [t for p in group for t in utility(k, own, moved(p, k, lie), chance[p])]
                    terms += [t for p in group for t in utility(k, own, p, -chance[p])]
                    demand(terms, 0)
            for group in [[p] for p in mine] if participation == "ex_post" else [mine]:
                demand([t for p in group for t in utility(k, own, p, -chance[p])], 0)
    cost = np.zeros(4 * len(profiles))
    for p in profiles:
        for k in (0, 1):
            cost[column[p, k, 1]] = -chance[p]
    bounds = [((0, 1) if j % 4 < 2 else (None, None)) for j in range(len(cost))]
    return -linprog(cost, np.array(rows), right, bounds=bounds).fun


@pytest.mark.parametrize("seed", range(8))
def test_values_are_those_of_another_program(seed):
    draw = random.Random(seed)
    spaces = [tuple(sorted(draw.sample(range(1, 9), 3))) for _ in range(2)]
    weights = [[draw.randint(1, 5) for _ in range(3)] for _ in range(2)]
    priors = [
        {v: F(w, sum(row)) for v, w in zip(space, row, strict=True)}
        for space, row in zip(spaces, weights, strict=True)
    ]
    for incentive, participation in (("dominant", "ex_post"), ("bayesian", "interim")):
        options = {"objective": "revenue", "incentive": incentive, "participation": participation}
        found = optimal_rule(auction(*spaces), prior=priors, **options)
        other = by_scipy(spaces, priors, incentive, participation)
        assert float(found.value) == pytest.approx(other, abs=1e-7)
        rule, scope = found.mechanism, {"agents": 2}
        if incentive == "dominant":
            assert axioms.check("strategyproofness", rule, **scope).status is HOLDS
        told = axioms.check("bayesian_incentive_compatibility", rule, prior=priors, **scope)
        assert told.status is HOLDS
        assert axioms.check("interim_rationality", rule, prior=priors, **scope).status is HOLDS


@pytest.mark.parametrize("seed", range(6))
def test_prices_of_the_relaxation_bound_deterministic_rules(seed):
    draw = random.Random(seed)
    values = tuple(sorted(draw.sample(range(1, 9), 2)))
    domain = auction(values, (1, draw.randint(2, 6)))

    def least(e):
        base = replace(domain.base, reserve=(-e, -e))
        return optimal_rule(
            replace(domain, base=base),
            objective="revenue",
            participation="ex_post",
            deterministic=True,
        )

    found = least(0)
    assert found.prices == ()
    assert found.relaxation.relaxation is None
    assert found.value <= found.relaxation.value
    price = found.relaxation.price("participation")
    assert price > 0
    for e in (F(1, 10), 1, 3):
        assert least(e).value <= found.relaxation.value + e * price
    assert "with lotteries" in str(found)


def test_deterministic_rules():
    # Two lotteries beat every deterministic rule: agents without money, opposed cardinal tastes.
    tastes = {"ann": ((0, 3, 4), (0, 1, 4)), "bob": ((4, 3, 0), (4, 1, 0))}

    def worth(agent, own, outcome):
        return own["abc".index(outcome)]

    domain = type_space(tastes, "abc", worth)
    free = optimal_rule(domain, budget="none")
    plain = optimal_rule(domain, budget="none", deterministic=True)
    assert plain.value <= free.value
    assert all(len(lottery) == 1 for lottery in plain.lotteries.values())
    assert plain.prices == ()
    best = max(
        sum(
            sum(worth(a, t, chosen[k]) for a, t in zip(tastes, types, strict=True))
            for k, types in enumerate(itertools.product(*tastes.values()))
        )
        for chosen in itertools.product("abc", repeat=4)
        if honest(tastes, worth, chosen)
    )
    assert plain.value == F(best, 4)
    rule = plain.mechanism
    assert axioms.check("strategyproofness", rule, agents=2).status is HOLDS


def honest(tastes, worth, chosen):
    profiles = list(itertools.product(*tastes.values()))
    place = {types: k for k, types in enumerate(profiles)}
    for k, (name, space) in enumerate(tastes.items()):
        for types in profiles:
            for lie in space:
                other = (*types[:k], lie, *types[k + 1 :])
                told, lied = (worth(name, types[k], chosen[place[one]]) for one in (types, other))
                if lied > told:
                    return False
    return True


def test_settings_that_list_outcomes():
    domain = auctions.position().domain(2, grid=(1, 3), slots=(1,))
    found = optimal_rule(domain, objective="revenue", participation="ex_post")
    assert found.value == F(9, 4)
    assert (
        axioms.check("strategyproofness", found.mechanism, agents=2, grid=(1, 3), slots=(1,)).status
        is HOLDS
    )
    assert "incentive" in str(found)


@pytest.mark.parametrize(
    "wrong",
    [
        {"objective": "fame"},
        {"incentive": "maybe"},
        {"participation": "always"},
        {"budget": "large"},
        {"budget": "none", "objective": "revenue"},
        {"requirements": ["unanimous_fair_share"]},
        {"requirements": ["anonymity"]},
        {"requirements": ["participation_of_all"]},
        {"prior": {(1, 1): 1, (9, 9): 0.5}},
    ],
)
def test_bad_input(wrong):
    with pytest.raises(InvalidInputError):
        optimal_rule(auction((1, 2), (1, 2)), **wrong)


def test_more_bad_input():
    line = facility.line(0, 1)
    with pytest.raises(InvalidInputError, match="one problem"):
        optimal_rule(line.domain(2, grid=1), requirements=["strategyproofness"], outcomes=[0, 1])
    with pytest.raises(InvalidInputError, match="objective"):
        optimal_rule(line.domain(2, grid=1), outcomes=[0], objective="revenue")
    with pytest.raises(InvalidInputError, match="types"):
        type_space({}, "ab", sale)
    with pytest.raises(InvalidInputError, match="outcomes"):
        type_space({"ann": (1,)}, "aa", sale)
    with pytest.raises(LimitReachedError):
        optimal_rule(auction(*[tuple(range(60))] * 3))
    found = optimal_rule(auction((1, 2)), objective="revenue", participation="ex_post")
    with pytest.raises(InvalidInputError):
        found.mechanism([7])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("objective", {"objective": lambda problem, outcome: float("nan"), "budget": "none"}),
        ("objective", {"objective": lambda problem, outcome: None, "budget": "none"}),
        ("requirements", {"requirements": [lambda problem, outcome: "no"]}),
        ("requirements", {"requirements": lambda problem, outcome: True}),
        ("requirements", {"requirements": None}),
    ],
)
def test_functions_that_answer_nonsense_are_refused(name, words):
    with pytest.raises(InvalidInputError, match=name):
        optimal_rule(auction((1, 2)), **words)


@pytest.mark.parametrize(
    ("name", "objective"), [("welfare", "welfare"), ("utility", lambda p, o: 1)]
)
def test_worths_that_are_no_numbers_are_refused(name, objective):
    domain = type_space({"ann": (1, 2)}, "xy", lambda who, own, choice: float("nan"))
    with pytest.raises(InvalidInputError, match=name):
        optimal_rule(domain, budget="none", objective=objective)


def test_requirements_that_payments_break_are_refused():
    domain = auction((1, 2), (1, 2))
    wanted = {"requirements": ["pareto_efficiency"], "participation": "ex_post"}
    with pytest.raises(InvalidInputError, match="payments"):
        optimal_rule(domain, objective="revenue", **wanted)
    free = optimal_rule(domain, budget="none", **wanted)
    for problem in domain.problems():
        assert axioms.check("pareto_efficiency", free.mechanism, problem=problem).holds
