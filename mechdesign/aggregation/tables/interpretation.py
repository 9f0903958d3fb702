"""From a table of text to scores: which column is what, and every such decision told."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.aggregation.tables.cells import Cell, parse_cell
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid
from mechdesign.model import Number

_NAME = ("system", "model", "model_name", "name", "method", "algorithm", "team", "submission")
_RANK = {"rank", "#", "no", "no.", "nr", "nr.", "position", "place", "index", "unnamed: 0"}
_AVERAGE = (
    r"^(overall|global|final|leaderboard|macro|glue|superglue)?[ _-]*"
    r"(score|avg\.?|average|mean|overall|total)([ _-]*(score|avg|average))?\s*(\(.*\))?$"
)
_LOWER_HINT = (
    r"(error|perplexity|energy|power|carbon|hours|latency|toxicity"
    r"|(?<![a-z])(loss|ppl|co2|time|cost|bias|wer|cer|rmse|mae|flops)(?![a-z]))"
)
_CLOSE = 0.15
# Beyond this many cells scores are read as floats, column by column.
_FAST_CELLS = 300_000


@dataclass
class Columns:
    """Scores by task, as read: one list of numbers (None missing) for each task."""

    systems: list[str]
    tasks: list[str] = field(default_factory=list)
    cells: list[list[Number | None]] = field(default_factory=list)
    weights: list[Number] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    lower: list[str] = field(default_factory=list)
    stated: list[Number | None] | None = None
    decisions: list[str] = field(default_factory=list)

    def add(self, task: str, cells: list[Number | None], weight: Number) -> None:
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
) -> Columns:
    """Tell names, ranks, averages, text and scores apart.

    Parameters
    ----------
    grid : Grid
        The table.
    name : str or sequence of str, optional
        The column or columns that name the systems.
    keep, drop : sequences of str
        Columns that are tasks, or are not, whatever they look like.

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
    parsed: dict[int, list[Cell]] = {}
    decorated: dict[int, int] = {}
    large = len(grid.rows) * len(columns) > _FAST_CELLS
    for k in range(len(columns)):
        fast = _fast_column(grid.column(k)) if large else None
        if fast is not None:
            parsed[k], decorated[k] = fast, 0
            continue
        cells, marks = zip(*(parse_cell(cell) for cell in grid.column(k)), strict=True)
        parsed[k] = list(cells)
        decorated[k] = sum(marks)
    kinds = {k: _kind(parsed[k]) for k in parsed}
    named = _name_columns(grid, columns, kinds, name, keep, told)
    result = Columns(systems=_names(grid, named), decisions=told)
    if named:
        told.append("systems are named by " + " + ".join(f"`{columns[k]}`" for k in named))
    scores: list[int] = []
    for k, label in enumerate(columns):
        if k in named:
            continue
        if label in drop:
            told.append(f"column `{label}` left out, as asked")
        elif label in keep or kinds[k] == "score":
            if label not in keep and re.sub(r" \(\d+\)$", "", label.strip().lower()) in _RANK:
                told.append(f"column `{label}` holds ranks or numbers of rows: not a task")
            else:
                _refuse_text(grid, k, label, parsed[k])
                scores.append(k)
        elif kinds[k] == "mixed":
            _refuse_text(grid, k, label, parsed[k])
        else:
            told.append(f"column `{label}` is {kinds[k]}: not a task")
    if not scores:
        raise InvalidInputError("data", "have a column of scores", list(columns), owner=grid.source)
    averages = [] if len(scores) < 2 else _averages(columns, scores, parsed, keep)
    for k, why in averages:
        told.append(f"column `{columns[k]}` is an overall average ({why}): not counted as a task")
        scores.remove(k)
        if result.stated is None:
            result.stated = [cell[0] if cell else None for cell in parsed[k]]
    for k in scores:
        if decorated[k]:
            told.append(f"column `{columns[k]}`: percent signs, stars or margins were ignored")
        _split(result, columns[k], parsed[k])
    for task in result.tasks:
        if "↓" in task:
            result.lower.append(task)
            told.append(f"task `{task}`: lower is better, by the arrow in its name")
    return result


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


def _fast_column(cells: list[Any]) -> list[Cell] | None:
    """A column of a huge table as floats, or as text; None if it is neither at first sight."""
    if all(parse_cell(cell)[0] is None for cell in cells[:100]):
        with contextlib.suppress(TypeError, ValueError):
            float(next(cell for cell in reversed(cells) if cell))
            return None
        return [None] * len(cells)
    try:
        values = np.array(
            [cell if cell not in ("", None) else "nan" for cell in cells], dtype=float
        )
    except (TypeError, ValueError):
        return None
    if np.isinf(values).any():
        return None
    return [(None,) if v != v else (v,) for v in values.tolist()]


def _kind(cells: list[Cell]) -> str:
    text = sum(cell is None for cell in cells)
    numbers = sum(cell is not None and any(v is not None for v in cell) for cell in cells)
    if not text:
        return "score" if numbers else "empty"
    return "mixed" if numbers > 4 * text else "text"


def _refuse_text(grid: Grid, k: int, label: str, cells: list[Cell]) -> None:
    for row, cell in enumerate(cells):
        if cell is None:
            raise InvalidInputError(
                label,
                "hold scores: a number, two as in 94.2/92.3, or nothing",
                f"{grid.rows[row][k]!r} in {grid.line(row)} of {grid.source}",
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


def _tidy(cell: Any) -> str:
    return " ".join(str(cell).split())


def _averages(
    columns: tuple[str, ...], scores: list[int], parsed: dict[int, list[Cell]], keep: Sequence[str]
) -> list[tuple[int, str]]:
    """Columns that are the mean of the others, by name or by value."""
    by_name = [
        k
        for k in scores
        if columns[k] not in keep and re.match(_AVERAGE, columns[k].strip(), re.IGNORECASE)
    ]
    if by_name and len(by_name) < len(scores):
        return [(k, "by its name") for k in by_name]
    if len(scores) < 4:
        return []
    found = []
    for k in scores:
        if columns[k] in keep:
            continue
        hits = rows = 0
        for row in range(len(parsed[k])):
            mine = _mean(parsed[k][row])
            others = [_mean(parsed[j][row]) for j in scores if j != k]
            if mine is None or None in others:
                continue
            rows += 1
            mean = sum(others) / len(others)  # type: ignore[arg-type]
            hits += abs(float(mine - mean)) <= _CLOSE
            if hits < rows:
                break
        if rows >= 3 and hits == rows:
            found.append((k, "it equals the mean of the other columns in every row"))
    return found[:1]


def _mean(cell: Cell) -> Number | None:
    values = [v for v in cell or () if v is not None]
    if not values:
        return None
    total = sum(values)
    return total / len(values) if isinstance(total, float) else Fraction(total) / len(values)


def _split(result: Columns, label: str, cells: list[Cell]) -> None:
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


def looks_lower(tasks: Sequence[str]) -> list[str]:
    """Tasks whose names suggest that lower is better."""
    return [
        task for task in tasks if re.search(_LOWER_HINT, task, re.IGNORECASE) and "↑" not in task
    ]
