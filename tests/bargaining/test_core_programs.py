"""Integer programs over random packages of all kinds against enumeration, and their limits."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import bargaining
from mechdesign.bargaining import modules, program
from mechdesign.errors import InfeasibleError, InvalidInputError, UndecidedError

RULES = ("utilitarian", "nash", "egalitarian", "kalai_smorodinsky", "equal_loss")


def random_problem(seed, unit=1):
    """Several bases, negative utilities, fractions or floats, conflicts, weights, reserves."""
    rng = np.random.default_rng(seed)
    names = [f"m{k}" for k in range(int(rng.integers(5, 9)))]
    bases = [f"b{k}" for k in range(int(rng.integers(1, 4)))]
    agents = [f"g{i}" for i in range(int(rng.integers(1, 5)))]

    def number(low, high):
        drawn = int(rng.integers(low, high))
        if seed % 3 == 1:
            return unit * F(drawn, int(rng.integers(1, 5)))
        return unit * (drawn * 0.37 + float(rng.random())) if seed % 3 == 2 else unit * drawn

    extra = {}
    if rng.random() < 0.5:
        extra["conflicts"] = [{"m0", "m1"}, {"m2", "m3", "m4"}]
    if rng.random() < 0.5:
        extra["requirements"] = [("m0", "m2")]
    if rng.random() < 0.5:
        extra["weights"] = [1, *([0, F(1, 2), 2][int(rng.integers(3))] for _ in agents[1:])]
    if rng.random() < 0.5:
        extra["reserve"] = [number(-4, 4) for _ in agents]
    return modules(
        {b: int(rng.integers(0, 8)) for b in bases},
        {m: F(int(rng.integers(0, 24)), 3) for m in names},
        {a: {x: number(-4 if seed % 2 else 0, 8) for x in [*names, *bases]} for a in agents},
        budget=F(int(rng.integers(6, 50)), 3),
        **extra,
    )


@pytest.mark.parametrize(
    ("seed", "unit"),
    [*((seed, 1) for seed in range(24))]
    + [(seed, unit) for seed in range(1, 9) for unit in (F(1, 10**9), 10**9) if seed % 3]
    + [(seed, unit) for seed in (2, 5, 8, 11) for unit in (1e-9, 1e9)],
)
def test_same_as_enumeration(seed, unit):
    problem = random_problem(seed, unit)
    for rule, refine in itertools.product(RULES, (True, False)):
        mechanism = getattr(bargaining, rule)
        options = {} if rule in ("utilitarian", "nash") else {"refine": refine}
        try:
            best = (mechanism(**options) if options else mechanism).winners(problem)
        except InfeasibleError:
            with pytest.raises(InfeasibleError):
                program(problem, rule, refine=refine)
            continue
        try:
            solved = program(problem, rule, refine=refine)
        except UndecidedError:
            assert rule == "nash"
            continue
        worth = np.array([[float(u) for u in o.utilities.values()] for o in best])
        mine = np.array([float(u) for u in solved.utilities.values()])
        assert np.abs(worth - mine).max(axis=1).min() < 1e-8 * float(unit), (rule, refine)
        if solved.choice != bargaining.NO_AGREEMENT:
            assert solved.provenance.status == "optimal"
            assert solved.provenance.gap == 0


def many(seed, m=60, agents=4):
    rng = np.random.default_rng(seed)
    names = [f"m{k}" for k in range(m)]
    return modules(
        {"b": 0},
        {x: int(rng.integers(5, 30)) for x in names},
        {f"g{i}": {x: int(rng.integers(0, 20)) for x in names} for i in range(agents)},
        budget=300,
    )


def test_refinement_keeps_the_smallest_level_and_dominates():
    problem = many(3)
    plain = program(problem, "egalitarian", refine=False)
    fine = program(problem, "egalitarian")
    assert plain.provenance.status == fine.provenance.status == "optimal"
    assert min(plain.utilities.values()) == min(fine.utilities.values())
    assert sorted(fine.utilities.values()) >= sorted(plain.utilities.values())


def test_somebody_who_cannot_gain_does_not_stop_the_refinement():
    names = [f"m{k}" for k in range(12)]
    rng = np.random.default_rng(5)
    worth = {a: {m: int(rng.integers(0, 9)) for m in names} for a in ("x", "y")}
    problem = modules(
        {"b": 0}, {m: int(rng.integers(1, 9)) for m in names}, {"stuck": {}, **worth}, budget=20
    )
    found = program(problem, "egalitarian")
    assert found.provenance.status == "optimal"
    listed = bargaining.egalitarian(problem)
    assert sorted(found.utilities.values()) == sorted(listed.utilities.values())


def test_a_limit_is_told_and_the_bound_holds():
    problem = many(1, m=120, agents=6)
    whole = program(problem, "egalitarian", refine=False, time_limit=None)
    short = program(problem, "egalitarian", time_limit=0.0)
    assert short.provenance.status.startswith(("time limit", "optimal"))
    assert float(short.provenance.bound) >= min(whole.utilities.values()) - 1e-6
    assert whole.provenance.bound == min(whole.utilities.values())


def test_identical_modules():
    names = [f"m{k}" for k in range(40)]
    problem = modules({"b": 0}, dict.fromkeys(names, 3), {"x": dict.fromkeys(names, 2)}, budget=31)
    for rule in ("utilitarian", "egalitarian", "kalai_smorodinsky"):
        assert program(problem, rule).utilities["x"] == 20


def test_parameters_are_checked():
    problem = many(0, m=6)
    for limit in (-1, float("nan"), "soon", True):
        with pytest.raises(InvalidInputError, match="time_limit"):
            program(problem, time_limit=limit)
    for gap in (0, 1, -0.1, float("nan"), float("inf"), None):
        with pytest.raises(InvalidInputError, match="gap"):
            program(problem, gap=gap)


def test_progress_is_called():
    steps = []
    program(many(0), progress=lambda: steps.append(1))
    assert steps


def test_no_package_at_all():
    with pytest.raises(InfeasibleError):
        program(modules({"b": 5}, {"m": 1}, {"x": {"m": 1}}, budget=1), "egalitarian")
