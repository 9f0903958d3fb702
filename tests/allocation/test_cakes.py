"""Cake cutting: figures of the literature, and what the rules promise on random cakes."""

import itertools
import random
from fractions import Fraction as F

import pytest

from mechdesign import allocation
from mechdesign.errors import InvalidInputError

CAKE = [([F(1, 2)], [F(3, 2), F(1, 2)]), ([F(1, 4), F(3, 4)], [2, 0, 2]), ([], [1])]


def test_three_densities():
    found = allocation.last_diminisher(CAKE)
    assert found.pieces == {
        0: ((F(1, 6), F(7, 18)),),
        1: ((0, F(1, 6)),),
        2: ((F(7, 18), 1),),
    }
    assert found.values[2][2] == F(11, 18)
    assert (found.values[0][0], found.values[0][2]) == (F(1, 3), F(5, 12))
    assert (0, 2, F(1, 12)) in found.envy
    halves = allocation.even_paz(CAKE)
    assert halves.pieces == {
        0: ((F(1, 6), F(5, 12)),),
        1: ((0, F(1, 6)),),
        2: ((F(5, 12), 1),),
    }
    assert [halves.values[i][i] for i in (1, 0, 2)] == [F(1, 3), F(3, 8), F(7, 12)]
    assert (found.queries, halves.queries) == (8, 10)
    assert "[0, 1/6]" in found.table().column("piece")


def random_cake(rng, n):
    rows = []
    for _ in range(n):
        cuts = sorted({F(rng.randint(1, 11), 12) for _ in range(rng.randint(0, 4))})
        rows.append((cuts, [rng.randint(0, 4) for _ in range(len(cuts) + 1)]))
    return rows


@pytest.mark.parametrize("seed", range(8))
def test_promises(seed):
    rng = random.Random(seed)
    for _ in range(12):
        n = rng.randint(1, 6)
        rows = random_cake(rng, n)
        cake = {f"a{k}": row for k, row in enumerate(rows)}
        rules = [allocation.last_diminisher, allocation.even_paz]
        for rule in rules + ([allocation.selfridge_conway] if n == 3 else []):
            found = rule(cake)
            parts = sorted(part for piece in found.pieces.values() for part in piece)
            # The whole cake, once.
            assert sum(b - a for a, b in parts) == 1
            assert all(x[1] <= y[0] for x, y in itertools.pairwise(parts))
            for own, (cuts, heights) in zip(found.values.items(), rows, strict=True):
                ends = [0, *cuts, 1]
                total = sum(
                    h * (b - a) for h, (a, b) in zip(heights, itertools.pairwise(ends), strict=True)
                )
                assert own[1][own[0]] * n >= total
                assert sum(own[1].values()) == total
            if rule is allocation.selfridge_conway:
                assert found.envy == ()
            else:
                assert all(len(piece) <= 1 for piece in found.pieces.values())


def test_bad_cakes():
    for wrong in ([], [([], [])], [([1], [1, 2])], [([F(1, 2)], [1])], [([], [-1])], [3], [([],)]):
        with pytest.raises(InvalidInputError):
            allocation.last_diminisher(wrong)
    with pytest.raises(InvalidInputError, match="three"):
        allocation.selfridge_conway(CAKE[:2])
