"""Immutable containers: outcomes and problems are hashable all the way down."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np

__all__ = ["FrozenMap", "freeze"]

K = TypeVar("K")
V = TypeVar("V", covariant=True)


class FrozenMap(Mapping[K, V]):
    """An immutable, hashable, picklable mapping that keeps its order for display.

    Two maps are equal when they hold the same pairs, in whatever order.

    Examples
    --------
    >>> FrozenMap({"a": 1})
    {'a': 1}
    >>> hash(FrozenMap(a=1, b=2)) == hash(FrozenMap(b=2, a=1))
    True
    """

    __slots__ = ("_data", "_hash")

    def __init__(self, data: Mapping[K, V] | Iterable[tuple[K, V]] = (), /, **pairs: V) -> None:
        self._data: dict[K, V] = dict(data, **pairs)
        self._hash: int | None = None

    def __getitem__(self, key: K) -> V:
        return self._data[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    # The views of a dict are read only, too, and many times as fast as those of a Mapping.
    def keys(self) -> KeysView[K]:
        """The keys, in order."""
        return self._data.keys()

    def values(self) -> ValuesView[V]:
        """The values, in order."""
        return self._data.values()

    def items(self) -> ItemsView[K, V]:
        """The pairs, in order."""
        return self._data.items()

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._data.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMap):
            return self._data == other._data
        if isinstance(other, Mapping):
            return self._data == dict(other)
        return NotImplemented

    def __repr__(self) -> str:
        return repr(self._data)

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenMap, (dict(self._data),)


_PLAIN = {int, float, Fraction, str, bool, type(None)}


def freeze(value: object) -> Any:
    """An immutable copy of nested lists, dicts, sets and arrays; other values as they are.

    Examples
    --------
    >>> freeze({"a": [1, {2}]})
    {'a': (1, frozenset({2}))}
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, (list, tuple)):
        frozen = tuple(freeze(part) for part in value)
        # A named tuple keeps its class; a plain one that changed nothing keeps its identity.
        return type(value)(*frozen) if hasattr(value, "_fields") else frozen
    if isinstance(value, FrozenMap):
        return value
    if isinstance(value, Mapping):
        return FrozenMap((key, freeze(part)) for key, part in value.items())
    if isinstance(value, (set, frozenset)):
        return frozenset(freeze(part) for part in value)
    if isinstance(value, np.ndarray):
        return freeze(value.tolist())
    if isinstance(value, np.generic):
        return value.item()
    return value
