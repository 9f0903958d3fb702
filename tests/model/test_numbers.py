"""Numbers: exact in, exact out, and nothing that is no number."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from mechdesign.errors import InvalidInputError
from mechdesign.model import as_count, as_number, as_numbers, is_exact, parse_number, show


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (3, 3),
        (Fraction(1, 3), Fraction(1, 3)),
        (0.1, 0.1),
        (Decimal("0.1"), Fraction(1, 10)),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.array(2), 2),
    ],
)
def test_conversion(given, expected):
    result = as_number(given, "x")
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    "bad",
    [
        float("nan"),
        float("inf"),
        -float("inf"),
        "1",
        b"1",
        None,
        True,
        np.True_,
        1j,
        [1],
        Decimal("NaN"),
        Decimal("Infinity"),
        np.array([1]),
        object(),
    ],
)
def test_no_number(bad):
    with pytest.raises(InvalidInputError, match="`x` of place must be a finite real number"):
        as_number(bad, "x", owner="place")


def test_bounds_are_named():
    with pytest.raises(InvalidInputError, match=r"in \[0, 1\]; got 2"):
        as_number(2, "x", low=0, high=1)
    with pytest.raises(InvalidInputError, match="at least 0"):
        as_number(-1, "x", low=0)
    with pytest.raises(InvalidInputError, match="at most 1"):
        as_number(2, "x", high=1)


def test_sequences_name_the_entry():
    assert as_numbers([1, Fraction(1, 2)], "x") == (1, Fraction(1, 2))
    with pytest.raises(InvalidInputError, match=r"`x\[1\]`"):
        as_numbers([1, "2"], "x")
    for bad in ("12", None, 3):
        with pytest.raises(InvalidInputError):
            as_numbers(bad, "x")


@pytest.mark.parametrize("bad", [-1, 4, 1.0, "1", True, None, Fraction(1, 2)])
def test_count(bad):
    assert as_count(3, "k", high=3) == 3
    with pytest.raises(InvalidInputError, match=r"integer in \[0, 3\]"):
        as_count(bad, "k", high=3)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), (" 0.1 ", Fraction(1, 10)), ("1/3", Fraction(1, 3)), ("-1e-3", Fraction(-1, 1000))],
)
def test_parsing_is_exact(text, value):
    assert parse_number(text, "x") == value
    assert is_exact(parse_number(text, "x"))


@pytest.mark.parametrize("text", ["", "one", "nan", "inf", "1/0", "1e999999999", "0x10", "1,5"])
def test_parsing_refuses(text):
    with pytest.raises(InvalidInputError, match="be a number such as"):
        parse_number(text, "x")


def test_show():
    assert show(Fraction(2, 4)) == "1/2"
    assert show(0.1 + 0.2) == "0.3"
    assert show((1,)) == "(1,)"
    assert show(np.float64(0.25)) == "0.25"
    assert show("text") == "text"
