"""The largest gain over all real reports, with the proof that none exceeds it."""

from fractions import Fraction

import pytest

from mechdesign import auctions, axioms, facility
from mechdesign.errors import UndecidedError
from mechdesign.model import FunctionMechanism

F = Fraction
LINE = facility.line(0, 1)
SP = "strategyproofness"


def average(x):
    return sum(x) / len(x)


def secretly_average(x):
    if max(x) - min(x) < F(1, 1009):
        return sum(x) / len(x)
    return sorted(x)[1]


@pytest.mark.parametrize(("agents", "gain"), [(2, F(1, 4)), (3, F(2, 9))])
def test_the_regret_of_the_mean(agents, gain):
    """Of one agent at (n - 1) / n, the others at 1, who says 0: (n - 1) / n^2."""
    found = axioms.worst(SP, average, setting=LINE, agents=agents)
    assert found.value == gain == F(agents - 1, agents**2)
    assert found.complete
    assert found.attained
    assert found.proofs
    assert found.witness.replay(FunctionMechanism(average, LINE))
    assert found.witness.gap == gain
    grid = axioms.worst(SP, facility.average, agents=agents, grid=6)
    assert grid.value <= gain


def test_a_gain_that_is_approached_only_says_so():
    found = axioms.worst(SP, secretly_average, setting=LINE, agents=3)
    assert found.value == F(1, 3027)
    assert not found.attained
    assert found.witness.replay(FunctionMechanism(secretly_average, LINE))
    assert "not attained" in repr(found)


def test_strategyproof_rules_have_none():
    found = axioms.worst(SP, lambda x: sorted(x)[1], setting=LINE, agents=3)
    assert (found.value, found.witness, found.complete) == (0, None, True)
    assert axioms.worst(SP, auctions.second_price, agents=2).value == 0


def test_values_without_bound_have_gains_without_bound():
    found = axioms.worst(SP, auctions.gsp, agents=2, slots=[1, F(1, 2)])
    assert found.value == float("inf")
    assert found.witness.replay(auctions.gsp)


def test_a_rule_that_is_not_linear_is_undecided():
    with pytest.raises(UndecidedError, match="product"):
        axioms.worst(SP, lambda x: x[0] * x[1], setting=LINE, agents=2)
