"""Bargaining problems from plain data: menus of packages, and modules."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from mechdesign.bargaining.menus.data import Additive, Menu, Modules
from mechdesign.bargaining.menus.tabular import by_row
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    Number,
    Problem,
    aligned_numbers,
    as_number,
    as_numbers,
    is_frame,
    row_by_label,
)

__all__ = ["menu", "modules"]


def menu(
    data: object,
    *,
    agents: Iterable[Hashable] | None = None,
    costs: Mapping[Any, Number] | Iterable[Number] | None = None,
    budget: Number | None = None,
    reserve: Mapping[Any, Number] | Iterable[Number] | None = None,
    weights: Mapping[Any, Number] | Iterable[Number] | None = None,
) -> Problem:
    """A bargaining problem with packages listed one by one.

    Parameters
    ----------
    data : dict, list or data frame
        ``{package: utilities}``, where utilities are a sequence or a dict by agent; or a list of
        utility vectors, whose packages are then named 0, 1, ...; or a data frame with packages as
        rows and agents as columns.
    agents : iterable of labels, optional
        Names of the agents; positions by default.
    costs : by package or sequence, optional
        Nonnegative; 0 by default.
    budget : number, optional
        What may be spent.
    reserve : by agent or sequence, optional
        Utilities without an agreement; 0 by default.
    weights : by agent or sequence, optional
        Entitlements; 1 by default.

    Raises
    ------
    InvalidInputError
        On utilities missing for an agent, negative costs, unknown labels.

    Examples
    --------
    >>> menu({"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 0}}, reserve={"y": 1}).types
    ((1, 3), (2, 0))
    """
    if isinstance(data, Problem):
        return data
    if is_frame(data):
        data = by_row(data, "data")
    if isinstance(data, Mapping):
        labels, rows = tuple(data), list(data.values())
    elif isinstance(data, Iterable) and not isinstance(data, (str, bytes)):
        rows = list(data)
        labels = tuple(range(len(rows)))
    else:
        raise InvalidInputError("data", "map packages to utilities", data, owner="menu")
    if not rows:
        raise InvalidInputError("data", "have at least one package", data, owner="menu")
    rows = [
        row_by_label(row, f"utilities of {label!r}")
        for label, row in zip(labels, rows, strict=True)
    ]
    names = _names(rows, agents)
    table = [_row(label, row, names) for label, row in zip(labels, rows, strict=True)]
    types = tuple(zip(*table, strict=True))
    by_package = aligned_numbers(costs, labels, "costs", default=0)
    return Problem(
        names,
        types,
        data=Menu(labels, by_package),
        weights=None if weights is None else aligned_numbers(weights, names, "weights", default=1),
        reserve=aligned_numbers(reserve, names, "reserve", default=0),
        budget=budget,
    )


def modules(
    bases: Mapping[Any, Number],
    options: Mapping[Any, Number],
    utilities: Mapping[Any, Mapping[Any, Number]],
    *,
    budget: Number | None = None,
    conflicts: Iterable[Iterable[Hashable]] = (),
    requirements: Iterable[tuple[Hashable, Hashable]] = (),
    reserve: Mapping[Any, Number] | Iterable[Number] | None = None,
    weights: Mapping[Any, Number] | Iterable[Number] | None = None,
) -> Problem:
    """A bargaining problem whose packages are a base design and modules, with additive utilities.

    Parameters
    ----------
    bases, options : dict
        Label to cost, of base designs and of modules.
    utilities : dict
        For every agent ``{base or module: utility}``; what is not named is worth 0.
    budget, reserve, weights
        As in :func:`menu`.
    conflicts : iterable of sets of modules
        At most one of each set may be chosen.
    requirements : iterable of pairs
        ``(module, needed module)``.

    Raises
    ------
    InvalidInputError
        On unknown modules, negative costs, agents without utilities.

    Examples
    --------
    >>> modules({"street": 0}, {"trees": 2, "ramp": 1},
    ...         {"ann": {"trees": 3}, "bob": {"ramp": 2}}, budget=2).agents
    ('ann', 'bob')
    """
    for name, given in (("bases", bases), ("options", options), ("utilities", utilities)):
        if not isinstance(given, Mapping):
            raise InvalidInputError(name, "be a dict", given, owner="modules")
    if not utilities:
        raise InvalidInputError("utilities", "name at least one agent", utilities, owner="modules")
    known = {*bases, *options}
    if len(known) != len(bases) + len(options):
        raise InvalidInputError(
            "options", "have names other than the bases", sorted(map(str, options))
        )
    types = []
    for agent, own in utilities.items():
        unknown = [label for label in own if label not in known]
        if unknown:
            raise InvalidInputError(
                f"utilities of {agent!r}", "name known bases and modules", unknown, owner="modules"
            )
        values = {
            label: as_number(value, f"utility of {label!r} for {agent!r}", owner="modules")
            for label, value in own.items()
        }
        types.append(
            Additive(
                tuple(values.get(b, 0) for b in bases), tuple(values.get(m, 0) for m in options)
            )
        )
    data = Modules(
        tuple(bases),
        tuple(bases.values()),
        tuple(options),
        tuple(options.values()),
        tuple(frozenset(c) for c in conflicts),
        tuple((a, b) for a, b in requirements),
    )
    names = tuple(utilities)
    return Problem(
        names,
        tuple(types),
        data=data,
        weights=None if weights is None else aligned_numbers(weights, names, "weights", default=1),
        reserve=aligned_numbers(reserve, names, "reserve", default=0),
        budget=budget,
    )


def _names(rows: list[Any], agents: Iterable[Hashable] | None) -> Sequence[Hashable]:
    if agents is not None:
        return tuple(agents)
    first = rows[0]
    if isinstance(first, Mapping):
        return tuple(dict.fromkeys(name for row in rows for name in row))
    try:
        return range(len(first))
    except TypeError:
        raise InvalidInputError(
            "data", "give every package a sequence or a dict of utilities", first, owner="menu"
        ) from None


def _row(label: Hashable, row: object, names: Sequence[Hashable]) -> tuple[Number, ...]:
    where = f"utilities of {label!r}"
    if not len(names):
        raise InvalidInputError(where, "name at least one agent", row, owner="menu")
    if isinstance(row, Mapping):
        missing = [name for name in names if name not in row]
        extra = [name for name in row if name not in names]
        if missing or extra:
            raise InvalidInputError(
                where, f"be given for the agents {list(names)}", missing or extra, owner="menu"
            )
        row = [row[name] for name in names]
    values = as_numbers(row, where, owner="menu")
    if len(values) != len(names):
        raise InvalidInputError(where, f"have {len(names)} numbers", row, owner="menu")
    return values
