"""Stability: the core, the least core and the nucleolus, each with a certificate."""

from mechdesign.coalitional.stability.core_points import *
from mechdesign.coalitional.stability.nucleolus_levels import *
from mechdesign.coalitional.stability.rules import *
from mechdesign.faces import face

face(__name__)
