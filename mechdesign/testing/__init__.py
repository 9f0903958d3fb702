"""Conformance suites for mechanisms and axioms, one's own included.

Subclass :class:`MechanismConformance` or :class:`AxiomConformance` in a test module and pytest runs
the whole suite on your rule; :mod:`mechdesign.testing.strategies` draws problems of a
setting for hypothesis.
"""

from mechdesign.faces import face
from mechdesign.testing.axiom import *
from mechdesign.testing.mechanism import *

face(__name__)
