"""Facility location on random profiles."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.experiments.names import several
from mechdesign.facility import OBJECTIVES, profile_ratio
from mechdesign.model import Number, Outcome, as_count, get

__all__ = ["facility_ratio"]


def facility_ratio(
    rng: np.random.Generator,
    *,
    mechanisms: str | Sequence[str] = ("uniform_phantom", "median", "average"),
    agents: int = 5,
    steps: int | None = 1000,
    clusters: int | None = None,
    objective: str = "welfare",
) -> dict[str, Number]:
    """How far mechanisms stay from the best location, on one random profile.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the profile, which all mechanisms meet.
    mechanisms : str or sequence of str
        Deterministic mechanisms of the line, such as ``quantile(q=1/3)``.
    agents : int
        At least 1.
    steps : int, optional
        Locations are drawn from the grid of so many steps on [0, 1], and everything is exact; None
        draws floats.
    clusters : int, optional
        The locations that there are, drawn uniformly; agents choose among them.  By default every
        agent has its own.
    objective : str
        ``welfare`` (best over own), ``total_cost`` or ``maximum_cost`` (own over best).

    Returns
    -------
    dict of str to number
        For each mechanism the ratio, at least 1; 1 is best.

    Examples
    --------
    >>> facility_ratio(np.random.default_rng(0), agents=3, steps=10)
    {'uniform_phantom': Fraction(78, 77), 'median': Fraction(1, 1), 'average': Fraction(1, 1)}
    """
    n = as_count(agents, "agents", low=1)
    if objective not in OBJECTIVES:
        raise InvalidInputError("objective", f"be one of {', '.join(OBJECTIVES)}", objective)
    places = n if clusters is None else as_count(clusters, "clusters", low=1)
    if steps is None:
        drawn: list[Number] = rng.random(places).tolist()
    else:
        size = as_count(steps, "steps", low=1)
        drawn = [Fraction(k, size) for k in rng.integers(size + 1, size=places).tolist()]
    if clusters is not None:
        drawn = [drawn[k] for k in rng.integers(places, size=n).tolist()]
    found: dict[str, Number] = {}
    for name in several(mechanisms, "mechanisms", "facility"):
        outcome = get(name)(drawn)
        if not isinstance(outcome, Outcome):
            raise InvalidInputError("mechanisms", "be deterministic", name)
        found[name.removeprefix("facility.")] = profile_ratio(drawn, outcome.choice, objective)[0]
    return found
