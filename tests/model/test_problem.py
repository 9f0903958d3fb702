"""Problems: immutable, labelled, and closed under the operations that axioms need."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import dumps, loads
from mechdesign.errors import InvalidInputError
from mechdesign.model import Problem


def make(**changes):
    fields = {
        "agents": ("ann", "bob", "cy"),
        "types": (0, Fraction(1, 3), 1),
        "weights": (1, 2, 3),
        "reserve": (0, 0, Fraction(1, 2)),
        "budget": 10,
    }
    return Problem(**{**fields, **changes})


def test_report_changes_one_type_only():
    problem = make()
    other = problem.report("bob", 5)
    assert other.types == (0, 5, 1)
    assert problem.types == (0, Fraction(1, 3), 1)
    assert other.weights == problem.weights


def test_without_keeps_the_names_of_the_others():
    left = make().without("ann")
    assert left.agents == ("bob", "cy")
    assert left.types == (Fraction(1, 3), 1)
    assert left.weights == (2, 3)
    assert left.reserve == (0, Fraction(1, 2))
    assert left.type_of("cy") == 1


def test_permuted_moves_everything_but_the_names():
    moved = make().permuted([2, 0, 1])
    assert moved.agents == ("ann", "bob", "cy")
    assert moved.types == (1, 0, Fraction(1, 3))
    assert moved.weights == (3, 1, 2)
    assert moved.reserve == (Fraction(1, 2), 0, 0)


@given(st.permutations(range(3)), st.permutations(range(3)))
def test_permutations_compose(first, second):
    problem = make()
    both = [first[k] for k in second]
    assert problem.permuted(first).permuted(second) == problem.permuted(both)


def test_arrays_are_kept_as_read_only_arrays():
    types = np.array([[0.0, 1.0], [2.0, 3.0]])
    problem = Problem(range(2), types)
    types[0, 0] = 99
    assert problem.types[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        problem.types[0, 0] = 1
    assert problem.report(1, [5.0, 6.0]).types.tolist() == [[0, 1], [5, 6]]
    assert problem.without(0).types.tolist() == [[2, 3]]
    assert problem == Problem(range(2), np.array([[0.0, 1.0], [2.0, 3.0]]))
    assert problem != problem.report(1, [5.0, 6.0])


def test_equal_problems_hash_alike():
    assert make() == make()
    assert hash(make()) == hash(make())
    assert make() != make(budget=11)
    assert make() != "problem"


@pytest.mark.parametrize(
    "problem",
    [
        make(),
        Problem(range(2), (1, 2)),
        Problem((), ()),
        Problem(range(2), np.array([0.25, 0.5])),
        Problem(("a", 1), (frozenset({1}), {"k": 2}.get("k")), data=("x", Fraction(1, 7))),
    ],
)
def test_round_trips(problem):
    assert pickle.loads(pickle.dumps(problem)) == problem
    assert loads(dumps(problem)) == problem


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"agents": ("ann", "ann", "cy")}, "distinct"),
        ({"types": (1, 2)}, "types"),
        ({"weights": (1, 2)}, "weights"),
        ({"weights": (1, -1, 1)}, r"weights\[1\]"),
        ({"weights": (0, 0, 0)}, "all be zero"),
        ({"weights": (float("nan"), 1, 1)}, "finite"),
        ({"reserve": (1, 2)}, "reserve"),
        ({"reserve": ("a", 1, 2)}, "finite"),
        ({"budget": -1}, "budget"),
        ({"budget": float("inf")}, "budget"),
    ],
)
def test_bad_input(changes, match):
    with pytest.raises(InvalidInputError, match=match):
        make(**changes)


def test_unknown_agents_and_orders():
    with pytest.raises(InvalidInputError, match="agent"):
        make().report("dora", 1)
    with pytest.raises(InvalidInputError, match="agent"):
        make().without("dora")
    for order in ([0, 1], [0, 0, 1], [1, 2, 3]):
        with pytest.raises(InvalidInputError, match="permutation"):
            make().permuted(order)
