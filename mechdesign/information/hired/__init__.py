"""Agents who are paid to observe signals: contracts, known agents and unknown ones."""

from mechdesign.faces import face
from mechdesign.information.hired.hiring import *
from mechdesign.information.hired.limits import *
from mechdesign.information.hired.online import *
from mechdesign.information.hired.settings import *

face(__name__)
