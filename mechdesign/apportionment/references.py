"""Where the methods and axioms of apportionment come from."""

from mechdesign.model import Reference

BALINSKI_YOUNG = Reference(
    "balinski1982",
    "Balinski, M. L. and Young, H. P.",
    "Fair Representation: Meeting the Ideal of One Man, One Vote",
    1982,
    "Yale University Press",
)
