"""Projects and the ballots on them, from plain data and from files."""

from mechdesign.bargaining.ballots.election_files import *
from mechdesign.bargaining.ballots.projects import *
from mechdesign.faces import face

face(__name__)
