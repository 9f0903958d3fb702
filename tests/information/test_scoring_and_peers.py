"""Scoring rules, the market maker and peer prediction: figures, properness, every strategy."""

import itertools
import math
import random
from fractions import Fraction as F

import pytest

from mechdesign import axioms, information
from mechdesign.axioms import HOLDS, VIOLATED
from mechdesign.axioms.verification import verify_verdict
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.information import (
    effort_incentive,
    forecasts,
    from_convex,
    joint_of_ratings,
    log_market,
    optimal_effort_score,
    peer_prediction,
)
from mechdesign.information.elicitation.peers import read_joint
from mechdesign.model import as_mechanism
from mechdesign.testing import AxiomConformance

BELIEF, LIE = (F(1, 2), F(3, 10), F(1, 5)), (F(2, 5), F(2, 5), F(1, 5))


def expected(rule, belief, report):
    scores = rule([report]).choice[0]
    return sum(p * s for p, s in zip(belief, scores, strict=True))


@pytest.mark.parametrize(
    ("name", "truth", "lie"),
    [("quadratic", 0.38, 0.36), ("logarithmic", -1.029653014065, -1.054920167986),
     ("spherical", 0.616441400297, 0.6)],
)  # fmt: skip
def test_scores(name, truth, lie):
    rule = getattr(information, name)
    assert float(expected(rule, BELIEF, BELIEF)) == pytest.approx(truth, abs=1e-11)
    assert float(expected(rule, BELIEF, LIE)) == pytest.approx(lie, abs=1e-11)


def test_ranked_scores_are_squared_cumulative_errors():
    assert expected(information.ranked_probability, (0, 1, 0), (F(1, 2), F(1, 2), 0)) == F(-1, 4)
    # The continuous score of a distribution on points: E|X - y| - E|X - X'| / 2.
    values, belief = (0, 1, 4), (F(1, 4), F(1, 4), F(1, 2))
    scores = information.ranked_probability(values=values)([belief]).choice[0]
    pairs = list(itertools.product(range(3), repeat=2))
    spread = sum(belief[a] * belief[b] * abs(values[a] - values[b]) for a, b in pairs) / 2
    for k, y in enumerate(values):
        far = sum(p * abs(x - y) for p, x in zip(belief, values, strict=True))
        assert scores[k] == -(far - spread)


class TestStrictProperness(AxiomConformance):
    axiom = "strict_properness"
    violator = information.linear
    satisfier = information.quadratic
    scope = {"agents": 1, "grid": 5}


def test_the_linear_score_rewards_exaggeration():
    belief = (F(3, 5), F(2, 5))
    gain = expected(information.linear, belief, (1, 0)) - expected(
        information.linear, belief, belief
    )
    assert gain == F(2, 25)
    told = axioms.check("strategyproofness", information.linear, agents=1, grid=5)
    assert told.status is VIOLATED
    tie = axioms.check("strict_properness", information.v_shaped, agents=1, grid=5)
    assert tie.witness.replay(information.v_shaped)
    assert not tie.witness.replay(information.quadratic)
    assert verify_verdict(information.v_shaped, tie).answer == "confirmed"


@pytest.mark.parametrize("kink", [F(1, 2), F(1, 4), F(7, 10)])
def test_bets_are_proper(kink):
    rule = information.v_shaped(kink=kink)
    told = axioms.check("strategyproofness", rule, agents=1, grid=20)
    assert told.status is HOLDS
    assert max(max(row) for row in rule([(0, 1), (1, 0)]).choice) == 1


@pytest.mark.parametrize("seed", range(6))
def test_convex_functions_make_proper_scores(seed):
    draw = random.Random(seed)
    a, b = draw.randint(1, 4), draw.randint(0, 3)
    rule = from_convex(
        lambda r: a * r[0] ** 2 + b * r[1] ** 2 + r[0], lambda r: (2 * a * r[0] + 1, 2 * b * r[1])
    )
    told = axioms.check("strict_properness", rule, setting=forecasts(), agents=1, grid=6)
    assert told.status is HOLDS
    concave = from_convex(lambda r: -(r[0] ** 2), lambda r: (-2 * r[0], 0))
    assert axioms.check("strategyproofness", concave, agents=1, grid=4).status is VIOLATED


def test_a_rule_of_ones_own_is_refuted_with_a_witness():
    def mine(beliefs):
        return [[x**3 for x in belief] for belief in beliefs]

    told = axioms.check("strict_properness", mine, setting=forecasts(), agents=1, grid=6)
    assert told.status is VIOLATED
    assert told.witness.replay(mine)


@pytest.mark.parametrize("q", [F(3, 5), F(4, 5), F(9, 10)])
def test_the_most_effort_that_a_score_can_pay_for(q):
    experiment = [[q, 1 - q], [1 - q, q]], [F(1, 2)] * 2
    found = optimal_effort_score(*experiment)
    assert found.certified
    assert found.incentive == q - F(1, 2) == effort_incentive(information.v_shaped, *experiment)
    # The quadratic score is between -1 and 1: halved it is between 0 and 1.
    assert effort_incentive(information.quadratic, *experiment) / 2 == (q - F(1, 2)) ** 2


@pytest.mark.parametrize("seed", range(10))
def test_no_bet_beats_the_optimum(seed):
    draw = random.Random(seed)
    beliefs = sorted(F(draw.randint(0, 12), 12) for _ in range(3))
    weights = [F(1, 4), F(1, 4), F(1, 2)]
    experiment = [[1 - x, x] for x in beliefs], weights
    prior = sum(w * x for w, x in zip(weights, beliefs, strict=True))
    best = optimal_effort_score(*experiment).incentive
    if 0 < prior < 1:
        # For two states the bet at the prior is the best of all scores.
        assert effort_incentive(information.v_shaped(kink=prior), *experiment) == best
    assert effort_incentive(information.quadratic, *experiment) / 2 <= best


def test_market_maker():
    market = log_market(2, liquidity=10)
    after, paid = market.buy([5, 0])
    assert paid == pytest.approx(2.809298036202, abs=1e-11)
    assert after.prices[0] == pytest.approx(0.622459331202, abs=1e-11)
    assert log_market(3, liquidity=10).buy([20, 0, 0])[1] == pytest.approx(11.409324775538)
    assert market.worst_loss == pytest.approx(10 * math.log(2))
    # Nothing is lost on the way: two trades cost what one costs, and large ones do not overflow.
    middle, first = market.buy([3, 1])
    assert first + middle.buy([2, -1])[1] == pytest.approx(paid)
    assert market.buy([1e5, 0])[1] == pytest.approx(1e5 - 10 * math.log(2))
    with pytest.raises(InvalidInputError):
        market.buy([1])
    with pytest.raises(InvalidInputError):
        log_market(2, liquidity=0)


EVEN = [[F(17, 50), F(4, 25)], [F(4, 25), F(17, 50)]]
SKEWED = [[F(29, 50), F(4, 25)], [F(4, 25), F(1, 10)]]


def test_peer_prediction_oracles():
    assert peer_prediction(EVEN, "multi_task").truth == F(9, 50)
    assert peer_prediction(EVEN, "determinant").truth == F(9, 100) ** 2
    assert peer_prediction(SKEWED, "multi_task").truth == F(81, 1250)
    assert peer_prediction(SKEWED, "determinant").truth == F(81, 2500) ** 2
    word = peer_prediction(SKEWED)
    assert (word.truth, word.uninformative) == (F(17, 25), 1)
    assert word.equilibria[0] == ("0 0", "0 0", 1)
    assert not word.strongly_truthful
    for rule in ("multi_task", "correlated_agreement", "determinant"):
        for joint in (EVEN, SKEWED):
            told = peer_prediction(joint, rule, mixed=3)
            assert told.truthful
            assert told.strongly_truthful
            assert told.uninformative == 0
    score = peer_prediction(SKEWED, "posterior")
    assert score.truthful
    assert not score.strongly_truthful


@pytest.mark.parametrize("seed", range(8))
def test_multi_task_pay_is_what_tasks_pay(seed):
    # From the definition: agreement on one task less agreement on two independent ones.
    draw = random.Random(seed)
    cells = [draw.randint(1, 9) for _ in range(4)]
    joint = [[F(x, sum(cells)) for x in row] for row in (cells[:2], cells[2:])]
    pairs = list(itertools.product(range(2), repeat=2))
    same = sum(joint[a][b] for a, b in pairs if a == b)
    apart = sum(
        joint[a][b] * joint[c][d] for (a, b), (c, d) in itertools.product(pairs, pairs) if a == d
    )
    assert peer_prediction(joint, "multi_task").truth == same - apart


PEER_RULES = [("output_agreement", 1), ("posterior", 1), ("multi_task", 2),
              ("correlated_agreement", 2), ("determinant", 4)]  # fmt: skip


def matches(reports):
    """1 for the same reports, two lines of one's own."""
    first, second = reports
    return [int(first == second)] * 2


class TestStrongTruthfulness(AxiomConformance):
    axiom = "strong_truthfulness"
    violator = staticmethod(matches)
    violator_scope = {"agents": 2, "joint": SKEWED, "tasks": 2, "setting": information.raters()}
    satisfier = information.peer_multi_task
    scope = {"agents": 2, "joint": SKEWED, "tasks": 2}


@pytest.mark.parametrize(("name", "tasks"), PEER_RULES)
@pytest.mark.parametrize("joint", [EVEN, SKEWED])
def test_the_axiom_agrees_with_the_expected_payoffs(name, tasks, joint):
    rule = getattr(information, f"peer_{name}")
    told = axioms.check("strong_truthfulness", rule, agents=2, joint=joint, tasks=tasks)
    expected = peer_prediction(joint, name)
    assert (told.status is HOLDS) is expected.strongly_truthful
    assert verify_verdict(rule, told).answer == "confirmed"
    # What truth pays, summed over all signals, is what the closed form says.
    seen = list(itertools.product(range(2), repeat=tasks))
    total = F(0)
    for a, b in itertools.product(seen, seen):
        chance = math.prod(joint[x][y] for x, y in zip(a, b, strict=True))
        total += chance * sum(rule([a, b], joint=joint).choice)
    assert total / 2 == expected.truth
    if told.witness is not None:
        assert told.witness.gap == expected.equilibria[0][2] - expected.truth
        assert told.witness.replay(rule)


def test_a_rule_that_pays_for_being_apart_makes_truth_no_equilibrium():
    def apart(reports):
        first, second = reports
        return [int(first != second), int(first == second)]

    told = axioms.check(
        "strong_truthfulness", apart, setting=information.raters(), agents=2, joint=EVEN
    )
    assert told.status is VIOLATED
    assert told.witness.agents == (0,)
    assert told.witness.gap == F(9, 50)
    assert "no equilibrium" in str(told.witness)
    assert told.witness.replay(apart)
    # Reports that change nothing: all is an equilibrium, and none pays less than truth.
    idle = axioms.check(
        "strong_truthfulness", lambda _: [1, 1], setting=information.raters(), agents=2, joint=EVEN
    )
    assert idle.status is VIOLATED
    assert idle.witness.gap == 1
    floats = [[0.34, 0.16], [0.16, 0.34]]
    told = axioms.check(
        "strong_truthfulness", information.peer_multi_task, agents=2, joint=floats, tasks=2
    )
    assert (told.status, told.exact) == (HOLDS, False)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"joint": EVEN, "tasks": 9}, {"joint": EVEN, "mixed": 0}, {"joint": [[1]]},
     {"joint": EVEN, "agents": 3}, {"joint": EVEN, "grid": 2}],
)  # fmt: skip
def test_bad_raters(wrong):
    with pytest.raises(InvalidInputError):
        information.raters().domain(**{"agents": 2, **wrong})
    with pytest.raises(LimitReachedError):
        information.raters().domain(2, joint=EVEN, mixed=10**9)
    for data in ([0], [0, 2], [(0, 1), 0], [True, 0]):
        with pytest.raises(InvalidInputError):
            information.raters().problem(data, joint=EVEN)
    with pytest.raises(InvalidInputError, match="tasks"):
        information.peer_determinant([0, 1], joint=EVEN)


def test_logs_of_ratings():
    draw = random.Random(3)
    log = []
    for task in range(200):
        label = draw.choice("ab")
        log.append((task, "ann", label))
        log.append((task, "bob", label if draw.random() < 0.8 else draw.choice("ab")))
        log.append((task, "cy", draw.choice("ab")))
    labels, joint, p = joint_of_ratings(log, "ann", "bob", draws=200)
    assert labels == ("a", "b")
    assert p < 0.01
    assert peer_prediction(joint, "multi_task").truth > 0
    assert joint_of_ratings(log, "ann", "cy", draws=200, rng=1)[2] > 0.01
    with pytest.raises(InvalidInputError):
        joint_of_ratings([*log, (0, "ann", "b")], "ann", "bob")
    with pytest.raises(InvalidInputError):
        joint_of_ratings(log, "ann", "dee")


def test_bad_input():
    for joint in ([[1]], [[F(1, 2), 0]], [[1, 1], [0, 0]], 3):
        with pytest.raises(InvalidInputError):
            peer_prediction(joint)
    with pytest.raises(InvalidInputError):
        peer_prediction(EVEN, "shouting")
    with pytest.raises(LimitReachedError):
        peer_prediction(EVEN, mixed=40)
    for beliefs in ([], [[1, 1]], [[1], [F(1, 2), F(1, 2)]]):
        with pytest.raises(InvalidInputError):
            forecasts().problem(beliefs)
    with pytest.raises(InvalidInputError):
        information.logarithmic([[1, 0]])
    with pytest.raises(InvalidInputError):
        information.v_shaped(kink=1)([[1, 0]])
    with pytest.raises(InvalidInputError):
        as_mechanism(lambda beliefs: [[1]], forecasts())([[1, 0]])


def test_exact_chances_sum_to_one_exactly():
    off = F(1, 10**12)
    for last, fits in ((F(1, 4), True), (F(1, 4) - off, False)):
        joint = [[F(1, 4), F(1, 4)], [F(1, 4), last]]
        if fits:
            assert read_joint(joint) == joint
        else:
            with pytest.raises(InvalidInputError, match="sum to 1"):
                read_joint(joint)
