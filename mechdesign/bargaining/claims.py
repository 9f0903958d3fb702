"""Figures about bargaining and participatory budgeting."""

from __future__ import annotations

from fractions import Fraction

from mechdesign import bargaining
from mechdesign.bargaining import Metrics, datasets, mixtures
from mechdesign.experiments.claim import Claim, Rounding
from mechdesign.model import Number

__all__ = ["CLAIMS"]

_PILOT = "Mushkani et al. 2025, arXiv:2503.12613"


def _pilot(measure: str) -> tuple[Number, Number]:
    """A measure of the best base design and of the negotiated package."""
    problem = datasets.montreal_reconstruction()
    agreed = bargaining.mediate(problem, tolerance=Fraction(1, 10)).outcome
    found = bargaining.report(problem, agreed, reference="scenario")

    def of(metrics: Metrics) -> Number:
        value: Number = getattr(metrics, measure)
        return value

    return of(found.before), of(found.after)


def _first_offer() -> float:
    """The share of the first player, by backward induction over many rounds."""
    return float(bargaining.rubinstein_shares(Fraction(9, 10), Fraction(4, 5), horizon=401)[0])


def _not_monotone() -> tuple[Number, ...]:
    """What the second player gets by Nash's solution before and after a package is added."""
    packages = [(0, 1), (Fraction(3, 4), Fraction(3, 4)), (1, 0)]
    rule = bargaining.lottery_rule(rule="nash")
    return tuple(
        list(rule(bargaining.menu(menu)).utilities.values())[1]
        for menu in (packages, [*packages, (1, Fraction(7, 10))])
    )


def _raiffa() -> tuple[Number, ...]:
    return bargaining.raiffa_path(mixtures(bargaining.menu([(5, 3), (1, 5)])))[-1]


def _equal_shares() -> str:
    votes = ["abc"] * 6 + ["xy"] * 4
    problem = bargaining.election(votes, costs=dict.fromkeys("abcxy", 10), budget=30)
    return " ".join(bargaining.equal_shares(problem).choice)


def _concessions() -> tuple[Number, ...]:
    """Zeuthen's concessions, which end at the largest product of gains."""
    packages = [(10, 1), (8, 4), (6, 7), (3, 9), (1, 10)]
    found = bargaining.monotonic_concession(bargaining.menu(packages)).outcome
    return tuple(found.utilities.values())


def _montreal(
    name: str, what: str, printed: tuple[str, str], measure: str, rounding: Rounding = "nearest"
) -> Claim:
    return Claim(
        f"bargaining.montreal_{name}",
        f"{what}, before and after",
        printed,
        lambda: _pilot(measure),
        _PILOT,
        "reconstruction",
        rounding,
    )


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    _montreal("total", "total utility", ("21.10", "24.55"), "total"),
    _montreal("worst", "utility of the worst-off group", ("3.20", "3.90"), "worst"),
    _montreal("quantile", "twentieth percentile of satisfaction", ("0.86", "1.00"), "quantile"),
    _montreal("gini", "Gini coefficient", ("0.036", "0.025"), "gini"),
    Claim(
        "bargaining.rubinstein",
        "share of the first offer, discounts 9/10 and 4/5: 5/7",
        "0.7142857143",
        _first_offer,
        "Rubinstein 1982, doi:10.2307/1912531",
        rounding="nearest",
    ),
    Claim(
        "bargaining.not_monotone",
        "Nash's share of a player before and after an offer is added",
        ("3/4", "7/10"),
        _not_monotone,
        "Kalai and Smorodinsky 1975, doi:10.2307/1914280",
        "derived",
    ),
    Claim(
        "bargaining.raiffa",
        "Raiffa's discrete solution of {(5, 3), (1, 5)}",
        ("4", "7/2"),
        _raiffa,
        "Raiffa 1953",
        "derived",
    ),
    Claim(
        "bargaining.zeuthen",
        "agreement of Zeuthen's concessions: the Nash product's",
        ("6", "7"),
        _concessions,
        "Harsanyi 1956",
        "derived",
    ),
    Claim(
        "bargaining.equal_shares",
        "equal shares: 6 voters for a, b, c and 4 for x, y, three affordable",
        "a x",
        _equal_shares,
        "Peters et al. 2021, arXiv:2008.13276",
        "derived",
        "text",
    ),
)
