"""The ready experiments by name; each is loaded when it is asked for."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import show

__all__ = ["EXPERIMENTS", "experiment", "experiments_table"]

_HOMES = {
    "facility_ratio": "study_facility",
    "auctions_revenue": "study_auctions",
    "matching_ratio": "study_matching",
    "aggregation_recovery": "study_aggregation",
    "aggregation_agreement": "study_aggregation",
    "bargaining_price": "study_bargaining",
}
#: The names of the ready experiments.
EXPERIMENTS = tuple(_HOMES)


def experiment(name: str) -> Callable[..., Any]:
    """A ready experiment by its name.

    Parameters
    ----------
    name : str
        One of :data:`EXPERIMENTS`.

    Raises
    ------
    InvalidInputError
        If there is no such experiment.

    Examples
    --------
    >>> experiment("facility_ratio").__name__
    'facility_ratio'
    """
    if name not in EXPERIMENTS:
        raise InvalidInputError("experiment", f"be one of {', '.join(EXPERIMENTS)}", name)
    found: Callable[..., Any] = getattr(
        importlib.import_module(f"mechdesign.experiments.{_HOMES[name]}"), name
    )
    return found


def experiments_table() -> Table:
    """The ready experiments, with their parameters and defaults.

    Examples
    --------
    >>> experiments_table().columns
    ('experiment', 'what', 'parameters')
    """
    rows = []
    for name in EXPERIMENTS:
        function = experiment(name)
        told = [
            f"{key}={show(parameter.default)}"
            for key, parameter in inspect.signature(function).parameters.items()
            if key != "rng"
        ]
        rows.append([name, (function.__doc__ or "").split("\n")[0], ", ".join(told)])
    return Table(["experiment", "what", "parameters"], rows)
