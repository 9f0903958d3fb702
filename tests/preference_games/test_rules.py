"""Rules against their definitions, witnesses that are known, and what theorems say."""

from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import aggregation, axioms
from mechdesign import preference_games as pg
from mechdesign.axioms import HOLDS, VIOLATED

RULES = (pg.maximal_lotteries, pg.nash_averaging, pg.regularised_lottery)


def chances(problem, lottery):
    found = dict.fromkeys(problem.data.alternatives, 0)
    found.update({outcome.choice: p for p, outcome in lottery})
    return list(found.values())


def test_a_lie_whose_draw_is_preferred_more_often():
    problem = pg.comparers().problem(["A > B > C", "A > B > C", "B > C > A", "C > A > B"])
    for lift in ("pairwise", "dominance"):
        verdict = axioms.check(
            "strategyproofness", pg.maximal_lotteries, problem=problem, lift=lift
        )
        assert verdict.status is VIOLATED
        assert verdict.witness.replay(pg.maximal_lotteries)
    lie = problem.report(0, pg.comparers().problem(["A > B > C", "B > A > C"]).types[1])
    assert chances(problem, pg.maximal_lotteries(problem)) == [F(1, 2), 0, F(1, 2)]
    assert chances(lie, pg.maximal_lotteries(lie)) == [F(1, 2), F(1, 2), 0]


def test_the_same_lift_serves_other_families():
    rule = aggregation.maximal_lotteries
    for axiom in ("participation", "strategyproofness"):
        verdict = axioms.check(axiom, rule, agents=3, alternatives=3, lift="pairwise")
        assert verdict.status is HOLDS
    verdict = axioms.check("population_consistency", rule, agents=3, alternatives=3)
    assert verdict.status is HOLDS


def test_participation_fails_with_regularisation_by_a_known_gain():
    three = ["c > a > b"] * 3
    joined = pg.comparers().problem([*three, "c > b > a"])
    before = pg.regularised_lottery(pg.comparers().problem(three), beta=F(1, 5))
    after = pg.regularised_lottery(joined, beta=F(1, 5))
    first = dict(zip("cab", chances(pg.comparers().problem(three), before), strict=True))
    assert first["a"] == pytest.approx(0.081604200643, abs=1e-10)
    rule = pg.regularised_lottery(beta=F(1, 5))
    verdict = axioms.check("participation", rule, problem=joined, lift="pairwise")
    assert verdict.status is VIOLATED
    second = chances(joined, after)
    assert sum(second) == pytest.approx(1)


@pytest.mark.parametrize("rule", RULES)
def test_ratio_monotonicity_is_proved_everywhere(rule):
    verdict = axioms.check("ratio_monotonicity", rule)
    assert verdict.status is HOLDS
    assert verdict.evidence.kind is axioms.Ground.CERTIFICATE


def test_bradley_terry_and_borda_part_with_the_maximal_lottery():
    log = [("a", "b", "left")] * 8 + [("a", "b", "right")] * 2
    log += [("b", "c", "left")] * 7 + [("b", "c", "right")] * 3
    log += [("c", "a", "left")] * 6 + [("c", "a", "right")] * 4
    found = pg.estimate(log, model="bradley_terry")
    wanted = (0.270310072, -0.135155036, -0.135155036)
    assert np.abs(found.strengths - wanted).max() < 1e-8
    assert found.statistic == pytest.approx(5.097842440, abs=1e-8)
    assert (found.degrees, found.cyclic, found.triples) == (1, 1, 1)
    assert 0.02 < found.p_value < 0.03
    empirical = pg.estimate(log)
    assert empirical.radius == pytest.approx(0.4893, abs=1e-4)
    assert list(pg.maximal_lottery(empirical.game).probabilities.values()) == [
        F(1, 3),
        F(1, 6),
        F(1, 2),
    ]
    assert pg.maximal_lottery(found.game).support == ("a",)
    assert "next to nothing" in str(empirical)
    table = empirical.resampled(50, rng=1)
    assert table.rows == empirical.resampled(50, rng=1).rows


def test_strengths_are_no_reward_policy():
    r = np.array([1, 0.5, 0, -0.5])
    rates = 1 / (1 + np.exp(r[None, :] - r[:, None]))
    found = list(pg.regularised((rates + 1 - rates.T) / 2, beta=0.25).probabilities.values())
    wanted = (0.436769520997, 0.274710965186, 0.173550866206, 0.114968647611)
    assert np.abs(np.array(found) - wanted).max() < 1e-10


def test_a_bias_towards_the_left_is_seen():
    log = [("a", "b", "left")] * 9 + [("a", "b", "right")] + [("b", "a", "left")] * 7
    log += [("b", "a", "right")] * 3
    assert pg.estimate(log).position_bias == pytest.approx(0.3)
    assert pg.estimate([("a", "b", "left")]).position_bias is None


def test_one_model_has_no_strengths_where_somebody_never_loses():
    with pytest.raises(Exception, match="never lost"):
        pg.estimate([("a", "b", "left")], model="bradley_terry")
    smooth = pg.estimate([("a", "b", "left")] * 3, model="thurstone", smooth=1)
    assert smooth.strengths[0] > 0


def test_axioms_of_winners_say_which_axioms_compare_chances():
    rule = aggregation.maximal_lotteries
    verdict = axioms.check("reinforcement", rule, agents=3, alternatives=3)
    assert "population_consistency compares those" in str(verdict)
    assert axioms.check("population_consistency", rule, agents=3, alternatives=3).status is HOLDS
    for axiom, status in (("composition_consistency", HOLDS), ("lottery_monotonicity", VIOLATED)):
        found = axioms.check(axiom, pg.maximal_lotteries, agents=3, alternatives=3)
        assert found.status is status


def test_two_sides_with_different_choices():
    """The worked rectangular game, which contests between platforms solve."""
    from mechdesign import elections

    found = elections.two_parties([[0.9, 0.2, 0.4], [0.3, 0.8, 0.6]], strength=0.1)
    rows, columns = found.row.values(), found.column.values()
    assert list(rows) == pytest.approx([0.398515269317, 0.601484730683], abs=2e-12)
    assert list(columns) == pytest.approx(
        [0.332087590748, 0.267089015301, 0.400823393951], abs=2e-12
    )
    assert float(found.share) == pytest.approx(0.537386432158, abs=2e-12)
    exact = [[F(9, 10), F(1, 5), F(2, 5)], [F(3, 10), F(4, 5), F(3, 5)]]
    hard = elections.two_parties(exact)
    assert hard.share == F(21, 40)
    assert list(hard.row.values()) == [F(3, 8), F(5, 8)]


def test_the_selected_lottery_of_two_electorates_need_not_be_that_of_both():
    # a ties with b and beats c and d; what b loses to c in one electorate it wins in the other.
    one = [["1/2", "1/2", "5/8", "5/8"], ["1/2", "1/2", "1/4", 1]]
    one += [["3/8", "3/4", "1/2", "1/2"], ["3/8", 0, "1/2", "1/2"]]
    order = [0, 1, 3, 2]
    rates = [[F(x) for x in row] for row in one]
    other = [[rates[i][j] for j in order] for i in order]
    games = [pg.game(each, alternatives="abcd") for each in (rates, other)]
    problem = pg.comparers().problem(games)
    alone = [chances(problem, pg.maximal_lotteries(each)) for each in games]
    assert alone == [[F(2, 3), F(1, 3), 0, 0]] * 2
    assert chances(problem, pg.maximal_lotteries(problem)) == [F(1, 2), F(1, 2), 0, 0]
    verdict = axioms.check("population_consistency", pg.maximal_lotteries, problem=problem)
    assert verdict.status is VIOLATED
    assert verdict.witness.replay(pg.maximal_lotteries)
