"""Scales on which utilities of groups are compared, and what rules share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import isqrt, sqrt
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    FrozenMap,
    Lottery,
    Number,
    Outcome,
    Problem,
    Provenance,
    all_exact,
    as_list,
    as_number,
    is_exact,
    ratio,
    tidy,
)
from mechdesign.pluralistic.settings import Policies, policies
from mechdesign.pluralistic.welfare_lotteries import worth

__all__: list[str] = []

SETTING: Policies = policies()
Scale = Literal["raw", "range", "regret", "variance", "gains"]
#: What each scale does to the utilities of a group, in words.
SCALES = {
    "raw": "utilities as they are",
    "range": "utilities from 0 at the worst of each group to 1 at its best",
    "regret": "utilities less the best of each group",
    "variance": "utilities with mean 0 and variance 1 in each group",
    "gains": "gains over the reference as a share of the largest of each group",
}


def weights_of(problem: Problem) -> tuple[Number, ...]:
    """The weights of the groups, 1 each where none are given."""
    SETTING.check(problem)
    return problem.weights or (1,) * len(problem)


def reference_of(problem: Problem, ref: Sequence[Number] | None) -> list[Number]:
    """The reference, uniform by default, as it was given."""
    n = len(problem.data.alternatives)
    if ref is None:
        return [Fraction(1, n)] * n
    found = [as_number(x, f"ref[{k}]", low=0) for k, x in enumerate(as_list(ref, "ref"))]
    total = sum(found)
    off = total != 1 if is_exact(total) else abs(float(total) - 1) > 1e-9
    if len(found) != n or not all(found) or off:
        raise InvalidInputError("ref", f"be {n} positive numbers that sum to 1", ref)
    return found


def log_reference(problem: Problem, ref: Sequence[Number] | None) -> FloatArray:
    """Logarithms of the reference."""
    found = np.array([float(x) for x in reference_of(problem, ref)])
    return np.asarray(np.log(found / found.sum()))


def scaled(problem: Problem, scale: str, ref: Sequence[Number] | None = None) -> list[list[Number]]:
    """Utilities on the scale on which they are compared.

    A group that is indifferent has its most, 1 or 0, everywhere: nothing is done for it.
    """
    SETTING.check(problem)
    base = reference_of(problem, ref)
    rows: list[list[Number]] = []
    for row in problem.types:
        low, high = min(row), max(row)
        if scale == "regret":
            rows.append([x - high for x in row])
        elif scale == "range":
            rows.append([ratio(x - low, high - low) if high > low else 1 for x in row])
        elif scale == "gains":
            have = worth(base, row)
            rows.append([ratio(x - have, high - have) if high > low else 1 for x in row])
        elif scale == "variance":
            mean = ratio(sum(row, Fraction(0)), len(row))
            spread = _root(ratio(sum(((x - mean) ** 2 for x in row), Fraction(0)), len(row)))
            rows.append([ratio(x - mean, spread) if high > low else 0 for x in row])
        else:
            rows.append(list(row))
    return rows


def _root(x: Number) -> Number:
    """The square root, exact where it is a fraction."""
    if is_exact(x):
        part = Fraction(x)
        top, bottom = isqrt(part.numerator), isqrt(part.denominator)
        if top**2 == part.numerator and bottom**2 == part.denominator:
            return Fraction(top, bottom)
    return sqrt(x)


def floats(rows: Sequence[Sequence[Number]]) -> FloatArray:
    """Rows of numbers as an array."""
    return np.array([[float(x) for x in row] for row in rows])


def lottery_of(
    problem: Problem,
    p: Sequence[Any],
    *,
    scale: str = "raw",
    weights: Sequence[Number] | None = None,
    beta: Number = 0,
) -> Lottery:
    """A lottery over the alternatives, whose outcomes know how groups were compared.

    Parameters
    ----------
    weights : sequence of numbers, optional
        Of the groups: a weighted sum of utilities with these weights has the same optimum.
    """
    if any(isinstance(x, float) for x in p):
        kept = [float(x) if x > 1e-15 else 0.0 for x in p]
        p = [x / sum(kept) for x in kept]
    told: dict[str, Any] = {"scale": scale, "beta": beta}
    if weights is not None:
        told["group_weights"] = FrozenMap(zip(problem.agents, weights, strict=True))
    one = Outcome(
        problem.data.alternatives[0],
        details=told,
        provenance=Provenance(
            exact=all_exact(p), decisions=(f"groups are compared by {SCALES[scale]}",)
        ),
        problem=problem,
        setting=SETTING,
    )
    labels = problem.data.alternatives
    return Lottery((tidy(x), replace(one, choice=a)) for x, a in zip(p, labels, strict=True))


def details_of(policy: Lottery) -> Mapping[str, Any]:
    """What the outcomes of a policy know of how it was chosen."""
    return policy.support[0][1].details
