"""The vectorised search against the loop, and the counts of all functions on three points."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import axioms, facility
from mechdesign.errors import InvalidInputError
from mechdesign.model import FunctionMechanism, Mechanism

POINTS = (Fraction(0), Fraction(1, 2), Fraction(1))
PREFERENCES = ("euclidean", "single_peaked")


def looped(rule):
    """The same rule without ``evaluate_many``, so that the engine has to loop."""
    return FunctionMechanism(lambda x: rule(list(x)).choice, facility.line(0, 1))


@pytest.mark.parametrize("preferences", PREFERENCES)
@given(values=st.lists(st.sampled_from(POINTS), min_size=9, max_size=9))
def test_same_verdict_and_witness_as_the_loop(preferences, values):
    rule = facility.table(values=np.array(values, dtype=object).reshape(3, 3), grid=2)
    scope = {"agents": 2, "grid": 2, "preferences": preferences}
    fast = axioms.check("strategyproofness", rule, **scope)
    slow = axioms.check("strategyproofness", looped(rule), **scope)
    assert fast.status is slow.status
    if fast.violated:
        assert fast.witness.problem.types == slow.witness.problem.types
        assert dict(fast.witness.lie) == dict(slow.witness.lie)
        assert fast.witness.gap == slow.witness.gap
    worst = [axioms.worst("strategyproofness", r, **scope).value for r in (rule, looped(rule))]
    assert worst[0] == worst[1]


@pytest.mark.slow
@pytest.mark.parametrize(("preferences", "count"), [("euclidean", 54), ("single_peaked", 20)])
def test_strategyproof_functions_of_two_agents_on_three_points(preferences, count):
    scope = {"agents": 2, "grid": 2, "preferences": preferences}
    found = 0
    for values in itertools.product(POINTS, repeat=9):
        rule = facility.table(values=np.array(values, dtype=object).reshape(3, 3), grid=2)
        found += axioms.check("strategyproofness", rule, **scope).holds
    assert found == count


def test_three_agents_and_the_largest_case():
    rule = facility.uniform_phantom
    verdict = axioms.check("strategyproofness", rule, agents=5, grid=10)
    assert verdict.holds
    assert verdict.stats["problems"] == 161_051
    assert verdict.stats["checks"] == 161_051 * 5 * 11
    broken = axioms.check("strategyproofness", facility.average, agents=5, grid=6)
    assert broken.violated
    assert broken.witness.replay(facility.average)


class Averaging(Mechanism):
    """The average of the package, for batches of one's own."""

    id = "averaging"
    setting = facility.line()

    def solve(self, problem, *, rng=None):
        return facility.average.solve(problem)


def test_a_batch_that_single_calls_contradict_is_refused():
    class Broken(Averaging):
        def evaluate_many(self, profiles):
            return facility.median.evaluate_many(profiles)

    with pytest.raises(InvalidInputError, match="agree with single calls"):
        axioms.check("strategyproofness", Broken(), agents=2, grid=4)


def test_a_batch_of_nan_is_refused():
    class Broken(Averaging):
        def evaluate_many(self, profiles):
            return np.full(len(profiles), np.nan)

    with pytest.raises(InvalidInputError, match="finite"):
        axioms.check("strategyproofness", Broken(), agents=2, grid=4)


def test_a_batch_of_the_wrong_length_is_refused():
    class Broken(Averaging):
        def evaluate_many(self, profiles):
            return facility.average.evaluate_many(profiles)[1:]

    with pytest.raises(InvalidInputError, match="one choice for each"):
        axioms.check("strategyproofness", Broken(), agents=2, grid=2)


@pytest.mark.parametrize("rule", [facility.average, facility.midpoint])
def test_blocks_of_any_size_find_the_same_witness(rule, monkeypatch):
    scope = {"agents": 3, "grid": 4}
    whole = axioms.check("strategyproofness", rule, **scope).witness
    worst = axioms.worst("strategyproofness", rule, **scope)
    monkeypatch.setattr("mechdesign.axioms.methods.vectorised._CHUNK", 60)
    blocked = axioms.check("strategyproofness", rule, **scope).witness
    assert blocked == whole
    assert blocked.problem == whole.problem
    assert axioms.worst("strategyproofness", rule, **scope).value == worst.value


@pytest.mark.parametrize("rule", [facility.median, facility.average])
def test_reports_in_floats_go_through_the_loop(rule):
    scope = {"agents": 2, "grid": [0.1, 0.5, 0.7]}
    verdict = axioms.check("strategyproofness", rule, **scope)
    assert verdict.holds == (rule.id == "facility.median")
    assert not verdict.exact
    assert verdict.status is axioms.check("strategyproofness", looped(rule), **scope).status
