"""All stable matchings: rotations, which of them come first, and what eliminating them gives."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from mechdesign.allocation.markets import two_sided
from mechdesign.allocation.markets.two_sides import Sides, refuse_ties, sides_of
from mechdesign.allocation.stable.proposals import propose
from mechdesign.clock import Clock
from mechdesign.model import Outcome, Problem, Setting
from mechdesign.records import dataclass

__all__ = ["Rotations", "rotations", "stable_matchings"]

#: Proposers and the seats that they leave; each moves to the seat of the next one.
Rotation = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Poset:
    """The rotations of a market by positions, every place of a receiver a seat of its own.

    Parameters
    ----------
    sides : Sides
        The market, on strict lists.
    owners : list of int
        The receiver of each seat.
    first : list of int
        The seat of each proposer in the matching best for proposers, -1 for none.
    found : list of rotations
        In an order in which they can be eliminated.
    before : list of sets of int
        For each rotation those that must be eliminated before it.
    """

    sides: Sides
    owners: list[int]
    first: list[int]
    found: list[Rotation]
    before: list[set[int]]

    def got(self, closed: set[int]) -> list[int]:
        """The receiver of each proposer after a closed set of rotations."""
        seats = list(self.first)
        for k in sorted(closed):
            move(seats, self.found[k])
        return [self.owners[s] if s >= 0 else -1 for s in seats]

    def closed_sets(self) -> Iterator[set[int]]:
        """Every set of rotations that holds with one all that come before it."""
        stack: list[tuple[int, set[int]]] = [(0, set())]
        while stack:
            k, chosen = stack.pop()
            if k == len(self.found):
                yield chosen
                continue
            if self.before[k] <= chosen:
                stack.append((k + 1, chosen | {k}))
            stack.append((k + 1, chosen))


def move(seats: list[int], rotation: Rotation) -> None:
    """Let every proposer of a rotation take the seat of the next one."""
    for (i, _), (_, seat) in zip(rotation, (*rotation[1:], rotation[0]), strict=True):
        seats[i] = seat


def poset_of(sides: Sides) -> Poset:
    """The rotations of a market with strict lists.

    Complexity: O(n m) for n proposers and m places: each list is walked down once.
    """
    refuse_ties(sides, "rotations")
    owners = [j for j, count in enumerate(sides.places) for _ in range(count)]
    seats_of: list[list[int]] = [[] for _ in sides.receivers]
    for s, j in enumerate(owners):
        seats_of[j].append(s)
    lists = [[s for tied in wish for s in seats_of[tied[0]]] for wish in sides.wishes]
    ranks = [sides.ranks[j] for j in owners]
    wishes = [[[s] for s in own] for own in lists]
    seated = Sides(sides.proposers, owners, wishes, ranks, [1] * len(owners))
    first = propose(seated).got
    found = _chain(lists, ranks, first)
    return Poset(sides, owners, first, found, _precedence(lists, ranks, first, found))


def _chain(lists: list[list[int]], ranks: list[dict[int, int]], first: list[int]) -> list[Rotation]:
    """The rotations met on one way down from the best matching of the proposers to the worst."""
    held = list(first)
    holder = {s: i for i, s in enumerate(held) if s >= 0}
    pointer = [0] * len(lists)

    def successor(i: int) -> int:
        """The next seat on the list that prefers the proposer to its holder; -1 for none."""
        own = lists[i]
        while pointer[i] < len(own):
            s = own[pointer[i]]
            if s not in holder:
                # Who is free is free in every stable matching: nobody passes by a free seat.
                if passed[i]:
                    return -1
            elif s == held[i]:
                passed[i] = True
            elif passed[i] and ranks[s][i] < ranks[s][holder[s]]:
                return s
            pointer[i] += 1
        return -1

    passed = [False] * len(lists)
    found: list[Rotation] = []
    done = [s < 0 for s in held]
    path: list[int] = []
    on_path: dict[int, int] = {}
    for start in range(len(lists)):
        while not done[start]:
            i = path[-1] if path else start
            if not path:
                path.append(i)
                on_path[i] = 0
            s = successor(i)
            if s < 0 or done[holder[s]]:
                # Whoever would have to move for it cannot, and so cannot whoever leads here.
                for k in path:
                    done[k] = True
                path.clear()
                on_path.clear()
                continue
            following = holder[s]
            if following not in on_path:
                on_path[following] = len(path)
                path.append(following)
                continue
            cycle = path[on_path[following] :]
            del path[on_path[following] :]
            for k in cycle:
                del on_path[k]
            rotation = tuple((k, held[k]) for k in cycle)
            found.append(rotation)
            move(held, rotation)
            for k in cycle:
                holder[held[k]] = k
                # The pointer stands at the seat that was taken, and goes on from there.
                passed[k] = False
    return found


def _precedence(
    lists: list[list[int]],
    ranks: list[dict[int, int]],
    first: list[int],
    found: list[Rotation],
) -> list[set[int]]:
    """Which rotations must be eliminated before which, by the labels of Gusfield and Irving."""
    leaves = {pair: k for k, rotation in enumerate(found) for pair in rotation}
    removes: dict[tuple[int, int], int] = {}
    orders = [sorted(own, key=own.__getitem__) for own in ranks]
    places = [{i: p for p, i in enumerate(order)} for order in orders]
    last = list(first)
    for k, rotation in enumerate(found):
        for (new, _), (old, s) in zip(rotation, (*rotation[1:], rotation[0]), strict=True):
            for i in orders[s][places[s][new] + 1 : places[s][old]]:
                removes[i, s] = k
            last[new] = s
    before: list[set[int]] = [set() for _ in found]
    for i, own in enumerate(lists):
        if first[i] < 0:
            continue
        latest = -1
        for s in own[own.index(first[i]) :]:
            leaving = leaves.get((i, s))
            if leaving is not None:
                if latest >= 0:
                    before[leaving].add(latest)
                latest = leaving
            elif latest >= 0 and s != last[i]:
                removed = removes.get((i, s))
                if removed is not None and removed != latest:
                    before[latest].add(removed)
            if s == last[i]:
                break
    return before


@dataclass(frozen=True, eq=False)
class Rotations:
    """The rotations of a market: what leads from one stable matching to another.

    Parameters
    ----------
    cycles : tuple of tuples of pairs
        Each rotation: proposers with the receivers that they leave; each takes the next one's.
    precedes : tuple of pairs of int
        Which rotation must be eliminated before which (enough of these pairs for all).
    """

    cycles: tuple[tuple[tuple[Hashable, Hashable], ...], ...]
    precedes: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        """The number of rotations."""
        return len(self.cycles)


def rotations(problem: Problem) -> Rotations:
    """The rotations of a market with strict lists, in an order in which they can be eliminated.

    Parameters
    ----------
    problem : Problem
        Of :func:`two_sided` or :func:`school_choice`.

    Returns
    -------
    Rotations
        Where a receiver holds several, moves from one place to another of the same are among them.

    Raises
    ------
    InvalidInputError
        If lists have ties.

    Notes
    -----
    O(n m) for n proposers and m places.

    Examples
    --------
    >>> problem = two_sided().problem([[0, 1], [1, 0]], receivers=[[1, 0], [0, 1]])
    >>> rotations(problem).cycles
    (((0, 0), (1, 1)),)
    """
    poset = poset_of(sides_of(problem))
    sides, owners = poset.sides, poset.owners
    cycles = tuple(
        tuple((sides.proposers[i], sides.receivers[owners[s]]) for i, s in rotation)
        for rotation in poset.found
    )
    edges = tuple((a, b) for b, found in enumerate(poset.before) for a in sorted(found))
    return Rotations(cycles, edges)


def stable_matchings(problem: Problem, *, time_limit: float | None = None) -> Iterator[Outcome]:
    """Every stable matching of a market with strict lists, one after another.

    Parameters
    ----------
    problem : Problem
        Of :func:`two_sided` or :func:`school_choice`.
    time_limit : float, optional
        Seconds in all.

    Raises
    ------
    InvalidInputError
        If lists have ties.
    LimitReachedError
        After the time limit; what came before stands.

    Notes
    -----
    The closed sets of rotations, O(n) each; there can be exponentially many.

    Examples
    --------
    >>> problem = two_sided().problem([[0, 1], [1, 0]], receivers=[[1, 0], [0, 1]])
    >>> [tuple(one.choice.values()) for one in stable_matchings(problem)]
    [(0, 1), (1, 0)]
    """
    poset = poset_of(sides_of(problem))
    setting = setting_of(problem)
    clock = Clock(time_limit, "not all stable matchings are listed")
    for closed in poset.closed_sets():
        clock.check()
        choice: Any = poset.sides.choice(poset.got(closed))
        yield Outcome(choice, problem=problem, setting=setting)


def setting_of(problem: Problem) -> Setting:
    """The usual setting of a market's problem."""
    from mechdesign.allocation.markets import school_choice

    return two_sided() if problem.data.two_sided else school_choice()
