"""Figures of hiring and persuasion that were derived by hand, axioms, bad input, commands."""

import itertools
import json
from fractions import Fraction as F
from itertools import permutations

import pytest

from mechdesign import axioms, information
from mechdesign.axioms import HOLDS, VIOLATED
from mechdesign.axioms.verification import verify_witness
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.information import (
    Contract,
    Message,
    Structure,
    acquisition,
    acquisition_optimal,
    binary_hiring,
    persuasion,
    prosecution,
    receivers,
    temptations,
)
from mechdesign.model import FrozenMap, as_mechanism
from mechdesign.testing import AxiomConformance

Q, C = F(7, 10), F(1, 20)
ONE = binary_hiring(F(4, 5), [F(1, 10)])
TWO = binary_hiring(Q, [C, C], common=True)


def value(problem, **options):
    found = acquisition_optimal(**options).solve(problem)
    assert found.details["certified"]
    assert max(row.gain for row in temptations(problem, found.choice)) == 0
    return found.details["value"]


@pytest.mark.parametrize(
    ("accuracy", "cost", "prior", "expected"),
    [(F(4, 5), F(1, 10), F(1, 2), F(8, 15)), (F(9, 10), F(3, 50), F(1, 2), F(153, 200)),
     (F(4, 5), C, F(2, 5), F(2, 3))],
)  # fmt: skip
def test_one_agent(accuracy, cost, prior, expected):
    problem = binary_hiring(accuracy, [cost], prior=prior)
    assert value(problem, cap=1) == expected
    if prior == F(1, 2):
        assert expected == accuracy - accuracy * cost / (accuracy - F(1, 2))


@pytest.mark.parametrize("cap", [1, 2, 5, 20, 100])
def test_a_common_signal_makes_the_second_agent_a_rare_check(cap):
    found = acquisition_optimal(cap=cap).solve(TWO)
    assert found.details["value"] == Q - 2 * C * cap / (cap - C)
    assert found.choice.recommended[1, 1] == C / (cap - C)
    assert float(value(binary_hiring(F(4, 5), [C, C], common=True), cap=2)) == pytest.approx(
        0.697435897436
    )


def test_other_modes_of_the_common_signal():
    assert value(TWO, cap=5, efforts="deterministic") == F(21, 40)
    assert value(TWO, cap=5, efforts="product") == F(299, 500)
    assert value(TWO, cap=5, state="unobserved") == F(593, 990)
    unequal = binary_hiring(Q, [C, F(1, 50)], common=True)
    found = acquisition_optimal(cap=5).solve(unequal)
    assert found.details["value"] == F(412, 625)
    assert found.choice.recommended == {(0, 1): F(124, 125), (1, 1): F(1, 125)}


def test_names_need_not_matter_where_agents_are_alike():
    for problem in (TWO, binary_hiring(F(4, 5), [F(1, 10)] * 3)):
        found = information.acquisition_optimal(problem, cap=3, anonymous=True)
        assert found.details["value"] == value(problem, cap=3)
        contract = found.choice
        assert max(one.gain for one in information.temptations(problem, contract)) == 0
        for b, often in contract.recommended.items():
            for order in permutations(range(len(b))):
                moved = tuple(b[k] for k in order)
                assert contract.recommended[moved] == often
                for (told, s, t), paid in contract.payments.items():
                    if told == b:
                        other = contract.payments[moved, tuple(s[k] for k in order), t]
                        assert other == tuple(paid[k] for k in order)


def test_names_cost_something_where_costs_differ():
    unequal = binary_hiring(Q, [C, 2 * C], common=True)
    named = value(unequal, cap=5)
    assert (named, value(unequal, cap=5, anonymous=True)) == (F(149, 250), F(1, 2))
    with pytest.raises(InvalidInputError, match="anonymous"):
        value(unequal, cap=5, anonymous=True, efforts="product")


@pytest.mark.parametrize(
    ("costs", "common", "limit"),
    [((C, C), True, Q - 2 * C), ((F(1, 10), C), True, Q - 2 * C), ((C,), False, Q - C)],
)
def test_the_limit_of_ever_larger_caps(costs, common, limit):
    problem = binary_hiring(Q, list(costs), common=common)
    found = information.contract_limit(problem)
    assert (found.value, found.certified) == (limit, True) or len(costs) == 1
    caps = [value(problem, cap=F(10) ** k) for k in range(5)]
    assert caps == sorted(caps)
    assert max(caps) <= found.value
    if found.proved:
        assert found.value - caps[-1] < F(1, 1000)


@pytest.mark.parametrize(
    ("accuracy", "cost", "agents", "expected"),
    [(Q, F(3, 100), 2, F(119, 200)), (F(4, 5), F(1, 50), 2, F(56, 75)),
     (F(4, 5), F(1, 50), 3, F(56, 75)), (F(4, 5), F(1, 100), 3, F(102, 125)),
     (F(4, 5), F(3, 200), 3, F(97, 125)), ((F(9, 10), Q, Q), F(1, 100), 3, F(351, 400))],
)  # fmt: skip
def test_independent_agents(accuracy, cost, agents, expected):
    problem = binary_hiring(accuracy, [cost] * agents)
    assert value(problem, cap=5) == value(problem, cap=5, efforts="deterministic") == expected


def test_a_safe_action():
    problem = binary_hiring(F(17, 20), [F(1, 25)], prior=F(3, 10), payoff=[[1, -1], [0, 0]])
    assert value(problem, cap=5) == F(37, 700)


def test_the_price_of_a_temptation_is_what_slack_would_be_worth():
    # By the closed form q - qc/(q - 1/2), a unit of gain allowed is worth q/(q - 1/2) = 8/3.
    found = acquisition_optimal(cap=5).solve(ONE)
    assert found.details["prices"][0, 1, 0] == F(8, 3)
    assert found.details["cost_of_incentives"] == F(8, 3) * F(1, 10) - F(1, 10)


def test_a_halved_payment_tempts():
    contract = acquisition_optimal(cap=5).solve(TWO).choice
    key, paid = next((k, row) for k, row in contract.payments.items() if any(row))
    pays = FrozenMap({**contract.payments, key: tuple(x / 2 for x in paid)})
    broken = Contract(contract.recommended, pays, contract.decisions)
    told = axioms.check(
        "effort_compatibility", lambda _: broken, setting=acquisition(), problem=TWO
    )
    assert told.status is VIOLATED
    assert told.witness.replay(lambda _: broken)


def test_a_double_deviation_is_found():
    # Working for truth is better than lying at work or idling; idling and always saying 0 is best.
    pays = {
        ((1,), (r,), t): (2 if r == t == 0 else int(r == t),)
        for r, t in itertools.product(range(2), repeat=2)
    }
    contract = Contract({(1,): 1}, pays, {((1,), (r,)): r for r in range(2)})
    problem = binary_hiring(F(4, 5), [F(3, 10)])
    rows = {(row.effort, row.reports): row.gain for row in temptations(problem, contract)}
    assert rows[0, (0, 0)] == F(1, 10)
    assert definition_gain(problem, contract, 1, (0, 0)) < 0
    assert definition_gain(problem, contract, 0, (0, 1)) < 0
    assert definition_gain(problem, contract, 0, (0, 0)) == F(1, 10)


def definition_gain(problem, contract, effort, says):
    from mechdesign.information import definitions

    plan = ((0, (0, 1)), (effort, says))
    costs = problem.types[0]
    obey = definitions.utility(problem, contract, 0, costs, None)
    return definitions.utility(problem, contract, 0, costs, plan) - obey


def test_four_agents_with_three_signals():
    rows = [[F(3, 5), F(1, 5), F(1, 5)], [F(1, 5), F(1, 5), F(3, 5)]]
    idle = [[F(1, 3)] * 3] * 2
    agents = [{"costs": [0, F(k, 100)], "experiments": [idle, rows]} for k in (1, 2, 2, 3)]
    problem = acquisition().problem(
        {"prior": [F(1, 2), F(1, 2)], "payoff": [[1, 0], [0, 1]], "agents": agents}
    )
    found = acquisition_optimal(cap=3, efforts="deterministic").solve(problem)
    assert found.details["certified"]
    assert max(row.gain for row in temptations(problem, found.choice)) == 0


# ------------------------------------------------------------------------------- persuasion

MATCH = {"prior": [F(1, 2), F(3, 10), F(1, 5)], "receiver": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
         "sender": [[0] * 3, [1] * 3, [2] * 3]}  # fmt: skip
SQUARE = {"prior": [F(1, 5), F(1, 2), F(3, 10)], "sender": [[0] * 3, [1] * 3, [3] * 3],
          "receiver": [[-((a - t) ** 2) for t in range(3)] for a in range(3)]}  # fmt: skip
STEPS = {"prior": [F(3, 5), F(2, 5)], "receiver": [[0, 0], [-1, 1], [-5, 2]]}


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (prosecution(F(3, 10), F(1, 2)), F(3, 5)),
        (prosecution(F(3, 10), F(2, 3)), F(9, 20)),
        (receivers().problem(MATCH), F(7, 5)),
        (receivers().problem(SQUARE), F(11, 5)),
        (receivers().problem({**STEPS, "sender": [[0, 0], [1, 1], [3, 3]]}), F(3, 2)),
        (receivers().problem({**STEPS, "sender": [[0, 0], [1, 1], [F(6, 5)] * 2]}), F(4, 5)),
    ],
)
def test_one_receiver(problem, expected):
    found = persuasion.solve(problem)
    assert found.details["value"] == expected
    assert found.details["no_disclosure"] <= expected >= found.details["full_disclosure"]
    for axiom in ("obedience", "bayes_plausibility"):
        assert axioms.check(axiom, persuasion, problem=problem).status is HOLDS


def test_the_innocent_and_a_margin():
    lie = {F(1, 2): F(3, 7), F(2, 3): F(3, 14)}
    for threshold, expected in lie.items():
        found = persuasion.solve(prosecution(F(3, 10), threshold))
        (message,) = [m for m in found.choice.messages if m.actions == (1,)]
        assert message.probability * message.posterior[0] / F(7, 10) == expected
    strict = persuasion(margin=F(1, 100)).solve(prosecution(F(3, 10), F(1, 2)))
    assert F(58, 100) < strict.details["value"] < F(3, 5)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_several_judges(n):
    prior, level = F(3, 10), F(1, 2)
    spread = persuasion.solve(prosecution(prior, [level] * n, wanted="one"))
    assert spread.details["value"] == prior + min(1 - prior, n * prior)
    for wanted, worth in (("all", F(3, 5)), ("each", n * F(3, 5))):
        one = persuasion.solve(prosecution(prior, [level] * n, wanted=wanted))
        assert one.details["value"] == worth
    public = persuasion(public=True).solve(prosecution(prior, [level] * n, wanted="one"))
    assert public.details["value"] == F(3, 5)


def test_a_game_of_two_receivers():
    # Battle of the sexes without uncertainty: every correlated equilibrium, the fair one too.
    first = [[2], [0], [0], [1]]
    second = [[1], [0], [0], [2]]
    problem = receivers().problem(
        {"prior": [1], "actions": [2, 2], "receivers": [first, second],
         "sender": [[0], [1], [0], [0]]}
    )  # fmt: skip
    found = persuasion.solve(problem)
    assert 0 < found.details["value"] < 1
    assert axioms.check("obedience", persuasion, problem=problem).status is HOLDS
    assert persuasion(public=True).solve(problem).details["value"] == 0


def lying(problem):
    """Convict always, and call every posterior even."""
    return Structure((Message((1, 1), 1, (F(1, 2), F(1, 2))),))


def always(problem):
    """Convict always, and say how likely guilt is."""
    return Structure((Message((1, 1), 1, (F(7, 10), F(3, 10))),))


class TestObedience(AxiomConformance):
    axiom = "obedience"
    violator = staticmethod(always)
    violator_scope = {"problem": prosecution(F(3, 10), [F(1, 2)] * 2), "setting": receivers()}
    satisfier = "information.persuasion"
    scope = {"problem": prosecution(F(3, 10), [F(1, 2)] * 2)}


class TestBayesPlausibility(AxiomConformance):
    axiom = "bayes_plausibility"
    violator = staticmethod(lying)
    violator_scope = {"problem": prosecution(F(3, 10), [F(1, 2)] * 2), "setting": receivers()}
    satisfier = "information.persuasion"
    scope = {"problem": prosecution(F(3, 10), [F(1, 2)] * 2)}


def flat(problem):
    """Ask for work and pay the same whatever is reported."""
    reports = list(itertools.product(range(2), range(2)))
    pays = {((1,), (r,), t): (F(1),) for r, t in reports}
    return Contract({(1,): 1}, pays, {((1,), (r,)): r for r in range(2)})


def fined(problem):
    """Pay the worker who is right, and fine the one who is wrong."""
    reports = list(itertools.product(range(2), range(2)))
    pays = {((1,), (r,), t): (F(1) if r == t else F(-1),) for r, t in reports}
    return Contract({(1,): 1}, pays, {((1,), (r,)): r for r in range(2)})


def unpaid(problem):
    """Effort is asked for and nothing is paid."""
    pays = {((1,), (r,), t): (F(0),) for r, t in itertools.product(range(2), repeat=2)}
    return Contract({(1,): 1}, pays, {((1,), (r,)): r for r in range(2)})


class TestEffortCompatibility(AxiomConformance):
    axiom = "effort_compatibility"
    violator = staticmethod(flat)
    violator_scope = {"problem": ONE, "setting": acquisition()}
    satisfier = "information.acquisition_optimal(cap=2)"
    scope = {"problem": ONE}


class TestLimitedLiability(AxiomConformance):
    axiom = "limited_liability"
    violator = staticmethod(fined)
    violator_scope = {"problem": ONE, "setting": acquisition()}
    satisfier = "information.acquisition_optimal(cap=2)"
    scope = {"problem": ONE}


class TestExAnteRationality(AxiomConformance):
    axiom = "ex_ante_rationality"
    violator = staticmethod(unpaid)
    violator_scope = {"problem": ONE, "setting": acquisition()}
    satisfier = "information.acquisition_optimal(cap=5)"
    scope = {"agents": 2, "costs": [F(1, 50), F(1, 20)], "accuracy": F(7, 10), "common": True}


def test_who_is_not_paid_loses_what_the_effort_costs():
    found = axioms.check("ex_ante_rationality", as_mechanism(unpaid, acquisition()), problem=ONE)
    assert found.witness.gap == ONE.types[0][1]


def test_forged_deviations_are_refused():
    rule = as_mechanism(flat, acquisition())
    witness = axioms.check("effort_compatibility", rule, problem=ONE).witness
    assert verify_witness(rule, witness).answer == "confirmed"
    for details in (
        {"told": 0},
        {"effort": 7},
        {"reports": (0,)},
        {"reports": (0, 5)},
        {"told": 1, "effort": 1},
    ):
        forged = FrozenMap({**witness.details, **details})
        from dataclasses import replace

        told = verify_witness(rule, replace(witness, details=forged))
        assert told.answer == "NOT confirmed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"prior": [F(1, 2), F(1, 3)]},
        {"payoff": [[1], [0]]},
        {"agents": []},
        {"agents": [{"costs": []}]},
        {"agents": [{"costs": [0], "experiments": []}]},
        {"agents": [{"costs": [-1], "experiments": [[[1], [1]]]}]},
        {"agents": [{"costs": [0, 1], "experiments": [[[1], [1]], [[F(1, 2), F(1, 2)]] * 2]}]},
        {"extra": 1},
        {"law": 3},
        {"law": {((0,), 0): {(0,): 1}}},
    ],
)
def test_bad_instances(wrong):
    good = {"prior": [F(1, 2)] * 2, "payoff": [[1, 0]],
            "agents": [{"costs": [0], "experiments": [[[1], [1]]]}]}  # fmt: skip
    assert acquisition().problem(good)
    with pytest.raises(InvalidInputError):
        acquisition().problem({**good, **wrong})


def test_a_law_is_read_as_it_is_kept():
    again = acquisition().reread(TWO)
    assert again == TWO
    with pytest.raises(LimitReachedError):
        binary_hiring(Q, [C] * 12)


@pytest.mark.parametrize(
    "wrong",
    [{"prior": [1, 1]}, {"receiver": [[1]]}, {"sender": [[1, 0]]}, {"actions": [3]},
     {"receivers": [[[1, 0]]]}, {"more": 1}],
)  # fmt: skip
def test_bad_receivers(wrong):
    good = {"prior": [F(1, 2)] * 2, "receiver": [[1, 0], [0, 1]], "sender": [[0, 0], [1, 1]]}
    assert receivers().problem(good)
    with pytest.raises(InvalidInputError):
        receivers().problem({**good, **wrong})


# ------------------------------------------------------------------------------ command line


def test_commands(tmp_path, capsys):
    hire = tmp_path / "hire.json"
    half = [[0.5, 0.5], [0.5, 0.5]]
    work = [[0.7, 0.3], [0.3, 0.7]]
    agents = {name: {"costs": [0, 0.05], "experiments": [half, work]} for name in ("Ann", "Bob")}
    hire.write_text(json.dumps(
        {"prior": [0.5, 0.5], "payoff": [[1, 0], [0, 1]], "agents": agents, "common": True}
    ))  # fmt: skip
    assert main(["solve", "information", str(hire), "--cap", "5"]) == 0
    assert "593/990" in capsys.readouterr().out
    assert main(["solve", "information", str(hire)]) == 2
    assert "--cap" in capsys.readouterr().err
    game = tmp_path / "game.json"
    game.write_text(json.dumps(
        {"prior": [0.7, 0.3], "receiver": [[0, 0], [-0.5, 0.5]], "sender": [[0, 0], [1, 1]]}
    ))  # fmt: skip
    assert main(["solve", "information", str(game), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["value"] == "3/5"
    assert main(["solve", "information", str(game)]) == 0
    assert "certified" in capsys.readouterr().out


def test_simulate(capsys):
    words = [
        "simulate",
        "information",
        "--planner",
        "biased",
        "--grid",
        "100",
        "--periods",
        "20",
        "--runs",
        "50",
    ]
    assert main(words) == 0
    assert "obfuscate" in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["planner"] == "biased"
    assert set(told["simulated"]) >= {"correct", "quartiles"}
    assert main([*words, "--precision", "0.2"]) == 2


def test_names():
    assert {"Contract", "persuasion", "temptations"} <= set(information.__all__)


def test_a_wrong_model_on_the_command_line(capsys):
    words = "simulate information --grid 200 --public 0 --cost 3 --discount 0.8 --runs 300"
    assert main([*words.split(), "--regret", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 0.4 < found["wrong_model"]["regret"] < 0.8
    assert main([*words.split(), "--conformity", "-1"]) == 2
