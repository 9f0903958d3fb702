"""Games: small ones solved exactly, and rules that select one of their profiles."""

from mechdesign.faces import face
from mechdesign.games import axioms as axioms
from mechdesign.games.offers import *
from mechdesign.games.tables import *

face(__name__)
