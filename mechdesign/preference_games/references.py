"""Where the lotteries and axioms of comparisons in pairs come from."""

from mechdesign.model import Reference

BALDUZZI = Reference(
    "balduzzi2018",
    "Balduzzi, D. and Tuyls, K. and Perolat, J. and Graepel, T.",
    "Re-evaluating Evaluation",
    2018,
    "NeurIPS 31",
    arxiv="1806.02643",
)
GIBBARD = Reference(
    "gibbard1977",
    "Gibbard, A.",
    "Manipulation of Schemes that Mix Voting with Chance",
    1977,
    "Econometrica 45",
    doi="10.2307/1911681",
)
