"""How far weights must move for a system to win, and how rankings fare on fewer tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mechdesign.aggregation.analysis.flips import contributions
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import named, read
from mechdesign.aggregation.results import AggregationResult
from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import MechanismLike, Seed, as_count, as_list, generator
from mechdesign.records import dataclass

__all__ = ["WeightChange", "subsampling_curve", "weight_change"]


@dataclass(frozen=True, eq=False)
class WeightChange:
    """The smallest change of task weights that makes a system win.

    Parameters
    ----------
    system : label
        The system.
    tasks : tuple
        The tasks.
    before, after : numpy.ndarray
        The weights, with the same sum.
    moved : float
        The share of the total weight that is moved from some tasks to others.
    """

    system: Label
    tasks: tuple[Any, ...]
    before: FloatArray
    after: FloatArray
    moved: float

    def changes(self) -> dict[Any, float]:
        """The tasks whose weight changes, the largest change first."""
        gaps = self.after - self.before
        order = np.argsort(-np.abs(gaps), kind="stable")
        return {self.tasks[k]: float(gaps[k]) for k in order if abs(gaps[k]) > 1e-9}


def weight_change(
    data: object, system: Label, rule: MechanismLike = "mean", **options: object
) -> WeightChange | None:
    """The smallest change of the weights under which a system is first (or level with the first).

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`; no missing scores.
    system : label
        Who should win.
    rule : rule
        One that adds up what each task gives, such as ``"mean"`` or ``"borda"``: it is linear in
        the weights, so that a linear program finds the smallest change.

    Returns
    -------
    WeightChange or None
        None if no weights make the system win.

    Examples
    --------
    >>> table = {"A": [99, 80, 80], "B": [80, 81, 81], "C": [0, 0, 0]}
    >>> found = weight_change(table, "B")
    >>> round(found.moved, 4), weight_change(table, "C") is None
    (0.2833, True)
    """
    from mechdesign.solvers.linear.nearest_point import nearest_point

    problem = read(data, **options)
    labels = problem.data.alternatives
    if system not in labels:
        raise InvalidInputError("system", "be one of the systems", system)
    start = np.array([float(problem.weight_of(agent)) for agent in problem.agents])
    # The contributions at unit weights.
    bare = problem if problem.weights is None else _unweighted(problem)
    points = np.array([[float(v) for v in row] for row in contributions(bare, named(rule))])
    i = labels.index(system)
    rows = points[i] - np.delete(points, i, axis=0)
    scale = np.abs(rows).max(axis=1, initial=0.0)
    scale[scale == 0] = 1.0
    after = nearest_point(start, rows / scale[:, None], np.zeros(len(rows)))
    if after is None:
        return None
    moved = float(np.abs(after - start).sum() / 2 / start.sum())
    return WeightChange(system, tuple(problem.agents), start, after, moved)


def _unweighted(problem: Any) -> Any:
    from dataclasses import replace

    return replace(problem, weights=None)


def subsampling_curve(
    data: object,
    rules: Sequence[MechanismLike] = ("mean", "borda"),
    sizes: Sequence[int] | None = None,
    *,
    samples: int = 200,
    rng: Seed = 0,
    **options: object,
) -> Table:
    """How close the ranking on some of the tasks is to the ranking on all of them.

    Parameters
    ----------
    data : scores or rankings
        See :func:`read`.
    rules : sequence of rules
        Each is compared with itself on all tasks.
    sizes : sequence of int, optional
        Numbers of tasks to keep; by default a quarter, a half and three quarters of them.
    samples : int
        Random subsets for each size.
    rng : numpy.random.Generator or int
        Same seed, same subsets; all rules see the same ones.

    Returns
    -------
    Table
        The mean of Kendall's tau-b for each size and rule; None where it is not defined, as all
        that a ranking holds is tied.

    Examples
    --------
    >>> table = {"A": [3, 3, 3], "B": [2, 2, 2], "C": [1, 1, 1]}
    >>> subsampling_curve(table, sizes=[1, 2], samples=5).rows
    ((1, 1.0, 1.0), (2, 1.0, 1.0))
    """
    problem = read(data, **options)
    n = len(problem)
    kept = sorted({max(1, n // 4), max(1, n // 2), max(1, 3 * n // 4)}) if sizes is None else sizes
    chosen = [named(rule) for rule in as_list(rules, "rules")]
    full = [_solved(rule, problem) for rule in chosen]
    source = generator(rng)
    rows = []
    for size in kept:
        count = as_count(size, "sizes", low=1, high=n)
        taus: list[list[float]] = [[] for _ in chosen]
        for _ in range(as_count(samples, "samples", low=1)):
            stay = set(source.choice(n, size=count, replace=False).tolist())
            part = problem.without(*(a for k, a in enumerate(problem.agents) if k not in stay))
            for slot, rule, whole in zip(taus, chosen, full, strict=True):
                tau = _solved(rule, part).choice.tau(whole.choice)
                if tau == tau:
                    slot.append(tau)
        means = (round(float(np.mean(slot)), 4) if slot else None for slot in taus)
        rows.append([count, *means])
    names = [rule.name.removeprefix("aggregation.") for rule in chosen]
    return Table(["tasks", *names], rows, f"Kendall's tau to the ranking on all {n} tasks")


def _solved(rule: Any, problem: Any) -> AggregationResult:
    found: AggregationResult = rule(problem)
    return found
