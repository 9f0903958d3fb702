"""Whose code a mechanism runs: the package's, or a user's somewhere among its parts."""

from __future__ import annotations

import functools
import sys
import types
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest

from mechdesign import aggregation, auctions, axioms, bargaining, facility
from mechdesign.axioms import UNKNOWN
from mechdesign.axioms.question.trust import belongs_to_package, of_package
from mechdesign.model import (
    FunctionMechanism,
    Mechanism,
    Outcome,
    RationalArray,
    Theorem,
    as_mechanism,
    mechanism,
    mechanisms,
)
from mechdesign.model.decorator import Declared, RegisteredMechanism
from tests.axioms import toy

LINE = facility.line(0, 1)
OWN = ("facility", "auctions", "matching", "aggregation", "bargaining")


def own_function(x: Any) -> Any:
    """A user's function."""
    return x


def registered(**options: Any) -> Mechanism:
    """A mechanism of the package whose options are replaced by anything at all."""
    rule = aggregation.borda(ties="max")
    rule._bound = options  # what binding would refuse
    return rule


def test_every_mechanism_of_the_package_belongs_to_it() -> None:
    ours = [rule for rule in mechanisms() if rule.family in OWN]
    assert len(ours) > 90
    assert all(map(belongs_to_package, ours))
    assert belongs_to_package(facility.phantoms(locations=[0, 0.5, 1]))
    assert belongs_to_package(bargaining.lottery_rule(rule="nash"))
    assert belongs_to_package(as_mechanism(auctions.vcg))
    assert belongs_to_package(facility.coordinatewise(mechanism=facility.average))


@pytest.mark.parametrize(
    "data",
    [
        None,
        3,
        0.5,
        "text",
        (1, 2, "x"),
        {"a": [1, {2, 3}]},
        np.arange(3),
        np.float64(1),
        RationalArray.from_values([1, 2]),
        facility.median,
        facility.phantoms,
        LINE.problem([0, 1]),
        facility.median(setting=LINE),
        auctions.position(),
    ],
)
def test_data_and_code_of_the_package_are_trusted(data: Any) -> None:
    assert belongs_to_package(registered(option=data))


def nested(value: Any, depth: int) -> Mechanism:
    """A mechanism of the package around a mechanism around ... a value."""
    rule = registered(option=value)
    for _ in range(depth):
        rule = registered(option=rule)
    return rule


class OwnThing:
    """A user's object."""


class OwnNumber(OwnThing):
    def __call__(self) -> int:
        return 1


@pytest.mark.parametrize("depth", [0, 1, 3, 9])
@pytest.mark.parametrize(
    "part",
    [
        own_function,
        min,
        np.median,
        OwnThing,
        OwnThing(),
        OwnNumber(),
        OwnNumber().__call__,
        toy.dictator,
        toy.Packages(),
        functools.partial(len, own_function),
        functools.partial(own_function),
        functools.partial(facility.median, setting=OwnThing()),
        [own_function],
        (0, own_function),
        {own_function},
        frozenset({own_function}),
        {"f": own_function},
        {"f": [{"g": (0, {own_function})}]},
        FunctionMechanism(own_function, LINE),
        facility.coordinatewise(mechanism=FunctionMechanism(min, LINE)),
        replace(LINE.problem([0, 1]), data=own_function),
    ],
)
def test_a_users_part_is_found_however_deep(part: Any, depth: int) -> None:
    assert not belongs_to_package(nested(part, depth))


def test_what_a_function_of_the_package_calls() -> None:
    """Its closure, its defaults and the object that it is bound to may be a user's."""

    def make(inner: Any) -> tuple[Any, ...]:
        def closed() -> Any:
            return inner

        def default(value: Any = inner, *, other: Any = 0) -> Any:
            return value, other

        def keyword(*, value: Any = inner) -> Any:
            return value

        return closed, default, keyword

    # As if these were written in the package.
    code = {"__name__": "mechdesign.example"}
    for inner, trusted in ((facility.median, True), (own_function, False)):
        for made in make(inner):
            moved = types.FunctionType(
                made.__code__, code, made.__name__, made.__defaults__, made.__closure__
            )
            moved.__kwdefaults__ = made.__kwdefaults__
            assert of_package(moved)
            assert belongs_to_package(registered(option=moved)) is trusted
    assert belongs_to_package(registered(option=facility.median.solve))
    assert not belongs_to_package(registered(option=FunctionMechanism(min, LINE).solve))


def test_a_wrapper_is_its_authors() -> None:
    """It bears the name and the module of what it wraps, and may choose otherwise."""

    @functools.wraps(aggregation.borda)
    def last(data: Any) -> Any:
        found = aggregation.borda(data)
        return replace(found, choice=tuple(reversed(found.choice)))

    assert last.__module__.startswith("mechdesign")
    assert not of_package(last)
    assert not belongs_to_package(registered(option=last))


def test_parts_that_contain_one_another() -> None:
    circle: list[Any] = [1]
    circle.append(circle)
    assert belongs_to_package(registered(option=circle))
    circle.append(own_function)
    assert not belongs_to_package(registered(option=circle))


@pytest.mark.parametrize("method", ["solve", "winners", "evaluate_many", "setting"])
def test_a_method_replaced_on_the_instance(method: str) -> None:
    for rule in (aggregation.borda(ties="average"), facility.median(side="lower")):
        assert belongs_to_package(rule)
        setattr(rule, method, OwnThing() if method == "setting" else own_function)
        assert not belongs_to_package(rule)


def test_theorems_do_not_cover_a_replaced_method() -> None:
    """From five agents on it chooses the lowest peak plus one half, where no small domain looks."""
    kept = facility.median

    def sly(problem: Any, *, rng: Any = None) -> Any:
        honest = kept.solve(problem)
        if len(problem) < 5:
            return honest
        return Outcome(sum(problem.types) / len(problem), problem=problem, setting=LINE)

    claims = {"strategyproofness": Theorem(facility.median.reference, "proved")}
    declared = Declared("facility.registered", LINE, claims=claims, anonymous=True)
    rule = RegisteredMechanism(facility.average.function, declared)
    rule.solve = sly  # type: ignore[method-assign]
    verdict = axioms.check("strategyproofness", rule, trials=5)
    assert verdict.status is UNKNOWN
    assert verdict.evidence.kind == "claimed"


def test_a_certificate_of_a_function_is_not_inherited() -> None:
    """A subclass that bears its name, and even its function, may choose otherwise."""

    @mechanism("toy.certified", setting=LINE)
    def rule(problem: Any) -> Any:
        """The lowest peak."""
        return min(problem.types)

    @axioms.certifies("unanimity", rule)
    def certify(mechanism: Any, setting: Any, scope: Any) -> axioms.Certificate:
        return axioms.Certificate("proved for the function")

    assert axioms.check("unanimity", rule).evidence.kind == "certificate"

    class Sly(RegisteredMechanism):
        def solve(self, problem: Any, *, rng: Any = None) -> Outcome:
            return LINE.outcome(problem, 0)

    sly = Sly.__new__(Sly)
    vars(sly).update(vars(rule))
    assert (sly.id, sly.function) == (rule.id, rule.function)
    assert axioms.check("unanimity", sly).violated


class Coin(Mechanism):
    """Tosses a coin, and says so."""

    id = "coin"
    setting = LINE
    randomised: ClassVar[bool] = True

    def __init__(self) -> None:
        self.generator = np.random.default_rng(0)

    def solve(self, problem: Any, *, rng: Any = None) -> Outcome:
        ends = (min(problem.types), max(problem.types))
        return Outcome(ends[int(self.generator.integers(2))], problem=problem, setting=LINE)


@pytest.mark.parametrize("own", [True, False])
def test_chance_is_no_evidence_even_in_the_package(
    own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What draws random numbers is asked again, whoever wrote it."""
    monkeypatch.setattr(
        "mechdesign.axioms.methods.determinism.belongs_to_package", lambda rule: own
    )
    verdict = axioms.check("pareto_efficiency", Coin(), agents=2, grid=4)
    assert verdict.status is UNKNOWN
    assert "no function of the problem" in verdict.evidence.text


def test_options_may_make_a_mechanism_of_the_package_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kemeny's rule by the heuristic that draws pivots, without a seed."""
    generator = np.random.default_rng(0)
    monkeypatch.setattr(
        sys.modules["mechdesign.aggregation.rules.median_rankings"],
        "generator",
        lambda rng: generator,
    )
    cycle = ["A > B > C", "B > C > A", "C > A > B"]
    for algorithm, drawn in (("kwiksort", True), ("borda", False)):
        rule = aggregation.kemeny(algorithm=algorithm)
        verdict = axioms.check("feasibility", rule, problem=cycle)
        assert verdict.holds is not drawn
        assert ("no function of the problem" in verdict.evidence.text) is drawn
