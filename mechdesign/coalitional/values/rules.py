"""Values as rules: Shapley's, Banzhaf's, Owen's, equal division."""

from __future__ import annotations

from typing import Any

from mechdesign.coalitional.references import BANZHAF, OWEN, SHAPLEY
from mechdesign.coalitional.values.game_setting import paid, payoffs
from mechdesign.coalitional.values.interaction import owen_of
from mechdesign.coalitional.values.marginals import banzhaf_of, shapley_of
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Outcome, Problem, mechanism, ratio

__all__ = ["banzhaf", "equal_division", "normalised_banzhaf", "owen", "shapley"]


@mechanism("coalitional.shapley", setting=payoffs(), reference=SHAPLEY, anonymous=True)
def shapley(problem: Problem) -> Outcome:
    """The Shapley value: what a player adds when it comes, on average over all orders.

    Parameters
    ----------
    problem : Problem or plain data
        A game of n players, as :func:`game` reads it.

    Notes
    -----
    The sums of what a player adds to the coalitions of each size are added by array operations:
    O(n 2^n), exact where the worths are.

    Examples
    --------
    >>> from mechdesign.coalitional import gloves
    >>> shapley(gloves(1, 2)).choice
    (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))
    """
    return paid(problem, shapley_of(problem.data), "sums by size")


@mechanism("coalitional.banzhaf", setting=payoffs(), reference=BANZHAF, anonymous=True)
def banzhaf(problem: Problem) -> Outcome:
    """The Banzhaf value: what a player adds, on average over all coalitions of the others.

    Examples
    --------
    >>> from mechdesign.coalitional import gloves
    >>> banzhaf(gloves(1, 2)).choice
    (Fraction(3, 4), Fraction(1, 4), Fraction(1, 4))
    """
    return paid(problem, banzhaf_of(problem.data), "sums by size")


@mechanism("coalitional.normalised_banzhaf", reference=BANZHAF, setting=payoffs(), anonymous=True)
def normalised_banzhaf(problem: Problem) -> Outcome:
    """The worth of all players, divided in proportion to the Banzhaf value.

    Where that adds up to 0, nobody gets anything.

    Examples
    --------
    >>> from mechdesign.coalitional import weighted_voting
    >>> normalised_banzhaf(weighted_voting([2, 1, 1], 3)).choice
    (Fraction(3, 5), Fraction(1, 5), Fraction(1, 5))
    """
    shares = banzhaf_of(problem.data)
    whole: Any = sum(shares)
    if not whole:
        return paid(problem, [0] * len(shares), "sums by size")
    total = problem.data.total
    return paid(problem, [ratio(total * share, whole) for share in shares], "sums by size")


@mechanism("coalitional.equal_division", setting=payoffs(), anonymous=True)
def equal_division(problem: Problem) -> Outcome:
    """Everybody gets the same share of what all are worth.

    Examples
    --------
    >>> equal_division([0, 1, 0, 3]).choice
    (Fraction(3, 2), Fraction(3, 2))
    """
    share: Number = ratio(problem.data.total, len(problem))
    return paid(problem, [share] * len(problem), "division")


@mechanism("coalitional.owen", setting=payoffs(), reference=OWEN)
def owen(problem: Problem, *, blocks: Any = None) -> Outcome:
    """Owen's value: blocks of players come together, Shapley's value among and within them.

    Parameters
    ----------
    blocks : sequence of sequences of players, optional
        Every player is in one; by default each is a block of its own.

    Examples
    --------
    >>> from mechdesign.coalitional import weighted_voting
    >>> apex = weighted_voting([2, 1, 1, 1], 3)
    >>> owen(apex, blocks=[[0, 1], [2], [3]]).choice
    (Fraction(2, 3), Fraction(1, 3), 0, 0)
    """
    if blocks is None:
        blocks = [[player] for player in problem.agents]
    elif isinstance(blocks, str) or not hasattr(blocks, "__iter__"):
        raise InvalidInputError("blocks", "be lists of players", blocks, owner="coalitional.owen")
    return paid(problem, owen_of(problem.data, blocks), "Shapley among and within blocks")
