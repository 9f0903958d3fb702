"""Grouped tasks: metrics into tasks, tasks into domains, each level with its own rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mechdesign.aggregation.reading import named
from mechdesign.aggregation.results import AggregationResult, result
from mechdesign.aggregation.tables.reading_scores import score_table
from mechdesign.aggregation.tables.score_tables import ScoreTable
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import FrozenMap, Number

__all__ = ["grouped", "stated_outliers"]

#: A group: its tasks, or its own groups.
Groups = Mapping[str, Any]


def grouped(
    data: object,
    groups: Groups | None = None,
    *,
    rules: Sequence[str] = ("borda", "mean"),
    **options: Any,
) -> AggregationResult:
    """Aggregate within groups of tasks, then across the groups.

    Parameters
    ----------
    data : scores
        Whatever :func:`score_table` reads.
    groups : mapping of str to tasks, or to groups of the same kind, optional
        By default the groups of the table.  Tasks in no group stand alone.
    rules : sequence of str
        A rule for each level, the outermost first; the last one serves all deeper levels.  A level
        whose rule gives scores passes its scores on, another one the (negative) average ranks.
    **options
        For :func:`score_table`.

    Returns
    -------
    AggregationResult
        ``details["levels"]`` holds the ranking of every group.

    Examples
    --------
    >>> table = {"A": [90, 80, 60], "B": [80, 85, 70]}
    >>> grouped(table, {"nli": ["task 1", "task 2"]}, rules=("mean", "mean")).scores
    {'A': Fraction(145, 2), 'B': Fraction(305, 4)}
    """
    table = score_table(data, **options)
    given: Groups = table.groups if groups is None else groups
    if not isinstance(given, Mapping):
        raise InvalidInputError("groups", "map names to tasks", given)
    if not rules:
        raise InvalidInputError("rules", "name a rule for each level", rules)
    tree: dict[str, Any] = {name: _expanded(child, table) for name, child in given.items()}
    inside = set(_tasks(tree))
    tree.update({task: [task] for task in table.tasks if task not in inside})
    levels: dict[str, Any] = {}
    final = _aggregate(table, tree, list(rules), levels)
    used = " of ".join(rules)
    return result(
        table.problem(),
        final.choice,
        scores=list(final.scores.values()) if final.scores else None,
        details={"levels": FrozenMap(levels)},
        algorithm=f"{used}, {len(tree)} groups",
        exact=final.provenance.exact,
        mechanism="aggregation.grouped",
    )


def stated_outliers(
    table: ScoreTable, groups: Groups | None = None, *, tolerance: float = 0.1
) -> list[tuple[str, Number, Number]]:
    r"""Systems whose stated overall average is not the mean of their scores.

    Parameters
    ----------
    table : ScoreTable
        With a column of averages (:attr:`ScoreTable.stated`), found when it was read.
    groups : mapping of str to tasks, optional
        As in :func:`grouped`: the mean of the groups' means is compared.
    tolerance : float
        What rounding may explain.

    Returns
    -------
    list of (system, stated, recomputed)
        Empty where all agree.

    Raises
    ------
    InvalidInputError
        If the table states no averages.

    Examples
    --------
    >>> from mechdesign.io.score_tables import read_text
    >>> table = score_table(read_text("model,average,x,y\nA,2,1,3\nB,9,4,6\n"))
    >>> stated_outliers(table)
    [('B', 9, 5)]
    """
    require(table, ScoreTable, "table")
    if table.stated is None:
        raise InvalidInputError("table", "state an overall average", table)
    means = grouped(table, groups, rules=("mean", "mean")).scores
    return [
        (system, stated, means[system])
        for system, stated in zip(table.systems, table.stated, strict=True)
        if stated is not None and abs(float(stated - means[system])) > tolerance
    ]


def _aggregate(
    table: ScoreTable, node: Any, rules: list[str], levels: dict[str, Any]
) -> AggregationResult:
    rule = named(rules[0])
    if not isinstance(node, Mapping):
        found: Any = rule(table.select(tasks=list(node)))
        return found  # type: ignore[no-any-return]
    columns: dict[str, list[Any]] = {}
    for name, child in node.items():
        inner = _aggregate(table, child, rules[1:] or rules, levels)
        levels[name] = inner.choice
        scores = inner.scores or {s: -r for s, r in inner.choice.ranks().items()}
        columns[name] = [scores[s] for s in table.systems]
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    combined = score_table(rows, systems=list(table.systems), tasks=list(columns))
    outer: Any = rule(combined)
    return outer  # type: ignore[no-any-return]


def _expanded(node: object, table: ScoreTable) -> Any:
    """A group in which the name of a split column stands for its metrics."""
    if isinstance(node, Mapping):
        return {name: _expanded(child, table) for name, child in node.items()}
    return [t for task in _tasks(node) for t in table.groups.get(task, (task,))]


def _tasks(node: object) -> list[str]:
    if isinstance(node, Mapping):
        return [task for child in node.values() for task in _tasks(child)]
    if isinstance(node, str) or not isinstance(node, Sequence):
        raise InvalidInputError("groups", "map names to lists of tasks", node)
    return list(node)
