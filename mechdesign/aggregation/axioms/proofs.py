"""Proofs for the rules of this family: that copies of the electorate, or units, change nothing.

A rule is homogeneous if all that it compares are sums over the voters, or such a sum and a share of
the number of voters: k copies of everybody multiply both sides by k.  Not on the list are rules
that compare a sum with a fixed number (Young's rule, which asks for a margin of one voter), round a
share of the number of tasks (the trimmed mean), or compute with floats, where k copies may round
otherwise.

A positive factor for the scores of a task keeps their order: rules that read rankings off the
scores, and those that divide by the range of the task, do not see it.
"""

from __future__ import annotations

from collections.abc import Callable

from mechdesign.aggregation import rules
from mechdesign.axioms import Certificate, Scope, certifies
from mechdesign.model import Mechanism, Setting

_MARGINS = "it compares majority margins with each other and with 0"
_POINTS = "it compares the sums of the points that voters give"
_ROUNDS = "each round compares sums of points over the voters, with each other or their average"
_MEANS = "it compares means over the tasks: copies multiply the sum and the number of terms"
_EXACT = "all problems with exact numbers"

_HOMOGENEOUS: dict[Mechanism, tuple[str, str]] = {
    rules.antiplurality: (_POINTS, ""),
    rules.baldwin: (_ROUNDS, ""),
    rules.black: ("it compares margins with 0, and else the sums of Borda points", ""),
    rules.borda: (_POINTS, ""),
    rules.bucklin: ("it compares the numbers of voters with half of all voters", ""),
    rules.condorcet: (_MARGINS, ""),
    rules.coombs: (_ROUNDS, ""),
    rules.copeland: (_MARGINS, ""),
    rules.dowdall: (_POINTS, ""),
    rules.irv: (_ROUNDS, ""),
    rules.k_approval: (_POINTS, ""),
    rules.kemeny: (
        "the cost of every ranking is a sum over the voters, and of the best ones the first is "
        "chosen",
        "all problems of at most 18 alternatives",
    ),
    rules.maximal_lotteries: (
        "the optimal lotteries of a game stay when all payoffs are multiplied, and so does the "
        "one that is selected among them",
        "",
    ),
    rules.mean: (_MEANS, _EXACT),
    rules.mean_win_rate: (_MEANS, ""),
    rules.median: ("the middle of the sorted scores stays where it is", _EXACT),
    rules.minimax: (_MARGINS, ""),
    rules.minmax_mean: (_MEANS, _EXACT),
    rules.missing_borda: (_POINTS, ""),
    rules.nanson: (_ROUNDS, ""),
    rules.optimality_gap: (_MEANS, _EXACT),
    rules.plurality: (_POINTS, ""),
    rules.rank_mean: (_MEANS, ""),
    rules.rank_median: ("the middle of the sorted ranks stays where it is", ""),
    rules.ranked_pairs: (_MARGINS, ""),
    rules.schulze: ("it compares the strengths of majorities, which are numbers of voters", ""),
    rules.schwartz: (_MARGINS, ""),
    rules.smith: (_MARGINS, ""),
    rules.threshold: ("it compares how many voters rank alternatives at a place", ""),
}


_BY_VALUE = (rules.mean, rules.median, rules.minmax_mean, rules.optimality_gap)
_ORDERS = "it sees the order of the scores in each task only, which positive factors keep"
_RANGES = "every score is divided by the range of its task first"
_FACTOR = "one factor for all scores multiplies what it compares, and keeps the order"
_SCALES: dict[str, dict[Mechanism, str]] = {
    "scale_invariance": {rules.minmax_mean: _RANGES},
    "common_scale_invariance": {
        rules.minmax_mean: _RANGES,
        rules.mean: _FACTOR,
        rules.median: _FACTOR,
        rules.trimmed_mean: _FACTOR,
        rules.harmonic_mean: _FACTOR,
    },
}
for _listed in _SCALES.values():
    _listed.update((rule, _ORDERS) for rule in _HOMOGENEOUS if rule not in _BY_VALUE)
    _listed[rules.young] = _ORDERS


def _units(text: str) -> Callable[[Mechanism, Setting, Scope], Certificate | None]:
    def decide(mechanism: Mechanism, setting: Setting, scope: Scope) -> Certificate | None:
        if mechanism.varied or scope.lift or setting.id != "aggregation.scores":
            return None
        return Certificate(text, domain=_EXACT)

    return decide


def _copies(text: str, domain: str) -> Callable[[Mechanism, Setting, Scope], Certificate | None]:
    def decide(mechanism: Mechanism, setting: Setting, scope: Scope) -> Certificate | None:
        if mechanism.varied or scope.lift:
            return None
        settings = ("aggregation.scores", "aggregation.rankings")[: 1 if domain == _EXACT else 2]
        if setting.id not in settings:
            return None
        told = f"{text}; k copies of everybody multiply all of that by k"
        return Certificate(told if "stays" not in text else text, domain=domain)

    return decide


for _rule, (_text, _domain) in _HOMOGENEOUS.items():
    certifies("homogeneity", _rule)(_copies(_text, _domain))
for _axiom, _listed in _SCALES.items():
    for _rule, _text in _listed.items():
        certifies(_axiom, _rule)(_units(_text))
