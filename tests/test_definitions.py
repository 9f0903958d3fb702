"""Every rule has a definition to be tested against, or a stated reason why its code is one."""

import importlib
from pathlib import Path

import pytest

import mechdesign as md

FAMILIES = (
    "facility",
    "auctions",
    "matching",
    "aggregation",
    "bargaining",
    "preference_games",
    "coalitional",
    "pluralistic",
    "apportionment",
    "committees",
    "information",
    "allocation",
    "taxation",
    "games",
    "elections",
)

#: Definitions that bear another name, where they say more than one rule.
ELSEWHERE = {
    "aggregation.scoring": "positional",
    "apportionment.adams": "highest_averages",
    "apportionment.danish": "highest_averages",
    "apportionment.dean": "highest_averages",
    "apportionment.dhondt": "highest_averages",
    "apportionment.droop": "largest_remainders",
    "apportionment.hagenbach_bischoff": "largest_remainders",
    "apportionment.hare": "largest_remainders",
    "apportionment.huntington_hill": "highest_averages",
    "apportionment.imperiali": "highest_averages",
    "apportionment.imperiali_quota": "largest_remainders",
    "apportionment.modified_sainte_lague": "highest_averages",
    "apportionment.sainte_lague": "highest_averages",
    "auctions.ascending_prices": "competitive_prices",
    "auctions.clinching": "clarke",
    "auctions.combinatorial_vcg": "clarke",
    "auctions.core_nearest": "core_bounds",
    "auctions.double_vcg": "clarke",
    "auctions.highest_prices": "competitive_prices",
    "auctions.knapsack_vcg": "clarke",
    "auctions.lowest_prices": "competitive_prices",
    "auctions.multi_unit_vickrey": "clarke",
    "auctions.pivotal": "clarke",
    "coalitional.nucleolus": "sorted_excesses",
    "coalitional.prenucleolus": "sorted_excesses",
    "facility.optimal_facilities": "optimal_cost",
    "taxation.brackets": "best_income",
    "facility.phantoms": "phantom_median",
    "information.acquisition_optimal": "best_deviation",
}

FORMULA = "its code is the formula of its docstring"
PROCEDURE = "it is defined by the procedure that its code follows"
#: Rules whose code is their definition, and why.
AS_CODED = {
    "aggregation.approval": FORMULA,
    "aggregation.benham": PROCEDURE,
    "aggregation.bipartisan": FORMULA,
    "aggregation.btr_irv": PROCEDURE,
    "aggregation.geometric_mean": FORMULA,
    "aggregation.harmonic_mean": FORMULA,
    "aggregation.mean": FORMULA,
    "aggregation.median": FORMULA,
    "aggregation.minmax_mean": FORMULA,
    "aggregation.optimality_gap": FORMULA,
    "aggregation.rank_median": FORMULA,
    "aggregation.smith_irv": PROCEDURE,
    "aggregation.tideman_alternative": PROCEDURE,
    "aggregation.trimmed_mean": FORMULA,
    "aggregation.woodall": PROCEDURE,
    "aggregation.z_score": FORMULA,
    "allocation.bag_filling": PROCEDURE,
    "allocation.envy_cycles": PROCEDURE,
    "auctions.expected_externality": FORMULA,
    "auctions.greedy": PROCEDURE,
    "auctions.k_double": FORMULA,
    "auctions.knapsack_greedy": PROCEDURE,
    "auctions.local_search": PROCEDURE,
    "auctions.mcafee": PROCEDURE,
    "auctions.mnl_value_order": PROCEDURE,
    "auctions.p_surrogate": PROCEDURE,
    "auctions.pay_as_bid": FORMULA,
    "auctions.segment": FORMULA,
    "auctions.trade_reduction": PROCEDURE,
    "auctions.uniform_price": FORMULA,
    "bargaining.single_text": PROCEDURE,
    "coalitional.average_cost": PROCEDURE,
    "coalitional.equal_division": FORMULA,
    "coalitional.equal_split": FORMULA,
    "coalitional.normalised_banzhaf": FORMULA,
    "coalitional.pay_bid": FORMULA,
    "coalitional.serial_cost": PROCEDURE,
    "facility.average": FORMULA,
    "facility.average_or_random_rank": FORMULA,
    "facility.constant": FORMULA,
    "facility.dictator": FORMULA,
    "facility.left_right_middle": FORMULA,
    "facility.midpoint": FORMULA,
    "facility.table": FORMULA,
    "information.full_disclosure": FORMULA,
    "information.linear": FORMULA,
    "information.logarithmic": FORMULA,
    "information.no_disclosure": FORMULA,
    "information.peer_correlated_agreement": FORMULA,
    "information.peer_determinant": FORMULA,
    "information.peer_multi_task": FORMULA,
    "information.peer_output_agreement": FORMULA,
    "information.peer_posterior": FORMULA,
    "information.quadratic": FORMULA,
    "information.ranked_probability": FORMULA,
    "information.spherical": FORMULA,
    "information.v_shaped": FORMULA,
    "pluralistic.random_group": FORMULA,
    "preference_games.learned": PROCEDURE,
    "preference_games.proportional_borda": FORMULA,
    "preference_games.random_dictatorship": FORMULA,
    "taxation.first_best": FORMULA,
    "taxation.laissez_faire": FORMULA,
}


def definition(rule):
    module = importlib.import_module(f"mechdesign.{rule.family}.definitions")
    name = ELSEWHERE.get(rule.id, rule.id.split(".")[1])
    return getattr(module, name, None)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_rule_has_a_definition_or_says_why_its_code_is_one(family):
    rules = {rule.id: definition(rule) for rule in md.mechanisms(family)}
    own = {id for id, found in rules.items() if found is None}
    assert own == {id for id in AS_CODED if id.startswith(f"{family}.")}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_definition_of_a_rule_is_used_by_a_test(family):
    path = Path(__file__).parent / family / "test_definitions.py"
    text = path.read_text(encoding="utf-8")
    for rule in md.mechanisms(family):
        found = definition(rule)
        if found is not None:
            assert f"definitions.{found.__name__}" in text or f'"{found.__name__}"' in text, rule
