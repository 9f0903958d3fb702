"""The ready experiments by name; each is loaded when it is asked for."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.family import families, resolve
from mechdesign.io import Table
from mechdesign.model import show

__all__ = ["experiment", "experiments_table"]


def experiment(name: str) -> Callable[..., Any]:
    """A ready experiment by its name.

    Parameters
    ----------
    name : str
        As :func:`experiments_table` lists them.

    Raises
    ------
    InvalidInputError
        If there is no such experiment.

    Examples
    --------
    >>> experiment("facility_ratio").__name__
    'facility_ratio'
    """
    known = _studies()
    if not isinstance(name, str) or name not in known:
        raise InvalidInputError("experiment", f"be one of {', '.join(known)}", name)
    found: Callable[..., Any] = resolve(known[name])
    return found


def experiments_table() -> Table:
    """The ready experiments, with their parameters and defaults.

    Examples
    --------
    >>> experiments_table().columns
    ('experiment', 'what', 'parameters')
    """
    rows = []
    for name, target in _studies().items():
        function = resolve(target)
        told = [
            f"{key}={show(parameter.default)}"
            for key, parameter in inspect.signature(function).parameters.items()
            if key != "rng"
        ]
        rows.append([name, (function.__doc__ or "").split("\n")[0], ", ".join(told)])
    return Table(["experiment", "what", "parameters"], rows)


def _studies() -> dict[str, str]:
    """The studies of all families: by the name of the function where it is."""
    return {target.partition(":")[2]: target for one in families() for target in one.studies}
