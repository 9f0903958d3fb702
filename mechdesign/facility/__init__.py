"""Facility location on a line: where to put one public facility, given where people are.

Settings: :func:`line`.

Mechanisms: the phantom mechanisms :func:`uniform_phantom`, :func:`median`,
:func:`order_statistic`, :func:`quantile`, :func:`constrained_median`, :func:`target`,
:func:`constant`, :func:`phantoms`; the generalised medians :func:`generalized_median`,
:func:`weighted_uniform`, :func:`dictator`; :func:`average`, :func:`midpoint`; :func:`table`.

Fairness: :func:`admissible` gives the locations that an axiom admits at a profile,
:func:`fairness_witness` the group that a location treats unfairly.

Examples
--------
>>> from mechdesign import facility
>>> facility.uniform_phantom()([0, 0, 1]).choice
Fraction(1, 3)
"""

from mechdesign.facility import certificates, fairness_axioms
from mechdesign.facility.averages import Average, Midpoint, Table, average, midpoint, table
from mechdesign.facility.capacities import Capacity, not_monotone
from mechdesign.facility.certificates import parameter_violation
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
from mechdesign.facility.fairness import (
    FAIRNESS_AXIOMS,
    FairnessWitness,
    admissible,
    fairness_witness,
)
from mechdesign.facility.generalized import (
    GeneralizedMedian,
    dictator,
    generalized_median,
    weighted_uniform,
)
from mechdesign.facility.intervals import IntervalUnion
from mechdesign.facility.line import Line, line
from mechdesign.facility.phantom import LineMechanism, PhantomMechanism
from mechdesign.facility.rules import PhantomRule

__all__ = [
    "FAIRNESS_AXIOMS",
    "Average",
    "Capacity",
    "FairnessWitness",
    "GeneralizedMedian",
    "IntervalUnion",
    "Line",
    "LineMechanism",
    "Midpoint",
    "PhantomMechanism",
    "PhantomRule",
    "Table",
    "admissible",
    "average",
    "certificates",
    "constant",
    "constrained_median",
    "dictator",
    "fairness_axioms",
    "fairness_witness",
    "generalized_median",
    "line",
    "median",
    "midpoint",
    "not_monotone",
    "order_statistic",
    "parameter_violation",
    "phantoms",
    "quantile",
    "table",
    "target",
    "uniform_phantom",
    "weighted_uniform",
]
