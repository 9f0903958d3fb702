"""Solutions over lotteries: the literature's convex problems, exactly."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import bargaining
from mechdesign.bargaining import lottery_rule, menu, modules, raiffa_path
from mechdesign.bargaining.solutions.lottery_polytope import mixtures
from mechdesign.errors import InvalidInputError
from mechdesign.model import Lottery

NAMES = {"N": "nash", "KS": "kalai_smorodinsky", "E": "egalitarian", "EL": "equal_loss"}


def gains(problem, name, **options):
    rule = lottery_rule(rule=NAMES.get(name, name), **options)
    return tuple(rule(problem).utilities.values())


def points(vectors, name, reserve=None, **options):
    return gains(menu(vectors, reserve=reserve), name, **options)


def fractions(*texts):
    return tuple(F(t) for t in texts)


def twelve(budget):
    return modules(
        {"base": 0},
        {"m1": 1, "m2": 2, "m3": 2},
        {"a": {"m1": 2, "m2": 5, "m3": 1}, "b": {"m1": 2, "m2": 1, "m3": 4}},
        budget=budget,
    )


@pytest.mark.parametrize(
    ("budget", "name", "expected"),
    [
        (2, "N", ("19/6", "19/8")),
        (2, "KS", ("95/31", "76/31")),
        (2, "E", ("19/7", "19/7")),
        (2, "EL", ("23/7", "16/7")),
        (3, "N", ("11/2", "33/8")),
        (3, "KS", ("77/15", "22/5")),
        (3, "E", ("33/7", "33/7")),
        (3, "EL", ("37/7", "30/7")),
    ],
)
def test_budgets(budget, name, expected):
    assert gains(twelve(budget), name) == fractions(*expected)
    floats = gains(twelve(budget), name, exact=False)
    assert np.allclose([float(x) for x in floats], [float(F(t)) for t in expected], atol=1e-6)


SQUARE = F(3, 4)
CASES = [
    ([(0, 1), (SQUARE, SQUARE), (1, 0)], None, dict.fromkeys(NAMES, ("3/4", "3/4"))),
    (
        [(0, 1), (SQUARE, SQUARE), (1, 0), (1, F(7, 10))],
        None,
        {"N": ("1", "7/10"), **dict.fromkeys(["KS", "E", "EL"], ("10/13", "10/13"))},
    ),
    (
        [(2, 0), (0, 1)],
        None,
        {
            "N": ("1", "1/2"),
            "KS": ("1", "1/2"),
            "raiffa": ("1", "1/2"),
            "E": ("2/3", "2/3"),
            "EL": ("4/3", "1/3"),
            "utilitarian": ("2", "0"),
        },
    ),
    (
        [(5, 3), (1, 5)],
        None,
        {"N": ("5", "3"), **dict.fromkeys(["KS", "E", "EL"], ("11/3", "11/3"))},
    ),
    (
        [(5, 3), (1, 5), (2, 5)],
        None,
        {"N": ("19/4", "19/6"), **dict.fromkeys(["KS", "E", "EL"], ("19/5", "19/5"))},
    ),
    (
        [(0, 10), (6, 8), (10, 0)],
        (2, 1),
        {
            "N": ("6", "8"),
            "KS": ("191/28", "89/14"),
            "E": ("7", "6"),
            "EL": ("121/18", "59/9"),
        },
    ),
    ([(1, 0, 1), (0, 1, 1)], None, dict.fromkeys(["KS", "E", "EL"], ("1/2", "1/2", "1"))),
    (
        [(10, 0, 0), (0, 10, 0), (0, 0, 1)],
        None,
        {
            **dict.fromkeys(["N", "KS"], ("10/3", "10/3", "1/3")),
            "E": ("5/6", "5/6", "5/6"),
            "EL": ("5", "5", "0"),
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=range(13, 13 + len(CASES)))
def test_published_lotteries(case):
    vectors, reserve, expected = case
    for name, wanted in expected.items():
        assert points(vectors, name, reserve) == fractions(*wanted), name


def test_probabilities_and_losses_below_the_reserve():
    lottery = lottery_rule(rule="egalitarian")(menu([(10, 0, 0), (0, 10, 0), (0, 0, 1)]))
    assert isinstance(lottery, Lottery)
    assert {o.choice: p for p, o in lottery} == {0: F(1, 12), 1: F(1, 12), 2: F(5, 6)}
    far = menu([(20, 0, -1), (0, 20, -1), (0, 0, 1)])
    free = lottery_rule(rule="equal_loss", rational=False)
    # The ideal of the spec is that of the acceptable lotteries: (10, 10, 1).
    assert tuple(lottery_rule(rule="equal_loss")(far).utilities.values()) == (5, 5, 0)
    assert tuple(free(far).utilities.values()) == fractions("25/3", "25/3", "-2/3")


RAIFFA = [
    ([(5, 3), (1, 5)], None, ["5/2 5/2", "15/4 27/8", "4 7/2"]),
    ([(5, 3), (1, 5), (2, 5)], None, ["5/2 5/2", "15/4 43/12", "63/16 89/24"]),
    ([(0, 10), (6, 8), (10, 0)], (2, 1), ["23/4 31/6", "79/12 53/8", "637/96 323/48"]),
    (
        [(0, 1), (SQUARE, SQUARE), (1, 0), (1, F(7, 10))],
        None,
        ["1/2 1/2", "3/4 27/40", "7/8 29/40", "43/48 117/160"],
    ),
]


@pytest.mark.parametrize(("vectors", "reserve", "steps"), RAIFFA)
def test_raiffa_steps(vectors, reserve, steps):
    problem = menu(vectors, reserve=reserve)
    inside = mixtures(problem).rational()
    base = reserve or (0, 0)
    path = [tuple(x + d for x, d in zip(p, base, strict=True)) for p in raiffa_path(inside)]
    assert path == [tuple(base), *(fractions(*s.split()) for s in steps)]
    assert points(vectors, "raiffa", reserve) == fractions(*steps[-1].split())


def test_raiffa_may_take_for_ever():
    vectors = [(0, 1), (SQUARE, SQUARE), (1, 0)]
    path = raiffa_path(mixtures(menu(vectors)).rational())
    assert path[1:5] == [(F(t),) * 2 for t in ("1/2", "2/3", "13/18", "20/27")]
    assert isinstance(path[-1][0], float)
    assert path[-1][0] == pytest.approx(0.75, abs=1e-8)
    assert points(vectors, "raiffa") == pytest.approx((0.75, 0.75), abs=1e-6)


@pytest.mark.parametrize(
    "vectors", [[(2, 0), (0, 1)], [(5, 3), (1, 5)], [(1, 0, 0), (0, 2, 0), (0, 0, 3)]]
)
def test_continuous_raiffa(vectors):
    found = points(vectors, "continuous_raiffa")
    front = mixtures(menu(vectors)).rational()
    path = raiffa_path(front, continuous=True)
    assert all(
        a <= b + 1e-9 for p, q in itertools.pairwise(path) for a, b in zip(p, q, strict=True)
    )
    n = len(vectors[0])
    ideal = [max(v[i] for v in vectors) for i in range(n)]
    assert all(float(u) >= a / n - 1e-6 for u, a in zip(found, ideal, strict=True))
    if vectors[0] == (2, 0):
        assert found == pytest.approx((1, 0.5), abs=1e-6)


def test_budget_before_and_after():
    problem = modules({"b": 0}, {"m1": 3, "m2": 3}, {1: {"m1": 6}, 2: {"m2": 6}}, budget=4)
    for name in ("N", "KS", "E"):
        assert gains(problem, name) == (3, 3)
        assert gains(problem, name, when="ex ante") == (4, 4)
    both = lottery_rule(rule="nash", when="ex ante")(problem)
    assert both.expect(lambda outcome: outcome.cost) == 4
    assert any(outcome.cost > 4 for _, outcome in both)
    assert lottery_rule(rule="nash", when="ex ante").name.endswith("when=ex ante)")


def test_conflicts_over_lotteries():
    problem = modules(
        {"base": 0},
        {"p": 4, "q": 4, "r": 3, "s": 5},
        {
            1: {"base": 1, "p": 3, "r": 1, "s": 2},
            2: {"base": 1, "q": 4, "r": 1, "s": 2},
            3: {"base": 1, "p": 1, "q": 1, "r": 1, "s": -1},
        },
        budget=8,
        conflicts=[{"p", "q"}],
        reserve=[1, 1, 1],
    )
    assert gains(problem, "KS") == fractions("39/11", "46/11", "25/11")
    assert gains(problem, "E") == fractions("26/7", "26/7", "3")
    assert gains(problem, "EL") == fractions("7/2", "9/2", "3/2")


def test_nothing_acceptable_and_nobody_gains():
    found = lottery_rule(rule="nash")(menu([(1, 4), (4, 1)], reserve=(3, 3)))
    assert found.choice == bargaining.NO_AGREEMENT
    assert points([(0, 0), (0, 0)], "N") == (0, 0)
    assert points([(0, 0), (0, 0)], "KS") == (0, 0)
    assert points([(0, 3), (0, 1)], "N") == (0, 3)


def test_irrational_nash_stays_a_float():
    # Three agents on one edge: the first-order condition is a quadratic equation.
    found = lottery_rule(rule="nash")(menu([(1, 2, 5), (3, 1, 1)]))
    assert not found.exact
    p = next(float(p) for p, o in found if o.choice == 0)
    slope = -2 / (3 - 2 * p) + 1 / (1 + p) + 4 / (1 + 4 * p)
    assert abs(slope) < 1e-6


vectors = st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=5)


@given(vectors)
def test_floats_agree_with_fractions(listed):
    problem = menu(listed)
    for rule in ("nash", "kalai_smorodinsky", "egalitarian", "equal_loss"):
        exact = lottery_rule(rule=rule)(problem).utilities
        floats = lottery_rule(rule=rule, exact=False)(problem).utilities
        assert np.allclose(
            [float(u) for u in exact.values()], [float(u) for u in floats.values()], atol=1e-4
        )


@given(vectors)
def test_lotteries_beat_packages(listed):
    problem = menu(listed)
    best = min(lottery_rule(rule="egalitarian")(problem).utilities.values())
    assert best >= min(bargaining.egalitarian(problem).utilities.values())
    nash = lottery_rule(rule="nash")(problem).utilities.values()
    ideal = [max(v[i] for v in listed) for i in range(3)]
    # Midpoint domination.
    assert all(float(u) >= a / 3 - 1e-7 for u, a in zip(nash, ideal, strict=True))


@pytest.mark.parametrize(
    "call",
    [
        lambda: lottery_rule(rule="fair"),
        lambda: lottery_rule(rule="nash", when="now"),
        lambda: mixtures(menu([(1, 2)]), "now"),
        lambda: mixtures(menu([(1.5, 2)]), exact=True),
    ],
)
def test_refused(call):
    with pytest.raises(InvalidInputError):
        call()
