"""The only place that imports joblib: independent tasks, one seed each, the same results anywhere.

No backend is named, so ``joblib.parallel_config`` takes the work to threads, processes or a
cluster.  What goes to another process goes as bytes, lambdas and closures included; what cannot is
refused before anything starts.  Errors are raised in the order of the tasks, too.
"""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import itertools
import logging
import os
import pickle
import sys
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable
from typing import Any, Generic, TypeVar

import numpy as np

from mechdesign.clock import now
from mechdesign.errors import InvalidInputError
from mechdesign.model import Seed, as_count

__all__ = [
    "CallFailed",
    "LimitedCalls",
    "map_tasks",
    "pack",
    "seed_sequence",
    "stream_tasks",
    "unpack",
    "with_generator",
]

_LOG = logging.getLogger(__name__)
#: Seconds.
_MOMENT = 0.02

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
    count = as_count(workers, "workers", low=1)
    waiting = iter(tasks)
    first = list(itertools.islice(waiting, count)) if count > 1 else []
    if len(first) < 2:
        return _here(function, itertools.chain(first, waiting))
    from joblib.parallel import get_active_backend

    backend, _ = get_active_backend()
    _LOG.debug("%d workers of joblib's backend %s", count, type(backend).__name__)
    job = _Job(function, count, packed=not getattr(backend, "supports_sharedmem", False))
    return _elsewhere(job, itertools.chain(first, waiting))


def _here(function: Callable[[T], R], tasks: Iterable[T]) -> Generator[R, None, None]:
    for found in map(function, tasks):
        now()
        yield found


def _elsewhere(job: _Job[T, R], tasks: Iterable[T]) -> Generator[R, None, None]:
    from joblib import Parallel, delayed

    # A generator hands results over as they come, in order, so that progress can be shown.
    pool = Parallel(n_jobs=job.workers, return_as="generator")
    ended = threading.Event()
    wanted = itertools.takewhile(lambda _: not ended.is_set(), tasks)
    results = pool(delayed(job)(task) for task in wanted)
    try:
        for found in results:
            now()
            yield job.read(found)
    except BaseException:
        # A task that loky hands out while it kills its workers ends in a traceback of its thread:
        # no more of them, and a moment for those that are on their way.
        ended.set()
        time.sleep(_MOMENT)
        raise
    finally:
        # joblib warns of tasks that are given up; whoever closes this generator means to.
        with warnings.catch_warnings(), contextlib.closing(results):
            warnings.simplefilter("ignore")


class _Job(Generic[T, R]):
    """A function as workers call it: what it returns or raises comes back, as bytes if packed."""

    def __init__(self, function: Callable[[T], R], workers: int, *, packed: bool) -> None:
        self.workers, self.packed = workers, packed
        try:
            self.function: Any = pack(function) if packed else function
        except Exception as error:  # whatever an object of a user's raises
            raise self._kept_here("what", error) from None

    def __call__(self, task: T) -> Any:
        function = _unpacked(self.function) if self.packed else self.function
        found: tuple[bool, Any]
        try:
            found = True, function(task)
        except Exception as error:  # raised again where the results are read
            found = False, error
        if not self.packed:
            return found
        try:
            return pack(found)
        except Exception as error:
            return pack((False, self._kept_here("results that", error)))

    def _kept_here(self, what: str, error: Exception) -> InvalidInputError:
        told = f"be 1 for {what} cannot be sent to another process ({error})"
        return InvalidInputError("workers", told, self.workers)

    def read(self, found: Any) -> R:
        """What the function returned; raises what it raised."""
        done, result = unpack(found) if self.packed else found
        if not done:
            raise result
        answer: R = result
        return answer


def pack(value: object) -> bytes:
    """A value as bytes that another process can read, lambdas and closures included.

    Examples
    --------
    >>> unpack(pack(lambda x: x + 1))(2)
    3
    """
    try:
        import cloudpickle
    except ImportError:  # joblib had a copy of its own
        from joblib.externals import cloudpickle

    written: bytes = cloudpickle.dumps(value)
    return written


def unpack(written: bytes) -> Any:
    """What :func:`pack` wrote."""
    return pickle.loads(written)


#: One copy in a process for all of its tasks.
_unpacked = functools.lru_cache(maxsize=8)(unpack)


class CallFailed(Exception):  # noqa: N818  (what failed is not this package)
    """A call in another process gave no result.

    Parameters
    ----------
    kind : {"raised", "timeout", "died"}
        The function raised, took too long, or ended its process.
    text : str
        What it raised.
    """

    def __init__(self, kind: str, text: str = "") -> None:
        super().__init__(kind, text)
        self.kind, self.text = kind, text


#: Seconds that a process has to start and to unpack its function, at least.
_TO_START = 60.0
#: Seconds after which a process that is asked nothing ends, such as one of a worker that is done.
_IDLE = 60.0
#: Seconds beyond its limit after which a process is killed from outside.
_GRACE = 1.0
_CODE = "import sys; sys.path[:] = {path!r}; from mechdesign.parallel import _serve; _serve()"


class LimitedCalls:
    """A function in a process of its own, which dies when a call takes too long.

    The limit is kept by a thread that needs no lock of the interpreter, so that it also ends what
    never comes back from C.  The next call starts a new process.  What the function prints goes to
    standard error, and it has no standard input.

    Parameters
    ----------
    function : callable
        Goes to the other process as bytes.
    seconds : float
        For each call.

    Raises
    ------
    InvalidInputError
        If the function cannot be sent to another process.

    Examples
    --------
    >>> with contextlib.closing(LimitedCalls(lambda x: 1 / x, 60)) as inverse:
    ...     inverse(4)
    0.25
    """

    def __init__(self, function: Callable[..., Any], seconds: float) -> None:
        try:
            self._function = pack(function)
        except Exception as error:  # whatever an object of a user's raises
            told = f"be None for what cannot be sent to another process ({error})"
            raise InvalidInputError("time_limit", told, seconds) from None
        self._seconds, self._process = seconds, None

    _process: Any

    def __call__(self, *given: Any) -> Any:
        """Call the function; raises :class:`CallFailed` where that gives nothing."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._start()
        return self._ask(given, self._seconds)

    def _start(self) -> None:
        import subprocess

        self._process = subprocess.Popen(
            [sys.executable, "-c", _CODE.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            self._ask(self._function, max(self._seconds, _TO_START))
        except CallFailed:
            self.close()
            raise

    def _ask(self, message: Any, seconds: float) -> Any:
        began = time.monotonic()
        # The process ends itself; this is for one that cannot, such as one that was stopped.
        alarm = threading.Timer(seconds + _GRACE, self._process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            self._process.stdin.write(pack((seconds, message)))
            self._process.stdin.flush()
            kind, found = pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            self.close()
            late = time.monotonic() - began >= seconds
            raise CallFailed("timeout" if late else "died") from None
        except BaseException:  # interrupted while it waits: what comes later answers nothing
            self.close()
            raise
        finally:
            alarm.cancel()
        if kind != "found":
            raise CallFailed(kind, found)
        return unpack(found)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # bytes that nobody took
                    stream.close()


def with_generator(function: Callable[..., R], given: object, seed: np.random.SeedSequence) -> R:
    """Call a function with what is given and a generator; a seed is what goes to a process.

    Examples
    --------
    >>> with_generator(lambda top, rng: int(rng.integers(top)), 10, np.random.SeedSequence(1))
    4
    """
    return function(given, np.random.default_rng(seed))


def _serve() -> None:
    """Answer the calls of a :class:`LimitedCalls` until it closes."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+") as nothing:  # noqa: PTH123  (pathlib takes its time)
        os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        sys.stdin, sys.stdout = nothing, sys.stderr
        function: Any = None
        answer: tuple[str, Any]
        while True:
            faulthandler.dump_traceback_later(_IDLE, exit=True, file=nothing)
            try:
                seconds, message = pickle.load(questions)
            except EOFError:
                return
            faulthandler.dump_traceback_later(seconds, exit=True, file=nothing)
            try:
                if isinstance(message, bytes):
                    function, found = unpack(message), None
                else:
                    found = function(*message)
                answer = "found", pack(found)
            except BaseException as error:  # whatever a function of a user's raises, exits too
                answer = "raised", f"{type(error).__name__}: {error}"
            try:
                pickle.dump(answer, answers)
                answers.flush()
            except OSError:  # who asked is gone
                os._exit(1)
