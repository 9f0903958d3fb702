"""Score tables and ballots: what people hand in, read with every decision told."""

from mechdesign.aggregation.tables.ballot_files import *
from mechdesign.aggregation.tables.score_tables import *
from mechdesign.faces import face

face(__name__)
