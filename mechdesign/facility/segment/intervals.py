"""Unions of closed intervals: the sets of admissible locations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, distance, freeze, serializable, show
from mechdesign.records import dataclass

__all__ = ["IntervalUnion"]


@serializable("facility.IntervalUnion")
@dataclass(frozen=True)
class IntervalUnion:
    """A finite union of disjoint closed intervals, points included, from left to right.

    Parameters
    ----------
    intervals : tuple of (low, high)
        With ``low <= high`` and each to the right of the one before.

    Examples
    --------
    >>> u = IntervalUnion(((0, 1), (3, 3)))
    >>> 3 in u, 2 in u, u.nearest(1.25), u.slack(2)
    (True, False, 1, -1)
    >>> u
    [0, 1] | {3}
    """

    intervals: tuple[tuple[Number, Number], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "intervals", freeze(self.intervals))
        for k, (low, high) in enumerate(self.intervals):
            if low > high or (k and self.intervals[k - 1][1] >= low):
                raise InvalidInputError(
                    "intervals", "be disjoint and in order", self.intervals, owner="IntervalUnion"
                )

    @classmethod
    def outside(
        cls, low: Number, high: Number, forbidden: Iterable[tuple[Number, Number]]
    ) -> IntervalUnion:
        """``[low, high]`` without the given **open** intervals.

        Examples
        --------
        >>> IntervalUnion.outside(0, 4, [(1, 2), (2, 3)])
        [0, 1] | {2} | [3, 4]
        """
        parts: list[tuple[Number, Number]] = []
        start = low
        for left, right in sorted(forbidden):
            if right <= left:
                continue
            if left >= start:
                if start <= min(left, high):
                    parts.append((start, min(left, high)))
                start = right
            else:
                start = max(start, right)
        if start <= high:
            parts.append((start, high))
        return cls(tuple(_merged(parts)))

    @property
    def empty(self) -> bool:
        """Whether there is no admissible location."""
        return not self.intervals

    @property
    def low(self) -> Number:
        """The leftmost point."""
        return self._some()[0][0]

    @property
    def high(self) -> Number:
        """The rightmost point."""
        return self._some()[-1][1]

    def _some(self) -> tuple[tuple[Number, Number], ...]:
        if self.empty:
            raise InvalidInputError("intervals", "not be empty", self.intervals)
        return self.intervals

    def __contains__(self, location: Number) -> bool:
        return any(low <= location <= high for low, high in self.intervals)

    def __iter__(self) -> Iterator[tuple[Number, Number]]:
        return iter(self.intervals)

    def nearest(self, location: Number) -> Number:
        """The point of the set that is nearest to a location; of two the left one."""
        points = [min(max(location, low), high) for low, high in self._some()]
        return min(points, key=lambda point: distance(point, location))

    def slack(self, location: Number) -> Number:
        """How far a location is inside the set; negative, how far it is outside."""
        for low, high in self._some():
            if low <= location <= high:
                return min(location - low, high - location)
        return -distance(self.nearest(location), location)

    def intersection(self, other: IntervalUnion) -> IntervalUnion:
        """The points that both sets have."""
        parts = [
            (max(a, c), min(b, d))
            for a, b in self.intervals
            for c, d in other.intervals
            if max(a, c) <= min(b, d)
        ]
        return IntervalUnion(tuple(_merged(sorted(parts))))

    def __repr__(self) -> str:
        parts = [
            f"{{{show(low)}}}" if low == high else f"[{show(low)}, {show(high)}]"
            for low, high in self.intervals
        ]
        return " | ".join(parts) or "(empty)"


def _merged(parts: list[tuple[Number, Number]]) -> Iterator[tuple[Number, Number]]:
    """Join neighbours that touch."""
    held: tuple[Number, Number] | None = None
    for low, high in parts:
        if held is not None and low <= held[1]:
            held = (held[0], max(held[1], high))
            continue
        if held is not None:
            yield held
        held = (low, high)
    if held is not None:
        yield held
