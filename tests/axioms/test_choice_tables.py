"""Tables of all choices decide as deviations one by one do."""

import random
from fractions import Fraction

import pytest

from mechdesign import aggregation, auctions, axioms, facility
from mechdesign.axioms import HOLDS, UNKNOWN, VIOLATED
from mechdesign.axioms.methods import finite
from mechdesign.model import Outcome

AXIOMS = ("strategyproofness", "group_strategyproofness", "strong_group_strategyproofness")


def one_by_one(monkeypatch, *args, **options):
    with monkeypatch.context() as patch:
        patch.setattr(finite, "_decide_tabulated", lambda *_: None)
        return axioms.check(*args, **options)


def random_rule(seed, choices):
    """A rule that depends on the reports in no simple way, the same for the same reports."""

    def rule(reports):
        return random.Random(f"{seed} {sorted(map(str, reports))}").choice(choices)

    return rule


@pytest.mark.parametrize("axiom", AXIOMS)
@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))]
)
@pytest.mark.parametrize("floats", [False, True])
def test_facility(axiom, seed, floats, monkeypatch):
    setting = facility.line(0, 1)
    points = [Fraction(k, 3) for k in range(4)]
    rules = [
        random_rule(seed, [float(p) for p in points] if floats else points),
        lambda x: sorted(x)[seed % len(x)] * (1.0 if floats else 1),
        lambda x: max(x) if seed % 2 else sum(x) / len(x),
    ]
    for rule in rules:
        for preferences in ("euclidean", "single_peaked"):
            options = {"setting": setting, "agents": 3, "grid": 3, "preferences": preferences}
            expected = one_by_one(monkeypatch, axiom, rule, **options)
            found = axioms.check(axiom, rule, **options)
            assert (found.status, found.exact, found.scope) == (
                expected.status,
                expected.exact,
                expected.scope,
            )
            if found.status is HOLDS:
                assert found.stats == expected.stats
                assert found.evidence == expected.evidence
            if found.status is VIOLATED:
                assert found.witness == expected.witness


@pytest.mark.parametrize("agents", [2, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("axiom", AXIOMS)
def test_money_and_rankings(axiom, agents, monkeypatch):
    def first_price(auction):
        values = auction["bids"]
        winner = max(range(len(values)), key=lambda i: values[i])
        return Outcome({winner: 0}, payments={winner: values[winner]})

    def second_price(auction):
        values = auction["bids"]
        winner = max(range(len(values)), key=lambda i: values[i])
        price = max((value for i, value in enumerate(values) if i != winner), default=0)
        return Outcome({winner: 0}, payments={winner: price})

    def plurality(rankings):
        firsts = [ranking.winners[0] for ranking in rankings]
        return min(firsts, key=lambda a: (-firsts.count(a), a))

    bids = {"setting": auctions.position(), "grid": 3, "slots": (1,), "agents": agents}
    cases = [
        (second_price, bids),
        (first_price, bids),
        (
            plurality,
            {"setting": aggregation.rankings("winner"), "alternatives": 3, "agents": agents},
        ),
    ]
    for rule, options in cases:
        expected = one_by_one(monkeypatch, axiom, rule, **options)
        found = axioms.check(axiom, rule, **options)
        assert (found.status, found.exact) == (expected.status, expected.exact)
        if found.status is VIOLATED:
            assert found.witness == expected.witness


def test_the_function_is_called_twice_a_profile():
    calls = []

    def rule(x):
        calls.append(tuple(x))
        return sorted(x)[1]

    verdict = axioms.check("strategyproofness", rule, setting=facility.line(0, 1), agents=3, grid=4)
    assert verdict.status is HOLDS
    assert len(calls) == 2 * 5**3
    assert verdict.stats["checks"] == 3 * 5**4


def test_state_and_random_numbers_are_found_out():
    state = []

    def moody(x):
        state.append(1)
        return 0 if len(state) <= 125 else 1

    def lucky(x):
        random.random()
        return sorted(x)[1]

    for rule in (moody, lucky):
        options = {"setting": facility.line(0, 1), "agents": 3, "grid": 4}
        assert axioms.check("strategyproofness", rule, **options).status is UNKNOWN


def test_values_that_depend_on_others_are_not_tabulated(monkeypatch):
    setting = facility.CapacitatedLine(1)
    assert not setting.private_values

    def rule(x):
        return sorted(x)[1]

    options = {"setting": setting, "agents": 3, "grid": 2}
    expected = one_by_one(monkeypatch, "strategyproofness", rule, **options)
    assert axioms.check("strategyproofness", rule, **options).status is expected.status


def test_limits_end_in_unknown():
    options = {"setting": facility.line(0, 1), "agents": 3, "grid": 8}
    found = axioms.check("strategyproofness", lambda x: sorted(x)[1], max_checks=1000, **options)
    assert found.status is UNKNOWN
    assert "max_checks" in found.evidence.text
