"""Dominant resource fairness: tasks that need several resources in fixed parts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_list, as_number, tidy

__all__ = ["dominant_resource_fairness"]


def dominant_resource_fairness(
    capacities: Sequence[Number],
    demands: Sequence[Sequence[Number]],
    *,
    weights: Sequence[Number] | None = None,
) -> tuple[Number, ...]:
    """How many tasks of each user run, parts of tasks included.

    All users' dominant shares (the largest part of a resource that a user has) grow in proportion
    to their weights, until a resource that a user needs is used up.

    Parameters
    ----------
    capacities : sequence of r positive numbers
        How much there is of each resource.
    demands : sequence of n sequences of r numbers
        What one task of each user needs, something at least.
    weights : sequence of n positive numbers, optional
        All 1 by default.

    Examples
    --------
    >>> dominant_resource_fairness([9, 18], [[1, 4], [3, 1]])
    (3, 2)
    """
    whole = [Fraction(as_number(c, "capacities")) for c in as_list(capacities, "capacities")]
    if any(c <= 0 for c in whole):
        raise InvalidInputError("capacities", "be positive", list(capacities))
    needs = []
    for k, row in enumerate(as_list(demands, "demands")):
        own = [Fraction(as_number(x, f"demands[{k}]", low=0)) for x in as_list(row, "demands")]
        if len(own) != len(whole) or not any(own):
            told = f"be {len(whole)} numbers from 0 on, not all 0"
            raise InvalidInputError(f"demands[{k}]", told, row)
        needs.append(own)
    given = [1] * len(needs) if weights is None else as_list(weights, "weights")
    parts = [Fraction(as_number(w, "weights")) for w in given]
    if len(parts) != len(needs) or any(w <= 0 for w in parts):
        raise InvalidInputError("weights", f"be {len(needs)} positive numbers", list(given))
    # Tasks for each unit of the common level.
    rates = [
        w / max(x / c for x, c in zip(own, whole, strict=True))
        for own, w in zip(needs, parts, strict=True)
    ]
    left = list(whole)
    tasks = [Fraction(0)] * len(needs)
    active = list(range(len(needs)))
    while active:
        speed = [
            sum((rates[i] * needs[i][r] for i in active), Fraction(0)) for r in range(len(left))
        ]
        step = min(room / s for room, s in zip(left, speed, strict=True) if s)
        for i in active:
            tasks[i] += step * rates[i]
        left = [room - step * s for room, s in zip(left, speed, strict=True)]
        full = {r for r, room in enumerate(left) if not room}
        active = [i for i in active if not any(needs[i][r] for r in full)]
    return tuple(map(tidy, tasks))
