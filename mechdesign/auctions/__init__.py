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
Priors of values
    :class:`Uniform`, :class:`Exponential`, :class:`Pareto`, :class:`EqualRevenue`,
    :class:`Discrete`, :class:`Empirical`, and scipy's distributions.
"""

from mechdesign.auctions.classics import gfp, gsp, second_price, vcg
from mechdesign.auctions.content import Ad, Content, Placement, click_rates
from mechdesign.auctions.content_reading import content_problem, read_instance
from mechdesign.auctions.heuristics import greedy, local_search, mnl_value_order, p_surrogate
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
from mechdesign.auctions.setting import ContentSetting, content
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
    "Exponential",
    "Pareto",
    "Placement",
    "PositionSetting",
    "Prior",
    "ScipyPrior",
    "Slots",
    "Uniform",
    "as_prior",
    "click_rates",
    "content",
    "content_myerson",
    "content_problem",
    "content_vcg",
    "gfp",
    "greedy",
    "gsp",
    "local_search",
    "maximise",
    "mnl_value_order",
    "p_surrogate",
    "position",
    "read_instance",
    "second_price",
    "skip_probabilities",
    "skip_rendering",
    "upper_bound",
    "vcg",
]
