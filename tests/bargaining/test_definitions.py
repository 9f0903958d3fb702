"""Every solution and funding rule against its definition on small random problems."""

import math
import random
from fractions import Fraction

import pytest
from scipy.optimize import linprog

from mechdesign import bargaining
from mechdesign.bargaining import definitions


def problems(count, seed):
    draw = random.Random(seed)
    for _ in range(count):
        n, m = draw.randint(1, 4), draw.randint(1, 7)
        packages = {
            f"p{k}": tuple(Fraction(draw.randint(0, 6), 2) for _ in range(n)) for k in range(m)
        }
        # Some package is acceptable to everybody.
        d = tuple(min(packages["p0"][i], Fraction(draw.randint(0, 3), 2)) for i in range(n))
        yield packages, d


@pytest.mark.parametrize("name", ["nash", "egalitarian", "kalai_smorodinsky", "equal_loss"])
def test_solutions_choose_what_their_definitions_choose(name):
    rule = getattr(bargaining, name)
    for packages, d in problems(200, name):
        found = rule(bargaining.menu(packages, reserve=d))
        allowed = getattr(definitions, name)(packages, d)
        assert found.choice in allowed, (packages, d)


def test_the_utilitarian_solution_needs_no_reserve():
    for packages, _ in problems(200, "utilitarian"):
        assert bargaining.utilitarian(packages).choice in definitions.utilitarian(packages)


def elections(count, seed):
    draw = random.Random(seed)
    for _ in range(count):
        costs = {f"p{k}": Fraction(draw.randint(1, 5)) for k in range(draw.randint(1, 6))}
        votes = [[p for p in costs if draw.random() < 0.5] for _ in range(draw.randint(1, 6))]
        yield votes, costs, Fraction(draw.randint(1, 12))


@pytest.mark.parametrize("name", ["greedy", "sequential_phragmen", "equal_shares"])
def test_funding_rules_buy_what_their_definitions_buy(name):
    for votes, costs, budget in elections(200, name):
        found = getattr(bargaining, name)(votes, costs=costs, budget=budget)
        bought = getattr(definitions, name)(votes, costs, budget)
        assert set(found.choice) == set(bought), (votes, costs, budget)
        if "order" in found.details:
            assert list(found.details["order"]) == bought


@pytest.mark.parametrize(
    ("name", "measure"),
    [("max_utilitarian_welfare", sum), ("leximin_welfare", sorted)],
)
def test_welfare_is_that_of_the_definition(name, measure):
    for votes, costs, budget in elections(60, name):
        rule = getattr(bargaining, name)
        found = rule(votes, costs=costs, budget=budget, satisfaction="cost")
        reached = definitions.welfare(votes, found.choice, costs)
        assert measure(reached) == getattr(definitions, name)(votes, costs, budget)


def test_nash_welfare_is_that_of_the_definition():
    for votes, costs, budget in elections(60, "nash welfare"):
        found = bargaining.max_nash_welfare(votes, costs=costs, budget=budget, satisfaction="cost")
        reached = definitions.welfare(votes, found.choice, costs)
        assert math.prod(1 + u for u in reached) == definitions.max_nash_welfare(
            votes, costs, budget
        )


def most_expected(packages, d, agent):
    """The most that an agent can expect of lotteries that give everybody at least d."""
    rows = [[float(u[i]) for u in packages.values()] for i in range(len(d))]
    found = linprog(
        [-x for x in rows[agent]],
        A_ub=[[-x for x in row] for row in rows],
        b_ub=[-float(low) for low in d],
        A_eq=[[1.0] * len(packages)],
        b_eq=[1.0],
    )
    return -found.fun


def not_above(one, two):
    """Whether a number, or a list in lexicographic order, is not above another but for rounding."""
    pairs = zip(one, two, strict=True) if isinstance(one, list) else [(one, two)]
    apart = next((b - a for a, b in pairs if abs(a - b) > 1e-7), 0)
    return apart >= 0


@pytest.mark.parametrize(
    "name", ["utilitarian", "nash", "egalitarian", "kalai_smorodinsky", "equal_loss"]
)
def test_no_lottery_is_better_than_that_of_the_rule(name):
    for packages, d in problems(40, name):
        if len(packages) > 4:
            continue
        n = len(d)
        outcomes = bargaining.lottery_rule(bargaining.menu(packages, reserve=d), rule=name)
        chosen = {outcome.choice: p for p, outcome in outcomes}

        def expected(lottery, packages=packages, n=n):
            return [sum(p * packages[a][i] for a, p in lottery.items()) for i in range(n)]

        def fair(u, d=d):
            return name == "utilitarian" or all(x >= y - 1e-9 for x, y in zip(u, d, strict=True))

        ideal = [most_expected(packages, d, i) for i in range(n)]
        ideal = [low if abs(i - low) < 1e-9 else i for i, low in zip(ideal, d, strict=True)]
        assert fair(expected(chosen))
        value = definitions.lottery_rule(name, expected(chosen), d, ideal)
        for other in map(expected, definitions.lotteries(packages, 12)):
            if fair(other):
                assert not_above(definitions.lottery_rule(name, other, d, ideal), value)
