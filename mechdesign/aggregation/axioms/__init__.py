"""The axioms of social choice and which rules are proved to satisfy them."""

from mechdesign.aggregation.axioms import (  # noqa: F401  (they register)
    absence,
    alternatives,
    favourites,
    joining,
    majority,
    proofs,
    scales,
    solid_coalitions,
    truncation,
    voters,
)
from mechdesign.aggregation.axioms.median_proofs import *
from mechdesign.aggregation.axioms.table_axioms import *
from mechdesign.faces import face

face(__name__)
