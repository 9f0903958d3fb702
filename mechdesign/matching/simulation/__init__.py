"""Simulating policies, compiled where numba is installed."""

from mechdesign.faces import face
from mechdesign.matching.simulation.orders import *
from mechdesign.matching.simulation.running import *

face(__name__)
