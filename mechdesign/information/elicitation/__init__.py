"""Reports that are scored: by the state, by a market, by what peers say."""

from mechdesign.faces import face
from mechdesign.information.elicitation.forecast_setting import *
from mechdesign.information.elicitation.markets import *
from mechdesign.information.elicitation.peer_rules import *
from mechdesign.information.elicitation.peers import *
from mechdesign.information.elicitation.raters_setting import *
from mechdesign.information.elicitation.scoring import *

face(__name__)
