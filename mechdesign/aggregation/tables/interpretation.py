"""From a table of text to scores: which column is what, and every such decision told."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from mechdesign.aggregation.tables.averages import as_cells, averages, mean_of, places_of_others
from mechdesign.aggregation.tables.hints import (
    contradicts_itself,
    is_count,
    is_row_number,
    spread_of,
    surely_lower,
)
from mechdesign.aggregation.tables.long_tables import FAST_CELLS
from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import TIMES, Cell, Grid, decimal_of, parse_cell
from mechdesign.model import Number

_NAME = ("system", "model", "model_name", "name", "method", "algorithm", "team", "submission")
#: What is a number, but no score.
_ODD = re.compile(r"[+-]?(?:inf|infinity|∞|\d+\.?\d*e[+-]?\d+|\d{200,}\.?\d*)", re.IGNORECASE)
#: A column as it was parsed: cells, or in huge tables numbers, nan where missing.
Parsed: TypeAlias = "list[Cell] | FloatArray"


@dataclass
class Columns:
    """Scores by task, as read: one list of numbers (None missing) for each task."""

    systems: list[str]
    tasks: list[str] = field(default_factory=list)
    cells: list[list[Number | None] | FloatArray] = field(default_factory=list)
    weights: list[Number] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    lower: list[str] = field(default_factory=list)
    stated: list[Number | None] | None = None
    decisions: list[str] = field(default_factory=list)

    def add(self, task: str, cells: list[Number | None] | FloatArray, weight: Number) -> None:
        """Append one task."""
        self.tasks.append(task)
        self.cells.append(cells)
        self.weights.append(weight)


def interpret(
    grid: Grid,
    *,
    name: str | Sequence[str] | None = None,
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    decided: Callable[[str], bool] = lambda task: False,
    decimal: str = ".",
    long: bool = False,
) -> Columns:
    """Tell names, ranks, averages, descriptions, text and scores apart.

    Parameters
    ----------
    grid : Grid
        The table.
    name : str or sequence of str, optional
        The column or columns that name the systems.
    keep, drop : sequences of str
        Columns that are tasks, or are not, whatever they look like.
    decided : callable
        Whether the user said the direction of a task.
    decimal : {".", ","}
        The decimal mark.
    long : bool
        Whether the tasks were named in a column of their own, so that none is an average.

    Raises
    ------
    InvalidInputError
        If no column holds scores, a named column is not there, or a column mixes scores and text.
    """
    told = list(grid.decisions)
    columns = _renamed(grid.columns, told)
    for asked in (*keep, *drop, *([name] if isinstance(name, str) else name or ())):
        if asked not in columns:
            raise InvalidInputError(
                "column", f"be one of {list(columns)}", asked, owner=grid.source
            )
    parsed: dict[int, Parsed] = {}
    marks: dict[int, set[str]] = {}
    large = len(grid.rows) * len(columns) > FAST_CELLS
    for k in range(len(columns)):
        fast: Parsed | None = grid.numbers(k)
        if fast is None and large:
            fast = _fast_column(grid.column(k))
        if fast is not None:
            parsed[k], marks[k] = fast, set()
            continue
        cells, found = zip(*(parse_cell(cell, decimal) for cell in grid.column(k)), strict=True)
        parsed[k], marks[k] = list(cells), set(found)
    kinds = {k: _kind(parsed[k]) for k in parsed}
    named = _name_columns(grid, columns, kinds, name, keep, told)
    result = Columns(systems=_names(grid, named), decisions=told)
    if named:
        told.append("systems are named by " + " + ".join(f"`{columns[k]}`" for k in named))
        blank = [k for k, row in enumerate(grid.rows) if all(row[c] in (None, "") for c in named)]
        if blank:
            more = " ..." if len(blank) > 3 else ""
            called = ", ".join(f"`{result.systems[k]}`" for k in blank[:3]) + more
            told.append(f"{len(blank)} rows have no name and are called {called}")
    scores: list[int] = []
    described: list[tuple[int, str]] = []
    for k, label in enumerate(columns):
        if k in named:
            continue
        if label in drop:
            told.append(f"column `{label}` left out, as asked")
        elif label in keep:
            _refuse_text(grid, k, label, parsed[k])
            scores.append(k)
        elif kinds[k] in ("score", "mixed"):
            why = None if long else _no_task(grid, k, columns, parsed[k], marks[k])
            if why is not None:
                described.append((k, why))
            else:
                _refuse_text(grid, k, label, parsed[k])
                scores.append(k)
        elif is_count(label) and kinds[k] == "text":
            told.append(f"column `{label}` describes the systems: not a task")
        elif kinds[k] == "text" and _nearly_numbers(grid.column(k), parsed[k]):
            _refuse_text(grid, k, label, parsed[k])
        else:
            numbers = sum(c is not None and c != (None,) for c in _listed(parsed[k]))
            some = f" ({numbers} of {len(parsed[k])} cells are numbers)" if numbers else ""
            told.append(f"column `{label}` is {kinds[k]}{some}: not a task")
    if not scores:
        # The only numbers of a table are its scores, unless they number the rows.
        scores = [k for k, why in described if "numbers of rows" not in why]
        described = [(k, why) for k, why in described if k not in scores]
        for k in scores:
            _refuse_text(grid, k, columns[k], parsed[k])
    told += [f"column `{columns[k]}` {why}: not a task" for k, why in described]
    if not scores:
        words = "" if described else " (--grades WORST,...,BEST orders the words of voters)"
        raise InvalidInputError(
            "data", f"have a column of scores{words}", list(columns), owner=grid.source
        )
    values = {k: _values(parsed[k]) for k in scores}
    for k in [] if long else places_of_others(columns, scores, values, keep):
        told.append(f"column `{columns[k]}` holds the places under another column: not a task")
        scores.remove(k)
    means = [] if len(scores) < 2 else averages(columns, scores, grid, values, keep, long)
    for k, why in means:
        if long:
            told.append(f"task `{columns[k]}` is named like an average and counts as a task")
            continue
        told.append(f"column `{columns[k]}` is an overall average ({why}): not counted as a task")
        scores.remove(k)
        if result.stated is None:
            result.stated = [cell[0] if cell else None for cell in _listed(parsed[k])]
    directions: dict[str, list[str]] = {}
    for k in scores:
        told += _marks_told(columns[k], marks[k], parsed[k])
        _split(result, columns[k], parsed[k])
        _refuse_shares(grid, k, columns[k], marks[k], decimal)
        for task in result.groups.get(columns[k], [columns[k]]):
            if contradicts_itself(task) and not decided(task):
                constraint = "say which is better (--lower or --higher decides)"
                raise InvalidInputError(task, constraint, columns[k], owner=grid.source)
            why = "" if decided(task) else _lower_by(task, marks[k])
            if why:
                result.lower.append(task)
                directions.setdefault(why, []).append(f"`{task}`")
    for why, tasks in directions.items():
        told.append(f"lower is better by {why}: {', '.join(tasks)} (say higher= where it is not)")
    return result


def prepared(
    grid: Grid, missing: Sequence[str] = (), decimal: str | None = None
) -> tuple[Grid, str]:
    """The table in which some texts are missing scores, and its decimal mark.

    Parameters
    ----------
    grid : Grid
        The table.
    missing : sequence of str
        Texts that stand for a missing score.
    decimal : {".", ","}, optional
        The decimal mark; by default what the cells say.

    Raises
    ------
    InvalidInputError
        If 1,287 may be either number.
    """
    told = list(grid.decisions)
    words = {missing} if isinstance(missing, str) else set(missing)
    rows = grid.rows
    if words:
        rows = tuple(tuple(None if cell in words else cell for cell in row) for row in rows)
        count = sum(cell in words for row in grid.rows for cell in row)
        named = ", ".join(sorted(map(str, words)))
        if not count:
            raise InvalidInputError("missing", "name texts of the table", named, owner=grid.source)
        told.append(f"{count} cells that read {named} count as missing, as asked")
    mark = decimal_of(replace(grid, rows=rows), decimal)
    if mark == ",":
        told.append("commas are decimal marks")
    return replace(grid, rows=rows, decisions=tuple(told)), mark


def _listed(cells: Parsed) -> list[Cell]:
    return cells if isinstance(cells, list) else [(v,) for v in as_cells(cells)]


def _values(cells: Parsed) -> list[Number | None] | FloatArray:
    return [mean_of(cell) for cell in cells] if isinstance(cells, list) else cells


def _no_task(
    grid: Grid, k: int, columns: Sequence[str], cells: Parsed, marks: set[str]
) -> str | None:
    """Why a column of numbers is no task, None where it is one."""
    label = columns[k]
    if is_row_number(label):
        return "holds ranks or numbers of rows"
    if label == f"column {k + 1}" and not grid.columns[k]:
        numbers = [cell[0] for cell in _listed(cells) if cell]
        first = numbers[0] if numbers else None
        if first in (0, 1) and numbers == [first + i for i in range(len(cells))]:
            return "holds ranks or numbers of rows"
    if is_count(label):
        return "describes the systems"
    measured = spread_of(label, columns)
    if measured is not None:
        return f"is the spread of `{measured}`"
    if "count" in marks:
        return "holds counts such as 7B"
    return None


def _lower_by(task: str, marks: set[str]) -> str:
    """What says that lower is better in a task: an arrow, its name, its unit or nothing."""
    if "↓" in task or "⬇" in task:
        return "an arrow"
    if "↑" in task or "⬆" in task:
        return ""
    return "name" if surely_lower(task) else "unit" if marks & TIMES else ""


def _marks_told(label: str, marks: set[str], cells: Parsed) -> list[str]:
    """What stood around the numbers of a column and was not counted."""
    units = sorted(marks - {"", "mark", "count"})
    if len(units) > 1:
        raise InvalidInputError(label, "hold numbers in one unit", ", ".join(units))
    told = []
    if "mark" in marks:
        told.append(f"column `{label}`: stars, daggers, margins or brackets were ignored")
    if units:
        bare = (
            " (not at every number)"
            if marks & {"", "mark"} and (None,) not in _listed(cells)
            else ""
        )
        told.append(f"column `{label}`: the unit {units[0]} was ignored{bare}")
    return told


def _refuse_shares(grid: Grid, k: int, label: str, marks: set[str], decimal: str) -> None:
    """Refuse a column in which 0.709 stands beside 71.3%."""
    if not {"", "%"} <= marks:
        return
    bare: list[tuple[int, Number]] = []
    most: Number = 0
    for row, cell in enumerate(grid.column(k)):
        found, mark = parse_cell(cell, decimal)
        value = mean_of(found)
        if value is not None and mark == "%":
            most = max(most, value)
        elif value is not None and not mark:
            bare.append((row, value))
    if bare and most > 1 and all(-1 <= value <= 1 for _, value in bare):
        row = bare[0][0]
        shown = f"{grid.rows[row][k]} in {grid.line(row)} of {grid.source}"
        raise InvalidInputError(label, "hold percents or shares, not both", shown)


def unique_names(
    systems: list[str], rows: list[tuple[Any, ...]], policy: str, told: list[str]
) -> tuple[list[str], list[int]]:
    """Distinct names: equal rows merged, other repeated names numbered (or refused).

    Returns
    -------
    list of str, list of int
        The names, and which rows are kept.
    """
    if len(set(systems)) == len(systems):
        return systems, list(range(len(systems)))
    if policy == "error":
        twice = next(s for k, s in enumerate(systems) if s in systems[:k])
        raise InvalidInputError("systems", "be distinct (or say duplicates='number')", twice)
    if policy not in ("number", "first"):
        raise InvalidInputError("duplicates", "be 'number', 'first' or 'error'", policy)
    seen: dict[str, list[tuple[Any, ...]]] = {}
    taken = set(systems)
    names: list[str] = []
    kept: list[int] = []
    merged = dropped = numbered = 0
    for k, (system, row) in enumerate(zip(systems, rows, strict=True)):
        earlier = seen.setdefault(system, [])
        if row in earlier:
            merged += 1
            continue
        earlier.append(row)
        if len(earlier) > 1 and policy == "first":
            dropped += 1
            continue
        label = system
        if len(earlier) > 1:
            count = len(earlier)
            while (label := f"{system} ({count})") in taken:
                count += 1
            taken.add(label)
            numbered += 1
        names.append(label)
        kept.append(k)
    if merged:
        told.append(f"{merged} rows that repeat a system with the same scores were merged")
    if dropped:
        told.append(f"{dropped} rows that repeat the name of an earlier system were left out")
    if numbered:
        told.append(
            f"{numbered} rows with a repeated name and other scores were numbered `(2)` ..."
        )
    return names, kept


def _renamed(columns: tuple[str, ...], told: list[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    result = []
    for k, label in enumerate(columns):
        base = label or f"column {k + 1}"
        seen[base] = seen.get(base, 0) + 1
        if seen[base] > 1:
            told.append(
                f"column name `{base}` repeats: the later one is called `{base} ({seen[base]})`"
            )
            base = f"{base} ({seen[base]})"
        result.append(base)
    return tuple(result)


def _fast_column(cells: list[Any]) -> Parsed | None:
    """A column of a huge table as floats, or as text; None if it is neither at first sight."""
    if all(parse_cell(cell)[0] is None for cell in cells[:100]):
        with contextlib.suppress(TypeError, ValueError):
            float(next(cell for cell in reversed(cells) if cell))
            return None
        return [None] * len(cells)
    try:
        values = np.array(
            [cell if cell not in ("", None) else math.nan for cell in cells], dtype=float
        )
    except (TypeError, ValueError):
        return None
    if np.isinf(values).any():
        return None
    return values


def _kind(cells: Parsed) -> str:
    if not isinstance(cells, list):
        return "empty" if np.isnan(cells).all() else "score"
    text = sum(cell is None for cell in cells)
    numbers = sum(cell is not None and any(v is not None for v in cell) for cell in cells)
    if not text:
        return "score" if numbers else "empty"
    return "mixed" if numbers >= text else "text"


def _nearly_numbers(column: list[Any], cells: Parsed) -> bool:
    """Whether a column would be one of numbers but for infinite ones, or one word such as OOM."""
    if not isinstance(cells, list):
        return False
    wrong = [str(text).strip() for text, cell in zip(column, cells, strict=True) if cell is None]
    numbers = sum(cell is not None and cell != (None,) for cell in cells)
    if numbers and len(wrong) > 1 and len(set(wrong)) == 1:
        return True
    odd = sum(bool(_ODD.fullmatch(text)) for text in wrong)
    return odd > 0 and 2 * odd + sum(cell is not None for cell in cells) >= len(cells)


def _refuse_text(grid: Grid, k: int, label: str, cells: Parsed) -> None:
    """Refuse a column with cells that are no numbers, naming the first ones."""
    if not isinstance(cells, list):
        return
    wrong = [row for row, cell in enumerate(cells) if cell is None]
    if not wrong:
        return
    named = ", ".join(f"{grid.rows[row][k]!r} in {grid.line(row)}" for row in wrong[:3])
    more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    words = " ".join(sorted({f"--missing {str(grid.rows[row][k])!r}" for row in wrong[:3]}))
    raise InvalidInputError(
        label,
        "hold scores: a number below 1e300, two as in 94.2/92.3, or nothing (mend the file, or say "
        f"{words} where that is a missing score, or --drop {label!r})",
        f"{named}{more} of {grid.source}",
    )


def _name_columns(
    grid: Grid,
    columns: tuple[str, ...],
    kinds: dict[int, str],
    name: Any,
    keep: Sequence[str],
    told: list[str],
) -> list[int]:
    if name is not None:
        return [columns.index(n) for n in ([name] if isinstance(name, str) else name)]
    lowered = [label.strip().lower() for label in columns]
    texts = [k for k in range(len(columns)) if kinds[k] == "text" and columns[k] not in keep]
    # `Model` names a system better than the team's `Name` does.
    known = [
        lowered.index(n) for n in _NAME if n in lowered and columns[lowered.index(n)] not in keep
    ]
    candidates = [k for k in known if kinds[k] in ("text", "mixed")] or texts
    if not candidates:
        if known:
            return known[:1]
        first = grid.column(0)
        ids = re.match(r"^.*(id|index|name)$", lowered[0]) or kinds[0] in ("text", "mixed")
        if ids and len(set(first)) == len(first) and len(columns) > 1:
            return [0]
        told.append("no column names the systems: they are called `row 1`, `row 2` ...")
        return []
    best = candidates[0]
    cells = [_tidy(cell) for cell in grid.column(best)]
    if len(set(cells)) == len(cells):
        return [best]
    for other in texts:
        if other != best:
            both = list(zip(cells, map(_tidy, grid.column(other)), strict=True))
            distinct, alone = len(set(both)), len(set(cells))
            # A second column helps if it tells many of the repeated names apart.
            if len(cells) - distinct < (len(cells) - alone) / 2:
                return [best, other]
    return [best]


def _names(grid: Grid, named: list[int]) -> list[str]:
    if not named:
        return [f"row {k + 1}" for k in range(len(grid.rows))]
    result = []
    for k, row in enumerate(grid.rows):
        parts = [_tidy(row[c]) for c in named if row[c] not in (None, "")]
        result.append(" | ".join(parts) or f"row {k + 1}")
    return result


def _tidy(cell: object) -> str:
    return " ".join(str(cell).split())


def _split(result: Columns, label: str, cells: Parsed) -> None:
    if not isinstance(cells, list):
        result.add(label, cells, 1)
        return
    width = max(len(cell) for cell in cells if cell is not None)
    if width == 1:
        result.add(label, [cell[0] for cell in cells if cell is not None], 1)
        return
    names = [f"{label} ({k + 1})" for k in range(width)]
    for k, task in enumerate(names):
        column = [cell[k] if cell is not None and k < len(cell) else None for cell in cells]
        result.add(task, column, Fraction(1, width))
    result.groups[label] = names
    result.decisions.append(
        f"column `{label}` holds {width} metrics in one cell: split into "
        f"{', '.join(f'`{n}`' for n in names)}, each with weight 1/{width}"
    )
