"""Kinds of workers with isoelastic utilities, and what they earn under a schedule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.model import Number, as_number, as_numbers, is_exact, ratio, serializable, tidy
from mechdesign.records import dataclass
from mechdesign.taxation.economies import power
from mechdesign.taxation.schedules import Schedule

__all__ = ["Responses", "Workers", "respond", "workers"]


@serializable("taxation.Workers")
@dataclass(frozen=True)
class Workers:
    """Kinds of workers, who differ in skill and in elasticity.

    A worker of skill w and elasticity e who earns z and keeps c has the utility
    ``v(c) - (z/w)^(1 + 1/e) / (1 + 1/e)`` with ``v(c) = (c^(1 - h) - 1) / (1 - h)``, the logarithm
    for curvature ``h = 1`` and c itself for ``h = 0``.

    Parameters
    ----------
    skills, shares, elasticities : tuples of numbers, length n
        Positive; shares sum to 1.
    curvature : number
        At least 0, the same for everybody.
    need : number
        What the government spends for each worker.

    Examples
    --------
    >>> Workers((1, 2), (0.5, 0.5), (1, 1), curvature=1).utility(1, 1.0, 2)
    -0.5
    """

    skills: tuple[Number, ...]
    shares: tuple[Number, ...]
    elasticities: tuple[Number, ...]
    curvature: Number = 0
    need: Number = 0

    def __len__(self) -> int:
        return len(self.skills)

    @property
    def exact(self) -> bool:
        """Whether utilities are exact: exact numbers, elasticities 1, 1/2, ..., no curvature."""
        numbers = (*self.skills, *self.shares, *self.elasticities, self.need)
        if self.curvature or not all(map(is_exact, numbers)):
            return False
        return all((1 / Fraction(e)).denominator == 1 for e in self.elasticities)

    def effort(self, kind: int, income: Number) -> Number:
        """What it costs a kind to earn an income."""
        exponent = 1 + ratio(1, self.elasticities[kind])
        return ratio(power(ratio(income, self.skills[kind]), exponent), exponent)

    def worth(self, consumption: Number) -> Number:
        """What it is worth to keep something; minus infinity where it cannot be lived on."""
        h = self.curvature
        if h == 0:
            return consumption
        if consumption < 0 or (consumption == 0 and h >= 1):
            return -math.inf
        c = float(consumption)
        return math.log(c) if h == 1 else (c ** (1 - float(h)) - 1) / (1 - float(h))

    def utility(self, kind: int, consumption: Number, income: Number) -> Number:
        """What a bundle is worth to a kind."""
        return tidy(self.worth(consumption) - self.effort(kind, income))

    def mean(self, values: Sequence[Number]) -> Number:
        """The mean over the workers of one value for each kind."""
        total: Number = 0
        for share, value in zip(self.shares, values, strict=True):
            total += share * value
        return tidy(total)


def workers(
    skills: object,
    *,
    shares: object = None,
    elasticities: object = 1,
    curvature: object = 0,
    need: object = 0,
) -> Workers:
    """Kinds of workers from their numbers.

    Parameters
    ----------
    skills : sequence of n positive numbers
        One for each kind.
    shares : sequence of n positive numbers, optional
        Up to a common factor; equal by default.
    elasticities : number, or sequence of n positive numbers
        Of income with respect to what is kept of one unit more, at a constant utility of
        consumption.
    curvature : number
        At least 0: how fast the worth of one unit more falls with consumption.
    need : number
        As in :class:`Workers`.

    Examples
    --------
    >>> workers([1, 2], elasticities=[1, 0.5]).shares
    (Fraction(1, 2), Fraction(1, 2))
    """
    listed = as_numbers(skills, "skills")
    n = len(listed)
    counted = (1,) * n if shares is None else as_numbers(shares, "shares")
    same = not hasattr(elasticities, "__iter__")
    responds = as_numbers([elasticities] * n if same else elasticities, "elasticities")
    for name, values in (("skills", listed), ("shares", counted), ("elasticities", responds)):
        if not n or len(values) != n or any(x <= 0 for x in values):
            raise InvalidInputError(name, f"be {n or 'some'} positive numbers", values)
    total = sum(counted)
    return Workers(
        tuple(map(tidy, listed)),
        tuple(ratio(x, total) for x in counted),
        tuple(map(tidy, responds)),
        tidy(as_number(curvature, "curvature", low=0)),
        tidy(as_number(need, "need")),
    )


@dataclass(frozen=True)
class Responses:
    """What kinds of workers do under a schedule whose revenue is paid back.

    Parameters
    ----------
    incomes, taxes, utilities : tuples of numbers, length n
        Of each kind; taxes before what is paid back.
    rebate : number
        What everybody gets.
    residual : number
        By how much taxes differ from the rebates and the need, for each worker.
    """

    incomes: tuple[Number, ...]
    taxes: tuple[Number, ...]
    utilities: tuple[Number, ...]
    rebate: Number
    residual: Number


def respond(schedule: Schedule, workers: Workers) -> Responses:
    """What workers earn under a schedule when its revenue is paid back in equal parts.

    What is paid back changes what workers earn where utilities are curved, so the rebate is a fixed
    point.  Higher rebates lead to lower incomes; where taxes grow with income they lower the
    revenue, and there is one rebate at most.  It is found by halving.

    Parameters
    ----------
    schedule : Schedule
        No rate is below 0.
    workers : Workers
        With any curvature.

    Raises
    ------
    InvalidInputError
        If a rate is negative: then revenue may grow with the rebate.
    InfeasibleError
        If no rebate balances the budget: somebody cannot live, or jumps between two incomes.

    Notes
    -----
    O(n b) steps of halving for b brackets, about 60 times; the residual is at most 1e-9 of the
    incomes, 0 without curvature.

    Examples
    --------
    >>> flat = Schedule((0,), (0.5,))
    >>> found = respond(flat, workers([1, 2], curvature=1))
    >>> [round(z, 4) for z in found.incomes], round(found.rebate, 4), found.residual < 1e-9
    ([0.5997, 1.5361], 0.5339, True)
    """
    if any(rate < 0 for rate in schedule.rates):
        raise InvalidInputError("schedule", "have no negative rate", schedule.rates)
    if workers.curvature == 0:
        return _answer(schedule, workers, 0, paid_back=True)
    scale = max(float(w) for w in workers.skills)
    high = scale
    while _excess(schedule, workers, high) > 0:
        high *= 2
    low = -scale
    while _excess(schedule, workers, low) < 0 and low > -1e12 * scale:
        low *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _excess(schedule, workers, middle) > 0 else (low, middle)
    found = _answer(schedule, workers, high)
    size = max(scale, *(float(z) for z in found.incomes))
    if workers.curvature >= 1:
        # Next to nothing to live on is not nothing: what is missing must be small beside it.
        pairs = zip(found.incomes, found.taxes, strict=True)
        size = min(size, 1e3 * min(float(z - tax) + float(found.rebate) for z, tax in pairs))
    if not all(math.isfinite(u) for u in found.utilities) or found.residual > 1e-9 * size:
        raise InfeasibleError(f"no rebate near {high:g} balances the budget of this schedule")
    return found


def _excess(schedule: Schedule, workers: Workers, rebate: float) -> float:
    """Revenue for each worker beyond the need and a rebate; infinite where somebody cannot live."""
    found = _answer(schedule, workers, rebate)
    if not all(math.isfinite(u) for u in found.utilities):
        return math.inf
    return float(workers.mean(found.taxes) - workers.need) - rebate


def _answer(
    schedule: Schedule, workers: Workers, rebate: Number, paid_back: bool = False
) -> Responses:
    """The best incomes at a rebate, which is what is left if it is `paid_back`."""
    earned = [_best(schedule, workers, kind, rebate) for kind in range(len(workers))]
    taxes = [schedule.tax(z) for z in earned]
    left = tidy(workers.mean(taxes) - workers.need)
    given: Number = left if paid_back else rebate
    utilities = [
        workers.utility(kind, z - tax + given, z)
        for kind, (z, tax) in enumerate(zip(earned, taxes, strict=True))
    ]
    return Responses(
        tuple(earned), tuple(taxes), tuple(utilities), given, tidy(max(left - given, given - left))
    )


def _best(schedule: Schedule, workers: Workers, kind: int, rebate: Number) -> Number:
    """The best income of a kind, the larger one of two equally good.

    The best is among the cutoffs and the incomes inside brackets where one unit more is worth as
    much as it costs.
    """
    ends = (*schedule.cutoffs[1:], None)
    candidates: list[Number] = list(schedule.cutoffs)
    for start, end, rate in zip(schedule.cutoffs, ends, schedule.rates, strict=True):
        inside = _inside(schedule, workers, kind, rebate, start, end, rate)
        if inside is not None:
            candidates.append(inside)

    def worth(income: Number) -> tuple[Number, Number]:
        return workers.utility(kind, income - schedule.tax(income) + rebate, income), income

    return max(candidates, key=worth)


def _inside(
    schedule: Schedule,
    workers: Workers,
    kind: int,
    rebate: Number,
    start: Number,
    end: Number | None,
    rate: Number,
) -> Number | None:
    """Where inside a bracket one unit more is worth what it costs; None if nowhere."""
    if rate >= 1:
        return None
    skill, e = workers.skills[kind], workers.elasticities[kind]
    kept = 1 - rate
    if workers.curvature == 0:
        income = power(skill, 1 + e) * power(kept, e)
        return income if income > start and (end is None or income < end) else None
    h, w, inverse = float(workers.curvature), float(skill), 1 / float(e)
    fixed = float(rebate) - float(schedule.tax(start)) + float(rate) * float(start)

    def gains(income: float) -> bool:
        kept_now = income * float(kept) + fixed
        if kept_now <= 0:
            return True
        # In logarithms: large incomes to large powers have no finite product.
        cost = inverse * math.log(income / w) - math.log(w) if income > 0 else -math.inf
        return math.log(float(kept)) - h * math.log(kept_now) > cost

    low = float(start)
    high = float(end) if end is not None else max(low, w, -fixed / float(kept)) * 2 + 1
    while end is None and gains(high):
        high *= 2
    if not gains(low) or gains(high):
        return None
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if gains(middle) else (low, middle)
    return high
