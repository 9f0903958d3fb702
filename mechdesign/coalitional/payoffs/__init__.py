"""Values: what each player is given, by rules from games to payoffs."""

from mechdesign.coalitional.payoffs.game_setting import *
from mechdesign.coalitional.payoffs.interaction import *
from mechdesign.coalitional.payoffs.rules import *
from mechdesign.faces import face

face(__name__)
