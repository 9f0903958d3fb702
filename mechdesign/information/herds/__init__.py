"""Agents who learn from what others did, and a planner who steers them."""

from mechdesign.faces import face
from mechdesign.information.herds.herd_agents import *
from mechdesign.information.herds.herd_simulation import *
from mechdesign.information.herds.herding import *

face(__name__)
