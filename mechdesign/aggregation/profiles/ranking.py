"""The ranking: a weak order of labelled alternatives, in which ranks and order cannot be mixed up.

A list such as ``[2, 0, 1]`` may mean "alternative 0 has rank 2" (a rank vector) or "alternative 2
comes first" (an order vector); published figures have been wrong because one was read as the
other.  A :class:`Ranking` is therefore never made from a bare list: there is one constructor for
each meaning.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.errors import InvalidInputError, require
from mechdesign.model import FrozenMap, Number, as_number, serializable, tidy
from mechdesign.records import dataclass

# From this many values on, they are sorted as one array.
_VECTOR = 500

__all__ = ["Ranking"]

Label = Hashable
#: How tied alternatives are numbered.
TiedRanks = Literal["average", "min", "max", "dense"]


@serializable("aggregation.Ranking")
@dataclass(frozen=True, eq=False, repr=False)
class Ranking:
    """A weak order: groups of equally good alternatives, the best group first.

    Two rankings are equal when they order the same alternatives in the same way.

    Parameters
    ----------
    tiers : sequence of sequences of labels
        The indifference classes, best first; each must be a list, tuple or set.

    Raises
    ------
    InvalidInputError
        If a label appears twice, a tier is empty, or the tiers are bare labels (then say
        :meth:`from_order` or :meth:`from_ranks`).

    Examples
    --------
    >>> Ranking([["A"], ["B", "C"]])
    Ranking('A > B = C')
    >>> Ranking.from_order(["B", "A"]) == Ranking.from_ranks({"A": 2, "B": 1})
    True
    """

    tiers: tuple[tuple[Label, ...], ...]

    def __init__(self, tiers: Iterable[Iterable[Label]]) -> None:
        listed: list[tuple[Label, ...]] = []
        for tier in _iterated(tiers, "tiers"):
            if not isinstance(tier, (list, tuple, set, frozenset)):
                raise InvalidInputError(
                    "tiers",
                    "be lists of equally good alternatives; for a list of labels say "
                    "Ranking.from_order (best first) or Ranking.from_ranks (rank of each)",
                    tier,
                    owner="Ranking",
                )
            if not tier:
                raise InvalidInputError("tiers", "not be empty", tier, owner="Ranking")
            listed.append(
                tuple(sorted(tier, key=str) if isinstance(tier, (set, frozenset)) else tier)
            )
        position: dict[Label, int] = {}
        for k, group in enumerate(listed):
            for label in group:
                if label in position:
                    raise InvalidInputError(
                        "tiers", "hold every alternative once", label, owner="Ranking"
                    )
                position[label] = k
        object.__setattr__(self, "tiers", tuple(listed))
        object.__setattr__(self, "_position", position)

    # ------------------------------------------------------------------ constructors

    @classmethod
    def from_order(cls, order: Iterable[Label]) -> Ranking:
        """The strict ranking that lists the alternatives best first.

        Examples
        --------
        >>> Ranking.from_order("CAB")
        Ranking('C > A > B')
        """
        return cls([(label,) for label in _iterated(order, "order")])

    @classmethod
    def from_ranks(
        cls,
        ranks: Mapping[Label, object] | Sequence[object],
        alternatives: Sequence[Label] | None = None,
    ) -> Ranking:
        """The ranking in which each alternative has the given rank; smaller is better.

        Parameters
        ----------
        ranks : mapping of label to number, or sequence of numbers
            The rank of each alternative; equal numbers are ties.
        alternatives : sequence of labels, optional
            What the entries of a sequence belong to; by default ``0, 1, ...``.

        Examples
        --------
        >>> Ranking.from_ranks([2, 1, 2], "ABC")
        Ranking('B > A = C')
        """
        return cls._from_values(ranks, alternatives, "ranks", 1, 0)

    @classmethod
    def from_scores(
        cls,
        scores: Mapping[Label, object] | Sequence[object],
        alternatives: Sequence[Label] | None = None,
        *,
        tolerance: float = 0,
    ) -> Ranking:
        """The ranking by score; larger is better.

        Parameters
        ----------
        scores : mapping of label to number, or sequence of numbers
            Equal scores are ties.
        alternatives : sequence of labels, optional
            What the entries of a sequence belong to; by default ``0, 1, ...``.
        tolerance : float
            Neighbours in the sorted list that differ by at most this, relative to the largest
            absolute score, tie as well.

        Examples
        --------
        >>> Ranking.from_scores({"A": 0.3, "B": 0.1 + 0.2}, tolerance=1e-9)
        Ranking('A = B')
        """
        return cls._from_values(scores, alternatives, "scores", -1, tolerance)

    @classmethod
    def _from_values(
        cls, values: object, alternatives: Sequence[Label] | None, name: str, sign: int, tol: float
    ) -> Ranking:
        if isinstance(values, Mapping):
            pairs = list(values.items())
        else:
            listed = list(_iterated(values, name))
            labels = range(len(listed)) if alternatives is None else list(alternatives)
            if len(labels) != len(listed):
                raise InvalidInputError(
                    name, f"have one entry for each of {len(labels)} alternatives", len(listed)
                )
            if len(listed) >= _VECTOR:
                keys = _keys(listed, sign, tol)
                if keys is not None:
                    return cls(_tied_together(keys, list(labels), tol))
            pairs = list(zip(labels, listed, strict=True))
        keyed = [(sign * as_number(value, f"{name}[{label!r}]"), label) for label, value in pairs]
        ordered = sorted(keyed, key=lambda pair: pair[0])
        tiers: list[list[Label]] = []
        margin = tol * max((abs(float(value)) for value, _ in keyed), default=0.0) if tol else 0
        last: Number | None = None
        for value, label in ordered:
            if last is not None and (value == last or (margin and value - last <= margin)):
                tiers[-1].append(label)
            else:
                tiers.append([label])
            last = value
        place = {label: k for k, (_, label) in enumerate(keyed)}
        return cls([sorted(tier, key=place.__getitem__) for tier in tiers])

    @classmethod
    def parse(cls, text: str) -> Ranking:
        """Read ``A > B = C``; labels are stripped text.

        Examples
        --------
        >>> Ranking.parse("A>B=C").winners
        ('A',)
        """
        if not isinstance(text, str):
            raise InvalidInputError("text", "be text such as 'A > B = C'", text, owner="Ranking")
        tiers = [[label.strip() for label in tier.split("=")] for tier in text.split(">")]
        if any(not label for tier in tiers for label in tier):
            raise InvalidInputError("text", "be like 'A > B = C'", text, owner="Ranking")
        return cls(tiers)

    @classmethod
    def _of_tiers(cls, alternatives: Sequence[Label], tiers: Iterable[int]) -> Ranking:
        """From tier numbers aligned with `alternatives`; -1 leaves an alternative out."""
        groups: dict[int, list[Label]] = {}
        for label, k in zip(alternatives, tiers, strict=True):
            if k >= 0:
                groups.setdefault(k, []).append(label)
        return cls([groups[k] for k in sorted(groups)])

    # ------------------------------------------------------------------ reading

    @property
    def alternatives(self) -> tuple[Label, ...]:
        """The alternatives, best first, tied ones in the order in which they were given."""
        return tuple(self._position)

    @property
    def winners(self) -> tuple[Label, ...]:
        """The best tier."""
        return self.tiers[0] if self.tiers else ()

    @property
    def strict(self) -> bool:
        """Whether there are no ties."""
        return len(self.tiers) == len(self._position)

    @property
    def order(self) -> tuple[Label, ...]:
        """The order vector: the alternatives, best first.

        Raises
        ------
        InvalidInputError
            If there are ties; :attr:`tiers` always exists.
        """
        if not self.strict:
            raise InvalidInputError("ranking", "be strict to have an order vector", str(self))
        return self.alternatives

    def tier(self, label: Label) -> int:
        """The number of tiers above an alternative."""
        try:
            place: int = self._position[label]
            return place
        except KeyError:
            raise InvalidInputError(
                "label", "be one of the ranked alternatives", label, owner="Ranking"
            ) from None

    def above(self, label: Label) -> int:
        """How many alternatives are ranked strictly above one.

        Examples
        --------
        >>> Ranking.parse("B > A = C").above("C")
        1
        """
        return sum(map(len, self.tiers[: self.tier(label)]))

    def ranks(self, ties: TiedRanks = "average") -> FrozenMap[Label, Number]:
        """The rank of every alternative, 1 for the best.

        Parameters
        ----------
        ties : {"average", "min", "max", "dense"}
            The rank that tied alternatives share; averages are exact.

        Examples
        --------
        >>> Ranking.parse("B > A = C").ranks()
        {'B': 1, 'A': Fraction(5, 2), 'C': Fraction(5, 2)}
        """
        result: dict[Label, Number] = {}
        above = 0
        for k, tier in enumerate(self.tiers):
            size = len(tier)
            middle = Fraction(2 * above + size + 1, 2)
            shared: Number = {
                "average": tidy(middle),
                "min": above + 1,
                "max": above + size,
                "dense": k + 1,
            }[_tied(ties)]
            result.update((label, shared) for label in tier)
            above += size
        return FrozenMap(result)

    def rank_vector(
        self, alternatives: Sequence[Label], ties: TiedRanks = "average"
    ) -> tuple[Number, ...]:
        """The rank vector: the ranks in the order of the given alternatives."""
        ranks = self.ranks(ties)
        missing = [label for label in alternatives if label not in ranks]
        if missing:
            raise InvalidInputError("alternatives", "all be ranked", missing, owner="Ranking")
        return tuple(ranks[label] for label in alternatives)

    def prefers(self, a: Label, b: Label) -> bool:
        """Whether `a` is ranked strictly above `b`."""
        return self.tier(a) < self.tier(b)

    def reversed(self) -> Ranking:
        """The ranking turned upside down."""
        return Ranking(self.tiers[::-1])

    def restricted(self, keep: Iterable[Label]) -> Ranking:
        kept = set(keep)
        tiers = [tuple(label for label in tier if label in kept) for tier in self.tiers]
        return Ranking([tier for tier in tiers if tier])

    def completed(self, alternatives: Iterable[Label]) -> Ranking:
        """The ranking with all alternatives that it leaves out tied in one tier below."""
        rest = [label for label in alternatives if label not in self._position]
        return Ranking([*self.tiers, rest]) if rest else self

    def renamed(self, names: Mapping[Label, Label]) -> Ranking:
        """The ranking with other labels; those not in `names` stay."""
        return Ranking([[names.get(label, label) for label in tier] for tier in self.tiers])

    def distance(self, other: Ranking, *, penalty: Number = Fraction(1, 2)) -> Number:
        """Kendall's distance: the pairs that the two rankings order differently.

        Only pairs that both rank count, so an incomplete ranking can be compared too.

        Parameters
        ----------
        other : Ranking
            Another ranking.
        penalty : number
            What a pair costs that is tied in exactly one of the two (Fagin et al. 2006).

        Returns
        -------
        int or Fraction
            Exact where the penalty is.

        Examples
        --------
        >>> Ranking.parse("A > B > C").distance(Ranking.parse("C > A = B"))
        Fraction(5, 2)
        """
        require(other, Ranking, "other")
        shared = [label for label in self._position if label in other._position]
        opposed = half = 0
        for i, a in enumerate(shared):
            for b in shared[i + 1 :]:
                mine = self._position[a] - self._position[b]
                yours = other._position[a] - other._position[b]
                if mine * yours < 0:
                    opposed += 1
                elif (mine == 0) != (yours == 0):
                    half += 1
        total = opposed + penalty * half
        return tidy(total)

    def tau(self, other: Ranking) -> float:
        """Kendall's tau-b between the two, over the alternatives that both rank.

        Returns
        -------
        float
            In [-1, 1]; nan where one of the two ties everything.

        Examples
        --------
        >>> Ranking.from_order("ABC").tau(Ranking.from_order("ACB"))
        0.333...
        """
        require(other, Ranking, "other")
        labels = [label for label in self._position if label in other._position]
        x = np.array([self._position[label] for label in labels])
        y = np.array([other._position[label] for label in labels])
        dx = np.sign(x[:, None] - x)
        dy = np.sign(y[:, None] - y)
        scale = float(np.count_nonzero(dx)) * float(np.count_nonzero(dy))
        return float((dx * dy).sum()) / scale**0.5 if scale else float("nan")

    def __len__(self) -> int:
        """The number of ranked alternatives."""
        return len(self._position)

    def __iter__(self) -> Iterator[tuple[Label, ...]]:
        """The tiers, best first."""
        return iter(self.tiers)

    def __contains__(self, label: object) -> bool:
        return label in self._position

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ranking):
            return NotImplemented
        return self._position == other._position

    def __hash__(self) -> int:
        if self._hash is None:
            object.__setattr__(self, "_hash", hash(frozenset(self._position.items())))
        return self._hash  # type: ignore[return-value]

    def __str__(self) -> str:
        return " > ".join(" = ".join(map(str, tier)) for tier in self.tiers)

    def __repr__(self) -> str:
        return f"Ranking({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # A cached hash must not travel to a process with another hash seed.
        return Ranking, (self.tiers,)

    _position = FrozenMap()  # type: ignore[var-annotated]
    _hash = None


def _tied(ties: str) -> str:
    if ties not in ("average", "min", "max", "dense"):
        raise InvalidInputError("ties", "be 'average', 'min', 'max' or 'dense'", ties)
    return ties


def _iterated(values: object, name: str) -> Iterable[Any]:
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return list(values.tolist())
    if isinstance(values, bytes) or not isinstance(values, Iterable):
        raise InvalidInputError(name, "be a sequence", values, owner="Ranking")
    return values


def _keys(values: list[Any], sign: int, tolerance: float) -> np.ndarray[Any, Any] | None:
    """Sorting keys of many numbers as an array, exact where they are; None if they do not fit."""
    if all(type(v) is float for v in values):
        floats = np.array(values)
        return sign * floats if np.isfinite(floats).all() else None
    if tolerance or not all(type(v) in (int, Fraction) for v in values):
        return None
    common = math.lcm(*{v.denominator for v in values})
    whole = [v.numerator * (common // v.denominator) for v in values]
    if max(whole) >= 2**62 or min(whole) <= -(2**62):
        return None
    return sign * np.array(whole, dtype=np.int64)


def _tied_together(
    keys: np.ndarray[Any, Any], labels: list[Label], tolerance: float
) -> list[list[Label]]:
    """The labels in tiers of increasing keys, in the given order within a tier."""
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    gaps = sorted_keys[1:] - sorted_keys[:-1]
    tied = gaps == 0
    if tolerance:
        tied |= gaps <= tolerance * np.abs(keys).max(initial=0.0)
    starts = [0, *(np.flatnonzero(~tied) + 1).tolist(), len(labels)]
    places = order.tolist()
    return [
        [labels[k] for k in (sorted(places[a:b]) if b - a > 1 else places[a:b])]
        for a, b in itertools.pairwise(starts)
    ]
