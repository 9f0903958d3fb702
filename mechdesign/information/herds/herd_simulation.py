"""Agents who act one after another under a planner's policy, Bayesian ones and others."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.information.herds.herding import Planner, PlannerPolicy
from mechdesign.io import Table
from mechdesign.model import Number, Seed, as_count, as_number, generator, show
from mechdesign.records import Shown, dataclass

__all__ = ["HerdSimulation", "learning_agent", "simulate_herd"]

#: ``agent(belief, signal, precision)``: arrays in, True for action G out.
Agent = Callable[[FloatArray, Any, FloatArray], Any]
_EQUAL = 1e-12


def learning_agent(
    *, weight_on_public: Number = 1, conformity: Number = 0, noise: Number = 0, rng: Seed = 0
) -> Agent:
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
    weight = float(as_number(weight_on_public, "weight_on_public", low=0, high=1))
    push = float(as_number(conformity, "conformity", low=0))
    slip = float(as_number(noise, "noise", low=0, high=1))
    source = generator(rng)

    def act(belief: FloatArray, signal: Any, precision: FloatArray) -> Any:
        with np.errstate(divide="ignore"):
            public = np.log(belief) - np.log1p(-belief)
            own = np.log(precision) - np.log1p(-precision)
        public = weight * public + push * np.sign(belief - 0.5)
        own = np.where(signal, own, -own)
        with np.errstate(invalid="ignore"):
            # Whoever is indifferent follows the own signal; two certainties that clash, too.
            total = np.nan_to_num(public + own, nan=0.0)
        close = np.abs(total) <= 1e-9
        chosen = np.where(close, signal, total > 0)
        if slip:
            chosen = chosen ^ (source.random(len(chosen)) < slip)
        return chosen

    return act


@dataclass(frozen=True)
class HerdSimulation(Shown):
    """Many sequences of agents under a planner's policy.

    Parameters
    ----------
    correct : float
        The share of right actions.
    herding : float
        The share of sequences in which the last agent herds.
    first_herd : float
        How many agents act before the first one herds, on average over the sequences in which
        one does; nan if none does.
    payoff, payoff_error : float
        The planner's mean discounted payoff, and its standard error.
    planner_cost : float
        What of the payoff is spent on changing the precision.
    beliefs : array, shape (periods + 1, 3)
        Quartiles of the public belief by period.
    """

    correct: float
    herding: float
    first_herd: float
    payoff: float
    payoff_error: float
    planner_cost: float
    beliefs: FloatArray

    def table(self) -> Table:
        """One row for each measure."""
        rows = [
            ["share of right actions", self.correct],
            ["sequences that end in a herd", self.herding],
            ["actions before the first herd", self.first_herd],
            ["planner's discounted payoff", self.payoff],
            ["its standard error", self.payoff_error],
            ["of it spent on the precision", self.planner_cost],
        ]
        return Table(["measure", "value"], [[name, show(value)] for name, value in rows])

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "correct": self.correct,
            "herding": self.herding,
            "first_herd": None if math.isnan(self.first_herd) else self.first_herd,
            "payoff": self.payoff,
            "payoff_error": self.payoff_error,
            "planner_cost": self.planner_cost,
            "quartiles": self.beliefs.tolist(),
        }

    def __str__(self) -> str:
        return str(self.table())


def simulate_herd(
    policy: PlannerPolicy | Callable[[Any], Any],
    agent: Agent | None = None,
    *,
    periods: int = 100,
    runs: int = 1000,
    rng: Seed = 0,
    planner: Planner = "altruistic",
    precision: Number = Fraction(7, 10),
    cost: Number = 1,
    discount: Number = Fraction(9, 10),
    loss: Number = 1,
) -> HerdSimulation:
    """Let agents act one after another while a planner sets the precision.

    The public belief is that of an observer who takes agents for Bayesian ones; others may act.

    Parameters
    ----------
    policy : PlannerPolicy or callable
        Precisions at an array of beliefs.  A PlannerPolicy brings its own parameters; the last five
        are for a callable.
    agent : callable, optional
        ``agent(belief, signal, precision)`` over arrays, True for action G; Bayesian by default,
        others by :func:`learning_agent` or of your own.
    periods, runs : int
        How many agents in a sequence, and how many sequences.
    rng : numpy.random.Generator or int
        For states and signals.

    Examples
    --------
    Without a planner, signals that are right with chance .7 lead to a right herd in 49 of 58 cases.

    >>> free = simulate_herd(lambda beliefs: 0.7 + 0 * beliefs, runs=4000, rng=1)
    >>> abs(free.correct - 49 / 58) < 0.02, free.herding
    (True, 1.0)
    """
    if isinstance(policy, PlannerPolicy):
        planner = cast("Planner", policy.planner)
        p, k, delta, c = policy.precision, policy.cost, policy.discount, policy.loss
        choose: Callable[[Any], Any] = policy.choose
    else:
        if not callable(policy):
            raise InvalidInputError("policy", "be a PlannerPolicy or a function", policy)
        choose = policy
        p = float(as_number(precision, "precision", low=Fraction(1, 2), high=1))
        k, c = (float(as_number(x, n, low=0)) for x, n in ((cost, "cost"), (loss, "loss")))
        delta = float(as_number(discount, "discount", low=0, below=1))
    if planner not in ("altruistic", "biased"):
        raise InvalidInputError("planner", "be 'altruistic' or 'biased'", planner)
    act = learning_agent() if agent is None else agent
    many = as_count(runs, "runs", low=2, high=10_000_000)
    last = as_count(periods, "periods", low=1, high=100_000)
    source = generator(rng)
    good = source.random(many) < 0.5
    belief = np.full(many, 0.5)
    payoff, spent, right = np.zeros(many), np.zeros(many), np.zeros(many)
    first = np.full(many, -1)
    quartiles = [np.quantile(belief, (0.25, 0.5, 0.75))]
    herds = np.zeros(many, dtype=bool)
    for t in range(last):
        q = np.clip(np.asarray(choose(belief), dtype=np.float64), 0.5, 1.0)
        signal = np.where(source.random(many) < q, good, ~good)
        action = np.asarray(act(belief, signal, q), dtype=bool)
        herds = q < np.maximum(belief, 1 - belief) - _EQUAL
        first = np.where((first < 0) & herds, t, first)
        bad = (action != good) if planner == "altruistic" else ~action
        change = k * np.abs(q - p)
        payoff -= delta**t * (change + c * bad)
        spent += delta**t * change
        right += action == good
        up = np.where(action, q, 1 - q)
        mass = belief * up + (1 - belief) * (1 - up)
        learnt = np.divide(belief * up, mass, out=belief.copy(), where=mass > 0)
        belief = np.where(herds, belief, learnt)
        quartiles.append(np.quantile(belief, (0.25, 0.5, 0.75)))
    met = first >= 0
    return HerdSimulation(
        float(right.mean() / last),
        float(herds.mean()),
        float(first[met].mean()) if met.any() else math.nan,
        float(payoff.mean()),
        float(payoff.std(ddof=1) / math.sqrt(many)),
        float(spent.mean()),
        np.array(quartiles),
    )
