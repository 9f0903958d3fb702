"""Documents of plain data as JSON or YAML: the one place where such text becomes data, and back.

Numbers are read exactly unless the caller says otherwise, a key stands once in its object, and
nothing is taken that could not be said in JSON, such as NaN.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from os import PathLike
from typing import Any, NoReturn

from mechdesign.errors import InvalidInputError, SolverUnavailableError
from mechdesign.io.files import as_path, read_bytes
from mechdesign.model.numbers import parse_number
from mechdesign.model.serialize import SCHEMA_VERSION, check_schema, decode, encode

__all__ = [
    "as_written",
    "checked_line",
    "dumps",
    "exact",
    "format_json",
    "format_yaml",
    "line_of",
    "loads",
    "parse_document",
    "read_document",
]

_SUM = re.compile(rb', "crc32": (\d{1,10})\}$')

#: How deep lists and objects may be nested: what reads them recurses.
DEPTH = 100
#: How many characters a number may have.
DIGITS = 1000
#: How many values aliases of YAML may add to those that are written.
ALIASED = 100_000

# What longer ones or huge exponents mean no float can say.
_SHORT = r"[+-]?[\d.]{1,20}([eE][+-]?\d{1,2})?"
_INTEGER = r"[+-]?(0|[1-9]\d*)"
_DECIMAL = r"[+-]?((\d+\.\d*|\.\d+)([eE][+-]?\d+)?|\d+[eE][+-]?\d+)"


def exact(text: str) -> int | Fraction:
    """A decimal as the number that it is: what documents are read with by default."""
    return parse_number(text, "number")


def as_written(text: str) -> float | str:
    """The float that is written with these digits, else the text itself, so that none are lost.

    Examples
    --------
    >>> as_written("0.1"), as_written("0.10000000000000000001")
    (0.1, '0.10000000000000000001')
    """
    if not re.fullmatch(_SHORT, text):
        return text
    value = float(text)
    return value if Fraction(repr(value)) == Fraction(text) else text


def read_document(
    path: str | PathLike[str],
    *,
    decimals: Callable[[str], Any] = exact,
    integers: Callable[[str], Any] = int,
) -> Any:
    """Read a file of JSON, or of YAML if its name ends in ``.yaml`` or ``.yml``.

    Parameters
    ----------
    path : path
        The file.
    decimals, integers : callable
        What becomes of the text of a number: :func:`exact`, :func:`as_written`, ``float``, ``str``.

    Raises
    ------
    InvalidInputError
        If the file does not exist, is empty, not UTF-8, not JSON or YAML, names a key twice in one
        object, holds NaN, an infinite or an overlong number, or is nested too deeply.
    SolverUnavailableError
        For YAML without pyyaml.
    """
    file = as_path(path)
    content = read_bytes(file)
    form = "yaml" if file.suffix.lower() in (".yaml", ".yml") else "json"
    return parse_document(content, file.name, form=form, decimals=decimals, integers=integers)


def parse_document(
    text: str | bytes,
    source: str = "document",
    *,
    form: str = "json",
    decimals: Callable[[str], Any] = exact,
    integers: Callable[[str], Any] = int,
) -> Any:
    """Read the text of a document; see :func:`read_document`.

    Parameters
    ----------
    text : str or bytes
        The text; bytes are UTF-8.
    source : str
        What messages call it, such as the name of the file.
    form : {"json", "yaml"}
        The language.
    decimals, integers : callable
        What becomes of the text of a number.

    Examples
    --------
    >>> parse_document('{"budget": 0.1}')
    {'budget': Fraction(1, 10)}
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InvalidInputError(
                source, f"be UTF-8 text ({error.reason} at byte {error.start})", text[:20]
            ) from None
    if not text.strip():
        raise InvalidInputError(source, "hold a document, not be empty", "")

    def number(convert: Callable[[str], Any]) -> Callable[[str], Any]:
        def read(digits: str) -> Any:
            if len(digits) > DIGITS:
                short = f"{digits[:20]}..."
                raise InvalidInputError(
                    source, f"have numbers of at most {DIGITS} characters", short
                )
            try:
                found = convert(digits)
            except ValueError:
                raise InvalidInputError(source, "have numbers of ordinary size", digits) from None
            return _refuse(digits, source) if found in (float("inf"), float("-inf")) else found

        return read

    parse = _yaml if form == "yaml" else _json
    try:
        found = parse(text, source, number(decimals), number(integers))
        _check(found, source, len(text) + ALIASED)
    except RecursionError:
        raise InvalidInputError(source, f"be nested at most {DEPTH} deep", "deeper") from None
    return found


def _json(text: str, source: str, decimal: Any, integer: Any) -> Any:
    try:
        return json.loads(
            text,
            parse_float=decimal,
            parse_int=integer,
            parse_constant=lambda word: _refuse(word, source),
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise InvalidInputError(source, f"be JSON ({error})", _excerpt(text)) from None


def _yaml(text: str, source: str, decimal: Any, integer: Any) -> Any:
    try:
        import yaml
    except ImportError:
        raise SolverUnavailableError("pyyaml", "yaml", "reading YAML") from None

    class Loader(yaml.SafeLoader):
        """Plain data: numbers by their decimals, keys distinct, true and false the only words."""

    def read_number(loader: Any, node: Any) -> Any:
        plain = str(loader.construct_scalar(node))
        if re.fullmatch(_INTEGER, plain):
            return integer(plain)
        if re.fullmatch(_DECIMAL, plain):
            return decimal(plain)
        if plain.lower().lstrip("+-") in (".inf", ".nan"):
            _refuse(plain, source)
        return plain  # 010, 0x1f, 1_000 and 12:30 are no decimal numbers

    def read_bool(loader: Any, node: Any) -> Any:
        plain = str(loader.construct_scalar(node))
        return {"true": True, "false": False}.get(plain.lower(), plain)

    def read_map(loader: Any, node: Any) -> dict[Any, Any]:
        # Merged keys come first and may be said again; a key of the object itself may not.
        own = [key for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        names = [loader.construct_object(key, deep=True) for key in own]
        try:
            twice = len(set(names)) < len(names)
        except TypeError:
            line = f"line {node.start_mark.line + 1}"
            raise InvalidInputError(
                line, "have keys that are no lists", names, owner=source
            ) from None
        if twice:
            k = next(k for k, name in enumerate(names) if name in names[:k])
            line = f"line {own[k].start_mark.line + 1}"
            raise InvalidInputError(line, "have distinct keys", names[k], owner=source)
        loader.flatten_mapping(node)
        return dict(loader.construct_pairs(node, deep=True))

    for tag, read in (
        ("int", read_number),
        ("float", read_number),
        ("bool", read_bool),
        ("map", read_map),
    ):
        Loader.add_constructor(f"tag:yaml.org,2002:{tag}", read)
    try:
        return yaml.load(text, Loader)
    except yaml.YAMLError as error:
        raise InvalidInputError(source, f"be YAML ({error})", _excerpt(text)) from None


class _Twice(dict[str, Any]):
    """An object that names a key twice."""

    key = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Twice(found)
    keys = [key for key, _ in pairs]
    twice.key = next(key for k, key in enumerate(keys) if key in keys[:k])
    return twice


def _check(document: object, source: str, most: int) -> None:
    """Refuse a key that stands twice, saying where; and what is nested too deeply or too large."""
    level: list[tuple[Any, str]] = [(document, "")]
    count = 0
    for _ in range(DEPTH):
        inner: list[tuple[Any, str]] = []
        for part, where in level:
            if isinstance(part, _Twice):
                raise InvalidInputError(
                    where.lstrip(".") or "document", "have distinct keys", part.key, owner=source
                )
            if isinstance(part, Mapping):
                inner += [
                    (value, f"{where}.{key}")
                    for key, value in part.items()
                    if isinstance(value, (dict, list))
                ]
            elif isinstance(part, list):
                inner += [
                    (value, f"{where}[{k}]")
                    for k, value in enumerate(part)
                    if isinstance(value, (dict, list))
                ]
            count += len(part) if isinstance(part, (dict, list)) else 1
            if count > most:
                raise InvalidInputError(source, "not repeat itself endlessly by aliases", where)
        if not inner:
            return
        level = inner
    raise InvalidInputError(source, f"be nested at most {DEPTH} deep", level[0][1].lstrip(".")[:80])


def _refuse(word: str, source: str) -> NoReturn:
    raise InvalidInputError(source, "have finite numbers", word)


def _excerpt(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}..."


def dumps(value: object, *, indent: int | None = None) -> str:
    """Write a value of the model as a JSON document with its schema version."""
    document = {"schema": SCHEMA_VERSION, "value": encode(value)}
    return json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False)


def loads(text: str) -> Any:
    """Read a JSON document that :func:`dumps` wrote.

    Raises
    ------
    InvalidInputError
        If the text is no such document or its schema is newer than this version of the package.
    """
    document = parse_document(text, "text", decimals=float)
    if not isinstance(document, dict) or "schema" not in document or "value" not in document:
        raise InvalidInputError("text", "have the keys 'schema' and 'value'", text)
    check_schema(document["schema"])
    return decode(document["value"])


def format_json(document: object) -> str:
    """The text of a JSON file.

    Examples
    --------
    >>> print(format_json({"budget": 3}), end="")
    {
     "budget": 3
    }
    """
    return json.dumps(document, indent=1, ensure_ascii=False, default=str) + "\n"


def format_yaml(document: object) -> str:
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


def line_of(data: Mapping[str, Any]) -> bytes:
    """A line of a journal: an object with the checksum of what it says.

    Examples
    --------
    >>> checked_line(line_of({"run": 1}).rstrip(), 1, "j.jsonl")
    {'run': 1}
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8")
    return text[:-1] + b', "crc32": %d}\n' % zlib.crc32(text)


def checked_line(line: bytes, number: int, name: str) -> dict[str, Any]:
    """What a line of a journal says.

    Parameters
    ----------
    line : bytes
        Without the end of the line.
    number, name : int, str
        Of the line and the file, for messages.

    Raises
    ------
    InvalidInputError
        If its checksum does not agree, or it holds no object.
    """
    found = _SUM.search(line)
    if found is None or zlib.crc32(line[: found.start()] + b"}") != int(found[1]):
        raise InvalidInputError(
            "path", f"have lines whose checksums agree, unlike line {number}", name
        )
    data = parse_document(line[: found.start()] + b"}", name, decimals=float)
    if not isinstance(data, dict):
        raise InvalidInputError("path", f"have an object in line {number}", name)
    return data
