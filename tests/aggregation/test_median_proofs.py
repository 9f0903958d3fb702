"""Proofs of median rankings: against brute force, as documents, and tampered with."""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mechdesign.aggregation import MedianProof, Ranking, prove_median
from mechdesign.algorithms.linear_ordering import order_cost
from mechdesign.cli import main
from mechdesign.errors import SolverError
from mechdesign.solvers.linear_ordering import cycle_charges

CYCLE = {"A > B > C": 4, "B > C > A": 3, "C > A > B": 2}


def electorate(seed):
    rng = random.Random(seed)
    labels = "ABCDE"[: rng.randint(3, 5)]
    votes = {}
    for _ in range(rng.randint(2, 6)):
        order = rng.sample(labels, k=len(labels) if seed % 3 else rng.randint(2, len(labels)))
        votes[" > ".join(order)] = Fraction(rng.randint(1, 5), rng.choice([1, 1, 2, 3]))
    return votes


@pytest.mark.parametrize("unranked", ["last", "unseen"])
@pytest.mark.parametrize("seed", range(25))
def test_medians_are_proved(seed, unranked):
    votes = electorate(seed)
    proof = prove_median(list(votes), weights=list(votes.values()), unranked=unranked)
    found = proof.verify()
    assert found.answer == "confirmed", found
    seen = sorted({x for vote in votes for x in vote.split(" > ")})

    def against(order):
        """Voters who rank b above a, for each a above b."""
        total = Fraction(0)
        for vote, weight in votes.items():
            tiers = {x: k for k, x in enumerate(vote.split(" > "))}
            for a, b in itertools.combinations(order, 2):
                if unranked == "last":
                    total += weight * (tiers.get(b, 99) < tiers.get(a, 99))
                else:
                    total += weight * (a in tiers and b in tiers and tiers[b] < tiers[a])
        return total

    assert proof.cost == min(map(against, itertools.permutations(seen)))


@pytest.mark.parametrize("scale", [1, 10**6])
def test_charges_prove_what_no_order_beats(scale):
    rng = np.random.default_rng(5)
    proved = 0
    for _ in range(30):
        cost = rng.integers(0, 9, size=(5, 5)) * scale
        costs = {order: order_cost(cost, list(order)) for order in itertools.permutations(range(5))}
        best = min(costs, key=costs.__getitem__)
        worse = max(costs, key=costs.__getitem__)
        found = cycle_charges(cost, list(best))
        proved += found is not None
        if found:
            assert all(y > 0 for y in found.values())
        if costs[worse] > costs[best]:
            assert cycle_charges(cost, list(worse)) is None
    assert proved > 20


def test_an_optimum_that_only_a_tree_proves_has_no_document(monkeypatch):
    monkeypatch.setattr("mechdesign.solvers.linear_ordering.cycle_charges", lambda *a, **k: None)
    with pytest.raises(SolverError, match="tree"):
        prove_median(CYCLE)


FORGERIES = {
    "cost": lambda proof: replace(proof, cost=proof.cost - 1),
    "order": lambda proof: replace(proof, ranking=Ranking.parse("C > B > A")),
    "tied order": lambda proof: replace(proof, ranking=Ranking.parse("A > B = C")),
    "other labels": lambda proof: replace(proof, ranking=Ranking.parse("A > B > D")),
    "fewer labels": lambda proof: replace(proof, ranking=Ranking.parse("A > B")),
    "worse order with its cost": lambda proof: replace(
        proof, ranking=Ranking.parse("C > A > B"), cost=4 * 2 + 3 * 2
    ),
    "no charges": lambda proof: replace(proof, charges=()),
    "negative charge": lambda proof: replace(proof, charges=(("A", "B", "C", -1),)),
    "charge in floats": lambda proof: replace(proof, charges=(("A", "B", "C", 1.0),)),
    "charge as a truth": lambda proof: replace(proof, charges=(("A", "B", "C", True),)),
    "charge on a pair": lambda proof: replace(proof, charges=(("A", "B", "A", 5),)),
    "charge on a stranger": lambda proof: replace(proof, charges=(("A", "B", "D", 5),)),
    "charge turned around": lambda proof: replace(
        proof, charges=tuple((c, b, a, y) for a, b, c, y in proof.charges)
    ),
    "weights": lambda proof: replace(proof, problem=replace(proof.problem, weights=(4, 3, 3))),
    "floats": lambda proof: replace(proof, problem=replace(proof.problem, weights=(4.0, 3.0, 2.0))),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_proofs_are_refused(name, tmp_path, capsys):
    proof = prove_median(CYCLE)
    assert proof.charges
    forged = FORGERIES[name](proof)
    assert forged.verify().answer == "NOT confirmed"
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(forged.to_dict()))
    # A truth value where a number belongs is no proof at all.
    assert main(["verify", str(path)]) == (2 if name == "charge as a truth" else 1)
    capsys.readouterr()


def test_a_proof_is_a_document(tmp_path, capsys):
    proof = prove_median(CYCLE)
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof.to_dict()))
    assert MedianProof.from_dict(json.loads(path.read_text())) == proof
    assert main(["verify", str(path)]) == 0
    assert "least cost" in capsys.readouterr().out


def test_scores_have_proofs_as_well():
    proof = prove_median({"x": [3, 1, 2], "y": [2, 3, 1], "z": [1, 2, 3]})
    assert proof.verify().answer == "confirmed"
    assert replace(proof, cost=proof.cost + 1).verify().answer == "NOT confirmed"
