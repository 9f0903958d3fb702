"""The family's own axioms, each with a violator and a satisfier, and the search for bad orders."""

from fractions import Fraction as F

import pytest

from mechdesign import axioms, matching
from mechdesign.errors import InvalidInputError
from mechdesign.testing import AxiomConformance

EQUAL = {"agents": 2, "weights": (1,), "arrivals": 2, "p": F(1, 2)}
SCOPE = {"agents": 2, "weights": (1, 2), "arrivals": 2, "p": F(1, 2)}

MISLEADING = matching.online().problem([{"a": F(1, 2), "b": F(1, 2)}, {"b": F(1, 2)}])


def idle(view):
    return None


class TestHalfOfFluid(AxiomConformance):
    axiom = "half_of_fluid"
    violator = matching.policy(idle)
    satisfier = matching.greedy
    scope = SCOPE


class TestProbabilityMonotonicity(AxiomConformance):
    axiom = "probability_monotonicity"
    violator = matching.greedy
    violator_scope = {"problem": MISLEADING}
    satisfier = matching.random_available
    scope = {"agents": 2, "weights": (1,), "arrivals": 2, "p": (F(1, 4), F(1, 2))}


def test_one_probability_does_not_decide_how_rewards_change_with_it():
    verdict = axioms.check("probability_monotonicity", matching.random_available, **EQUAL)
    assert verdict.status is axioms.UNKNOWN
    assert "more probabilities" in verdict.evidence.text


class TestEqualFill(AxiomConformance):
    axiom = "equal_fill"
    violator = matching.greedy
    satisfier = matching.ranking
    scope = SCOPE


def test_greedy_is_misled_by_better_chances():
    verdict = axioms.check("probability_monotonicity", matching.greedy, problem=MISLEADING)
    assert verdict.violated
    assert verdict.witness.gap == F(1, 8)
    assert verdict.witness.replay(matching.greedy)


def test_worst_order_is_exhaustive_where_it_can_be():
    half = F(1, 2)
    graph = matching.instance([{0: half}, {0: half}, {0: half, 1: half}, {0: half, 1: half}])
    found = matching.worst_order(graph, "greedy")
    assert found.exhaustive
    assert found.tried == 6
    assert found.ratio == F(19, 25)
    assert found.order == (2, 3, 0, 1)
    assert "clairvoyant" in repr(found)
    fluid = matching.worst_order(graph, matching.random_available, benchmark="fluid")
    assert fluid.benchmark == "fluid"
    assert fluid.ratio <= matching.worst_order(graph, matching.random_available).ratio


def test_search_beyond():
    graph = matching.random_instance(3, 7, 2, low=0.2, high=0.9, rng=1)
    found = matching.worst_order(graph, "balance", max_orders=60)
    assert not found.exhaustive
    assert found.tried <= 61
    first = matching.expected_reward(graph, matching.balance) / matching.clairvoyant(graph)
    assert found.ratio <= first
    assert found == matching.worst_order(graph, "balance", max_orders=60)
    with pytest.raises(InvalidInputError):
        matching.worst_order(graph, "balance", benchmark=1)
