"""The nucleolus and the prenucleolus as rules."""

from __future__ import annotations

from mechdesign.coalitional.references import SCHMEIDLER
from mechdesign.coalitional.stability.nucleolus_levels import nucleolus_of
from mechdesign.coalitional.values.game_setting import paid, payoffs
from mechdesign.model import Outcome, Problem, mechanism

__all__ = ["nucleolus", "prenucleolus"]


@mechanism("coalitional.nucleolus", setting=payoffs(), reference=SCHMEIDLER, anonymous=True)
def nucleolus(problem: Problem) -> Outcome:
    """The nucleolus: of the payoffs that give nobody less than alone, the largest excess is least.

    Then the next largest, and so on; :func:`nucleolus_of` has the levels and their proof.

    Examples
    --------
    >>> from mechdesign.coalitional import weighted_voting
    >>> nucleolus(weighted_voting([2, 1, 1, 1], 3)).choice
    (Fraction(2, 5), Fraction(1, 5), Fraction(1, 5), Fraction(1, 5))
    """
    found = nucleolus_of(problem.data)
    return paid(problem, tuple(found.payoffs.values()), "exact programs", levels=len(found.levels))


@mechanism("coalitional.prenucleolus", setting=payoffs(), reference=SCHMEIDLER, anonymous=True)
def prenucleolus(problem: Problem) -> Outcome:
    """The same over all payoffs that add up to what all players are worth.

    Examples
    --------
    >>> prenucleolus([0, 2, 0, 1]).choice
    (Fraction(3, 2), Fraction(-1, 2))
    """
    found = nucleolus_of(problem.data, imputations=False)
    return paid(problem, tuple(found.payoffs.values()), "exact programs", levels=len(found.levels))
