"""Robustness curves: rankings from fewer tasks, systems, instances or cells, or on a bad scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mechdesign.aggregation.analysis.instances import InstanceTable
from mechdesign.aggregation.profiles.problems import ScoreData, score_matrix, without_alternatives
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.reading import named, read
from mechdesign.clock import ticks
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import (
    MechanismLike,
    Problem,
    Seed,
    as_count,
    as_list,
    as_number,
    generator,
)

__all__ = ["robustness_curve", "scaling_errors"]

#: What is disturbed, and the default levels.
KINDS: dict[str, tuple[float, ...]] = {
    "tasks": (0.25, 0.5, 0.75),
    "systems": (0.25, 0.5, 0.75),
    "instances": (0.1, 0.25, 0.5),
    "missing": (0.1, 0.2, 0.4),
    "scaling": (1, 2, 3),
}
_ATTEMPTS = 200


def robustness_curve(
    data: object,
    kind: str = "tasks",
    rules: Sequence[MechanismLike] = ("mean", "z_score", "borda"),
    levels: Sequence[Any] | None = None,
    *,
    samples: int = 100,
    factor: float = 1000.0,
    rng: Seed = 0,
    **options: object,
) -> Table:
    """How close the rankings of disturbed data are to those of the data themselves.

    Parameters
    ----------
    data : scores, or an InstanceTable
        See :func:`read`; an :class:`InstanceTable` is needed to draw instances, and stands for the
        table of its means elsewhere.
    kind : {"tasks", "systems", "instances", "missing", "scaling"}
        ``"tasks"``, ``"systems"``, ``"instances"``: a random part of them is kept (of the systems:
        the order of those kept is compared).  ``"missing"``: each cell is lost with a probability,
        drawn again until every system has a score.  ``"scaling"``: some tasks are turned around
        and measured in another unit.
    rules : sequence of rules
        Each is compared with itself on the undisturbed data.
    levels : sequence of numbers, optional
        Shares to keep, the probability of a loss, or the number of tasks to spoil.
    samples : int
        Random draws for each level; all rules see the same ones.
    factor : float
        The new unit of spoilt tasks.
    rng : numpy.random.Generator or int
        Same seed, same table.

    Returns
    -------
    Table
        The mean of Kendall's tau-b for each level and rule.

    Examples
    --------
    >>> table = {"A": [3, 3, 3], "B": [2, 2, 2], "C": [1, 1, 1]}
    >>> robustness_curve(table, "scaling", ["mean", "borda"], [1], samples=5).rows
    ((1, -1.0, 1.0),)
    """
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidInputError("kind", f"be one of {', '.join(KINDS)}", kind)
    if kind == "instances" and not isinstance(data, InstanceTable):
        raise InvalidInputError("data", "be an InstanceTable to draw instances", type(data))
    problem = data.means().problem() if isinstance(data, InstanceTable) else read(data, **options)
    if not isinstance(problem.data, ScoreData):
        raise InvalidInputError("data", "hold scores", "rankings")
    chosen = [named(rule) for rule in as_list(rules, "rules")]
    if not chosen:
        raise InvalidInputError("rules", "name at least one rule", rules)
    full = [_ranking(rule, problem) for rule in chosen]
    source = generator(rng)
    rows = []
    for level in KINDS[kind] if levels is None else levels:
        disturb = _disturbance(kind, level, problem, data, factor)
        taus: list[list[float]] = [[] for _ in chosen]
        for _ in ticks(range(as_count(samples, "samples", low=1))):
            part = disturb(source)
            for slot, rule, whole in zip(taus, chosen, full, strict=True):
                tau = _ranking(rule, part).tau(whole.restricted(part.data.alternatives))
                # Where one of the two ties everything there is no tau.
                if tau == tau:
                    slot.append(tau)
        rows.append([level, *(round(float(np.mean(s)), 4) if s else None for s in taus)])
    names = [rule.name.removeprefix("aggregation.") for rule in chosen]
    titles = {
        "tasks": "the share of the tasks that is kept",
        "systems": "the share of the systems that is kept",
        "instances": "the share of the instances that is kept",
        "missing": "the probability that a score is missing",
        "scaling": f"the number of tasks turned around and multiplied by {factor:g}",
    }
    return Table(
        [kind, *names], rows, f"Kendall's tau to the ranking of all data, by {titles[kind]}"
    )


def _ranking(rule: Any, problem: Problem) -> Ranking:
    found: Ranking = rule(problem).choice
    return found


def _disturbance(
    kind: str, level: Any, problem: Problem, data: Any, factor: float
) -> Callable[[np.random.Generator], Problem]:
    """A function that draws disturbed data."""
    labels = problem.data.alternatives
    if kind == "scaling":
        count = as_count(level, "levels", low=0, high=len(problem))
        return lambda source: _spoilt(problem, source.permutation(len(problem))[:count], factor)
    share = float(as_number(level, "levels", low=0, high=1))
    if kind == "missing":
        if share >= 1:
            raise InvalidInputError("levels", "be less than 1 for missing scores", level)
        return lambda source: _holed(problem, share, source)
    if kind == "tasks":
        size = max(1, round(share * len(problem)))

        def fewer_tasks(source: np.random.Generator) -> Problem:
            gone = source.permutation(len(problem))[size:].tolist()
            return problem.without(*(problem.agents[k] for k in gone))

        return fewer_tasks
    if kind == "systems":
        size = min(len(labels), max(2, round(share * len(labels))))

        def fewer_systems(source: np.random.Generator) -> Problem:
            gone = source.permutation(len(labels))[size:].tolist()
            return without_alternatives(problem, [labels[k] for k in gone])

        return fewer_systems

    def fewer_instances(source: np.random.Generator) -> Problem:
        kept = []
        for values in data.scores:
            size = max(1, round(share * len(values)))
            kept.append(values[np.sort(source.permutation(len(values))[:size])])
        part: InstanceTable = replace(data, scores=tuple(kept))
        return part.means().problem()

    return fewer_instances


def _spoilt(problem: Problem, tasks: Any, factor: float) -> Problem:
    """Some tasks turned around (best and worst exchanged) and multiplied by a factor."""
    columns = [list(column) for column in score_matrix(problem).tolist()]
    for t in tasks.tolist():
        known = [v for v in columns[t] if v is not None and v == v]
        ends = min(known) + max(known) if known else 0
        columns[t] = [None if v is None or v != v else factor * float(ends - v) for v in columns[t]]
    return replace(problem, types=tuple(tuple(c) for c in columns))


def _holed(problem: Problem, share: float, source: np.random.Generator) -> Problem:
    """Every cell lost with a probability, at least one score of every system and task left."""
    columns = [list(column) for column in score_matrix(problem).tolist()]
    for _ in range(_ATTEMPTS):
        lost = source.random((len(columns), len(columns[0]))) < share
        holed = [
            [None if gone or v is None or v != v else v for v, gone in zip(c, row, strict=True)]
            for c, row in zip(columns, lost.tolist(), strict=True)
        ]
        full = all(any(v is not None for v in row) for row in zip(*holed, strict=True))
        if full and all(any(v is not None for v in column) for column in holed):
            return replace(problem, types=tuple(tuple(c) for c in holed))
    raise InvalidInputError("levels", "leave a score for each system and task", share)


def scaling_errors(
    rules: Sequence[MechanismLike] = ("mean", "z_score", "borda", "kemeny", "rank_median"),
    *,
    systems: int = 10,
    tasks: int = 11,
    phi: float = 0.5,
    corrupted: Sequence[int] = range(7),
    runs: int = 40,
    factor: float = 1000.0,
    rng: Seed = 0,
) -> Table:
    """The error of rules on synthetic scores of which some tasks are turned around and rescaled.

    System i has Gumbel scores around ``-phi * i``; in a corrupted task around ``factor * phi * i``.
    The error is the share of pairs that are not in the true order 0, 1, 2, ..., a tie counting one
    half.

    Parameters
    ----------
    rules : sequence of rules
        Which.
    systems, tasks : int
        The size of the tables.
    phi : float
        The distance between neighbours.
    corrupted : sequence of int
        Numbers of corrupted tasks.
    runs : int
        Tables for each number; all rules see the same ones.
    factor : float
        The scale of corrupted tasks.
    rng : numpy.random.Generator or int
        Same seed, same table.

    Returns
    -------
    Table
        Mean errors.

    Examples
    --------
    >>> scaling_errors(["mean", "borda"], corrupted=[1], runs=5, phi=3).rows
    ((1, 1.0, 0.0),)
    """
    m, t = as_count(systems, "systems", low=2), as_count(tasks, "tasks", low=1)
    chosen = [named(rule) for rule in as_list(rules, "rules")]
    source = generator(rng)
    labels = tuple(range(m))
    truth = Ranking.from_order(labels)
    rows = []
    for level in corrupted:
        count = as_count(level, "corrupted", low=0, high=t)
        errors = np.zeros(len(chosen))
        for _ in range(as_count(runs, "runs", low=1)):
            noise = source.gumbel(size=(t, m))
            centres = np.tile(-float(phi) * np.arange(m), (t, 1))
            centres[:count] *= -factor
            columns = tuple(tuple(row) for row in (noise + centres).tolist())
            problem = Problem(range(t), columns, ScoreData(labels))
            errors += [float(_ranking(rule, problem).distance(truth)) for rule in chosen]
        shares = errors / runs / (m * (m - 1) / 2)
        rows.append([count, *(round(float(e), 4) for e in shares)])
    names = [rule.name.removeprefix("aggregation.") for rule in chosen]
    return Table(["corrupted", *names], rows, f"Share of wrong pairs, {m} systems, {t} tasks")
