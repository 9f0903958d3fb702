"""What one cell of a leaderboard says: a number, two metrics, nothing, or text."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_number, tidy

#: Spellings of a missing score, in lower case.
MISSING = frozenset({"", "-", "--", "–", "—", "na", "n/a", "nan", "none", "null", "?", "*", "tbd"})

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_ONE = re.compile(rf"^({_NUMBER})$")
_PAIR = re.compile(rf"^({_NUMBER}|-|nan|)\s*/\s*({_NUMBER}|-|nan|)$", re.IGNORECASE)
_DECORATED = re.compile(rf"^\**\s*({_NUMBER})\s*(?:%|\*+|±.*|\+/-.*|\(.*\))*$")
_DIGITS_ONLY = re.compile(r"^[+-]?\d{1,18}$")

#: A parsed cell: numbers of its metrics (None where missing), or None where it is text.
Cell = tuple["Number | None", ...] | None


def parse_cell(cell: Any) -> tuple[Cell, bool]:
    """The metrics in a cell, and whether something around the number was dropped.

    Decimals are read exactly.

    Returns
    -------
    tuple of numbers, or None
        One number, two for ``94.2/92.3``, ``(None,)`` for a missing one; None for text.
    bool
        Whether a percent sign, stars or an error margin was ignored.

    Examples
    --------
    >>> parse_cell("94.2/92.3")
    ((Fraction(471, 5), Fraction(923, 10)), False)
    >>> parse_cell("n/a"), parse_cell("BERT")
    (((None,), False), (None, False))
    """
    if cell is None:
        return (None,), False
    if isinstance(cell, (bool, np.bool_)):
        return None, False
    if not isinstance(cell, str):
        if isinstance(cell, float) and cell != cell:
            return (None,), False
        try:
            return (as_number(cell, "cell"),), False
        except InvalidInputError:
            return None, False
    text = cell.strip()
    if _DIGITS_ONLY.match(text):
        return (int(text),), False
    if text.lower() in MISSING:
        return (None,), False
    if _ONE.match(text):
        return (_exact(text),), False
    pair = _PAIR.match(text)
    if pair:
        left, right = (None if p.lower() in MISSING else _exact(p) for p in pair.groups())
        return (left, right), False
    decorated = _DECORATED.match(text)
    if decorated:
        return (_exact(decorated.group(1)),), True
    return None, False


def _exact(text: str) -> Number:
    return tidy(Fraction(text))
