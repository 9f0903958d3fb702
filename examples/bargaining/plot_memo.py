"""
From a rubric to a planner's memo
=================================

A street scenario with INVENTED numbers (a reconstruction for which the figures of the abstract of
arXiv 2503.12613 come out).  Six groups weigh four criteria; three base designs can be improved by
modules within a budget of 100.
"""

from fractions import Fraction

from matplotlib import pyplot

from mechdesign import bargaining
from mechdesign.bargaining import datasets, plots

problem = datasets.montreal_reconstruction()
for rule in (bargaining.utilitarian, bargaining.nash, bargaining.egalitarian):
    print(rule(problem).choice)

# %%
# The mediator amends the best base design as long as the worst-off group gains, and nobody concedes
# more than a tenth in one round.

talks = bargaining.mediate(problem, tolerance=Fraction(1, 10))
print(talks.table())

# %%
# The table of the memo, with satisfaction measured against the reserve, the bases and the result.

memo = bargaining.report(problem, talks.outcome, reference="scenario")
print(memo.headline)

# %%
# The figure of the memo.

_, (left, right) = pyplot.subplots(1, 2, figsize=(12, 4.2), layout="constrained")
plots.satisfaction(memo, ax=left)
plots.negotiation_path(talks, ax=right)
