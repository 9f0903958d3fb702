"""
The bid curve and the payment
=============================

The click probability of an ad is a step function of its bid.  The VCG payment is what lies to the
left of the curve: each step times the bid at which it happens.
"""

from fractions import Fraction

from mechdesign import auctions
from mechdesign.auctions.market.arrays import market_of
from mechdesign.auctions.plots import bid_curve, revenue_against_welfare
from mechdesign.auctions.winner.payments import breakpoints

values = {"Huts": 6, "Boots": 5, "Cable car": 4}
rows = ["1/4 1/3 1/5", "1/3 1/4 1/2", "1/2 1/2 1/10"]
p = [[Fraction(text) for text in row.split()] for row in rows]
problem = auctions.content_problem(values, p)
figure = bid_curve(problem, "Huts").figure

# %%
# The same, as a sum over the steps.
steps = breakpoints([6, 5, 4], market_of(problem), 0, 6)
print(sum(step.score * step.jump for step in steps), auctions.content_vcg(problem).pay("Huts"))

# %%
# Mechanisms for users who read in order and leave when they click.
cascade = auctions.content_problem(values, p, model="cascade")
outcomes = {
    "VCG": auctions.content_vcg(cascade),
    "skip rendering": auctions.skip_rendering(cascade),
    "VCG, two ads": auctions.content_vcg(values, p=p, model="cascade", capacity=2),
}
figure = revenue_against_welfare(outcomes).figure
