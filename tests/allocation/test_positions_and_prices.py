"""Chains by positions against listed ones, and the pseudo-market's residuals."""

import itertools
import random

import numpy as np
import pytest

from mechdesign import allocation
from mechdesign.allocation.school.trading import trade_arrays
from mechdesign.errors import InvalidInputError, LimitReachedError


def graph(rng, pairs, altruists):
    vertices = [f"p{k}" for k in range(pairs)] + [f"h{k}" for k in range(altruists)]
    arcs = [
        (a, b, rng.randint(0, 5))
        for a in vertices
        for b in vertices[:pairs]
        if a != b and rng.random() < 0.35
    ]
    return allocation.exchange_graph(arcs, vertices=vertices, altruists=vertices[pairs:])


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("what", ["transplants", "weight"])
def test_positions_and_lists_find_the_same(seed, what):
    pytest.importorskip("scipy")
    rng = random.Random(seed)
    market = graph(rng, rng.randint(1, 7), rng.randint(0, 2))
    options = {"cycles": rng.randint(2, 3), "chains": rng.randint(0, 4), "maximise": what}
    one = allocation.best_exchange(market, form="listed", **options)
    two = allocation.best_exchange(market, form="positions", **options)
    assert one.proved
    assert two.proved
    assert (one.bound, getattr(one, what)) == (two.bound, getattr(two, what))
    there = [v for path in (*two.cycles, *two.chains) for v in path]
    assert len(there) == len(set(there))
    assert all(len(path) - 1 <= options["chains"] for path in two.chains)
    assert all(path[0] in market.altruists for path in two.chains)
    gifts = [pair for path in two.chains for pair in itertools.pairwise(path)]
    gifts += [p for path in two.cycles for p in zip(path, (*path[1:], path[0]), strict=True)]
    assert all(gift in market.arcs for gift in gifts)
    assert two.transplants == len(gifts)
    assert two.weight == sum(market.arcs[gift] for gift in gifts)


def test_long_chains_need_no_list():
    pytest.importorskip("scipy")
    rng = random.Random(3)
    market = graph(rng, 12, 2)
    found = allocation.best_exchange(market, cycles=2, chains=11)
    assert found.proved
    assert found.transplants == found.bound
    with pytest.raises(InvalidInputError, match="form"):
        allocation.best_exchange(market, form="flow")


@pytest.mark.parametrize("seed", range(6))
def test_the_residuals_are_those_of_the_definition(seed):
    rng = random.Random(seed)
    n = rng.randint(2, 4)
    values = [[rng.randint(0, 9) for _ in range(n)] for _ in range(n)]
    found = allocation.pseudo_market(values)
    prices, shares = np.array(found.prices), np.array(found.chances.rows)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert (prices >= 0).all()
    room = 1 - shares.sum(axis=0)
    assert found.clearing_residual == pytest.approx(
        max(0, (-room).max(), np.minimum(room, prices).max())
    )
    # Purchases of a grid, none of which gains more than the residual says.
    for own, row in zip(values, shares, strict=True):
        worth = (np.array(own) - min(own)) / max(1, max(own) - min(own))
        for j in range(n):
            for k in range(n):
                for part in np.linspace(0, 1, 21):
                    if part * prices[j] + (1 - part) * prices[k] <= 1:
                        other = part * worth[j] + (1 - part) * worth[k]
                        assert other - row @ worth <= found.demand_residual + 1e-9


def test_known_equilibria():
    found = allocation.pseudo_market([[3, 1, 0], [3, 1, 0], [1, 3, 0]])
    assert found.demand_residual < 1e-5
    assert found.clearing_residual < 1e-5
    assert found.chances.rows[2] == pytest.approx((0, 1, 0), abs=1e-5)
    assert found.chances.rows[0] == pytest.approx((0.5, 0, 0.5), abs=1e-5)
    free = allocation.pseudo_market([[1, 0], [1, 0]], capacities=[2, 1])
    assert free.prices[0] <= 1
    assert free.chances.rows[0] == pytest.approx((1, 0), abs=1e-6)
    with pytest.raises(InvalidInputError, match="capacities"):
        allocation.pseudo_market([[1], [1]])
    with pytest.raises(InvalidInputError, match="values"):
        allocation.pseudo_market([[1, 2], [1]])


def test_limits_of_chains_and_weights():
    pytest.importorskip("scipy")
    pytest.importorskip("highspy")
    graph = allocation.exchange_graph([("x", "a"), ("a", "b")], altruists=["x"])
    found = allocation.best_exchange(graph, chains=10**9, form="positions")
    assert found.chains == (("x", "a", "b"),)
    for seconds in ("soon", -1):
        with pytest.raises(InvalidInputError, match="time_limit"):
            allocation.best_exchange(graph, time_limit=seconds)
    huge = allocation.exchange_graph([("x", "a", 10**400)], altruists=["x"])
    with pytest.raises(LimitReachedError, match="digits"):
        allocation.best_exchange(huge, chains=3, form="positions", maximise="weight")


def test_values_beyond_floats_are_refused():
    for row in ([10**400, 1], [1e308, -1e308]):
        with pytest.raises(InvalidInputError, match="values"):
            allocation.pseudo_market([row])
    assert allocation.pseudo_market([[1, 0]], capacities=[10**400, 1]).chances.row(0)[0] == 1


def test_arrays_of_trades_are_refused_as_they_are():
    for lists in ([[0], [0, 1]], np.array([[2**64 - 1]], dtype=np.uint64)):
        with pytest.raises(InvalidInputError, match="lists"):
            trade_arrays(lists)


def test_the_negative_value_is_named():
    with pytest.raises(InvalidInputError, match="agent 1; got -2"):
        allocation.bag_filling([[1, 1], [1, -2]])
