"""The sources of this family.

Only works whose identifiers are certain are listed.  What the package derives itself (skip
rendering, the hardness gadget, the price bounds) has no entry here and is said to be its own.
"""

from __future__ import annotations

from mechdesign.model import Reference

BALSEIRO = Reference(
    "balseiro2025",
    "Balseiro, S. and others",
    "Position auctions in AI-generated content",
    2025,
    arxiv="2506.03309",
)
VICKREY = Reference(
    "vickrey1961",
    "Vickrey, W.",
    "Counterspeculation, auctions, and competitive sealed tenders",
    1961,
    "Journal of Finance 16",
    doi="10.1111/j.1540-6261.1961.tb02789.x",
)
GROVES = Reference(
    "groves1973",
    "Groves, T.",
    "Incentives in teams",
    1973,
    "Econometrica 41",
    doi="10.2307/1914085",
)
MYERSON = Reference(
    "myerson1981",
    "Myerson, R. B.",
    "Optimal auction design",
    1981,
    "Mathematics of Operations Research 6",
    doi="10.1287/moor.6.1.58",
)
EDELMAN_OSTROVSKY_SCHWARZ = Reference(
    "edelman2007",
    "Edelman, B. and Ostrovsky, M. and Schwarz, M.",
    "Internet advertising and the generalized second-price auction",
    2007,
    "American Economic Review 97",
    doi="10.1257/aer.97.1.242",
)
AGGARWAL_GOEL_MOTWANI = Reference(
    "aggarwal2006",
    "Aggarwal, G. and Goel, A. and Motwani, R.",
    "Truthful auctions for pricing search keywords",
    2006,
    "ACM Conference on Electronic Commerce",
    doi="10.1145/1134707.1134708",
)
SOUMALIAS = Reference(
    "soumalias2025",
    "Soumalias, E. and Curry, M. and Seuken, S.",
    "Truthful aggregation of LLMs with an application to online advertising",
    2025,
    arxiv="2405.05905",
)
HAJIAGHAYI = Reference(
    "hajiaghayi2024",
    "Hajiaghayi, M. and Lahaie, S. and Rezaei, K. and Shin, S.",
    "Ad auctions for LLMs via retrieval augmented generation",
    2024,
    arxiv="2406.09459",
)
CLARKE = Reference(
    "clarke1971",
    "Clarke, E. H.",
    "Multipart pricing of public goods",
    1971,
    "Public Choice 11",
    doi="10.1007/BF01726210",
)
DAY_CRAMTON = Reference(
    "day2012",
    "Day, R. W. and Cramton, P.",
    "Quadratic core-selecting payment rules for combinatorial auctions",
    2012,
    "Operations Research 60",
    doi="10.1287/opre.1110.1024",
)
MCAFEE = Reference(
    "mcafee1992",
    "McAfee, R. P.",
    "A dominant strategy double auction",
    1992,
    "Journal of Economic Theory 56",
    doi="10.1016/0022-0531(92)90091-U",
)
AUSUBEL = Reference(
    "ausubel2004",
    "Ausubel, L. M.",
    "An efficient ascending-bid auction for multiple objects",
    2004,
    "American Economic Review 94",
    doi="10.1257/0002828043052330",
)
DEMANGE_GALE_SOTOMAYOR = Reference(
    "demange1986",
    "Demange, G. and Gale, D. and Sotomayor, M.",
    "Multi-item auctions",
    1986,
    "Journal of Political Economy 94",
    doi="10.1086/261411",
)
CHATTERJEE_SAMUELSON = Reference(
    "chatterjee1983",
    "Chatterjee, K. and Samuelson, W.",
    "Bargaining under Incomplete Information",
    1983,
    "Operations Research 31",
    doi="10.1287/opre.31.5.835",
)
YOKOO = Reference(
    "yokoo2004",
    "Yokoo, M. and Sakurai, Y. and Matsubara, S.",
    "The effect of false-name bids in combinatorial auctions: new fraud in Internet auctions",
    2004,
    "Games and Economic Behavior 46",
)
AUSUBEL_MULTI = Reference(
    "ausubel2014",
    "Ausubel, L. M. and Cramton, P. and Pycia, M. and Rostek, M. and Weretka, M.",
    "Demand Reduction and Inefficiency in Multi-Unit Auctions",
    2014,
    "Review of Economic Studies 81(4)",
    doi="10.1093/restud/rdu023",
)
