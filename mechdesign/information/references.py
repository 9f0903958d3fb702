"""Where what the family knows of information comes from."""

from mechdesign.model import Reference

GNEITING = Reference(
    "gneiting2007",
    "Gneiting, T. and Raftery, A. E.",
    "Strictly Proper Scoring Rules, Prediction, and Estimation",
    2007,
    "Journal of the American Statistical Association 102(477)",
    doi="10.1198/016214506000001437",
)
KAMENICA = Reference(
    "kamenica2011",
    "Kamenica, E. and Gentzkow, M.",
    "Bayesian Persuasion",
    2011,
    "American Economic Review 101(6)",
    doi="10.1257/aer.101.6.2590",
)
