"""Voters and platforms: exact squared distances, grids, and what other families make of them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from mechdesign.aggregation import Pairwise, Profile
from mechdesign.arrays import AnyArray, FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.facility import line
from mechdesign.model import (
    Number,
    Problem,
    aligned_numbers,
    all_exact,
    as_list,
    as_number,
    parse_number,
    ratio,
    tidy,
)
from mechdesign.model.reading import is_frame, labelled_rows, split_labels
from mechdesign.records import dataclass

__all__ = ["Contest", "contest", "platform_grid", "utility_contest"]

Point = tuple[Number, ...]
#: Sums of squares of whole numbers below it fit into 64 bits.
_SAFE = 1 << 29
_MOST_POINTS = 100_000
_MOST_PAIRS = 3_000


@dataclass(frozen=True, eq=False, repr=False)
class Contest:
    """Voters, platforms, and what each platform is worth to each voter: see :func:`contest`.

    Parameters
    ----------
    platforms : tuple of labels, length m
        Points are their own labels where they have no other: numbers on a line, tuples elsewhere.
    voters : tuple of labels, length n
        Of the rows.
    utilities : array, shape (n, m)
        What each platform is worth to each voter, times :attr:`unit`: whole numbers where the data
        are exact, minus squared distances where there are points.
    unit : int
        So many units of `utilities` are 1.
    weights : tuple of numbers, length n
        How many people each voter stands for.
    ideals, positions : tuples of points, optional
        Of the voters and of the platforms.
    parties : tuple of str, optional
        Of each voter; empty for an independent.
    decisions : tuple of str
        What had to be decided when the data were read.
    """

    platforms: tuple[Hashable, ...]
    voters: tuple[Hashable, ...]
    utilities: AnyArray
    unit: int
    weights: tuple[Number, ...]
    ideals: tuple[Point, ...] | None = None
    positions: tuple[Point, ...] | None = None
    parties: tuple[str, ...] | None = None
    decisions: tuple[str, ...] = field(default=())

    @property
    def m(self) -> int:
        """The number of platforms."""
        return len(self.platforms)

    def __len__(self) -> int:
        """The number of voters."""
        return len(self.voters)

    @property
    def exact(self) -> bool:
        """Whether utilities are compared exactly."""
        return self.utilities.dtype.kind != "f"

    @property
    def dimensions(self) -> int:
        """Of the space; 0 where there are no points."""
        return len(self.positions[0]) if self.positions else 0

    def place(self, platform: Hashable) -> int:
        """Where a platform stands in the list."""
        if platform not in self._places:
            shown = ", ".join(map(str, self.platforms[:8]))
            raise InvalidInputError("platform", f"be one of {shown} ...", platform)
        return self._places[platform]

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {label: k for k, label in enumerate(self.platforms)}

    def utility(self, voter: int, platform: int) -> Number:
        """What the platform at a place is worth to the voter at a place."""
        found = self.utilities[voter, platform]
        return float(found) / self.unit if not self.exact else ratio(int(found), self.unit)

    @cached_property
    def float_utilities(self) -> FloatArray:
        """The utilities as floats, in units of 1."""
        return np.asarray(self.utilities / self.unit, dtype=float)

    @cached_property
    def shares(self) -> FloatArray:
        """The weights as shares of all voters."""
        total = sum(self.weights)
        return np.array([float(ratio(w, total)) for w in self.weights])

    def to_profile(self) -> Profile:
        """Every voter's ranking of the platforms, ties where two are as good.

        Examples
        --------
        >>> contest([0, 5], "0:2").to_profile().rankings()
        [Ranking('0 > 1 > 2'), Ranking('2 > 1 > 0')]
        """
        return Profile.from_scores(self.utilities, self.platforms, self.weights, self.voters)

    @cached_property
    def pairs(self) -> Pairwise:
        """All majorities: how many prefer each platform to each other one.

        Raises
        ------
        InvalidInputError
            With more than 3,000 platforms: :func:`win_set` compares one with all others.
        """
        if self.m > _MOST_PAIRS:
            told = f"be at most {_MOST_PAIRS} to compare all pairs"
            raise InvalidInputError("platforms", told, self.m)
        return Pairwise.of(self.to_profile())

    def to_facility(self) -> Problem:
        """The ideal points of a contest on a line as agents of :func:`mechdesign.facility.line`.

        The segment spans voters and platforms.  What is proved about the median there holds here.

        Examples
        --------
        >>> from mechdesign import facility
        >>> problem = contest([0, 1, 2, 5, 9], "0:9").to_facility()
        >>> facility.median(setting=facility.line(0, 9))(problem).choice
        2
        """
        if self.ideals is None or self.positions is None or self.dimensions != 1:
            raise InvalidInputError("contest", "be on a line", f"{self.dimensions} dimensions")
        peaks = [x for (x,) in self.ideals]
        ends = [*peaks, *(x for (x,) in self.positions)]
        low, high = min(ends), max(ends)
        where = line(low, high if high > low else low + 1)
        same = all(w == 1 for w in self.weights)
        named = dict(zip(self.voters, peaks, strict=True))
        return where.problem(named, weights=None if same else list(self.weights))

    def two_peaks(self) -> tuple[Hashable, tuple[Hashable, Hashable, Hashable]] | None:
        """A voter and three neighbours of whom she likes the middle one no more than the others.

        Neighbours along :meth:`axis`.  None where there is no such voter: preferences are
        single-peaked, and at most two platforms, side by side, are a voter's best.
        """
        order = self.axis()
        values = self.utilities[:, order]
        steps = np.sign(values[:, 1:] - values[:, :-1]).astype(np.int64)
        # Up, perhaps one level step at the peak, then down.
        before, after = steps[:, :-1], steps[:, 1:]
        bad = np.argwhere((after > before) | ((after == 0) & (before == 0)))
        if not len(bad):
            return None
        voter, k = map(int, bad[0])
        a, b, c = (self.platforms[order[j]] for j in (k, k + 1, k + 2))
        return self.voters[voter], (a, b, c)

    def axis(self) -> list[int]:
        """The platforms from left to right: by position on a line, else as they are listed."""
        if self.positions is None or self.dimensions != 1:
            return list(range(self.m))
        points = self.positions
        return sorted(range(self.m), key=lambda k: points[k])

    def __repr__(self) -> str:
        where = f" in {self.dimensions} dimensions" if self.dimensions else ""
        return f"Contest of {self.m} platforms before {len(self)} voters{where}"


def contest(
    voters: object,
    platforms: object = "voters",
    *,
    weights: object = None,
    parties: Sequence[str] | None = None,
    decisions: Sequence[str] = (),
) -> Contest:
    """Voters and platforms in a space: whoever is nearer is preferred.

    Parameters
    ----------
    voters : sequence, array, mapping or data frame
        Ideal points: numbers on a line, else rows of coordinates.
    platforms : str, sequence, array, mapping or data frame
        Points; ``"0:9"`` or ``"0:4,0:3"`` for the points of a :func:`platform_grid`; by default
        the voters' own points.
    weights : sequence or mapping of nonnegative numbers, optional
        How many people each voter stands for.
    parties : sequence of str, optional
        Of each voter; empty for an independent.
    decisions : sequence of str
        What was decided before.

    Raises
    ------
    InvalidInputError
        On coordinates that are no finite numbers, or points of different dimensions.

    Notes
    -----
    O(n m d).  Squared distances are compared, which orders as distances do; with exact coordinates
    they are whole numbers.  A float makes the comparisons floating-point ones.

    Examples
    --------
    >>> found = contest([(0, 0), (4, 0), (0, 3)], "0:4,0:3")
    >>> found
    Contest of 20 platforms before 3 voters in 2 dimensions
    >>> found.utility(1, found.place((1, 2)))
    -13
    """
    labels, ideals = _points(voters, "voters")
    told = list(map(str, as_list(decisions, "decisions")))
    if isinstance(platforms, str) and platforms == "voters":
        positions = tuple(dict.fromkeys(ideals))
        names: tuple[Hashable, ...] = _names(positions)
    elif isinstance(platforms, str):
        positions = platform_grid(platforms)
        names = _names(positions)
    else:
        given, positions = _points(platforms, "platforms")
        names = _names(positions) if given is None else tuple(given)
    if len(positions[0]) != len(ideals[0]):
        raise InvalidInputError(
            "platforms", f"have {len(ideals[0])} coordinates, as voters have", positions[0]
        )
    if len(set(names)) < len(names):
        twice = next(x for k, x in enumerate(names) if x in names[:k])
        raise InvalidInputError("platforms", "be distinct", twice)
    found, unit = _minus_squares(ideals, positions)
    named = tuple(range(len(ideals)) if labels is None else labels)
    if found.dtype.kind == "f":
        told.append("coordinates are floats: distances are compared in floating point")
    return Contest(
        names,
        named,
        found,
        unit,
        _weights(weights, named),
        ideals,
        positions,
        _parties(parties, len(named)),
        tuple(told),
    )


def utility_contest(
    table: object,
    platforms: Sequence[Hashable] | None = None,
    *,
    weights: object = None,
    parties: Sequence[str] | None = None,
    decisions: Sequence[str] = (),
) -> Contest:
    """Voters who say what each platform is worth to them; no space is needed.

    Parameters
    ----------
    table : nested sequences, array, mapping or data frame, shape (n, m)
        A row for each voter, a column for each platform.
    platforms : sequence of labels, optional
        Names for the columns where they have none.
    weights, parties, decisions
        As in :func:`contest`.

    Examples
    --------
    >>> found = utility_contest([[2, 1, 0], [0, 1, 2], [1, 2, 0]], "ABC")
    >>> found.pairs.margin("B", "A")
    1
    """
    labels, columns, rows = labelled_rows(table, "table")
    listed = [as_list(row, f"table[{i}]") for i, row in enumerate(rows)]
    if not listed or not listed[0] or any(len(row) != len(listed[0]) for row in listed):
        raise InvalidInputError("table", "have rows of one length", [len(r) for r in listed][:8])
    if columns is None:
        columns = range(len(listed[0])) if platforms is None else labels_in(platforms, "platforms")
    elif platforms is not None:
        raise InvalidInputError("platforms", "be left out where columns have names", platforms)
    names = tuple(columns)
    if len(names) != len(listed[0]) or len(set(names)) < len(names):
        raise InvalidInputError("platforms", f"be {len(listed[0])} distinct labels", names)
    cells = [
        [as_number(x, f"table[{i}][{j}]") for j, x in enumerate(row)]
        for i, row in enumerate(listed)
    ]
    found, unit = _whole(cells)
    named = tuple(range(len(cells)) if labels is None else labels)
    own = _weights(weights, named)
    return Contest(
        names, named, found, unit, own, None, None, _parties(parties, len(named)), tuple(decisions)
    )


def platform_grid(text: str) -> tuple[Point, ...]:
    """The points of a grid: ``lo:hi[:step]`` for each dimension, between commas.

    Raises
    ------
    InvalidInputError
        If it is none, or has more than 100,000 points.

    Examples
    --------
    >>> platform_grid("0:1:1/2")
    ((0,), (Fraction(1, 2),), (1,))
    >>> len(platform_grid("0:4,0:3"))
    20
    """
    axes: list[list[Number]] = []
    told = "be lo:hi or lo:hi:step for each dimension, as in 0:4,0:3"
    if not isinstance(text, str):
        raise InvalidInputError("platforms", told, text)
    size = 1
    for part in text.removeprefix("grid:").split(","):
        numbers = part.split(":")
        if len(numbers) not in (2, 3):
            raise InvalidInputError("platforms", told, text)
        low, high = (parse_number(x, "platforms") for x in numbers[:2])
        step = parse_number(numbers[2], "platforms") if len(numbers) == 3 else 1
        if step <= 0 or high < low:
            raise InvalidInputError("platforms", f"{told}, with lo <= hi and step > 0", text)
        count = int((high - low) // step) + 1
        size *= count
        if size > _MOST_POINTS:
            raise InvalidInputError("platforms", f"have at most {_MOST_POINTS} points", text)
        axes.append([tidy(low + k * step) for k in range(count)])
    found: list[Point] = [()]
    for axis in axes:
        found = [(*point, x) for point in found for x in axis]
    return tuple(found)


def labels_in(given: object, parameter: str) -> tuple[Hashable, ...]:
    """Labels, one after another, that can be told apart."""
    found = as_list(given, parameter)
    for label in found:
        try:
            hash(label)
        except TypeError:
            raise InvalidInputError(parameter, "be labels", label) from None
    return tuple(found)


def amount(given: object, parameter: str, *, positive: bool = False) -> float:
    """A strength or sensitivity: a number from 0 to a million."""
    found = float(as_number(given, parameter, low=0, high=10**6))
    if positive and not found:
        raise InvalidInputError(parameter, "be positive", given)
    return found


def _names(points: Sequence[Point]) -> tuple[Hashable, ...]:
    return tuple(p[0] if len(p) == 1 else p for p in points)


def _points(data: object, name: str) -> tuple[Sequence[Hashable] | None, tuple[Point, ...]]:
    """Labels, if there are any, and rows of coordinates."""
    if isinstance(data, str):
        raise InvalidInputError(name, "be points", data)
    flat: tuple[Any, Any] = (None, None)
    if not is_frame(data):
        flat = split_labels(data, name)
    values: Any = flat[1]
    # Only what is known to be a list of numbers is a line; everything else has rows.
    if isinstance(values, (list, tuple, range, np.ndarray)) and not any(
        hasattr(x, "__len__") and not isinstance(x, str) for x in values
    ):
        labels, rows = flat[0], [[x] for x in values]
    else:
        labels, _, rows = labelled_rows(data, name)
    if not rows:
        raise InvalidInputError(name, "not be empty", data)
    found: list[Point] = []
    for k, row in enumerate(rows):
        size = len(rows[0]) if hasattr(rows[0], "__len__") else 0
        if not hasattr(row, "__len__") or isinstance(row, str) or len(row) != size or not size:
            raise InvalidInputError(f"{name}[{k}]", "have as many coordinates as the first", row)
        found.append(tuple(tidy(as_number(x, f"{name}[{k}]")) for x in row))
    return labels, tuple(found)


def _weights(weights: object, voters: Sequence[Hashable]) -> tuple[Number, ...]:
    found = aligned_numbers(weights, voters, "weights", default=1, low=0)
    if not any(found):
        raise InvalidInputError("weights", "not all be zero", weights)
    return found


def _parties(parties: object, n: int) -> tuple[str, ...] | None:
    if parties is None:
        return None
    listed = list(parties) if isinstance(parties, (list, tuple, np.ndarray)) else None
    if listed is None or len(listed) != n or not all(isinstance(x, str) for x in listed):
        raise InvalidInputError("parties", f"be {n} names, empty for independents", parties)
    return tuple(x.strip() for x in listed)


def _whole(rows: Sequence[Sequence[Number]]) -> tuple[AnyArray, int]:
    """Exact numbers as whole ones, with the unit; floats as they are."""
    if not all(all_exact(row) for row in rows):
        return np.array([[float(x) for x in row] for row in rows]), 1
    unit = math.lcm(*(Fraction(x).denominator for row in rows for x in row))
    whole = [[int(x * unit) for x in row] for row in rows]
    small = max(abs(x) for row in whole for x in row) < 1 << 59
    return np.array(whole, dtype=np.int64 if small else object), unit


def _minus_squares(ideals: Sequence[Point], positions: Sequence[Point]) -> tuple[AnyArray, int]:
    """Minus the squared distances, times the square of the common denominator."""
    found, unit = _whole([*ideals, *positions])
    if found.dtype.kind != "f" and int(np.abs(found).max()) * len(ideals[0]) >= _SAFE:
        found = found.astype(object)
    here, there = found[: len(ideals)], found[len(ideals) :]
    total: Any = 0
    for k in range(here.shape[1]):
        total = total - (here[:, k, None] - there[None, :, k]) ** 2
    return np.asarray(total), unit**2
