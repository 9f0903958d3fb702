"""
Places, chances and stable matchings
====================================

Twelve students and four schools of three places: whose rule gives whom which choice?
"""

import random

from mechdesign import allocation
from mechdesign.allocation.plots import chances, choices_got, stable_rank_sums

rng = random.Random(3)
students = [f"s{k}" for k in range(12)]
schools = ["east", "north", "south", "west"]
lists = {s: sorted(schools, key=lambda b: (b != "east") + 2 * rng.random()) for s in students}
priorities = {b: rng.sample(students, 12) for b in schools}
places = allocation.school_choice().problem(lists, priorities=priorities, capacities=3)
rules = ["boston", "deferred_acceptance", "top_trading_cycles", "efficiency_adjusted"]
figure = choices_got(allocation.compare_matchings(places, rules)).figure

# %%
# Four agents, four objects: the chances under probabilistic serial.
wishes = [[0, 1, 2, 3], [0, 1, 3, 2], [1, 2, 0, 3], [0, 3, 1, 2]]
figure = chances(allocation.probabilistic_serial(wishes)).figure

# %%
# Ten stable matchings of four pairs: what one side gains the other loses.
market = allocation.two_sided().problem(
    [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]],
    receivers=[[3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2], [0, 1, 2, 3]],
)
figure = stable_rank_sums(market).figure
