"""Rules drawn by chance, in every family, against the axioms written down again in plain data.

The ordinary run compares a few hundred verdicts of each family, the one marked slow 10,000.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

import pytest

from mechdesign import axioms
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED

from .plain.lines import Line, Obnoxious
from .plain.menus import Menu
from .plain.positions import Position
from .plain.vertices import Online
from .plain.votes import Voters
from .plain.world import Asked, Rule, World

WORLDS: dict[str, list[World]] = {
    "facility": [Line(2), Line(3), Line(2, "single_peaked"), Obnoxious(2), Obnoxious(3)],
    "aggregation": [Voters(2, 3), Voters(3, 2), Voters(2, 3, "winner"), Voters(3, 2, "winner")],
    "auctions": [Position(2, 2, (1,)), Position(2, 2, (1, Fraction(1, 2))), Position(3, 1, (1,))],
    "matching": [Online(2, Fraction(1, 2)), Online(2, 1), Online(3, Fraction(1, 2))],
    "bargaining": [
        Menu(2, 2, (0, 1, 2)),
        Menu(3, 2, (0, 1)),
        Menu(2, 3, (0, 1)),
        Menu(2, 2, (0, 1, 3), costs=(1, 2), budget=1),
    ],
}
LIFTS = {
    "one": ("",),
    "lottery": ("", "dominance", "ex_post"),
    "set": ("", "optimist", "pessimist"),
}
#: What more than one domain decides: HOLDS takes a proof.
NEVER_HOLDS = ("homogeneity",)


def verdicts(family: str, count: int, seed: int) -> Iterator[tuple[World, Rule, str, str]]:
    """So many questions, spread over worlds, rules, axioms and lifts."""
    rng = random.Random(seed)
    asked = 0
    while asked < count:
        world = rng.choice(WORLDS[family])
        rule = Rule(world, rng.choice(world.kinds), rng.randrange(10**9))
        for axiom in world.axioms:
            lift = rng.choice(LIFTS[rule.kind])
            asked += 1
            yield world, rule, axiom, lift


def compare(family: str, count: int, seed: int) -> None:
    statuses = {HOLDS: 0, VIOLATED: 0, UNKNOWN: 0}
    for world, rule, axiom, lift in verdicts(family, count, seed):
        mechanism = Asked(rule)
        verdict = axioms.check(
            axiom, mechanism, setting=world.setting, lift=lift or None, **world.scope
        )
        statuses[verdict.status] += 1
        told = (family, axiom, world.scope, rule.kind, lift, rule.seed, verdict)
        rule.sets = lift in ("optimist", "pessimist") or axiom in ("nash_contraction", "symmetry")
        if verdict.status is HOLDS:
            assert axiom not in NEVER_HOLDS, told
            assert getattr(world, axiom)(rule, lift), told
        elif verdict.status is VIOLATED:
            assert not getattr(world, axiom)(rule, lift), told
            assert verdict.witness is not None
            assert verdict.witness.replay(mechanism), told
            assert verdict.witness.minimal
    decided = statuses[HOLDS] + statuses[VIOLATED]
    assert decided > 0.6 * count, statuses
    assert min(statuses[HOLDS], statuses[VIOLATED]) > 0.1 * count, statuses


@pytest.mark.parametrize("family", WORLDS)
def test_verdicts_on_random_rules_are_those_of_brute_force(family: str) -> None:
    compare(family, 60, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("family", WORLDS)
def test_ten_thousand_verdicts_are_those_of_brute_force(family: str, seed: int) -> None:
    compare(family, 1000, seed=100 + seed)


@pytest.mark.parametrize(
    ("world", "kind", "axiom", "lift", "seed"),
    [
        (Line(3), "lottery", "strong_group_strategyproofness", "dominance", 357840651),
        (Line(3), "set", "unanimous_fair_share", "optimist", 198949399),
        (Line(2), "set", "facility_proportionality", "optimist", 50677416),
        (Voters(3, 2, "winner"), "lottery", "twins", "", 669732605),
        (Voters(2, 3), "set", "mutual_majority", "pessimist", 954832914),
        (Position(3, 1, (1,)), "lottery", "pareto_efficiency", "dominance", 425932421),
        (Menu(2, 3, (0, 1)), "lottery", "midpoint_domination", "ex_post", 178261277),
        (Menu(3, 2, (0, 1)), "set", "disagreement_monotonicity", "pessimist", 909925047),
    ],
)
def test_what_differed_once(world: World, kind: str, axiom: str, lift: str, seed: int) -> None:
    rule = Rule(world, kind, seed)
    mechanism = Asked(rule)
    setting = world.setting
    verdict = axioms.check(axiom, mechanism, setting=setting, lift=lift or None, **world.scope)
    assert verdict.holds == getattr(world, axiom)(rule, lift)
    assert verdict.witness is None or verdict.witness.replay(mechanism)
