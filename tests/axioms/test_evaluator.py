"""What a check spends, what counts as a gap, and when two results are the same."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import pytest

from mechdesign import auctions, axioms, facility
from mechdesign.axioms import UNKNOWN, Evaluator
from mechdesign.axioms.question.evaluator import Budget, BudgetExhausted
from mechdesign.axioms.question.lift import lifted_gain
from mechdesign.axioms.question.sameness import same_result
from mechdesign.axioms.question.verifier import differs, improvement
from mechdesign.errors import UndecidedError
from mechdesign.model import FrozenMap, Lottery, Mechanism, Outcome
from tests.axioms import toy

HALF = Fraction(1, 2)
PLACE = toy.Packages()
SMALL = {"agents": 2, "values": 2, "packages": 2}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that the budget's clock shows, to be moved by hand."""
    now = [0.0]
    monkeypatch.setattr("mechdesign.axioms.question.evaluator.time.monotonic", lambda: now[0])
    return now


def evaluator(rule: Mechanism = toy.utilitarian, **options: Any) -> Evaluator:
    return Evaluator(rule, rule.setting, options.pop("budget", Budget()), **options)


# ------------------------------------------------------------------------- budgets


@pytest.mark.parametrize(
    ("axiom", "rule", "scope"),
    [
        ("weak_pareto", toy.egalitarian, SMALL),
        ("strategyproofness", toy.dictator, SMALL),
        ("anonymity", toy.utilitarian, SMALL),
        ("strategyproofness", facility.median, {"agents": 2, "grid": 3}),
    ],
)
def test_exactly_the_comparisons_needed_suffice(axiom: str, rule: Any, scope: Any) -> None:
    needed = axioms.check(axiom, rule, **scope).stats["checks"]
    assert axioms.check(axiom, rule, max_checks=needed, **scope).holds
    short = axioms.check(axiom, rule, max_checks=needed - 1, **scope)
    assert short.status is UNKNOWN
    assert short.evidence.kind == "budget"
    assert f"max_checks={needed - 1}" in short.evidence.text


def test_nothing_is_spent_beyond_a_budget() -> None:
    budget = Budget(max_checks=5)
    budget.spend(3)
    with pytest.raises(BudgetExhausted):
        budget.spend(3)
    assert budget.checks == 3
    budget.spend(2)
    with pytest.raises(BudgetExhausted):
        budget.spend()
    assert budget.limit == "max_checks=5"


def test_the_time_that_is_left(clock: list[float]) -> None:
    assert Budget().remaining is None
    clock[0] = 50
    budget = Budget(time_limit=10)
    assert budget.remaining == 10
    clock[0] = 60
    assert budget.remaining == 0
    budget.check_clock()  # the last moment still counts
    clock[0] = 61
    assert budget.remaining == -1
    with pytest.raises(BudgetExhausted):
        budget.check_clock()
    assert budget.limit == "time_limit=10"


def test_the_clock_is_read_now_and_then(clock: list[float]) -> None:
    """After at most 64 single comparisons, and whenever several are announced at once."""
    budget = Budget(time_limit=1)
    clock[0] = 2
    for _ in range(63):
        budget.spend()
    with pytest.raises(BudgetExhausted):
        budget.spend()
    with pytest.raises(BudgetExhausted):
        budget.spend(2)


def test_an_evaluation_after_the_end_is_refused(clock: list[float]) -> None:
    ctx = evaluator(budget=Budget(time_limit=1))
    problem = PLACE.problem([(0, 1)])
    ctx.run(problem)
    clock[0] = 2
    ctx.run(problem)  # known already
    with pytest.raises(BudgetExhausted):
        ctx.run(PLACE.problem([(1, 0)]))


def test_a_witness_is_shown_even_if_there_is_no_time_to_minimise_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scope = {"agents": 2, "values": 3, "packages": 2, "time_limit": 10}
    verdict = axioms.check("strategyproofness", toy.utilitarian, **scope)
    assert axioms.check("strategyproofness", toy.utilitarian, **scope).witness.minimal
    late = itertools.count(time.monotonic(), 100)
    monkeypatch.setattr("mechdesign.axioms.question.evaluator.time.monotonic", lambda: next(late))
    assert verdict.violated
    assert not verdict.witness.minimal
    assert verdict.witness.replay(toy.utilitarian)


# ------------------------------------------------------------------------- evaluations


def test_a_problem_is_evaluated_once() -> None:
    asked: list[Any] = []

    class Counting(toy.Rule):
        def solve(self, problem: Any, *, rng: Any = None) -> Outcome:
            asked.append(problem)
            return super().solve(problem)

    ctx = evaluator(Counting("counting", sum))
    problem = PLACE.problem([(0, 1)])
    first = ctx.run(problem)
    assert ctx.run(PLACE.problem([(0, 1)])) is first
    assert asked == [problem]
    assert ctx.budget.evaluations == 1
    ctx.again(problem)
    assert len(asked) == 2
    assert [known for known, _ in ctx.seen()] == [problem]


def test_a_full_cache_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mechdesign.axioms.question.evaluator.CACHE_LIMIT", 3)
    ctx = evaluator()
    problems = [PLACE.problem([(0, k)]) for k in range(5)]
    for k, problem in enumerate(problems):
        ctx.run(problem)
        assert len(ctx.seen()) == k % 3 + 1
    assert [problem for problem, _ in ctx.seen()] == problems[3:]


def test_the_first_reason_is_kept() -> None:
    ctx = evaluator()
    assert ctx.undecided_because == ""
    ctx.undecided("one")
    ctx.undecided("two")
    assert ctx.undecided_because == "one"


# ------------------------------------------------------------------------- gaps


@pytest.mark.parametrize(
    ("gap", "counts", "exact"),
    [
        (0, False, True),
        (Fraction(1, 10**20), True, True),
        (-1, False, True),
        (0.0, False, False),
        (1e-9, False, False),
        (1.1e-9, True, False),
        (-1.0, False, False),
    ],
)
def test_what_exceeds_nothing(gap: Any, counts: bool, exact: bool) -> None:
    ctx = evaluator(tolerance=1e-9)
    assert ctx.exceeds(gap) is counts
    assert ctx.exact is exact


def test_what_is_not_a_number_is_no_gap() -> None:
    with pytest.raises(UndecidedError, match="not a number"):
        evaluator().exceeds(math.nan)


@pytest.mark.parametrize(
    ("first", "second", "same", "exact"),
    [
        ("a", "a", True, True),
        ("a", "b", False, True),
        (HALF, HALF, True, True),
        (HALF, Fraction(1, 3), False, True),
        (0.5, HALF, True, True),
        (0.5, 0.5 + 1e-9, True, False),
        (0.5, 0.5 + 2e-9, False, False),
        (0, 1e-10, True, False),
        (1e-10, 0, True, False),
        (0.5, "a", False, False),
        ("a", 0.5, False, False),
        ((0.5, 1), (0.5 + 1e-10, 1), True, False),
        ((0.5, 1), (0.5, 2), False, True),
        ((0.5, 1), (0.5,), False, True),
        ((1,), 1, False, True),
        (((0.5,), "x"), ((0.5 + 1e-10,), "x"), True, False),
        (((0.5,), "x"), ((0.6,), "x"), False, False),
    ],
)
def test_the_same_choice(first: Any, second: Any, same: bool, exact: bool) -> None:
    """The search and the verifier agree on it."""
    ctx = evaluator(tolerance=1e-9)
    assert ctx.same(first, second) is same
    assert ctx.exact is exact
    if not (isinstance(first, float) and second == first + 1e-9):
        assert differs(Outcome(first), Outcome(second), 1e-9) is not same


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (None, None, True),
        (None, {0: 0}, True),
        ({0: 1}, {0: 1}, True),
        ({0: 1}, None, False),
        (None, {1: 1}, False),
        ({0: 1}, {0: 2}, False),
        ({0: 1}, {0: 1.0 + 1e-12}, True),
        ({0: 1}, {0: 1, 1: 1}, False),
        ({0: 1, 1: 1}, {0: 1}, False),
    ],
)
def test_the_same_payments(first: Any, second: Any, same: bool) -> None:
    before, after = Outcome("a", payments=first), Outcome("a", payments=second)
    assert same_result(evaluator(), before, after) is same
    assert same_result(evaluator(), before, after, payments=False)
    assert differs(before, after, 1e-9) is not same
    assert not differs(before, after, 1e-9, payments=False)
    other = Outcome("b", payments=first)
    assert not same_result(evaluator(), before, other, payments=False)
    assert differs(before, other, 1e-9)


def mixed(**parts: Any) -> Lottery:
    return Lottery((p, Outcome(name)) for name, p in parts.items())


def test_the_same_lottery() -> None:
    exact = mixed(a=HALF, b=HALF)
    ctx = evaluator()
    assert same_result(ctx, exact, mixed(b=HALF, a=HALF))
    assert not same_result(ctx, exact, mixed(a=Fraction(1, 3), b=Fraction(2, 3)))
    tiny = Fraction(1, 10**12)
    assert not same_result(ctx, exact, mixed(a=HALF + tiny, b=HALF - tiny))
    assert ctx.exact
    assert same_result(ctx, exact, mixed(a=0.5 + 1e-12, b=0.5 - 1e-12))
    assert not ctx.exact
    assert not same_result(ctx, mixed(a=0.5, b=0.5), mixed(a=0.6, b=0.4))
    assert not same_result(ctx, mixed(a=0.5, b=0.5), mixed(a=0.5, c=0.5))
    assert not same_result(ctx, mixed(a=0.5, b=0.5), mixed(a=1.0))
    assert same_result(ctx, mixed(a=0.5, b=0.5), mixed(a=0.5, b=0.5 - 1e-12, c=1e-12))
    sure = mixed(a=1)
    assert not same_result(ctx, sure, Outcome("a"))
    assert not same_result(ctx, Outcome("a"), sure)


def test_the_same_set() -> None:
    a, b = Outcome("a"), Outcome("b")
    assert same_result(evaluator(), (a, b), (b, a))
    assert not same_result(evaluator(), (a, b), (a,))
    assert not same_result(evaluator(), (a,), a)
    assert not differs([a, b], [b, a], 0)
    assert differs([a, b], [a], 0)


# ------------------------------------------------------------------------- gains


@dataclass(frozen=True)
class Shared(toy.Packages):
    """Everybody bears the cost of the outcome."""

    id: ClassVar[str] = "toy.shared"

    def utility(self, problem: Any, agent: Any, true_type: Any, outcome: Outcome) -> Any:
        return super().utility(problem, agent, true_type, outcome) - outcome.cost


def test_a_setting_may_value_more_than_choice_and_payments() -> None:
    """A lie that makes the same package cheaper is worth it."""
    setting = Shared()

    def haggled(rows: Any) -> Outcome:
        return Outcome("a", cost=0 if rows[0][0] == 3 else 2)

    verdict = axioms.check("strategyproofness", haggled, setting=setting, problem=[(1, 0)])
    assert verdict.violated
    assert verdict.witness.gap == 2
    assert verdict.witness.replay(haggled)


@pytest.mark.parametrize("preferences", ["euclidean", "single_peaked"])
def test_a_gain_is_what_the_setting_says(preferences: str) -> None:
    """Where preferences are ordinal it is more than a difference of two utilities."""
    line = facility.line(0, 1, preferences=preferences)
    problem = line.problem([HALF, 0])
    before, after = Outcome(Fraction(1, 4)), Outcome(1)
    for lift in ("", "ex_post"):
        gain = line.gain(problem, 0, HALF, before, after)
        assert lifted_gain(line, problem, 0, HALF, before, after, lift) == gain
        assert improvement(line, problem, 0, HALF, before, after, lift) == gain
    assert gain == (-Fraction(1, 4) if preferences == "euclidean" else Fraction(3, 4))


@pytest.mark.parametrize(("before", "after", "gain"), [(1, 1, 0), (2, 1, 1), (1, 2, -1)])
def test_the_same_slot_at_another_price(before: int, after: int, gain: int) -> None:
    setting = auctions.position()
    problem = setting.problem([5, 3], ctr=[1])
    results = [
        Outcome(FrozenMap({0: 0}), payments={0: pay, 1: 0}, problem=problem, setting=setting)
        for pay in (before, after)
    ]
    assert lifted_gain(setting, problem, 0, 5, *results, "") == gain
    assert improvement(setting, problem, 0, 5, *results, "") == gain


def test_a_lie_that_changes_the_price_alone() -> None:
    """The winner keeps its slot and pays what it says."""

    def first_price(data: Any) -> Any:
        bids = data["bids"]
        winner = bids.index(max(bids))
        slots = [0 if k == winner else None for k in range(len(bids))]
        return slots, [bids[winner] if k == winner else 0 for k in range(len(bids))]

    setting = auctions.position()
    scope = {"agents": 1, "grid": 2, "slots": [1]}
    verdict = axioms.check("strategyproofness", first_price, setting=setting, **scope)
    assert verdict.violated
    assert verdict.witness.before.choice == verdict.witness.after.choice
    assert verdict.witness.gap == 1  # 0 instead of 1 is paid
