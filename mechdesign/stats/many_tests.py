"""Many tests at once: p-values corrected for their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_number, as_numbers

__all__ = ["Correction", "Rejections", "corrected", "rejections"]

Correction = Literal["bonferroni", "benjamini_hochberg"]


def corrected(p_values: Sequence[Number], method: Correction = "benjamini_hochberg") -> list[float]:
    """P-values corrected for how many there are.

    Parameters
    ----------
    p_values : sequence of n numbers in [0, 1]
        One for each test.
    method : {"bonferroni", "benjamini_hochberg"}
        What is kept below the level: the chance of any false rejection, for any dependence of the
        tests, or the expected share of false ones among the rejections, for independent tests.

    Returns
    -------
    list of float
        In the order given; a test is rejected where it is at most the level.  O(n log n).

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and
    powerful approach to multiple testing. Journal of the Royal Statistical Society B 57, 289-300.
    https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> corrected([0.01, 0.04, 0.03, 0.5], "bonferroni")
    [0.04, 0.16, 0.12, 1.0]
    >>> [round(p, 4) for p in corrected([0.01, 0.04, 0.03, 0.5])]
    [0.04, 0.0533, 0.0533, 0.5]
    """
    if method not in get_args(Correction):
        raise InvalidInputError("method", f"be one of {get_args(Correction)}", method)
    given = [float(p) for p in as_numbers(p_values, "p_values", low=0, high=1)]
    n = len(given)
    if method == "bonferroni":
        return [min(1.0, n * p) for p in given]
    found, least = [0.0] * n, 1.0
    for rank, k in sorted(enumerate(sorted(range(n), key=given.__getitem__), start=1))[::-1]:
        least = min(least, given[k] * n / rank)
        found[k] = least
    return found


class Rejections(NamedTuple):
    """How many tests are rejected, without a correction and with each."""

    tests: int
    plain: int
    bonferroni: int
    benjamini_hochberg: int
    level: float


def rejections(p_values: Sequence[Number], level: Number = 0.05) -> Rejections:
    """How many of many tests are rejected.

    Parameters
    ----------
    p_values : sequence of numbers in [0, 1]
        As in :func:`corrected`.
    level : number
        In (0, 1).

    Examples
    --------
    >>> rejections([0.01, 0.04, 0.03, 0.5])
    Rejections(tests=4, plain=3, bonferroni=1, benjamini_hochberg=1, level=0.05)
    """
    bar = float(as_number(level, "level", low=0, high=1))
    if not 0 < bar < 1:
        raise InvalidInputError("level", "be between 0 and 1", level)
    given = [float(p) for p in as_numbers(p_values, "p_values", low=0, high=1)]
    counts = [sum(p <= bar for p in corrected(given, method)) for method in get_args(Correction)]
    return Rejections(len(given), sum(p <= bar for p in given), counts[0], counts[1], bar)
