"""The parts of the verifier, each at its edge: what is refused, what is left open, what stands."""

import itertools
from dataclasses import dataclass, replace
from fractions import Fraction as F
from types import SimpleNamespace
from typing import ClassVar

import pytest

from mechdesign import aggregation, auctions, axioms, facility
from mechdesign.axioms import Status, verify_verdict
from mechdesign.axioms.consistency.answers import Consistency, Impossibility
from mechdesign.axioms.question.verdict import Scope
from mechdesign.axioms.question.witness import Witness
from mechdesign.axioms.verification import candidates, impossibilities, verdicts
from mechdesign.axioms.verification.findings import Open, Refused, agree, exceeds
from mechdesign.axioms.verification.witnesses import _family, possible, rankable, verify_witness
from mechdesign.errors import InvalidInputError
from mechdesign.model import Domain, FrozenMap, Lottery, Mechanism, as_mechanism, serializable

from . import toy

LINE = facility.line(0, 1)


# ------------------------------------------------------------------------- floats


@pytest.mark.parametrize(
    ("told", "now", "tolerance", "same"),
    [
        (1e6, 1e6 + 5e-7, 0.0, True),
        (1e6, 1e6 + 2e-6, 0.0, False),
        (1e-3, 1e-3 + 1e-12, 0.0, False),
        (-1e6, -1e6 - 5e-7, 0.0, True),
        (1e-3, 1e-3 + 1e-12, 1e-11, True),
        (1, 1.0, 1.0, False),
        (1, 2, 1.0, False),
        (True, 1, 0.0, False),
        ([1.0], [1.0, 2.0], 0.0, False),
        ([1.0, 2.0], [1.0, 3.0], 0.5, False),
        ({"a": 1}, {"b": 1}, 0.0, False),
        ({"a": 1.0}, {"a": 1.0 + 1e-9}, 1e-8, True),
        ({"a": 1}, [1], 0.0, False),
        ([1], 1, 0.0, False),
        (1, [1], 0.0, False),
        (None, {"a": 1}, 0.0, False),
        ("x", "x", 0.0, True),
    ],
)
def test_agreement_of_plain_documents(told, now, tolerance, same):
    assert agree(told, now, tolerance) is same


@pytest.mark.parametrize(
    ("gap", "tolerance", "violated"),
    [(0, 0.5, False), (F(1, 9), 0.5, True), (0.4, 0.5, False), (0.6, 0.5, True), (0.0, 0.0, False)],
)
def test_what_exceeds(gap, tolerance, violated):
    assert exceeds(gap, tolerance) is violated


def test_what_is_not_a_number_exceeds_nothing():
    with pytest.raises(Open):
        exceeds(float("nan"), 0.0)


@serializable("toy.Scaled")
@dataclass(frozen=True)
class Scaled(toy.Packages):
    """Utilities in a unit of their own."""

    def scale(self, problem):
        return max(abs(u) for row in problem.types for u in row)


class First(Mechanism):
    """The first package."""

    id = "toy.the_first"

    def __init__(self, setting):
        self.setting = setting

    def solve(self, problem, *, rng=None):
        return next(iter(self.setting.outcomes(problem)))


@pytest.mark.parametrize(
    ("unit", "gap", "tolerance", "answer"),
    [
        (1e6, 1e-7, 0.0, "NOT confirmed"),
        (1e6, 1e-5, 0.0, "confirmed"),
        (1e-6, 1e-15, 0.0, "confirmed"),
        (1e-6, 1e-19, 0.0, "NOT confirmed"),
        (1.0, 1e-3, 1e-2, "NOT confirmed"),
        (1.0, 1e-1, 1e-2, "confirmed"),
    ],
)
def test_rounding_is_measured_in_the_unit_of_the_problem(unit, gap, tolerance, answer):
    setting = Scaled()
    rule = First(setting)
    problem = setting.problem([[unit, unit + gap]])
    before, better = setting.outcomes(problem)
    worth = setting.utility(problem, 0, problem.types[0], better) - unit
    told = Witness(
        "weak_pareto",
        setting,
        problem,
        before,
        alternative=better,
        gap=worth,
        tolerance=tolerance,
    )
    assert verify_witness(rule, told).answer == answer
    near = replace(told, gap=worth + max(tolerance, 1e-12 * unit) / 2)
    assert verify_witness(rule, near).answer == answer
    wrong = replace(told, gap=worth + 1e-2 * unit + 2 * tolerance)
    assert verify_witness(rule, wrong).answer == "NOT confirmed"


@pytest.mark.parametrize("right", [1000, F(1, 1000)])
def test_the_largest_tolerance_is_a_part_of_the_scale(right):
    setting = facility.line(0, right)
    rule = as_mechanism(lambda reports: reports[0], setting)
    domain = setting.domain(1, grid=2)
    scope = Scope(
        setting.id,
        domain.label,
        (1,),
        setting.preferences,
        asked=FrozenMap(setting=setting, words=FrozenMap(grid=2)),
    )
    told = verdicts.recount(rule, "unanimity", scope, exact=False, tolerance=0.9e-6 * float(right))
    assert told.startswith("none of")
    with pytest.raises(Refused, match="no rounding"):
        verdicts.recount(rule, "unanimity", scope, exact=False, tolerance=1.1e-6 * float(right))
    with pytest.raises(Refused, match="exact, and yet"):
        verdicts.recount(rule, "unanimity", scope, exact=True, tolerance=1e-12 * float(right))


# ------------------------------------------------------------------------- alternatives


@serializable("toy.Listed")
@dataclass(frozen=True)
class Listed(toy.Packages):
    """Packages without money."""

    money: ClassVar[bool] = False


class Costly(Listed):
    """Packages that say what they cost."""

    def cost(self, problem, choice):
        return dict(problem.data)[choice]


def test_an_alternative_is_as_its_setting_says():
    plain, costly = Listed(), Costly()
    problem = plain.problem([[1, 0], [0, 1]], costs=(2, 3))
    chosen, other = plain.outcomes(problem)
    possible(plain, problem, None, chosen)
    possible(plain, problem, other, chosen)
    possible(costly, problem, replace(other, cost=3), chosen)
    for setting, false, why in (
        (costly, replace(other, cost=2), "costs another sum"),
        (plain, replace(other, cost=3), "not as listed"),
        (plain, replace(other, choice="z"), "not feasible"),
        (plain, Lottery([(F(1, 2), chosen), (F(1, 2), replace(other, cost=3))]), "not as listed"),
        (plain, replace(other, problem=plain.problem([[1, 1]])), "another problem"),
    ):
        with pytest.raises(Refused, match=why):
            possible(setting, problem, false, chosen)
    # What was chosen is not asked for its cost.
    strange = replace(chosen, cost=77)
    possible(plain, problem, strange, strange)
    possible(plain, problem, Lottery([(F(1, 2), chosen), (F(1, 2), strange)]), [chosen, strange])


@pytest.mark.parametrize(
    ("chosen", "instead", "refused"),
    [
        (3, 1, True),
        (3, 3, False),
        (1, 3, False),
        (None, -1, True),
        (None, 0, False),
        (1.0, 1.0 - 1e-12, False),
        (1.0, 1.0 - 1e-6, True),
    ],
)
def test_nobody_pays_an_alternative_from_outside(chosen, instead, refused):
    setting = toy.Packages()
    problem = setting.problem([[1, 0], [0, 1]])
    first, other = setting.outcomes(problem)
    paid = first if chosen is None else replace(first, payments={0: chosen})
    better = replace(other, payments={0: instead, 1: 0})
    half = Lottery([(F(1, 2), better), (F(1, 2), replace(better, payments={1: instead}))])
    for alternative in (better, half):
        if refused:
            with pytest.raises(Refused, match="from outside"):
                possible(setting, problem, alternative, paid)
        else:
            possible(setting, problem, alternative, paid)


def test_one_that_is_paid_suffices_to_count():
    setting = toy.Packages()
    problem = setting.problem([[1, 0], [0, 1]])
    first, other = setting.outcomes(problem)
    some = Lottery([(F(1, 2), other), (F(1, 2), replace(other, payments={0: -1}))])
    with pytest.raises(Refused, match="from outside"):
        possible(setting, problem, some, first)


@serializable("toy.Ordinal")
@dataclass(frozen=True)
class Ordinal(Listed):
    """Preferences that are orders."""

    @property
    def cardinal(self):
        return False


def test_what_preferences_do_not_compare():
    ordinal, listed, money = Ordinal(), Listed(), toy.Packages()
    problem = listed.problem([[1, 0]])
    one, other = listed.outcomes(problem)
    mixed = Lottery([(F(1, 2), one), (F(1, 2), other)])
    for lift in ("dominance", "possible", "pairwise"):
        rankable(ordinal, [mixed, one], lift)
    for lift in ("", "expectation", "ex_post"):
        rankable(ordinal, [one], lift)
        rankable(listed, [mixed], lift)
        with pytest.raises(Open, match="do not rank"):
            rankable(ordinal, [one, mixed], lift)
    paid = replace(one, payments={0: 1})
    rankable(money, [paid], "")
    rankable(listed, [replace(one, payments={0: 0})], "")
    for result in (paid, [one, paid], Lottery([(F(1, 2), one), (F(1, 2), paid)])):
        with pytest.raises(Open, match="do not count the payments"):
            rankable(listed, [result], "")


@pytest.mark.parametrize(
    ("axiom", "lift", "compared"),
    [
        ("strategyproofness", "", True),
        ("strategyproofness", "dominance", True),
        ("strategyproofness", "ex_post", False),
        ("individual_rationality", "ex_post", True),
        ("pareto_efficiency", "dominance", None),
        ("nash_contraction", "", False),
    ],
)
def test_which_lotteries_are_recounted(axiom, lift, compared):
    setting = Listed()
    one, other = setting.outcomes(setting.problem([[1, 0]]))
    mixed = Lottery([(F(1, 2), one), (F(1, 2), other)])
    if compared is None:
        compared = axiom in candidates.VALUE_LOTTERIES and axiom in candidates.BY_DOMINANCE
    verdicts._comparable(axiom, setting, one, lift)
    if compared:
        verdicts._comparable(axiom, setting, mixed, lift)
    else:
        with pytest.raises(Open):
            verdicts._comparable(axiom, setting, mixed, lift)


# ------------------------------------------------------------------------- domains


class Asked(toy.Packages):
    """A setting that takes any words, and gives the same small domain."""

    def domain(self, agents, **words):
        base = self.problem([[0, 1]])
        return Domain(self, base, (((0, 1),),), "one problem")


@pytest.mark.parametrize(
    ("agents", "words", "open_"),
    [
        ((20,), {"a": 1}, False),
        ((21,), {"a": 1}, True),
        ((1, 21), {"a": 1}, True),
        ((), {"a": 1}, None),
        ((21,), {}, True),
        ((1,), {"a": 999_999}, False),
        ((1,), {"a": 1_000_000}, True),
        ((1,), {"a": -1_000_000}, True),
        ((1,), {"a": (1, 2, 3)}, False),
        ((1,), {"a": 12, "b": 2}, False),
        ((1,), {"a": 13, "b": 2}, True),
        ((1,), {"a": 7, "b": 5}, False),
        ((1,), {"a": 5, "b": 8}, True),
        ((1,), {"a": True}, False),
        ((1,), {"a": 19, "b": list(range(5))}, True),
        ((1,), {"a": 2, "b": 2, "c": 2}, False),
    ],
)
def test_how_large_a_domain_is_counted(agents, words, open_):
    def asked():
        return verdicts._asked({"words": words}, Asked(), agents)

    if open_ is None:
        with pytest.raises(Refused, match="no number of agents"):
            asked()
    elif open_:
        with pytest.raises(Open, match="too large"):
            asked()
    else:
        problems, domains = asked()
        assert problems == ()
        assert len(domains) == len(agents)


def test_problems_and_numbers_of_agents():
    setting = toy.Packages()
    problem = setting.problem([[0, 1], [1, 0]])
    assert verdicts._asked({"problems": (problem,)}, setting, (2,))[0] == (problem,)
    for agents in ((1,), (2, 2), ()):
        with pytest.raises(Refused):
            verdicts._asked({"problems": (problem,)}, setting, agents)
    for agents in ((0,), (True,), (-1,)):
        with pytest.raises(Refused, match="no numbers"):
            verdicts._asked({"words": {"values": 2}}, setting, agents)


# ------------------------------------------------------------------------- candidates


def listed(axiom, problem, reports=None, setting=None):
    return list(candidates.CANDIDATES[axiom](setting or toy.Packages(), problem, reports))


def test_the_cases_of_an_axiom_are_all():
    public, private = toy.Packages(), toy.Shares()
    alone, pair = public.problem([[0, 1]]), public.problem([[0, 1], [1, 0]])
    three = public.problem([[0, 1], [1, 0], [1, 1]])
    assert listed("participation", alone) == []
    assert [case["agents"] for case in listed("participation", pair)] == [(0,), (1,)]
    sole = private.problem([1])
    assert [c["agents"] for c in listed("participation", sole, setting=private)] == [(0,)]
    pairs = [(0, 1), (0, 2), (1, 2)]
    assert [case["agents"] for case in listed("equal_treatment", three)] == pairs
    ordered = list(itertools.permutations(range(3), 2))
    assert [case["agents"] for case in listed("swap_envy_freeness", three)] == ordered
    singles = [(0,), (1,), (2,)]
    assert [case["agents"] for case in listed("individual_rationality", three)] == singles
    assert [case["agents"] for case in listed("reinforcement", three)] == [*singles, *pairs]
    every = [(), *singles, *pairs, (0, 1, 2)]
    assert [case["agents"] for case in listed("individual_fair_share", three)] == every
    reports = [((0, 1), (1, 0))] * 3
    lies = listed("strategyproofness", three, reports)
    assert [case["agents"] for case in lies] == [(k,) for k in range(3) for _ in range(2)]
    assert lies[1]["variant"] == three.report(0, (1, 0))
    groups = listed("group_strategyproofness", three, reports)
    assert len(groups) == 3 * 2 + 3 * 4 + 8
    assert groups[-1]["variant"] == three.with_types({0: (1, 0), 1: (1, 0), 2: (1, 0)})
    with pytest.raises(Open, match="nothing lists"):
        listed("strategyproofness", three)
    fewer = len(list(public.restricted(three, ())))
    grown = listed("individual_monotonicity", three)
    assert [case["agents"] for case in grown] == singles * fewer
    assert {case["variant"] for case in grown} == {three}
    gone = listed("population_monotonicity", three)
    assert [(c["agents"][0], c["details"]["leaver"]) for c in gone] == [
        (a, leaver) for leaver in range(3) for a in range(3) if a != leaver
    ]
    assert listed("population_monotonicity", alone) == []
    orders = listed("anonymity", three)
    assert {c["details"]["order"] for c in orders} >= set(itertools.permutations(range(3))) - {
        (0, 1, 2)
    }
    with pytest.raises(Open, match="more than 6"):
        listed("anonymity", public.problem([[0, 1]] * 7))
    assert listed("anonymity", public.problem([[0, 1]] * 6))


def test_better_outcomes_are_all_that_are_listed():
    setting = Listed()
    problem = setting.problem([[0, 1, 2]])
    cases = listed("pareto_efficiency", problem, setting=setting)
    assert [case["alternative"].choice for case in cases] == ["a", "b", "c"]
    for other in (toy.Packages(), LINE):
        with pytest.raises(Open, match="does not list"):
            listed("pareto_efficiency", problem, setting=other)


# ------------------------------------------------------------------------- impossibilities


def test_the_conditions_by_their_definition():
    setting = Listed()
    problems = [setting.problem(rows) for rows in ([[0, 1]], [[1, 1]], [[2, 0], [1, 3]])]
    outcomes = {problem: tuple(setting.outcomes(problem)) for problem in problems}
    onto = set(impossibilities._demanded("onto", setting, outcomes))
    assert onto == {
        frozenset((p, o) for p in problems for o in outcomes[p] if o.choice == choice)
        for choice in "ab"
    }
    first, second = impossibilities._demanded("non_dictatorship", setting, outcomes)
    told = {(p.types, o.choice) for p, o in first}
    assert told == {(((0, 1),), "a"), (((2, 0), (1, 3)), "b")}
    assert {(p.types, o.choice) for p, o in second} == {(((2, 0), (1, 3)), "a")}


def test_what_a_few_choices_violate():
    setting = Listed()
    problem = setting.problem([[0, 1]])
    worse, better = setting.outcomes(problem)
    case = Witness("weak_pareto", setting, problem, worse, alternative=better)
    assert impossibilities._violates(case, setting, {problem: worse})
    assert not impossibilities._violates(case, setting, {problem: better})
    assert not impossibilities._violates(case, setting, {})
    shapeless = replace(case, alternative=None)
    assert impossibilities._violates(shapeless, setting, {problem: worse}) is False
    lie = Witness("strategyproofness", setting, problem, worse, agents=(0,))
    assert impossibilities._violates(lie, setting, {problem: worse}) is False
    for changes in ({"tolerance": 0.5}, {"lift": "dominance"}, {"setting": toy.Packages()}):
        with pytest.raises(Refused):
            impossibilities._violates(replace(case, **changes), setting, {problem: worse})


# ------------------------------------------------------------------------- whole documents


def test_what_is_true_or_false_is_no_number():
    rule = First(Scaled())
    problem = rule.setting.problem([[1, 2]])
    before, better = rule.setting.outcomes(problem)
    case = Witness("weak_pareto", rule.setting, problem, before, alternative=better)
    assert verify_witness(rule, case).answer == "confirmed"
    for tolerance in (False, True, "0", None):
        with pytest.raises(InvalidInputError, match="tolerance"):
            verify_witness(rule, replace(case, tolerance=tolerance))


def test_a_label_belongs_to_the_problems_of_a_scope():
    domain = axioms.check("strategyproofness", facility.average, agents=2, grid=2)
    single = axioms.check("strategyproofness", facility.average, problem=LINE.problem([0, 1]))
    alone = axioms.check("unanimity", facility.average, problem=LINE.problem([1, 1]))
    assert domain.violated
    for verdict in (domain, single, alone):
        assert verify_verdict(facility.average, verdict).answer != "NOT confirmed"
        if verdict.status is Status.UNKNOWN:
            continue
        false = replace(verdict, scope=replace(verdict.scope, domain="all that matters"))
        finding = verify_verdict(facility.average, false)
        assert finding.answer == "NOT confirmed"
        assert "scope" in finding.reason


def consistency(status, **parts):
    """An answer about rules for one problem, by hand."""
    setting = LINE
    problem = setting.problem([1, 1])
    scope = Scope(
        setting.id,
        "this problem",
        (2,),
        setting.preferences,
        asked=FrozenMap(setting=setting, problems=(problem,)),
    )
    return Consistency(("unanimity",), status, scope, **parts)


def test_an_answer_says_one_thing():
    rule = as_mechanism(facility.average)
    proof = Impossibility(LINE, (), False, (), FrozenMap(), ())
    for answer, why in (
        (consistency(Status.HOLDS), "there is no rule"),
        (consistency(Status.HOLDS, rule=rule, proof=proof), "or a proof too"),
        (consistency(Status.HOLDS, rule=rule, core=("unanimity",)), "or a proof too"),
        (consistency(Status.VIOLATED, rule=rule), "a rule too"),
        (consistency(Status.VIOLATED, verdicts=(1,)), "a rule too"),
        (consistency(Status.VIOLATED), "there is no proof"),
        (consistency(Status.UNKNOWN, core=("unanimity",)), "UNKNOWN has a proof"),
        (consistency(Status.UNKNOWN, proof=proof), "UNKNOWN has a proof"),
        (consistency(Status.HOLDS, rule=rule, reason="tired"), "a reason for UNKNOWN"),
    ):
        finding = impossibilities.verify_consistency(answer)
        assert finding.answer == "NOT confirmed", why
        assert why in finding.reason
    open_ = impossibilities.verify_consistency(consistency(Status.UNKNOWN))
    assert open_.answer == "not verified"
    named = impossibilities.verify_consistency(consistency(Status.VIOLATED, core=("onto",)))
    assert (open_.axiom, named.axiom) == ("unanimity", "onto")
    assert (open_.mechanism, named.mechanism) == ("every rule", "every rule")
    held = impossibilities.verify_consistency(consistency(Status.HOLDS))
    assert held.mechanism == "some rule"


def test_removals_are_named_with_every_set_that_has_them():
    assert list(candidates._removals(("a", "b"))) == []
    told = [case["details"] for case in candidates._removals(("a", "b", "c"))]
    assert [d["removed"] for d in told] == ["a"] * 4 + ["b"] * 4 + ["c"] * 4
    assert [d["note"] for d in told[:4]] == ["first", "last", ("a", "b"), ("a", "c")]


def test_a_prior_is_told_in_the_label():
    asked = {"agents": 2, "grid": 2, "prior": "uniform"}
    for rule in (facility.median, facility.average):
        verdict = axioms.check("bayesian_incentive_compatibility", rule, **asked)
        assert verify_verdict(rule, verdict).answer == "confirmed"
        label = facility.average.setting.domain(2, grid=2).label
        for other in (label, f"{label}, prior as told"):
            false = replace(verdict, scope=replace(verdict.scope, domain=other))
            assert verify_verdict(rule, false).answer == "NOT confirmed"


def test_what_is_not_listed_is_left_open():
    scope = axioms.check("individual_rationality", auctions.gsp, agents=2, grid=2, slots=1).scope
    assert "weak_budget_balance" not in candidates.CANDIDATES
    with pytest.raises(Open, match="cannot be recounted"):
        verdicts.recount(auctions.gsp, "weak_budget_balance", scope)


def test_the_family_of_a_setting():
    assert _family(LINE) == "facility"
    case = axioms.check("strategyproofness", facility.average, agents=2, grid=2).witness
    finding = verify_witness(as_mechanism(First(toy.Packages())), case)
    assert finding.answer == "NOT confirmed"
    assert "another family" in finding.reason


def test_nothing_gained_is_no_violation():
    rule = First(Scaled())
    problem = rule.setting.problem([[1, 1]])
    before, other = rule.setting.outcomes(problem)
    case = Witness("weak_pareto", rule.setting, problem, before, alternative=other, gap=0)
    assert verify_witness(rule, case).answer == "NOT confirmed"


def test_problems_that_are_named_are_the_scope():
    setting = toy.Nested()
    problem = setting.domain(2).base
    assert verdicts._asked({"problems": (problem,)}, setting, (2,)) == ((problem,), ())
    assert len(verdicts._asked({}, setting, (1, 2))[1]) == 2


def test_the_cases_about_alternatives_are_all():
    problem = aggregation.rankings().problem(["a > b > c", "c > b > a"])
    names, reports = problem.data.alternatives, [(problem.types[0], problem.types[1])] * 2
    setting = aggregation.rankings()

    def cases(axiom):
        return listed(axiom, problem, reports, setting)

    assert len(names) == 3
    assert len(cases("candidate_monotonicity")) == 2 * 2 * 3
    pairs = [case["details"]["pair"] for case in cases("arrow_iia")]
    assert pairs == list(itertools.combinations(names, 2)) * 4
    told = [(c["details"]["above"], c["details"]["below"]) for c in cases("ranking_pareto")]
    assert told == list(itertools.permutations(names, 2))
    involved = [(c["agents"], c["details"]["alternative"]) for c in cases("positive_involvement")]
    assert involved == [((k,), x) for k in (0, 1) for x in names]
    alone = setting.problem(["a > b > c"])
    assert listed("positive_involvement", alone, setting=setting) == []
    assert len(cases("neutrality")) == len(list(setting.relabelled(problem)))
    core = listed("core", Listed().problem([[0, 1], [1, 0]]), setting=Listed())
    assert [(c["alternative"].choice, c["agents"]) for c in core] == [
        (x, group) for x in "ab" for group in ((0,), (1,), (0, 1))
    ]


def test_pairs_of_strategies_are_looked_at_once():
    data = SimpleNamespace(joint=((0, 0), (0, 0)), mixed=2)
    first = SimpleNamespace(types=(0, 1), agents=("x", "y"), data=data)
    other = SimpleNamespace(types=(1, 1), agents=("x", "y"), data=data)
    reports = ((0, 1), (1, 0))
    assert list(candidates._strategies(other, reports)) == []
    cases = list(candidates._strategies(first, reports))
    shares = [(F(k, 2), F(2 - k, 2)) for k in range(3)]
    plans = list(itertools.product(shares, repeat=2))
    assert [(c["agents"], c["details"]["strategies"]) for c in cases] == [
        (agents, both)
        for both in itertools.product(plans, repeat=2)
        for agents in (("x",), ("y",), ())
    ]
    with pytest.raises(Open, match="signals"):
        list(candidates._strategies(first, None))


def test_a_certificate_is_exact():
    verdict = axioms.check("strategyproofness", facility.median)
    assert verify_verdict(facility.median, verdict).answer == "confirmed"
    for changes in ({"exact": False}, {"tolerance": 1e-9}, {"exact": False, "tolerance": 1e-9}):
        finding = verify_verdict(facility.median, replace(verdict, **changes))
        assert finding.answer == "NOT confirmed"
        assert "no tolerance" in finding.reason


def test_who_moves_under_a_permutation():
    problem = toy.Packages().problem([[0, 1], [1, 0], [1, 1]])
    assert candidates._moved(problem, (1, 0, 2)) == (0, 1)
    assert candidates._moved(problem, (1, 2, 0)) == (0, 1, 2)
    assert candidates._moved(problem, (0, 1, 2)) == ()


def test_a_core_is_among_what_was_asked():
    proof = Impossibility(LINE, (), False, (), FrozenMap(), ())
    for core, why in (
        (("onto", "unanimity"), "not among what was asked"),
        (("onto",), "not among what was asked"),
        (("unanimity",), "the proof uses"),
    ):
        finding = impossibilities.verify_consistency(
            consistency(Status.VIOLATED, core=core, proof=proof)
        )
        assert finding.answer == "NOT confirmed"
        assert why in finding.reason


@pytest.mark.parametrize(("name", "least"), [("MOST", 2), ("SECONDS", -1.0)])
def test_a_recount_has_limits(monkeypatch, name, least):
    scope = axioms.check("strategyproofness", facility.median, agents=1, grid=2).scope
    told = verdicts.recount(facility.median, "strategyproofness", scope)
    assert told.startswith("none of 9 cases at 3 problems")
    monkeypatch.setattr(verdicts, name, least)
    with pytest.raises(Open):
        verdicts.recount(facility.median, "strategyproofness", scope)
