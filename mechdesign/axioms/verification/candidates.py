"""Every counterexample that there could be at a problem, axiom by axiom, from the definitions.

Each is a witness whose truth the axiom's own definition then decides.  An axiom that is not listed
here cannot be recounted.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from mechdesign.axioms.verification.findings import Open
from mechdesign.model import FrozenMap, Problem, Setting
from mechdesign.model.setting import EnumeratesOutcomes

#: Fields of a witness beside the problem.
Parts: TypeAlias = dict[str, Any]
Reports: TypeAlias = "Sequence[Sequence[Any]] | None"

_MOST_EXCHANGED = 6


def _problem(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    yield {}


def _one(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    for agent in problem.agents:
        yield {"agents": (agent,)}


def _absent(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    if len(problem) > 1 or not setting.public:
        yield from _one(setting, problem, reports)


def _two(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    for pair in itertools.combinations(problem.agents, 2):
        yield {"agents": pair}


def _groups(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    for size in range(1, len(problem)):
        for group in itertools.combinations(problem.agents, size):
            yield {"agents": group}


def _lies(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    for agent, listed in zip(problem.agents, _listed(reports), strict=True):
        for lie in listed:
            yield {"agents": (agent,), "variant": problem.report(agent, lie)}


def _joint_lies(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    listed = dict(zip(problem.agents, _listed(reports), strict=True))
    for size in range(1, len(problem) + 1):
        for group in itertools.combinations(problem.agents, size):
            for lies in itertools.product(*(listed[agent] for agent in group)):
                told = dict(zip(group, lies, strict=True))
                yield {"agents": group, "variant": problem.with_types(told)}


def _listed(reports: Reports) -> Sequence[Sequence[Any]]:
    if reports is None:
        raise Open("nothing lists the reports that an agent could make instead")
    return reports


def _exchanges(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    if len(problem) > _MOST_EXCHANGED:
        raise Open(f"more than {_MOST_EXCHANGED} agents have too many permutations")
    for order in itertools.permutations(range(len(problem))):
        variant = problem.permuted(order)
        yield {"variant": variant, "details": FrozenMap(order=order)}


def _renamings(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    for variant, renaming in setting.relabelled(problem):
        yield {"variant": variant, "details": FrozenMap(renaming=renaming)}


def _better(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    if setting.money or not isinstance(setting, EnumeratesOutcomes):
        raise Open(f"{setting.id} does not list all outcomes that could be better")
    for outcome in setting.outcomes(problem):
        yield {"alternative": outcome}


def _blocking(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    for parts in _better(setting, problem, reports):
        for size in range(1, len(problem) + 1):
            for group in itertools.combinations(problem.agents, size):
                yield {**parts, "agents": group}


def _leavers(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    for leaver in problem.agents if len(problem) > 1 else ():
        variant = problem.without(leaver)
        for agent in variant.agents:
            details: FrozenMap[str, Any] = FrozenMap(leaver=leaver)
            yield {"agents": (agent,), "variant": variant, "details": details}


def _pairs(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    for above, below in itertools.permutations(problem.data.alternatives, 2):
        yield {"details": FrozenMap(above=above, below=below)}


def _joiners(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
    for agent in problem.agents if len(problem) > 1 else ():
        for label in problem.data.alternatives:
            yield {"agents": (agent,), "details": FrozenMap(alternative=label)}


CANDIDATES: dict[str, Callable[[Setting, Problem, Reports], Iterator[Parts]]] = {
    "strategyproofness": _lies,
    "group_strategyproofness": _joint_lies,
    "strong_group_strategyproofness": _joint_lies,
    "allocation_monotonicity": _lies,
    "anonymity": _exchanges,
    "equal_treatment": _two,
    "neutrality": _renamings,
    "pareto_efficiency": _better,
    "weak_pareto": _better,
    "core": _blocking,
    "individual_rationality": _one,
    "participation": _absent,
    "population_monotonicity": _leavers,
    "feasibility": _problem,
    "unanimity": _problem,
    "condorcet_consistency": _problem,
    "condorcet_loser": _problem,
    "majority": _problem,
    "mutual_majority": _problem,
    "smith_criterion": _problem,
    "schwartz_criterion": _problem,
    "cancellation": _problem,
    "ranking_pareto": _pairs,
    "group_consistency": _groups,
    "positive_involvement": _joiners,
    "negative_involvement": _joiners,
}
#: Axioms that value lotteries and sets agent by agent; the others compare single outcomes.
VALUE_LOTTERIES = {
    "strategyproofness",
    "group_strategyproofness",
    "strong_group_strategyproofness",
    "anonymity",
    "equal_treatment",
    "individual_rationality",
    "participation",
    "population_monotonicity",
    "feasibility",
    "unanimity",
}
#: Those of them that compare two results by dominance, and those that look at single outcomes.
BY_DOMINANCE = {
    "strategyproofness",
    "group_strategyproofness",
    "strong_group_strategyproofness",
    "participation",
    "population_monotonicity",
}
EACH_OUTCOME = {"equal_treatment", "individual_rationality", "feasibility", "unanimity"}
