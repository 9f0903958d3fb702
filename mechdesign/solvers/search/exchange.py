"""Local search over binary vectors: the best change of up to four entries, again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray

__all__ = ["best_exchange"]

_CORE = 36
_ROUNDS = 12
_ROWS = 32


def best_exchange(
    measures: FloatArray,
    start: object,
    order: object,
    scores: Callable[[FloatArray], FloatArray],
) -> Any:
    """Improve a vector by the best change of at most four entries until none improves it.

    Parameters
    ----------
    measures : array, shape (q, m)
        Linear measures of vectors.
    start : array of bool, shape (m,)
        Where to begin, acceptable or not.
    order : array of int
        Variables by promise; the first 36 may change.
    scores : callable
        What vectors are worth by their measures of shape (k, q); minus infinity where they are not
        acceptable.

    Returns
    -------
    numpy.ndarray of bool
        The best vector of the search.

    Notes
    -----
    A round looks at all pairs of pairs of variables, 220,000 vectors.

    Examples
    --------
    >>> def fits(w):
    ...     return np.where(w[:, 1] <= 7, w[:, 0], -np.inf)
    >>> best_exchange(np.array([[6.0, 5, 4, 1], [5, 4, 3, 1]]), np.zeros(4, bool), range(4), fits)
    array([False,  True,  True, False])
    """
    core = np.asarray(order)[:_CORE].astype(int)
    x = np.array(start, dtype=bool)
    k = len(core)
    first, second = np.triu_indices(k, 1)
    flips = np.zeros((1 + k + len(first), k), dtype=bool)
    flips[1 + np.arange(k), np.arange(k)] = True
    flips[1 + k + np.arange(len(first)), first] = True
    flips[1 + k + np.arange(len(first)), second] = True
    # Two changes that share a variable do not add up.
    overlap = (flips.astype(np.float32) @ flips.T.astype(np.float32)) > 0
    best = float(scores((measures @ x)[None, :])[0])
    for _ in range(_ROUNDS):
        steps = measures[:, core] * np.where(x[core], -1.0, 1.0)
        moves = flips @ steps.T
        here = measures @ x
        found: tuple[int, int] | None = None
        for a in range(0, len(moves), _ROWS):
            # Pairs are looked at in one order only: the second from the first row on.
            part = here + moves[a : a + _ROWS, None, :] + moves[None, a:, :]
            worth = scores(part.reshape(-1, len(here))).reshape(part.shape[:2])
            worth = np.where(overlap[a : a + _ROWS, a:], -np.inf, worth)
            place = int(worth.argmax())
            if worth.flat[place] > best:
                best = float(worth.flat[place])
                row, column = divmod(place, worth.shape[1])
                found = (a + row, a + column)
        if found is None:
            break
        x[core] ^= flips[found[0]] ^ flips[found[1]]
    return x
