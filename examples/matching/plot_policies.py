"""
Policies on one graph
=====================

Ads with limited budgets, queries that arrive one by one.  All policies meet the same luck, so that
differences show sooner than in separate simulations.
"""

from mechdesign import matching
from mechdesign.matching.plots import fill_over_time, ladder

graph = matching.random_instance(20, 400, 4, low=0.02, high=0.15, rng=1)
policies = {
    "greedy": matching.greedy,
    "balance": matching.balance,
    "Goyal and Udwani": matching.generalised_balance(discount="goyal_udwani"),
    "ranking": matching.ranking,
}
found = matching.simulate(graph, policies, 2000)
print(found)
figure = fill_over_time(found).figure

# %%
# The ladder of benchmarks on a small graph.  The configuration program bounds no policy here.
figure = ladder(matching.bounds(matching.complete(4, 6, 0.6))).figure
