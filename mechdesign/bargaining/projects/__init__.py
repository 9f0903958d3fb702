"""Participatory budgeting: the setting and its funding rules."""

from mechdesign.bargaining.projects.budgeting import *
from mechdesign.bargaining.projects.method_of_equal_shares import *
from mechdesign.bargaining.projects.official import *
from mechdesign.bargaining.projects.setting import *
from mechdesign.bargaining.projects.welfare_budgets import *
from mechdesign.faces import face

face(__name__)
