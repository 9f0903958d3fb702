"""Distributions and matrices as they are handed in, checked."""

from __future__ import annotations

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, all_exact, as_list, as_numbers, show

# What probabilities in floats may miss of 1.
_ROUNDING = 1e-9


def distribution(values: object, parameter: str, *, size: int | None = None) -> tuple[Number, ...]:
    """Probabilities that sum to 1, exactly where they are exact."""
    row = as_numbers(values, parameter, low=0)
    total: Number = sum(row)
    off = total != 1 if all_exact(row) else abs(float(total) - 1) > _ROUNDING
    if not row or off:
        raise InvalidInputError(parameter, "be probabilities that sum to 1", show(total))
    if size is not None and len(row) != size:
        raise InvalidInputError(parameter, f"have {size} entries", len(row))
    return row


def matrix(
    values: object, parameter: str, *, columns: int, rows: int | None = None
) -> tuple[tuple[Number, ...], ...]:
    """Rows of numbers, all of the same length."""
    listed = as_list(values, parameter)
    found = tuple(as_numbers(row, f"{parameter}[{k}]") for k, row in enumerate(listed))
    if not found or any(len(row) != columns for row in found):
        raise InvalidInputError(parameter, f"have rows of {columns} numbers", values)
    if rows is not None and len(found) != rows:
        raise InvalidInputError(parameter, f"have {rows} rows", len(found))
    return found
