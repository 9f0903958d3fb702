"""Facility location: where to put a public facility, given where people are.

Settings
    :func:`line` (Euclidean or all single-peaked preferences), :func:`obnoxious_line`,
    :func:`capacitated_line`, :func:`facilities` (several), :func:`space` (d dimensions),
    :func:`budget` (divisions of one budget).
Phantom mechanisms
    :func:`uniform_phantom`, :func:`median`, :func:`order_statistic`, :func:`quantile`,
    :func:`constrained_median`, :func:`target`, :func:`constant`, :func:`phantoms`.
Generalised medians
    :func:`generalized_median`, :func:`weighted_uniform`, :func:`dictator`.
Other mechanisms
    :func:`average`, :func:`midpoint`, :func:`nash`, :func:`welfare_optimal`,
    :func:`rounded_uniform_phantom`, :func:`table`; randomised :func:`random_rank`,
    :func:`average_or_random_rank`, :func:`left_right_middle`.
Extensions
    :func:`independent_markets`, :func:`utilitarian_phantoms`, :func:`piecewise_uniform`,
    :func:`ladder`; :func:`obnoxious_optimum`; :func:`percentiles`, :func:`optimal_facilities`;
    :func:`coordinatewise`.
Fairness
    :func:`admissible`, :func:`fairness_witness`; :func:`assess` judges an outcome.
Exact verdicts
    :func:`parameter_violation`, :func:`decide_on_cells`, :func:`option_set_test`.
Worst cases
    :func:`worst_case_ratio`, :func:`profile_ratio`, :mod:`bounds`.
Equilibria
    :func:`equilibrium_outcome`, :func:`best_response_dynamics`, :func:`is_equilibrium`.

Examples
--------
>>> from mechdesign import facility
>>> facility.uniform_phantom([0, 0, 1]).choice
Fraction(1, 3)
"""

from mechdesign.faces import face
from mechdesign.facility.fairness import *
from mechdesign.facility.medians import *
from mechdesign.facility.proofs import *
from mechdesign.facility.proofs import bounds as bounds
from mechdesign.facility.rules import *
from mechdesign.facility.segment import *
from mechdesign.facility.variants import *

face(__name__, "bounds")
