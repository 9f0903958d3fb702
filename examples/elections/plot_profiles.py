"""
Which candidate should run?
===========================

Choices of 300 simulated respondents: the levels to show against an opponent drawn from the design,
and in the equilibrium of two candidates who reply to each other, with intervals from a bootstrap by
respondent.
"""

import matplotlib.pyplot as plt

from mechdesign.elections import equilibrium_intervals, simulate_conjoint
from mechdesign.elections.plots import level_shares

effects = {
    "age": {"young": 0.5, "middle": 0.0, "old": -0.3},
    "sex": {"f": 0.2, "m": -0.2},
    "job": {"law": 0.4, "farm": -0.4},
}
data = simulate_conjoint(effects, 300, 5, rng=1)
found = equilibrium_intervals(data, beta=0.1, samples=100, rng=2)
figure, axes = plt.subplots(figsize=(7, 3.8), layout="constrained")
level_shares(found, ax=axes)
figure.show()
