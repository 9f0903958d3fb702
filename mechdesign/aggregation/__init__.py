"""Rank aggregation: benchmarks and elections, from rankings or from tables of scores."""

from mechdesign.aggregation import (
    axioms_alternatives,
    axioms_joining,
    axioms_majority,
    axioms_scales,
    axioms_voters,
    proofs,
)
from mechdesign.aggregation.certify import Certification, certify
from mechdesign.aggregation.compare import Comparison, compare
from mechdesign.aggregation.curves import robustness_curve, scaling_errors
from mechdesign.aggregation.diagnostics import (
    diversity,
    irrelevant_sensitivity,
    kendall_w,
    majority_cycles,
    prospects,
    task_agreement,
)
from mechdesign.aggregation.elections import battles, preflib, to_preflib
from mechdesign.aggregation.elimination import (
    baldwin,
    bucklin,
    coombs,
    irv,
    nanson,
    threshold,
)
from mechdesign.aggregation.flips import Flip, smallest_flip
from mechdesign.aggregation.groups import grouped, stated_outliers
from mechdesign.aggregation.hybrid import black, young
from mechdesign.aggregation.instance_bootstrap import bootstrap_instances
from mechdesign.aggregation.instances import InstanceTable, instance_table
from mechdesign.aggregation.kemeny import kemeny, kemeny_cost, kemeny_model
from mechdesign.aggregation.lotteries import MaximalLottery, maximal_lotteries, maximal_lottery
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
from mechdesign.aggregation.missing import expected_wins, missing_borda
from mechdesign.aggregation.paired_models import (
    BradleyTerryFit,
    bradley_terry,
    bradley_terry_fit,
    thurstone,
)
from mechdesign.aggregation.pairwise import Pairwise
from mechdesign.aggregation.paths import minimax, schulze
from mechdesign.aggregation.plackett_luce import (
    plackett_luce,
    plackett_luce_probability,
    sample_plackett_luce,
)
from mechdesign.aggregation.positional import (
    antiplurality,
    borda,
    dowdall,
    k_approval,
    plurality,
    scoring,
)
from mechdesign.aggregation.problems import RankingData, ScoreData, profile_of
from mechdesign.aggregation.profile import Profile
from mechdesign.aggregation.rank_sets import RankSets, rank_confidence_sets
from mechdesign.aggregation.ranked_pairs import ranked_pairs
from mechdesign.aggregation.ranking import Ranking
from mechdesign.aggregation.ratings import eigenvector, elo, pagerank
from mechdesign.aggregation.reading import pairs_of, read
from mechdesign.aggregation.result import AggregationResult
from mechdesign.aggregation.robust_rules import rank_mean, rank_median, trimmed_mean
from mechdesign.aggregation.robustness import WeightChange, subsampling_curve, weight_change
from mechdesign.aggregation.settings import Rankings, Scores, rankings, scores
from mechdesign.aggregation.significance import (
    CriticalDifference,
    critical_difference,
    wilcoxon_holm,
)
from mechdesign.aggregation.table_axioms import TableAudit, audit_table
from mechdesign.aggregation.tables import ScoreTable, score_table
from mechdesign.aggregation.uncertainty import BootstrapRanks, bootstrap, jackknife, with_bootstrap

__all__ = [
    # the axioms register themselves
    "axioms_alternatives",
    "axioms_joining",
    "axioms_majority",
    "axioms_scales",
    "axioms_voters",
    "proofs",
    # what goes in and comes out
    "Ranking",
    "Profile",
    "Pairwise",
    "ScoreTable",
    "AggregationResult",
    "score_table",
    "battles",
    "preflib",
    "to_preflib",
    "read",
    "pairs_of",
    "profile_of",
    "Rankings",
    "Scores",
    "RankingData",
    "ScoreData",
    "rankings",
    "scores",
    # several rules, several levels
    "compare",
    "Comparison",
    "grouped",
    "stated_outliers",
    # axioms on all electorates of a size
    "certify",
    "audit_table",
    "TableAudit",
    "Certification",
    # diagnostics
    "smallest_flip",
    "Flip",
    "prospects",
    "irrelevant_sensitivity",
    "weight_change",
    "WeightChange",
    "subsampling_curve",
    "robustness_curve",
    "scaling_errors",
    "kendall_w",
    "diversity",
    "majority_cycles",
    "task_agreement",
    # uncertainty
    "rank_confidence_sets",
    "RankSets",
    "critical_difference",
    "CriticalDifference",
    "wilcoxon_holm",
    "bootstrap",
    "jackknife",
    "bootstrap_instances",
    "BootstrapRanks",
    "with_bootstrap",
    # rules on scores
    "mean",
    "z_score",
    "minmax_mean",
    "geometric_mean",
    "harmonic_mean",
    "median",
    "optimality_gap",
    "mean_win_rate",
    "trimmed_mean",
    "rank_mean",
    "rank_median",
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
    "minimax",
    "schulze",
    "ranked_pairs",
    "black",
    "young",
    # elimination
    "irv",
    "coombs",
    "baldwin",
    "nanson",
    "bucklin",
    "threshold",
    # missing scores, instances
    "missing_borda",
    "expected_wins",
    "InstanceTable",
    "instance_table",
    # lotteries
    "maximal_lotteries",
    "maximal_lottery",
    "MaximalLottery",
    # models of comparisons
    "bradley_terry",
    "bradley_terry_fit",
    "BradleyTerryFit",
    "thurstone",
    "plackett_luce",
    "plackett_luce_probability",
    "sample_plackett_luce",
    "elo",
    "eigenvector",
    "pagerank",
    # consensus
    "kemeny",
    "kemeny_cost",
    "kemeny_model",
]
