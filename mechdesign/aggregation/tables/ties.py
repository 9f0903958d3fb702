"""When two scores of a task are equal: exactly, or within a tolerance that is declared."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import as_count, as_number, is_exact, parse_number

if TYPE_CHECKING:
    from mechdesign.aggregation.tables.score_tables import ScoreTable

#: Floats that differ by less differ by rounding.
NOISE = 1e-9
# A decimal with a larger denominator has more than 9 places, as floats have that are printed.
_PLACES = 10**9
_EPS = 8 * np.finfo(float).eps


def tied(table: ScoreTable, tie: str | None, *, written: bool) -> tuple[Any, list[str]]:
    """The values with equal ones made the same, and what was decided.

    Parameters
    ----------
    table : ScoreTable
        The scores.
    tie : str or None
        As in :func:`score_table`.
    written : bool
        Whether the scores were read from text, in which a long decimal is a float.

    Raises
    ------
    InvalidInputError
        If `tie` is none of the forms.
    """
    kind, value = _parsed(tie)
    if kind == "exact":
        return table.values, []
    values = table.values.astype(object)
    merged, tasks = 0, []
    apart = _apart(table.values) if kind == "default" else None
    for k, task in enumerate(table.tasks):
        if apart is not None and apart[k]:
            continue
        column = values[:, k].tolist()
        known = [v for v in column if v is not None and v == v]
        if kind == "default" and not _noisy(known, written):
            continue
        same = _rounded(known, value) if kind == "decimals" else _linked(known, kind, value)
        moved = len(set(known)) - len(set(same.values()))
        if moved:
            merged += moved
            tasks.append(task)
            values[:, k] = [same.get(v, v) for v in column]
    if kind == "default":
        if not merged:
            return table.values, []
        told = (
            f"scores that differ by less than 1e-9 are equal (tie='exact' tells them apart): "
            f"{merged} in {len(tasks)} of {len(table.tasks)} tasks became equal to another"
        )
    else:
        told = f"scores are equal within {tie}, as asked: {merged} became equal to another"
    if table.values.dtype != object:
        values = values.astype(float)
    return values, [told]


def _apart(values: Any) -> Any:
    """In which columns of floats no two different scores are near; None for other tables."""
    if values.dtype.kind != "f":
        return None
    size = np.nan_to_num(np.abs(values)).max(axis=0)
    limit = np.maximum(NOISE * np.minimum(1.0, size), _EPS * size)
    gaps = np.diff(np.sort(values, axis=0), axis=0)
    return ~((gaps > 0) & (gaps <= limit)).any(axis=0)


def _parsed(tie: str | None) -> tuple[str, Any]:
    if tie is None or tie == "exact":
        return ("default" if tie is None else "exact"), None
    kind, separator, text = tie.partition("=") if isinstance(tie, str) else ("", "", "")
    if separator and kind == "decimals":
        return kind, as_count(parse_number(text, "tie"), "tie", high=300)
    if separator and kind in ("absolute", "relative"):
        return kind, as_number(parse_number(text, "tie"), "tie", low=0)
    raise InvalidInputError(
        "tie", "be exact, decimals=2, absolute=0.1 or relative=0.001 (with other numbers)", tie
    )


def _noisy(known: list[Any], written: bool) -> bool:
    if any(not is_exact(v) for v in known):
        return True
    return written and any(isinstance(v, Fraction) and v.denominator > _PLACES for v in known)


def _rounded(known: list[Any], places: int) -> dict[Any, Any]:
    return {v: round(v, places) for v in known}


def _linked(known: list[Any], kind: str, value: object) -> dict[Any, Any]:
    """Each value with the smallest of those that are linked to it by small steps."""
    ordered = sorted(set(known))
    size = max((abs(v) for v in known), default=0)
    same: dict[Any, Any] = {}
    start = before = None
    for v in ordered:
        if kind == "default":
            limit: Any = max(NOISE * min(1.0, float(size)), _EPS * float(size))
        else:
            limit = value if kind == "absolute" else value * max(abs(v), abs(before or 0))
        if before is None or v - before > limit:
            start = v
        same[v], before = start, v
    return same
