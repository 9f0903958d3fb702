"""Top trading cycles, by pointers and a path: O(total length of the lists)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def trade(
    wishes: Sequence[Sequence[int]],
    orders: Sequence[Sequence[int]],
    places: Sequence[int],
    owners: Mapping[int, int] | None = None,
) -> tuple[list[int], int]:
    """Top trading cycles on strict lists.

    Everybody points at the best object with places left, each object at the first agent of its
    order who is left; agents on a cycle get what they point at.

    Parameters
    ----------
    wishes : sequence of sequences of int
        The objects each agent accepts, best first.
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
            while at[i] < len(own) and not left[own[at[i]]]:
                at[i] += 1
            if at[i] == len(own):
                gone[i] = True
                path.pop()
                del on_path[i]
                continue
            j = own[at[i]]
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
                got[member] = wishes[member][at[member]]
                left[got[member]] -= 1
                gone[member] = True
                del on_path[member]
    return got, cycles
