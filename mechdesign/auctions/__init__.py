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
Axioms (:mod:`~mechdesign.auctions.click_axioms`)
    ``payment_identity``, ``allocative_efficiency``, ``no_positive_transfers``,
    ``swap_envy_freeness``, ``auction_core``, ``revenue_monotonicity``.
Users
    :func:`simulate` lets users click, :func:`render` shows the answer with its ads,
    :func:`expected_revenue` averages over the priors.
Priors of values
    :class:`Uniform`, :class:`Exponential`, :class:`Pareto`, :class:`EqualRevenue`,
    :class:`Discrete`, :class:`Empirical`, and scipy's distributions.
"""

from mechdesign.auctions import click_axioms
from mechdesign.auctions.classics import gfp, gsp, second_price, vcg
from mechdesign.auctions.content import Ad, Content, Placement, click_rates
from mechdesign.auctions.content_reading import content_problem, read_instance
from mechdesign.auctions.design_link import best_mechanism
from mechdesign.auctions.equilibria import (
    Equilibrium,
    best_response_dynamics,
    envy_of_neighbours,
    nash_regret,
    symmetric_equilibrium,
)
from mechdesign.auctions.heuristics import greedy, local_search, mnl_value_order, p_surrogate
from mechdesign.auctions.ladder import laddered, myerson
from mechdesign.auctions.llm import (
    kl_vcg,
    replies,
    segment,
    segments,
    token_linear,
    token_log_linear,
)
from mechdesign.auctions.optimal import content_myerson, content_vcg
from mechdesign.auctions.position import PositionSetting, Slots, position
from mechdesign.auctions.prior_reading import ScipyPrior, as_prior
from mechdesign.auctions.priors import (
    Discrete,
    Empirical,
    EqualRevenue,
    Exponential,
    Pareto,
    Prior,
    Uniform,
)
from mechdesign.auctions.rendering import render
from mechdesign.auctions.setting import ContentSetting, content
from mechdesign.auctions.simulate import ExpectedRevenue, Simulation, expected_revenue, simulate
from mechdesign.auctions.skip import skip_probabilities, skip_rendering
from mechdesign.auctions.winner import ALGORITHMS, maximise, upper_bound

__all__ = [
    "ALGORITHMS",
    "Ad",
    "Content",
    "ContentSetting",
    "Discrete",
    "Empirical",
    "EqualRevenue",
    "Equilibrium",
    "ExpectedRevenue",
    "Exponential",
    "Pareto",
    "Placement",
    "PositionSetting",
    "Prior",
    "ScipyPrior",
    "Simulation",
    "Slots",
    "Uniform",
    "as_prior",
    "best_mechanism",
    "best_response_dynamics",
    "click_axioms",
    "click_rates",
    "content",
    "content_myerson",
    "content_problem",
    "content_vcg",
    "envy_of_neighbours",
    "expected_revenue",
    "gfp",
    "greedy",
    "gsp",
    "kl_vcg",
    "laddered",
    "local_search",
    "maximise",
    "mnl_value_order",
    "myerson",
    "nash_regret",
    "p_surrogate",
    "position",
    "read_instance",
    "render",
    "replies",
    "second_price",
    "segment",
    "segments",
    "simulate",
    "skip_probabilities",
    "skip_rendering",
    "symmetric_equilibrium",
    "token_linear",
    "token_log_linear",
    "upper_bound",
    "vcg",
]
