"""Bargaining step by step: offers, concessions, mediation."""

from mechdesign.bargaining.negotiation.alternating import *
from mechdesign.bargaining.negotiation.mediation import *
from mechdesign.bargaining.negotiation.policies import *
from mechdesign.bargaining.negotiation.trace import *
from mechdesign.bargaining.negotiation.zeuthen import *
from mechdesign.faces import face

face(__name__)
