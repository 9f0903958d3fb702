"""Serial dictatorship in one order and in a random one, and probabilistic serial."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.algorithms.birkhoff import birkhoff
from mechdesign.allocation.houses.eating import eaten, eaten_with_ties
from mechdesign.allocation.houses.random_orders import chances, pick
from mechdesign.allocation.markets import objects
from mechdesign.allocation.markets.two_sides import Sides, sides_of
from mechdesign.allocation.references import BOGOMOLNAIA_MOULIN, RANDOM_DICTATORS, SVENSSON
from mechdesign.clock import ticks
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import (
    Lottery,
    Outcome,
    Problem,
    Provenance,
    RandomAssignment,
    Result,
    as_count,
    generator,
    mechanism,
)
from mechdesign.model.numbers import Seed
from mechdesign.model.setting import Setting

__all__ = [
    "as_lottery",
    "probabilistic_serial",
    "random_serial_dictatorship",
    "serial_dictatorship",
]

_SETTING = objects()
_ORDERS = 8


def strict_lists(problem: Problem, owner: str) -> tuple[Sides, list[list[int]]]:
    """The market and its lists, which must have no ties and be of one side."""
    sides = _one_side(problem, owner)
    for i, wish in enumerate(sides.wishes):
        if any(len(tied) > 1 for tied in wish):
            told = "have no ties: what breaks them decides, and promises nothing"
            raise InvalidInputError("lists", told, sides.proposers[i], owner=owner)
    return sides, [[tied[0] for tied in wish] for wish in sides.wishes]


def _one_side(problem: Problem, owner: str) -> Sides:
    if problem.data.two_sided:
        raise InvalidInputError("problem", "have objects that are no agents", owner, owner=owner)
    return sides_of(problem)


@mechanism("allocation.serial_dictatorship", reference=SVENSSON, setting=_SETTING)
def serial_dictatorship(
    problem: Problem, *, setting: Setting | None = None, order: tuple[Any, ...] | None = None
) -> Outcome:
    """Each agent in turn takes the best object that is left.

    Parameters
    ----------
    order : tuple of agents, optional
        By default that in which they are written.

    Notes
    -----
    O(L) for lists of L entries in all.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> allocation.serial_dictatorship([[0, 1], [0, 1]], order=(1, 0)).choice
    {0: 1, 1: 0}
    """
    sides, lists = strict_lists(problem, "serial_dictatorship")
    turns: Sequence[int] = range(len(lists))
    if order is not None:
        row = {label: i for i, label in enumerate(sides.proposers)}
        if len(set(order)) != len(order) or not set(row) <= set(order):
            raise InvalidInputError("order", "name every agent once", order)
        # Of agents who stay away nothing is asked.
        turns = [row[label] for label in order if label in row]
    choice: Any = sides.choice(pick(lists, sides.places, turns))
    return Outcome(choice, problem=problem, setting=setting)


@mechanism("allocation.random_serial_dictatorship", reference=RANDOM_DICTATORS, setting=_SETTING)
def random_serial_dictatorship(
    problem: Problem,
    *,
    setting: Setting | None = None,
    form: Literal["marginals", "lottery"] = "marginals",
    samples: int | None = None,
    rng: Seed = None,
) -> Result:
    """Random serial dictatorship (random priority): all orders of the agents alike.

    Parameters
    ----------
    form : str
        ``"marginals"``, the chance of each agent for each object, or ``"lottery"``, over the
        assignments themselves (at most 8 agents): efficiency ex post is a property of this lottery,
        and not of every one with the same marginals.
    samples : int, optional
        Draw so many orders in place of counting them all; the chances are then floats.
    rng : numpy.random.Generator or int, optional
        For `samples`.

    Raises
    ------
    LimitReachedError
        Where there are too many orders to count.

    Notes
    -----
    Orders that served the same agents with the same objects are counted together, in integers:
    exponential in the number of different lists.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> print(allocation.random_serial_dictatorship([[0, 1, 2], [0, 2, 1], [1, 0, 2]]).choice)
    0: 1/2 0, 1/6 1, 1/3 2; 1: 1/2 0, 1/2 2; 2: 5/6 1, 1/6 2
    """
    sides, lists = strict_lists(problem, "random_serial_dictatorship")
    n = len(lists)
    if form == "lottery":
        if n > _ORDERS:
            raise LimitReachedError(f"the orders of {n} agents are too many for a lottery")
        drawn = [pick(lists, sides.places, order) for order in itertools.permutations(range(n))]
        share = Fraction(1, math.factorial(n))
        choices: list[Any] = [sides.choice(got) for got in drawn]
        return Lottery((share, Outcome(one, problem=problem, setting=setting)) for one in choices)
    if samples is None:
        return _outcome(problem, setting, sides, chances(lists, sides.places))
    count = as_count(samples, "samples", low=1)
    draw = generator(rng)
    totals = np.zeros((n, len(sides.places)))
    for _ in ticks(range(count)):
        for i, j in enumerate(pick(lists, sides.places, draw.permutation(n).tolist())):
            if j >= 0:
                totals[i, j] += 1
    rows = (totals / count).tolist()
    found = _outcome(problem, setting, sides, rows)
    seed = rng if isinstance(rng, int) else None
    return found.with_provenance(exact=False, algorithm=f"{count} orders drawn", seed=seed)


@mechanism(
    "allocation.probabilistic_serial",
    setting=_SETTING,
    reference=BOGOMOLNAIA_MOULIN,
)
def probabilistic_serial(problem: Problem, *, setting: Setting | None = None) -> Outcome:
    """Probabilistic serial: all eat from the best object left, what is eaten is a chance.

    Of equals everybody eats so that most is left to the others (the extended serial rule); how much
    it gets of each class is then unique, how much of each object is not.

    Returns
    -------
    Outcome
        A random assignment, exact.  Assignments with these chances are efficient only by *some*
        lottery over them: see :func:`as_lottery`.

    Notes
    -----
    An event for everybody who comes to an object or leaves it, in Fractions; with ties a largest
    flow for each phase [1]_.

    References
    ----------
    .. [1] Katta, A.-K. and Sethuraman, J. (2006). A solution to the random assignment problem on
       the full preference domain. Journal of Economic Theory 131.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> print(allocation.probabilistic_serial([[0, 1, 2], [0, 2, 1], [1, 0, 2]]).choice)
    0: 1/2 0, 1/4 1, 1/4 2; 1: 1/2 0, 1/2 2; 2: 3/4 1, 1/4 2
    >>> print(allocation.probabilistic_serial([[(0, 1)], [0, 1], [0, 2, 1]]).choice)
    0: 3/4 1; 1: 1/2 0, 1/4 1; 2: 1/2 0, 1/2 2
    """
    sides = _one_side(problem, "probabilistic_serial")
    if any(len(tied) > 1 for wish in sides.wishes for tied in wish):
        shares = eaten_with_ties(sides.wishes, sides.places)
    else:
        shares = eaten([[tied[0] for tied in wish] for wish in sides.wishes], sides.places)
    columns = range(len(sides.places))
    rows = [[own.get(j, 0) for j in columns] for own in shares]
    return _outcome(problem, setting, sides, rows)


def as_lottery(outcome: Outcome) -> Lottery:
    """A lottery over assignments that has the chances of a random assignment.

    Parameters
    ----------
    outcome : Outcome
        Whose choice is a :class:`~mechdesign.model.RandomAssignment`, in exact numbers.

    Raises
    ------
    InvalidInputError
        If it is another one.

    Notes
    -----
    The decomposition of Birkhoff and von Neumann, largest weights first.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> found = allocation.probabilistic_serial([[0, 1], [0, 1]])
    >>> [(str(p), dict(one.choice)) for p, one in allocation.as_lottery(found)]
    [('1/2', {0: 0, 1: 1}), ('1/2', {0: 1, 1: 0})]
    """
    choice = outcome.choice
    problem, setting = outcome.problem, outcome.setting
    if not isinstance(choice, RandomAssignment) or not choice.exact or problem is None:
        raise InvalidInputError("outcome", "hold an exact random assignment of a problem", choice)
    sides = sides_of(problem)
    rows: Any = choice.rows
    parts = birkhoff(rows, sides.places)
    told: list[tuple[Any, Any]] = [(p, sides.choice(got)) for p, got in parts]
    return Lottery((p, Outcome(one, problem=problem, setting=setting)) for p, one in told)


def _outcome(
    problem: Problem, setting: Setting | None, sides: Sides, rows: Sequence[Sequence[Any]]
) -> Outcome:
    choice = RandomAssignment.of(sides.proposers, sides.receivers, rows)
    how = Provenance(decisions=problem.data.decisions)
    return Outcome(choice, problem=problem, setting=setting, provenance=how)
