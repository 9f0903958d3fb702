"""
Five solutions on one frontier
==============================

Two groups, a dozen modules, one budget.  The classical solutions choose different efficient
packages; over lotteries the frontier is convex and they move.
"""

from matplotlib import pyplot

from mechdesign import bargaining
from mechdesign.bargaining import plots

costs = {"lights": 2, "trees": 3, "ramps": 2, "benches": 1, "crossing": 3, "fountain": 4}
worth = {
    "residents": {"lights": 2, "trees": 5, "ramps": 1, "benches": 2, "crossing": 1, "fountain": 9},
    "commuters": {"lights": 3, "trees": 1, "ramps": 2, "benches": 1, "crossing": 5, "fountain": 0},
}
problem = bargaining.modules({"street": 0}, costs, worth, budget=8)

_, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
plots.frontier(problem, ax=left)
rules = [
    bargaining.lottery_rule(rule=name) for name in ("utilitarian", "nash", "kalai_smorodinsky")
]
plots.frontier(problem, rules=rules, lotteries=True, ax=right)
