"""Agents who act one after another under a planner's policy, Bayesian ones and others."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError, require
from mechdesign.information.herds.herd_agents import LearningAgent, ReplayedAgents, learning_agent
from mechdesign.information.herds.herding import Planner, PlannerPolicy
from mechdesign.io import Table
from mechdesign.model import Seed, as_count, generator, show
from mechdesign.records import Shown, dataclass

__all__ = ["HerdRegret", "HerdSimulation", "herd_regret", "simulate_herd"]

#: ``agent(belief, signal, precision)``: arrays in, True for action G out.
Agent = Callable[[FloatArray, Any, FloatArray], Any]
_EQUAL = 1e-12


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
    agent: Agent | ReplayedAgents | None = None,
    *,
    periods: int = 100,
    runs: int = 1000,
    rng: Seed = 0,
    planner: Planner | None = None,
    believed: LearningAgent | None = None,
) -> HerdSimulation:
    """Let agents act one after another while a planner sets the precision.

    Agents act on the public belief, that of an observer who takes them for what is `believed` of
    them; others may act.  A planner with a model of its own keeps its own belief beside it.

    Parameters
    ----------
    policy : PlannerPolicy or callable
        Precisions at an array of beliefs.
    agent : callable or ReplayedAgents, optional
        Who acts: ``agent(belief, signal, precision)`` over arrays, True for action G; Bayesian by
        default, others by :func:`learning_agent`, :func:`replayed_agents` or of your own.
    periods, runs : int
        How many agents in a sequence, and how many sequences; a log has its own.
    rng : numpy.random.Generator or int
        For states and signals.
    planner : Planner, optional
        What is wanted and paid in truth; by default what a PlannerPolicy was made for, and
        ``Planner()`` for a callable.
    believed : LearningAgent, optional
        What the public takes agents for; by default what a PlannerPolicy takes them for, and
        Bayesian ones for a callable.

    Examples
    --------
    Without a planner, signals that are right with chance .7 lead to a right herd in 49 of 58 cases.

    >>> free = simulate_herd(lambda beliefs: 0.7 + 0 * beliefs, runs=4000, rng=1)
    >>> abs(free.correct - 49 / 58) < 0.02, free.herding
    (True, 1.0)
    """
    return _simulated(policy, agent, periods, runs, rng, planner, believed)[0]


def _simulated(
    policy: PlannerPolicy | Callable[[Any], Any],
    agent: Agent | ReplayedAgents | None,
    periods: int,
    runs: int,
    rng: Seed,
    planner: Planner | None,
    believed: LearningAgent | None,
) -> tuple[HerdSimulation, FloatArray]:
    """The simulation, and the planner's payoff in each sequence."""
    if isinstance(policy, PlannerPolicy):
        choose: Callable[[Any], Any] = policy.choose
        own, taken = policy.model, policy.agents
    else:
        if not callable(policy):
            raise InvalidInputError("policy", "be a PlannerPolicy or a function", policy)
        choose, own, taken = policy, Planner(), learning_agent()
        taken = taken if believed is None else believed
    truth = own if planner is None else planner
    public = taken if believed is None else believed
    require(truth, Planner, "planner")
    require(public, LearningAgent, "believed")
    p, k, delta, c = map(float, (truth.precision, truth.cost, truth.discount, truth.loss))
    logged = isinstance(agent, ReplayedAgents)
    act: Any = learning_agent() if agent is None else agent
    if not logged and not callable(act):
        raise InvalidInputError("agent", "be a function or replayed agents", agent)
    many = len(act.actions) if logged else as_count(runs, "runs", low=2, high=10_000_000)
    last = act.actions.shape[1] if logged else as_count(periods, "periods", low=1, high=100_000)
    source = generator(rng)
    good = act.states if logged else source.random(many) < 0.5
    belief = np.full(many, 0.5)
    mind = belief
    payoff, spent, right = np.zeros(many), np.zeros(many), np.zeros(many)
    first = np.full(many, -1)
    quartiles = [np.quantile(belief, (0.25, 0.5, 0.75))]
    herds = np.zeros(many, dtype=bool)
    for t in range(last):
        q = np.clip(_each(choose(mind), many, "policy", "precision", np.float64), 0.5, 1.0)
        signal = np.where(source.random(many) < q, good, ~good)
        done = act.actions[:, t] if logged else act(belief, signal, q)
        action = _each(done, many, "agent", "action", np.bool_)
        herds = q < public.edge(belief) - _EQUAL
        first = np.where((first < 0) & herds, t, first)
        bad = (action != good) if truth.wants == "altruistic" else ~action
        change = k * np.abs(q - p)
        payoff -= delta**t * (change + c * bad)
        spent += delta**t * change
        right += action == good
        same = taken == public
        mind = mind if same else _learnt(taken, mind, action, q)
        belief = _learnt(public, belief, action, q)
        mind = belief if same else mind
        quartiles.append(np.quantile(belief, (0.25, 0.5, 0.75)))
    met = first >= 0
    found = HerdSimulation(
        float(right.mean() / last),
        float(herds.mean()),
        float(first[met].mean()) if met.any() else math.nan,
        float(payoff.mean()),
        float(payoff.std(ddof=1) / math.sqrt(many)) if many > 1 else math.nan,
        float(spent.mean()),
        np.array(quartiles),
    )
    return found, payoff


def _each(answers: Any, many: int, name: str, what: str, kind: Any) -> Any:
    """One answer of a function for each sequence, or one for all, if they are what was asked."""
    found = np.asarray(answers)
    plain = found.dtype.kind in "biuf" and found.shape in ((many,), (1,), ())
    if not plain or not np.isfinite(found).all():
        raise InvalidInputError(name, f"return one {what} for each of {many} beliefs", answers)
    return np.broadcast_to(found.astype(kind), (many,))


def _learnt(model: LearningAgent, belief: FloatArray, action: Any, q: FloatArray) -> FloatArray:
    """The belief after an action, if agents are what a model says."""
    shown = model.shown(q)
    up = np.where(action, shown, 1 - shown)
    mass = belief * up + (1 - belief) * (1 - up)
    learnt = np.divide(belief * up, mass, out=belief.copy(), where=mass > 0)
    return np.where(q < model.edge(belief) - _EQUAL, belief, learnt)


@dataclass(frozen=True)
class HerdRegret(Shown):
    """What a planner loses by a wrong model.

    Parameters
    ----------
    planned, best : HerdSimulation
        The same states and signals under the policy of the wrong model, and of the right one.
    expected : float
        What the planner with the wrong model expected.
    regret, error : float
        The mean difference of the two payoffs, and its standard error.
    """

    planned: HerdSimulation
    best: HerdSimulation
    expected: float
    regret: float
    error: float

    def table(self) -> Table:
        """One row for each payoff."""
        rows: list[list[Any]] = [
            ["expected with the wrong model", self.expected],
            ["payoff with the wrong model", self.planned.payoff],
            ["payoff with the right model", self.best.payoff],
            ["regret", self.regret],
            ["its standard error", self.error],
        ]
        return Table(["measure", "value"], [[name, show(value)] for name, value in rows])

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "regret": self.regret,
            "error": self.error,
            "expected": self.expected,
            "planned": self.planned.to_dict(),
            "best": self.best.to_dict(),
        }

    def __str__(self) -> str:
        return str(self.table())


def herd_regret(
    planned: PlannerPolicy,
    right: PlannerPolicy,
    *,
    periods: int = 200,
    runs: int = 2000,
    rng: Seed = 0,
) -> HerdRegret:
    """What a planner loses who optimised against the wrong model.

    Agents, costs and aims are those of the right model, which the agents know of each other; the
    planner with the other model reads their actions by that.  Both see the same states and draws.

    Parameters
    ----------
    planned, right : PlannerPolicy
        The policies of the wrong and of the right model.
    periods, runs : int
        How many agents in a sequence, and how many sequences.
    rng : numpy.random.Generator or int
        For states, signals and slips.

    Notes
    -----
    The right policy is the best of all that depend on what was done, on its grid: the regret is
    negative only by chance and by what the grid costs.

    Examples
    --------
    A planner takes agents who trust their own signals alone for Bayesian ones:

    >>> from mechdesign.information import planner_policy
    >>> stubborn = learning_agent(weight_on_public=0)
    >>> plans = [planner_policy(cost=3, discount=0.8, grid=200, precisions=50, agents=who)
    ...          for who in (None, stubborn)]
    >>> lost = herd_regret(*plans, runs=500)
    >>> lost.regret > 4 * lost.error > 0
    True
    """
    for name, one in (("planned", planned), ("right", right)):
        require(one, PlannerPolicy, name)
    seed = int(generator(rng).integers(2**63))
    results = []
    for policy in (planned, right):
        draws = np.random.default_rng(seed)
        slips = np.random.default_rng([seed, 1])
        kind = right.agents
        who = learning_agent(
            weight_on_public=kind.weight_on_public,
            conformity=kind.conformity,
            noise=kind.noise,
            rng=slips,
        )
        results.append(_simulated(policy, who, periods, runs, draws, right.model, kind))
    (lost, paid), (best, most) = results
    apart = most - paid
    error = float(apart.std(ddof=1) / math.sqrt(len(apart)))
    return HerdRegret(lost, best, planned.value(0.5), float(apart.mean()), error)
