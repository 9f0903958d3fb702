"""Allocation: who gets what, without money: stable matchings, school places, houses, goods."""

from mechdesign.allocation.axioms import *
from mechdesign.allocation.comparing import *
from mechdesign.allocation.divisible import *
from mechdesign.allocation.division import *
from mechdesign.allocation.exchange import *
from mechdesign.allocation.houses import *
from mechdesign.allocation.markets import *
from mechdesign.allocation.obvious_trees import *
from mechdesign.allocation.preference_lists import *
from mechdesign.allocation.school import *
from mechdesign.allocation.stable import *
from mechdesign.faces import face

face(__name__)
