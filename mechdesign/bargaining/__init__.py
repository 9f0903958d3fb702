"""Bargaining over packages within a budget, and participatory budgeting.

Problems, classical solutions, negotiation and reports; elections over projects, the Method of Equal
Shares and its rivals, and the objections that groups of voters may have.
"""

from mechdesign.bargaining.axioms import *
from mechdesign.bargaining.ballots import *
from mechdesign.bargaining.menus import *
from mechdesign.bargaining.negotiation import *
from mechdesign.bargaining.opinions import *
from mechdesign.bargaining.projects import *
from mechdesign.bargaining.reports import *
from mechdesign.bargaining.representation import *
from mechdesign.bargaining.solutions import *
from mechdesign.faces import face

face(__name__)
