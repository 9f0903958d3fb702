"""Position auctions with separable click-through rates, their payments and equilibria."""

from mechdesign.auctions.separable.auctions import *
from mechdesign.auctions.separable.equilibria import *
from mechdesign.auctions.separable.laddered_payments import *
from mechdesign.auctions.separable.setting import *
from mechdesign.faces import face

face(__name__)
