"""
Who is represented
==================

Three parties of 60, 30 and 10 voters and four independents.  Approval voting gives all seats to the
largest party; other rules leave fewer voters without a member.
"""

from mechdesign import committees
from mechdesign.committees.plots import members_of_voters, representation

ballots = {
    "A1, A2, A3, A4": 48,
    "A1, A2, C1": 12,
    "B1, B2": 22,
    "B1, C1": 8,
    "C1, C2": 7,
    "D1": 3,
}
votes = committees.approvals().problem(ballots, seats=4)
rules = ("approval", "pav", "sequential_phragmen", "equal_shares", "monroe", "chamberlin_courant")
found = {rule: getattr(committees, rule).solve(votes) for rule in rules}

# %%
# Approval voting: ballots with a red edge have nobody.
figure = representation(found["approval"]).figure

# %%
# Proportional approval voting.
figure = representation(found["pav"]).figure

# %%
# How many members voters have, by rule.
figure = members_of_voters(*found.values()).figure
