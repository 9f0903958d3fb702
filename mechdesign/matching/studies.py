"""Online matching on random graphs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mechdesign import matching
from mechdesign.model import Number

__all__ = ["matching_ratio"]


def matching_ratio(
    rng: np.random.Generator,
    *,
    policies: str | Sequence[str] = ("greedy", "balance", "ranking"),
    offline: int = 20,
    arrivals: int = 100,
    degree: int = 5,
    low: float = 0.0,
    high: float = 0.4,
    benchmark: str = "fluid",
    runs: int = 200,
) -> dict[str, Number]:
    """The share of a benchmark that policies earn, on one random graph.

    Parameters
    ----------
    rng : numpy.random.Generator
        For the graph and the luck, which all policies share.
    policies : str or sequence of str
        Names, see :func:`mechdesign.matching.policy`.
    offline, arrivals, degree, low, high
        As in :func:`mechdesign.matching.random_instance`.
    benchmark : str
        One of :data:`mechdesign.matching.BENCHMARKS`; ratios to different ones are not comparable.
    runs : int
        Simulated arrivals of the whole graph, at least 2.

    Returns
    -------
    dict of str to float
        For each policy the mean reward over the benchmark of this graph.

    Examples
    --------
    >>> found = matching_ratio(np.random.default_rng(0), offline=4, arrivals=12, degree=2)
    >>> all(0 < ratio < 1.1 for ratio in found.values())
    True
    """
    graph = matching.random_instance(offline, arrivals, degree, low=low, high=high, rng=rng)
    chosen = [policies] if isinstance(policies, str) else list(policies)
    seed = int(rng.integers(2**63))
    found = matching.simulate(graph, chosen, runs, rng=seed, benchmark=benchmark)
    ratios = {e.policy: e.ratio for e in found.estimates}
    return {name: interval.mean for name, interval in ratios.items() if interval is not None}
