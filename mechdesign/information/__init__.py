"""Information: paying for it, revealing it, and learning from each other."""

from mechdesign.faces import face
from mechdesign.information import axioms as axioms
from mechdesign.information.hiring import *
from mechdesign.information.persuading import *
from mechdesign.information.receivers_setting import *
from mechdesign.information.settings import *

face(__name__)
