"""The sources that the rules and axioms of this family cite."""

from __future__ import annotations

from mechdesign.model import Reference

COLOMBO2022 = Reference(
    "colombo2022",
    "Colombo, P. and Noiry, N. and Irurozki, E. and Clemencon, S.",
    "What are the best systems? New perspectives on NLP benchmarking",
    2022,
    arxiv="2202.03799",
)
HIMMI2024 = Reference(
    "himmi2024",
    "Himmi, A. and Irurozki, E. and Noiry, N. and Clemencon, S. and Colombo, P.",
    "Towards more robust NLP system evaluation: handling missing scores in benchmarks",
    2024,
    arxiv="2305.10284",
)
ROFIN2023 = Reference(
    "rofin2023",
    "Rofin, M. and others",
    "Vote'n'Rank: revision of benchmarking with social choice theory",
    2023,
    arxiv="2210.05769",
)
COPELAND1951 = Reference(
    "copeland1951",
    "Copeland, A. H.",
    "A reasonable social welfare function",
    1951,
    "University of Michigan seminar on applications of mathematics to social sciences",
)
KEMENY1959 = Reference(
    "kemeny1959", "Kemeny, J. G.", "Mathematics without numbers", 1959, "Daedalus 88"
)
YOUNG1978 = Reference(
    "young1978",
    "Young, H. P. and Levenglick, A.",
    "A consistent extension of Condorcet's election principle",
    1978,
    "SIAM Journal on Applied Mathematics 35",
)
YOUNG1975 = Reference(
    "young1975",
    "Young, H. P.",
    "Social choice scoring functions",
    1975,
    "SIAM Journal on Applied Mathematics 28",
)
YOUNG1977 = Reference(
    "young1977",
    "Young, H. P.",
    "Extending Condorcet's rule",
    1977,
    "Journal of Economic Theory 16",
)
SMITH1973 = Reference(
    "smith1973",
    "Smith, J. H.",
    "Aggregation of preferences with variable electorate",
    1973,
    "Econometrica 41",
)
FISHBURN1977 = Reference(
    "fishburn1977",
    "Fishburn, P. C.",
    "Condorcet social choice functions",
    1977,
    "SIAM Journal on Applied Mathematics 33",
)
FISHBURN1984 = Reference(
    "fishburn1984",
    "Fishburn, P. C.",
    "Probabilistic social choice based on simple voting comparisons",
    1984,
    "Review of Economic Studies 51",
)
TIDEMAN1987 = Reference(
    "tideman1987",
    "Tideman, T. N.",
    "Independence of clones as a criterion for voting rules",
    1987,
    "Social Choice and Welfare 4",
)
SCHULZE2011 = Reference(
    "schulze2011",
    "Schulze, M.",
    "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent "
    "single-winner election method",
    2011,
    "Social Choice and Welfare 36",
)
NANSON1882 = Reference(
    "nanson1882",
    "Nanson, E. J.",
    "Methods of election",
    1882,
    "Transactions and Proceedings of the Royal Society of Victoria 19",
)
MILLER1980 = Reference(
    "miller1980",
    "Miller, N. R.",
    "A new solution set for tournaments and majority voting",
    1980,
    "American Journal of Political Science 24",
)
BANKS1985 = Reference(
    "banks1985",
    "Banks, J. S.",
    "Sophisticated voting outcomes and agenda control",
    1985,
    "Social Choice and Welfare 1",
)
DUTTA1988 = Reference(
    "dutta1988",
    "Dutta, B.",
    "Covering sets and a new Condorcet choice correspondence",
    1988,
    "Journal of Economic Theory 44",
)
LAFFOND1993 = Reference(
    "laffond1993",
    "Laffond, G. and Laslier, J.-F. and Le Breton, M.",
    "The bipartisan set of a tournament game",
    1993,
    "Games and Economic Behavior 5",
)
SLATER1961 = Reference(
    "slater1961",
    "Slater, P.",
    "Inconsistencies in a schedule of paired comparisons",
    1961,
    "Biometrika 48",
)
HOLLIDAY2023A = Reference(
    "holliday2023a",
    "Holliday, W. H. and Pacuit, E.",
    "Split cycle: a new Condorcet-consistent voting method independent of clones and immune to "
    "spoilers",
    2023,
    "Public Choice 197",
)
HOLLIDAY2023B = Reference(
    "holliday2023b",
    "Holliday, W. H. and Pacuit, E.",
    "Stable voting",
    2023,
    "Constitutional Political Economy 34",
)
BALINSKI2011 = Reference(
    "balinski2011",
    "Balinski, M. and Laraki, R.",
    "Majority judgment: measuring, ranking, and electing",
    2011,
    "MIT Press",
)
DUMMETT1984 = Reference(
    "dummett1984", "Dummett, M.", "Voting procedures", 1984, "Oxford University Press"
)
GREENARMYTAGE2011 = Reference(
    "greenarmytage2011",
    "Green-Armytage, J.",
    "Four Condorcet-Hare Hybrid Methods for Single-Winner Elections",
    2011,
    "Voting Matters 29",
)
PAGE1999 = Reference(
    "page1999",
    "Page, L. and Brin, S. and Motwani, R. and Winograd, T.",
    "The PageRank Citation Ranking: Bringing Order to the Web",
    1999,
    "Technical Report 1999-66, Stanford InfoLab",
)
MOULIN1988 = Reference(
    "moulin1988",
    "Moulin, H.",
    "Condorcet's principle implies the no show paradox",
    1988,
    "Journal of Economic Theory 45",
    doi="10.1016/0022-0531(88)90253-0",
)
