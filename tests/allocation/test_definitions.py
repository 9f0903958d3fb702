"""Every rule against its definition, on random small markets."""

import random

import pytest

from mechdesign import allocation
from mechdesign.allocation import definitions

RANKED = ("egalitarian_matching", "minimum_regret_matching", "sex_equal_matching")
DETAIL = {
    "egalitarian_matching": "sum",
    "minimum_regret_matching": "regret",
    "sex_equal_matching": "difference",
}


def random_market(seed, most=4, places=2):
    rng = random.Random(seed)
    n, m = rng.randint(1, most), rng.randint(1, most)
    mine = {f"p{a}": rng.sample([f"r{b}" for b in range(m)], rng.randint(0, m)) for a in range(n)}
    theirs = {f"r{b}": rng.sample(list(mine), rng.randint(0, n)) for b in range(m)}
    numbers = {b: rng.randint(0, places) for b in theirs}
    return mine, theirs, numbers


def two_sided(mine, theirs, numbers):
    return allocation.two_sided().problem(mine, receivers=theirs, capacities=numbers)


def places(mine, theirs, numbers):
    return allocation.school_choice().problem(mine, priorities=theirs, capacities=numbers)


@pytest.mark.parametrize("seed", range(150))
def test_stable_matchings_are_those_that_nothing_blocks(seed):
    market = random_market(seed)
    found = [dict(one.choice) for one in allocation.stable_matchings(two_sided(*market))]
    expected = definitions.stable_matchings(*market)
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


@pytest.mark.parametrize("seed", range(150))
def test_deferred_acceptance_is_its_definition(seed):
    mine = (market := random_market(seed))[0]
    got = allocation.deferred_acceptance.solve(two_sided(*market))
    assert got.choice == definitions.deferred_acceptance(*market)
    back = allocation.deferred_acceptance(proposing="receivers").solve(two_sided(*market))
    stable = definitions.stable_matchings(*market)
    worst = max(stable, key=lambda got: sum(definitions.rank(mine[a], got[a]) for a in mine))
    assert back.choice == worst
    assert got.details["unique"] is back.details["unique"] is (len(stable) == 1)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("rule", RANKED)
def test_best_stable_matchings_are_their_definitions(rule, seed):
    market = random_market(seed, most=5, places=1 if seed % 2 else 2)
    found = getattr(allocation, rule).solve(two_sided(*market))
    assert found.details[DETAIL[rule]] == getattr(definitions, rule)(*market)
    assert found.choice in definitions.stable_matchings(*market)


@pytest.mark.parametrize("seed", range(150))
def test_rules_for_places_are_their_definitions(seed):
    market = random_market(seed, most=5)
    problem = places(*market)
    assert allocation.boston.solve(problem).choice == definitions.boston(*market)
    trading = allocation.top_trading_cycles.solve(problem).choice
    assert trading == definitions.top_trading_cycles(*market)
    for e in (1, 2, 3):
        assert allocation.parallel(e=e).solve(problem).choice == definitions.parallel(*market, e)


@pytest.mark.parametrize("seed", range(150))
def test_consent_is_its_definition(seed):
    market = random_market(seed, most=5)
    problem = places(*market)
    rng = random.Random(seed)
    for consents in (set(market[0]), set(), {a for a in market[0] if rng.random() < 0.5}):
        rule = allocation.efficiency_adjusted(consent=tuple(sorted(consents)))
        expected = definitions.efficiency_adjusted(*market, consents)
        assert rule.solve(problem).choice == expected, consents


def larger(seed, n):
    rng = random.Random(seed)
    rows = [[rng.sample(range(n), n) for _ in range(n)] for _ in range(2)]
    return allocation.two_sided().problem(rows[0], receivers=rows[1])


@pytest.mark.parametrize("seed", range(5))
def test_closed_sets_are_stable_and_the_best_of_them_is_found(seed):
    problem = larger(seed, 16)
    every = list(allocation.stable_matchings(problem))
    ranks = [own.rank for own in problem.types]
    sums = []
    for one in every:
        pairs = list(one.choice.items())
        sums.append(
            (sum(1 + ranks[a][b] for a, b in pairs), sum(1 + ranks[16 + b][a] for a, b in pairs))
        )
    assert len(set(sums)) <= len(every) == len(set(every))
    assert allocation.egalitarian_matching.solve(problem).details["sum"] == min(map(sum, sums))
    found = allocation.sex_equal_matching.solve(problem).details["difference"]
    assert found == min(abs(a - b) for a, b in sums)


@pytest.mark.parametrize("seed", range(20))
def test_dictatorships_and_lotteries(seed):
    """Incomplete lists and places; :mod:`test_lotteries` tries more."""
    mine, theirs, numbers = random_market(seed)
    problem = allocation.objects().problem(mine, objects=list(theirs), capacities=numbers)
    found = allocation.serial_dictatorship.solve(problem).choice
    assert found == definitions.serial_dictatorship(mine, numbers, list(mine))
    for rule, expected in (
        (allocation.random_serial_dictatorship, definitions.random_serial_dictatorship),
        (allocation.probabilistic_serial, definitions.probabilistic_serial),
    ):
        choice = rule.solve(problem).choice
        chances = {(a, b): choice.row(a)[b] for a in mine for b in numbers}
        assert chances == expected(mine, numbers)
    signature = allocation.rank_maximal.solve(problem).details["signature"]
    assert signature == definitions.rank_maximal(mine, numbers)


@pytest.mark.parametrize("seed", range(10))
def test_divisions_of_goods(seed):
    """:mod:`test_goods` tries more."""
    rng = random.Random(seed)
    values = [[rng.randint(0, 5) for _ in range(4)] for _ in range(rng.randint(1, 3))]
    problem = allocation.goods().problem(values)
    best = tuple(allocation.max_nash_welfare.solve(problem).utilities.values())
    assert best in definitions.max_nash_welfare(values)
    least = tuple(allocation.leximin.solve(problem).utilities.values())
    assert least in definitions.leximin(values)
    found = allocation.round_robin.solve(problem).choice
    owners = definitions.round_robin(values, range(len(values)))
    assert found == {i: tuple(g for g in range(4) if owners[g] == i) for i in range(len(values))}
