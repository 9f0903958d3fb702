"""Variants: several facilities, capacities, obnoxious facilities, budgets, dimensions."""

from mechdesign.faces import face
from mechdesign.facility.variants.budgets import *
from mechdesign.facility.variants.capacitated import *
from mechdesign.facility.variants.multidimensional import *
from mechdesign.facility.variants.obnoxious import *
from mechdesign.facility.variants.several_facilities import *

face(__name__)
