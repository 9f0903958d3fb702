"""Figures of electoral competition, computed again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign import elections
from mechdesign.experiments.claim import Claim

__all__ = ["CLAIMS"]


def _line() -> Sequence[Any]:
    rule: Any = elections.median
    found = [
        rule(voters, platforms=grid)
        for voters, grid in (
            ([0, 1, 2, 5, 9], "0:9"),
            ([0, 2, 4, 10], "0:10"),
        )
    ]
    return [found[0].choice, *found[1].details["unbeaten"]]


def _plane() -> Sequence[Any]:
    contest = elections.contest([(0, 0), (4, 0), (0, 3)], "0:4,0:3")
    found = elections.majorities(contest)
    lottery = elections.downs(contest)
    inside = set(found.uncovered())
    return [
        len(found.unbeaten),
        len(found.top_cycle),
        len(inside),
        max(found.copeland.values()),
        lottery.gap,
        int(set(lottery.support) <= inside),
    ]


def _sensitive() -> Sequence[Any]:
    contest = elections.contest([0, 1, 2, 5, 9], "0:9:1/100")
    calm = elections.probabilistic_vote(contest, sensitivity=0.1)
    keen = elections.probabilistic_vote(contest, sensitivity=1)
    return [calm.reply, calm.share, keen.reply, keen.share]


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "elections.median_voter",
        "voters 0, 1, 2, 5, 9: the platform that beats all others; 0, 2, 4, 10: the unbeaten ones",
        ("2", "2", "3", "4"),
        _line,
        "Black 1948",
        "derived",
    ),
    Claim(
        "elections.plane",
        "three voters in the plane, 20 platforms: unbeaten platforms, top cycle, uncovered set, "
        "highest Copeland score, gap of the lottery, whether its support is uncovered",
        ("0", "18", "9", "14", "0", "1"),
        _plane,
        "derived here",
        "derived",
    ),
    Claim(
        "elections.sensitive_voters",
        "voters 0, 1, 2, 5, 9, votes probabilistic: best replies to the mean 3.4 and their shares, "
        "for sensitivity 0.1 and 1",
        ("3.4", "0.5", "1.96", "0.5738620"),
        _sensitive,
        "derived here",
        "derived",
        "nearest",
    ),
)
