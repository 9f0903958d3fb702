"""Documents of plain data as JSON or YAML, with every number kept as it was written.

A decimal that is not the shortest one of a float becomes text, which readers of exact numbers take
for the number that it is.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

from mechdesign.errors import InvalidInputError, SolverUnavailableError

__all__ = ["format_json", "format_yaml", "read_json", "read_yaml"]

# What longer ones or huge exponents mean no float can say.
_SHORT = re.compile(r"[+-]?[\d.]{1,20}([eE][+-]?\d{1,2})?")


def read_json(path: str | PathLike[str]) -> Any:
    """Read a JSON file.

    Raises
    ------
    InvalidInputError
        If the file is empty, not UTF-8, not JSON, or names a key twice in one object.
    """
    text = _text(path)
    try:
        return json.loads(text, parse_float=_number, object_pairs_hook=_distinct)
    except json.JSONDecodeError as error:
        raise InvalidInputError(str(path), f"be JSON ({error})", Path(path).name) from None
    except RecursionError:
        raise InvalidInputError(str(path), "not be deeply nested", Path(path).name) from None


def read_yaml(path: str | PathLike[str]) -> Any:
    """Read a YAML file of plain data.

    Raises
    ------
    InvalidInputError
        If the file is empty, not UTF-8 or not YAML.
    SolverUnavailableError
        If pyyaml is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise SolverUnavailableError("pyyaml", "yaml", "reading YAML") from None
    text = _text(path)

    class Loader(yaml.SafeLoader):
        """Plain data, floats by their decimals, keys distinct."""

    def read_float(loader: Any, node: Any) -> Any:
        plain = str(loader.construct_scalar(node))
        decimal = re.fullmatch(r"[+-]?\d+\.?\d*([eE][+-]?\d+)?", plain)
        return _number(plain) if decimal else loader.construct_yaml_float(node)

    def read_map(loader: Any, node: Any) -> dict[Any, Any]:
        loader.flatten_mapping(node)
        return _distinct(loader.construct_pairs(node, deep=True))

    Loader.add_constructor("tag:yaml.org,2002:float", read_float)
    Loader.add_constructor("tag:yaml.org,2002:map", read_map)
    try:
        return yaml.load(text, Loader)
    except yaml.YAMLError as error:
        raise InvalidInputError(str(path), "be YAML", str(error)) from None


def format_json(document: Any) -> str:
    """The text of a JSON file.

    Examples
    --------
    >>> print(format_json({"budget": 3}), end="")
    {
     "budget": 3
    }
    """
    return json.dumps(document, indent=1, ensure_ascii=False, default=str) + "\n"


def format_yaml(document: Any) -> str:
    """The text of a YAML file.

    Raises
    ------
    SolverUnavailableError
        If pyyaml is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise SolverUnavailableError("pyyaml", "yaml", "writing YAML") from None
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return text


def _text(path: str | PathLike[str]) -> str:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(str(path), f"be UTF-8 text ({error.reason})", error.start) from None
    if not text.strip():
        raise InvalidInputError(str(path), "hold a document, not be an empty file", "")
    return text


def _number(text: str) -> float | str:
    """The float that is written with these digits, else the text itself."""
    if not _SHORT.fullmatch(text):
        return text
    value = float(text)
    return value if Fraction(repr(value)) == Fraction(text) else text


def _distinct(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise InvalidInputError(
            "document", "have distinct keys", next(k for k in keys if keys.count(k) > 1)
        )
    return found
