"""Running learning rules: trajectories with their gaps, held against the proven rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.clock import ticks
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import FrozenMap, Number, as_count, as_number
from mechdesign.preference_games.dynamics.learning_rules import RULES
from mechdesign.preference_games.equilibria import regularised
from mechdesign.preference_games.measures import log_sum, normal
from mechdesign.preference_games.reading_games import PreferenceGame, by_label, game
from mechdesign.records import dataclass

__all__ = ["ManyPlayers", "Trajectory", "learn", "learn_together"]

RuleName = Literal["mirror_prox", "egpo", "omd", "nash_md", "hedge"]


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """The policies that a learning rule went through.

    Parameters
    ----------
    game : PreferenceGame
        With beta.
    rule : str
        Its name.
    log_policies : array, shape (steps + 1, n)
        Logarithms of the policies, the start first.
    gaps : array, shape (steps + 1,)
        Of every policy; for a rule that averages, of the average so far.
    divergences : array, shape (steps + 1,), optional
        ``KL(equilibrium || policy)``; None with beta = 0.
    bounds : array, shape (steps + 1,)
        What is proved for the divergence, or for the gap of the average; nan where nothing is.
    measure : str
        Which of the two the bounds are on.
    proved : str
        ``paper`` where the rule's paper states the rate, ``derived`` where we did.
    """

    game: PreferenceGame
    rule: str
    log_policies: FloatArray
    gaps: FloatArray
    divergences: FloatArray | None
    bounds: FloatArray
    measure: str
    proved: str

    @property
    def policy(self) -> FrozenMap[Any, Number]:
        """What the rule returns: its last policy, or the average where that is what it promises."""
        averages = RULES[self.rule].averages
        p = np.exp(self.log_policies)
        found = p[:-1].mean(axis=0) if averages and len(p) > 1 else p[-1]
        return by_label(self.game, found.tolist())

    @property
    def gap(self) -> float:
        """How far the returned policy is from equilibrium."""
        return float(self.gaps[-1])

    @property
    def converged(self) -> bool:
        """Whether the returned policy is an equilibrium to 1e-9: nothing else is called one."""
        return self.gap <= 1e-9

    def table(self) -> Table:
        """One row a step: gap, divergence and bound."""
        rows = []
        for k in range(len(self.gaps)):
            apart = "" if self.divergences is None else float(self.divergences[k])
            bound = "" if np.isnan(self.bounds[k]) else float(self.bounds[k])
            rows.append([k, float(self.gaps[k]), apart, bound])
        end = "an equilibrium" if self.converged else "no equilibrium"
        note = f"it ends at {end}: gap {self.gap:.2g}; bound on the {self.measure} ({self.proved})"
        columns = ["step", "gap", "divergence", "bound"]
        return Table(columns, rows, f"{self.rule}, beta = {self.game.beta:g}", [note])

    def __repr__(self) -> str:
        end = "an equilibrium" if self.converged else "no equilibrium"
        return (
            f"{self.rule}, beta = {self.game.beta:g}: {len(self.gaps) - 1} steps to a gap of "
            f"{self.gap:.3g}, {end}"
        )


def learn(
    data: object,
    rule: str = "mirror_prox",
    *,
    steps: int = 100,
    step: Number | None = None,
    beta: Number | None = None,
    start: object = None,
    **options: Any,
) -> Trajectory:
    """Run a learning rule and hold it against what is proved about it.

    Parameters
    ----------
    data, **options
        As in :func:`game`.
    rule : {"mirror_prox", "egpo", "omd", "nash_md", "hedge"}
        Nash mirror prox; EGPO; online mirror descent (INPO, online IPO); Nash-MD; multiplicative
        weights (SPO, SPPO), which plays the game without regularisation.
    steps : int
        At least 1.
    step : number, optional
        The step size eta; the one of the proof by default.
    beta : number, optional
        The strength; that of the game by default.
    start : lottery, optional
        A positive one; the reference by default.

    Returns
    -------
    Trajectory
        With the gap of every step.

    Notes
    -----
    The rates: with ``eta <= 2 sqrt(1 + eta beta)`` the divergence of mirror prox falls by
    ``1 + eta beta`` at least, which is the paper's rate for eta = 2.  EGPO makes the same iterates.
    With ``eta <= min(beta, 1/2)`` that of mirror descent falls by ``1 - eta beta``; with a larger
    step it may cycle.  Nash-MD with ``eta = 2 / (beta (t + 2))`` has at most
    ``8 / (beta^2 (T + 1))``; with a fixed step it goes to a point that is no equilibrium.

    Examples
    --------
    >>> C = [[0.5, 0.8, 0.4], [0.2, 0.5, 0.7], [0.6, 0.3, 0.5]]
    >>> learn(C, "mirror_prox", beta=0.1, steps=200)
    mirror_prox, beta = 0.1: 200 steps to a gap of 0, an equilibrium
    >>> learn(C, "nash_md", beta=0.1, steps=2000, step=0.3).converged
    False
    """
    if rule not in RULES:
        raise InvalidInputError("rule", f"be one of {', '.join(RULES)}", rule)
    spec = RULES[rule]
    count = as_count(steps, "steps", low=1)
    g = game(data, **options).with_beta(0 if spec.averages else beta)
    if not spec.averages and not g.beta:
        raise InvalidInputError("beta", f"be positive for {rule} (hedge plays beta = 0)", g.beta)
    size = None if step is None else float(as_number(step, "step", low=0))
    if size == 0:
        raise InvalidInputError("step", "be positive", step)
    if size is not None and rule in ("egpo", "omd", "nash_md") and size * g.beta > 1:
        raise InvalidInputError("step", f"be at most 1/beta = {1 / g.beta:g}", step)
    log_p = _start(g, start)

    def chances(x: FloatArray) -> FloatArray:
        return np.asarray(g.rates @ np.exp(x))

    path = [log_p]
    for t in ticks(range(count)):
        eta = spec.default(g.beta, g.n, count, t) if size is None else size
        log_p = spec.update(chances, log_p, g.log_reference, eta, g.beta)
        path.append(log_p)
    policies = np.array(path)
    apart = None
    if not spec.averages:
        solution = regularised(g)
        apart = _divergences(solution.log_policy, policies)
    shown = np.exp(policies)
    if spec.averages:
        # The average of the first k policies is what k steps are said to be worth.
        sums = np.cumsum(shown[:-1], axis=0) / np.arange(1, count + 1)[:, None]
        shown = np.vstack([shown[:1], sums])
    told = [_bound(spec, k, apart, size, g, count) for k in range(count + 1)]
    return Trajectory(
        g,
        rule,
        policies,
        gaps_of(g, shown),
        apart,
        np.array([np.nan if b is None else b for b in told]),
        spec.measure,
        # A paper proves its rate for the step that it says.
        spec.proved if size is None else "derived",
    )


def _bound(
    spec: Any, k: int, apart: FloatArray | None, size: float | None, g: PreferenceGame, steps: int
) -> float | None:
    start = 0.0 if apart is None else float(apart[0])
    if spec.name == "nash_md":
        found = spec.bound(k, start, size, g.beta, g.n, steps)
    else:
        eta = spec.default(g.beta, g.n, steps, 0) if size is None else size
        found = spec.bound(k, start, eta, g.beta, g.n, steps)
    return None if found is None else float(found)


def _start(g: PreferenceGame, start: object) -> FloatArray:
    if start is None:
        return g.log_reference
    found = g.lottery(start, "start")
    if not all(found):
        raise InvalidInputError("start", "be positive everywhere", start)
    return normal(np.log([float(x) for x in found]))


def _divergences(solution: FloatArray | None, policies: FloatArray) -> FloatArray:
    assert solution is not None
    p = np.exp(solution)
    return np.asarray(np.maximum(((solution - policies) * p).sum(axis=1), 0.0))


def gaps_of(g: PreferenceGame, policies: FloatArray) -> FloatArray:
    """The gaps of several policies, one in each row."""
    against = policies @ g.rates.T
    if not g.beta:
        # No lottery beats itself, so that anything below 0 is rounding.
        return np.asarray(np.maximum(2 * against.max(axis=1) - 1, 0.0))
    live = np.where(policies > 0, policies, 1.0)
    apart = (policies * (np.log(live) - g.log_reference)).sum(axis=1)
    top = g.beta * log_sum(g.log_reference + against / g.beta)
    return np.asarray(np.maximum(2 * (top + g.beta * apart - 0.5), 0.0))


@dataclass(frozen=True, eq=False, repr=False)
class ManyPlayers:
    """Where several learners ended who play against each other.

    Parameters
    ----------
    games : tuple of PreferenceGame
        One for each player.
    log_policies : array, shape (steps + 1, players, n)
        Logarithms of the policies.
    gains : array, shape (players,)
        What each could gain alone against the others' average in the end.
    spread : float
        The largest difference between two players' probabilities in the end.
    average_gap : float
        The gap of the average policy of the first player, in its own game.
    """

    games: tuple[PreferenceGame, ...]
    log_policies: FloatArray
    gains: FloatArray
    spread: float
    average_gap: float

    @property
    def equilibrium(self) -> bool:
        """Whether nobody gains more than 1e-9 by departing alone.

        With different games nothing promises that it comes about.
        """
        return bool((self.gains <= 1e-9).all())

    def __repr__(self) -> str:
        told = "an equilibrium" if self.equilibrium else "a profile that is no equilibrium"
        return (
            f"{len(self.games)} players after {len(self.log_policies) - 1} steps: {told}; largest "
            f"gain {float(self.gains.max()):.3g}, spread {self.spread:.3g}"
        )


def learn_together(
    data: object | Sequence[object],
    *,
    players: int | None = None,
    steps: int = 100,
    step: Number = 0.2,
    beta: Number | None = None,
    starts: Sequence[object] | None = None,
) -> ManyPlayers:
    """Several learners, each against the average of the others' policies (MNPO in tabular form).

    Parameters
    ----------
    data : game, or list of PreferenceGame
        One game for all players, or one for each: then the game is not of constant sum, and what
        comes about is a stationary profile with the gain of each player.
    players : int, optional
        At least 2; 3 by default for one game.
    steps, step, beta
        As in :func:`learn`.
    starts : sequence of lotteries, optional
        One for each player; the reference by default.

    Examples
    --------
    >>> C = [[0.5, 0.8, 0.4], [0.2, 0.5, 0.7], [0.6, 0.3, 0.5]]
    >>> together = learn_together(C, players=3, beta=0.1, steps=2000)
    >>> together.equilibrium
    True
    """
    if isinstance(data, (list, tuple)) and data and isinstance(data[0], PreferenceGame):
        games = tuple(game(one).with_beta(beta) for one in data)
        if players is not None and players != len(games):
            raise InvalidInputError("players", f"be {len(games)}, as there are games", players)
        if any(one.alternatives != games[0].alternatives for one in games):
            raise InvalidInputError("data", "have the same alternatives", "several")
    else:
        n = as_count(3 if players is None else players, "players", low=2)
        games = (game(data).with_beta(beta),) * n
    many = as_count(len(games), "players", low=2)
    count, eta = as_count(steps, "steps", low=1), float(as_number(step, "step", low=0))
    if not all(one.beta for one in games):
        raise InvalidInputError("beta", "be positive", 0)
    if eta <= 0 or any(eta * one.beta > 1 for one in games):
        raise InvalidInputError("step", "be positive and at most 1/beta", step)
    if starts is not None and len(starts) != many:
        raise InvalidInputError("starts", f"be {many} lotteries", len(starts))
    given = [None] * many if starts is None else starts
    log_p = np.array([_start(g, one) for g, one in zip(games, given, strict=True)])
    path = [log_p]
    for _ in range(count):
        p = np.exp(log_p)
        others = (p.sum(axis=0) - p) / (many - 1)
        logs = (log_p.sum(axis=0) - log_p) / (many - 1)
        log_p = np.array(
            [
                normal(
                    (1 - eta * g.beta) * logs[i]
                    + eta * g.beta * g.log_reference
                    + eta * (g.rates @ others[i])
                )
                for i, g in enumerate(games)
            ]
        )
        path.append(log_p)
    p = np.exp(log_p)
    others = (p.sum(axis=0) - p) / (many - 1)
    gains = np.array([_alone(g, p[i], others[i]) for i, g in enumerate(games)])
    mean = np.exp(np.array(path)[:, 0]).mean(axis=0, keepdims=True)
    spread = float(max(np.abs(p[i] - p[j]).max() for i in range(many) for j in range(i)))
    return ManyPlayers(games, np.array(path), gains, spread, float(gaps_of(games[0], mean)[0]))


def _alone(g: PreferenceGame, p: FloatArray, opponent: FloatArray) -> float:
    """What a player gains with its regularised best response to a policy."""
    against = g.rates @ opponent
    best = g.beta * float(log_sum(g.log_reference + against / g.beta))
    live = p > 0
    own = float(p @ against) - g.beta * float(
        (p[live] * (np.log(p[live]) - g.log_reference[live])).sum()
    )
    return max(0.0, best - own)
