"""Objects for agents: dictatorships, eating, lotteries as matrices, rank-maximal and popular."""

from mechdesign.allocation.houses.by_values import *
from mechdesign.allocation.houses.house_rules import *
from mechdesign.allocation.houses.matched_by_rank import *
from mechdesign.allocation.houses.pseudo_markets import *
from mechdesign.allocation.houses.random_rules import *
from mechdesign.allocation.houses.rank_distributions import *
from mechdesign.faces import face

face(__name__)
