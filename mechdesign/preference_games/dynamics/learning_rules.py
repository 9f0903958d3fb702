"""Learning rules of alignment in tabular form: one step each, and what is proved about it.

``l`` is the logarithm of the policy, ``r`` that of the reference, ``eta`` the step; ``chances``
gives the chance of every alternative against the policy of some logarithms.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt
from typing import TypeAlias

from mechdesign.arrays import FloatArray
from mechdesign.model import Reference
from mechdesign.preference_games.measures import normal
from mechdesign.records import dataclass

__all__ = ["RULES", "LearningRule"]

Chances: TypeAlias = "Callable[[FloatArray], FloatArray]"

NASH_LEARNING = Reference(
    "munos2024",
    "Munos, R. and others",
    "Nash Learning from Human Feedback",
    2024,
    "International Conference on Machine Learning",
    arxiv="2312.00886",
)
MIRROR_PROX = Reference(
    "tiapkin2025",
    "Tiapkin, D. and others",
    "Accelerating Nash Learning from Human Feedback via Mirror Prox",
    2025,
    arxiv="2505.19731v1",
)
EXTRAGRADIENT = Reference(
    "zhou2025",
    "Zhou, R. and Fazel, M. and Du, S. S.",
    "Extragradient Preference Optimization",
    2025,
    "Conference on Language Modeling",
    arxiv="2503.08942",
)
ITERATIVE = Reference(
    "zhang2025",
    "Zhang, Y. and others",
    "Iterative Nash Policy Optimization",
    2025,
    "International Conference on Learning Representations",
    arxiv="2407.00617",
)
SELF_PLAY = Reference(
    "swamy2024",
    "Swamy, G. and others",
    "A Minimaximalist Approach to Reinforcement Learning from Human Feedback",
    2024,
    "International Conference on Machine Learning",
    arxiv="2401.04056",
)


def mirror_prox(
    chances: Chances, log_p: FloatArray, log_r: FloatArray, eta: float, beta: float
) -> FloatArray:
    """Nash mirror prox: a step from the old policy with the chances against the half-way one."""
    scale = 1 + eta * beta
    middle = normal((eta * chances(log_p) + eta * beta * log_r + log_p) / scale)
    return normal((eta * chances(middle) + eta * beta * log_r + log_p) / scale)


def egpo(
    chances: Chances, log_p: FloatArray, log_r: FloatArray, eta: float, beta: float
) -> FloatArray:
    """Extragradient: the same iterates as mirror prox with step ``eta / (1 - eta beta)``."""
    kept = (1 - eta * beta) * log_p + eta * beta * log_r
    return normal(kept + eta * chances(normal(kept + eta * chances(log_p))))


def omd(
    chances: Chances, log_p: FloatArray, log_r: FloatArray, eta: float, beta: float
) -> FloatArray:
    """Online mirror descent, as in INPO and online IPO."""
    return normal((1 - eta * beta) * log_p + eta * beta * log_r + eta * chances(log_p))


def nash_md(
    chances: Chances, log_p: FloatArray, log_r: FloatArray, eta: float, beta: float
) -> FloatArray:
    """Nash mirror descent: against the geometric mixture of the policy and the reference."""
    mixture = normal((1 - eta * beta) * log_p + eta * beta * log_r)
    return normal(mixture + eta * chances(mixture))


def hedge(
    chances: Chances, log_p: FloatArray, log_r: FloatArray, eta: float, beta: float
) -> FloatArray:
    """Multiplicative weights, as in SPO and SPPO; only the average of its policies is near."""
    return normal(log_p + eta * chances(log_p))


@dataclass(frozen=True)
class LearningRule:
    """A learning rule with its default step and what is proved with that.

    Parameters
    ----------
    name : str
        As in :func:`learn`.
    update : callable
        One step.
    default : callable
        ``default(beta, n, steps, t)``: the step at time t.
    measure : str
        What the bound is on: ``divergence`` of the equilibrium from the last policy, or ``gap``,
        that of the average policy with beta = 0.
    bound : callable
        ``bound(k, start, eta, beta, n, steps)`` after k steps; None where nothing is proved for
        that step size.
    averages : bool
        Whether what it returns is the average of its policies.
    reference : Reference
        Where it comes from.
    proved : str
        By whom the bound is proved: the paper, or this documentation.
    """

    name: str
    update: Callable[..., FloatArray]
    default: Callable[[float, int, int, int], float]
    measure: str
    bound: Callable[..., float | None]
    averages: bool
    reference: Reference
    proved: str


def _prox_bound(k: int, start: float, eta: float, beta: float, n: int, steps: int) -> float | None:
    if eta > 2 * sqrt(1 + eta * beta) + 1e-12:
        return None
    return float(start * (1 + eta * beta) ** -k)


def _egpo_bound(k: int, start: float, eta: float, beta: float, n: int, steps: int) -> float | None:
    if eta * beta >= 1:
        return None
    return _prox_bound(k, start, eta / (1 - eta * beta), beta, n, steps)


def _omd_bound(k: int, start: float, eta: float, beta: float, n: int, steps: int) -> float | None:
    return float(start * (1 - eta * beta) ** k) if eta <= min(beta, 0.5) else None


def _md_bound(k: int, start: float, eta: object, beta: float, n: int, steps: int) -> float | None:
    return None if eta is not None else 8 / (beta**2 * (k + 1))


def _hedge_bound(k: int, start: float, eta: float, beta: float, n: int, steps: int) -> float | None:
    # The regret after k steps with a fixed step, for gains in [0, 1].
    return 2 * (log(n) / (eta * k) + eta / 8) if k and eta > 0 else None


#: The rules by name.
RULES = {
    rule.name: rule
    for rule in (
        LearningRule(
            "mirror_prox",
            mirror_prox,
            lambda beta, n, steps, t: 2.0,
            "divergence",
            _prox_bound,
            False,
            MIRROR_PROX,
            "paper",
        ),
        LearningRule(
            "egpo",
            egpo,
            lambda beta, n, steps, t: 2 / (1 + 2 * beta),
            "divergence",
            _egpo_bound,
            False,
            EXTRAGRADIENT,
            "derived",
        ),
        LearningRule(
            "omd",
            omd,
            lambda beta, n, steps, t: min(beta, 0.5),
            "divergence",
            _omd_bound,
            False,
            ITERATIVE,
            "derived",
        ),
        LearningRule(
            "nash_md",
            nash_md,
            lambda beta, n, steps, t: 2 / (beta * (t + 2)),
            "divergence",
            _md_bound,
            False,
            NASH_LEARNING,
            "paper",
        ),
        LearningRule(
            "hedge",
            hedge,
            lambda beta, n, steps, t: sqrt(8 * log(max(n, 2)) / steps),
            "gap",
            _hedge_bound,
            True,
            SELF_PLAY,
            "derived",
        ),
    )
}
