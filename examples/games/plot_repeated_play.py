"""
Who learns to take turns?
=========================

Agents play a dilemma and the battle of the sexes ten times.  Their measures are one table of agents
and environments, which the rules of aggregation rank.
"""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from mechdesign import aggregation
from mechdesign.games import RepeatedTable, finite, from_strategy, measure, play, score_grid
from mechdesign.games.plots import best_reply_rates


def turns(observation: Any, rng: np.random.Generator) -> Any:
    """The two actions in turn, whatever happens."""
    return observation["legal"][observation["round"] % 2]


def follows(observation: Any, rng: np.random.Generator) -> Any:
    """What the other did last, now and then the other action."""
    legal, role = observation["legal"], observation["role"]
    if not observation["history"] or rng.random() < 0.1:
        return legal[int(rng.integers(2))]
    return next(m for who, m in observation["history"][-1].items() if who != role)


dilemma = finite([[(8, 8), (0, 10)], [(10, 0), (5, 5)]], "AB", "CD")
sexes = finite([[(10, 7), (0, 0)], [(0, 0), (7, 10)]], "AB", "FB")
games = {
    "dilemma": RepeatedTable(dilemma, rounds=10, cooperate="C", title="dilemma"),
    "sexes": RepeatedTable(sexes, rounds=10, title="sexes"),
}
agents: dict[str, Any] = {name: from_strategy(name) for name in ("tit_for_tat", "grim", "all_d")}
agents |= {"turns": turns, "follows": follows}
played = {
    name: play(game, agents, episodes=20, lineups="all", rng=1) for name, game in games.items()
}
measures = {name: measure(found, samples=300) for name, found in played.items()}
for name in agents:
    print(measures["dilemma"].of(name, "cooperation"))
print(aggregation.compare(score_grid(measures, "gain"), ["mean", "borda", "copeland"]))

figure, axes = plt.subplots(2, 1, figsize=(7, 6), layout="constrained")
for ax, (name, found) in zip(axes, played.items(), strict=True):
    best_reply_rates(found, ax=ax)
    ax.set_title(name)
figure.show()
