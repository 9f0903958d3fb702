"""Whoever waits can watch, and the watch ends what it watches."""

import random
from fractions import Fraction as F

import pytest

import mechdesign as md
from mechdesign import aggregation, allocation, axioms, committees, facility, matching
from mechdesign.clock import Clock, late, now, ticks
from mechdesign.errors import InvalidInputError, LimitReachedError

DRAW = random.Random(1)
BALLOTS = [set(DRAW.sample(range(12), 5)) for _ in range(20)]


def middle(reports):
    return sorted(reports)[1]


@pytest.mark.parametrize(
    "work",
    [
        lambda: committees.pav(BALLOTS, seats=4),
        lambda: axioms.check("strategyproofness", facility.average, agents=2, grid=2),
        lambda: axioms.check("strategyproofness", middle, setting=facility.line(), agents=3),
        lambda: aggregation.arena_ratings(
            {"A > B": 30, "B > A": 10}, intervals="bootstrap", samples=3, rng=1
        ),
        lambda: aggregation.margin_of_victory(["A > B > C"] * 5 + ["B > C > A"] * 3),
        lambda: matching.clairvoyant(matching.upper_triangular(3, 2)),
        lambda: allocation.random_serial_dictatorship(["ab", "ba"], samples=5, rng=1),
    ],
    ids=["optimum", "check", "proof", "ratings", "search", "bound", "draws"],
)
def test_a_watcher_is_told(work):
    calls = []
    with md.watching(lambda: calls.append(1)):
        work()
    assert calls
    before = len(calls)
    work()
    assert len(calls) == before


def test_what_the_watcher_raises_ends_the_search():
    class Stopped(Exception):
        pass

    def stop():
        raise Stopped

    with pytest.raises(Stopped), md.watching(stop):
        committees.pav(BALLOTS, seats=4)
    assert committees.pav(BALLOTS, seats=4).choice


def test_watchers_nest():
    inner, outer = [], []
    with md.watching(lambda: outer.append(1)):
        with md.watching(lambda: inner.append(1)):
            now()
        assert (len(inner), len(outer)) == (1, 0)
        now()
    assert (len(inner), len(outer)) == (1, 1)


def test_a_watcher_is_called_ten_times_a_second_at_most(monkeypatch):
    moment = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: moment[0])
    calls = []
    with md.watching(lambda: calls.append(moment[0])):
        for step in range(100):
            moment[0] = 100 + step / 100
            now()
    assert len(calls) in (9, 10)


def test_a_watcher_is_a_function():
    with pytest.raises(InvalidInputError, match="progress"), md.watching(3):
        pass


def test_deadlines(monkeypatch):
    moment = [5.0]
    monkeypatch.setattr("time.monotonic", lambda: moment[0])
    clock = Clock(2, "the best one is not proved")
    assert (clock.left(), Clock(None).left()) == (2, None)
    clock.check()
    moment[0] = 7.5
    assert (clock.left(), late(7.4), late(7.6), late(None)) == (0, True, False, False)
    Clock(None).check()
    with pytest.raises(LimitReachedError, match=r"the best one is not proved after time_limit=2"):
        clock.check()
    assert list(ticks(F(k, 2) for k in range(3))) == [0, F(1, 2), 1]
