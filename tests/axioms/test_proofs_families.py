"""Proofs on the continuum in the families: other axioms, auctions, rules broken on purpose."""

import json
import math
from fractions import Fraction

import pytest

from mechdesign import aggregation, auctions, axioms, bargaining, facility, matching
from mechdesign.errors import InvalidInputError
from mechdesign.model import FunctionMechanism, Lottery, Outcome

F = Fraction
LINE = facility.line(0, 1)
SINGLE = auctions.second_price.setting
SLOTS = [1, F(1, 2), F(1, 4)]
SP = "strategyproofness"


def prove(axiom, rule, agents, setting=None, **options):
    return axioms.check(axiom, rule, setting=setting, agents=agents, method="proof", **options)


def median(x):
    return sorted(x)[len(x) // 2]


def uniform_phantom(x):
    n = len(x)
    return sorted([*x, *(F(k, n) for k in range(1, n))])[n - 1]


def moved_phantom(x):
    n = len(x)
    return sorted([*x, *(F(k, n) + F(1, 1000) for k in range(1, n))])[n - 1]


# ------------------------------------------------------------------------- facility


@pytest.mark.parametrize("agents", [2, 3])
def test_the_uniform_phantom_is_proportionally_fair(agents):
    assert prove("proportional_fairness", uniform_phantom, agents, LINE).holds


def test_phantoms_that_are_moved_a_little_are_not():
    verdict = prove("proportional_fairness", moved_phantom, 3, LINE)
    assert verdict.violated
    assert verdict.witness.replay(FunctionMechanism(moved_phantom, LINE))


HOLDS = {
    median: "anonymity unanimity pareto_efficiency weak_pareto participation feasibility "
    "group_strategyproofness strong_group_strategyproofness equal_treatment",
    uniform_phantom: "individual_fair_share unanimous_fair_share facility_proportionality "
    "participation pareto_efficiency",
}
VIOLATED = {
    median: "individual_fair_share unanimous_fair_share proportional_fairness "
    "facility_proportionality strong_proportional_fairness",
    uniform_phantom: "strong_proportional_fairness",
}
CASES = [(r, a, True) for r, names in HOLDS.items() for a in names.split()]
CASES += [(r, a, False) for r, names in VIOLATED.items() for a in names.split()]


@pytest.mark.parametrize(("rule", "axiom", "holds"), CASES)
def test_the_axioms_own_search_runs_on_symbols(rule, axiom, holds):
    verdict = prove(axiom, rule, 3, LINE)
    assert verdict.holds is holds, verdict
    # A finite domain of the same problems agrees: HOLDS for all is HOLDS on the grid.
    if holds:
        assert axioms.check(axiom, rule, setting=LINE, agents=3, grid=3).holds
    else:
        assert verdict.witness.replay(FunctionMechanism(rule, LINE))


def test_weights_are_words_of_the_problem():
    def weighted(x):
        return sorted(x)[1]

    assert prove(SP, weighted, 3, LINE, weights=[1, 2, 3]).holds


@pytest.mark.parametrize(
    ("axiom", "status"),
    [
        ("strategyproofness", "HOLDS"),
        ("proportional_fairness", "HOLDS"),
        ("anonymity", "HOLDS"),
        ("strong_proportional_fairness", "VIOLATED"),
    ],
)
def test_mechanisms_of_the_package_are_proved_from_their_own_code(axiom, status):
    assert str(prove(axiom, facility.uniform_phantom, 3).status) == status


# ------------------------------------------------------------------------- auctions


def ranked(bids):
    return sorted(range(len(bids)), key=lambda i: -bids[i])


def second_price(data, reserve=0, rebate=0):
    bids = data["bids"]
    slots, paid = [None] * len(bids), [0] * len(bids)
    order = [i for i in ranked(bids) if bids[i] >= reserve]
    if order:
        slots[order[0]] = 0
        paid[order[0]] = max(reserve, bids[order[1]] - rebate) if len(order) > 1 else reserve
    return slots, paid


def with_reserve(data):
    return second_price(data, F(1, 2))


def below_the_second_price(data):
    return second_price(data, F(1, 2), F(1, 10))


def first_price(data):
    bids = data["bids"]
    slots, paid = [None] * len(bids), [0] * len(bids)
    best = ranked(bids)[0]
    slots[best], paid[best] = 0, bids[best]
    return slots, paid


def tie_for_the_lower(data):
    """The last of the highest bids wins, and pays its own where there is no tie."""
    bids = data["bids"]
    slots, paid = [None] * len(bids), [0] * len(bids)
    order = ranked(bids)
    close = bids[order[0]] - bids[order[1]] < F(1, 5)
    winner = order[1] if close else order[0]
    slots[winner], paid[winner] = 0, bids[order[1]]
    return slots, paid


def position(data, price):
    bids, rates = data["bids"], [*data["ctr"], 0]
    slots, paid = [None] * len(bids), [0] * len(bids)
    order = ranked(bids)
    below = [*(bids[i] for i in order), *[0] * (len(rates) + 2)]
    for k, i in enumerate(order[: len(rates) - 1]):
        slots[i], paid[i] = k, price(k, below, rates)
    return slots, paid


def gsp(data):
    return position(data, lambda k, below, rates: rates[k] * below[k + 1])


def vcg(data):
    steps = range(len(data["ctr"]))
    return position(
        data,
        lambda k, below, rates: sum(
            (rates[r] - rates[r + 1]) * below[r + 1] for r in steps if r >= k
        ),
    )


def next_but_one(data):
    steps = range(len(data["ctr"]))
    return position(
        data,
        lambda k, below, rates: sum(
            (rates[r] - rates[r + 1]) * below[r + 2] for r in steps if r >= k
        ),
    )


def pivot_with_the_agent_left_in(data):
    steps = range(len(data["ctr"]))
    return position(
        data,
        lambda k, below, rates: sum((rates[r] - rates[r + 1]) * below[r] for r in steps if r >= k),
    )


@pytest.mark.parametrize(
    ("rule", "agents"), [(second_price, 2), (second_price, 3), (with_reserve, 3)]
)
def test_second_price_is_strategyproof_for_all_values(rule, agents):
    verdict = prove(SP, rule, agents, SINGLE)
    assert verdict.holds
    assert prove("individual_rationality", rule, agents, SINGLE).holds
    assert prove("no_positive_transfers", rule, agents, SINGLE).holds


def test_the_position_auction_of_vickrey_clarke_and_groves():
    assert prove(SP, vcg, 3, auctions.position(), slots=SLOTS).holds
    assert prove(SP, auctions.vcg, 3, slots=SLOTS).holds
    assert prove("individual_rationality", auctions.vcg, 3, slots=SLOTS).holds


@pytest.mark.parametrize("agents", [2, 3])
@pytest.mark.parametrize("rule", [gsp, next_but_one, pivot_with_the_agent_left_in])
def test_other_payments_of_slots_are_refuted(rule, agents):
    verdict = prove(SP, rule, agents, auctions.position(), slots=SLOTS)
    assert verdict.violated
    assert verdict.witness.replay(FunctionMechanism(rule, auctions.position()))


def test_the_known_manipulation_of_gsp_is_one():
    values, lie = (F(3, 7), F(1, 2), F(5, 14)), F(2, 7)
    problem = auctions.position().problem(list(values), ctr=SLOTS)
    before = auctions.gsp(problem)
    after = auctions.gsp(problem.report(0, lie))
    setting = auctions.position()
    gain = setting.utility(problem, 0, values[0], after) - before.utilities[0]
    assert gain > 0


@pytest.mark.parametrize("rule", [first_price, below_the_second_price, tie_for_the_lower])
def test_single_items_sold_at_wrong_prices_are_refuted(rule):
    verdict = prove(SP, rule, 2, SINGLE)
    assert verdict.violated
    assert verdict.witness.replay(FunctionMechanism(rule, SINGLE))


# ------------------------------------------------------------------------- broken on purpose


def median_of_the_others(x):
    return sorted(x[:-1])[len(x[:-1]) // 2]


def phantom_of_the_first(x):
    return sorted([*x, x[0] / 2, 1 - x[0]])[len(x) // 2 + 1]


def test_a_median_of_all_but_one_ignores_one():
    assert prove("unanimity", median_of_the_others, 3, LINE).holds
    assert prove("anonymity", median_of_the_others, 3, LINE).violated


def test_a_phantom_that_depends_on_a_report_is_refuted():
    assert prove(SP, phantom_of_the_first, 3, LINE).violated


def test_a_setting_that_needs_words_says_which():
    verdict = prove(SP, gsp, 2, auctions.position())
    assert verdict.status is axioms.UNKNOWN
    assert "ctr" in verdict.evidence.text


# ------------------------------------------------------------------------- other families

PACKAGES = bargaining.package_choice()


def best_for(worth):
    """Choose the package that a function of its utilities likes best."""

    def rule(problem):
        names = problem.data.packages
        return max(names, key=lambda name: worth([r[names.index(name)] for r in problem.types]))

    return rule


@pytest.mark.parametrize("worth", [sum, min, lambda row: (min(row), max(row))])
def test_choosing_packages_by_reported_utilities(worth):
    rule = best_for(worth)
    assert prove("pareto_efficiency", rule, 2, PACKAGES, packages=2).holds is (worth is not min)
    assert prove("weak_pareto", rule, 2, PACKAGES, packages=2).holds
    verdict = prove(SP, rule, 2, PACKAGES, packages=2)
    assert verdict.violated
    assert verdict.witness.replay(FunctionMechanism(rule, PACKAGES))


def test_a_dictator_of_packages_is_strategyproof_and_the_product_is_not_linear():
    assert prove(SP, best_for(lambda row: row[0]), 2, PACKAGES, packages=3).holds
    verdict = prove(SP, best_for(math.prod), 2, PACKAGES, packages=2)
    assert verdict.status is axioms.UNKNOWN
    assert "a product with another number" in verdict.evidence.text


def test_groves_payments_on_two_public_projects():
    """Two projects as two slots of which each bidder wants one: VCG by its definition."""

    def groves(data):
        bids, (top, low) = data["bids"], data["ctr"]
        order = [0, 1] if bids[0] >= bids[1] else [1, 0]
        pivot = bids[order[1]] * (top - low)
        return [order.index(0), order.index(1)], [pivot * (order[0] == i) for i in (0, 1)]

    assert prove(SP, groves, 2, auctions.position(), slots=[1, F(1, 3)]).holds


def by_total(table):
    return {name: sum(row) for name, row in zip("AB", table, strict=True)}


def by_the_first_task(table):
    return {name: row[0] for name, row in zip("AB", table, strict=True)}


@pytest.mark.parametrize(
    ("rule", "axiom", "holds"),
    [
        (by_total, "anonymity", True),
        (by_total, "unanimity", True),
        (by_total, "pareto_efficiency", True),
        (by_total, SP, False),
        (by_the_first_task, SP, True),
        (by_the_first_task, "anonymity", False),
    ],
)
def test_real_scores(rule, axiom, holds):
    verdict = prove(axiom, rule, 2, aggregation.scores(), alternatives=2)
    assert verdict.holds is holds, verdict
    assert verdict.violated is not holds


def heaviest(graph):
    return [(max(range(len(graph.weights)), key=lambda u: graph.weights[u]), 0)]


@pytest.mark.parametrize(("axiom", "holds"), [("allocation_monotonicity", True), (SP, False)])
def test_weights_of_a_matching(axiom, holds):
    online = matching.online()
    assert prove(axiom, heaviest, 2, online, arrivals=1, p=F(1, 2)).holds is holds


def test_lotteries_count_by_their_expectation():
    def random_dictator(x):
        return Lottery((F(1, len(x)), Outcome(y)) for y in x)

    verdict = prove(SP, random_dictator, 2, LINE)
    assert verdict.holds, verdict
    assert verdict.scope.lift == "expectation"

    def mean_or_median(x):
        return Lottery([(F(1, 2), Outcome(sum(x) / 3)), (F(1, 2), Outcome(sorted(x)[1]))])

    verdict = prove(SP, mean_or_median, 3, LINE)
    assert verdict.violated
    assert verdict.witness.replay(FunctionMechanism(mean_or_median, LINE))


def test_values_in_a_box():
    free = {"agents": 2, "slots": 2}
    whole = axioms.worst("strategyproofness", auctions.gsp, **free)
    assert whole.value == math.inf
    box = axioms.worst("strategyproofness", auctions.gsp, values=(0, 1), **free)
    assert (box.value, box.attained) == (Fraction(1, 2), False)
    assert box.scope.domain == "all problems with slots=2, values=(0, 1)"
    found = axioms.check("strategyproofness", auctions.gsp, values=(0, 1), **free)
    assert found.violated
    assert all(0 <= value <= 1 for value in found.witness.problem.types)
    # Where the boxes are apart nobody can change the order: by hand, GSP is truthful there.
    apart = axioms.check("strategyproofness", auctions.gsp, values=((0, 1), (2, 3)), **free)
    assert apart.holds
    for verdict in (found, apart):
        again = axioms.Verdict.from_dict(json.loads(json.dumps(verdict.to_dict())))
        assert axioms.verify_verdict(auctions.gsp, again).answer == "confirmed"


def test_a_box_that_is_none():
    for values in ((1, 0), (0, 1, 2), 3, ((0, 1),), ((0, 1), (0, -1)), (-1, 1)):
        with pytest.raises(InvalidInputError, match="values"):
            axioms.check("strategyproofness", auctions.gsp, agents=2, slots=2, values=values)


def test_a_counterexample_outside_of_the_words_is_refused():
    free = {"agents": 2, "slots": 2, "method": "proof"}
    wide = axioms.check("strategyproofness", auctions.gsp, **free)
    narrow = axioms.check("strategyproofness", auctions.gsp, values=(0, Fraction(1, 9)), **free)
    assert max(wide.witness.problem.types) > Fraction(1, 9)
    forged = json.loads(json.dumps(wide.to_dict()))
    forged["scope"] = json.loads(json.dumps(narrow.to_dict()))["scope"]
    finding = axioms.verify_verdict(auctions.gsp, axioms.Verdict.from_dict(forged))
    assert finding.answer == "NOT confirmed"
    assert "outside of the scope" in finding.reason


def test_what_is_found_at_other_problems_says_nothing_against_these():
    def by_size(data):  # who bids more than 1 pays its bid, which no bid in [0, 1] does
        slots, paid = second_price(data)
        pairs = zip(paid, data["bids"], strict=True)
        return slots, [price if bid <= 1 else bid for price, bid in pairs]

    free = prove(SP, by_size, 2, SINGLE)
    assert free.violated
    boxed = axioms.check(SP, by_size, setting=SINGLE, agents=2, values=(0, 1))
    assert boxed.holds
    weighted = axioms.check(
        "strategyproofness", facility.median, agents=2, weights=(2, 1), method="proof"
    )
    assert weighted.holds
    assert "weights=(2, 1)" in str(weighted.scope)


def coordinatewise_median(points):
    return tuple(sorted(places)[len(points) // 2] for places in zip(*points, strict=True))


def centre(points):
    return tuple(sum(places) / len(points) for places in zip(*points, strict=True))


@pytest.mark.parametrize("norm", ["l1", "linf"])
def test_points_of_the_plane(norm):
    plane = facility.space(2, 0, 1, norm=norm)
    for axiom in (SP, "unanimity", "anonymity", "participation"):
        verdict = prove(axiom, coordinatewise_median, 2, plane)
        assert verdict.holds
        rule = FunctionMechanism(coordinatewise_median, plane)
        assert axioms.verify_verdict(rule, verdict).answer == "confirmed"
    refuted = prove(SP, centre, 2, plane)
    assert refuted.violated
    assert refuted.witness.replay(FunctionMechanism(centre, plane))


def test_the_euclidean_plane_is_not_linear():
    verdict = prove(SP, coordinatewise_median, 2, facility.space(2, 0, 1))
    assert "`norm` must be l1 or linf" in verdict.evidence.text


def test_reports_of_several_numbers_are_put_in_the_order_of_their_first():
    """Three agents: the proof that they are interchangeable, then only one order of them."""
    line = facility.space(1, 0, 1, norm="l1")
    verdict = prove(SP, coordinatewise_median, 3, line)
    assert verdict.holds
    proofs = verdict.certificate.data["proofs"]
    assert [(one.axiom, one.ordered) for one in proofs] == [("anonymity", False), (SP, True)]
    rule = FunctionMechanism(coordinatewise_median, line)
    assert axioms.verify_verdict(rule, verdict).answer == "confirmed"
    assert prove(SP, lambda points: points[0], 3, line).holds
    assert prove(SP, centre, 3, line).violated
