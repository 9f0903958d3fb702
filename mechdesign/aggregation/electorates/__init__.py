"""All electorates of a size, one of each class, and the verdicts over them."""

from mechdesign.aggregation.electorates.certify import *
from mechdesign.faces import face

face(__name__)
