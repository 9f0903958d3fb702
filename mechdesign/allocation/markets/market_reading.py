"""Reading markets: lists of one side or both, capacities, priorities, owners."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from mechdesign.allocation.preference_lists import (
    Classes,
    Label,
    PreferenceList,
    read_capacities,
    read_lists,
    refuse_strangers,
)
from mechdesign.errors import InvalidInputError
from mechdesign.model import AgentId, Problem, is_frame, serializable
from mechdesign.records import dataclass

__all__ = ["MarketData"]

_WORDS = {"residents": "hospitals", "men": "women", "proposers": "receivers"}
_WORDS |= {"students": "schools", "agents": "objects"}
_BOTH = ("residents", "men", "proposers")


@serializable("allocation.MarketData")
@dataclass(frozen=True)
class MarketData:
    """What in a market belongs to no agent.

    Parameters
    ----------
    sides : pair of str
        What the sides are called.
    two_sided : bool
        Whether those who are chosen are agents, too.
    receivers : tuple of labels
        The schools or objects, where they are no agents.
    capacities : tuple of int
        How many each of them can hold.
    priorities : tuple of preference classes, optional
        Whom each of them prefers; None where all are equal to it.
    owners : tuple of (agent, object)
        Which agent has which object at the beginning.
    strategic : str
        Which side may misreport, where both are agents: ``"all"``, ``"proposing"`` or
        ``"receiving"``.
    welfare : str
        Whose welfare efficiency counts, where both are agents: ``"all"`` or ``"proposing"``.
    decisions : tuple of str
        What had to be decided when the lists were read.
    """

    sides: tuple[str, str] = ("agents", "objects")
    two_sided: bool = False
    receivers: tuple[Label, ...] = ()
    capacities: tuple[int, ...] = ()
    priorities: tuple[Classes, ...] | None = None
    owners: tuple[tuple[AgentId, Label], ...] = ()
    strategic: str = "all"
    welfare: str = "all"
    decisions: tuple[str, ...] = ()


def read_market(
    data: Any,
    receivers: Any,
    priorities: Any,
    capacities: Any,
    objects: Sequence[Label] | None,
    owners: Mapping[Any, Any] | None,
    *,
    complete: str = "no",
    two_sides: bool,
    strategic: str,
    welfare: str,
) -> Problem:
    """A market from lists, mappings, documents or files, as :meth:`Market.problem` reads it."""
    if complete not in ("no", "append"):
        raise InvalidInputError("complete", "be 'no' or 'append'", complete)
    whole = complete == "append"
    both = two_sides or receivers is not None
    if isinstance(data, (str, PathLike)):
        data, receivers, priorities, names = _files(data, receivers, priorities)
        objects = names if objects is None and not both else objects
    data, receivers, priorities = map(_content, (data, receivers, priorities))
    sides = ("proposers", "receivers") if both else ("agents", "objects")
    if _is_document(data):
        sides, data, other, capacities = _of_document(data, capacities)
        both = both or sides[0] in _BOTH
        receivers, priorities = (other, None) if both else (None, other)
    labels, lists = read_lists(data, "data")
    agents: Sequence[Any] = range(len(lists)) if labels is None else list(labels)
    if not both:
        return _one_side(sides, agents, lists, priorities, capacities, objects, owners, whole=whole)
    if receivers is None or priorities is not None or objects is not None or owners is not None:
        told = "be given for a market of two sides, and no priorities, objects or owners"
        raise InvalidInputError("receivers", told, receivers)
    names, theirs = read_lists(receivers, "receivers")
    other = range(len(theirs)) if names is None else list(names)
    refuse_strangers(lists, other, "data", agents)
    refuse_strangers(theirs, agents, "receivers", other)
    if not agents and not other:
        raise InvalidInputError("data", "hold a list for at least one agent", [])
    numbers = read_capacities(capacities, other, "capacities")
    if whole:
        lists, theirs = _completed(lists, other), _completed(theirs, agents)
    known = MarketData(
        sides,
        True,
        strategic=strategic,
        welfare=welfare,
        decisions=tuple(_one_sided(agents, lists, other, theirs)),
    )
    everybody = [*((sides[0], a) for a in agents), *((sides[1], b) for b in other)]
    types = [PreferenceList(own) for own in lists]
    types += [PreferenceList(own, c) for own, c in zip(theirs, numbers, strict=True)]
    return Problem(everybody, tuple(types), known, reserve=(0,) * len(types))


def _one_side(
    sides: tuple[str, str],
    agents: Sequence[Any],
    lists: list[Classes],
    priorities: Any,
    capacities: Any,
    objects: Sequence[Label] | None,
    owners: Mapping[Any, Any] | None,
    *,
    whole: bool,
) -> Problem:
    """Agents with lists, and objects or schools that are no agents."""
    if not agents:
        raise InvalidInputError("data", "hold a list for at least one agent", lists)
    ordered: list[Classes] | None = None
    places: tuple[Any, ...]
    if priorities is not None:
        names, ordered = read_lists(priorities, "priorities")
        places = tuple(range(len(ordered)) if names is None else names)
        if objects is not None and set(objects) != set(places):
            raise InvalidInputError("objects", "be those of the priorities", list(objects))
        refuse_strangers(ordered, agents, "priorities", places)
    elif objects is not None:
        places = tuple(objects)
    else:
        places = tuple(dict.fromkeys(b for own in lists for tied in own for b in tied))
        if all(isinstance(b, int) for b in places):
            places = tuple(range(1 + max(places, default=-1)))
    if len(set(places)) != len(places):
        raise InvalidInputError("objects", "be distinct", list(places))
    refuse_strangers(lists, places, "data", agents)
    if whole:
        lists = _completed(lists, places)
        ordered = None if ordered is None else _completed(ordered, agents)
    known = MarketData(
        sides,
        receivers=places,
        capacities=read_capacities(capacities, places, "capacities"),
        priorities=None if ordered is None else tuple(ordered),
        owners=_owners(owners, agents, places),
        decisions=() if ordered is None else tuple(_one_sided(agents, lists, places, ordered)),
    )
    types = tuple(PreferenceList(own) for own in lists)
    return Problem(agents, types, known, reserve=(0,) * len(types))


def _files(
    data: Any, receivers: Any, priorities: Any
) -> tuple[Any, Any, Any, Sequence[Label] | None]:
    """What files of PrefLib hold, with the objects where there is one file; others as they are."""
    from mechdesign.allocation.list_files import is_preflib, preflib_lists, preflib_sides

    other = priorities if receivers is None else receivers
    if not is_preflib(data):
        return data, receivers, priorities, None
    if other is None:
        lists, names = preflib_lists(data)
        return lists, None, None, names
    if not is_preflib(other):
        told = "be a PrefLib file as well, whose voters are the alternatives of the first"
        raise InvalidInputError("priorities" if receivers is None else "receivers", told, other)
    mine, theirs = preflib_sides(data, other)
    return (mine, None, theirs, None) if receivers is None else (mine, theirs, priorities, None)


def _content(data: Any) -> Any:
    """What a file or a data frame holds; other data as they are."""
    if isinstance(data, (str, PathLike)):
        from mechdesign.allocation.list_files import read_list_file

        return read_list_file(data)
    if is_frame(data):
        from mechdesign.allocation.list_files import lists_of_grid
        from mechdesign.io.score_tables import read_frame

        return lists_of_grid(read_frame(data))
    return data


def _one_sided(
    agents: Sequence[Any],
    lists: Sequence[Classes],
    others: Sequence[Any],
    theirs: Sequence[Classes],
) -> list[str]:
    """What is said of pairs that only one of the two lists."""
    back = {
        b: set(itertools.chain.from_iterable(own)) for b, own in zip(others, theirs, strict=True)
    }
    # A priority over everybody is no wish: only who is wanted and not accepted is told.
    count = sum(
        a not in back[b] for a, own in zip(agents, lists, strict=True) for tied in own for b in tied
    )
    if not count:
        return []
    pairs = "pair is" if count == 1 else "pairs are"
    return [f"{count} {pairs} listed by one side only and cannot be matched"]


def _completed(lists: Sequence[Classes], everybody: Sequence[Label]) -> list[Classes]:
    """Lists with everybody who is missing as equals at their end."""
    found = []
    for own in lists:
        there = set(itertools.chain.from_iterable(own))
        rest = tuple(label for label in everybody if label not in there)
        found.append((*own, rest) if rest else own)
    return found


def _owners(
    owners: Mapping[Any, Any] | None, agents: Sequence[Any], places: Sequence[Label]
) -> tuple[tuple[Any, Any], ...]:
    if owners is None:
        return ()
    if not isinstance(owners, Mapping):
        raise InvalidInputError("owners", "map agents to objects", owners)
    known, there = set(agents), set(places)
    for who, what in owners.items():
        if who not in known or what not in there:
            raise InvalidInputError("owners", "map agents to objects", (who, what))
    if len(set(owners.values())) != len(owners):
        raise InvalidInputError("owners", "give each object to one agent", dict(owners))
    return tuple(owners.items())


def _is_document(data: object) -> bool:
    """Whether data name both sides, as in ``{"residents": {...}, "hospitals": {...}}``."""
    return isinstance(data, Mapping) and any(
        first in data and isinstance(data[first], (Mapping, list)) and second in data
        for first, second in _WORDS.items()
    )


def _of_document(data: Mapping[str, Any], capacities: Any) -> tuple[tuple[str, str], Any, Any, Any]:
    first = next(word for word in _WORDS if word in data and _WORDS[word] in data)
    second = _WORDS[first]
    unknown = sorted(set(data) - {first, second, "capacities"})
    if unknown:
        raise InvalidInputError("data", f"be {first}, {second} and capacities", unknown)
    if capacities is not None and "capacities" in data:
        raise InvalidInputError("capacities", "be given once", capacities)
    numbers = data.get("capacities") if capacities is None else capacities
    return (first, second), data[first], data[second], numbers
