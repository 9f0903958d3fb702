"""Solutions of games by their definitions, in plain lines: every profile is tried."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Profile = tuple[int, ...]
#: From profiles of numbers of actions to what they are worth to each player.
Cells = Mapping[Profile, Sequence[Fraction]]


def deviations(cells: Cells, profile: Profile) -> list[tuple[int, Profile]]:
    """The profiles at which one player does something else, each with the player."""
    found = []
    for other in cells:
        changed = [k for k, (a, b) in enumerate(zip(profile, other, strict=True)) if a != b]
        if len(changed) == 1:
            found.append((changed[0], other))
    return found


def pure_equilibria(cells: Cells) -> list[Profile]:
    """The profiles at which nobody gains by another action."""
    return [
        profile
        for profile, worth in cells.items()
        if all(cells[other][k] <= worth[k] for k, other in deviations(cells, profile))
    ]


def best_equilibrium(cells: Cells) -> list[Profile]:
    """The pure equilibria with the largest sum."""
    stable = pure_equilibria(cells)
    return [p for p in stable if sum(cells[p]) == max(sum(cells[q]) for q in stable)]


def utilitarian(cells: Cells) -> list[Profile]:
    """The profiles with the largest sum."""
    return [p for p in cells if all(sum(cells[p]) >= sum(cells[q]) for q in cells)]


def egalitarian(cells: Cells) -> list[Profile]:
    """The profiles that the leximin order puts first."""
    return [p for p in cells if all(sorted(cells[p]) >= sorted(cells[q]) for q in cells)]


def nash_welfare(cells: Cells, disagreement: Sequence[Fraction]) -> list[Profile]:
    """Among what is good enough for all and not dominated there: largest products, then sums."""
    gains = {
        p: [u - d for u, d in zip(worth, disagreement, strict=True)] for p, worth in cells.items()
    }
    good = {p: gain for p, gain in gains.items() if min(gain) >= 0}

    def dominated(gain: list[Fraction]) -> bool:
        pairs = (list(zip(other, gain, strict=True)) for other in good.values())
        return any(all(x >= y for x, y in p) and any(x > y for x, y in p) for p in pairs)

    return largest_product({p: gain for p, gain in good.items() if not dominated(gain)})


def largest_product(cells: Cells) -> list[Profile]:
    """The profiles with the largest product, of these those with the largest sum."""
    most = max((math.prod(worth) for worth in cells.values()), default=0)
    left = [p for p, worth in cells.items() if math.prod(worth) == most]
    return [p for p in left if sum(cells[p]) == max(sum(cells[q]) for q in left)]


def is_correlated(cells: Cells, lottery: Mapping[Profile, Fraction]) -> bool:
    """Whether nobody who is told the own action gains by another one."""
    n = len(next(iter(cells)))
    for k in range(n):
        own = sorted({p[k] for p in cells})
        for told, other in itertools.permutations(own, 2):
            gain = Fraction(0)
            for p, chance in lottery.items():
                if p[k] == told:
                    gain += chance * (cells[(*p[:k], other, *p[k + 1 :])][k] - cells[p][k])
            if gain > 0:
                return False
    return True


def correlated(cells: Cells) -> Fraction:
    """The largest sum of payoffs of a correlated equilibrium of two players with two actions each.

    The vertices of the polytope: four probabilities that sum to 1, three of the other conditions
    tight.
    """
    places = list(cells)
    rows: list[list[Any]] = []
    for k in (0, 1):
        for told in (0, 1):
            row = [Fraction(0)] * 4
            for j, p in enumerate(places):
                if p[k] == told:
                    row[j] = cells[(*p[:k], 1 - told, *p[k + 1 :])][k] - cells[p][k]
            rows.append(row)
    rows += [[Fraction(-int(i == j)) for j in range(4)] for i in range(4)]
    best: list[Fraction] = []
    for tight in itertools.combinations(rows, 3):
        x = _cross(tight)
        total = sum(x)
        if total:
            x = [v / total for v in x]
            if all(sum(a * v for a, v in zip(row, x, strict=True)) <= 0 for row in rows):
                parts = (v * sum(cells[p]) for v, p in zip(x, places, strict=True))
                best.append(sum(parts, Fraction(0)))
    return max(best)


def _cross(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """A vector that is orthogonal to three vectors of length four."""
    found = []
    for j in range(4):
        a, b, c = ([v for i, v in enumerate(row) if i != j] for row in rows)
        minor = (
            a[0] * (b[1] * c[2] - b[2] * c[1])
            - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0])
        )
        found.append(minor if j % 2 == 0 else -minor)
    return found
