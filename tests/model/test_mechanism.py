"""Mechanisms, their registry, and what counts as one."""

import functools
import pickle
from fractions import Fraction

import numpy as np
import pytest

import mechdesign as md
from mechdesign import aggregation, auctions, bargaining, facility, matching
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    FunctionMechanism,
    Lottery,
    Mechanism,
    Outcome,
    RationalArray,
    Theorem,
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
        ("facility.quantile(q=1, q=2)", "q once"),
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
def first_or(problem, *, other=0):
    """The first report, or another point."""
    return problem.types[0] if other == 0 else other


def test_a_decorated_function_is_a_mechanism():
    assert isinstance(first_or, Mechanism)
    assert as_mechanism(first_or) is first_or
    assert md.get("toy.first_or") is first_or
    assert first_or.id == "toy.first_or"
    assert first_or.summary == "The first report, or another point."
    assert first_or([1, 0]).choice == 1
    assert first_or([1, 0], other=Fraction(1, 2)).choice == Fraction(1, 2)
    assert first_or.solve(LINE.problem([Fraction(1, 2), 0])).choice == Fraction(1, 2)
    bound = first_or(other=1)
    assert bound.name == "toy.first_or(other=1)"
    assert bound([0, 0]).choice == 1
    for one in (first_or, bound):
        again = pickle.loads(pickle.dumps(one))
        assert again == one
        assert again([0, 0]) == one([0, 0])


def test_what_a_function_returns_is_told_where_it_comes_from():
    found = first_or([Fraction(1, 2), 0], other=1)
    assert found.provenance.mechanism == "toy.first_or(other=1)"
    assert found.utilities == {0: Fraction(1, 2), 1: 0}
    assert found.provenance.exact
    assert not first_or([0.5]).provenance.exact
    with pytest.raises(InvalidInputError, match="choice"):
        first_or([0], other=2)


def test_binding():
    half = facility.quantile(q=Fraction(1, 2))
    assert half.name == "facility.quantile(q=1/2)"
    assert half == facility.quantile
    assert hash(half) == hash(facility.quantile)
    assert half != facility.quantile(q=Fraction(1, 3)) != facility.median
    wide = facility.quantile(setting=facility.line(0, 10))
    assert wide.name == "facility.quantile"
    assert wide != facility.quantile
    assert wide(q=Fraction(1, 3))([0, 5, 10]).choice == 0
    assert wide([0, 5, 10], weights=[0, 0, 1]).choice == 10
    for rule in (half, wide, facility.table(values=[0, 1], grid=1), facility.average):
        assert pickle.loads(pickle.dumps(rule)) == rule
    assert facility.average(setting=LINE) == facility.average


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: facility.median(), r"data.*facility\.median\(data\).*side="),
        (lambda: facility.independent_markets(), "data"),
        (lambda: facility.median(sid="upper"), "side, setting; did you mean side?"),
        (lambda: facility.median([0, 1], sid="upper"), "did you mean side?"),
        (lambda: facility.median(weights=[1, 2]), "side, setting"),
        (lambda: facility.median(side="upper")(side="lower"), "once"),
        (lambda: facility.median(side="upper")([0, 1], side="lower"), "once"),
        (lambda: md.get("facility.quantile(q=1/3)", q=1), "once"),
        (lambda: facility.phantoms([0, 1]), r"locations.*facility\.phantoms\(locations="),
        (lambda: facility.phantoms.solve(LINE.problem([0])), "locations"),
        (lambda: facility.table(grid=2)([0, 1]), "values"),
        (lambda: facility.average(setting=facility.space(2)), "facility.line"),
        (lambda: facility.median(LINE.problem([0]), weights=[1]), "Problem"),
        (lambda: facility.constant(setting="line"), "facility.line"),
        (lambda: facility.weighted_uniform(weights=[1], setting=3), "facility.line"),
        (lambda: facility.phantoms(setting=facility.space(2)), "facility.line"),
        (lambda: facility.welfare_optimal(axiom=["PF"]), "axiom"),
        (lambda: facility.obnoxious_optimum(fairness={}), "be one of"),
        (lambda: matching.generalised_balance(discount=[]), "discount"),
        (lambda: matching.ranking([[1]], weight=[2]), "options.*weights"),
        (lambda: bargaining.nash([(1, 2)], cost=[1]), "options.*costs"),
        (lambda: bargaining.greedy({"v": ["p"]}, cost=[1]), "options.*costs"),
        (lambda: aggregation.mean({"A": [1, 2], "B": [2, 3]}, weigths=[1, 2]), "options.*weights"),
        (lambda: auctions.segment([2, 1], relevanse=[1, 1]), "options.*relevance"),
        (lambda: auctions.kl_vcg([[1, 0]], reference=[1, 0], temprature=2), "temperature"),
        (lambda: auctions.vcg(reserve=np.array([1, 2])), "reserve"),
        (lambda: mechanism("leftmost", setting=LINE), "family.name"),
        (lambda: mechanism(3, setting=LINE), "family.name"),
        (lambda: mechanism("toy.leftmost", setting="line"), "setting"),
        (lambda: mechanism("toy.leftmost", setting=LINE, reference="me"), "be a Reference"),
        (lambda: mechanism("toy.leftmost", setting=LINE, claims={"unanimity": 1}), "be a Theorem"),
        (lambda: mechanism("toy.none", setting=LINE)(lambda: 0), "take a problem"),
    ],
)
def test_calls_that_are_refused(call, told):
    with pytest.raises(InvalidInputError, match=told):
        call()


def test_claims_speak_about_what_was_proved():
    theorem = Theorem(facility.median.reference, "proved")
    there = Theorem(facility.median.reference, "proved", ("facility.line/single_peaked",))

    @mechanism("toy.claims", setting=LINE, claims={"unanimity": theorem, "feasibility": there})
    def claims(problem, *, shift=0):
        return problem.types[0] + shift

    assert set(claims.claims) == {"unanimity", "feasibility"}
    assert set(claims(setting=facility.line(0, 9)).claims) == {"unanimity", "feasibility"}
    peaked = facility.line(preferences="single_peaked")
    assert set(claims(setting=peaked).claims) == {"feasibility"}
    assert not claims(shift=1).claims


def test_an_identifier_is_given_once():
    with pytest.raises(InvalidInputError, match="free"):

        @mechanism("toy.first_or", setting=LINE)
        def another(problem):
            return 0

    assert md.get("toy.first_or") is first_or


def test_a_wrapper_is_not_what_it_wraps():
    """With functools.wraps it bears the attributes of the wrapped function."""

    @functools.wraps(first_or)
    def mirrored(x):
        return 1 - first_or(x).choice

    assert not isinstance(mirrored, Mechanism)
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
    for bad in (3, None, [facility.median]):
        with pytest.raises(InvalidInputError):
            as_mechanism(bad)
    with pytest.raises(InvalidInputError, match="setting"):
        as_mechanism(len)
    with pytest.raises(InvalidInputError, match=r"facility\.median\(side="):
        as_mechanism(functools.partial(facility.median, side="upper"), LINE)
    with pytest.raises(InvalidInputError, match="instance"):
        as_mechanism(type(facility.median), LINE)


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


def test_how_to_compute_is_no_part_of_the_name_but_of_what_is_proved():
    """A time limit may end the rule before it has found what the theorem speaks about."""
    quick = md.get("aggregation.kemeny", time_limit=1)
    assert quick.name == "aggregation.kemeny"
    assert quick.claims == {}
    assert quick.varied
    assert quick != md.get("aggregation.kemeny")
    same = md.get("aggregation.kemeny", algorithm="auto")
    assert same.claims
    assert not same.varied
    assert not md.get("aggregation.k_approval(k=3)").varied


@pytest.mark.parametrize(
    "call",
    [
        lambda: auctions.vcg([10, 4, 2], [200, 100]),
        lambda: facility.median([0, 1], "upper"),
        lambda: aggregation.k_approval({"A > B": 1}, 2),
    ],
)
def test_what_stands_beside_the_data_has_a_name(call):
    with pytest.raises(InvalidInputError, match="have their names, all but the data, as in"):
        call()
