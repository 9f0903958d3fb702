"""Labels and numbers of what users have: lists, arrays, dicts, series and data frames.

Numbers that come with labels are taken by label, everywhere; positions count only for data that
have no labels: lists, arrays, series with the default index, polars series.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model.numbers import Number, as_numbers

__all__ = [
    "aligned_numbers",
    "aligned_rows",
    "frame_rows",
    "is_frame",
    "labelled_numbers",
    "labelled_rows",
    "refuse_unknown",
    "row_by_label",
    "split_labels",
]


def is_frame(data: object) -> bool:
    """Whether `data` is a data frame of pandas or polars."""
    return hasattr(data, "columns") and (hasattr(data, "iloc") or hasattr(data, "iter_rows"))


def frame_rows(frame: Any) -> tuple[Sequence[Hashable] | None, list[Any], list[list[Any]]]:
    """Row labels, column labels and rows of a data frame.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        Read as it is; rows of a pandas frame are labelled by an index other than the default one.

    Returns
    -------
    labels : sequence or None
        None where there is nothing but positions.
    columns, rows : list
        Values are Python objects; missing ones are None.
    """
    columns = list(frame.columns)
    if hasattr(frame, "iter_rows"):
        return None, columns, [list(row) for row in frame.iter_rows()]
    listed = [list(row) for row in frame.astype(object).itertuples(index=False, name=None)]
    rows = [[None if is_missing(value) else value for value in r] for r in listed]
    return _index(frame), columns, rows


def is_missing(value: object) -> bool:
    """Whether a cell of a data frame holds nothing: None, nan, or pandas' NA or NaT."""
    try:
        return value is None or bool(value != value)
    except TypeError:  # NA says neither yes nor no
        return True
    except ValueError:  # an array
        return False


def split_labels(data: object, parameter: str) -> tuple[Sequence[Hashable] | None, Any]:
    """Labels and values of one-dimensional data.

    Parameters
    ----------
    data : sequence, array, mapping, series or data frame
        The keys of a mapping and the index of a series are labels.  A data frame has one column of
        numbers, and beside it an index or a column of text.
    parameter : str
        For the error.

    Returns
    -------
    labels : sequence or None
        None where there is nothing but positions.
    values : object
        As they came, without the labels.

    Examples
    --------
    >>> split_labels({"ann": 2, "bob": 1}, "values")
    (('ann', 'bob'), [2, 1])
    >>> split_labels([2, 1], "values")
    (None, [2, 1])
    """
    if isinstance(data, Mapping):
        return tuple(data), list(data.values())
    if is_frame(data):
        return _one_column(data, parameter)
    if hasattr(data, "to_numpy"):
        return _distinct(_index(data), parameter), data.to_numpy()
    return None, data


def labelled_numbers(
    data: object,
    parameter: str,
    *,
    low: Number | None = None,
    high: Number | None = None,
    owner: str | None = None,
) -> tuple[Sequence[Hashable], tuple[Number, ...]]:
    """Labels and checked numbers, the labels ``range(n)`` where the data have none.

    Examples
    --------
    >>> labelled_numbers({"ann": 2, "bob": 1}, "values", low=0)
    (('ann', 'bob'), (2, 1))
    >>> labelled_numbers([2, 1], "values")
    (range(0, 2), (2, 1))
    """
    labels, values = split_labels(data, parameter)
    numbers = _numbers(values, labels, parameter, low, high, owner)
    return (range(len(numbers)) if labels is None else labels), numbers


def aligned_numbers(
    data: object,
    labels: Sequence[Hashable],
    parameter: str,
    *,
    default: Number | None = None,
    low: Number | None = None,
    high: Number | None = None,
    owner: str | None = None,
) -> tuple[Number, ...]:
    """One checked number for each of `labels`, in their order.

    Parameters
    ----------
    data : sequence, array, mapping, series or data frame
        By label where it has labels, otherwise by position.
    labels : sequence
        Whose numbers they are.
    default : number, optional
        For labels that labelled data leave out, and for all where `data` is None; without it the
        data must name all.
    parameter, low, high, owner
        As for :func:`~mechdesign.model.as_number`.

    Raises
    ------
    InvalidInputError
        On labels that are unknown or missing, or another number of entries than labels.

    Examples
    --------
    >>> aligned_numbers({"bob": 1, "ann": 2}, ("ann", "bob"), "weights")
    (2, 1)
    >>> aligned_numbers({"bob": 3}, ("ann", "bob"), "weights", default=1)
    (1, 3)
    """
    import difflib

    if data is None and default is not None:
        return (default,) * len(labels)
    given, values = split_labels(data, parameter)
    numbers = _numbers(values, given, parameter, low, high, owner)
    if given is None:
        if len(numbers) != len(labels):
            raise InvalidInputError(
                parameter,
                f"have one entry for each of {len(labels)}",
                f"{len(numbers)} entries",
                owner=owner,
            )
        return numbers
    known = dict(zip(given, numbers, strict=True))
    listed = ", ".join(map(repr, labels[:8])) + (", ..." if len(labels) > 8 else "")
    strangers = known.keys() - set(labels)
    if strangers:
        stranger = next(label for label in given if label in strangers)
        near = difflib.get_close_matches(str(stranger), list(map(str, labels)), n=1)
        hint = f" (the nearest is {near[0]})" if near else ""
        raise InvalidInputError(parameter, f"have labels among {listed}{hint}", stranger)
    missing = [label for label in labels if label not in known]
    if missing and default is None:
        raise InvalidInputError(
            parameter, f"have an entry for each of {listed}", f"none for {missing[0]!r}"
        )
    return tuple(known.get(label, default) for label in labels)  # type: ignore[misc]


def labelled_rows(
    data: object, parameter: str
) -> tuple[Sequence[Hashable] | None, Sequence[Hashable] | None, list[Any]]:
    """Row labels, column labels and rows of a matrix.

    Parameters
    ----------
    data : nested sequences, array, mapping, data frame
        A mapping has a row for each label; where all rows are mappings or series with labels,
        these are the columns, the same in each.  The first column of a data frame holds the labels
        where it is text and the index is the default one.
    parameter : str
        For the error.

    Returns
    -------
    labels, columns : sequence or None
        None where there is nothing but positions.
    rows : list of sequences
        As they came.

    Examples
    --------
    >>> labelled_rows({"ann": {"x": 1, "y": 2}, "bob": {"y": 0, "x": 3}}, "p")
    (('ann', 'bob'), ('x', 'y'), [[1, 2], [3, 0]])
    """
    if is_frame(data):
        labels, columns, rows = frame_rows(data)
        if labels is None and rows and all(isinstance(row[0], str) for row in rows):
            labels, columns, rows = [r[0] for r in rows], columns[1:], [r[1:] for r in rows]
        default = columns == list(range(len(columns)))
        return _distinct(labels, parameter), None if default else tuple(columns), rows
    if isinstance(data, Mapping):
        named = {label: row_by_label(row, f"{parameter}[{label!r}]") for label, row in data.items()}
        rows = list(named.values())
        if not rows or not all(isinstance(row, Mapping) for row in rows):
            return tuple(data), None, rows
        first = tuple(rows[0])
        for label, row in named.items():
            if set(row) != set(first):
                raise InvalidInputError(f"{parameter}[{label!r}]", f"have {list(first)}", list(row))
        return tuple(data), first, [[row[column] for column in first] for row in rows]
    if isinstance(data, np.ndarray) and data.ndim != 2:
        raise InvalidInputError(parameter, "be a matrix", f"shape {data.shape}")
    if isinstance(data, (str, bytes)) or not isinstance(data, Iterable):
        raise InvalidInputError(parameter, "be a matrix", data)
    return None, None, list(data)


def row_by_label(row: Any, parameter: str) -> Any:
    """A series that has labels as a dict, everything else as it is."""
    if not hasattr(row, "to_numpy") or is_frame(row):
        return row
    labels, values = split_labels(row, parameter)
    return row if labels is None else dict(zip(labels, values.tolist(), strict=True))


def refuse_unknown(options: Mapping[str, object], function: Callable[..., Any]) -> None:
    """Refuse options that are no keywords of the function that reads the data."""
    if options:
        listed = inspect.signature(function).parameters.values()
        known = [one.name for one in listed if one.kind is one.KEYWORD_ONLY]
        unknown = sorted(set(options) - set(known))
        if unknown:
            raise InvalidInputError("options", f"be among {', '.join(known)}", unknown)


def aligned_rows(
    data: object, labels: Sequence[Hashable], parameter: str
) -> tuple[Sequence[Hashable] | None, list[Any]]:
    """Column labels and one row for each of `labels`, like :func:`aligned_numbers`."""
    given, columns, rows = labelled_rows(data, parameter)
    if given is None:
        if len(rows) != len(labels):
            raise InvalidInputError(parameter, f"have {len(labels)} rows", f"{len(rows)} rows")
        return columns, rows
    odd = set(given) ^ set(labels)
    if odd:
        raise InvalidInputError(
            parameter, f"have one row for each of {list(labels)[:8]}", sorted(odd, key=str)
        )
    known = dict(zip(given, rows, strict=True))
    return columns, [known[label] for label in labels]


def _numbers(
    values: object,
    labels: Iterable[Hashable] | None,
    parameter: str,
    low: Number | None,
    high: Number | None,
    owner: str | None,
) -> tuple[Number, ...]:
    if isinstance(values, np.ndarray) and values.ndim != 1:
        raise InvalidInputError(
            parameter, "be one-dimensional", f"shape {values.shape}", owner=owner
        )
    return as_numbers(values, parameter, low=low, high=high, owner=owner, labels=labels)


def _index(data: object) -> Sequence[Hashable] | None:
    """The index of a series or frame of pandas, None for the default one and for polars."""
    index = getattr(data, "index", None)
    if index is None or callable(index):
        return None
    labels = tuple(index.tolist())
    return None if labels == tuple(range(len(labels))) else labels


def _one_column(frame: object, parameter: str) -> tuple[Sequence[Hashable] | None, Any]:
    index, columns, rows = frame_rows(frame)
    if len(columns) == 1:
        return _distinct(index, parameter), [row[0] for row in rows]
    if len(columns) == 2 and index is None and all(isinstance(row[0], str) for row in rows):
        return _distinct(tuple(row[0] for row in rows), parameter), [row[1] for row in rows]
    raise InvalidInputError(
        parameter, "have one column of numbers, and at most one of labels before it", columns
    )


def _distinct(labels: Sequence[Hashable] | None, parameter: str) -> Sequence[Hashable] | None:
    if labels is not None and len(set(labels)) < len(labels):
        twice = next(label for k, label in enumerate(labels) if label in labels[:k])
        raise InvalidInputError(parameter, "have distinct labels", twice)
    return labels
