"""The Plackett-Luce model: probabilities, samples and maximum likelihood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

import numpy as np

from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.aggregation.reading import rule
from mechdesign.aggregation.results import AggregationResult, by_scores
from mechdesign.aggregation.settings import rankings
from mechdesign.algorithms.orders import components
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError
from mechdesign.model import (
    Number,
    Problem,
    Reference,
    Seed,
    as_count,
    as_list,
    as_numbers,
    count_from,
    generator,
)

__all__ = ["plackett_luce", "plackett_luce_probability", "sample_plackett_luce"]

HUNTER2004 = Reference(
    "hunter2004",
    "Hunter, D. R.",
    "MM algorithms for generalized Bradley-Terry models",
    2004,
    "Annals of Statistics 32",
)


@rule("aggregation.plackett_luce", setting=rankings(), reference=HUNTER2004)
def plackett_luce(
    problem: Problem, *, max_steps: Annotated[int, count_from(1)] = 20_000
) -> AggregationResult:
    """Plackett-Luce strengths by maximum likelihood.

    Parameters
    ----------
    problem : rankings or scores
        See :func:`read`; rankings must be strict but may leave alternatives out.
    max_steps : int
        Of the minorise-maximise iteration.

    Returns
    -------
    AggregationResult
        Scores are strengths that sum to 1.

    Raises
    ------
    InfeasibleError
        If there is no maximum: some set of alternatives is never ranked below the others.

    Examples
    --------
    >>> round(plackett_luce({"A > B": 3, "B > A": 1}).scores["A"], 6)
    0.75
    """
    profile = profile_of(problem)
    orders = profile.rankings()
    if any(not r.strict for r in orders):
        raise InvalidInputError("data", "hold strict rankings for the Plackett-Luce model", "ties")
    m = profile.m
    index = {label: i for i, label in enumerate(profile.alternatives)}
    lists = [np.array([index[x] for x in r.order]) for r in orders]
    weights = profile.counts / profile.denominator
    above = np.zeros((m, m), dtype=bool)
    stages = np.zeros(m)
    for order, weight in zip(lists, weights, strict=True):
        if weight:
            for k, i in enumerate(order):
                above[i, order[k + 1 :]] = True
            stages[order[:-1]] += weight
    if len(components(above)) > 1:
        raise InfeasibleError("no maximum: some alternatives are never ranked below the others")
    strength = np.full(m, 1 / m)
    for _ in range(max_steps):
        total = np.zeros(m)
        for order, weight in zip(lists, weights, strict=True):
            tail = np.cumsum(strength[order][::-1])[::-1]
            share = weight * np.cumsum(1 / tail[:-1]) if len(order) > 1 else np.zeros(0)
            total[order[:-1]] += share
            if len(order) > 1:
                total[order[-1]] += share[-1]
        following = stages / total
        following /= following.sum()
        if np.abs(following / strength - 1).max() < 1e-12:
            return by_scores(
                problem,
                following.tolist(),
                algorithm="minorise-maximise",
            )
        strength = following
    raise LimitReachedError(f"the likelihood was not maximised in {max_steps} steps")


def plackett_luce_probability(strengths: Sequence[object], order: Sequence[int]) -> Number:
    """The probability of an order: the product of w_i / (the weights not yet placed).

    Parameters
    ----------
    strengths : sequence of positive numbers, length m
        Weights.
    order : sequence of int
        The items, best first.

    Returns
    -------
    number
        Exact where the weights are.

    Examples
    --------
    >>> plackett_luce_probability([3, 2, 1], [0, 1, 2])
    Fraction(1, 3)
    """
    weights = as_numbers(strengths, "strengths")
    places = as_list(order, "order")
    if any(w <= 0 for w in weights) or Counter(places) != Counter(range(len(weights))):
        raise InvalidInputError("order", "be a permutation and the strengths positive", order)
    rest: Number = sum(weights)
    probability: Number = Fraction(1)
    for i in order:
        w = weights[i]
        exact = not isinstance(w, float) and not isinstance(rest, float)
        probability *= Fraction(w) / Fraction(rest) if exact else w / rest
        rest -= w
    return probability


def sample_plackett_luce(
    strengths: Sequence[object],
    size: int,
    rng: Seed = None,
    alternatives: Sequence[Label] | None = None,
) -> Profile:
    """Draw rankings from the model.

    Parameters
    ----------
    strengths : sequence of positive numbers, length m
        Weights.
    size : int
        Number of rankings.
    rng : numpy.random.Generator or int, optional
        Source of randomness.
    alternatives : sequence of labels, optional
        By default 0, 1, ...

    Notes
    -----
    The order of independent Gumbel variables with the log weights as locations.

    Examples
    --------
    >>> len(sample_plackett_luce([3, 2, 1], 5, rng=0))
    5
    """
    weights = np.array([float(w) for w in as_numbers(strengths, "strengths")])
    if not (weights > 0).all():
        raise InvalidInputError("strengths", "be positive", list(strengths))
    noise = generator(rng).gumbel(size=(as_count(size, "size", low=1), len(weights)))
    return Profile.from_scores(noise + np.log(weights), alternatives)
