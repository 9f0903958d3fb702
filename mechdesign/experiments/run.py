"""One run of a sweep: a cell, a replication, a seed of its own, and the numbers that came out."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mechdesign.errors import MechDesignError
from mechdesign.experiments.grid import Parameters
from mechdesign.model import Number, as_number, show
from mechdesign.records import dataclass

__all__ = ["Failure", "Run", "RunError", "Task", "perform", "say_parameters"]


class RunError(MechDesignError):
    """One run of a sweep failed.

    Parameters
    ----------
    parameters : dict
        Those of the run.
    replication : int
        Which one.
    reason : str
        What went wrong.
    """

    def __init__(self, parameters: Parameters, replication: int, reason: str) -> None:
        self.parameters = parameters
        self.replication = replication
        self.reason = reason
        told = say_parameters(parameters)
        super().__init__(f"the run with {told}, replication {replication} failed: {reason}")

    def __reduce__(self) -> tuple[Any, ...]:
        return RunError, (self.parameters, self.replication, self.reason)


@dataclass(frozen=True)
class Run:
    """What one run found.

    Parameters
    ----------
    cell : int
        Position of its parameters in the grid.
    parameters : dict
        What the function was called with.
    replication : int
        From 0.
    values : dict of str to number
        What it returned; exact numbers are exact.
    key : tuple of int
        The spawn key of its seed.
    """

    cell: int
    parameters: Parameters
    replication: int
    values: dict[str, Number]
    key: tuple[int, ...]


@dataclass(frozen=True)
class Task:
    """A run to be made; holds all that it depends on.

    Its seed is that of ``root.spawn(...)[cell].spawn(...)[replication]``: `key` is the root's spawn
    key with both positions behind it.
    """

    function: Callable[..., Any]
    cell: int
    parameters: Parameters
    replication: int
    entropy: int | tuple[int, ...]
    key: tuple[int, ...]


@dataclass(frozen=True)
class Failure:
    """Why a run did not finish, and where."""

    parameters: Parameters
    replication: int
    reason: str
    trace: str

    def error(self) -> RunError:
        """The exception to raise; the traceback of the run is its note."""
        error = RunError(self.parameters, self.replication, self.reason)
        error.add_note(self.trace)
        return error


def perform(task: Task) -> Run | Failure:
    """Make one run; an exception becomes a result, so that the runs before it are kept."""
    try:
        seed = np.random.SeedSequence(task.entropy, spawn_key=task.key)
        found = task.function(rng=np.random.default_rng(seed), **task.parameters)
        values = _numbers(found)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        return Failure(task.parameters, task.replication, reason, traceback.format_exc())
    return Run(task.cell, task.parameters, task.replication, values, task.key)


def say_parameters(parameters: Parameters) -> str:
    """Text of parameters for people.

    Examples
    --------
    >>> say_parameters({"n": 3, "rule": "borda"})
    'n=3, rule=borda'
    """
    told = ", ".join(f"{name}={show(value)}" for name, value in parameters.items())
    return told or "no parameters"


def _numbers(found: object) -> dict[str, Number]:
    values = found if isinstance(found, Mapping) else {"value": found}
    if not values or not all(isinstance(name, str) for name in values):
        raise TypeError(f"the function must return a number or a dict of named numbers: {found!r}")
    return {
        # Whether something happened counts as 1 or 0.
        name: int(value) if isinstance(value, (bool, np.bool_)) else as_number(value, name)
        for name, value in values.items()
    }
