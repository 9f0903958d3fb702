"""Numbers as the package takes and shows them: exact in, exact out.

``int`` and :class:`fractions.Fraction` are exact; ``float`` is not, and one float among the inputs
makes the computation a floating-point one.  Decimals become Fractions, numpy scalars become Python
numbers, booleans and text are refused.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import numbers as abstract
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from mechdesign.errors import InvalidInputError

__all__ = [
    "Number",
    "Seed",
    "Symbolic",
    "all_exact",
    "as_count",
    "as_list",
    "as_number",
    "as_numbers",
    "count_from",
    "is_exact",
    "number_in",
    "distance",
    "generator",
    "parse_number",
    "ratio",
    "show",
    "tidy",
]

Number: TypeAlias = int | Fraction | float
#: What ``rng=`` takes: a generator, or what seeds one; None for an unpredictable one.
Seed: TypeAlias = "np.random.Generator | np.random.SeedSequence | int | None"


class Symbolic:
    """A number that is not known: it stands for all numbers of a range, see ``check``."""

    __slots__ = ()


def is_exact(value: object) -> bool:
    """Whether `value` is an ``int`` or a ``Fraction``.

    Examples
    --------
    >>> is_exact(Fraction(1, 3)), is_exact(0.5)
    (True, False)
    """
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def all_exact(values: Iterable[object]) -> bool:
    """Whether every one of `values` is exact."""
    return all(is_exact(value) for value in values)


def floats_in(value: Any) -> Hashable:
    """Where a value has floats: what a cache must know beside it, as 1 == 1.0 and hashes agree.

    Examples
    --------
    >>> floats_in((1, 0.5, (2,))), (1, 2) == (1.0, 2), floats_in((1, 2)) == floats_in((1.0, 2))
    ((False, True, (False,)), True, False)
    """
    if isinstance(value, (tuple, list)):
        return tuple(map(floats_in, value))
    if isinstance(value, Mapping):
        return tuple(map(floats_in, value.values()))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return tuple(floats_in(getattr(value, one.name)) for one in dataclasses.fields(value))
    return isinstance(value, float) or getattr(value, "dtype", None) == np.float64


def as_number(
    value: object,
    parameter: str,
    *,
    low: Number | None = None,
    high: Number | None = None,
    below: Number | None = None,
    owner: str | None = None,
) -> Number:
    """Take one number, checked.

    Parameters
    ----------
    value : object
        Any real number: Python, numpy, ``Decimal`` or ``Fraction``.
    parameter : str
        The name to use in the error.
    low, high : int, Fraction or float, optional
        Closed bounds.
    below : int, Fraction or float, optional
        What the number must be less than.
    owner : str, optional
        What the parameter belongs to, for the error.

    Returns
    -------
    int, Fraction or float
        Exact where `value` was.

    Raises
    ------
    InvalidInputError
        If `value` is no finite real number or lies outside the bounds.

    Examples
    --------
    >>> as_number(Decimal("0.1"), "peak")
    Fraction(1, 10)
    """
    result = _convert(value)
    if result is None:
        raise InvalidInputError(parameter, "be a finite real number", value, owner=owner)
    if type(result) is Fraction and type(low) is int and type(high) is int:
        # What Fraction's own comparisons do, in a quarter of the time.
        top, bottom = result.numerator, result.denominator
        outside = top < low * bottom or top > high * bottom
    else:
        outside = (low is not None and result < low) or (high is not None and result > high)
    if outside:
        raise InvalidInputError(parameter, _bounds(low, high), value, owner=owner)
    if below is not None and result >= below:
        raise InvalidInputError(parameter, f"be less than {show(below)}", value, owner=owner)
    return result


def as_numbers(
    values: object,
    parameter: str,
    *,
    low: Number | None = None,
    high: Number | None = None,
    owner: str | None = None,
    labels: Iterable[object] | None = None,
) -> tuple[Number, ...]:
    """Take a flat sequence of numbers, checked one by one like :func:`as_number`.

    An error names the entry by its position, or by its label where `labels` are given.
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InvalidInputError(parameter, "be a sequence of numbers", values, owner=owner)
    named = enumerate(values) if labels is None else zip(labels, values, strict=True)
    return tuple(
        as_number(value, f"{parameter}[{label!r}]", low=low, high=high, owner=owner)
        for label, value in named
    )


def as_list(values: object, parameter: str, *, owner: str | None = None) -> list[Any]:
    """Take the entries of anything that has entries, checked."""
    if not isinstance(values, Iterable) or isinstance(values, type):
        raise InvalidInputError(parameter, "be a sequence", values, owner=owner)
    return list(values)


def as_count(
    value: object,
    parameter: str,
    *,
    low: int = 0,
    high: int | None = None,
    owner: str | None = None,
) -> int:
    """Take one integer in ``[low, high]``, checked."""
    result = _convert(value)
    bounds = f"be an integer in [{low}, {'inf)' if high is None else f'{high}]'}"
    if not isinstance(result, int) or result < low or (high is not None and result > high):
        raise InvalidInputError(parameter, bounds, value, owner=owner)
    return result


def number_in(
    low: Number | None = None, high: Number | None = None, *, below: Number | None = None
) -> Callable[..., Number]:
    """The constraint of a parameter that is a number: ``q: Annotated[Number, number_in(0, 1)]``."""
    return functools.partial(as_number, low=low, high=high, below=below)


def count_from(low: int) -> Callable[..., int]:
    """The constraint of a whole number: ``k: Annotated[int, count_from(1)]``."""
    return functools.partial(as_count, low=low)


def parse_number(text: str, parameter: str, *, owner: str | None = None) -> int | Fraction:
    """Read a number from text exactly: ``3``, ``0.25``, ``1e-3`` or ``1/3``.

    Examples
    --------
    >>> parse_number("0.1", "reports"), parse_number("1/3", "reports")
    (Fraction(1, 10), Fraction(1, 3))
    """
    stripped = text.strip()
    # Fraction would build the integer 10**exponent: a typed 1e999999999 must not.
    mantissa, _, exponent = stripped.lower().partition("e")
    try:
        if len(mantissa) > 1000 or (exponent and abs(int(exponent)) > 400):
            raise ValueError
        result = Fraction(stripped)
    except (ValueError, ZeroDivisionError):
        raise InvalidInputError(
            parameter, "be a number such as 3, 0.25 or 1/3", text, owner=owner
        ) from None
    return tidy(result)  # type: ignore[return-value]


def tidy(value: Number) -> Number:
    """An integral Fraction as an int; other numbers as they are.

    Examples
    --------
    >>> tidy(Fraction(4, 2)), tidy(Fraction(1, 2))
    (2, Fraction(1, 2))
    """
    return int(value) if type(value) is Fraction and value.denominator == 1 else value


def ratio(a: Number, b: Number) -> Number:
    """``a / b``, exact where both are.

    Examples
    --------
    >>> ratio(1, 3), ratio(4, 2), ratio(1, 2.0)
    (Fraction(1, 3), 2, 0.5)
    """
    return tidy(Fraction(1) * a / b) if all_exact((a, b)) else a / b


def distance(a: Number, b: Number) -> Number:
    """``|a - b|``."""
    return a - b if a >= b else b - a


def largest(value: object) -> Number:
    """The largest absolute number in nested data, 0 where there is none.

    Examples
    --------
    >>> largest((1, (-3, "text"), {"a": 2}))
    3
    """
    if isinstance(value, np.ndarray):
        return largest(value.tolist())
    if isinstance(value, (int, Fraction, float)):
        return value if value >= 0 else -value
    if dataclasses.is_dataclass(value):
        value = [getattr(value, field.name) for field in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        value = value.values()
    if isinstance(value, str) or not isinstance(value, Iterable):
        return 0
    return max(map(largest, value), default=0)


def denominator(value: object) -> int:
    """The denominator of an exact number; a float's is that of its exact binary value."""
    if isinstance(value, (int, Fraction)):
        return value.denominator
    if isinstance(value, float):
        return value.as_integer_ratio()[1]
    return 1


def show(value: object, digits: int = 6) -> str:
    """Text of a value for people: Fractions as ``1/3``, floats with `digits` significant digits.

    Examples
    --------
    >>> show(Fraction(1, 3)), show(0.1 + 0.2), show((1, Fraction(1, 2)))
    ('1/3', '0.3', '(1, 1/2)')
    """
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.{digits}g}"
    if isinstance(value, (Fraction, int, np.integer)):
        return str(value)
    if isinstance(value, tuple):
        inner = ", ".join(show(part, digits) for part in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, Mapping):
        pairs = (f"{show(key)}: {show(part, digits)}" for key, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    return str(value)


def _convert(value: Any) -> Number | None:
    """The plain number behind `value`, or None where there is no finite real one."""
    kind = type(value)
    if kind is int or kind is Fraction:
        return value  # type: ignore[no-any-return]
    if kind is float:
        return value if math.isfinite(value) else None
    if issubclass(kind, Symbolic):
        return value  # type: ignore[no-any-return]
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, (abstract.Integral, np.integer)):
        return int(value)
    if isinstance(value, Fraction):
        return Fraction(value)
    if isinstance(value, Decimal):
        return Fraction(value) if value.is_finite() else None
    if isinstance(value, abstract.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, (abstract.Real, np.floating)):
        result = float(value)
        return result if math.isfinite(result) else None
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return _convert(value.item())
    return None


def _bounds(low: Number | None, high: Number | None) -> str:
    if low is not None and high is not None:
        return f"be in [{show(low)}, {show(high)}]"
    if low is not None:
        return f"be at least {show(low)}"
    return f"be at most {show(high)}"


def common_denominator(values: Sequence[int | Fraction]) -> int:
    """The least common denominator of exact numbers."""
    return math.lcm(*(value.denominator for value in values)) if values else 1


def generator(rng: Seed) -> np.random.Generator:
    """The generator behind ``rng=``: a Generator as it is, anything else as a seed.

    Raises
    ------
    InvalidInputError
        If `rng` is neither.
    """
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise InvalidInputError("rng", "be a numpy Generator or a seed", rng) from None
