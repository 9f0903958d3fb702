"""A planner who steers sequential learning: a dynamic programme over the public belief."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError, LimitReachedError, require
from mechdesign.information.herds.herd_agents import LearningAgent, learning_agent
from mechdesign.io import Table
from mechdesign.model import Number, as_count, as_number, ratio
from mechdesign.records import Shown, dataclass

__all__ = [
    "Phase",
    "Planner",
    "PlannerPolicy",
    "cascade",
    "planner_policy",
]

Wants = Literal["altruistic", "biased"]
# How much less than what would be followed makes an agent herd.
_LESS = 1e-7
_EQUAL = 1e-12
_ROUNDS = 200
# Beliefs of the finer grid times precisions; each holds a dozen floats.
_MOST_CELLS = 20_000_000


@dataclass(frozen=True)
class Phase:
    """Beliefs at which a planner does the same.

    Parameters
    ----------
    low, high : float
        From which belief to which; ends are known to one step of the grid.
    name : str
        ``baseline``: the precision that costs nothing; ``follow``: just enough to be followed;
        ``reveal``: full precision; ``obfuscate``: just too little to be followed; ``other``.
    acts : str
        Whether agents act on their ``own signal`` or with the ``herd``.
    """

    low: float
    high: float
    name: str
    acts: str


@dataclass(frozen=True)
class Planner:
    """What a planner wants, and what it costs.

    Parameters
    ----------
    wants : {"altruistic", "biased"}
        Whether it pays for wrong actions, or for every action B.
    precision, cost, discount, loss : number
        The baseline p, the cost k of a unit of change, the discount factor, and C.

    Examples
    --------
    >>> Planner("biased", cost=2).cost
    2
    """

    wants: str = "altruistic"
    precision: Number = Fraction(7, 10)
    cost: Number = 1
    discount: Number = Fraction(9, 10)
    loss: Number = 1

    def __post_init__(self) -> None:
        if self.wants not in ("altruistic", "biased"):
            raise InvalidInputError("planner", "be 'altruistic' or 'biased'", self.wants)
        as_number(self.precision, "precision", low=Fraction(1, 2), high=1)
        as_number(self.cost, "cost", low=0)
        as_number(self.discount, "discount", low=0, below=1)
        as_number(self.loss, "loss", low=0)


@dataclass(frozen=True)
class PlannerPolicy(Shown):
    """The best precision at every belief, and what it is worth.

    Parameters
    ----------
    planner : {"altruistic", "biased"}
        Who pays for wrong actions, or for every action B.
    precision, cost, discount, loss : float
        The baseline p, the cost k of a unit of change, the discount factor, and C.
    precisions, most : int and float
        Steps of the precisions that are tried, and the largest.
    beliefs, values, chosen : arrays, shape (grid + 1,)
        Public beliefs in state G, the planner's value, and the precision.
    phases : tuple of Phase
        From belief 0 to 1.
    error : float
        A bound on how far the values are from those of the programme on the grid.
    grid_error : float
        The largest difference to a grid twice as fine: an estimate of what the grid costs.
    agents : LearningAgent
        What the planner takes the agents for.
    """

    planner: str
    precision: float
    cost: float
    discount: float
    loss: float
    precisions: int
    most: float
    beliefs: FloatArray
    values: FloatArray
    chosen: FloatArray
    phases: tuple[Phase, ...]
    error: float
    grid_error: float
    agents: LearningAgent

    @property
    def model(self) -> Planner:
        """What the planner wants, and what it costs."""
        return Planner(self.planner, self.precision, self.cost, self.discount, self.loss)

    def value(self, belief: float) -> float:
        """The value at any belief, by interpolation."""
        b = float(as_number(belief, "belief", low=0, high=1))
        return float(np.interp(b, self.beliefs, self.values))

    def choose(self, belief: Any) -> Any:
        """The best precision at any beliefs: one step is planned there, the rest as valued."""
        asked = np.asarray(belief, dtype=np.float64)
        known, places = np.unique(asked, return_inverse=True)
        programme = _Programme(
            self.model, self.agents, len(self.beliefs) - 1, self.precisions, self.most, known
        )
        best = programme.best(self.values)[1]
        return programme.q[np.arange(len(known)), best][places].reshape(asked.shape)

    @property
    def kink(self) -> tuple[float, float]:
        """The smallest second difference of the values over the step, and where it is.

        Negative where the value is not convex.
        """
        step = self.beliefs[1] - self.beliefs[0]
        second = np.diff(self.values, 2) / step
        # A jump is no kink: the value of a biased planner jumps where agents begin to herd.
        where = int(np.argmin(second))
        return float(second[where]), float(self.beliefs[where + 1])

    def table(self) -> Table:
        """One row for each phase."""
        rows = [[one.low, one.high, one.name, one.acts] for one in self.phases]
        return Table(["from", "to", "precision", "agents act on"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "planner": self.planner,
            "precision": self.precision,
            "cost": self.cost,
            "discount": self.discount,
            "loss": self.loss,
            "value_at_half": self.value(0.5),
            "error": self.error,
            "grid_error": self.grid_error,
            "phases": [[one.low, one.high, one.name, one.acts] for one in self.phases],
        }

    def __str__(self) -> str:
        return (
            f"{self.table()}\n\nvalue at belief 1/2: {self.value(0.5):.6g} (on the grid within "
            f"{self.error:.2g}; a grid twice as fine differs by at most {self.grid_error:.2g})"
        )


def planner_policy(
    planner: Wants = "altruistic",
    *,
    precision: Number = Fraction(7, 10),
    cost: Number = 1,
    discount: Number = Fraction(9, 10),
    loss: Number = 1,
    grid: int = 2000,
    precisions: int = 200,
    most: Number = 1,
    agents: LearningAgent | None = None,
) -> PlannerPolicy:
    """How a planner sets the precision of private signals, one agent after another.

    The state is G or B.  Each agent sees a signal that is right with the precision of the day,
    and everything that was done before; it acts on its own signal if that can outweigh the public
    belief b (1 - q <= b <= q), else with the herd, from which nothing is learnt.  The planner pays
    for the distance to the baseline, and for what is done: altruistic, for each wrong action;
    biased, for each action B.

    Parameters
    ----------
    planner : {"altruistic", "biased"}
        What it wants.
    precision : number
        The baseline p in [1/2, 1].
    cost : number
        k, for each unit of distance to the baseline.
    discount : number
        In [0, 1).
    loss : number
        C, for each action that the planner dislikes.
    grid : int
        Steps of the beliefs, even.
    precisions : int
        Steps of the precisions that are tried, beside the baseline, full precision, and at each
        belief just enough and just too little to be followed.
    most : number
        The largest precision.
    agents : LearningAgent, optional
        What the planner, and the agents themselves, take agents for; Bayesian by default.

    Returns
    -------
    PlannerPolicy
        In floats, with a bound on the error and an estimate of the grid's.

    Raises
    ------
    LimitReachedError
        If twice the grid times `precisions` is more than 20,000,000.

    Notes
    -----
    Policy iteration: interpolation weights once, then a sparse system for each of a few rounds.
    The Bellman residual over 1 - discount bounds the error on the grid.

    Examples
    --------
    >>> best = planner_policy(precision=0.7, cost=1, discount=0.9, grid=200, precisions=50)
    >>> round(best.value(0.5), 9), [(one.name, one.acts) for one in best.phases]
    (-0.3, [('baseline', 'herd'), ('reveal', 'own signal'), ('baseline', 'herd')])
    """
    told = Planner(planner, precision, cost, discount, loss)
    model = Planner(planner, *map(float, (precision, cost, discount, loss)))
    who = learning_agent() if agents is None else agents
    require(who, LearningAgent, "agents")
    top = float(as_number(most, "most", low=told.precision, high=1))
    n = as_count(grid, "grid", low=4, high=50_000)
    steps = as_count(precisions, "precisions", low=1, high=5000)
    if n % 2:
        raise InvalidInputError("grid", "be even, so that 1/2 is a belief of it", grid)
    if 2 * n * steps > _MOST_CELLS:
        full = f"twice the grid times precisions is more than {_MOST_CELLS:,}"
        raise LimitReachedError(full)
    coarse = _Programme(model, who, n, steps, top)
    values, chosen = coarse.solved()
    residual = float(np.abs(coarse.best(values)[0] - values).max())
    fine = _Programme(model, who, 2 * n, steps, top).solved()[0][::2]
    delta = float(model.discount)
    return PlannerPolicy(
        planner, float(model.precision), float(model.cost), delta, float(model.loss), steps, top,
        coarse.b, values, coarse.q[np.arange(n + 1), chosen], _phases(coarse, chosen),
        residual / (1 - delta), float(np.abs(fine - values).max()), who,
    )  # fmt: skip


class _Programme:
    """Rewards and next beliefs of all precisions at all beliefs."""

    def __init__(
        self,
        model: Planner,
        agents: LearningAgent,
        n: int,
        m: int,
        top: float,
        beliefs: FloatArray | None = None,
    ) -> None:
        p, k, c = float(model.precision), float(model.cost), float(model.loss)
        self.p, self.delta, self.n, self.slip = p, float(model.discount), n, agents.noise
        b = self.b = np.arange(n + 1) / n if beliefs is None else beliefs
        edge = self.edge = agents.edge(b)
        special = [
            np.full(len(b), p),
            np.minimum(edge, top),
            np.full(len(b), top),
            np.clip(edge - _LESS, 0.5, top),
            # Signals whose good news lead just beyond 1/2, or to the baseline: values jump there.
            *(np.clip(self._leading_to(goal), 0.5, top) for goal in (0.5 + 1 / n, p)),
        ]
        spread = np.broadcast_to(np.linspace(0.5, top, m + 1), (len(b), m + 1))
        q = self.q = np.hstack([np.column_stack(special), spread])
        self.follows = q >= edge[:, None] - _EQUAL
        # An action shows the signal but for slips.
        right = agents.shown(q)
        up = b[:, None] * right + (1 - b[:, None]) * (1 - right)
        self.up = np.where(self.follows, up, 1.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            high = np.where(up > 0, b[:, None] * right / up, 0.0)
            low = np.where(up < 1, b[:, None] * (1 - right) / (1 - up), 1.0)
        here = np.broadcast_to(b[:, None], q.shape)
        self.high = self._weights(np.where(self.follows, high, here))
        self.low = self._weights(np.where(self.follows, low, here))
        if model.wants == "altruistic":
            herd_bad, bad = np.minimum(b, 1 - b), 1 - right
        else:
            herd_bad, bad = np.where(b < 0.5, 1.0, np.where(b > 0.5, 0.0, 0.5)), 1 - up
        slipped = (1 - self.slip) * herd_bad + self.slip * (1 - herd_bad)
        self.reward = -k * np.abs(q - p) - c * np.where(self.follows, bad, slipped[:, None])

    def _leading_to(self, goal: float) -> FloatArray:
        """The precision at which good news move each belief to a goal."""
        for_good, against = goal * (1 - self.b), (1 - goal) * self.b
        total = for_good + against
        shown = np.divide(for_good, total, out=np.ones_like(total), where=total > 0)
        kept: FloatArray = (shown - self.slip) / max(1 - 2 * self.slip, _EQUAL)
        return kept

    def _weights(self, x: FloatArray) -> tuple[Any, FloatArray]:
        """The point of the grid below, and the share of the one above."""
        scaled = np.clip(x * self.n, 0, self.n)
        whole = np.rint(scaled)
        # Beliefs that are on the grid but for rounding are taken to be on it.
        scaled = np.where(np.abs(scaled - whole) < 1e-9, whole, scaled)
        floor = np.minimum(scaled.astype(np.int64), self.n - 1)
        return floor, scaled - floor

    def best(self, values: FloatArray) -> tuple[FloatArray, Any]:
        """One step of the Bellman operator, and the choice; of ties the special precisions."""

        def ahead(pair: tuple[Any, FloatArray]) -> FloatArray:
            floor, share = pair
            found: FloatArray = values[floor] * (1 - share) + values[floor + 1] * share
            return found

        mean = self.up * ahead(self.high) + (1 - self.up) * ahead(self.low)
        worth = self.reward + self.delta * mean
        top = worth.max(axis=1)
        tied = worth >= top[:, None] - 1e-11
        choice: Any = np.argmax(tied, axis=1)
        return top, choice

    def solved(self) -> tuple[FloatArray, Any]:
        """The value and the choices, by policy iteration."""
        from scipy.sparse import csr_matrix, eye
        from scipy.sparse.linalg import spsolve

        size = self.n + 1
        rows = np.arange(size)
        _, chosen = self.best(np.zeros(size))
        values = np.zeros(size)
        for _ in range(_ROUNDS):
            entries, columns = [], []
            for (floor, share), weight in (
                (self.high, self.up[rows, chosen]),
                (self.low, 1 - self.up[rows, chosen]),
            ):
                at, part = floor[rows, chosen], share[rows, chosen]
                entries += [weight * (1 - part), weight * part]
                columns += [at, at + 1]
            step = csr_matrix(
                (np.concatenate(entries), (np.tile(rows, 4), np.concatenate(columns))),
                shape=(size, size),
            )
            found = spsolve((eye(size) - self.delta * step).tocsc(), self.reward[rows, chosen])
            top, better = self.best(found)
            if float((top - found).max()) <= 1e-12 or np.array_equal(better, chosen):
                return found, better
            values, chosen = found, better
        return values, chosen


def _phases(programme: _Programme, chosen: Any) -> tuple[Phase, ...]:
    """Runs of beliefs with the same name, flickers of two steps of the grid left out."""
    n, tolerance = programme.n, 2 / programme.n
    q = programme.q[np.arange(n + 1), chosen]
    follows = programme.follows[np.arange(n + 1), chosen]
    names: list[tuple[str, str]] = []
    for edge, x, follow in zip(programme.edge, q, follows, strict=True):
        if abs(x - programme.p) < _EQUAL:
            name = "baseline"
        elif follow and abs(x - edge) <= tolerance and edge < 1:
            name = "follow"
        elif x > 1 - _EQUAL:
            name = "reveal"
        else:
            name = "obfuscate" if not follow else "other"
        names.append((name, "own signal" if follow else "herd"))
    runs: list[list[Any]] = []
    for k, told in enumerate(names):
        if runs and runs[-1][2] == told:
            runs[-1][1] = k
        else:
            runs.append([k, k, told])
    kept: list[list[Any]] = []
    for run in runs:
        if kept and (kept[-1][2] == run[2] or run[1] - run[0] < 2 < n - run[1]):
            kept[-1][1] = run[1]
        else:
            kept.append(run)
    b = programme.b
    return tuple(Phase(float(b[i]), float(b[j]), *name) for i, j, name in kept)


def cascade(accuracy: Number) -> tuple[Number, Number]:
    """Sequential learning that nobody steers, from even beliefs: how it ends, and when.

    Parameters
    ----------
    accuracy : number
        How often private signals are right, in [1/2, 1].

    Returns
    -------
    correct : number
        The chance that the herd is right.
    actions : number
        How many act on their own signal on average before the others herd.

    Notes
    -----
    The herd begins when two signals in a row, from an even count on, agree.

    Examples
    --------
    >>> cascade(Fraction(7, 10))
    (Fraction(49, 58), Fraction(100, 29))
    """
    p = as_number(accuracy, "accuracy", low=Fraction(1, 2), high=1)
    agree = p * p + (1 - p) * (1 - p)
    return ratio(p * p, agree), ratio(2, agree)
