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


@pytest.mark.parametrize("seed", range(40))
def test_monroe_is_its_definition(seed):
    problem, listed, names, seats = random_election(seed)
    whole = [(own, int(2 * n) % 3) for own, n in listed]
    if not sum(n for _, n in whole):
        whole[0] = (whole[0][0], 2)
    counts = {tuple(sorted(own)): n for own, n in whole}
    problem = committees.approvals().problem(counts, seats=seats, candidates=tuple(names))
    expected = definitions.monroe([(own, Fraction(n)) for own, n in whole], names, seats)
    assert tied("monroe", problem) == expected


def test_members_of_monroe_stand_for_whole_voters():
    problem = committees.approvals().problem({"a": Fraction(1, 2), "b": 1}, seats=1)
    with pytest.raises(InvalidInputError, match="whole numbers"):
        committees.monroe.solve(problem)


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
