"""Markets of two sides: agents who choose, and agents, schools or objects that are chosen."""

from mechdesign.allocation.markets.market_reading import *
from mechdesign.allocation.markets.market_setting import *
from mechdesign.faces import face

face(__name__)
