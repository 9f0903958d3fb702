"""Measures of agents with intervals: efficiency, fairness, regret, cooperation, position."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

import numpy as np

from mechdesign.errors import InvalidInputError, require
from mechdesign.games.agents.counting_rates import (
    FAIRNESS,
    Rate,
    best_reply_flags,
    efficiency,
    fair_share,
    rates_of,
)
from mechdesign.games.agents.episodes import Episodes
from mechdesign.games.agents.market_choices import MarketGame, fit_positions, stacked
from mechdesign.games.agents.protocol import Environment, History, require_environment
from mechdesign.games.agents.simple_environments import RepeatedTable
from mechdesign.games.tables import pure_equilibria
from mechdesign.io import Table
from mechdesign.model import SCHEMA_VERSION, Number, Seed, as_count, encode, generator, ratio, show
from mechdesign.parallel import seed_sequence
from mechdesign.records import Shown, dataclass
from mechdesign.stats.intervals import bootstrap_ratios, resampled_weights

__all__ = [
    "Measured",
    "Measures",
    "best_replies_by_round",
    "manipulation_loss",
    "measure",
    "perfect_play",
    "score_grid",
]


@dataclass(frozen=True)
class Measured:
    """One measure of one agent.

    Parameters
    ----------
    agent, measure : str
        Whose, and which.
    value : number
        A mean or a rate; exact where payoffs are.
    low, high : float
        The bootstrap interval over episodes.
    episodes : int
        On how many it is based: those in which it is defined.
    count : number
        Of what it is a rate: rounds, calls, choices or episodes.
    """

    agent: str
    measure: str
    value: Number
    low: float
    high: float
    episodes: int
    count: Number

    def __str__(self) -> str:
        value, low, high = (show(float(x), 4) for x in (self.value, self.low, self.high))
        what = f"{self.measure} of {self.agent}"
        return f"{what}: {value} [{low}, {high}] from {self.episodes} episodes"


@dataclass(frozen=True)
class Measures(Shown):
    """What :func:`measure` found.

    Parameters
    ----------
    environment : str
        Its name.
    measured : tuple of Measured
        By agent, then by measure.
    level : float
        Of the intervals.
    decisions : tuple of str
        Those of the episodes.
    """

    environment: str
    measured: tuple[Measured, ...]
    level: float
    decisions: tuple[str, ...] = field(default=(), compare=False)

    @property
    def agents(self) -> tuple[str, ...]:
        """Who is measured."""
        return tuple(dict.fromkeys(one.agent for one in self.measured))

    def of(self, agent: str, measure: str) -> Measured:
        """One measure of one agent.

        Raises
        ------
        InvalidInputError
            If there is none.
        """
        for one in self.measured:
            if one.agent == agent and one.measure == measure:
                return one
        known = dict.fromkeys(one.measure for one in self.measured)
        told = f"be one of {', '.join(known)}, for {', '.join(self.agents)}"
        raise InvalidInputError("measure", told, (agent, measure))

    def table(self) -> Table:
        """One row for each agent and measure."""
        rows = [
            [m.agent, m.measure, float(m.value), m.low, m.high, m.episodes, m.count]
            for m in self.measured
        ]
        columns = ["agent", "measure", "value", "low", "high", "episodes", "of"]
        return Table(columns, rows, title=f"{self.environment}, intervals of {self.level:g}")

    def efficiency_and_fairness(self) -> Table:
        """One row for each agent: efficiency, fairness and gain, each with its interval."""
        fair = next((m.measure for m in self.measured if m.measure.startswith("fairness")), None)
        known = {(m.agent, m.measure): m for m in self.measured}
        rows = []
        for agent in self.agents:
            row: list[Any] = [agent]
            for name in ("efficiency", fair, "gain"):
                one = known.get((agent, str(name)))
                row += [None] * 3 if one is None else [float(one.value), one.low, one.high]
            rows.append([*row, known[agent, "gain"].episodes])
        columns = ["agent"]
        for name in ("efficiency", fair or "fairness", "gain"):
            columns += [name, f"{name.split()[0]} from", f"{name.split()[0]} to"]
        title = f"{self.environment}, intervals of {self.level:g}"
        return Table([*columns, "episodes"], rows, title)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; values are exact where payoffs are."""
        return {
            "schema": SCHEMA_VERSION,
            "environment": self.environment,
            "level": self.level,
            "measures": [
                {
                    "agent": m.agent,
                    "measure": m.measure,
                    "value": encode(m.value),
                    "low": encode(m.low),
                    "high": encode(m.high),
                    "episodes": m.episodes,
                    "of": encode(m.count),
                }
                for m in self.measured
            ],
            "decisions": list(self.decisions),
        }

    def __str__(self) -> str:
        return str(self.table())


def measure(
    episodes: Episodes,
    *,
    fairness: Literal["parity", "equality"] | None = None,
    level: float = 0.95,
    samples: int = 1000,
    rng: Seed = 0,
) -> Measures:
    """Measure all agents of some episodes; the agents are not asked again.

    Parameters
    ----------
    episodes : Episodes
        Played or replayed.
    fairness : {"parity", "equality"}, optional
        Of the shares: ``1 - 4 (share - 1/2)^2`` of two players, or 1 less the Gini coefficient; by
        default the first for two seats, else the second.
    level, samples, rng : float, int, seed
        Of the bootstrap over episodes; every measure is resampled alike.

    Returns
    -------
    Measures
        Those that are defined, for every agent over all its seats:

        - *efficiency*: the realised total by the best feasible one, discounted where payoffs are;
          left out where there is nothing to gain;
        - *fairness*: of undiscounted shares; left out where nothing was divided;
        - *gain*: the payoff less that of disagreement;
        - *regret*: how much better the best other move would have been against what the others
          did; in a table the best fixed action, for each round; elsewhere moves after which the
          rules end the episode;
        - *gap to best reply*, *best replies*: the same against each round alone, and how often the
          gap is 0;
        - *distance to subgame-perfect*: of each move, where that move is known;
        - *rationality order k*: the share of moves that k rounds of strict dominance leave;
        - *cooperation*; *retaliation*: defections after others defected; *forgiveness*: cooperation
          after others came back from a defection;
        - *turn-taking*: changes between two pure equilibria, less what chance gives;
        - *position effect*: see :func:`first_proposal_bias`;
        - *refused answers* of all calls, and *forfeits*.

    Examples
    --------
    >>> from mechdesign.games import DivisionGame, play
    >>> def three(observation, rng):
    ...     return 3
    >>> def yes(observation, rng):
    ...     return "accept"
    >>> found = measure(play(DivisionGame(10, reply=True), [three, yes], episodes=2))
    >>> found.of("three", "fairness (parity)").value, found.of("yes", "gain").value
    (Fraction(21, 25), 3)
    """
    require(episodes, Episodes, "episodes")
    if not len(episodes):
        raise InvalidInputError("episodes", "be one or more", 0)
    rules = episodes.environment
    named = fairness or ("parity" if len(rules.roles) == 2 else "equality")
    if named not in FAIRNESS:
        raise InvalidInputError("fairness", f"be one of {', '.join(FAIRNESS)}", fairness)
    if named == "parity" and len(rules.roles) != 2:
        raise InvalidInputError("fairness", "be equality for other than two seats", fairness)
    as_count(samples, "samples", low=1)
    root = seed_sequence(rng)
    added: dict[str, list[dict[str, Rate]]] = {agent: [] for agent in episodes.agents}
    names: dict[str, None] = {}
    for one in episodes.episodes:
        sums: dict[str, dict[str, Rate]] = {agent: {} for agent in one.agents}
        for agent, rates in zip(one.agents, rates_of(rules, one, named), strict=True):
            for name, (top, bottom) in rates.items():
                a, b = sums[agent].get(name, (0, 0))
                sums[agent][name] = a + top, b + bottom
            names |= dict.fromkeys(rates)
        for agent, found in sums.items():
            added[agent].append(found)
    measured = []
    for agent, listed in added.items():
        measured += _measured(agent, list(names), listed, level, samples, root)
        if isinstance(rules, MarketGame):
            measured += _position(episodes, agent, level, samples, root)
    return Measures(rules.name, tuple(measured), float(level), episodes.decisions)


def _measured(
    agent: str,
    names: list[str],
    listed: list[dict[str, Rate]],
    level: float,
    samples: int,
    root: Any,
) -> list[Measured]:
    """The measures of an agent out of what each of its episodes adds."""
    columns = {name: [one.get(name, (0, 0)) for one in listed] for name in names}
    kept = {name: rates for name, rates in columns.items() if any(b for _, b in rates)}
    try:
        tops, bottoms = (
            np.array([[float(rate[k]) for rate in rates] for rates in kept.values()]).T
            for k in (0, 1)
        )
    except OverflowError:
        told = "have payoffs within the range of floats"
        raise InvalidInputError("episodes", told, agent) from None
    ends = bootstrap_ratios(tops, bottoms, level, samples=samples, rng=generator(root))
    found = []
    for (name, rates), one in zip(kept.items(), ends, strict=True):
        count = sum(b for _, b in rates)
        value = ratio(sum(a for a, b in rates if b), count)
        based = sum(1 for _, b in rates if b)
        found.append(Measured(agent, name, value, one.low, one.high, based, count))
    return found


def _position(
    episodes: Episodes, agent: str, level: float, samples: int, root: Any
) -> list[Measured]:
    """The position term of an agent's choices, fitted again to resampled episodes."""
    rules, used, owners = episodes.environment, [], []
    for k, one in enumerate(episodes.episodes):
        for seat, seen in rules.choices(one.nature, one.history).items():
            if one.agents[seat] == agent and seen.chosen is not None and len(seen.options) > 1:
                used.append(seen)
                owners.append(k)
    if not used:
        return []
    table, chosen = stacked(used)
    value = float(fit_positions(table, chosen, np.ones((1, len(used))))[0][0])
    places = np.unique(owners, return_inverse=True)[1]
    weights = resampled_weights(int(places.max()) + 1, samples, np.random.default_rng(root))
    fits = fit_positions(table, chosen, weights[:, places])[0]
    # Quantiles among the fits themselves: some of them may be infinite.
    order, half = np.sort(fits), (1 - float(level)) / 2
    ends = [order[max(0, math.ceil(q * len(order)) - 1)] for q in (half, 1 - half)]
    size = int(places.max()) + 1
    return [
        Measured(agent, "position effect", value, float(ends[0]), float(ends[1]), size, len(used))
    ]


def score_grid(
    measures: Mapping[str, Measures], measure: str = "efficiency"
) -> dict[str, dict[str, Number]]:
    """The two-way table of agents and environments for :func:`mechdesign.aggregation.compare`.

    Parameters
    ----------
    measures : mapping of names to Measures
        Of several environments, in which the same agents played.
    measure : str
        Which; of higher values being better.

    Raises
    ------
    InvalidInputError
        If an agent was not measured everywhere.

    Examples
    --------
    >>> from mechdesign import aggregation
    >>> from mechdesign.games import DivisionGame, play, random_agent
    >>> def fair(observation, rng):
    ...     return observation["legal"][len(observation["legal"]) // 2]
    >>> agents = {"fair": fair, "random": random_agent}
    >>> found = {
    ...     str(units): measure(play(DivisionGame(units), agents, episodes=20, lineups="all"))
    ...     for units in (2, 10)
    ... }
    >>> aggregation.mean(score_grid(found, "fairness (parity)")).winners
    ('fair',)
    """
    if not isinstance(measures, Mapping) or not measures:
        raise InvalidInputError("measures", "be a mapping of names to measures", measures)
    for name, found in measures.items():
        require(found, Measures, f"measures[{name!r}]")
    agents = dict.fromkeys(a for found in measures.values() for a in found.agents)
    return {
        agent: {str(name): found.of(agent, measure).value for name, found in measures.items()}
        for agent in agents
    }


def perfect_play(environment: Environment, nature: object = None) -> History | None:
    """The joint moves of subgame-perfect play; None where some are not known.

    Examples
    --------
    >>> from mechdesign.games import DivisionGame
    >>> perfect_play(DivisionGame(10, reply=True))
    ((0, None), (None, 'accept'))
    """
    require_environment(environment)
    history: History = ()
    while movers := tuple(environment.movers(nature, history)):
        joint: list[Any] = [None] * len(environment.roles)
        for seat in movers:
            joint[seat] = environment.perfect(nature, history, seat)
            if joint[seat] is None:
                return None
        history = (*history, tuple(joint))
    return history


def equilibrium_points(environment: Environment) -> list[tuple[str, float, float]]:
    """Efficiency and fairness of subgame-perfect play, or of the pure equilibria of a table.

    A table's equilibrium is played in every round.  Where chance draws first there are none.
    """
    nature = environment.nature(np.random.default_rng(0))
    plays: dict[str, History | None] = {}
    if isinstance(environment, RepeatedTable):
        for moves in pure_equilibria(environment.game):
            told = f"equilibrium {', '.join(map(str, moves))}"
            plays[told] = (tuple(moves),) * environment.rounds
    elif nature is None:
        plays["subgame perfect"] = perfect_play(environment)
    named = "parity" if len(environment.roles) == 2 else "equality"
    found = []
    for label, history in plays.items():
        if history is not None:
            x = efficiency(environment, nature, history)
            y = fair_share(environment, nature, history, named)
            if x is not None and y is not None:
                found.append((label, float(x), float(y)))
    return found


def best_replies_by_round(episodes: Episodes) -> dict[str, list[Number | None]]:
    """For each agent the share of best replies in round 1, 2, ... of a repeated table.

    None for a round that was never played.

    Raises
    ------
    InvalidInputError
        If another environment was played.

    Examples
    --------
    >>> from mechdesign.games import RepeatedTable, play
    >>> def down(observation, rng):
    ...     return observation["legal"][-1]
    >>> dilemma = RepeatedTable([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], rounds=3)
    >>> best_replies_by_round(play(dilemma, [down, down], episodes=1))
    {'down': [1, 1, 1], 'down #2': [1, 1, 1]}
    """
    require(episodes, Episodes, "episodes")
    rules = episodes.environment
    require(rules, RepeatedTable, "episodes.environment")
    counts = {agent: np.zeros((rules.rounds, 2), dtype=int) for agent in episodes.agents}
    for one in episodes.episodes:
        for seat, agent in enumerate(one.agents):
            for t, best in enumerate(best_reply_flags(rules, one.history, seat)):
                counts[agent][t] += best, 1
    return {
        agent: [ratio(int(top), int(bottom)) if bottom else None for top, bottom in table]
        for agent, table in counts.items()
    }


def manipulation_loss(
    plain: Episodes,
    manipulated: Episodes,
    *,
    level: float = 0.95,
    samples: int = 1000,
    rng: Seed = 0,
) -> Measured:
    """By how much efficiency falls where somebody manipulates, on average over paired episodes.

    Parameters
    ----------
    plain, manipulated : Episodes
        Of the same environment and seed, as many of both; the n-th of each make a pair.

    Raises
    ------
    InvalidInputError
        If they are not of the same environment, or chance drew other things.

    Examples
    --------
    >>> from mechdesign.games import DivisionGame, play
    >>> def five(observation, rng):
    ...     return 5
    >>> def yes(observation, rng):
    ...     return "accept"
    >>> def no(observation, rng):
    ...     return "reject"
    >>> game = DivisionGame(10, reply=True)
    >>> before, after = (play(game, [five, who], episodes=3) for who in (yes, no))
    >>> manipulation_loss(before, after).value
    1
    """
    for name, one in (("plain", plain), ("manipulated", manipulated)):
        require(one, Episodes, name)
    rules = plain.environment
    drawn = [[e.nature for e in one.episodes] for one in (plain, manipulated)]
    if manipulated.environment != rules or drawn[0] != drawn[1] or not drawn[0]:
        told = "have the same environment, seed and number of episodes as plain"
        raise InvalidInputError("manipulated", told, len(manipulated))
    rates: list[dict[str, Rate]] = []
    for before, after in zip(plain.episodes, manipulated.episodes, strict=True):
        ends = [efficiency(rules, e.nature, e.history) for e in (before, after)]
        if ends[0] is not None and ends[1] is not None:
            rates.append({"manipulation loss": (ends[0] - ends[1], 1)})
    if not rates:
        raise InvalidInputError("plain", "have an episode with something to gain", len(plain))
    return _measured("all", ["manipulation loss"], rates, level, samples, seed_sequence(rng))[0]
