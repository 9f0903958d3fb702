"""HOLDS is never wrong: adversaries that break an axiom exactly where it would be easy not to look.

Each of them got HOLDS from a checker that tried only some of the cases its axiom speaks about, or
that believed what a mechanism said of itself.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction as F
from typing import ClassVar

import numpy as np
import pytest

from mechdesign import auctions, axioms, facility
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED, Axiom, Violation
from mechdesign.errors import InvalidInputError
from mechdesign.facility.medians.phantom import LineMechanism, PhantomMechanism
from mechdesign.facility.medians.phantom_rules import MedianRule
from mechdesign.model import (
    FrozenMap,
    FunctionMechanism,
    Lottery,
    Mechanism,
    Outcome,
    Theorem,
    as_mechanism,
    mechanism,
)
from tests.axioms import toy

LINE = facility.line(0, 1)
HALF = F(1, 2)


class Line(Mechanism):
    """A user's mechanism on the line, by default the lower median."""

    id = "sly"
    setting = LINE

    def place(self, types):
        return sorted(types)[(len(types) - 1) // 2]

    def solve(self, problem, *, rng=None):
        return Outcome(self.place(list(problem.types)), problem=problem, setting=LINE)


# ------------------------------------------------------------------------- what mechanisms declare


@pytest.mark.parametrize("number", range(0, 125, 31))
def test_batches_are_compared_with_single_calls_at_every_profile(number: int) -> None:
    """Wherever the single deviating profile lies."""
    profile = list(itertools.product((0, F(1, 4), HALF, F(3, 4), 1), repeat=3))[number]

    class Sly(Line):
        def place(self, types):
            return F(1, 3) if tuple(types) == profile else super().place(types)

        def evaluate_many(self, profiles):
            return facility.median.evaluate_many(profiles)

    with pytest.raises(InvalidInputError, match="agree with single calls"):
        axioms.check("strategyproofness", Sly(), agents=3, grid=4)


def test_batches_of_a_users_mechanism_are_no_evidence_beyond_what_is_compared(monkeypatch) -> None:
    class Honest(Line):
        def evaluate_many(self, profiles):
            return facility.median.evaluate_many(profiles)

    assert axioms.check("strategyproofness", Honest(), agents=3, grid=4).holds
    monkeypatch.setattr("mechdesign.axioms.methods.finite._COMPARED", 100)
    verdict = axioms.check("strategyproofness", Honest(), agents=3, grid=4)
    assert verdict.status is UNKNOWN
    assert "evaluate_many" in verdict.evidence.text
    assert axioms.check("strategyproofness", facility.median, agents=3, grid=4).holds
    assert not axioms.worst("strategyproofness", Honest(), agents=3, grid=4).complete


def test_a_false_theorem_about_many_agents_is_a_claim() -> None:
    """It fails from five agents on, where no small domain looks."""

    class Claiming(Line):
        claims: ClassVar = {"strategyproofness": Theorem(facility.median.reference, "proved")}

        def place(self, types):
            return super().place(types) if len(types) < 5 else F(sum(types)) / len(types)

    verdict = axioms.check("strategyproofness", Claiming(), trials=20)
    assert verdict.status is UNKNOWN
    assert verdict.evidence.kind == "claimed"
    assert "Moulin" in verdict.evidence.text
    assert axioms.check("strategyproofness", facility.median).evidence.kind == "certificate"


def test_a_registered_function_of_ones_own_claims_only() -> None:
    @mechanism(
        "toy.registered",
        setting=LINE,
        claims={"strategyproofness": Theorem(facility.median.reference, "proved")},
    )
    def rule(problem):
        """Choose the smallest report."""
        return min(problem.types)

    assert axioms.check("strategyproofness", rule, trials=5).evidence.kind == "claimed"


def test_a_subclass_does_not_inherit_certificates() -> None:
    class First(PhantomMechanism):
        id = "facility.median"

        def solve(self, problem, *, rng=None):
            return Outcome(problem.types[0], problem=problem, setting=self.setting)

    class Outside(LineMechanism):
        id = "outside"

        def solve(self, problem, *, rng=None):
            return Outcome(2, problem=problem, setting=self.setting)

    first = First(MedianRule())
    assert axioms.check("anonymity", first).violated
    with pytest.raises(InvalidInputError, match="agree with single calls"):
        axioms.check("strategyproofness", first)
    assert axioms.check("feasibility", Outside()).violated
    assert axioms.check("equal_treatment", Outside(), trials=5).status is UNKNOWN


def test_a_patched_instance_does_not_keep_certificates() -> None:
    patched = facility.median(side="lower")
    patched.solve = facility.dictator(agent=0).solve
    assert axioms.check("anonymity", patched).violated


def test_randomness_and_state_are_noticed() -> None:
    rng = np.random.default_rng(0)
    asked: dict[tuple, int] = {}

    def random_end(x):
        return min(x) if rng.random() < 0.5 else max(x)

    def forgetful(x):
        asked[tuple(x)] = asked.get(tuple(x), 0) + 1
        return min(x) if asked[tuple(x)] == 1 else max(x)

    for rule, axiom in ((random_end, "pareto_efficiency"), (forgetful, "strategyproofness")):
        verdict = axioms.check(axiom, rule, setting=LINE, agents=2, grid=2)
        assert verdict.status is UNKNOWN
        assert "no function of the problem" in verdict.evidence.text
    asked.clear()
    at_one = axioms.check("pareto_efficiency", forgetful, setting=LINE, problem=[0, 1])
    assert at_one.status is UNKNOWN
    assert axioms.check("strategyproofness", min, setting=LINE, agents=2, grid=2).holds


def test_anonymity_is_believed_where_it_was_checked_only() -> None:
    """Anonymous with three agents, not with two; participation compares the two."""

    class Liar(Line):
        anonymous = True

        def place(self, types):
            if len(types) == 2 and types[0] > types[1]:
                return 1
            return super().place(types)

    verdict = axioms.check("participation", Liar(), agents=3, grid=2)
    assert verdict.violated
    assert verdict.witness.replay(Liar())
    assert "classes" in axioms.check("unanimity", Liar(), agents=3, grid=2).evidence.text


class FirstIsServed(Axiom):
    """An axiom about one agent by name, which says nothing on its symmetry."""

    id = "first_is_served"
    title = "First is served"
    statement = "The first agent is at most half of the segment away."

    def violations(self, ctx, problem):
        ctx.count()
        gap = abs(ctx.run(problem).choice - problem.types[0]) - HALF
        if ctx.exceeds(gap):
            yield Violation(problem, gap=gap)

    def verify(self, mechanism, setting, witness):
        return abs(mechanism.solve(witness.problem).choice - witness.problem.types[0]) - HALF


def test_an_axiom_of_ones_own_is_not_taken_for_symmetric() -> None:
    """The classes list the agents from left to right, so that the first is near the minimum."""
    lowest = facility.order_statistic(rank=1)
    assert axioms.check(FirstIsServed(), lowest, agents=3, grid=2).violated


def test_exchanged_utilities_are_not_all_that_an_axiom_sees() -> None:
    """An agent that values nothing gets a slot in one order of the agents only."""
    setting = auctions.position()

    class Hidden(Mechanism):
        id = "hidden"
        anonymous = True

        def solve(self, problem, *, rng=None):
            given = FrozenMap({2: 0}) if tuple(problem.types) == (1, HALF, 0) else FrozenMap()
            payments = dict.fromkeys(problem.agents, 0)
            return Outcome(given, payments, problem=problem, setting=setting)

    Hidden.setting = setting
    scope = {"agents": 3, "grid": 2, "slots": [1]}
    assert axioms.check("anonymity", Hidden(), **scope).holds
    assert axioms.check("allocation_monotonicity", Hidden(), **scope).violated


def test_a_namesake_is_not_believed() -> None:
    """The setting knows which bids matter to its own auctions, by their names."""

    def discount(data):
        bids = data["bids"]
        winner = max(range(len(bids)), key=bids.__getitem__)
        price = F(1, 10) if bids[winner] == F(17, 3) else sorted(bids)[-2]
        return (
            [0 if i == winner else None for i in range(len(bids))],
            [price if i == winner else 0 for i in range(len(bids))],
        )

    setting = auctions.position()
    sly = FunctionMechanism(discount, setting, "auctions.vcg")
    problem = setting.problem([3, 2], ctr=[1])
    assert axioms.check("strategyproofness", sly, problem=problem).status is UNKNOWN
    assert axioms.check("strategyproofness", auctions.vcg, problem=problem).holds


# ------------------------------------------------------------------------- what is exhausted


@dataclass(frozen=True)
class TwoOnly(toy.Packages):
    """Has all problems of two agents on a list, and no list for more."""

    id: ClassVar[str] = "toy.two_only"

    def domain(self, agents, **scope):
        if agents != 2:
            raise InvalidInputError("agents", "be 2", agents)
        from dataclasses import replace

        return replace(super().domain(agents), complete=True)

    def small_domains(self):
        return iter(())


def test_a_list_for_some_numbers_of_agents_is_no_list_for_all() -> None:
    def first(rows):
        return "a" if len(rows) == 2 else "?"

    two = axioms.check("feasibility", first, setting=TwoOnly(), agents=2)
    assert two.holds
    both = axioms.check("feasibility", first, setting=TwoOnly(), agents=(2, 3))
    assert both.status is UNKNOWN


def test_a_grid_of_lies_is_named() -> None:
    def rule(x):
        return 1 if F(1, 3) in x else min(x)

    verdict = axioms.check("strategyproofness", rule, setting=LINE, problem=[1, 0], grid=2)
    assert verdict.holds
    assert "grid 1/2" in str(verdict.scope)


def test_equals_are_treated_equally_in_every_outcome() -> None:
    setting = auctions.position()

    class Coin(Mechanism):
        id = "coin"

        def solve(self, problem, *, rng=None):
            pay = dict.fromkeys(problem.agents, 0)
            wins = [FrozenMap({agent: 0}) for agent in problem.agents]
            return Lottery.uniform(
                Outcome(won, pay, problem=problem, setting=setting) for won in wins
            )

    Coin.setting = setting
    scope = {"agents": 2, "grid": 2, "slots": [1]}
    assert axioms.check("equal_treatment", Coin(), **scope).holds
    strict = axioms.check("equal_treatment", Coin(), lift="ex_post", **scope)
    assert strict.violated
    assert strict.witness.replay(Coin())
    assert axioms.check("anonymity", Coin(), lift="ex_post", **scope).status is UNKNOWN


def test_renamings_are_composed() -> None:
    """Five alternatives: the setting lists exchanges of neighbours, the rule breaks at another."""
    from mechdesign import aggregation

    def rule(rankings):
        (only,) = rankings
        return only.reversed() if str(only) == "E > D > C > B > A" else only

    single = axioms.check(
        "neutrality", rule, setting=aggregation.rankings(), problem=["A > B > C > D > E"]
    )
    assert single.violated
    assert single.witness.replay(as_mechanism(rule, aggregation.rankings()))


# ------------------------------------------------------------------------- certificates


@pytest.mark.parametrize("axiom", ["unanimity", "pareto_efficiency", "strategyproofness"])
def test_certificates_are_about_their_own_line(axiom: str) -> None:
    """Near is good on the line and bad on the obnoxious line."""
    for rule in (facility.average, facility.midpoint):
        assert axioms.check(axiom, rule, setting=facility.obnoxious_line()).violated


@dataclass(frozen=True)
class Far(type(LINE)):
    """A user's setting: a line whose agents want to be far away; it inherits all the rest."""

    def utility(self, problem, agent, true_type, outcome):
        return abs(outcome.choice - true_type)

    def utilities(self, problem, outcome):
        return [abs(outcome.choice - x) for x in problem.types]

    def gain(self, problem, agent, true_type, before, after):
        return abs(after.choice - true_type) - abs(before.choice - true_type)


def test_a_users_setting_does_not_inherit_proofs() -> None:
    """Neither certificates and theorems nor array operations know what its agents want."""
    rule = facility.median
    assert axioms.check("strategyproofness", rule, setting=Far(), agents=3, grid=2).violated
    assert axioms.check("strategyproofness", rule, setting=Far(), trials=20).violated
    assert axioms.check("strategyproofness", rule, agents=3, grid=2).holds


def test_weights_are_left_out_where_the_proof_leaves_them_out() -> None:
    for rule in (facility.midpoint, facility.constrained_median):
        verdict = axioms.check("individual_fair_share", rule)
        assert verdict.holds
        assert verdict.scope.domain == "all problems without weights"
    heavy = LINE.problem([0, 1], weights=[9, 1])
    found = axioms.check("individual_fair_share", facility.midpoint, problem=heavy)
    assert found.status is VIOLATED
    uniform = axioms.check("proportional_fairness", facility.uniform_phantom)
    assert uniform.scope.domain == "all problems"


# ------------------------------------------------------------------------- auctions


def test_envy_of_those_who_get_and_pay_nothing() -> None:
    def dear(data):
        bids = data["bids"]
        return [0, None], [bids[0] + 1, 0]

    scope = {"agents": 2, "grid": 2, "slots": [1]}
    verdict = axioms.check("slot_envy_freeness", dear, setting=auctions.position(), **scope)
    assert verdict.violated
    assert verdict.witness.replay(dear)
    assert axioms.check("slot_envy_freeness", auctions.vcg, **scope).status is HOLDS


# ------------------------------------------------------------------------- cells and option sets


def test_cells_are_those_of_a_generalised_median() -> None:
    class First(PhantomMechanism):
        id = "facility.median"

        def solve(self, problem, *, rng=None):
            return Outcome(problem.types[0], problem=problem, setting=self.setting)

    with pytest.raises(InvalidInputError, match="choose what its parameters say"):
        facility.decide_on_cells("unanimity", First(MedianRule()), 2)
    with pytest.raises(InvalidInputError, match="the line of the mechanism"):
        facility.decide_on_cells(
            "pareto_efficiency", facility.median, 2, setting=facility.obnoxious_line()
        )


def test_option_sets_are_made_of_single_calls() -> None:
    class Sly(Line):
        def place(self, types):
            return F(sum(types)) / len(types)

        def evaluate_many(self, profiles):
            return facility.median.evaluate_many(profiles)

    assert facility.option_set_test(Sly(), 2, 2).violated


def test_a_mechanism_is_not_asked_in_another_family() -> None:
    with pytest.raises(InvalidInputError, match=r"setting.*auctions"):
        axioms.check("strategyproofness", "auctions.vcg", setting=LINE, agents=2, grid=2)
