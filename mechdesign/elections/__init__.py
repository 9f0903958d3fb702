"""Elections as games between candidates: platforms, majorities, equilibria, conjoint choices."""

from mechdesign.elections import axioms as axioms
from mechdesign.elections.competition import *
from mechdesign.elections.majority import *
from mechdesign.elections.mechanisms import *
from mechdesign.elections.nominations import *
from mechdesign.elections.reading_voters import *
from mechdesign.elections.setting import *
from mechdesign.elections.space import *
from mechdesign.elections.surveys import *
from mechdesign.faces import face

face(__name__)
