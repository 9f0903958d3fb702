"""Readers of score tables and ballots; every decision of a reader is reported."""

from mechdesign.aggregation.tables.ballot_files import *
from mechdesign.aggregation.tables.paired_battles import *
from mechdesign.aggregation.tables.reading_scores import *
from mechdesign.aggregation.tables.score_tables import *
from mechdesign.faces import face

face(__name__)
