"""Cake, rent, markets with budgets, and resources that tasks need together."""

from mechdesign.allocation.divisible.cakes import *
from mechdesign.allocation.divisible.fisher_market import *
from mechdesign.allocation.divisible.rents import *
from mechdesign.allocation.divisible.resources import *
from mechdesign.faces import face

face(__name__)
