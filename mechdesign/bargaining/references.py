"""Where the solutions, rules and axioms of bargaining come from."""

from mechdesign.model import Reference

PETERS = Reference(
    "peters2021",
    "Peters, D. and Pierczynski, G. and Skowron, P.",
    "Proportional participatory budgeting with additive utilities",
    2021,
    "NeurIPS 34",
    arxiv="2008.13276",
)
BRILL = Reference(
    "brill2017",
    "Brill, M. and Freeman, R. and Janson, S. and Lackner, M.",
    "Phragmen's voting methods and justified representation",
    2017,
    "AAAI",
)
NASH = Reference(
    "nash1950",
    "Nash, J. F.",
    "The bargaining problem",
    1950,
    "Econometrica 18",
    doi="10.2307/1907266",
)

KALAI_SMORODINSKY = Reference(
    "kalai1975",
    "Kalai, E. and Smorodinsky, M.",
    "Other solutions to Nash's bargaining problem",
    1975,
    "Econometrica 43",
    doi="10.2307/1914280",
)

KALAI = Reference(
    "kalai1977",
    "Kalai, E.",
    "Proportional solutions to bargaining situations: interpersonal utility comparisons",
    1977,
    "Econometrica 45",
    doi="10.2307/1913954",
)
