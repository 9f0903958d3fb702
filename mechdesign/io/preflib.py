"""PrefLib's election files .soc, .soi, .toc, .toi and .cat, in the old and the new format.

The format is described in Mattei, N. and Walsh, T. (2013), PrefLib: a library for preferences,
ADT 2013.  The new format begins with ``#`` lines of metadata and writes ``count: order``; the old
one begins with the number of alternatives, their numbered names and a line of totals, and writes
``count,order``.  Ties stand in braces.  A .cat file (new format only) has a set for each category
where the others have tiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from fractions import Fraction
from os import PathLike
from typing import Literal, TypeAlias

from mechdesign.errors import InvalidInputError
from mechdesign.io.files import as_path, read_bytes
from mechdesign.io.large.order_arrays import MANY_LINES, OrderArray, listed_orders
from mechdesign.records import dataclass

#: What several candidates in one tier are to a count by first places: shares of one vote, no vote
#: while several of them stand, or a whole vote each.
CountedOvervote: TypeAlias = Literal["tie", "exhaust_if_several_continue", "approval"]

__all__ = [
    "KINDS",
    "Ballots",
    "format_preflib",
    "parse_categories",
    "parse_preflib",
    "read_preflib",
    "write_preflib",
]

#: Strict or with ties, complete or incomplete orders.
KINDS = ("soc", "soi", "toc", "toi")
#: PrefLib's other files.
NO_BALLOTS = {
    "wmd": "a matching graph, not ballots",
    "dat": "data beside a matching graph, not ballots",
}

Order = tuple[tuple[int, ...], ...]
_META = r"^#\s*([^:]+):\s?(.*)$"
_CATEGORY = r"^CATEGORY NAME \d+$"
_NAME = r"^ALTERNATIVE NAME (\d+)$"


@dataclass(frozen=True)
class Ballots:
    """The content of a file of ballots.

    Parameters
    ----------
    names : tuple of str
        Names of the alternatives 1, 2, ...
    orders : tuple of (count, order)
        How many voters cast an order (an exact number, 0 for none); an order is a tuple of tiers of
        alternative numbers (from 1), best first.  A blank ballot is the empty tuple.
    title : str
        What the election is.
    metadata : tuple of (key, value)
        What else the file says.
    decisions : tuple of str
        What had to be decided while reading.
    overvote : {"tie", "exhaust_if_several_continue", "approval"}
        What several candidates in one tier are to a count by first places: shares of one vote, no
        vote while several of them stand, or a whole vote each.
    unranked : {"last", "unseen"}
        What the file says of whom a ballot leaves out: below all that it ranks, or not compared.
    """

    names: tuple[str, ...]
    orders: Sequence[tuple[int | Fraction, Order]]
    title: str = ""
    metadata: tuple[tuple[str, str], ...] = field(default=())
    decisions: tuple[str, ...] = field(default=(), compare=False)
    overvote: CountedOvervote = "tie"
    unranked: Literal["last", "unseen"] = "last"

    def __post_init__(self) -> None:
        m = len(self.names)
        if not m:
            raise InvalidInputError("names", "not be empty", self.names, owner="Ballots")
        if not self.voters:
            raise InvalidInputError("orders", "have a ballot that counts", 0, owner="Ballots")
        # Those of an array were looked at when it was made.
        for count, order in () if isinstance(self.orders, OrderArray) else self.orders:
            listed = [k for tier in order for k in tier]
            if count < 0:
                raise InvalidInputError("orders", "have counts of at least 0", (count, order))
            if len(set(listed)) != len(listed) or not all(1 <= k <= m for k in listed):
                raise InvalidInputError(
                    "orders", f"rank alternatives 1..{m}, each at most once", order, owner="Ballots"
                )

    @property
    def voters(self) -> int | Fraction:
        """The number of voters."""
        if isinstance(self.orders, OrderArray):
            return int(self.orders.counts.sum())
        return sum(count for count, _ in self.orders)

    @property
    def blank(self) -> int | Fraction:
        """The number of voters who list nobody."""
        if isinstance(self.orders, OrderArray):
            return 0
        return sum(count for count, order in self.orders if not order)

    @property
    def kind(self) -> str:
        """The extension that fits: soc, soi, toc or toi."""
        if isinstance(self.orders, OrderArray):
            return "soi" if (self.orders.places < 0).any() else "soc"
        ties = any(len(tier) > 1 for _, order in self.orders for tier in order)
        complete = all(sum(map(len, order)) == len(self.names) for _, order in self.orders)
        return ("t" if ties else "s") + "o" + ("c" if complete else "i")


def read_preflib(path: str | PathLike[str]) -> Ballots:
    """Read an election file in either format.

    Parameters
    ----------
    path : path
        A file of type .soc, .soi, .toc, .toi or .cat.

    Raises
    ------
    InvalidInputError
        If there is no such file or it is malformed, with the line.
    """
    file = as_path(path)
    what = NO_BALLOTS.get(file.suffix.lower().lstrip("."))
    if what:
        raise InvalidInputError("path", "hold ballots", f"{file.name} ({what})")
    try:
        text = read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInputError("path", "be a text file", str(file)) from None
    read = parse_categories if file.suffix.lower() == ".cat" else parse_preflib
    return read(text, source=file.name)


def _large(text: str, source: str) -> Ballots | None:
    """A large file of strict orders, read without a loop; None where a line is anything else."""
    new = text.startswith("#")
    size = text.partition("\n")[0].strip()
    if "\r" in text or not (new or (size.isdecimal() and len(size) < 6)):
        return None
    end = re.search(r"^[^#]", text, re.MULTILINE) if new else None
    lines = text[: end.start()].splitlines() if end else text.split("\n", int(size) + 2)
    body = text[end.start() :] if end else lines.pop()
    if body.count("\n") < MANY_LINES or re.search("^#", body, re.MULTILINE):
        return None
    # A header with one of the orders says all but the others.
    first = body[: body.index("\n")]
    if new:
        stated = [x for x in lines if re.match(r"#\s*NUMBER VOTERS:", x, re.IGNORECASE)]
        lines = [x for x in lines if x not in stated]
        voters = re.findall(r":\s*(\d+)\s*$", "".join(stated[:1])) if len(stated) < 2 else []
    else:
        voters = stated = re.findall(r"^\d+,(\d+),\d+$", lines.pop().strip())
        lines.append(",".join([first.partition(",")[0]] * 3))
    try:
        numbered = [(k, line.strip()) for k, line in enumerate([*lines, first], 1) if line.strip()]
        one = (_parse_new if new else _parse_old)(numbered, source)
    except InvalidInputError:
        return None
    orders = listed_orders(body, ":" if new else ",", len(one.names))
    if orders is None or one.decisions or len(voters) != len(stated) or not (new or voters):
        return None
    found = replace(one, orders=orders)
    return found if not voters or int(voters[0]) == found.voters else None


def parse_preflib(text: str, source: str = "text") -> Ballots:
    r"""Read the text of an election file.

    Examples
    --------
    >>> ballots = parse_preflib("2\n1,Tea\n2,Milk\n3,3,2\n2,1,2\n1,{1,2}\n")
    >>> ballots.names, ballots.orders, ballots.kind
    (('Tea', 'Milk'), ((2, ((1,), (2,))), (1, ((1, 2),))), 'toc')
    >>> parse_preflib(format_preflib(ballots)) == ballots
    True
    """
    large = _large(text, source) if text.count("\n") >= MANY_LINES else None
    if large is not None:
        return _against_header(large, text)
    lines = [(k, line.strip()) for k, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise InvalidInputError("path", "be an election, not an empty file", source)
    if lines[0][1].startswith("#"):
        return _against_header(_parse_new(lines, source), text)
    return _parse_old(lines, source)


def _against_header(found: Ballots, text: str) -> Ballots:
    """The ballots, with what their header says otherwise among the decisions."""
    told = []
    said = re.search(r"^#\s*DATA TYPE:\s*([st]o[ci])\s*$", text, re.MULTILINE | re.IGNORECASE)
    if said and not any("imbued" in note for note in found.decisions):
        kind, meant = found.kind, said[1].lower()
        if (meant[0] == "s" and kind[0] == "t") or (meant[2] == "c" and kind[2] == "i"):
            told.append(f"the header says {meant}, the orders are {kind}")
    lines = re.search(r"^#\s*NUMBER UNIQUE ORDERS:\s*(\d{1,9})\s*$", text, re.MULTILINE)
    if lines and int(lines[1]) != len(found.orders):
        told.append(f"the header says {lines[1]} unique orders, the file has {len(found.orders)}")
    return replace(found, decisions=(*found.decisions, *told)) if told else found


def _parse_new(lines: list[tuple[int, str]], source: str) -> Ballots:
    metadata: list[tuple[str, str]] = []
    names: dict[int, str] = {}
    title = ""
    stated: dict[str, int] = {}
    body: list[tuple[int, str]] = []
    for number, line in lines:
        if not line.startswith("#"):
            body.append((number, line))
            continue
        found = re.match(_META, line)
        if not found:
            continue
        key, value = found.group(1).strip(), found.group(2).strip()
        name = re.match(_NAME, key, re.IGNORECASE)
        if name:
            index = int(name.group(1))
            if index in names:
                _fail("name every alternative once", line, number, source)
            names[index] = value
        elif key.upper() == "DATA TYPE":
            continue
        elif key.upper() == "TITLE":
            title = value
        elif key.upper().startswith("NUMBER "):
            stated[key.upper()] = _count(value, number, source)
        else:
            metadata.append((key, value))
    m = stated.get("NUMBER ALTERNATIVES", len(names))
    if len(names) > m:
        raise InvalidInputError(
            "NUMBER ALTERNATIVES", f"be the {len(names)} that have names", m, owner=source
        )
    if len(names) < m:
        names = {k: names.get(k, f"alternative {k}") for k in {*names, *range(1, m + 1)}}
    if len(names) > m:
        raise InvalidInputError(
            "ALTERNATIVE NAME", f"number {m} alternatives from 1", sorted(names), owner=source
        )
    categories = [v for k, v in metadata if re.match(_CATEGORY, k, re.IGNORECASE)]
    if categories:
        return _categorised(names, body, title, metadata, stated, categories, source)
    orders = [_split(line, ":", number, source) for number, line in body]
    imbued = any(k.upper() == "MODIFICATION TYPE" and v.lower() == "imbued" for k, v in metadata)
    told: tuple[str, ...] = ()
    if imbued:
        cut = [(n, k, o[:-1] if o and len(o[-1]) > 1 else o) for n, k, o in orders]
        changed = sum(k for (_, k, short), (_, _, o) in zip(cut, orders, strict=True) if short != o)
        told = (f"imbued: the tied last tier of {changed} ballots is what they do not list",)
        orders = cut
    voters = stated.get("NUMBER VOTERS")
    return _checked(names, orders, title, tuple(metadata), voters, told, source)


def parse_categories(text: str, source: str = "text") -> Ballots:
    r"""Read the text of a .cat file, which sorts alternatives into categories.

    Of two categories the first is what a voter approves of; of more than two they are grades,
    the best first.

    Examples
    --------
    >>> text = "# CATEGORY NAME 1: Yes\n# CATEGORY NAME 2: No\n# ALTERNATIVE NAME 1: A\n"
    >>> parse_categories(text + "# ALTERNATIVE NAME 2: B\n3: 2,1\n1: {},{1,2}\n").orders
    ((3, ((2,),)), (1, ()))
    """
    if not re.search(r"^#\s*CATEGORY NAME", text, re.IGNORECASE | re.MULTILINE):
        what = "name its categories in lines such as `# CATEGORY NAME 1: Yes`"
        raise InvalidInputError("path", what, source)
    return parse_preflib(text, source)


def _categorised(
    names: dict[int, str],
    body: list[tuple[int, str]],
    title: str,
    metadata: list[tuple[str, str]],
    stated: dict[str, int],
    categories: list[str],
    source: str,
) -> Ballots:
    """Ballots of categories: approvals where there are two, grades where there are more."""
    kept = categories[:1] if len(categories) == 2 else categories
    orders = []
    for number, line in body:
        count, separator, rest = line.partition(":")
        sets = re.findall(r"\{([^{}]*)\}|([^,{}\s][^,{}]*)", rest)
        if not separator or len(sets) != len(categories):
            what = f"hold a set for each of {len(categories)} categories after `count:`"
            _fail(what, line, number, source)
        tiers = [
            tuple(_count(k, number, source) for k in (single or braced).split(",") if k.strip())
            for braced, single in sets
        ]
        listed = [k for tier in tiers for k in tier]
        if len(set(listed)) != len(listed):
            _fail("put an alternative into one category", line, number, source)
        order = tuple(tier for tier in tiers[: len(kept)] if tier)
        orders.append((number, _count(count, number, source), order))
    what = (
        f"approvals: the category `{kept[0]}` is approved of, `{categories[1]}` is not"
        if len(categories) == 2
        else f"grades, the best first as in the file: {', '.join(categories)}"
    )
    voters = stated.get("NUMBER VOTERS")
    return _checked(names, orders, title, tuple(metadata), voters, (what,), source)


def _split(line: str, mark: str, number: int, source: str) -> tuple[int, int, Order]:
    """The number of a line, its count and its order."""
    count, separator, rest = line.partition(mark)
    if not separator:
        _fail(f"look like `count{mark} order`", line, number, source)
    return number, _count(count, number, source), _order(rest, number, source)


def _parse_old(lines: list[tuple[int, str]], source: str) -> Ballots:
    m = _count(lines[0][1], lines[0][0], source)
    if m < 1 or len(lines) < m + 2:
        raise InvalidInputError("path", "list its alternatives and a line of totals", source)
    names: dict[int, str] = {}
    for number, line in lines[1 : m + 1]:
        given, separator, name = line.partition(",")
        index = _count(given, number, source)
        if not separator or index in names:
            _fail("look like `number,name`, each number once", line, number, source)
        names[index] = name.strip()
    number, totals = lines[m + 1]
    parts = totals.split(",")
    if len(parts) != 3:
        _fail("hold the number of voters, the sum of counts and of orders", totals, number, source)
    orders = [_split(line, ",", number, source) for number, line in lines[m + 2 :]]
    stated = _count(parts[1], number, source)
    return _checked(names, orders, "", (), stated, (), source)


def _checked(
    names: dict[int, str],
    orders: list[tuple[int, int, Order]],
    title: str,
    metadata: tuple[tuple[str, str], ...],
    voters: int | None,
    told: tuple[str, ...],
    source: str,
) -> Ballots:
    if not orders:
        raise InvalidInputError("path", "hold at least one order", source)
    if not names:
        raise InvalidInputError("path", "name its alternatives", source)
    place = {index: k for k, index in enumerate(sorted(names), 1)}
    if any(index != k for index, k in place.items()):
        told = (*told, f"the alternatives are numbered {_shown(sorted(names))}")
    renumbered = []
    for number, count, order in orders:
        listed = [k for tier in order for k in tier]
        if len(set(listed)) != len(listed) or not place.keys() >= set(listed):
            what = f"rank alternatives {_shown(sorted(names))}, each at most once"
            _fail(what, str(order), number, source)
        renumbered.append((count, tuple(tuple(place[k] for k in tier) for tier in order)))
    labels = tuple(names[index] for index in sorted(names))
    ballots = Ballots(labels, tuple(renumbered), title, metadata, told)
    if voters is not None and voters != ballots.voters:
        raise InvalidInputError(
            "path", f"hold the {voters} voters that it states", f"{ballots.voters} in {source}"
        )
    return ballots


def _shown(numbers: list[int]) -> str:
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}..{numbers[-1]}"
    return ", ".join(map(str, numbers[:12])) + (", ..." if len(numbers) > 12 else "")


def _order(text: str, number: int, source: str) -> Order:
    tiers: list[tuple[int, ...]] = []
    rest = text.strip().rstrip(",")
    if rest.count("{") != rest.count("}"):
        _fail("close its braces", text, number, source)
    for braced, single in re.findall(r"\{([^{}]+)\}|([^,{}]+)", rest):
        if braced:
            tiers.append(tuple(_count(k, number, source) for k in braced.split(",")))
        elif single.strip():
            tiers.append((_count(single, number, source),))
    return tuple(tiers)


def _count(text: str, number: int, source: str) -> int:
    try:
        # Some old files write counts as 12.0.
        value = float(text)
        if value != int(value) or value < 0:
            raise ValueError
    except (ValueError, OverflowError):
        _fail("hold whole numbers", text, number, source)
    return int(value)


def _fail(constraint: str, value: str, number: int, source: str) -> None:
    raise InvalidInputError(f"line {number}", constraint, value, owner=source)


def format_preflib(ballots: Ballots, style: Literal["new", "old"] = "new") -> str:
    """The text of an election file.

    Parameters
    ----------
    ballots : Ballots
        The election.
    style : {"new", "old"}
        Which of the two formats.
    """
    whole = all(count == int(count) for count, _ in ballots.orders)
    if not whole or not all(order for _, order in ballots.orders):
        what = "have whole counts" if not whole else "list somebody on every ballot"
        raise InvalidInputError("ballots", f"{what} to be a PrefLib file", ballots.title)
    if style == "old":
        lines = [str(len(ballots.names))]
        lines += [f"{k},{_flat(name)}" for k, name in enumerate(ballots.names, 1)]
        lines.append(f"{ballots.voters},{ballots.voters},{len(ballots.orders)}")
        lines += [f"{count},{_written(order)}" for count, order in ballots.orders]
    elif style == "new":
        lines = [f"# TITLE: {_flat(ballots.title)}", f"# DATA TYPE: {ballots.kind}"]
        lines += [f"# {k}: {_flat(v)}" for k, v in ballots.metadata]
        lines += [
            f"# NUMBER ALTERNATIVES: {len(ballots.names)}",
            f"# NUMBER VOTERS: {ballots.voters}",
            f"# NUMBER UNIQUE ORDERS: {len(ballots.orders)}",
        ]
        lines += [
            f"# ALTERNATIVE NAME {k}: {_flat(name)}" for k, name in enumerate(ballots.names, 1)
        ]
        lines += [f"{count}: {_written(order)}" for count, order in ballots.orders]
    else:
        raise InvalidInputError("style", "be 'new' or 'old'", style)
    return "\n".join(lines) + "\n"


def write_preflib(
    ballots: Ballots, path: str | PathLike[str], style: Literal["new", "old"] = "new"
) -> None:
    """Write an election file.

    Parameters
    ----------
    ballots : Ballots
        The election.
    path : path
        Its extension must fit: .soc only takes complete strict orders.
    style : {"new", "old"}
        Which of the two formats.
    """
    file = as_path(path)
    suffix = file.suffix.lower().lstrip(".")
    if suffix in KINDS and not _fits(ballots.kind, suffix):
        raise InvalidInputError("path", f"end in .{ballots.kind} for these orders", str(file))
    file.write_text(format_preflib(ballots, style), encoding="utf-8")


def _fits(kind: str, suffix: str) -> bool:
    return (kind[0] == suffix[0] or suffix[0] == "t") and (kind[2] == suffix[2] or suffix[2] == "i")


def _written(order: Iterable[Sequence[int]]) -> str:
    return ",".join(
        "{" + ",".join(map(str, tier)) + "}" if len(tier) > 1 else str(tier[0]) for tier in order
    )


def _flat(text: str) -> str:
    return " ".join(text.split())
