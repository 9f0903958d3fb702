"""The package's own certificates, confirmed by proofs from the code for up to four agents."""

from fractions import Fraction

import pytest

from mechdesign import auctions, axioms, facility
from mechdesign.axioms import verify_verdict

F = Fraction
RULES = [
    facility.median,
    facility.median(side="upper"),
    facility.average,
    facility.midpoint,
    facility.quantile(q=F(1, 10)),
    facility.quantile(q=F(1, 3)),
    facility.quantile(q=1),
    facility.uniform_phantom,
    facility.constrained_median,
    facility.constant(location=F(1, 2)),
    facility.phantoms(locations=[0, F(1, 5), F(2, 5), F(1, 2), 1]),
    facility.target(location=F(1, 3)),
]
AXIOMS = [
    "strategyproofness",
    "unanimity",
    "pareto_efficiency",
    "individual_fair_share",
    "unanimous_fair_share",
    "proportional_fairness",
    "facility_proportionality",
]


@pytest.mark.slow
@pytest.mark.parametrize("agents", [1, 2, 3, 4])
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_certificates_of_segments_agree_with_proofs(rule, agents):
    if rule.id == "facility.phantoms" and agents != 4:
        return
    decided = 0
    for axiom in AXIOMS:
        known = axioms.check(axiom, rule, agents=agents)
        found = axioms.check(axiom, rule, agents=agents, method="proof")
        if found.status is axioms.UNKNOWN:
            assert "demands nothing" in found.evidence.text, found
            continue
        if known.status is not axioms.UNKNOWN:
            decided += 1
            assert found.status is known.status, (axiom, known, found)
    assert decided >= 3


@pytest.mark.slow
@pytest.mark.parametrize("agents", [2, 3, 4])
def test_auctions_agree_with_what_is_known_of_them(agents):
    slots = [1, F(1, 2), F(1, 4)]
    for rule, truthful in [(auctions.vcg, True), (auctions.gsp, False), (auctions.gfp, False)]:
        verdict = axioms.check(
            "strategyproofness", rule, agents=agents, slots=slots, method="proof"
        )
        assert verdict.holds is truthful
        assert verdict.violated is not truthful
    for reserve in (None, F(1, 2)):
        rule = auctions.second_price(reserve=reserve) if reserve else auctions.second_price
        for axiom in ("strategyproofness", "individual_rationality", "no_positive_transfers"):
            assert axioms.check(axiom, rule, agents=agents, method="proof").holds


@pytest.mark.slow
def test_larger_proofs_are_verified():
    for rule, agents in [(facility.uniform_phantom, 4), (facility.median, 7)]:
        verdict = axioms.check("strategyproofness", rule, agents=agents, method="proof")
        assert verdict.holds
        assert verify_verdict(rule, verdict).answer == "confirmed"
