"""The parts of the verifier, each at its edge: what is refused, what is left open, what stands."""

import itertools
from dataclasses import dataclass, replace
from fractions import Fraction as F
from typing import ClassVar

import pytest

from mechdesign import facility
from mechdesign.axioms.question.verdict import Scope
from mechdesign.axioms.question.witness import Witness
from mechdesign.axioms.verification import candidates, verdicts
from mechdesign.axioms.verification.findings import Open, Refused, agree, exceeds
from mechdesign.axioms.verification.witnesses import possible, rankable, verify_witness
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
