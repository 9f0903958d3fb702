"""The domain: a finite set of problems, enumerated in the order in which witnesses are minimal."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.arrays import IntArray
from mechdesign.errors import InvalidInputError
from mechdesign.model.numbers import all_exact
from mechdesign.model.problem import Problem
from mechdesign.model.rational import RationalArray
from mechdesign.records import dataclass

if TYPE_CHECKING:
    from mechdesign.model.setting import Setting

__all__ = ["MAX_GRID", "Domain"]

#: The most steps of a grid: making its points takes about a second.
MAX_GRID = 100_000
_SORTABLE = 2_000_000


@dataclass(frozen=True)
class Domain:
    """A finite set of problems: every profile that combines the listed reports.

    Parameters
    ----------
    setting : Setting
        Where the problems live.
    base : Problem
        The problem whose types are replaced.
    reports : sequence of sequences
        The possible reports of each agent, aligned with ``base.agents``.
    label : str
        How to name the domain: ``grid 1/4 of [0, 1]``, ``all strict rankings of 3``.
    complete : bool
        Whether these are all the reports that the setting allows, or a sample of a larger set
        (a grid of a continuum) that the caller named.
    """

    setting: Setting
    base: Problem
    reports: Sequence[Sequence[Any]]
    label: str
    complete: bool = False
    _order: Any = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.reports) != len(self.base):
            raise InvalidInputError(
                "reports", f"list the reports of all {len(self.base)} agents", len(self.reports)
            )
        if any(not listed for listed in self.reports):
            raise InvalidInputError("reports", "not be empty for any agent", self.reports)

    def __getstate__(self) -> dict[str, Any]:
        # What was derived is made again where it is needed.
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def __len__(self) -> int:
        """The number of problems, where a length may be so large."""
        return self.size

    @property
    def size(self) -> int:
        """The number of problems."""
        return math.prod(len(listed) for listed in self.reports)

    @property
    def agents(self) -> int:
        """The number of agents."""
        return len(self.base)

    @cached_property
    def interchangeable(self) -> bool:
        """Whether all agents have the same possible reports, weights and reserves."""
        first = self.reports[0] if self.reports else ()
        same = all(listed is first or tuple(listed) == tuple(first) for listed in self.reports)
        base = self.base
        return (
            same
            and (base.weights is None or len(set(base.weights)) <= 1)
            and (base.reserve is None or len(set(base.reserve)) <= 1)
        )

    def profile(self, indices: Sequence[int]) -> tuple[Any, ...]:
        """The reports at the given indices, one for each agent."""
        return tuple(listed[k] for listed, k in zip(self.reports, indices, strict=True))

    def problem(self, indices: Sequence[int]) -> Problem:
        """The problem at the given indices."""
        return self.base.with_profile(self.profile(indices))

    def problems(self, share: range | None = None) -> Iterator[Problem]:
        """All problems or a share of them, the reports of the last agent changing fastest."""
        profiles: Iterator[Any] = itertools.product(*self.reports)
        if share is not None:
            profiles = itertools.islice(profiles, share.start, share.stop)
        return map(self.base.with_profile, profiles)

    @cached_property
    def complexities(self) -> tuple[tuple[int, ...], ...]:
        """The complexity of each report, aligned with :attr:`reports`."""
        return tuple(tuple(self.setting.complexity(r) for r in listed) for listed in self.reports)

    @cached_property
    def codes(self) -> tuple[tuple[int, ...], ...]:
        """A number for each report, equal exactly where the reports are."""
        seen: dict[Any, int] = {}
        return tuple(
            tuple(seen.setdefault(report, len(seen)) for report in listed)
            for listed in self.reports
        )

    def grade(self, indices: Sequence[int]) -> tuple[int, int]:
        """Number of distinct reports and largest complexity: the order of witnesses."""
        distinct = len({self.codes[i][k] for i, k in enumerate(indices)})
        return distinct, max((self.complexities[i][k] for i, k in enumerate(indices)), default=1)

    def graded(self) -> Iterator[tuple[tuple[int, int], tuple[int, ...]]]:
        """Every profile as ``(grade, indices)``, simplest first where the domain is not huge."""
        sizes = [len(listed) for listed in self.reports]
        if not self.ordered:
            for indices in itertools.product(*map(range, sizes)):
                yield self.grade(indices), indices
            return
        indices_array, distinct, complexity = self._tables
        order = np.lexsort((np.arange(len(self)), complexity, distinct))
        for k in order.tolist():
            yield (int(distinct[k]), int(complexity[k])), tuple(indices_array[k].tolist())

    def multisets(self) -> Iterator[tuple[tuple[int, int], tuple[int, ...]]]:
        """One profile for each class of profiles that differ by the names of agents only."""
        size = len(self.reports[0])
        classes = itertools.combinations_with_replacement(range(size), self.agents)
        if math.comb(size + self.agents - 1, self.agents) <= _SORTABLE:
            yield from sorted((self.grade(indices), indices) for indices in classes)
        else:
            for indices in classes:
                yield self.grade(indices), indices

    @property
    def ordered(self) -> bool:
        """Whether the problems come simplest first: a huge domain is not sorted."""
        return self.size <= _SORTABLE

    @cached_property
    def _tables(self) -> tuple[Any, Any, Any]:
        """Index matrix, number of distinct reports and largest complexity of every profile."""
        indices = self.index_matrix
        codes = np.column_stack(
            [np.array(self.codes[i])[indices[:, i]] for i in range(self.agents)]
        )
        ordered = np.sort(codes, axis=1)
        distinct = 1 + (np.diff(ordered, axis=1) != 0).sum(axis=1)
        complexity = np.column_stack(
            [np.array(self.complexities[i])[indices[:, i]] for i in range(self.agents)]
        ).max(axis=1)
        return indices, distinct, complexity

    @cached_property
    def index_matrix(self) -> IntArray:
        """Indices of all profiles in C order, shape ``(len(self), agents)``."""
        sizes = tuple(len(listed) for listed in self.reports)
        return np.indices(sizes).reshape(len(sizes), -1).T

    @cached_property
    def numeric(self) -> RationalArray | None:
        """All profiles as exact numbers in C order, or None where reports are not exact numbers."""
        if not all(all_exact(listed) for listed in self.reports):
            return None
        try:
            listed = [RationalArray.from_values(r) for r in self.reports]
            common = math.lcm(*(column.denominator for column in listed))
            columns = [column.at(common).numerators for column in listed]
        except OverflowError:
            return None
        indices = self.index_matrix
        matrix = np.column_stack([columns[i][indices[:, i]] for i in range(self.agents)])
        return RationalArray(matrix, common)
