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
