"""The one place that makes HiGHS engines, and keeps them from writing to standard output."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

__all__ = ["highs_engine"]

_LOCK = threading.Lock()


@contextlib.contextmanager
def _standard_output_closed() -> Iterator[None]:
    """Send what C code prints to nowhere, for as long as it takes to make an engine.

    HiGHS 1.16 prints a banner from the constructor, before ``output_flag`` can be set.
    """
    with _LOCK:
        with contextlib.suppress(AttributeError, ValueError, OSError):
            sys.stdout.flush()
        try:
            kept = os.dup(1)
        except OSError:  # there is no standard output
            yield
            return
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.close(nowhere)
            yield
        finally:
            if os.name == "posix":  # what C has buffered goes the same way
                ctypes.CDLL(None).fflush(None)
            os.dup2(kept, 1)
            os.close(kept)


def highs_engine() -> Any:
    """A silent HiGHS engine that uses one thread."""
    import highspy

    with _standard_output_closed():
        engine: Any = highspy.Highs()  # type: ignore[no-untyped-call,unused-ignore]
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("threads", 1)
    return engine
