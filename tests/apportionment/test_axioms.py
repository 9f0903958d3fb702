"""The axioms: who breaks them, who keeps them, and the paradoxes in their smallest form."""

import itertools
from fractions import Fraction

import pytest

from mechdesign import apportionment as ap
from mechdesign import axioms
from mechdesign.model import Lottery, Outcome
from mechdesign.testing import AxiomConformance, MechanismConformance

SMALL = {"agents": 3, "votes": 4, "seats": 3}
DIVISORS = (
    ap.dhondt,
    ap.sainte_lague,
    ap.modified_sainte_lague,
    ap.danish,
    ap.imperiali,
    ap.adams,
    ap.huntington_hill,
    ap.dean,
)


def smallest(axiom, rule, parties, seats, most):
    """The fewest votes at which a rule without ties breaks an axiom, by trying all of them."""
    house = ap.house()
    for total in range(parties, most + 1):
        found = []
        for votes in itertools.product(range(1, total + 1), repeat=parties):
            if sum(votes) != total or list(votes) != sorted(votes, reverse=True):
                continue
            problem = house.problem(votes, seats=seats)
            more = house.problem(votes, seats=seats + 1)
            if rule.solve(problem).choice.left or rule.solve(more).choice.left:
                continue
            verdict = axioms.check(axiom, rule, problem=problem)
            if verdict.violated:
                assert verdict.witness.replay(rule)
                found.append(votes)
        if found:
            return found
    return []


def test_the_alabama_paradox():
    assert smallest("house_monotonicity", ap.hare, 3, 3, 8) == [(3, 3, 1)]
    problem = ap.house().problem({"A": 3, "B": 3, "C": 1}, seats=3)
    witness = axioms.check("house_monotonicity", ap.hare, problem=problem).witness
    assert witness.before.choice.certain == (1, 1, 1)
    assert witness.after.choice.certain == (2, 2, 0)
    assert "a party loses 1" in witness.explain()


@pytest.mark.parametrize(
    ("axiom", "rule", "votes", "seats", "got"),
    [
        ("upper_quota", ap.dhondt, (4, 1, 1), 3, (3, 0, 0)),
        ("upper_quota", ap.sainte_lague, (6, 1, 1, 1), 3, (3, 0, 0, 0)),
        ("lower_quota", ap.adams, (4, 1, 1), 3, (1, 1, 1)),
        ("lower_quota", ap.huntington_hill, (3, 1, 1, 1), 4, (1, 1, 1, 1)),
    ],
)
def test_quotas_that_are_broken(axiom, rule, votes, seats, got):
    problem = ap.house().problem(votes, seats=seats)
    verdict = axioms.check(axiom, rule, problem=problem)
    assert verdict.violated
    assert verdict.witness.before.choice == ap.Seats(got)
    assert verdict.witness.replay(rule)
    assert axioms.check(axiom, ap.hare, problem=problem).holds


def test_the_population_paradox():
    house = ap.house()
    before, after = (house.problem(v, seats=5) for v in ((1, 3, 5), (1, 6, 6)))
    assert ap.hare.solve(before).choice.certain == (0, 2, 3)
    assert ap.hare.solve(after).choice.certain == (1, 2, 2)
    verdict = axioms.check("vote_ratio_monotonicity", ap.hare, agents=3, votes=6, seats=5)
    assert verdict.violated
    assert verdict.witness.replay(ap.hare)
    assert not verdict.witness.replay(ap.sainte_lague)
    text = verdict.witness.explain()
    assert "grew more than" in text


def test_the_paradox_of_new_states():
    """A third party comes with its own seats, and a seat moves between two others."""
    house = ap.house()
    found = []
    for votes in itertools.product(range(1, 9), repeat=3):
        problem = house.problem(votes, seats=5)
        choice = ap.hare.solve(problem).choice
        two = house.problem(votes[:2], seats=max(1, sum(choice.certain[:2])))
        if choice.left or not sum(choice.certain[:2]) or ap.hare.solve(two).choice.left:
            continue
        if ap.hare.solve(two).choice.certain != choice.certain[:2]:
            found.append(votes)
            verdict = axioms.check("coherence", ap.hare, problem=problem)
            assert verdict.violated
            assert axioms.check("coherence", ap.sainte_lague, problem=problem).holds
    assert found


@pytest.mark.parametrize("rule", DIVISORS, ids=lambda rule: rule.id)
def test_divisor_methods_have_no_paradoxes(rule):
    for axiom in ("house_monotonicity", "vote_ratio_monotonicity", "coherence", "vote_homogeneity"):
        assert axioms.check(axiom, rule, **SMALL).holds, axiom


def test_a_larger_house_by_theorem():
    verdict = axioms.check("house_monotonicity", ap.dhondt)
    assert verdict.holds
    assert axioms.check("house_monotonicity", ap.hare).violated


@pytest.mark.parametrize("minimum", [0, 1])
def test_house_monotonicity_holds_with_thresholds_and_minima(minimum):
    house = ap.house()
    for votes in itertools.product((1, 3, 4, 9), repeat=3):
        problem = house.problem(votes, seats=4, threshold=0.2, minimum=minimum)
        assert axioms.check("house_monotonicity", ap.dhondt, problem=problem).holds


def test_plain_functions():
    def first_takes_all(votes):
        return (3,) + (0,) * (len(votes) - 1)

    verdict = axioms.check("lower_quota", first_takes_all, setting=ap.house(), **SMALL)
    assert verdict.violated
    assert axioms.check("anonymity", first_takes_all, setting=ap.house(), **SMALL).violated


def test_parties_that_leave_take_no_threshold_with_them():
    house = ap.house()
    problem = house.problem([60, 30, 6, 4], seats=10, threshold=0.05)
    assert axioms.check("coherence", ap.sainte_lague, problem=problem).holds
    assert axioms.check("coherence", ap.dhondt, problem=house.problem([5, 0, 0], seats=2)).holds


def test_what_is_not_known_is_not_decided():
    problem = ap.house().problem([5, 3, 1], seats=4)
    verdict = axioms.check("vote_ratio_monotonicity", ap.dhondt, problem=problem)
    assert verdict.status is axioms.UNKNOWN
    many = ap.house().problem([1] * 30, seats=15)
    assert axioms.check("house_monotonicity", ap.dhondt, problem=many).status is axioms.UNKNOWN

    def by_lot(votes):
        whole = [(3, 0, 0), (0, 3, 0), (0, 0, 3)]
        return Lottery([(Fraction(1, 3), Outcome(ap.Seats(seats))) for seats in whole])

    verdict = axioms.check("lower_quota", by_lot, setting=ap.house(), **SMALL)
    assert verdict.status is axioms.UNKNOWN


def test_elsewhere_the_axioms_do_not_apply():
    verdict = axioms.check("lower_quota", "facility.median", agents=2, grid=2)
    assert verdict.status is axioms.UNKNOWN


class TestDhondt(MechanismConformance):
    mechanism = ap.dhondt
    domain = SMALL
    claims = ("anonymity", "equal_treatment", "house_monotonicity", "lower_quota")


class TestHare(MechanismConformance):
    mechanism = ap.hare
    domain = SMALL
    claims = ("anonymity", "lower_quota", "upper_quota", "exactness", "vote_homogeneity")


class TestLowerQuota(AxiomConformance):
    axiom = "lower_quota"
    violator = ap.adams
    satisfier = ap.hare
    scope = SMALL


class TestUpperQuota(AxiomConformance):
    axiom = "upper_quota"
    violator = ap.dhondt
    satisfier = ap.hare
    scope = SMALL


class TestExactness(AxiomConformance):
    axiom = "exactness"
    violator = ap.imperiali
    satisfier = ap.dhondt
    scope = {"agents": 2, "votes": 4, "seats": 5}


class TestHouseMonotonicity(AxiomConformance):
    axiom = "house_monotonicity"
    violator = ap.hare
    satisfier = ap.dhondt
    scope = SMALL


class TestVoteRatioMonotonicity(AxiomConformance):
    axiom = "vote_ratio_monotonicity"
    violator = ap.hagenbach_bischoff
    satisfier = ap.sainte_lague
    scope = {"agents": 3, "votes": 4, "seats": 5}


class TestCoherence(AxiomConformance):
    axiom = "coherence"
    violator = ap.hare
    satisfier = ap.huntington_hill
    scope = SMALL


class TestVoteHomogeneity(AxiomConformance):
    axiom = "vote_homogeneity"
    violator = ap.droop
    satisfier = ap.hare
    scope = {"agents": 3, "votes": 6, "seats": 3}
