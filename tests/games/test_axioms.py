"""Axioms of selection: fixtures that they refute and pass, and rules without an answer."""

from fractions import Fraction as F

import pytest

from mechdesign import games
from mechdesign.axioms import Status, check
from mechdesign.model import Lottery, Outcome
from mechdesign.testing import AxiomConformance, MechanismConformance

BINARY = {"agents": 2, "payoffs": (0, 1)}


class TestEquilibrium(AxiomConformance):
    axiom = "equilibrium"
    violator = games.utilitarian
    satisfier = games.correlated
    scope = BINARY


class TestPlayerSymmetry(AxiomConformance):
    axiom = "player_symmetry"
    violator = games.utilitarian
    satisfier = games.utilitarian(ties="lottery")
    scope = BINARY


def test_two_losses_have_a_positive_product():
    found = check("pareto_efficiency", games.largest_product, agents=2, payoffs=(-1, 0, 1))
    assert found.status is Status.VIOLATED
    assert found.witness.replay(games.largest_product)
    for rule in (games.largest_product, games.nash_welfare):
        assert check("pareto_efficiency", rule, agents=2, payoffs=(1, 2, 3)).status is Status.HOLDS
    problem = games.selection().problem([[(-3, -4), (2, 3)]])
    for rule, expected in (
        (games.largest_product, Status.VIOLATED),
        (games.nash_welfare, Status.HOLDS),
    ):
        assert check("pareto_efficiency", rule, problem=problem).status is expected


def test_the_sum_breaks_ties_by_the_units():
    by_sum = check("scale_invariance", games.nash_welfare, **BINARY)
    assert by_sum.status is Status.VIOLATED
    assert by_sum.witness.replay(games.nash_welfare)
    for ties in ("first", "lottery"):
        rule = games.nash_welfare(ties=ties)
        assert check("scale_invariance", rule, **BINARY).status is Status.HOLDS


def test_a_rule_without_an_answer_is_not_said_to_keep_an_axiom():
    pennies = games.selection().problem([[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]])
    found = check("equilibrium", games.best_equilibrium, problem=pennies)
    assert found.status is Status.UNKNOWN
    assert "no pure equilibrium" in str(found)
    # On a domain a violation elsewhere is found, and two workers answer the same.
    scope = {"agents": 2, "payoffs": (1, 2, 3, 4), "games": "strict"}
    found = check("pareto_efficiency", games.best_equilibrium, **scope)
    assert found.status is Status.VIOLATED
    assert found.witness.replay(games.best_equilibrium)
    for workers in (1, 2):
        found = check("equilibrium", games.best_equilibrium, workers=workers, **scope)
        assert found.status is Status.UNKNOWN


def test_equilibria_and_efficiency_are_at_odds_in_the_dilemma():
    scope = {"agents": 2, "payoffs": (1, 2, 3, 4), "games": "strict"}
    found = check("pareto_efficiency", games.correlated, **scope)
    assert found.status is Status.VIOLATED
    assert check("equilibrium", games.nash_welfare, **scope).status is Status.VIOLATED


def test_a_lottery_of_equilibria_may_be_disobeyed_by_nobody_but_a_coin_of_profiles_is():
    dilemma = games.selection().problem([[(8, 8), (0, 10)], [(10, 0), (5, 5)]])

    def coin(game):
        return Lottery([(F(1, 2), Outcome((0, 0))), (F(1, 2), Outcome((1, 1)))])

    found = check("equilibrium", coin, setting="games.selection", problem=dilemma)
    assert found.status is Status.VIOLATED
    assert found.witness.gap == 1  # half of the two that defection brings
    assert found.witness.replay(coin)


def test_who_stays_away_has_no_payoffs_that_count():
    found = check("participation", games.utilitarian, **BINARY)
    assert found.status in (Status.HOLDS, Status.VIOLATED)
    assert check("equilibrium", games.correlated, agents=1, payoffs=(0, 1)).status is Status.HOLDS


@pytest.mark.parametrize("games_of", ["all", "strict", "coordination"])
def test_domains_hold_what_they_say(games_of):
    payoffs = (0, 1, 2, 3) if games_of == "strict" else (0, 1)
    domain = games.selection().domain(2, payoffs=payoffs, games=games_of)
    assert domain.size == {"all": 256, "strict": 576, "coordination": 1}[games_of]
    for problem in domain.problems():
        if games_of == "coordination":
            assert games.pure_equilibria(games.game_of(problem)) == ((0, 0), (1, 1))


class TestUtilitarian(MechanismConformance):
    mechanism = games.utilitarian
    domain = {"agents": 2, "payoffs": (0, 1)}
    claims = ("pareto_efficiency", "anonymity")


class TestNashWelfare(MechanismConformance):
    mechanism = games.nash_welfare(ties="lottery")
    domain = {"agents": 2, "payoffs": (0, 1)}
    claims = ("pareto_efficiency", "scale_invariance", "neutrality", "individual_rationality")


class TestCorrelated(MechanismConformance):
    mechanism = games.correlated
    domain = {"agents": 2, "payoffs": (0, 1)}
    claims = ("equilibrium",)
