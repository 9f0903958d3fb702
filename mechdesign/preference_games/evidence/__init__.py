"""What logs of comparisons tell: estimates, and games of several judges."""

from mechdesign.faces import face
from mechdesign.preference_games.evidence.estimates import *
from mechdesign.preference_games.evidence.judges import *

face(__name__)
