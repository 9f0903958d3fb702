"""Rank aggregation: benchmarks and elections, from rankings or from tables of scores."""

from mechdesign.aggregation.analysis import *
from mechdesign.aggregation.axioms import *
from mechdesign.aggregation.counting_rounds import *
from mechdesign.aggregation.profiles import *
from mechdesign.aggregation.reading import *
from mechdesign.aggregation.results import *
from mechdesign.aggregation.rules import *
from mechdesign.aggregation.settings import *
from mechdesign.aggregation.tables import *
from mechdesign.aggregation.tournaments import *
from mechdesign.aggregation.uncertainty import *
from mechdesign.faces import face

face(__name__)
