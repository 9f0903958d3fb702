"""
Agents who divide a pie
=======================

Four agents make offers in turn, each against each other and on both sides.  The tough one keeps
more and gets agreements late, if any; the star is subgame-perfect play.
"""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from mechdesign.games import OffersGame, measure, play
from mechdesign.games.plots import efficiency_fairness_plane


class Bargainer:
    """Keeps some of 100 units, and accepts what leaves enough."""

    def __init__(self, keeps: int, accepts: int, spread: int = 8) -> None:
        self.keeps, self.accepts, self.spread = keeps, accepts, spread

    def __call__(self, observation: Any, rng: np.random.Generator) -> Any:
        noise = int(rng.integers(-self.spread, self.spread + 1))
        if "accept" not in observation["legal"]:
            return self.keeps + noise, "take it or leave it"
        (kept,) = observation["history"][-1].values()
        return "accept" if 100 - kept >= self.accepts + noise else "reject"


game = OffersGame(discounts=(0.9, 0.9), horizon=12)
agents = {
    "even": Bargainer(50, 45),
    "tough": Bargainer(70, 55),
    "patient": Bargainer(60, 50),
    "meek": Bargainer(40, 20),
}
found = play(game, agents, episodes=30, lineups="all", rng=0)
measures = measure(found)
print(measures.efficiency_and_fairness())

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
efficiency_fairness_plane(found, measures=measures, ax=ax)
figure.show()
