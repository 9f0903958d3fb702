"""
Prices of sales
===============

A double auction in which the broker loses money, and the core of an auction of bundles.
"""

from mechdesign import auctions
from mechdesign.auctions.plots import core_payments, demand_and_supply

sold = auctions.double_vcg([9, 8, 7, 4], sellers=[2, 3, 4, 5])
figure = demand_and_supply(sold).figure

# %%
# Two small bidders win against one who wants both items: VCG asks so little of them that the loser
# and the seller would rather trade.
bids = {"both": {("x", "y"): 10}, "ann": {"x": 9}, "bob": {"y": 5}}
figure = core_payments(auctions.bundles().problem(bids)).figure
