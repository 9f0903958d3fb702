"""Allocation: who gets what, without money: stable matchings, school places, houses, goods."""

from mechdesign.allocation import fairness_axioms as fairness_axioms
from mechdesign.allocation import lottery_axioms as lottery_axioms
from mechdesign.allocation import market_axioms as market_axioms
from mechdesign.allocation import owner_axioms as owner_axioms
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
