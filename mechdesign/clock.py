"""The seconds that one call has, and who is told that time goes on."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

from mechdesign.errors import InvalidInputError, LimitReachedError

__all__ = ["Clock", "late", "now", "ticks", "watching"]

T = TypeVar("T")

#: Seconds between two calls of a watcher.
_TICK = 0.1
_WATCHER: ContextVar[_Watcher | None] = ContextVar("WATCHER", default=None)


class _Watcher:
    def __init__(self, progress: Callable[[], object]) -> None:
        self.progress, self.due = progress, 0.0


@contextlib.contextmanager
def watching(progress: Callable[[], object]) -> Iterator[None]:
    """Call a function now and then while anything in the block searches, samples or solves.

    For whatever takes long and has no ``progress=`` of its own, such as the optimum of a
    committee rule.  An exception that the function raises ends the search.

    Parameters
    ----------
    progress : callable
        Called without arguments, at most ten times a second.  A solver of another package is not
        interrupted for it.

    Examples
    --------
    >>> import mechdesign as md
    >>> calls = []
    >>> ballots = [{"a", "b"}, {"b", "c"}, {"c"}]
    >>> with md.watching(lambda: calls.append(1)):
    ...     found = md.committees.pav(ballots, seats=2)
    >>> len(calls) > 0
    True
    """
    if not callable(progress):
        raise InvalidInputError("progress", "be callable", progress)
    token = _WATCHER.set(_Watcher(progress))
    try:
        yield
    finally:
        _WATCHER.reset(token)


def now() -> float:
    """Seconds on the monotonic clock; whoever asks in a loop tells the watcher."""
    moment = time.monotonic()
    watcher = _WATCHER.get()
    if watcher is not None and moment >= watcher.due:
        watcher.due = moment + _TICK
        watcher.progress()
    return moment


def late(deadline: float | None) -> bool:
    """Whether a moment of that clock is over; never where there is none."""
    moment = now()
    return deadline is not None and moment > deadline


def ticks(steps: Iterable[T]) -> Iterator[T]:
    """The same steps; the watcher is told at each of them."""
    for step in steps:
        now()
        yield step


class Clock:
    """A time limit that all parts of one call share.

    Parameters
    ----------
    limit : float or None
        Seconds; None for no limit.
    told : str
        What the error says is undecided, and what to do instead.
    """

    def __init__(self, limit: float | None, told: str = "undecided") -> None:
        self.limit = limit
        self.told = told
        self._end = math.inf if limit is None else time.monotonic() + limit

    def left(self) -> float | None:
        """Seconds left, at least 0; None without a limit."""
        moment = now()
        return None if self.limit is None else max(self._end - moment, 0.0)

    def check(self) -> None:
        """Raise LimitReachedError when the time is over."""
        if now() > self._end:
            raise LimitReachedError(f"{self.told} after time_limit={self.limit:g}")
