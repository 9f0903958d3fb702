"""The profile: many rankings of the same alternatives as one integer matrix."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import numpy as np

from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.aggregation.profiles.score_tiers import tiers_of_scores
from mechdesign.aggregation.profiles.weights import integer_weights
from mechdesign.arrays import AnyArray, BoolArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, as_list, as_number, ratio
from mechdesign.records import dataclass

__all__ = ["Profile"]

#: What leaving an alternative out says of it.
Unranked: TypeAlias = Literal["last", "unseen"]
_LARGEST = 10**300
_PLAIN = {int, float, Fraction}


@dataclass(frozen=True, eq=False, repr=False)
class Profile:
    """Rankings of the same alternatives, one row for each voter (task, instance, ballot).

    Parameters
    ----------
    alternatives : tuple of labels, length m
        The columns.
    tiers : numpy.ndarray of integers, shape (n, m)
        The number of tiers above each alternative, 0 for the best; -1 where a voter did not see
        it.  Each row uses the numbers 0, 1, ... without gaps.
    counts : numpy.ndarray of int64, shape (n,)
        The weight of each voter times :attr:`denominator`.
    denominator : int
        The common denominator of the weights.
    voters : sequence of hashable, optional
        Names of the rows.
    listed : numpy.ndarray of integers, shape (n,), optional
        How many tiers each voter listed; all by default.  What was not listed on a ballot stands
        tied in one tier below.

    Notes
    -----
    Tied, ranked below, not listed (below all that is listed) and not seen (no opinion) are four
    different things.

    Examples
    --------
    >>> p = Profile.from_rankings({"A > B > C": 3, "B > C > A": 2})
    >>> p.alternatives, p.tiers.tolist(), p.counts.tolist()
    (('A', 'B', 'C'), [[0, 1, 2], [2, 0, 1]], [3, 2])
    """

    alternatives: tuple[Label, ...]
    tiers: AnyArray
    counts: AnyArray
    denominator: int = 1
    voters: Sequence[Any] | None = None
    listed: AnyArray | None = None

    # ------------------------------------------------------------------ constructors

    @classmethod
    def from_rankings(
        cls,
        rankings: Any,
        weights: Iterable[Any] | None = None,
        alternatives: Sequence[Label] | None = None,
        voters: Sequence[Any] | None = None,
        unranked: Unranked = "last",
    ) -> Profile:
        """Read rankings.

        Parameters
        ----------
        rankings : mapping of ranking to weight, or sequence of rankings
            Each a :class:`Ranking` or text such as ``"A > B = C"``; a ranking of some of the
            alternatives is a ballot that does not list the others.
        weights : iterable of numbers, optional
            One for each ranking, nonnegative; 1 by default.  A dict or series is by voter.
        alternatives : sequence of labels, optional
            The columns; by default every label that is ranked, sorted where they sort.
        voters : sequence, optional
            Names of the rows.
        unranked : {"last", "unseen"}
            What a voter says of alternatives that it leaves out: that they are below all others,
            as on a ballot, or nothing, as of systems that were not tried on a task.

        Raises
        ------
        InvalidInputError
            On no rankings, labels that are not alternatives, or bad weights.

        Examples
        --------
        >>> ballots = {"A": 10, "B > A": 3}
        >>> from mechdesign import aggregation
        >>> aggregation.schulze(ballots).winners
        ('A',)
        >>> aggregation.schulze(ballots, unranked="unseen").winners
        ('B',)
        """
        if hasattr(rankings, "items"):
            if weights is not None:
                raise InvalidInputError(
                    "weights", "be left out where rankings map to weights", weights
                )
            weights = list(rankings.values())
            rankings = list(rankings)
        listed = as_list(rankings, "rankings")
        parsed = [r if isinstance(r, Ranking) else Ranking.parse(r) for r in listed]
        labels = _labels(parsed, alternatives)
        index = {label: k for k, label in enumerate(labels)}
        tiers = np.full((len(parsed), len(labels)), -1, dtype=tier_type(len(labels)))
        for row, ranking in zip(tiers, parsed, strict=True):
            for k, tier in enumerate(ranking.tiers):
                for label in tier:
                    if label not in index:
                        raise InvalidInputError(
                            "rankings", f"rank the alternatives {list(labels)} only", label
                        )
                    row[index[label]] = k
        return cls._weighted(labels, tiers, weights, voters, unranked)

    @classmethod
    def from_ranks(
        cls,
        ranks: object,
        alternatives: Sequence[Label] | None = None,
        weights: Iterable[Any] | None = None,
        voters: Sequence[Any] | None = None,
        unranked: Unranked = "unseen",
    ) -> Profile:
        """Read rank vectors: row v, column i is the rank that voter v gives to alternative i.

        Parameters
        ----------
        ranks : array-like of numbers, shape (n, m)
            Smaller is better, equal is tied, nan is not ranked.
        alternatives, weights, voters, unranked : optional
            As in :meth:`from_rankings`; what is not ranked was not seen by default.

        Examples
        --------
        >>> Profile.from_ranks([[1, 2, 2]], "ABC").rankings()
        [Ranking('A > B = C')]
        """
        scores = _negated(_matrix(ranks, "ranks"))
        return cls.from_scores(scores, alternatives, weights, voters, unranked)

    @classmethod
    def from_orders(
        cls,
        orders: Any,
        alternatives: Sequence[Label] | None = None,
        weights: Iterable[Any] | None = None,
        voters: Sequence[Any] | None = None,
    ) -> Profile:
        """Read order vectors: row v lists the alternatives of voter v, best first.

        Parameters
        ----------
        orders : array-like of integers, shape (n, m), or sequence of sequences of labels
            An integer array holds positions in `alternatives`; a sequence holds labels.
        alternatives, weights, voters : optional
            As in :meth:`from_rankings`.

        Examples
        --------
        >>> Profile.from_orders([["B", "A"], ["A", "B"]]).tiers.tolist()
        [[1, 0], [0, 1]]
        """
        if not isinstance(orders, np.ndarray):
            return cls.from_rankings(
                [Ranking.from_order(order) for order in as_list(orders, "orders")],
                weights,
                alternatives,
                voters,
            )
        if orders.ndim != 2 or not np.issubdtype(orders.dtype, np.integer) or not orders.size:
            raise InvalidInputError("orders", "be an integer array of shape (n, m)", orders.shape)
        n, m = orders.shape
        labels = tuple(range(m)) if alternatives is None else tuple(alternatives)
        if len(labels) != m:
            raise InvalidInputError("alternatives", f"have {m} entries", len(labels))
        if orders.min() < 0 or orders.max() >= m:
            raise InvalidInputError("orders", f"hold positions in [0, {m - 1}]", int(orders.max()))
        tiers = np.full((n, m), -1, dtype=tier_type(m))
        np.put_along_axis(tiers, orders, np.arange(m, dtype=tiers.dtype)[None, :], axis=1)
        if tiers.min() < 0:
            bad = int(np.argmax((tiers < 0).any(axis=1)))
            raise InvalidInputError("orders", "be a permutation in every row", f"row {bad}")
        return cls._weighted(labels, tiers, weights, voters)

    @classmethod
    def from_scores(
        cls,
        scores: object,
        alternatives: Sequence[Label] | None = None,
        weights: Iterable[Any] | None = None,
        voters: Sequence[Any] | None = None,
        unranked: Unranked = "unseen",
    ) -> Profile:
        """Rank by scores: row v, column i is what voter v gives to alternative i.

        Parameters
        ----------
        scores : array-like of numbers, shape (n, m)
            Larger is better, equal is tied, nan (None) is not ranked.
        alternatives, weights, voters, unranked : optional
            As in :meth:`from_rankings`; what is not ranked was not seen by default.
        """
        matrix = _matrix(scores, "scores")
        m = matrix.shape[1]
        labels = tuple(range(m)) if alternatives is None else tuple(alternatives)
        if len(labels) != m:
            raise InvalidInputError("alternatives", f"have {m} entries", len(labels))
        return cls._weighted(labels, _dense(matrix), weights, voters, unranked)

    @classmethod
    def _weighted(
        cls,
        labels: tuple[Label, ...],
        tiers: AnyArray,
        weights: object,
        voters: Sequence[Any] | None,
        unranked: Unranked = "unseen",
    ) -> Profile:
        if unranked not in ("last", "unseen"):
            raise InvalidInputError("unranked", "be 'last' or 'unseen'", unranked)
        if len(set(labels)) != len(labels):
            twice = next(x for k, x in enumerate(labels) if x in labels[:k])
            raise InvalidInputError("alternatives", "be distinct", twice, owner="Profile")
        if not labels:
            raise InvalidInputError("alternatives", "not be empty", labels, owner="Profile")
        if not len(tiers):
            raise InvalidInputError("rankings", "not be empty", [], owner="Profile")
        if voters is not None and len(voters) != len(tiers):
            raise InvalidInputError("voters", f"have {len(tiers)} entries", len(voters))
        counts, denominator = integer_weights(
            weights, range(len(tiers)) if voters is None else voters
        )
        listed = None
        if unranked == "last" and int(tiers.min()) < 0:
            listed = tiers.max(axis=1).astype(np.int64) + 1
            tiers = np.where(tiers < 0, listed[:, None], tiers).astype(tiers.dtype)
        tiers.flags.writeable = False
        return cls(labels, tiers, counts, denominator, voters, listed)

    # ------------------------------------------------------------------ reading

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.tiers)

    @property
    def m(self) -> int:
        """The number of alternatives."""
        return len(self.alternatives)

    @functools.cached_property
    def complete(self) -> bool:
        """Whether every voter saw every alternative."""
        return not self.tiers.size or int(self.tiers.min()) >= 0

    @functools.cached_property
    def strict(self) -> bool:
        """Whether every voter lists every alternative without ties."""
        if not self.complete or self.truncated:
            return False
        # Column by column: maxima of many short rows take numpy ten times as long.
        worst = functools.reduce(np.maximum, self.tiers.T)
        return bool((worst == self.m - 1).all())

    @functools.cached_property
    def unit(self) -> bool:
        """Whether every row counts 1."""
        return self.denominator == 1 and bool((self.counts == 1).all())

    @functools.cached_property
    def named(self) -> BoolArray:
        """Whether each voter lists each alternative, shape (n, m)."""
        seen = self.tiers >= 0
        return seen if self.listed is None else seen & (self.tiers < self.listed[:, None])

    @functools.cached_property
    def truncated(self) -> int:
        """How many rows do not list every alternative that they saw."""
        if self.listed is None:
            return 0
        return int((self.tiers >= self.listed[:, None]).any(axis=1).sum())

    @functools.cached_property
    def total(self) -> Fraction:
        """The total weight."""
        return Fraction(int(self.counts.sum()), self.denominator)

    def weights(self) -> tuple[Number, ...]:
        """The weight of every row."""
        if self.denominator == 1:
            return tuple(self.counts.tolist())
        return tuple(ratio(int(c), self.denominator) for c in self.counts)

    def ranking(self, row: int) -> Ranking:
        """What one row lists, as a :class:`Ranking`."""
        own = np.where(self.named[row], self.tiers[row], -1)
        return Ranking._of_tiers(self.alternatives, own.tolist())

    def rankings(self) -> list[Ranking]:
        """Every row as a :class:`Ranking`."""
        return [self.ranking(row) for row in range(len(self))]

    def doubled_positions(self) -> AnyArray:
        """Twice the average number of alternatives above each, shape (n, m); -1 if not ranked."""
        if self.strict:
            return self.tiers.astype(np.int64) * 2
        above, sizes = self._above()
        result = 2 * above + sizes - 1
        return np.where(self.tiers < 0, -1, result)

    def doubled_place_sums(self) -> list[int]:
        """The weighted sum of :meth:`doubled_positions` over the voters; all must rank all."""
        if self.strict and self.unit:
            return [2 * int(s) for s in self.tiers.sum(axis=0, dtype=np.int64)]
        total = np.zeros(self.m, dtype=np.int64)
        for low in range(0, len(self), 4096):
            part = self.subset(slice(low, low + 4096))
            total += part.counts @ part.doubled_positions()
        return [int(t) for t in total]

    def _above(self) -> tuple[AnyArray, AnyArray]:
        """Alternatives strictly above each one, and the size of its tier, shape (n, m)."""
        n, m = self.tiers.shape
        slots = self.tiers.astype(np.int64) + 1 + np.arange(n)[:, None] * (m + 1)
        sizes = np.bincount(slots.ravel(), minlength=n * (m + 1)).reshape(n, m + 1)
        sizes[:, 0] = 0
        above = np.cumsum(sizes, axis=1) - sizes
        pick = self.tiers.astype(np.int64) + 1
        return np.take_along_axis(above, pick, 1), np.take_along_axis(sizes, pick, 1)

    # ------------------------------------------------------------------ changing

    def restricted(self, keep: Sequence[Label]) -> Profile:
        index = {label: k for k, label in enumerate(self.alternatives)}
        columns = [index[label] for label in keep]
        chosen = self.tiers[:, columns].astype(np.float64)
        chosen[chosen < 0] = np.nan
        tiers, listed = _dense(-chosen), None
        if self.listed is not None:
            listed = np.where(self.named[:, columns], tiers, -1).max(axis=1).astype(np.int64) + 1
        return Profile(tuple(keep), tiers, self.counts, self.denominator, self.voters, listed)

    def subset(self, rows: Any) -> Profile:
        """The profile of some of the voters."""
        voters = (
            None if self.voters is None else [self.voters[k] for k in np.arange(len(self))[rows]]
        )
        listed = None if self.listed is None else self.listed[rows]
        counts = self.counts[rows]
        return Profile(
            self.alternatives, self.tiers[rows], counts, self.denominator, voters, listed
        )

    def reweighted(self, weights: Iterable[object]) -> Profile:
        """The same rankings with other weights."""
        voters = range(len(self)) if self.voters is None else self.voters
        counts, denominator = integer_weights(weights, voters)
        return Profile(self.alternatives, self.tiers, counts, denominator, self.voters, self.listed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Profile):
            return NotImplemented
        return (
            self.alternatives == other.alternatives
            and np.array_equal(self.tiers, other.tiers)
            and np.array_equal(self.named, other.named)
            and self.weights() == other.weights()
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = [
            f"{ratio(int(c), self.denominator)}: {self.ranking(k)}"
            for k, c in enumerate(self.counts[:6])
        ]
        more = [f"... {len(self) - 6} more"] if len(self) > 6 else []
        kind = f"Profile of {len(self)} rankings of {self.m} alternatives"
        return "\n  ".join([kind, *shown, *more])


def tier_type(m: int) -> Any:
    """The smallest type of integers for the tiers of m alternatives."""
    return np.int8 if m < 128 else np.int16 if m < 2**15 else np.int32


def _labels(rankings: list[Ranking], alternatives: Sequence[Label] | None) -> tuple[Label, ...]:
    if alternatives is not None:
        return tuple(alternatives)
    seen: dict[Label, None] = {}
    for ranking in rankings:
        seen.update(dict.fromkeys(ranking.alternatives))
    try:
        return tuple(sorted(seen))  # type: ignore[type-var]
    except TypeError:
        return tuple(seen)


def _matrix(values: Any, name: str) -> Any:
    """A 2-D float matrix with nan, or an object matrix where the numbers are exact."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu" and values.ndim == 2:
        matrix = values
    else:
        rows = [list(row) for row in values]
        if not rows or any(len(row) != len(rows[0]) for row in rows):
            raise InvalidInputError(name, "have rows of one length", [len(r) for r in rows][:10])
        matrix = np.empty((len(rows), len(rows[0])), dtype=object)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                missing = cell is None or (isinstance(cell, float) and math.isnan(cell))
                value = None if missing else as_number(cell, f"{name}[{i}][{j}]")
                # A number that stands for all that may be read is not held to what is read.
                if type(value) in _PLAIN and not -_LARGEST < value < _LARGEST:  # type: ignore[operator]
                    raise InvalidInputError(f"{name}[{i}][{j}]", "be below 1e300", "a huge number")
                matrix[i, j] = value
    if not matrix.size:
        raise InvalidInputError(name, "not be empty", matrix.shape)
    if matrix.dtype.kind == "f" and np.isinf(matrix).any():
        raise InvalidInputError(name, "be finite numbers or nan", "inf")
    return matrix


def _negated(matrix: Any) -> Any:
    if matrix.dtype != object:
        return -matrix.astype(np.float64) if matrix.dtype.kind == "f" else -matrix.astype(np.int64)
    flipped = [[None if cell is None else -cell for cell in row] for row in matrix]
    result = np.empty(matrix.shape, dtype=object)
    for i, row in enumerate(flipped):
        result[i] = row
    return result


def _dense(matrix: Any) -> AnyArray:
    """Tier numbers of every row of a score matrix, the largest score first."""
    n, m = matrix.shape
    seen: Any = None
    if matrix.dtype == object:
        seen = np.array([[cell is not None for cell in row] for row in matrix])
        matrix = _whole(matrix, seen)
    if matrix.dtype == object:
        tiers = np.full((n, m), -1, dtype=tier_type(m))
        for out, row in zip(tiers, matrix, strict=True):
            out[:] = tiers_of_scores(row.tolist())
        return tiers
    key = _negated(matrix)
    order = np.argsort(key, axis=1, kind="stable")
    ordered = np.take_along_axis(key, order, axis=1)
    steps = np.zeros((n, m), dtype=tier_type(m))
    steps[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    np.cumsum(steps, axis=1, out=steps)
    tiers = np.empty((n, m), dtype=steps.dtype)
    np.put_along_axis(tiers, order, steps, axis=1)
    if matrix.dtype.kind == "f":
        seen = ~np.isnan(matrix)
    if seen is not None:
        tiers[~seen] = -1
    return tiers


def _whole(matrix: Any, seen: Any) -> Any:
    """Exact numbers over their common denominator as int64, those not seen last; or as they were.

    Sorting fractions takes a hundred times as long.
    """
    cells = matrix[seen].tolist()
    if not {type(cell) for cell in cells} <= {int, Fraction}:
        return matrix
    common = math.lcm(*{cell.denominator for cell in cells})
    if common >= 1 << 62:
        return matrix
    numerators = [cell.numerator * (common // cell.denominator) for cell in cells]
    if max(map(abs, numerators), default=0) >= 1 << 62:
        return matrix
    whole = np.full(matrix.shape, -(1 << 62), dtype=np.int64)
    whole[seen] = numerators
    return whole
