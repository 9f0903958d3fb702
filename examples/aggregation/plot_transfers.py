"""
Where did the votes go?
=======================

A council election for three seats, counted by weighted inclusive Gregory transfers, and Alaska's
special election of 2022 for one.  All ballots of the council are invented.
"""

from mechdesign import aggregation
from mechdesign.aggregation import datasets, plots

council = {
    "Ann > Bob > Dee": 31,
    "Ann > Cy": 22,
    "Bob > Ann": 12,
    "Cy > Eve": 17,
    "Dee > Cy > Bob": 14,
    "Eve > Cy": 9,
    "Eve": 5,
    "Dee": 4,
}
counted = aggregation.count_election(council, seats=3)
print(counted)

# %%
# Bars are the votes at each stage, bands where they went; red are votes of nobody.

plots.transfers(counted.count)

# %%
# One seat: Begich beats both others, and is excluded first.

alaska = aggregation.stv(datasets.alaska_2022(), rule="irv")
plots.transfers(alaska)
