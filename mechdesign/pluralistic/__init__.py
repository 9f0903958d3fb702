"""Pluralistic aggregation: several groups with different utilities, one policy for all."""

from mechdesign.faces import face
from mechdesign.pluralistic import axioms as axioms
from mechdesign.pluralistic.choices import *
from mechdesign.pluralistic.comparing import *
from mechdesign.pluralistic.mechanisms import *
from mechdesign.pluralistic.population_rules import *
from mechdesign.pluralistic.settings import *

face(__name__)
