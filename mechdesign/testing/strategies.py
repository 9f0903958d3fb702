"""Hypothesis strategies for problems of every family.

:func:`problems` draws from any setting that has a finite domain; the others are its use for the
families, with sizes that suit property tests.  Needs hypothesis, which the extra ``test`` brings.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from mechdesign.model import Domain, Number, Problem, Setting

__all__ = ["arrivals", "packages", "peaks", "problems", "rankings", "values"]


def problems(
    setting: Setting, agents: int | Iterable[int] = (1, 2, 3), **scope: Any
) -> st.SearchStrategy[Problem]:
    """Problems of a setting's finite domain; they shrink towards few agents and first reports.

    Parameters
    ----------
    setting : Setting
        Any setting with a domain.
    agents : int or iterable of int
        The numbers of agents to draw from.
    **scope
        The words of the domain: ``grid=12``, ``alternatives=4``.

    Examples
    --------
    >>> from hypothesis import find
    >>> from mechdesign import facility
    >>> strategy = problems(facility.line(0, 1), agents=(2, 3), grid=4)
    >>> find(strategy, lambda problem: max(problem.types) > 0).types
    (Fraction(0, 1), Fraction(1, 4))
    """
    counts = [agents] if isinstance(agents, int) else list(agents)

    def draw(count: int) -> st.SearchStrategy[Problem]:
        domain = _domain(setting, count, tuple(sorted(scope.items())))
        indices = [st.integers(0, len(listed) - 1) for listed in domain.reports]
        return st.tuples(*indices).map(domain.problem)

    return st.sampled_from(counts).flatmap(draw)


def peaks(agents: int | Iterable[int] = range(1, 6), grid: int = 12) -> st.SearchStrategy[Problem]:
    """Profiles of locations on the line [0, 1]."""
    from mechdesign import facility

    return problems(facility.line(0, 1), agents, grid=grid)


def values(
    agents: int | Iterable[int] = (1, 2, 3, 4), grid: int = 10, slots: Any = (3, 2, 1)
) -> st.SearchStrategy[Problem]:
    """Values per click of advertisers before separable slots."""
    from mechdesign import auctions

    return problems(auctions.position(), agents, grid=grid, slots=tuple(slots))


def rankings(
    agents: int | Iterable[int] = range(1, 6), alternatives: int = 4, **scope: Any
) -> st.SearchStrategy[Problem]:
    """Profiles of rankings, strict unless ``weak=True``."""
    from mechdesign import aggregation

    return problems(aggregation.rankings(), agents, alternatives=alternatives, **scope)


def arrivals(
    agents: int | Iterable[int] = (1, 2, 3),
    weights: Sequence[Number] = (1, 2, 3),
    arrivals: int = 2,
    p: Number = Fraction(1, 2),
) -> st.SearchStrategy[Problem]:
    """Reported weights of offline vertices on a complete bipartite graph."""
    from mechdesign import matching

    return problems(matching.online(), agents, weights=tuple(weights), arrivals=arrivals, p=p)


def packages(
    agents: int | Iterable[int] = (1, 2, 3),
    packages: int = 3,
    utilities: Sequence[Number] = (0, 1, 2, 3),
) -> st.SearchStrategy[Problem]:
    """Menus of packages with a utility of each for every agent."""
    from mechdesign import bargaining

    setting = bargaining.package_choice()
    return problems(setting, agents, packages=packages, utilities=tuple(utilities))


@functools.lru_cache(maxsize=64)
def _domain(setting: Setting, count: int, scope: tuple[tuple[str, Any], ...]) -> Domain:
    return setting.domain(count, **dict(scope))
