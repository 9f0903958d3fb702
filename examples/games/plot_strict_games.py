"""
All strict games of two by two
==============================

The 78 games in which two players rank four outcomes.  A cell is dark where even the best plan that
both obey loses much of the largest sum of ranks.
"""

import matplotlib.pyplot as plt

from mechdesign.games.plots import ordinal_heat_map

figure, axes = plt.subplots(figsize=(8.6, 4.2), layout="constrained")
ordinal_heat_map("loss", ax=axes)
figure.show()
