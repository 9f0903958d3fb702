"""The bootstrap of instance-level tables: over instances, over tasks, or over both (nested)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mechdesign.aggregation.analysis.instances import InstanceTable
from mechdesign.aggregation.uncertainty.resampling import BootstrapRanks, _rank_rows
from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import Seed, as_count, as_number, generator

__all__ = ["bootstrap_instances"]


def bootstrap_instances(
    table: InstanceTable,
    rule: Literal["two_level", "one_level", "mean"] = "two_level",
    *,
    over: Literal["instances", "tasks", "both"] = "both",
    samples: int = 1000,
    level: float = 0.95,
    rng: Seed = 0,
) -> BootstrapRanks:
    """Resample an instance-level table and rank again.

    Parameters
    ----------
    table : InstanceTable
        Without missing scores.
    rule : {"two_level", "one_level", "mean"}
        Borda in two levels or in one, or the mean over tasks of the mean over instances.
    over : {"instances", "tasks", "both"}
        What is drawn with replacement: the instances within each task, the tasks, or tasks and then
        instances within each (nested).
    samples : int
        Number of resamples.
    level : float in (0, 1)
        Of the rank intervals.
    rng : numpy.random.Generator or int
        Same seed, same resamples.

    Returns
    -------
    BootstrapRanks
        Ranks, probabilities of being first, intervals.

    Raises
    ------
    InvalidInputError
        If scores are missing or a word is unknown.

    Examples
    --------
    >>> from mechdesign.aggregation import instance_table
    >>> table = instance_table({"qa": [[2, 1], [4, 3], [5, 1]], "mt": [[9, 8], [7, 5]]})
    >>> bootstrap_instances(table, samples=100).first().tolist()
    [1.0, 0.0]
    """
    require(table, InstanceTable, "table")
    if rule not in ("two_level", "one_level", "mean"):
        raise InvalidInputError("rule", "be 'two_level', 'one_level' or 'mean'", rule)
    if over not in ("instances", "tasks", "both"):
        raise InvalidInputError("over", "be 'instances', 'tasks' or 'both'", over)
    number = as_count(samples, "samples", low=1)
    if not 0 < float(as_number(level, "level")) < 1:
        raise InvalidInputError("level", "be in (0, 1)", level)
    if any(np.isnan(s).any() for s in table.scores):
        raise InvalidInputError("table", "have no missing scores for the bootstrap", table)
    source = generator(rng)
    tasks = len(table.tasks)
    total = np.zeros((number, len(table.systems)))
    if over == "instances":
        drawn = np.ones((number, tasks))
    else:
        drawn = source.multinomial(tasks, np.full(tasks, 1 / tasks), size=number).astype(float)
    for t, task in enumerate(table.tasks):
        points = _points(table, t, task, rule)
        n = len(points)
        if over == "tasks":
            part = np.tile(points.sum(axis=0), (number, 1))
            if rule == "two_level":
                part = -_rank_rows(part)
            total += drawn[:, [t]] * part
            continue
        # Nested: a task that is drawn twice has its instances drawn twice.
        for copy in range(int(drawn[:, t].max())):
            counts = source.multinomial(n, np.full(n, 1 / n), size=number)
            part = counts @ points
            if rule == "two_level":
                part = -_rank_rows(part)
            total += np.where(drawn[:, [t]] > copy, part, 0.0)
    seed = int(rng) if isinstance(rng, (int, np.integer)) else None
    return BootstrapRanks(rule, table.systems, _rank_rows(total), float(level), seed)


def _points(table: InstanceTable, t: int, task: str, rule: str) -> FloatArray:
    """What each instance adds to the scores of the systems within its task."""
    if rule == "mean":
        sign = -1.0 if task in table.lower else 1.0
        return sign * table.scores[t] / len(table.scores[t])
    profile = table.profile(task)
    return np.asarray(profile.m - 1 - profile.doubled_positions() / 2)
