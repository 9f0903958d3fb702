"""The agent-free data of a bargaining problem: packages listed one by one, or made of modules."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import field

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_number, freeze, serializable
from mechdesign.records import dataclass

__all__ = ["Additive", "Menu", "Modules", "Rubric"]


@serializable("bargaining.Menu")
@dataclass(frozen=True)
class Menu:
    """Packages listed one by one; a type is the tuple of an agent's utilities for them.

    Parameters
    ----------
    packages : tuple of hashable
        Distinct labels.
    costs : tuple of numbers
        Nonnegative, aligned with `packages`.
    """

    packages: tuple[Hashable, ...]
    costs: tuple[Number, ...]

    def __post_init__(self) -> None:
        _freeze(self, "packages")
        _distinct("packages", self.packages, "Menu")
        if not self.packages:
            raise InvalidInputError("packages", "not be empty", self.packages, owner="Menu")
        costs = _costs("costs", self.costs, len(self.packages), "Menu")
        object.__setattr__(self, "costs", costs)


@serializable("bargaining.Rubric")
@dataclass(frozen=True)
class Rubric:
    """A public rubric: packages are scored on criteria, agents weigh the criteria.

    A package scores ``clip(base score + sum of effects, low, high)`` on every criterion, and an
    agent's utility is the weighted sum of the scores.  The clip makes it non-additive.

    Parameters
    ----------
    criteria : tuple of str
        Names.
    low, high : number
        Ends of the scale.
    base_scores : tuple of tuples of numbers
        One row for each base design, one score for each criterion.
    effects : tuple of tuples of numbers
        One row for each module, one effect for each criterion.
    """

    criteria: tuple[str, ...]
    low: Number
    high: Number
    base_scores: tuple[tuple[Number, ...], ...]
    effects: tuple[tuple[Number, ...], ...]

    def __post_init__(self) -> None:
        _freeze(self, "criteria", "base_scores", "effects")
        _distinct("criteria", self.criteria, "Rubric")
        low = as_number(self.low, "low", owner="Rubric")
        as_number(self.high, "high", low=low, owner="Rubric")
        width = len(self.criteria)
        for name in ("base_scores", "effects"):
            for k, row in enumerate(getattr(self, name)):
                if len(row) != width:
                    raise InvalidInputError(
                        f"{name}[{k}]", f"have {width} numbers", row, owner="Rubric"
                    )
                for value in row:
                    as_number(value, f"{name}[{k}]", owner="Rubric")


@serializable("bargaining.Modules")
@dataclass(frozen=True)
class Modules:
    """Packages made of one base design and any modules that fit together.

    Parameters
    ----------
    bases, modules : tuple of hashable
        Distinct labels.
    base_costs, module_costs : tuple of numbers
        Nonnegative.
    conflicts : tuple of frozensets
        Sets of modules of which at most one may be chosen.
    requirements : tuple of pairs
        ``(module, needed module)``.
    rubric : Rubric, optional
        How utilities come from scores; then a type is a tuple of weights of the criteria, else it
        is an :class:`Additive`.
    """

    bases: tuple[Hashable, ...]
    base_costs: tuple[Number, ...]
    modules: tuple[Hashable, ...] = ()
    module_costs: tuple[Number, ...] = ()
    conflicts: tuple[frozenset[Hashable], ...] = ()
    requirements: tuple[tuple[Hashable, Hashable], ...] = ()
    rubric: Rubric | None = None

    def __post_init__(self) -> None:
        owner = "Modules"
        _freeze(self, "bases", "modules", "conflicts", "requirements")
        _distinct("bases", self.bases, owner)
        _distinct("modules", self.modules, owner)
        if not self.bases:
            raise InvalidInputError("bases", "not be empty", self.bases, owner=owner)
        set_field = object.__setattr__
        base_costs = _costs("base_costs", self.base_costs, len(self.bases), owner)
        module_costs = _costs("module_costs", self.module_costs, len(self.modules), owner)
        set_field(self, "base_costs", base_costs)
        set_field(self, "module_costs", module_costs)
        known = set(self.modules)
        for conflict in self.conflicts:
            unknown = sorted(map(repr, set(conflict) - known))
            if unknown or len(conflict) < 2:
                raise InvalidInputError(
                    "conflicts",
                    "be sets of at least two known modules",
                    unknown or conflict,
                    owner=owner,
                )
        for pair in self.requirements:
            if len(pair) != 2 or not set(pair) <= known:
                raise InvalidInputError(
                    "requirements", "be pairs of known modules", pair, owner=owner
                )
        if self.rubric is not None:
            for name, count in (("base_scores", self.bases), ("effects", self.modules)):
                rows = getattr(self.rubric, name)
                if len(rows) != len(count):
                    raise InvalidInputError(
                        name, f"have {len(count)} rows", len(rows), owner="Rubric"
                    )


@serializable("bargaining.Additive")
@dataclass(frozen=True)
class Additive:
    """Utilities that add up over modules.

    Parameters
    ----------
    bases : tuple of numbers
        Utility of each base design.
    modules : tuple of numbers
        What each module adds.
    """

    bases: tuple[Number, ...]
    modules: tuple[Number, ...] = field(default=())


def _freeze(record: object, *fields: str) -> None:
    for name in fields:
        object.__setattr__(record, name, freeze(getattr(record, name)))


def _distinct(name: str, labels: tuple[Hashable, ...], owner: str) -> None:
    if len(set(labels)) != len(labels):
        repeated = next(x for k, x in enumerate(labels) if x in labels[:k])
        raise InvalidInputError(name, "be distinct", repeated, owner=owner)


def _costs(name: str, costs: tuple[Number, ...], count: int, owner: str) -> tuple[Number, ...]:
    if len(costs) != count:
        raise InvalidInputError(name, f"have {count} numbers", costs, owner=owner)
    return tuple(as_number(c, f"{name}[{k}]", low=0, owner=owner) for k, c in enumerate(costs))
