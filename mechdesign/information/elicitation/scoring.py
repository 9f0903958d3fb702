"""Scoring rules: what a forecast earns in each state, and how much effort it can pay for."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Annotated, Any

from mechdesign.errors import InvalidInputError
from mechdesign.information.elicitation.forecast_setting import forecasts
from mechdesign.information.numbers_read import distribution
from mechdesign.information.references import GNEITING
from mechdesign.model import (
    Mechanism,
    Number,
    Outcome,
    Problem,
    as_list,
    as_mechanism,
    as_numbers,
    mechanism,
    number_in,
    ratio,
    tidy,
)
from mechdesign.records import dataclass
from mechdesign.solvers.linear.certified_programs import CertifiedProgram

__all__ = [
    "EffortScore",
    "effort_incentive",
    "from_convex",
    "linear",
    "logarithmic",
    "optimal_effort_score",
    "quadratic",
    "ranked_probability",
    "spherical",
    "v_shaped",
]

_SETTING = forecasts()
Scores = tuple[Number, ...]


def _scored(problem: Problem, rule: Callable[[Scores], Sequence[Number]]) -> Outcome:
    rows = tuple(tuple(map(tidy, rule(belief))) for belief in problem.types)
    return Outcome(rows, problem=problem, setting=_SETTING)


@mechanism("information.quadratic", setting=_SETTING, anonymous=True, reference=GNEITING)
def quadratic(problem: Problem) -> Outcome:
    """The quadratic (Brier) score: twice the chance of what happened less the sum of squares.

    Examples
    --------
    >>> quadratic([[0.5, 0.5]]).choice
    ((0.5, 0.5),)
    """
    return _scored(problem, lambda r: [2 * x - sum(y * y for y in r) for x in r])


@mechanism("information.logarithmic", setting=_SETTING, anonymous=True, reference=GNEITING)
def logarithmic(problem: Problem) -> Outcome:
    """The logarithm of the chance of what happened; chances must be positive.

    Examples
    --------
    >>> [round(x, 6) for x in logarithmic([[0.5, 0.5]]).choice[0]]
    [-0.693147, -0.693147]
    """
    for k, belief in enumerate(problem.types):
        if not min(belief) > 0:
            raise InvalidInputError(f"types[{k}]", "have positive chances", belief)
    return _scored(problem, lambda r: [math.log(x) for x in r])


@mechanism("information.spherical", setting=_SETTING, anonymous=True, reference=GNEITING)
def spherical(problem: Problem) -> Outcome:
    """The chance of what happened over the length of the vector of chances.

    Examples
    --------
    >>> spherical([[1, 0]]).choice
    ((1.0, 0.0),)
    """
    return _scored(problem, lambda r: [float(x) / math.hypot(*map(float, r)) for x in r])


@mechanism("information.ranked_probability", setting=_SETTING, anonymous=True, reference=GNEITING)
def ranked_probability(problem: Problem, *, values: tuple[Number, ...] | None = None) -> Outcome:
    """The ranked probability score of ordered states: minus the squares of cumulative errors.

    Parameters
    ----------
    values : tuple of numbers, optional
        What the states stand for, ascending: the score is then minus the continuous ranked
        probability score of a distribution on these numbers.  By default neighbours are 1 apart.

    Examples
    --------
    >>> ranked_probability([[0, 1, 0]]).choice
    ((-1, 0, -1),)
    """
    states = len(problem.types[0])
    gaps: list[Number] = [1] * (states - 1)
    if values is not None:
        places = as_numbers(values, "values")
        gaps = [b - a for a, b in itertools.pairwise(places)]
        if len(places) != states or any(gap <= 0 for gap in gaps):
            raise InvalidInputError("values", f"be {states} ascending numbers", values)

    def score(r: Scores) -> list[Number]:
        below = list(itertools.accumulate(r))[:-1]
        return [
            -sum(w * (c - (k >= i)) ** 2 for k, (w, c) in enumerate(zip(gaps, below, strict=True)))
            for i in range(states)
        ]

    return _scored(problem, score)


@mechanism("information.v_shaped", setting=_SETTING, anonymous=True)
def v_shaped(
    problem: Problem, *, kink: Annotated[Number, number_in(0, 1)] = Fraction(1, 2)
) -> Outcome:
    """A bet on one of two states: on the second if its chance is at least the kink, else the first.

    The stakes make the bet fair at the kink, and the larger one is 1.  Of all scores between 0 and
    1 this pays most for an experiment with two symmetric signals where the prior is the kink.

    Parameters
    ----------
    kink : number
        The chance of the second state from which on the bet is on it.

    Examples
    --------
    >>> v_shaped([[Fraction(1, 4), Fraction(3, 4)]]).choice
    ((0, 1),)
    """
    if not 0 < kink < 1:
        raise InvalidInputError("kink", "be strictly between 0 and 1", kink)
    if len(problem.types[0]) != 2:
        raise InvalidInputError("types", "be beliefs about two states", problem.types[0])
    first: Number = min(1, ratio(kink, 1 - kink))
    second: Number = min(1, ratio(1 - kink, kink))
    return _scored(problem, lambda r: [0, second] if r[1] >= kink else [first, 0])


@mechanism("information.linear", setting=_SETTING, anonymous=True)
def linear(problem: Problem) -> Outcome:
    """The chance of what happened: it rewards exaggeration, and is here to be refuted.

    Examples
    --------
    >>> linear([[0.25, 0.75]]).choice
    ((0.25, 0.75),)
    """
    return _scored(problem, list)


def from_convex(
    potential: Callable[[Scores], Number], gradient: Callable[[Scores], Sequence[Number]]
) -> Mechanism[Any]:
    """The scoring rule of a convex function: its tangent at the report, seen from each state.

    A rule is proper if and only if it comes from a convex function in this way, and strictly proper
    if and only if the function is strictly convex.  That the function is convex is not checked here
    but by the axioms ``strategyproofness`` and ``strict_properness`` on the rule.

    Parameters
    ----------
    potential : callable
        Takes a belief.
    gradient : callable
        Its gradient, or any subgradient.

    Examples
    --------
    >>> rule = from_convex(lambda r: sum(x * x for x in r), lambda r: [2 * x for x in r])
    >>> rule([[Fraction(1, 4), Fraction(3, 4)]]).choice == quadratic(
    ...     [[Fraction(1, 4), Fraction(3, 4)]]).choice
    True
    """
    if not callable(potential) or not callable(gradient):
        raise InvalidInputError("potential", "be a function, and so be the gradient", potential)

    def convex_score(beliefs: Sequence[Scores]) -> list[list[Number]]:
        rows = []
        for belief in beliefs:
            slope = as_numbers(gradient(belief), "gradient")
            base = potential(belief) - sum(g * x for g, x in zip(slope, belief, strict=True))
            rows.append([base + g for g in slope])
        return rows

    return as_mechanism(convex_score, _SETTING)


@dataclass(frozen=True)
class EffortScore:
    """The score that rewards an experiment most.

    Parameters
    ----------
    incentive : number
        What the experiment is worth to who is scored by it: the most effort that it pays for.
    posteriors : tuple of beliefs
        What the experiment may reveal.
    scores : tuple of tuples of numbers, shape (posteriors, states)
        The score for reporting each of them.
    certified : bool
        Whether the optimum is exact.
    """

    incentive: Number
    posteriors: tuple[Scores, ...]
    scores: tuple[Scores, ...]
    certified: bool


def _experiment(posteriors: object, chances: object) -> tuple[tuple[Scores, ...], Scores, Scores]:
    """Beliefs with their chances, and their mean, the prior."""
    beliefs = tuple(distribution(mu, "posteriors") for mu in as_list(posteriors, "posteriors"))
    weights = distribution(chances, "chances", size=len(beliefs))
    if len(set(map(len, beliefs))) != 1:
        raise InvalidInputError("posteriors", "be about the same states", posteriors)
    prior = tuple(
        sum(w * mu[t] for w, mu in zip(weights, beliefs, strict=True))
        for t in range(len(beliefs[0]))
    )
    return beliefs, weights, prior


def optimal_effort_score(posteriors: object, chances: object) -> EffortScore:
    """Of all proper scores between 0 and 1 the one that makes an experiment worth most.

    The worth is the expected score after the experiment less the best expected score at the prior.

    Parameters
    ----------
    posteriors : sequence of distributions
        What the experiment may reveal.
    chances : sequence of numbers
        How likely each of them is; the prior is their mean.

    Notes
    -----
    A linear program over the scores at the posteriors: by the revelation principle nothing else
    needs to be reported.

    Examples
    --------
    A symmetric signal that is right with chance .8: .3, where the quadratic score gives .09.

    >>> far, near = Fraction(4, 5), Fraction(1, 5)
    >>> experiment = [[far, near], [near, far]], [Fraction(1, 2)] * 2
    >>> optimal_effort_score(*experiment).incentive
    Fraction(3, 10)
    """
    beliefs, weights, prior = _experiment(posteriors, chances)
    program = CertifiedProgram()
    states = range(len(prior))
    score = [
        [program.variable(w * mu[t], high=1) for t in states]
        for w, mu in zip(weights, beliefs, strict=True)
    ]
    best = program.variable(-1, low=None)
    for k, mu in enumerate(beliefs):
        program.row([(best, 1), *((score[k][t], -prior[t]) for t in states)], low=0)
        for j in range(len(beliefs)):
            if j != k:
                truth = [(score[k][t], mu[t]) for t in states]
                program.row([*truth, *((score[j][t], -mu[t]) for t in states)], low=0)
    found = program.maximise()
    rows = tuple(tuple(tidy(found.x[j]) for j in row) for row in score)
    return EffortScore(tidy(found.value), beliefs, rows, found.exact)


def effort_incentive(rule: Any, posteriors: object, chances: object) -> Number:
    """What an experiment is worth to a truthful forecaster under a scoring rule.

    Parameters
    ----------
    rule : mechanism or function
        In the setting :func:`forecasts`, scored as it is: scale it to compare.
    posteriors, chances : sequences
        As in :func:`optimal_effort_score`.

    Examples
    --------
    >>> far, near = Fraction(4, 5), Fraction(1, 5)
    >>> effort_incentive(quadratic, [[far, near], [near, far]], [Fraction(1, 2)] * 2)
    Fraction(9, 50)
    """
    beliefs, weights, prior = _experiment(posteriors, chances)
    scored = as_mechanism(rule, _SETTING)

    def worth(belief: Scores) -> Number:
        problem = _SETTING.problem([belief])
        return _SETTING.utility(problem, 0, belief, scored.solve(problem))

    after: Number = sum(w * worth(mu) for w, mu in zip(weights, beliefs, strict=True))
    return tidy(after - worth(prior))
