"""Ratings by several people, and measures of their disagreement."""

from mechdesign.bargaining.opinions.dispersion import *
from mechdesign.bargaining.opinions.planners_sheets import *
from mechdesign.bargaining.opinions.rating_sheets import *
from mechdesign.faces import face

face(__name__)
