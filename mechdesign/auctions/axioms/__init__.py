"""The axioms of auctions: clicks, sales, budgets, names."""

from mechdesign.auctions.axioms import budgets, clicks, false_names  # noqa: F401  (they register)
from mechdesign.faces import face

face(__name__)
