"""Position auctions: slots and generated content, models of users who click, payments.

Separable slots (:func:`position`)
    :func:`gsp`, :func:`vcg`, :func:`gfp`, :func:`second_price` on values per click and the click
    rates of the slots.
Generated content (:func:`content`), after the model of Balseiro et al. (2025)
    :func:`content_vcg` and :func:`content_myerson` on values per click and a matrix of click
    probabilities, for users who click by the ``mnl``, ``cascade`` or ``independent`` model.
Large cascades
    :func:`skip_rendering` (truthful in expectation, half of the optimum), and :func:`greedy`,
    :func:`local_search`, :func:`p_surrogate`, :func:`mnl_value_order`, which have no payments.
More classics
    :func:`laddered`, :func:`myerson`; the equilibria of GSP: :func:`symmetric_equilibrium`,
    :func:`best_response_dynamics`, :func:`envy_of_neighbours`, :func:`nash_regret`.
Text of language models, on finite tables
    :func:`token_linear`, :func:`token_log_linear`, :func:`kl_vcg`, :func:`segment`.
Optimal mechanisms by linear programming
    :func:`best_mechanism`, over all mechanisms for finitely many values.
Axioms (:mod:`~mechdesign.auctions.axioms.clicks`)
    ``payment_identity``, ``allocative_efficiency``, ``no_positive_transfers``,
    ``swap_envy_freeness``, ``auction_core``, ``revenue_monotonicity``.
Users
    :func:`simulate` lets users click, :func:`render` shows the answer with its ads,
    :func:`expected_revenue` averages over the priors.
Priors of values
    :class:`Uniform`, :class:`Exponential`, :class:`Pareto`, :class:`EqualRevenue`,
    :class:`Discrete`, :class:`Empirical`, and scipy's distributions.
"""

from mechdesign.auctions.axioms import *
from mechdesign.auctions.generated import *
from mechdesign.auctions.market import *
from mechdesign.auctions.separable import *
from mechdesign.auctions.text import *
from mechdesign.auctions.winner import *
from mechdesign.faces import face

face(__name__)
