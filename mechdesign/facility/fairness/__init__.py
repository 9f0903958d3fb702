"""Proportional fairness as geometry: the locations that each axiom admits."""

from mechdesign.faces import face
from mechdesign.facility.fairness import axioms  # noqa: F401  (they register)
from mechdesign.facility.fairness.admissible_sets import *

face(__name__)
