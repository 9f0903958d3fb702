"""Reports on bargaining problems and on elections over projects."""

from mechdesign.bargaining.pages.election_page import *
from mechdesign.bargaining.pages.package_page import *
from mechdesign.faces import face

face(__name__)
