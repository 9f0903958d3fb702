"""Figures about rank aggregation."""

from __future__ import annotations

from fractions import Fraction

from mechdesign import aggregation
from mechdesign.aggregation import Profile, ScoreTable, datasets, score_table
from mechdesign.experiments.claim import Claim
from mechdesign.model import Number

__all__ = ["CLAIMS"]

_COLOMBO = "Colombo et al. 2022, arXiv:2202.03799"
_ROBERTA = "table of Liu et al. 2019, arXiv:1907.11692"


def _slides() -> ScoreTable:
    """Three systems on six tasks where lower is better."""
    rows = {
        "A": "0.3 5 10 0.02 1.0 0.4",
        "B": "0.1 4 13 0.01 2.2 0.3",
        "C": "0.0 3 15 0.03 2.0 0.2",
    }
    tasks = [f"task {k}" for k in range(1, 7)]
    scores = {name: [Fraction(value) for value in row.split()] for name, row in rows.items()}
    return score_table(scores, tasks=tasks, lower=tasks)


def _order_of_the_mean() -> str:
    return str(aggregation.mean(_slides()).choice)


def _order_of_borda() -> str:
    return str(aggregation.borda(_slides()).choice)


def _schulze() -> str:
    """Thirty voters, four candidates."""
    voters = {
        "ACBD": 5,
        "ACDB": 2,
        "ADCB": 3,
        "BACD": 4,
        "CBDA": 3,
        "CDBA": 3,
        "DACB": 1,
        "DBAC": 5,
        "DCBA": 4,
    }
    orders = [list(order) for order, count in voters.items() for _ in range(count)]
    return str(aggregation.schulze(Profile.from_orders(orders)).choice)


def _critical_difference() -> float:
    """Nemenyi's difference for four classifiers on fourteen data sets; the scores do not matter."""
    scores = {f"classifier {i}": [(i * k) % 5 for k in range(1, 15)] for i in range(1, 5)}
    return aggregation.critical_difference(scores).difference


def _means() -> tuple[Number, ...]:
    found = aggregation.mean(datasets.roberta_glue()).scores
    return found["RoBERTa"], found["XLNet"]


def _points() -> tuple[Number, ...]:
    found = aggregation.borda(datasets.roberta_glue()).scores
    return found["RoBERTa"], found["XLNet"]


def _missing() -> tuple[Number, ...]:
    """Four systems, the third one missing: expected Borda points over all completions."""
    profile = Profile.from_ranks([[0, 1, None, 2]], "ABCD")
    found = aggregation.missing_borda(profile).scores
    return tuple(found[name] for name in "ABCD")


def _cycle() -> tuple[Number, ...]:
    """The maximal lottery of a cycle with margins 1, 5, 3."""
    lottery = aggregation.maximal_lottery({"A > B > C": 4, "B > C > A": 2, "C > A > B": 3})
    return tuple(lottery.probabilities[name] for name in "ABC")


def _alaska() -> tuple[Number, ...]:
    """The last round of Alaska's special election of 2022."""
    last = aggregation.stv(datasets.alaska_2022(), rule="irv").stages[-1]
    return last.votes["Peltola"], last.votes["Palin"], last.exhausted["no further choice"]


def _alaska_pairs() -> tuple[Number, ...]:
    """By how much each of Begich's opponents loses to him."""
    pairs = aggregation.pairs_of(aggregation.read(datasets.alaska_2022()))
    return pairs.margin("Begich", "Palin"), pairs.margin("Begich", "Peltola")


#: What :func:`mechdesign.experiments.reproduction` computes again for this family.
CLAIMS = (
    Claim(
        "aggregation.slides_mean",
        "three systems, six tasks: the order of the mean",
        "A > B > C",
        _order_of_the_mean,
        _COLOMBO,
        rounding="text",
    ),
    Claim(
        "aggregation.slides_borda",
        "the same by Borda",
        "C > B > A",
        _order_of_borda,
        _COLOMBO,
        rounding="text",
    ),
    Claim(
        "aggregation.schulze",
        "Schulze's ranking of his thirty voters",
        "D > A > C > B",
        _schulze,
        "Schulze 2011, doi:10.1007/s00355-010-0475-4",
        rounding="text",
    ),
    Claim(
        "aggregation.critical_difference",
        "Nemenyi's critical difference, four classifiers, fourteen data sets",
        "1.25",
        _critical_difference,
        "Demsar 2006, JMLR 7",
        rounding="nearest",
    ),
    Claim(
        "aggregation.glue_mean",
        "mean of RoBERTa and of XLNet on GLUE",
        ("89.63", "89.48"),
        _means,
        _ROBERTA,
        "derived",
        "nearest",
    ),
    Claim(
        "aggregation.glue_borda",
        "Borda points of RoBERTa and of XLNet there",
        ("20", "21"),
        _points,
        _ROBERTA,
        "derived",
    ),
    Claim(
        "aggregation.missing_scores",
        "expected Borda points with the third of four missing",
        ("11/4", "3/2", "3/2", "1/4"),
        _missing,
        "Himmi et al. 2024, arXiv:2305.10284",
        "derived",
    ),
    Claim(
        "aggregation.maximal_lottery",
        "maximal lottery of a cycle with margins 3, 5, 1",
        ("1/3", "1/9", "5/9"),
        _cycle,
        "Fishburn 1984",
        "derived",
    ),
    Claim(
        "aggregation.alaska_2022",
        "last round in Alaska 2022: Peltola, Palin, exhausted",
        ("91266", "86026", "11290"),
        _alaska,
        "State of Alaska, Division of Elections, certified results of August 16, 2022",
    ),
    Claim(
        "aggregation.alaska_2022_pairs",
        "margins by which Begich beats Palin and Peltola there",
        ("37599", "8408"),
        _alaska_pairs,
        "the same record of votes cast",
        "derived",
    ),
)
