"""Winner determination: which ads to place where, and the payments that follow."""

from mechdesign.auctions.winner.determination import *
from mechdesign.faces import face

face(__name__)
