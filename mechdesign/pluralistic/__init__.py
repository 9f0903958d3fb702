"""Pluralistic aggregation: several groups with different utilities, one policy for all."""

from mechdesign.faces import face
from mechdesign.pluralistic import axioms as axioms
from mechdesign.pluralistic.choice_coherence import *
from mechdesign.pluralistic.comparing import *
from mechdesign.pluralistic.comparison_counts import *
from mechdesign.pluralistic.exchange_rates import *
from mechdesign.pluralistic.mechanisms import *
from mechdesign.pluralistic.mixtures import *
from mechdesign.pluralistic.settings import *
from mechdesign.pluralistic.utilities import *

face(__name__)
