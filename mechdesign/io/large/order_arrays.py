"""Many strict orders as one array, and how large files of them are read without a loop."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np

from mechdesign.arrays import AnyArray, IntArray

__all__ = ["OrderArray", "listed_orders", "named_orders"]

Order = tuple[tuple[int, ...], ...]
#: Files of fewer lines are read line by line.
MANY_LINES = 20_000


class OrderArray(Sequence[tuple[int, Order]]):
    """Counts and strict orders, which it makes as they are asked for.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (n,)
        How many voters cast each order.
    places : numpy.ndarray of integers, shape (n, m)
        How many alternatives stand above each one, -1 where it is not listed.
    """

    def __init__(self, counts: IntArray, places: AnyArray) -> None:
        self.counts, self.places = counts, places

    def __len__(self) -> int:
        return len(self.counts)

    @overload
    def __getitem__(self, k: int) -> tuple[int, Order]: ...
    @overload
    def __getitem__(self, k: slice) -> tuple[tuple[int, Order], ...]: ...
    def __getitem__(self, k: Any) -> Any:
        if isinstance(k, slice):
            return tuple(OrderArray(self.counts[k], self.places[k]))
        row = self.places[k]
        best = np.argsort(row, kind="stable")[int((row < 0).sum()) :]
        return int(self.counts[k]), tuple((x + 1,) for x in best.tolist())

    def __iter__(self) -> Iterator[tuple[int, Order]]:
        best = np.argsort(self.places, axis=1, kind="stable").tolist()
        unlisted = (self.places < 0).sum(axis=1).tolist()
        single = [(x + 1,) for x in range(self.places.shape[1])]
        for count, row, gap in zip(self.counts.tolist(), best, unlisted, strict=True):
            yield count, tuple([single[x] for x in row[gap:]])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, OrderArray):
            return np.array_equal(self.counts, other.counts) and np.array_equal(
                self.places, other.places
            )
        return isinstance(other, tuple) and tuple(self) == other

    def __hash__(self) -> int:
        return hash(tuple(self))


def listed_orders(body: str, mark: str, m: int) -> OrderArray | None:
    """The orders of lines such as ``3: 2,1``; None where a line is anything else.

    Parameters
    ----------
    body : str
        The lines.
    mark : str
        After the count.
    m : int
        The alternatives are numbered from 1 to this.
    """
    raw = body.strip().encode()
    if len(raw.translate(None, b"0123456789 ,:\n")) or b"\n\n" in raw:
        return None
    data = np.frombuffer(raw + b"\n", dtype=np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    commas = np.flatnonzero(data == ord(","))
    till = np.searchsorted(commas, ends)
    sizes = np.diff(till, prepend=0)
    if mark == ":":
        marks = np.flatnonzero(data == ord(":"))
        first = np.append(commas, len(data))[np.concatenate([[0], till[:-1]])]
        starts = np.concatenate([[0], ends[:-1]])
        if len(marks) != len(ends) or not ((starts <= marks) & (marks < first)).all():
            return None
        if not (marks < ends).all():
            return None
        sizes = sizes + 1
    elif b":" in raw:
        return None
    # One number for the count, then those of the order.
    numbers = _numbers(data)
    if numbers is None or len(numbers) != int(sizes.sum()) + len(ends) or (sizes < 1).any():
        return None
    heads = np.cumsum(sizes + 1) - sizes - 1
    counts = numbers[heads]
    return _array(counts, np.delete(numbers, heads) - 1, sizes, m)


def _numbers(data: AnyArray) -> IntArray | None:
    """The whole numbers in a text, digit by digit; None where one is too long."""
    digit = data.view(np.int8) - np.int8(ord("0"))
    edges = np.flatnonzero(np.diff((digit >= 0) & (digit <= 9), prepend=False, append=False))
    starts, sizes = edges[::2], edges[1::2] - edges[::2]
    longest = int(sizes.max(initial=0))
    if longest > 18:
        return None
    numbers = digit[starts].astype(np.int64)
    for j in range(1, longest):
        more = np.flatnonzero(sizes > j)
        numbers[more] = numbers[more] * 10 + digit[starts[more] + j]
    return numbers


def named_orders(lines: Sequence[str], known: Sequence[str]) -> tuple[list[str], OrderArray] | None:
    """The names and orders of lines such as ``3: A > B``; None where one is anything else.

    Parameters
    ----------
    lines : sequence of str
        All of them with a count, or all without.
    known : sequence of str
        The names that are known before; all of them, unless there are none.
    """
    text = "\n".join(lines)
    counted = ":" in text
    if any(mark in text for mark in '"=#<,') or importlib.util.find_spec("pyarrow") is None:
        return None
    import pyarrow as pa
    import pyarrow.compute as pc

    column: Any = pa.array(lines)
    counts = np.ones(len(lines), dtype=np.int64)
    if counted:
        parts = pc.extract_regex(column, r"^(?P<count>\d{1,15}):(?P<order>[^:]*)$")
        if parts.null_count:
            return None
        counts = pc.struct_field(parts, "count").cast(pa.int64()).to_numpy(zero_copy_only=False)
        column = pc.struct_field(parts, "order")
    split = pc.split_pattern(column, ">")
    coded = pc.utf8_trim_whitespace(split.flatten()).dictionary_encode()
    names = coded.dictionary.to_pylist()
    if any(not name or name != name.strip() for name in names):
        return None
    place = {name: k for k, name in enumerate(known or names)}
    if not place.keys() >= set(names):
        return None
    numbers = np.array([place[name] for name in names], dtype=np.int64)[coded.indices.to_numpy()]
    sizes = np.diff(split.offsets.to_numpy())
    found = _array(np.asarray(counts, dtype=np.int64), numbers, sizes, len(place))
    return None if found is None else (list(place), found)


def _array(counts: IntArray, numbers: IntArray, sizes: IntArray, m: int) -> OrderArray | None:
    """Orders from the alternatives of all lines one after the other; None if one is wrong."""
    if not len(numbers) or numbers.min() < 0 or numbers.max() >= m or sizes.max() > m:
        return None
    kind: Any = np.int8 if m < 128 else np.int16 if m < 2**15 else np.int32
    places = np.full((len(sizes), m), -1, dtype=kind)
    starts = np.cumsum(sizes) - sizes
    depth = (np.arange(len(numbers)) - np.repeat(starts, sizes)).astype(kind)
    places.ravel()[np.repeat(np.arange(len(sizes)) * m, sizes) + numbers] = depth
    # An alternative that stands twice leaves fewer places than there are numbers.
    return OrderArray(counts, places) if int((places >= 0).sum()) == len(numbers) else None
