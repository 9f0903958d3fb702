"""Where the family's rules and theorems come from."""

from mechdesign.model import Reference

AUMANN_MASCHLER = Reference(
    "aumann1985",
    "Aumann, R. J. and Maschler, M.",
    "Game theoretic analysis of a bankruptcy problem from the Talmud",
    1985,
    "Journal of Economic Theory 36",
)
BANZHAF = Reference(
    "banzhaf1965",
    "Banzhaf, J. F.",
    "Weighted voting doesn't work: a mathematical analysis",
    1965,
    "Rutgers Law Review 19",
)
MOULIN = Reference(
    "moulin1999",
    "Moulin, H.",
    "Incremental cost sharing: characterization by coalition strategy-proofness",
    1999,
    "Social Choice and Welfare 16",
)
OWEN = Reference(
    "owen1977",
    "Owen, G.",
    "Values of games with a priori unions",
    1977,
    "Mathematical Economics and Game Theory",
)
SCHMEIDLER = Reference(
    "schmeidler1969",
    "Schmeidler, D.",
    "The nucleolus of a characteristic function game",
    1969,
    "SIAM Journal on Applied Mathematics 17",
)
SHAPLEY = Reference(
    "shapley1953",
    "Shapley, L. S.",
    "A value for n-person games",
    1953,
    "Contributions to the Theory of Games II",
)
MYERSON = Reference(
    "myerson1980",
    "Myerson, R. B.",
    "Conference structures and fair allocation rules",
    1980,
    "International Journal of Game Theory 9",
)
YOUNG = Reference(
    "young1985",
    "Young, H. P.",
    "Monotonic solutions of cooperative games",
    1985,
    "International Journal of Game Theory 14",
    doi="10.1007/BF01769885",
)
DRIESSEN_FUNAKI = Reference(
    "driessen1991",
    "Driessen, T. and Funaki, Y.",
    "Coincidence of and collinearity between game theoretic solutions",
    1991,
    "OR Spektrum 13",
)
NOWAK_RADZIK = Reference(
    "nowak1994",
    "Nowak, A. S. and Radzik, T.",
    "A solidarity value for n-person transferable utility games",
    1994,
    "International Journal of Game Theory 23(1)",
    doi="10.1007/BF01242845",
)
TIJS = Reference(
    "tijs1981",
    "Tijs, S. H.",
    "Bounds for the core and the tau-value",
    1981,
    "Game Theory and Mathematical Economics, North-Holland",
)
DUTTA_RAY = Reference(
    "dutta1989",
    "Dutta, B. and Ray, D.",
    "A concept of egalitarianism under participation constraints",
    1989,
    "Econometrica 57",
)
