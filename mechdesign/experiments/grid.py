"""The cells of a sweep: which parameters a function is run with."""

from __future__ import annotations

import hashlib
import inspect
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import encode, freeze

__all__ = ["Parameters", "canonical", "check_signature", "fingerprint", "read_grid"]

Parameters: TypeAlias = dict[str, Any]

_NOT_A_NUMBER = json.dumps({"$float": "nan"})


def read_grid(grid: object) -> tuple[Parameters, ...]:
    """The cells of a grid, in their order.

    Parameters
    ----------
    grid : dict of sequences, or sequence of dicts
        The cartesian product, the last name running fastest; or the cells themselves.  Values are
        made of numbers, text, containers and registered objects; lists and arrays become tuples.

    Raises
    ------
    InvalidInputError
        If the grid or one of its lists is empty, a cell comes twice, or a value is NaN or cannot
        be written as JSON.

    Examples
    --------
    >>> read_grid({"n": [2, 3], "rule": ["borda"]})
    ({'n': 2, 'rule': 'borda'}, {'n': 3, 'rule': 'borda'})
    """
    cells: list[Parameters]
    if isinstance(grid, Mapping):
        lists = [_listed(values, f"grid[{name!r}]") for name, values in grid.items()]
        product = itertools.product(*lists) if lists else ()
        cells = [dict(zip(grid, values, strict=True)) for values in product]
    elif isinstance(grid, Sequence) and all(isinstance(cell, Mapping) for cell in grid):
        cells = [dict(cell) for cell in grid]
    else:
        raise InvalidInputError("grid", "be a dict of lists or a list of dicts", grid)
    if not cells:
        raise InvalidInputError("grid", "have at least one cell", grid)
    frozen = [_checked(cell) for cell in cells]
    seen: set[str] = set()
    for cell in frozen:
        text = canonical(cell)
        if text in seen:
            raise InvalidInputError("grid", "not have a cell twice", cell)
        seen.add(text)
    return tuple(frozen)


def canonical(parameters: Mapping[str, object]) -> str:
    """The text that stands for the parameters of one cell, whatever their order."""
    return json.dumps({name: encode(value) for name, value in parameters.items()}, sort_keys=True)


def fingerprint(cells: Sequence[Parameters]) -> str:
    """A hash of the cells in their order.

    Examples
    --------
    >>> fingerprint(read_grid({"n": [2, 3]})) == fingerprint(read_grid([{"n": 2}, {"n": 3}]))
    True
    """
    text = "\n".join(canonical(cell) for cell in cells)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def check_signature(function: Callable[..., object], cells: Sequence[Parameters]) -> None:
    """Refuse parameters that a function does not take, and those that it misses.

    Raises
    ------
    InvalidInputError
        With what the function takes.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some compiled functions have none
        return
    for cell in cells:
        try:
            signature.bind(rng=None, **cell)
        except TypeError as error:
            name = getattr(function, "__name__", type(function).__name__)
            raise InvalidInputError(
                "grid", f"have the parameters of {name}{signature} ({error})", cell
            ) from None


def _listed(values: object, name: str) -> Sequence[Any]:
    if isinstance(values, np.ndarray) and values.ndim:
        values = list(values)
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise InvalidInputError(name, "be a list of values", values)
    if not values:
        raise InvalidInputError(name, "not be empty", values)
    return values


def _checked(cell: Mapping[str, object]) -> Parameters:
    for name in cell:
        if not isinstance(name, str) or not name.isidentifier() or name == "rng":
            raise InvalidInputError("grid", "have names of parameters other than rng", name)
    parameters = {name: freeze(value) for name, value in cell.items()}
    for name, value in parameters.items():
        try:
            text = json.dumps(encode(value))
        except InvalidInputError:
            raise InvalidInputError(
                f"grid[{name!r}]",
                "be made of numbers, text and containers (a mechanism is given by its name)",
                value,
            ) from None
        if _NOT_A_NUMBER in text:
            raise InvalidInputError(f"grid[{name!r}]", "not have NaN", value)
    return parameters
