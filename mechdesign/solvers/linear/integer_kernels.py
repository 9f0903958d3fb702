"""The kernel of an integer matrix of corank one, exactly: modular elimination, p-adic digits."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

__all__ = ["kernel_vector"]

# Below 2**20, so that float64 adds up a row of products of residues exactly.
_PRIMES = (1_048_573, 1_048_571, 1_048_559)


def kernel_vector(matrix: Any) -> list[int] | None:
    """The primitive integer vector that spans the kernel of a square matrix.

    Parameters
    ----------
    matrix : numpy.ndarray of integers, shape (k, k)
        Of dtype int64 or object (Python integers).

    Returns
    -------
    list of int or None
        With greatest common divisor 1 and its first nonzero entry positive.  None if the kernel has
        another dimension than 1 (or seems to have, modulo three primes).

    Notes
    -----
    The rank modulo a prime is at most the rank, so a vector that the matrix maps to zero, beside a
    rank of k - 1 modulo a prime, proves that the kernel is one-dimensional.  Digits by Dixon's
    lifting: O(k^3) for the inverse modulo the prime, O(k^2) for each digit, about k digits.

    Examples
    --------
    >>> kernel_vector(np.array([[0, 1, -1], [-1, 0, 2], [1, -2, 0]]))
    [2, 1, 1]
    >>> kernel_vector(np.array([[1, 0], [0, 1]])) is None
    True
    """
    k = len(matrix)
    if k == 1:
        return [1] if matrix[0, 0] == 0 else None
    for prime in _PRIMES:
        pivots = _pivots((matrix % prime).astype(np.int64), prime)
        if len(pivots[0]) == k - 1:
            return _lifted(matrix, *pivots, prime)
    return None


def _pivots(residues: Any, prime: int) -> tuple[list[int], list[int]]:
    """Rows and columns of a largest minor that is not 0 modulo a prime."""
    work, k = residues.copy(), len(residues)
    names = np.arange(k)
    rows: list[int] = []
    columns: list[int] = []
    for column in range(k):
        top = len(rows)
        nonzero = np.flatnonzero(work[top:, column])
        if not nonzero.size:
            continue
        swap = top + int(nonzero[0])
        work[[top, swap]] = work[[swap, top]]
        names[[top, swap]] = names[[swap, top]]
        rows.append(int(names[top]))
        columns.append(column)
        scale = pow(int(work[top, column]), -1, prime)
        factors = work[top + 1 :, column] * scale % prime
        work[top + 1 :] = (work[top + 1 :] - factors[:, None] * work[top]) % prime
    return rows, columns


def _inverse(residues: Any, prime: int) -> Any:
    """The inverse of a matrix modulo a prime, by Gauss and Jordan."""
    k = len(residues)
    work = np.hstack([residues, np.eye(k, dtype=np.int64)])
    for j in range(k):
        swap = j + int(np.flatnonzero(work[j:, j])[0])
        work[[j, swap]] = work[[swap, j]]
        work[j] = work[j] * pow(int(work[j, j]), -1, prime) % prime
        factors = work[:, j].copy()
        factors[j] = 0
        work = (work - factors[:, None] * work[j]) % prime
    return work[:, k:]


def _lifted(matrix: Any, rows: list[int], columns: list[int], prime: int) -> list[int] | None:
    """The kernel vector whose entry is 1 at the column that is no pivot, cleared of fractions."""
    k = len(matrix)
    (free,) = set(range(k)) - set(columns)
    square = matrix[np.ix_(rows, columns)]
    largest = max(1, int(np.abs(matrix).max()))
    if largest * k * prime >= 1 << 62:
        square = square.astype(object)
    rest = -matrix[rows, free].astype(square.dtype)
    inverse = _inverse((square % prime).astype(np.int64), prime).astype(np.float64)
    digits: list[Any] = []
    # Hadamard: numerators and denominators are minors of the matrix.
    bits = (k - 1) * (math.log2(largest) + math.log2(k) / 2) + 1
    most = int((2 * bits + 1) / math.log2(prime)) + 2
    tried = 16
    while True:
        tried = min(2 * tried, most)
        while len(digits) < tried:
            residue = (rest % prime).astype(np.float64)
            digit = np.remainder(inverse @ residue, prime).astype(np.int64)
            digits.append(digit)
            rest = (rest - square @ digit.astype(square.dtype)) // prime
        found = _read(digits, prime)
        if found is not None:
            vector = [0] * k
            vector[free] = found[1]
            for column, value in zip(columns, found[0], strict=True):
                vector[column] = value
            if not np.any(matrix.astype(object) @ np.array(vector, dtype=object)):
                return _primitive(vector)
        if tried == most:
            return None


def _read(digits: list[Any], prime: int) -> tuple[list[int], int] | None:
    """Numerators over a common denominator that have these digits; None if none are small."""
    modulus = prime ** len(digits)
    bound = math.isqrt(modulus // 2)
    values = [0] * len(digits[0])
    for digit in reversed(digits):
        values = [value * prime + int(d) for value, d in zip(values, digit.tolist(), strict=True)]
    common = 1
    for value in values:
        part = _centred(value * common, modulus)
        if abs(part) > bound:
            ratio = _rational(part % modulus, modulus, bound)
            if ratio is None or common * ratio.denominator > bound:
                return None
            common *= ratio.denominator
    return [_centred(value * common, modulus) for value in values], common


def _centred(value: int, modulus: int) -> int:
    value %= modulus
    return value - modulus if 2 * value > modulus else value


def _rational(value: int, modulus: int, bound: int) -> Fraction | None:
    """The fraction of small numbers that is congruent to a value (Wang's reconstruction)."""
    before, now = (modulus, 0), (value, 1)
    while now[0] > bound:
        quotient = before[0] // now[0]
        before, now = now, (before[0] - quotient * now[0], before[1] - quotient * now[1])
    return Fraction(now[0], now[1]) if 0 < abs(now[1]) <= bound else None


def _primitive(vector: list[int]) -> list[int]:
    shared = math.gcd(*vector)
    sign = next(1 if v > 0 else -1 for v in vector if v)
    return [sign * v // shared for v in vector]
