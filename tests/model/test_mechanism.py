"""Mechanisms, their registry, and what counts as one."""

import functools
import pickle
from fractions import Fraction

import numpy as np
import pytest

import mechdesign as md
from mechdesign import facility
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    FunctionMechanism,
    Lottery,
    Mechanism,
    Outcome,
    RationalArray,
    as_mechanism,
    generator,
    mechanism,
)

LINE = facility.line(0, 1)


def test_registry_has_every_family():
    entries = md.mechanisms()
    families = [entry.family for entry in entries]
    assert families == sorted(families, key=list(dict.fromkeys(families)).index)
    assert all(entry.summary for entry in entries)
    assert len({entry.id for entry in entries}) == len(entries)
    assert [e.id for e in md.mechanisms("facility")] == [
        e.id for e in entries if e.family == "facility"
    ]


def test_get():
    assert md.get("facility.average")([0, 1]).choice == Fraction(1, 2)
    with pytest.raises(InvalidInputError, match=r"facility\.average"):
        md.get("facility.averag")
    for bad in ("", "nothing", 3, None):
        with pytest.raises(InvalidInputError, match="registered"):
            md.get(bad)
    with pytest.raises(InvalidInputError, match="family"):
        md.mechanisms("families")


NAMED = [
    "facility.quantile(q=1/3)",
    "facility.order_statistic(rank=2)",
    "bargaining.egalitarian(refine=False)",
    "bargaining.lottery_rule(rule=nash, when=ex ante)",
]


@pytest.mark.parametrize("name", NAMED)
def test_a_shown_name_gives_the_mechanism_again(name):
    found = md.get(name)
    assert found.name == name
    assert md.get(found.name).parameters == found.parameters


def test_values_in_names():
    read = md.model.parse_name("a.b(x=(1, 1/2, (2, 3)), y=None, z='a, b', w=0.1, v=[x])")
    assert read == (
        "a.b",
        {
            "x": (1, Fraction(1, 2), (2, 3)),
            "y": None,
            "z": "a, b",
            "w": Fraction(1, 10),
            "v": ("x",),
        },
    )
    assert md.model.parse_name("a.b()") == ("a.b", {})


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("facility.quantile(q=1/3", "parenthesis"),
        ("facility.quantile(1/3)", "key=value"),
        ("facility.quantile(q=)", "key=value"),
        ("facility.quantile(q=(1)", "parenthes"),
        ("facility.quantile(q=1))", "parenthes"),
        ("facility.phantoms", "its locations"),
        ("facility.quantile(r=1)", "q"),
        ("facility.average(k=2)", "setting"),
        ("bargaining.nash(cook=1)", "nash"),
        ("facility.averag(k=2)", r"facility\.average"),
    ],
)
def test_bad_names(name, told):
    with pytest.raises(InvalidInputError, match=told):
        md.get(name)


@mechanism("toy.first_or", setting=LINE)
def first_or(data, *, other=0):
    """The first report, or another point."""
    problem = LINE.problem(data) if isinstance(data, list) else data
    point = problem.types[0] if other == 0 else other
    return Outcome(point, problem=problem, setting=LINE)


def test_decorated_functions_stay_functions():
    assert first_or([1, 0]).choice == 1
    rule = as_mechanism(first_or)
    assert rule.id == "toy.first_or"
    assert rule([1, 0]).choice == 1
    assert rule.solve(LINE.problem([Fraction(1, 2), 0])).choice == Fraction(1, 2)
    bound = as_mechanism(functools.partial(first_or, other=1))
    assert bound.name == "toy.first_or(other=1)"
    assert bound([0, 0]).choice == 1
    for one in (rule, bound):
        again = pickle.loads(pickle.dumps(one))
        assert again([0, 0]) == one([0, 0])
    with pytest.raises(InvalidInputError, match="arguments"):
        rule.with_options(colour=1)


def test_a_wrapper_is_not_what_it_wraps():
    """With functools.wraps it bears the attributes of the wrapped function."""

    @functools.wraps(first_or)
    def mirrored(x):
        return 1 - first_or(x).choice

    for wrapper in (mirrored, functools.partial(mirrored)):
        assert as_mechanism(wrapper, LINE)([1, 0]).choice == 0
        with pytest.raises(InvalidInputError, match="setting"):
            as_mechanism(wrapper)


def test_functions_return_what_they_like():
    raw = FunctionMechanism(min, LINE)
    assert raw([1, 0]).choice == 0
    assert raw.name == "min"
    wrapped = FunctionMechanism(lambda x: Outcome(x[0]), LINE)
    assert wrapped([1, 0]).utilities == {0: 1, 1: 0}
    assert wrapped.name == "lambda"
    coin = FunctionMechanism(lambda x: Lottery.uniform([Outcome(0), Outcome(1)]), LINE)
    assert isinstance(coin([1, 0]), Lottery)
    named = FunctionMechanism(min, LINE, name="lowest")
    assert repr(named) == "<lowest>"
    assert pickle.loads(pickle.dumps(named)).name == "lowest"


def test_functions_cannot_reach_the_problem():
    def vandal(x):
        x.sort()
        x.append(99)
        return x[0]

    problem = LINE.problem([1, 0])
    assert FunctionMechanism(vandal, LINE).solve(problem).choice == 0
    assert problem.types == (1, 0)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "here", None, [1, 2]])
def test_functions_that_choose_nonsense(bad):
    with pytest.raises(InvalidInputError):
        FunctionMechanism(lambda x: bad, LINE)([0, 1])


def test_as_mechanism_refuses():
    for bad in (3, None, [facility.median()]):
        with pytest.raises(InvalidInputError):
            as_mechanism(bad)
    with pytest.raises(InvalidInputError, match="setting"):
        as_mechanism(len)
    with pytest.raises(InvalidInputError, match=r"facility.median\(\)"):
        as_mechanism(facility.median)


def test_generator():
    assert generator(3).integers(100) == np.random.default_rng(3).integers(100)
    rng = np.random.default_rng(1)
    assert generator(rng) is rng
    for bad in ("seed", -1, 1.5):
        with pytest.raises(InvalidInputError, match="rng"):
            generator(bad)


def test_mechanism_is_abstract():
    with pytest.raises(TypeError):
        Mechanism()


def test_rational_arrays():
    array = RationalArray.from_values([Fraction(1, 2), Fraction(-1, 3), 2])
    assert array.denominator == 6
    assert array.tolist() == [Fraction(1, 2), Fraction(-1, 3), 2]
    assert array.at(12).tolist() == array.tolist()
    assert array[1:].tolist() == [Fraction(-1, 3), 2]
    assert array.reshape(3, 1).tolist() == [[Fraction(1, 2)], [Fraction(-1, 3)], [2]]
    assert array.item(1) == Fraction(-1, 3)
    assert array.to_float().tolist() == [0.5, -1 / 3, 2.0]
    assert len(RationalArray.from_values([])) == 0
    with pytest.raises(InvalidInputError):
        array.at(9)
    with pytest.raises(OverflowError):
        RationalArray.from_values([Fraction(1, 2**63)])
    with pytest.raises(OverflowError):
        RationalArray.from_values([2**61]).at(4)
