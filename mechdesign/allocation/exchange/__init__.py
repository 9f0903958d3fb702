"""Kidney exchange: cycles of pairs and chains that altruists begin."""

from mechdesign.allocation.exchange.cycles_and_chains import *
from mechdesign.allocation.exchange.exchange_graphs import *
from mechdesign.faces import face

face(__name__)
