"""School choice: immediate acceptance, trading of priorities, Chinese parallel, consent."""

from mechdesign.allocation.school.choice_functions import *
from mechdesign.allocation.school.school_rules import *
from mechdesign.allocation.school.trading import *
from mechdesign.faces import face

face(__name__)
