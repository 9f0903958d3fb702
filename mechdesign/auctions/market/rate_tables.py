"""Click-through rates from a table.

Either a row for each advertiser, with the columns advertiser, value (or bid) and one for each
position in reading order, whose name is kept; or a row for each advertiser and position, with the
columns advertiser, value, position and ctr.  Rates are numbers in [0, 1] or have a percent sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid, decimal_of, parse_cell
from mechdesign.io.score_tables import read_grid
from mechdesign.model import Number

_ADVERTISER = ("advertiser", "ad", "name", "bidder", "campaign", "creative", "agent")
_VALUE = ("value", "bid", "cpc", "max cpc", "value per click", "bid per click")
_POSITION = ("position", "slot", "place")
_RATE = ("ctr", "p", "probability", "rate", "click-through rate", "click rate")


def rate_table(source: str | PathLike[str] | Grid) -> dict[str, Any]:
    r"""The instance of a table, as :func:`mechdesign.auctions.read_instance` takes it.

    Raises
    ------
    InvalidInputError
        On missing columns, cells that are no numbers (with line and column), a value or a rate
        that is given twice, a rate that is missing.

    Examples
    --------
    >>> from mechdesign.io.score_tables import read_text
    >>> rate_table(read_text("advertiser,value,top,side\na,2,10%,0.05\n"))["positions"]
    ['top', 'side']
    """
    grid = source if isinstance(source, Grid) else read_grid(source)
    names = [" ".join(name.lower().split()) for name in grid.columns]

    def find(known: Sequence[str]) -> int | None:
        return next((names.index(word) for word in known if word in names), None)

    at_name, at_value, at_position, at_rate = map(find, (_ADVERTISER, _VALUE, _POSITION, _RATE))
    if at_name is None or at_value is None or (at_position is None) != (at_rate is None):
        raise InvalidInputError(
            "columns",
            "be advertiser, value and one for each position, or advertiser, value, position, ctr",
            list(grid.columns),
            owner=grid.source,
        )
    mark = decimal_of(grid)
    told = list(grid.decisions)
    if names[at_value] not in ("value", "value per click"):
        told.append(
            f"column `{grid.columns[at_value]}` is taken as the value of a click: bids are values "
            "where nobody gains by a lie"
        )
    rates: dict[str, dict[str, Number]] = {}
    values: dict[str, Number] = {}
    for k, row in enumerate(grid.rows):
        name = " ".join(str(row[at_name] or "").split())
        if not name:
            raise InvalidInputError(grid.columns[at_name], "hold a name", grid.line(k))
        value = _number(grid, k, at_value, mark)
        if values.setdefault(name, value) != value:
            where = f"{value} in {grid.line(k)} of {grid.source}"
            raise InvalidInputError("value", f"be {values[name]} as before for {name}", where)
        if at_position is not None and at_rate is not None:
            cells = [(str(row[at_position] or "").strip(), at_rate)]
        else:
            taken = (at_name, at_value)
            cells = [(c, j) for j, c in enumerate(grid.columns) if j not in taken]
        own = rates.setdefault(name, {})
        for position, column in cells:
            if position in own or not position:
                where = f"{name}, {position or 'no position'} in {grid.line(k)} of {grid.source}"
                raise InvalidInputError("rows", "give each rate once", where)
            own[position] = _number(grid, k, column, mark)
    positions = list(dict.fromkeys(position for own in rates.values() for position in own))
    if not positions:
        raise InvalidInputError("columns", "name positions", list(grid.columns), owner=grid.source)
    for name, own in rates.items():
        lacking = [position for position in positions if position not in own]
        if lacking:
            raise InvalidInputError("rates", f"be given for {name} at {lacking[0]}", None)
    return {
        "positions": positions,
        "decisions": told,
        "advertisers": [
            {"name": name, "value": values[name], "p": [own[x] for x in positions]}
            for name, own in rates.items()
        ],
    }


def _number(grid: Grid, row: int, column: int, mark: str) -> Number:
    """The number of a cell; ten percent is a tenth."""
    cell, unit = parse_cell(grid.rows[row][column], mark)
    if cell is None or len(cell) != 1 or cell[0] is None:
        raise InvalidInputError(
            grid.columns[column],
            "hold a number",
            f"{grid.rows[row][column]!r} in {grid.line(row)} of {grid.source}",
        )
    return Fraction(cell[0]) / 100 if unit == "%" else cell[0]
