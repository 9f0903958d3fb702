"""Power by minimal winning coalitions, and what merging and splitting weights do to power."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Literal

from mechdesign.coalitional.games.closed_forms import labelled
from mechdesign.coalitional.games.powers import voting_power
from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Number, as_list, as_number, as_numbers, is_exact

__all__ = ["deegan_packel", "holler", "merging_gain", "splitting_gain"]

Index = Literal["shapley", "banzhaf", "normalised"]
Powers = FrozenMap[Hashable, Fraction]


def deegan_packel(weights: object, quota: Number) -> Powers:
    """Power where minimal winning coalitions are equally likely, and their members share evenly.

    Parameters
    ----------
    weights : sequence or mapping of nonnegative exact numbers
        Of n voters.
    quota : exact number
        Positive: a coalition wins if its weight reaches the quota.

    Notes
    -----
    Minimal winning coalitions are counted by size and weight, from the heaviest voter down: the
    last one who comes is the lightest, and they are minimal if it turns them: O(n^3 q).

    Examples
    --------
    >>> {name: str(p) for name, p in deegan_packel({"a": 3, "b": 2, "c": 1, "d": 1}, 4).items()}
    {'a': '3/8', 'b': '5/24', 'c': '5/24', 'd': '5/24'}
    """
    names, found, many = _minimal(weights, quota)
    total = sum(many.values())
    return FrozenMap(
        (name, sum((Fraction(c, k * total) for k, c in sizes.items()), Fraction(0)))
        for name, sizes in zip(names, found, strict=True)
    )


def holler(weights: object, quota: Number) -> Powers:
    """The public good index: the share of a voter in all memberships of minimal winning coalitions.

    Parameters
    ----------
    weights, quota
        As in :func:`deegan_packel`.

    Examples
    --------
    >>> {name: str(p) for name, p in holler({"a": 3, "b": 2, "c": 1, "d": 1}, 4).items()}
    {'a': '1/3', 'b': '2/9', 'c': '2/9', 'd': '2/9'}
    """
    names, found, _ = _minimal(weights, quota)
    own = [sum(sizes.values()) for sizes in found]
    return FrozenMap((name, Fraction(c, sum(own))) for name, c in zip(names, own, strict=True))


def _minimal(
    weights: object, quota: Number
) -> tuple[tuple[Hashable, ...], list[dict[int, int]], dict[int, int]]:
    """For each voter, and in all, the minimal winning coalitions of each size."""
    names, given = labelled(weights, "weights", low=0)
    line = as_number(quota, "quota")
    for name, value in (*(("weights", w) for w in given), ("quota", line)):
        if not is_exact(value):
            raise InvalidInputError(name, "be exact", value)
    if not 0 < line <= sum(given):
        raise InvalidInputError("quota", f"be above 0 and at most {sum(given)}", quota)
    heavy = sorted(range(len(names)), key=lambda k: -given[k])
    whole = _counted([given[k] for k in heavy], line, None)
    by_voter: list[dict[int, int]] = [{} for _ in names]
    for place, k in enumerate(heavy):
        by_voter[k] = _counted([given[j] for j in heavy], line, place)
    return tuple(names), by_voter, whole


def _counted(weights: Sequence[Number], line: Number, member: int | None) -> dict[int, int]:
    """Minimal winning coalitions by size, those with one voter only where it is named."""
    # Losing coalitions of those who came, by size and weight, and whether the voter is inside.
    losing: dict[tuple[int, Number, bool], int] = {(0, 0, member is None): 1}
    found: dict[int, int] = {}
    for place, w in enumerate(weights):
        fresh = dict(losing)
        for (size, weight, inside), many in losing.items():
            now = inside or place == member
            if weight + w < line:
                key = size + 1, weight + w, now
                fresh[key] = fresh.get(key, 0) + many
            elif now:
                found[size + 1] = found.get(size + 1, 0) + many
        losing = fresh
    return found


def merging_gain(
    weights: object, quota: Number, members: object, *, index: Index = "shapley"
) -> Fraction:
    """What voters gain in power together if they vote as one.

    Parameters
    ----------
    weights, quota
        As in :func:`deegan_packel`.
    members : iterable of labels
        Who merge.
    index : {"shapley", "banzhaf", "normalised"}
        How power is measured.

    Examples
    --------
    >>> merging_gain([1, 1, 2, 2], 6, [0, 1])
    Fraction(-1, 6)
    """
    names, given = labelled(weights, "weights", low=0)
    joined = as_list(members, "members")
    known = all(name in names for name in joined)
    if not joined or not known or len(set(joined)) != len(joined):
        raise InvalidInputError("members", "be distinct voters", joined)
    pairs = dict(zip(names, given, strict=True))
    before = _power(pairs, quota, index)
    one = sum(pairs[name] for name in joined)
    others: dict[Hashable, Number] = {
        ("voter", name): w for name, w in pairs.items() if name not in joined
    }
    after = _power({**others, "together": one}, quota, index)
    return after["together"] - sum((before[name] for name in joined), Fraction(0))


def splitting_gain(
    weights: object, quota: Number, voter: Hashable, parts: object, *, index: Index = "shapley"
) -> Fraction:
    """What a voter gains in power by voting as several, with a share of the weight each.

    Parameters
    ----------
    weights, quota, index
        As in :func:`merging_gain`.
    voter : label
        Who splits.
    parts : sequence of nonnegative exact numbers
        The weights of the parts, which sum to that of the voter.

    Examples
    --------
    >>> splitting_gain([2, 2, 2], 6, 0, [1, 1]), splitting_gain([2, 2, 2], 5, 0, [1, 1])
    (Fraction(1, 6), Fraction(-1, 6))
    """
    names, given = labelled(weights, "weights", low=0)
    pairs = dict(zip(names, given, strict=True))
    if voter not in names:
        raise InvalidInputError("voter", "be one of the voters", voter)
    shares = as_numbers(as_list(parts, "parts"), "parts", low=0)
    if sum(shares) != pairs[voter]:
        raise InvalidInputError("parts", f"sum to {pairs[voter]}", parts)
    before = _power(pairs, quota, index)
    others: dict[Hashable, Number] = {
        ("voter", name): w for name, w in pairs.items() if name != voter
    }
    split: dict[Hashable, Number] = {("part", k): w for k, w in enumerate(shares)}
    after = _power({**others, **split}, quota, index)
    return sum((after[name] for name in split), Fraction(0)) - before[voter]


def _power(weights: object, quota: Number, index: str) -> Powers:
    if index not in ("shapley", "banzhaf", "normalised"):
        raise InvalidInputError("index", "be shapley, banzhaf or normalised", index)
    found: Powers = getattr(voting_power(weights, quota), index)
    return found
