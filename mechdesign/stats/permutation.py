"""Permutation tests of labels: all assignments where they are few, random ones else."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import Seed, as_count, generator
from mechdesign.records import dataclass

__all__ = ["PermutationTest", "label_permutation_test"]


@dataclass(frozen=True)
class PermutationTest:
    """The answer of a permutation test.

    Parameters
    ----------
    observed : float
        The statistic of the labels as they are.
    p : float
        The share of assignments of labels whose statistic is at least as large; for random
        assignments the observed one is counted with them.
    permutations : int
        How many assignments were looked at.
    exact : bool
        Whether these are all.
    """

    observed: float
    p: float
    permutations: int
    exact: bool


def label_permutation_test(
    labels: Sequence[object],
    statistic: Callable[[Sequence[Any]], float],
    *,
    permutations: int = 10_000,
    rng: Seed = 0,
) -> PermutationTest:
    """Test whether a statistic is larger than by chance when labels mean nothing.

    Parameters
    ----------
    labels : sequence
        The label of every unit.
    statistic : callable
        Of a sequence of labels; large values speak for the labels.
    permutations : int
        All distinct assignments are enumerated if there are no more than this, else so many are
        drawn.
    rng : numpy.random.Generator or int
        For draws.

    Examples
    --------
    >>> heights = [1, 2, 8, 9]
    >>> test = label_permutation_test("aabb", lambda s: sum(
    ...     h if x == "b" else -h for h, x in zip(heights, s)))
    >>> test.p, test.permutations, test.exact
    (0.16666666666666666, 6, True)
    """
    given = list(labels)
    limit = as_count(permutations, "permutations", low=1)
    if not given:
        raise InvalidInputError("labels", "not be empty", labels)
    names = sorted(set(given), key=given.index)
    sizes = [given.count(name) for name in names]
    every = math.factorial(len(given))
    for size in sizes:
        every //= math.factorial(size)
    observed = float(statistic(given))
    # Equal statistics must not be told apart by their rounding.
    bar = observed - 1e-12 * max(1.0, abs(observed))
    if every <= limit:
        hits = sum(statistic(found) >= bar for found in _assignments(len(given), names, sizes))
        return PermutationTest(observed, hits / every, every, True)
    draw = generator(rng)
    hits = 1
    for _ in range(limit):
        order = draw.permutation(len(given))
        hits += statistic([given[int(k)] for k in order]) >= bar
    return PermutationTest(observed, hits / (limit + 1), limit, False)


def _assignments(n: int, names: Sequence[object], sizes: Sequence[int]) -> Iterator[list[Any]]:
    """Every way to give the labels to n units."""

    def fill(free: list[int], k: int, found: list[Any]) -> Iterator[list[Any]]:
        if k == len(names) - 1:
            for place in free:
                found[place] = names[k]
            yield list(found)
            return
        for taken in itertools.combinations(free, sizes[k]):
            for place in taken:
                found[place] = names[k]
            gone = set(taken)
            yield from fill([p for p in free if p not in gone], k + 1, found)

    yield from fill(list(np.arange(n).tolist()), 0, [None] * n)
