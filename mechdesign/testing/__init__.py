"""Conformance suites for mechanisms and axioms, one's own included.

Subclass :class:`MechanismConformance` or :class:`AxiomConformance` in a test module and pytest runs
the whole suite on your rule; :mod:`mechdesign.testing.strategies` has hypothesis strategies for
problems of every family.
"""

from mechdesign.faces import face
from mechdesign.testing.axiom import *
from mechdesign.testing.mechanism import *

face(__name__)
