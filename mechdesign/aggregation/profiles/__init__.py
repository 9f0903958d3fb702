"""Votes: rankings, profiles of them and their pairwise counts."""

from mechdesign.aggregation.profiles.pairwise import *
from mechdesign.aggregation.profiles.problems import *
from mechdesign.aggregation.profiles.profile import *
from mechdesign.aggregation.profiles.qualifying import *
from mechdesign.aggregation.profiles.ranking import *
from mechdesign.faces import face

face(__name__)
