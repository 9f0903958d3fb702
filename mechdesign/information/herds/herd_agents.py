"""Agents who act one after another: by Bayes' rule, by rules of thumb, or as in a log."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import field
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import Number, Seed, as_number, generator
from mechdesign.records import dataclass

__all__ = ["LearningAgent", "ReplayedAgents", "learning_agent", "replayed_agents"]


@dataclass(frozen=True)
class LearningAgent:
    """An agent who weighs its own signal against the public belief: see :func:`learning_agent`.

    Parameters
    ----------
    weight_on_public, conformity, noise : float
        As there.
    """

    weight_on_public: float
    conformity: float
    noise: float
    source: np.random.Generator = field(compare=False, repr=False)

    def _public(self, belief: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            odds = self.weight_on_public * (np.log(belief) - np.log1p(-belief))
        # Whoever gives no weight to the others gives none to their certainty.
        odds = np.nan_to_num(odds, nan=0.0, posinf=np.inf, neginf=-np.inf)
        found: FloatArray = odds + self.conformity * np.sign(belief - 0.5)
        return found

    def edge(self, belief: FloatArray) -> FloatArray:
        """The precision from which on the agent acts on its own signal, at each belief."""
        if self.weight_on_public == 1 and not self.conformity:
            return np.maximum(belief, 1 - belief)
        found: FloatArray = 1 / (1 + np.exp(-np.abs(self._public(belief))))
        return found

    def shown(self, precision: FloatArray) -> FloatArray:
        """How often an action on the own signal is right, slips included."""
        return precision * (1 - self.noise) + (1 - precision) * self.noise

    def __call__(self, belief: FloatArray, signal: Any, precision: FloatArray) -> Any:
        public = self._public(belief)
        with np.errstate(divide="ignore"):
            own = np.log(precision) - np.log1p(-precision)
        own = np.where(signal, own, -own)
        with np.errstate(invalid="ignore"):
            # Whoever is indifferent follows the own signal; two certainties that clash, too.
            total = np.nan_to_num(public + own, nan=0.0)
        close = np.abs(total) <= 1e-9
        chosen = np.where(close, signal, total > 0)
        if self.noise:
            chosen = chosen ^ (self.source.random(len(chosen)) < self.noise)
        return chosen


def learning_agent(
    *, weight_on_public: Number = 1, conformity: Number = 0, noise: Number = 0, rng: Seed = 0
) -> LearningAgent:
    """An agent who weighs its own signal against the public belief.

    Parameters
    ----------
    weight_on_public : number
        Scales the log-odds of the public belief: 1 is Bayes' rule, 0 ignores all others.
    conformity : number
        Is added to the log-odds in the direction of the public belief.
    noise : number
        How often it acts against its judgement.
    rng : numpy.random.Generator or int
        For the noise.

    Examples
    --------
    >>> act = learning_agent()
    >>> act(np.array([0.5, 0.9]), np.array([False, False]), np.array([0.7, 0.7])).tolist()
    [False, True]
    """
    return LearningAgent(
        float(as_number(weight_on_public, "weight_on_public", low=0, high=1)),
        float(as_number(conformity, "conformity", low=0)),
        float(as_number(noise, "noise", low=0, high=1)),
        generator(rng),
    )


@dataclass(frozen=True)
class ReplayedAgents:
    """Agents who do what a log says: see :func:`replayed_agents`.

    Parameters
    ----------
    states : array of bool, shape (sequences,)
        Whether the state was G.
    actions : array of bool, shape (sequences, agents)
        Whether the action was G, in the order of acting.
    """

    states: Any
    actions: Any


def replayed_agents(log: Iterable[tuple[Any, Any, Any]]) -> ReplayedAgents:
    """Agents who do what a log says, whatever they see.

    Parameters
    ----------
    log : iterable of (sequence, state, action)
        States and actions are ``"G"`` or ``"B"``; rows of a sequence in the order of acting, as
        many in each sequence.

    Examples
    --------
    >>> replayed_agents([("a", "G", "G"), ("a", "G", "B")]).actions.tolist()
    [[True, False]]
    """
    states: dict[Any, str] = {}
    rows: dict[Any, list[bool]] = {}
    if not isinstance(log, Iterable):
        raise InvalidInputError("log", "be rows of a sequence, a state and an action", log)
    for k, row in enumerate(log):
        if not isinstance(row, (tuple, list)) or len(row) != 3:
            raise InvalidInputError(f"log[{k}]", "be a sequence, a state and an action", row)
        name, state, action = row
        if not isinstance(name, Hashable):
            raise InvalidInputError(f"log[{k}]", "name its sequence by a label", row)
        if not all(isinstance(one, str) and one in ("G", "B") for one in (state, action)):
            raise InvalidInputError(f"log[{k}]", "have 'G' or 'B' as state and as action", row)
        if states.setdefault(name, state) != state:
            raise InvalidInputError(f"log[{k}]", "have one state for each sequence", row)
        rows.setdefault(name, []).append(action == "G")
    if len({len(row) for row in rows.values()}) != 1:
        lengths = {str(name): len(row) for name, row in rows.items()}
        raise InvalidInputError("log", "have as many actions in each sequence", lengths)
    good = np.array([state == "G" for state in states.values()])
    return ReplayedAgents(good, np.array(list(rows.values())))
