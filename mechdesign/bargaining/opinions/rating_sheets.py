"""Ratings of items on several criteria by raters who belong to groups."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.bargaining.menus.tabular import by_row
from mechdesign.errors import InvalidInputError, require
from mechdesign.io.files import decode, read_bytes
from mechdesign.model import Number, as_number, parse_number
from mechdesign.records import dataclass

__all__ = ["Ratings", "group_utilities", "ratings", "read_ratings"]


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings by raters of items on criteria, with the group of each rater.

    Parameters
    ----------
    raters, items, criteria : tuple of labels
        Distinct.
    groups : tuple of labels
        The group of every rater.
    values : array, shape (raters, items, criteria)
        NaN where there is no rating.
    """

    raters: tuple[Hashable, ...]
    items: tuple[Hashable, ...]
    criteria: tuple[Hashable, ...]
    groups: tuple[Hashable, ...]
    values: FloatArray

    def __post_init__(self) -> None:
        shape = (len(self.raters), len(self.items), len(self.criteria))
        if self.values.shape != shape:
            raise InvalidInputError("values", f"have shape {shape}", self.values.shape)
        if len(self.groups) != len(self.raters):
            raise InvalidInputError("groups", "have one label for each rater", self.groups)
        if min(shape) < 1 or len(self.raters) < 2:
            raise InvalidInputError("values", "have two raters, an item, a criterion", shape)
        if np.isinf(self.values).any():
            raise InvalidInputError("values", "be finite or NaN", "inf")
        for name in ("raters", "items", "criteria"):
            labels = getattr(self, name)
            if len(set(labels)) != len(labels):
                raise InvalidInputError(name, "be distinct", labels)

    def of(self, criterion: Hashable) -> FloatArray:
        """The ratings on one criterion, shape (raters, items)."""
        if criterion not in self.criteria:
            raise InvalidInputError("criterion", f"be one of {list(self.criteria)}", criterion)
        found: FloatArray = self.values[:, :, self.criteria.index(criterion)]
        return found

    @property
    def group_names(self) -> tuple[Hashable, ...]:
        """The distinct groups."""
        return tuple(dict.fromkeys(self.groups))

    def group_means(
        self, criterion: Hashable, groups: Sequence[Hashable] | None = None
    ) -> FloatArray:
        """The mean rating of every group, shape (groups, items)."""
        labels = self.groups if groups is None else groups
        table = self.of(criterion)
        rows = []
        for name in self.group_names:
            own = table[[k for k, g in enumerate(labels) if g == name]]
            known = ~np.isnan(own)
            count = known.sum(axis=0)
            total = np.where(known, own, 0.0).sum(axis=0)
            rows.append(np.where(count > 0, total / np.maximum(count, 1), np.nan))
        return np.array(rows)

    def without(self, *groups: Hashable) -> Ratings:
        """The ratings of all other groups."""
        kept = [k for k, g in enumerate(self.groups) if g not in groups]
        return Ratings(
            tuple(self.raters[k] for k in kept),
            self.items,
            self.criteria,
            tuple(self.groups[k] for k in kept),
            self.values[kept],
        )


def ratings(
    data: object,
    groups: Mapping[Any, Hashable] | Iterable[Hashable] | None = None,
    *,
    items: Iterable[Hashable] | None = None,
    criteria: Iterable[Hashable] | None = None,
) -> Ratings:
    """Ratings from plain data.

    Parameters
    ----------
    data : dict or array
        ``{criterion: table}``, where a table is ``{rater: {item: number}}`` or a data frame with
        raters as rows and items as columns; or an array of shape (raters, items, criteria).
    groups : dict by rater or sequence, optional
        The group of every rater; by default everybody is a group.
    items, criteria : iterable of labels, optional
        Names for an array.

    Raises
    ------
    InvalidInputError
        On ratings that are no numbers, on raters without a group, on unknown labels.

    Examples
    --------
    >>> found = ratings({"access": {"ann": {"park": 1, "plaza": 3}, "bob": {"park": 4}}})
    >>> found.items, found.of("access").tolist()
    (('park', 'plaza'), [[1.0, 3.0], [4.0, nan]])
    """
    if isinstance(data, Ratings):
        return data
    if isinstance(data, Mapping):
        tables = {c: by_row(table, f"data[{c!r}]") for c, table in data.items()}
        if not tables:
            raise InvalidInputError("data", "have at least one criterion", data, owner="ratings")
        raters = tuple(dict.fromkeys(r for table in tables.values() for r in table))
        names = tuple(dict.fromkeys(i for t in tables.values() for row in t.values() for i in row))
        values = np.full((len(raters), len(names), len(tables)), np.nan)
        for c, (criterion, table) in enumerate(tables.items()):
            for rater, row in table.items():
                for item, value in row.items():
                    where = f"rating of {item!r} on {criterion!r} by {rater!r}"
                    number = float(as_number(value, where))
                    values[raters.index(rater), names.index(item), c] = number
        return Ratings(raters, names, tuple(tables), _groups(groups, raters), values)
    try:
        values = np.array(data, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInputError("data", "be an array of numbers", data, owner="ratings") from None
    if values.ndim == 2:
        values = values[:, :, None]
    if values.ndim != 3:
        raise InvalidInputError("data", "have 2 or 3 dimensions", values.shape, owner="ratings")
    raters = tuple(range(values.shape[0]))
    return Ratings(
        raters,
        tuple(items) if items is not None else tuple(range(values.shape[1])),
        tuple(criteria) if criteria is not None else tuple(range(values.shape[2])),
        _groups(groups, raters),
        values,
    )


def read_ratings(
    path: str | PathLike[str],
    groups: Sequence[str],
    criteria: Sequence[str],
    *,
    item: str | None = None,
) -> Ratings:
    r"""Ratings from a CSV table with a row for every item and columns such as ``Youth Aesthetics``.

    Parameters
    ----------
    path : path
        The table; blanks around header and cells do not count.
    groups : sequence of str
        Names of the groups: each is one rater.
    criteria : sequence of str
        Names of the criteria; a column is named by group and criterion.
    item : str, optional
        The column with the names of the items; by default the first.

    Raises
    ------
    InvalidInputError
        On a missing column or a cell that is no number, with its line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "sheet.csv")
    >>> head = "item,Youth Look,Youth Use,Seniors Look,Seniors Use"
    >>> _ = file.write_text(f"{head}\npark,4,5,3,4\npool,2,3,5,5\n")
    >>> found = read_ratings(file, ["Youth", "Seniors"], ["Look", "Use"])
    >>> found.groups, found.items
    (('Youth', 'Seniors'), ('park', 'pool'))
    """
    import csv
    import io

    text, _ = decode(read_bytes(path), str(path))
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    rows = [row for row in rows if any(row)]
    if len(rows) < 2:
        raise InvalidInputError(str(path), "have a header and rows", len(rows))
    header = rows[0]
    wanted = {(g, c): " ".join(f"{g} {c}".split()) for g in groups for c in criteria}
    places = {" ".join(name.split()): k for k, name in enumerate(header)}
    missing = [name for name in wanted.values() if name not in places]
    if missing or (item is not None and item not in places):
        raise InvalidInputError(str(path), f"have the columns {missing or [item]}", header)
    at = 0 if item is None else places[item]
    values = np.full((len(groups), len(rows) - 1, len(criteria)), np.nan)
    for k, row in enumerate(rows[1:]):
        if len(row) != len(header):
            raise InvalidInputError(f"{path}, line {k + 2}", f"have {len(header)} cells", len(row))
        for (g, c), name in wanted.items():
            cell = row[places[name]]
            if cell:
                number = parse_number(cell, f"{path}, line {k + 2}, {name}")
                values[groups.index(g), k, criteria.index(c)] = float(number)
    names = tuple(row[at] for row in rows[1:])
    return Ratings(tuple(groups), names, tuple(criteria), tuple(groups), values)


def group_utilities(
    data: Ratings, weights: Mapping[Any, Any] | None = None
) -> dict[Hashable, dict[Hashable, Number]]:
    """What every item is worth to every group, ready for :func:`mechdesign.bargaining.menu`.

    Parameters
    ----------
    data : Ratings
        Complete for every group.
    weights : dict, optional
        How much the criteria count: ``{criterion: number}``, or ``{group: {criterion: number}}``;
        equal by default.  They are divided by their sum.

    Returns
    -------
    dict
        ``{item: {group: utility}}``, exact: ratings are read as the decimals that they print as.

    Raises
    ------
    InvalidInputError
        If a group did not rate an item, or on unknown or negative weights.

    Examples
    --------
    >>> found = ratings({"access": {"ann": {"park": 1.5}, "bob": {"park": 4}},
    ...                  "looks": {"ann": {"park": 2}, "bob": {"park": 3}}})
    >>> group_utilities(found, {"access": 3, "looks": 1})
    {'park': {'ann': Fraction(13, 8), 'bob': Fraction(15, 4)}}
    """
    require(data, Ratings, "data")
    result: dict[Hashable, dict[Hashable, Number]] = {item: {} for item in data.items}
    for group in data.group_names:
        own = weights or dict.fromkeys(data.criteria, 1)
        if any(isinstance(v, Mapping) for v in own.values()):
            if group not in own:
                raise InvalidInputError("weights", f"have an entry for {group!r}", list(own))
            own = own[group]
        unknown = [c for c in own if c not in data.criteria]
        if unknown:
            raise InvalidInputError("weights", f"name the criteria {list(data.criteria)}", unknown)
        shares = {c: Fraction(as_number(w, f"weights[{c!r}]", low=0)) for c, w in own.items()}
        total = sum(shares.values())
        if not total:
            raise InvalidInputError("weights", "not all be zero", dict(own))
        members = [k for k, g in enumerate(data.groups) if g == group]
        for i, item in enumerate(data.items):
            worth = Fraction(0)
            for criterion, share in shares.items():
                column = data.criteria.index(criterion)
                given = data.values[members, i, column]
                given = given[~np.isnan(given)].tolist()
                if not given:
                    raise InvalidInputError(
                        "data", f"have a rating of {item!r} on {criterion!r} by {group!r}", None
                    )
                mean = sum((Fraction(repr(x)) for x in given), Fraction(0)) / len(given)
                worth += share / total * mean
            result[item][group] = worth
    return result


def _groups(groups: Any, raters: Sequence[Hashable]) -> tuple[Hashable, ...]:
    if groups is None:
        return tuple(raters)
    if isinstance(groups, Mapping):
        missing = [r for r in raters if r not in groups]
        if missing:
            raise InvalidInputError("groups", "name the group of every rater", missing)
        return tuple(groups[r] for r in raters)
    return tuple(groups)
