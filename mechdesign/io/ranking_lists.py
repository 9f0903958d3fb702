"""Rankings as lines of text: ``3: A > B = C``, which people can read and write.

Lines that begin with ``#`` hold a title, the alternatives and metadata; a line without a count is
one voter.  A count may be a decimal or a fraction, which is a weight; ``2:`` is two blank ballots.
Names that contain a mark of the format stand in double quotes, as in JSON.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from os import PathLike

from mechdesign.errors import InvalidInputError
from mechdesign.io.files import as_path, decode, read_bytes
from mechdesign.io.large.order_arrays import MANY_LINES, named_orders
from mechdesign.io.preflib import Ballots

__all__ = ["format_rankings", "parse_rankings", "read_rankings"]

_HEAD = re.compile(r"#\s*([^:]+):\s?(.*)")
_COUNT = re.compile(r"\s*(-?\d+(?:\.\d+)?|-?\.\d+|-?\d+/\d+)\s*:(.*)")
_WEIGHT = re.compile(r"\d{1,300}(?:\.\d{0,300})?|\.\d{1,300}|\d{1,300}/\d{1,300}")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PLAIN = re.compile(r"""[^\s<>=:,"#](?:[^<>=:,"\n\r]*[^\s<>=:,"])?""")
# A count without its colon.
_COUNTED = re.compile(r"\s*\d+(?:\s*[x×*])?\s+[^\s>=].*")


def read_rankings(path: str | PathLike[str]) -> Ballots:
    """Read a file of rankings; see :func:`parse_rankings`.

    Raises
    ------
    InvalidInputError
        With the line that cannot be read.
    """
    file = as_path(path)
    text, told = decode(read_bytes(file), file.name)
    return replace(parse_rankings(text, source=file.name), decisions=told)


def parse_rankings(text: str, source: str = "text") -> Ballots:
    r"""Read lines such as ``3: A > B = C``.

    Alternatives are numbered in the order of the line ``# alternatives: A, B, C`` where there is
    one, else in the order in which they are met.

    Examples
    --------
    >>> ballots = parse_rankings("2: Tea > Milk\nMilk = Tea\n")
    >>> ballots.names, ballots.orders
    (('Tea', 'Milk'), ((2, ((1,), (2,))), (1, ((2, 1),))))
    """
    names: dict[str, int] = {}
    title, stated = "", False
    metadata: list[tuple[str, str]] = []
    orders: list[tuple[int | Fraction, tuple[tuple[int, ...], ...]]] = []
    lines = text.rstrip().splitlines()
    seen: dict[str, tuple[int | Fraction, tuple[tuple[int, ...], ...]]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if line in seen:
            orders.append(seen[line])
            continue
        if line.lstrip().startswith("#"):
            head = _HEAD.match(line.strip())
            key, value = (head.group(1).strip(), head.group(2).strip()) if head else ("", "")
            if key == "title":
                title = value
            elif key == "alternatives":
                if orders or stated:
                    _fail("name the alternatives once, before the rankings", line, number, source)
                stated = True
                for name in _names(value, ",", number, source):
                    names[name] = len(names) + 1
            elif key:
                metadata.append((key, value))
            continue
        uncounted = ":" not in line and _COUNTED.fullmatch(line)
        if not orders and len(lines) - number >= MANY_LINES and not uncounted:
            large = named_orders(lines[number - 1 :], list(names))
            if large is not None:
                return Ballots(tuple(large[0]), large[1], title, tuple(metadata))
        count, rest = split_weight(line, number, source)
        tiers: list[tuple[int, ...]] = []
        for tier in _split(rest, ">", number, source) if rest.strip() else ():
            labels = _names(tier, "=", number, source)
            for name in labels:
                if name not in names and stated:
                    _fail("rank the alternatives of the file", name, number, source)
                names.setdefault(name, len(names) + 1)
            tiers.append(tuple(names[name] for name in labels))
        ranked = [k for group in tiers for k in group]
        if len(set(ranked)) != len(ranked):
            _fail("rank every alternative once", line.strip(), number, source)
        seen[line] = (count, tuple(tiers))
        orders.append(seen[line])
    if not names:
        raise InvalidInputError("path", "hold at least one ranking", source)
    if not stated:
        _refuse_lists(lines, names, source)
    return Ballots(tuple(names), tuple(orders), title, tuple(metadata))


def split_weight(line: str, number: int, source: str) -> tuple[int | Fraction, str]:
    """The weight that stands before a ranking, 1 where there is none, and the ranking."""
    counted = _COUNT.fullmatch(line)
    if not counted:
        return 1, line
    return parse_weight(counted.group(1), number, source), counted.group(2)


def parse_weight(text: str, number: int, source: str) -> int | Fraction:
    """The weight of a ballot, exactly: a whole number, a decimal or a fraction, not negative."""
    try:
        weight = Fraction(text) if _WEIGHT.fullmatch(text) else Fraction(-1)
    except ZeroDivisionError:
        weight = Fraction(-1)
    if weight < 0:
        _fail("give a ballot a weight such as 3, 2.5 or 1/3, at least 0", text, number, source)
    return int(weight) if weight.denominator == 1 else weight


def format_rankings(ballots: Ballots) -> str:
    r"""The text of a file of rankings.

    Examples
    --------
    >>> print(format_rankings(parse_rankings("2: Tea > Milk\n")), end="")
    # alternatives: Tea, Milk
    2: Tea > Milk
    """
    if len(set(ballots.names)) != len(ballots.names):
        raise InvalidInputError("names", "be distinct to be written as text", ballots.names)
    lines = [f"# title: {' '.join(ballots.title.split())}"] if ballots.title else []
    lines += [f"# {key}: {' '.join(value.split())}" for key, value in ballots.metadata]
    lines.append("# alternatives: " + ", ".join(map(_written, ballots.names)))
    for count, order in ballots.orders:
        tiers = [" = ".join(_written(ballots.names[k - 1]) for k in tier) for tier in order]
        lines.append(f"{count}: {' > '.join(tiers)}".rstrip())
    return "\n".join(lines) + "\n"


def _written(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _split(text: str, mark: str, number: int, source: str) -> list[str]:
    """The parts between the marks that stand outside quotes."""
    parts = [""]
    for token in re.findall(rf'{_QUOTED}|"|[^"{mark}]+|{mark}', text):
        if token == '"':
            _fail("close its quotes", text, number, source)
        if token == mark:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _names(text: str, mark: str, number: int, source: str) -> list[str]:
    found = []
    for part in _split(text, mark, number, source):
        name = part.strip()
        if name.startswith('"'):
            try:
                name = json.loads(name)
            except json.JSONDecodeError:
                _fail("quote names as in JSON", part, number, source)
        elif ":" in name:
            _fail(
                "have a weight before the colon, or quotes about a name with one",
                name,
                number,
                source,
            )
        elif "<" in name:
            _fail("rank the best first, or quote a name that holds <", name, number, source)
        if not name:
            _fail("look like `3: A > B = C`", text, number, source)
        found.append(name)
    return found


def _refuse_lists(lines: list[str], names: dict[str, int], source: str) -> None:
    """Refuse rankings whose marks are commas or blanks, so that several names were read as one."""
    ranked = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if all(map(_COUNTED.fullmatch, ranked)) and not any(":" in line for line in ranked):
        number = lines.index(ranked[0]) + 1
        _fail("have a colon after the count, as in `3: A > B`", ranked[0].strip(), number, source)
    # A weight whose ballot was cut off is no candidate, unless it is one elsewhere.
    if any(map(_COUNT.fullmatch, ranked)):
        bare = [line for line in ranked if _WEIGHT.fullmatch(line.strip())]
        rest = [re.sub(r"^[^:]*:", "", line) for line in ranked if line not in bare]
        for line in bare:
            if not any(line.strip() in re.split(r"\s*[>=]\s*", other.strip()) for other in rest):
                told = "have a ballot after the count, as in `3: A > B`"
                _fail(told, line.strip(), lines.index(line) + 1, source)
    parted = {name: [part.strip() for part in name.split(",")] for name in names if "," in name}
    starts = {parts[0] for parts in parted.values()} | set(names)
    for name, parts in parted.items():
        wrong = any(part in starts for part in parts[1:])
        number = next((k for k, line in enumerate(lines, 1) if name in line), 0)
        if wrong and not any(f'"{name}"' in line for line in lines):
            _fail("part candidates by >, or quote a name that holds commas", name, number, source)


def _fail(constraint: str, value: str, number: int, source: str) -> None:
    raise InvalidInputError(f"line {number}", constraint, value, owner=source)
