"""Participatory budgeting: small oracles, official elections, objections against brute force."""

import itertools
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import axioms, bargaining
from mechdesign.bargaining import election, equal_shares, greedy, objection
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io.pabulib import read_pabulib

P24 = election(["abc"] * 6 + ["xy"] * 4, costs=dict.fromkeys("abcxy", 10), budget=30)
P25 = election(["a", "a", "ab", "bc", "cd", "d"], costs={"a": 6, "b": 3, "c": 3, "d": 4}, budget=12)
P26 = election(
    ["ab", "ab", "ac", "bd", "de", "cde", "e"],
    costs={"a": 4, "b": 4, "c": 5, "d": 2, "e": 3},
    budget=10,
)
P27 = election(["abc", "abc", "abd", "def", "ef", "f"], costs=dict.fromkeys("abcdef", 1), budget=3)


def order(outcome):
    return "".join(outcome.details["order"])


def test_oracle_24():
    assert greedy(P24).choice == tuple("abc")
    assert objection(greedy(P24)).projects == ("x",)
    assert objection(greedy(P24)).voters == (6, 7, 8, 9)
    found = equal_shares(P24)
    assert found.choice == tuple("ax")
    assert found.details["left"] == (F(4, 3),) * 6 + (F(1, 2),) * 4
    assert equal_shares(P24, completion="add1").choice == tuple("abx")
    assert order(bargaining.sequential_phragmen(P24)) == "axb"
    nash = bargaining.max_nash_welfare(P24)
    assert nash.details["product"] == 11664
    assert "6 sets" in nash.provenance.ties


def test_oracle_25():
    found = equal_shares(P25, satisfaction="cardinality")
    assert found.choice == tuple("bd")
    assert found.details["left"] == (2, 2, F(1, 2), F(1, 2), 0, 0)
    assert order(greedy(P25, satisfaction="cardinality")) == "bca"
    assert set(bargaining.sequential_phragmen(P25).choice) == set("bd")
    found = equal_shares(P25)
    assert found.choice == tuple("ac")
    assert found.details["left"] == (0, 0, 0, F(1, 2), F(1, 2), 2)
    block = objection(found, satisfaction="cost")
    assert (block.projects, block.voters) == (("d",), (4, 5))
    nash = bargaining.max_nash_welfare(P25)
    assert (nash.choice, nash.details["product"]) == (tuple("abc"), 72)


def test_oracle_26():
    found = equal_shares(P26, satisfaction="cardinality")
    assert order(found) == "da"
    assert sorted(found.details["left"]) == [F(2, 21)] * 3 + [F(16, 21)] * 3 + [F(10, 7)]
    for satisfaction in ("cardinality", "cost"):
        full = equal_shares(P26, satisfaction=satisfaction, completion="add1")
        assert full.choice == tuple("ade")
    assert equal_shares(P26).choice == tuple("ad")
    assert greedy(P26).choice == tuple("abd")
    for outcome in (equal_shares(P26), greedy(P26)):
        block = objection(outcome, satisfaction="cost")
        assert (block.projects, block.voters) == (("e",), (4, 5, 6))


def test_oracle_27():
    found = equal_shares(P27)
    assert order(found) == "af"
    assert found.details["left"] == (F(1, 6),) * 6
    assert order(greedy(P27)) == "afb" or set(greedy(P27).choice) == set("abf")
    assert order(bargaining.sequential_phragmen(P27)) == "afb"
    assert set(equal_shares(P27, completion="greedy").choice) == set("abf")


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "funded", "cost", "steps"),
    [
        ("Netherlands_Assen_2024", 9, 76_700, 843),
        ("Poland_Swiecie_2023", 17, 1_040_337, 242),
        ("Poland_Wieliczka_2023_Green_Budget", 30, 995_079, 164),
    ],
)
def test_official_equal_shares(shared_data, name, funded, cost, steps):
    file = read_pabulib(shared_data / "pabulib" / f"{name}.pb")
    compare = "comparison" in file.meta["rule"]
    found = equal_shares(file, completion="add1", comparison=compare)
    assert (len(found.choice), found.cost, found.details["increments"]) == (funded, cost, steps)
    assert set(found.choice) == set(file.selected)


@pytest.mark.shared_data
def test_other_stop_rule_differs_from_the_official_result(shared_data):
    file = read_pabulib(shared_data / "pabulib" / "Poland_Wieliczka_2023_Green_Budget.pb")
    found = equal_shares(file, completion="add1", stop="exhaustive")
    assert (len(found.choice), found.cost, found.details["increments"]) == (31, 984_579, 150)
    assert set(found.choice) ^ set(file.selected) == {"46", "66", "67"}


GREEDY = [
    "Poland_Warszawa_2020_Praga-Poludnie",
    "Poland_Warszawa_2017_CentrumWola_GrzybowskaGroszowka",
    "Poland_Czestochowa_2025_Podjasnogorska",
    "Poland_Czestochowa_2025_Gnaszyn_-_Kawodrza",
    "Poland_Katowice_2024_Brynow_Czesc_Wschodnia_-_Osiedle_Zgrzebnioka",
    "Poland_Gdynia_2020_Orlowo__large",
    "Poland_Gdynia_2020_Wzgorze_Sw._Maksymiliana__large",
    "Poland_Gdynia_2021_Redlowo__small",
]


@pytest.mark.shared_data
@pytest.mark.parametrize("name", GREEDY)
def test_official_greedy(shared_data, name):
    file = read_pabulib(shared_data / "pabulib" / f"{name}.pb")
    found = bargaining.official_rule(file)
    assert set(found.choice) == set(file.selected)


elections = st.tuples(
    st.lists(st.frozensets(st.sampled_from("abcd")), min_size=1, max_size=4),
    st.lists(st.integers(1, 4), min_size=4, max_size=4),
    st.integers(1, 8),
)


def naive_equal_shares(problem, satisfaction):
    """The definition, voter by voter, in fractions."""
    n, costs = len(problem), dict(zip(problem.data.ids, problem.data.costs, strict=True))
    money = [F(problem.budget, n)] * n
    chosen = []
    while True:
        prices = {}
        for c, cost in costs.items():
            backers = [i for i in range(n) if c in problem.types[i]]
            if c in chosen or sum(money[i] for i in backers) < cost or not backers:
                continue
            worth = cost if satisfaction == "cost" else 1
            # The price is where the payments reach the cost; try every set of those who pay all.
            poor = sorted(money[i] for i in backers)
            for k in range(len(poor)):
                price = (cost - sum(poor[:k])) / F(len(poor) - k)
                if price <= poor[k]:
                    prices[c] = price / worth
                    break
        if not prices:
            return chosen, money
        best = min(prices, key=lambda c: (prices[c], list(costs).index(c)))
        worth = costs[best] if satisfaction == "cost" else 1
        for i in range(n):
            if best in problem.types[i]:
                money[i] -= min(money[i], prices[best] * worth)
        chosen.append(best)


@given(elections, st.sampled_from(["cost", "cardinality"]))
def test_equal_shares_by_definition(data, satisfaction):
    ballots, costs, budget = data
    problem = election(ballots, costs=dict(zip("abcd", costs, strict=True)), budget=budget)
    chosen, money = naive_equal_shares(problem, satisfaction)
    found = equal_shares(problem, satisfaction=satisfaction, exact=True)
    assert list(found.details["order"]) == chosen
    assert list(found.details["left"]) == money
    floats = equal_shares(problem, satisfaction=satisfaction, exact=False)
    assert floats.choice == found.choice


def naive_objection(problem, chosen, notion, satisfaction):
    """Every group of voters and every set of projects."""
    costs = dict(zip(problem.data.ids, problem.data.costs, strict=True))
    n = len(problem)

    def worth(projects):
        return sum(costs[p] if satisfaction == "cost" else 1 for p in projects)

    chosen = set(chosen)
    sets = [set(t) for k in range(1, len(costs) + 1) for t in itertools.combinations(costs, k)]
    for size in range(1, n + 1):
        for group in itertools.combinations(range(n), size):
            own = [problem.types[i] for i in group]
            for t in sets:
                if sum(costs[p] for p in t) * n > problem.budget * size:
                    continue
                if notion == "core":
                    if all(worth(b & t) > worth(b & chosen) for b in own):
                        return True
                    continue
                if not all(t <= b for b in own):
                    continue
                gets = [worth(b & chosen) for b in own]
                if notion.startswith("pjr"):
                    gets = [worth(set().union(*own) & chosen)]
                best = max((worth({p}) for p in t - chosen), default=0)
                if notion.endswith("1"):
                    if all(g < worth(t) and not (best and g + best > worth(t)) for g in gets):
                        return True
                elif all(g < worth(t) for g in gets):
                    return True
    return False


@pytest.mark.parametrize("notion", bargaining.NOTIONS)
@given(elections, st.sampled_from(["cost", "cardinality"]), st.frozensets(st.sampled_from("abcd")))
def test_objections_by_definition(notion, data, satisfaction, chosen):
    ballots, costs, budget = data
    problem = election(ballots, costs=dict(zip("abcd", costs, strict=True)), budget=budget)
    found = objection(problem, chosen, notion=notion, satisfaction=satisfaction)
    assert (found is not None) == naive_objection(problem, chosen, notion, satisfaction)
    if found is not None:
        assert found.cost <= found.share


@given(elections)
def test_equal_shares_is_proportional(data):
    ballots, costs, budget = data
    problem = election(ballots, costs=dict(zip("abcd", costs, strict=True)), budget=budget)
    found = equal_shares(problem, satisfaction="cardinality")
    assert objection(found, notion="ejr") is None
    assert objection(equal_shares(problem), notion="ejr1", satisfaction="cost") is None


@given(elections)
def test_phragmen_by_definition(data):
    ballots, costs, budget = data
    problem = election(ballots, costs=dict(zip("abcd", costs, strict=True)), budget=budget)
    loads, chosen = [F(0)] * len(ballots), []
    price = dict(zip("abcd", costs, strict=True))
    while True:
        options = {}
        for c in "abcd":
            backers = [i for i, b in enumerate(ballots) if c in b]
            if backers and c not in chosen:
                options[c] = (price[c] + sum(loads[i] for i in backers)) / F(len(backers))
        best = min(options, key=lambda c: (options[c], c), default=None)
        if best is None or sum(price[c] for c in [*chosen, best]) > budget:
            break
        chosen.append(best)
        loads = [options[best] if best in b else x for x, b in zip(loads, ballots, strict=True)]
    assert list(bargaining.sequential_phragmen(problem).details["order"]) == chosen


def test_generic_axioms_on_elections():
    core = axioms.check("core", greedy, problem=P24, setting=bargaining.project_selection())
    assert core.violated
    assert core.witness.replay(greedy)
    ok = axioms.check("core", equal_shares, problem=P24)
    assert ok.holds
    assert axioms.check("feasibility", equal_shares, problem=P24).holds


def test_points_and_decimals():
    problem = election([{"a": 3, "b": 1}, {"b": 2}], costs={"a": F(1, 2), "b": 1.5}, budget=2.0)
    assert greedy(problem).choice == ("a", "b")
    assert equal_shares(problem, satisfaction="cardinality").choice == ("a", "b")
    assert not greedy(problem).provenance.exact
    with pytest.raises(InvalidInputError, match="ballots with points"):
        objection(problem, (), notion="pjr")
    with pytest.raises(InvalidInputError):
        equal_shares(problem, exact=True)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: election([], costs={"a": 1}, budget=1), "at least one"),
        (lambda: election(["b"], costs={"a": 1}, budget=1), "known projects"),
        (lambda: election(["aa"], costs={"a": 1}, budget=1), "once"),
        (lambda: election(["a"], costs={"a": -1}, budget=1), "costs"),
        (lambda: election(["a"], costs={}, budget=1), "empty"),
        (lambda: election(["a"], costs={"a": 1}, budget=-1), "budget"),
        (lambda: election(3, costs={"a": 1}, budget=1), "ballots"),
        (lambda: election([3], costs={"a": 1}, budget=1), "set of projects"),
        (lambda: election(["a"], costs={"a": 1}, budget=1, voters=["x", "y"]), "voters"),
        (lambda: election(["a", "a"], costs={"a": 1}, budget=1, voters=["x", "x"]), "distinct"),
        (lambda: election([{"a": -1}], costs={"a": 1}, budget=1), "points"),
        (lambda: election(["a"], costs={"a": float("nan")}, budget=1), "costs"),
        (lambda: equal_shares(P24, completion="magic"), "completion"),
        (lambda: equal_shares(P24, stop="never"), "stop"),
        (lambda: equal_shares(P24, ties="random"), "ties"),
        (lambda: equal_shares(P24, increment=0), "increment"),
        (lambda: greedy(P24, threshold=-1), "threshold"),
        (lambda: bargaining.project_selection("joy"), "satisfaction"),
        (lambda: objection(P24, ("a",), notion="fair"), "notion"),
        (lambda: objection(P24, ("q",)), "project"),
        (lambda: greedy(bargaining.menu([(1, 2)])), "projects"),
    ],
)
def test_refused(call, match):
    with pytest.raises(InvalidInputError, match=match):
        call()


def test_too_many_projects():
    many = election([[0]], costs=[1] * 21, budget=3)
    with pytest.raises(LimitReachedError):
        bargaining.max_nash_welfare(many, algorithm="enumeration")
    with pytest.raises(LimitReachedError):
        bargaining.leximin_welfare(many)
    assert bargaining.max_nash_welfare(many).details["product"] == 2
    assert objection(many, ()).projects == (0,)
    assert objection(many, (0,)) is None
    assert equal_shares(many).choice == (0,)
