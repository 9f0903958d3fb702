"""Mechanisms other than medians: averages, welfare optima, lotteries."""

from mechdesign.faces import face
from mechdesign.facility.rules.averages import *
from mechdesign.facility.rules.manipulable import *
from mechdesign.facility.rules.randomised import *

face(__name__)
