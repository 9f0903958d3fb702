"""Reports on tables of scores and on rankings."""

from mechdesign.aggregation.pages.score_pages import *
from mechdesign.faces import face

face(__name__)
