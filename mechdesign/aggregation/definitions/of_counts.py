"""Counts in rounds by their definitions: ballots are pairs of a weight and an order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.aggregation.definitions.of_rankings import Label


def stv(
    ballots: Sequence[tuple[Fraction, Sequence[Label]]], candidates: Collection[Label], seats: int
) -> set[frozenset[Label]]:
    """Whom the single transferable vote elects over all ways of breaking ties.

    The quota is floor(V / (seats + 1)) + 1; the largest surplus goes on first, as the same part of
    every paper of its candidate; where there is none, whoever has the fewest votes is excluded.
    """
    quota = sum(w for w, order in ballots if order) // (seats + 1) + 1
    none: frozenset[Label] = frozenset()

    def count(papers: Any, standing: Any, elected: Any, due: Any) -> set[frozenset[Label]]:
        votes = {c: sum(v for v, _, holder in papers if holder == c) for c in candidates}
        reach = {c for c in standing if votes[c] >= quota}
        standing, elected, due = standing - reach, elected | reach, due | reach
        if len(elected) + len(standing) <= seats:
            return {elected | standing}
        if len(elected) == seats:
            return {elected}
        due = {c for c in due if votes[c] > quota}
        found: set[frozenset[Label]] = set()
        for c in due or standing:
            if votes[c] == (max if due else min)(votes[d] for d in due or standing):
                part = (votes[c] - quota) / votes[c] if due else Fraction(1)
                left = standing - {c}
                moved = [
                    (v * part, order, _first(order, left)) if holder == c else (v, order, holder)
                    for v, order, holder in papers
                ]
                found |= count(moved, left, elected, due - {c})
        return found

    everybody = none.union(candidates)
    return count([(w, o, _first(o, everybody)) for w, o in ballots], everybody, none, none)


def _first(order: Sequence[Label], standing: Collection[Label]) -> Label:
    return next((c for c in order if c in standing), None)


def meek_votes(
    ballots: Sequence[tuple[Fraction, Sequence[Label]]],
    elected: Collection[Label],
    standing: Collection[Label],
    seats: int,
    *,
    prices: bool = False,
    steps: int = 500,
) -> tuple[dict[Label, float], float]:
    """Votes and quota at which each of those elected keeps just the quota.

    Each keeps the same part of every paper that reaches it, or takes the same price of it.
    """
    kept = dict.fromkeys([*elected, *standing], 1.0)
    quota = 0.0
    votes: dict[Label, float] = {}
    for _ in range(steps):
        votes, lost = dict.fromkeys(kept, 0.0), 0.0
        for weight, order in ballots:
            rest = 1.0
            for c in (c for c in order if c in kept):
                paid = min(rest, kept[c]) if prices else rest * kept[c]
                votes[c] += float(weight) * paid
                rest -= paid
            lost += float(weight) * rest if order else 0.0
        quota = (sum(float(w) for w, order in ballots if order) - lost) / (seats + 1)
        kept |= {c: min(kept[c] * quota / votes[c], 1.0) for c in elected if votes[c]}
    return votes, quota


def qpq(
    ballots: Sequence[tuple[Fraction, Sequence[Label]]], candidates: Collection[Label], seats: int
) -> set[frozenset[Label]]:
    """Whom the quotas and quotients of Woodall elect over all ways of breaking ties."""

    def count(out: Any, elected: Any, shares: Any) -> set[frozenset[Label]]:
        hopeful = [c for c in candidates if c not in out and c not in elected]
        if len(elected) == seats or len(elected) + len(hopeful) <= seats:
            return {frozenset(elected) | frozenset(hopeful if len(elected) < seats else ())}
        tops = [_first(order, hopeful) for _, order in ballots]
        cast = [w for w, _ in ballots]
        q = {}
        for c in hopeful:
            own = [k for k, top in enumerate(tops) if top == c]
            q[c] = sum(cast[k] for k in own) / (1 + sum(cast[k] * shares[k] for k in own))
        active = sum(w for w, top in zip(cast, tops, strict=True) if top is not None)
        spent = sum(w * s for w, s, top in zip(cast, shares, tops, strict=True) if top is None)
        quota = Fraction(active) / (1 + seats - spent)
        found: set[frozenset[Label]] = set()
        for c in hopeful:
            if max(q.values()) > quota and q[c] == max(q.values()):
                pairs = zip(shares, tops, strict=True)
                found |= count(out, [*elected, c], [1 / q[c] if t == c else s for s, t in pairs])
            elif max(q.values()) <= quota and q[c] == min(q.values()):
                found |= count({*out, c}, [], [Fraction(0)] * len(ballots))
        return found

    return count(set(), [], [Fraction(0)] * len(ballots))


def sequential_runoff(
    ballots: Sequence[tuple[Fraction, Sequence[Label]]], candidates: Collection[Label], seats: int
) -> set[frozenset[Label]]:
    """Whom one instant runoff after another elects, over all ways of breaking ties."""

    def winners(left: frozenset[Label]) -> set[Label]:
        if len(left) == 1:
            return set(left)
        votes = {c: sum(w for w, order in ballots if _first(order, left) == c) for c in left}
        lowest = [c for c in left if votes[c] == min(votes.values())]
        return set().union(*(winners(left - {c}) for c in lowest))

    found: set[frozenset[Label]] = {frozenset()}
    for _ in range(seats):
        found = {one | {c} for one in found for c in winners(frozenset(candidates) - one)}
    return found


class _Parcels:
    """A count whose papers lie in parcels: who has each, since which stage, at which value."""

    def __init__(
        self,
        ballots: Sequence[tuple[Fraction, Sequence[Label]]],
        candidates: Collection[Label],
        seats: int,
    ) -> None:
        self.papers: list[list[Any]] = [[n, order, None, Fraction(1), 0] for n, order in ballots]
        self.standing, self.seats = list(candidates), seats
        self.total = sum((n for n, order in ballots if order), Fraction(0))
        self.elected: list[Label] = []
        self.surpluses: list[Label] = []
        self.votes = dict.fromkeys(candidates, Fraction(0))
        self.history: list[dict[Label, Fraction]] = []

    def give(self, papers: list[list[Any]], scale: int | None) -> None:
        """Give papers to the next who stand, each credited with whole parts of 1/scale."""
        got: dict[Label, Fraction] = {}
        for paper in papers:
            n, order, _, value, _ = paper
            paper[2:] = [_first(order, self.standing), value, len(self.history)]
            got[paper[2]] = got.get(paper[2], Fraction(0)) + n * value
        for c, amount in got.items():
            if c is not None:
                self.votes[c] += amount if scale is None else Fraction(amount * scale // 1, scale)

    def decided(self, tied: list[Label], *, most: bool, first: bool) -> Label:
        """One of the tied by the first stage, or the last, at which they differ."""
        stages = self.history if first else self.history[::-1]
        for votes in stages:
            wanted = (max if most else min)(votes[c] for c in tied)
            tied = [c for c in tied if votes[c] == wanted]
        if len(tied) > 1:
            raise ValueError("a tie that no stage decides")
        return tied[0]

    def own(self, c: Label, *, last: bool) -> list[list[Any]]:
        """The papers of a candidate, or its last parcel."""
        held = [paper for paper in self.papers if paper[2] == c]
        return [p for p in held if p[4] == max(q[4] for q in held)] if last else held


def hare_clark(
    ballots: Sequence[tuple[Fraction, Sequence[Label]]], candidates: Collection[Label], seats: int
) -> tuple[list[Label], list[dict[Label, Fraction]]]:
    """Hare-Clark: whom it elects, and the votes after every transfer.

    A surplus goes on with the last parcel at surplus over its papers, the papers of an excluded
    candidate parcel by parcel as they came; fractions of a vote are lost in every transfer.
    """
    count = _Parcels(ballots, candidates, seats)
    quota = Fraction(count.total // (seats + 1) + 1)

    def elect() -> bool:
        count.history.append(dict(count.votes))
        reach = [c for c in count.standing if count.votes[c] >= quota]
        left = seats - len(count.elected)
        ranked = sorted(reach, key=lambda c: -count.votes[c])[:left]
        if len(count.standing) - len(ranked) <= left - len(ranked):
            rest = [c for c in count.standing if c not in ranked]
            ranked += sorted(rest, key=lambda c: -count.votes[c])
        count.elected += ranked
        count.surpluses += [c for c in ranked if count.votes[c] > quota]
        count.standing = [c for c in count.standing if c not in ranked]
        return len(count.elected) == seats

    count.give(count.papers, 1)
    while not elect():
        if count.surpluses:
            most = max(count.votes[c] for c in count.surpluses)
            tied = [c for c in count.surpluses if count.votes[c] == most]
            c = count.decided(tied, most=True, first=False)
            count.surpluses.remove(c)
            parcel = count.own(c, last=True)
            for paper in parcel:
                paper[3] = (count.votes[c] - quota) / sum(p[0] for p in parcel)
            count.votes[c] = quota
            count.give(parcel, 1)
            continue
        least = min(count.votes[c] for c in count.standing)
        tied = [c for c in count.standing if count.votes[c] == least]
        out = count.decided(tied, most=False, first=False)
        count.standing.remove(out)
        held = count.own(out, last=False)
        stages = sorted({paper[4] for paper in held})
        for stage in stages:
            parcel = [p for p in held if p[2] == out and p[4] == stage]
            count.votes[out] -= sum(p[0] * p[3] for p in parcel) // 1
            count.give(parcel, 1)
            if stage != stages[-1] and elect():
                return count.elected, count.history
    return count.elected, count.history


def ers97(
    ballots: Sequence[tuple[Fraction, Sequence[Label]]], candidates: Collection[Label], seats: int
) -> tuple[list[Label], list[dict[Label, Fraction]]]:
    """The rules of the Electoral Reform Society of 1997: whom they elect, and all votes.

    The quota is in hundredths, and falls with papers that end before anybody is elected.  Surpluses
    wait while they cannot change who is excluded; those excluded give papers on by falling value.
    """
    count = _Parcels(ballots, candidates, seats)
    quota = Fraction(0)

    def elect() -> bool:
        nonlocal quota
        count.history.append(dict(count.votes))
        if not count.elected:
            parts = sum(count.votes.values(), Fraction(0)) * 100 / (seats + 1)
            quota = Fraction(-(-parts // 1), 100)
        active = sum((count.votes[c] for c in count.standing), Fraction(0))
        active += sum((count.votes[c] - quota for c in count.surpluses), Fraction(0))
        for c in sorted(count.standing, key=lambda c: -count.votes[c]):
            votes, places = count.votes[c], seats - len(count.elected)
            if not places or votes < min(quota, active / (places + 1)):
                break
            if sum(count.votes[d] == votes for d in count.standing) > places:
                raise ValueError("a tie for the last seat")
            count.elected.append(c)
            count.standing.remove(c)
            active -= min(votes, quota)
            if votes > quota:
                count.surpluses.append(c)
        return len(count.elected) == seats

    def excluded() -> list[Label]:
        """The most who together, with surpluses that wait, have no more than the next one."""
        ranked = sorted(count.standing, key=lambda c: count.votes[c])
        waiting = sum((count.votes[c] - quota for c in count.surpluses), Fraction(0))
        spare = len(ranked) - (seats - len(count.elected))
        for k in range(spare, 0, -1):
            below, above = [count.votes[c] for c in ranked[:k]], count.votes[ranked[k]]
            if sum(below) + waiting <= above and below[-1] < above:
                return ranked[:k]
        return []

    count.give(count.papers, None)
    while not elect():
        out = excluded()
        if count.surpluses and not out:
            most = max(count.votes[c] for c in count.surpluses)
            tied = [c for c in count.surpluses if count.votes[c] == most]
            c = count.decided(tied, most=True, first=True)
            count.surpluses.remove(c)
            surplus = count.votes[c] - quota
            parcel = [p for p in count.own(c, last=True) if _first(p[1], count.standing)]
            if sum(p[0] * p[3] for p in parcel) > surplus:
                value = Fraction(surplus * 100 / sum(p[0] for p in parcel) // 1, 100)
                for paper in parcel:
                    paper[3] = value
            count.votes[c] = quota
            count.give(parcel, None)
            continue
        if not out:
            least = min(count.votes[c] for c in count.standing)
            tied = [c for c in count.standing if count.votes[c] == least]
            out = [count.decided(tied, most=False, first=True)]
        count.standing = [c for c in count.standing if c not in out]
        if len(count.standing) == seats - len(count.elected):
            count.elected += sorted(count.standing, key=lambda c: -count.votes[c])
            break
        held = [paper for c in out for paper in count.own(c, last=False)]
        for value in sorted({p[3] for p in held}, reverse=True):
            parcel = [p for p in held if p[3] == value]
            for paper in parcel:
                count.votes[paper[2]] -= paper[0] * value
            count.give(parcel, None)
            if value != min(p[3] for p in held) and elect():
                return count.elected, count.history
    return count.elected, count.history
