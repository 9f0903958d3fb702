"""Stable roommates: pairs within one set of agents, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from mechdesign.allocation.preference_lists import read_lists, refuse_strangers
from mechdesign.errors import InvalidInputError
from mechdesign.model import Reference, show
from mechdesign.records import dataclass

__all__ = ["Roommates", "stable_roommates"]

IRVING = Reference(
    "irving1985",
    "Irving, R. W.",
    "An Efficient Algorithm for the Stable Roommates Problem",
    1985,
    "Journal of Algorithms 6(4)",
    doi="10.1016/0196-6774(85)90033-1",
)


@dataclass(frozen=True, eq=False)
class Roommates:
    """Pairs that nobody would leave together, or why there are none.

    Parameters
    ----------
    pairs : mapping of label to label or None, or None
        Everybody's partner; None where no matching is stable.
    reason : str
        Where none is: who is left without anybody, and by which rotation.
    """

    pairs: Mapping[Hashable, Hashable | None] | None
    reason: str = ""


def stable_roommates(data: Any) -> Roommates:
    """A matching of one set of agents in which no two would rather have each other.

    Parameters
    ----------
    data : mapping or sequence
        Strict preference lists as in :func:`two_sided`, over the agents themselves; who is not on
        both lists is not acceptable.

    Returns
    -------
    Roommates
        With the partners, where there are stable ones.

    Raises
    ------
    InvalidInputError
        If a list has ties or names its own agent.

    Notes
    -----
    Irving's algorithm in its form for incomplete lists: proposals reduce the lists, then rotations
    do, O(n^2) of them; each takes O(n).  Where a list runs empty no matching is stable.

    Examples
    --------
    >>> stable_roommates([[1, 2, 3], [2, 0, 3], [0, 1, 3], [0, 1, 2]]).pairs is None
    True
    >>> stable_roommates({"a": "b > c", "b": "a > c", "c": "a > b"}).pairs
    {'a': 'b', 'b': 'a', 'c': None}
    """
    labels, lists = read_lists(data, "data")
    names: Sequence[Any] = range(len(lists)) if labels is None else labels
    refuse_strangers(lists, names, "data", names)
    place = {name: k for k, name in enumerate(names)}
    rows: list[list[int]] = []
    for name, classes in zip(names, lists, strict=True):
        if any(len(tied) > 1 for tied in classes) or (name,) in classes:
            told = "be strict and name others only"
            raise InvalidInputError(f"data[{name!r}]", told, classes)
        rows.append([place[tied[0]] for tied in classes])
    table = _Table([[j for j in own if i in rows[j]] for i, own in enumerate(rows)])
    table.propose()
    while (rotation := table.rotation()) is not None:
        empty = table.eliminate(rotation)
        if empty is not None:
            moved = ", ".join(f"({show(names[x])}, {show(names[y])})" for x, y in rotation)
            told = f"the rotation {moved} must be eliminated"
            return Roommates(None, f"{told}, and leaves nobody to {show(names[empty])}")
    found = {names[i]: names[own[0]] if own else None for i, own in enumerate(table.left)}
    return Roommates(found)


class _Table:
    """The lists as they shrink: who is at the end of one's list proposed last and best."""

    def __init__(self, rows: list[list[int]]) -> None:
        self.left = [list(own) for own in rows]

    def propose(self) -> None:
        """Everybody proposes down the list; who holds a proposal drops all that are worse."""
        holds: dict[int, int] = {}
        waiting = list(range(len(self.left)))
        while waiting:
            i = waiting.pop()
            if not self.left[i]:
                continue
            j = self.left[i][0]
            before = holds.get(j)
            holds[j] = i
            for worse in self.left[j][self.rank_in(j, i) + 1 :]:
                self.left[worse].remove(j)
            del self.left[j][self.rank_in(j, i) + 1 :]
            if before is not None:
                waiting.append(before)

    def rank_in(self, j: int, i: int) -> int:
        """Where somebody stands on a list as it is."""
        return self.left[j].index(i)

    def rotation(self) -> list[tuple[int, int]] | None:
        """Agents with their first choices: each first choice of the next is a second choice."""
        start = next((i for i, own in enumerate(self.left) if len(own) > 1), None)
        if start is None:
            return None
        path: list[int] = []
        at = start
        while at not in path:
            path.append(at)
            at = self.left[self.left[at][1]][-1]
        cycle = path[path.index(at) :]
        return [(x, self.left[x][0]) for x in cycle]

    def eliminate(self, rotation: list[tuple[int, int]]) -> int | None:
        """Everybody on a rotation moves to the second choice; somebody whose list ran empty."""
        seconds = [(x, self.left[x][1]) for x, _ in rotation]
        for x, y in rotation:
            if y in self.left[x]:
                self.left[x].remove(y)
                self.left[y].remove(x)
        for x, y in seconds:
            if x not in self.left[y]:
                continue
            for worse in self.left[y][self.rank_in(y, x) + 1 :]:
                self.left[worse].remove(y)
            del self.left[y][self.rank_in(y, x) + 1 :]
        touched = {k for pair in (*rotation, *seconds) for k in pair}
        return next((k for k in sorted(touched) if not self.left[k]), None)
