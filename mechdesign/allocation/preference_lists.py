"""Preference lists with ties: what is not listed is not acceptable."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import as_count, as_list, serializable, show
from mechdesign.records import dataclass

__all__ = ["PreferenceList"]

Label = Hashable
Classes = tuple[tuple[Label, ...], ...]


@serializable("allocation.PreferenceList")
@dataclass(frozen=True)
class PreferenceList:
    """Whom an agent accepts, best first, in classes of equals, and how many it can hold.

    Parameters
    ----------
    classes : tuple of tuples of labels
        The classes, best first; who is in none is not acceptable.
    capacity : int
        How many partners the agent can hold.

    Examples
    --------
    >>> own = PreferenceList((("b",), ("a", "c")))
    >>> print(own)
    b > a ~ c
    >>> own.rank["c"], own.strict
    (1, False)
    """

    classes: Classes
    capacity: int = 1

    @cached_property
    def rank(self) -> dict[Label, int]:
        """The number of the class of everybody acceptable, 0 for the best."""
        return {label: k for k, tied in enumerate(self.classes) for label in tied}

    @property
    def strict(self) -> bool:
        """Whether nobody is tied with anybody."""
        return len(self.rank) == len(self.classes)

    def __str__(self) -> str:
        told = " > ".join(" ~ ".join(map(show, tied)) for tied in self.classes) or "nobody"
        return told if self.capacity == 1 else f"{told} (holds {self.capacity})"


def read_lists(data: object, parameter: str) -> tuple[Sequence[Label] | None, list[Classes]]:
    """The labels of some agents, None where there are positions only, and their lists.

    Parameters
    ----------
    data : mapping or sequence
        A list for each agent: a sequence of labels and of classes of labels (tuples, lists or
        sets), or text such as ``"b > a ~ c"``.
    parameter : str
        How errors name it.
    """
    labels: Sequence[Label] | None = None
    if isinstance(data, Mapping):
        labels, rows = list(data), list(data.values())
        names = [f"{parameter}[{label!r}]" for label in labels]
    else:
        rows = as_list(data, parameter)
        names = [f"{parameter}[{k}]" for k in range(len(rows))]
    return labels, [read_list(row, name) for row, name in zip(rows, names, strict=True)]


def read_list(row: object, name: str) -> Classes:
    """One list, each acceptable partner once."""
    if isinstance(row, PreferenceList):
        return row.classes
    places: list[Any]
    if isinstance(row, str):
        places = [[part.strip() for part in tied.split("~")] for tied in row.split(">")]
        if places == [[""]]:
            places = []
    elif isinstance(row, Iterable) and not isinstance(row, (bytes, Mapping, set, frozenset)):
        places = list(row)
    else:
        raise InvalidInputError(name, "be a preference list, best first", row)
    classes: list[tuple[Any, ...]] = []
    flat: list[Any] = []
    for place in places:
        if isinstance(place, (set, frozenset)):
            tied = tuple(sorted(place, key=str))
        else:
            tied = tuple(place) if isinstance(place, (list, tuple)) else (place,)
        flat += tied
        classes.append(tied)
    # Not a number is an empty cell of a data frame.
    if None in flat or "" in flat or not all(classes) or any(x != x for x in flat):
        raise InvalidInputError(name, "name somebody at each place", row)
    if len(set(flat)) != len(flat):
        twice = next(label for k, label in enumerate(flat) if label in flat[:k])
        raise InvalidInputError(name, "name everybody once", twice)
    return tuple(classes)


def read_capacities(data: object, labels: Sequence[Label], parameter: str) -> tuple[int, ...]:
    """How many each of some agents can hold: one number for all, a list, or a mapping."""
    if data is None:
        return (1,) * len(labels)
    if isinstance(data, Mapping):
        known = set(labels)
        for label in data:
            if label not in known:
                raise InvalidInputError(parameter, f"be for {_some(labels)}", label)
        missing = [label for label in labels if label not in data]
        if missing:
            raise InvalidInputError(parameter, "have a number for everybody", missing[0])
        values = [data[label] for label in labels]
    elif isinstance(data, (list, tuple)):
        if len(data) != len(labels):
            raise InvalidInputError(parameter, f"have length {len(labels)}", list(data))
        values = list(data)
    else:
        values = [data] * len(labels)
    return tuple(as_count(value, f"{parameter}[{k}]", low=0) for k, value in enumerate(values))


def refuse_strangers(
    lists: Sequence[Classes], known: Iterable[Label], parameter: str, names: Sequence[Any]
) -> None:
    """Refuse labels in lists that nobody on the other side bears."""
    listed = list(known)
    there = set(listed)
    for name, classes in zip(names, lists, strict=True):
        for label in itertools.chain.from_iterable(classes):
            if label not in there:
                told = f"name partners there are: {_some(listed)}{_near(label, listed)}"
                raise InvalidInputError(f"{parameter}[{name!r}]", told, label)


def strict_rows(
    data: Mapping[Any, Any], parameter: str, others: Iterable[Label]
) -> dict[Any, list[Label]]:
    """Lists without ties over known partners, by label."""
    _, lists = read_lists(data, parameter)
    refuse_strangers(lists, others, parameter, list(data))
    for who, own in zip(data, lists, strict=True):
        if any(len(tied) > 1 for tied in own):
            raise InvalidInputError(f"{parameter}[{who!r}]", "have no ties", own)
    return {who: [tied[0] for tied in own] for who, own in zip(data, lists, strict=True)}


def _near(label: object, listed: Sequence[Label]) -> str:
    import difflib

    close = difflib.get_close_matches(str(label), [str(one) for one in listed], n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _some(labels: Sequence[Label]) -> str:
    shown = ", ".join(map(show, labels[:6]))
    return shown if len(labels) <= 6 else f"{shown}, ... ({len(labels)} in all)"


def lists_over(labels: Sequence[Label], *, complete: bool, capacity: int = 1) -> Any:
    """All strict lists over some labels, the shortest first; with `complete` the full ones."""
    sizes = [len(labels)] if complete else range(len(labels) + 1)
    return tuple(
        PreferenceList(tuple((label,) for label in order), capacity)
        for size in sizes
        for order in itertools.permutations(labels, size)
    )
