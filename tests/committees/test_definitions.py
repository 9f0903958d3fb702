"""Every rule against its definition, on random elections; oracles of the literature."""

import random
from fractions import Fraction

import pytest

from mechdesign import committees
from mechdesign.committees import definitions
from mechdesign.committees.optimal_committees import best_committees
from mechdesign.errors import InvalidInputError, LimitReachedError

RULES = [
    "approval",
    "satisfaction_approval",
    "pav",
    "slav",
    "chamberlin_courant",
    "minimax_approval",
    "sequential_pav",
    "sequential_slav",
    "sequential_chamberlin_courant",
    "sequential_phragmen",
    "leximax_phragmen",
    "maximin_support",
    "reverse_sequential_pav",
    "lexminimax_approval",
]


def random_election(seed):
    rng = random.Random(seed)
    m = rng.randint(2, 6)
    names = "abcdef"[:m]
    ballots = {}
    for _ in range(rng.randint(1, 6)):
        own = tuple(c for c in names if rng.random() < 0.45)
        weight = Fraction(rng.randint(1, 6), rng.choice([1, 1, 2]))
        ballots[own] = ballots.get(own, 0) + weight
    seats = rng.randint(1, m)
    problem = committees.approvals().problem(ballots, seats=seats, candidates=tuple(names))
    listed = [(frozenset(own), Fraction(n)) for own, n in ballots.items()]
    return problem, listed, names, seats


def tied(rule, problem, **options):
    mechanism = getattr(committees, rule)
    mechanism = mechanism(**options) if options else mechanism
    return {one.choice for one in mechanism.winners(problem)}


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("rule", RULES)
def test_rules_are_their_definitions(rule, seed):
    problem, listed, names, seats = random_election(seed)
    expected = getattr(definitions, rule)(listed, names, seats)
    assert tied(rule, problem) == expected
    chosen = getattr(committees, rule).solve(problem).choice
    assert chosen in expected


@pytest.mark.parametrize("seed", range(60))
def test_equal_shares_is_its_definition(seed):
    problem, listed, names, seats = random_election(seed)
    expected = definitions.equal_shares(listed, names, seats)
    assert tied("equal_shares", problem, completion="none") == expected
    bought = committees.equal_shares.solve(problem)
    assert len(bought.choice) == seats
    assert frozenset(bought.details["bought"]) in expected
    for completion in ("phragmen", "approval"):
        filled = tied("equal_shares", problem, completion=completion)
        assert all(len(one) == seats for one in filled)
        assert all(any(part <= one for part in expected) for one in filled)


@pytest.mark.parametrize("rule", ["monroe", "greedy_monroe"])
@pytest.mark.parametrize("seed", range(40))
def test_monroe_is_its_definition(seed, rule):
    problem, listed, names, seats = random_election(seed)
    whole = [(own, int(2 * n) % 3) for own, n in listed]
    if not sum(n for _, n in whole):
        whole[0] = (whole[0][0], 2)
    counts = {tuple(sorted(own)): n for own, n in whole}
    problem = committees.approvals().problem(counts, seats=seats, candidates=tuple(names))
    define = getattr(definitions, rule)
    expected = define([(own, Fraction(n)) for own, n in whole], names, seats)
    assert tied(rule, problem) == expected
    assert getattr(committees, rule).solve(problem).choice in expected


def test_members_of_monroe_stand_for_whole_voters():
    problem = committees.approvals().problem({"a": Fraction(1, 2), "b": 1}, seats=1)
    for rule in (committees.monroe, committees.greedy_monroe):
        with pytest.raises(InvalidInputError, match="whole numbers"):
            rule.solve(problem)


@pytest.mark.parametrize("seed", range(60))
def test_shares_that_grow_unit_by_unit(seed):
    """By definition: the most units with which no more are bought than seats, then approvals."""
    problem, listed, names, seats = random_election(seed)
    rule = committees.equal_shares(completion="add1")
    found = rule.solve(problem)
    assert len(found.choice) == seats
    assert found.choice in tied("equal_shares", problem, completion="add1")
    plain = committees.equal_shares(completion="none").solve(problem).choice
    if len(plain) == seats:
        assert found.choice == plain
        return
    # With more money than needed for all of them everybody with a voter is bought.
    ways = {}
    for units in range(seats, seats + 60):
        richer = [(own, n) for own, n in listed]
        ways[units] = bought_with(richer, names, units)
        if max(map(len, ways[units])) > seats:
            break
    last = max(u for u, one in ways.items() if min(map(len, one)) <= seats)
    assert any(part <= found.choice for u in (last, last - 1) for part in ways.get(u, ()))


def bought_with(ballots, names, units):
    """Whom voters buy with so many units together, over all ties."""
    total = sum(n for _, n in ballots)
    done, states = set(), {(frozenset(), (Fraction(units) / total,) * len(ballots))}
    while states:
        w, money = states.pop()
        prices = {}
        for c in names:
            group = sorted((money[k], n) for k, (own, n) in enumerate(ballots) if c in own and n)
            if c in w or sum(m * n for m, n in group) < 1:
                continue
            for poor in range(len(group)):
                rest = 1 - sum(m * n for m, n in group[:poor])
                price = rest / sum(n for _, n in group[poor:])
                if price <= group[poor][0]:
                    prices[c] = price
                    break
        for c, price in prices.items():
            if price == min(prices.values()):
                left = zip(money, ballots, strict=True)
                paid = tuple(m - min(m, price) if c in own else m for m, (own, _) in left)
                states.add((w | {c}, paid))
        if not prices:
            done.add(w)
    return done


def test_more_money_buys_what_phragmen_would_not():
    votes = {"a, b, c": 6, "d": 5}
    problem = committees.approvals().problem(votes, seats=2)
    assert committees.equal_shares(completion="none").solve(problem).choice == {"a"}
    # With three units the second group can pay for d as well.
    assert committees.equal_shares(completion="add1").solve(problem).choice == {"a", "d"}


def test_a_search_that_ends_says_what_it_knows():
    rng = random.Random(3)
    ballots = [tuple(c for c in range(30) if rng.random() < 0.25) for _ in range(150)]
    problem = committees.approvals().problem(ballots, seats=9, candidates=range(30))
    with pytest.raises(LimitReachedError, match=r"one scores .*, none more than"):
        committees.leximax_phragmen(time_limit=0).solve(problem)


def test_loads_are_those_of_a_linear_program():
    """The largest load of a committee is the optimum of a program over all ways to share."""
    from scipy.optimize import linprog

    for seed in range(30):
        _, listed, names, seats = random_election(seed)
        known = {c for c in names if any(c in own for own, _ in listed)}
        chosen = sorted(known)[:seats]
        if not chosen:
            continue
        pairs = [(k, c) for k, (own, _) in enumerate(listed) for c in chosen if c in own]
        shared = [[float(c == d) for _, d in pairs] + [0.0] for c in chosen]
        borne = [[float(j == k) for j, _ in pairs] + [-float(n)] for k, (_, n) in enumerate(listed)]
        costs = [0.0] * len(pairs) + [1.0]
        best = linprog(
            costs, A_ub=borne, b_ub=[0] * len(listed), A_eq=shared, b_eq=[1] * len(chosen)
        )
        largest = definitions.loads(listed, frozenset(chosen))[0][0]
        assert best.fun == pytest.approx(float(largest))


def test_committees_of_many_are_not_tried():
    problem = committees.approvals().problem([range(20)], seats=17)
    with pytest.raises(LimitReachedError, match="16"):
        committees.maximin_support.solve(problem)


def sets(text):
    return {frozenset(word) for word in text.split()}


ELECTION = {"a, b": 3, "c": 2, "d": 1}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("approval", "ab"),
        ("satisfaction_approval", "ac bc"),
        ("pav", "ac bc"),
        ("slav", "ac bc"),
        ("chamberlin_courant", "ac bc"),
        ("sequential_pav", "ac bc"),
        ("sequential_phragmen", "ac bc"),
        ("minimax_approval", "ab ac ad bc bd"),
        ("monroe", "ac bc"),
        ("leximax_phragmen", "ac bc"),
        ("maximin_support", "ac bc"),
    ],
)
def test_three_parties(rule, expected):
    problem = committees.approvals().problem(ELECTION, seats=2)
    assert tied(rule, problem) == sets(expected)


def test_three_parties_by_equal_shares():
    problem = committees.approvals().problem(ELECTION, seats=2)
    assert tied("equal_shares", problem, completion="none") == sets("a b")


def test_nobody_can_pay():
    problem = committees.approvals().problem({"a, b": 5, "c": 4, "d": 3}, seats=2)
    assert tied("approval", problem) == sets("ab")
    assert tied("satisfaction_approval", problem) == sets("cd")
    assert committees.satisfaction_approval.solve(problem).details["score"] == 7
    assert tied("pav", problem) == sets("ac bc")
    assert tied("sequential_phragmen", problem) == sets("ac bc")
    assert tied("equal_shares", problem, completion="none") == {frozenset()}
    assert tied("equal_shares", problem) == sets("ac bc")


def test_four_seats_for_three_parties():
    problem = committees.approvals().problem({"a, b, c, d": 6, "e, f": 3, "g": 2}, seats=4)
    found = committees.approval.solve(problem)
    assert (set(found.choice), found.details["score"]) == (set("abcd"), 24)
    best = committees.pav.solve(problem)
    assert best.details["score"] == 14
    assert len(tied("pav", problem)) == 20
    assert committees.chamberlin_courant.solve(problem).details["score"] == 11
    for rule in ("monroe", "leximax_phragmen"):
        shapes = {tuple(len(w & set(p)) for p in ("abcd", "ef", "g")) for w in tied(rule, problem)}
        assert shapes == {(2, 1, 1)}, rule
    bought = tied("equal_shares", problem, completion="none")
    assert {len(one & set("abcd")) for one in bought} == {2}
    assert {len(one & set("ef")) for one in bought} == {1}
    assert all("g" not in one for one in bought)


@pytest.mark.parametrize("rule", ["pav", "slav"])
def test_party_lists_get_what_divisors_give(rule):
    """PAV is the method of D'Hondt on party lists, SLAV that of Sainte-Lague."""
    rng = random.Random(rule)
    for _ in range(10):
        votes = [rng.randint(1, 30) for _ in range(3)]
        seats = 4
        parties = {f"{p}0, {p}1, {p}2, {p}3": n for p, n in zip("xyz", votes, strict=True)}
        problem = committees.approvals().problem(parties, seats=seats)
        found = {tuple(sum(c[0] == p for c in one) for p in "xyz") for one in tied(rule, problem)}
        step = 1 if rule == "pav" else 2
        quotients = sorted(
            (Fraction(n, step * s + 1), p)
            for p, n in zip("xyz", votes, strict=True)
            for s in range(seats)
        )
        level = quotients[-seats][0]
        sure = tuple(sum(q > level and p == own for q, p in quotients) for own in "xyz")
        assert all(all(a <= b for a, b in zip(sure, one, strict=True)) for one in found)
        assert all(sum(one) == seats for one in found)
        if quotients[-seats - 1][0] < level:
            assert found == {
                tuple(sum(q >= level and p == own for q, p in quotients) for own in "xyz")
            }


def test_large_elections_are_proved():
    rng = random.Random(3)
    ballots = [[c for c in range(30) if rng.random() < 0.2] for _ in range(120)]
    problem = committees.approvals().problem(ballots, seats=5, candidates=range(30))
    found = committees.pav.solve(problem)
    greedy = committees.sequential_pav.solve(problem).choice
    weights = [Fraction(1, j + 1) for j in range(5)]
    listed = [(frozenset(b), Fraction(1)) for b in ballots]
    assert found.details["score"] == definitions.thiele(listed, weights, found.choice)
    assert found.details["score"] >= definitions.thiele(listed, weights, greedy)
    with pytest.raises(LimitReachedError, match="time_limit"):
        committees.pav(time_limit=1e-9).solve(problem)


def test_weights_need_no_unit():
    for unit in (Fraction(1, 10**9), 10**9):
        scaled = {own: n * unit for own, n in ELECTION.items()}
        problem = committees.approvals().problem(scaled, seats=2)
        for rule in RULES:
            plain = committees.approvals().problem(ELECTION, seats=2)
            assert tied(rule, problem) == tied(rule, plain), rule


def test_a_search_may_stop_at_the_first():
    from mechdesign.committees.optimal_committees import Thiele
    from mechdesign.committees.settings import electorate

    problem = committees.approvals().problem(ELECTION, seats=2)
    score = Thiele(electorate(problem), [Fraction(1), Fraction(1, 2)])
    assert best_committees(score, most=1)[1] == best_committees(score)[1][:1] == [(0, 2)]


@pytest.mark.parametrize(
    ("data", "options", "told"),
    [
        ([], {}, "at least one ballot"),
        (["a, a"], {}, "every candidate once"),
        (["a, b"], {"candidates": ["a"]}, r"data\[0\]"),
        (["a"], {"seats": 2}, "seats"),
        (["a"], {"seats": 0}, "seats"),
        (["a"], {"weights": [1, 2]}, "length 1"),
        ([5], {}, "hold candidates"),
        (7, {}, "approval ballots"),
        ({"a": -1}, {}, "data"),
        ({"a": 0}, {}, "not all be zero"),
        (["a", "b"], {"candidates": ["a", "b", "a"]}, "distinct"),
    ],
)
def test_bad_ballots_are_refused(data, options, told):
    with pytest.raises(InvalidInputError, match=told):
        committees.approvals().problem(data, **options)
