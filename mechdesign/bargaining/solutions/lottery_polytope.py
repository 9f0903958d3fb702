"""The lotteries over packages: a polytope of probabilities and what it gives to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.bargaining.menus.package_lists import Packages, packages
from mechdesign.bargaining.menus.setting import package_choice
from mechdesign.bargaining.solutions.by_rows import reserve_of
from mechdesign.errors import InfeasibleError, InvalidInputError, require
from mechdesign.model import Lottery, Number, Outcome, Problem, is_exact, tidy
from mechdesign.records import dataclass
from mechdesign.solvers.linear.polytopes import Polytope

__all__ = ["Mixtures", "mixtures"]

When = Literal["ex post", "ex ante"]
_EXACT_COLUMNS = 60
_CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class Mixtures:
    """The lotteries of a problem.

    Parameters
    ----------
    found : Packages
        The packages, those beyond the budget included where only the expected cost is limited.
    rows : tuple of int
        Which of them a lottery may use: the efficient ones.
    gains : tuple of tuples of numbers, shape (k, n)
        What each is worth above the reserve.
    polytope : Polytope
        The probabilities that are allowed.
    """

    found: Packages
    rows: tuple[int, ...]
    gains: tuple[tuple[Number, ...], ...]
    polytope: Polytope

    @property
    def exact(self) -> bool:
        return self.polytope.exact

    def column(self, agent: int) -> list[Number]:
        """The gains of one agent in every package."""
        return [gain[agent] for gain in self.gains]

    def expected(self, p: Sequence[Number]) -> tuple[Number, ...]:
        """The expected gains of a lottery."""
        return tuple(
            sum((x * g for x, g in zip(p, self.column(i), strict=True) if x), 0)
            for i in range(len(self.gains[0]))
        )

    def at_least(self, levels: Sequence[Number]) -> Polytope:
        """The lotteries that give everybody an expected gain of at least a level."""
        slack = 0 if self.exact else _CLOSE
        # An agent whom every package gives that much needs no row.
        bound = [i for i, level in enumerate(levels) if min(self.column(i)) < level]
        rows = [[-g for g in self.column(i)] for i in bound]
        return self.polytope.also(rows, [slack - levels[i] for i in bound])

    def rational(self) -> Mixtures | None:
        """The lotteries that give everybody at least the reserve; None if there are none."""
        inside = replace(self, polytope=self.at_least([0] * len(self.gains[0])))
        try:
            inside.polytope.maximise([0] * len(self.rows))
        except InfeasibleError:
            return None
        return inside

    def ideal(self) -> tuple[Number, ...]:
        """The largest expected gain of every agent."""
        return tuple(self.polytope.maximise(self.column(i))[0] for i in range(len(self.gains[0])))

    def leximin(
        self, origin: Sequence[Number], unit: Sequence[Number], *, refine: bool = True
    ) -> list[Number]:
        """The lottery whose levels ``(gain - origin) / unit`` are lexicographically largest.

        Agents with unit 0 do not count.
        """
        k = len(self.rows)
        live = [i for i, s in enumerate(unit) if s]
        # A shift of all levels keeps them nonnegative, as the programs need them.
        lowest = min((min(self.column(i)) - origin[i]) / _number(unit[i]) for i in live)
        shift = max(0, -lowest)
        bound = {i: shift * unit[i] - origin[i] for i in live}
        wide = Polytope(
            tuple((*row, 0) for row in self.polytope.rows), self.polytope.right, self.exact
        )
        fixed: dict[int, Number] = {}
        best: list[Number] = []
        while len(fixed) < len(live):
            active = [i for i in live if i not in fixed]
            # level * unit - gain <= bound for the active, their own level for the fixed ones.
            rows = [[*(-g for g in self.column(i)), 0 if i in fixed else unit[i]] for i in live]
            right = [bound[i] - self._lowered(fixed.get(i, 0)) * unit[i] for i in live]
            level, x = wide.also(rows, right).maximise([0] * k + [1])
            best = x[:k]
            if not refine:
                break
            # Who cannot rise above this level while nobody falls below it stays there.
            floors = [bound[i] - self._lowered(fixed.get(i, level)) * unit[i] for i in live]
            reached = self.polytope.also([row[:k] for row in rows], floors)
            slack = 0 if self.exact else 1e-7
            stuck = [
                i
                for i in active
                if (reached.maximise(self.column(i))[0] + bound[i]) / _number(unit[i])
                <= level + slack
            ]
            for i in stuck or active[:1]:
                fixed[i] = level
        return best

    def _lowered(self, level: Number) -> Number:
        """A level that a float program can reach again."""
        return level if self.exact or not level else level - _CLOSE

    def lottery(self, p: Sequence[Number]) -> Lottery:
        """The lottery over packages with these probabilities."""
        setting, problem = package_choice(), self.found.problem
        if not self.exact:
            clipped = [max(float(x), 0.0) for x in p]
            p = [x / sum(clipped) if x > 1e-9 else 0 for x in clipped]
            total = sum(p)
            p = [x / total for x in p]
        return Lottery(
            (
                tidy(x),
                Outcome(
                    self.found.label(row),
                    cost=self.found.cost(row),
                    problem=problem,
                    setting=setting,
                ),
            )
            for x, row in zip(p, self.rows, strict=True)
            if x
        )


def mixtures(problem: Problem, when: When = "ex post", *, exact: bool | None = None) -> Mixtures:
    """The lotteries over the packages of a problem.

    Parameters
    ----------
    problem : Problem
        Of the setting ``bargaining.packages``.
    when : {"ex post", "ex ante"}
        Whether every package that may come up must be within the budget, or the expected cost.
    exact : bool, optional
        Fractions or floats; by default fractions for exact data with at most 60 efficient packages.

    Examples
    --------
    >>> from mechdesign import bargaining
    >>> problem = bargaining.menu({"park": (3, 1), "pool": (1, 3)})
    >>> len(mixtures(problem).rows)
    2
    """
    require(problem, Problem, "problem")
    if when not in ("ex post", "ex ante"):
        raise InvalidInputError("when", "be 'ex post' or 'ex ante'", when)
    limited = when == "ex ante" and problem.budget is not None
    found = packages(replace(problem, budget=None) if limited else problem)
    if not len(found):
        raise InfeasibleError("no package is within the budget and the rules")
    rows = _efficient(found, with_cost=limited)
    reserve = reserve_of(found)
    gains = tuple(
        tuple(u - d for u, d in zip(found.utility(k), reserve, strict=True)) for k in rows
    )
    in_fractions = (
        found.exact
        and all(is_exact(d) for d in reserve)
        and (not limited or all(is_exact(found.cost(k)) for k in rows))
        and (not limited or is_exact(problem.budget))
    )
    if exact and not in_fractions:
        raise InvalidInputError("exact", "be False for data with floats", exact)
    use = in_fractions and (len(rows) <= _EXACT_COLUMNS if exact is None else exact)
    ones = (1,) * len(rows)
    sides: list[tuple[Number, ...]] = [ones, tuple(-x for x in ones)]
    right: list[Number] = [1, -1]
    if limited and problem.budget is not None:
        sides.append(tuple(found.cost(k) for k in rows))
        right.append(problem.budget)
    # The outcomes belong to the problem as it was asked.
    named = Packages(problem, found.ids, found.costs, found.utilities)
    return Mixtures(named, tuple(rows), gains, Polytope(tuple(sides), tuple(right), use))


def _efficient(found: Packages, *, with_cost: bool) -> list[int]:
    """The packages that no other one dominates (in utilities and cost), the first of equal ones."""
    matrix: Any = found.utilities.numerators if found.exact else found.utilities
    if with_cost:
        # Only comparisons matter, so that the two blocks may have units of their own.
        costs = getattr(found.costs, "numerators", found.costs)
        kind = float if matrix.dtype.kind == "f" or costs.dtype.kind == "f" else np.int64
        matrix = np.column_stack([matrix.astype(kind), -costs.astype(kind)])
    kept: list[int] = []
    for k in np.argsort(-matrix.sum(axis=1, dtype=float), kind="stable").tolist():
        front = matrix[kept]
        if not (front >= matrix[k]).all(axis=1).any():
            kept.append(k)
    return sorted(kept)


def _number(value: Any) -> Any:
    return Fraction(value) if is_exact(value) else value
