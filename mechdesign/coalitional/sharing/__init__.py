"""Sharing a cost: methods, the setting in which agents bid for a service, mechanisms."""

from mechdesign.coalitional.sharing.bids import *
from mechdesign.coalitional.sharing.demands import *
from mechdesign.coalitional.sharing.methods import *
from mechdesign.coalitional.sharing.rules import *
from mechdesign.faces import face

face(__name__)
