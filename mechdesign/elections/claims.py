"""Figures of electoral competition, computed again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mechdesign import elections
from mechdesign.experiments.claim import Claim
from mechdesign.preference_games import best_response, regularised, value

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


def _interaction() -> Sequence[Any]:
    pair = {(0, 1): [[0, 0], [0, 0.1]]}
    found = elections.average_case([[0, 0.05], [0, -0.02]], strength=0.2, interactions=pair)
    return [float(found.shares[0][1]), float(found.shares[1][1]), found.objective]


def _unilateral() -> Sequence[Any]:
    voters = elections.utility_contest([[0, 0.8, 0.5, -0.3], [0.4, -0.6, 0.3, 0.9]])
    game = elections.share_game(voters, beta=0.1)
    lottery = list(regularised(game).probabilities.values())
    reply = list(best_response(game, [0.25] * 4).values())
    return [
        *lottery,
        value(game, reply, [0.25] * 4, beta=0),
        value(game, reply, lottery, beta=0),
    ]


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
    Claim(
        "elections.two_attributes",
        "two binary attributes with an interaction, L2 penalty 0.2: best shares and objective",
        ("0.631746032", "0.553968254", "0.047396825"),
        _interaction,
        "derived here",
        "derived",
        "nearest",
    ),
    Claim(
        "elections.unilateral_overstates",
        "four profiles, two groups, beta 0.1: the equilibrium; what the unilateral optimum claims, "
        "and what it gets against the equilibrium",
        ("0.212171652", "0.178496834", "0.342439250", "0.266892264", "0.506056", "0.500006"),
        _unilateral,
        "derived here",
        "derived",
        "nearest",
    ),
)
