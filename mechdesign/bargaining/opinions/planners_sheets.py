"""Bargaining problems from a planner's table: what packages cost and what groups think of them.

=========  ===================================================================================
shape      rows and columns
=========  ===================================================================================
wide       a row for each package, a column for each group, or for each group and criterion
           (``Youth looks``), whose mean counts; ``cost`` may be one of the columns
form       a row for each person who answered, a column for each package; the means of the
           groups of a column ``group`` count, else everybody is a group; a row called ``cost``
           holds what the packages cost
long       the columns package, group (or rater) and rating, perhaps criterion and cost
=========  ===================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from os import PathLike
from typing import Literal

from mechdesign.bargaining.menus.reading import menu
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid, decimal_of, parse_cell
from mechdesign.io.score_tables import read_grid
from mechdesign.model import Number, Problem
from mechdesign.records import dataclass

__all__ = ["PlannersSheet", "read_sheet"]

_PACKAGE = (
    *(
        "package",
        "design",
        "option",
        "item",
        "project",
        "proposal",
        "plan",
        "alternative",
        "variant",
    ),
    *("scenario", "street", "place", "site", "pointid", "measure"),
)
_GROUP = ("group", "groups", "stakeholder", "segment", "community")
_RATER = (
    *("rater", "respondent", "voter", "name", "person", "participant", "email", "e-mail", "id"),
    *("email address", "response id", "citizen", "resident"),
)
_IGNORED = ("timestamp", "date", "time", "comment", "comments", "notes", "note", "remarks")
_COST = ("cost", "costs", "price", "budget needed")
_RATING = ("rating", "score", "utility", "value", "points", "grade")
_CRITERION = ("criterion", "criteria", "aspect", "dimension")


@dataclass(frozen=True)
class PlannersSheet:
    """What a sheet says.

    Parameters
    ----------
    problem : Problem
        A menu of packages.
    decisions : tuple of str
        How the sheet was read.
    """

    problem: Problem
    decisions: tuple[str, ...]


def read_sheet(
    data: str | PathLike[str] | Grid,
    *,
    budget: Number | None = None,
    rows: Literal["packages", "people"] | None = None,
    decimal: str | None = None,
) -> PlannersSheet:
    r"""Read a planner's table, whose shapes this module describes.

    Parameters
    ----------
    data : path or Grid
        A table.
    budget : number, optional
        What may be spent.
    rows : {"packages", "people"}, optional
        What the rows of a wide table are, where its columns do not say.
    decimal : {".", ","}, optional
        The decimal mark, where the cells do not say.

    Raises
    ------
    InvalidInputError
        On ratings that are no numbers or missing, with line and column, and on a table that may be
        of two shapes.

    Examples
    --------
    >>> from mechdesign.io.score_tables import read_text
    >>> grid = read_text("design,cost,shops,homes\nas is,0,3,1\nwider,5,2,4\n")
    >>> sheet = read_sheet(grid, budget=5)
    >>> sheet.problem.agents, sheet.problem.types, sheet.problem.data.costs
    (('shops', 'homes'), ((3, 2), (1, 4)), (0, 5))
    """
    grid = data if isinstance(data, Grid) else read_grid(data)
    if rows not in (None, "packages", "people"):
        raise InvalidInputError("rows", "be packages or people", rows)
    reader = _Reader(grid, decimal)
    names = reader.names
    if len(set(names)) != len(names):
        raise InvalidInputError("columns", "be distinct", list(grid.columns), owner=grid.source)
    at_package, at_rating = reader.find(_PACKAGE), reader.find(_RATING)
    at_who = reader.find(_GROUP) if reader.find(_GROUP) is not None else reader.find(_RATER)
    told: list[str] = list(grid.decisions)
    if rows is None and None not in (at_package, at_rating, at_who):
        utilities, costs = reader.long(at_package, at_who, at_rating, told)  # type: ignore[arg-type]
    else:
        rows = rows or reader.orientation()
        wide = reader.wide if rows == "packages" else reader.form
        utilities, costs = wide(told)
    told.append(f"{len(utilities)} packages, {len(next(iter(utilities.values())))} groups")
    problem = menu(utilities, costs=costs or None, budget=budget)
    return PlannersSheet(problem, tuple(told))


Utilities = dict[str, dict[str, Number]]


class _Reader:
    def __init__(self, grid: Grid, decimal: str | None) -> None:
        self.grid = grid
        self.names = [" ".join(name.lower().split()) for name in grid.columns]
        self.mark = decimal_of(grid, decimal)

    def find(self, known: Sequence[str]) -> int | None:
        """The column that is called by one of some words."""
        plain = [re.sub(r"\s*\(.*\)$", "", name) for name in self.names]
        return next((plain.index(word) for word in known if word in plain), None)

    def orientation(self) -> Literal["packages", "people"]:
        """What the rows are, by the names of the columns and of the rows."""
        first = self.names[0]
        costs = any(str(row[0]).strip().lower() in _COST for row in self.grid.rows)
        people = first in (*_RATER, *_GROUP, "timestamp") or self.find(_GROUP) is not None or costs
        packages = first in _PACKAGE or self.find(_COST) is not None
        if people == packages:
            raise InvalidInputError(
                "rows",
                "be said: the rows may be packages (--rows packages) or people who answered "
                "(--rows people)",
                ", ".join(self.grid.columns[:8]),
                owner=self.grid.source,
            )
        return "people" if people else "packages"

    def number(self, k: int, column: int, *, needed: bool = True) -> Number | None:
        """The number of a cell."""
        value = self.grid.rows[k][column]
        cell, _ = parse_cell(value, self.mark)
        if cell is None or len(cell) != 1 or (needed and cell[0] is None):
            raise InvalidInputError(
                self.grid.columns[column],
                "hold a number",
                f"{value!r} in {self.grid.line(k)} of {self.grid.source}",
            )
        return cell[0]

    def text(self, k: int, column: int) -> str:
        """The label in a cell."""
        value = self.grid.rows[k][column]
        found = "" if value is None else " ".join(str(value).split())
        if not found:
            where = f"{self.grid.line(k)} of {self.grid.source}"
            raise InvalidInputError(self.grid.columns[column], "hold a name", where)
        return found

    def long(
        self, at_package: int, at_who: int, at_rating: int, told: list[str]
    ) -> tuple[Utilities, dict[str, Number]]:
        """A row for each rating."""
        at_cost, at_criterion = self.find(_COST), self.find(_CRITERION)
        given: dict[str, dict[str, dict[str, list[Number]]]] = {}
        costs: dict[str, Number] = {}
        who: dict[str, None] = {}
        for k in range(len(self.grid.rows)):
            package, agent = self.text(k, at_package), self.text(k, at_who)
            who[agent] = None
            criterion = "" if at_criterion is None else self.text(k, at_criterion)
            value = self.number(k, at_rating)
            assert value is not None  # a needed number
            given.setdefault(package, {}).setdefault(agent, {}).setdefault(criterion, []).append(
                value
            )
            if at_cost is not None:
                cost = self.number(k, at_cost, needed=False)
                if cost is not None and costs.setdefault(package, cost) != cost:
                    where = f"{cost} in {self.grid.line(k)} of {self.grid.source}"
                    raise InvalidInputError("cost", f"be {costs[package]} as before", where)
        by = self.grid.columns[at_who]
        told.append(f"read as a long sheet: a row for each rating of a package by {by}")
        several = sum(len(v) > 1 for g in given.values() for c in g.values() for v in c.values())
        if several:
            told.append(f"{several} ratings are means of several rows")
        if at_criterion is not None:
            told.append("a package is worth the mean over the criteria")
        utilities = {
            package: {a: _mean([_mean(v) for v in found[a].values()]) for a in who if a in found}
            for package, found in given.items()
        }
        return self._whole(utilities, list(who)), costs

    def wide(self, told: list[str]) -> tuple[Utilities, dict[str, Number]]:
        """A row for each package."""
        at_package = self.find(_PACKAGE) or 0
        at_cost = self.find(_COST)
        columns = self._ratings({at_package, at_cost}, told)
        criteria = _products([self.grid.columns[k] for k in columns])
        told.append("read as a wide sheet: a row for each package, a column for each group")
        if criteria:
            told.append("a column is a group and a criterion; a package is worth their mean")
        utilities: Utilities = {}
        costs: dict[str, Number] = {}
        for k in range(len(self.grid.rows)):
            package = self.text(k, at_package)
            if package in utilities:
                raise InvalidInputError("packages", "be distinct", package, owner=self.grid.source)
            values: dict[str, list[Number]] = {}
            for column in columns:
                name = self.grid.columns[column]
                value = self.number(k, column)
                assert value is not None  # a needed number
                values.setdefault(criteria.get(name, name), []).append(value)
            utilities[package] = {group: _mean(found) for group, found in values.items()}
            if at_cost is not None:
                cost = self.number(k, at_cost)
                assert cost is not None  # a needed number
                costs[package] = cost
        return utilities, costs

    def form(self, told: list[str]) -> tuple[Utilities, dict[str, Number]]:
        """A row for each person, and perhaps one of costs."""
        at_group, at_rater = self.find(_GROUP), self.find(_RATER)
        if at_group is None and at_rater is None and self.names[0] not in _IGNORED:
            texts = [parse_cell(cell, self.mark)[0] is None for cell in self.grid.column(0)]
            at_rater = 0 if all(texts) else None
        columns = self._ratings({at_group, at_rater}, told)
        packages = [_asked(self.grid.columns[k]) for k in columns]
        told.append("read as a form: a row for each person, a column for each package")
        given: dict[str, dict[str, list[Number]]] = {name: {} for name in packages}
        costs: dict[str, Number] = {}
        who: dict[str, None] = {}
        for k, row in enumerate(self.grid.rows):
            if any(str(cell).strip().lower() in _COST for cell in row):
                for package, column in zip(packages, columns, strict=True):
                    cost = self.number(k, column)
                    assert cost is not None  # a needed number
                    costs[package] = cost
                continue
            at = at_group if at_group is not None else at_rater
            agent = self.text(k, at) if at is not None else f"person {k + 1}"
            if at_group is None and agent in who:
                raise InvalidInputError(
                    "people", "answer once", f"{agent} in {self.grid.line(k)} of {self.grid.source}"
                )
            who[agent] = None
            for package, column in zip(packages, columns, strict=True):
                value = self.number(k, column, needed=False)
                if value is not None:
                    given[package].setdefault(agent, []).append(value)
        if at_group is not None:
            told.append(f"the means of each {self.grid.columns[at_group]} count")
        utilities = {p: {a: _mean(v) for a, v in found.items()} for p, found in given.items()}
        return self._whole(utilities, list(who)), costs

    def _ratings(self, taken: set[int | None], told: list[str]) -> list[int]:
        """The columns of ratings; others are told."""
        columns = []
        for k, name in enumerate(self.names):
            if k in taken:
                continue
            numbers = any(cell not in (None, "") for cell in self.grid.column(k)) and any(
                parse_cell(cell, self.mark)[0] is not None for cell in self.grid.column(k) if cell
            )
            if name in _IGNORED or name in _RATER or not numbers:
                told.append(f"column `{self.grid.columns[k]}` holds no ratings")
            else:
                columns.append(k)
        if not columns:
            raise InvalidInputError(
                "columns", "hold ratings", list(self.grid.columns), owner=self.grid.source
            )
        return columns

    def _whole(self, utilities: Utilities, who: list[str]) -> Utilities:
        """Everybody's utility of every package, in one order."""
        for package, found in utilities.items():
            for agent in who:
                if agent not in found:
                    raise InvalidInputError(
                        "ratings", f"hold one of {package} by {agent}", None, owner=self.grid.source
                    )
        return {p: {agent: found[agent] for agent in who} for p, found in utilities.items()}


def _products(names: Sequence[str]) -> Mapping[str, str]:
    """The group of every column, where all columns are named by group and criterion."""
    pairs = {name: name.rpartition(" ")[::2] for name in (" ".join(n.split()) for n in names)}
    groups = {group for group, _ in pairs.values()}
    criteria = {criterion for _, criterion in pairs.values()}
    if "" in groups or len(groups) < 2 or len(criteria) < 2:
        return {}
    if len(pairs) != len(names) or len(groups) * len(criteria) != len(names):
        return {}
    return {name: pairs[" ".join(name.split())][0] for name in names}


def _asked(name: str) -> str:
    """The package of a question such as ``How do you rate the plan? [Wider]``."""
    found = re.search(r"\[([^\[\]]+)\]\s*$", name)
    return found[1].strip() if found else name


def _mean(values: Sequence[Number]) -> Number:
    total = sum(values[1:], values[0])
    return total if len(values) == 1 else Fraction(total) / len(values)
