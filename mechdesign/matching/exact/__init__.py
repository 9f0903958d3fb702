"""Exact values on small instances, published constants and closed forms."""

from mechdesign.faces import face
from mechdesign.matching.exact.enumeration import *
from mechdesign.matching.exact.hindsight import *

face(__name__)
