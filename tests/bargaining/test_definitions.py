"""Every solution and funding rule against its definition on small random problems."""

import math
import random
from fractions import Fraction

import pytest

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
