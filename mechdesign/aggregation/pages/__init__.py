"""Reports on tables of scores and on rankings."""

from mechdesign.aggregation.pages.scores import *
from mechdesign.faces import face

face(__name__)
