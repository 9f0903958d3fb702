"""Welfare rules over lotteries against worked figures, definitions and each other."""

import math
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import axioms, pluralistic
from mechdesign.axioms import HOLDS, VIOLATED
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.pluralistic.welfare_lotteries import leximin, soft_maxmin

PAIR = [(1, F(1, 5), F(1, 2)), (0, 1, F(2, 5))]
SHARED = [(1, 0, F(3, 5)), (0, 1, F(3, 5))]


def chances(lottery, n):
    found = [0] * n
    for p, outcome in lottery:
        found[outcome.choice] = p
    return found


def test_maxmin_without_regularisation_is_exact():
    assert chances(pluralistic.maxmin(PAIR), 3) == [F(4, 9), F(5, 9), 0]
    assert leximin(PAIR)[1:] == ([F(5, 9), F(4, 9)], 0)
    assert chances(pluralistic.maxmin(SHARED), 3) == [0, 0, 1]
    low = [(1, 0, F(2, 5)), (0, 1, F(2, 5))]
    assert chances(pluralistic.maxmin(low), 3) == [F(1, 2), F(1, 2), 0]
    # The smallest utility is 1 whatever is chosen: the refinement takes the second alternative.
    assert chances(pluralistic.maxmin([(1, 1), (1, 2)]), 2) == [0, 1]


@pytest.mark.parametrize(
    ("rows", "beta", "wanted"),
    [
        (PAIR, 1, (0.290097588766, 0.401208699877, 0.308693711357)),
        (PAIR, 0.5, (0.300480787194, 0.411591898305, 0.287927314501)),
        (PAIR, 0.1, (0.367332660979, 0.478443772090, 0.154223566931)),
        (SHARED, 0.5, (0.310423773453, 0.310423773453, 0.379152453094)),
        (SHARED, 0.1, (0.211941557617, 0.211941557617, 0.576116884766)),
        ([(2, 0, 1), (0.3, 0.5, 0.2)], 0.5, (0.302064114281, 0.450626705956, 0.247309179763)),
    ],
)
def test_maxmin_with_regularisation(rows, beta, wanted):
    found = chances(pluralistic.maxmin(rows, beta=beta), 3)
    assert np.abs(np.array(found, dtype=float) - wanted).max() < 1e-9


def test_a_weak_group_binds_alone():
    rows = np.array([(2, 0, 1), (0.3, 0.5, 0.2)])
    p, weights, gap = soft_maxmin(rows, np.full(3, -np.log(3)), 0.5)
    assert weights[0] == pytest.approx(0, abs=1e-9)
    assert gap < 1e-10
    levels = rows @ p - 0.5 * float((p * np.log(3 * p)).sum())
    assert levels == pytest.approx((0.835294833374, 0.349251848264), abs=1e-8)


def test_strong_duality_on_random_groups():
    rng = np.random.default_rng(1)
    for k, n, beta in ((2, 5, 0.3), (4, 8, 0.1), (6, 20, 0.05), (10, 1000, 0.2)):
        rows = rng.random((k, n))
        base = np.full(n, -np.log(n))
        p, weights, gap = soft_maxmin(rows, base, beta)
        level = float((rows @ p).min()) - beta * float((p * (np.log(p) - base)).sum())
        x = base + weights @ rows / beta
        bound = beta * float(x.max() + np.log(np.exp(x - x.max()).sum()))
        assert -1e-12 <= bound - level <= 1e-9
        assert gap <= 1e-9


def test_nash_is_proved_where_it_is_rational():
    votes = [(2, 1, 0), (0, 2, 1), (1, 0, 2)]
    found = chances(pluralistic.nash_welfare(votes, weights=[F(2, 5), F(7, 20), F(1, 4)]), 3)
    assert found == [F(23, 60), F(26, 60), F(11, 60)]
    found = chances(pluralistic.nash_welfare(PAIR, zero="none"), 3)
    assert found == [F(3, 8), F(5, 8), 0]
    with pytest.raises(InvalidInputError, match="negative"):
        pluralistic.nash_welfare([(-1, 1)], zero="none")


def test_scales_do_not_matter_to_relative_rules():
    moved = [tuple(3 * x + 1 for x in PAIR[0]), PAIR[1]]
    rule = pluralistic.maxmin(scale="range")
    assert rule(moved) == rule(PAIR)
    assert pluralistic.maxmin(moved) != pluralistic.maxmin(PAIR)
    regret = chances(pluralistic.maxmin(PAIR, scale="regret"), 3)
    losses = [1 - sum(p * u for p, u in zip(regret, row, strict=True)) for row in PAIR]
    assert losses[0] == losses[1]


@pytest.mark.parametrize(
    ("rule", "share", "core", "efficient"),
    [
        (pluralistic.utilitarian, VIOLATED, VIOLATED, HOLDS),
        (pluralistic.random_group, HOLDS, VIOLATED, VIOLATED),
        (pluralistic.maxmin, VIOLATED, VIOLATED, HOLDS),
        (pluralistic.nash_welfare, HOLDS, HOLDS, HOLDS),
    ],
)
def test_who_protects_a_minority(rule, share, core, efficient):
    problem = pluralistic.policies().problem(SHARED, weights=[F(4, 5), F(1, 5)])
    names = ("proportional_share", "lottery_core", "pareto_efficiency")
    for name, wanted in zip(names, (share, core, efficient), strict=True):
        verdict = axioms.check(name, rule, problem=problem)
        assert verdict.status is wanted, name
        if verdict.witness is not None:
            assert verdict.witness.replay(rule)
            assert name == "pareto_efficiency" or not verdict.witness.replay(
                pluralistic.nash_welfare
            )


def test_a_lie_pays_under_maxmin():
    problem = pluralistic.policies().problem(PAIR)
    lie = problem.report(1, tuple(x / 2 for x in map(F, PAIR[1])))
    honest, told = (pluralistic.maxmin(p) for p in (problem, lie))
    worth = [found.expect(lambda o: F(PAIR[1][o.choice])) for found in (honest, told)]
    assert worth == [F(5, 9), F(10, 13)]


def test_bad_data():
    for data, options in (
        ([], {}),
        (7, {}),
        ([(1, 2), (1,)], {}),
        ([(1, "x")], {}),
        ({"g": {"a": 1}, "h": {"b": 1}}, {}),
        ([(1, 2)], {"alternatives": "aa"}),
        ([(1, 2)], {"weights": [-1]}),
        ([(1, 2)], {"colour": "red"}),
    ):
        with pytest.raises(InvalidInputError):
            pluralistic.policies().problem(data, **options)


def test_verb(capsys, tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text("group,weight,a,b,c\nmany,0.8,1,0,0.6\nfew,0.2,0,1,0.6\n")
    assert main(["solve", "pluralistic", str(path), "--csv"]) == 0
    rows = [line.split(",") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["rule", "many", "few", "worst off", "mean", "distance", "a", "b", "c"]
    assert rows[4] == ["nash_welfare", "4/5", "3/10", "few", "7/10", "1/3", "1/2", "0", "1/2"]
    log = tmp_path / "log.csv"
    choices = [(u, "ab") for u in "uvw"] + [(u, "ba") for u in "xy"]
    lines = [f"{u},{w},{x}" for u, (w, x) in choices for _ in range(4)]
    log.write_text("user,winner,loser\n" + "\n".join(lines) + "\n")
    words = ["solve", "pluralistic", str(log), "--groups", "2", "--mechanism", "random_group"]
    assert main(words) == 0
    assert "0.6" in capsys.readouterr().out
    assert main(["solve", "pluralistic", str(path), "--groups", "2"]) == 2


def test_regularised_sums_do_not_depend_on_the_unit_of_weights_nor_on_copies():
    rows = [(1, 0, F(3, 5)), (0, 1, F(1, 2))]
    one, two = (
        [p for p, _ in pluralistic.utilitarian(rows, beta=1, weights=w)] for w in ([1, 1], [2, 2])
    )
    assert one == pytest.approx(two)
    same = [(1, 0, F(3, 5))] * 3
    sums = [p for p, _ in pluralistic.utilitarian(same, beta=F(1, 2))]
    minima = [p for p, _ in pluralistic.maxmin(same, beta=F(1, 2))]
    assert sums == pytest.approx(minima, abs=1e-8)


def test_weights_name_every_group():
    data = {"many": {"a": 1, "b": 0}, "few": {"a": 0, "b": 1}}
    for wrong in ({"many": 1}, {"many": 1, "few": 1, "fw": 1}):
        with pytest.raises(InvalidInputError, match="weights"):
            pluralistic.policies().problem(data, weights=wrong)


@pytest.mark.parametrize(
    ("text", "options", "named"),
    [
        ("group,a,a\nx,1,0\ny,0,1\n", [], "columns"),
        ("group,a,b\n,1,0\ny,0,1\n", [], "every group"),
        ("weight,a,b\n1,1,0\n2,0,1\n", [], "begin with the groups"),
        ("group,a,b\nx,1,0\ny,0,1\n", ["--mechanism", ","], "--mechanism"),
        ("user,winner,loser\nu,a,b\nv,,a\n", ["--groups", "2"], "row 2"),
        ("user,winner,loser\nu,a,b\nv,b,a\n", ["--groups", "2", "--seed", "-1"], "rng"),
        ("user,winner,loser\nu,a,b\n", ["--coherence", "--mechanism", "maxmin"], "--mechanism"),
    ],
)
def test_files_that_would_be_misread_are_refused(text, options, named, tmp_path, capsys):
    from mechdesign.cli.entry import main

    file = tmp_path / "log.csv"
    file.write_text(text, encoding="utf-8")
    assert main(["solve", "pluralistic", str(file), *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert named in told.err


def test_rules_with_several_parameters_are_read_whole(tmp_path, capsys):
    from mechdesign.cli.entry import main

    file = tmp_path / "log.csv"
    file.write_text("group,a,b\nx,1,0\ny,0,1\n", encoding="utf-8")
    rules = "maxmin(beta=1,scale=range),utilitarian"
    assert main(["solve", "pluralistic", str(file), "--mechanism", rules]) == 0
    assert "maxmin(beta=1,scale=range)" in capsys.readouterr().out


@pytest.mark.parametrize("beta", [1, 0.1, 1e-3, 1e-5])
def test_regularised_maxmin_is_proved_for_any_utilities(beta):
    draw = np.random.default_rng(0)
    for _ in range(15):
        k, n = int(draw.integers(2, 5)), int(draw.integers(2, 9))
        utilities, log_reference = draw.random((k, n)), np.full(n, -np.log(n))
        p, weights, _ = soft_maxmin(utilities, log_reference, beta)
        # The gap again, by lines of their own.
        x = log_reference + weights @ utilities / beta
        dual = beta * (x.max() + np.log(np.exp(x - x.max()).sum()))
        live = p > 0
        cost = beta * float((p[live] * (np.log(p[live]) - log_reference[live])).sum())
        assert dual - (float((utilities @ p).min()) - cost) < 2e-9


def test_references_are_sequences():
    with pytest.raises(InvalidInputError, match="ref"):
        pluralistic.maxmin([(1, 0), (0, 1)], beta=1, ref=3)


def test_the_rules_part_where_three_groups_are_rotated():
    """Each group is transitive and their population is not: four rules, four answers."""
    from mechdesign import preference_games

    rows = [(2, 1, 0), (0, 2, 1), (1, 0, 2)]
    weights = [F(2, 5), F(7, 20), F(1, 4)]

    def chances(rule, **options):
        found = dict.fromkeys(range(3), 0)
        for p, outcome in rule(rows, **options):
            found[outcome.choice] += p
        return list(found.values())

    assert chances(pluralistic.utilitarian, weights=weights) == [0, 1, 0]
    assert chances(pluralistic.maxmin, weights=weights) == [F(1, 3)] * 3
    nash = pluralistic.nash_welfare(rows, weights=weights)
    assert chances(pluralistic.nash_welfare, weights=weights) == [F(23, 60), F(26, 60), F(11, 60)]
    assert list(nash.utilities.values()) == [F(6, 5), F(21, 20), F(3, 4)]
    pooled = pluralistic.population_rates(
        pluralistic.policies().problem(rows, weights=weights), choices="logistic", sharpness=4
    )
    rates = [
        [
            sum(
                float(w) / (1 + math.exp(4 * (r[j] - r[i])))
                for w, r in zip(weights, rows, strict=True)
            )
            for j in range(3)
        ]
        for i in range(3)
    ]
    assert np.abs(np.array(pooled) - rates).max() < 1e-14
    logistic = {"choices": "logistic", "sharpness": 4, "weights": weights}
    assert chances(pluralistic.population_lottery, **logistic) == pytest.approx(
        [0.509502729, 0.192397817, 0.298099454], abs=1e-8
    )
    assert chances(pluralistic.population_lottery, beta=0.1, **logistic) == pytest.approx(
        [0.438356213, 0.326793201, 0.234850587], abs=1e-8
    )
    assert chances(pluralistic.pooled, sharpness=4, weights=weights) == [0, 1, 0]
    hard = preference_games.maximal_lottery(rates).probabilities.values()
    assert list(hard) == pytest.approx([0.509502729, 0.192397817, 0.298099454], abs=1e-8)
    soft = preference_games.regularised(rates, beta=0.1).probabilities.values()
    assert list(soft) == pytest.approx([0.438356213, 0.326793201, 0.234850587], abs=1e-8)


def test_scales_of_groups():
    """Kalai and Smorodinsky's solution, variances, and the maximum without a common gain."""
    rows = [(4, 0, 2), (0, 1, F(3, 4))]
    gains = pluralistic.maxmin(rows, scale="gains", ref=[F(1, 3)] * 3)
    p = chances(gains, 3)
    shares = [
        (sum(x * u for x, u in zip(p, row, strict=True)) - F(sum(row), 3))
        / (max(row) - F(sum(row), 3))
        for row in rows
    ]
    assert shares[0] == shares[1] > 0
    # An affine change of a group changes nothing on the scales that see none.
    moved = [tuple(3 * x + 1 for x in rows[0]), rows[1]]
    for scale in ("range", "gains"):
        assert pluralistic.maxmin(moved, scale=scale) == pluralistic.maxmin(rows, scale=scale)
    first, second = (chances(pluralistic.maxmin(one, scale="variance"), 3) for one in (rows, moved))
    assert first == pytest.approx(second, abs=1e-9)
    # Variances 1/4 and 1 have rational roots.
    even = pluralistic.utilitarian([(1, 0), (0, 2)], scale="variance")
    assert chances(even, 2) == [F(1, 2), F(1, 2)]
    opposite = pluralistic.nash_welfare([(1, 0), (0, 1)], zero="reference")
    assert chances(opposite, 2) == [F(1, 2), F(1, 2)]
    bargained = chances(pluralistic.nash_welfare(rows, zero="reference"), 3)
    above = [sum(x * u for x, u in zip(bargained, r, strict=True)) - sum(r) / F(3) for r in rows]
    slope = [
        sum((r[x] - sum(r) / F(3)) / u for r, u in zip(rows, above, strict=True)) for x in range(3)
    ]
    assert max(slope) <= 2 + 1e-9


def test_a_policy_says_how_groups_were_compared_and_who_binds():
    found = pluralistic.maxmin(PAIR)
    told = pluralistic.explain_policy(found)
    assert "utilities as they are" in told
    assert "the weights 5/9 of 0, 4/9 of 1" in told
    outcome = found.support[0][1]
    assert "on the scale raw, with weight 5/9" in outcome.explain()
    assert outcome.details["group_weights"] == {0: F(5, 9), 1: F(4, 9)}
    # Only the second group binds.
    rows = [(2, 0, 1), (F(3, 10), F(1, 2), F(1, 5))]
    told = pluralistic.explain_policy(pluralistic.maxmin(rows, beta=F(1, 2)))
    assert "Worst off on that scale: 1." in told
    assert "costs 1/2" in told
    assert told.endswith("the weights 1 of 1.")
    ranged = pluralistic.maxmin(PAIR, scale="range")
    assert "from 0 at the worst" in pluralistic.explain_policy(ranged)
    weighted = pluralistic.nash_welfare(SHARED, weights=[4, 1])
    # The product is maximised as the sum with weights w / u is: 4 / (4/5) to 1 / (3/10).
    assert "3/5 of 0, 2/5 of 1" in pluralistic.explain_policy(weighted)
    with pytest.raises(InvalidInputError, match="policy"):
        pluralistic.explain_policy(3)


def test_who_objects_says_the_same_as_the_core():
    problem = pluralistic.policies().problem(SHARED, weights=[F(4, 5), F(1, 5)])
    rules = ["utilitarian", "random_group", "maxmin", "nash_welfare"]
    rows = pluralistic.objections(problem, rules).rows
    assert [row[1] for row in rows] == ["1", "0 and 1", "0", "nobody"]
    assert [row[2] for row in rows][:3:2] == [F(1, 5), F(1, 5)]
    for name, row in zip(rules, rows, strict=True):
        verdict = axioms.check("lottery_core", f"pluralistic.{name}", problem=problem)
        assert (verdict.status is HOLDS) == (row[1] == "nobody")
    notes = pluralistic.compare_policies(problem, ["maxmin", "maxmin(scale=range)"]).notes
    assert len(notes) == 2


@pytest.mark.parametrize(
    ("axiom", "violator", "satisfier"),
    [
        ("unanimous_share", pluralistic.utilitarian, pluralistic.random_group),
        ("average_share", pluralistic.utilitarian, pluralistic.nash_welfare),
    ],
)
def test_shares_of_groups_that_agree(axiom, violator, satisfier):
    problem = pluralistic.policies().problem(
        {"a": (1, 0, 0), "b": (0, 1, 0), "c": (0, 1, 0), "d": (1, 0, 0), "e": (1, 0, 0)}
    )
    verdict = axioms.check(axiom, violator, problem=problem)
    assert verdict.status is VIOLATED
    assert set(verdict.witness.agents) <= {"b", "c"}
    assert verdict.witness.replay(violator)
    assert axioms.check(axiom, satisfier, problem=problem).status is HOLDS
    assert axioms.check(axiom, satisfier, agents=2, alternatives=3, grid=1).status is HOLDS


def test_normalised_utilities_are_a_domain():
    small = pluralistic.policies().domain(1, alternatives=2, grid=2, normalised=True)
    assert small.reports[0] == ((0, 1), (1, 0))
    verdict = axioms.check(
        "strategyproofness",
        pluralistic.maxmin,
        agents=2,
        alternatives=3,
        grid=2,
        normalised=True,
    )
    assert verdict.status is VIOLATED
    with pytest.raises(InvalidInputError, match="normalised"):
        pluralistic.policies().domain(1, alternatives=2, grid=2, normalised=3)


def test_no_rule_keeps_all_shares_without_lotteries():
    pytest.importorskip("pysat")
    found = axioms.consistent(
        ["proportional_share", "pareto_efficiency"],
        pluralistic.policies(),
        agents=2,
        alternatives=2,
        grid=1,
    )
    assert not found
    assert found.core == ("proportional_share",)
    assert found.proof.replay()


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_rules_do_not_depend_on_the_unit_of_floats(unit):
    rng = np.random.default_rng(3)
    for _ in range(5):
        rows = rng.uniform(size=(3, 4))
        data, other = rows.tolist(), (rows * unit).tolist()
        for rule, options in (
            (pluralistic.maxmin, {}),
            (pluralistic.maxmin, {"scale": "regret"}),
            (pluralistic.gini_welfare, {}),
            (pluralistic.lowest_share, {}),
            (pluralistic.nash_welfare, {}),
            (pluralistic.nash_welfare, {"zero": "reference"}),
        ):
            before, after = (chances(rule(one, **options), 4) for one in (data, other))
            assert np.allclose(rows @ before, rows @ after, atol=1e-6), (rule, options)
        for beta in (0.05, 1):
            before = chances(pluralistic.maxmin(data, beta=beta), 4)
            after = chances(pluralistic.maxmin(other, beta=beta * unit), 4)
            assert np.allclose(before, after, atol=1e-6)


@pytest.mark.parametrize("weights", [[1, 1], [1, 4], [4, 1]])
def test_nash_above_the_reference_is_optimal_where_favourites_are_worth_it_too(weights):
    rows = [(8, 7, 8, 7), (0, 1, 0, 9)]
    exact = chances(pluralistic.nash_welfare(rows, weights=weights, zero="reference"), 4)
    data = [[x / 9 for x in row] for row in rows]
    found = chances(pluralistic.nash_welfare(data, weights=weights, zero="reference"), 4)
    assert np.allclose(np.array(rows) @ found, np.array(rows) @ np.array(exact, float), atol=1e-6)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_the_unit_of_weights_and_who_is_worst_off(unit):
    rows = [(1.0, 0.0), (0.0, 1.0)]
    found = pluralistic.gini_welfare(rows, weights=[2 * unit, unit])
    assert np.allclose(chances(found, 2), [1 / 2, 1 / 2])
    data = [tuple(x * unit for x in row) for row in [(1.0, 0.0, 0.3), (0.0, 1.0, 0.2)]]
    table = pluralistic.compare_policies(data, ["utilitarian", "maxmin"], weights=[4, 1])
    assert [row[3] for row in table.rows] == ["1", "all"]
    policy = pluralistic.utilitarian(data, weights=[4, 1])
    assert "Worst off on that scale: 1." in pluralistic.explain_policy(policy)
