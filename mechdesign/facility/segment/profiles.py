"""Reading reported locations from what users have, and the small arithmetic they need."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import (
    Number,
    Problem,
    all_exact,
    as_number,
    as_numbers,
    is_exact,
    show,
    split_labels,
    tidy,
)

#: Distances below this are rounding, relative to the length of the domain.
FLOAT_TOLERANCE = 1e-12

#: What a place that all agents want may be missed by where it was computed in floats.
MISSED = 1e-9


class AgentsError(InvalidInputError, UndecidedError):
    """A mechanism with parameters for certain agents is not defined for others.

    It is an error for a caller who passes such a profile; for a check that tries profiles of its
    own it only leaves the question open there.
    """


def is_met(miss: Number, length: Number) -> bool:
    """Whether what is missed of a common wish is nothing, in floats nothing but rounding."""
    return bool(miss <= (0 if is_exact(miss) else MISSED * float(length)))


def read_locations(
    data: object, low: Number, high: Number, *, owner: str
) -> tuple[Sequence[Any], Any]:
    """Agents and their locations in ``[low, high]`` from plain data.

    Parameters
    ----------
    data : sequence, array, mapping or pandas Series, length n >= 1
        One location for each agent; the keys of a mapping and a labelled index name the agents.
    low, high : number
        The domain.
    owner : str
        What the data are for, for the error.

    Returns
    -------
    agents : sequence
        Identifiers, ``range(n)`` where there are none.
    locations : tuple of numbers or numpy.ndarray of float64
        A float array stays an array; everything else becomes a tuple of exact numbers or floats.

    Raises
    ------
    InvalidInputError
        If there is no agent, or a location is no number of the domain.

    Examples
    --------
    >>> read_locations({"ann": 0, "bob": Fraction(1, 3)}, 0, 1, owner="line")
    (('ann', 'bob'), (0, Fraction(1, 3)))
    """
    agents, data = split_labels(data, "reports")
    if isinstance(data, np.ndarray):
        if data.ndim != 1:
            raise InvalidInputError("reports", "be one-dimensional", data.shape, owner=owner)
        if data.dtype.kind == "f" and len(data):
            return _agents(agents, len(data)), _float_array(data, low, high, owner)
        data = list(data)
    locations = as_numbers(data, "reports", low=low, high=high, owner=owner)
    if not locations:
        raise InvalidInputError("reports", "have at least one agent", data, owner=owner)
    return _agents(agents, len(locations)), locations


def _agents(agents: Sequence[Any] | None, n: int) -> Sequence[Any]:
    return range(n) if agents is None else agents


def _float_array(data: Any, low: Number, high: Number, owner: str) -> Any:
    values = np.array(data, dtype=np.float64)
    # One comparison finds NaN and infinities too: both fail it.
    inside = bool(values.min() >= low) and bool(values.max() <= high)
    if not inside:
        bad = int(np.flatnonzero(~((values >= float(low)) & (values <= float(high))))[0])
        as_number(data[bad], f"reports[{bad}]", low=low, high=high, owner=owner)
    values.flags.writeable = False
    return values


def exact_profile(problem: Problem) -> bool:
    """Whether every location and every weight of the problem is exact."""
    if isinstance(problem.types, np.ndarray):
        return False
    return all_exact(problem.types) and all_exact(problem.weights or ())


def all_equal(values: Any) -> bool:
    """Whether all locations of a profile coincide."""
    if isinstance(values, np.ndarray):
        return bool((values == values[0]).all())
    return all(value == values[0] for value in values)


def mean(values: Any, weights: Sequence[Number] | None = None) -> Number:
    """The (weighted) mean, exact where the numbers are.

    A floating-point mean is clipped into the range of the values, which rounding would otherwise
    leave: the plain mean of three times 0.1 is larger than 0.1.

    Examples
    --------
    >>> mean([0, 1, 1]), mean([0.1, 0.1, 0.1]), mean([0, 1], weights=[1, 3])
    (Fraction(2, 3), 0.1, Fraction(3, 4))
    """
    if isinstance(values, np.ndarray):
        share = None if weights is None else np.array([float(w) for w in weights])
        raw = float(np.average(values, weights=share))
        return min(max(raw, float(values.min())), float(values.max()))
    if all_exact(values) and all_exact(weights or ()):
        if weights is None:
            return tidy(sum((Fraction(1) * x for x in values), Fraction(0)) / len(values))
        total = sum((w * x for w, x in zip(weights, values, strict=True)), Fraction(0))
        return tidy(total / sum(weights))
    return mean(np.array([float(x) for x in values]), weights)


def show_interval(low: Number, high: Number) -> str:
    """A closed interval in words."""
    return f"[{show(low)}, {show(high)}]"
