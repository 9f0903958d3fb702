"""
Paying, persuading, steering
============================

Two agents who would see the same signal: one works, and now and then both do, which is when they
are paid.  The larger the payments may be, the rarer that is.  All figures are our computation for
the models of the papers that the guide names.
"""

from fractions import Fraction

from mechdesign import information
from mechdesign.information.plots import (
    concave_closure,
    planner_phases,
    score_tangents,
    value_against_cap,
)

accuracy, cost = Fraction(7, 10), Fraction(1, 20)
problem = information.binary_hiring(accuracy, [cost, cost], common=True)
figure = value_against_cap(
    problem,
    [Fraction(1, 2), 1, 2, 3, 5],
    closed_form=lambda cap: 0.7 - 2 * 0.05 * cap / (cap - 0.05),
).figure

# %%
# What may the prosecutor show?  Guilt has chance .3, conviction needs 1/2.
case = information.prosecution(Fraction(3, 10), Fraction(1, 2))
figure = concave_closure(case).figure

# %%
# The quadratic score and two of its tangents: truth is never below a report.
figure = score_tangents(lambda b: b * b + (1 - b) ** 2, lambda b: 4 * b - 2, [0.25, 0.8]).figure

# %%
# A planner who cares for the agents, and one who wants action G: between 1/2 and the baseline the
# second pays to keep agents from their own signals.
figure = planner_phases(information.planner_policy(cost=3, discount=0.8, grid=1000)).figure

# %%
figure = planner_phases(
    information.planner_policy("biased", cost=1, discount=0.9, grid=1000)
).figure
