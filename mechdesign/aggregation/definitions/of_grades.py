"""Rules for graded ballots by their definitions: votes are pairs of a weight and grades."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction

from mechdesign.aggregation.definitions.of_rankings import Label

#: What each voter gives to every alternative.
Grades = Sequence[tuple[int, Mapping[Label, Fraction]]]


def star(votes: Grades) -> set[Label]:
    """Of the two with the highest sums the one that more voters grade higher.

    A tied runoff goes to the higher sum, then to more top grades; equal sums allow several pairs.
    """
    labels = list(votes[0][1])
    top = max(g for _, grades in votes for g in grades.values())
    total = {a: sum(w * grades[a] for w, grades in votes) for a in labels}
    tops = {a: sum(w for w, grades in votes if grades[a] == top) for a in labels}
    best = sorted(total.values(), reverse=True)[:2]
    winners = set()
    for a, b in itertools.combinations(labels, 2):
        if sorted((total[a], total[b]), reverse=True) == best:
            won = {
                x: (sum(w for w, g in votes if g[x] > g[y]), total[x], tops[x])
                for x, y in ((a, b), (b, a))
            }
            winners |= {x for x in won if won[x] == max(won.values())}
    return winners or set(labels)


def majority_judgment(votes: Grades) -> set[Label]:
    """The highest lower median grade; equal ones lose one such grade each, and again."""
    left = {a: sorted(grades[a] for w, grades in votes for _ in range(w)) for a in votes[0][1]}
    while any(left.values()):
        middle = {a: own.pop((len(own) - 1) // 2) for a, own in left.items()}
        left = {a: left[a] for a in left if middle[a] == max(middle.values())}
    return set(left)
