"""
What does fairness cost?
========================

The exact worst-case welfare ratio of Uniform Phantom against the number of agents, with its limit.
No mechanism that is proportional does better.
"""

from mechdesign import facility
from mechdesign.facility import plots

plots.welfare_ratio(100)

# %%
# The profile that attains the ratio for 17 agents, found by the exact algorithm.

print(facility.worst_case_ratio(facility.uniform_phantom, 17))
