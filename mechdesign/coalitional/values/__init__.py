"""Values: what each player is given, by rules from games to payoffs."""

from mechdesign.coalitional.values.attribution import *
from mechdesign.coalitional.values.game_setting import *
from mechdesign.coalitional.values.interaction import *
from mechdesign.coalitional.values.rules import *
from mechdesign.coalitional.values.surplus import *
from mechdesign.faces import face

face(__name__)
