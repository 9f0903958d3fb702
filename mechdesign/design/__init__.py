"""Automated mechanism design: the best mechanism for given types, as a linear program.

:func:`optimal_rule` searches all mechanisms at once, randomised or deterministic, over a finite
domain, subject to incentive constraints in dominant strategies or in expectation.
"""

from mechdesign.design.exact_rules import *
from mechdesign.design.type_spaces import *
from mechdesign.faces import face

face(__name__)
