"""Auctions in generated content: settings, optimal and heuristic mechanisms, simulation."""

from mechdesign.auctions.generated.heuristics import *
from mechdesign.auctions.generated.optimal import *
from mechdesign.auctions.generated.optimal_design import *
from mechdesign.auctions.generated.rendering import *
from mechdesign.auctions.generated.setting import *
from mechdesign.auctions.generated.simulation import *
from mechdesign.auctions.generated.skip import *
from mechdesign.faces import face

face(__name__)
