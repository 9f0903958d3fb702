"""Proofs for the average and the midpoint, which have no parameters to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mechdesign.axioms import Certificate, Scope, certifies
from mechdesign.facility.averages import Average, Midpoint
from mechdesign.facility.certificates import _here
from mechdesign.model import FrozenMap, Setting

__all__: list[str] = []

_INSIDE = "it lies between the smallest and the largest report"
_TRIANGLE = (
    "the distance of a member of S to the mean is at most the mean of its distances, of which "
    "|S|/n are at most r and the others at most R: at most r + R (n - |S|)/n"
)

_AVERAGE = {
    "anonymity": "the mean does not depend on the order",
    "unanimity": _INSIDE,
    "pareto_efficiency": _INSIDE,
    "weak_pareto": _INSIDE,
    "facility_proportionality": "it is the mean by definition",
    "strong_proportional_fairness": _TRIANGLE,
    "proportional_fairness": _TRIANGLE,
    "unanimous_fair_share": _TRIANGLE,
    "individual_fair_share": _TRIANGLE,
}
_MIDPOINT = {
    "anonymity": "the range does not depend on the order",
    "unanimity": _INSIDE,
    "pareto_efficiency": _INSIDE,
    "weak_pareto": _INSIDE,
    "individual_fair_share": "no agent is farther than half the range, which is at most 1 - 1/n "
    "of the length for n >= 2 and 0 for n = 1",
}


def _constant(text: str) -> Callable[[Any, Setting, Scope], Certificate | None]:
    def decide(mechanism: Any, setting: Setting, scope: Scope) -> Certificate | None:
        return Certificate(text, FrozenMap()) if _here(mechanism, setting) else None

    return decide


for _axiom, _text in _AVERAGE.items():
    certifies(_axiom, Average)(_constant(_text))
for _axiom, _text in _MIDPOINT.items():
    certifies(_axiom, Midpoint)(_constant(_text))
