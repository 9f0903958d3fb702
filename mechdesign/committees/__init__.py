"""Committees: voters approve of candidates, and so many of these are elected together."""

from mechdesign.committees import axioms as axioms
from mechdesign.committees import monotone as monotone
from mechdesign.committees.committee_rules import *
from mechdesign.committees.comparing import *
from mechdesign.committees.prices import *
from mechdesign.committees.settings import *
from mechdesign.committees.sharing_rules import *
from mechdesign.faces import face

face(__name__)
