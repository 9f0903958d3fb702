"""
Where do the rules disagree?
============================

The GLUE results of the RoBERTa paper under four rules.  The mean, Copeland and Kemeny put RoBERTa
first; Borda puts XLNet first.
"""

from mechdesign import aggregation
from mechdesign.aggregation import datasets, plots

table = datasets.roberta_glue()
comparison = aggregation.compare(table)
print(comparison.explain())

# %%
# The rank of each system under each rule.

plots.bump(comparison)

# %%
# The ranks task by task.

plots.rank_heatmap(table)

# %%
# How much depends on which tasks are there: ten tasks do not separate the first two.

plots.rank_intervals(aggregation.bootstrap(table, "mean", samples=1000))

# %%
# The majority graph has no cycle.

plots.majority_graph(table)
