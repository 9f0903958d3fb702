"""Axioms of values and of cost sharing."""

from mechdesign.coalitional.axioms.of_costs import *
from mechdesign.coalitional.axioms.of_values import *
from mechdesign.faces import face

face(__name__)
