"""Apportionment: seats for parties or states in proportion to votes, exactly, ties included."""

from mechdesign.apportionment import axioms as axioms
from mechdesign.apportionment.comparing import *
from mechdesign.apportionment.mechanisms import *
from mechdesign.apportionment.reading_votes import *
from mechdesign.apportionment.settings import *
from mechdesign.apportionment.two_margins import *
from mechdesign.faces import face

face(__name__)
