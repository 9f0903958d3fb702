"""Verdicts on phantom mechanisms and generalised medians from their parameters alone.

=====================================  ==========================================================
axiom                                  condition on ``alpha_S``, on the segment [0, 1]
=====================================  ==========================================================
strategyproofness, also of groups      ``alpha`` does not decrease
unanimity, Pareto efficiency           ``alpha`` of nobody is 0, of everybody 1
individual fair share                  ``alpha_{i} >= 1/n`` and ``alpha_{N-i} <= 1 - 1/n``
proportionality, UFS, PF               ``alpha_S = |S| / n``
anonymity                              ``alpha_S`` depends on ``|S|`` only
=====================================  ==========================================================
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.axioms import Certificate, Refutation, Scope, certifies
from mechdesign.errors import require
from mechdesign.facility.fairness.admissible_sets import fairness_witness
from mechdesign.facility.medians.capacities import (
    DictatorCapacity,
    FunctionCapacity,
    not_monotone,
)
from mechdesign.facility.medians.generalized import GeneralizedMedian
from mechdesign.facility.medians.phantom import PhantomMechanism
from mechdesign.facility.medians.phantom_rules import (
    ConstrainedMedianRule,
    FixedPhantoms,
    OrderStatisticRule,
    TargetRule,
    UniformRule,
)
from mechdesign.model import (
    FrozenMap,
    Mechanism,
    Number,
    Outcome,
    Problem,
    Setting,
    as_list,
    distance,
    show,
)

__all__ = ["parameter_violation"]

#: What a criterion about n agents covers: with weights, other parameters come into play.
UNWEIGHTED = "all problems without weights"

_SEARCHED = 12
_LARGEST_TABLE = 12
_INCENTIVES = (
    "strategyproofness",
    "group_strategyproofness",
    "strong_group_strategyproofness",
)
_EFFICIENCY = ("unanimity", "pareto_efficiency", "weak_pareto")
_PROPORTIONAL = ("unanimous_fair_share", "proportional_fairness", "facility_proportionality")
_FAIR = ("individual_fair_share", *_PROPORTIONAL, "strong_proportional_fairness")


def parameter_violation(
    axiom: str, mechanism: PhantomMechanism | GeneralizedMedian, agents: Sequence[Any] | int
) -> Problem | None:
    """A profile of the two ends at which an axiom fails, or None if it holds at **all** profiles.

    Parameters
    ----------
    axiom : str
        ``unanimity``, ``pareto_efficiency``, ``weak_pareto``, ``individual_fair_share``,
        ``unanimous_fair_share``, ``proportional_fairness``, ``facility_proportionality``,
        ``strong_proportional_fairness``.
    mechanism : PhantomMechanism or GeneralizedMedian
        What to decide.
    agents : int or sequence
        The agents.

    Notes
    -----
    O(n) values of alpha for phantom mechanisms, O(2^n) for generalised medians.

    Examples
    --------
    >>> from mechdesign import facility
    >>> parameter_violation("individual_fair_share", facility.median, 3).types
    (1, 0, 0)
    >>> parameter_violation("proportional_fairness", facility.uniform_phantom, 3) is None
    True
    """
    require(mechanism, (PhantomMechanism, GeneralizedMedian), "mechanism")
    names = tuple(range(agents)) if isinstance(agents, int) else tuple(as_list(agents, "agents"))
    n = len(names)
    low, high = mechanism.setting.low, mechanism.setting.high
    span = high - low
    for group, alpha in _parameters(mechanism, names):
        share = Fraction(alpha - low) / span if span != 1 or low else alpha
        fair = Fraction(len(group), n)
        if axiom in _EFFICIENCY:
            broken = len(group) in (0, n) and share != fair
        elif axiom == "individual_fair_share":
            too_low = len(group) == 1 and share < fair
            broken = too_low or (len(group) == n - 1 and share > fair)
        else:
            broken = share != fair
        if broken:
            return _at_ends(mechanism, names, group)
    if axiom == "strong_proportional_fairness" and n > 1:
        # What is left is the Uniform Phantom mechanism, which is too near to a lone agent.
        places = (low,) * (n - 1) + (low + span * Fraction(1, 3 * n),)
        return Problem(names, places, data=(low, high))
    return None


def _parameters(
    mechanism: PhantomMechanism | GeneralizedMedian, names: Sequence[object]
) -> Iterator[tuple[tuple[Any, ...], Number]]:
    if isinstance(mechanism, PhantomMechanism):
        for k, alpha in enumerate(mechanism.alphas(len(names))):
            yield tuple(names[:k]), alpha
        return
    for size in range(len(names) + 1):
        for group in itertools.combinations(names, size):
            yield group, mechanism.alpha(frozenset(group), tuple(names))


def _at_ends(mechanism: Any, names: Sequence[object], group: Sequence[object]) -> Problem:
    """The profile with the group at the right end."""
    low, high = mechanism.setting.low, mechanism.setting.high
    places = tuple(high if name in group else low for name in names)
    return Problem(tuple(names), places, data=(low, high))


def _exchange(old: Sequence[object], new: Sequence[object]) -> tuple[int, ...]:
    """An order of the positions of the old types that gives the new ones."""
    places: dict[Any, list[int]] = {}
    for k, place in enumerate(old):
        places.setdefault(place, []).append(k)
    return tuple(places[place].pop() for place in new)


def _populations(mechanism: Mechanism, scope: Scope) -> tuple[list[Any], bool]:
    """The sets of agents to decide, and whether they are all that the scope means."""
    own: Any = mechanism
    rule = getattr(own, "rule", None)
    if isinstance(rule, FixedPhantoms):
        return [rule.agents], not scope.agents or set(scope.agents) == {rule.agents}
    capacity = getattr(own, "capacity", None)
    if capacity is not None and capacity.agents is not None:
        names = tuple(capacity.agents)
        return [names], not scope.agents or set(scope.agents) == {len(names)}
    if scope.agents:
        return list(scope.agents), True
    first = abs(rule.rank) if isinstance(rule, OrderStatisticRule) else 1
    return list(range(first, first + _SEARCHED)), False


def _here(mechanism: Any, setting: Any) -> bool:
    """Whether the setting is the segment that the mechanism is made for."""
    return setting.id == "facility.line" and (setting.low, setting.high) == (
        mechanism.setting.low,
        mechanism.setting.high,
    )


def _refute(
    axiom: str, mechanism: PhantomMechanism | GeneralizedMedian, problem: Problem
) -> Refutation:
    """The violation at a profile, measured there."""
    outcome = mechanism.solve(problem)
    place = outcome.choice
    if axiom in _EFFICIENCY:
        better = min(max(place, min(problem.types)), max(problem.types))
        improved = Outcome(better, problem=problem, setting=mechanism.setting)
        gap: Number = 1 if axiom == "unanimity" else distance(place, better)
        return Refutation(problem, alternative=improved, gap=gap)
    if axiom == "facility_proportionality":
        low, high = mechanism.setting.low, mechanism.setting.high
        right = sum(1 for x in problem.types if x == high)
        fair = low + (high - low) * Fraction(right, len(problem))
        details: FrozenMap[str, Any] = FrozenMap(proportional=fair)
        return Refutation(problem, gap=distance(place, fair), details=details)
    found = fairness_witness(axiom, problem, place)
    assert found is not None  # the parameter test and the definition agree
    return Refutation(problem, agents=found.group, gap=found.excess)


def _decide(axiom: str) -> Callable[[Any, Setting, Scope], Certificate | Refutation | None]:
    def decide(
        mechanism: PhantomMechanism | GeneralizedMedian, setting: Setting, scope: Scope
    ) -> Certificate | Refutation | None:
        if not _here(mechanism, setting):
            return None
        populations, all_meant = _populations(mechanism, scope)
        for agents in populations:
            size = agents if isinstance(agents, int) else len(agents)
            if isinstance(mechanism, GeneralizedMedian) and size > _LARGEST_TABLE:
                return None
            problem = parameter_violation(axiom, mechanism, agents)
            if problem is not None:
                return _refute(axiom, mechanism, problem)
        every = _for_every_n(axiom, mechanism)
        if not all_meant and not every:
            return None
        # A heavy agent is many agents to the mechanism and one, with a large share, to the axiom.
        shares = axiom not in _EFFICIENCY
        uniform = isinstance(getattr(mechanism, "rule", None), UniformRule)
        weighted = isinstance(mechanism, GeneralizedMedian) or (every and (uniform or not shares))
        return Certificate(
            _criterion(axiom, mechanism), FrozenMap(axiom=axiom), "" if weighted else UNWEIGHTED
        )

    return decide


def _for_every_n(axiom: str, mechanism: object) -> bool:
    """Whether the condition is met for every number of agents by the form of the rule."""
    rule = getattr(mechanism, "rule", None)
    if axiom in _EFFICIENCY:
        if isinstance(rule, TargetRule):
            return not rule.constant
        dictated = isinstance(getattr(mechanism, "capacity", None), DictatorCapacity)
        return dictated or (rule is not None and not isinstance(rule, FixedPhantoms))
    if axiom == "individual_fair_share":
        return isinstance(rule, (UniformRule, ConstrainedMedianRule))
    return isinstance(rule, UniformRule) and axiom != "strong_proportional_fairness"


def _criterion(axiom: str, mechanism: Any) -> str:
    end = (show(mechanism.setting.low), show(mechanism.setting.high))
    if axiom in _EFFICIENCY:
        return (
            f"the outcome is {end[0]} if all agents are at {end[0]}, and {end[1]} if all are "
            f"at {end[1]}; then it always lies between the reports"
        )
    if axiom == "individual_fair_share":
        return "no agent alone at one end is farther than 1 - 1/n of the length"
    return "the outcome with k agents at the right end and the others at the left is k/n"


for _axiom in (*_EFFICIENCY, *_FAIR):
    for _class in (PhantomMechanism, GeneralizedMedian):
        certifies(_axiom, _class)(_decide(_axiom))


def _incentives(mechanism: object, setting: Setting, scope: Scope) -> Certificate | None:
    """Monotone parameters make every generalised median (strongly group) strategyproof.

    Suppose that members of a coalition gain: they are on one side of the outcome y, say the right,
    and so are all other members, or these lose.  The agents that reach any y' > y after the lie are
    among those on the right of y before it, whose parameter is at most y: y' is not reached.
    """
    if not _here(mechanism, setting):
        return None
    capacity = getattr(mechanism, "capacity", None)
    if isinstance(capacity, FunctionCapacity):
        if not scope.agents or max(scope.agents) > _LARGEST_TABLE:
            return None
        for n in scope.agents:
            if not_monotone(capacity, tuple(range(n))) is not None:
                return None
    form = "phantoms" if isinstance(mechanism, PhantomMechanism) else "parameters alpha_S"
    return Certificate(
        f"the {form} are fixed and nondecreasing, so that nobody can move the outcome towards "
        "its peak from the other side",
        FrozenMap(axiom="strategyproofness"),
    )


for _axiom in _INCENTIVES:
    for _class in (PhantomMechanism, GeneralizedMedian):
        certifies(_axiom, _class)(_incentives)


@certifies("anonymity", PhantomMechanism)
def _anonymous(mechanism: PhantomMechanism, setting: Setting, scope: Scope) -> Certificate | None:
    """Only the sorted reports enter."""
    if not _here(mechanism, setting):
        return None
    return Certificate("the outcome depends on the sorted reports only", FrozenMap())


@certifies("anonymity", GeneralizedMedian)
def _symmetric(
    mechanism: GeneralizedMedian, setting: Setting, scope: Scope
) -> Certificate | Refutation | None:
    """The parameters of all sets of one size must coincide."""
    if not _here(mechanism, setting):
        return None
    populations, all_meant = _populations(mechanism, scope)
    for agents in populations:
        names = tuple(range(agents)) if isinstance(agents, int) else tuple(agents)
        if len(names) > _LARGEST_TABLE:
            return None
        seen: dict[int, tuple[tuple[Any, ...], Number]] = {}
        for group, alpha in _parameters(mechanism, names):
            other, value = seen.setdefault(len(group), (group, alpha))
            if value != alpha:
                problem = _at_ends(mechanism, names, other)
                variant = _at_ends(mechanism, names, group)
                order = _exchange(problem.types, variant.types)
                return Refutation(problem, variant=variant, details=FrozenMap(order=order))
    if not all_meant:
        return None
    return Certificate("the parameters of sets of one size coincide", FrozenMap())
