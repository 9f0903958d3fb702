"""The only place that imports joblib: independent tasks, one seed each, the same results anywhere.

No backend is named, so ``joblib.parallel_config`` takes the work to threads, processes or a
cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import as_count

__all__ = ["map_tasks", "seed_sequence"]

T = TypeVar("T")
R = TypeVar("R")


def seed_sequence(rng: Any) -> np.random.SeedSequence:
    """The seed sequence behind ``rng=``, from which every task spawns its own.

    Parameters
    ----------
    rng : int, sequence of int, numpy.random.SeedSequence, numpy.random.Generator or None
        A seed gives the same sequence each time; a generator is asked for the next seed; None
        takes fresh entropy.

    Raises
    ------
    InvalidInputError
        If `rng` is none of these.

    Examples
    --------
    >>> seed_sequence(7).spawn(1)[0].spawn_key
    (0,)
    """
    if isinstance(rng, np.random.SeedSequence):
        # A fresh copy: spawning counts up in the original, and a second call would differ.
        return np.random.SeedSequence(rng.entropy, spawn_key=rng.spawn_key)
    if isinstance(rng, np.random.Generator):
        return np.random.SeedSequence(rng.integers(0, 2**32, size=4).tolist())
    try:
        if isinstance(rng, bool):
            raise TypeError
        return np.random.SeedSequence(rng)
    except (TypeError, ValueError):
        raise InvalidInputError("rng", "be a numpy Generator or a seed", rng) from None


def map_tasks(
    function: Callable[[T], R],
    tasks: Iterable[T],
    *,
    workers: int = 1,
    step: Callable[[], object] | None = None,
) -> list[R]:
    """Apply a function to every task, in any number of workers; results in the order of the tasks.

    Parameters
    ----------
    function : callable
        Must not depend on anything but its task.
    tasks : iterable
        Each with its own seed, if it needs random numbers.
    workers : int
        How many run at the same time; 1 runs them here and now.
    step : callable, optional
        Called after each task, for progress.

    Examples
    --------
    >>> map_tasks(abs, [-1, 2, -3])
    [1, 2, 3]
    """
    listed: Sequence[T] = list(tasks)
    count = as_count(workers, "workers", low=1)
    results: list[R] = []
    for result in _results(function, listed, min(count, max(len(listed), 1))):
        results.append(result)
        if step is not None:
            step()
    return results


def _results(function: Callable[[T], R], tasks: Sequence[T], workers: int) -> Iterable[R]:
    if workers == 1:
        return map(function, tasks)
    from joblib import Parallel, delayed

    # A generator hands results over as they come, in order, so that progress can be shown.
    pool = Parallel(n_jobs=workers, return_as="generator")
    results: Iterable[R] = pool(delayed(function)(task) for task in tasks)
    return results
