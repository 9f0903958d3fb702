"""
The cells of a rule
===================

A rule of two agents that is piecewise linear is one formula on each of finitely many cells.  A
proof looks at each of them; here they are.  The code of the rule is run on symbolic reports, so
that the borders are exact.
"""

from fractions import Fraction
from typing import Any

from mechdesign import axioms, facility
from mechdesign.facility import plots


def with_phantom(x: list[Any]) -> Any:
    """The median of the reports and 1/3; where they nearly agree, their mean."""
    if abs(x[0] - x[1]) < Fraction(1, 8):
        return sum(x) / 2
    return sorted([*x, Fraction(1, 3)])[1]


line = facility.line(0, 1)
plots.cells(with_phantom, setting=line)

# %%
# The diagonal strip is where agents can gain, and by how much at most:

print(axioms.worst("strategyproofness", with_phantom, setting=line, agents=2))

# %%
# The median of the reports and 1/3 alone is strategyproof for all reports.

plots.cells(lambda x: sorted([*x, Fraction(1, 3)])[1], setting=line)
