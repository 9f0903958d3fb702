"""
The house of an election
========================

Slovakia 2020: 150 seats, a threshold of 5 percent, of 7 for the coalition PS/Spolu, which missed it
by 0.03.
"""

from fractions import Fraction
from typing import Any

from mechdesign import apportionment
from mechdesign.apportionment.plots import hemicycle, seats_by_method

votes = {
    "OLaNO": 721166,
    "Smer": 527172,
    "Sme rodina": 237531,
    "LSNS": 229660,
    "PS/Spolu": 200780,
    "SaS": 179246,
    "Za ludi": 166325,
}
law: dict[str, Any] = {
    "seats": 150,
    "threshold": Fraction(5, 100),
    "thresholds": {"PS/Spolu": Fraction(7, 100)},
    "total": 2881511,
}
figure = hemicycle(apportionment.hagenbach_bischoff(votes, **law)).figure

# %%
# Other methods, and a threshold of 5 percent for everybody.
law["thresholds"] = {}
figure = seats_by_method(votes, ["hare", "dhondt", "adams"], **law).figure

# %%
# A small house with a tie: two parties wait for the last seat.
figure = hemicycle(apportionment.dhondt({"A": 60, "B": 60, "C": 20}, seats=15)).figure
