"""The engine at its edges: what a fresh evaluator is, what belief a name earns, what is shared."""

import itertools
import json
import math
import subprocess
import sys
import threading
import types
from dataclasses import replace
from fractions import Fraction as F
from json import dumps

import numpy as np
import pytest

from mechdesign import aggregation, allocation, axioms, facility, matching
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED, Evaluator
from mechdesign.axioms.methods import by_workers, classes, everywhere, search
from mechdesign.axioms.methods.answers import SAME_EVERYWHERE
from mechdesign.axioms.question import evaluator as clocked
from mechdesign.axioms.question import purity
from mechdesign.axioms.question.evaluator import Budget
from mechdesign.axioms.question.lift import lifted_gain
from mechdesign.axioms.question.profiles import leaving
from mechdesign.axioms.question.question import prepare
from mechdesign.axioms.question.registry import find
from mechdesign.axioms.question.trust import believed
from mechdesign.axioms.question.verifier import improvement
from mechdesign.axioms.question.witness import Violation, Witness
from mechdesign.errors import InvalidInputError
from mechdesign.model import as_mechanism

from . import toy

PLACE = toy.Packages()


LINE = facility.line(0, 1)


# ------------------------------------------------------------------------- evaluators


def test_a_fresh_evaluator_has_seen_nothing():
    ctx = Evaluator(toy.utilitarian, PLACE, Budget())
    assert (ctx.asked_twice, ctx.exact, ctx.lotteries, ctx.constant) == (0, True, False, True)
    assert (ctx.undecided_because, ctx.lies, ctx.symbolic) == ("", "", False)
    assert (ctx.closed, ctx.finite, ctx.lift) == (False, False, "")
    spent = Budget(max_checks=10)
    ctx = Evaluator(toy.utilitarian, PLACE, spent)
    problem = PLACE.problem([[0, 1], [1, 1]])
    ctx.run(problem)
    ctx.run(PLACE.problem([[1, 0], [1, 0]]))
    spent.spend(3)
    assert (spent.evaluations, spent.checks, ctx.constant) == (2, 3, False)
    fresh = ctx.sent().budget
    assert (fresh.checks, fresh.evaluations, fresh.problems, fresh.max_checks) == (0, 0, 0, 7)
    assert ctx.sent().constant
    spent.spend(7)
    assert ctx.sent().budget.max_checks == 1
    assert Evaluator(toy.utilitarian, PLACE, Budget()).sent().budget.max_checks is None


def test_progress_is_told_once_a_tick(monkeypatch):
    now, told = [100.0], []
    monkeypatch.setattr("mechdesign.axioms.question.evaluator.time.monotonic", lambda: now[0])
    budget = Budget()
    budget.progress = lambda: told.append(now[0])
    budget.check_clock()
    before = len(told)
    budget.check_clock()
    assert len(told) == before  # no time has passed
    now[0] += 2 * clocked._TICK
    budget.check_clock()
    budget.check_clock()
    assert len(told) == before + 1


def test_the_tolerance_is_a_part_of_the_size_of_a_problem():
    question = prepare("strategyproofness", facility.average, setting=facility.line(0, 1000))
    large = facility.line(0, 1000).problem([0, 1000])
    ctx = question.evaluator(Budget(), at=large)
    assert ctx.tolerance == pytest.approx(1000 * ctx.relative)


def test_counts_and_how_it_was_found_are_not_part_of_a_verdict():
    verdict = axioms.check("unanimity", facility.average, agents=2, grid=2)
    assert verdict == replace(verdict, stats={"checks": 10**6})
    refuted = axioms.check("strategyproofness", facility.average, agents=2, grid=2)
    assert refuted == replace(refuted, found=replace(refuted.witness, gap=7))
    assert "_find" not in repr(refuted)


# ------------------------------------------------------------------------- domains without a word


class SmallComplete(toy.Nested):
    """A setting whose domain is everything with one agent only."""

    def domain(self, agents):
        return replace(super().domain(agents), complete=agents == 1)


def test_only_what_is_complete_for_every_number_is_exhausted():
    setting = SmallComplete()
    mechanism = as_mechanism(toy.nested_equal, setting)
    told = {
        agents: axioms.check("equal_treatment", mechanism, setting=setting, agents=agents)
        for agents in (1, (1, 2), 2)
    }
    assert told[1].status is not VIOLATED
    assert told[(1, 2)].status is UNKNOWN
    assert told[2].status is UNKNOWN
    complete = axioms.check("equal_treatment", toy.nested_equal, agents=2)
    assert complete.status is HOLDS


# ------------------------------------------------------------------------- belief


def test_whose_word_is_believed():
    assert believed(facility.median, "claims")
    assert not believed(as_mechanism(lambda x: x[0], LINE), "claims")
    for name in ("anonymous", "claims", "depends_on"):
        for rule in (facility.constant, facility.ladder, facility.median, matching.greedy):
            assert believed(rule, name) or not hasattr(rule, name)


# What is tested are kinds of code, not values.
SAME = object()


def asks_none(x):
    return x[0] if x is not None else 0


def asks_same(x):
    return x[0] if x[0] is x[1] else 0


def asks_first(x):
    y = x[0]
    return y is x[1]


def counts_by_name(x):
    return min(x.__len__(), 1) * x[0]


def asks_class(x):
    return x[0] if x.__class__ is None else x[1]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (asks_none, ""),
        (counts_by_name, ""),
        (asks_same, "same object"),
        (asks_first, "same object"),
        (asks_class, "__class__"),
    ],
)
def test_code_that_tells_a_symbol_from_a_number(rule, told):
    said = purity.tells(as_mechanism(rule, LINE))
    assert told in said
    assert bool(said) == bool(told)


class Counted(dict):
    """A dictionary that hides what it holds."""

    def items(self):
        return []


def test_containers_are_opened_whatever_their_class_says():
    assert list(purity._of(dict, Counted(a=1))) == [("a", 1)]
    assert list(purity._of(list, [1, 2])) == [1, 2]
    assert list(purity._of(str, "ab")) == ["ab"]
    assert list(purity._of(int, 3)) == [3]


# ------------------------------------------------------------------------- lifts


@pytest.mark.parametrize("lift", ["", "expectation", "dominance", "possible"])
@pytest.mark.parametrize("ordinal", [False, True])
def test_the_search_and_the_verifier_compare_alike(lift, ordinal):
    if ordinal:
        rule, scope = allocation.serial_dictatorship, {"objects": 2, "lists": "complete"}
    else:
        rule, scope = aggregation.borda, {"alternatives": 3}
    question = prepare("strategyproofness", rule, agents=2, **scope)
    setting, domain = question.setting, question.domains[0]
    problem = domain.base.with_profile([listed[-1] for listed in domain.reports])
    outcomes = list(setting.outcomes(problem))[:4]
    assert len(outcomes) > 1
    for before, after in itertools.permutations(outcomes, 2):
        own = problem.types[0]
        told = lifted_gain(setting, problem, 0, own, before, after, lift)
        assert told == improvement(setting, problem, 0, own, before, after, lift)
    assert lifted_gain(setting, problem, 0, problem.types[0], before, before, lift) == 0


# ------------------------------------------------------------------------- profiles


@pytest.mark.parametrize("twins", [False, True])
def test_who_leaves_a_profile(twins):
    question = prepare("participation", aggregation.borda, agents=(1, 2, 3), alternatives=3)
    arrays = classes.arrays_of(question)
    assert arrays is not None
    assert list(leaving(arrays, 1)) == []
    told, plain = (list(leaving(arrays, 3, **options)) for options in ({}, {"twins": False}))
    assert [len(rows) for _, rows, _ in told] == [len(rows) for _, rows, _ in plain]
    for n in (2, 3):
        vectors, smaller = arrays.profiles(n).vectors, arrays.profiles(n - 1).vectors
        seen = 0
        for kind, here, rest in leaving(arrays, n, choice=False, twins=twins):
            gone = vectors[here].copy()
            gone[:, kind] -= 1
            assert np.array_equal(gone, smaller[rest])
            assert (vectors[here][:, kind] > int(twins)).all()
            seen += len(here)
        rows = arrays.rows(n, choice=False)
        assert seen == int((vectors[rows] > int(twins)).sum())


def test_arrays_are_for_domains_of_the_same_lists():
    question = prepare("participation", aggregation.borda, agents=(1, 2), alternatives=3)
    assert classes.arrays_of(question) is not None
    three, four = (
        prepare("participation", aggregation.borda, agents=2, alternatives=m).domains[0]
        for m in (3, 4)
    )
    assert classes.arrays_of(replace(question, domains=(three, four))) is None
    renamed = replace(three, reports=(three.reports[0][:3],) * 2)
    assert classes.arrays_of(replace(question, domains=(three, renamed))) is None


def test_what_an_axiom_of_a_user_says_of_names():
    class Mine(axioms.Axiom):
        id = "mine"

        def violations(self, ctx, problem):
            return ()

        def verify(self, mechanism, setting, witness):
            return None

    class Said(Mine):
        symmetric = True

    class Denied(Mine):
        symmetric = False

    assert not classes.says(Mine(), "symmetric")
    assert classes.says(Said(), "symmetric")
    assert not classes.says(Denied(), "symmetric")
    assert classes.says(find("participation"), "symmetric")
    assert not classes.says(find("anonymity"), "symmetric")


# ------------------------------------------------------------------------- workers and the hunt


def test_results_end_at_an_error_that_the_search_meets_itself():
    def after(*errors):
        yield 1
        for error in errors:
            raise error

    assert list(by_workers._tried(after())) == [1]
    for error in (ValueError("x"), InvalidInputError("data", "be better", 0)):
        assert list(by_workers._tried(after(error))) == [1]
    with pytest.raises(InvalidInputError):
        list(by_workers._tried(after(InvalidInputError("workers", "be sent", 0))))


@pytest.mark.parametrize("agents", [(5,), (5, 6)])
def test_a_counterexample_that_was_drawn_is_shrunk(agents):
    def rule(x):
        type(x)  # nobody can follow this with symbols
        return x[0] if len(x) < 5 else sum(x) / len(x)

    verdict = axioms.check("strategyproofness", rule, setting=LINE, agents=agents, rng=3, trials=30)
    assert verdict.status is VIOLATED
    witness = verdict.witness
    assert witness.replay(rule)
    assert not witness.minimal
    assert len(witness.problem) == 5
    # What is left is as simple as can be: two places of a coarse grid.
    assert len(set(witness.problem.types)) <= 2
    assert max(t.denominator for t in witness.problem.types) <= 2


def test_a_hunt_spends_what_it_may():
    def rule(x):
        type(x)
        return sorted(x)[len(x) // 2]

    for most in (1, 50, 400):
        verdict = axioms.check(
            "strategyproofness", rule, setting=LINE, rng=1, trials=10**6, max_checks=most
        )
        assert verdict.status is UNKNOWN
        assert verdict.evidence.kind == "budget"
        assert f"max_checks={most}" in verdict.evidence.text or "max_checks" in str(verdict)
    question = prepare("strategyproofness", rule, setting=LINE, max_checks=50)
    hunted, used = everywhere._hunt(question)
    assert isinstance(hunted, str)
    assert used <= 50
    nothing, none = everywhere._hunt(prepare("strategyproofness", rule, setting=LINE, agents=9))
    assert (nothing, none) == ("", 0)
    spent = axioms.check("strategyproofness", rule, setting=LINE, max_checks=400, trials=0)
    assert spent.evidence.kind != "budget" or spent.status is UNKNOWN


# ------------------------------------------------------------------------- verify, by definition


def told(axiom, setting, problem, before, **parts):
    return Witness(axiom, setting, problem, before, **parts)


def test_the_simplest_witness_comes_first():
    place = facility.line(0, 3)

    def order(types, variant=None):
        problem = place.problem(types)
        lie = None if variant is None else place.problem(variant)
        return search.witness_order(place, Violation(problem, variant=lie))

    for simple, other in (
        (order([3]), order([0, 0])),  # fewer agents
        (order([3, 3]), order([0, 1])),  # fewer places
        (order([0, 2]), order([0, F(1, 3)])),  # smaller denominators
        (order([0, 2], [1, 2]), order([0, 2], [F(1, 3), 2])),  # of lies, too
        (order([0, 2], [1, 2]), order([0, 1], [2, 1])),  # shorter lies
        (order([0, 3], [1, 3]), order([0, 2], [1, 1])),  # the way of all lies together
        (order([0, 1]), order([0, 2])),
    ):
        assert simple < other


class OfAUser(type(aggregation.rankings())):
    """A setting of a user, who may value outcomes in another way."""


def test_arrays_are_made_for_settings_of_the_package_only():
    question = prepare("participation", aggregation.borda, agents=2, alternatives=3)
    assert classes.arrays_of(question) is not None
    assert classes.arrays_of(replace(question, setting=OfAUser())) is None


def test_a_rule_that_chooses_the_same_everywhere_is_told():
    def half(x):
        return F(1, 2)

    scope = {"setting": LINE, "agents": 2, "grid": 2}
    assert SAME_EVERYWHERE in axioms.check("strategyproofness", half, **scope).evidence.text
    told = axioms.check("strategyproofness", lambda x: min(x), **scope).evidence.text
    assert SAME_EVERYWHERE not in told
    single = axioms.check("unanimity", half, setting=LINE, problem=LINE.problem([F(1, 2)]))
    assert single.status is HOLDS
    assert SAME_EVERYWHERE not in single.evidence.text


KEPT = threading.local()


def writes_json(x):
    return x[0] if json.dumps("x") else x[1]


def dumps_alone(x):
    return x[0] if dumps("x") else x[1]


def keeps(x):
    KEPT.last = x[0]
    return x[0]


def counts_only(x):
    return x[0] if math.gcd(4, 6) == 2 else x[1]


def joins(x):
    return x[0] if list(itertools.chain([1], [2])) else x[1]


@pytest.mark.parametrize(
    ("rule", "clean"),
    [
        (writes_json, False),
        (dumps_alone, False),
        (keeps, False),
        (counts_only, True),
        (joins, True),
    ],
)
def test_libraries_that_may_keep_something_are_named(rule, clean):
    assert (purity.tells(as_mechanism(rule, LINE)) == "") is clean


MINE = types.ModuleType("mine")


MINE.last = 0


@pytest.mark.parametrize(("module", "told"), [(MINE, "mine"), (math, "")])
def test_a_module_of_a_user_may_keep_something(module, told):
    held = [module]

    def rule(x):
        return x[len(held) - 1]

    said = purity.tells(as_mechanism(rule, LINE))
    assert told in said
    assert bool(said) == bool(told)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_worst_gap_where_others_come_later(workers):
    """The largest violation is met early, and smaller ones and none after it."""

    def worst_first(x):
        return sum(x) / len(x) if x[0] == 0 else x[0]

    found = axioms.worst(
        "strategyproofness", worst_first, setting=LINE, agents=2, grid=12, workers=workers
    )
    grid = [F(k, 12) for k in range(13)]
    gains = [
        abs(own - worst_first(truth)) - abs(own - worst_first(lied))
        for own, other, lie in itertools.product(grid, repeat=3)
        for truth, lied in (([own, other], [lie, other]), ([other, own], [other, lie]))
    ]
    assert found.value == max(gains)


def test_two_checks_of_one_claim_are_equal():
    first, second = (
        axioms.check("strategyproofness", facility.average, agents=2, grid=2) for _ in range(2)
    )
    assert first == second
    assert first.witness is not None
    assert first == second


def test_a_budget_keeps_its_time_on_the_way(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 5000.0)
    monkeypatch.setattr("time.monotonic", lambda: 200.0)
    budget = Budget(time_limit=300)
    budget.start = 50.0
    state = budget.__getstate__()
    assert state["start"] == 4850.0
    # The monotonic clock of the other machine began later.
    monkeypatch.setattr("time.monotonic", lambda: 20.0)
    there = Budget()
    there.__setstate__(state)
    assert there.start == -130.0


def test_an_axiom_of_a_family_is_found_before_the_family_is_loaded():
    code = "from mechdesign.axioms.question.registry import find; print(find('arrow_iia').id)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "arrow_iia"
