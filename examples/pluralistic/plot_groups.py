"""
One policy for two groups
=========================

Forty users of two opposed groups: what each group gets under four rules, which users belong where,
and utilities behind the choices of the larger group with their intervals.
"""

import matplotlib.pyplot as plt
import numpy as np

from mechdesign import pluralistic
from mechdesign.pluralistic.plots import group_utilities, responsibilities, utilities_with_errors

answers = ("blunt", "brief", "friendly", "long", "cautious")
truth = np.linspace(1.5, -1.5, 5)
rng = np.random.default_rng(1)
log, of_the_many = [], []
for user in range(40):
    own = -truth if user < 8 else truth
    for _ in range(25):
        i, j = rng.choice(5, 2, replace=False).tolist()
        won = rng.random() < 1 / (1 + np.exp(own[j] - own[i]))
        pair = (answers[i], answers[j]) if won else (answers[j], answers[i])
        log.append((user, *pair))
        if user >= 8:
            of_the_many.append(pair)

found = pluralistic.mixture(log, 2)
figure, axes = plt.subplots(3, 1, figsize=(7, 8), layout="constrained")
group_utilities(found.problem(), ax=axes[0])
responsibilities(found, ax=axes[1])
utilities_with_errors(pluralistic.fit_utilities(of_the_many), ax=axes[2])
figure.show()
