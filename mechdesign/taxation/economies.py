"""What a planner expects: skills and their shares, how income responds to taxes, what is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_number, as_numbers, is_exact, ratio, serializable, tidy
from mechdesign.records import dataclass

__all__ = ["Economy", "economy"]


@serializable("taxation.Economy")
@dataclass(frozen=True)
class Economy:
    """Skills, their shares, and what all of them have in common.

    A worker of skill w who earns z and keeps c has the utility ``c - (z/w)^(1 + 1/e) / (1 + 1/e)``,
    e the elasticity of income with respect to what is kept of one unit more.

    Parameters
    ----------
    skills : tuple of numbers, length n
        Positive, in ascending order, distinct.
    shares : tuple of numbers, length n
        Positive; they sum to 1.
    elasticity : number
        Positive.
    need : number
        What the government spends for each worker.
    decisions : tuple of str
        What had to be decided when the data were read.

    Examples
    --------
    >>> Economy((1, 2), (Fraction(1, 2), Fraction(1, 2))).untaxed
    (1, 4)
    """

    skills: tuple[Number, ...]
    shares: tuple[Number, ...]
    elasticity: Number = 1
    need: Number = 0
    decisions: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.skills)

    @property
    def exact(self) -> bool:
        """Whether incomes and utilities are exact: with exact numbers and elasticity 1."""
        numbers = (*self.skills, *self.shares, self.need)
        return self.elasticity == 1 and all(map(is_exact, numbers))

    @property
    def untaxed(self) -> tuple[Number, ...]:
        """What each skill earns without taxes."""
        return tuple(self.earned(w, 1) for w in self.skills)

    def earned(self, skill: Number, kept: Number) -> Number:
        """What a skill earns where it keeps the share `kept` of one unit more, everywhere."""
        if kept <= 0:
            return 0
        return power(skill, 1 + self.elasticity) * power(kept, self.elasticity)

    def effort(self, income: Number, skill: Number) -> Number:
        """What it costs a skill to earn an income."""
        exponent = 1 + ratio(1, self.elasticity)
        return ratio(power(ratio(income, skill), exponent), exponent)

    def kept(self, income: Number, skill: Number) -> Number:
        """What a skill would have to keep of one unit more to earn just this income."""
        return ratio(power(ratio(income, skill), ratio(1, self.elasticity)), skill)

    def mean(self, values: Sequence[Number]) -> Number:
        """The mean over the workers of one value for each skill."""
        total: Number = 0
        for share, value in zip(self.shares, values, strict=True):
            total += share * value
        return tidy(total)


def power(base: Number, exponent: Number) -> Number:
    """A power, exact for whole exponents of exact numbers."""
    if is_exact(base) and is_exact(exponent) and Fraction(exponent).denominator == 1:
        return tidy(Fraction(base) ** int(exponent))
    return float(float(base) ** float(exponent))


def economy(
    skills: object,
    *,
    shares: object = None,
    elasticity: object = 1,
    need: object = 0,
    decisions: Sequence[str] = (),
) -> Economy:
    """An economy from skills.

    Parameters
    ----------
    skills : sequence of numbers, or mapping of skill to share
        Positive; equal ones are put together.
    shares : sequence of numbers, optional
        Of the workers, up to a common factor; equal by default.
    elasticity, need, decisions
        As in :class:`Economy`.

    Raises
    ------
    InvalidInputError
        If a skill, a share or the elasticity is not positive.

    Examples
    --------
    >>> economy([2, 1, 1]).shares
    (Fraction(2, 3), Fraction(1, 3))
    """
    if isinstance(skills, Economy):
        return skills
    given: Any = skills
    if isinstance(skills, Mapping):
        if shares is not None:
            raise InvalidInputError("shares", "be left out where skills have shares", shares)
        given, shares = list(skills), list(skills.values())
    listed = as_numbers(given, "skills")
    counted = (1,) * len(listed) if shares is None else as_numbers(shares, "shares", low=0)
    if len(counted) != len(listed) or not listed:
        told = f"have one for each of {len(listed)} skills" if listed else "not be empty"
        raise InvalidInputError("shares" if listed else "skills", told, given)
    found: dict[Number, Number] = {}
    for skill, share in zip(listed, counted, strict=True):
        if skill <= 0:
            raise InvalidInputError("skills", "be positive", skill)
        if share:
            found[skill] = found.get(skill, 0) + share
    if not found:
        raise InvalidInputError("shares", "have a positive one", shares)
    responds = as_number(elasticity, "elasticity")
    if responds <= 0:
        raise InvalidInputError("elasticity", "be positive", elasticity)
    left_out = sum(not share for share in counted)
    noted = [f"{left_out} with share 0 are left out"] if left_out else []
    total: Number = sum(found.values())
    order = sorted(found)
    return Economy(
        tuple(order),
        tuple(ratio(found[skill], total) for skill in order),
        tidy(responds),
        tidy(as_number(need, "need")),
        (*decisions, *noted),
    )
