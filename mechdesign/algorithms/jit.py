"""The only place that imports numba: kernels compile when they are first called, if numba is there.

Without numba (the extra ``fast``) a kernel runs as the plain Python function that it is, with the
same result.  Setting the environment variable ``MECHDESIGN_JIT=0`` does the same.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

__all__ = ["Kernel", "available", "jit"]

P = ParamSpec("P")
R = TypeVar("R")


@functools.cache
def available() -> bool:
    """Whether kernels are compiled.

    Examples
    --------
    >>> available() in (True, False)
    True
    """
    from importlib.util import find_spec

    return os.environ.get("MECHDESIGN_JIT", "1") != "0" and find_spec("numba") is not None


class Kernel(Generic[P, R]):
    """A function that is compiled at its first call.

    Parameters
    ----------
    function : callable
        Loops over numpy arrays and numbers.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        self.python = function
        self._compiled: Callable[P, R] | None = None
        functools.update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the compiled function, or the plain one where there is no compiler."""
        if self._compiled is None:
            self._compiled = _compile(self.python) if available() else self.python
        return self._compiled(*args, **kwargs)

    def __reduce__(self) -> str:
        return self.python.__qualname__


def jit(function: Callable[P, R]) -> Kernel[P, R]:
    """Compile a kernel when it is first called.

    Examples
    --------
    >>> @jit
    ... def total(values):
    ...     result = 0
    ...     for value in values:
    ...         result += value
    ...     return result
    >>> int(total.python([1, 2]))
    3
    """
    return Kernel(function)


def _compile(function: Callable[P, R]) -> Callable[P, R]:
    import warnings

    import numba

    with warnings.catch_warnings():
        # A read-only installation cannot keep the compiled code; that is no reason to complain.
        warnings.simplefilter("ignore")
        compiled: Any = numba.njit(cache=True, nogil=True)(function)
    return compiled  # type: ignore[no-any-return]
