"""Auctions: slots and generated content, users who click, and sales for money.

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
Sales for money
    Bundles of items (:func:`bundles`): :func:`combinatorial_vcg`, :func:`core_nearest`.
    Equal units (:func:`units`): :func:`uniform_price`, :func:`pay_as_bid`,
    :func:`multi_unit_vickrey`, :func:`clinching`.
    Buyers and sellers (:func:`double_auction`): :func:`mcafee`, :func:`trade_reduction`,
    :func:`double_vcg`, :func:`k_double`.
    One item each (:func:`unit_demand`): :func:`lowest_prices`, :func:`highest_prices`,
    :func:`ascending_prices`.  One capacity (:func:`sizes`): :func:`knapsack_vcg`,
    :func:`knapsack_greedy`.  One project for all (:func:`public_projects`): :func:`pivotal`,
    :func:`expected_externality`.  Budgets: :func:`first_price_pacing`, :func:`verify_pacing`.
    :func:`compare_sales` puts rules side by side.
Axioms (:mod:`~mechdesign.auctions.axioms.clicks`)
    ``payment_identity``, ``allocative_efficiency``, ``no_positive_transfers``,
    ``swap_envy_freeness``, ``auction_core``, ``revenue_monotonicity``, ``weak_budget_balance``,
    ``strong_budget_balance``, ``false_name_proofness``.
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
from mechdesign.auctions.sales import *
from mechdesign.auctions.separable import *
from mechdesign.auctions.text import *
from mechdesign.auctions.winner import *
from mechdesign.faces import face

face(__name__)
