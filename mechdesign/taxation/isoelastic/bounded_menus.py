"""Optimal menus of incomes on a grid for any kinds of workers, with a bound on all others."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Literal, get_args

from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, as_numbers, is_exact, tidy
from mechdesign.records import dataclass
from mechdesign.solvers.linear.certified_programs import CertifiedOptimum, CertifiedProgram
from mechdesign.taxation.isoelastic.kinds import Workers

__all__ = ["BoundedMenu", "bounded_menu"]

Objective = Literal["egalitarian", "utilitarian"]
_ROUNDS = 60
_MOST = 20_000


@dataclass(frozen=True)
class BoundedMenu:
    """A bundle for each kind of worker, and a bound on what any menu could reach.

    Parameters
    ----------
    workers : Workers
        For whom.
    lotteries : tuple of mappings of income to probability, length n
        What each kind earns.
    consumptions : tuple of numbers, length n
        What each kind keeps.
    value : number
        The welfare: the lowest utility, or the mean.
    bound : number
        No menu whose incomes are drawn from the grid has more welfare.
    prices : mapping of pair of kinds to number
        By how much welfare would grow for each unit of utility by which the first kind might envy
        the second; pairs with price 0 are left out.
    certified : bool
        Whether menu and bound are exact and equal.
    """

    workers: Workers
    lotteries: tuple[FrozenMap[Number, Number], ...]
    consumptions: tuple[Number, ...]
    value: Number
    bound: Number
    prices: FrozenMap[tuple[int, int], Number]
    certified: bool

    @property
    def gap(self) -> Number:
        """What another menu on the grid could be better by, at most."""
        return tidy(self.bound - self.value)

    @property
    def incomes(self) -> tuple[Number, ...]:
        """What each kind earns on average."""
        means: list[Number] = []
        for lottery in self.lotteries:
            total: Number = 0
            for income, chance in lottery.items():
                total += income * chance
            means.append(tidy(total))
        return tuple(means)

    @property
    def utilities(self) -> tuple[Number, ...]:
        """What each kind gets, by the definition."""
        return tuple(self._worth(kind, kind) for kind in range(len(self.workers)))

    def envy(self) -> Number:
        """The most that a kind gains by another's bundle, by the definition; at most 0 if none."""
        pairs = itertools.permutations(range(len(self.workers)), 2)
        return max((tidy(self._worth(a, b) - self._worth(a, a)) for a, b in pairs), default=0)

    def surplus(self) -> Number:
        """What is earned and not kept beyond the need, for each worker."""
        kept, earned = self.workers.mean(self.consumptions), self.workers.mean(self.incomes)
        return tidy(earned - kept - self.workers.need)

    def table(self) -> Table:
        """One row for each kind."""
        rows = [
            (skill, e, z, c, u)
            for skill, e, z, c, u in zip(
                self.workers.skills,
                self.workers.elasticities,
                self.incomes,
                self.consumptions,
                self.utilities,
                strict=True,
            )
        ]
        told = f"welfare {float(self.value):.6g}, at most {float(self.bound):.6g} on this grid"
        return Table(("skill", "elasticity", "earns", "keeps", "utility"), rows, told)

    def _worth(self, kind: int, bundle: int) -> Number:
        found = self.workers.worth(self.consumptions[bundle])
        for income, chance in self.lotteries[bundle].items():
            found -= chance * self.workers.effort(kind, income)
        return tidy(found)


def bounded_menu(
    workers: Workers, incomes: object, *, objective: Objective = "egalitarian"
) -> BoundedMenu:
    """The best menu with incomes on a grid, lotteries over them allowed, and a bound.

    Every kind may envy every other: where elasticities differ, indifference curves can cross twice
    and neighbours are not enough.

    Parameters
    ----------
    workers : Workers
        n kinds.
    incomes : sequence of m numbers
        The grid, at least 0.
    objective : {"egalitarian", "utilitarian"}
        The lowest utility, or the mean.

    Returns
    -------
    BoundedMenu
        Exact and proved where `workers.exact` and the grid are; otherwise in floating point, where
        the bound holds up to rounding.

    Raises
    ------
    InfeasibleError
        If the grid has no income above the need.
    LimitReachedError
        If the bound is not met to a relative 1e-7 within 60 programs.

    Notes
    -----
    A linear program in the probabilities of incomes and the worth of consumption, n (m + 1)
    variables and n^2 rows: envy is linear in both.  What consumption costs is convex in its worth;
    tangents bound it from below, and are added where the optimum lies until the menu, mixed with
    one that pays everybody the same until the budget holds, is as good as the bound.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> from mechdesign.taxation import workers
    >>> best = bounded_menu(workers([1, 2, 3]), [F(2, 5), 1, F(18, 7), 4, 9])
    >>> best.value, best.incomes, best.certified
    (Fraction(419, 210), (Fraction(2, 5), Fraction(18, 7), 9), True)
    >>> curved = bounded_menu(workers([1, 2], curvature=1), [0, 0.5, 1, 1.5, 2, 2.5, 3])
    >>> curved.gap < 1e-6
    True
    """
    if not isinstance(workers, Workers):
        raise InvalidInputError("workers", "be those of taxation.workers", workers)
    if objective not in get_args(Objective):
        raise InvalidInputError("objective", f"be one of {get_args(Objective)}", objective)
    grid = tuple(dict.fromkeys(map(tidy, as_numbers(incomes, "incomes", low=0))))
    if not grid or len(grid) * len(workers) > _MOST:
        told = f"be some numbers, at most {_MOST:,} with all kinds together"
        raise InvalidInputError("incomes", told, f"{len(grid)} incomes")
    if max(grid) <= workers.need and workers.curvature:
        raise InfeasibleError("no income of the grid is above the need")
    return _Search(workers, grid, objective).menu()


class _Search:
    """Programs with more and more tangents."""

    def __init__(self, workers: Workers, grid: Sequence[Number], objective: Objective) -> None:
        self.workers, self.grid, self.objective = workers, grid, objective
        kinds = range(len(workers))
        self.effort = [[workers.effort(k, z) for z in grid] for k in kinds]
        # Everybody earns the same and keeps half of what is left: strictly within the budget.
        income = max(grid)
        left = income - workers.need
        self.pooled = workers.worth(left if workers.curvature == 0 else float(left) / 2)
        self.pooled_income = grid.index(income)
        self.points = [[float(self.pooled)] for _ in kinds]
        # Nobody keeps more than everything: what is worth more than that has no finite cost.
        self.highest = [
            float(workers.worth(float(left) / float(share))) if workers.curvature else None
            for share in workers.shares
        ]
        self.pairs = list(itertools.permutations(kinds, 2))

    def menu(self) -> BoundedMenu:
        size = max(abs(float(x)) for x in (*self.effort[0], self.pooled, 1))
        for _ in range(_ROUNDS):
            found, chances, worths = self._program()
            mixed, result = self._within(chances, worths)
            value = self._welfare(mixed, result)
            if self.workers.curvature == 0 or float(found.value - value) <= 1e-9 * size:
                break
            for point, worth in zip(self.points, worths, strict=True):
                point.append(float(worth))
        if self.workers.curvature and float(found.value - value) > 1e-7 * size:
            raise LimitReachedError(
                f"the bound {float(found.value):g} was not met in {_ROUNDS} programs"
            )
        exact = found.exact and self.workers.exact and all(map(is_exact, self.grid))
        rows = found.duals[1 + len(self.workers) :]
        prices = {pair: tidy(-dual) for pair, dual in zip(self.pairs, rows, strict=False) if dual}
        lotteries = (
            FrozenMap((z, tidy(p)) for z, p in zip(self.grid, row, strict=True) if p)
            for row in mixed
        )
        return BoundedMenu(
            self.workers,
            tuple(lotteries),
            tuple(self._cost(worth) for worth in result),
            tidy(value),
            found.value if exact else max(found.value, value),
            FrozenMap(prices),
            exact and found.value == value,
        )

    def _program(self) -> tuple[CertifiedOptimum, list[list[Number]], list[Number]]:
        """The optimum under the tangents so far, its probabilities, and worths of consumption."""
        own, grid, kinds = self.workers, self.grid, range(len(self.workers))
        fair = self.objective == "egalitarian"
        lowest = -1 / (1 - float(own.curvature)) if 0 < own.curvature < 1 else None
        program = CertifiedProgram()
        chance = [
            [
                program.variable(0 if fair else -own.shares[k] * self.effort[k][g])
                for g in range(len(grid))
            ]
            for k in kinds
        ]
        worth = [
            program.variable(0 if fair else own.shares[k], low=lowest, high=self.highest[k])
            for k in kinds
        ]
        cost = worth if own.curvature == 0 else [program.variable() for _ in kinds]
        earned = [(chance[k][g], own.shares[k] * z) for k in kinds for g, z in enumerate(grid)]
        program.row([*earned, *((cost[k], -own.shares[k]) for k in kinds)], low=own.need)
        for k in kinds:
            program.row([(x, 1) for x in chance[k]], low=1, high=1)
        for a, b in self.pairs:
            mine = [(x, -c) for x, c in zip(chance[a], self.effort[a], strict=True)]
            theirs = [(x, c) for x, c in zip(chance[b], self.effort[a], strict=True)]
            program.row([(worth[a], 1), *mine, (worth[b], -1), *theirs], low=0)
        if fair:
            least = program.variable(1, low=None)
            for k in kinds:
                mine = [(x, -c) for x, c in zip(chance[k], self.effort[k], strict=True)]
                program.row([(worth[k], 1), *mine, (least, -1)], low=0)
        if own.curvature:
            for k in kinds:
                for point in self.points[k]:
                    slope = self._slope(point)
                    start = float(self._cost(point)) - slope * point
                    program.row([(cost[k], 1), (worth[k], -slope)], low=start)
        found = program.maximise()
        return (
            found,
            [[found.x[x] for x in row] for row in chance],
            [found.x[x] for x in worth],
        )

    def _within(
        self, chances: list[list[Number]], worths: list[Number]
    ) -> tuple[list[list[Number]], list[Number]]:
        """The menu mixed with the pooled one as little as the budget asks for.

        Envy is linear in probabilities and worths, so a mixture of two menus without it has none.
        """
        if self.workers.curvature == 0:
            return chances, worths
        low, high = 0.0, 1.0
        if self._fits(chances, worths):
            high = 0.0
        for _ in range(100):
            middle = (low + high) / 2
            if middle in (low, high):
                break
            fits = self._fits(*self._mixed(chances, worths, middle))
            low, high = (low, middle) if fits else (middle, high)
        return self._mixed(chances, worths, high)

    def _mixed(
        self, chances: list[list[Number]], worths: list[Number], weight: float
    ) -> tuple[list[list[Number]], list[Number]]:
        rows: list[list[Number]] = []
        for row in chances:
            mixed: list[Number] = [max(0.0, float(p)) * (1 - weight) for p in row]
            mixed[self.pooled_income] += weight
            total = sum(mixed)
            rows.append([p / total for p in mixed])
        return rows, [(1 - weight) * float(v) + weight * float(self.pooled) for v in worths]

    def _fits(self, chances: list[list[Number]], worths: list[Number]) -> bool:
        means = [
            sum(float(p) * float(z) for p, z in zip(row, self.grid, strict=True)) for row in chances
        ]
        spent = float(self.workers.mean([self._cost(worth) for worth in worths]))
        return spent + float(self.workers.need) <= float(self.workers.mean(means))

    def _welfare(self, chances: list[list[Number]], worths: list[Number]) -> Number:
        utilities = []
        for k, (row, worth) in enumerate(zip(chances, worths, strict=True)):
            for p, c in zip(row, self.effort[k], strict=True):
                worth -= p * c
            utilities.append(worth)
        return min(utilities) if self.objective == "egalitarian" else self.workers.mean(utilities)

    def _cost(self, worth: Number) -> Number:
        """The consumption that is worth so much: infinite beyond what any is worth."""
        h = self.workers.curvature
        if h == 0:
            return tidy(worth)
        if h == 1:
            return math.exp(min(float(worth), 700.0))
        inside = 1 + (1 - float(h)) * float(worth)
        if inside <= 0:
            return 0.0 if h < 1 else math.inf
        return float(inside ** (1 / (1 - float(h))))

    def _slope(self, worth: float) -> float:
        """What one unit more of worth costs: one over what a unit of consumption is worth."""
        return math.pow(self._cost(worth), self.workers.curvature)
