"""Learning rules, and what they do on a game beside what is proved of them."""

from mechdesign.faces import face
from mechdesign.preference_games.dynamics.learning import *
from mechdesign.preference_games.dynamics.learning_rules import *

face(__name__)
