"""Taxation: the planner as a mechanism designer, exact for finitely many skills."""

from mechdesign.faces import face
from mechdesign.taxation import axioms as axioms
from mechdesign.taxation.comparing import *
from mechdesign.taxation.distributions import *
from mechdesign.taxation.economies import *
from mechdesign.taxation.isoelastic import *
from mechdesign.taxation.linear_taxes import *
from mechdesign.taxation.mechanisms import *
from mechdesign.taxation.numeric_schedules import *
from mechdesign.taxation.schedule_votes import *
from mechdesign.taxation.schedules import *
from mechdesign.taxation.settings import *

face(__name__)
