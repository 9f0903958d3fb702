"""How much regularisation buys truthfulness: lies on all profiles of small electorates."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from mechdesign.algorithms.orders import strict_orders
from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_count, as_number, as_numbers
from mechdesign.preference_games.fixed_points import regularised_many

__all__ = ["BestLie", "Truthful", "best_lie", "truthful_strength"]

Compare = Literal["dominance", "pairwise", "expectation"]
_ROUNDING = 1e-9
_NAMES = "ABCDEFGH"


class BestLie(NamedTuple):
    """The lie that gains most, and in how many of all cases some lie gains."""

    gain: float
    profile: tuple[str, ...]
    lie: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    cases: int
    manipulable: int


class Truthful(NamedTuple):
    """Strengths between which lies of a sort disappear."""

    last_lie: float
    none_found: float


def best_lie(
    beta: Number,
    voters: int,
    *,
    alternatives: int = 3,
    compare: Compare = "dominance",
    utilities: Sequence[Number] | None = None,
) -> BestLie:
    """The best lie under the regularised lottery with a uniform reference, over all rankings.

    Parameters
    ----------
    beta : number
        Positive.
    voters : int
        Who rank strictly; all profiles are tried, up to the order of the voters.
    alternatives : int
        2 to 4.
    compare : {"dominance", "pairwise", "expectation"}
        Whether the new lottery must be at least as good at every rank and better at one (the gain
        is the sum of what it is better by); its draw preferred more often than the old one's; or
        the expectation of `utilities` larger.
    utilities : sequence of numbers, optional
        Of the ranks, best first; m - 1, ..., 0 by default.

    Returns
    -------
    BestLie
        The first voter of the profile is the one who lies.  A gain of 0 says that none was found:
        lotteries are computed to 1e-12 and gains below 1e-9 do not count.

    Notes
    -----
    All games are solved at once: ``C(m! + v - 1, v)`` of them for v voters.

    Examples
    --------
    >>> found = best_lie(0.05, 4)
    >>> found.manipulable > 0, best_lie(0.1, 4).gain
    (True, 0.0)
    """
    strength = float(as_number(beta, "beta"))
    n = as_count(voters, "voters", low=1)
    m = as_count(alternatives, "alternatives", low=2)
    if m > 4 or n > 12:
        raise InvalidInputError("alternatives", "be at most 4, for at most 12 voters", (m, n))
    if compare not in get_args(Compare):
        raise InvalidInputError("compare", f"be one of {get_args(Compare)}", compare)
    worth = [float(m - 1 - k) for k in range(m)]
    if utilities is not None:
        worth = [float(x) for x in as_numbers(utilities, "utilities")]
        if len(worth) != m or sorted(worth, reverse=True) != worth:
            raise InvalidInputError("utilities", f"be {m} numbers, the best first", utilities)
    ranks = np.array(strict_orders(m))
    kinds = len(ranks)
    profiles = list(itertools.combinations_with_replacement(range(kinds), n))
    place = {profile: k for k, profile in enumerate(profiles)}
    prefers = (ranks[:, :, None] < ranks[:, None, :]) + 0.5 * np.eye(m)
    members = np.array(profiles)
    found = regularised_many(prefers[members].mean(axis=1), beta=strength).policies
    best = BestLie(0.0, (), "", (), (), 0, 0)
    cases = manipulable = 0
    for k, profile in enumerate(profiles):
        for truth in sorted(set(profile)):
            others = list(profile)
            others.remove(truth)
            lies = [r for r in range(kinds) if r != truth]
            after = found[[place[tuple(sorted([*others, lie]))] for lie in lies]]
            gains = _gains(found[k], after, ranks[truth], compare, worth)
            cases += 1
            top = int(gains.argmax())
            manipulable += bool(gains[top] > _ROUNDING)
            if gains[top] > max(best.gain, _ROUNDING):
                told = tuple(map(_say, ranks[[truth, *others]]))
                lie = _say(ranks[lies[top]])
                pair = (tuple(found[k].tolist()), tuple(after[top].tolist()))
                best = BestLie(float(gains[top]), told, lie, *pair, 0, 0)
    return best._replace(cases=cases, manipulable=manipulable)


def _gains(
    before: FloatArray, after: FloatArray, ranks: Any, compare: str, worth: Sequence[float]
) -> FloatArray:
    """What each of several lies gains; 0 or less where it does not."""
    order = np.argsort(ranks)
    if compare == "expectation":
        return np.asarray((after - before)[:, order] @ np.array(worth))
    if compare == "pairwise":
        above = np.sign(ranks[None, :] - ranks[:, None])
        return np.asarray(after @ above @ before / 2)
    upper = np.cumsum((after - before)[:, order], axis=1)[:, :-1]
    return np.where(upper.min(axis=1) >= -1e-11, upper.sum(axis=1), 0.0)


def _say(ranks: Any) -> str:
    return " > ".join(_NAMES[k] for k in np.argsort(ranks).tolist())


def truthful_strength(
    voters: int,
    *,
    alternatives: int = 3,
    compare: Compare = "dominance",
    utilities: Sequence[Number] | None = None,
    low: Number = 0.01,
    high: Number = 2,
    points: int = 60,
    tolerance: Number = 1e-4,
) -> Truthful:
    """The strength of regularisation above which no lie was found to pay.

    Parameters
    ----------
    voters, alternatives, compare, utilities
        As in :func:`best_lie`.
    low, high : number
        Between which strengths are tried, positive.
    points : int
        How many of them, in equal ratios; then the last at which a lie pays and its neighbour are
        brought together.
    tolerance : number
        How near the two strengths of the answer are.

    Returns
    -------
    Truthful
        A strength at which a lie pays, and one a little above at which none was found.  Where none
        is found at all, ``(0, low)``; where one is found at `high`, ``(high, inf)``.  What holds
        between the strengths that were tried is not proved.

    Examples
    --------
    >>> found = truthful_strength(4, points=8, tolerance=0.01)
    >>> 0.06 < found.last_lie < 0.0782 < found.none_found < 0.09
    True
    """
    least, most = float(as_number(low, "low")), float(as_number(high, "high"))
    close = float(as_number(tolerance, "tolerance"))
    if not 0 < least < most:
        raise InvalidInputError("low", "be positive and below high", low)
    if close <= 0:
        raise InvalidInputError("tolerance", "be positive", tolerance)

    def pays(beta: float) -> bool:
        options: dict[str, Any] = {"alternatives": alternatives, "utilities": utilities}
        return best_lie(beta, voters, compare=compare, **options).gain > 0

    grid = np.geomspace(least, most, as_count(points, "points", low=2)).tolist()
    last = next((k for k in reversed(range(len(grid))) if pays(grid[k])), None)
    if last is None:
        return Truthful(0.0, least)
    if last == len(grid) - 1:
        return Truthful(most, float("inf"))
    least, most = grid[last], grid[last + 1]
    while most - least > close:
        middle = float(np.sqrt(least * most))
        least, most = (middle, most) if pays(middle) else (least, middle)
    return Truthful(least, most)
