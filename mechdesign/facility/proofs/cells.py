"""Exact verdicts beyond a named grid: the finite-cell theorem, and the option-set test."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign.axioms import Evidence, Ground, Scope, Status, Verdict, Witness, check
from mechdesign.axioms.question.trust import belongs_to_package
from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.facility.medians.generalized import GeneralizedMedian
from mechdesign.facility.medians.phantom import PhantomMechanism
from mechdesign.facility.proofs.certificates import UNWEIGHTED
from mechdesign.facility.segment.setting import Line
from mechdesign.model import (
    EvaluatesMany,
    FrozenMap,
    Mechanism,
    MechanismLike,
    Number,
    Outcome,
    RationalArray,
    all_exact,
    as_count,
    as_mechanism,
)

__all__ = ["CELL_AXIOMS", "cell_points", "decide_on_cells", "option_set_test"]

#: The axioms that are decided on the vertices of the cells.
CELL_AXIOMS = (
    "strategyproofness",
    "unanimity",
    "pareto_efficiency",
    "weak_pareto",
    "individual_fair_share",
    "unanimous_fair_share",
    "proportional_fairness",
    "strong_proportional_fairness",
    "facility_proportionality",
)


# A subclass may choose otherwise than its parameters say.
_MEDIANS = (PhantomMechanism.solve, GeneralizedMedian.solve)


def cell_points(mechanism: PhantomMechanism | GeneralizedMedian, agents: int) -> tuple[Number, ...]:
    """The ends of the segment and the parameters of a generalised median, in order.

    Examples
    --------
    >>> from mechdesign import facility
    >>> cell_points(facility.uniform_phantom, 2)
    (0, Fraction(1, 2), 1)
    """
    n = as_count(agents, "agents", low=1)
    require(mechanism, (PhantomMechanism, GeneralizedMedian), "mechanism")
    values: set[Number] = {mechanism.setting.low, mechanism.setting.high}
    if isinstance(mechanism, PhantomMechanism):
        values |= set(mechanism.alphas(n))
    elif isinstance(mechanism, GeneralizedMedian):
        names = tuple(mechanism.capacity.agents or range(n))
        for size in range(n + 1):
            for group in itertools.combinations(names, size):
                values.add(mechanism.alpha(frozenset(group), names))
    else:
        raise InvalidInputError("mechanism", "be a generalised median", mechanism)
    if type(mechanism).solve not in _MEDIANS or "solve" in vars(mechanism):
        raise InvalidInputError("mechanism", "choose what its parameters say", mechanism)
    if not all_exact(values):
        raise InvalidInputError("mechanism", "have exact parameters", values)
    return tuple(sorted(values))


def decide_on_cells(
    axiom: str, mechanism: PhantomMechanism | GeneralizedMedian, agents: int, **options: Any
) -> Verdict:
    """Decide an axiom for **all** profiles of a generalised median by finitely many of them.

    Order the reports and the parameters in one line: on every such cell the mechanism and all
    distances are linear, and the vertices of the cell are profiles of ends and parameters.  A
    demand of the form "distance at most an affine function of the profile", and strategyproofness,
    can therefore only fail if it fails at such a profile.

    Parameters
    ----------
    axiom : str
        One of :data:`CELL_AXIOMS`.
    mechanism : PhantomMechanism or GeneralizedMedian
        With exact parameters.
    agents : int
        The number of agents.
    **options
        For :func:`mechdesign.axioms.check`, such as ``preferences`` or ``time_limit``.

    Returns
    -------
    Verdict
        Its scope is all problems (without weights), although only a grid was searched.

    Notes
    -----
    ``|C|^n`` profiles, one of each class of permutations for anonymous mechanisms.  The test does
    not extend to coalitions, nor to mechanisms that are not generalised medians.

    Examples
    --------
    >>> from mechdesign import facility
    >>> verdict = decide_on_cells("proportional_fairness", facility.uniform_phantom, 3)
    >>> verdict.holds, verdict.scope.domain
    (True, 'all problems without weights')
    """
    if axiom not in CELL_AXIOMS:
        raise InvalidInputError("axiom", f"be one of {', '.join(CELL_AXIOMS)}", axiom)
    setting = options.get("setting", mechanism.setting)
    if setting.with_preferences("euclidean") != mechanism.setting.with_preferences("euclidean"):
        raise InvalidInputError("setting", "be the line of the mechanism", setting)
    points = cell_points(mechanism, agents)
    verdict = check(axiom, mechanism, agents=agents, grid=points, **options)
    if verdict.status is Status.UNKNOWN:
        return verdict
    evidence = verdict.evidence
    if verdict.status is Status.HOLDS:
        text = (
            "holds at the vertices of all cells on which the mechanism is linear, the profiles of "
            f"{len(points)} ends and parameters: {evidence.text}"
        )
        evidence = Evidence(Ground.CERTIFICATE, text)
    return replace(verdict, scope=replace(verdict.scope, domain=UNWEIGHTED), evidence=evidence)


def option_set_test(
    mechanism: MechanismLike, agents: int, grid: object, *, setting: Line | None = None
) -> Verdict:
    """Strategyproofness for all single-peaked preferences on a grid, by the option sets.

    A mechanism on a grid that contains both ends is strategyproof for single-peaked preferences
    if and only if, for every agent and whatever the others report, its outcome is the median of
    the agent's report and of the outcomes at its two extreme reports, and these are in order.

    Parameters
    ----------
    mechanism : mechanism, function or identifier
        Deterministic and exact.
    agents : int
        The number n of agents.
    grid : int or sequence of numbers
        As for the line; the ends must belong to it.
    setting : Line, optional
        For a function of one's own.

    Notes
    -----
    ``n |G|^n`` comparisons where the full test makes ``n |G|^(n+1)``.

    Examples
    --------
    >>> from mechdesign import facility
    >>> option_set_test(facility.median, 3, 4).status
    <Status.HOLDS: 'HOLDS'>
    >>> option_set_test(facility.rounded_uniform_phantom, 2, 12).status
    <Status.VIOLATED: 'VIOLATED'>
    """
    rule = as_mechanism(mechanism, setting)
    line = setting or rule.setting
    if not isinstance(line, Line):
        raise InvalidInputError("setting", "be a line", line)
    where = line.with_preferences("single_peaked")
    domain = where.domain(agents, grid=grid)
    points = domain.reports[0]
    if points[0] != line.low or points[-1] != line.high or not all_exact(points):
        raise InvalidInputError("grid", "contain both ends of the segment, exactly", points)
    table, own = _table(rule, domain, points)
    scope = Scope(where.id, domain.label, (domain.agents,), "single_peaked")
    checks = domain.agents * len(domain)
    stats: FrozenMap[str, int] = FrozenMap(problems=len(domain), checks=checks)
    for i in range(domain.agents):
        moved = np.moveaxis(table, i, -1)
        first, last = moved[..., :1], moved[..., -1:]
        expected = np.maximum(first, np.minimum(own, last))
        wrong = ((moved != expected) | (first > last)).any(axis=-1)
        if not wrong.any():
            continue
        others = tuple(int(k) for k in np.argwhere(wrong)[0])
        return Verdict(
            "strategyproofness",
            rule.name,
            Status.VIOLATED,
            scope,
            Evidence(
                Ground.WITNESS, "an outcome that is not the median of a report and two options"
            ),
            stats=stats,
            found=_lie(rule, where, domain, i, others),
        )
    text = (
        f"at all {len(domain):,} profiles the outcome is the median of each report and of the "
        "outcomes at the two extreme reports"
    )
    return Verdict(
        "strategyproofness",
        rule.name,
        Status.HOLDS,
        scope,
        Evidence(Ground.EXHAUSTIVE, text),
        stats=stats,
    )


def _table(rule: Mechanism, domain: Any, points: Sequence[Any]) -> tuple[Any, Any]:
    """The outcomes at all profiles and the grid points, as integers over one denominator."""
    shape = (len(points),) * domain.agents
    choices: Any = None
    # Of a user's own mechanism only single calls are evidence.
    trusted = belongs_to_package(rule) and domain.numeric is not None
    if trusted and isinstance(rule, EvaluatesMany):
        choices = rule.evaluate_many(domain.numeric)
    if not isinstance(choices, RationalArray):
        listed = []
        for indices in itertools.product(range(len(points)), repeat=domain.agents):
            outcome = rule.solve(domain.problem(indices))
            if not isinstance(outcome, Outcome) or not all_exact((outcome.choice,)):
                raise InvalidInputError("mechanism", "be deterministic and exact", outcome)
            listed.append(Fraction(outcome.choice))
        choices = RationalArray.from_values(listed)
    grid = RationalArray.from_values(list(points))
    common = int(np.lcm(grid.denominator, choices.denominator))
    return choices.at(common).numerators.reshape(shape), grid.at(common).numerators


def _lie(rule: Mechanism, where: Any, domain: Any, agent: int, others: Sequence[int]) -> Witness:
    """The largest gain of the agent at these reports of the others."""
    points = domain.reports[0]
    who = domain.base.agents[agent]
    best: Witness | None = None
    for true, lie in itertools.permutations(range(len(points)), 2):
        problem = domain.problem((*others[:agent], true, *others[agent:]))
        variant = problem.report(who, points[lie])
        before: Any = rule.solve(problem)
        after: Any = rule.solve(variant)
        gap = where.gain(problem, who, points[true], before, after)
        if gap > 0 and (best is None or gap > best.gap):
            best = Witness(
                "strategyproofness",
                where,
                problem,
                before,
                agents=(who,),
                variant=variant,
                after=after,
                gap=gap,
                minimal=False,
            )
    if best is None:
        raise LimitReachedError("the option-set test and the definition disagree")
    return best
