"""The bargaining solutions and funding rules by their definitions, to read and to test against.

Packages are a mapping of labels to utility vectors of Fractions, ``d`` are the utilities without an
agreement; a solution returns the set of its best packages.  For projects, votes are sets of
projects and costs a mapping; a funding rule returns the funded projects in the order of purchase.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

Label: TypeAlias = Any
Vector: TypeAlias = Sequence[Fraction]
Packages: TypeAlias = Mapping[Label, Vector]
Votes: TypeAlias = Sequence[Collection[Label]]
Costs: TypeAlias = Mapping[Label, Fraction]


def best(values: Mapping[Label, Any]) -> set[Label]:
    """The packages of the largest value."""
    return {p for p in values if values[p] == max(values.values())}


def rational(packages: Packages, d: Vector) -> dict[Label, Vector]:
    """The packages that give everybody at least the utility without an agreement."""
    return {p: u for p, u in packages.items() if all(a >= b for a, b in zip(u, d, strict=True))}


def utilitarian(packages: Packages) -> set[Label]:
    """The largest sum of utilities."""
    return best({p: sum(u) for p, u in packages.items()})


def nash(packages: Packages, d: Vector) -> set[Label]:
    """The largest product of gains; within each largest group of agents that can gain together."""
    fair = rational(packages, d)
    winners = {
        p: frozenset(i for i, (a, b) in enumerate(zip(u, d, strict=True)) if a > b)
        for p, u in fair.items()
    }
    found: set[Label] = set()
    for group in set(winners.values()):
        if not any(group < other for other in winners.values()):
            rivals = [p for p in fair if winners[p] == group]
            found |= best({p: math.prod(fair[p][i] - d[i] for i in group) for p in rivals})
    return found


def egalitarian(packages: Packages, d: Vector) -> set[Label]:
    """The largest smallest gain, then the largest second smallest, and so on (leximin)."""
    return best(
        {
            p: sorted(a - b for a, b in zip(u, d, strict=True))
            for p, u in rational(packages, d).items()
        }
    )


def kalai_smorodinsky(packages: Packages, d: Vector) -> set[Label]:
    """The largest smallest share of the ideal gain, then the second smallest, and so on."""
    fair = rational(packages, d)
    ideal = [max(column) for column in zip(*fair.values(), strict=True)]
    counted = [i for i in range(len(d)) if ideal[i] > d[i]]
    return best(
        {p: sorted((u[i] - d[i]) / (ideal[i] - d[i]) for i in counted) for p, u in fair.items()}
    )


def equal_loss(packages: Packages, d: Vector) -> set[Label]:
    """The smallest largest loss against the ideal, then the smallest second largest, and so on."""
    fair = rational(packages, d)
    ideal = [max(column) for column in zip(*fair.values(), strict=True)]
    return best({p: sorted(a - b for a, b in zip(u, ideal, strict=True)) for p, u in fair.items()})


# ------------------------------------------------------------------------------- projects


def selections(costs: Costs, budget: Fraction) -> Iterable[frozenset[Label]]:
    """Every set of projects that the budget affords."""
    projects = list(costs)
    for mask in range(2 ** len(projects)):
        chosen = frozenset(p for k, p in enumerate(projects) if mask >> k & 1)
        if sum(costs[p] for p in chosen) <= budget:
            yield chosen


def greedy(votes: Votes, costs: Costs, budget: Fraction) -> list[Label]:
    """Supported projects by the number of votes, the first of equals first, if they still fit."""
    count = {p: sum(p in vote for vote in votes) for p in costs}
    funded: list[Label] = []
    for p in sorted(costs, key=lambda p: -count[p]):
        if count[p] and sum(costs[q] for q in funded) + costs[p] <= budget:
            funded.append(p)
    return funded


def sequential_phragmen(votes: Votes, costs: Costs, budget: Fraction) -> list[Label]:
    """Everybody earns money at one rate; a project is bought once its supporters can pay it.

    The rule ends when the next project does not fit the budget.
    """
    load = [Fraction(0)] * len(votes)
    funded: list[Label] = []
    while True:
        due = {}
        for p in costs:
            supporters = [i for i, vote in enumerate(votes) if p in vote]
            if p not in funded and supporters:
                due[p] = (costs[p] + sum(load[i] for i in supporters)) / len(supporters)
        if not due:
            return funded
        cheapest = min(due, key=lambda p: due[p])
        if sum(costs[p] for p in funded) + costs[cheapest] > budget:
            return funded
        funded.append(cheapest)
        for i, vote in enumerate(votes):
            load[i] = due[cheapest] if cheapest in vote else load[i]


def equal_shares(votes: Votes, costs: Costs, budget: Fraction) -> list[Label]:
    """The Method of Equal Shares with cost utilities, without completion.

    Everybody has an equal share of the budget; the project that its supporters can pay at the
    smallest price ``rho`` per unit of utility is bought, supporter i paying
    ``min(money_i, rho * cost)``.
    """
    money = [Fraction(budget) / len(votes) for _ in votes]
    funded: list[Label] = []
    while True:
        price = {}
        for p in costs:
            able = sorted(money[i] for i, vote in enumerate(votes) if p in vote)
            if p in funded or sum(able) < costs[p] or not able:
                continue
            for k, poorest in enumerate(able):
                share = (costs[p] - sum(able[:k])) / (len(able) - k)
                if share <= poorest:
                    price[p] = share / costs[p]
                    break
        if not price:
            return funded
        bought = min(price, key=lambda p: price[p])
        funded.append(bought)
        for i, vote in enumerate(votes):
            if bought in vote:
                money[i] -= min(money[i], price[bought] * costs[bought])


def welfare(votes: Votes, chosen: Collection[Label], costs: Costs) -> list[Fraction]:
    """What the funded projects of each ballot cost: the utility of its voter."""
    return [sum((costs[p] for p in chosen if p in vote), Fraction(0)) for vote in votes]


def max_utilitarian_welfare(votes: Votes, costs: Costs, budget: Fraction) -> Fraction:
    """The largest sum of utilities that the budget affords."""
    return max(sum(welfare(votes, s, costs), Fraction(0)) for s in selections(costs, budget))


def max_nash_welfare(votes: Votes, costs: Costs, budget: Fraction) -> Fraction:
    """The largest product of ``1 + utility``."""
    return max(
        math.prod((1 + u for u in welfare(votes, s, costs)), start=Fraction(1))
        for s in selections(costs, budget)
    )


def leximin_welfare(votes: Votes, costs: Costs, budget: Fraction) -> list[Fraction]:
    """The utilities, sorted, that are best for the worst off, then for the next, and so on."""
    return max(sorted(welfare(votes, s, costs)) for s in selections(costs, budget))


# ------------------------------------------------------------------------------ lotteries


def lotteries(packages: Packages, steps: int) -> Iterable[dict[Label, Fraction]]:
    """Every lottery over the packages in multiples of 1/steps."""
    for bars in itertools.combinations(range(steps + len(packages) - 1), len(packages) - 1):
        ends = (-1, *bars, steps + len(packages) - 1)
        shares = (Fraction(b - a - 1, steps) for a, b in itertools.pairwise(ends))
        yield dict(zip(packages, shares, strict=True))


def lottery_rule(rule: str, expected: Vector, d: Vector, ideal: Vector) -> Any:
    """What a solution over lotteries makes as large as possible, of the expected utilities.

    Among those that expect at least the utility without an agreement, but for the utilitarian one;
    `ideal` is the most that each can expect among them.
    """
    gains = [u - low for u, low in zip(expected, d, strict=True)]
    if rule == "utilitarian":
        return sum(gains)
    if rule == "nash":
        return math.prod(g for g, i, low in zip(gains, ideal, d, strict=True) if i > low)
    if rule == "egalitarian":
        return sorted(gains)
    if rule == "kalai_smorodinsky":
        pairs = zip(gains, ideal, d, strict=True)
        return sorted(g / (i - low) for g, i, low in pairs if i > low)
    return sorted(u - i for u, i in zip(expected, ideal, strict=True))  # equal loss
