"""Names of mechanisms with parameters, as they are shown: ``facility.quantile(q=1/3)``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model.numbers import tidy

__all__ = ["parse_name"]

_WORDS = {"None": None, "True": True, "False": False}


def parse_name(name: str) -> tuple[str, dict[str, Any]]:
    """The identifier and the parameters of a name.

    Parameters
    ----------
    name : str
        As :attr:`Mechanism.name <mechdesign.model.Mechanism.name>` shows it.  Values are whole
        numbers, fractions, decimals (read exactly), ``True``, ``False``, ``None``, lists of values
        in parentheses or brackets, and text.

    Returns
    -------
    tuple of str and dict
        The identifier and the parameters.

    Raises
    ------
    InvalidInputError
        If the parentheses do not match or a parameter has no value.

    Examples
    --------
    >>> parse_name("facility.quantile(q=1/3)")
    ('facility.quantile', {'q': Fraction(1, 3)})
    >>> parse_name("bargaining.lottery_rule(rule=nash, when=ex ante)")
    ('bargaining.lottery_rule', {'rule': 'nash', 'when': 'ex ante'})
    """
    identifier, opened, rest = name.strip().partition("(")
    if not opened:
        return identifier, {}
    if not rest.endswith(")"):
        raise InvalidInputError("name", "end with its closing parenthesis", name)
    parameters: dict[str, Any] = {}
    for part in _split(rest[:-1], name):
        key, equals, value = part.partition("=")
        if not equals or not key.strip().isidentifier() or not value.strip():
            raise InvalidInputError("name", "have parameters of the form key=value", name)
        parameters[key.strip()] = _value(value.strip(), name)
    return identifier, parameters


def _split(text: str, name: str) -> list[str]:
    """The parts between commas outside of parentheses, brackets and quotes."""
    parts, depth, start, quote = [], 0, 0, ""
    for k, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        else:
            depth += (letter in "([") - (letter in ")]")
        if depth < 0:
            break
        if letter == "," and depth == 0 and not quote:
            parts.append(text[start:k])
            start = k + 1
    if depth or quote:
        raise InvalidInputError("name", "have matching parentheses and quotes", name)
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


def _value(text: str, name: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "([" and text[-1] in ")]":
        return tuple(_value(part.strip(), name) for part in _split(text[1:-1], name))
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    try:
        return tidy(Fraction(text))
    except (ValueError, ZeroDivisionError):
        return text
