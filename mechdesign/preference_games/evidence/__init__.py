"""What data tell: estimates from logs, games of judges and prompts, games from scores."""

from mechdesign.faces import face
from mechdesign.preference_games.evidence.estimates import *
from mechdesign.preference_games.evidence.judges import *
from mechdesign.preference_games.evidence.noisy_scores import *
from mechdesign.preference_games.evidence.prompts import *

face(__name__)
