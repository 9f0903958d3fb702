"""Facility location on a line: where to put one public facility, given where people are.

Settings: :func:`line`.

Mechanisms: the phantom mechanisms :func:`uniform_phantom`, :func:`median`,
:func:`order_statistic`, :func:`quantile`, :func:`constrained_median`, :func:`target`,
:func:`constant`, :func:`phantoms`; :func:`average`, :func:`midpoint`; :func:`table`.

Examples
--------
>>> from mechdesign import facility
>>> facility.uniform_phantom()([0, 0, 1]).choice
Fraction(1, 3)
"""

from mechdesign.facility.averages import Average, Midpoint, Table, average, midpoint, table
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
from mechdesign.facility.line import Line, line
from mechdesign.facility.phantom import LineMechanism, PhantomMechanism
from mechdesign.facility.rules import PhantomRule

__all__ = [
    "Average",
    "Line",
    "LineMechanism",
    "Midpoint",
    "PhantomMechanism",
    "PhantomRule",
    "Table",
    "average",
    "constant",
    "constrained_median",
    "line",
    "median",
    "midpoint",
    "order_statistic",
    "phantoms",
    "quantile",
    "table",
    "target",
    "uniform_phantom",
]
