"""Integer programs against enumeration."""

from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import bargaining
from mechdesign.bargaining import menu, modules, program, rubric
from mechdesign.bargaining.datasets import montreal_reconstruction
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import welfare

RULES = {
    "utilitarian": bargaining.utilitarian,
    "nash": bargaining.nash,
    "egalitarian": bargaining.egalitarian,
    "kalai_smorodinsky": bargaining.kalai_smorodinsky,
    "equal_loss": bargaining.equal_loss,
}


def random_problem(seed):
    rng = np.random.default_rng(seed)
    names = [f"m{k}" for k in range(8)]
    return modules(
        {"one": 2, "two": 3},
        {m: int(rng.integers(1, 8)) for m in names},
        {f"g{i}": {m: int(rng.integers(0, 9)) for m in [*names, "one", "two"]} for i in range(3)},
        budget=int(rng.integers(10, 20)),
        conflicts=[{"m0", "m1"}, {"m2", "m3", "m4"}],
        requirements=[("m5", "m6")],
        weights=[1, 2, 1],
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rule", RULES)
def test_same_as_enumeration(seed, rule):
    problem = random_problem(seed)
    listed, solved = RULES[rule](problem), program(problem, rule)
    assert solved.provenance.status == "optimal"
    assert solved.utilities == listed.utilities or solved in RULES[rule].winners(problem)


@pytest.mark.parametrize("rule", RULES)
def test_rubric(rule):
    problem = montreal_reconstruction()
    assert program(problem, rule).utilities == RULES[rule](problem).utilities


def test_many_modules_without_being_asked():
    rng = np.random.default_rng(1)
    names = [f"m{k}" for k in range(60)]
    problem = modules(
        {"b": 0},
        {m: int(rng.integers(5, 50)) for m in names},
        {f"g{i}": {m: int(rng.integers(0, 20)) for m in names} for i in range(3)},
        budget=300,
    )
    best = bargaining.egalitarian(problem, refine=False)
    assert best.provenance.solver == "HiGHS"
    total = bargaining.utilitarian(problem)
    assert best.cost <= 300
    assert min(best.utilities.values()) >= min(total.utilities.values())
    assert welfare.utilitarian(total.utilities) >= welfare.utilitarian(best.utilities)
    assert best.provenance.bound >= min(best.utilities.values()) - 1e-6
    product = bargaining.nash(problem)
    assert welfare.nash(product.utilities) >= welfare.nash(total.utilities)


def test_limits_of_the_programs():
    with pytest.raises(InvalidInputError, match="rule"):
        program(random_problem(0), "fair")
    with pytest.raises(InvalidInputError, match="modules"):
        program(menu([(1, 2)]))
    falling = rubric(
        {"s": {"cost": 0, "k": 2}}, {"m": {"cost": 1, "k": -3}}, {"x": {"k": 1}}, scale=(1, 5)
    )
    with pytest.raises(InvalidInputError, match="low end"):
        program(falling)
    nothing = modules({"b": 0}, {"m": 1}, {"x": {"m": 1}, "y": {}}, budget=1)
    with pytest.raises(UndecidedError):
        program(nothing, "nash")
    refused = modules({"b": 0}, {"m": F(1, 3)}, {"x": {"m": 1}}, reserve=[5], budget=F(1, 3))
    assert program(refused).choice == bargaining.NO_AGREEMENT
