"""The generic axioms on rules that choose lotteries, or that show their ties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import pytest

from mechdesign import axioms
from mechdesign.axioms import UNKNOWN, Witness
from mechdesign.model import FrozenMap, Lottery, Mechanism, Number, Outcome, Problem
from tests.axioms import toy

HALF = Fraction(1, 2)
PLACE = toy.Packages()


class Drawn(Mechanism):
    """Draws a package by a function of the problem that gives names and probabilities."""

    id = "toy.drawn"

    def __init__(self, draw: Callable[[Problem], dict[str, Number]], setting: Any = PLACE) -> None:
        self.draw = draw
        self.setting = setting

    def solve(self, problem: Problem, *, rng: Any = None) -> Lottery:
        return Lottery(
            (p, Outcome(name, problem=problem, setting=self.setting))
            for name, p in self.draw(problem).items()
            if p
        )


def favourites(problem: Problem) -> dict[str, Number]:
    """The favourite of an agent that is drawn; each agent divides its chance among its ties."""
    chance: dict[str, Number] = {}
    for row in problem.types:
        best = [n for (n, _), u in zip(problem.data, row, strict=True) if u == max(row)]
        for name in best:
            chance[name] = chance.get(name, 0) + Fraction(1, len(best) * len(problem))
    return chance


def fixed(**chance: Number) -> Drawn:
    return Drawn(lambda problem: chance)


random_dictator = Drawn(favourites)


# ------------------------------------------------------------------------- symmetry


def test_anonymity_of_lotteries() -> None:
    scope = {"agents": 2, "values": 3, "packages": 2}
    assert axioms.check("anonymity", random_dictator, **scope).holds
    first = Drawn(lambda p: {"a": HALF, "b": HALF} if p.types[0] > p.types[1] else {"a": 1})
    refuted = axioms.check("anonymity", first, **scope)
    assert refuted.violated
    assert refuted.witness.replay(first)
    assert not refuted.witness.replay(random_dictator)
    assert axioms.check("anonymity", random_dictator, lift="ex_post", **scope).status is UNKNOWN


def test_neutrality_of_lotteries() -> None:
    for rows in ([(2, 1, 0), (0, 1, 2)], [(1, 1, 0), (0, 2, 1)]):
        assert axioms.check("neutrality", random_dictator, problem=rows).holds
        biased = fixed(a=HALF, b=HALF)
        refuted = axioms.check("neutrality", biased, problem=rows)
        assert refuted.violated
        assert refuted.witness.replay(biased)
        assert not refuted.witness.replay(random_dictator)


@pytest.mark.parametrize(("most", "decided"), [(6, True), (5, False)])
def test_as_many_renamings_as_are_followed(
    most: int, decided: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mechdesign.axioms.generic.fairness._ALL_RENAMINGS", most)
    verdict = axioms.check("neutrality", toy.dictator, problem=[(1, 2, 3)])
    assert verdict.holds is decided
    assert ("renamed problems" in verdict.evidence.text) is not decided


def test_a_renaming_on_a_domain_is_followed_once() -> None:
    """Every problem of a domain is compared with its own renamings, and no problem twice."""
    verdict = axioms.check("neutrality", Drawn(favourites), agents=1, values=2, packages=3)
    assert verdict.holds
    assert verdict.stats["checks"] == 8 * 6


class Tied(toy.Rule):
    """Utilitarian; it shows its ties and breaks them by a function of the problem."""

    def __init__(self, pick: Callable[[Problem], int]) -> None:
        super().__init__("tied", sum, ties=True)
        self.pick = pick

    def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
        found = self._winners(problem)
        return found[self.pick(problem) % len(found)]


def test_ties_that_are_broken_by_the_order_of_the_agents() -> None:
    by_name = Tied(lambda problem: problem.types[0][0])
    verdict = axioms.check("anonymity", by_name, problem=[(0, 1), (1, 0)])
    assert verdict.violated
    assert verdict.witness.tie_induced
    # The two packages that agent 0 likes best tie; that the second agent has no say is no tie.
    first = toy.Rule("first", lambda column: column[0], ties=True)
    several = axioms.check("anonymity", first, problem=[(1, 1, 0), (0, 0, 1)])
    assert several.violated
    assert not several.witness.tie_induced
    for rule in (toy.dictator, first):
        assert not axioms.check("anonymity", rule, problem=[(0, 1), (1, 0)]).witness.tie_induced


def test_ties_that_are_broken_by_the_scale() -> None:
    by_scale = Tied(lambda problem: int(max(problem.types[0]) != 1))
    problem = [(0, 1), (0, 1), (2, 0), (0, 0)]
    assert axioms.check("scale_invariance", by_scale, problem=problem).violated
    tied = Tied(lambda problem: int(any(sum(row) > 8 for row in problem.types)))
    even = axioms.check("scale_invariance", tied, problem=[(3, 3), (0, 0)])
    assert even.violated
    assert even.witness.tie_induced
    other = axioms.check("scale_invariance", toy.utilitarian, problem=[(0, 2), (3, 0)])
    assert not other.witness.tie_induced
    shown = axioms.check("scale_invariance", toy.tied_utilitarian, problem=[(0, 2), (3, 0)])
    assert shown.violated
    assert not shown.witness.tie_induced


def test_equals_have_the_same_weight_and_reserve() -> None:
    place = toy.Shares()
    problem = place.problem([1, 1])
    assert axioms.check("equal_treatment", toy.lowest, problem=problem).violated
    for changes in ({"weights": (1, 2)}, {"reserve": (0, 1)}):
        verdict = axioms.check("equal_treatment", toy.lowest, problem=replace(problem, **changes))
        assert verdict.evidence.kind == "vacuous"


def test_two_equals_under_a_lottery() -> None:
    place = toy.Shares()
    problem = place.problem([2, 2, 1])

    class Draw(Mechanism):
        id = "toy.draw"
        setting = place

        def __init__(self, chance: Number) -> None:
            self.chance = chance

        def solve(self, problem: Problem, *, rng: Any = None) -> Lottery:
            wins = [FrozenMap({agent: 1}) for agent in problem.agents[:2]]
            return Lottery(
                (p, Outcome(won, problem=problem, setting=place))
                for p, won in zip((self.chance, 1 - self.chance), wins, strict=True)
            )

    assert axioms.check("equal_treatment", Draw(HALF), problem=problem).holds
    biased = axioms.check("equal_treatment", Draw(Fraction(2, 3)), problem=problem)
    assert biased.violated
    assert biased.witness.gap == Fraction(2, 3)
    strict = axioms.check("equal_treatment", Draw(HALF), problem=problem, lift="ex_post")
    assert strict.violated
    assert strict.witness.gap == 2


# ------------------------------------------------------------------------- scales


@dataclass(frozen=True)
class Scaleless(toy.Packages):
    """Utilities have no normal form."""

    id: ClassVar[str] = "toy.scaleless"

    def normal_scale(self, problem: Problem) -> None:
        return None


def test_scales_without_a_normal_form_are_too_many() -> None:
    setting = Scaleless()
    scope = {"agents": 2, "values": 3, "packages": 2, "setting": setting}
    for rule in (toy.nash, toy.dictator):
        verdict = axioms.check("scale_invariance", rule, **scope)
        assert verdict.status is UNKNOWN
        assert "more scales" in verdict.evidence.text
    refuted = axioms.check("scale_invariance", toy.utilitarian, **scope)
    assert refuted.violated
    assert refuted.witness.replay(toy.utilitarian)
    assert not replace(refuted.witness, variant=None).replay(toy.utilitarian)
    # At a single problem a normal form says something of this problem only.
    one = axioms.check("scale_invariance", toy.nash, problem=[(0, 2), (3, 0)])
    assert one.status is UNKNOWN


def test_another_lottery_with_the_same_utilities() -> None:
    """The names in a lottery may change with the scale, what it is worth may not."""

    def scaled(problem: Problem) -> bool:
        return max(problem.types[0]) > 2

    scope = {"agents": 2, "values": 3, "packages": 2}
    twins = Drawn(lambda p: {"a": 1} if scaled(p) else {"b": 1})
    same = [(2, 2), (1, 1)]
    assert not axioms.check("scale_invariance", twins, problem=same).violated
    for rows in ([(2, 1), (1, 1)], [(1, 2), (1, 1)], [(2, 2), (1, 2)]):
        verdict = axioms.check("scale_invariance", twins, problem=rows)
        assert verdict.violated
        assert verdict.witness.replay(twins)
        assert not verdict.witness.replay(random_dictator)
    assert axioms.check("scale_invariance", random_dictator, **scope).holds


# ------------------------------------------------------------------------- smaller sets


def test_contraction_of_lotteries() -> None:
    """If the smaller set has a lottery with the same utilities, it must be worth the same there."""
    rows = [(2, 0, 1), (0, 2, 1)]

    def draw(problem: Problem) -> dict[str, Number]:
        names = [name for name, _ in problem.data]
        return {"c" if "c" in names else names[0]: 1}

    rule = Drawn(draw)
    verdict = axioms.check("nash_contraction", rule, problem=rows)
    assert verdict.violated
    witness = verdict.witness
    assert [name for name, _ in witness.variant.data] == ["a", "b"]
    assert witness.gap == 1
    assert witness.replay(rule)
    # One half of each is worth what c is worth.
    assert not witness.replay(fixed(a=HALF, b=HALF))
    wrong = Lottery(((HALF, Outcome("a")), (HALF, Outcome("c"))))
    assert not replace(witness, alternative=wrong).replay(rule)
    assert not replace(witness, alternative=Lottery(((1, Outcome("a")),))).replay(rule)
    assert not replace(witness, alternative=None).replay(rule)


def test_contraction_where_one_agent_alone_loses() -> None:
    """The first agent gets the same, the second does not."""
    rows = [(1, 1, 1), (0, 2, 1)]

    def draw(problem: Problem) -> dict[str, Number]:
        names = [name for name, _ in problem.data]
        return {"c": 1} if len(names) == 3 else {names[-1]: 1}

    verdict = axioms.check("nash_contraction", Drawn(draw), problem=rows)
    assert verdict.violated
    assert verdict.witness.gap == 1


def test_contraction_keeps_all_tied_outcomes() -> None:
    """The first of the tied packages stays, another one is lost."""

    class Losing(toy.Rule):
        def _winners(self, problem: Problem) -> list[Outcome]:
            found = super()._winners(problem)
            return found if len(problem.data) == 3 else found[:1]

    rule = Losing("losing", sum, ties=True)
    verdict = axioms.check("nash_contraction", rule, problem=[(1, 1, 0)])
    assert verdict.violated
    assert verdict.witness.replay(rule)
    assert not verdict.witness.replay(toy.tied_utilitarian)
    assert axioms.check("nash_contraction", toy.tied_utilitarian, problem=[(1, 1, 0)]).holds


class Unlisted(toy.Shares):
    """Smaller problems, but no list of outcomes."""

    id: ClassVar[str] = "toy.unlisted"

    def restricted(self, problem: Problem, keep: Any) -> Any:
        return ()


def test_contraction_without_a_list_of_outcomes() -> None:
    place = Unlisted()
    rule = Drawn(lambda problem: {}, place)
    rule.solve = lambda problem, *, rng=None: Lottery(
        ((1, Outcome(FrozenMap({0: 1}), problem=problem, setting=place)),)
    )
    verdict = axioms.check("nash_contraction", rule, problem=[1, 2])
    assert verdict.status is UNKNOWN
    assert "does not list the outcomes" in verdict.evidence.text


# ------------------------------------------------------------------------- the core


def test_the_core_of_a_lottery_in_expectation() -> None:
    """Two of three agents can enforce an outcome; c is worth the lottery, and more than a."""
    rows = [(0, 2, 1), (0, 2, 1), (2, 0, 1)]
    rule = fixed(a=HALF, b=HALF)
    witness = Witness(
        "core",
        PLACE,
        PLACE.problem(rows),
        rule.solve(PLACE.problem(rows)),
        agents=(0, 1),
        alternative=Outcome("c"),
    )
    assert not witness.replay(rule)
    assert replace(witness, lift="ex_post").replay(rule)
    assert replace(witness, alternative=Outcome("b")).replay(rule)
    found = axioms.check("core", rule, problem=rows)
    assert found.witness.alternative.choice == "b"
    assert found.witness.gap == 1
    balanced = [(0, 2, 1, 1), (2, 0, 1, 1), (1, 1, 1, 1)]
    assert axioms.check("core", rule, problem=balanced).holds
    assert not axioms.check("core", rule, problem=balanced, lift="ex_post").violated


def test_shares_in_floats_are_within_rounding() -> None:
    """0.3 is half of 0.3 + 0.1 + 0.2, though not in floating point."""
    weights = (0.3, 0.1, 0.2)
    assert 2 * weights[0] < sum(weights)
    problem = replace(PLACE.problem([(0, 1), (1, 0), (1, 0)]), weights=weights)
    verdict = axioms.check("core", toy.constant, problem=problem)
    assert verdict.violated
    assert verdict.witness.agents == (0,)
    assert verdict.witness.replay(toy.constant)
    less = replace(problem, weights=(0.299, 0.1, 0.2))
    assert axioms.check("core", toy.constant, problem=less).holds


# ------------------------------------------------------------------------- amounts


def test_an_amount_that_is_drawn() -> None:
    place = toy.Shares()

    class Chance(Mechanism):
        """The chance of a unit by the report."""

        id = "toy.chance"
        setting = place

        def __init__(self, *chances: Number) -> None:
            self.chances = chances

        def solve(self, problem: Problem, *, rng: Any = None) -> Lottery:
            p = self.chances[problem.types[0]]
            wins = [(p, FrozenMap({0: 1})), (1 - p, FrozenMap())]
            return Lottery((q, Outcome(w, problem=problem, setting=place)) for q, w in wins if q)

    rising = axioms.check("allocation_monotonicity", Chance(0, HALF, 1), agents=1, values=3)
    assert rising.holds
    assert rising.stats["checks"] == 3  # every report against the larger ones
    rule = Chance(0, 1, HALF)
    falling = axioms.check("allocation_monotonicity", rule, agents=1, values=3)
    assert falling.violated
    assert falling.witness.gap == HALF
    assert falling.witness.replay(rule)
