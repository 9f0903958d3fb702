"""The sources that the axioms of every family cite."""

from mechdesign.model import Reference

MAY = Reference(
    "may1952",
    "May, K. O.",
    "A Set of Independent Necessary and Sufficient Conditions for Simple Majority Decision",
    1952,
    "Econometrica 20(4)",
    doi="10.2307/1907651",
)
GIBBARD = Reference(
    "gibbard1973",
    "Gibbard, A.",
    "Manipulation of Voting Schemes: A General Result",
    1973,
    "Econometrica 41(4)",
    doi="10.2307/1914083",
)
ASPREMONT = Reference(
    "aspremont1979",
    "d'Aspremont, C. and Gerard-Varet, L.-A.",
    "Incentives and incomplete information",
    1979,
    "Journal of Public Economics 11(1)",
    doi="10.1016/0047-2727(79)90043-4",
)
MYERSON_SATTERTHWAITE = Reference(
    "myerson1983",
    "Myerson, R. B. and Satterthwaite, M. A.",
    "Efficient mechanisms for bilateral trading",
    1983,
    "Journal of Economic Theory 29(2)",
    doi="10.1016/0022-0531(83)90048-0",
)
MOULIN = Reference(
    "moulin1988",
    "Moulin, H.",
    "Condorcet's principle implies the no show paradox",
    1988,
    "Journal of Economic Theory 45",
    doi="10.1016/0022-0531(88)90253-0",
)
THOMSON = Reference(
    "thomson1983",
    "Thomson, W.",
    "The fair division of a fixed supply among a growing population",
    1983,
    "Mathematics of Operations Research 8",
)
BRANDL = Reference(
    "brandl2016",
    "Brandl, F. and Brandt, F. and Seedig, H. G.",
    "Consistent Probabilistic Social Choice",
    2016,
    "Econometrica 84",
    doi="10.3982/ECTA13337",
    arxiv="1503.00694",
)
