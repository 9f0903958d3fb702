"""
Revenue, inequality and votes
=============================

Twelve classes of workers: what a linear tax takes, how much the poorest keep under several taxes,
and three schedules between which majorities go round in a circle.
"""

import matplotlib.pyplot as plt

from mechdesign.taxation import Lognormal, Schedule, economy, vote_over_schedules
from mechdesign.taxation.plots import laffer_curve, lorenz_curves, majorities

workers = economy(list(Lognormal(0, 0.5).types(12)))
schedules = {"A": (0, 0.1), "B": (0.2, 0.2), "C": (0, 0.3)}
menu = {name: Schedule((0, 2), rates) for name, rates in schedules.items()}
figure, axes = plt.subplots(3, 1, figsize=(6.5, 10), layout="constrained")
laffer_curve(workers, ax=axes[0])
lorenz_curves(workers, ax=axes[1])
majorities(vote_over_schedules(economy([1, 2, 3]), menu), ax=axes[2])
figure.show()
