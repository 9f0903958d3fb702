"""The axioms of allocation: matchings, owners, chances, goods, and what remains when some leave."""

from mechdesign.allocation.axioms import (  # noqa: F401  (they register)
    chances,
    fairness,
    leaving,
    matchings,
    owners,
    tied_pairs,
)
from mechdesign.allocation.axioms.truth_by_turns import *
from mechdesign.faces import face

face(__name__)
