"""Games: the worth of every coalition, closed forms, weighted voting."""

from mechdesign.coalitional.games.closed_forms import *
from mechdesign.coalitional.games.game_table import *
from mechdesign.coalitional.games.voting_power import *
from mechdesign.faces import face

face(__name__)
