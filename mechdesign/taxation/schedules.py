"""Tax schedules in brackets, what workers earn under them, and those of a real state."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from os import PathLike
from types import MappingProxyType
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import decimal_of, parse_cell
from mechdesign.io.score_tables import read_grid
from mechdesign.model import Number, as_number, as_numbers, ratio, serializable, tidy
from mechdesign.records import dataclass
from mechdesign.taxation.economies import Economy

__all__ = ["FEDERAL", "Schedule", "incomes_under", "read_schedule", "response"]


@serializable("taxation.Schedule")
@dataclass(frozen=True)
class Schedule:
    """A tax in brackets: what is taken of one unit more, by income.

    Parameters
    ----------
    cutoffs : tuple of numbers, length b
        Where each bracket begins; the first is 0, then ascending.
    rates : tuple of numbers, length b
        At most 1; negative ones are subsidies.

    Examples
    --------
    >>> Schedule((0, 2), (Fraction(1, 5), Fraction(1, 2))).tax(3)
    Fraction(9, 10)
    """

    cutoffs: tuple[Number, ...]
    rates: tuple[Number, ...]

    def __post_init__(self) -> None:
        cutoffs = as_numbers(self.cutoffs, "cutoffs", low=0)
        rates = as_numbers(self.rates, "rates", high=1)
        if len(cutoffs) != len(rates) or not cutoffs or cutoffs[0] != 0:
            told = f"be {len(rates)} numbers, one for each rate, from 0 on"
            raise InvalidInputError("cutoffs", told, self.cutoffs)
        if any(b <= a for a, b in itertools.pairwise(cutoffs)):
            raise InvalidInputError("cutoffs", "ascend", self.cutoffs)
        object.__setattr__(self, "cutoffs", cutoffs)
        object.__setattr__(self, "rates", rates)

    def tax(self, income: Number) -> Number:
        """The tax on an income."""
        paid: Number = 0
        ends = (*self.cutoffs[1:], income)
        for start, end, rate in zip(self.cutoffs, ends, self.rates, strict=True):
            if income > start:
                paid += rate * (min(end, income) - start)
        return tidy(paid)

    def marginal(self, income: Number) -> Number:
        """What is taken of one unit more."""
        return self.rates[sum(income >= cutoff for cutoff in self.cutoffs) - 1]

    def __str__(self) -> str:
        parts = [
            f"{100 * float(r):g}% from {float(c):g}"
            for c, r in zip(self.cutoffs, self.rates, strict=True)
        ]
        return ", ".join(parts)


def response(schedule: Schedule, skill: Number, economy: Economy) -> Number:
    """What a skill earns under a schedule: the best income, the larger one of two equally good.

    Schedules may be neither convex nor concave: the best is among 0, the cutoffs and the best
    income of each bracket.  O(b^2) for b brackets.

    Examples
    --------
    >>> from mechdesign.taxation import economy
    >>> convex = Schedule((0, 2), (Fraction(1, 5), Fraction(1, 2)))
    >>> [str(response(convex, w, economy([1, 2, 3]))) for w in (1, 2, 3)]
    ['4/5', '2', '9/2']
    """
    ends = (*schedule.cutoffs[1:], None)
    candidates: list[Number] = list(schedule.cutoffs)
    for start, end, rate in zip(schedule.cutoffs, ends, schedule.rates, strict=True):
        inside = economy.earned(skill, 1 - rate)
        if inside > start and (end is None or inside < end):
            candidates.append(inside)
    return max(candidates, key=lambda z: (z - schedule.tax(z) - economy.effort(z, skill), z))


def incomes_under(schedule: Schedule, skills: object, elasticity: object = 1) -> FloatArray:
    """What many skills earn under a schedule, in floating point.

    Parameters
    ----------
    schedule : Schedule
        With b brackets.
    skills : array of numbers, shape (n,)
        Positive.
    elasticity : number
        As in :class:`Economy`.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)

    Notes
    -----
    O(n b), a part of the workers at a time.

    Examples
    --------
    >>> incomes_under(Schedule((0, 2), (0.5, 0.1)), [1.5, 2.0]).tolist()
    [1.125, 3.6]
    """
    listed = np.asarray(skills, dtype=float)
    e = float(as_number(elasticity, "elasticity"))
    if listed.ndim != 1 or not (np.isfinite(listed).all() and (listed > 0).all()) or e <= 0:
        what, value = ("elasticity", elasticity) if e <= 0 else ("skills", skills)
        raise InvalidInputError(what, "be positive numbers", value)
    cutoffs = np.array(schedule.cutoffs, dtype=float)
    rates = np.array(schedule.rates, dtype=float)
    parts = [
        best_incomes(part, cutoffs[None], rates[None], e)[0]
        for part in np.array_split(listed, max(1, len(listed) // 50_000))
    ]
    return np.concatenate(parts)


def best_incomes(
    skills: FloatArray, cutoffs: FloatArray, rates: FloatArray, elasticity: float
) -> FloatArray:
    """The best income of each skill under each of several schedules with as many brackets.

    Parameters
    ----------
    skills : array, shape (n,)
        Positive.
    cutoffs, rates : arrays, shape (s, b)
        Of s schedules.

    Returns
    -------
    numpy.ndarray of float64, shape (s, n)
    """
    ends = np.concatenate([cutoffs[:, 1:], np.full((len(cutoffs), 1), np.inf)], axis=1)
    steps = np.diff(cutoffs, axis=1) * rates[:, :-1]
    before = np.concatenate([np.zeros((len(cutoffs), 1)), np.cumsum(steps, axis=1)], axis=1)
    exponent = 1 + 1 / elasticity
    best = np.full((len(cutoffs), len(skills)), -np.inf)
    found = np.zeros_like(best)
    untaxed = skills ** (1 + elasticity)
    harder = skills**-exponent / exponent
    for k in range(cutoffs.shape[1]):
        start, rate, paid = (x[:, k, None] for x in (cutoffs, rates, before))
        kept = np.maximum(1 - rate, 0)
        inside = untaxed * kept**elasticity
        # The best income inside a bracket costs the share 1 / exponent of what it leaves.
        worth = inside * kept * (1 - 1 / exponent) - paid + rate * start
        usable = (inside > start) & (inside < ends[:, k, None])
        corner = start - paid - start**exponent * harder
        for income, value in (
            (np.broadcast_to(start, best.shape), corner),
            (inside, np.where(usable, worth, -np.inf)),
        ):
            better = (value > best) | ((value == best) & (income > found))
            best, found = np.where(better, value, best), np.where(better, income, found)
    return found


_RATES = tuple(Fraction(x, 100) for x in (10, 12, 22, 24, 32, 35, 37))
#: Federal income tax of the United States for a single person, on taxable income in dollars:
#: Revenue Procedures 2018-57 (2019) and 2023-34 (2024) of the Internal Revenue Service.
FEDERAL: Mapping[str, Schedule] = MappingProxyType(
    {
        "us2019_single": Schedule((0, 9700, 39475, 84200, 160725, 204100, 510300), _RATES),
        "us2024_single": Schedule((0, 11600, 47150, 100525, 191950, 243725, 609350), _RATES),
    }
)


def read_schedule(source: str | PathLike[str] | Schedule) -> Schedule:
    """A schedule from a table, or by its name.

    Parameters
    ----------
    source : path, str or Schedule
        A name of :data:`FEDERAL`; or a table with the columns ``from`` and ``rate`` (``22%`` or
        ``0.22``), or ``income`` and ``tax``: points that straight lines join.

    Raises
    ------
    InvalidInputError
        On other columns, or cells that are no numbers, with their line.

    Examples
    --------
    >>> read_schedule("us2019_single").tax(50000)
    Fraction(13717, 2)
    """
    if isinstance(source, Schedule):
        return source
    if isinstance(source, str) and source in FEDERAL:
        return FEDERAL[source]
    grid = read_grid(source)
    names = [name.strip().lower() for name in grid.columns]
    pairs = (("from", "rate"), ("income", "tax"))
    kind = next((pair for pair in pairs if sorted(pair) == sorted(names)), None)
    if kind is None or not grid.rows:
        told = f"have columns from and rate, or income and tax, or be one of {', '.join(FEDERAL)}"
        raise InvalidInputError("schedule", told, list(grid.columns), owner=grid.source)
    mark = decimal_of(grid)
    rows: list[list[Number]] = []
    for k, row in enumerate(grid.rows):
        cells: list[Number] = []
        for name in kind:
            cell, unit = parse_cell(row[names.index(name)], mark)
            percent = unit == "%" and name == "rate"
            if cell is None or len(cell) != 1 or cell[0] is None or (unit == "%" and not percent):
                where = f"{row[names.index(name)]!r} in {grid.line(k)} of {grid.source}"
                raise InvalidInputError(name, "hold a number", where)
            cells.append(Fraction(cell[0]) / 100 if percent else cell[0])
        rows.append(cells)
    rows.sort(key=lambda row: row[0])
    if kind == ("from", "rate"):
        return Schedule(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
    return _through(rows, grid.source)


def _through(points: list[list[Number]], source: str) -> Schedule:
    """The schedule whose tax goes through points of income and tax, straight between them."""
    if (
        points[0] != [0, 0]
        or len(points) < 2
        or any(b[0] <= a[0] for a, b in itertools.pairwise(points))
    ):
        raise InvalidInputError(
            "schedule", "have distinct incomes, the first with tax 0 at 0", points, owner=source
        )
    rates: list[Any] = [ratio(b[1] - a[1], b[0] - a[0]) for a, b in itertools.pairwise(points)]
    return Schedule(tuple(p[0] for p in points[:-1]), tuple(rates))
