"""The projects of participatory budgeting, and what ballots say of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Literal

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_numbers, freeze, is_exact, serializable
from mechdesign.records import dataclass

__all__ = ["Projects"]

Satisfaction = Literal["cost", "cardinality"]


@serializable("bargaining.Projects")
@dataclass(frozen=True)
class Projects:
    """The projects that may be funded.

    Parameters
    ----------
    ids : tuple of hashable
        Distinct.
    costs : tuple of numbers
        Nonnegative.
    names, categories : tuple of str
        Aligned with `ids`; empty where unknown.
    """

    ids: tuple[Hashable, ...]
    costs: tuple[Number, ...]
    names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        owner = "Projects"
        for name in ("ids", "names", "categories"):
            object.__setattr__(self, name, freeze(getattr(self, name)))
        if not self.ids:
            raise InvalidInputError("ids", "not be empty", self.ids, owner=owner)
        if len(set(self.ids)) != len(self.ids):
            raise InvalidInputError("ids", "be distinct", self.ids, owner=owner)
        costs = as_numbers(self.costs, "costs", low=0, owner=owner)
        object.__setattr__(self, "costs", costs)
        for name in ("costs", "names", "categories"):
            values = getattr(self, name)
            if len(values) != len(self.ids) and (values or name == "costs"):
                raise InvalidInputError(name, f"have {len(self.ids)} entries", values, owner=owner)

    def position(self, project: object) -> int:
        """The place of a project.

        Raises
        ------
        InvalidInputError
            If there is no such project.
        """
        try:
            return self.ids.index(project)
        except ValueError:
            raise InvalidInputError("project", "be one of the projects", project) from None

    def cost(self, chosen: Iterable[object]) -> Number:
        """What some projects cost together."""
        return sum((self.costs[self.position(p)] for p in chosen), 0)


def within(cost: Number, budget: Number) -> bool:
    """Whether a cost fits a budget, floats within their rounding."""
    if is_exact(cost) and is_exact(budget):
        return cost <= budget
    return float(cost) <= float(budget) + 1e-12 * abs(float(budget))


def points_for(ballot: Any, project: Any) -> Number:
    """The points that a ballot gives a project; 1 for an approved one."""
    if isinstance(ballot, frozenset):
        return 1 if project in ballot else 0
    points: Number = ballot.get(project, 0)
    return points
