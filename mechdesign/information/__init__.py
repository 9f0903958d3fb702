"""Information: paying for it, revealing it, and learning from each other."""

from mechdesign.faces import face
from mechdesign.information import axioms as axioms
from mechdesign.information.elicitation import *
from mechdesign.information.herds import *
from mechdesign.information.hired import *
from mechdesign.information.told import *

face(__name__)
