"""Online matching with stochastic rewards: policies, exact values, benchmarks."""

from mechdesign.faces import face
from mechdesign.matching.axioms import *
from mechdesign.matching.exact import *
from mechdesign.matching.exact import closed_forms as closed_forms
from mechdesign.matching.exact import constants as constants
from mechdesign.matching.instances import *
from mechdesign.matching.policies import *
from mechdesign.matching.programs import *
from mechdesign.matching.setting import *
from mechdesign.matching.simulation import *

face(__name__, "closed_forms", "constants")
