"""Maximal lotteries: the optimal mixed strategies of the game of majority margins, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import winners_first
from mechdesign.aggregation.reading import pairs_of, read, rule
from mechdesign.aggregation.references import FISHBURN1984
from mechdesign.aggregation.results import result
from mechdesign.aggregation.rules.majority import smith_components
from mechdesign.aggregation.settings import rankings
from mechdesign.errors import InvalidInputError, place_of
from mechdesign.model import FrozenMap, Lottery, Problem
from mechdesign.records import dataclass

__all__ = ["MaximalLottery", "maximal_lotteries", "maximal_lottery"]

Selection = Literal["vertex", "leximin"]


@dataclass(frozen=True)
class MaximalLottery:
    """A maximal lottery with what is known about the others.

    Parameters
    ----------
    probabilities : mapping of alternative to Fraction
        Exact, summing to 1.
    unique : bool
        Whether it is the only maximal lottery; proved either way.
    selection : str
        How it was selected where it is not.
    """

    probabilities: FrozenMap[Any, Fraction]
    unique: bool
    selection: str

    def gain(self, pairs: Pairwise, alternative: object) -> Fraction:
        """The expected margin of the lottery over an alternative; never negative."""
        j = place_of(alternative, pairs.alternatives, "alternative")
        return sum(
            (p * int(pairs.margins[i, j]) for i, p in enumerate(self.probabilities.values())),
            Fraction(0),
        )


def maximal_lottery(
    data: object, *, selection: Selection = "leximin", transform: str = "margins", **options: object
) -> MaximalLottery:
    """A maximal lottery in exact rationals.

    Parameters
    ----------
    data : rankings or scores
        See :func:`read`.
    selection : {"leximin", "vertex"}
        Where there are several: the one whose smallest probabilities are as large as possible
        (neutral), or some extreme point (may favour the order of the alternatives).
    transform : {"margins", "majority"}
        The game of the margins (C2 maximal lotteries) or of their signs (C1).

    Returns
    -------
    MaximalLottery
        With a proof of uniqueness or a selection.

    Notes
    -----
    On the Smith set, which contains every support.  A float linear programme guesses the support;
    an exact kernel and strict complementarity prove the lottery and that it is the only one.  Where
    that fails the exact simplex method decides, and its optimal face says whether it is unique.

    Examples
    --------
    >>> out = maximal_lottery({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3})
    >>> out.unique, list(out.probabilities.values())
    (True, [Fraction(1, 3), Fraction(1, 9), Fraction(5, 9)])
    """
    from mechdesign.solvers.linear.symmetric_games import optimal_strategy

    if selection not in ("leximin", "vertex"):
        raise InvalidInputError("selection", "be 'leximin' or 'vertex'", selection)
    if transform not in ("margins", "majority"):
        raise InvalidInputError("transform", "be 'margins' or 'majority'", transform)
    pairs = pairs_of(read(data, **options))
    margins = pairs.margins if transform == "margins" else np.sign(pairs.margins)
    inside = smith_components(pairs)[0]
    found, unique = optimal_strategy(margins[np.ix_(inside, inside)], selection)
    probabilities = dict.fromkeys(pairs.alternatives, Fraction(0))
    for i, p in zip(inside, found, strict=True):
        probabilities[pairs.alternatives[i]] = p
    return MaximalLottery(FrozenMap(probabilities), unique, "unique" if unique else selection)


@rule(
    "aggregation.maximal_lotteries",
    setting=rankings("winner"),
    reference=FISHBURN1984,
)
def maximal_lotteries(problem: Problem, *, selection: Selection = "leximin") -> Lottery:
    """The maximal lottery over winners, as a lottery over outcomes.

    Parameters
    ----------
    problem, selection
        As in :func:`maximal_lottery`.

    Returns
    -------
    Lottery
        Over the rankings that put one alternative first and all others level.

    Examples
    --------
    >>> maximal_lotteries({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3}).support[0][0]
    Fraction(1, 3)
    """
    found = maximal_lottery(problem, selection=selection)
    labels = problem.data.alternatives
    note = "" if found.unique else f"several maximal lotteries; selected by {selection}"
    return Lottery(
        (
            p,
            result(
                problem,
                winners_first([label], labels),
                algorithm="exact, proved by strict complementarity or the simplex method",
                ties=note,
            ),
        )
        for label, p in found.probabilities.items()
    )
