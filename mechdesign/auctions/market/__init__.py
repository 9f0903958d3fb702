"""A content market: ads, placements, click models and priors of values."""

from mechdesign.auctions.market.content_reading import *
from mechdesign.auctions.market.placements import *
from mechdesign.auctions.market.prior_reading import *
from mechdesign.auctions.market.priors import *
from mechdesign.faces import face

face(__name__)
