"""School choice on random preferences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechdesign.allocation.comparing import compare_matchings
from mechdesign.allocation.markets import school_choice
from mechdesign.errors import InvalidInputError
from mechdesign.experiments.names import several
from mechdesign.model import Number, as_count, as_number

__all__ = ["allocation_places"]

_MEASURES = ("first_choices", "mean_rank", "blocking_pairs")


def allocation_places(
    rng: np.random.Generator,
    *,
    rules: str | Sequence[str] = ("boston", "deferred_acceptance", "top_trading_cycles"),
    students: int = 12,
    schools: int = 4,
    agreement: Number = 0.5,
    measure: str = "first_choices",
) -> dict[str, Number]:
    """What rules for places do for the students of one random market with as many places.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the preferences and the priorities, which all rules meet.
    rules : str or sequence of str
        ``boston``, ``deferred_acceptance``, ``top_trading_cycles``, ``parallel``,
        ``efficiency_adjusted`` and other rules of places.  Lists are the true ones, for
        ``boston`` too, where that is no equilibrium.
    students, schools : int
        How many; places are divided as evenly as can be.
    agreement : number in [0, 1]
        The weight of the worth that all students see in a school, against that of their own taste;
        both are uniform.
    measure : {"first_choices", "mean_rank", "blocking_pairs"}
        The share of students with their first choice, the mean number of the choice that they got,
        or how many pairs of a student and a school would rather have each other.

    Returns
    -------
    dict of str to number
        For each rule.

    Examples
    --------
    >>> allocation_places(np.random.default_rng(0), students=1, schools=1)
    {'boston': 1.0, 'deferred_acceptance': 1.0, 'top_trading_cycles': 1.0}
    """
    n = as_count(students, "students", low=1)
    m = as_count(schools, "schools", low=1)
    alpha = float(as_number(agreement, "agreement", low=0, high=1))
    if measure not in _MEASURES:
        raise InvalidInputError("measure", f"be one of {', '.join(_MEASURES)}", measure)
    worth = alpha * rng.random(m) + (1 - alpha) * rng.random((n, m))
    lists = np.argsort(-worth, axis=1, kind="stable").tolist()
    priorities = [rng.permutation(n).tolist() for _ in range(m)]
    places = [n // m + (j < n % m) for j in range(m)]
    problem = school_choice().problem(lists, priorities=priorities, capacities=places)
    report = compare_matchings(problem, several(rules, "rules", "allocation"), lies=False)
    found: dict[str, Number] = {}
    for name, outcome in report.outcomes.items():
        ranks = [own.index(outcome.choice[i]) for i, own in enumerate(lists)]
        if measure == "first_choices":
            found[name] = ranks.count(0) / n
        elif measure == "mean_rank":
            found[name] = 1 + sum(ranks) / n
        else:
            found[name] = report.blocking[name]
    return found
