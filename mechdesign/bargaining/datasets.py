"""Scenarios of bargaining over public space."""

from __future__ import annotations

from fractions import Fraction

from mechdesign.bargaining import rubric
from mechdesign.model import Problem

__all__ = ["montreal_reconstruction"]


def montreal_reconstruction() -> Problem:
    """A reconstruction with INVENTED numbers of the bargaining pilot of arXiv 2503.12613.

    Six groups, three base designs, six modules, a budget of 100.  The paper's own rubric is not
    published; designs, costs, scores, priorities and the names of the last two groups were searched
    for until the scenario has all eight figures of the paper's abstract.  It illustrates; it is no
    evidence about the real scenario.

    Notes
    -----
    The figures are those of Mushkani, R., Berard, H., Koseki, S. (2025), Negotiative alignment:
    embracing disagreement to achieve fairer outcomes, arXiv 2503.12613.

    Examples
    --------
    >>> from mechdesign import bargaining
    >>> problem = montreal_reconstruction()
    >>> len(bargaining.packages(problem))
    69
    >>> float(sum(bargaining.best_base(problem).utilities.values()))
    21.1
    """
    criteria = ("accessibility", "inclusivity", "aesthetics", "practicality")
    half = Fraction(1, 2)
    bases = {
        "D1": (4, 9 * half, 3 * half, 7 * half),
        "D2": (5 * half, 3, 9 * half, 5 * half),
        "D3": (3, 5 * half, 5 * half, 4),
    }
    modules = {
        "a1": (10, "accessibility", half),
        "a2": (18, "accessibility", 1),
        "b": (20, "practicality", 1),
        "c": (10, "practicality", half),
        "d": (22, "aesthetics", 1),
        "e": (12, "inclusivity", half),
    }
    priorities = {
        "wheelchair users": (8, 4, 3, 5),
        "seniors": (8, 3, 4, 5),
        "lgbtqia2+": (5, 8, 1, 6),
        "newcomers": (7, 6, 4, 3),
        "caregivers": (4, 2, 5, 9),
        "youth": (4, 5, 5, 6),
    }
    return rubric(
        {
            name: {"cost": 60, **dict(zip(criteria, row, strict=True))}
            for name, row in bases.items()
        },
        {name: {"cost": cost, on: effect} for name, (cost, on, effect) in modules.items()},
        {name: dict(zip(criteria, row, strict=True)) for name, row in priorities.items()},
        scale=(1, 5),
        budget=100,
        conflicts=[{"a1", "a2"}],
    )
