"""Affine numbers: what a mechanism computes with where its reports stand for all reals."""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.axioms.continuum.guards import Guarded

_FLOATS = (float, np.floating)


def exactly(value: Any) -> int | Fraction | None:
    """A plain number as the rational that it is; None for anything else."""
    kind = type(value)
    if kind is int or kind is Fraction:
        return value  # type: ignore[no-any-return]
    if isinstance(value, (bool, np.bool_, np.integer)):
        return int(value)
    if isinstance(value, _FLOATS) and math.isfinite(value) and float(value) == value:
        return Fraction(float(value))
    return None


class Form(Guarded):
    """``constant + sum coefficient * coordinate`` over the rationals, some coefficient not 0.

    The tracer answers comparisons: ``tracer.less(one, other, swapped)`` whether one is less, or
    the other if swapped.  A form is rounded once a float went into it.
    """

    __slots__ = ("constant", "rounded", "terms", "tracer")

    def __init__(
        self, tracer: Any, terms: dict[int, Any], constant: Any = 0, rounded: bool = False
    ) -> None:
        self.tracer, self.terms, self.constant, self.rounded = tracer, terms, constant, rounded

    def _made(self, terms: dict[int, Any], constant: Any, rounded: bool) -> Any:
        if terms:
            return Form(self.tracer, terms, constant, rounded)
        return float(constant) if rounded else constant

    def _plus(self, other: Any, sign: int) -> Any:
        if type(other) is Form:
            terms = dict(self.terms)
            for key, value in other.terms.items():
                terms[key] = terms.get(key, 0) + sign * value
                if not terms[key]:
                    del terms[key]
            constant = self.constant + sign * other.constant
            return self._made(terms, constant, self.rounded or other.rounded)
        number, rounded = self._read(other)
        if number is None:
            return NotImplemented
        return Form(self.tracer, self.terms, self.constant + sign * number, rounded)

    def _read(self, other: Any, what: str = "") -> tuple[Any, bool]:
        """A plain number and whether the result is rounded; a product of forms is refused."""
        if type(other) is Form:
            self._refuse(f"a {what} number that depends on reports")
        number, floating = exactly(other), isinstance(other, _FLOATS)
        if number is None and floating:
            self._refuse(f"arithmetic with {other}")
        return number, self.rounded or floating

    def _times(self, number: Any, rounded: bool) -> Any:
        terms = {key: value * number for key, value in self.terms.items()} if number else {}
        return self._made(terms, self.constant * number, rounded)

    def __add__(self, other: Any) -> Any:
        return self._plus(other, 1)

    def __sub__(self, other: Any) -> Any:
        return self._plus(other, -1)

    def __rsub__(self, other: Any) -> Any:
        return (-self)._plus(other, 1)

    def __neg__(self) -> Any:
        return self._times(-1, self.rounded)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return -self if self < 0 else self

    def __mul__(self, other: Any) -> Any:
        number, rounded = self._read(other, "product with another")
        return NotImplemented if number is None else self._times(number, rounded)

    def __truediv__(self, other: Any) -> Any:
        number, rounded = self._read(other, "quotient by a")
        return NotImplemented if number is None else self._times(Fraction(1) / number, rounded)

    def __pow__(self, power: Any) -> Any:
        return self if type(power) is int and power == 1 else self._refuse("a power")

    def __bool__(self) -> bool:
        return bool(self != 0)

    def _less(self, other: Any, swapped: bool, flipped: bool = False) -> Any:
        if type(other) is not Form and exactly(other) is None:
            if isinstance(other, (complex, np.complexfloating, *_FLOATS)):
                if isinstance(other, _FLOATS) and math.isinf(other):
                    return ((other > 0) is not swapped) is not flipped
                self._refuse(f"a comparison with {other}")
            return NotImplemented
        if self.rounded or (type(other) is Form and other.rounded):
            self._by_rounding(other)
        watched = sys.gettrace()
        sys.settrace(None)  # what follows is no code of the rule's
        try:
            return self.tracer.less(self, other, swapped) is not flipped
        finally:
            sys.settrace(watched)

    def _by_rounding(self, other: Any) -> None:
        """A rule whose comparison has floats in it is not exact; two equal ones may differ."""
        context = self.tracer.context
        if context is None or context.asking is None:
            return
        context.exact = False
        if other is not self and type(other) is Form and self.terms == other.terms:
            self._refuse("a comparison of floats that are equal up to rounding")

    def __lt__(self, other: Any) -> Any:
        return self._less(other, False)

    def __gt__(self, other: Any) -> Any:
        return self._less(other, True)

    def __le__(self, other: Any) -> Any:
        return self._less(other, True, True)

    def __ge__(self, other: Any) -> Any:
        return self._less(other, False, True)

    def __eq__(self, other: object) -> Any:
        less = self._less(other, False)
        return less if less is NotImplemented else not less and not self._less(other, True)

    __radd__, __rmul__ = __add__, __mul__
    __hash__ = Guarded.__hash__


Form.__name__ = Form.__qualname__ = "Fraction"  # which is what errors of Python call it


def normal(form: Form) -> tuple[Any, ...]:
    """The constant and the (coordinate, coefficient) pairs, the first coefficient 1 or -1."""
    pairs = sorted(form.terms.items())
    size = abs(pairs[0][1])
    if size == 1:
        return (form.constant, *pairs)
    size = Fraction(size)
    return (form.constant / size, *((key, value / size) for key, value in pairs))


def opposite(form: tuple[Any, ...]) -> tuple[Any, ...]:
    """A normal form with the other sign."""
    return (-form[0], *((key, -value) for key, value in form[1:]))
