"""Seats of real houses, computed again."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mechdesign import apportionment
from mechdesign.experiments.claim import Claim

__all__ = ["CLAIMS"]

#: Valid votes were 2,881,511; PS/Spolu was a coalition of two, for which the threshold is 7 %.
_SLOVAKIA = {
    "OLaNO": 721_166,
    "Smer": 527_172,
    "Sme rodina": 237_531,
    "LSNS": 229_660,
    "PS/Spolu": 200_780,
    "SaS": 179_246,
    "Za ludi": 166_325,
}
_CZECHIA = {
    "ANO": 502_343,
    "ODS": 344_885,
    "Pirati": 330_844,
    "STAN+TOP09": 276_220,
    "SPD": 216_718,
    "KDU-CSL": 171_723,
    "KSCM": 164_624,
}


def _slovakia() -> Sequence[int]:
    rule: Any = apportionment.hagenbach_bischoff
    found: Sequence[int] = rule(
        _SLOVAKIA,
        seats=150,
        threshold=Fraction(5, 100),
        thresholds={"PS/Spolu": Fraction(7, 100)},
        total=2_881_511,
    ).choice.certain
    return found


def _czechia() -> Sequence[int]:
    rule: Any = apportionment.dhondt
    found: Sequence[int] = rule(_CZECHIA, seats=21).choice.certain
    return found


def _alabama() -> Sequence[int]:
    """Seats of the smallest party of three by largest remainders, with 3 seats and with 4."""
    rule: Any = apportionment.hare
    return [rule([3, 3, 1], seats=seats).choice.certain[2] for seats in (3, 4)]


def _population() -> Sequence[int]:
    """Seats of the party that grew from 5 to 6 votes beside one that stayed at 1."""
    rule: Any = apportionment.hare
    return [rule(votes, seats=5).choice.certain[2] for votes in ([1, 3, 5], [1, 6, 6])]


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "apportionment.slovakia_2020",
        "seats in Slovakia 2020: OLaNO, Smer, Sme rodina, LSNS, PS/Spolu, SaS, Za ludi",
        ("53", "38", "17", "17", "0", "13", "12"),
        _slovakia,
        "official result, National Council of the Slovak Republic 2020",
    ),
    Claim(
        "apportionment.czechia_2019",
        "Czech seats in Europe 2019: ANO, ODS, Pirates, STAN+TOP09, SPD, KDU-CSL, KSCM",
        ("6", "4", "3", "3", "2", "2", "1"),
        _czechia,
        "official result, European elections 2019 in the Czech Republic",
    ),
    Claim(
        "apportionment.alabama",
        "seats of a party with 1 vote beside 3 and 3 by largest remainders: 3 seats, 4 seats",
        ("1", "0"),
        _alabama,
        "Balinski and Young 1982",
        "derived",
    ),
    Claim(
        "apportionment.population",
        "seats of 5 by largest remainders of the last party: votes 1, 3, 5 and votes 1, 6, 6",
        ("3", "2"),
        _population,
        "Balinski and Young 1982",
        "derived",
    ),
)
