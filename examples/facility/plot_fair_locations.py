"""
Which locations are fair?
=========================

Five people on a street.  Each fairness axiom admits an interval of locations; the stronger the
axiom, the smaller the interval.  Uniform Phantom always chooses from the smallest.
"""

from fractions import Fraction

from mechdesign import facility
from mechdesign.facility import plots

street = [0, Fraction(1, 20), Fraction(1, 10), Fraction(1, 10), Fraction(9, 10)]

plots.profile(facility.uniform_phantom, street)

# %%
# A third of the way is fair to every group at one point, and not to the four on the left.

print(facility.fairness_witness("PF", street, Fraction(1, 3)))

# %%
# The median ignores the person on the right.

plots.profile(facility.median, street)
