"""Strongly and super-stable matchings of lists with ties, in polynomial time."""

from __future__ import annotations

from mechdesign.allocation.markets.two_sides import Sides


def super_stable(sides: Sides) -> list[int] | None:
    """The receiver of everybody in a super-stable matching, -1 for none; None if there is none.

    Everybody proposes to all equals at the head of its list.  A full receiver gives up whoever is
    worse than those it holds, one that holds too many the whole class of its worst.

    Complexity: O(L) proposals for lists of L entries, and a look at those held for each.
    """
    state = _Proposals(sides)
    full = [False] * len(sides.places)
    while state.free:
        for j in state.propose():
            held, room = state.held[j], sides.places[j]
            if len(held) >= room:
                full[j] = True
                worst = max(sides.ranks[j][i] for i in held)
                state.cut(j, worst if len(held) > room else worst + 1)
    count = [0] * len(sides.proposers)
    got = [-1] * len(sides.proposers)
    for j, held in enumerate(state.held):
        if full[j] and len(held) < sides.places[j]:
            return None
        for i in held:
            count[i] += 1
            got[i] = j
    return None if any(c > 1 for c in count) else got


def strongly_stable(sides: Sides) -> list[int] | None:
    """The receiver of everybody in a strongly stable matching, -1 for none; None if there is none.

    As for super-stable ones, but a receiver keeps equals of whom it can take some only, until they
    are too many for what they propose to together: then all these give up their worst class.

    Complexity: O(L^2) for lists of L entries.
    """
    state = _Proposals(sides)
    while True:
        while state.free:
            for j in state.propose():
                ranks = sorted(sides.ranks[j][i] for i in state.held[j])
                if len(ranks) >= sides.places[j]:
                    state.cut(j, ranks[sides.places[j] - 1] + 1)
        bound: dict[int, list[int]] = {}
        loose: dict[int, list[int]] = {}
        left = list(sides.places)
        for j, held in enumerate(state.held):
            worst = max((sides.ranks[j][i] for i in held), default=-1)
            for i in held:
                safe = len(held) <= sides.places[j] or sides.ranks[j][i] < worst
                (bound if safe else loose).setdefault(i, []).append(j)
                left[j] -= safe
        loose = {i: own for i, own in loose.items() if i not in bound}
        critical = _critical(loose, left)
        if not critical:
            break
        for j in critical:
            state.cut(j, max(sides.ranks[j][i] for i in state.held[j]))
    got = [-1] * len(sides.proposers)
    for i, j in _matched({**bound, **loose}, list(sides.places)).items():
        got[i] = j
    return got if _strong(sides, got) else None


class _Proposals:
    """Who has proposed where; a receiver has given up all ranks from its limit on."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.limit = [len(sides.proposers) + 1 if c else 0 for c in sides.places]
        self.held: list[set[int]] = [set() for _ in sides.places]
        self.at = [0] * len(sides.proposers)
        self.count = [0] * len(sides.proposers)
        self.free = list(range(len(sides.proposers)))

    def propose(self) -> list[int]:
        """Let somebody who is free propose to all best ones left; to whom it did."""
        i = self.free.pop()
        wish = self.sides.wishes[i]
        while not self.count[i] and self.at[i] < len(wish):
            asked = [j for j in wish[self.at[i]] if self.sides.ranks[j][i] < self.limit[j]]
            if asked:
                for j in asked:
                    self.held[j].add(i)
                self.count[i] = len(asked)
                return asked
            self.at[i] += 1
        return []

    def cut(self, j: int, limit: int) -> None:
        """Give up everybody of these ranks."""
        self.limit[j] = min(self.limit[j], limit)
        for i in [i for i in self.held[j] if self.sides.ranks[j][i] >= limit]:
            self.held[j].discard(i)
            self.count[i] -= 1
            if not self.count[i]:
                self.free.append(i)


def _matched(edges: dict[int, list[int]], places: list[int]) -> dict[int, int]:
    """A largest matching within the places, by augmenting paths."""
    found: dict[int, int] = {}
    holders: dict[int, list[int]] = {}
    for start in edges:
        parent: dict[int, int] = {}
        queue = [start]
        end = -1
        for i in queue:
            for j in edges[i]:
                if j in parent:
                    continue
                parent[j] = i
                if len(holders.get(j, ())) < places[j]:
                    end = j
                    break
                queue += holders.get(j, ())
            if end >= 0:
                break
        while end >= 0:
            i = parent[end]
            before = found.get(i, -1)
            if before >= 0:
                holders[before].remove(i)
            found[i] = end
            holders.setdefault(end, []).append(i)
            end = before
    return found


def _critical(edges: dict[int, list[int]], places: list[int]) -> set[int]:
    """The receivers of the smallest set of proposers that lacks most places."""
    found = _matched(edges, places)
    holders: dict[int, list[int]] = {}
    for i, j in found.items():
        holders.setdefault(j, []).append(i)
    queue = [i for i in edges if i not in found]
    there: set[int] = set()
    for i in queue:
        for j in edges[i]:
            if j not in there:
                there.add(j)
                queue += holders.get(j, ())
    return there


def _strong(sides: Sides, got: list[int]) -> bool:
    """Whether no two object, one of whom would be better off and the other no worse."""
    ranks: list[list[int]] = [[] for _ in sides.places]
    for i, j in enumerate(got):
        if j >= 0:
            ranks[j].append(sides.ranks[j][i])
    worst = [max(own, default=-1) for own in ranks]
    for i, wish in enumerate(sides.wishes):
        for tied in wish:
            same = got[i] in tied
            for j in tied:
                if j == got[i] or not sides.places[j]:
                    continue
                free = len(ranks[j]) < sides.places[j]
                mine = sides.ranks[j][i]
                if free or mine < worst[j] or (mine == worst[j] and not same):
                    return False
            if same:
                break
    return True
