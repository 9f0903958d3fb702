"""
The first proposal wins
=======================

Customers search a market.  A careful one compares all proposals, a hasty one often takes what comes
first, and the hasty one gives up welfare although the market offers the same to both.
"""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from mechdesign.games import MarketGame, first_proposal_bias, measure, play, read_market

draws = np.random.default_rng(5)
items = ("soup", "tea", "cake")
market = read_market(
    {
        "customers": {
            f"customer {k}": {"needs": [items[k % 3], items[(k + 1) % 3]], "willingness": 15}
            for k in range(6)
        },
        "businesses": {
            f"shop {k}": {"menu": {item: int(draws.integers(2, 8)) for item in items}}
            for k in range(5)
        },
    }
)
game = MarketGame(market)


def careful(observation: Any, rng: np.random.Generator) -> Any:
    offers = observation["payoffs"]["proposals"]
    return min(offers, key=lambda offer: offer["price"])["business"]


def hasty(observation: Any, rng: np.random.Generator) -> Any:
    if rng.random() < 0.6:
        return observation["legal"][0]
    return careful(observation, rng)


print("best welfare:", market.optimal_welfare())
for agent in (careful, hasty):
    names = {agent.__name__: agent}
    found = play(game, names, lineups=[(agent.__name__,) * 6], episodes=60)
    print(measure(found, samples=200).of(agent.__name__, "efficiency"))
    seen = [c for one in found.episodes for c in game.choices(one.nature, one.history).values()]
    print(first_proposal_bias(seen))

figure, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
curve = market.consideration_curve()
ax.plot(range(1, len(curve) + 1), [float(share) for share in curve], marker="o", color="#30638e")
ax.set_xlabel("proposals looked at, in the order of arrival")
ax.set_ylabel("share of the best welfare")
figure.show()
