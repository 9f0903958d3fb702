"""The only place that imports joblib: independent tasks, one seed each, the same results anywhere.

No backend is named, so ``joblib.parallel_config`` takes the work to threads, processes or a
cluster.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TypeVar

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model import Seed, as_count

__all__ = ["map_tasks", "seed_sequence", "stream_tasks"]

T = TypeVar("T")
R = TypeVar("R")


def seed_sequence(rng: Seed) -> np.random.SeedSequence:
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
    results: list[R] = []
    for result in stream_tasks(function, tasks, workers=workers):
        results.append(result)
        if step is not None:
            step()
    return results


def stream_tasks(
    function: Callable[[T], R], tasks: Iterable[T], *, workers: int = 1
) -> Generator[R, None, None]:
    """As :func:`map_tasks`, but each result is handed over as soon as those before it are there.

    Closing the generator gives up the tasks that are left.

    Examples
    --------
    >>> next(stream_tasks(abs, [-1, 2, -3]))
    1
    """
    listed: Sequence[T] = list(tasks)
    count = as_count(workers, "workers", low=1)
    return _results(function, listed, min(count, max(len(listed), 1)))


def _results(
    function: Callable[[T], R], tasks: Sequence[T], workers: int
) -> Generator[R, None, None]:
    if workers == 1:
        yield from map(function, tasks)
        return
    from joblib import Parallel, delayed

    # A generator hands results over as they come, in order, so that progress can be shown.
    pool = Parallel(n_jobs=workers, return_as="generator")
    results = pool(delayed(function)(task) for task in tasks)
    try:
        # `yield from` would hand a close on to joblib before `finally` can silence it.
        for result in results:  # noqa: UP028
            yield result
    finally:
        # joblib warns of tasks that are given up; whoever closes this generator means to.
        with warnings.catch_warnings(), contextlib.closing(results):
            warnings.simplefilter("ignore")
