"""Figures about preference games."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from mechdesign import preference_games as games
from mechdesign.experiments.claim import Claim
from mechdesign.model import Number

__all__ = ["CLAIMS"]

_PROX = "Tiapkin et al. 2025, arXiv:2505.19731v1"
_MD = "Munos et al. 2024, arXiv:2312.00886"
_EGPO = "Zhou et al. 2025, arXiv:2503.08942"
_SPO = "Swamy et al. 2024, arXiv:2401.04056"
_INPO = "Zhang et al. 2025, arXiv:2407.00617"
_MNPO = "Wu et al. 2025, arXiv:2509.23102v3"
_ALIGNED = "Maura-Rivero et al. 2025, arXiv:2501.19266"
_CONSISTENT = "Brandl, Brandt and Seedig 2016, Econometrica 84"
_JOINING = "Brandl, Brandt and Hofbauer 2019, Games and Economic Behavior"
_AVERAGING = "Balduzzi et al. 2018, arXiv:1806.02643"
_ML = "Fishburn 1984, Review of Economic Studies 51"


def ten() -> Any:
    """A random game of ten alternatives."""
    draws = np.random.default_rng(0).uniform(size=(10, 10))
    return np.tril(draws, -1) + np.triu(1 - draws.T, 1) + np.eye(10) / 2


def three() -> list[list[Fraction]]:
    """A cycle of three alternatives with margins 3/5, 2/5 and 1/5."""
    rows = (("1/2", "4/5", "2/5"), ("1/5", "1/2", "7/10"), ("3/5", "3/10", "1/2"))
    return [[Fraction(x) for x in row] for row in rows]


def _beyond_the_rate() -> int:
    """Steps of mirror prox above its proven rate, for three strengths."""
    worse = 0
    for beta in (1, 0.1, 0.01):
        run = games.learn(ten(), "mirror_prox", beta=beta, steps=60)
        assert run.divergences is not None
        live = run.divergences > 1e-13
        worse += int((run.divergences > run.bounds * (1 + 1e-9))[live].sum())
    return worse


def _beyond_the_mirror_descent_rate() -> int:
    run = games.learn(ten(), "nash_md", beta=1, steps=1000)
    assert run.divergences is not None
    return int((run.divergences > run.bounds).sum())


def _biased() -> float:
    """The divergence at which Nash-MD with a fixed step stops."""
    run = games.learn(ten(), "nash_md", beta=0.1, steps=4000, step=0.3)
    assert run.divergences is not None
    return float(run.divergences[-1])


def _same_iterates() -> int:
    """Steps at which EGPO and mirror prox differ by more than 1e-12."""
    first = games.learn(ten(), "mirror_prox", beta=0.1, steps=50)
    second = games.learn(ten(), "egpo", beta=0.1, steps=50)
    off = np.abs(np.exp(first.log_policies) - np.exp(second.log_policies)).max(axis=1)
    return int((off > 1e-12).sum())


def _averages() -> int:
    """Numbers of steps after which the average of multiplicative weights is beyond its bound."""
    runs = [games.learn(ten(), "hedge", steps=k) for k in (100, 1000)]
    return sum(int(run.gap > run.bounds[-1]) for run in runs)


def _descent() -> float:
    run = games.learn(ten(), "omd", beta=0.1, steps=100)
    assert run.divergences is not None
    return float(run.divergences[-1])


def _players() -> int:
    """Whether three players who learn together end at the equilibrium."""
    found = games.learn_together(ten(), players=3, beta=0.1, steps=2000)
    return int(found.equilibrium)


def _lottery() -> tuple[Number, ...]:
    return tuple(games.maximal_lottery(three()).probabilities.values())


def _parted() -> tuple[str, str]:
    """Whom Bradley-Terry strengths put first, and whom the maximal lottery favours."""
    log = [("a", "b", "left")] * 8 + [("a", "b", "right")] * 2
    log += [("b", "c", "left")] * 7 + [("b", "c", "right")] * 3
    log += [("c", "a", "left")] * 6 + [("c", "a", "right")] * 4
    fit = games.estimate(log, model="bradley_terry")
    assert fit.strengths is not None
    first = str(fit.game.alternatives[int(fit.strengths.argmax())])
    chances = games.maximal_lottery(games.game(log)).probabilities
    return first, str(max(chances, key=lambda a: chances[a]))


def _inconsistent() -> int:
    """Verdicts other than HOLDS of three axioms on all profiles of three agents."""
    from mechdesign import axioms

    rule = games.maximal_lotteries
    names = ("population_consistency", "composition_consistency", "condorcet_lottery")
    return sum(not axioms.check(name, rule, agents=3, alternatives=3).holds for name in names)


def _joined() -> int:
    """Whether somebody gains by staying away from a maximal lottery, three agents."""
    from mechdesign import axioms

    options: dict[str, Any] = {"agents": 3, "alternatives": 3, "lift": "pairwise"}
    return int(not axioms.check("participation", games.maximal_lotteries, **options).holds)


def _shared() -> tuple[Number, ...]:
    """The maximal lottery of largest entropy of three agents and a copy of the second."""
    rows = ((0.5, 0.9, 0.3, 0.9), (0.1, 0.5, 0.8, 0.5), (0.7, 0.2, 0.5, 0.2), (0.1, 0.5, 0.8, 0.5))
    found = games.maximal_lottery(np.array(rows), selection="reference")
    return tuple(found.probabilities.values())


def _no_lie() -> tuple[int, int]:
    """Cases with a lie that dominates, four voters, below and above the strength 0.0782."""
    low, high = (games.best_lie(beta, 4).manipulable for beta in (0.05, 0.08))
    return low, high


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "preference_games.mirror_prox_rate",
        "steps of Nash mirror prox above KL(p*||ref) (1 + 2 beta)^-k (beta 1, 0.1, 0.01)",
        "0",
        _beyond_the_rate,
        _PROX,
    ),
    Claim(
        "preference_games.nash_md_rate",
        "steps of Nash-MD above 8 / (beta^2 (T + 1)), beta 1",
        "0",
        _beyond_the_mirror_descent_rate,
        _MD,
    ),
    Claim(
        "preference_games.nash_md_bias",
        "divergence at which Nash-MD with the fixed step 0.3 stays, beta 0.1",
        "0.000082",
        _biased,
        _MD,
        "derived",
        "nearest",
    ),
    Claim(
        "preference_games.egpo_is_mirror_prox",
        "steps at which EGPO and mirror prox differ, of 50",
        "0",
        _same_iterates,
        _EGPO,
        "derived",
    ),
    Claim(
        "preference_games.averages_of_self_play",
        "averages of multiplicative weights beyond sqrt(2 log n / T), of 2",
        "0",
        _averages,
        _SPO,
        "derived",
    ),
    Claim(
        "preference_games.online_mirror_descent",
        "divergence of online mirror descent after 100 steps, beta 0.1",
        "0.0352",
        _descent,
        _INPO,
        "derived",
        "nearest",
    ),
    Claim(
        "preference_games.three_players",
        "three players who learn together reach the equilibrium of two",
        "1",
        _players,
        _MNPO,
        "derived",
    ),
    Claim(
        "preference_games.cycle",
        "maximal lottery of a cycle with margins 3, 2, 1",
        ("1/3", "1/6", "1/2"),
        _lottery,
        _ML,
        "derived",
    ),
    Claim(
        "preference_games.strengths_and_lottery_part",
        "whom Bradley-Terry puts first and the maximal lottery favours, 8:2, 7:3, 6:4",
        ("a", "c"),
        _parted,
        _ALIGNED,
        "derived",
        "text",
    ),
    Claim(
        "preference_games.consistency",
        "axioms of three that maximal lotteries break on all profiles of three agents",
        "0",
        _inconsistent,
        _CONSISTENT,
        "derived",
    ),
    Claim(
        "preference_games.participation",
        "maximal lotteries where staying away pays, three agents",
        "0",
        _joined,
        _JOINING,
        "derived",
    ),
    Claim(
        "preference_games.copies_share",
        "Nash averaging of three agents and a copy of the second",
        ("0.3333", "0.1111", "0.4444", "0.1111"),
        _shared,
        _AVERAGING,
        "derived",
        "nearest",
    ),
    Claim(
        "preference_games.truthful_above",
        "cases with a lie that dominates, four voters, beta 0.05 and 0.08",
        ("12", "0"),
        _no_lie,
        _MD,
        "derived",
    ),
)
