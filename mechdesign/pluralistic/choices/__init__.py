"""Groups and utilities behind choices, and whether choices are coherent."""

from mechdesign.faces import face
from mechdesign.pluralistic.choices.choice_coherence import *
from mechdesign.pluralistic.choices.choice_logs import *
from mechdesign.pluralistic.choices.comparison_counts import *
from mechdesign.pluralistic.choices.exchange_rates import *
from mechdesign.pluralistic.choices.group_checks import *
from mechdesign.pluralistic.choices.mixtures import *
from mechdesign.pluralistic.choices.respondents import *
from mechdesign.pluralistic.choices.utilities import *

face(__name__)
