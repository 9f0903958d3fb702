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
ARROW1950 = Reference(
    "arrow1950",
    "Arrow, K. J.",
    "A Difficulty in the Concept of Social Welfare",
    1950,
    "Journal of Political Economy 58(4)",
    doi="10.1086/256963",
)
BARTHOLDI1989 = Reference(
    "bartholdi1989",
    "Bartholdi, J. and Tovey, C. A. and Trick, M. A.",
    "Voting schemes for which it can be difficult to tell who won the election",
    1989,
    "Social Choice and Welfare 6(2)",
    doi="10.1007/BF00303169",
)
BRAMS1978 = Reference(
    "brams1978",
    "Brams, S. J. and Fishburn, P. C.",
    "Approval Voting",
    1978,
    "American Political Science Review 72(3)",
    doi="10.2307/1955105",
)
TIDEMAN1995 = Reference(
    "tideman1995",
    "Tideman, N.",
    "The Single Transferable Vote",
    1995,
    "Journal of Economic Perspectives 9(1)",
    doi="10.1257/jep.9.1.27",
)
WOLK2023 = Reference(
    "wolk2023",
    "Wolk, S. and Quinn, J. and Ogren, M.",
    "STAR Voting, equality of voice, and voter satisfaction: "
    "considerations for voting method reform",
    2023,
    "Constitutional Political Economy 34(3)",
    doi="10.1007/s10602-022-09389-3",
)
FLEMING1986 = Reference(
    "fleming1986",
    "Fleming, P. J. and Wallace, J. J.",
    "How not to lie with statistics: the correct way to summarize benchmark results",
    1986,
    "Communications of the ACM 29(3)",
    doi="10.1145/5666.5673",
)
SMITH1988 = Reference(
    "smith1988",
    "Smith, J. E.",
    "Characterizing computer performance with a single number",
    1988,
    "Communications of the ACM 31(10)",
    doi="10.1145/63039.63043",
)
AGARWAL2021 = Reference(
    "agarwal2021",
    "Agarwal, R. and Schwarzer, M. and Castro, P. S. and Courville, A. and Bellemare, M. G.",
    "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
    2021,
    "Advances in Neural Information Processing Systems 34",
    arxiv="2108.13264",
)
LIANG2022 = Reference(
    "liang2022",
    "Liang, P. and Bommasani, R. and Lee, T. and others",
    "Holistic Evaluation of Language Models",
    2022,
    "Transactions on Machine Learning Research 2023",
    arxiv="2211.09110",
)
YOUNG1974 = Reference(
    "young1974",
    "Young, H. P.",
    "An axiomatization of Borda's rule",
    1974,
    "Journal of Economic Theory 9(1)",
    doi="10.1016/0022-0531(74)90073-8",
)
YOUNG1988 = Reference(
    "young1988",
    "Young, H. P.",
    "Condorcet's Theory of Voting",
    1988,
    "American Political Science Review 82(4)",
    doi="10.2307/1961757",
)
WOODALL1997 = Reference(
    "woodall1997",
    "Woodall, D. R.",
    "Monotonicity of single-seat preferential election rules",
    1997,
    "Discrete Applied Mathematics 77",
)
HOLLIDAY2021 = Reference(
    "holliday2021",
    "Holliday, W. H. and Pacuit, E.",
    "Axioms for Defeat in Democratic Elections",
    2021,
    "Journal of Theoretical Politics 33(4)",
    arxiv="2008.08451",
)
SCHWARTZ1972 = Reference(
    "schwartz1972",
    "Schwartz, T.",
    "Rationality and the myth of the maximum",
    1972,
    "Nous 6",
)
GROFMAN2004 = Reference(
    "grofman2004",
    "Grofman, B. and Feld, S. L.",
    "If you like the alternative vote (a.k.a. the instant runoff), then you "
    "ought to know about the Coombs rule",
    2004,
    "Electoral Studies 23(4)",
)
