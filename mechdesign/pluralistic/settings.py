"""The setting: groups with utilities, and a lottery over alternatives for all of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    AgentId,
    Domain,
    Number,
    Outcome,
    Problem,
    Setting,
    as_count,
    as_numbers,
    ratio,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Policies", "PolicyData", "policies"]

Utilities = tuple[Number, ...]


@serializable("pluralistic.PolicyData")
@dataclass(frozen=True)
class PolicyData:
    """The alternatives of a policy.

    Parameters
    ----------
    alternatives : tuple of labels
        In the order of the utilities.
    decisions : tuple of str
        What had to be decided when the data were read.
    """

    alternatives: tuple[Any, ...]
    decisions: tuple[str, ...] = ()


@serializable("pluralistic.Policies")
@dataclass(frozen=True)
class Policies(Setting[Utilities, Any]):
    """Groups who value alternatives: see :func:`policies`."""

    id: ClassVar[str] = "pluralistic.policies"
    data_kinds: ClassVar[tuple[type, ...]] = (PolicyData,)

    def problem(self, data: Any, **options: Any) -> Problem:
        """Read the utilities of groups.

        Parameters
        ----------
        data : mapping or list
            Of groups to mappings of alternatives to utilities, or lists of numbers, one a group.
        **options
            `weights` of the groups, by default equal; `alternatives` for lists.
        """
        unknown = sorted(set(options) - {"weights", "alternatives"})
        if unknown:
            raise InvalidInputError("options", "be weights or alternatives", unknown)
        labels = options.get("alternatives")
        weights = options.get("weights")
        groups: Any = range(len(data)) if isinstance(data, (list, tuple)) else None
        if isinstance(data, Mapping):
            groups, data = tuple(data), list(data.values())
            if isinstance(weights, Mapping):
                if set(weights) != set(groups):
                    raise InvalidInputError("weights", f"be of {list(groups)}", list(weights))
                weights = [weights[group] for group in groups]
        if groups is None or not len(data):
            raise InvalidInputError("data", "hold the utilities of at least one group", data)
        if all(isinstance(row, Mapping) for row in data):
            labels = tuple(data[0]) if labels is None else tuple(labels)
            for k, row in enumerate(data):
                if set(row) != set(labels):
                    raise InvalidInputError(f"data[{k}]", f"value {list(labels)}", list(row))
            data = [[row[label] for label in labels] for row in data]
        types = [tuple(as_numbers(row, f"data[{k}]")) for k, row in enumerate(data)]
        n = len(types[0])
        labels = tuple(range(n)) if labels is None else tuple(labels)
        for k, row in enumerate(types):
            if len(row) != len(labels) or not row:
                raise InvalidInputError(f"data[{k}]", f"have {len(labels)} utilities", row)
        if len(set(labels)) != len(labels):
            raise InvalidInputError("alternatives", "be distinct", labels)
        given = None if weights is None else tuple(as_numbers(weights, "weights"))
        return Problem(groups, tuple(types), PolicyData(labels), weights=given)

    def check(self, problem: Problem) -> None:
        super().check(problem)
        n = len(problem.data.alternatives)
        for k, own in enumerate(problem.types):
            if not isinstance(own, tuple) or len(own) != n:
                raise InvalidInputError(f"types[{k}]", f"have {n} utilities", own)

    def reread(self, problem: Problem) -> Problem:
        self.check(problem)
        for k, own in enumerate(problem.types):
            as_numbers(own, f"types[{k}]")
        return problem

    def utility(self, problem: Problem, agent: AgentId, true_type: Any, outcome: Outcome) -> Number:
        return true_type[problem.data.alternatives.index(outcome.choice)]  # type: ignore[no-any-return]

    def explain(self, problem: Problem, agent: AgentId, outcome: Outcome) -> str:
        told = super().explain(problem, agent, outcome)
        if "scale" in outcome.details:
            told += f"; groups are compared on the scale {outcome.details['scale']}"
        weights = outcome.details.get("group_weights", {})
        if agent in weights:
            told += f", with weight {show(weights[agent])} a sum has the same optimum"
        return told

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        return outcome.choice in problem.data.alternatives

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        for label in problem.data.alternatives:
            yield Outcome(label, problem=problem, setting=self)

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        found = Outcome(raw, problem=problem, setting=self)
        if not self.feasible(problem, found):
            constraint = f"be one of {list(problem.data.alternatives)}"
            raise InvalidInputError("outcome", constraint, raw, owner=self.id)
        return found

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of utilities on a grid from 0 to 1.

        Parameters
        ----------
        agents : int
            The groups.
        alternatives : int
            How many.
        grid : int
            Steps of the grid.
        normalised : bool
            Whether every group has 0 at its worst and 1 at its best; False by default.
        """
        unknown = sorted(set(scope) - {"alternatives", "grid", "normalised"})
        if unknown:
            told = "be agents, alternatives, grid and normalised"
            raise InvalidInputError("scope", told, unknown)
        unit = scope.get("normalised", False)
        if not isinstance(unit, bool):
            raise InvalidInputError("normalised", "be True or False", unit)
        m = as_count(scope.get("alternatives"), "alternatives", low=1)
        steps = as_count(scope.get("grid"), "grid", low=1)
        points = [Fraction(k, steps) for k in range(steps + 1)]
        reports = tuple(
            own
            for own in itertools.product(points, repeat=m)
            if not unit or (min(own) == 0 and max(own) == 1)
        )
        if not reports:
            raise InvalidInputError("alternatives", "be at least 2 for normalised utilities", m)
        n = as_count(agents, "agents", low=1)
        base = Problem(range(n), (reports[0],) * n, PolicyData(tuple(range(m))))
        told = f"utilities on the grid 1/{steps} of [0, 1]"
        return Domain(self, base, (reports,) * n, told + (", from 0 to 1 in each" if unit else ""))

    def small_domains(self) -> Iterator[Domain]:
        for agents, m, grid in ((1, 2, 1), (2, 2, 1), (2, 2, 2), (2, 3, 1)):
            yield self.domain(agents, alternatives=m, grid=grid)

    def relabelled(self, problem: Problem) -> Iterable[tuple[Problem, Any]]:
        labels = problem.data.alternatives
        for k in range(1, len(labels)):
            order = list(range(len(labels)))
            order[0], order[k] = k, 0
            names = {label: labels[j] for label, j in zip(labels, order, strict=True)}
            types = tuple(tuple(own[j] for j in order) for own in problem.types)
            yield replace(problem, types=types), tuple(names.items())

    def rename(self, problem: Problem, outcome: Outcome, renaming: Any) -> Outcome:
        return replace(outcome, choice=dict(renaming)[outcome.choice])

    def rescaled(self, problem: Problem) -> Iterable[tuple[Problem, str]]:
        for agent, own in zip(problem.agents, problem.types, strict=True):
            halved = tuple(x / 2 if isinstance(x, float) else Fraction(x) / 2 for x in own)
            yield problem.report(agent, halved), f"with the utilities of {agent} halved"
            moved = tuple(x + 1 for x in own)
            yield problem.report(agent, moved), f"with 1 added to the utilities of {agent}"

    def normal_scale(self, problem: Problem) -> Problem | None:
        """Every group from 0 at its worst to 1 at its best."""
        types = tuple(
            tuple(ratio(x - min(own), max(own) - min(own)) for x in own)
            if max(own) > min(own)
            else (0,) * len(own)
            for own in problem.types
        )
        return replace(problem, types=types)

    def size(self, problem: Problem) -> int:
        return len(problem.data.alternatives)


def policies() -> Policies:
    """Groups who value alternatives, and one lottery over these, the policy, for all.

    A type is the tuple of utilities of a group, its worth of a lottery the expectation.  Utilities
    that were estimated from choices have no common zero or unit: which rules compare them between
    groups is said with each rule.

    Examples
    --------
    >>> policies().problem({"few": {"a": 1, "b": 0}, "many": {"a": 0, "b": 1}}).types
    ((1, 0), (0, 1))
    """
    return Policies()
