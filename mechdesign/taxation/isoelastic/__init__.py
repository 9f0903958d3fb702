"""Workers whose utility is not linear in consumption, or who respond to taxes differently."""

from mechdesign.faces import face
from mechdesign.taxation.isoelastic.bounded_menus import *
from mechdesign.taxation.isoelastic.kinds import *

face(__name__)
