"""The registry: every mechanism by its name, such as ``facility.quantile(q=1/3)``."""

from __future__ import annotations

import functools
import importlib
import re
import sys
import types
import typing
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from mechdesign.errors import InvalidInputError
from mechdesign.family import families, find_family
from mechdesign.model.numbers import parse_number
from mechdesign.model.setting import Setting

if TYPE_CHECKING:
    from mechdesign.model.mechanism_base import Mechanism

__all__ = ["as_setting", "get", "mechanisms", "parse_name", "register", "split_names", "written"]

M = TypeVar("M", bound="Mechanism[Any]")

_WORDS = {"None": None, "True": True, "False": False}
_MECHANISMS: dict[str, Mechanism[Any]] = {}


def register(mechanism: M) -> M:
    """Enter a mechanism under its identifier.

    Raises
    ------
    InvalidInputError
        If another one is registered under it.
    """
    known = _MECHANISMS.get(mechanism.id)
    if known is not None and _place(known) != _place(mechanism):
        raise InvalidInputError("id", f"be free: {_place(known)} has it", mechanism.id)
    _MECHANISMS[mechanism.id] = mechanism
    return mechanism


def _place(mechanism: Mechanism[Any]) -> str:
    """Where a mechanism was written: it may be registered again when its module is loaded again."""
    made: Any = getattr(mechanism, "function", getattr(mechanism, "made", type(mechanism)))
    return f"{made.__module__}.{made.__qualname__}"


def mechanisms(family: str | None = None) -> list[Mechanism[Any]]:
    """The registered mechanisms, those of one family or all.

    Parameters
    ----------
    family : str, optional
        One of :func:`families`; by default all of them.

    Raises
    ------
    InvalidInputError
        If there is no such family.

    Examples
    --------
    >>> "facility.average" in [rule.id for rule in mechanisms("facility")]
    True
    """
    order = {}
    for k, one in enumerate(families(family)):
        one.load()
        order[one.name] = k
    found = [rule for rule in _MECHANISMS.values() if family in (None, rule.family)]
    return sorted(found, key=lambda rule: (order.get(rule.family, len(order)), rule.id))


def get(id: str, **parameters: object) -> Mechanism[Any]:
    """The mechanism of an identifier.

    Parameters
    ----------
    id : str
        ``family.name``, such as ``"facility.uniform_phantom"``; with parameters as they are shown:
        ``"facility.quantile(q=1/3)"``.
    **parameters
        For mechanisms that have some.

    Raises
    ------
    InvalidInputError
        If there is no such mechanism, with the nearest names, or if it has no such parameter.

    Examples
    --------
    >>> get("facility.average")
    <facility.average>
    >>> get("facility.order_statistic(rank=2)")
    <facility.order_statistic(rank=2)>
    """
    if isinstance(id, str) and "(" in id:
        name, told = parse_name(id)
        again = sorted(set(told) & set(parameters))
        if again:
            raise InvalidInputError("parameters", "be given once", again, owner=name)
        return get(name, **told, **parameters)
    if isinstance(id, str) and id not in _MECHANISMS:
        name, _, short = id.partition(".")
        family = find_family(name)
        if family is not None:
            family.load()
            if short in family.aliases:
                id = f"{name}.{family.aliases[short]}"
    found = _MECHANISMS.get(id) if isinstance(id, str) else None
    if found is None:
        import difflib

        known = [rule.id for rule in mechanisms()]
        near = difflib.get_close_matches(str(id), known, n=3, cutoff=0.5)
        hint = f"such as {', '.join(near)}" if near else "(`mechdesign list` shows them)"
        raise InvalidInputError("id", f"name a registered mechanism {hint}", id)
    return found(**parameters) if parameters else found


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
        if key.strip() in parameters:
            raise InvalidInputError("name", f"give {key.strip()} once", name)
        parameters[key.strip()] = _value(value.strip(), name)
    return identifier, parameters


def as_setting(setting: object) -> Setting:
    """Take a setting, or its name.

    Parameters
    ----------
    setting : Setting or str
        A setting; or the function of a family that makes it, with its arguments or without, such
        as ``"facility.line"`` or ``"facility.line(0, 2)"``.

    Raises
    ------
    InvalidInputError
        If it is neither.

    Examples
    --------
    >>> as_setting("facility.line(0, high=2)") == as_setting("facility.line(0, 2)")
    True
    """
    if isinstance(setting, Setting):
        return setting
    if not isinstance(setting, str):
        raise InvalidInputError("setting", "be a setting such as facility.line()", setting)
    name, opened, rest = setting.strip().partition("(")
    family, _, called = name.partition(".")
    known = find_family(family)
    made = getattr(known.load(), called, None) if known and called else None
    if not callable(made) or (opened and not rest.endswith(")")):
        raise InvalidInputError("setting", "be a setting such as facility.line", setting)
    places: list[Any] = []
    words: dict[str, Any] = {}
    for part in _split(rest[:-1], setting):
        word, equals, value = part.partition("=")
        if equals:
            words[word.strip()] = _value(value.strip(), setting)
        else:
            places.append(_value(part.strip(), setting))
    try:
        found = made(*places, **words)
    except TypeError as error:
        told = f"have arguments that fit ({error})"
        raise InvalidInputError("setting", told, setting) from None
    if not isinstance(found, Setting):
        raise InvalidInputError("setting", "be a setting such as facility.line", setting)
    return found


def checked(function: Callable[..., Any], values: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """Parameters as their annotations want them.

    ``Literal`` lists the choices, ``bool`` wants True or False, and ``Annotated`` holds what reads
    the value, such as :func:`number_in`; other annotations say nothing here.

    Raises
    ------
    InvalidInputError
        If a value is not what its annotation says.
    """
    return {k: _read(hint_of(function, k), value, k, owner) for k, value in values.items()}


@functools.cache
def hint_of(function: Callable[..., Any], name: str) -> Any:
    """The annotation of a parameter, None where it has none or only type checkers know it."""
    known = getattr(function, "__annotations__", {})
    one = types.SimpleNamespace(__annotations__={k: v for k, v in known.items() if k == name})
    try:
        found = typing.get_type_hints(one, function.__globals__, include_extras=True)
    except (AttributeError, NameError, TypeError):
        return None
    return found.get(name)


def _read(hint: object, value: object, name: str, owner: str) -> Any:
    kind, parts = typing.get_origin(hint), typing.get_args(hint)
    if kind in (types.UnionType, typing.Union) and types.NoneType in parts:
        rest = [part for part in parts if part is not types.NoneType]
        single = value is not None and len(rest) == 1
        return _read(rest[0], value, name, owner) if single else value
    if kind is Annotated:
        return parts[1](value, name, owner=owner)
    if kind is Literal and (not isinstance(value, str) or value not in parts):
        *most, last = map(repr, parts)
        raise InvalidInputError(name, f"be {', '.join(most)} or {last}", value, owner=owner)
    if hint is bool and not isinstance(value, bool):
        raise InvalidInputError(name, "be True or False", value, owner=owner)
    return value


def written(value: object) -> str:
    """A parameter as a name shows it, such that :func:`parse_name` reads it again where it can.

    Examples
    --------
    >>> from fractions import Fraction
    >>> written((0, Fraction(1, 2))), written("ex ante"), written("1/2")
    ('(0, 1/2)', 'ex ante', "'1/2'")
    """
    if isinstance(value, (tuple, list)):
        inner = ", ".join(map(written, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if not isinstance(value, str):
        named = getattr(value, "name", None) or getattr(value, "__name__", None)
        return "lambda" if named == "<lambda>" else str(named or value)
    plain = value and value.strip() == value and not set(value) & set("=,()[]'\"")
    return value if plain and isinstance(_value(value, value), str) else repr(value)


def split_names(text: str) -> list[str]:
    """The names in a list with commas, each with its parameters.

    Examples
    --------
    >>> split_names("maxmin(beta=1, scale=range), utilitarian")
    ['maxmin(beta=1, scale=range)', 'utilitarian']
    """
    return [part.strip() for part in _split(text, text)]


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
        return parse_number(text, name)
    except InvalidInputError:
        return text


def is_of_module(name: str) -> bool:
    """Whether a name is one of a function in a module, as ``package.module:function``."""
    return re.fullmatch(r"[\w.]+:[\w.]+", name) is not None


def of_module(name: str) -> Any:
    """The function or mechanism that ``package.module:function`` names."""
    module, _, path = name.partition(":")
    if module.split(".")[0] in sys.stdlib_module_names:
        raise InvalidInputError("mechanism", "be a function of a module of yours", name)
    try:
        found = functools.reduce(getattr, path.split("."), importlib.import_module(module))
    except (ImportError, AttributeError) as error:
        raise InvalidInputError("mechanism", f"be importable ({error})", name) from None
    if not callable(found):
        raise InvalidInputError("mechanism", "be a function or a mechanism", name)
    return found
