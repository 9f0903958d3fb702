"""
Equal shares against greedy
===========================

The greedy rule funds what most voters approve until the money is gone; the Method of Equal Shares
gives every voter the same share of the budget to spend.  The election is synthetic.
"""

from matplotlib import pyplot

from mechdesign import bargaining
from mechdesign.bargaining import plots

ballots = (
    [{"park", "playground", "trees"}] * 18
    + [{"park", "trees"}] * 8
    + [{"ramp", "lift"}] * 8
    + [{"ramp", "benches"}] * 6
)
costs = {"park": 40, "playground": 35, "trees": 25, "ramp": 20, "lift": 30, "benches": 15}
election = bargaining.election(ballots, costs=costs, budget=100)
greedy = bargaining.greedy(election)
shares = bargaining.equal_shares(election, completion="add1")
print(greedy.choice, shares.choice)

# %%
# A group of voters could fund something better for all of them with its share of the budget.

print(bargaining.objection(greedy))
print(bargaining.objection(shares, notion="ejr1", satisfaction="cost"))

# %%
# The same money by category.

kinds = ("greenery", "recreation", "greenery", "access", "access", "recreation")
projects = bargaining.Projects(tuple(costs), tuple(costs.values()), categories=kinds)
_, axes = pyplot.subplots(1, 2, figsize=(10, 3), layout="constrained", sharex=True)
for ax, rule in zip(axes, (bargaining.greedy, bargaining.equal_shares), strict=True):
    from dataclasses import replace

    plots.spending(rule(replace(election, data=projects)), ax=ax)
    ax.set_title(rule.__name__.replace("_", " "))
