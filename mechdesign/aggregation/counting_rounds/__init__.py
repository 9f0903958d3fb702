"""Counts in rounds: single transferable vote and its relatives, in exact arithmetic."""

from mechdesign.aggregation.counting_rounds.election_settings import *
from mechdesign.aggregation.counting_rounds.one_by_one import *
from mechdesign.aggregation.counting_rounds.quotients import *
from mechdesign.aggregation.counting_rounds.rule_sets import *
from mechdesign.aggregation.counting_rounds.stages import *
from mechdesign.aggregation.counting_rounds.transferable_votes import *
from mechdesign.faces import face

face(__name__)
