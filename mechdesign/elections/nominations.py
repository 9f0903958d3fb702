"""Primaries: parties nominate, sincerely or with the general election in mind, by enumeration."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np

from mechdesign.aggregation.profiles.weights import integer_weights
from mechdesign.arrays import AnyArray, IntArray
from mechdesign.elections.majority import majorities
from mechdesign.elections.space import Contest, labels_in
from mechdesign.errors import InvalidInputError, require
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, as_list, ratio
from mechdesign.records import dataclass

__all__ = ["Primaries", "primaries"]

_MOST_NOMINEES = 60
Pair = tuple[Hashable, Hashable]


@dataclass(frozen=True, eq=False, repr=False)
class Primaries:
    """Nominees of two parties and who wins the general election: see :func:`primaries`.

    Parameters
    ----------
    contest : Contest
        Everybody, independents included.
    parties : pair of str
        The two, in the order in which they first appear.
    nominees : pair of tuples of labels
        What each may nominate.
    sincere : pair of labels
        What a majority of each party likes best.
    tied : pair of tuples of labels
        All platforms that are best for a party; the first is the sincere nominee.
    margins : array of integers
        Of the general election: first party's nominee in rows, the second's in columns.
    strategic : tuple of pairs of labels
        The pairs from which no majority of a party wants to depart alone, knowing the general
        election and the other nominee.
    """

    contest: Contest
    parties: tuple[str, str]
    nominees: tuple[tuple[Hashable, ...], tuple[Hashable, ...]]
    sincere: Pair
    tied: tuple[tuple[Hashable, ...], tuple[Hashable, ...]]
    margins: IntArray
    strategic: tuple[Pair, ...]

    def winners(self, pair: Pair) -> tuple[Hashable, ...]:
        """Who wins the general election between two nominees; both where it is a tie."""
        i, j = self.nominees[0].index(pair[0]), self.nominees[1].index(pair[1])
        lead = int(self.margins[i, j])
        if pair[0] == pair[1] or lead > 0:
            return pair[:1]
        return pair if lead == 0 else pair[1:]

    def values(self, pair: Pair) -> FrozenMap[str, Number]:
        """What the outcome is worth to the average member of each party; a tie is a fair coin."""
        worth = {}
        for party in self.parties:
            total: Number = 0
            size: Number = 0
            for k, (own, weight) in enumerate(
                zip(self.contest.parties or (), self.contest.weights, strict=True)
            ):
                if own == party:
                    won = [self.contest.utility(k, self._place(x)) for x in self.winners(pair)]
                    total += weight * ratio(sum(won), len(won))
                    size += weight
            worth[party] = ratio(total, size)
        return FrozenMap(worth)

    def _place(self, label: Hashable) -> int:
        return self.contest.place(label)

    def gains(self) -> FrozenMap[Pair, FrozenMap[str, Number]]:
        """For each strategic pair, how much better it is for each party than sincere nominees."""
        before = self.values(self.sincere)
        return FrozenMap(
            (pair, FrozenMap((p, x - before[p]) for p, x in self.values(pair).items()))
            for pair in self.strategic
        )

    def table(self) -> Table:
        """The sincere pair, then the strategic ones: nominees, winner, value to both parties."""
        first, second = self.parties
        rows = []
        for kind, pairs in (("sincere", (self.sincere,)), ("strategic", self.strategic)):
            for pair in pairs:
                worth = self.values(pair)
                won = self.winners(pair)
                told = str(won[0]) if len(won) == 1 else f"tie of {won[0]} and {won[1]}"
                rows.append([kind, *map(str, pair), told, worth[first], worth[second]])
        columns = [
            *("primaries", f"nominee of {first}", f"nominee of {second}", "elected"),
            *(f"value to {first}", f"value to {second}"),
        ]
        notes = [
            f"{party} has no majority winner: {', '.join(map(str, tied[:6]))} tie, the first stands"
            for party, tied in zip(self.parties, self.tied, strict=True)
            if len(tied) > 1
        ]
        if not self.strategic:
            notes.append("no pair of nominees is stable: a majority of some party wants to depart")
        return Table(columns, rows, "primaries", (*notes, *self.contest.decisions))

    def __repr__(self) -> str:
        pair = self.sincere
        told = " and ".join(f"{x} for {p}" for p, x in zip(self.parties, pair, strict=True))
        return f"Primaries: sincere nominees {told}; {len(self.strategic)} strategic pairs"


def primaries(
    contest: Contest,
    *,
    nominees: Sequence[Sequence[Hashable]] | None = None,
) -> Primaries:
    """Two parties nominate by majority, then everybody elects one of the two nominees.

    Sincere members nominate what they like best among the party's platforms.  Strategic ones look
    ahead: a pair of nominees is stable where no majority of a party prefers the outcome of the
    general election with another nominee of theirs, the other party's being given (backward
    induction over all pairs).

    Parameters
    ----------
    contest : Contest
        With the parties of voters: two names, empty for independents, who only vote in the end.
    nominees : two sequences of labels, optional
        What each party may nominate; by default all platforms, at most 60.

    Raises
    ------
    InvalidInputError
        If there are not exactly two parties.

    Notes
    -----
    O(m^3 n) for m nominees and n voters.  A tie of the general election is a fair coin, valued by
    mean utility, minus squared distance in a space.

    Examples
    --------
    >>> from mechdesign.elections import contest
    >>> parties = ["L", "L", "L", "", "R", "R", "R"]
    >>> found = primaries(contest([0, 1, 2, 4, 5, 7, 9], parties=parties))
    >>> found
    Primaries: sincere nominees 1 for L and 7 for R; 2 strategic pairs
    >>> found.winners((1, 7)), found.winners((2, 7)), found.winners((2, 5)), found.strategic
    ((1, 7), (2,), (5,), ((4, 4), (4, 5)))
    """
    require(contest, Contest, "contest")
    names = tuple(dict.fromkeys(p for p in contest.parties or () if p))
    if len(names) != 2:
        raise InvalidInputError("parties", "be two names, empty for independents", list(names)[:8])
    if nominees is None:
        allowed = (contest.platforms, contest.platforms)
    else:
        listed = [labels_in(part, "nominees") for part in as_list(nominees, "nominees")]
        if len(listed) != 2 or not all(listed):
            raise InvalidInputError("nominees", "be platforms of two parties", nominees)
        allowed = (listed[0], listed[1])
    places = [[contest.place(x) for x in part] for part in allowed]
    for part in places:
        if len(part) > _MOST_NOMINEES or len(set(part)) < len(part):
            told = f"be at most {_MOST_NOMINEES} distinct platforms"
            raise InvalidInputError("nominees", told, len(part))
    counts, _ = integer_weights(contest.weights, contest.voters)
    margins = _margins(contest.utilities, counts, *places)
    members = [np.array([p == name for p in contest.parties or ()]) for name in names]
    if any(not counts[own].any() for own in members):
        raise InvalidInputError("weights", "not be zero for a whole party", contest.weights)
    tied = tuple(_best(contest, own, part) for own, part in zip(members, places, strict=True))
    won = np.sign(margins)
    stable = _stable(contest.utilities, counts, members[0], places[0], places[1], won)
    stable &= _stable(contest.utilities, counts, members[1], places[1], places[0], -won.T).T
    pairs = tuple((allowed[0][i], allowed[1][j]) for i, j in np.argwhere(stable).tolist())
    both = (names[0], names[1])
    return Primaries(
        contest, both, allowed, (tied[0][0], tied[1][0]), (tied[0], tied[1]), margins, pairs
    )


def _margins(values: AnyArray, counts: IntArray, rows: list[int], columns: list[int]) -> IntArray:
    found = np.zeros((len(rows), len(columns)), dtype=np.int64)
    for i, a in enumerate(rows):
        apart = values[:, columns] - values[:, [a]]
        found[i] = counts @ ((apart < 0).astype(np.int64) - (apart > 0).astype(np.int64))
    return found


def _best(contest: Contest, own: AnyArray, places: list[int]) -> tuple[Hashable, ...]:
    """What no other platform beats among members; where there is none, the Copeland winners."""
    kept = np.flatnonzero(own).tolist()
    part = replace(
        contest,
        platforms=tuple(contest.platforms[k] for k in places),
        voters=tuple(contest.voters[k] for k in kept),
        utilities=contest.utilities[np.ix_(kept, places)],
        weights=tuple(contest.weights[k] for k in kept),
        ideals=None,
        positions=None,
        parties=None,
    )
    found = majorities(part)
    if found.unbeaten:
        return found.unbeaten
    best = max(found.copeland.values())
    return tuple(x for x, score in found.copeland.items() if score == best)


def _stable(
    values: AnyArray,
    counts: IntArray,
    own: AnyArray,
    mine: list[int],
    theirs: list[int],
    won: IntArray,
) -> AnyArray:
    """The pairs at which no majority of a party prefers what another nominee of it leads to."""
    members, weights = values[own], counts[own]
    found = np.ones(won.shape, dtype=bool)
    for j, other in enumerate(theirs):
        # Twice what the outcome is worth to each member, for every own nominee.
        sign = won[:, j]
        worth = members[:, mine] * (1 + sign) + members[:, [other]] * (1 - sign)
        for i in range(len(mine)):
            apart = worth - worth[:, [i]]
            votes = weights @ ((apart > 0).astype(np.int64) - (apart < 0).astype(np.int64))
            found[i, j] = not (votes > 0).any()
    return found
