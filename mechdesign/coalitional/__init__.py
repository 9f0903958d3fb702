"""Coalitional games and cost sharing: who contributed what, and who pays.

Games from any data, the Shapley value and its rivals, the core and the nucleolus with certificates,
power in weighted voting, and mechanisms that share the cost of a service.
"""

from mechdesign.coalitional.axioms import *
from mechdesign.coalitional.games import *
from mechdesign.coalitional.sharing import *
from mechdesign.coalitional.stability import *
from mechdesign.coalitional.values import *
from mechdesign.faces import face

face(__name__)
