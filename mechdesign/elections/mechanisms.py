"""Rules that choose a platform, or a lottery over platforms."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any

from mechdesign.aggregation.profiles.weights import integer_weights
from mechdesign.aggregation.references import COPELAND1951, FISHBURN1984
from mechdesign.elections.competition import Stakes, downs, share_game
from mechdesign.elections.majority import majorities
from mechdesign.elections.setting import contest_of, platforms, utilities_of
from mechdesign.errors import UndecidedError
from mechdesign.model import (
    FrozenMap,
    Lottery,
    Number,
    Outcome,
    Problem,
    Provenance,
    Reference,
    all_exact,
    mechanism,
    number_in,
)
from mechdesign.preference_games import Equilibrium, regularised

__all__ = ["adversarial", "copeland", "maximal_lottery", "median"]

_SETTING: Any = platforms()
BLACK = Reference(
    "black1948",
    "Black, D.",
    "On the rationale of group decision-making",
    1948,
    "Journal of Political Economy 56(1), 23-34",
)


def _outcomes(problem: Problem, labels: Sequence[Hashable], **details: Any) -> list[Outcome]:
    exact = all(all_exact(own) for own in utilities_of(problem))
    told = Provenance(exact=exact, decisions=problem.data.decisions)
    return [
        Outcome(x, details=details, provenance=told, problem=problem, setting=_SETTING)
        for x in labels
    ]


def _unbeaten(problem: Problem) -> list[Hashable]:
    """From left to right, the platforms that no neighbour beats, where preferences have a peak."""
    found = contest_of(problem)
    failed = found.two_peaks()
    if failed is not None:
        voter, (a, b, c) = failed
        raise UndecidedError(
            f"voter {voter} likes {b}, between {a} and {c}, no more than either: preferences are "
            "not single-peaked, and no median is known to be stable"
        )
    order = found.axis()
    counts, _ = integer_weights(found.weights, found.voters)
    values = found.utilities[:, order]
    up = counts @ (values[:, 1:] > values[:, :-1]) - counts @ (values[:, 1:] < values[:, :-1])
    return [
        found.platforms[place]
        for k, place in enumerate(order)
        if (k == 0 or up[k - 1] >= 0) and (k == len(order) - 1 or up[k] <= 0)
    ]


def _all_unbeaten(problem: Problem) -> Sequence[Outcome]:
    return _outcomes(problem, _unbeaten(problem))


@mechanism(
    "elections.median",
    setting=_SETTING,
    reference=BLACK,
    anonymous=True,
    winners=_all_unbeaten,
)
def median(problem: Problem) -> Outcome:
    """The platform of the median voter: where preferences are single-peaked, no other beats it.

    With an even electorate several may be unbeaten, between the two median voters; the leftmost is
    chosen.

    Parameters
    ----------
    problem : voters on a line, or utilities with one peak each
        See :func:`platforms`.

    Raises
    ------
    UndecidedError
        If a voter's preferences have no single peak, with her and three platforms.

    Notes
    -----
    O(n m): with single peaks a platform that neither neighbour beats is beaten by none.

    Examples
    --------
    >>> median([0, 1, 2, 5, 9], platforms="0:9").choice
    2
    >>> median([0, 2, 4, 10], platforms="0:10").details["unbeaten"]
    (2, 3, 4)
    """
    found = _unbeaten(problem)
    return _outcomes(problem, found[:1], unbeaten=tuple(found))[0]


def _copeland_winners(problem: Problem) -> Sequence[Outcome]:
    scores = majorities(contest_of(problem)).copeland
    best = max(scores.values())
    return _outcomes(problem, [x for x, score in scores.items() if score == best], scores=scores)


@mechanism(
    "elections.copeland",
    reference=COPELAND1951,
    setting=_SETTING,
    anonymous=True,
    winners=_copeland_winners,
)
def copeland(problem: Problem) -> Outcome:
    """The platform with the most majority wins less losses; of several the one listed first.

    Parameters
    ----------
    problem : voters and platforms
        See :func:`platforms`.

    Examples
    --------
    >>> found = copeland([(0, 0), (4, 0), (0, 3)], platforms="0:4,0:3")
    >>> found.choice, found.details["scores"][1, 1]
    ((1, 1), 14)
    """
    return _copeland_winners(problem)[0]


@mechanism("elections.maximal_lottery", reference=FISHBURN1984, setting=_SETTING, anonymous=True)
def maximal_lottery(problem: Problem, *, stakes: Stakes = "margins") -> Lottery:
    """The lottery over platforms that no platform beats: where two candidates stand.

    Parameters
    ----------
    problem : voters and platforms
        See :func:`platforms`.
    stakes : {"margins", "majority"}
        Whether candidates want votes, or to win.

    Examples
    --------
    >>> found = maximal_lottery([0, 1, 2, 5, 9], platforms="0:9")
    >>> [(str(p), outcome.choice) for p, outcome in found]
    [('1', 2)]
    """
    return _lottery(problem, downs(contest_of(problem), stakes=stakes))


@mechanism("elections.adversarial", setting=_SETTING, anonymous=True)
def adversarial(
    problem: Problem,
    *,
    beta: Annotated[Number, number_in(Fraction(1, 10_000), 10**6)] = Fraction(1, 10),
    ref: Sequence[Number] | None = None,
    sensitivity: Annotated[Number, number_in(Fraction(1, 10_000), 10**6)] = 1,
) -> Lottery:
    """The lottery over platforms in equilibrium when votes are probabilistic.

    Parameters
    ----------
    problem : voters and platforms
        See :func:`platforms`.
    beta : number
        What departing from the base design costs, in vote share.
    ref : sequence of positive numbers, optional
        The base design, in the order of the platforms; uniform by default.
    sensitivity : number
        How much utilities decide, as in :func:`share_game`.

    Examples
    --------
    >>> from mechdesign.elections import utility_contest
    >>> voters = utility_contest([[0, 0.8, 0.5, -0.3], [0.4, -0.6, 0.3, 0.9]])
    >>> [round(p, 6) for p, _ in adversarial(voters)]
    [0.212172, 0.178497, 0.342439, 0.266892]
    """
    shares = share_game(contest_of(problem), sensitivity=sensitivity, ref=ref)
    return _lottery(problem, regularised(shares, beta=beta))


def _lottery(problem: Problem, found: Equilibrium) -> Lottery:
    """The equilibrium as a lottery whose outcomes tell the gap."""
    chances = list(found.probabilities.values())
    if any(isinstance(x, float) for x in chances):
        total = sum(float(x) for x in chances)
        chances = [float(x) / total for x in chances]
    told = FrozenMap({"gap": found.gap})
    return Lottery(
        (p, replace(outcome, details=told))
        for p, outcome in zip(chances, _outcomes(problem, problem.data.labels), strict=True)
    )
