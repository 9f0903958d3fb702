"""The seconds that one call has."""

from __future__ import annotations

import math
import time

from mechdesign.errors import LimitReachedError


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
        return None if self.limit is None else max(self._end - time.monotonic(), 0.0)

    def check(self) -> None:
        """Raise LimitReachedError when the time is over."""
        if time.monotonic() > self._end:
            raise LimitReachedError(f"{self.told} after time_limit={self.limit:g}")
