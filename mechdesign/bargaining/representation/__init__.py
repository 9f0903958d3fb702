"""Proportional representation: entitlements, cohesive groups, the core of an election."""

from mechdesign.bargaining.representation.notions import *
from mechdesign.faces import face

face(__name__)
