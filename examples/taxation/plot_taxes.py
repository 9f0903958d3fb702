"""
Three taxes
===========

Twenty classes of workers with lognormal skills, and taxes under which the lowest class is as well
off as it can be: by one rate for all income, and by the optimal menu.
"""

import matplotlib.pyplot as plt

from mechdesign.taxation import Lognormal, economy
from mechdesign.taxation.plots import marginal_rates, utility_by_skill

workers = economy(list(Lognormal(0, 0.5).types(20)))
figure, axes = plt.subplots(2, 1, figsize=(7, 6.5), layout="constrained")
marginal_rates(workers, ax=axes[0])
utility_by_skill(workers, ax=axes[1])
figure.show()
