"""Progress on standard error, shown only where that is a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar

__all__ = ["SILENT", "progress"]

#: Whether the command line was asked to be quiet.
SILENT: ContextVar[bool] = ContextVar("SILENT", default=False)


@contextlib.contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """Count steps of long work for people; silent in pipes and files.

    Parameters
    ----------
    label : str
        What is being done.
    total : int
        The number of steps.

    Yields
    ------
    callable
        To be called after each step.
    """
    if SILENT.get() or not sys.stderr.isatty() or total < 2:
        yield lambda: None
        return
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ImportError:
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            end = "\n" if done == total else "\r"
            print(f"{label} {done}/{total}", end=end, file=sys.stderr, flush=True)

        yield step
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)
