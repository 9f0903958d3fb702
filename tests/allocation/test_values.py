"""Assignments by values, the strict core, short names, and large products of utilities."""

import itertools
import math
import random
from fractions import Fraction as F

import pytest

from mechdesign import allocation, axioms
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import get, mechanism

pytest.importorskip("scipy")


@pytest.mark.parametrize("seed", range(5))
def test_assignments_by_values_against_all(seed):
    rng = random.Random(seed)
    for _ in range(20):
        n, m = rng.randint(1, 4), rng.randint(1, 4)
        values = [[rng.randint(0, 9) for _ in range(m)] for _ in range(n)]
        options = [None, *range(m)]
        every = [
            [0 if j is None else values[i][j] for i, j in enumerate(got)]
            for got in itertools.product(options, repeat=n)
            if len({j for j in got if j is not None}) == sum(j is not None for j in got)
        ]
        found = allocation.best_assignment(values)
        assert found.value == max(map(sum, every))
        least = allocation.best_assignment(values, objective="least")
        assert least.value == max(map(min, every))
        taken = [j for j in least.objects if j is not None]
        assert len(set(taken)) == len(taken)
    for wrong in ([], [[1], [1, 2]], [[-1]]):
        with pytest.raises(InvalidInputError):
            allocation.best_assignment(wrong)
    with pytest.raises(InvalidInputError, match="objective"):
        allocation.best_assignment([[1]], objective="most")


def test_trading_cycles_are_the_strict_core():
    """On all 216 profiles of three owners nothing else is in it."""
    setting = allocation.objects()
    orders = list(itertools.permutations(range(3)))
    checked = {}
    for perm in orders:

        @mechanism("tests.fixed_houses", setting=setting)
        def fixed(problem, *, setting=None, perm=perm):
            """Always the same houses."""
            return dict(zip(problem.agents, perm, strict=True))

        checked[perm] = fixed(perm=perm)
    for lists in itertools.product(orders, repeat=3):
        problem = setting.problem(list(lists), owners={0: 0, 1: 1, 2: 2})
        chosen = tuple(allocation.top_trading_cycles.solve(problem).choice.values())
        ranks = [{b: k for k, b in enumerate(own)} for own in lists]

        def blocked(got, ranks=ranks):
            for size in (1, 2, 3):
                for some in itertools.combinations(range(3), size):
                    for new in itertools.permutations(some):
                        steps = [
                            ranks[i][got[i]] - ranks[i][b] for i, b in zip(some, new, strict=True)
                        ]
                        if min(steps) >= 0 and max(steps) > 0:
                            return True
            return False

        core = [perm for perm in orders if not blocked(perm)]
        assert core == [chosen]
        if sum(map(sum, lists[0:1])) and lists[0] == (0, 1, 2):
            for perm, rule in checked.items():
                verdict = axioms.check("strict_core", rule, problem=problem)
                assert verdict.violated is (perm != chosen)
                if verdict.witness is not None:
                    assert verdict.witness.replay(rule)


def test_who_leaves_takes_what_it_owns():
    problem = allocation.objects().problem([[1], []], objects=[0, 1], owners={0: 0, 1: 1})
    verdict = axioms.check("strict_core", "allocation.serial_dictatorship", problem=problem)
    assert verdict.status is axioms.HOLDS
    verdict = axioms.check("strict_core", "allocation.boston", problem=problem)
    assert verdict.status is axioms.HOLDS

    @mechanism("tests.nothing_for_anybody", setting=allocation.objects())
    def nothing(problem, *, setting=None):
        """Nobody gets anything."""
        return dict.fromkeys(problem.agents)

    # The second has no use for its house: the first takes it.
    verdict = axioms.check("strict_core", nothing, problem=problem)
    assert verdict.witness.details["moves"] == ((0, 1), (1, None))
    assert verdict.witness.replay(nothing)


def test_short_names():
    assert get("allocation.da") is allocation.deferred_acceptance
    assert get("allocation.da(proposing=receivers)").name.startswith("allocation.deferred")
    assert get("allocation.mnw") is allocation.max_nash_welfare


def test_products_beyond_the_frontier(monkeypatch):
    from mechdesign.allocation.division import division_rules, frontier
    from mechdesign.solvers.concave.log_program import largest_product

    rng = random.Random(1)
    for _ in range(25):
        n, m = rng.randint(2, 3), rng.randint(4, 7)
        values = [[F(rng.randint(0, 20), 3) for _ in range(m)] for _ in range(n)]
        exact = allocation.max_nash_welfare(values).details
        if exact["positive"] < n:
            with pytest.raises(LimitReachedError):
                largest_product(values, 20)
            continue
        owners = largest_product(values, 20)
        sums = [sum(x for x, o in zip(values[i], owners, strict=True) if o == i) for i in range(n)]
        assert math.prod(sums) == exact["product"]
        # What may reach a product is kept, whatever is left out.
        points = frontier.frontier(values, around=sums)
        assert max(math.prod(point) for point, _ in points) == exact["product"]
    large = [[rng.randint(0, 100) for _ in range(14)] for _ in range(4)]
    monkeypatch.setattr(division_rules, "_FEW", 5)
    found = allocation.max_nash_welfare(large)
    monkeypatch.undo()
    assert found.details == allocation.max_nash_welfare(large).details
    assert found.provenance.status != "not proved"
    monkeypatch.setattr(division_rules, "_FEW", 5)
    unproved = frontier.frontier

    def never(rows, **options):
        raise LimitReachedError("too many")

    monkeypatch.setattr(division_rules, "frontier", never)
    told = allocation.max_nash_welfare(large)
    assert told.details == found.details
    assert told.provenance.status == "not proved"
    assert unproved is not never
