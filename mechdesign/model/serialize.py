"""JSON for every object of the model, exact numbers and labels included.

Plain JSON values stand for themselves.  What JSON lacks is written as an object with one key that
begins with ``$``: ``{"$fraction": "1/3"}``, ``{"$tuple": [...]}``, ``{"$map": [[key, value]]}``.
Dataclasses that register themselves with :func:`serializable` are written field by field under
their public name.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import math
import re
from collections.abc import Callable, Mapping
from enum import Enum
from fractions import Fraction
from typing import Any, Self, TypeVar

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.family import find_family
from mechdesign.model.frozen import FrozenMap
from mechdesign.records import require_annotated

__all__ = ["SCHEMA_VERSION", "decode", "encode", "serializable"]

SCHEMA_VERSION = 1

_CLASSES: dict[str, type] = {}
_NAMES: dict[type, str] = {}
T = TypeVar("T")


class Document:
    """A registered dataclass that is written and read as a JSON document of its own."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, with a schema version; :meth:`from_dict` reads them back."""
        return {"schema": SCHEMA_VERSION, **encode(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        InvalidInputError
            If the data are of another schema, or hold something else.
        """
        content = dict(data)
        check_schema(content.pop("schema", None))
        found = decode(content)
        if not isinstance(found, cls):
            raise InvalidInputError(
                "data", f"hold one {cls.__name__.lower()}", type(found).__name__
            )
        return found


def serializable(name: str) -> Callable[[type[T]], type[T]]:
    """Register a dataclass or an enum for JSON under a public name such as ``facility.Line``.

    A field whose metadata has ``json=False`` is left out and takes its default on the way back;
    with ``json="where it can be"`` only where it holds what JSON cannot say.
    """

    def register(cls: type[T]) -> type[T]:
        _CLASSES[name] = cls
        _NAMES[cls] = name
        return cls

    return register


def encode(value: object) -> Any:
    """Turn a value of the model into plain JSON data.

    Examples
    --------
    >>> encode((1, Fraction(1, 3)))
    {'$tuple': [1, {'$fraction': '1/3'}]}
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (int, np.integer)) and not isinstance(value, Enum):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return number if math.isfinite(number) else {"$float": repr(number)}
    if isinstance(value, Fraction):
        return {"$fraction": str(value)}
    if isinstance(value, Enum):
        return {"$enum": [_name_of(value), value.name]}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {}
        for field in dataclasses.fields(value):
            told = field.metadata.get("json", True)
            if not field.init or not told:
                continue
            try:
                fields[field.name] = encode(getattr(value, field.name))
            except InvalidInputError:
                if told is True:
                    raise
        return {"$object": _name_of(value), **fields}
    if isinstance(value, tuple):
        return {"$tuple": [encode(part) for part in value]}
    if isinstance(value, list):
        return [encode(part) for part in value]
    if isinstance(value, range):
        return {"$range": [value.start, value.stop, value.step]}
    if isinstance(value, Mapping):
        return {"$map": [[encode(key), encode(part)] for key, part in value.items()]}
    if isinstance(value, (set, frozenset)):
        return {"$set": sorted((encode(part) for part in value), key=repr)}
    if isinstance(value, np.ndarray):
        return {"$array": value.tolist(), "dtype": str(value.dtype)}
    raise InvalidInputError(
        "value",
        "be made of numbers, text, containers and model objects to be written as JSON",
        value,
    )


def decode(data: object) -> Any:
    """Turn what :func:`encode` wrote back into the value.

    Raises
    ------
    InvalidInputError
        If the data are nothing that `encode` writes.
    """
    if isinstance(data, list):
        return [decode(part) for part in data]
    if not isinstance(data, dict):
        return data
    tag = next(iter(data), "")
    reader = _READERS.get(tag)
    if reader is None:
        raise InvalidInputError("data", f"use one of the tags {sorted(_READERS)}", tag)
    if len(data) > 1 and tag not in ("$object", "$array"):
        raise InvalidInputError("data", f"have nothing beside {tag}", sorted(data))
    if tag in ("$tuple", "$map", "$set", "$range") and not isinstance(data[tag], list):
        raise InvalidInputError("data", f"have a list under {tag}", str(data[tag])[:80])
    try:
        return reader(data)
    except InvalidInputError:
        raise
    except _UNREADABLE as error:
        told = f"be what is written under {tag} ({type(error).__name__})"
        raise InvalidInputError("data", told, str(data[tag])[:80]) from None


# What the readers and the classes of a document raise where its parts are of other types.
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
_LONGEST_RANGE = 10_000_000


def check_schema(version: object) -> None:
    """Refuse documents of a schema that this version cannot read."""
    if (
        isinstance(version, bool)
        or not isinstance(version, int)
        or not 1 <= version <= SCHEMA_VERSION
    ):
        raise InvalidInputError("schema", f"be an integer in [1, {SCHEMA_VERSION}]", version)


def _name_of(value: object) -> str:
    name = _NAMES.get(type(value))
    if name is None:
        raise InvalidInputError(
            "value", "be of a class registered with `serializable` to be written as JSON", value
        )
    return name


def _class_of(name: str) -> type:
    if name not in _CLASSES and "." in name:
        # Families register their classes when they are imported; a document may come first.
        family = find_family(name.partition(".")[0])
        if family is not None:
            family.load()
        else:  # a package of the machinery, such as axioms
            with contextlib.suppress(ImportError):
                importlib.import_module(f"mechdesign.{name.partition('.')[0]}")
    if name not in _CLASSES:
        raise InvalidInputError("data", "name a class of the package", name)
    return _CLASSES[name]


def _read_object(data: dict[str, Any]) -> Any:
    cls = _class_of(data["$object"])
    known = {field.name for field in dataclasses.fields(cls)}
    fields = {key: decode(part) for key, part in data.items() if key != "$object"}
    unknown = sorted(set(fields) - known)
    if unknown:
        raise InvalidInputError(
            "data", f"have only the fields {sorted(known)}", unknown, owner=data["$object"]
        )
    made = cls(**fields)
    require_annotated(made, fields, data["$object"])
    return made


def _read_fraction(data: dict[str, Any]) -> Fraction:
    # Fraction would build the integer of an exponent: 1e99999999 must not be one.
    if not re.fullmatch(r"-?\d+(/\d+)?", data["$fraction"]):
        raise InvalidInputError("data", "have fractions such as 1/3", data["$fraction"])
    return Fraction(data["$fraction"])


def _read_range(data: dict[str, Any]) -> range:
    if any(type(part) is not int for part in data["$range"]):
        raise InvalidInputError("data", "have whole numbers in a range", data["$range"])
    found = range(*data["$range"])
    if len(found) > _LONGEST_RANGE:
        raise InvalidInputError("data", f"have ranges of at most {_LONGEST_RANGE:,}", found)
    return found


def _read_array(data: dict[str, Any]) -> np.ndarray[Any, Any]:
    if np.dtype(data["dtype"]).kind not in "biuf":
        raise InvalidInputError("data", "have arrays of numbers", data["dtype"])
    array = np.array(data["$array"], dtype=data["dtype"])
    # numpy would take "1" and true for 1, and cut 1.5 down to it.
    if repr(array.tolist()) != repr(data["$array"]):
        raise InvalidInputError("data", f"have an array of {data['dtype']}", data["$array"])
    array.flags.writeable = False
    return array


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "$fraction": _read_fraction,
    "$float": lambda data: float(data["$float"]),
    "$enum": lambda data: _class_of(data["$enum"][0])[data["$enum"][1]],  # type: ignore[index]
    "$tuple": lambda data: tuple(decode(part) for part in data["$tuple"]),
    "$range": _read_range,
    "$map": lambda data: FrozenMap((decode(key), decode(part)) for key, part in data["$map"]),
    "$set": lambda data: frozenset(decode(part) for part in data["$set"]),
    "$array": _read_array,
    "$object": _read_object,
}
