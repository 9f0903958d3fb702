"""The results of several rules on the same data: who wins, who beats whom, which task decides."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from mechdesign.aggregation.profiles.problems import ScoreData, profile_of
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.results import AggregationResult
from mechdesign.errors import place_of
from mechdesign.model import Number, Problem, as_mechanism, ratio
from mechdesign.records import dataclass

# For Kemeny's rule without one task, which may be far harder than with all.
_SECONDS = 5.0


@dataclass(frozen=True)
class Duel:
    """Two alternatives head to head.

    Parameters
    ----------
    first, second : labels
        The two.
    wins, losses, ties : tuple of str
        The tasks in which the first is better, worse, equal.
    won, lost : number
        The weight of the wins and of the losses.
    """

    first: Label
    second: Label
    wins: tuple[Any, ...]
    losses: tuple[Any, ...]
    ties: tuple[Any, ...]
    won: Number
    lost: Number


@dataclass(frozen=True, eq=False, repr=False)
class RuleResults:
    """The results of several rules on the same data.

    Parameters
    ----------
    problem : Problem
        The data.
    results : mapping of rule name to AggregationResult
        In the order asked for.
    """

    problem: Problem
    results: Mapping[str, AggregationResult]

    @property
    def decisions(self) -> tuple[str, ...]:
        """What had to be decided when the data were read."""
        told: tuple[str, ...] = self.problem.data.decisions
        return told

    @cached_property
    def counted(self) -> list[dict[str, Any]]:
        """The tasks that count, each with its direction and the range of its scores."""
        if not isinstance(self.problem.data, ScoreData):
            return []
        lower = set(self.problem.data.lower)
        found = []
        for task, scores in zip(self.problem.agents, self.problem.types, strict=True):
            sign = -1 if task in lower else 1
            known = [sign * v for v in scores if v is not None and v == v]
            found.append(
                {
                    "task": task,
                    "better": "lower" if task in lower else "higher",
                    "low": min(known, default=None),
                    "high": max(known, default=None),
                    "missing": len(scores) - len(known),
                }
            )
        return found

    @property
    def winners(self) -> dict[str, tuple[Label, ...]]:
        """The winners by rule."""
        return {rule: found.winners for rule, found in self.results.items()}

    @property
    def agree(self) -> bool:
        """Whether all rules have the same winners."""
        return len({frozenset(w) for w in self.winners.values()}) <= 1

    def duel(self, first: Label, second: Label) -> Duel:
        """Two alternatives task by task."""
        profile = profile_of(self.problem)
        i = place_of(first, profile.alternatives, "first")
        j = place_of(second, profile.alternatives, "second")
        mine, yours = profile.tiers[:, i].astype(int), profile.tiers[:, j].astype(int)
        both = (mine >= 0) & (yours >= 0)
        agents = self.problem.agents

        def at(mask: Any) -> tuple[Any, ...]:
            return tuple(agents[k] for k in np.flatnonzero(mask).tolist())

        def weight(mask: Any) -> Number:
            return ratio(int(profile.counts[mask].sum()), profile.denominator)

        better, worse = both & (mine < yours), both & (mine > yours)
        return Duel(
            first,
            second,
            at(better),
            at(worse),
            at(both & (mine == yours)),
            weight(better),
            weight(worse),
        )

    @cached_property
    def disputed_pairs(self) -> list[tuple[Label, Label]]:
        """Pairs that two rules order in opposite ways, those nearest to the top first."""
        labels = self.problem.data.alternatives
        rankings = [one.choice for one in self.results.values()]
        above = np.zeros((len(labels), len(labels)), dtype=bool)
        for ranking in rankings:
            tiers = np.array([ranking.tier(label) for label in labels])
            above |= tiers[:, None] < tiers
        first, second = np.nonzero(np.triu(above & above.T))
        best = np.array([[float(v) for v in r.rank_vector(labels)] for r in rankings]).min(axis=0)
        high = np.maximum(best[first], best[second])
        order = np.lexsort((second, first, best[first] + best[second], high))
        return [
            (labels[i], labels[j])
            for i, j in zip(first[order].tolist(), second[order].tolist(), strict=True)
        ]

    @cached_property
    def decisive_tasks(self) -> dict[str, list[tuple[Any, tuple[Label, ...]]]]:
        """By rule, the tasks without which somebody else wins, and who.

        Only where there are at most 60 agents and more than one, and for rules whose result is
        proved, with all tasks and without each.
        """
        found: dict[str, list[tuple[Any, tuple[Label, ...]]]] = {
            rule: [] for rule, result in self.results.items() if not result.provenance.gap
        }
        if not isinstance(self.problem.data, ScoreData) or not 1 < len(self.problem) <= 60:
            return found
        for agent in self.problem.agents:
            rest = _safe_without(self.problem, agent)
            if rest is None:
                continue
            for rule in list(found):
                result = self.results[rule]
                mechanism = as_mechanism(result.provenance.mechanism)
                limited = "time_limit" in mechanism.takes
                other: Any = mechanism(rest, time_limit=_SECONDS) if limited else mechanism(rest)
                if other.provenance.gap:
                    del found[rule]
                elif set(other.winners) != set(result.winners):
                    found[rule].append((agent, other.winners))
        return found


def _safe_without(problem: Problem, agent: object) -> Problem | None:
    """The problem without one task, or None where a system would have no score left."""
    rest = problem.without(agent)
    weights = [rest.weight_of(a) for a in rest.agents]
    for column in zip(*(list(t) for t in rest.types), strict=True):
        if not any(v is not None and v == v and w for v, w in zip(column, weights, strict=True)):
            return None
    return rest
