"""
What two groups get, and the weights behind it
==============================================

Alternatives, the front of all lotteries over them, and where the policies of rules stand; below,
the dual of max-min: where a curve is lowest, a weighted sum and max-min choose the same policy.
"""

import matplotlib.pyplot as plt

from mechdesign import pluralistic
from mechdesign.pluralistic.plots import dual_weights, policy_front, respondent_map

groups = {
    "many": {"blunt": 10, "brief": 7, "friendly": 6, "long": 1, "cautious": 0},
    "few": {"blunt": 0, "brief": 4, "friendly": 6, "long": 7, "cautious": 10},
}
weights = {"many": 3, "few": 1}
rules = ["utilitarian", "random_group", "maxmin", "nash_welfare", "pooled"]
figure, axes = plt.subplots(2, 1, figsize=(7, 8), layout="constrained")
policy_front(groups, rules, weights=weights, ax=axes[0])
dual_weights(groups, [0, 1, 4], weights=weights, ax=axes[1])
figure.show()

# %%
# Respondents whose utilities are alike are near each other.
views = {
    "ann": (3, 2, 1, 0),
    "bob": (3, 1, 2, 0),
    "cy": (2, 3, 1, 0),
    "dot": (0, 1, 2, 3),
    "eve": (0, 2, 1, 3),
}
ax = respondent_map(pluralistic.distances(views))
