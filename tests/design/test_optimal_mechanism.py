"""Optimal mechanisms by linear programming: known optima, incentives recomputed, bad input."""

from fractions import Fraction as F

import pytest

from mechdesign import auctions
from mechdesign.auctions import Discrete
from mechdesign.auctions.generated.optimal_design import best_mechanism
from mechdesign.design import optimal_mechanism
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError

PRIORS = (
    Discrete((1, 2, 6), (F(1, 2), F(3, 10), F(1, 5))),
    Discrete((1, 4), (F(1, 2), F(1, 2))),
)
P = [[F(1, 2), F(1, 3)], [F(1, 4), F(1, 4)]]


def sale(agent, value, winner):
    return value * (winner == agent)


@pytest.mark.parametrize(("model", "revenue"), [("mnl", F(71, 70)), ("cascade", F(21, 20))])
@pytest.mark.parametrize("incentive", ["dominant", "bayesian"])
def test_g1_ironed_revenue_is_the_optimum_over_all_mechanisms(model, revenue, incentive):
    problem = auctions.content_problem([6, 4], P, priors=PRIORS, model=model)
    found = best_mechanism(problem, incentive=incentive)
    assert found.value == pytest.approx(float(revenue), abs=1e-8)
    assert F(found.value).limit_denominator(1000) == revenue
    assert found.regret() < 1e-7
    assert found.bound == pytest.approx(found.value, abs=1e-8)


def test_a_deterministic_mechanism_reaches_the_same_revenue_in_g1():
    problem = auctions.content_problem([6, 4], P, priors=PRIORS)
    found = best_mechanism(problem, deterministic=True)
    assert found.value == pytest.approx(71 / 70, abs=1e-7)
    assert all(len(lottery) == 1 for lottery in found.lotteries.values())


def test_two_buyers_of_one_item():
    # Values 1 and 2 with equal chances: sell to a 2 if there is one, else at price 1.
    types = {"ann": (1, 2), "bob": (1, 2)}
    found = optimal_mechanism(types, ("nobody", "ann", "bob"), sale)
    discrete = Discrete((1, 2), (F(1, 2), F(1, 2)))
    assert discrete.ironed == (0, 2)
    assert found.value == pytest.approx(1.5, abs=1e-8)
    assert found.regret() < 1e-7


def test_welfare_optimum_is_the_expected_largest_value():
    types = {"ann": (1, 2), "bob": (1, 2)}
    found = optimal_mechanism(types, ("ann", "bob"), sale, objective="welfare", no_deficit=True)
    assert found.value == pytest.approx(1.75, abs=1e-8)


def test_correlated_types_in_expectation_extract_everything():
    # Cremer and McLean's situation: with strict correlation the seller leaves nothing.
    types = {"ann": (1, 2), "bob": (1, 2)}

    def chance(profile):
        return F(2, 6) if profile[0] == profile[1] else F(1, 6)

    found = optimal_mechanism(
        types, ("ann", "bob"), sale, probabilities=chance, incentive="bayesian"
    )
    full = float(F(2, 6) * 1 + F(2, 6) * 2 + F(2, 6) * 2)
    assert found.value == pytest.approx(full, abs=1e-7)
    dominant = optimal_mechanism(types, ("ann", "bob"), sale, probabilities=chance)
    assert dominant.value < found.value - 0.1


def test_without_money_only_the_ranking_matters():
    # Everybody wants the item, so without payments the reports cannot matter.
    types = {"ann": (1, 2), "bob": (1, 2)}
    found = optimal_mechanism(types, ("ann", "bob"), sale, objective="welfare", money=False)
    assert found.value == pytest.approx(1.5, abs=1e-8)


def test_the_table_and_the_model_can_be_read():
    found = optimal_mechanism({"ann": (1, 2)}, ("keep", "ann"), sale)
    assert "profile" in found.table().to_text()
    assert "x_0_0" in str(found.model.pulp)


@pytest.mark.parametrize(
    "wrong",
    [
        {"types": {}},
        {"types": {"ann": ()}},
        {"types": {"ann": (1, 1)}},
        {"outcomes": ()},
        {"outcomes": ("ann", "ann")},
        {"objective": "fame"},
        {"incentive": "maybe"},
        {"participation": "always"},
        {"probabilities": {"ann": (0.5,)}},
        {"probabilities": {"ann": (0.5, 0.6)}},
        {"probabilities": {"ann": (1.5, -0.5)}},
        {"money": False},
    ],
)
def test_bad_input(wrong):
    options = {"types": {"ann": (1, 2)}, "outcomes": ("keep", "ann"), "value": sale, **wrong}
    with pytest.raises(InvalidInputError):
        optimal_mechanism(**options)


def test_infeasible_and_too_large():
    def burden(agent, value, outcome):
        return -value

    with pytest.raises(InfeasibleError):
        optimal_mechanism({"ann": (1, 2)}, ("dump",), burden, objective="welfare", money=False)
    with pytest.raises(LimitReachedError):
        optimal_mechanism({k: tuple(range(1, 11)) for k in range(7)}, ("keep",), sale)


def test_content_auctions_need_finite_priors():
    problem = auctions.content_problem([0.5], [[0.5]], priors=auctions.Uniform(0, 1))
    with pytest.raises(InvalidInputError, match="finitely many"):
        best_mechanism(problem)
