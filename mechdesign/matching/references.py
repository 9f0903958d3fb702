"""Where the policies of matching come from."""

from mechdesign.model import Reference

MEHTA_PANIGRAHI = Reference(
    "mehta2012",
    "Mehta, A. and Panigrahi, D.",
    "Online Matching with Stochastic Rewards",
    2012,
    "53rd Annual IEEE Symposium on Foundations of Computer Science",
)
MEHTA_WAGGONER_ZADIMOGHADDAM = Reference(
    "mehta2015",
    "Mehta, A. and Waggoner, B. and Zadimoghaddam, M.",
    "Online Stochastic Matching with Unequal Probabilities",
    2015,
    "26th Annual ACM-SIAM Symposium on Discrete Algorithms",
)
HUANG_ZHANG = Reference(
    "huang2020",
    "Huang, Z. and Zhang, Q.",
    "Online Primal Dual Meets Online Matching with Stochastic Rewards: Configuration LP to the "
    "Rescue",
    2020,
    arxiv="2002.01802",
)
GOYAL_UDWANI = Reference(
    "goyal2020",
    "Goyal, V. and Udwani, R.",
    "Online Matching with Stochastic Rewards: Optimal Competitive Ratio via Path Based Formulation",
    2020,
    arxiv="1905.12778",
)
KARP = Reference(
    "karp1990",
    "Karp, R. M. and Vazirani, U. V. and Vazirani, V. V.",
    "An Optimal Algorithm for On-line Bipartite Matching",
    1990,
    "STOC",
    doi="10.1145/100216.100262",
)
AGGARWAL = Reference(
    "aggarwal2011",
    "Aggarwal, G. and Goel, G. and Karande, C. and Mehta, A.",
    "Online Vertex-Weighted Bipartite Matching and Single-bid Budgeted Allocations",
    2011,
    "SODA",
    doi="10.1137/1.9781611973082.95",
)
