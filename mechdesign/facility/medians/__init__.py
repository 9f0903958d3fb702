"""Phantom mechanisms and generalised medians."""

from mechdesign.faces import face
from mechdesign.facility.medians.capacities import *
from mechdesign.facility.medians.generalized import *
from mechdesign.facility.medians.named import *
from mechdesign.facility.medians.phantom import *
from mechdesign.facility.medians.phantom_rules import *

face(__name__)
