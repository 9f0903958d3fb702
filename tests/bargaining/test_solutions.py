"""The classical solutions: the literature's small sets, brute force, and bad input."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import axioms, bargaining
from mechdesign.bargaining import menu, modules
from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError
from mechdesign.model import as_mechanism
from mechdesign.testing import MechanismConformance

RULES = {
    "U": bargaining.utilitarian,
    "N": bargaining.nash,
    "E": bargaining.egalitarian,
    "KS": bargaining.kalai_smorodinsky,
    "EL": bargaining.equal_loss,
}


def best(rule, vectors, reserve=None, weights=None, **options):
    """The utility vectors that a rule finds best."""
    problem = menu([tuple(v) for v in vectors], reserve=reserve, weights=weights)
    tied = (rule(**options) if options else as_mechanism(rule)).winners(problem)
    if tied[0].choice == bargaining.NO_AGREEMENT:
        return None
    return {tuple(vectors[o.choice]) for o in tied}


# vectors, reserve, then the best vectors of U, N, E, KS, EL
CASES = [
    ([(3, 3), (5, 1), (4, 2)], None, "all", [(3, 3)], [(3, 3)], [(4, 2)], [(4, 2)]),
    ([(3, 3), (4, 2)], None, "all", [(3, 3)], [(3, 3)], [(3, 3)], "all"),
    ([(0, 1), (F(3, 4), F(3, 4)), (1, 0)], None, *[[(F(3, 4), F(3, 4))]] * 5),
    (
        [(0, 1), (F(3, 4), F(3, 4)), (1, 0), (1, F(7, 10))],
        None,
        [(1, F(7, 10))],
        [(1, F(7, 10))],
        *[[(F(3, 4), F(3, 4))]] * 3,
    ),
    ([(10, 1), (3, 3), (2, 6)], (0, 2), [(10, 1)], *[[(2, 6)]] * 4),
    ([(0, 1), (2, 0)], None, [(2, 0)], "all", [(2, 0)], "all", [(2, 0)]),
    (
        [(4, 0, 0), (1, 1, 0), (0, 3, 0)],
        None,
        [(4, 0, 0)],
        [(1, 1, 0)],
        [(1, 1, 0)],
        [(1, 1, 0)],
        [(4, 0, 0)],
    ),
    ([(1, 0, 5), (6, 6, 5), (0, 10, 5)], (0, 0, 5), *[[(6, 6, 5)]] * 5),
    (
        [(6, 6, 6), (1, 1, 10), (10, 0, 0), (0, 10, 0)],
        (5, 5, 5),
        [(6, 6, 6)],
        *[[(6, 6, 6)]] * 4,
    ),
    ([(100, 0), (0, 100), (30, 31), (95, F(61, 2))], None, *[[(95, F(61, 2))]] * 5),
    ([(1, 4), (4, 1)], (2, 2), "all", None, None, None, None),
    ([(9, 1), (6, 4), (2, 8)], None, [(9, 1), (6, 4), (2, 8)], *[[(6, 4)]] * 4),
]


@pytest.mark.parametrize("case", CASES, ids=range(1, len(CASES) + 1))
@pytest.mark.parametrize("k", range(5), ids=list(RULES))
def test_published_sets(case, k):
    vectors, reserve, *expected = case
    wanted = expected[k]
    if wanted == "all":
        wanted = vectors
    found = best(list(RULES.values())[k], vectors, reserve)
    if case is CASES[8] and k == 0:
        found = best(bargaining.utilitarian, vectors, reserve, rational=True)
    if case is CASES[11] and k == 0:
        wanted = [(9, 1), (6, 4), (2, 8)]
    assert found == (None if wanted is None else set(wanted))


def test_variants():
    vectors, reserve = [(10, 1), (3, 3), (2, 6)], (0, 2)
    assert best(bargaining.utilitarian, vectors, reserve, rational=True) == {(2, 6)}
    vectors = [(4, 0, 0), (1, 1, 0), (0, 3, 0)]
    loose = best(bargaining.equal_loss, vectors, refine=False)
    assert loose == {(4, 0, 0), (1, 1, 0)}
    vectors, reserve = [(1, 0, 5), (6, 6, 5), (0, 10, 5)], (0, 0, 5)
    assert best(bargaining.egalitarian, vectors, reserve, refine=False) == set(vectors)
    weighted = [(9, 1), (6, 4), (2, 8)]
    assert best(bargaining.nash, weighted, weights=(2, 1)) == {(6, 4)}
    assert best(bargaining.utilitarian, weighted, weights=(2, 1)) == {(9, 1)}


def test_modules_and_budgets():
    def problem(budget):
        return modules(
            {"base": 0},
            {"m1": 1, "m2": 2, "m3": 2},
            {"a": {"m1": 2, "m2": 5, "m3": 1}, "b": {"m1": 2, "m2": 1, "m3": 4}},
            budget=budget,
        )

    chosen = {
        (budget, name): rule(problem(budget)).choice[1]
        for budget in (1, 2, 3)
        for name, rule in RULES.items()
    }
    assert {chosen[1, name] for name in RULES} == {("m1",)}
    assert [chosen[2, name] for name in RULES] == [("m2",), ("m2",), ("m1",), ("m1",), ("m2",)]
    assert {chosen[3, name] for name in RULES} == {("m1", "m2")}
    assert bargaining.nash(problem(3)).cost == 3


def test_thirds_fit_exactly():
    third = F(1, 3)
    unit = {name: {name: 1} for name in "abc"}
    costs = dict.fromkeys("abc", third)
    for budget, prices in ((1, costs), (1.0, dict.fromkeys("abc", 1 / 3))):
        problem = modules({"base": 0}, prices, unit, budget=budget)
        assert bargaining.nash(problem).choice == ("base", ("a", "b", "c"))


def test_conflicts():
    problem = modules(
        {"base": 0},
        {"p": 4, "q": 4, "r": 3, "s": 5},
        {
            1: {"base": 1, "p": 3, "r": 1, "s": 2},
            2: {"base": 1, "q": 4, "r": 1, "s": 2},
            3: {"base": 1, "p": 1, "q": 1, "r": 1, "s": -1},
        },
        budget=8,
        conflicts=[{"p", "q"}],
        reserve=[1, 1, 1],
    )
    found = bargaining.packages(problem)
    assert len(found) == 8
    for name in ("U", "N", "E", "KS"):
        assert RULES[name](problem).choice == ("base", ("q", "r"))
    assert RULES["EL"](problem).choice == ("base", ("r", "s"))
    loose = bargaining.egalitarian(refine=False).winners(problem)
    assert {o.choice[1] for o in loose} == {("r",), ("q", "r"), ("p", "r")}


small = st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=6)


def brute(name, vectors):
    """The definitions, naively, with reserve 0."""
    ideal = [max(v[i] for v in vectors) for i in range(3)]
    live = [i for i in range(3) if ideal[i]]
    if name == "U":
        scores = [sum(v) for v in vectors]
    elif name == "E":
        scores = [sorted(v) for v in vectors]
    elif name == "KS":
        scores = [sorted(F(v[i], ideal[i]) for i in live) for v in vectors]
    elif name == "EL":
        scores = [sorted(v[i] - ideal[i] for i in range(3)) for v in vectors]
    else:
        size = max(sum(x > 0 for x in v) for v in vectors)
        groups = {tuple(x > 0 for x in v) for v in vectors if sum(x > 0 for x in v) == size}
        result = set()
        for group in groups:
            inside = [v for v in vectors if tuple(x > 0 for x in v) == group]
            value = [np.prod([x for x, g in zip(v, group, strict=True) if g]) for v in inside]
            result |= {v for v, x in zip(inside, value, strict=True) if x == max(value)}
        return result
    return {v for v, s in zip(vectors, scores, strict=True) if s == max(scores)}


@pytest.mark.parametrize("name", RULES)
@given(vectors=small)
def test_against_the_definition(name, vectors):
    assert best(RULES[name], vectors) == brute(name, vectors)


@pytest.mark.parametrize("name", RULES)
@given(vectors=small)
def test_floats_agree_with_fractions(name, vectors):
    floats = [tuple(float(x) for x in v) for v in vectors]
    exact = best(RULES[name], vectors)
    assert best(RULES[name], floats) == {tuple(map(float, v)) for v in exact}


@given(small, st.integers(1, 10**30))
def test_huge_numbers_stay_exact(vectors, factor):
    huge = [tuple(x * factor * 10**30 + 0 for x in v) for v in vectors]
    assert {
        tuple(x // factor // 10**30 for x in v) for v in best(bargaining.egalitarian, huge)
    } == (best(bargaining.egalitarian, vectors))


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: menu({}), "at least one package"),
        (lambda: menu([]), "at least one package"),
        (lambda: menu("ab"), "packages"),
        (lambda: menu(None), "packages"),
        (lambda: menu({"a": ()}), "agent"),
        (lambda: menu({"a": (1, 2), "b": (1,)}), "2 numbers"),
        (lambda: menu({"a": {"x": 1}, "b": {"y": 1}}), "agents"),
        (lambda: menu({"a": (1, float("nan"))}), "finite"),
        (lambda: menu({"a": (1, "2")}), "finite"),
        (lambda: menu({"a": (1, 2)}, costs={"a": -1}), "costs"),
        (lambda: menu({"a": (1, 2)}, costs={"b": 1}), "costs"),
        (lambda: menu({"a": (1, 2)}, costs=[1, 2]), "costs"),
        (lambda: menu({"a": (1, 2)}, reserve=[1]), "reserve"),
        (lambda: menu({"a": (1, 2)}, weights=[0, 0]), "zero"),
        (lambda: menu({"a": (1, 2)}, budget=-1), "budget"),
        (lambda: modules({"b": 0}, {"b": 1}, {"x": {}}), "names other than"),
        (lambda: modules({}, {"m": 1}, {"x": {}}), "bases"),
        (lambda: modules({"b": 0}, {"m": -1}, {"x": {}}), "module_costs"),
        (lambda: modules({"b": 0}, {"m": 1}, {}), "agent"),
        (lambda: modules({"b": 0}, {"m": 1}, {"x": {"z": 1}}), "known"),
        (lambda: modules({"b": 0}, {"m": 1}, {"x": {}}, conflicts=[{"m", "z"}]), "conflicts"),
        (lambda: modules({"b": 0}, {"m": 1}, {"x": {}}, requirements=[("m", "z")]), "requirements"),
    ],
)
def test_bad_input(call, match):
    with pytest.raises(InvalidInputError, match=match):
        call()


def test_nothing_affordable_and_too_much():
    with pytest.raises(InfeasibleError):
        bargaining.nash({"a": (1, 1)}, costs={"a": 2}, budget=1)
    many = {f"m{k}": 1 for k in range(25)}
    with pytest.raises(LimitReachedError):
        bargaining.packages(modules({"b": 0}, many, {"x": {"m0": 1}}))


class TestNash(MechanismConformance):
    mechanism = bargaining.nash
    domain = {"agents": 2, "packages": 2, "utilities": (0, 1, 2)}
    claims = (
        "individual_rationality",
        "feasibility",
        "scale_invariance",
        "nash_contraction",
        "pareto_efficiency",
    )
    exact = True


class TestEgalitarian(MechanismConformance):
    mechanism = "bargaining.egalitarian"
    domain = {"agents": 2, "packages": 2, "utilities": (0, 1, 2)}
    claims = ("individual_rationality", "pareto_efficiency", "nash_contraction")


@pytest.mark.parametrize("packages", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_verdicts_of_the_literature(packages):
    """Which solution breaks which axiom, found by the checkers on two-agent menus."""
    scope = {"agents": 2, "packages": packages, "utilities": (0, 1, 2)}
    rules = list(RULES.values())
    table = axioms.audit(rules, ["scale_invariance", "individual_rationality"], **scope)
    scale = {name: table.verdicts[k][0] for k, name in enumerate(RULES)}
    assert scale["N"].holds
    assert scale["KS"].holds
    for name in ("U", "E", "EL"):
        assert scale[name].violated
        assert scale[name].witness.replay(RULES[name])
    assert table.verdict("bargaining.nash", "individual_rationality").holds
    contraction = axioms.check(
        "nash_contraction", bargaining.kalai_smorodinsky, problem=[(3, 3), (5, 1), (4, 2)]
    )
    assert contraction.violated
    budget = modules(
        {"base": 0},
        {"m1": 1, "m2": 2},
        {"a": {"m1": 2, "m2": 5}, "b": {"m1": 2, "m2": 1}},
        budget=1,
    )
    loss = axioms.check("resource_monotonicity", bargaining.nash, problem=budget)
    assert loss.violated
    assert loss.witness.agents == ("b",)


def test_nash_on_a_table_against_its_own_enumeration():
    """Every two-agent table of three packages with utilities 0, 1, 2."""
    for rows in itertools.islice(itertools.product(range(3), repeat=6), 0, None, 7):
        vectors = [tuple(rows[k : k + 2]) for k in (0, 2, 4)]
        products = [a * b for a, b in vectors]
        if max(products) > 0:
            wanted = {v for v, p in zip(vectors, products, strict=True) if p == max(products)}
            assert best(bargaining.nash, vectors) == wanted


def test_the_cheapest_of_tied_packages():
    problem = bargaining.menu({"a": (2, 3), "b": (3, 2), "c": (1, 1)}, costs={"a": 5, "b": 1})
    assert bargaining.nash(problem).choice == "a"
    found = bargaining.nash(ties="cost")(problem)
    assert found.choice == "b"
    assert "by cost" in found.provenance.ties
    with pytest.raises(InvalidInputError, match="ties"):
        bargaining.nash(ties="luck")(problem)
