"""Conjoint surveys: choices between two profiles, what they say of levels, what to show."""

from mechdesign.elections.surveys.best_shares import *
from mechdesign.elections.surveys.choice_models import *
from mechdesign.elections.surveys.paired_profiles import *
from mechdesign.elections.surveys.policy_intervals import *
from mechdesign.elections.surveys.profile_games import *
from mechdesign.elections.surveys.reading_conjoint import *
from mechdesign.elections.surveys.simulated_surveys import *
from mechdesign.faces import face

face(__name__)
