"""Votes over schedules: who prefers which, majorities, cycles, preferences that cross once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Number, tidy
from mechdesign.records import dataclass
from mechdesign.taxation.economies import Economy
from mechdesign.taxation.schedules import Schedule, response

__all__ = ["Crossing", "ScheduleVote", "vote_over_schedules"]


class Crossing(NamedTuple):
    """Two schedules and three ascending skills: the middle one votes against the others."""

    schedules: tuple[Any, Any]
    skills: tuple[Number, Number, Number]


@dataclass(frozen=True)
class ScheduleVote:
    """What each skill gets under each schedule, and who would win a vote.

    Parameters
    ----------
    names : tuple
        Of the schedules.
    skills, shares : tuples of numbers
        The voters.
    utilities : tuple of tuples of numbers, shape (schedules, skills)
        Each schedule with its own revenue, in equal parts for everybody.

    Examples
    --------
    >>> from mechdesign.taxation import economy
    >>> rates = {"A": (0, 0.1), "B": (0.2, 0.2), "C": (0, 0.3)}
    >>> menu = {name: Schedule((0, 2), r) for name, r in rates.items()}
    >>> vote = vote_over_schedules(economy([1, 2, 3]), menu)
    >>> vote.winners, vote.beats("A", "B"), vote.beats("B", "C"), vote.beats("C", "A")
    ((), True, True, True)
    """

    names: tuple[Any, ...]
    skills: tuple[Number, ...]
    shares: tuple[Number, ...]
    utilities: tuple[tuple[Number, ...], ...]

    def margin(self, a: object, b: object) -> Number:
        """The share of the voters who prefer one schedule less the share who prefer the other."""
        first, second = (self.utilities[self._at(x)] for x in (a, b))
        found: Number = 0
        for u, v, share in zip(first, second, self.shares, strict=True):
            found += share * ((u > v) - (u < v))
        return tidy(found)

    def beats(self, a: object, b: object) -> bool:
        """Whether more voters prefer the first."""
        return self.margin(a, b) > 0

    @property
    def winners(self) -> tuple[Any, ...]:
        """The schedules that beat all others by a majority: one, or none."""
        return tuple(a for a in self.names if all(self.beats(a, b) for b in self.names if b != a))

    @property
    def unbeaten(self) -> tuple[Any, ...]:
        """The schedules that no other beats."""
        return tuple(a for a in self.names if not any(self.beats(b, a) for b in self.names))

    @property
    def plurality(self) -> tuple[Any, ...]:
        """The schedules that most voters like best, each of them sharing its vote among equals.

        Who wins so need not be unbeaten: compare `winners`.

        Examples
        --------
        >>> from mechdesign.taxation import economy
        >>> menu = {t: Schedule((0,), (t,)) for t in (0, 0.1, 0.4)}
        >>> vote = vote_over_schedules(economy([1, 2, 3], shares=[3, 2, 4]), menu)
        >>> vote.plurality, vote.winners
        ((0,), (0.1,))
        """
        votes = dict.fromkeys(self.names, Fraction(0))
        for k, share in enumerate(self.shares):
            best = max(row[k] for row in self.utilities)
            liked = [a for a, row in zip(self.names, self.utilities, strict=True) if row[k] == best]
            for name in liked:
                votes[name] += Fraction(share) / len(liked)
        most = max(votes.values())
        return tuple(name for name, count in votes.items() if count == most)

    @property
    def rankings(self) -> FrozenMap[str, Number]:
        """The ballots, as ``A > B = C`` with the share of their voters: for any rule of voting.

        Examples
        --------
        >>> from mechdesign.taxation import economy
        >>> flat = {"none": Schedule((0,), (0,)), "half": Schedule((0,), (0.5,))}
        >>> dict(vote_over_schedules(economy([1, 2, 3]), flat).rankings)
        {'half > none': Fraction(1, 3), 'none > half': Fraction(2, 3)}
        """
        found: dict[str, Number] = {}
        for k, share in enumerate(self.shares):
            levels = sorted({row[k] for row in self.utilities}, reverse=True)
            tiers = [
                " = ".join(
                    str(name)
                    for name, row in zip(self.names, self.utilities, strict=True)
                    if row[k] == level
                )
                for level in levels
            ]
            ballot = " > ".join(tiers)
            found[ballot] = found.get(ballot, 0) + share
        return FrozenMap(found)

    @property
    def crossing(self) -> Crossing | None:
        """Where preferences cross twice; None if they cross once, and the median voter decides."""
        for i, a in enumerate(self.names):
            for b in self.names[i + 1 :]:
                rows = self.utilities[self._at(a)], self.utilities[self._at(b)]
                signs = [(u > v) - (u < v) for u, v in zip(*rows, strict=True)]
                found = _twice(signs)
                if found is not None:
                    x, y, z = (self.skills[k] for k in found)
                    return Crossing((a, b), (x, y, z))
        return None

    def _at(self, name: object) -> int:
        if name not in self.names:
            raise InvalidInputError("schedule", f"be one of {list(self.names)}", name)
        return self.names.index(name)


def _twice(signs: Sequence[int]) -> tuple[int, int, int] | None:
    """Three places whose signs go up and down again, or down and up."""
    for j in range(1, len(signs) - 1):
        lower, higher = signs[:j], signs[j + 1 :]
        if min(lower) < signs[j] and min(higher) < signs[j]:
            return lower.index(min(lower)), j, j + 1 + higher.index(min(higher))
        if max(lower) > signs[j] and max(higher) > signs[j]:
            return lower.index(max(lower)), j, j + 1 + higher.index(max(higher))
    return None


def vote_over_schedules(
    economy: Economy, schedules: Mapping[Any, Schedule] | Sequence[Schedule]
) -> ScheduleVote:
    """What each skill would get under each of several schedules.

    Parameters
    ----------
    economy : Economy
        The voters.
    schedules : mapping of names to schedules, or sequence
        Each is answered as the voters would, and its revenue beyond the need is paid back.

    Notes
    -----
    O(s n b^2) for s schedules, n skills and b brackets.  Linear taxes are preferred in a way that
    crosses once, so the schedule of the median voter wins; two brackets can be in a cycle.

    Examples
    --------
    >>> from mechdesign.taxation import economy
    >>> flat = {"none": Schedule((0,), (0,)), "half": Schedule((0,), (0.5,))}
    >>> vote_over_schedules(economy([1, 2, 3]), flat).winners
    ('none',)
    """
    pairs = schedules.items() if isinstance(schedules, Mapping) else enumerate(schedules)
    listed = [(name, one) for name, one in pairs]
    if not listed:
        raise InvalidInputError("schedules", "not be empty", schedules)
    rows = []
    for name, one in listed:
        if not isinstance(one, Schedule):
            raise InvalidInputError(f"schedules[{name!r}]", "be a Schedule", one)
        earned = [response(one, skill, economy) for skill in economy.skills]
        taxes = [one.tax(z) for z in earned]
        rebate = economy.mean(taxes) - economy.need
        rows.append(
            tuple(
                tidy(z - t - economy.effort(z, w) + rebate)
                for z, t, w in zip(earned, taxes, economy.skills, strict=True)
            )
        )
    return ScheduleVote(
        tuple(name for name, _ in listed), economy.skills, economy.shares, tuple(rows)
    )
