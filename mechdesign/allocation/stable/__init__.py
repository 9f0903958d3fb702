"""Stable matchings: deferred acceptance, all of them by rotations, the best of them, roommates."""

from mechdesign.allocation.stable.best_stable import *
from mechdesign.allocation.stable.couples import *
from mechdesign.allocation.stable.proposals import *
from mechdesign.allocation.stable.roommate_tables import *
from mechdesign.allocation.stable.rotation_poset import *
from mechdesign.allocation.stable.student_projects import *
from mechdesign.allocation.stable.tied_lists import *
from mechdesign.faces import face

face(__name__)
