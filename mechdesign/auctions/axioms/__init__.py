"""The axioms of click models and generated content."""

from mechdesign.auctions.axioms import clicks  # noqa: F401  (they register)
from mechdesign.faces import face

face(__name__)
