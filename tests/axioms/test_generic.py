"""Every generic axiom has a mechanism that it refutes and one that it passes."""

from mechdesign.testing import AxiomConformance

from . import toy

SMALL = {"agents": 2, "values": 2, "packages": 2}
WIDE = {"agents": 2, "values": 3, "packages": 3}


def on(rows, **options):
    """A scope of one problem."""
    return {"problem": toy.Packages().problem(rows, **options)}


class TestFeasibility(AxiomConformance):
    axiom = "feasibility"
    violator = toy.greedy_sum
    satisfier = toy.vickrey
    scope = {"agents": 2, "values": 2}


class TestIndividualRationality(AxiomConformance):
    axiom = "individual_rationality"
    violator = toy.overcharge
    satisfier = toy.vickrey
    scope = {"agents": 2, "values": 3}


class TestPareto(AxiomConformance):
    axiom = "pareto_efficiency"
    violator = toy.egalitarian
    satisfier = toy.utilitarian
    scope = SMALL


class TestWeakPareto(AxiomConformance):
    axiom = "weak_pareto"
    violator = toy.pessimal
    satisfier = toy.egalitarian
    scope = SMALL


class TestStrategyproofness(AxiomConformance):
    axiom = "strategyproofness"
    violator = toy.first_price
    satisfier = toy.vickrey
    scope = {"agents": 2, "values": 4}


class TestStrategyproofnessOfPublicChoice(AxiomConformance):
    axiom = "strategyproofness"
    violator = toy.utilitarian
    satisfier = toy.dictator
    scope = {"agents": 2, "values": 3, "packages": 2}


class TestGroupStrategyproofness(AxiomConformance):
    axiom = "group_strategyproofness"
    violator = toy.mutual
    satisfier = toy.equal_split
    scope = {"agents": 2, "values": 3}


class TestStrongGroupStrategyproofness(AxiomConformance):
    axiom = "strong_group_strategyproofness"
    violator = toy.vickrey
    satisfier = toy.equal_split
    scope = {"agents": 2, "values": 3}


class TestAnonymity(AxiomConformance):
    axiom = "anonymity"
    violator = toy.dictator
    satisfier = toy.utilitarian
    scope = SMALL


class TestNeutrality(AxiomConformance):
    axiom = "neutrality"
    violator = toy.constant
    satisfier = toy.dictator
    scope = on([(1, 2, 3), (3, 1, 2)])


class TestEqualTreatment(AxiomConformance):
    axiom = "equal_treatment"
    violator = toy.lowest
    satisfier = toy.equal_split
    scope = {"agents": 2, "values": 3}


class TestUnanimity(AxiomConformance):
    axiom = "unanimity"
    violator = toy.constant
    satisfier = toy.leximin
    scope = SMALL


class TestScaleInvariance(AxiomConformance):
    axiom = "scale_invariance"
    violator = toy.utilitarian
    satisfier = toy.nash
    scope = WIDE


class TestContraction(AxiomConformance):
    axiom = "nash_contraction"
    violator = toy.kalai_smorodinsky
    satisfier = toy.nash
    scope = on([(3, 5, 4), (3, 1, 2)])


class TestResourceMonotonicity(AxiomConformance):
    axiom = "resource_monotonicity"
    violator = toy.utilitarian
    satisfier = toy.constant
    scope = on([(2, 5), (2, 1)], costs=(1, 2), budget=1)


class TestAllocationMonotonicity(AxiomConformance):
    axiom = "allocation_monotonicity"
    violator = toy.lowest
    satisfier = toy.vickrey
    scope = {"agents": 2, "values": 3}


class TestParticipation(AxiomConformance):
    axiom = "participation"
    violator = toy.pessimal
    satisfier = toy.utilitarian
    scope = SMALL


class TestCore(AxiomConformance):
    axiom = "core"
    violator = toy.constant
    satisfier = toy.dictator
    violator_scope = on([(0, 1), (1, 0), (0, 1)])
    satisfier_scope = on([(0, 1), (1, 0)][:1])
    scope = {}


class TestEqualTreatmentOfNestedTypes(AxiomConformance):
    """Types that are nested tuples of different lengths are still compared."""

    axiom = "equal_treatment"
    violator = toy.nested_first
    satisfier = toy.nested_equal
    scope = {"agents": 2}


class TestNeutralityOfPayments(AxiomConformance):
    """The same package at a price that depends on its name is not neutral."""

    axiom = "neutrality"
    violator = toy.priced_by_name
    satisfier = toy.priced_alike
    scope = on([(1, 2), (3, 4)])


class TestParticipationInPrivateOutcomes(AxiomConformance):
    """Who stays away from an auction has its reserve, not somebody's slot."""

    axiom = "participation"
    violator = toy.overcharge
    satisfier = toy.vickrey
    scope = {"agents": 2, "values": 3}


class TestContractionOfSets(AxiomConformance):
    """A rule that shows its ties must keep exactly the tied packages that are left."""

    axiom = "nash_contraction"
    violator = toy.KalaiSmorodinsky("ks_with_ties", None, ties=True)
    satisfier = toy.tied_utilitarian
    scope = on([(3, 5, 4, 0, 1), (3, 1, 2, 0, 0)])


class TestPopulationMonotonicity(AxiomConformance):
    axiom = "population_monotonicity"
    violator = toy.utilitarian
    satisfier = toy.constant
    scope = on([(0, 1), (3, 0), (0, 3)])
