"""What a check must not confirm: each case was answered HOLDS, or by a witness that fails, once."""

from __future__ import annotations

import random
from fractions import Fraction as F
from typing import Any

import numpy as np
import pytest

from mechdesign import aggregation, auctions, axioms, bargaining, facility, matching
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED, list_axioms
from mechdesign.axioms.question.trust import believed
from mechdesign.errors import InvalidInputError
from mechdesign.facility import obnoxious_line
from mechdesign.model import (
    FunctionMechanism,
    Lottery,
    Outcome,
    Problem,
    Reference,
    Setting,
    Theorem,
)

from . import toy

# ------------------------------------------------------------------------- anonymity


def test_anonymity_where_two_agents_are_equal() -> None:
    """Exchanging equals changes nothing, but with a third agent it is a step of a cycle."""
    scope = {"agents": 3, "grid": 3, "slots": (2, 1)}
    found = axioms.check("anonymity", auctions.gsp, **scope)
    assert found.status is VIOLATED
    assert found.witness.replay(auctions.gsp)
    assert axioms.check("anonymity", auctions.vcg, **scope).status is HOLDS


RULES: dict[str, list[Any]] = {
    "facility.line": ["facility.median", "facility.average", "facility.dictator(agent=1)"],
    "auctions.position": ["auctions.vcg", "auctions.gsp", "auctions.gfp"],
    "aggregation.rankings": [aggregation.borda, aggregation.kemeny, aggregation.plurality],
    "bargaining.packages": ["bargaining.utilitarian", "bargaining.nash"],
    "matching.online": [matching.greedy, "matching.ranking", "matching.balance"],
    "toy.packages": [toy.utilitarian, toy.dictator],
    "toy.shares": [toy.vickrey, toy.first_price],
}


def small_questions() -> list[tuple[str, Setting, dict[str, Any]]]:
    """A small domain of every family."""
    return [
        ("facility", facility.line(), {"agents": 3, "grid": 2}),
        ("auctions", auctions.position(), {"agents": 3, "grid": 2, "slots": (2, 1)}),
        ("aggregation", aggregation.rankings(), {"agents": 3, "alternatives": 2}),
        ("aggregation", aggregation.rankings("winner"), {"agents": 2, "alternatives": 3}),
        (
            "bargaining",
            bargaining.package_choice(),
            {"agents": 2, "packages": 2, "utilities": (0, 1)},
        ),
        (
            "matching",
            matching.online(),
            {"agents": 3, "weights": (1, 2), "arrivals": 2, "p": F(1, 2)},
        ),
        ("toy", toy.Packages(), {"agents": 3, "values": 2, "packages": 2}),
        ("toy", toy.Shares(), {"agents": 3, "values": 2}),
    ]


def random_rule(setting: Setting, seed: int) -> FunctionMechanism:
    """A function of the reports that was drawn by chance, with ties and names that matter."""
    memory: dict[Any, Any] = {}
    rng = random.Random(seed)
    spread = rng.choice([1, 2, 3])

    def choose(problem: Problem) -> Outcome:
        types = list(problem.types)
        key = (len(types), problem.data, str(types if seed % 2 else sorted(types, key=str)))
        if key not in memory:
            memory[key] = one(problem)
        return memory[key]

    def one(problem: Problem) -> Outcome:
        if setting.id == "facility.line":
            return Outcome(rng.choice(list(problem.types)[:spread]))
        if setting.id in ("auctions.position", "toy.shares"):
            winners = rng.sample(list(problem.agents), k=min(2, len(problem)))
            if setting.id == "toy.shares":
                choice = {a: int(a == winners[0]) for a in problem.agents}
                return Outcome(choice, payments={winners[0]: rng.randrange(spread)})
            choice = {a: k for k, a in enumerate(winners)}
            return Outcome(choice, payments={a: rng.randrange(spread) for a in winners})
        if setting.id == "matching.online":
            first, second = rng.choice(list(problem.agents)), rng.choice(list(problem.agents))
            return Outcome(((first, 0), (second, 1))[: rng.randrange(3)])
        listed = list(setting.outcomes(problem))[: spread + 1]
        return Outcome(rng.choice(listed).choice)

    class Drawn(FunctionMechanism):
        def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
            found = choose(problem)
            return Outcome(found.choice, found.payments, problem=problem, setting=self.setting)

    return Drawn(choose, setting, f"drawn{seed}")


@pytest.mark.parametrize(
    ("drawn", "step"),
    [
        (1, 8),
        pytest.param(1, 4, marks=pytest.mark.slow),
        pytest.param(6, 1, marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("k", range(8))
def test_what_holds_on_a_domain_holds_at_every_problem_of_it(k: int, drawn: int, step: int) -> None:
    family, setting, scope = small_questions()[k]
    rules: list[Any] = [*RULES[setting.id], *(random_rule(setting, seed) for seed in range(drawn))]
    asked = 0
    for axiom in list_axioms(family if family != "toy" else None):
        if axiom.applies(setting):
            continue
        for rule in rules:
            everywhere = axioms.check(axiom, rule, setting=setting, max_checks=20_000, **scope)
            if everywhere.status is not HOLDS:
                continue
            for problem in problems_of(setting, scope)[::step]:
                at_one = axioms.check(axiom, rule, setting=setting, problem=problem, **scope)
                assert at_one.status is not VIOLATED, (axiom, rule, at_one)
                asked += 1
    assert asked > 50 / step


def problems_of(setting: Setting, scope: dict[str, Any]) -> list[Problem]:
    words = dict(scope)
    domain = setting.domain(words.pop("agents"), **words)
    return [domain.problem(row) for row in domain.index_matrix.tolist()]


# ------------------------------------------------------------------------- money


def charging(reports: list[Any]) -> Outcome:
    return Outcome(
        sorted(reports)[len(reports) // 2], payments={k: 10 * x for k, x in enumerate(reports)}
    )


@pytest.mark.parametrize("axiom", ["strategyproofness", "anonymity", "equal_treatment"])
def test_payments_are_not_overlooked(axiom: str) -> None:
    """A median that charges ten times the report is not strategyproof."""
    for scope in ({"agents": 3, "grid": 2}, {"problem": [0, 0, 1]}, {}):
        with pytest.raises(InvalidInputError, match="payments"):
            axioms.check(axiom, charging, setting=facility.line(), **scope)


def test_payments_of_batches_are_not_overlooked() -> None:
    class Charging(type(facility.median)):  # type: ignore[misc]
        def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
            found = super().solve(problem)
            return Outcome(found.choice, payments={0: 1}, problem=problem, setting=found.setting)

    rule = Charging.__new__(Charging)
    rule.__dict__.update(facility.median.__dict__)
    with pytest.raises(InvalidInputError, match="payments"):
        axioms.check("strategyproofness", rule, agents=3, grid=2)


def test_payments_of_nothing_are_none() -> None:
    def free(reports: list[Any]) -> Outcome:
        return Outcome(
            sorted(reports)[len(reports) // 2], payments=dict.fromkeys(range(len(reports)), 0)
        )

    assert axioms.check("unanimity", free, setting=facility.line(), agents=3, grid=2).holds


# ------------------------------------------------------------------------- exact numbers


@pytest.mark.parametrize("tiny", [F(1, 10**6), F(1, 10**18), F(1, 10**40)])
def test_unanimity_is_decided_in_exact_numbers(tiny: F) -> None:
    """All prefer p2 by less than floats can tell, and the rule adds floats."""

    def rule(problem: Problem) -> Any:
        sums = [sum(float(row[k]) for row in problem.types) for k in range(2)]
        return problem.data.packages[sums.index(max(sums))]

    setting = bargaining.package_choice()
    scope = {"agents": 2, "packages": 2, "utilities": (0, 1, 1 + tiny)}
    found = axioms.check("unanimity", rule, setting=setting, **scope)
    assert found.violated == (tiny < F(1, 10**15))

    def exact(problem: Problem) -> Any:
        sums = [sum(row[k] for row in problem.types) for k in range(2)]
        return problem.data.packages[sums.index(max(sums))]

    assert axioms.check("unanimity", exact, setting=setting, **scope).holds


# ------------------------------------------------------------------------- scale


@pytest.mark.parametrize("unit", [1e-12, 1e-9, 1, 1e9])
def test_verdicts_do_not_depend_on_the_unit(unit: float) -> None:
    line = facility.line(0, unit)

    def mean(reports: list[Any]) -> float:
        return sum(map(float, reports)) / len(reports)

    def total(reports: list[Any]) -> float:
        return sum(0.1 * float(x) for x in reports)

    scope = {"setting": line, "agents": 3, "grid": 4}
    lying = axioms.check("strategyproofness", mean, **scope)
    assert lying.violated
    assert lying.witness.replay(mean)
    assert lying.witness.gap > unit / 20
    assert axioms.check("anonymity", total, **scope).status is HOLDS
    assert not axioms.check("anonymity", total, **scope).exact


@pytest.mark.parametrize("unit", [F(1, 10**9), F(1), F(10**9)])
def test_auctions_do_not_depend_on_the_unit(unit: F) -> None:
    def rule(price: float) -> FunctionMechanism:
        class Priced(FunctionMechanism):
            def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
                bids = [float(b) for b in problem.types]
                winner = bids.index(max(bids))
                pays = {winner: sorted(bids)[-2] + price * bids[winner]}
                return Outcome({winner: 0}, payments=pays, problem=problem, setting=self.setting)

        return Priced(len, auctions.position(), "priced")

    values = tuple(unit * F(k, 3) for k in range(4))
    scope = {"agents": 2, "grid": values, "slots": (1,)}
    statuses = [axioms.check("strategyproofness", rule(p), **scope).status for p in (0, 0.1)]
    assert statuses == [HOLDS, VIOLATED]


def test_quantities_are_not_compared_in_the_unit_of_money() -> None:
    """With values of a thousand million, a click less is still less."""

    class Falling(FunctionMechanism):
        def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
            amounts = {
                a: 0.5 if value else 0.75
                for a, value in zip(problem.agents, problem.types, strict=True)
            }
            return Outcome(amounts, problem=problem, setting=self.setting)

    class Rich(toy.Shares):
        def domain(self, agents: int, *, values: int = 3) -> Any:
            base = self.problem([0] * agents)
            return type(super().domain(agents))(
                self, base, ((0, 10**9),) * agents, "nothing or a fortune"
            )

    rule = Falling(len, Rich(), "falling")
    assert axioms.check("allocation_monotonicity", rule, agents=2, values=2).violated


# ------------------------------------------------------------------------- what users write or draw


@pytest.fixture
def average() -> Any:
    """The package's mechanism, whose attributes a test may change."""
    rule = facility.average
    before = dict(vars(rule))
    yield rule
    vars(rule).clear()
    vars(rule).update(before)


def test_a_theorem_written_onto_a_mechanism_of_the_package_is_not_believed(average: Any) -> None:
    average.claims = {"participation": Theorem(Reference("x", "X", "X", 2000, "X"), "trust me")}
    verdict = axioms.check("participation", average)
    assert verdict.status is UNKNOWN
    assert "trust me" in verdict.evidence.text


def test_anonymity_written_onto_a_mechanism_of_the_package_is_not_believed() -> None:
    rule = facility.dictator(agent=2)
    rule.anonymous = True
    assert not believed(rule, "anonymous")
    verdict = axioms.check("unanimity", rule, agents=3, grid=2)
    assert verdict.holds
    assert "classes" not in verdict.evidence.text


@pytest.mark.parametrize("draw", [random.random, lambda: np.random.random()])  # noqa: NPY002
def test_a_rule_that_draws_seldom_is_no_function(draw: Any) -> None:
    """One answer in a thousand differs, which asking twice seldom shows."""
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002

    def rule(reports: list[Any]) -> Any:
        return min(reports) if draw() > 1e-3 else max(reports)

    verdict = axioms.check("unanimity", rule, setting=facility.line(), agents=3, grid=4)
    assert verdict.status is UNKNOWN
    assert "random numbers" in verdict.evidence.text or "different" in verdict.evidence.text


def test_a_rule_that_always_chooses_the_same_is_told() -> None:
    line = facility.line()
    still = axioms.check("strategyproofness", lambda x: F(1, 2), setting=line, agents=2, grid=2)
    assert still.holds
    assert "the same outcome at every problem" in still.evidence.text
    reserve = {"agents": 2, "grid": 4, "slots": (1,), "reserve": 1}

    def unsold(values: list[Any]) -> Outcome:
        return Outcome({}, payments={})

    verdict = axioms.check("strategyproofness", unsold, setting=auctions.position(), **reserve)
    assert verdict.holds
    assert "the same outcome at every problem" in verdict.evidence.text
    moving = axioms.check("strategyproofness", facility.median, agents=3, grid=2)
    assert "the same outcome" not in moving.evidence.text
    voting = axioms.check("majority", aggregation.plurality, agents=3, alternatives=3)
    assert "the same outcome" not in voting.evidence.text


# ------------------------------------------------------------------------- budgets


def test_budgets_between_and_beyond_the_costs_matter_to_a_users_function() -> None:
    """Costs 1, 2, 3; the rule looks at the budget itself, beyond the dearest package."""

    def rule(problem: Problem) -> Any:
        return "b" if problem.budget >= 4 else "a"

    data, costs = {"a": (1, 1), "b": (0, 0), "c": (1, 0)}, (1, 2, 3)
    setting = bargaining.package_choice()
    problem = setting.problem(data, costs=costs, budget=2)
    verdict = axioms.check("resource_monotonicity", rule, setting=setting, problem=problem)
    assert verdict.status is UNKNOWN
    assert "1 larger problems tried" in verdict.evidence.text
    own = axioms.check("resource_monotonicity", bargaining.utilitarian, problem=problem)
    assert own.status is HOLDS


# ------------------------------------------------------------------------- VIOLATED must stand


def test_batches_that_lie_are_no_counterexample() -> None:
    class Lying(FunctionMechanism):
        def evaluate_many(self, profiles: Any) -> Any:
            return profiles.numerators.mean(axis=1) / profiles.denominator

    rule = Lying(lambda reports: sorted(reports)[1], facility.line(), "lying")
    with pytest.raises(InvalidInputError, match="agree with single calls"):
        axioms.check("strategyproofness", rule, agents=3, grid=2)


def test_copies_are_replayed_in_the_order_of_the_search() -> None:
    def rule(rankings: list[Any]) -> Any:
        return rankings[3] if len(rankings) == 6 else rankings[0]

    setting = aggregation.rankings()
    scope = {"setting": setting, "agents": 2, "alternatives": 2}
    verdict = axioms.check("homogeneity", rule, **scope)
    assert verdict.violated
    assert verdict.witness.replay(rule)
    once = axioms.Witness(
        "homogeneity",
        setting,
        verdict.witness.problem,
        verdict.witness.before,
        variant=verdict.witness.problem,
        details={"copies": 3},
    )
    assert not once.replay(rule)


def test_the_smallest_witness_of_a_huge_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    scope = {"agents": 2, "grid": 6, "symmetry": False}
    sorted_one = axioms.check("facility_proportionality", facility.median, **scope).witness
    monkeypatch.setattr("mechdesign.model.domain._SORTABLE", 10)
    unsorted = axioms.check("facility_proportionality", facility.median, **scope).witness
    assert sorted_one.minimal
    assert unsorted.minimal
    assert unsorted == sorted_one


def test_a_witness_is_printed_with_its_payments_weights_and_budget() -> None:
    class Paying(FunctionMechanism):
        def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
            pays = {0: problem.types[0]}
            return Outcome({0: 0}, payments=pays, problem=problem, setting=self.setting)

    rule = Paying(len, auctions.position(), "paying")
    told = axioms.check("strategyproofness", rule, agents=1, grid=1, slots=(1,)).witness.explain()
    assert "payments 0: 1" in told
    votes = aggregation.rankings().problem(["A > B", "B > A"], weights=[1, 2])
    minority = axioms.check(
        "majority", lambda rankings: "A", setting=aggregation.rankings(), problem=votes
    )
    assert "weights 1, 2" in minority.witness.explain()
    menu = bargaining.package_choice().problem({"a": (3, 3), "b": (4, 0)}, costs=(1, 2), budget=1)
    more = axioms.check("resource_monotonicity", bargaining.utilitarian, problem=menu)
    if more.violated:
        assert "budget 1" in more.witness.explain()
        assert "budget 2" in more.witness.explain()


def test_preferences_over_winners_look_at_the_winners_of_the_outcome() -> None:
    """Schulze at ABC, BCA: the ranking is B > A = C, and A and B win."""
    setting = aggregation.rankings("winner")
    problem = setting.problem(["A > B > C", "B > C > A"])
    outcome = aggregation.schulze(problem)
    assert set(outcome.winners) == {"A", "B"}
    assert setting.utility(problem, 0, problem.types[0], outcome) == F(-1, 2)
    both = {"agents": range(1, 4), "alternatives": 3}
    fast = axioms.check("strategyproofness", aggregation.schulze, setting=setting, **both)
    slow = axioms.check(
        "strategyproofness", aggregation.schulze, setting=setting, symmetry=False, **both
    )
    assert fast.status is slow.status


@pytest.mark.parametrize("axiom", ["pareto_efficiency", "weak_pareto"])
def test_a_better_trade_of_small_money_is_found(axiom: str) -> None:
    """What agents could share is compared with the welfare, not with 1."""
    position = auctions.position()

    def nothing(problem: Problem) -> Any:
        return Outcome({}, problem=problem, setting=position)

    def half(problem: Problem) -> Any:
        best = Outcome({0: 0}, problem=problem, setting=position)
        return Lottery([(F(1, 2), best), (F(1, 2), nothing(problem))])

    for rule in (nothing, half):
        for unit in (1e-12, 1e-9, 1.0, 1e9, F(1, 10**9), 1):
            scope = {"agents": 2, "grid": (unit, 2 * unit), "slots": (1,)}
            found = axioms.check(axiom, choosing(rule, position), **scope)
            assert found.violated
            assert found.exact != isinstance(unit, float)
            assert found.witness.replay(choosing(rule, position))


def test_efficiency_that_a_setting_decides_in_floats_is_said_to_rest_on_floats() -> None:
    position = auctions.position()

    def highest(problem: Problem) -> Any:
        first = problem.types.index(max(problem.types))
        return Outcome({first: 0}, problem=problem, setting=position)

    scope = {"agents": 2, "slots": (1,)}
    rule = choosing(highest, position)
    found = axioms.check("pareto_efficiency", rule, grid=(0.25, 0.5), **scope)
    assert found.holds
    assert not found.exact
    assert axioms.check("pareto_efficiency", rule, grid=2, **scope).exact


def choosing(rule: Any, setting: Any) -> FunctionMechanism:
    class Chosen(FunctionMechanism):
        def solve(self, problem: Problem, *, rng: Any = None) -> Any:
            return rule(problem)

    return Chosen(rule, setting, "chosen")


@pytest.mark.parametrize("scale", [1, 1e9])
def test_unanimity_in_floats_is_missed_by_rounding_only(scale: float) -> None:
    """A place of floats may miss the wish by rounding; elsewhere, even at the reports, it fails."""
    grid = (0.0, 0.3 * scale, float(scale))
    line = {"setting": facility.line(0, scale), "agents": 2, "grid": grid}
    assert axioms.check("unanimity", lambda x: x[0] * (1 - 1e-14), **line).holds
    wrong = axioms.check("unanimity", lambda x: x[0] * (1 - 1e-3), **line)
    assert wrong.violated
    assert wrong.witness.replay(lambda x: x[0] * (1 - 1e-3))
    assert not wrong.witness.replay(lambda x: x[0])
    away = line | {"setting": obnoxious_line(0, scale)}
    near = axioms.check("unanimity", lambda x: x[0], **away)
    assert near.violated
    assert near.witness.replay(lambda x: x[0])
    far = axioms.check("unanimity", lambda x: 0.0 if x[0] > scale / 2 else scale, **away)
    assert far.holds


@pytest.mark.parametrize("first", [1, 1.0])
def test_what_was_asked_in_floats_before_is_not_what_is_asked_exactly(first: Any) -> None:
    """1 == 1.0, and so are problems of them: no cache takes one for the other."""
    second: Any = 1.0 if first == 1 and isinstance(first, int) else 1

    def nothing(problem: Problem) -> Any:
        return Outcome({}, problem=problem, setting=problem_setting)

    problem_setting = auctions.position()
    menus, lines = [], []
    for unit in (first, second):
        scope = {"agents": 2, "grid": (unit, 2 * unit), "slots": (1,)}
        found = axioms.check("weak_pareto", choosing(nothing, problem_setting), **scope)
        assert found.exact == isinstance(unit, int)
        assert all(type(own) is type(unit) for own in found.witness.problem.types)
        line = facility.line(0 * unit, unit).domain(1, grid=2)
        lines.append(isinstance(line.reports[0][0], float))
        menu = bargaining.package_choice().problem({"a": (3 * unit, unit), "b": (unit, 3 * unit)})
        menus.append(type(bargaining.egalitarian(menu).utilities[0]))
    assert lines == [isinstance(unit, float) for unit in (first, second)]
    assert [one is float for one in menus] == [isinstance(unit, float) for unit in (first, second)]
