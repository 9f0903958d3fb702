"""The rules side by side: what every group gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import Lottery, Number, Problem, as_mechanism
from mechdesign.pluralistic.settings import policies

__all__ = ["compare_policies"]


def compare_policies(
    data: Any,
    rules: Sequence[str] = ("utilitarian", "random_group", "maxmin", "nash_welfare"),
    **options: Any,
) -> Table:
    """What every group gets under several rules, and the chances of the alternatives.

    Parameters
    ----------
    data, **options
        A problem, or utilities of groups as :func:`policies` reads them.
    rules : sequence of str
        Rules of the family, such as ``maxmin(scale=range)``.

    Examples
    --------
    >>> print(compare_policies({"many": {"a": 1, "b": 0}, "few": {"a": 0, "b": 1}}, ["maxmin"]))
    rule    many  few  a    b
    ------  ----  ---  ---  ---
    maxmin  1/2   1/2  1/2  1/2
    """
    problem = data if isinstance(data, Problem) else policies().problem(data, **options)
    rows = []
    for name in rules:
        rule = as_mechanism(name if "." in name else f"pluralistic.{name}")
        found = rule.solve(problem)
        if not isinstance(found, Lottery) or rule.setting.id != policies().id:
            raise InvalidInputError("rules", "be rules that choose policies", name)
        chances: dict[Any, Number] = dict.fromkeys(problem.data.alternatives, 0)
        for p, outcome in found:
            chances[outcome.choice] += p
        gets = found.utilities
        rows.append([name, *(gets[g] for g in problem.agents), *chances.values()])
    columns = ["rule", *map(str, problem.agents)]
    clash = set(columns) & set(map(str, problem.data.alternatives))
    columns += [f"p({a})" if clash else str(a) for a in problem.data.alternatives]
    return Table(columns, rows)
