"""Kidney exchange, roommates, rent, Fisher markets, resources: oracles and brute force."""

import itertools
import random
from fractions import Fraction as F

import pytest

from mechdesign import allocation
from mechdesign.algorithms.closed_sets import cheapest_closed_set
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError

# ------------------------------------------------------------------------- exchange


def brute(graph, cycles, chains, pick):
    """The best of all sets of arcs that are disjoint cycles and chains, by vertex in order."""
    paths = []
    for size in range(2, max(cycles, chains + 1) + 1):
        for path in itertools.permutations(graph.vertices, size):
            gifts = list(itertools.pairwise(path))
            free = path[0] in graph.altruists
            if not all(gift in graph.arcs for gift in gifts):
                continue
            if free and size - 1 <= chains:
                paths.append((set(path), gifts))
            closing = (path[-1], path[0])
            if not free and size <= cycles and closing in graph.arcs and path[0] == min(path):
                paths.append((set(path), [*gifts, closing]))

    def best(k, used):
        if k == len(paths):
            return 0
        without = best(k + 1, used)
        vertices, gifts = paths[k]
        if vertices & used:
            return without
        worth = len(gifts) if pick == "transplants" else sum(graph.arcs[g] for g in gifts)
        return max(without, worth + best(k + 1, used | vertices))

    return best(0, frozenset())


@pytest.mark.parametrize("seed", range(40))
def test_exchanges_are_the_best(seed):
    rng = random.Random(seed)
    n = rng.randint(2, 6)
    free = [v for v in range(n) if rng.random() < 0.2]
    arcs = [
        (a, b, rng.randint(0, 3))
        for a, b in itertools.permutations(range(n), 2)
        if b not in free and rng.random() < 0.35
    ]
    graph = allocation.exchange_graph(arcs, vertices=range(n), altruists=free)
    cycles, chains = rng.randint(2, 4), rng.randint(0, 3)
    for pick in ("transplants", "weight"):
        found = allocation.best_exchange(graph, cycles=cycles, chains=chains, maximise=pick)
        value = found.transplants if pick == "transplants" else found.weight
        assert found.proved
        assert value == found.bound == brute(graph, cycles, chains, pick)
        used = [v for path in (*found.cycles, *found.chains) for v in path]
        assert len(used) == len(set(used))
        assert all(len(path) <= cycles for path in found.cycles)
        assert all(path[0] in free and len(path) <= chains + 1 for path in found.chains)
        whole = allocation.best_exchange(graph, cycles=None, maximise=pick)
        assert whole.bound == brute(graph, n, 0, pick)


def test_preflib(tmp_path):
    path = tmp_path / "00036-1.wmd"
    head = "# NUMBER ALTERNATIVES: 3\n# NUMBER EDGES: 4\n"
    names = "".join(
        f"# ALTERNATIVE NAME {k + 1}: {name}\n"
        for k, name in enumerate(["Pair 1", "Pair 2", "Alturist 1"])
    )
    path.write_text(head + names + "1,2,1.0\n2,1,1.0\n3,1,1.0\n1,3,0.0\n", encoding="utf-8")
    graph = allocation.read_exchange(path)
    assert (graph.altruists, len(graph.arcs)) == (frozenset({3}), 3)
    assert graph.decisions == ("1 arcs of weight 0 to altruists are left out",)
    assert allocation.best_exchange(graph, cycles=2).transplants == 2
    found = allocation.best_exchange(graph, cycles=2, chains=2)
    assert found.transplants == 2
    for text, told in (
        (head.replace("4", "5") + names + "1,2,1\n", "have 5"),
        (names + "1,2\n", "source,target,weight"),
        (head.replace("4", "1") + names + "1,4,1\n", "name every vertex"),
        (names + "1,2,1\n", "NUMBER ALTERNATIVES"),
        ("# FILE NAME: 00036", "NUMBER ALTERNATIVES"),
        (head.splitlines(keepends=True)[0] + names + "1,2,1\n", "NUMBER EDGES"),
        (names + "1,\u00b2,1\n", "whole numbers in line 4"),
        (names + "1,b,1\n", "whole numbers in line 4"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInputError, match=told):
            allocation.read_exchange(path)
    for arcs, told in (
        ([(0, 0)], "from one to another"),
        ([(0, 1), (0, 1)], "given once"),
        ([(0,)], "giver"),
    ):
        with pytest.raises(InvalidInputError, match=told):
            allocation.exchange_graph(arcs)
    with pytest.raises(InvalidInputError, match="altruist"):
        allocation.exchange_graph([(0, 1)], altruists=[1])


@pytest.mark.parametrize("seed", range(40))
def test_closed_sets_are_the_cheapest(seed):
    rng = random.Random(seed)
    n = rng.randint(0, 7)
    weights = [F(rng.randint(-5, 5), rng.randint(1, 2)) for _ in range(n)]
    before = [{j for j in range(k) if rng.random() < 0.3} for k in range(n)]
    closed = [
        set(s)
        for size in range(n + 1)
        for s in itertools.combinations(range(n), size)
        if all(before[k] <= set(s) for k in s)
    ]
    found = cheapest_closed_set(weights, before)
    least = min(sum(weights[k] for k in s) for s in closed)
    assert found in closed
    assert sum(weights[k] for k in found) == least


# ------------------------------------------------------------------------- roommates


def stable_pairs(lists):
    """All stable matchings of a set of agents, by trying all."""
    n = len(lists)
    accept = [[j for j in own if i in lists[j]] for i, own in enumerate(lists)]

    def matchings(left):
        if not left:
            yield {}
            return
        i, rest = left[0], left[1:]
        for part in matchings(rest):
            yield {i: None, **part}
        for j in rest:
            if j in accept[i]:
                for part in matchings([k for k in rest if k != j]):
                    yield {i: j, j: i, **part}

    def prefers(i, j, got):
        return got is None or accept[i].index(j) < accept[i].index(got)

    return [
        got
        for got in matchings(list(range(n)))
        if not any(
            prefers(i, j, got[i]) and prefers(j, i, got[j])
            for i in range(n)
            for j in accept[i]
            if got[i] != j
        )
    ]


def test_roommates_oracles():
    lists = [
        [3, 5, 1, 4, 2],
        [5, 2, 4, 0, 3],
        [1, 3, 4, 0, 5],
        [4, 1, 0, 5, 2],
        [2, 0, 3, 5, 1],
        [4, 0, 2, 3, 1],
    ]
    every = stable_pairs(lists)
    assert len(every) == 2
    assert allocation.stable_roommates(lists).pairs in every
    none = allocation.stable_roommates([[1, 2, 3], [2, 0, 3], [0, 1, 3], [0, 1, 2]])
    assert none.pairs is None
    assert "leaves nobody to" in none.reason
    with pytest.raises(InvalidInputError, match="strict"):
        allocation.stable_roommates([[0]])
    with pytest.raises(InvalidInputError, match="strict"):
        allocation.stable_roommates([[(1, 2)], [0], [0]])


def test_roommates_of_four():
    """48 of the 1,296 complete instances have no stable matching."""
    orders = [list(itertools.permutations([j for j in range(4) if j != i])) for i in range(4)]
    none = 0
    for lists in itertools.product(*orders):
        found = allocation.stable_roommates([list(own) for own in lists])
        none += found.pairs is None
    assert none == 48


@pytest.mark.parametrize("seed", range(200))
def test_roommates_are_stable_where_anything_is(seed):
    rng = random.Random(seed)
    n = rng.randint(1, 6)
    lists = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        lists.append(rng.sample(others, len(others) if seed % 2 else rng.randint(0, len(others))))
    every = stable_pairs(lists)
    found = allocation.stable_roommates(lists)
    assert (found.pairs is None) is (not every)
    assert found.pairs is None or found.pairs in every


# ------------------------------------------------------------------------- rent


def test_rent_oracles():
    found = allocation.divide_rent([[40, 30, 30], [50, 25, 25], [20, 40, 40]], 100)
    assert found.rooms == (2, 0, 1)
    assert found.prices == (F(140, 3), F(80, 3), F(80, 3))
    assert min(found.utilities) == F(10, 3)
    found = allocation.divide_rent([[1000, 600, 400], [900, 700, 400], [800, 800, 400]], 2000)
    assert found.rooms == (0, 2, 1)
    assert found.prices == (F(2800, 3), F(2200, 3), F(1000, 3))
    assert min(found.utilities) == F(200, 3)


@pytest.mark.parametrize("seed", range(60))
def test_rents_are_without_envy_and_of_the_largest_value(seed):
    rng = random.Random(seed)
    n = rng.randint(1, 4)
    values = [[rng.randint(0, 9) for _ in range(n)] for _ in range(n)]
    rent = F(rng.randint(0, 20), rng.randint(1, 2))
    found = allocation.divide_rent(values, rent, negative=True)
    pairs = list(enumerate(found.rooms))
    best = max(
        sum(values[i][r] for i, r in enumerate(order)) for order in itertools.permutations(range(n))
    )
    assert sum(values[i][r] for i, r in pairs) == best
    assert sum(found.prices) == rent
    for i, r in pairs:
        assert found.utilities[i] == values[i][r] - found.prices[r]
        assert all(found.utilities[i] >= values[i][s] - found.prices[s] for s in range(n))
    # No prices do better: the sum of utilities is fixed, and of two persons both have half at most.
    assert min(found.utilities) <= F(best - rent) / n
    if all(p >= 0 for p in found.prices):
        again = allocation.divide_rent(values, rent)
        assert min(again.utilities) == min(found.utilities)


def test_rents_that_would_be_negative():
    with pytest.raises(InfeasibleError, match="negative=True"):
        allocation.divide_rent([[10, 0], [10, 0]], 2)
    found = allocation.divide_rent([[10, 0], [10, 0]], 2, negative=True)
    assert sorted(found.prices) == [-4, 6]
    with pytest.raises(InvalidInputError, match="as many rooms"):
        allocation.divide_rent([[1, 2]], 1)


# ------------------------------------------------------------------------- divisible


def test_fisher_oracles():
    found = allocation.fisher_equilibrium([[3, 1], [2, 1], [1, 2]])
    assert (found.prices, found.utilities) == ((2, 1), (F(3, 2), 1, 2))
    found = allocation.fisher_equilibrium([[8, 7, 5], [6, 8, 4], [9, 3, 5]])
    assert found.prices == (F(6, 5), F(21, 20), F(3, 4))
    assert found.utilities == (F(20, 3), F(160, 21), F(15, 2))
    found = allocation.fisher_equilibrium([[4, 2, 1], [1, 3, 2]], [2, 1])
    assert found.prices == (F(18, 11), F(9, 11), F(6, 11))
    assert found.utilities == (F(44, 9), F(11, 3))


@pytest.mark.parametrize("seed", range(60))
def test_equilibria_clear_and_are_affordable(seed):
    rng = random.Random(seed)
    n, m = rng.randint(1, 4), rng.randint(1, 4)
    values = [[rng.randint(0, 5) for _ in range(m)] for _ in range(n)]
    budgets = [rng.randint(1, 4) for _ in range(n)]
    if not all(map(any, values)):
        with pytest.raises(InvalidInputError, match="not all 0"):
            allocation.fisher_equilibrium(values, budgets)
        return
    found = allocation.fisher_equilibrium(values, budgets)
    for j, price in enumerate(found.prices):
        wanted = any(own[j] for own in values)
        assert (price > 0) is wanted
        assert sum(part[j] for part in found.shares) == wanted
    for i, part in enumerate(found.shares):
        assert sum(s * p for s, p in zip(part, found.prices, strict=True)) == budgets[i]
        best = max(F(x) / p for x, p in zip(values[i], found.prices, strict=True) if p)
        assert found.utilities[i] == best * budgets[i]


def test_resources():
    assert allocation.dominant_resource_fairness([9, 18], [[1, 4], [3, 1]]) == (3, 2)
    tasks = allocation.dominant_resource_fairness([9, 18], [[1, 4], [3, 1]], weights=[2, 1])
    shares = [tasks[0] * F(4, 18), tasks[1] * F(3, 9)]
    assert shares[0] == 2 * shares[1]
    # Who needs what is left goes on.
    assert allocation.dominant_resource_fairness([1, 1], [[1, 0], [1, 0], [0, 1]]) == (
        F(1, 2),
        F(1, 2),
        1,
    )
    for capacities, demands in (([0], [[1]]), ([1], [[0]]), ([1], [[1, 1]])):
        with pytest.raises(InvalidInputError):
            allocation.dominant_resource_fairness(capacities, demands)
    with pytest.raises(InvalidInputError, match="weights"):
        allocation.dominant_resource_fairness([1], [[1]], weights=[0])


def test_strangers_are_refused_where_vertices_are_given():
    with pytest.raises(InvalidInputError, match="altruists"):
        allocation.exchange_graph([("a", "b")], vertices=["a", "b"], altruists=["c"])
    with pytest.raises(InvalidInputError, match="between the vertices"):
        allocation.exchange_graph([("a", "c")], vertices=["a", "b"])
    # Vertices that are an iterator are read once.
    assert allocation.exchange_graph([("a", "b")], vertices=iter("ab")).vertices == ("a", "b")


def test_what_cycles_of_any_length_cannot_do_is_told():
    graph = allocation.exchange_graph([(0, 1, 2**60), (1, 0, 1)])
    with pytest.raises(InvalidInputError, match="maximise"):
        allocation.best_exchange(graph, maximise="weights")
    with pytest.raises(InvalidInputError, match="chains"):
        allocation.best_exchange(graph, cycles=None, chains=2)
    with pytest.raises(LimitReachedError, match="digits"):
        allocation.best_exchange(graph, cycles=None, maximise="weight")
    assert allocation.best_exchange(graph, cycles=None).transplants == 2


def test_limits_are_told(monkeypatch):
    from mechdesign.allocation.exchange import cycles_and_chains

    monkeypatch.setattr(cycles_and_chains, "_LISTED", 20)
    graph = allocation.exchange_graph(list(itertools.permutations(range(6), 2)))
    with pytest.raises(LimitReachedError, match="more than 20"):
        allocation.best_exchange(graph)


def test_command_line(tmp_path, capsys):
    from mechdesign.cli import main

    graph = tmp_path / "graph.wmd"
    names = "".join(f"# ALTERNATIVE NAME {k}: Pair {k}\n" for k in (1, 2))
    head = "# NUMBER ALTERNATIVES: 2\n# NUMBER EDGES: 2\n"
    graph.write_text(head + names + "1,2,1\n2,1,1\n", encoding="utf-8")
    assert main(["solve", "allocation", "exchange", str(graph)]) == 0
    assert "2 transplants, proved 2" in capsys.readouterr().out
    values = tmp_path / "values.csv"
    values.write_text("who,car,boat\nann,8,7\nbob,6,8\n", encoding="utf-8")
    assert main(["solve", "allocation", "goods", str(values), "--mechanism", "leximin"]) == 0
    assert "leximin  car  boat" in capsys.readouterr().out
    assert main(["solve", "allocation", "goods", str(values), str(values)]) == 2


def test_weights_by_arc_are_no_list_of_arcs():
    # A mapping would be read as its keys, and every weight as 1.
    with pytest.raises(InvalidInputError, match="arcs"):
        allocation.exchange_graph({("a", "b"): 3, ("b", "a"): 2})
