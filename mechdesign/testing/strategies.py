"""Hypothesis strategies: the problems of any setting that has a finite domain.

Needs hypothesis, which the extra ``test`` brings.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from mechdesign.model import Domain, Problem, Setting

__all__ = ["problems"]


def problems(
    setting: Setting, agents: int | Iterable[int] = (1, 2, 3), **scope: object
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


@functools.lru_cache(maxsize=64)
def _domain(setting: Setting, count: int, scope: tuple[tuple[str, Any], ...]) -> Domain:
    return setting.domain(count, **dict(scope))
