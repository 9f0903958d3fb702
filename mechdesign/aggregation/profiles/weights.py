"""Weights of voters as integers over a common denominator."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.arrays import AnyArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import aligned_numbers, as_number, parse_number, split_labels

_WEIGHT_LIMIT = 2**52


def integer_weights(weights: Any, voters: Sequence[Any]) -> tuple[AnyArray, int]:
    """Weights as integers over a common denominator; floats are read as the decimals they print."""
    n = len(voters)
    if weights is None:
        return np.ones(n, dtype=np.int64), 1
    if isinstance(weights, tuple) and len(weights) == n and all(type(w) is int for w in weights):
        total = sum(weights)
        if 0 < total < _WEIGHT_LIMIT and min(weights) >= 0:
            return np.array(weights, dtype=np.int64), 1
    named, weights = split_labels(weights, "weights")
    if named is not None:
        own = dict(zip(named, weights, strict=True))
        weights = aligned_numbers(own, voters, "weights", low=0)
    if isinstance(weights, np.ndarray) and weights.dtype.kind in "iu":
        listed = weights.tolist()
    else:
        listed = [
            as_number(
                parse_number(w, "weights") if isinstance(w, str) else w, f"weights[{k}]", low=0
            )
            for k, w in enumerate(weights)
        ]
    if len(listed) != n:
        raise InvalidInputError("weights", f"have one entry for each of {n} rankings", len(listed))
    exact = [Fraction(repr(w)) if isinstance(w, float) else Fraction(w) for w in listed]
    if any(w < 0 for w in exact) or not any(exact):
        raise InvalidInputError("weights", "be nonnegative and not all zero", listed[:10])
    common = math.lcm(*(w.denominator for w in exact))
    numerators = [int(w * common) for w in exact]
    total = sum(numerators)
    if total >= _WEIGHT_LIMIT:
        over = f"{total} over {common}"
        raise InvalidInputError(
            "weights", "have a total below 2**52 over their common denominator", over
        )
    return np.array(numerators, dtype=np.int64), common
