"""The order-free program: sets in Fractions and sequences in floats meet, as do their bounds."""

import random
from fractions import Fraction
from pathlib import Path

import pytest

from mechdesign import matching
from mechdesign.matching.programs.programs import fluid, ordered

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"


def graph(rng, n, m):
    edges = [(u, t, Fraction(rng.randint(0, 6), 6)) for t in range(m) for u in range(n)]
    edges = [edge for edge in edges if rng.random() < 0.6] or edges[:1]
    return matching.instance(edges, weights={u: rng.randint(1, 9) for u, *_ in edges})


@pytest.mark.parametrize("seed", range(12))
def test_columns_find_the_value_of_the_cuts(seed):
    one = graph(random.Random(seed), 3, 4)
    exact = matching.sequence(one, exact=True)
    floats = matching.sequence(one, exact=False)
    assert exact.exact
    assert exact.gap == 0
    assert float(floats.value) == pytest.approx(float(exact.value), abs=1e-7)
    assert Fraction(floats.bound) >= exact.value
    assert floats.gap <= 1e-6


def test_the_value_is_that_of_its_point_and_every_set_keeps_its_limit():
    one = graph(random.Random(5), 4, 6)
    found = matching.sequence(one, exact=False)
    tried = dict(zip(((u, t) for u, t, _ in one.edges()), found.primal, strict=True))
    worth = sum(float(one.weights[u] * p) * tried[u, t] for u, t, p in one.edges())
    assert worth == pytest.approx(found.value)
    for t in range(one.m):
        assert sum(x for (_, s), x in tried.items() if s == t) <= 1 + 1e-9
    for u in range(one.n):
        own = sorted(((tried[v, t], p) for v, t, p in one.edges() if v == u), reverse=True)
        used, survive = 0.0, 1.0
        for x, p in own:
            used, survive = used + float(p) * x, survive * float(1 - p)
            assert used <= 1 - survive + 1e-9


def test_value_and_bound_meet_on_the_example_graph():
    """Cuts stood at 8.6 and 10.4 after a hundred rounds."""
    one = matching.read_graph(DATA / "matching_ads.csv")
    found = matching.sequence(one)
    assert found.gap <= 1e-6
    assert float(ordered(one).value) - 1e-6 <= found.value <= float(fluid(one).value) + 1e-6


def test_rounds_and_time_leave_a_proved_gap():
    one = matching.read_graph(DATA / "matching_ads.csv")
    best = matching.sequence(one)
    for limit in ({"max_rounds": 1}, {"max_rounds": 2}, {"time_limit": 0}):
        found = matching.sequence(one, **limit)
        assert 0 < found.value <= best.bound
        assert found.bound >= best.value
    empty = matching.sequence(matching.instance([(0, 0, 0)]), exact=False)
    assert (empty.value, empty.bound) == (0, 0)
