"""Optimal mechanisms of content auctions and small sales: known optima, exactly, and bad input."""

from fractions import Fraction as F

import pytest

from mechdesign import auctions, axioms
from mechdesign.auctions import Discrete
from mechdesign.auctions.generated.optimal_design import best_mechanism
from mechdesign.design import optimal_rule, type_space
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError

PRIORS = (
    Discrete((1, 2, 6), (F(1, 2), F(3, 10), F(1, 5))),
    Discrete((1, 4), (F(1, 2), F(1, 2))),
)
P = [[F(1, 2), F(1, 3)], [F(1, 4), F(1, 4)]]
PAIR = {"ann": (1, 2), "bob": (1, 2)}


def sale(agent, value, winner):
    return value * (winner == agent)


def best(outcomes=("nobody", "ann", "bob"), types=PAIR, **options):
    words = {"objective": "revenue", "participation": "ex_post", **options}
    return optimal_rule(type_space(types, outcomes, sale), **words)


@pytest.mark.parametrize(("model", "revenue"), [("mnl", F(71, 70)), ("cascade", F(21, 20))])
@pytest.mark.parametrize("incentive", ["dominant", "bayesian"])
def test_g1_ironed_revenue_is_the_optimum_over_all_mechanisms(model, revenue, incentive):
    problem = auctions.content_problem([6, 4], P, priors=PRIORS, model=model)
    found = best_mechanism(problem, incentive=incentive)
    assert (found.value, found.certified) == (revenue, True)


def test_a_deterministic_mechanism_reaches_the_same_revenue_in_g1():
    problem = auctions.content_problem([6, 4], P, priors=PRIORS)
    found = best_mechanism(problem, deterministic=True)
    assert found.value == F(71, 70)
    assert all(len(lottery) == 1 for lottery in found.lotteries.values())


def test_two_buyers_of_one_item():
    # Values 1 and 2 with equal chances: sell to a 2 if there is one, else at price 1.
    assert Discrete((1, 2), (F(1, 2), F(1, 2))).ironed == (0, 2)
    found = best()
    assert found.value == F(3, 2)
    assert axioms.check("strategyproofness", found.mechanism, agents=2).status.name == "HOLDS"


def test_welfare_optimum_is_the_expected_largest_value():
    found = best(("ann", "bob"), objective="welfare", budget="no_deficit")
    assert found.value == F(7, 4)


def test_correlated_types_in_expectation_extract_everything():
    # Cremer and McLean's situation: with strict correlation the seller leaves nothing.
    chance = {(a, b): F(1 + (a == b), 6) for a in (1, 2) for b in (1, 2)}
    words = {"incentive": "bayesian", "participation": "interim"}
    assert best(("ann", "bob"), prior=chance, **words).value == F(5, 3)
    assert best(("ann", "bob"), prior=chance).value == F(3, 2)


def test_without_money_only_the_ranking_matters():
    # Everybody wants the item, so without payments the reports cannot matter.
    found = best(("ann", "bob"), objective="welfare", budget="none")
    assert found.value == F(3, 2)


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
        {"prior": [{1: F(1, 2)}]},
        {"prior": [{1: F(1, 2), 2: F(3, 5)}]},
        {"prior": [{1: F(3, 2), 2: F(-1, 2)}]},
        {"budget": "none"},
    ],
)
def test_bad_input(wrong):
    with pytest.raises(InvalidInputError):
        best(**{"types": {"ann": (1, 2)}, "outcomes": ("keep", "ann"), **wrong})


def test_infeasible_and_too_large():
    def burden(agent, value, outcome):
        return -value

    with pytest.raises(InfeasibleError):
        optimal_rule(
            type_space({"ann": (1, 2)}, ("dump",), burden),
            objective="welfare",
            participation="ex_post",
            budget="none",
        )
    with pytest.raises(LimitReachedError):
        best(("keep",), {k: tuple(range(1, 11)) for k in range(7)})


def test_content_auctions_need_finite_priors():
    problem = auctions.content_problem([0.5], [[0.5]], priors=auctions.Uniform(0, 1))
    with pytest.raises(InvalidInputError, match="finitely many"):
        best_mechanism(problem)
