"""Recounting a HOLDS finds every violation that brute force finds, and none that it does not."""

from __future__ import annotations

from collections import Counter

import pytest

from mechdesign import axioms
from mechdesign.axioms import HOLDS, UNKNOWN
from mechdesign.axioms.verification.candidates import CANDIDATES
from mechdesign.axioms.verification.findings import Open, Refused
from mechdesign.axioms.verification.verdicts import recount

from .plain.world import Asked
from .test_random_rules import WORLDS, verdicts


def compare(family: str, count: int, seed: int) -> Counter[str]:
    answers: Counter[str] = Counter()
    for world, rule, axiom, lift in verdicts(family, count, seed):
        mechanism = Asked(rule)
        found = axioms.check(
            axiom, mechanism, setting=world.setting, lift=lift or None, **world.scope
        )
        if found.status is UNKNOWN or axiom not in CANDIDATES:
            continue
        rule.sets = lift in ("optimist", "pessimist") or axiom in ("nash_contraction", "symmetry")
        told = (axiom, world.scope, rule.kind, lift, rule.seed, found)
        holds = getattr(world, axiom)(rule, lift)
        assert holds is (found.status is HOLDS), told
        answer = recounted(mechanism, axiom, found.scope)
        answers[answer] += 1
        assert answer == "open" or answer == ("confirmed" if holds else "refused"), told
    return answers


def recounted(mechanism: Asked, axiom: str, scope: axioms.Scope) -> str:
    try:
        recount(mechanism, axiom, scope)
    except Open:
        return "open"
    except Refused:
        return "refused"
    return "confirmed"


@pytest.mark.parametrize("family", WORLDS)
def test_what_is_recounted_is_true(family: str) -> None:
    answers = compare(family, 100, seed=2)
    assert answers["confirmed"] > 15
    assert answers["refused"] > 15


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 24))
@pytest.mark.parametrize("family", WORLDS)
def test_what_is_recounted_is_true_at_length(family: str, seed: int) -> None:
    assert compare(family, 500, seed)["confirmed"] > 75
