"""Proofs for mechanisms that have no parameters to look at, and for all on the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mechdesign.axioms import Certificate, Scope, certifies
from mechdesign.facility.proofs.certificates import UNWEIGHTED
from mechdesign.facility.rules.averages import average, midpoint
from mechdesign.facility.rules.randomised import average_or_random_rank, random_rank
from mechdesign.facility.segment.setting import Line
from mechdesign.model import FrozenMap, Setting

_INSIDE = "it lies between the smallest and the largest report"
_TRIANGLE = (
    "the expected distance of a member of S is at most the mean of its distances to all agents, of "
    "which |S|/n are at most r and the others at most R: at most r + R (n - |S|)/n"
)

_LINE = {
    "feasibility": "every outcome is a point of the segment",
    "equal_treatment": "agents at one location are equally far from the one facility",
}
_MEANS = {
    "facility_proportionality": "the (expected) location is the mean of the reports",
    "strong_proportional_fairness": _TRIANGLE,
    "proportional_fairness": _TRIANGLE,
    "unanimous_fair_share": _TRIANGLE,
    "individual_fair_share": _TRIANGLE,
    "anonymity": "it does not depend on the order of the reports",
    "unanimity": _INSIDE,
}
_AVERAGE = {"pareto_efficiency": _INSIDE, "weak_pareto": _INSIDE}
_MIDPOINT = {
    "anonymity": "the range does not depend on the order",
    "unanimity": _INSIDE,
    "pareto_efficiency": _INSIDE,
    "weak_pareto": _INSIDE,
    "individual_fair_share": "no agent is farther than half the range, which is at most 1 - 1/n "
    "of the length for n >= 2 and 0 for n = 1",
}


def _constant(
    text: str, *, domain: str = "", cardinal: bool = False
) -> Callable[[Any, Setting, Scope], Certificate | None]:
    def decide(mechanism: Any, setting: Setting, scope: Scope) -> Certificate | None:
        line: Any = setting
        # The obnoxious line is a line too, but agents want to be far away there.
        here = setting.id == mechanism.setting.id and (line.low, line.high) == (
            mechanism.setting.low,
            mechanism.setting.high,
        )
        # The proofs are about outcomes or expectations, not about other comparisons of lotteries.
        if not here or scope.lift not in ("", "expectation"):
            return None
        if cardinal and not setting.cardinal:
            return None
        return Certificate(text, FrozenMap(), domain)

    return decide


for _axiom, _text in _LINE.items():
    certifies(_axiom, Line)(_constant(_text))
for _axiom, _text in _MEANS.items():
    certifies(_axiom, average)(_constant(_text))
    # Of a lottery only distances can be expected, not places in an unknown order.
    for _rule in (random_rank, average_or_random_rank):
        certifies(_axiom, _rule)(_constant(_text, cardinal=_text == _TRIANGLE))
for _axiom, _text in _AVERAGE.items():
    certifies(_axiom, average)(_constant(_text))
for _axiom, _text in _MIDPOINT.items():
    # An agent of more weight than the others has a larger share, and the range does not see it.
    _where = UNWEIGHTED if _axiom == "individual_fair_share" else ""
    certifies(_axiom, midpoint)(_constant(_text, domain=_where))


def _drawn_rank(mechanism: object, setting: Setting, scope: Scope) -> Certificate | None:
    """A lie by d loses d with chance (1 - p)/n and gains at most p d/n through the average."""
    if setting.preferences != "euclidean":
        return None
    text = "the rank is drawn without looking at the reports, and every rank is strategyproof"
    chance = getattr(mechanism, "probability", None)
    if chance is not None:
        if 2 * chance > 1:
            return None
        text = (
            "a report moved by d away from the truth loses d whenever it is drawn, with chance "
            "(1 - p)/n, and moves the average by d/n, with chance p <= 1/2"
        )
    return _constant(text)(mechanism, setting, scope)


for _rule in (random_rank, average_or_random_rank):
    certifies("strategyproofness", _rule)(_drawn_rank)
