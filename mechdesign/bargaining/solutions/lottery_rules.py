"""The classical solutions over lotteries: the convex problems of the textbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal, get_args

import numpy as np

from mechdesign.bargaining.menus.setting import NO_AGREEMENT, PackageChoice, package_choice
from mechdesign.bargaining.solutions.lottery_polytope import Mixtures, When, mixtures
from mechdesign.bargaining.solutions.raiffa import raiffa_path
from mechdesign.errors import InfeasibleError
from mechdesign.model import (
    Mechanism,
    Number,
    Outcome,
    Problem,
    Result,
    Seed,
    is_exact,
    mechanism,
)

__all__ = ["LOTTERY_RULES", "LotteryRule", "lottery_rule"]

Solution = Literal[
    "utilitarian",
    "nash",
    "egalitarian",
    "kalai_smorodinsky",
    "equal_loss",
    "raiffa",
    "continuous_raiffa",
]
LOTTERY_RULES: tuple[str, ...] = get_args(Solution)


class LotteryRule(Mechanism[Result]):
    """A classical solution over lotteries of packages.

    Parameters
    ----------
    rule : str
        One of :data:`LOTTERY_RULES`.
    when : {"ex post", "ex ante"}
        Whether every package that may come up must be within the budget, or the expected cost.
    refine : bool
        Whether to refine the maximin rules lexicographically, which makes them efficient.
    rational : bool
        Whether everybody must expect at least the reserve (never for the utilitarian rule).
    exact : bool, optional
        Fractions or floats; by default fractions for exact data with at most 60 efficient packages.

    Notes
    -----
    Where several lotteries maximise the sum of utilities, the leximin one of them is chosen.  The
    Nash solution is found in floats; where it is rational it is then proved exactly by one exact
    linear program, else the lottery keeps floats.

    Examples
    --------
    >>> lottery_rule([(2, 0), (0, 1)], rule="kalai_smorodinsky")
    Lottery over 2 outcomes
      1/2        0
      1/2        1
    """

    setting: PackageChoice = package_choice()
    anonymous = True

    def __init__(
        self,
        *,
        rule: Solution = "nash",
        when: When = "ex post",
        refine: bool = True,
        rational: bool = True,
        exact: bool | None = None,
    ) -> None:
        self.rule, self.when = rule, when
        self.refine, self.rational, self.exact = refine, rational, exact

    def solve(self, problem: Problem, *, rng: Seed = None) -> Result:
        every = mixtures(problem, self.when, exact=self.exact)
        inside = every.rational() if self.rational and self.rule != "utilitarian" else every
        if inside is None:
            return self.wrap(problem, Outcome(NO_AGREEMENT))
        return self.wrap(problem, inside.lottery(self._probabilities(problem, every, inside)))

    def _probabilities(
        self, problem: Problem, every: Mixtures, inside: Mixtures
    ) -> Sequence[Number]:
        n = len(problem)
        weights = problem.weights or (1,) * n
        if self.rule == "utilitarian":
            gains = [
                sum((w * g for w, g in zip(weights, row, strict=True)), 0) for row in inside.gains
            ]
            most = inside.polytope.maximise(gains)[0]
            slack = 0 if inside.exact else 1e-9 * abs(most)
            # Of the lotteries with the largest sum the most equal one: a single vector of gains.
            best = inside.polytope.also([[-g for g in gains]], [slack - most])
            return replace(inside, polytope=best).leximin([0] * n, [1] * n)
        if self.rule == "nash":
            return _nash(inside, weights)
        if self.rule == "egalitarian":
            return inside.leximin([0] * n, weights, refine=self.refine)
        if self.rule in ("raiffa", "continuous_raiffa"):
            path = raiffa_path(inside, continuous=self.rule == "continuous_raiffa")
            return [
                float(x) if isinstance(path[-1][0], float) else x
                for x in _reaching(inside, path[-1])
            ]
        ideal = (every.rational() or every).ideal()
        if self.rule == "kalai_smorodinsky":
            units = [a if a > (0 if inside.exact else 1e-9) else 0 for a in ideal]
            if not any(units):
                return inside.leximin([0] * n, [1] * n)
            return inside.leximin([0] * n, units, refine=self.refine)
        return inside.leximin(ideal, [1] * n, refine=self.refine)


lottery_rule = mechanism("bargaining.lottery_rule")(LotteryRule)


def _nash(inside: Mixtures, weights: Sequence[Number]) -> Sequence[Number]:
    """The lottery with the largest product of gains of those who can gain at all."""
    from mechdesign.solvers.concave.log_welfare import maximise_log_welfare

    ideal = inside.ideal()
    small = 0 if inside.exact else 1e-9
    live = [i for i, a in enumerate(ideal) if a > small and weights[i]]
    n = len(weights)
    if not live:
        return inside.leximin([0] * n, [1] * n)
    matrix = np.array([[float(row[i]) for i in live] for row in inside.gains])
    importance = np.array([float(weights[i]) for i in live])
    # After the two rows of a sum of one: limits that may bind agents who cannot gain.
    p, _ = maximise_log_welfare(
        matrix,
        importance,
        np.array(inside.polytope.rows[2:], dtype=float),
        np.array(inside.polytope.right[2:], dtype=float),
    )
    if inside.exact and all(is_exact(w) for w in weights):
        proved = _proved(inside, live, [weights[i] for i in live], p @ matrix)
        if proved is not None:
            return proved
    return [float(x) for x in p]


def _proved(
    inside: Mixtures, live: Sequence[int], weights: Sequence[Any], gains: Any
) -> list[Number] | None:
    """A rational lottery near the floats that the first-order condition proves optimal."""
    for largest in (100, 10_000, 1_000_000):
        guess = [Fraction(float(g)).limit_denominator(largest) for g in gains]
        if any(g <= 0 for g in guess):
            continue
        objective = [
            sum((w * row[i] / g for w, i, g in zip(weights, live, guess, strict=True)), Fraction(0))
            for row in inside.gains
        ]
        levels: list[Number] = [0] * len(inside.gains[0])
        for i, g in zip(live, guess, strict=True):
            levels[i] = g
        try:
            # Concave: no lottery is better in the linearised objective, and this one exists.
            value, _ = inside.polytope.maximise(objective)
            if value != sum(weights):
                continue
            found: list[Number] = inside.at_least(levels).maximise([0] * len(inside.rows))[1]
        except InfeasibleError:
            continue
        return found
    return None


def _reaching(inside: Mixtures, levels: Sequence[Number]) -> Sequence[Number]:
    """A lottery that gives everybody these gains, and as much as possible beyond."""
    if inside.exact and not all(is_exact(x) for x in levels):
        inside = replace(inside, polytope=replace(inside.polytope, exact=False))
    # Floats may lie a rounding beyond what is feasible: come as near as possible from below.
    return inside.leximin(levels, [1] * len(levels))
