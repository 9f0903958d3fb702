"""
Envy, rents and kidneys
=======================

Who sees how much in whose bundle, which prices of rooms nobody minds, and who gives to whom.
"""

from mechdesign import allocation
from mechdesign.allocation.plots import envy_matrix, exchange_cycles, rent_prices

values = [[8, 7, 5, 3, 2], [6, 8, 4, 4, 3], [9, 3, 5, 2, 6]]
figure = envy_matrix(allocation.max_nash_welfare(values)).figure

# %%
# Three rooms for a rent of 2000: the prices chosen make the least of the utilities large.
figure = rent_prices([[1000, 600, 400], [900, 700, 400], [800, 800, 400]], 2000).figure

# %%
# Pairs of patient and donor, and an altruist who begins a chain.
gifts = [("p1", "p2"), ("p2", "p1"), ("p2", "p3"), ("p3", "p4"), ("p4", "p2"), ("helper", "p3")]
graph = allocation.exchange_graph(gifts, altruists=["helper"])
figure = exchange_cycles(graph, allocation.best_exchange(graph, cycles=3, chains=2)).figure
