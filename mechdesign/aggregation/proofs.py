"""Proofs for the rules of this family: that copies of the electorate change nothing.

A rule is homogeneous if all that it compares are sums over the voters, or such a sum and a share of
the number of voters: k copies of everybody multiply both sides by k.  Not on the list are rules
that compare a sum with a fixed number (Young's rule, which asks for a margin of one voter), round a
share of the number of tasks (the trimmed mean), or compute with floats, where k copies may round
otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from mechdesign.axioms import Certificate, Scope, certifies
from mechdesign.model import Mechanism, Setting

__all__: list[str] = []

_MARGINS = "it compares majority margins with each other and with 0"
_POINTS = "it compares the sums of the points that voters give"
_ROUNDS = "each round compares sums of points over the voters, with each other or their average"
_MEANS = "it compares means over the tasks: copies multiply the sum and the number of terms"
_EXACT = "all problems with exact numbers"

_HOMOGENEOUS: dict[str, tuple[str, str]] = {
    "antiplurality": (_POINTS, ""),
    "baldwin": (_ROUNDS, ""),
    "black": ("it compares margins with 0, and else the sums of Borda points", ""),
    "borda": (_POINTS, ""),
    "bucklin": ("it compares the numbers of voters with half of all voters", ""),
    "condorcet": (_MARGINS, ""),
    "coombs": (_ROUNDS, ""),
    "copeland": (_MARGINS, ""),
    "dowdall": (_POINTS, ""),
    "irv": (_ROUNDS, ""),
    "k_approval": (_POINTS, ""),
    "kemeny": (
        "the cost of every ranking is a sum over the voters, and of the best ones the first is "
        "chosen",
        "all problems of at most 18 alternatives",
    ),
    "maximal_lotteries": (
        "the optimal lotteries of a game stay when all payoffs are multiplied, and so does the "
        "one that is selected among them",
        "",
    ),
    "mean": (_MEANS, _EXACT),
    "mean_win_rate": (_MEANS, ""),
    "median": ("the middle of the sorted scores stays where it is", _EXACT),
    "minimax": (_MARGINS, ""),
    "minmax_mean": (_MEANS, _EXACT),
    "missing_borda": (_POINTS, ""),
    "nanson": (_ROUNDS, ""),
    "optimality_gap": (_MEANS, _EXACT),
    "plurality": (_POINTS, ""),
    "rank_mean": (_MEANS, ""),
    "rank_median": ("the middle of the sorted ranks stays where it is", ""),
    "ranked_pairs": (_MARGINS, ""),
    "schulze": ("it compares the strengths of majorities, which are numbers of voters", ""),
    "schwartz": (_MARGINS, ""),
    "smith": (_MARGINS, ""),
    "threshold": ("it compares how many voters rank alternatives at a place", ""),
}


def _copies(text: str, domain: str) -> Callable[[Mechanism, Setting, Scope], Certificate | None]:
    def decide(mechanism: Mechanism, setting: Setting, scope: Scope) -> Certificate | None:
        if mechanism.parameters or scope.lift:
            return None
        if setting.id not in ("aggregation.rankings", "aggregation.scores"):
            return None
        told = f"{text}; k copies of everybody multiply all of that by k"
        return Certificate(told if "stays" not in text else text, domain=domain)

    return decide


for _name, (_text, _domain) in _HOMOGENEOUS.items():
    certifies("homogeneity", f"aggregation.{_name}")(_copies(_text, _domain))
