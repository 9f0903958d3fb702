"""Documents that prove the values of matching programs."""

import json
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import matching
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.matching import BoundProof, prove_bound

PROGRAMS = ["fluid", "ordered", "configuration"]


def small(seed, *, exact=True):
    rng = np.random.default_rng(seed)
    rows = {}
    for t in range(4):
        seen = [u for u in "abc" if rng.random() < 0.7]
        rows[t] = {u: F(int(rng.integers(1, 6)), 6) for u in seen}
        if not exact:
            rows[t] = {u: float(p) for u, p in rows[t].items()}
    weights = {u: int(rng.integers(1, 4)) for u in "abc"}
    return matching.instance(rows, offline="abc", weights=weights)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("seed", range(8))
def test_optima_are_proved(program, seed):
    graph = small(seed)
    proof = prove_bound(graph, program)
    found = proof.verify()
    assert found.answer == "confirmed"
    assert "the optimum is" in found.reason
    value = {"fluid": matching.fluid, "ordered": matching.ordered}.get(
        program, matching.configuration
    )(graph).value
    assert proof.bound == proof.value == value
    if program != "configuration":
        assert proof.bound >= matching.clairvoyant(graph)


@pytest.mark.parametrize("program", PROGRAMS)
def test_floats_are_bounded(program):
    graph = small(3, exact=False)
    proof = prove_bound(graph, program)
    found = proof.verify()
    assert found.answer == "confirmed"
    assert "between 0 and" in found.reason
    exact = prove_bound(small(3), program).bound
    assert float(proof.bound) == pytest.approx(float(exact), rel=1e-6)


def test_shares_of_capacities():
    graph = matching.instance({0: {"a": F(1, 2)}, 1: {"a": 1}, 2: {"a": 1}}, capacities={"a": 2})
    assert prove_bound(graph, "fluid").bound == 2
    assert prove_bound(graph, "ordered").verify().answer == "confirmed"


def a_proof(program="ordered"):
    return prove_bound(small(1), program)


def other(values, k, x):
    return (*values[:k], x, *values[k + 1 :])


FORGERIES = {
    "bound": lambda p: replace(p, bound=p.bound - F(1, 100)),
    "value": lambda p: replace(p, value=p.value + F(1, 100)),
    "bound in floats": lambda p: replace(p, bound=float(p.bound)),
    "program": lambda p: replace(p, program="hopeful"),
    "fewer prices": lambda p: replace(p, prices=p.prices[1:]),
    "no prices": lambda p: replace(p, prices=(0,) * len(p.prices)),
    "negative price": lambda p: replace(p, prices=other(p.prices, 0, -1)),
    "price in floats": lambda p: replace(p, prices=other(p.prices, 0, 0.5)),
    "price as a truth": lambda p: replace(p, prices=other(p.prices, 0, True)),
    "twice the shares": lambda p: replace(p, shares=p.shares * 2, value=2 * p.value),
    "larger shares": lambda p: replace(
        p, shares=tuple((u, t, 2 * x) for u, t, x in p.shares), value=2 * p.value
    ),
    "negative share": lambda p: replace(p, shares=other(p.shares, 0, (*p.shares[0][:2], -1))),
    "share of no vertex": lambda p: replace(p, shares=other(p.shares, 0, (7, (0,), 1))),
    "share of no edge": lambda p: replace(p, shares=other(p.shares, 0, (0, (99,), 1))),
    "an arrival twice in a share": lambda p: replace(
        p, shares=other(p.shares, 0, (p.shares[0][0], p.shares[0][1] * 2, 1))
    ),
    "weights": lambda p: replace(p, instance=replace(p.instance, weights=(9, 9, 9))),
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", FORGERIES)
def test_forged_bounds_are_refused(name, program):
    found = FORGERIES[name](a_proof(program)).verify()
    assert found.answer == "NOT confirmed", found


def test_of_two_arrivals_only_configurations_are():
    proof = a_proof("configuration")
    assert any(len(chosen) > 1 for _, chosen, _ in proof.shares)
    for program in ("fluid", "ordered"):
        forged = replace(a_proof(program), shares=proof.shares, value=proof.value)
        assert "one arrival" in forged.verify().reason


def test_an_order_is_kept():
    """What the fluid program may take, the ordered one may not: two attempts at one vertex."""
    graph = matching.complete(1, 2, F(1, 2))
    relaxed = prove_bound(graph, "fluid")
    assert relaxed.value == 1
    forged = replace(prove_bound(graph, "ordered"), shares=relaxed.shares, value=relaxed.value)
    assert "more often than it is free" in forged.verify().reason


def test_a_proof_is_a_document(tmp_path, capsys):
    proof = a_proof("configuration")
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof.to_dict()))
    assert BoundProof.from_dict(json.loads(path.read_text())) == proof
    assert main(["verify", str(path)]) == 0
    assert "optimal value" in capsys.readouterr().out
    path.write_text(json.dumps(replace(proof, bound=proof.bound - 1).to_dict()))
    assert main(["verify", str(path)]) == 1


def test_what_is_no_program_is_named():
    with pytest.raises(InvalidInputError, match="`program` must be one of fluid"):
        prove_bound(small(0), "hopeful")
