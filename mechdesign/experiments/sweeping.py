"""Run a function over a grid of parameters, seeded, in parallel, and resumable."""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Callable, Iterable
from dataclasses import field
from pathlib import Path
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError, SolverUnavailableError
from mechdesign.experiments.grid import (
    Parameters,
    canonical,
    check_signature,
    fingerprint,
    read_grid,
)
from mechdesign.experiments.journal import Journal, header, installed, seed_document
from mechdesign.experiments.registry import experiment
from mechdesign.experiments.run import Failure, Run, RunError, Task, perform
from mechdesign.io import Table
from mechdesign.model import SCHEMA_VERSION, Number, Seed, as_count, as_number, encode, is_exact
from mechdesign.parallel import seed_sequence, stream_tasks
from mechdesign.records import dataclass
from mechdesign.stats.intervals import mean_interval

__all__ = ["Sweep", "read_sweep", "sweep"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sweep:
    """The runs of a function over a grid.

    Parameters
    ----------
    function : str
        Its name.
    cells : tuple of dict
        The grid.
    replications : int
        Runs of each cell.
    entropy, spawn_key : int or tuple of int, tuple of int
        Of the seed sequence from which every run's seed is spawned.
    runs : tuple of Run
        By cell, then by replication.
    packages : dict
        Versions of the packages at work.
    decisions : tuple of str
        What had to be decided about the file.
    """

    function: str
    cells: tuple[Parameters, ...]
    replications: int
    entropy: int | tuple[int, ...]
    spawn_key: tuple[int, ...]
    runs: tuple[Run, ...]
    packages: dict[str, str]
    decisions: tuple[str, ...] = field(default=(), compare=False)

    def __len__(self) -> int:
        """The number of runs."""
        return len(self.runs)

    @property
    def measures(self) -> tuple[str, ...]:
        """The names of the numbers that each run returned."""
        return tuple(self.runs[0].values) if self.runs else ()

    def rng(self, run: Run) -> np.random.Generator:
        """The generator that a run was given, to make it again."""
        return np.random.default_rng(np.random.SeedSequence(self.entropy, spawn_key=run.key))

    def samples(self, cell: int, measure: str) -> list[Number]:
        """The numbers of one cell, by replication.

        Raises
        ------
        InvalidInputError
            If there is no such cell or measure.
        """
        as_count(cell, "cell", high=len(self.cells) - 1)
        if measure not in self.measures:
            raise InvalidInputError("measure", f"be one of {', '.join(self.measures)}", measure)
        return [run.values[measure] for run in self.runs if run.cell == cell]

    def table(self, level: Number = 0.95) -> Table:
        """Mean, standard error and confidence interval of every measure in every cell.

        Parameters
        ----------
        level : number in (0, 1)
            Of the Student-t intervals.

        Notes
        -----
        A mean is exact where all runs of the cell found the same exact number; one run has no
        standard error and no interval.
        """
        confidence = as_number(level, "level")
        if not 0 < confidence < 1:
            raise InvalidInputError("level", "lie strictly between 0 and 1", level)
        names = list(dict.fromkeys(name for cell in self.cells for name in cell))
        found: dict[tuple[int, str], list[Number]] = {}
        for run in self.runs:
            for measure, value in run.values.items():
                found.setdefault((run.cell, measure), []).append(value)
        rows = [
            [*(self.cells[k].get(name) for name in names), measure, *_summary(values, confidence)]
            for (k, measure), values in found.items()
        ]
        own = ["measure", "mean", "standard error", "low", "high", "runs"]
        columns = [f"{name} (parameter)" if name in own else name for name in names]
        return Table([*columns, *own], rows, title=f"{self.function}, {self._told_seed}")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: the grid, every run, and the table."""
        return {
            "schema": SCHEMA_VERSION,
            "function": self.function,
            "seed": seed_document(self.entropy, self.spawn_key),
            "replications": self.replications,
            "packages": dict(self.packages),
            "cells": [{name: encode(v) for name, v in cell.items()} for cell in self.cells],
            "runs": [
                {
                    "cell": run.cell,
                    "replication": run.replication,
                    "values": {name: encode(v) for name, v in run.values.items()},
                    "key": list(run.key),
                }
                for run in self.runs
            ],
            "table": self.table().to_dict(),
            "decisions": list(self.decisions),
        }

    def to_frame(self) -> Any:
        """Every run as a row of a ``pandas.DataFrame``: parameters, replication, measures.

        Raises
        ------
        SolverUnavailableError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise SolverUnavailableError("pandas", "frames", "Sweep.to_frame") from None
        rows = [{**r.parameters, "replication": r.replication, **r.values} for r in self.runs]
        return pd.DataFrame(rows)

    def to_csv(self, path: str | Path | None = None) -> str:
        """The table as CSV."""
        return self.table().to_csv(path)

    def to_latex(self) -> str:
        """The table in LaTeX."""
        return self.table().to_latex()

    def __str__(self) -> str:
        return self.table().to_text()

    def __repr__(self) -> str:
        many = f"{len(self.cells)} cells x {self.replications} replications"
        return f"<sweep of {self.function}: {many}, {self._told_seed}>"

    def _repr_html_(self) -> str:
        return self.table().to_html()

    @property
    def _told_seed(self) -> str:
        key = f", spawn key {self.spawn_key}" if self.spawn_key else ""
        return f"seed {self.entropy}{key}"


def sweep(
    function: Callable[..., Any] | str,
    grid: object,
    *,
    replications: int = 1,
    rng: Seed = 0,
    workers: int = 1,
    path: str | Path | None = None,
    progress: Callable[[], object] | None = None,
) -> Sweep:
    """Run a function on every cell of a grid, several times each.

    Parameters
    ----------
    function : callable or str
        Called as ``function(rng=generator, **parameters)``; returns a number or a dict of named
        numbers, the same names in every run.  Or the name of a ready experiment.
    grid : dict of lists, or list of dicts
        The cartesian product, or the cells themselves.
    replications : int
        Runs of each cell.
    rng : int, SeedSequence or numpy.random.Generator
        The root of all seeds.  A run's seed depends on the root, the position of its cell and its
        replication only.
    workers : int
        How many runs are made at the same time; the same bytes come out under any number.
    path : path, optional
        A file of JSON lines that gets a line for every finished run.  Where it exists already, the
        runs in it are taken from there: an interrupted sweep goes on, and a finished one can be
        given more replications.
    progress : callable, optional
        Called after each run.

    Raises
    ------
    InvalidInputError
        On bad parameters, or if the file belongs to another sweep; before anything is run.
    RunError
        If a run fails; it names the parameters.  The runs before it are in the file.

    Notes
    -----
    All first replications are made before the second ones, so that a longer sweep begins with the
    shorter one: its file begins with the same bytes.

    Examples
    --------
    >>> from mechdesign import experiments
    >>> def spread(rng, n):
    ...     draws = rng.random(n)
    ...     return float(draws.max() - draws.min())
    >>> found = experiments.sweep(spread, {"n": [2, 10]}, replications=400, rng=2)
    >>> low, high = found.table().column("low"), found.table().column("high")
    >>> low[0] < 1 / 3 < high[0], low[1] < 9 / 11 < high[1]
    (True, True)
    """
    called = experiment(function) if isinstance(function, str) else function
    if not callable(called):
        raise InvalidInputError("function", "be callable or the name of an experiment", function)
    if progress is not None and not callable(progress):
        raise InvalidInputError("progress", "be callable", progress)
    cells = read_grid(grid)
    check_signature(called, cells)
    count = as_count(replications, "replications", low=1)
    as_count(workers, "workers", low=1)
    root = seed_sequence(rng)
    entropy, spawn_key = _plain(root.entropy), root.spawn_key
    name = getattr(called, "__name__", type(called).__name__)
    journal = None
    if path is not None:
        seed = seed_document(entropy, spawn_key)
        journal = Journal.open(path, header(name, seed, len(cells), fingerprint(cells)))
        _agree(journal, cells)
    done = dict(journal.runs) if journal is not None else {}
    wanted = [(k, r) for r in range(count) for k in range(len(cells))]
    for pair in wanted:
        if pair in done and progress is not None:
            progress()
    tasks = [
        Task(called, k, cells[k], r, entropy, (*spawn_key, k, r))
        for k, r in wanted
        if (k, r) not in done
    ]
    measures = next((list(run.values) for run in done.values()), None)
    with contextlib.closing(stream_tasks(perform, tasks, workers=workers)) as results:
        for run in results:
            if isinstance(run, Failure):
                raise run.error()
            measures = list(run.values) if measures is None else measures
            if set(run.values) != set(measures):
                reason = f"it returned {', '.join(run.values)} instead of {', '.join(measures)}"
                raise RunError(run.parameters, run.replication, reason)
            if journal is not None:
                journal.append(run)
            done[run.cell, run.replication] = run
            _LOG.debug("%s: run %d of %d", name, len(done), len(wanted))
            if progress is not None:
                progress()
    runs = tuple(done[pair] for pair in sorted(wanted))
    decisions = tuple(journal.decisions) if journal is not None else ()
    return Sweep(name, cells, count, entropy, spawn_key, runs, installed(), decisions)


def read_sweep(path: str | Path) -> Sweep:
    """Read the finished runs of a file that :func:`sweep` wrote.

    Parameters
    ----------
    path : path
        A finished sweep, or an interrupted one: then some cells have fewer runs.

    Returns
    -------
    Sweep
        With the cells that have runs.

    Raises
    ------
    InvalidInputError
        If it is no such file, or has no runs yet.
    """
    journal = Journal.open(path)
    if not journal.runs:
        raise InvalidInputError("path", "have at least one run", str(path))
    found = {run.cell: run.parameters for run in journal.runs.values()}
    position = {cell: k for k, cell in enumerate(sorted(found))}
    runs = tuple(
        Run(position[run.cell], run.parameters, run.replication, run.values, run.key)
        for _, run in sorted(journal.runs.items())
    )
    head = journal.head
    count = 1 + max(run.replication for run in runs)
    cells = tuple(found[cell] for cell in position)
    decisions = list(journal.decisions)
    if len(runs) < head["cells"] * count:
        decisions.append(f"{len(runs)} of {head['cells'] * count} runs are finished")
    entropy, spawn_key = head["seed"]["entropy"], tuple(head["seed"]["spawn_key"])
    return Sweep(
        head["function"],
        cells,
        count,
        _plain(entropy),
        spawn_key,
        runs,
        head["packages"],
        tuple(decisions),
    )


def _agree(journal: Journal, cells: tuple[Parameters, ...]) -> None:
    """The lines must be runs of the cells that they name."""
    texts = [canonical(cell) for cell in cells]
    for (k, _), run in journal.runs.items():
        if canonical(run.parameters) != texts[k]:
            raise InvalidInputError(
                "path", f"have the parameters of cell {k} in its runs", run.parameters
            )


def _summary(values: Iterable[Number], level: Number) -> list[Any]:
    """Mean, standard error, both ends of the interval, and the number of runs."""
    listed = list(values)
    try:
        floats = [float(v) for v in listed]
    except OverflowError:
        raise InvalidInputError("values", "be within the range of floats", listed[0]) from None
    same = is_exact(listed[0]) and all(v == listed[0] and is_exact(v) for v in listed)
    mean = listed[0] if same else math.fsum(floats) / len(floats)
    if len(listed) == 1:
        return [mean, None, None, None, 1]
    interval = mean_interval(floats, float(level))
    error = float(np.std(floats, ddof=1)) / len(floats) ** 0.5
    return [mean, error, interval.low, interval.high, len(listed)]


def _plain(entropy: Any) -> int | tuple[int, ...]:
    """The entropy of a seed without numpy's types."""
    if isinstance(entropy, (list, tuple, np.ndarray)):
        return tuple(int(part) for part in entropy)
    return int(entropy)
