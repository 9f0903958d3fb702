"""The axioms of bargaining and participatory budgeting, with their certificates."""

from mechdesign.bargaining.axioms import (  # noqa: F401  (they register)
    certificates,
    disagreement_point,
    discounts_and_support,
    funded_projects,
    larger_menus,
)
from mechdesign.faces import face

face(__name__)
