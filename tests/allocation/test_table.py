"""The table of rules and axioms of this field, cell by cell: each verdict stands in the catalogue.

The tests of the catalogue compute every cell again and replay each witness.
"""

import pytest

from mechdesign.axioms.catalogue import catalogue_entries

H, V = "HOLDS", "VIOLATED"
DA, TTC = "allocation.deferred_acceptance", "allocation.top_trading_cycles"
BOSTON, SD = "allocation.boston", "allocation.serial_dictatorship"
RSD, PS = "allocation.random_serial_dictatorship", "allocation.probabilistic_serial"
ROUND, CYCLES = "allocation.round_robin", "allocation.envy_cycles"
NASH, VCG = "allocation.max_nash_welfare", "auctions.combinatorial_vcg"
CORE, DOUBLE = "auctions.core_nearest", "auctions.double_vcg"

#: Rule, axiom, verdict, and words of the scope that tell which of its cells is meant.
CELLS = [
    (DA, "stability", H, "strategic=proposing"),
    (DA, "strategyproofness", H, "agents=4, receivers=2, strategic=proposing"),
    (DA, "strategyproofness", H, "agents=5, receivers=2"),
    (DA, "group_strategyproofness", H, "strategic=proposing"),
    (DA, "population_monotonicity", H, "objects=2"),
    (DA, "pareto_efficiency", V, "welfare=proposing"),
    (DA, "strong_group_strategyproofness", V, "objects=2"),
    (DA, "non_bossiness", V, "objects=2"),
    (DA, "strategyproofness", V, "strategic=receiving"),
    (BOSTON, "pareto_efficiency", H, "welfare=proposing"),
    (BOSTON, "non_bossiness", H, "objects=2"),
    (BOSTON, "population_monotonicity", H, "objects=2"),
    (BOSTON, "strategyproofness", V, "strategic=proposing"),
    (BOSTON, "strong_group_strategyproofness", V, "objects=2"),
    (TTC, "strategyproofness", H, "strategic=proposing"),
    (TTC, "strong_group_strategyproofness", H, "objects=2"),
    (TTC, "non_bossiness", H, "objects=2"),
    (TTC, "pareto_efficiency", H, "welfare=proposing"),
    (TTC, "stability", V, "strategic=proposing"),
    (TTC, "population_monotonicity", V, "objects=2"),
    ("allocation.parallel", "strategyproofness", V, "agents=4, objects=3"),
    (TTC, "strict_core", H, "owners=True"),
    (TTC, "strategyproofness", H, "owners=True"),
    (TTC, "owner_rationality", H, "owners=True"),
    (TTC, "pareto_efficiency", H, "owners=True"),
    (TTC, "assignment_consistency", V, "owners=True"),
    (TTC, "assignment_consistency", V, "objects=2"),
    (SD, "obvious_strategyproofness", H, "objects=3"),
    (SD, "strategyproofness", H, "objects=3"),
    (SD, "strong_group_strategyproofness", H, "objects=3"),
    (SD, "non_bossiness", H, "objects=3"),
    (SD, "pareto_efficiency", H, "objects=3"),
    (SD, "equal_treatment", V, "objects=3"),
    (RSD, "strategyproofness", H, "agents=3"),
    (RSD, "equal_treatment", H, "agents=3"),
    (f"{RSD}(form=lottery)", "pareto_efficiency", H, "lift=ex_post"),
    (RSD, "weak_sd_envy_freeness", H, "agents=3"),
    (RSD, "sd_envy_freeness", V, "agents=3"),
    (RSD, "ordinal_efficiency", H, "agents=3"),
    (RSD, "ordinal_efficiency", V, "agents=4"),
    (PS, "ordinal_efficiency", H, "agents=3"),
    (PS, "sd_envy_freeness", H, "agents=3"),
    (PS, "strategyproofness", H, "lift=dominance"),
    (PS, "strategyproofness", V, "agents=3"),
    (ROUND, "ef1", H, "goods=3"),
    (ROUND, "strategyproofness", V, "goods=3"),
    (ROUND, "pareto_efficiency", V, "goods=3"),
    (CYCLES, "ef1", H, "goods=3"),
    (CYCLES, "pareto_efficiency", V, "goods=3"),
    (NASH, "ef1", H, "goods=3"),
    (NASH, "pareto_efficiency", H, "goods=3"),
    (NASH, "efx", V, "values=(0, 1, 2, 3)"),
    (NASH, "strategyproofness", V, "goods=3"),
    (VCG, "strategyproofness", H, "agents=3"),
    (VCG, "allocative_efficiency", H, "agents=3"),
    (VCG, "individual_rationality", H, "agents=3"),
    (VCG, "auction_core", V, "agents=3"),
    (VCG, "revenue_monotonicity", V, "agents=3"),
    (VCG, "false_name_proofness", V, "agents=2"),
    (CORE, "auction_core", H, "agents=3"),
    (CORE, "individual_rationality", H, "agents=3"),
    (CORE, "allocative_efficiency", H, "agents=3"),
    (CORE, "strategyproofness", V, "agents=3"),
    *(
        (rule, axiom, verdict, "sellers=2")
        for rule in ("auctions.mcafee", "auctions.trade_reduction")
        for axiom, verdict in (
            ("strategyproofness", H),
            ("individual_rationality", H),
            ("weak_budget_balance", H),
            ("allocative_efficiency", V),
        )
    ),
    (DOUBLE, "strategyproofness", H, "sellers=2"),
    (DOUBLE, "individual_rationality", H, "sellers=2"),
    (DOUBLE, "weak_budget_balance", V, "sellers=2"),
]
ENTRIES = [
    (entry.mechanism, entry.axiom, str(entry.status), entry.words) for entry in catalogue_entries()
]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: " ".join(cell))
def test_the_cell_stands_in_the_catalogue(cell):
    rule, axiom, verdict, words = cell
    there = [one for one in ENTRIES if one[:2] == (rule, axiom) and words in one[3]]
    assert verdict in {one[2] for one in there}, there
