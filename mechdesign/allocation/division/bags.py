"""Bag filling: a large part of everybody's maximin share, with a certificate for each division."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from mechdesign.allocation.division.division_rules import nonnegative_rows
from mechdesign.allocation.division.goods_setting import divided, goods
from mechdesign.allocation.division.maximin import maximin_share
from mechdesign.allocation.references import GARG_TAKI
from mechdesign.errors import LimitReachedError
from mechdesign.model import FrozenMap, Number, Outcome, Problem, mechanism, number_in, tidy
from mechdesign.model.setting import Setting

__all__ = ["bag_filling"]


@mechanism("allocation.bag_filling", setting=goods(), reference=GARG_TAKI)
def bag_filling(
    problem: Problem,
    *,
    setting: Setting | None = None,
    part: Annotated[Number, number_in(0, 1)] = Fraction(3, 4),
) -> Outcome:
    """Bags of goods that somebody values at a part of its maximin share, one after the other.

    Single goods, pairs and triples that are enough for somebody go first; then every bag gets a
    large and a smaller good, and is filled up until somebody takes it.  Agents are compared as if
    all ranked the goods alike, and pick real goods in that order in the end.

    Parameters
    ----------
    part : number from 0 to 1
        Which part of its maximin share makes an agent take a bag.

    Returns
    -------
    Outcome
        ``details["shares"]`` has everybody's maximin share, ``details["guarantee"]`` the smallest
        part of it that somebody has, exact: what this division is proved to give.  Where a share is
        too hard to compute, all goods divided by the number of agents stand for it (and are at
        least as much), and ``details["shares_exact"]`` is False.

    Raises
    ------
    InvalidInputError
        For negative values.

    Notes
    -----
    By the source 3/4 can always be reached; a smaller guarantee says that this run did not.
    Polynomial but for the shares, which are NP-hard.

    Examples
    --------
    >>> from mechdesign import allocation
    >>> found = allocation.bag_filling([[8, 7, 5, 3, 2], [6, 8, 4, 4, 3], [9, 3, 5, 2, 6]])
    >>> found.choice, found.details["guarantee"]
    ({0: (0, 3), 1: (1,), 2: (2, 4)}, 1)
    """
    rows = nonnegative_rows(problem, "bag_filling")
    n, m = len(rows), len(problem.data.goods)
    shares, exact = [], True
    for own in rows:
        try:
            shares.append(Fraction(maximin_share(own, n)))
        except LimitReachedError:
            shares.append(sum(own, Fraction(0)) / n)
            exact = False
    ordered = [sorted(own, reverse=True) for own in rows]
    places = _filled(ordered, [Fraction(part) * share for share in shares])
    owners = [-1] * m
    for i in places:
        left = [g for g in range(m) if owners[g] < 0]
        owners[max(left, key=lambda g: (rows[i][g], -g))] = i
    have = [
        sum((x for x, o in zip(own, owners, strict=True) if o == i), Fraction(0))
        for i, own in enumerate(rows)
    ]
    parts = [got / share for got, share in zip(have, shares, strict=True) if share]
    details: dict[str, Any] = {
        "shares": FrozenMap(zip(problem.agents, map(tidy, shares), strict=True)),
        "guarantee": tidy(min([*parts, Fraction(1)])),
        "shares_exact": exact,
    }
    return Outcome(divided(problem, owners), details=details, problem=problem, setting=setting)


def _filled(ordered: list[list[Fraction]], goals: list[Fraction]) -> list[int]:
    """Who gets the best good, the second best, ..., of rows that fall."""
    there = [i for i, goal in enumerate(goals) if goal > 0]
    left = list(range(len(ordered[0])))
    owner = dict.fromkeys(left, 0)

    def takes(places: list[int]) -> int | None:
        worth = ((i, sum(ordered[i][g] for g in places)) for i in there)
        return next((i for i, x in worth if x >= goals[i]), None)

    def give(i: int, places: list[int]) -> None:
        there.remove(i)
        for g in places:
            left.remove(g)
            owner[g] = i

    while there:
        n = len(there)
        for some in ([0], [n - 1, n], [2 * n - 2, 2 * n - 1, 2 * n], [0, 2 * n]):
            places = sorted({left[k] for k in some if k < len(left)})
            i = takes(places) if some[-1] < len(left) else None
            if i is not None:
                give(i, places)
                break
        else:
            break
    n = len(there)
    bags = [[left[k] for k in {b, 2 * n - 1 - b} if k < len(left)] for b in range(n)]
    rest = left[2 * n :]
    for bag in bags:
        while (i := takes(bag)) is None and rest:
            bag.append(rest.pop(0))
        # Where nobody has enough, and nothing is left, the first takes what there is.
        give(there[0] if i is None else i, bag)
    if left and n:
        last = next(i for i in range(len(goals)) if goals[i] > 0)
        owner.update(dict.fromkeys(left, last))
    return [owner[g] for g in range(len(ordered[0]))]
