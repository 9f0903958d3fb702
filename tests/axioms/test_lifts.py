"""Lotteries and sets of tied outcomes, compared under every lift, against hand computation."""

from fractions import Fraction

import pytest

from mechdesign import axioms, dumps, facility, loads
from mechdesign.axioms import UNKNOWN
from mechdesign.axioms.question import lift, verifier
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import Lottery, Mechanism, Outcome, Theorem

from . import toy

HALF = Fraction(1, 2)
PLACE = toy.Packages()


class Fixed(Mechanism):
    """Chooses by a function of the reports from outcomes, lotteries or tied sets."""

    id = "toy.fixed"
    setting = PLACE

    def __init__(self, choose, tied=None):
        self.choose = choose
        if tied is not None:
            self.winners = lambda problem: [self.out(problem, name) for name in tied(problem)]

    def out(self, problem, name):
        return Outcome(name, problem=problem, setting=PLACE)

    def solve(self, problem, *, rng=None):
        chosen = self.choose(problem)
        if isinstance(chosen, str):
            return self.out(problem, chosen)
        return Lottery((p, self.out(problem, name)) for p, name in chosen)


def lottery(*pairs):
    return Fixed(lambda problem: pairs)


PROBLEM = PLACE.problem([(0, 4, 1)])
RULE = lottery((HALF, "a"), (HALF, "b"))
COIN = RULE.solve(PROBLEM)
SURE = Outcome("c", problem=PROBLEM, setting=PLACE)
TIED = (Outcome("a"), Outcome("b"), Outcome("c"))
OWN = (0, 4, 1)


@pytest.mark.parametrize(
    ("result", "name", "value"),
    [
        (COIN, "", 2),
        (COIN, "expectation", 2),
        (COIN, "ex_post", 0),
        (SURE, "", 1),
        (TIED, "optimist", 4),
        (TIED, "pessimist", 0),
    ],
)
def test_worth(result, name, value):
    assert lift.lifted_utility(PLACE, PROBLEM, 0, OWN, result, name) == value


@pytest.mark.parametrize(
    ("before", "after", "name", "gain"),
    [
        (SURE, COIN, "", 1),
        (COIN, SURE, "", -1),
        (SURE, COIN, "dominance", -HALF),  # neither dominates: 1 for sure, or 0 and 4
        (COIN, SURE, "dominance", -HALF),
        (TIED[:1], TIED, "optimist", 4),
        (TIED[:1], TIED, "pessimist", 0),
        (TIED[1:], TIED, "pessimist", -1),
    ],
)
def test_gain(before, after, name, gain):
    assert lift.lifted_gain(PLACE, PROBLEM, 0, OWN, before, after, name) == gain


def test_dominance_is_first_order():
    low = lottery((HALF, "a"), (HALF, "c")).solve(PROBLEM)
    high = lottery((HALF, "c"), (HALF, "b")).solve(PROBLEM)
    assert lift.lifted_gain(PLACE, PROBLEM, 0, OWN, low, high, "dominance") > 0
    assert lift.lifted_gain(PLACE, PROBLEM, 0, OWN, high, low, "dominance") < 0


def test_a_loss_by_rounding_does_not_save_an_outcome():
    """One gains, the other loses less than the tolerance: the outcome is not efficient."""
    for loss, wasteful in ((1e-12, True), (1e-3, False)):
        rows = [(0.0, 1.0), (1.0, 1.0 - loss)]
        verdict = axioms.check("pareto_efficiency", toy.constant, problem=rows)
        assert verdict.violated is wasteful
        assert verdict.holds is not wasteful
        assert axioms.check("weak_pareto", toy.constant, problem=rows).holds


def test_unknown_lift():
    with pytest.raises(InvalidInputError, match="optimist"):
        lift.check_lift("hope")


def test_ordinal_preferences_rank_no_lotteries():
    line = facility.line(0, 1, preferences="single_peaked")
    problem = line.problem([0, 1])
    coin = Lottery.uniform([Outcome(0), Outcome(1)])
    with pytest.raises(UndecidedError, match="dominance"):
        lift.lifted_utility(line, problem, 0, 0, coin, "")
    with pytest.raises(UndecidedError):
        lift.lifted_gain(line, problem, 0, 0, coin, Outcome(0), "")
    with pytest.raises(UndecidedError, match="sets"):
        lift.lifted_gain(line, problem, 0, 0, (Outcome(0),), (Outcome(1),), "optimist")


def manipulable(problem):
    """Reporting a top utility of 3 turns the lottery to one's liking."""
    return ((1, "b"),) if max(problem.types[0]) == 3 else ((HALF, "a"), (HALF, "b"))


@pytest.mark.parametrize("name", ["", "expectation", "dominance"])
def test_a_gain_by_dominance_is_found_under_every_lift(name):
    rule = Fixed(manipulable)
    verdict = axioms.check("strategyproofness", rule, problem=[(0, 2)], lift=name)
    assert verdict.violated
    assert verdict.witness.replay(rule)
    assert not verdict.witness.replay(lottery((HALF, "a"), (HALF, "b")))


def test_a_gain_in_expectation_only():
    def choose(problem):
        return ((HALF, "a"), (HALF, "b")) if max(problem.types[0]) == 3 else ((1, "c"),)

    rule = Fixed(choose)
    problem = [(0, 2, Fraction(1, 2))]
    assert axioms.check("strategyproofness", rule, problem=problem).violated
    assert axioms.check("strategyproofness", rule, problem=problem, lift="dominance").holds


def test_tied_sets():
    def tied(problem):
        return "ab" if max(problem.types[0]) == 3 else "a"

    rule = Fixed(lambda problem: "a", tied)
    hopeful = axioms.check("strategyproofness", rule, problem=[(0, 2)], lift="optimist")
    assert hopeful.violated
    assert hopeful.witness.replay(rule)
    assert axioms.check("strategyproofness", rule, problem=[(0, 2)], lift="pessimist").holds
    # The other way round: the set shrinks to its better element.
    careful = Fixed(lambda problem: "a", lambda p: "b" if max(p.types[0]) == 3 else "ab")
    options = {"problem": [(0, 2)]}
    assert axioms.check("strategyproofness", careful, lift="optimist", **options).holds
    doubtful = axioms.check("strategyproofness", careful, lift="pessimist", **options)
    assert doubtful.violated
    assert doubtful.witness.replay(careful)


def test_symmetry_of_tied_sets():
    def favourites(problem):
        return sorted({"ab"[row.index(max(row))] for row in problem.types})

    fair = Fixed(lambda problem: favourites(problem)[0], favourites)
    options = {"problem": [(0, 1), (1, 0)], "lift": "optimist"}
    assert axioms.check("neutrality", fair, **options).holds
    assert axioms.check("neutrality", fair, problem=[(0, 1), (1, 0)]).witness.tie_induced
    assert axioms.check("anonymity", fair, **options).holds


def test_individual_rationality_ex_post():
    problem = PLACE.problem([(-1, 3)])
    rule = lottery((HALF, "a"), (HALF, "b"))
    assert axioms.check("individual_rationality", rule, problem=problem).holds
    strict = axioms.check("individual_rationality", rule, problem=problem, lift="ex_post")
    assert strict.violated
    assert strict.witness.gap == 1
    assert strict.witness.replay(rule)


def test_a_dominated_lottery():
    rule = lottery((HALF, "a"), (HALF, "b"))
    dominated = axioms.check("pareto_efficiency", rule, problem=[(0, 1, 1), (1, 0, 1)])
    assert dominated.violated
    assert dominated.witness.alternative.choice == "c"
    assert dominated.witness.gap == HALF
    assert dominated.witness.replay(rule)
    assert not dominated.witness.replay(lottery((1, "c")))
    weak = axioms.check("weak_pareto", rule, problem=[(0, 1, 1), (1, 0, 1)])
    assert weak.violated
    assert axioms.check("pareto_efficiency", rule, problem=[(0, 1), (1, 0)]).holds


def test_a_lottery_may_dominate_a_lottery():
    """No single outcome is better for both, a lottery over two others is."""
    rule = lottery((HALF, "a"), (HALF, "b"))
    rows = [(0, 3, 4, 0), (3, 0, 0, 4)]
    for axiom, gap in (("pareto_efficiency", 1), ("weak_pareto", HALF)):
        verdict = axioms.check(axiom, rule, problem=rows)
        assert verdict.violated
        assert verdict.witness.gap == gap
        better = verdict.witness.alternative
        assert {outcome.choice for _, outcome in better} == {"c", "d"}
        assert verdict.witness.replay(rule)
        assert not verdict.witness.replay(lottery((HALF, "c"), (HALF, "d")))
        assert loads(dumps(verdict.witness)) == verdict.witness
        assert "the lottery" in verdict.witness.explain()
    in_floats = [(0.0, 3.0, 4.0, 0.0), (3.0, 0.0, 0.0, 4.0)]
    assert axioms.check("pareto_efficiency", rule, problem=in_floats).violated
    near = [(0.0, 3.0, 3.0 + 1e-8, 0.0), (3.0, 0.0, 0.0, 3.0 + 1e-8)]
    assert axioms.check("pareto_efficiency", rule, problem=near).status is UNKNOWN


def test_the_core_outcome_by_outcome():
    """Under ex_post a coalition objects to one drawn outcome, not to a mix of the worst of each."""
    rule = lottery((HALF, "a"), (HALF, "b"))
    verdict = axioms.check("core", rule, problem=[(0, 2, 1), (2, 0, 1)], lift="ex_post")
    assert verdict.violated
    # Both prefer c to the worst that they may get, but only one of them to what is drawn.
    assert len(verdict.witness.agents) == 1
    assert verdict.witness.replay(rule)
    certain = lottery((1, "c"))
    assert not axioms.check(
        "core", certain, problem=[(0, 0, 1), (0, 0, 1)], lift="ex_post"
    ).violated


def test_feasibility_counts_the_budget():
    expensive = Fixed(lambda problem: "b")
    problem = PLACE.problem([(0, 1)], costs=(1, 3), budget=2)
    verdict = axioms.check("feasibility", expensive, problem=problem)
    assert verdict.violated

    class Priced(Fixed):
        def out(self, problem, name):
            return Outcome(name, cost=3, problem=problem, setting=Lenient())

    class Lenient(toy.Packages):
        def feasible(self, problem, outcome):
            return True

    priced = Priced(lambda problem: "b")
    priced.setting = Lenient()
    verdict = axioms.check("feasibility", priced, problem=problem)
    assert verdict.violated
    assert verdict.witness.gap == 1
    assert verdict.witness.replay(priced)
    assert not verdict.witness.replay(Fixed(lambda problem: "a"))
    cheap = axioms.check("feasibility", priced, problem=PLACE.problem([(0, 1)], budget=3))
    assert cheap.holds


THEOREM = Theorem(facility.median.reference, "proved somewhere", ("facility.line/euclidean",))


class Claiming(Mechanism):
    id = "toy.claiming"
    setting = facility.line(0, 1)
    claims = {"strategyproofness": THEOREM}

    def solve(self, problem, *, rng=None):
        return facility.median.solve(problem)


def test_a_theorem_speaks_of_its_own_setting_only():
    covered = axioms.check("strategyproofness", Claiming())
    # That a theorem is about a user's own code is the user's word, and the verdict says so.
    assert covered.status is UNKNOWN
    assert covered.evidence.kind == "claimed"
    assert "proved somewhere" in covered.evidence.text
    assert "no counterexample on" in covered.evidence.text
    other = axioms.check("strategyproofness", Claiming(), preferences="single_peaked", trials=50)
    assert other.evidence.kind == "sampled"
    assert axioms.check("unanimity", Claiming(), trials=50).status is UNKNOWN


def test_a_theorem_without_settings_speaks_of_the_default_one():
    class Plain(Claiming):
        claims = {"strategyproofness": Theorem(THEOREM.reference, "proved somewhere")}

    assert axioms.check("strategyproofness", Plain()).evidence.kind == "claimed"
    other = axioms.check("strategyproofness", Plain(), preferences="single_peaked", trials=50)
    assert other.evidence.kind == "sampled"


def test_no_domain_is_made_up():
    """A setting whose domain has default words must not use them for a given problem."""
    verdict = axioms.check("strategyproofness", Fixed(manipulable), problem=[(0, 2)])
    assert verdict.stats["checks"] == 4  # (0, 3) is the fourth of the setting's own 16 reports
    unnamed = axioms.check("pareto_efficiency", toy.utilitarian, agents=2)
    assert unnamed.status is UNKNOWN


def test_a_time_limit_covers_the_whole_hunt():
    verdict = axioms.check(
        "group_strategyproofness", lambda x: min(x), setting=facility.line(0, 1), time_limit=1e-6
    )
    assert verdict.status is UNKNOWN
    assert verdict.evidence.kind == "budget"
    assert "time_limit" in verdict.evidence.text


def test_anonymity_at_one_large_problem_is_told():
    many = PLACE.problem([(0, 1)] * 4 + [(1, 0)] * 4)
    verdict = axioms.check("anonymity", toy.utilitarian, problem=many)
    assert verdict.status is UNKNOWN
    assert "transpositions" in verdict.evidence.text
    assert axioms.check("anonymity", toy.dictator, problem=many).violated
    seven = PLACE.problem([(0, 1)] * 4 + [(1, 0)] * 3)
    assert axioms.check("anonymity", toy.utilitarian, problem=seven).holds


def test_a_sampled_counterexample_is_shrunk():
    def rule(x):
        return min(x) if len(x) < 4 else sum(x) / len(x)

    verdict = axioms.check(
        "strategyproofness", rule, setting=facility.line(0, 1), agents=4, rng=3, trials=20
    )
    assert verdict.violated
    witness = verdict.witness
    assert witness.replay(rule)
    assert len(set(witness.problem.types)) == 2
    assert max(t.denominator for t in witness.problem.types) <= 2


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (SURE, COIN, "dominance"),
        (COIN, SURE, "dominance"),
        (SURE, COIN, ""),
        (COIN, SURE, ""),
        (COIN, COIN, "dominance"),
        (SURE, SURE, ""),
    ],
)
def test_the_verifier_computes_the_same_gain(before, after, name):
    ours = lift.lifted_gain(PLACE, PROBLEM, 0, OWN, before, after, name)
    assert verifier.improvement(PLACE, PROBLEM, 0, OWN, before, after, name) == ours


def test_the_verifier_knows_dominance():
    low = lottery((HALF, "a"), (HALF, "c")).solve(PROBLEM)
    high = lottery((HALF, "c"), (HALF, "b")).solve(PROBLEM)
    assert verifier.improvement(PLACE, PROBLEM, 0, OWN, low, high, "dominance") > 0
    assert verifier.improvement(PLACE, PROBLEM, 0, OWN, high, low, "dominance") < 0
    assert verifier.worth(PLACE, PROBLEM, 0, OWN, list(TIED), "optimist") == 4
    assert verifier.worth(PLACE, PROBLEM, 0, OWN, list(TIED), "pessimist") == 0
    assert verifier.worth(PLACE, PROBLEM, 0, OWN, COIN, "ex_post") == 0


def test_a_coalition_with_exactly_the_share_blocks():
    half = [(0, 1), (0, 1), (1, 0), (1, 0)]
    verdict = axioms.check("core", toy.constant, problem=half)
    assert verdict.violated
    assert verdict.witness.agents == (0, 1)
    assert verdict.witness.gap == 1
    less = [(0, 1), (1, 0), (1, 0), (1, 0)]
    assert axioms.check("core", toy.constant, problem=less).holds


def test_rounding_is_no_breach_of_unanimity():
    line = facility.line(0, 1)
    options = {"setting": line, "problem": [0.1, 0.1, 0.1]}
    average = axioms.check("unanimity", lambda x: sum(x) / len(x), **options)
    assert average.holds
    assert not average.exact
    assert axioms.check("unanimity", lambda x: sum(x) / len(x) + 1e-3, **options).violated


def test_floats_within_the_tolerance_are_the_same_choice():
    line = facility.line(0, 1)

    def nudged(step):
        return lambda x: float(sum(x)) / len(x) + (step if x[0] < x[1] else 0.0)

    options = {"setting": line, "agents": 2, "grid": 4}
    assert axioms.check("anonymity", nudged(1e-12), **options).holds
    assert axioms.check("anonymity", nudged(1e-3), **options).violated
