"""Mechanisms that are not strategyproof on the line: averages, midpoints; and tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.facility.medians.phantom import LineMechanism
from mechdesign.facility.segment.profiles import AgentsError, exact_profile, mean
from mechdesign.facility.segment.references import WITHOUT_MONEY
from mechdesign.facility.segment.setting import Line, ends_of, placed
from mechdesign.model import (
    Outcome,
    Problem,
    RationalArray,
    Seed,
    all_exact,
    as_number,
    count_from,
    mechanism,
)

__all__ = ["average", "midpoint", "table"]


def means(profiles: object, setting: Line) -> Any:
    """The means of a batch of profiles, shape (batch, n) to (batch,)."""
    setting.check_batch(profiles)
    if isinstance(profiles, RationalArray):
        n = profiles.shape[1]
        # The sum of n numerators stays in range where n times each of them does.
        widened = profiles.at(profiles.denominator * n).numerators // n
        return RationalArray(widened.sum(axis=1), profiles.denominator * n)
    values = np.asarray(profiles, dtype=np.float64)
    return np.clip(values.mean(axis=1), values.min(axis=1), values.max(axis=1))


@mechanism("facility.average", setting=Line(), anonymous=True, many=means)
def average(problem: Problem) -> Outcome:
    """The mean of the reports, weighted where the agents are.  Not strategyproof.

    Examples
    --------
    >>> average([0, 0, 1]).choice
    Fraction(1, 3)
    """
    return placed(mean(problem.types, problem.weights), "mean")


def midpoints(profiles: object, setting: Line) -> Any:
    """The midpoints of a batch of profiles, shape (batch, n) to (batch,)."""
    setting.check_batch(profiles)
    if isinstance(profiles, RationalArray):
        doubled = profiles.at(profiles.denominator * 2).numerators // 2
        ends = doubled.min(axis=1) + doubled.max(axis=1)
        return RationalArray(ends, profiles.denominator * 2)
    values = np.asarray(profiles, dtype=np.float64)
    return (values.min(axis=1) + values.max(axis=1)) / 2


@mechanism(
    "facility.midpoint", reference=WITHOUT_MONEY, setting=Line(), anonymous=True, many=midpoints
)
def midpoint(problem: Problem) -> Outcome:
    """The middle of the leftmost and the rightmost report.  Not strategyproof.

    Agents of weight 0 do not count.

    Examples
    --------
    >>> midpoint([0, 0, 0.5]).choice
    0.25
    """
    return placed(mean(ends_of(problem)), "range", exact=exact_profile(problem))


class Table(LineMechanism[Outcome]):
    """A mechanism on a finite grid, given by its outcome at every profile of the grid.

    Parameters
    ----------
    values : nested sequences, numpy.ndarray or RationalArray, shape ``(grid + 1,) * n``
        Exact outcomes; ``values[i][j]`` is the one where agent 1 is at grid point i and agent 2
        at grid point j.
    grid : int
        The number of equal steps of the segment.
    name : str, optional
        To tell tables apart.

    Raises
    ------
    InvalidInputError
        If the shape does not fit the grid or an outcome is no exact location of the segment.

    Examples
    --------
    >>> lowest = table(values=[[0, 0], [0, 1]], grid=1)
    >>> lowest([1, 0]).choice
    0
    """

    anonymous = False

    def __init__(
        self,
        *,
        values: object,
        grid: Annotated[int, count_from(1)],
        setting: Line | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(setting)
        self.label = name
        self.grid = grid
        if not all_exact((self.setting.low, self.setting.high)):
            raise InvalidInputError("setting", "have exact ends", self.setting, owner="table")
        self.table = values if isinstance(values, RationalArray) else _rational(values)
        shape = self.table.shape
        if not shape or any(side != self.grid + 1 for side in shape):
            raise InvalidInputError(
                "values", f"have shape ({self.grid + 1},) * n", shape, owner="facility.table"
            )
        low = self.setting.low * self.table.denominator
        high = self.setting.high * self.table.denominator
        numerators = self.table.numerators
        if numerators.min() < low or numerators.max() > high:
            raise InvalidInputError(
                "values", "lie on the segment", self.table.tolist(), owner="facility.table"
            )

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The name, where it has one; the values would not fit."""
        return {"name": self.label} if self.label else {}

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        self.setting.check(problem)
        if problem.weights is not None:
            raise InvalidInputError("weights", "be absent", problem.weights, owner=self.id)
        if len(problem) != len(self.table.shape):
            raise AgentsError(
                "reports", f"be those of {len(self.table.shape)} agents", len(problem)
            )
        low, length = self.setting.low, self.setting.length
        index = tuple((x - low) * self.grid / length for x in problem.types)
        for x, k in zip(problem.types, index, strict=True):
            if k != int(k):
                raise InvalidInputError("reports", f"be multiples of 1/{self.grid}", x)
        return self.wrap(problem, placed(self.table.item(*map(int, index)), "table"))

    def evaluate_many(self, profiles: RationalArray) -> RationalArray:
        """The outcomes at a batch of profiles of the grid, shape (batch, n) to (batch,)."""
        numerators: Any = profiles.numerators
        steps = self.grid * profiles.denominator
        low, length = self.setting.low, self.setting.length
        if low == 0 and length == 1:
            index, rest = np.divmod(numerators * self.grid, profiles.denominator)
        else:
            # (numerators / d - low) * grid / length, over the denominators of low and length.
            scale = math.lcm(low.denominator, length.denominator)  # type: ignore[union-attr]
            moved = numerators * scale * self.grid - int(low * scale) * steps
            index, rest = np.divmod(moved, int(length * scale) * profiles.denominator)
        if rest.any():
            raise InvalidInputError("reports", f"be multiples of 1/{self.grid}", profiles)
        return RationalArray(self.table.numerators[tuple(index.T)], self.table.denominator)


table = mechanism("facility.table")(Table)


def _rational(values: object) -> RationalArray:
    """Nested exact numbers as one array."""
    array = np.array(values.tolist() if isinstance(values, np.ndarray) else values, dtype=object)
    flat = array.reshape(-1).tolist()
    if not flat or not all_exact(flat):
        bad = next((x for x in flat if not all_exact((x,))), values)
        as_number(bad, "values", owner="facility.table")
        raise InvalidInputError("values", "be exact: int or Fraction", bad, owner="facility.table")
    return RationalArray.from_values(flat).reshape(*array.shape)
