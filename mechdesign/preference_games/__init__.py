"""Preference games: from pairwise comparisons to the lottery that nothing beats."""

from mechdesign.faces import face
from mechdesign.preference_games import axioms as axioms
from mechdesign.preference_games.dynamics import *
from mechdesign.preference_games.equilibria import *
from mechdesign.preference_games.evidence import *
from mechdesign.preference_games.fixed_points import *
from mechdesign.preference_games.measures import *
from mechdesign.preference_games.mechanisms import *
from mechdesign.preference_games.reading_games import *
from mechdesign.preference_games.settings import *
from mechdesign.preference_games.truthfulness import *

face(__name__)
