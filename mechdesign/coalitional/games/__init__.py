"""Games: the worth of every coalition, closed forms, weighted voting."""

from mechdesign.coalitional.games.closed_forms import *
from mechdesign.coalitional.games.game_files import *
from mechdesign.coalitional.games.game_table import *
from mechdesign.coalitional.games.power_changes import *
from mechdesign.coalitional.games.powers import *
from mechdesign.faces import face

face(__name__)
