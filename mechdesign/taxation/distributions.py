"""Where skills come from: distributions of incomes, tables, and the schedule that is in force."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import decimal_of, parse_cell
from mechdesign.io.score_tables import read_grid
from mechdesign.model import Number, as_count, as_number, as_numbers
from mechdesign.records import dataclass
from mechdesign.taxation.economies import Economy, economy, power
from mechdesign.taxation.schedules import Schedule, incomes_under

__all__ = [
    "GB2",
    "ElasticityEstimate",
    "Lognormal",
    "Pareto",
    "economy_of_incomes",
    "estimate_elasticity",
    "read_workers",
]


class _Incomes(ABC):
    """A distribution of positive numbers."""

    @abstractmethod
    def quantile(self, share: object) -> Any:
        """Below which a share of them is; of a number or an array."""

    def types(self, n: int) -> tuple[float, ...]:
        """The means of n classes with as many members, from below.

        Each is the mean of 50 quantiles in the class, so the highest one is a little low.
        """
        count = as_count(n, "n", low=1, high=100_000)
        points = (np.arange(50 * count) + 0.5) / (50 * count)
        return tuple(map(float, self.quantile(points).reshape(count, 50).mean(axis=1)))


def _shares(share: object) -> FloatArray:
    found = np.asarray(share, dtype=float)
    if not ((found > 0) & (found < 1)).all():
        raise InvalidInputError("share", "be between 0 and 1", share)
    return found


@dataclass(frozen=True)
class GB2(_Incomes):
    """The generalised beta distribution of the second kind.

    Parameters
    ----------
    a, b, p, q : float
        Positive: shape, scale, shapes of the two ends.  The upper tail has the index a q.

    References
    ----------
    McDonald, J. B. (1984). Some generalized functions for the size distribution of income.
    Econometrica 52(3), 647-663. https://doi.org/10.2307/1913469

    Examples
    --------
    >>> round(GB2(2.0721, 72402.78, 0.48652, 1.14104).quantile(0.5), 2)
    38101.54
    """

    a: float
    b: float
    p: float
    q: float

    def __post_init__(self) -> None:
        for name in ("a", "b", "p", "q"):
            _positive(getattr(self, name), name)

    def quantile(self, share: object) -> Any:
        """Below which a share of the incomes is."""
        from scipy.special import betaincinv

        part = betaincinv(self.p, self.q, _shares(share))
        found = self.b * (part / (1 - part)) ** (1 / self.a)
        return found if np.ndim(found) else float(found)

    @property
    def mean(self) -> float:
        """The mean; infinite where the upper tail has an index of at most 1."""
        if self.a * self.q <= 1:
            return math.inf
        logs = (
            math.lgamma(self.p + 1 / self.a)
            + math.lgamma(self.q - 1 / self.a)
            - math.lgamma(self.p)
            - math.lgamma(self.q)
        )
        return self.b * math.exp(logs)


@dataclass(frozen=True)
class Pareto(_Incomes):
    """The share of incomes above x is ``(scale / x)^tail``.

    Examples
    --------
    >>> Pareto(2, 10).quantile(0.75)
    20.0
    """

    tail: float
    scale: float

    def __post_init__(self) -> None:
        _positive(self.tail, "tail")
        _positive(self.scale, "scale")

    def quantile(self, share: object) -> Any:
        """Below which a share of the incomes is."""
        found = self.scale * (1 - _shares(share)) ** (-1 / self.tail)
        return found if np.ndim(found) else float(found)


@dataclass(frozen=True)
class Lognormal(_Incomes):
    """Logarithms of incomes are normal.

    Examples
    --------
    >>> round(Lognormal(0, 1).quantile(0.5), 12)
    1.0
    """

    location: float
    spread: float

    def __post_init__(self) -> None:
        as_number(self.location, "location")
        _positive(self.spread, "spread")

    def quantile(self, share: object) -> Any:
        """Below which a share of the incomes is."""
        from scipy.special import ndtri

        found = np.exp(self.location + self.spread * ndtri(_shares(share)))
        return found if np.ndim(found) else float(found)


def _positive(value: object, name: str) -> None:
    if as_number(value, name) <= 0:
        raise InvalidInputError(name, "be positive", value)


def economy_of_incomes(
    incomes: object,
    schedule: Schedule | None = None,
    *,
    shares: object = None,
    elasticity: object = 1,
    need: object = 0,
    skill_floor: object = None,
) -> Economy:
    """The economy whose workers earn given incomes under the schedule that is in force.

    Parameters
    ----------
    incomes : sequence of n numbers
        Pre-tax incomes.
    schedule : Schedule, optional
        In force; by default no tax.
    shares : sequence of n numbers, optional
        Of the workers, equal by default.
    elasticity, need
        As in :func:`economy`.
    skill_floor : number, optional
        The skill of those who earn nothing, whom incomes do not tell apart.

    Returns
    -------
    Economy
        In whose decisions those at a cutoff are counted: many skills earn just so much, and the
        lowest of them is taken.  So are incomes that no skill would choose, as there are below and
        above a cutoff from which the rate is lower.

    Raises
    ------
    InvalidInputError
        If somebody earns nothing, or less, and no floor is given.

    Notes
    -----
    Inverts the condition of the best income, ``w = (z / (1 - T'(z))^e)^(1 / (1 + e))``.

    Examples
    --------
    >>> economy_of_incomes([1, 4, 9]).skills
    (1.0, 2.0, 3.0)
    """
    listed = as_numbers(incomes, "incomes")
    e = as_number(elasticity, "elasticity")
    if e <= 0:
        raise InvalidInputError("elasticity", "be positive", elasticity)
    known = Schedule((0,), (0,)) if schedule is None else schedule
    none = [z for z in listed if z <= 0]
    if none and skill_floor is None:
        constraint = f"be positive, or come with skill_floor=: {len(none)} are not"
        raise InvalidInputError("incomes", constraint, none[0])
    floor = 0 if skill_floor is None else as_number(skill_floor, "skill_floor")
    if none and floor <= 0:
        raise InvalidInputError("skill_floor", "be positive", skill_floor)
    told = [f"{len(none)} who earn nothing have the skill {float(floor):g}"] if none else []
    at = sum(z in known.cutoffs for z in listed if z > 0)
    if at:
        told.append(f"{at} earn just a cutoff: the lowest skill that may is taken")
    skills: list[Number] = []
    for z in listed:
        if z <= 0:
            skills.append(floor)
            continue
        below = sum(z > cutoff for cutoff in known.cutoffs) - 1
        kept = 1 - known.rates[below]
        if kept <= 0:
            raise InvalidInputError("schedule", f"have a rate below 1 at {z}", known.rates[below])
        root = float(z / power(kept, e)) ** (1 / (1 + float(e)))
        skills.append(root)
    earned = incomes_under(known, skills, e).tolist()
    pairs = [(float(z), answer) for z, answer in zip(listed, earned, strict=True) if z > 0]
    odd = sum(not math.isclose(z, answer, rel_tol=1e-6) for z, answer in pairs)
    if odd:
        told.append(f"{odd} earn what no skill would choose under the schedule")
    return economy(skills, shares=shares, elasticity=e, need=need, decisions=told)


class ElasticityEstimate(NamedTuple):
    """An elasticity of income and the interval that covers it with a given chance."""

    elasticity: float
    low: float
    high: float
    observations: int


def estimate_elasticity(incomes: object, kept: object, level: float = 0.95) -> ElasticityEstimate:
    """The elasticity of income with respect to what is kept, from a log-log regression.

    Parameters
    ----------
    incomes : sequence of n positive numbers
        At least 3.
    kept : sequence of n numbers
        What was kept of one unit more, 1 less the marginal rate: in (0, 1], not all the same.
    level : float
        Chance with which the interval covers, if errors are independent and normal.

    Notes
    -----
    Ordinary least squares.  Whoever earns more is in a higher bracket, so rates that come from the
    incomes themselves bias it: use rates that changed for another reason.

    Examples
    --------
    >>> found = estimate_elasticity([10, 8, 5, 4.1], [1, 0.8, 0.5, 0.4])
    >>> round(found.elasticity, 2), found.low < 1 < found.high
    (0.98, True)
    """
    from scipy.stats import linregress, t

    earned, left = as_numbers(incomes, "incomes"), as_numbers(kept, "kept", high=1)
    for name, values in (("incomes", earned), ("kept", left)):
        if len(values) < 3 or len(values) != len(earned) or min(values) <= 0:
            raise InvalidInputError(
                name, "be positive numbers, as many of each, 3 at least", values
            )
    if len(set(left)) < 2:
        raise InvalidInputError("kept", "have different values", kept)
    share = float(as_number(level, "level", low=0, high=1))
    if not 0 < share < 1:
        raise InvalidInputError("level", "be in (0, 1)", level)
    line = linregress(np.log(np.array(left, dtype=float)), np.log(np.array(earned, dtype=float)))
    reach = float(t.ppf((1 + share) / 2, len(earned) - 2)) * float(line.stderr)
    slope = float(line.slope)
    return ElasticityEstimate(slope, slope - reach, slope + reach, len(earned))


def read_workers(source: str | PathLike[str]) -> tuple[str, list[Number], list[Number] | None]:
    r"""Skills or incomes from a table.

    Parameters
    ----------
    source : path
        With a column ``skill`` or ``income``, and perhaps ``weight`` and ``id``.

    Returns
    -------
    str, list of numbers, list of numbers or None
        Which of the two, its cells, and the weights.

    Raises
    ------
    InvalidInputError
        If there is no such column, or both, or another one; or a cell is no number, with its line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "workers.csv")
    >>> _ = file.write_text("skill,weight\n1,2\n3,1\n")
    >>> read_workers(file)
    ('skill', [1, 3], [2, 1])
    """
    grid = read_grid(source)
    names = [name.strip().lower() for name in grid.columns]
    kinds = [word for word in ("skill", "income") if word in names]
    if len(kinds) != 1 or not {*names} <= {*kinds, "weight", "id"}:
        told = "have a column skill or income, and perhaps weight and id, and no others"
        raise InvalidInputError("file", told, list(grid.columns), owner=grid.source)
    kind = kinds[0]
    mark = decimal_of(grid)

    def column(name: str) -> list[Number]:
        found: list[Number] = []
        for k, row in enumerate(grid.rows):
            cell, unit = parse_cell(row[names.index(name)], mark)
            if cell is None or len(cell) != 1 or cell[0] is None or unit == "%":
                where = f"{row[names.index(name)]!r} in {grid.line(k)} of {grid.source}"
                raise InvalidInputError(name, "hold a number", where)
            found.append(cell[0])
        return found

    return kind, column(kind), column("weight") if "weight" in names else None
