"""The bargaining solutions over packages, over lotteries and beyond enumeration."""

from mechdesign.bargaining.solutions.beyond_enumeration import *
from mechdesign.bargaining.solutions.lottery_polytope import *
from mechdesign.bargaining.solutions.lottery_rules import *
from mechdesign.bargaining.solutions.package_solutions import *
from mechdesign.bargaining.solutions.raiffa import *
from mechdesign.faces import face

face(__name__)
