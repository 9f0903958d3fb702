"""Which expected utilities lotteries reach, against plane geometry."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction as F
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign.axioms.generic.lottery_dominance import dominating_lottery, equivalent_lottery
from mechdesign.errors import UndecidedError
from mechdesign.model import Lottery, Number, Outcome, Problem, Setting

Vector = tuple[Number, ...]


@dataclass(frozen=True)
class Listed(Setting):
    """Outcomes that are their own vectors of utilities; feasible are those that a problem lists."""

    id: ClassVar[str] = "toy.listed"
    public: ClassVar[bool] = True

    def problem(self, data: Any) -> Problem:
        vectors = tuple(tuple(vector) for vector in data)
        width = len(vectors[0]) if vectors else 2
        return Problem(range(width), (0,) * width, data=vectors)

    def utility(self, problem: Problem, agent: Any, true_type: Any, outcome: Outcome) -> Any:
        return outcome.choice[problem.position(agent)]

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        return outcome.choice in problem.data

    def outcomes(self, problem: Problem) -> Iterator[Outcome]:
        for vector in problem.data:
            yield Outcome(vector, problem=problem, setting=self)


PLACE = Listed()


def drawn(*pairs: tuple[Number, Vector]) -> Lottery:
    return Lottery((p, Outcome(vector)) for p, vector in pairs)


def mean(lottery: Lottery) -> Vector:
    width = len(next(iter(lottery))[1].choice)
    return tuple(sum(p * outcome.choice[i] for p, outcome in lottery) for i in range(width))


def shares(points: Sequence[Vector], u: Vector, strict: bool) -> bool:
    """Whether a mix of two points is at least u in both coordinates (above, if strict).

    Whatever lotteries reach in the plane is dominated by a mix of two points.
    """
    for p, q in itertools.combinations_with_replacement(points, 2):
        low, high = F(0), F(1)  # the shares t of p for which t p + (1 - t) q is far enough
        opened = possible = True
        for a, b, c in zip(p, q, u, strict=True):
            if a == b:
                possible = possible and (a > c if strict else a >= c)
            elif a > b:
                low = max(low, F(c - b) / (a - b))
            else:
                high = min(high, F(b - c) / (b - a))
        if strict:
            # Each coordinate is linear in t: the middle of an interval is strictly inside.
            middle = (low + high) / 2
            opened = all(middle * a + (1 - middle) * b > c for a, b, c in zip(p, q, u, strict=True))
        if possible and low <= high and opened:
            return True
    return False


def dominated(points: Sequence[Vector], u: Vector, weak: bool) -> bool:
    if weak:
        return shares(points, u, strict=True)
    # Some mix is at least u, and one of them is above u somewhere.
    tiny = F(1, 10**6)
    return any(
        shares(points, tuple(x + tiny * (i == k) for i, x in enumerate(u)), strict=False)
        for k in range(2)
    )


def inside(points: Sequence[Vector], u: Vector) -> bool:
    """Whether a point of the plane is in a convex hull: no half-plane keeps them apart."""
    arrows = [(p[0] - u[0], p[1] - u[1]) for p in points]
    if (0, 0) in arrows:
        return True
    for a in arrows:
        turns = [(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]) for b in arrows]
        if all(cross > 0 or (cross == 0 and dot > 0) for cross, dot in turns):
            return False
    return True


numbers = st.integers(0, 4)
planes = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5)
targets = st.tuples(*[st.fractions(0, 4, max_denominator=3)] * 2)


@given(planes, targets, st.booleans())
def test_domination_in_the_plane(points: Any, u: Any, weak: bool) -> None:
    found = dominating_lottery(PLACE, PLACE.problem(points), u, weak=weak)
    assert (found is not None) == dominated(points, u, weak)
    if found is not None:
        assert sum(p for p, _ in found) == 1
        assert all(outcome.choice in points for _, outcome in found)
        gains = [x - y for x, y in zip(mean(found), u, strict=True)]
        assert min(gains) >= 0
        assert (min(gains) if weak else max(gains)) > 0


@given(planes, targets)
def test_the_hull_of_the_plane(points: Any, u: Any) -> None:
    """A lottery over infeasible outcomes is replaced by one that is worth the same."""
    elsewhere = drawn((1, (9, 9)))
    found = equivalent_lottery(PLACE, PLACE.problem(points), u, elsewhere)
    assert (found is not None) == inside(points, u)
    if found is not None:
        assert mean(found) == u
        assert all(outcome.choice in points for _, outcome in found)


def test_the_best_of_the_dominating_lotteries() -> None:
    problem = PLACE.problem([(0, 0), (3, 1), (1, 3), (2, 2), (0, 5)])
    assert mean(dominating_lottery(PLACE, problem, (1, 1), weak=False)) == (1, F(11, 3))
    assert mean(dominating_lottery(PLACE, problem, (1, 1), weak=True)) == (F(15, 7), F(15, 7))


def test_nothing_to_choose_from() -> None:
    empty = PLACE.problem([])
    for weak in (True, False):
        assert dominating_lottery(PLACE, empty, (0, 0), weak=weak) is None
    assert equivalent_lottery(PLACE, empty, (0, 0), drawn((1, (0, 0)))) is None


def test_a_lottery_of_feasible_outcomes_is_its_own_equivalent() -> None:
    kept = drawn((F(1, 2), (0, 2)), (F(1, 2), (2, 0)))
    problem = PLACE.problem([(0, 2), (1, 1), (2, 0)])
    assert equivalent_lottery(PLACE, problem, (1, 1), kept) is kept
    fewer = PLACE.problem([(1, 1), (2, 0)])
    assert equivalent_lottery(PLACE, fewer, (1, 1), kept) == drawn((1, (1, 1)))


def test_many_outcomes() -> None:
    """Outcomes that others beat, and outcomes with the same utilities, do not count to a limit."""
    line = [(k, 150 - k) for k in range(151)]
    beaten = [(k, 0) for k in range(150)]
    small = PLACE.problem([*line[1:], *beaten, *line[1:]])
    assert dominating_lottery(PLACE, small, (0, 0), weak=True) is not None
    assert dominating_lottery(PLACE, small, (75, 75), weak=True) is None
    with pytest.raises(UndecidedError, match="150"):
        dominating_lottery(PLACE, PLACE.problem(line), (0, 0), weak=True)
    with pytest.raises(UndecidedError, match="150"):
        equivalent_lottery(PLACE, PLACE.problem([*line[1:], (0, 0)]), (1, 1), drawn((1, (9, 9))))
    floats = [(float(a), float(b)) for a, b in line]
    assert dominating_lottery(PLACE, PLACE.problem(floats), (0.0, 0.0), weak=True) is not None


SQUARE = [(0.0, 4.0), (4.0, 0.0)]


@pytest.mark.parametrize("size", [1.0, 1e6])
@pytest.mark.parametrize("weak", [True, False])
def test_floats_decide_beyond_rounding_only(size: float, weak: bool) -> None:
    problem = PLACE.problem([(size * a, size * b) for a, b in SQUARE])

    def ask(each: float) -> Lottery | None:
        return dominating_lottery(PLACE, problem, (size * each, size * each), weak=weak)

    found = ask(1.9)
    assert found is not None
    assert sum(p for p, _ in found) == pytest.approx(1)
    if weak:
        assert mean(found) == pytest.approx((2 * size, 2 * size))
    else:
        assert sum(mean(found)) == pytest.approx(4 * size)
    assert ask(2.0) is None
    assert ask(2.1) is None
    with pytest.raises(UndecidedError, match="floats"):
        ask(2 - 1e-8)


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_floats_have_an_equivalent_within_rounding(size: float) -> None:
    """As everywhere, what floats give within 1e-9 is the same, and near it nothing is decided."""
    other = drawn((1, (9.0, 9.0)))
    # One float among exact numbers is enough.
    for square in (SQUARE, [(0, 4), (4.0, 0)]):
        problem = PLACE.problem([(size * a, size * b) for a, b in square])

        def ask(x: float, y: float, problem: Problem = problem) -> Lottery | None:
            return equivalent_lottery(PLACE, problem, (size * x, size * y), other)

        assert mean(ask(2.0, 2.0)) == pytest.approx((2 * size, 2 * size), rel=1e-9)
        for far in ((2.1, 2.1), (1.9, 1.9), (2.0, 2.1), (5.0, -1.0)):
            assert ask(*far) is None
        with pytest.raises(UndecidedError, match="floats"):
            ask(2 + 1e-8, 2 + 1e-8)


def test_probabilities_are_whole_or_exact() -> None:
    problem = PLACE.problem([(0, 4), (4, 0), (3, 3)])
    sure = dominating_lottery(PLACE, problem, (2, 2), weak=True)
    assert [(p, type(p)) for p, _ in sure] == [(1, int)]
    mixed = dominating_lottery(PLACE, PLACE.problem([(0, 4), (4, 0)]), (1, 1), weak=True)
    assert [p for p, _ in mixed] == [F(1, 2), F(1, 2)]
    assert {type(p) for p, _ in mixed} == {F}
