"""Published and hand-checked values of the mechanisms and the admissible intervals."""

import itertools
from fractions import Fraction as F

import pytest

from mechdesign import facility
from mechdesign.facility import admissible, fairness_witness

T = F(1, 10)
ALL = (0, 1)

# profile, uniform phantom, average, constrained median, (IFS, UFS, PF intervals)
CASES = [
    ((0, 0, 1), F(1, 3), F(1, 3), F(1, 3), ((F(1, 3), F(2, 3)), (F(1, 3),) * 2, (F(1, 3),) * 2)),
    (
        (T, 4 * T, 8 * T, 9 * T),
        F(1, 2),
        F(11, 20),
        F(2, 5),
        ((F(3, 20), F(17, 20)), (F(3, 20), F(17, 20)), (F(3, 10), F(17, 20))),
    ),
    (
        (2 * T, 3 * T, F(7, 20), 9 * T),
        F(7, 20),
        F(7, 16),
        F(3, 10),
        ((F(3, 20), F(19, 20)), (F(3, 20), F(19, 20)), (F(1, 5), F(3, 5))),
    ),
    ((F(3, 7),) * 5, F(3, 7), F(3, 7), F(3, 7), (ALL, (F(3, 7),) * 2, (F(3, 7),) * 2)),
    ((F(2, 5),), F(2, 5), F(2, 5), F(2, 5), ((F(2, 5),) * 2,) * 3),
    (
        (0, F(1, 3), F(1, 3), F(1, 2), 1, 1),
        F(1, 2),
        F(19, 36),
        F(1, 3),
        ((F(1, 6), F(5, 6)), (F(1, 3), F(5, 6)), (F(1, 3), F(5, 6))),
    ),
    (
        (T, F(1, 2), 7 * T, 8 * T),
        F(1, 2),
        F(21, 40),
        F(1, 2),
        ((F(1, 20), F(17, 20)), (F(1, 20), F(17, 20)), (F(1, 4), F(4, 5))),
    ),
    (
        (F(1, 4),) * 4 + (F(3, 4),),
        F(1, 4),
        F(7, 20),
        F(1, 4),
        (ALL, (F(1, 20), F(9, 20)), (F(1, 4), F(9, 20))),
    ),
]


@pytest.mark.parametrize(("profile", "up", "mean", "cm", "sets"), CASES)
def test_main_table(profile, up, mean, cm, sets):
    assert facility.uniform_phantom(profile).choice == up
    assert facility.average(profile).choice == mean
    assert facility.constrained_median(profile).choice == cm
    for axiom, interval in zip(("IFS", "UFS", "PF"), sets, strict=True):
        assert admissible(axiom, profile).intervals == (interval,)


@pytest.mark.parametrize(("profile", "up", "mean", "cm", "sets"), CASES)
def test_main_table_in_floats_and_on_another_segment(profile, up, mean, cm, sets):
    floats = [float(x) for x in profile]
    assert facility.uniform_phantom(floats).choice == pytest.approx(float(up))
    line = facility.line(-2, 8)
    moved = [10 * x - 2 for x in profile]
    assert facility.uniform_phantom(setting=line)(moved).choice == 10 * up - 2
    assert facility.constrained_median(setting=line)(moved).choice == 10 * cm - 2
    for axiom, (low, high) in zip(("IFS", "UFS", "PF"), sets, strict=True):
        found = admissible(axiom, moved, setting=line)
        assert found.intervals == ((10 * low - 2, 10 * high - 2),)


def test_nine_uniform_phantom_between_reports():
    x = (0, F(1, 20), T, T, 9 * T)
    assert facility.uniform_phantom(x).choice == F(1, 5)
    assert admissible("UFS", x).intervals == ((T, 7 * T),)
    assert admissible("PF", x).intervals == ((T, 3 * T),)
    assert fairness_witness("UFS", x, F(1, 3)) is None
    found = fairness_witness("PF", x, F(1, 3))
    assert found.group == (0, 1, 2, 3)
    assert (found.range, found.bound, found.distance) == (T, 3 * T, F(1, 3))
    assert found.excess == F(1, 30)


def test_ten_and_eleven_witnesses():
    assert F(1, 2) in admissible("IFS", (0, T))
    assert F(1, 2) in admissible("UFS", (0, T))
    found = fairness_witness("PF", (0, T), F(1, 2))
    assert (found.group, found.bound, found.excess) == ((0, 1), T, F(2, 5))
    x = (0, 0, F(5, 6))
    assert facility.midpoint(x).choice == F(5, 12)
    assert admissible("IFS", x).intervals == ((F(1, 6), F(2, 3)),)
    assert admissible("UFS", x).intervals == ((F(1, 6), F(1, 3)),)
    assert fairness_witness("UFS", x, F(5, 12)).group == (0, 1)


def test_twelve_phantoms_inside():
    f = facility.phantoms(locations=[F(1, 4), F(1, 4), F(3, 4), F(3, 4)])
    assert [f(x).choice for x in ((0, F(1, 2), 1), (1, 1, 1), (0, 0, 0))] == [
        F(1, 2),
        F(3, 4),
        F(1, 4),
    ]
    problem = facility.parameter_violation("individual_fair_share", f, 3)
    assert problem.types == (1, 0, 0)
    assert fairness_witness("IFS", problem, f.solve(problem).choice).distance == F(3, 4)


def test_thirteen_generalised_median():
    alpha = {(1,): F(1, 5), (2,): F(2, 5), (3,): T, (1, 2): F(1, 2), (1, 3): 3 * T, (2, 3): F(4, 5)}
    f = facility.generalized_median(capacity=alpha)
    expected = {
        (F(3, 5), F(1, 4), 9 * T): 3 * T,
        (F(1, 4), F(3, 5), 9 * T): F(3, 5),
        (9 * T, F(3, 5), F(1, 4)): F(1, 2),
        (1, 0, 1): 3 * T,
        (0, 7 * T, F(3, 4)): 7 * T,
    }
    for profile, place in expected.items():
        assert f(dict(zip((1, 2, 3), profile, strict=True))).choice == place


def test_thirteen_formulas_agree():
    """Both lattice formulas over all 2^n sets, against the walk over n + 1 sets."""
    alpha = {(0,): F(1, 5), (1,): F(2, 5), (2,): T, (0, 1): F(1, 2), (0, 2): 3 * T, (1, 2): F(4, 5)}
    f = facility.generalized_median(capacity=alpha)
    full = {frozenset(k): v for k, v in alpha.items()}
    full |= {frozenset(): 0, frozenset((0, 1, 2)): 1}
    for x in itertools.product([F(k, 7) for k in range(8)], repeat=3):
        upper = max(min([a, *(x[i] for i in s)]) for s, a in full.items())
        lower = min(max([full[frozenset({0, 1, 2}) - s], *(x[i] for i in s)]) for s in full)
        assert f(x).choice == upper == lower


def test_fourteen_constrained_median_of_four():
    f = facility.constrained_median
    assert f.phantoms(4) == (F(1, 4), F(1, 4), F(3, 4))
    assert f((0, 0, 1, 1)).choice == F(1, 4)
    assert f((0, T, F(1, 8), F(1, 5))).choice == F(1, 5)
    assert f((9 * T, 9 * T, 1, 1)).choice == 9 * T
    assert f((T, 3 * T, F(2, 5), 1)).choice == 3 * T


@pytest.mark.parametrize(("n", "gap"), [(2, F(1, 4)), (3, F(2, 9)), (5, F(6, 25))])
def test_twenty_two_distance_to_the_average(n, gap):
    points = [F(k, n) for k in range(n + 1)]
    profiles = itertools.combinations_with_replacement(points, n)
    up, mean = facility.uniform_phantom, facility.average
    assert max(abs(up(x).choice - mean(x).choice) for x in profiles) == gap


def test_twenty_eight_floats():
    f = facility.uniform_phantom
    assert f([0.29] * 29 + [0.0] * 71).choice == 0.29
    assert facility.average([0.1] * 3).choice == 0.1
    assert f([0.1, 0.4, 0.8, 0.9]).choice == 0.5


def test_uniform_phantom_is_the_largest_share_that_is_reached():
    f = facility.uniform_phantom
    for x in itertools.combinations_with_replacement([F(k, 6) for k in range(7)], 4):
        y = f(x).choice
        assert sum(v > y for v in x) <= 4 * y <= sum(v >= y for v in x)


def test_canonical_and_moulin_forms_agree():
    inner = [F(1, 6), F(1, 2), F(2, 3)]
    short = facility.phantoms(locations=inner, agents=4)
    long = facility.phantoms(locations=[0, *inner, 1])
    for x in itertools.combinations_with_replacement([F(k, 5) for k in range(6)], 4):
        seven = sorted([*x, *inner])
        assert short(x).choice == long(x).choice == seven[3]


def test_nash_is_proportionally_fair_and_right():
    f = facility.nash
    for x in itertools.combinations_with_replacement([F(k, 5) for k in range(6)], 3):
        y = f(x).choice
        fair = admissible("PF", x)
        assert fair.low - 1e-12 <= y <= fair.high + 1e-12

        def product(z, x=x):
            value = 1.0
            for place in x:
                value *= 1 - abs(float(z) - float(place))
            return value

        assert product(y) >= max(product(k / 200) for k in range(201)) - 1e-12


def test_welfare_optimal_fair_point():
    fair = facility.welfare_optimal(axiom="PF")
    assert fair([0, F(1, 4)]).choice == 0
    assert fair([0, F(3, 4)]).choice == F(1, 4)
