"""Proofs on the continuum of the package's own rules over packages and over tables of scores."""

from fractions import Fraction

import pytest

from mechdesign import aggregation, axioms, bargaining, facility
from mechdesign.axioms.verification import verify_verdict
from mechdesign.model import FunctionMechanism

PACKAGES = {"packages": 2}
SCORES = {"alternatives": 2}
GRIDS = {"packages": {"utilities": (-1, 0, 2)}, "alternatives": {"grid": 2}}

COMMON = "anonymity pareto_efficiency weak_pareto participation population_monotonicity"
HOLDS = {
    bargaining.utilitarian: f"{COMMON} unanimity core nash_contraction symmetry step_by_step",
    bargaining.egalitarian: f"{COMMON} core individual_rationality nash_contraction symmetry",
    bargaining.equal_loss: f"{COMMON} core individual_rationality nash_contraction "
    "individual_monotonicity restricted_monotonicity symmetry",
    aggregation.mean: f"{COMMON} unanimity reinforcement reversal_symmetry twins "
    "neutrality majority",
    aggregation.median: f"{COMMON} unanimity reinforcement reversal_symmetry twins ranking_pareto",
    aggregation.trimmed_mean: f"{COMMON} unanimity reinforcement twins",
    aggregation.star: f"{COMMON} unanimity reinforcement twins neutrality condorcet_loser",
    aggregation.majority_judgment: f"{COMMON} unanimity reinforcement twins",
    aggregation.approval: "anonymity participation reinforcement twins",
    aggregation.optimality_gap: "anonymity participation reinforcement twins",
}
VIOLATED = {
    # Utilities may be negative: what all like best may be worse than no agreement.
    bargaining.utilitarian: "strategyproofness group_strategyproofness individual_rationality "
    "restricted_monotonicity",
    bargaining.egalitarian: "unanimity strategyproofness midpoint_domination step_by_step",
    bargaining.equal_loss: "unanimity strategyproofness group_strategyproofness",
    aggregation.mean: "strategyproofness task_duplication",
    aggregation.median: "strategyproofness task_duplication",
    aggregation.star: "strategyproofness reversal_symmetry system_duplication",
    aggregation.majority_judgment: "strategyproofness reversal_symmetry",
    aggregation.approval: "unanimity pareto_efficiency weak_pareto condorcet_consistency majority",
    aggregation.optimality_gap: "unanimity pareto_efficiency weak_pareto",
}
CASES = [(r, a, True) for r, names in HOLDS.items() for a in names.split()]
CASES += [(r, a, False) for r, names in VIOLATED.items() for a in names.split()]


def words_of(rule):
    return PACKAGES if rule.id.startswith("bargaining") else SCORES


def prove(axiom, rule, agents=2, **words):
    return axioms.check(axiom, rule, agents=agents, method="proof", **words)


@pytest.mark.parametrize(("rule", "axiom", "holds"), CASES)
def test_rules_of_the_package_are_proved_or_refuted(rule, axiom, holds):
    words = words_of(rule)
    verdict = prove(axiom, rule, **words)
    assert verdict.holds is holds, verdict
    if holds:
        grid = GRIDS[next(iter(words))]
        assert axioms.check(axiom, rule, agents=2, **words, **grid).holds
    else:
        assert verdict.witness.replay(rule)


@pytest.mark.parametrize(
    ("rule", "axiom"),
    [(bargaining.utilitarian, "pareto_efficiency"), (aggregation.mean, "unanimity")],
)
def test_such_proofs_are_verified(rule, axiom):
    words = words_of(rule)
    assert verify_verdict(rule, prove(axiom, rule, **words)).answer == "confirmed"


@pytest.mark.parametrize("agents", [2, 3, 4])
def test_a_rule_that_tells_one_agent_apart_is_not_anonymous(agents):
    line = facility.line(0, 1)
    for k in range(agents):
        told = axioms.check(
            "anonymity", lambda x, k=k: x[k], setting=line, agents=agents, method="proof"
        )
        assert told.violated, told
        assert told.witness.replay(FunctionMechanism(lambda x, k=k: x[k], line))

    def nearly(x):
        # The median, but for one small corner that knows the last agent.
        found = sorted(x)[len(x) // 2]
        return x[-1] if x[-1] < found - Fraction(99, 100) else found

    told = axioms.check("anonymity", nearly, setting=line, agents=agents, method="proof")
    assert told.violated, told


@pytest.mark.slow
def test_the_median_of_seven_as_a_rule_of_ones_own():
    def median(x):
        return sorted(x)[3]

    told = axioms.check(
        "strategyproofness", median, setting=facility.line(0, 1), agents=7, method="proof"
    )
    assert told.holds


def test_three_agents_and_three_packages():
    assert prove("pareto_efficiency", bargaining.utilitarian, 3, packages=3).holds
    assert prove("unanimity", aggregation.mean, 3, alternatives=3).holds


@pytest.mark.parametrize(
    ("rule", "operation", "line"),
    [
        (bargaining.nash, "float()", "by_rows.py: floats = np.array(gains, dtype=float)"),
        (bargaining.kalai_smorodinsky, "quotient", "by_rows.py: objects[k, j] = ratio("),
        (bargaining.lottery_rule, "float()", "lottery_polytope.py: "),
        (aggregation.geometric_mean, "float()", "means.py: logs = sum("),
        (aggregation.harmonic_mean, "quotient", "means.py: inverse = sum("),
        (aggregation.minmax_mean, "quotient", "means.py: return [None if v is None else ratio("),
        (aggregation.z_score, "float()", "means.py: known = np.array("),
    ],
)
def test_what_is_not_piecewise_linear_is_named_with_its_line(rule, operation, line):
    # A rule that may choose no agreement is not unanimous where utilities are negative.
    axiom = "pareto_efficiency" if rule.id.startswith("bargaining") else "unanimity"
    verdict = prove(axiom, rule, **words_of(rule))
    assert str(verdict.status) == "UNKNOWN"
    assert operation in verdict.evidence.text
    assert line in verdict.evidence.text
