"""
One more bidder is worth more than the optimal reserve
======================================================

A seeded sweep draws values uniform on [0, 1] and sells one slot, by the second price and by
Myerson's optimal auction.  What is it worth to the seller to set the optimal reserve, and what to
attract one more bidder instead?  By the theorem of Bulow and Klemperer (1996) the bidder is always
worth more.  Curves are the exact expectations, bars 95% confidence intervals.
"""

import matplotlib.pyplot as plt

from mechdesign import experiments
from mechdesign.stats.intervals import mean_interval

most, runs = 7, 4000
bidders = list(range(1, most + 2))
found = experiments.sweep("auctions_revenue", {"bidders": bidders}, replications=runs, rng=1)
print(found)

# %%
# Both auctions of a run meet the same values, so the gain of the reserve is a mean of paired
# differences.  The gain of a bidder compares two cells, whose runs are independent.  The expected
# revenue of the second price is (n - 1)/(n + 1), and the reserve 1/2 adds 2^-n/(n + 1).
reserve, bidder = [], []
for k in range(most):
    paired = zip(found.samples(k, "myerson"), found.samples(k, "vcg"), strict=True)
    reserve.append(mean_interval([float(m - v) for m, v in paired]))
    more = zip(found.samples(k + 1, "vcg"), found.samples(k, "vcg"), strict=True)
    bidder.append(mean_interval([float(m - v) for m, v in more]))

figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
table = found.table()
records = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
for rule, name in (("vcg", "second price"), ("myerson", "with the optimal reserve 1/2")):
    means = [record["mean"] for record in records if record["measure"] == rule]
    left.plot(bidders, means, "o-", markersize=4, label=name)
left.set(xlabel="bidders", ylabel="mean revenue", ylim=(0, 0.9))
left.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)

gains = (
    ("the reserve", reserve, [0.5**n / (n + 1) for n in bidders[:most]], "C1"),
    ("one more bidder", bidder, [2 / ((n + 1) * (n + 2)) for n in bidders[:most]], "C2"),
)
for name, intervals, exact, colour in gains:
    means = [interval.mean for interval in intervals]
    reach = [interval.high - interval.mean for interval in intervals]
    right.plot(bidders[:most], exact, color=colour, linewidth=1)
    right.errorbar(
        bidders[:most],
        means,
        yerr=reach,
        fmt="o",
        markersize=4,
        capsize=3,
        color=colour,
        label=name,
    )
right.set(xlabel="bidders", ylabel="gain over the second price", yscale="log")
right.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
plt.show()
