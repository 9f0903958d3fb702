"""Every counterexample that there could be at a problem, axiom by axiom, from the definitions.

Each is a witness whose truth the axiom's own definition then decides.  An axiom that is not listed
here cannot be recounted.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from mechdesign.axioms.verification.findings import Open
from mechdesign.model import FrozenMap, Problem
from mechdesign.model.setting import EnumeratesOutcomes

#: Fields of a witness, the problem where it is another one.
Parts: TypeAlias = dict[str, Any]
Reports: TypeAlias = "Sequence[Sequence[Any]] | None"
Cases: TypeAlias = "Callable[[Any, Problem, Reports], Iterable[Parts]]"

_MOST_EXCHANGED = 6
# What every group of a line is entitled to.
_GROUPS = (
    "individual_fair_share unanimous_fair_share proportional_fairness strong_proportional_fairness "
    "obnoxious_individual_fair_share obnoxious_unanimous_fair_share obnoxious_proportional_fairness"
)


def _subsets(items: Sequence[Any], low: int, high: int) -> Iterator[tuple[Any, ...]]:
    for size in range(low, high + 1):
        yield from itertools.combinations(items, size)


def _groups(problem: Problem, low: int, high: int) -> Iterator[Parts]:
    return ({"agents": group} for group in _subsets(problem.agents, low, high))


def _lies(problem: Problem, reports: Reports, most: int = 1) -> Iterator[Parts]:
    if reports is None:
        raise Open("nothing lists the reports that an agent could make instead")
    listed = dict(zip(problem.agents, reports, strict=True))
    for group in _subsets(problem.agents, 1, most):
        for lies in itertools.product(*(listed[agent] for agent in group)):
            told = dict(zip(group, lies, strict=True))
            yield {"agents": group, "variant": problem.with_types(told)}


def _orders(problem: Problem) -> Iterator[tuple[int, ...]]:
    if len(problem) > _MOST_EXCHANGED:
        raise Open(f"more than {_MOST_EXCHANGED} agents have too many permutations")
    yield from itertools.permutations(range(len(problem)))


def _moved(problem: Problem, order: tuple[int, ...]) -> tuple[Any, ...]:
    return tuple(a for a, j in zip(problem.agents, order, strict=True) if a != problem.agents[j])


def _better(setting: Any, problem: Problem) -> Iterator[Parts]:
    if setting.money or not isinstance(setting, EnumeratesOutcomes):
        raise Open(f"{setting.id} does not list all outcomes that could be better")
    for outcome in setting.outcomes(problem):
        yield {"alternative": outcome}


def _leavers(problem: Problem) -> Iterator[Parts]:
    for leaver in problem.agents:
        variant = problem.without(leaver)
        for agent in variant.agents:
            yield {"agents": (agent,), "variant": variant, "details": FrozenMap(leaver=leaver)}


def _removals(labels: tuple[Any, ...]) -> Iterator[Parts]:
    sets = list(_subsets(labels, 2, len(labels) - 1))
    for label in labels if len(labels) > 2 else ():
        for note in ("first", "last", *(s for s in sets if label in s)):
            yield {"details": FrozenMap(removed=label, note=note)}


def _scales(setting: Any, problem: Problem) -> Iterator[Parts]:
    normal = setting.normal_scale(problem)
    if normal is None:
        raise Open("there are more scales than can be tried")
    yield {"variant": normal}


def _strategies(problem: Problem, reports: Reports) -> Iterator[Parts]:
    """Pairs of strategies of two raters, once for all signals: deviations, then equilibria."""
    if reports is None:
        raise Open("nothing lists the signals of the raters")
    if problem.types != tuple(listed[0] for listed in reports):
        return
    size, mixed = len(problem.data.joint), problem.data.mixed
    parts = [p for p in itertools.product(range(mixed + 1), repeat=size) if sum(p) == mixed]
    rows = [tuple(Fraction(x, mixed) for x in p) for p in parts]
    plans = list(itertools.product(rows, repeat=size))
    for both in itertools.product(plans, repeat=2):
        for agents in (*((agent,) for agent in problem.agents), ()):
            yield _with({"agents": agents}, strategies=both)


def _with(parts: Parts, **details: Any) -> Parts:
    return {**parts, "details": FrozenMap(**details)}


_TABLE: list[tuple[str, Cases]] = [
    (
        "feasibility unanimity condorcet_consistency condorcet_loser majority mutual_majority "
        "smith_criterion schwartz_criterion cancellation reversal_symmetry allocative_efficiency "
        "facility_proportionality",
        lambda s, p, r: [{}],
    ),
    (
        "individual_rationality twins task_duplication midpoint_domination no_positive_transfers "
        "revenue_monotonicity",
        lambda s, p, r: _groups(p, 1, 1),
    ),
    ("participation", lambda s, p, r: _groups(p, 1, int(len(p) > 1 or not s.public))),
    ("equal_treatment", lambda s, p, r: _groups(p, 2, 2)),
    (
        "swap_envy_freeness slot_envy_freeness equal_fill",
        lambda s, p, r: ({"agents": g} for g in itertools.permutations(p.agents, 2)),
    ),
    (
        "group_consistency reinforcement ranking_reinforcement",
        lambda s, p, r: _groups(p, 1, len(p) - 1),
    ),
    (f"auction_core {_GROUPS}", lambda s, p, r: _groups(p, 0, len(p))),
    ("strategyproofness allocation_monotonicity", lambda s, p, r: _lies(p, r)),
    ("group_strategyproofness strong_group_strategyproofness", lambda s, p, r: _lies(p, r, len(p))),
    (
        "candidate_monotonicity",
        lambda s, p, r: (_with(lie, lifted=x) for lie in _lies(p, r) for x in p.data.alternatives),
    ),
    (
        "arrow_iia",
        lambda s, p, r: (
            _with(lie, pair=x) for lie in _lies(p, r) for x in _subsets(p.data.alternatives, 2, 2)
        ),
    ),
    ("anonymity", lambda s, p, r: (_with({"variant": p.permuted(o)}, order=o) for o in _orders(p))),
    ("symmetry", lambda s, p, r: (_with({"agents": _moved(p, o)}, order=o) for o in _orders(p))),
    (
        "neutrality",
        lambda s, p, r: (_with({"variant": v}, renaming=name) for v, name in s.relabelled(p)),
    ),
    (
        "pareto_efficiency weak_pareto majority_stability lottery_stability",
        lambda s, p, r: _better(s, p),
    ),
    ("strong_truthfulness", lambda s, p, r: _strategies(p, r)),
    ("core", lambda s, p, r: ({**o, **g} for o in _better(s, p) for g in _groups(p, 1, len(p)))),
    ("population_monotonicity", lambda s, p, r: _leavers(p)),
    (
        "ranking_pareto",
        lambda s, p, r: (
            _with({}, above=a, below=b) for a, b in itertools.permutations(p.data.alternatives, 2)
        ),
    ),
    (
        "positive_involvement negative_involvement",
        lambda s, p, r: (
            _with(g, alternative=x)
            for g in _groups(p, 1, int(len(p) > 1))
            for x in p.data.alternatives
        ),
    ),
    (
        "irrelevant_removal local_iia clone_independence smith_dominated_independence "
        "pareto_dominated_independence",
        lambda s, p, r: _removals(p.data.alternatives),
    ),
    ("scale_invariance", lambda s, p, r: _scales(s, p)),
    ("nash_contraction", lambda s, p, r: ({"variant": q} for q in s.restricted(p, ()))),
    (
        "strong_monotonicity restricted_monotonicity individual_monotonicity",
        lambda s, p, r: (
            {"problem": q, "variant": p, **g} for q in s.restricted(p, ()) for g in _groups(p, 1, 1)
        ),
    ),
]

#: Axioms about what a type expects.
INTERIM = ("bayesian_incentive_compatibility", "interim_rationality")


def interim(name: str, prior: Any) -> Cases:
    """The cases of an axiom about what a type expects: each type of each agent once."""
    beliefs: dict[tuple[int, int, Any], dict[Any, Any]] = {}
    sizes: set[int] = set()

    def cases(setting: Any, problem: Problem, reports: Reports) -> Iterator[Parts]:
        if prior is None or reports is None:
            raise Open("no prior over a domain is named")
        n, lies = len(problem), name == INTERIM[0]
        if n not in sizes:
            sizes.add(n)
            every = dict.fromkeys(itertools.product(*reports), 1) if prior == "uniform" else prior
            for types, p in every.items():
                for k, own in enumerate(types if len(types) == n and p else ()):
                    beliefs.setdefault((n, k, own), {})[types] = p
        for k, agent in enumerate(problem.agents):
            mine = beliefs.get((n, k, problem.types[k]), {})
            if problem.types not in mine:
                continue
            del beliefs[n, k, problem.types[k]]
            mass: Any = sum(mine.values())
            exact = not isinstance(mass, float)
            told = tuple((Fraction(p) / mass if exact else p / mass, t) for t, p in mine.items())
            for case in _lies(problem, reports) if lies else ({"agents": (agent,)},):
                if case["agents"] == (agent,):
                    yield _with(case, belief=told)

    return cases


CANDIDATES: dict[str, Cases] = {name: cases for names, cases in _TABLE for name in names.split()}
#: Axioms that compare two results by dominance, those that look at single outcomes, and all that
#: value lotteries and sets agent by agent; the others compare single outcomes.
BY_DOMINANCE = {"strategyproofness", "group_strategyproofness", "strong_group_strategyproofness"}
BY_DOMINANCE |= {"participation", "population_monotonicity"}
EACH_OUTCOME = set(
    f"equal_treatment individual_rationality feasibility unanimity {_GROUPS}".split()
)
VALUE_LOTTERIES = BY_DOMINANCE | EACH_OUTCOME | {"anonymity", "lottery_stability", *INTERIM}
