"""The sources of several rules and axioms of this family."""

from mechdesign.model import Reference

GALE_SHAPLEY = Reference(
    "gale1962",
    "Gale, D. and Shapley, L. S.",
    "College Admissions and the Stability of Marriage",
    1962,
    "The American Mathematical Monthly 69(1)",
    doi="10.2307/2312726",
)
ABDULKADIROGLU_SONMEZ = Reference(
    "abdulkadiroglu2003",
    "Abdulkadiroglu, A. and Sonmez, T.",
    "School Choice: A Mechanism Design Approach",
    2003,
    "American Economic Review 93(3)",
    doi="10.1257/000282803322157061",
)
BOGOMOLNAIA_MOULIN = Reference(
    "bogomolnaia2001",
    "Bogomolnaia, A. and Moulin, H.",
    "A New Solution to the Random Assignment Problem",
    2001,
    "Journal of Economic Theory 100(2)",
    doi="10.1006/jeth.2000.2710",
)
GUSFIELD_IRVING = Reference(
    "gusfield1989",
    "Gusfield, D. and Irving, R. W.",
    "The Stable Marriage Problem: Structure and Algorithms",
    1989,
    "MIT Press",
)
KESTEN = Reference(
    "kesten2010",
    "Kesten, O.",
    "School Choice with Consent",
    2010,
    "The Quarterly Journal of Economics 125(3)",
    doi="10.1162/qjec.2010.125.3.1297",
)
CHEN_KESTEN = Reference(
    "chen2017",
    "Chen, Y. and Kesten, O.",
    "Chinese College Admissions and School Choice Reforms: A Theoretical Analysis",
    2017,
    "Journal of Political Economy 125(1)",
    doi="10.1086/689773",
)
CARAGIANNIS = Reference(
    "caragiannis2019",
    "Caragiannis, I. and Kurokawa, D. and Moulin, H. and Procaccia, A. D. and Shah, N. and "
    "Wang, J.",
    "The Unreasonable Fairness of Maximum Nash Welfare",
    2019,
    "ACM Transactions on Economics and Computation 7(3)",
    doi="10.1145/3355902",
)

LIPTON = Reference(
    "lipton2004",
    "Lipton, R. J. and Markakis, E. and Mossel, E. and Saberi, A.",
    "On Approximately Fair Allocations of Indivisible Goods",
    2004,
    "Proceedings of the 5th ACM Conference on Electronic Commerce",
    doi="10.1145/988772.988792",
)
RANDOM_DICTATORS = Reference(
    "abdulkadiroglu1998",
    "Abdulkadiroglu, A. and Sonmez, T.",
    "Random Serial Dictatorship and the Core from Random Endowments in House Allocation Problems",
    1998,
    "Econometrica 66",
    doi="10.2307/2998580",
)
RANK_MAXIMAL = Reference(
    "irving2006",
    "Irving, R. W. and Kavitha, T. and Mehlhorn, K. and Michail, D. and Paluch, K. E.",
    "Rank-maximal matchings",
    2006,
    "ACM Transactions on Algorithms 2",
    doi="10.1145/1198513.1198520",
)
FOLEY = Reference(
    "foley1967",
    "Foley, D. K.",
    "Resource Allocation and the Public Sector",
    1967,
    "Yale Economic Essays 7",
)
BUDISH = Reference(
    "budish2011",
    "Budish, E.",
    "The Combinatorial Assignment Problem: Approximate Competitive Equilibrium from Equal Incomes",
    2011,
    "Journal of Political Economy 119",
)
KESTEN_COMPETING = Reference(
    "kesten2006",
    "Kesten, O.",
    "On two competing mechanisms for priority-based allocation problems",
    2006,
    "Journal of Economic Theory 127",
)
IRVING_TIES = Reference(
    "irving1994",
    "Irving, R. W.",
    "Stable marriage and indifference",
    1994,
    "Discrete Applied Mathematics 48",
)
BARMAN = Reference(
    "barman2018",
    "Barman, S. and Biswas, A. and Krishnamurthy, S. K. and Narahari, Y.",
    "Groupwise Maximin Fair Allocation of Indivisible Goods",
    2018,
    "Proceedings of the AAAI Conference on Artificial Intelligence 32",
)
GARG_TAKI = Reference(
    "garg2019",
    "Garg, J. and Taki, S.",
    "An Improved Approximation Algorithm for Maximin Shares",
    2019,
)
SVENSSON = Reference(
    "svensson1999",
    "Svensson, L.-G.",
    "Strategy-proof allocation of indivisible goods",
    1999,
    "Social Choice and Welfare 16(4)",
    doi="10.1007/s003550050160",
)
PLAUT = Reference(
    "plaut2020",
    "Plaut, B. and Roughgarden, T.",
    "Almost Envy-Freeness with General Valuations",
    2020,
    "SIAM Journal on Discrete Mathematics 34(2)",
    doi="10.1137/19M124397X",
)
CONITZER = Reference(
    "conitzer2017",
    "Conitzer, V. and Freeman, R. and Shah, N.",
    "Fair Public Decision Making",
    2017,
    "EC",
    doi="10.1145/3033274.3085125",
)
FREEMAN = Reference(
    "freeman2019",
    "Freeman, R. and Sikdar, S. and Vaish, R. and Xia, L.",
    "Equitable Allocations of Indivisible Goods",
    2019,
    "IJCAI",
)
