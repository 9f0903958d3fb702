"""Reading what users have: lists, arrays, dicts with labels, series and data frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import AgentId, Number, as_number, as_numbers


def labelled(
    data: Any, parameter: str, owner: str, *, low: Number | None = 0
) -> tuple[Sequence[AgentId], tuple[Number, ...]]:
    """Labels and checked numbers of a list, an array, a dict or a series.

    Parameters
    ----------
    data : sequence, mapping or series
        One number for each agent; the keys of a mapping and the index of a series are the labels.
    parameter, owner : str
        For the error.
    low : number, optional
        The smallest value that is allowed.

    Returns
    -------
    labels : sequence
        ``range(n)`` where the data had none.
    numbers : tuple of numbers
        Exact where the data were.

    Examples
    --------
    >>> labelled({"ann": 2, "bob": 1}, "values", "vcg")
    (('ann', 'bob'), (2, 1))
    >>> labelled([2, 1], "values", "vcg")
    (range(0, 2), (2, 1))
    """
    if isinstance(data, Mapping):
        labels = tuple(data)
        numbers = tuple(
            as_number(data[label], f"{parameter}[{label!r}]", low=low, owner=owner)
            for label in labels
        )
        return labels, numbers
    index = getattr(data, "index", None)
    if index is not None and not callable(index) and hasattr(data, "to_list"):
        keys = list(index)
        plain = as_numbers(data.to_list(), parameter, low=low, owner=owner)
        return (range(len(plain)) if keys == list(range(len(keys))) else tuple(keys)), plain
    if isinstance(data, np.ndarray) and data.ndim != 1:
        raise InvalidInputError(parameter, "be one-dimensional", f"shape {data.shape}", owner=owner)
    numbers = as_numbers(data, parameter, low=low, owner=owner)
    return range(len(numbers)), numbers


def aligned(
    data: Any,
    agents: Sequence[AgentId],
    parameter: str,
    owner: str,
    *,
    low: Number | None = 0,
    high: Number | None = None,
) -> tuple[Number, ...]:
    """Numbers for known agents: a sequence in their order, or a mapping by label."""
    if isinstance(data, Mapping):
        strangers = [label for label in data if label not in agents]
        missing = [agent for agent in agents if agent not in data]
        if strangers or missing:
            raise InvalidInputError(
                parameter, "have one entry for each agent", strangers or missing, owner=owner
            )
        data = [data[agent] for agent in agents]
    elif hasattr(data, "to_list"):
        data = data.to_list()
    numbers = as_numbers(data, parameter, low=low, high=high, owner=owner)
    if len(numbers) != len(agents):
        raise InvalidInputError(
            parameter, f"have one entry for each of the {len(agents)} agents", data, owner=owner
        )
    return numbers
