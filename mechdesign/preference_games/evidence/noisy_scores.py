"""Games from scores: by the share of tasks won, or by the chance to win with noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_number, as_numbers, parse_number
from mechdesign.model.reading import frame_rows, is_frame, is_missing
from mechdesign.preference_games.reading_games import PreferenceGame, game

__all__ = ["from_scores"]


def from_scores(table: object, *, noise: object = 0, **options: Any) -> PreferenceGame:
    """The game of systems that were scored in several tasks: every task compares each pair.

    Parameters
    ----------
    table : mapping of system to scores, data frame or path
        A row for each system; larger is better.  Scores are a mapping by task or a sequence.
    noise : number, or like `table`
        Standard errors of the scores.  With 0 a system wins a task or not, and equal scores are
        half a win; else it wins with the chance ``Phi((s - t) / sqrt(e^2 + f^2))``, so that a
        difference below the errors decides little.
    **options
        `ref`, `beta` and `ref_groups`, as in :func:`game`.

    Returns
    -------
    PreferenceGame
        Exact without noise.

    Examples
    --------
    >>> scores = {"x": {"t": 70, "u": 80}, "y": {"t": 69, "u": 60}}
    >>> from_scores(scores).rate("x", "y"), round(from_scores(scores, noise=2).rate("x", "y"), 4)
    (Fraction(1, 1), 0.8191)
    """
    labels, tasks, scores = _table(table, "table")
    if isinstance(noise, (int, float, Fraction)) and not isinstance(noise, bool):
        own = as_number(noise, "noise", low=0)
        errors: list[list[Number]] = [[own] * len(row) for row in scores]
    else:
        names, columns, errors = _table(noise, "noise", low=0)
        if names != labels or columns != tasks:
            raise InvalidInputError("noise", f"be of {list(labels)}, as the table", list(names))
    if not any(x for row in errors for x in row):
        n = len(labels)
        rates = [
            [Fraction(sum(_half_wins(scores[i], scores[j])), 2 * len(scores[i])) for j in range(n)]
            for i in range(n)
        ]
        return game(rates, alternatives=labels, **options)
    return game(_chances(scores, errors), alternatives=labels, **options)


def _half_wins(own: list[Number], other: list[Number]) -> list[int]:
    return [1 + (a > b) - (a < b) for a, b in zip(own, other, strict=True)]


def _chances(scores: list[list[Number]], errors: list[list[Number]]) -> FloatArray:
    from scipy.special import ndtr

    s, e = (np.array([[float(x) for x in row] for row in rows]) for rows in (scores, errors))
    gaps = s[:, None] - s[None]
    spread = np.sqrt(e[:, None] ** 2 + e[None] ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = np.where(spread > 0, gaps / spread, np.sign(gaps) * np.inf)
    sure = np.where((spread == 0) & (gaps == 0), 0.0, sure)
    rates = ndtr(sure).mean(axis=2)
    np.fill_diagonal(rates, 0.5)
    return np.asarray((rates + 1 - rates.T) / 2)


def _table(
    data: object, parameter: str, low: Number | None = None
) -> tuple[tuple[Any, ...], tuple[Any, ...], list[list[Number]]]:
    """Labels, tasks and numbers of a table."""
    if isinstance(data, Mapping):
        labels, tasks = tuple(data), None
        rows: list[Sequence[Number]] = []
        for name, own in data.items():
            where = f"{parameter}[{name!r}]"
            if isinstance(own, Mapping):
                tasks = tuple(own) if tasks is None else tasks
                if set(own) != set(tasks):
                    raise InvalidInputError(where, f"have the tasks {list(tasks)}", list(own))
                own = [own[task] for task in tasks]
            rows.append(as_numbers(own, where, low=low))
        named: tuple[Any, ...] = (
            tuple(range(len(rows[0]) if rows else 0)) if tasks is None else tasks
        )
    else:
        labels, named, cells = _labelled(data, parameter)
        rows = []
        for label, row in zip(labels, cells, strict=True):
            found: list[Number] = []
            for task, cell in zip(named, row, strict=True):
                where = f"{task} of {label}"
                if is_missing(cell) or cell == "":
                    raise InvalidInputError(where, "be given: every task scores everybody", cell)
                told = parse_number(cell, where) if isinstance(cell, str) else cell
                found.append(as_number(told, where, low=low))
            rows.append(found)
    if not labels or not named or len({len(row) for row in rows}) > 1:
        raise InvalidInputError(parameter, "score every system in the same tasks", data)
    if len(set(labels)) < len(labels):
        raise InvalidInputError(parameter, "name every system once", list(labels))
    return labels, named, [list(row) for row in rows]


def _labelled(
    data: object, parameter: str
) -> tuple[tuple[Any, ...], tuple[Any, ...], list[list[Any]]]:
    """Row labels, column labels and cells of a table, a data frame or a file."""
    from mechdesign.io.grids import Grid
    from mechdesign.io.score_tables import read_grid

    if isinstance(data, (str, PathLike)):
        data = read_grid(data)
    if isinstance(data, Grid):
        return (
            tuple(row[0] for row in data.rows),
            tuple(data.columns[1:]),
            [list(row[1:]) for row in data.rows],
        )
    if not is_frame(data):
        raise InvalidInputError(parameter, "be a mapping, a data frame or a file", data)
    rows, columns, cells = frame_rows(data)
    return tuple(range(len(cells)) if rows is None else rows), tuple(columns), cells
