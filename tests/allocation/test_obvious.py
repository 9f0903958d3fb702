"""Trees of questions: which of them make truth obviously best."""

import itertools

import pytest

from mechdesign import allocation
from mechdesign.allocation import Move
from mechdesign.errors import InvalidInputError


def gain(agent, value, outcome):
    winner, price = outcome
    return value - price if winner == agent else 0


def test_dictatorships_clocks_and_posted_prices():
    orders = list(itertools.permutations(range(3)))
    found = allocation.check_obvious(
        allocation.dictatorship_tree([0, 1, 2], range(3)),
        dict.fromkeys(range(3), orders),
        worth=lambda agent, own, outcome: -own.index(outcome[agent]),
        truth=lambda agent, own, move: min(move.choices, key=own.index),
    )
    assert found.holds

    values = dict.fromkeys("abc", range(4))
    clock = allocation.check_obvious(
        allocation.clock_tree("abc", [1, 2]),
        values,
        gain,
        lambda agent, value, move: "stay" if value >= move.price else "leave",
    )
    assert clock.holds
    posted = allocation.check_obvious(
        allocation.posted_price_tree("abc", 2),
        values,
        gain,
        lambda agent, value, move: "take" if value >= move.price else "leave",
    )
    assert posted.holds


def sealed(bids, seen):
    """The second-price auction of two: the second does not see what the first has said."""

    def sold(x, y):
        return ("a", y) if x >= y else ("b", x)

    after = {
        x: Move("b", {y: sold(x, y) for y in bids}, seen="b" if not seen else None) for x in bids
    }
    return Move("a", after)


def test_sealed_bids_are_not_obvious():
    bids = range(4)
    found = allocation.check_obvious(
        sealed(bids, seen=False), dict.fromkeys("ab", bids), gain, lambda agent, own, move: own
    )
    assert not found.holds
    assert found.best > found.worst
    assert len(set(found.answers)) == 2
    # The first of them cannot be sure even where the second sees its bid.
    assert not allocation.check_obvious(
        sealed(bids, seen=True), {"a": bids}, gain, lambda agent, own, move: own
    ).holds
    with pytest.raises(InvalidInputError, match="choices"):
        allocation.check_obvious(sealed(bids, seen=True), {"a": [9]}, gain, lambda a, own, m: own)
    with pytest.raises(InvalidInputError, match="bidders"):
        allocation.clock_tree([], [1])
