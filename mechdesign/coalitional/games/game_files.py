"""Reading a game from a table: a coalition and its worth in each row."""

from __future__ import annotations

from os import PathLike
from typing import Literal

from mechdesign.coalitional.games.game_table import Game, game
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, parse_number

__all__ = ["read_game"]


def read_game(
    path: str | PathLike[str],
    *,
    kind: Literal["value", "cost"] = "value",
    delimiter: str | None = None,
) -> Game:
    r"""Read a game from a CSV or TSV file with two columns; decimals and fractions are exact.

    Parameters
    ----------
    path : path
        The first column holds coalitions such as ``A+B``, the second what they are worth.
    kind : {"value", "cost"}
        What the numbers are.
    delimiter : str, optional
        The character between two cells.

    Raises
    ------
    InvalidInputError
        If there are other columns, a cell is no number, or a coalition is named twice.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "team.csv")
    >>> _ = file.write_text("coalition,value\nann,1\nbob,1\nann+bob,4\n")
    >>> read_game(file).worth(["ann", "bob"])
    4
    """
    from mechdesign.io.score_tables import read_grid

    grid = read_grid(path, delimiter=delimiter)
    if len(grid.columns) != 2:
        raise InvalidInputError("columns", "be a coalition and its worth", grid.columns)
    worths: dict[str, Number] = {}
    for k, (coalition, cell) in enumerate(grid.rows):
        name = str(coalition).strip()
        if name in worths:
            raise InvalidInputError("coalition", f"be named once; {grid.line(k)} repeats", name)
        number = parse_number(cell, f"worth in {grid.line(k)}") if isinstance(cell, str) else cell
        worths[name] = number
    return game(worths, kind=kind)
