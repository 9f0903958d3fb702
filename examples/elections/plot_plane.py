"""
No stable platform in the plane
===============================

Three voters, the platforms of a grid: what beats the platform that wins most votes, three platforms
that beat each other in a circle, and the yolk.
"""

import matplotlib.pyplot as plt

from mechdesign.elections import contest
from mechdesign.elections.plots import majority_cycle, win_set_map

plane = contest([(0, 0), (4, 0), (0, 3)], "0:4,0:3")
figure, axes = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
win_set_map(plane, (1, 1), ax=axes[0])
majority_cycle(plane, ax=axes[1])
figure.show()
