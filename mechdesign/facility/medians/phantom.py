"""Phantom mechanisms: the median of the reports and fixed phantoms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.medians.phantom_rules import PhantomRule
from mechdesign.facility.medians.selection import cross, select, select_many
from mechdesign.facility.segment.profiles import exact_profile, show_interval
from mechdesign.facility.segment.references import MOULIN
from mechdesign.facility.segment.setting import Line
from mechdesign.model import (
    FrozenMap,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Provenance,
    RationalArray,
    Reference,
    Theorem,
    all_exact,
    as_count,
    is_exact,
    tidy,
)

__all__ = ["LineMechanism", "PhantomMechanism"]

# From here on a float profile goes to the pruning selection.
_LARGE = 4096


class LineMechanism(Mechanism):
    """A mechanism on a :class:`~mechdesign.facility.segment.setting.Line`.

    Parameters
    ----------
    id : str
        ``facility.name``.
    setting : Line
        The segment it works on.
    parameters : mapping, optional
        To show in its name.
    reference, claims, anonymous
        As for every mechanism.
    """

    setting: Line

    def __init__(
        self,
        id: str,
        setting: Line | None = None,
        *,
        parameters: Mapping[str, Any] | None = None,
        reference: Reference | None = None,
        claims: Mapping[str, Theorem] | None = None,
        anonymous: bool = True,
    ) -> None:
        self.id = id
        self.setting = Line() if setting is None else setting
        if not isinstance(self.setting, Line):
            raise InvalidInputError("setting", "be a Line, as facility.line(0, 1)", setting)
        self._parameters = FrozenMap(parameters or {})
        self.reference = reference
        self.claims = FrozenMap(claims or {})
        self.anonymous = anonymous

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters that were set."""
        return self._parameters

    def check(self, problem: Problem) -> None:
        """Refuse problems of another segment, and those without agents."""
        here = (self.setting.low, self.setting.high)
        if problem.data is not None and problem.data != here:
            raise InvalidInputError(
                "setting",
                f"be the one of the problem, {show_interval(*problem.data)}; make the mechanism "
                "with setting=facility.line(low, high)",
                show_interval(*here),
                owner=self.id,
            )
        if not len(problem):
            raise InvalidInputError("problem", "have at least one agent", problem, owner=self.id)

    def check_batch(self, profiles: Any) -> None:
        """Refuse batches with locations outside of the segment."""
        scale, values = 1, profiles
        if isinstance(profiles, RationalArray):
            scale, values = profiles.denominator, profiles.numerators
        if values.ndim != 2 or not values.shape[1]:
            raise InvalidInputError("profiles", "have shape (batch, agents)", values.shape)
        low, high = self.setting.low * scale, self.setting.high * scale
        # NaN fails both comparisons.
        if values.size and not (values.min() >= low and values.max() <= high):
            span = show_interval(self.setting.low, self.setting.high)
            raise InvalidInputError("profiles", f"lie in {span}", profiles, owner=self.id)

    def place(
        self,
        problem: Problem,
        location: Number,
        algorithm: str,
        *,
        exact: bool | None = None,
        tolerance: float | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Wrap a location as an outcome."""
        return Outcome(
            tidy(location),
            details=details or FrozenMap(),
            provenance=Provenance(
                mechanism=self.name,
                algorithm=algorithm,
                exact=is_exact(location) if exact is None else exact,
                tolerance=tolerance,
                reference=self.reference,
            ),
            problem=problem,
            setting=self.setting,
        )


class PhantomMechanism(LineMechanism):
    """The median of the n reports and the phantoms ``alpha_0 <= ... <= alpha_n``.

    ``alpha_k`` is the outcome when k agents are at the right end and the others at the left end,
    and the outcome at x is ``max_k min(alpha_k, x_[k])`` with ``x_[k]`` the k-th largest report.
    These are the anonymous strategyproof mechanisms for single-peaked preferences (Moulin 1980);
    those with ``alpha_0`` and ``alpha_n`` at the ends are also unanimous and Pareto efficient.

    Weighted agents count as often as their weight says.

    Parameters
    ----------
    id : str
        ``facility.name``.
    rule : PhantomRule
        How the phantoms depend on the number of agents.
    setting : Line, optional
        The segment, by default [0, 1].

    Notes
    -----
    One exact profile takes O(n log n), one float profile of n agents O(n) expected time.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from mechdesign import facility
    >>> f = facility.uniform_phantom()
    >>> f.alphas(3)
    (0, Fraction(1, 3), Fraction(2, 3), 1)
    >>> f([0, Fraction(1, 10), 1]).choice
    Fraction(1, 3)
    """

    def __init__(
        self,
        id: str,
        rule: PhantomRule,
        setting: Line | None = None,
        *,
        parameters: Mapping[str, Any] | None = None,
        reference: Reference | None = MOULIN,
        claims: Mapping[str, Theorem] | None = None,
    ) -> None:
        super().__init__(
            id, setting, parameters=parameters, reference=reference, claims=claims, anonymous=True
        )
        self.rule = rule

    def alphas(self, n: int) -> tuple[Number, ...]:
        """``(alpha_0, ..., alpha_n)``, the outcomes at the profiles of both ends.

        Parameters
        ----------
        n : int
            The number of agents, at least 1.
        """
        n = as_count(n, "n", low=1, owner=self.id)
        return tuple(tidy(self._scale(a)) for a in self.rule.values(n))

    def phantoms(self, n: int) -> tuple[Number, ...]:
        """The n - 1 inner phantoms ``(alpha_1, ..., alpha_{n-1})``."""
        return self.alphas(n)[1:-1]

    def _scale(self, share: Number) -> Number:
        low, high = self.setting.low, self.setting.high
        if low == 0 and high == 1:
            return share
        return low + (high - low) * share

    def solve(self, problem: Problem, *, rng: Any = None) -> Outcome:
        """The location for a problem."""
        self.check(problem)
        if exact_profile(problem):
            return self._solve_sorted(problem, exact=True)
        if problem.weights is None and len(problem) >= _LARGE:
            values = np.asarray(problem.types, dtype=np.float64)
            return self.place(problem, select(values, self._float_alpha(len(values))), "pruning")
        return self._solve_sorted(problem, exact=False)

    def _solve_sorted(self, problem: Problem, *, exact: bool) -> Outcome:
        raw = problem.types.tolist() if isinstance(problem.types, np.ndarray) else problem.types
        if problem.weights is None:
            n = len(problem)
            descending = sorted(raw, reverse=True)
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
        return self.place(problem, location if exact else float(location), "sort")

    def _float_alpha(self, n: int) -> Callable[[int], float]:
        return lambda k: float(self._scale(float(self.rule.at(k, n))))

    def evaluate_many(self, profiles: Any) -> Any:
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
        self.check_batch(profiles)
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


@lru_cache(maxsize=256)
def _exact_alphas(rule: PhantomRule, low: Number, high: Number, n: int) -> RationalArray | None:
    """The phantoms over a common denominator, or None where they are floats."""
    shares = rule.values(n)
    if not all_exact((*shares, low, high)):
        return None
    listed: list[Any] = [low + (high - low) * a for a in shares]
    return RationalArray.from_values(listed)
