"""Outcomes and lotteries."""

import json
import pickle
from fractions import Fraction

import numpy as np
import pytest

from mechdesign import dumps, facility, loads
from mechdesign.errors import InvalidInputError, UndecidedError
from mechdesign.model import FrozenMap, Lottery, Outcome, Provenance, Reference

HALF = Fraction(1, 2)
PAPER = Reference("doe2020", "Doe, J. and Roe, R.", "A title", 2020, "A journal", doi="10.1/2")


def test_choice_is_frozen_deeply():
    outcome = Outcome({"a": [1, {2, 3}]}, payments={"a": 1})
    assert outcome.choice == {"a": (1, frozenset({2, 3}))}
    assert isinstance(hash(outcome), int)
    with pytest.raises(AttributeError):
        outcome.choice = 3
    with pytest.raises(TypeError):
        outcome.payments["a"] = 2


def test_equality_is_of_what_was_decided():
    first = Outcome(1, provenance=Provenance(algorithm="fast"), details={"scores": (1, 2)})
    assert first == Outcome(1)
    assert first != Outcome(1, payments={"a": 0})
    assert first != Outcome(1, cost=0)
    assert len({first, Outcome(1), Outcome(2)}) == 2


def test_utilities_and_explanation():
    outcome = facility.median({"ann": 0, "bob": HALF, "cy": 1})
    assert outcome.utilities == {"ann": HALF, "bob": 1, "cy": HALF}
    assert "bob" in outcome.explain("bob")
    assert len(outcome.explain().splitlines()) == 5
    assert "@" in outcome.cite()
    with pytest.raises(UndecidedError):
        _ = Outcome(1).utilities
    with pytest.raises(InvalidInputError):
        outcome.explain("dora")


def test_repr_fits_on_the_screen():
    outcome = Outcome(
        tuple(range(100)),
        payments={f"agent{k}": k for k in range(100)},
        cost=3,
        details={f"d{k}": tuple(range(100)) for k in range(20)},
        provenance=Provenance("m", "a", False, 1e-9, "HiGHS", "optimal", 1, 0, 3, "broken"),
    )
    assert len(repr(outcome).splitlines()) <= 10
    assert "<table>" in outcome._repr_html_()
    assert "&lt;b&gt;" in Outcome("<b>")._repr_html_()


def test_repr_of_many_agents_does_not_value_them_all():
    outcome = facility.median(np.linspace(0, 1, 5001))
    assert "5001" in repr(outcome)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(HALF),
        Outcome(("a", "b"), payments={"x": HALF}, cost=0.25),
        Outcome({"ad": 0}, details={"scores": {"a": 1}}, provenance=Provenance(reference=PAPER)),
        Outcome(None),
        Outcome(frozenset({1, 2})),
        facility.median({"ann": 0, "bob": 1}),
    ],
)
def test_round_trips(outcome):
    again = Outcome.from_dict(json.loads(json.dumps(outcome.to_dict())))
    assert again == outcome
    assert again.provenance == outcome.provenance
    assert again.problem == outcome.problem
    assert dict(again.details) == dict(outcome.details)
    assert pickle.loads(pickle.dumps(outcome)) == outcome
    assert loads(dumps(outcome)) == outcome


@pytest.mark.parametrize("schema", [None, 0, 2, "1"])
def test_schema_is_checked(schema):
    data = {**Outcome(1).to_dict(), "schema": schema}
    with pytest.raises(InvalidInputError, match="schema"):
        Outcome.from_dict(data)


def test_documents_of_something_else_are_refused():
    with pytest.raises(InvalidInputError, match="outcome"):
        Outcome.from_dict(Lottery([(1, Outcome(1))]).to_dict())
    with pytest.raises(InvalidInputError, match="lottery"):
        Lottery.from_dict(Outcome(1).to_dict())
    for text in ("", "[]", "{", '{"schema": 1}', '{"schema": 1, "value": {"$what": 1}}'):
        with pytest.raises(InvalidInputError):
            loads(text)
    with pytest.raises(InvalidInputError, match="class"):
        loads('{"schema": 1, "value": {"$object": "os.system"}}')
    with pytest.raises(InvalidInputError, match="fields"):
        loads('{"schema": 1, "value": {"$object": "model.Outcome", "colour": 1}}')


@pytest.mark.parametrize("bad", [{"payments": {"a": float("nan")}}, {"cost": "much"}])
def test_bad_money(bad):
    with pytest.raises(InvalidInputError):
        Outcome(1, **bad)


def test_lottery_expectation_is_exact():
    lottery = Lottery([(Fraction(1, 3), Outcome(0)), (Fraction(2, 3), Outcome(1))])
    assert lottery.expect(lambda o: o.choice) == Fraction(2, 3)
    assert lottery.exact
    assert len(lottery) == 2
    assert "2/3" in repr(lottery)
    assert "<table>" in lottery._repr_html_()


def test_lottery_merges_equal_outcomes_and_drops_zero():
    lottery = Lottery([(HALF, Outcome(0)), (HALF, Outcome(0)), (0, Outcome(1))])
    assert lottery.support == ((1, Outcome(0)),)
    assert lottery == Lottery([(1, Outcome(0))])
    assert Lottery.uniform([Outcome(1), Outcome(2)]) == Lottery.uniform([Outcome(2), Outcome(1)])
    assert hash(Lottery.uniform([Outcome(1), Outcome(2)])) == hash(
        Lottery.uniform([Outcome(2), Outcome(1)])
    )


@pytest.mark.parametrize(
    "support",
    [
        [],
        [(HALF, Outcome(0))],
        [(Fraction(3, 2), Outcome(0)), (Fraction(-1, 2), Outcome(1))],
        [(float("nan"), Outcome(0))],
        [(0.7, Outcome(0)), (0.2, Outcome(1))],
        [(Fraction(1, 3) + Fraction(1, 10**30), Outcome(0)), (Fraction(2, 3), Outcome(1))],
    ],
)
def test_lottery_refuses(support):
    with pytest.raises(InvalidInputError):
        Lottery(support)


def test_lottery_of_floats_may_round():
    assert len(Lottery([(0.1, Outcome(k)) for k in range(10)])) == 10
    with pytest.raises(InvalidInputError):
        Lottery.uniform([])


def test_sampling_follows_the_seed():
    lottery = Lottery.uniform([Outcome(k) for k in range(5)])
    draws = lottery.sample(7, size=200)
    assert draws == lottery.sample(np.random.default_rng(7), size=200)
    assert {o.choice for o in draws} == set(range(5))
    assert lottery.sample(7) in {o for _, o in lottery}


def test_lottery_utilities_and_json():
    problem = facility.line(0, 1).problem([0, 1])
    place = facility.line(0, 1)
    coin = Lottery.uniform([Outcome(k, problem=problem, setting=place) for k in (0, 1)])
    assert coin.utilities == {0: HALF, 1: HALF}
    again = Lottery.from_dict(json.loads(json.dumps(coin.to_dict())))
    assert again == coin
    assert pickle.loads(pickle.dumps(coin)) == coin


def test_reference():
    assert str(PAPER) == "Doe and Roe (2020), doi:10.1/2"
    assert PAPER.bibtex().startswith("@article{doe2020,")
    many = Reference("x", "A, B. and C, D. and E, F.", "T", 2021, arxiv="2101.00001")
    assert str(many) == "A et al. (2021), arXiv:2101.00001"
    assert "eprint = {2101.00001}" in many.bibtex()


def test_frozen_map():
    fmap = FrozenMap({"b": 1, "a": 2})
    assert list(fmap) == ["b", "a"]
    assert fmap == {"a": 2, "b": 1}
    assert fmap == FrozenMap(a=2, b=1)
    assert fmap != [("a", 2)]
    assert pickle.loads(pickle.dumps(fmap)) == fmap
