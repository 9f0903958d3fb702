"""Strategyproofness over a whole domain at once, for mechanisms that evaluate batches.

All profiles are evaluated in one call; then, agent by agent, every true type is compared with
every report by array operations.  Exact reports stay exact: everything is written over one common
denominator and compared as integers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from mechdesign.axioms.question.evaluator import Budget
from mechdesign.axioms.question.trust import of_package
from mechdesign.errors import InvalidInputError
from mechdesign.model import Domain, EvaluatesMany, Mechanism, RationalArray, Setting
from mechdesign.model.setting import VectorisesGains
from mechdesign.records import dataclass

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Deviations:
    """The choices at every profile, ready for comparing all deviations of all agents.

    Parameters
    ----------
    domain : Domain
        The profiles.
    choices : ndarray, shape ``(g_1, ..., g_n, ...)``
        The choice at each profile, in units of ``1 / scale``.
    reports : list of ndarray
        The reports of each agent in the same units.
    scale : int
        The common denominator; 0 where the numbers are floats.
    """

    domain: Domain
    choices: np.ndarray[Any, Any]
    reports: list[np.ndarray[Any, Any]]
    scale: int

    @property
    def checks(self) -> int:
        """The number of comparisons of a truthful with another report."""
        return len(self.domain) * sum(len(listed) for listed in self.domain.reports)

    def gains(self, budget: Budget) -> Iterator[tuple[int, int, np.ndarray[Any, Any]]]:
        """Gains of every deviation, as ``(agent, first row, block)``.

        A block has shape ``(rows, g, g)``: row k is a profile of the others (in C order, starting
        at the first row), then the true type, then the report.
        """
        setting: Any = self.domain.setting
        n = self.domain.agents
        for i in range(n):
            own = self.reports[i]
            moved = np.moveaxis(self.choices, i, n - 1)
            rows = moved.reshape((-1, *moved.shape[n - 1 :]))
            step = max(1, _CHUNK // (len(own) ** 2))
            for start in range(0, len(rows), step):
                block = rows[start : start + step]
                budget.spend(len(block) * len(own) ** 2)
                gains = setting.gains(i, own[:, None], block[:, :, None], block[:, None, :])
                yield i, start, gains

    def indices(self, agent: int, row: int, true: int) -> tuple[int, ...]:
        """The profile behind a row of the others and a true type."""
        sizes = [len(listed) for k, listed in enumerate(self.domain.reports) if k != agent]
        others = [int(k) for k in np.unravel_index(row, sizes)] if sizes else []
        return (*others[:agent], true, *others[agent:])


def deviations_table(mechanism: Mechanism, setting: Setting, domain: Domain) -> Deviations | None:
    """Evaluate all profiles, or None where mechanism, setting or reports do not allow it.

    Raises
    ------
    InvalidInputError
        If ``evaluate_many`` returns something of the wrong shape.
    """
    if not (isinstance(mechanism, EvaluatesMany) and isinstance(setting, VectorisesGains)):
        return None
    if not of_package(type(setting)):
        return None  # its `gains` may be inherited, and its `gain` not
    sizes = tuple(len(listed) for listed in domain.reports)
    exact = domain.numeric
    if exact is None:
        return None
    try:
        choices = mechanism.evaluate_many(exact)
    except OverflowError:
        return None
    found = getattr(choices, "shape", ())
    if not found or found[0] != len(domain):
        raise InvalidInputError(
            "evaluate_many",
            f"return one choice for each of {len(domain)} profiles",
            found,
            owner=mechanism.name,
        )
    if not isinstance(choices, RationalArray):
        # A mechanism may know floats only; then reports and choices are compared as floats.
        floats = np.asarray(choices, dtype=float).reshape(sizes + found[1:])
        if not np.isfinite(floats).all():
            raise InvalidInputError(
                "evaluate_many", "return finite numbers", "NaN or inf", owner=mechanism.name
            )
        reports = [np.array([float(r) for r in listed]) for listed in domain.reports]
        return Deviations(domain, floats, reports, 0)
    try:
        common = math.lcm(exact.denominator, choices.denominator)
        numerators = choices.at(common).numerators.reshape(sizes + found[1:])
        reports = [
            RationalArray.from_values(listed).at(common).numerators for listed in domain.reports
        ]
    except OverflowError:
        return None
    # Half the memory traffic where the numbers are small, which on grids they are.
    largest = max(int(np.abs(a).max(initial=0)) for a in (numerators, *reports))
    if largest < 2**28:
        numerators = numerators.astype(np.int32)
        reports = [listed.astype(np.int32) for listed in reports]
    return Deviations(domain, numerators, reports, common)
