"""Offers and gifts: alternating offers, trade, donors, dictators, ultimatums, public goods."""

from mechdesign.faces import face
from mechdesign.games.offers.alternating import *
from mechdesign.games.offers.giving import *
from mechdesign.games.offers.trading import *

face(__name__)
