"""Phantom mechanisms: the median of the reports and fixed phantoms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.medians.phantom_rules import PhantomRule
from mechdesign.facility.medians.selection import cross, select, select_many
from mechdesign.facility.segment.profiles import exact_profile
from mechdesign.facility.segment.references import MOULIN, phantom_claims
from mechdesign.facility.segment.setting import Line, placed
from mechdesign.model import (
    Mechanism,
    Number,
    Outcome,
    Problem,
    RationalArray,
    Seed,
    all_exact,
    as_count,
    tidy,
)
from mechdesign.model.mechanism_base import R

__all__ = ["LineMechanism", "PhantomMechanism"]

# From here on a float profile goes to the pruning selection.
_LARGE = 4096
# More numbers than this are never listed.
_MOST_PHANTOMS = 10**8


class LineMechanism(Mechanism[R]):
    """A mechanism on a :class:`~mechdesign.facility.segment.setting.Line`.

    Parameters
    ----------
    setting : Line, optional
        The segment it works on, by default [0, 1].
    """

    setting: Line = Line()
    anonymous = True

    def __init__(self, setting: Line | None = None) -> None:
        if setting is not None:
            if not isinstance(setting, Line):
                raise InvalidInputError("setting", "be a Line, as facility.line(0, 1)", setting)
            self.setting = setting


class PhantomMechanism(LineMechanism[Outcome]):
    """The median of the n reports and the phantoms ``alpha_0 <= ... <= alpha_n``.

    ``alpha_k`` is the outcome when k agents are at the right end and the others at the left end,
    and the outcome at x is ``max_k min(alpha_k, x_[k])`` with ``x_[k]`` the k-th largest report.
    These are the anonymous strategyproof mechanisms for single-peaked preferences (Moulin 1980);
    those with ``alpha_0`` and ``alpha_n`` at the ends are also unanimous and Pareto efficient.

    Weighted agents count as often as their weight says.

    Parameters
    ----------
    rule : PhantomRule
        How the phantoms depend on the number of agents.
    setting : Line, optional
        The segment, by default [0, 1].
    unanimous : bool
        Whether the first and the last of them are at the ends.

    Notes
    -----
    One exact profile takes O(n log n), one float profile of n agents O(n) expected time.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import facility
    >>> f = facility.uniform_phantom
    >>> f.alphas(3)
    (0, Fraction(1, 3), Fraction(2, 3), 1)
    >>> f([0, Fraction(1, 10), 1]).choice
    Fraction(1, 3)
    """

    reference = MOULIN

    def __init__(
        self, rule: PhantomRule, setting: Line | None = None, *, unanimous: bool = True
    ) -> None:
        super().__init__(setting)
        self.rule = rule
        self.claims = phantom_claims(unanimous=unanimous)

    def alphas(self, n: int) -> tuple[Number, ...]:
        """``(alpha_0, ..., alpha_n)``, the outcomes at the profiles of both ends.

        Parameters
        ----------
        n : int
            The number of agents, at least 1.
        """
        n = as_count(n, "n", low=1, high=_MOST_PHANTOMS, owner=self.id)
        return tuple(tidy(self._scale(a)) for a in self.rule.values(n))

    def phantoms(self, n: int) -> tuple[Number, ...]:
        """The n - 1 inner phantoms ``(alpha_1, ..., alpha_{n-1})``."""
        return self.alphas(n)[1:-1]

    def _scale(self, share: Number) -> Number:
        low, high = self.setting.low, self.setting.high
        if low == 0 and high == 1:
            return share
        return low + (high - low) * share

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        self.setting.check(problem)
        if exact_profile(problem):
            return self._solve_sorted(problem, exact=True)
        if problem.weights is None and len(problem) >= _LARGE:
            values = np.asarray(problem.types, dtype=np.float64)
            place = select(values, self._float_alpha(len(values)))
            return self.wrap(problem, placed(place, "pruning"))
        return self._solve_sorted(problem, exact=False)

    def _solve_sorted(self, problem: Problem, *, exact: bool) -> Outcome:
        raw = problem.types.tolist() if isinstance(problem.types, np.ndarray) else problem.types
        if problem.weights is None:
            n = len(problem)
            descending = sorted(raw)[::-1]  # as a proof meets them, in ascending order
            alpha: Callable[[Any], Number] = (
                (lambda k: self._scale(self.rule.at(k, n))) if exact else self._float_alpha(n)
            )
        else:
            # A zero weight is nobody; the others are met from the right with their running total.
            descending, reach = (_from_the_right if exact else _floats_from_the_right)(
                raw, problem.weights
            )
            total = reach[-1]
            alpha = lambda k: self._scale(self.rule.at(reach[k], total))  # noqa: E731
        location = cross(descending, alpha)
        place = placed(location if exact else float(location), "sort")
        return self.wrap(problem, place)

    def _float_alpha(self, n: int) -> Callable[[int], float]:
        return lambda k: float(self._scale(float(self.rule.at(k, n))))

    def evaluate_many(self, profiles: object) -> Any:
        """The locations for a batch of profiles.

        Parameters
        ----------
        profiles : RationalArray or numpy.ndarray, shape (batch, n)
            Exact reports over a common denominator, or floats.

        Returns
        -------
        RationalArray or numpy.ndarray, shape (batch,)
            Exact locations over the least common multiple of the denominators of the reports and
            the phantoms, or floats; equal to those of single calls.
        """
        self.setting.check_batch(profiles)
        if isinstance(profiles, RationalArray):
            ends = (self.setting.low, self.setting.high)
            phantoms = _exact_alphas(self.rule, *ends, profiles.shape[1])
            if phantoms is not None:
                common = int(np.lcm(profiles.denominator, phantoms.denominator))
                reports = profiles.at(common).numerators
                return RationalArray(select_many(reports, phantoms.at(common).numerators), common)
            profiles = profiles.to_float()
        values = np.asarray(profiles, dtype=np.float64)
        return select_many(values, self._float_alphas(values.shape[1]))

    def _float_alphas(self, n: int) -> Any:
        shares = self.rule.array(n)
        low, high = self.setting.low, self.setting.high
        return shares if low == 0 and high == 1 else low + (high - low) * shares


def _from_the_right(
    places: Sequence[Number], weights: Sequence[Number]
) -> tuple[list[Number], list[Number]]:
    """Locations of positive weight from right to left, and the weight down to each of them."""
    pairs = sorted(((x, w) for x, w in zip(places, weights, strict=True) if w), reverse=True)
    reach: list[Number] = [0]
    for _, w in pairs:
        reach.append(reach[-1] + w)
    return [x for x, _ in pairs], reach


def _floats_from_the_right(
    places: Sequence[Number], weights: Sequence[Number]
) -> tuple[list[Number], list[Number]]:
    """The same for large profiles of floats; whole weights stay whole."""
    whole = all(isinstance(w, int) for w in weights) and sum(weights) < 2**53
    mass = np.array(weights, dtype=np.int64 if whole else np.float64)
    values = np.array(places, dtype=np.float64)[mass > 0]
    order = np.argsort(values)[::-1]
    return values[order].tolist(), [0, *np.cumsum(mass[mass > 0][order]).tolist()]


@lru_cache(maxsize=256, typed=True)
def _exact_alphas(rule: PhantomRule, low: Number, high: Number, n: int) -> RationalArray | None:
    """The phantoms over a common denominator, or None where they are floats."""
    shares = rule.values(n)
    if not all_exact((*shares, low, high)):
        return None
    listed: list[Any] = [low + (high - low) * a for a in shares]
    return RationalArray.from_values(listed)
