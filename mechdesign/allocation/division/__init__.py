"""Indivisible goods: picking, envy cycles, exact optima, shares, adjusted winner."""

from mechdesign.allocation.division.bags import *
from mechdesign.allocation.division.division_rules import *
from mechdesign.allocation.division.goods_setting import *
from mechdesign.allocation.division.maximin import *
from mechdesign.allocation.division.two_agents import *
from mechdesign.faces import face

face(__name__)
