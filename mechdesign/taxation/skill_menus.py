"""Optimal menus for finitely many skills: the problem of Mirrlees, utilities linear in money."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from mechdesign.errors import InfeasibleError, InvalidInputError
from mechdesign.model import Number, as_numbers, is_exact, ratio, tidy
from mechdesign.taxation.economies import Economy, power
from mechdesign.taxation.linear_taxes import Objective, check_objective


class Menu(NamedTuple):
    """A bundle for each skill of an economy, what it is worth to that skill, and how it was found.

    ``weights`` are the welfare weights that the menu maximises, ``residual`` how far they are from
    those of its own utilities (0 where they were given).
    """

    incomes: tuple[Number, ...]
    taxes: tuple[Number, ...]
    utilities: tuple[Number, ...]
    weights: tuple[Number, ...]
    residual: float = 0.0


def optimal_menu(
    economy: Economy, objective: Objective = "egalitarian", weights: object = None
) -> Menu:
    """The menu with the most welfare among all in which no skill prefers another's bundle."""
    if weights is not None:
        return weighted_menu(economy, _read_weights(economy, weights))
    check_objective(objective)
    if objective == "egalitarian":
        first = ratio(1, economy.shares[0])
        return weighted_menu(economy, (first, *(0,) * (len(economy) - 1)))
    if objective == "utilitarian":
        return weighted_menu(economy, (1,) * len(economy))
    return _log_menu(economy)


def weighted_menu(economy: Economy, weights: Sequence[Number]) -> Menu:
    """The menu that is best for weights that do not increase with skill and have the mean 1.

    With single crossing the binding constraints are that no skill prefers the bundle of the one
    below.  Utilities are then sums from the lowest one up, the lowest is what the budget leaves,
    and each income stands in one term ``p z - K z^(1 + 1/e) / (1 + 1/e)`` of the objective: its
    best value is ``(p / K)^e``.  Neighbours whose incomes would not ascend are put together.
    """
    exponent = 1 + ratio(1, economy.elasticity)
    inverse = [power(w, -exponent) for w in economy.skills]
    reached: Number = 0
    weighed: Number = 0
    blocks: list[list[Number]] = []
    for i, (share, weight) in enumerate(zip(economy.shares, weights, strict=True)):
        reached, weighed = reached + share, weighed + share * weight
        steeper = inverse[i] - inverse[i + 1] if i + 1 < len(economy) else 0
        blocks.append([share, share * inverse[i] + (weighed - reached) * steeper, 1])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] > blocks[-1][0] * blocks[-2][1]:
            share_above, cost_above, count = blocks.pop()
            blocks[-1] = [
                blocks[-1][0] + share_above,
                blocks[-1][1] + cost_above,
                blocks[-1][2] + count,
            ]
    incomes: list[Number] = []
    for share, cost, count in blocks:
        incomes += [power(ratio(share, cost), economy.elasticity)] * int(count)
    return _with_taxes(economy, incomes, tuple(weights))


def _with_taxes(economy: Economy, incomes: Sequence[Number], weights: tuple[Number, ...]) -> Menu:
    """The taxes under which each skill just does not prefer the bundle of the one below."""
    effort = [economy.effort(z, w) for z, w in zip(incomes, economy.skills, strict=True)]
    rents: list[Number] = [0]
    for below, above, z in zip(economy.skills, economy.skills[1:], incomes, strict=False):
        rents.append(rents[-1] + economy.effort(z, below) - economy.effort(z, above))
    surplus = [z - c - rent for z, c, rent in zip(incomes, effort, rents, strict=True)]
    lowest = economy.mean(surplus) - economy.need
    utilities = tuple(tidy(lowest + rent) for rent in rents)
    taxes = tuple(tidy(z - c - u) for z, c, u in zip(incomes, effort, utilities, strict=True))
    return Menu(tuple(incomes), taxes, utilities, weights)


def _log_menu(economy: Economy) -> Menu:
    """The menu whose weights are the reciprocals of its own utilities."""
    weights = [1.0] * len(economy)
    for _ in range(2000):
        menu = weighted_menu(economy, weights)
        if min(menu.utilities) <= 0:
            raise InfeasibleError("no logarithm: somebody's utility is not positive")
        own = [1 / float(u) for u in menu.utilities]
        mean = float(economy.mean(own))
        own = [x / mean for x in own]
        residual = max(abs(x - y) for x, y in zip(own, weights, strict=True))
        if residual < 1e-12:
            return menu._replace(residual=residual)
        weights = [(x + y) / 2 for x, y in zip(own, weights, strict=True)]
    raise InfeasibleError(f"the weights of the logarithms did not settle (off by {residual:g})")


def _read_weights(economy: Economy, weights: object) -> tuple[Number, ...]:
    listed = as_numbers(weights, "weights", low=0)
    if len(listed) != len(economy) or not any(listed):
        told = f"be {len(economy)} numbers, one for each skill, not all 0"
        raise InvalidInputError("weights", told, weights)
    if any(b > a for a, b in itertools.pairwise(listed)):
        raise InvalidInputError("weights", "not increase with skill", weights)
    mean = economy.mean(listed)
    return tuple(ratio(x, mean) if is_exact(x) else x / mean for x in listed)
