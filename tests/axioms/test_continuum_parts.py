"""Bounds between coordinates and the proof kernel, against their definitions."""

import itertools
import math
import random
from fractions import Fraction as F
from types import SimpleNamespace

import pytest

from mechdesign.axioms.continuum.bounds import Bounds
from mechdesign.axioms.continuum.extremes import climb
from mechdesign.axioms.continuum.kernel import Broken, Kernel, exactly


def drawn(seed):
    """Bounds that a drawn point satisfies, their list, and the best bound of every difference."""
    rng = random.Random(seed)
    n = rng.randint(2, 4)
    x = [F(0), *(F(rng.randint(-4, 4), rng.choice((1, 2, 3))) for _ in range(n))]
    bounds, listed = Bounds(), []
    for _ in range(n):
        bounds.grow()
    best = {(i, i): (F(0), False) for i in range(n + 1)}
    for row in range(rng.randint(1, 8)):
        i, j = rng.sample(range(n + 1), 2)
        slack = F(rng.randint(0, 3), rng.choice((1, 2)))
        strict = slack > 0 and rng.random() < 0.5
        bound = x[i] - x[j] + slack
        bounds.add(i, j, bound, strict, row)
        listed.append((i, j, bound, strict))
        old = best.get((i, j))
        if old is None or (bound, not strict) < (old[0], not old[1]):
            best[i, j] = (bound, strict)
    for k, i, j in itertools.product(range(n + 1), repeat=3):
        if (i, k) in best and (k, j) in best:
            total = best[i, k][0] + best[k, j][0]
            strict = best[i, k][1] or best[k, j][1]
            old = best.get((i, j))
            if old is None or (total, not strict) < (old[0], not old[1]):
                best[i, j] = (total, strict)
    return n, x, bounds, listed, best


@pytest.mark.parametrize("seed", range(30))
def test_what_bounds_imply_is_what_their_sums_imply(seed):
    n, x, bounds, listed, best = drawn(seed)
    for i, j in itertools.permutations(range(n + 1), 2):
        values = {x[i] - x[j] + F(k, 2) for k in range(-6, 7)}
        values |= {best[i, j][0]} if (i, j) in best else set()
        values |= {-best[j, i][0]} if (j, i) in best else set()
        for bound in sorted(values):
            below, above = best.get((i, j)), best.get((j, i))
            expected = None
            if below and (below[0] < bound or (below[0] == bound and below[1])):
                expected = True
            elif above and above[0] <= -bound:
                expected = False
            told = bounds.answer(i, j, bound)
            assert (None if told is None else told[0]) == expected
            if told is None:
                continue
            # The rows named add up to what is said.
            total, strictly, ends = F(0), False, [0] * (n + 1)
            for row in told[1]:
                a, b, c, strict = listed[row]
                total, strictly = total + c, strictly or strict
                ends[a] += 1
                ends[b] -= 1
            head, tail = (i, j) if expected else (j, i)
            assert [ends[head], ends[tail]] == [1, -1]
            assert sum(map(abs, ends)) == 2
            side = bound if expected else -bound
            assert total < side or (total == side and (strictly or not expected))


def inside(listed, places):
    return all(
        places[i] - places[j] < c or (places[i] - places[j] == c and not strict)
        for i, j, c, strict in listed
    )


@pytest.mark.parametrize("seed", range(30))
def test_points_and_intervals_of_bounds(seed):
    n, x, bounds, listed, best = drawn(seed)
    point = bounds.point()
    assert inside(listed, [F(0), *(point[k] for k in range(n))])
    for k in range(n):
        fixed = {j: x[j + 1] for j in range(n) if j < k}
        low, high, left, right = bounds.interval(k, fixed)
        for value in (x[k + 1] + F(d, 2) for d in range(-8, 9)):
            allowed = True
            for j, other in ((-1, F(0)), *fixed.items()):
                for pair, gap in (
                    ((k + 1, j + 1), value - other),
                    ((j + 1, k + 1), other - value),
                ):
                    if pair in best:
                        bound, strict = best[pair]
                        allowed = allowed and (gap < bound or (gap == bound and not strict))
            above = value > low or (value == low and not left)
            below = value < high or (value == high and not right)
            assert allowed == (above and below)
    snapshot = bounds.copy()
    before = [line[:] for line in bounds.matrix]
    snapshot.grow()
    snapshot.add(1, 0, x[1] - 0, False, 99)
    assert bounds.matrix == before


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_value_of_a_form_by_its_coordinates(seed):
    n, _, bounds, listed, best = drawn(seed)
    rng = random.Random(seed)
    form = (F(rng.randint(-3, 3)), *((k, F(rng.choice((-2, -1, 1, 3)), 2)) for k in range(n)))
    pairs = [((k + 1, 0) if v > 0 else (0, k + 1), abs(v)) for k, v in form[1:]]
    told = bounds.largest(form)
    if not all(pair in best for pair, _ in pairs):
        assert told is None
        return
    total = form[0] + sum(v * best[pair][0] for pair, v in pairs)
    assert told[:2] == (total, not any(best[pair][1] for pair, _ in pairs))
    assert form[0] + sum(many * listed[row][2] for row, many in told[2].items()) == total


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ((3, (0, 1)), (1, 0, -3)),
        ((3, (0, -1)), (0, 1, -3)),
        ((3, (1, 1)), (2, 0, -3)),
        ((2, (0, 1), (1, -1)), (1, 2, -2)),
        ((2, (0, -1), (1, 1)), (2, 1, -2)),
        ((2, (0, 1), (1, 1)), None),
        ((2, (0, 1), (1, -1), (2, 1)), None),
        ((2,), None),
    ],
)
def test_which_forms_are_differences(form, told):
    assert Bounds.difference(form) == told


# ------------------------------------------------------------------------- extremes


@pytest.mark.parametrize("reason", ["", "tired"])
def test_a_climb_ends_where_nothing_exceeds(reason):
    heights = [F(1), F(5, 2), F(7, 3), F(3)]

    def explore(least):
        peaks = [h for h in heights if h > least][:2]
        return SimpleNamespace(violations=bool(peaks), peaks=peaks, reason=reason, proofs=[least])

    top = climb(F(0), lambda least: least, lambda peak: peak, explore)
    assert (top.value, top.peak, top.reason) == (3, 3, reason)
    assert top.proofs == ([] if reason else [3])
    none = climb(F(9), lambda least: least, lambda peak: peak, explore)
    assert (none.value, none.peak) == (9, None)

    def endless(least):
        return SimpleNamespace(violations=True, peaks=[math.inf, 1], reason="", proofs=[])

    assert climb(0, lambda least: least, lambda peak: peak, endless).value == math.inf


# ------------------------------------------------------------------------- the kernel


@pytest.mark.parametrize(
    ("written", "value"), [(3, 3), (-3, -3), ("-3", -3), ("1/2", F(1, 2)), ("-7/3", F(-7, 3))]
)
def test_numbers_of_a_proof(written, value):
    assert exactly(written) == value


@pytest.mark.parametrize("written", [True, 1.0, None, "0.5", "1/0", "", " 1", "1e3", [1]])
def test_what_is_no_number_of_a_proof(written):
    with pytest.raises(Broken):
        exactly(written)


# 1 - x <= 0, x < 0, x <= 1, -x <= -1 and x - y < 0.
ROWS = [
    ((F(1), (0, F(-1))), False),
    ((F(0), (0, F(1))), True),
    ((F(-1), (0, F(1))), False),
    ((F(1), (0, F(-1))), False),
    ((F(0), (0, F(1)), (1, F(-1))), True),
]


@pytest.mark.parametrize(
    ("multiples", "rows"),
    [
        ([0, 1], ROWS),  # 1 <= x < 0
        ([[0, 2], [1, "2"]], ROWS),
        ([-1, 0], [*ROWS[:1], ROWS[1]]),
        ([0, -1], [ROWS[0], ((F(-1), (0, F(1))), True)]),  # 1 <= x < 1
    ],
)
def test_contradictions(multiples, rows):
    Kernel([], [])._contradicts(multiples, [*rows, *([] if -1 in multiples else [ROWS[0]])])


@pytest.mark.parametrize(
    "multiples",
    [
        [0],
        [],
        [0, 2],  # 1 <= x <= 1 is possible
        [0, 4],
        [[0, 2], 1],
        [[0, -1], [1, -1]],
        [[0, 0], [1, 0]],
        [5, 1],
        [-2, 1],
        [True, 1],
        ["0", 1],
        [[0, 1.0], 1],
    ],
)
def test_what_contradicts_nothing(multiples):
    with pytest.raises(Broken):
        Kernel([], [])._contradicts(multiples, [*ROWS, ROWS[2]])
