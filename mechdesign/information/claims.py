"""Figures about information."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from mechdesign import information
from mechdesign.experiments.claim import Claim

__all__ = ["CLAIMS"]

_HIRING = "our computation for the model of Cacciamani et al. 2024, arXiv:2307.06210"
_PERSUASION = "Kamenica and Gentzkow 2011, doi:10.1257/aer.101.6.2590"


def _hired(cap: int, costs: tuple[Fraction, Fraction]) -> Callable[[], Any]:
    def compute() -> Any:
        problem = information.binary_hiring(Fraction(7, 10), list(costs), common=True)
        rule: Any = information.acquisition_optimal(cap=cap)
        return rule.solve(problem).details["value"]

    return compute


def _lie() -> Any:
    """How often an innocent is convicted under the prosecutor's best structure."""
    problem = information.prosecution(Fraction(3, 10), Fraction(1, 2))
    rule: Any = information.persuasion
    (convicted,) = [m for m in rule.solve(problem).choice.messages if m.actions == (1,)]
    return convicted.probability * convicted.posterior[0] / problem.data.prior[0]


def _convicted(judges: int) -> Callable[[], Any]:
    def compute() -> Any:
        problem = information.prosecution(Fraction(3, 10), [Fraction(1, 2)] * judges, wanted="one")
        rule: Any = information.persuasion
        return rule.solve(problem).details["value"]

    return compute


_HERD = "our computation for the model of Arghal et al. 2025, arXiv:2504.02648"


def _steered(planner: str, cost: int, discount: float, belief: float) -> Callable[[], Any]:
    def compute() -> Any:
        make: Any = information.planner_policy
        policy = make(planner, precision=0.7, cost=cost, discount=discount, grid=1000)
        return policy.value(belief)

    return compute


_EQUAL = (Fraction(1, 20), Fraction(1, 20))

#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    *(
        Claim(
            f"information.hiring_{cap}",
            f"value of hiring two who see the same signal, accuracy .7, cost .05, cap {cap}",
            printed,
            _hired(cap, _EQUAL),
            _HIRING,
            "derived",
            "nearest",
        )
        for cap, printed in ((1, "0.594737"), (5, "0.598990"), (20, "0.599749"))
    ),
    Claim(
        "information.hiring_auditor",
        "the same with costs .05 and .02, cap 5: the dear agent is a rare auditor",
        "0.6592",
        _hired(5, (Fraction(1, 20), Fraction(1, 50))),
        _HIRING,
        "derived",
    ),
    Claim(
        "information.prosecutor",
        "convictions where guilt has chance .3 and judges convict from .5 on",
        "0.6",
        _convicted(1),
        _PERSUASION,
    ),
    Claim(
        "information.innocent",
        "how often an innocent is convicted there",
        "3/7",
        _lie,
        _PERSUASION,
    ),
    Claim(
        "information.three_judges",
        "the same with three judges of whom one suffices, told apart from each other",
        "1",
        _convicted(3),
        _PERSUASION,
        "derived",
    ),
    Claim(
        "information.cascade",
        "chance that a herd is right that nobody steers, signals right with chance .7",
        "49/58",
        lambda: information.cascade(Fraction(7, 10))[0],
        "the formula p^2 / (p^2 + (1 - p)^2)",
        "derived",
    ),
    Claim(
        "information.just_follow",
        "value of an altruistic planner at belief .8 (p = .7, k = 3, discount .8), who reveals "
        "just enough to be followed",
        "-0.8904",
        _steered("altruistic", 3, 0.8, 0.8),
        _HERD,
        "derived",
        "nearest",
    ),
    Claim(
        "information.obfuscation",
        "value of a biased planner at belief .6 (p = .7, k = 1, discount .9), who pays to be "
        "ignored",
        "-1.0000",
        _steered("biased", 1, 0.9, 0.6),
        _HERD,
        "derived",
        "nearest",
    ),
)
