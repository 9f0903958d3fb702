"""Affine numbers: what a mechanism computes with where its reports stand for all reals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from mechdesign.axioms.continuum.guards import Guarded

_FLOATS = (float, np.floating)


class Tracer(Protocol):
    """What answers the comparisons of a run."""

    def less(self, one: Form, other: Any, swapped: bool = False) -> bool:
        """Whether ``one < other``, or ``other < one`` if swapped."""
        ...

    def refuse(self, reason: str) -> None:
        """Told that the run does what is not linear."""
        ...


def exactly(value: Any) -> int | Fraction | None:
    """A plain number as the rational that it is; None for anything else."""
    kind = type(value)
    if kind is int or kind is Fraction:
        return value  # type: ignore[no-any-return]
    if isinstance(value, (bool, np.bool_, np.integer)):
        return int(value)
    return Fraction(float(value)) if isinstance(value, _FLOATS) and math.isfinite(value) else None


class Form(Guarded):
    """``constant + sum coefficient * coordinate``, with rational coefficients.

    Parameters
    ----------
    tracer : Tracer
        Answers its comparisons.
    terms : dict of int to number
        Nonzero coefficients of coordinates, at least one.
    constant : number
        The rest.
    rounded : bool
        Whether a float went into it.
    """

    __slots__ = ("constant", "rounded", "terms", "tracer")

    def __init__(
        self, tracer: Tracer, terms: dict[int, Any], constant: Any = 0, rounded: bool = False
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
        number = self._read(other)
        if number is None:
            return NotImplemented
        rounded = self.rounded or isinstance(other, _FLOATS)
        return Form(self.tracer, self.terms, self.constant + sign * number, rounded)

    def _read(self, other: Any) -> int | Fraction | None:
        number = exactly(other)
        if number is None and isinstance(other, _FLOATS):
            self._refuse(f"arithmetic with {other}")
        return number

    def __add__(self, other: Any) -> Any:
        return self._plus(other, 1)

    __radd__ = __add__

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

    def _times(self, number: Any, rounded: bool) -> Any:
        terms = {key: value * number for key, value in self.terms.items()} if number else {}
        return self._made(terms, self.constant * number, rounded)

    def __mul__(self, other: Any) -> Any:
        if type(other) is Form:
            self._refuse("a product of two numbers that depend on reports")
        number = self._read(other)
        rounded = self.rounded or isinstance(other, _FLOATS)
        return NotImplemented if number is None else self._times(number, rounded)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) is Form:
            self._refuse("a quotient by a number that depends on reports")
        number = self._read(other)
        rounded = self.rounded or isinstance(other, _FLOATS)
        return NotImplemented if number is None else self._times(Fraction(1) / number, rounded)

    def __pow__(self, power: Any) -> Any:
        return self if type(power) is int and power == 1 else self._refuse("a power")

    def __bool__(self) -> bool:
        return bool(self != 0)

    def _less(self, other: Any, swapped: bool) -> Any:
        if type(other) is not Form and exactly(other) is None:
            endless = isinstance(other, _FLOATS) and math.isinf(other)
            return (other > 0) is not swapped if endless else NotImplemented
        return self.tracer.less(self, other, swapped)

    def __lt__(self, other: Any) -> Any:
        return self._less(other, False)

    def __gt__(self, other: Any) -> Any:
        return self._less(other, True)

    def __le__(self, other: Any) -> Any:
        more = self._less(other, True)
        return more if more is NotImplemented else not more

    def __ge__(self, other: Any) -> Any:
        less = self._less(other, False)
        return less if less is NotImplemented else not less

    def __eq__(self, other: object) -> Any:
        less = self._less(other, False)
        return less if less is NotImplemented else not less and not self._less(other, True)

    def __ne__(self, other: object) -> Any:
        same = self.__eq__(other)
        return same if same is NotImplemented else not same

    __hash__ = Guarded.__hash__

    def _key(self) -> Any:
        return (*sorted(self.terms.items()), self.constant)


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


def value_at(form: Any, point: Mapping[int, Any]) -> Any:
    """The value of a form, or of a plain number, at a point."""
    if type(form) is not Form:
        return form
    total = form.constant
    for key, value in form.terms.items():
        total += point[key] if value == 1 else value * point[key]
    return total
