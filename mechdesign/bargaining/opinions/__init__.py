"""Ratings of people and what they disagree about."""

from mechdesign.bargaining.opinions.dispersion import *
from mechdesign.bargaining.opinions.rating_sheets import *
from mechdesign.faces import face

face(__name__)
