"""Receivers who act on what they are told: persuasion of one and of several."""

from mechdesign.faces import face
from mechdesign.information.told.informed_receivers import *
from mechdesign.information.told.persuading import *
from mechdesign.information.told.receivers_setting import *

face(__name__)
