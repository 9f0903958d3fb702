"""Information: paying for it, revealing it, and learning from each other."""

from mechdesign.faces import face
from mechdesign.information import axioms as axioms
from mechdesign.information.forecast_setting import *
from mechdesign.information.herd_simulation import *
from mechdesign.information.herding import *
from mechdesign.information.hiring import *
from mechdesign.information.markets import *
from mechdesign.information.online import *
from mechdesign.information.peers import *
from mechdesign.information.persuading import *
from mechdesign.information.receivers_setting import *
from mechdesign.information.scoring import *
from mechdesign.information.settings import *

face(__name__)
