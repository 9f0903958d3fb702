"""The axioms of values: theorems on all small games, witnesses that replay."""

import pytest

from mechdesign import axioms
from mechdesign import coalitional as co
from mechdesign.testing import AxiomConformance, MechanismConformance

VALUES = (co.shapley, co.banzhaf, co.normalised_banzhaf, co.equal_division, co.prenucleolus)
SMALL = {"agents": 3, "values": 2}


def keeps(rule, *names):
    return all(axioms.check(name, rule, **SMALL).holds for name in names)


def test_only_shapley_passes_its_axioms():
    wanted = ("payoff_efficiency", "payoff_symmetry", "null_player", "additivity")
    assert [rule for rule in VALUES if keeps(rule, *wanted)] == [co.shapley]


def test_only_shapley_passes_youngs_axioms():
    wanted = ("payoff_efficiency", "payoff_symmetry", "marginal_monotonicity")
    assert [rule for rule in VALUES if keeps(rule, *wanted)] == [co.shapley]


def test_the_nucleolus_of_four_is_not_coalitionally_monotone():
    worths = {"01": 3, "012": 3, "13": 3, "013": 6, "23": 2, "023": 2, "123": 3, "0123": 10}
    game = co.game({tuple(map(int, key)): v for key, v in worths.items()})
    problem = co.payoffs().problem(game)
    verdict = axioms.check("coalitional_monotonicity", co.nucleolus, problem=problem)
    assert verdict.violated
    assert verdict.witness.replay(co.nucleolus)


@pytest.mark.parametrize("kind", ["superadditive", "convex"])
def test_shapley_and_the_core(kind):
    verdict = axioms.check("core_selection", co.shapley, agents=3, values=3, kind=kind)
    assert verdict.holds == (kind == "convex")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["additivity", "marginal_monotonicity", "balanced_contributions"])
def test_shapley_on_all_games_with_worths_to_two(name):
    assert axioms.check(name, co.shapley, agents=3, values=3).holds


def test_renaming_the_players_is_seen_by_anonymity():
    assert axioms.check("anonymity", co.shapley, **SMALL).holds

    def first_takes_all(game):
        return [game.total] + [0] * (len(game) - 1)

    verdict = axioms.check("anonymity", first_takes_all, setting=co.payoffs(), **SMALL)
    assert verdict.violated


class TestShapley(MechanismConformance):
    mechanism = co.shapley
    domain = {"agents": 2, "values": 3}
    claims = ("payoff_efficiency", "null_player")


class TestNucleolus(MechanismConformance):
    mechanism = co.prenucleolus
    domain = {"agents": 3, "values": 2}
    claims = ("payoff_efficiency", "core_selection")


class TestMoulin(MechanismConformance):
    mechanism = co.moulin
    domain = {"agents": 2, "grid": 3}
    claims = ("strategyproofness", "budget_balance")


class _Small(AxiomConformance):
    scope = SMALL


class TestEfficiency(_Small):
    axiom = "payoff_efficiency"
    violator = co.banzhaf
    satisfier = co.shapley


class TestSymmetry(_Small):
    axiom = "payoff_symmetry"
    violator = co.owen(blocks=[[0, 1], [2]])
    satisfier = co.shapley


class TestNull(_Small):
    axiom = "null_player"
    violator = co.equal_division
    satisfier = co.banzhaf


class TestAdditivity(_Small):
    axiom = "additivity"
    violator = co.prenucleolus
    satisfier = co.equal_division


class TestStrong(_Small):
    axiom = "marginal_monotonicity"
    violator = co.equal_division
    satisfier = co.banzhaf


class TestCoalitional(_Small):
    axiom = "coalitional_monotonicity"
    violator = co.normalised_banzhaf
    satisfier = co.shapley


class TestCoreSelection(_Small):
    axiom = "core_selection"
    violator = co.shapley
    satisfier = co.prenucleolus


class TestBalanced(_Small):
    axiom = "balanced_contributions"
    violator = co.equal_division
    satisfier = co.shapley


class _Runway(AxiomConformance):
    scope = {"agents": 2, "grid": 4, "costs": (1, 2)}


class TestBudget(_Runway):
    axiom = "budget_balance"
    violator = co.marginal_cost
    satisfier = co.moulin


class TestDeficit(_Runway):
    axiom = "no_deficit"
    violator = co.marginal_cost
    satisfier = co.moulin


class TestWelfare(_Runway):
    axiom = "served_welfare"
    violator = co.equal_split
    satisfier = co.marginal_cost
