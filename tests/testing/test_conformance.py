"""The suites, put on the package's own mechanisms, on a user's rule, and on broken rules."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

import mechdesign as md
from mechdesign import aggregation, auctions, bargaining, facility, matching
from mechdesign.model import Lottery, Mechanism, Outcome
from mechdesign.testing import MechanismConformance
from mechdesign.testing.strategies import problems

LINE = facility.line(0, 1)


def lowest(locations):
    """The lowest report."""
    return min(locations)


class TestSomebodyElsesRule(MechanismConformance):
    mechanism = staticmethod(lowest)
    setting = LINE
    domain = {"agents": 3, "grid": 4}
    claims = ("strategyproofness", "group_strategyproofness", "anonymity", "unanimity")


class TestUniformPhantom(MechanismConformance):
    mechanism = facility.uniform_phantom
    domain = {"agents": 3, "grid": 4}
    bad_inputs = ([2], [0, "1"], [[0, 1]], {"a": 2}, [True])


class TestMedian(MechanismConformance):
    mechanism = facility.median
    domain = {"agents": 4, "grid": 3}


class TestAverage(MechanismConformance):
    mechanism = facility.average
    domain = {"agents": 3, "grid": 4}
    claims = ("pareto_efficiency", "anonymity")


class TestGsp(MechanismConformance):
    mechanism = auctions.gsp
    domain = {"agents": 3, "grid": 3, "slots": 2}
    claims = ("individual_rationality", "feasibility")


class TestVcg(MechanismConformance):
    mechanism = auctions.vcg
    domain = {"agents": 3, "grid": 3, "slots": 2}
    claims = ("strategyproofness", "individual_rationality", "feasibility")


class TestBorda(MechanismConformance):
    mechanism = aggregation.borda
    domain = {"agents": 3, "alternatives": 3}
    claims = ("anonymity",)


class TestKemeny(MechanismConformance):
    mechanism = "aggregation.kemeny"
    domain = {"agents": 3, "alternatives": 3}
    claims = ("anonymity",)


def suite(rule, **attributes):
    """A conformance suite for a rule, made on the spot."""
    fields = {"setting": LINE, "domain": {"agents": 2, "grid": 2}, "claims": (), **attributes}
    return type("Suite", (MechanismConformance,), {"mechanism": rule, **fields})()


class Broken(Mechanism):
    id = "broken"
    setting = LINE

    def solve(self, problem, *, rng=None):
        return self.choose(problem, rng)


def outcome(problem, choice):
    return Outcome(choice, problem=problem, setting=LINE)


def test_a_rule_that_forgets_its_seed_is_caught():
    class Moody(Broken):
        randomised = True

        def choose(self, problem, rng):
            return outcome(problem, Fraction(int(np.random.default_rng().integers(10**9)), 10**9))

    with pytest.raises(AssertionError):
        suite(Moody()).test_same_seed_gives_the_same_result()


def test_an_infeasible_choice_is_caught():
    class Outside(Broken):
        def choose(self, problem, rng):
            return outcome(problem, 2)

    with pytest.raises(AssertionError):
        suite(Outside()).test_results_are_feasible_outcomes()


def test_rounding_is_caught():
    with pytest.raises(AssertionError):
        suite(staticmethod(lambda x: float(min(x)))).test_exact_in_exact_out()
    suite(staticmethod(lambda x: float(min(x))), exact=False).test_exact_in_exact_out()


def test_a_broken_claim_is_caught():
    rule = staticmethod(lambda x: sum(x) / len(x))
    with pytest.raises(AssertionError, match="strategyproofness"):
        suite(rule, claims=("strategyproofness",)).test_keeps_its_claims()


def test_lost_labels_are_caught():
    class Nameless(Broken):
        def choose(self, problem, rng):
            plain = LINE.problem(list(problem.types))
            return outcome(plain, problem.types[0])

    with pytest.raises(AssertionError):
        suite(Nameless()).test_labels_survive()


def test_swallowed_nonsense_is_caught():
    class Greedy(Broken):
        def __call__(self, data, *, rng=None, **options):
            return Outcome(0)

    with pytest.raises(AssertionError, match="gave None"):
        suite(Greedy()).test_refuses_nonsense()


def test_a_batch_that_disagrees_is_caught():
    class Wrong(Mechanism):
        id = "wrong"
        setting = facility.line()

        def solve(self, problem, *, rng=None):
            return facility.average.solve(problem)

        def evaluate_many(self, profiles):
            return facility.median.evaluate_many(profiles)

    with pytest.raises(AssertionError):
        suite(Wrong(), domain={"agents": 2, "grid": 4}).test_batches_equal_single_calls()


def test_lotteries_pass_the_suite():
    class Coin(Broken):
        def choose(self, problem, rng):
            half = Fraction(1, 2)
            picks = [(half, outcome(problem, t)) for t in (problem.types[0], problem.types[-1])]
            return Lottery(picks)

    whole = suite(Coin(), claims=("feasibility",))
    for name in dir(whole):
        if name.startswith("test_") and name != "test_pickles":  # the class is local
            getattr(whole, name)()


@given(problems(facility.line(0, 1), range(1, 6), grid=12))
def test_peaks(problem):
    assert facility.median.solve(problem).choice in problem.types


@given(problems(aggregation.rankings(), range(1, 6), alternatives=4))
def test_rankings(problem):
    assert len(md.get("aggregation.borda").solve(problem).winners) >= 1


@given(problems(matching.online(), (1, 2, 3), weights=(1, 2, 3), arrivals=2, p=Fraction(1, 2)))
def test_arrivals(problem):
    assert sum(md.get("matching.greedy").solve(problem).utilities.values()) > 0


@given(problems(bargaining.package_choice(), packages=3, utilities=(0, 1, 2, 3)))
def test_packages(problem):
    chosen = md.get("bargaining.nash").solve(problem)
    assert all(u >= 0 for u in chosen.utilities.values())


@given(problems(auctions.position(), (1, 2, 3, 4), grid=10, slots=(3, 2, 1)))
def test_values(problem):
    paid = auctions.vcg(problem).payments
    assert all(pay >= 0 for pay in (paid or {}).values())
