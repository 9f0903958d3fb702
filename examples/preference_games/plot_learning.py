"""
Learning rules against their proven rates
=========================================

Ten alternatives, no Condorcet winner.  Dashed lines are what is proved; mirror prox and EGPO make
the same iterates.
"""

import numpy as np

from mechdesign import preference_games as pg
from mechdesign.preference_games.plots import against_beta, convergence, rates, simplex

draws = np.random.default_rng(0).uniform(size=(10, 10))
game = pg.game(np.tril(draws, -1) + np.triu(1 - draws.T, 1) + np.eye(10) / 2)
runs = [pg.learn(game, rule, beta=0.1, steps=100) for rule in pg.RULES]
figure = convergence(runs).figure

# %%
# The game: pairs in a cycle are dotted.
figure = rates(game).figure

# %%
# A cycle of three: from near the maximal lottery, left, to the uniform reference, right.
cycle = pg.game([[0.5, 0.8, 0.4], [0.2, 0.5, 0.7], [0.6, 0.3, 0.5]], alternatives="abc")
figure = against_beta(cycle).figure

# %%
# The paths of three rules to the equilibrium.
paths = [pg.learn(cycle, rule, beta=0.02, steps=200) for rule in ("mirror_prox", "nash_md", "omd")]
figure = simplex(paths).figure
