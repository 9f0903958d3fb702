"""Bargaining problems from a public rubric: designs are scored, groups weigh the criteria."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from mechdesign.bargaining.menus.data import Modules, Rubric
from mechdesign.bargaining.menus.tabular import by_row
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Problem, aligned_numbers, all_exact, as_number

__all__ = ["rubric"]

_COST = "cost"


def rubric(
    bases: object,
    options: object,
    priorities: object,
    *,
    scale: tuple[Number, Number],
    budget: Number | None = None,
    conflicts: Iterable[Iterable[Hashable]] = (),
    requirements: Iterable[tuple[Hashable, Hashable]] = (),
    reserve: Mapping[Any, Number] | Iterable[Number] | None = None,
    weights: Mapping[Any, Number] | Iterable[Number] | None = None,
) -> Problem:
    """A bargaining problem whose utilities come from a public rubric.

    A package scores ``clip(score of its base + effects of its modules, scale)`` on every
    criterion; a group's utility is the mean of the scores under its own priorities.

    Parameters
    ----------
    bases : dict of dicts or data frame
        For every base design its ``cost`` and its score on each criterion.
    options : dict of dicts or data frame
        For every module its ``cost`` and its effect on criteria, 0 where not named.
    priorities : dict of dicts or data frame
        For every group how much each criterion counts: nonnegative, divided by their sum.
    scale : pair of numbers
        The ends of the scale.
    budget, conflicts, requirements, reserve, weights
        As in :func:`mechdesign.bargaining.modules`.

    Raises
    ------
    InvalidInputError
        On a missing score, an unknown criterion, negative priorities, a scale that is no interval.

    Examples
    --------
    >>> problem = rubric(
    ...     {"street": {"cost": 60, "access": 3, "looks": 4}},
    ...     {"ramp": {"cost": 20, "access": 1}},
    ...     {"wheelchair users": {"access": 3, "looks": 1}, "youth": {"access": 1, "looks": 1}},
    ...     scale=(1, 5), budget=80)
    >>> from mechdesign import bargaining
    >>> bargaining.nash(problem).utilities
    {'wheelchair users': Fraction(4, 1), 'youth': Fraction(4, 1)}
    """
    base_rows, option_rows = by_row(bases, "bases"), by_row(options, "options")
    priority_rows = by_row(priorities, "priorities")
    if not priority_rows:
        raise InvalidInputError("priorities", "name at least one group", priorities, owner="rubric")
    criteria = tuple(dict.fromkeys(str(name) for row in priority_rows.values() for name in row))
    low, high = _scale(scale)
    if set(base_rows) & set(option_rows):
        raise InvalidInputError(
            "options", "have names other than the bases", sorted(map(str, option_rows))
        )
    data = Modules(
        tuple(base_rows),
        tuple(_cost(label, row) for label, row in base_rows.items()),
        tuple(option_rows),
        tuple(_cost(label, row) for label, row in option_rows.items()),
        tuple(frozenset(c) for c in conflicts),
        tuple((a, b) for a, b in requirements),
        Rubric(
            criteria,
            low,
            high,
            tuple(_scores(label, row, criteria, None) for label, row in base_rows.items()),
            tuple(_scores(label, row, criteria, 0) for label, row in option_rows.items()),
        ),
    )
    names = tuple(priority_rows)
    types = tuple(_priorities(name, row, criteria) for name, row in priority_rows.items())
    return Problem(
        names,
        types,
        data=data,
        weights=None if weights is None else aligned_numbers(weights, names, "weights", default=1),
        reserve=aligned_numbers(reserve, names, "reserve", default=0),
        budget=budget,
    )


def _scale(scale: object) -> tuple[Number, Number]:
    if not isinstance(scale, (tuple, list)) or len(scale) != 2:
        raise InvalidInputError("scale", "be a pair (low, high)", scale, owner="rubric")
    low = as_number(scale[0], "scale[0]", owner="rubric")
    return low, as_number(scale[1], "scale[1]", low=low, owner="rubric")


def _cost(label: Hashable, row: Mapping[Any, object]) -> Number:
    if _COST not in row:
        raise InvalidInputError(f"{label!r}", "have a cost", dict(row), owner="rubric")
    return as_number(row[_COST], f"cost of {label!r}", low=0, owner="rubric")


def _scores(
    label: Hashable, row: Mapping[Any, object], criteria: tuple[object, ...], default: int | None
) -> tuple[Number, ...]:
    unknown = [name for name in row if name != _COST and name not in criteria]
    if unknown:
        raise InvalidInputError(
            f"{label!r}", f"be scored on the criteria {list(criteria)}", unknown, owner="rubric"
        )
    missing = [name for name in criteria if name not in row]
    if missing and default is None:
        raise InvalidInputError(
            f"{label!r}", "be scored on every criterion", f"no {missing}", owner="rubric"
        )
    return tuple(
        as_number(row.get(name, default), f"{name} of {label!r}", owner="rubric")
        for name in criteria
    )


def _priorities(
    name: Hashable, row: Mapping[Any, object], criteria: tuple[object, ...]
) -> tuple[Number, ...]:
    values = [as_number(row.get(c, 0), f"{c} of {name!r}", low=0, owner="rubric") for c in criteria]
    total: Number = sum(values)
    if not total:
        raise InvalidInputError(f"{name!r}", "have a positive priority", values, owner="rubric")
    if all_exact(values):
        return tuple(Fraction(v) / total for v in values)
    return tuple(v / total for v in values)
