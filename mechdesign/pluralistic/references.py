"""The sources that the axioms of this family cite."""

from mechdesign.model import Reference

AZIZ = Reference(
    "aziz2020",
    "Aziz, H. and Bogomolnaia, A. and Moulin, H.",
    "Fair Mixing: The Case of Dichotomous Preferences",
    2020,
    "ACM Transactions on Economics and Computation 8(4)",
)
WEYMARK = Reference(
    "weymark1981",
    "Weymark, J. A.",
    "Generalized Gini inequality indices",
    1981,
    "Mathematical Social Sciences 1(4)",
    doi="10.1016/0165-4896(81)90018-4",
)
