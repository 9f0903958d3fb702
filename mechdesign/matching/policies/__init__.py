"""Online policies: which neighbour an arrival attempts."""

from mechdesign.faces import face
from mechdesign.matching.policies.attenuation import *
from mechdesign.matching.policies.balance_with_capacities import *
from mechdesign.matching.policies.discounts import *
from mechdesign.matching.policies.fractional import *
from mechdesign.matching.policies.policies import *
from mechdesign.matching.policies.protocol import *

face(__name__)
