"""The registry: every mechanism of the package by its identifier."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from mechdesign.errors import InvalidInputError
from mechdesign.family import families, find_family
from mechdesign.model.names import parse_name

if TYPE_CHECKING:
    from mechdesign.model.mechanism import Mechanism

__all__ = ["Entry", "factory", "get", "mechanisms", "register"]

_ENTRIES: dict[str, Entry] = {}
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """One registered mechanism.

    Parameters
    ----------
    id : str
        ``family.name``.
    make : callable
        Makes the mechanism; takes its parameters where it has some.
    summary : str
        One line.
    """

    id: str
    make: Callable[..., Mechanism]
    summary: str

    @property
    def family(self) -> str:
        """The family it belongs to."""
        return self.id.split(".")[0]


def register(id: str, make: Callable[..., Mechanism], doc: str | None = None) -> None:
    """Enter a mechanism under its identifier; the first line of `doc` becomes its summary."""
    summary = inspect.cleandoc(doc or "").split("\n")[0]
    _ENTRIES[id] = Entry(id, make, summary)


def factory(id: str) -> Callable[[F], F]:
    """Register a function that makes a mechanism from parameters."""

    def decorate(function: F) -> F:
        register(id, function, function.__doc__)
        function.factory_of = id  # type: ignore[attr-defined]
        return function

    return decorate


def mechanisms(family: str | None = None) -> list[Entry]:
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
    >>> "facility.average" in [entry.id for entry in mechanisms("facility")]
    True
    """
    order = {}
    for k, one in enumerate(families(family)):
        one.load()
        order[one.name] = k
    found = [entry for entry in _ENTRIES.values() if family in (None, entry.family)]
    return sorted(found, key=lambda entry: (order.get(entry.family, len(order)), entry.id))


def get(id: str, **parameters: Any) -> Mechanism:
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
        return get(name, **{**told, **parameters})
    if isinstance(id, str) and id not in _ENTRIES:
        family = find_family(id.partition(".")[0])
        if family is not None:
            family.load()
    entry = _ENTRIES.get(id) if isinstance(id, str) else None
    if entry is None:
        import difflib

        known = [entry.id for entry in mechanisms()]
        near = difflib.get_close_matches(str(id), known, n=3, cutoff=0.5)
        hint = f"such as {', '.join(near)}" if near else "(`mechdesign list` shows them)"
        raise InvalidInputError("id", f"name a registered mechanism {hint}", id)
    _check_parameters(entry, parameters)
    return entry.make(**parameters)


def _check_parameters(entry: Entry, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that the mechanism does not have, and missing ones."""
    known = inspect.signature(entry.make).parameters.values()
    named = [p for p in known if p.kind is not p.VAR_KEYWORD]
    unknown = sorted(set(parameters) - {p.name for p in named})
    if unknown and len(named) == len(known):
        listed = ", ".join(p.name for p in named) or "none"
        raise InvalidInputError("parameters", f"be parameters of {entry.id}: {listed}", unknown)
    missing = [p.name for p in named if p.default is p.empty and p.name not in parameters]
    if missing:
        raise InvalidInputError("parameters", f"give {entry.id} its {' and '.join(missing)}", None)
