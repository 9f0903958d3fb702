"""Conformance suites for mechanisms and axioms, one's own included.

Subclass :class:`MechanismConformance` or :class:`AxiomConformance` in a test module and pytest runs
the whole suite on your rule; :mod:`mechdesign.testing.strategies` has hypothesis strategies for
problems of every family.
"""

from mechdesign.testing.axiom import AxiomConformance
from mechdesign.testing.mechanism import MechanismConformance

__all__ = ["AxiomConformance", "MechanismConformance"]
