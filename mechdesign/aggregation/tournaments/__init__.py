"""Rules that look at the majority relation: covering, defeats, distances, hybrids with runoffs."""

from mechdesign.aggregation.tournaments.covering import *
from mechdesign.aggregation.tournaments.defeats import *
from mechdesign.aggregation.tournaments.hybrids import *
from mechdesign.aggregation.tournaments.reversals import *
from mechdesign.faces import face

face(__name__)
