"""The sources of the family, and the published results that its mechanisms cite."""

from __future__ import annotations

from mechdesign.model import Reference, Theorem

MOULIN = Reference(
    "moulin1980",
    "Moulin, H.",
    "On strategy-proofness and single peakedness",
    1980,
    "Public Choice 35",
    doi="10.1007/BF00128122",
)
FAIR_LOCATION = Reference(
    "azizlamleewalsh2021",
    "Aziz, H. and Lam, A. and Lee, B. E. and Walsh, T.",
    "Strategyproof and Proportionally Fair Facility Location",
    2021,
    arxiv="2111.01566",
)
RANDOM_FAIR_LOCATION = Reference(
    "azizlamsuzukiwalsh2022",
    "Aziz, H. and Lam, A. and Suzuki, M. and Walsh, T.",
    "Random Rank: The One and Only Strategyproof and Proportionally Fair Randomized Facility "
    "Location Mechanism",
    2022,
    arxiv="2205.14798",
)
OBNOXIOUS = Reference(
    "obnoxious2023",
    "Lam, A. and Aziz, H. and Li, B. and Ramezani, F. and Walsh, T.",
    "Proportional Fairness in Obnoxious Facility Location",
    2023,
    arxiv="2301.04340",
)
MOVING_PHANTOMS = Reference(
    "freemanpennockpetersvaughan2021",
    "Freeman, R. and Pennock, D. M. and Peters, D. and Wortman Vaughan, J.",
    "Truthful aggregation of budget proposals",
    2021,
    "Journal of Economic Theory 193",
    doi="10.1016/j.jet.2021.105234",
)
MEDIAN_IN_THE_PLANE = Reference(
    "goelhanncaruthers2020",
    "Goel, S. and Hann-Caruthers, W.",
    "Optimality of the coordinate-wise median mechanism for strategyproof facility location in "
    "two dimensions",
    2020,
    arxiv="2007.00903",
)


def phantom_claims(*, unanimous: bool) -> dict[str, Theorem]:
    """What is published for every phantom mechanism, and for those with phantoms at both ends."""
    text = (
        "the median of the reports and n + 1 fixed phantoms is strategyproof for single-peaked "
        "preferences and anonymous"
    )
    both = ("facility.line/euclidean", "facility.line/single_peaked")
    claims = {axiom: Theorem(MOULIN, text, both) for axiom in ("strategyproofness", "anonymity")}
    if unanimous:
        text = (
            "the median of the reports and n - 1 fixed phantoms is strategyproof, anonymous and "
            "Pareto efficient for single-peaked preferences"
        )
        for axiom in ("pareto_efficiency", "unanimity"):
            claims[axiom] = Theorem(MOULIN, text, both)
    return claims


def uniform_claims() -> dict[str, Theorem]:
    """What is published for the Uniform Phantom mechanism."""
    text = (
        "the Uniform Phantom mechanism is the unique mechanism that is strategyproof and satisfies "
        "proportional fairness, equivalently unanimous fair share, equivalently proportionality "
        "and unanimity"
    )
    fair = (
        "individual_fair_share",
        "unanimous_fair_share",
        "facility_proportionality",
        "proportional_fairness",
    )
    claims = phantom_claims(unanimous=True)
    claims.update({axiom: Theorem(FAIR_LOCATION, text) for axiom in fair})
    return claims


WITHOUT_MONEY = Reference(
    "procaccia2013",
    "Procaccia, A. D. and Tennenholtz, M.",
    "Approximate mechanism design without money",
    2013,
    "ACM Transactions on Economics and Computation 1",
    doi="10.1145/2542174.2542175",
)
PERCENTILES = Reference(
    "sui2013",
    "Sui, X. and Boutilier, C. and Sandholm, T.",
    "Analysis and Optimization of Multi-dimensional Percentile Mechanisms",
    2013,
    "IJCAI",
)
