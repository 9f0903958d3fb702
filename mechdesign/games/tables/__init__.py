"""Finite games: reading, dominance, equilibria, the ordinal 2x2 games, repeated play, selection."""

from mechdesign.faces import face
from mechdesign.games.tables.bimatrix_equilibria import *
from mechdesign.games.tables.correlated_programs import *
from mechdesign.games.tables.dominance import *
from mechdesign.games.tables.equilibria import *
from mechdesign.games.tables.finite_tables import *
from mechdesign.games.tables.game_files import *
from mechdesign.games.tables.memory_one import *
from mechdesign.games.tables.repeated_play import *
from mechdesign.games.tables.selection_setting import *
from mechdesign.games.tables.selections import *
from mechdesign.games.tables.strict_two_by_two import *

face(__name__)
