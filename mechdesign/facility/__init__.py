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
>>> facility.uniform_phantom()([0, 0, 1]).choice
Fraction(1, 3)
"""

from mechdesign.facility import bounds, certificates, fairness_axioms, proofs
from mechdesign.facility.assessment import Assessment, assess
from mechdesign.facility.averages import (
    Average,
    Midpoint,
    Table,
    average,
    midpoint,
    table,
)
from mechdesign.facility.budgets import (
    Budget,
    MovingPhantoms,
    PhantomSystem,
    budget,
    independent_markets,
    ladder,
    piecewise_uniform,
    utilitarian_phantoms,
)
from mechdesign.facility.capacities import (
    Capacity,
    not_monotone,
)
from mechdesign.facility.certificates import (
    parameter_violation,
)
from mechdesign.facility.classics import (
    constant,
    constrained_median,
    median,
    order_statistic,
    phantoms,
    quantile,
    target,
    uniform_phantom,
)
from mechdesign.facility.decisions import (
    CELL_AXIOMS,
    cell_points,
    decide_on_cells,
    option_set_test,
)
from mechdesign.facility.equilibria import (
    Equilibrium,
    best_response_dynamics,
    equilibrium_outcome,
    is_equilibrium,
)
from mechdesign.facility.fairness import (
    FAIRNESS_AXIOMS,
    FairnessWitness,
    admissible,
    fairness_witness,
)
from mechdesign.facility.files import read_table
from mechdesign.facility.generalized import (
    GeneralizedMedian,
    dictator,
    generalized_median,
    weighted_uniform,
)
from mechdesign.facility.intervals import (
    IntervalUnion,
)
from mechdesign.facility.limited import (
    CapacitatedLine,
    capacitated_line,
)
from mechdesign.facility.line import (
    Line,
    line,
)
from mechdesign.facility.manipulable import (
    Nash,
    RoundedUniformPhantom,
    WelfareOptimal,
    nash,
    rounded_uniform_phantom,
    welfare_optimal,
)
from mechdesign.facility.obnoxious import (
    ObnoxiousLine,
    ObnoxiousOptimum,
    obnoxious_line,
    obnoxious_optimum,
)
from mechdesign.facility.phantom import (
    LineMechanism,
    PhantomMechanism,
)
from mechdesign.facility.randomised import (
    AverageOrRandomRank,
    LeftRightMiddle,
    RandomRank,
    average_or_random_rank,
    left_right_middle,
    random_rank,
)
from mechdesign.facility.rules import (
    PhantomRule,
)
from mechdesign.facility.several import (
    Facilities,
    OptimalFacilities,
    Percentiles,
    facilities,
    optimal_facilities,
    percentiles,
)
from mechdesign.facility.space import (
    Coordinatewise,
    Space,
    coordinatewise,
    coordinatewise_median_ratio,
    space,
)
from mechdesign.facility.worst_case import (
    OBJECTIVES,
    WorstRatio,
    profile_ratio,
    worst_case_ratio,
)

__all__ = [
    "CELL_AXIOMS",
    "FAIRNESS_AXIOMS",
    "OBJECTIVES",
    "Assessment",
    "Average",
    "AverageOrRandomRank",
    "Budget",
    "CapacitatedLine",
    "Capacity",
    "Coordinatewise",
    "Equilibrium",
    "Facilities",
    "FairnessWitness",
    "GeneralizedMedian",
    "IntervalUnion",
    "LeftRightMiddle",
    "Line",
    "LineMechanism",
    "Midpoint",
    "MovingPhantoms",
    "Nash",
    "ObnoxiousLine",
    "ObnoxiousOptimum",
    "OptimalFacilities",
    "Percentiles",
    "PhantomMechanism",
    "PhantomRule",
    "PhantomSystem",
    "RandomRank",
    "RoundedUniformPhantom",
    "Space",
    "Table",
    "WelfareOptimal",
    "WorstRatio",
    "admissible",
    "assess",
    "average",
    "average_or_random_rank",
    "best_response_dynamics",
    "bounds",
    "budget",
    "capacitated_line",
    "cell_points",
    "certificates",
    "constant",
    "constrained_median",
    "coordinatewise",
    "coordinatewise_median_ratio",
    "decide_on_cells",
    "dictator",
    "equilibrium_outcome",
    "facilities",
    "fairness_axioms",
    "fairness_witness",
    "generalized_median",
    "independent_markets",
    "is_equilibrium",
    "ladder",
    "left_right_middle",
    "line",
    "median",
    "midpoint",
    "nash",
    "not_monotone",
    "obnoxious_line",
    "obnoxious_optimum",
    "optimal_facilities",
    "option_set_test",
    "order_statistic",
    "parameter_violation",
    "percentiles",
    "phantoms",
    "piecewise_uniform",
    "profile_ratio",
    "proofs",
    "quantile",
    "random_rank",
    "read_table",
    "rounded_uniform_phantom",
    "space",
    "table",
    "target",
    "uniform_phantom",
    "utilitarian_phantoms",
    "weighted_uniform",
    "welfare_optimal",
    "worst_case_ratio",
]
