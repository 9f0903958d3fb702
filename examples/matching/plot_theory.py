"""
Proved ratios and hard graphs
=============================

On the triangle G_3 no policy earns more than 0.6209 of the fluid benchmark as the probabilities
vanish.  Larger probabilities are easier.
"""

from mechdesign import matching
from mechdesign.matching.plots import discounts, ratio_against_p

print(matching.constants.table())
figure = ratio_against_p(3).figure

# %%
# The discounts behind the guarantees.
figure = discounts().figure
