"""Verdicts depend neither on the unit nor on names nor on the order of the agents."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from mechdesign import auctions, axioms, bargaining, matching
from mechdesign.axioms import UNKNOWN
from mechdesign.errors import InvalidInputError
from mechdesign.model import FunctionMechanism, Outcome, Problem, Setting, mechanisms

from .plain.menus import Menu
from .plain.votes import Voters
from .plain.world import Asked, Rule, Seen, World
from .test_random_rules import LIFTS, WORLDS

UNITS = [Fraction(1, 10**9), Fraction(10**9), 1e-9, 1e9, 1.0]
#: What the copies of agents are called depends on the names of the others.
BY_NAME = ("homogeneity", "task_duplication")


def drawn(family: str, count: int, seed: int) -> list[tuple[World, Rule, str, str]]:
    rng = random.Random(seed)
    found: list[tuple[World, Rule, str, str]] = []
    while len(found) < count:
        world = rng.choice(WORLDS[family])
        rule = Rule(world, rng.choice(world.kinds), rng.randrange(10**9))
        found += [
            (world, rule, axiom, rng.choice(LIFTS[rule.kind]))
            for axiom in rng.sample(world.axioms, k=6)
        ]
    return found


def verdict(world: World, rule: Rule, axiom: str, lift: str, seen: Seen) -> axioms.Verdict:
    setting, scope = world.in_units(seen.unit)
    return axioms.check(axiom, Asked(rule, seen), setting=setting, lift=lift or None, **scope)


def compare(family: str, count: int, seed: int) -> None:
    rng = random.Random(seed)
    for world, rule, axiom, lift in drawn(family, count, seed):
        plain = verdict(world, rule, axiom, lift, Seen())
        names = list(range(world.n))
        rng.shuffle(names)
        others = [] if axiom in BY_NAME else [Seen(agents=dict(enumerate(names)))]
        if isinstance(world, Voters):
            labels = list(world.extra)
            rng.shuffle(labels)
            others.append(Seen(labels=dict(zip(world.extra, labels, strict=True))))
        else:
            others.append(Seen(unit=rng.choice(UNITS)))
        for seen in others:
            told = (world.scope, rule.seed, rule.kind, axiom, lift, seen, plain)
            other = verdict(world, rule, axiom, lift, seen)
            assert other.status is plain.status, (told, other)
            if other.witness is not None:
                assert other.witness.replay(Asked(rule, seen)), (told, other)


@pytest.mark.parametrize("family", WORLDS)
def test_verdicts_do_not_depend_on_units_and_names(family: str) -> None:
    compare(family, 60, seed=3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 14))
@pytest.mark.parametrize("family", WORLDS)
def test_verdicts_do_not_depend_on_units_and_names_at_length(family: str, seed: int) -> None:
    compare(family, 400, seed=seed)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_lotteries_of_fewer_outcomes_are_compared_in_floats(unit: float) -> None:
    """A menu without some packages still has a lottery that is worth the same: it was UNKNOWN."""
    world = Menu(2, 3, (0, 1))
    rule = Rule(world, "lottery", 630545745)
    found = verdict(world, rule, "nash_contraction", "", Seen(unit=unit))
    assert found.violated
    assert found.witness is not None
    assert found.witness.replay(Asked(rule, Seen(unit=unit)))


def settings() -> list[Setting]:
    found = {str(rule.setting.key): rule.setting for rule in mechanisms()}
    # Those that list problems: the others have none to charge anybody at.
    return [one for _, one in sorted(found.items()) if any(True for _ in one.small_domains())]


def chooses(rule: Any, problem: Any) -> bool:
    """Whether a rule has an outcome at all: some need more tasks than one."""
    try:
        return rule.solve(problem, rng=1) is not None
    except InvalidInputError:
        return False


@pytest.mark.parametrize("setting", settings(), ids=lambda one: one.key)
def test_payments_are_valued_or_refused(setting: Setting) -> None:
    """Somebody is charged 5: where there is money it is worth 5 less, elsewhere it is refused."""
    domain = next(iter(setting.small_domains()))
    problem = domain.problem([0] * len(domain.base))
    base: Any = next(r for r in mechanisms() if r.setting == setting and chooses(r, problem))

    class Charging(FunctionMechanism):
        def solve(self, problem: Problem, *, rng: Any = None) -> Any:
            found = base.solve(problem, rng=rng)
            one = found if isinstance(found, Outcome) else next(iter(found))[1]
            return Outcome(
                one.choice, {problem.agents[0]: 5}, problem=problem, setting=self.setting
            )

    rule = Charging(len, setting, "charging")
    outcome = rule.solve(problem)
    free = Outcome(outcome.choice, problem=problem, setting=setting)
    agent, own = problem.agents[0], problem.types[0]
    if setting.money:
        paid = setting.utility(problem, agent, own, free)
        assert setting.utility(problem, agent, own, outcome) == paid - 5
        return
    asked = 0
    for axiom in axioms.list_axioms(setting.id.split(".")[0]):
        if axiom.applies(setting):
            continue
        asked += 1
        told = refusal(axiom, rule, setting, problem)
        assert "payments" in told, (axiom, told)
    assert asked


def refusal(axiom: Any, rule: Any, setting: Setting, problem: Problem) -> str:
    """What the error of a check says; where it decides nothing, that there were no payments."""
    try:
        found = axioms.check(axiom, rule, setting=setting, problem=problem, max_checks=2000)
    except InvalidInputError as error:
        return str(error)
    return f"UNKNOWN without payments: {found}" if found.status is UNKNOWN else str(found)


def test_a_tolerance_is_relative_to_what_is_won() -> None:
    """Capacities, probabilities and the names of projects are no sizes of utilities."""
    online = matching.online()
    rows = [[0.5, 0.25], [0.5, 0.125]]
    assert online.scale(online.problem(rows, weights=[1e-9, 2e-9], capacities=[5, 7])) == 2e-9
    content = auctions.content()
    assert content.scale(content.problem([4e-9, 3e-9], p=[[0.5], [0.25]])) == 2e-9
    funding = bargaining.project_selection()
    costs = {10**6: Fraction(1, 10**9), 10**7: Fraction(2, 10**9)}
    election = funding.problem([[10**6], [10**7]], costs=costs, budget=1)
    assert funding.scale(election) == Fraction(2, 10**9)

    def rule(problem: Problem) -> Any:
        low = min(problem.types, key=lambda own: own[0])[0]
        return ((0, 0),) if problem.types[0][0] > low else ()

    scope = {"agents": 2, "weights": (1e-10, 2e-10), "arrivals": 1, "p": 0.5}
    found = axioms.check("strategyproofness", rule_of(rule, online), setting=online, **scope)
    assert found.violated
    assert found.witness is not None
    assert found.witness.gap == 1e-10


def rule_of(choose: Any, setting: Setting) -> FunctionMechanism:
    class Chosen(FunctionMechanism):
        def solve(self, problem: Problem, *, rng: Any = None) -> Any:
            return Outcome(choose(problem), problem=problem, setting=self.setting)

    return Chosen(choose, setting, "chosen")
