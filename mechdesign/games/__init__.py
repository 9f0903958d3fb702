"""Games: small ones solved exactly, rules that select a profile, and agents that play."""

from mechdesign.faces import face
from mechdesign.games import axioms as axioms
from mechdesign.games.agents import *
from mechdesign.games.offers import *
from mechdesign.games.tables import *

face(__name__)
