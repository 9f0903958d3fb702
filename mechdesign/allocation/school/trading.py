"""Top trading cycles, by pointers and a path: O(total length of the lists)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mechdesign.algorithms.jit import available, jit
from mechdesign.errors import InvalidInputError

__all__ = ["trade_arrays"]


def trade(
    wishes: Sequence[Sequence[Sequence[int]]],
    orders: Sequence[Sequence[int]],
    places: Sequence[int],
    owners: Mapping[int, int] | None = None,
) -> tuple[list[int], int]:
    """Top trading cycles on strict lists.

    Everybody points at the best object with places left, each object at the first agent of its
    order who is left; agents on a cycle get what they point at.

    Parameters
    ----------
    wishes : sequence of sequences of sequences of one int
        The objects each agent accepts, best first, in classes of one.
    orders : sequence of sequences of int
        The agents in the order of each object.
    places : sequence of int
        How many agents each object can take.
    owners : mapping of int to int, optional
        The agent whom an object points at as long as it is left, before its order.

    Returns
    -------
    list of int, int
        The object of each agent, -1 for none, and how many cycles there were.
    """
    left = list(places)
    heads = owners or {}
    got = [-1] * len(wishes)
    gone = [False] * len(wishes)
    at = [0] * len(wishes)
    # Objects with one and the same order share the place that was reached in it.
    numbers: dict[int, int] = {}
    which = [numbers.setdefault(id(order), len(numbers)) for order in orders]
    first = [0] * len(numbers)
    cycles = 0
    path: list[int] = []
    on_path: dict[int, int] = {}
    for start in range(len(wishes)):
        while not gone[start]:
            if not path:
                path.append(start)
                on_path[start] = 0
            i = path[-1]
            own = wishes[i]
            while at[i] < len(own) and not left[own[at[i]][0]]:
                at[i] += 1
            if at[i] == len(own):
                gone[i] = True
                path.pop()
                del on_path[i]
                continue
            j = own[at[i]][0]
            k = heads.get(j, -1)
            if k < 0 or gone[k]:
                order, place = orders[j], first[which[j]]
                while gone[order[place]]:
                    place += 1
                first[which[j]] = place
                k = order[place]
            if k not in on_path:
                on_path[k] = len(path)
                path.append(k)
                continue
            cycles += 1
            cycle = path[on_path[k] :]
            del path[on_path[k] :]
            for member in cycle:
                got[member] = wishes[member][at[member]][0]
                left[got[member]] -= 1
                gone[member] = True
                del on_path[member]
    return got, cycles


def trade_arrays(lists: Any, *, owners: Any = None, order: Any = None) -> Any:
    """Top trading cycles of very many agents, arrays in and out.

    Parameters
    ----------
    lists : array of int, shape (n, k)
        The objects each agent accepts, best first; -1 behind the end of a list.
    owners : array of int, shape (m,), optional
        The agent who has each object, -1 for nobody; by default agent k has object k.
    order : array of int, shape (n,), optional
        The agents in the order in which objects of nobody point at them; 0, 1, ... by default.

    Returns
    -------
    array of int64, shape (n,)
        The object of each agent, -1 for none.

    Raises
    ------
    InvalidInputError
        If a number is no object or agent, or an order does not name everybody once.

    Notes
    -----
    The same as :func:`top_trading_cycles` for one of each object, without labels; O(n k), compiled
    where numba is installed.  That nobody lists an object twice is not checked.

    Examples
    --------
    >>> trade_arrays([[1, 0, -1], [0, 1, -1], [1, 2, -1]]).tolist()
    [1, 0, 2]
    """
    wishes = _whole(lists, "lists", 2)
    n = len(wishes)
    has = np.arange(n) if owners is None else _whole(owners, "owners", 1)
    turns = np.arange(n) if order is None else _whole(order, "order", 1)
    m = len(has)
    if wishes.size and (wishes.min() < -1 or wishes.max() >= m):
        raise InvalidInputError(
            "lists", f"name objects from 0 to {m - 1}, or -1", int(wishes.max())
        )
    if m and (has.min() < -1 or has.max() >= n):
        raise InvalidInputError("owners", f"name agents from 0 to {n - 1}, or -1", int(has.max()))
    if len(turns) != n or not np.array_equal(np.sort(turns), np.arange(n)):
        raise InvalidInputError("order", "name every agent once", turns.tolist()[:10])
    if available():
        return _traded(wishes, has, turns)
    rows = [[(j,) for j in row if j >= 0] for row in wishes.tolist()]
    listed = turns.tolist()
    heads = {j: i for j, i in enumerate(has.tolist()) if i >= 0}
    got, _ = trade(rows, [listed] * m, [1] * m, heads)
    return np.array(got, dtype=np.int64)


def _whole(data: Any, name: str, dimensions: int) -> Any:
    try:
        found = np.asarray(data)
    except ValueError:
        raise InvalidInputError(name, "have rows of one length", data) from None
    if found.size and found.dtype.kind == "u" and found.max() > np.iinfo(np.int64).max:
        raise InvalidInputError(name, "be signed integers of 64 bits", int(found.max()))
    if found.ndim != dimensions or (found.size and found.dtype.kind not in "iu"):
        raise InvalidInputError(name, f"be an array of integers of {dimensions} dimensions", data)
    return found.astype(np.int64)


@jit
def _traded(wishes: Any, owners: Any, order: Any) -> Any:
    n, k = wishes.shape
    m = len(owners)
    got = np.full(n, -1, np.int64)
    gone = np.zeros(n, np.bool_)
    taken = np.zeros(m, np.bool_)
    at = np.zeros(n, np.int64)
    place = np.full(n, -1, np.int64)
    path = np.empty(n, np.int64)
    size = 0
    first = 0
    for start in range(n):
        while not gone[start]:
            if size == 0:
                path[0] = start
                place[start] = 0
                size = 1
            i = path[size - 1]
            while at[i] < k and (wishes[i, at[i]] < 0 or taken[wishes[i, at[i]]]):
                at[i] += 1
            if at[i] == k:
                gone[i] = True
                size -= 1
                place[i] = -1
                continue
            head = owners[wishes[i, at[i]]]
            if head < 0 or gone[head]:
                while gone[order[first]]:
                    first += 1
                head = order[first]
            if place[head] < 0:
                place[head] = size
                path[size] = head
                size += 1
                continue
            begin = place[head]
            for s in range(begin, size):
                member = path[s]
                got[member] = wishes[member, at[member]]
                taken[got[member]] = True
                gone[member] = True
                place[member] = -1
            size = begin
    return got
