"""What the readers take, and what they refuse; edge cases of the markets."""

import itertools
import json
import math
from fractions import Fraction as F

import numpy as np
import pytest
import scipy.stats

from mechdesign import auctions, dumps, loads
from mechdesign.auctions import Discrete, Empirical, EqualRevenue, Exponential, Pareto, Uniform
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import Outcome

P = [[F(1, 2), F(1, 4)], [F(1, 2), F(1, 2)]]


@pytest.mark.parametrize(
    ("values", "options", "word"),
    [
        ([1, 2], {"p": [[1.5, 0], [0, 0]]}, "p"),
        ([1, 2], {"p": [[-0.1, 0], [0, 0]]}, "p"),
        ([1, 2], {"p": np.array([[np.nan, 0], [0, 0]])}, "p"),
        ([1, 2], {"p": [[1, 0], [0, 0]]}, "MNL"),
        ([1, 2], {"p": P, "capacity": 3}, r"\[0, 2\]"),
        ([1, 2], {"p": P, "capacity": -1}, "capacity"),
        ([1, 2], {"p": P, "capacity": 1.5}, "capacity"),
        ([1, 2], {"p": P, "capacity": True}, "capacity"),
        ([1, -2], {"p": P}, "values"),
        ([1, math.nan], {"p": P}, "values"),
        ([1, math.inf], {"p": P}, "values"),
        (["a", 2], {"p": P}, "values"),
        ([1], {"p": P}, "row"),
        ([1, 2], {"p": [[0.1], [0.1, 0.2]]}, "length"),
        ([1, 2], {"p": 0.5}, "matrix"),
        ([1, 2], {"p": np.zeros(2)}, "matrix"),
        ([1, 2], {"p": P, "rho": P}, "rho"),
        ([1, 2], {}, "p"),
        ([1, 2], {"p": P, "model": "logit"}, "model"),
        ([1, 2], {"p": P, "order": "any"}, "order"),
        ([1, 2], {"rho": [[0, 0], [0, 0]], "model": "cascade"}, "rho"),
        ([1, 2], {"rho": [[0, 800], [0, 0]]}, "rho"),
        ([1, 2], {"p": P, "continuation": [0.5, 0.5]}, "continuation"),
        ([1, 2], {"p": P, "model": "cascade", "continuation": [0.5, 1.5]}, "continuation"),
        ([1, 2], {"p": P, "priors": Discrete((1, 3), (F(1, 2), F(1, 2)))}, "values"),
        ([1, 2], {"p": P, "priors": Uniform(0, 1)}, "support"),
        ([1, 2], {"p": P, "priors": [Uniform(0, 3)]}, "priors"),
        ([1, 2], {"p": P, "priors": "uniform"}, "prior"),
        ([1, 2], {"p": P, "positions": ["top", "top"]}, "positions"),
        ([1, 2], {"p": {0: [0.1], 2: [0.1]}}, "row"),
    ],
)
def test_bad_input(values, options, word):
    with pytest.raises(InvalidInputError, match=word):
        auctions.content_problem(values, **options)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Uniform(1, 1),
        lambda: Uniform(-1, 1),
        lambda: Exponential(0),
        lambda: Pareto(1),
        lambda: EqualRevenue(0),
        lambda: Discrete((1, 2), (F(1, 2), F(1, 3))),
        lambda: Discrete((2, 1), (F(1, 2), F(1, 2))),
        lambda: Discrete((), ()),
        lambda: Discrete((1,), (0,)),
        lambda: Empirical(()),
        lambda: auctions.as_prior({"kind": "uniform", "low": 0}),
        lambda: auctions.as_prior({"kind": "unknown"}),
        lambda: auctions.as_prior(scipy.stats.norm(0, 1)),
        lambda: auctions.ScipyPrior("poisson", (1,)),
    ],
)
def test_bad_priors(make):
    with pytest.raises(InvalidInputError):
        make()


def test_certain_clicks_are_legal_under_the_cascade():
    out = auctions.content_vcg([1, 10], p=[[1, F(9, 10)], [F(1, 10), F(1, 20)]], model="cascade")
    assert out.details["welfare"] == F(181, 100)


@pytest.mark.parametrize("model", ["independent", "mnl", "cascade"])
@pytest.mark.parametrize(
    ("values", "p", "capacity"),
    [([], [], None), ([1, 2], [[], []], None), ([1, 2], P, 0), ([0, 0], P, None)],
)
def test_nothing_to_show(model, values, p, capacity):
    out = auctions.content_vcg(values, p=p, capacity=capacity, model=model)
    assert out.choice.shown == ()
    assert sum(out.payments.values()) == 0
    assert out.details["welfare"] == 0


def test_a_tie_with_the_optimum_shows_fewer_ads():
    # The second ad's value equals the optimum with the first alone: it adds nothing.
    out = auctions.content_vcg([4, 2], p=[[F(1, 2), 0], [0, F(1, 2)]])
    assert out.choice.shown == ((0, 0),)


def test_labels_from_dicts_and_frames():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(P, index=["a", "b"], columns=["top", "end"]).astype(float)
    values = pandas.Series([10.0, 1.0], index=["a", "b"])
    out = auctions.content_vcg(values, p=frame)
    assert out.choice.shown == (("a", 0),)
    assert out.problem.data.positions == ("top", "end")
    nested = {"b": {"top": F(1, 2), "end": F(1, 2)}, "a": {"top": F(1, 2), "end": F(1, 4)}}
    again = auctions.content_vcg({"a": 10, "b": 1}, p=nested)
    assert again.payments == {"a": F(1, 2), "b": 0}
    assert auctions.gsp(values, ctr=[2, 1]).choice == {"a": 0, "b": 1}


def test_polars_frames():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"top": [0.5, 0.5], "end": [0.25, 0.5]})
    out = auctions.content_vcg(polars.Series([10.0, 1.0]), p=frame)
    assert out.payments[0] == pytest.approx(0.5)


def test_rho_and_p_agree():
    p = np.array(P, dtype=float)
    by_p = auctions.content_vcg([3.0, 2.0], p=p)
    by_rho = auctions.content_vcg([3.0, 2.0], rho=np.log(p / (1 - p)))
    assert list(by_rho.payments.values()) == pytest.approx(list(by_p.payments.values()))
    forbidden = auctions.content_vcg([3.0, 2.0], rho=[[-math.inf, 0], [0, 0]])
    assert forbidden.choice.position_of(0) != 0


def test_json_file_and_round_trip(tmp_path):
    document = {
        "positions": ["intro", "end"],
        "capacity": 2,
        "model": "mnl",
        "advertisers": [
            {"name": "a", "value": "9/10", "p": ["1/2", "1/4"],
             "prior": {"kind": "uniform", "low": 0, "high": 1}},
            {"name": "b", "value": 0.75, "p": ["1/3", "1/2"],
             "prior": {"kind": "discrete", "values": [0.75, 1], "probabilities": [0.5, 0.5]}},
        ],
    }  # fmt: skip
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(document))
    for source in (path, str(path), document, json.dumps(document)):
        problem = auctions.read_instance(source)
        assert problem.agents == ("a", "b")
        assert problem.types[0].rates == (F(1, 2), F(1, 4))
    out = auctions.content_vcg(path)
    assert Outcome.from_dict(json.loads(json.dumps(out.to_dict()))) == out
    assert loads(dumps(problem)) == problem


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "[]",
        {"ads": []},
        {"advertisers": [{"value": 1}]},
        {"advertisers": [{"value": 1, "p": [0.1], "rho": [0]}]},
        {"advertisers": [{"value": 1, "p": [0.1], "color": 2}]},
        {"advertisers": [{"value": 1, "p": [0.1]}, {"value": 1, "rho": [0.1]}]},
        {"advertisers": [{"name": "a", "value": 1, "p": [0]}, {"name": "a", "value": 1, "p": [0]}]},
        {"advertisers": [{"value": "many", "p": [0.1]}]},
        "no_such_file.json",
    ],
)
def test_bad_documents(document):
    with pytest.raises(InvalidInputError):
        auctions.read_instance(document)


def test_sizes_beyond_the_exact_algorithms():
    rng = np.random.default_rng(0)
    v, p = rng.uniform(0, 1, 60), rng.uniform(0, 1, (60, 10))
    with pytest.raises(LimitReachedError):
        auctions.content_vcg(v, p=p, model="cascade", order="fixed", capacity=10)
    with pytest.raises(LimitReachedError):
        auctions.content_vcg(v, p=p, model="cascade", algorithm="enumeration", capacity=10)
    with pytest.raises(InvalidInputError, match="algorithm"):
        auctions.content_vcg(v, p=p, model="mnl", algorithm="subsets")
    with pytest.raises(InvalidInputError, match="algorithm"):
        auctions.content_vcg(v, p=p, model="cascade", algorithm="common_rates")


def test_virtual_values_of_the_closed_forms():
    assert Exponential(2).virtual(1) == F(1, 2)
    assert Exponential(2).reserve == F(1, 2)
    assert Pareto(2, 3).virtual(4) == 2
    assert Pareto(2, 3).reserve == 3
    assert EqualRevenue(1).virtual(7) == 0
    assert Uniform(2, 3).reserve == 2
    out = auctions.content_myerson([5], p=[[F(1, 2)]], priors=EqualRevenue(1))
    assert out.choice.shown == ()


def test_empirical_priors_price_between_their_samples():
    prior = Empirical((1, 2, 2, 6))
    out = auctions.content_myerson([7], p=[[F(1, 2)]], priors=prior)
    assert out.details["per_click"] == {0: 6}
    assert auctions.content_myerson([3], p=[[F(1, 2)]], priors=prior).choice.shown == ()


@pytest.mark.parametrize(
    ("frozen", "ours"),
    [
        (scipy.stats.uniform(0, 1), Uniform(0, 1)),
        (scipy.stats.uniform(2, 1), Uniform(2, 3)),
        (scipy.stats.expon(scale=0.5), Exponential(2)),
        (scipy.stats.pareto(2), auctions.Pareto(2)),
    ],
)
def test_scipy_priors_have_the_virtual_values_of_the_closed_forms(frozen, ours):
    prior = auctions.as_prior(frozen)
    low, high = frozen.support()
    for value in (low, 0.3, 0.6, 0.9, 1.0, 2.5, 11.5, 100.0, 1000.0, 1e5):
        if low <= value <= high:
            assert prior.virtual(value) == pytest.approx(float(ours.virtual(value)), rel=1e-9)
    assert prior.reserve == pytest.approx(float(ours.reserve), rel=1e-9)
    for score in (0.25, 0.9, 7.0, 1e4):
        if ours.threshold(score) <= high:
            assert prior.threshold(score) == pytest.approx(float(ours.threshold(score)), rel=1e-9)
    draws = prior.sample(np.random.default_rng(0), 5)
    assert len(draws) == 5


def test_scipy_priors_do_not_go_flat_in_the_tail():
    # (1 - F) / f of the log-normal, from its definition.
    prior, value = auctions.as_prior(scipy.stats.lognorm(1.5)), scipy.stats.lognorm(1.5).isf(1e-3)
    z = math.log(value) / 1.5
    hazard = scipy.stats.norm.pdf(z) / (1.5 * value) / scipy.stats.norm.sf(z)
    assert prior.virtual(value) == pytest.approx(value - 1 / hazard, rel=1e-9)
    assert prior.virtual(value) == pytest.approx(57.15, abs=0.005)
    for one in (scipy.stats.expon(), Exponential(1)):
        out = auctions.content_myerson([10.0, 12.0], p=[[0.5], [0.5]], capacity=1, priors=one)
        assert out.payments == pytest.approx({0: 0, 1: 5})


@pytest.mark.parametrize(
    "frozen", [scipy.stats.beta(0.3, 0.3), scipy.stats.lognorm(2.5), scipy.stats.weibull_min(0.5)]
)
def test_thresholds_of_scipy_priors_invert_their_virtual_values(frozen):
    prior = auctions.as_prior(frozen)
    for value in frozen.isf(np.linspace(0.02, 0.98, 25)):
        lowest = prior.threshold(prior.virtual(value))
        assert lowest <= value * (1 + 1e-9)
        assert prior.virtual(lowest) == pytest.approx(prior.virtual(value), rel=1e-9)
        assert prior.virtual(lowest * (1 - 1e-6)) < prior.virtual(value) or lowest == 0


def test_scipy_priors_are_ironed():
    # Two humps: between them the raw virtual value falls.
    prior = auctions.as_prior(scipy.stats.beta(0.3, 0.3))
    scores = [prior.virtual(v) for v in np.linspace(0.01, 0.99, 50)]
    assert all(a <= b + 1e-12 for a, b in itertools.pairwise(scores))
