"""Position auctions: slots and generated content, models of users who click, payments.

Separable slots
    :func:`gsp`, :func:`vcg`, :func:`gfp`, :func:`second_price` on values per click and the click
    rates of the slots; their setting is :func:`position`.
"""

from mechdesign.auctions.classics import gfp, gsp, second_price, vcg
from mechdesign.auctions.position import PositionSetting, Slots, position

__all__ = [
    "PositionSetting",
    "Slots",
    "gfp",
    "gsp",
    "position",
    "second_price",
    "vcg",
]
