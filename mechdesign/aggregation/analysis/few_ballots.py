"""Paradoxes of one instant runoff: voters who stay away, a lifted winner, losers who leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from mechdesign.aggregation.counting_rounds.papers import Choices
from mechdesign.aggregation.counting_rounds.transferable_votes import election
from mechdesign.aggregation.profiles.problems import profile_of
from mechdesign.aggregation.profiles.ranking import Label, Ranking
from mechdesign.arrays import AnyArray
from mechdesign.clock import Clock
from mechdesign.errors import InvalidInputError, require
from mechdesign.io.table import Table
from mechdesign.records import Shown, dataclass

__all__ = ["Paradox", "Paradoxes", "paradoxes"]


@dataclass(frozen=True)
class Paradox:
    """Voters with one ballot who get what they prefer by saying less, or harm whom they lift.

    Parameters
    ----------
    kind : {"no_show", "monotonicity"}
        These voters stay away; or they put the winner first.
    ballot : Ranking
        What they cast.
    least, most : int
        So many of them change the winner: from the fewest on, up to the first number that does not.
    instead : label
        Who wins then.
    """

    kind: Literal["no_show", "monotonicity"]
    ballot: Ranking
    least: int
    most: int
    instead: Label

    def told(self, winner: Label) -> str:
        """The paradox in a sentence."""
        many = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
        if self.kind == "no_show":
            what = f"stay away, {self.instead} wins, whom they prefer to {winner}"
        else:
            what = f"put {winner} first, {self.instead} wins instead"
        return f"if {many} voters of [{self.ballot}] {what}"


class Paradoxes(Shown):
    """What was found of one election.

    Parameters
    ----------
    winner : label
        Who wins.
    found : sequence of Paradox
        Those of one ballot type at a time, the fewest voters first.
    spoilers : mapping of label to label
        Losers, and who would win without each.
    complete : bool
        Whether time was enough for all ballots.
    """

    def __init__(
        self, winner: Label, found: list[Paradox], spoilers: dict[Label, Label], complete: bool
    ) -> None:
        require(spoilers, dict, "spoilers")
        self.winner, self.found, self.spoilers = winner, tuple(found), spoilers
        self.complete = complete

    def lines(self, most: int = 1) -> list[str]:
        """The first of each kind in words, and what there is not."""
        told = []
        names = {"no_show": "no-show paradox", "monotonicity": "failure of monotonicity"}
        for kind, name in names.items():
            own = [one for one in self.found if one.kind == kind]
            told += [f"{name}: {one.told(self.winner)}" for one in own[:most]]
            if not own:
                open_ = "" if self.complete else " in the time that there was"
                told.append(f"{name}: none by voters with one and the same ballot{open_}")
        for loser, instead in self.spoilers.items():
            told.append(f"spoiler: without {loser} the winner is {instead}")
        if not self.spoilers:
            told.append("spoiler: no loser changes the winner by leaving")
        return told

    def table(self) -> Table:
        """Every ballot by which the winner changes."""
        rows = [
            [one.kind, str(one.ballot), one.least, one.most, str(one.instead)] for one in self.found
        ]
        return Table(["paradox", "ballot", "voters from", "voters to", "winner then"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "winner": str(self.winner),
            "complete": self.complete,
            "ballots": [
                {
                    "paradox": one.kind,
                    "ballot": str(one.ballot),
                    "least": one.least,
                    "most": one.most,
                    "winner": str(one.instead),
                }
                for one in self.found
            ],
            "spoilers": {str(loser): str(instead) for loser, instead in self.spoilers.items()},
        }

    def __str__(self) -> str:
        return "\n".join(self.lines())


def paradoxes(data: object, *, time_limit: float | None = 60, **options: Any) -> Paradoxes:
    """Whether some voters of an instant runoff would have done better to stay away, and the like.

    Every ballot that was cast is looked at, and every number of voters who cast it: they stay away,
    or put the winner first.  Where the winner then is somebody whom they prefer, or another, that
    is a paradox.  Ties are no winner.

    Parameters
    ----------
    data : ballots
        See :func:`election`; whole numbers of ballots without equal ranks, unless these exhaust
        or are skipped (``overvote=``).
    time_limit : float, optional
        Seconds; :attr:`Paradoxes.complete` says whether they were enough.
    **options
        Of :func:`election`.

    Raises
    ------
    InvalidInputError
        If ballots have equal ranks or parts of votes, or the winner is a tie.

    Notes
    -----
    Exact: votes are linear in the number of voters, so that the order of elimination changes at few
    numbers only, and each part between two of them is counted once.  Voters with different ballots
    who act together are not looked at.

    Examples
    --------
    >>> print(paradoxes({"A > B": 6, "B > A": 5, "C > A": 2, "C > B": 4}).lines()[1])
    failure of monotonicity: if 2 voters of [C > A] put A first, B wins instead
    """
    problem = election(data, **{"seats": 1, **options})
    profile = profile_of(problem)
    if profile.denominator != 1:
        raise InvalidInputError("weights", "be whole numbers of ballots", "fractions")
    marks = problem.data.overvote
    runoff = _Runoff(Choices(profile, marks if marks in ("exhaust", "skip") else "refuse"))
    labels = profile.alternatives
    everybody = frozenset(range(len(labels)))
    winner, _ = runoff.count(everybody, None, 0)
    if winner is None:
        raise InvalidInputError("ballots", "elect one without a tie in any round", "a tie")
    spoilers: dict[Label, Label] = {}
    for x in sorted(everybody - {winner}) if len(everybody) > 2 else []:
        other, _ = runoff.count(everybody - {x}, None, 0)
        if other is not None and other != winner:
            spoilers[labels[x]] = labels[other]
    clock = Clock(time_limit)
    found: list[Paradox] = []
    complete = True
    for row in np.flatnonzero(profile.counts).tolist():
        if clock.left() == 0:
            complete = False
            break
        own = runoff.tiers[row]
        better = {c for c in everybody if own[c] < own[winner]}
        lifts: list[tuple[Literal["no_show", "monotonicity"], set[int]]] = []
        if better:
            lifts = [("no_show", better), ("monotonicity", set(everybody - {winner}))]
        elif own[winner] == runoff.far:
            # A blank ballot may put the winner first.
            lifts = [("monotonicity", set(everybody - {winner}))]
        for kind, wanted in lifts:
            lifted = winner if kind == "monotonicity" else None
            one = runoff.first(everybody, (row, lifted), int(profile.counts[row]), wanted)
            if one is not None:
                least, most, instead = one
                found.append(Paradox(kind, profile.ranking(row), least, most, labels[instead]))
    found.sort(key=lambda one: (one.kind, one.least))
    return Paradoxes(labels[winner], found, spoilers, complete)


#: A ballot of which some are changed, and who is put first on them; None where they are left out.
_Change = tuple[int, "int | None"]


class _Runoff:
    """Counts of one electorate in which the number of voters with one ballot changes."""

    def __init__(self, choices: Choices) -> None:
        self.tiers = choices.tiers.T.tolist()
        self.far = choices.far
        self.counts = choices.counts
        self.choices = choices
        self.everything = np.arange(len(self.counts))
        self.known: dict[frozenset[int], tuple[AnyArray, dict[int, int]]] = {}

    def tallies(self, left: frozenset[int]) -> tuple[AnyArray, dict[int, int]]:
        """Whom each ballot names first of those who are left, and the votes of these."""
        if left not in self.known:
            _, who = self.choices.next_of(self.everything, sorted(left))
            kept = who >= 0
            votes = np.bincount(who[kept], self.counts[kept], len(self.choices.labels))
            self.known[left] = (who, {c: int(votes[c]) for c in left})
        return self.known[left]

    def count(
        self, left: frozenset[int], change: _Change | None, number: int
    ) -> tuple[int | None, int | None]:
        """The winner with so many ballots changed, None at a tie, and for how many more it wins.

        The second is the first larger number at which the order of elimination may differ.
        """
        until: int | None = None
        while len(left) > 1:
            who, votes = self.tallies(left)
            steps = dict.fromkeys(left, 0)
            if change is not None:
                row, lifted = change
                if who[row] >= 0:
                    steps[int(who[row])] -= 1
                if lifted is not None:
                    top = lifted if lifted in left else int(who[row])
                    if top >= 0:
                        steps[top] += 1
            now = {c: votes[c] + number * steps[c] for c in left}
            out = min(left, key=lambda c: (now[c], c))
            for c in left - {out}:
                gap, closing = now[c] - now[out], steps[out] - steps[c]
                if not gap:
                    return None, number + 1
                if closing > 0:
                    meet = number - (-gap // closing)
                    until = meet if until is None else min(until, meet)
            left = left - {out}
        (winner,) = left
        return winner, until

    def first(
        self, left: frozenset[int], change: _Change, most: int, wanted: set[int]
    ) -> tuple[int, int, int] | None:
        """The fewest changed ballots with a wanted winner, the last such number, the winner."""
        found: tuple[int, int, int] | None = None
        for low, high, winner in self._parts(left, change, most):
            if found is None and winner in wanted:
                found = (low, high, winner)
            elif found is not None and winner == found[2] and low == found[1] + 1:
                found = (found[0], high, winner)
            elif found is not None:
                break
        return found

    def _parts(
        self, left: frozenset[int], change: _Change, most: int
    ) -> Iterator[tuple[int, int, int | None]]:
        """The winner for every number of changed ballots, from one on."""
        number = 1
        while number <= most:
            winner, until = self.count(left, change, number)
            last = most if until is None else min(until - 1, most)
            yield number, last, winner
            number = last + 1
