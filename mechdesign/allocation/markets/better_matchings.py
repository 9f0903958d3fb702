"""Matchings that are better for some and worse for nobody."""

from __future__ import annotations

from typing import Any

import numpy as np

from mechdesign.allocation.markets.two_sides import partners, proposing_types, sides_of
from mechdesign.errors import UndecidedError
from mechdesign.model import FrozenMap, Problem

Listed = list[tuple[FrozenMap[Any, Any], list[int]]]
#: So many matchings of a market are kept, and so many of all markets.
_LISTED, _KEPT = 500, 20_000
_kept: dict[tuple[Problem, Any], Listed | None] = {}
_sizes = [0]


def better_for_proposers(
    problem: Problem, choice: Any, *, weak: bool
) -> FrozenMap[Any, Any] | None:
    """A matching that is worse for no proposer and better for one, or with `weak` for all.

    One assignment problem in small integers: everybody may keep the place it has and takes only
    better ones, and the sum of what is gained is as large as it can be.  None only if it is 0.

    Complexity: that of an assignment of n agents to n + seats places.
    """
    from scipy.optimize import linear_sum_assignment

    sides = sides_of(problem)
    n = len(sides.proposers)
    if n == 0:
        return None
    types = proposing_types(problem)
    column = {label: j for j, label in enumerate(sides.receivers)}
    seats = [j for j, count in enumerate(sides.places) for _ in range(min(count, n))]
    where: dict[int, list[int]] = {}
    for s, j in enumerate(seats):
        where.setdefault(j, []).append(s)
    # The last n columns are places outside, one for each.
    gains = np.full((n, len(seats) + n), -1.0)
    for i, (label, own) in enumerate(zip(sides.proposers, types, strict=True)):
        none = len(own.classes)
        got = choice[label]
        now = none if got is None else own.rank.get(got, none + 1)
        worth = {column[b]: now - rank for b, rank in own.rank.items() if b in column}
        worth.update({column[got]: 0} if got in column else {})
        for j, gain in worth.items():
            gains[i, where.get(j, [])] = gain
        gains[i, len(seats) + i] = now - none
    allowed = gains > 0 if weak else gains >= 0
    # One gain more than all can be: whoever must break the rule shows in the sum.
    forbidden = -float(n * (2 + max(len(own.classes) for own in types)))
    rows, columns = linear_sum_assignment(np.where(allowed, gains, forbidden), maximize=True)
    if not allowed[rows, columns].all() or gains[rows, columns].sum() <= 0:
        return None
    found = [-1] * n
    for i, s in zip(rows.tolist(), columns.tolist(), strict=True):
        found[i] = seats[s] if s < len(seats) else -1
    return sides.choice(found)


def better_for_all(
    problem: Problem, setting: Any, outcome: Any, *, weak: bool, most: int
) -> FrozenMap[Any, Any] | None:
    """A matching that all agents of both sides find no worse and one better; with `weak` all.

    Raises
    ------
    UndecidedError
        If there are more than `most` matchings.
    """
    agents = list(zip(problem.agents, problem.types, strict=True))
    mine = _classes(problem, outcome.choice)
    listed = None if mine is None else _alone(problem, setting)
    if mine is not None and listed is not None:
        for choice, theirs in listed:
            pairs = zip(mine, theirs, strict=True)
            if theirs != mine and not any(b > a or (weak and b == a) for a, b in pairs):
                return choice
        return None
    for k, other in enumerate(setting.outcomes(problem)):
        if k >= most:
            raise UndecidedError(f"more than {most:,} matchings are not tried")
        gained = False
        for agent, own in agents:
            up = setting.gain(problem, agent, own, outcome, other) > 0
            if setting.gain(problem, agent, own, other, outcome) > 0 or (weak and not up):
                break
            gained = gained or up
        else:
            if gained:
                found: FrozenMap[Any, Any] = other.choice
                return found
    return None


def _classes(problem: Problem, choice: Any) -> list[int] | None:
    """The class of what everybody holds, vacancies after them; None if somebody holds several."""
    found = []
    for agent, own in zip(problem.agents, problem.types, strict=True):
        held = partners(problem, choice, agent)
        if len(held) > 1:
            return None
        last = len(own.classes)
        found.append(own.rank.get(held[0], last + 1) if held else last)
    return found


def _alone(problem: Problem, setting: Any) -> Listed | None:
    """Every matching with everybody's class; None if there are many, or somebody holds several."""
    key = problem, setting
    if key not in _kept:
        found = _listed(problem, setting)
        _sizes[0] += len(found or ()) + 1
        if _sizes[0] > _KEPT:
            _kept.clear()
            _sizes[0] = len(found or ()) + 1
        _kept[key] = found
        return found
    return _kept[key]


def _listed(problem: Problem, setting: Any) -> Listed | None:
    found: Listed = []
    for other in setting.outcomes(problem):
        classes = _classes(problem, other.choice)
        if classes is None or len(found) == _LISTED:
            return None
        found.append((other.choice, classes))
    return found
