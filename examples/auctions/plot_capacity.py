"""
Showing more ads, earning less
==============================

Under MNL every ad takes clicks from the others, so that revenue can fall when one more ad may be
shown, while welfare cannot.
"""

from mechdesign import auctions
from mechdesign.auctions.plots import allocation_matrix, capacity_curve

p = [[0.25, 0.33, 0.2], [0.33, 0.25, 0.5], [0.5, 0.5, 0.1]]
problem = auctions.content_problem({"Huts": 6, "Boots": 5, "Cable car": 4}, p)

# %%
# Who is shown where.
outcome = auctions.content_vcg(problem)
print(auctions.render(outcome))
figure = allocation_matrix(outcome).figure

# %%
# Welfare and revenue of VCG against the capacity.
figure = capacity_curve(problem).figure
