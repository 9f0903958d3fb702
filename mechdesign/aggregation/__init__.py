"""Rank aggregation: benchmarks and elections, from rankings or from tables of scores."""

from mechdesign.aggregation.kemeny import kemeny, kemeny_cost, kemeny_model
from mechdesign.aggregation.majority import (
    condorcet,
    condorcet_loser,
    condorcet_winner,
    copeland,
    schwartz,
    smith,
)
from mechdesign.aggregation.means import (
    geometric_mean,
    harmonic_mean,
    mean,
    mean_win_rate,
    median,
    minmax_mean,
    optimality_gap,
    z_score,
)
from mechdesign.aggregation.pairwise import Pairwise
from mechdesign.aggregation.positional import (
    antiplurality,
    borda,
    dowdall,
    k_approval,
    plurality,
    scoring,
)
from mechdesign.aggregation.profile import Profile
from mechdesign.aggregation.ranking import Ranking
from mechdesign.aggregation.reading import pairs_of, read
from mechdesign.aggregation.result import AggregationResult
from mechdesign.aggregation.settings import (
    RankingData,
    Rankings,
    ScoreData,
    Scores,
    profile_of,
    rankings,
    scores,
)
from mechdesign.aggregation.tables import ScoreTable, score_table

__all__ = [
    # what goes in and comes out
    "Ranking",
    "Profile",
    "Pairwise",
    "ScoreTable",
    "AggregationResult",
    "score_table",
    "read",
    "pairs_of",
    "profile_of",
    "Rankings",
    "Scores",
    "RankingData",
    "ScoreData",
    "rankings",
    "scores",
    # rules on scores
    "mean",
    "z_score",
    "minmax_mean",
    "geometric_mean",
    "harmonic_mean",
    "median",
    "optimality_gap",
    "mean_win_rate",
    # positional rules
    "borda",
    "plurality",
    "antiplurality",
    "k_approval",
    "dowdall",
    "scoring",
    # majority rules
    "condorcet",
    "condorcet_winner",
    "condorcet_loser",
    "copeland",
    "smith",
    "schwartz",
    # consensus
    "kemeny",
    "kemeny_cost",
    "kemeny_model",
]
