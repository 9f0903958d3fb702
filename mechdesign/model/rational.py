"""Arrays of exact rationals over one common denominator, for exact vectorised evaluation."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray, IntArray
from mechdesign.errors import InvalidInputError
from mechdesign.records import dataclass

__all__ = ["RationalArray"]

# One bit of headroom below int64 for a single sum or difference.
_LIMIT = 2**62


@dataclass(frozen=True, eq=False)
class RationalArray:
    """An integer array that is to be read over a positive common denominator.

    Sums, differences, comparisons, minima and maxima of such arrays are exact integer operations
    once both are written over the same denominator (:meth:`at`).  Operations that would leave the
    64-bit range raise OverflowError instead of wrapping around.

    Parameters
    ----------
    numerators : numpy.ndarray of int64
        Any shape.
    denominator : int
        At least 1.

    Examples
    --------
    >>> a = RationalArray.from_values([Fraction(1, 2), Fraction(1, 3)])
    >>> a.numerators.tolist(), a.denominator
    ([3, 2], 6)
    >>> a.tolist()
    [Fraction(1, 2), Fraction(1, 3)]
    """

    numerators: IntArray
    denominator: int

    @classmethod
    def from_values(cls, values: Iterable[int | Fraction]) -> RationalArray:
        """A one-dimensional array of the given exact numbers.

        Raises
        ------
        OverflowError
            If the common denominator or a numerator does not fit.
        """
        listed = list(values)
        common = math.lcm(*(value.denominator for value in listed)) if listed else 1
        numerators = [int(value * common) for value in listed]
        if common >= _LIMIT or any(abs(k) >= _LIMIT for k in numerators):
            raise OverflowError("numbers too large for 64-bit numerators")
        return cls(np.array(numerators, dtype=np.int64), common)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return tuple(self.numerators.shape)

    def __len__(self) -> int:
        return len(self.numerators)

    def __getitem__(self, index: Any) -> RationalArray:
        return RationalArray(self.numerators[index], self.denominator)

    def reshape(self, *shape: int) -> RationalArray:
        """The same numbers in another shape."""
        return RationalArray(self.numerators.reshape(*shape), self.denominator)

    def at(self, denominator: int) -> RationalArray:
        """The same numbers over a multiple of the denominator.

        Raises
        ------
        OverflowError
            If a numerator would leave the 64-bit range.
        InvalidInputError
            If `denominator` is no multiple of the present one.
        """
        factor, rest = divmod(denominator, self.denominator)
        if rest or factor < 1:
            raise InvalidInputError(
                "denominator", f"be a positive multiple of {self.denominator}", denominator
            )
        if factor == 1:
            return self
        if self.numerators.size and int(np.abs(self.numerators).max()) * factor >= _LIMIT:
            raise OverflowError("numbers too large for 64-bit numerators")
        return RationalArray(self.numerators * factor, denominator)

    def item(self, *index: int) -> Fraction:
        """One number as a Fraction."""
        return Fraction(int(self.numerators[index]), self.denominator)

    def tolist(self) -> list[Any]:
        """The numbers as (nested) lists of Fractions."""
        nested: list[Any] = _nested(self.numerators.tolist(), self.denominator)
        return nested

    def to_float(self) -> FloatArray:
        """The nearest floats."""
        return self.numerators / self.denominator


def _nested(data: Any, denominator: int) -> Any:
    if isinstance(data, list):
        return [_nested(part, denominator) for part in data]
    return Fraction(data, denominator)
