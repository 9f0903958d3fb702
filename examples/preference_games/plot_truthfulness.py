"""
How much regularisation buys truthfulness
=========================================

All profiles of three alternatives: in how many cases a lie leads to a lottery that is better at
every rank, or in expectation, against the strength of the regularisation.
"""

import matplotlib.pyplot as plt

from mechdesign.preference_games.plots import lies

figure, axes = plt.subplots(2, 1, figsize=(7, 6), layout="constrained")
lies((3, 4, 5, 6), ax=axes[0])
lies((3, 4, 5), compare="expectation", ax=axes[1])
figure.show()
