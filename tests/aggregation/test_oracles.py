"""Every rule on the 21 reference profiles, ties and set values included."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation.rules.tideman import is_stack
from mechdesign.errors import InfeasibleError
from tests.aggregation.oracles import ORACLES, Oracle

every_profile = pytest.mark.parametrize("oracle", ORACLES, ids=lambda o: o.name)


@every_profile
def test_condorcet(oracle: Oracle) -> None:
    details = ag.condorcet(oracle.profile).details
    assert set(details["condorcet_winner"] or ()) == oracle.letters("CW")
    assert set(details["condorcet_loser"] or ()) == oracle.letters("CL")


@every_profile
@pytest.mark.parametrize(
    ("key", "rule"),
    [("Smith", ag.smith), ("plurality", ag.plurality), ("anti-plurality", ag.antiplurality)],
    ids=["smith", "plurality", "anti"],
)
def test_winner_sets(oracle: Oracle, key: str, rule) -> None:
    assert set(rule(oracle.profile).winners) == oracle.letters(key)


@every_profile
@pytest.mark.parametrize(
    ("key", "rule"),
    [("Dowdall", ag.dowdall), ("Borda", ag.borda), ("Copeland", ag.copeland)],
    ids=["dowdall", "borda", "copeland"],
)
def test_scores(oracle: Oracle, key: str, rule) -> None:
    found = rule(oracle.profile)
    assert dict(found.scores) == oracle.numbers(key)
    if key == "Borda":
        assert found.ranking == oracle.ranking(key)
    else:
        assert set(found.winners) == oracle.letters(key)


@every_profile
def test_mean_win_rate(oracle: Oracle) -> None:
    words = oracle.part("mean win rate").split(" ")
    expected = {words[k]: Fraction(words[k + 1]) for k in range(0, len(words), 2)}
    for over in ("tasks", "pairs"):
        assert dict(ag.mean_win_rate(oracle.profile, over=over).scores) == expected


@every_profile
@pytest.mark.parametrize("algorithm", ["auto", "subsets", "lp"])
def test_kemeny(oracle: Oracle, algorithm: str) -> None:
    found = ag.kemeny(oracle.profile, algorithm=algorithm)
    cost = int(oracle.part("Kemeny").split(" ")[0].removeprefix("d="))
    expected = oracle.orders("Kemeny")
    assert found.cost == cost
    assert found.provenance.gap == 0
    assert found.provenance.bound == cost
    assert "".join(found.choice.order) in expected
    if algorithm == "lp":
        assert found.details["count"] is None
        return
    assert {"".join(r.order) for r in found.optima} == expected
    assert found.details["count"] == len(expected)
    assert set(found.winners) == {order[0] for order in expected}
    assert len(ag.kemeny.winners(found.problem)) == len(expected)


@every_profile
def test_kemeny_heuristics_never_beat_the_bound(oracle: Oracle) -> None:
    best = int(oracle.part("Kemeny").split(" ")[0].removeprefix("d="))
    for algorithm in ("borda", "copeland", "local_search", "kwiksort"):
        found = ag.kemeny(oracle.profile, algorithm=algorithm, rng=0)
        assert found.provenance.bound <= best <= found.cost
        assert found.provenance.gap == found.cost - found.provenance.bound
        assert ag.kemeny_cost(oracle.profile, found.choice) == found.cost


@every_profile
def test_minimax(oracle: Oracle) -> None:
    found = ag.minimax(oracle.profile)
    assert dict(found.scores) == oracle.numbers("minimax")
    assert set(found.winners) == oracle.letters("minimax")


@every_profile
def test_schulze(oracle: Oracle) -> None:
    found = ag.schulze(oracle.profile)
    assert found.ranking == oracle.ranking("Schulze")
    winners = oracle.part("Schulze").split("(winners ")[1].rstrip(")")
    assert set(found.winners) == set(winners)


@every_profile
def test_ranked_pairs(oracle: Oracle) -> None:
    found = ag.ranked_pairs(oracle.profile)
    expected = oracle.orders("ranked pairs")
    assert {"".join(r.order) for r in found.optima} == expected
    assert set(found.winners) == {order[0] for order in expected}
    one = ag.ranked_pairs(oracle.profile, ties="lexicographic")
    assert "".join(one.choice.order) in expected
    pairs = ag.pairs_of(found.problem)
    for order in itertools.permutations(range(pairs.m)):
        text = "".join(pairs.alternatives[i] for i in order)
        assert is_stack(pairs, order) == (text in expected)


@every_profile
@pytest.mark.parametrize(
    ("key", "rule"),
    [("IRV", ag.irv), ("Baldwin", ag.baldwin), ("Nanson", ag.nanson)],
    ids=["irv", "baldwin", "nanson"],
)
def test_elimination(oracle: Oracle, key: str, rule) -> None:
    assert set(rule(oracle.profile).winners) == oracle.letters(key)


@every_profile
def test_young(oracle: Oracle) -> None:
    strict = ag.young(oracle.profile)
    assert dict(strict.scores) == oracle.numbers("Young strict")
    assert set(strict.winners) == oracle.letters("Young strict")
    weak = oracle.part("Young strict").split(", weak ")[1]
    assert set(ag.young(oracle.profile, condorcet="weak").winners) == set(weak)


@every_profile
def test_black(oracle: Oracle) -> None:
    winner = oracle.letters("CW")
    expected = winner or set(oracle.ranking("Borda").winners)
    assert set(ag.black(oracle.profile).winners) == expected


@every_profile
def test_maximal_lottery(oracle: Oracle) -> None:
    text = oracle.part("max. lottery")
    several = "one of several" in text
    parts = text.split(" (")[0].split("+")
    expected = {part.split(" ")[1]: Fraction(part.split(" ")[0]) for part in parts}
    pairs = ag.pairs_of(ag.read(oracle.profile))
    for selection in ("leximin", "vertex"):
        found = ag.maximal_lottery(oracle.profile, selection=selection)
        assert found.unique is not several
        assert sum(found.probabilities.values()) == 1
        assert all(found.gain(pairs, x) >= 0 for x in pairs.alternatives)
        if not several:
            assert {x: p for x, p in found.probabilities.items() if p} == expected
    lottery = ag.maximal_lotteries(oracle.profile)
    assert lottery.exact


@every_profile
def test_bradley_terry(oracle: Oracle) -> None:
    text = oracle.part("BT")
    if text.startswith("no MLE"):
        with pytest.raises(InfeasibleError):
            ag.bradley_terry(oracle.profile)
        return
    found = ag.bradley_terry(oracle.profile).scores
    for word in text.split(" "):
        assert found[word[0]] == pytest.approx(float(word[1:]), abs=5.1e-5)
