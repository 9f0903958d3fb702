"""Sales for money: figures of the literature, brute force, laws that tie rules to each other."""

import json
import random
from fractions import Fraction as F

import pytest

from mechdesign import auctions, axioms
from mechdesign.auctions.sales.bundle_winners import _by_program, largest_packing
from mechdesign.cli import main
from mechdesign.errors import (
    InfeasibleError,
    InvalidInputError,
    LimitReachedError,
    UndecidedError,
)

from .test_definitions import kept

LICENCES = [[123, 113, 103], [75, 5, 3], [125, 125, 49], [85, 65, 7], [45, 25, 5]]


def bids(*rows):
    return {i: {tuple(bundle): v for bundle, v in own.items()} for i, own in enumerate(rows)}


@pytest.mark.parametrize(
    ("rows", "vcg", "core"),
    [
        ([{"AB": 2}, {"A": 2}, {"B": 2}], (0, 0, 0), (0, 1, 1)),
        ([{"AB": 10}, {"A": 8}, {"B": 8}], (0, 2, 2), (0, 5, 5)),
        ([{"AB": 10}, {"A": 9}, {"B": 5}], (0, 5, 1), (0, 7, 3)),
        (
            [{"A": 20}, {"B": 20}, {"C": 20}, {"AB": 28}, {"AC": 26}, {"BC": 24}, {"ABC": 10}],
            (8, 8, 6, 0, 0, 0, 0),
            (15, 13, 11, 0, 0, 0, 0),
        ),
        (
            [
                {"A": 6, "AB": 9, "ABC": 11},
                {"B": 5, "C": 4, "BC": 8},
                {"C": 5, "AC": 9},
                {"ABC": 13, "AB": 10},
            ],
            (5, 4, 3, 0),
            (6, 4, 3, 0),
        ),
    ],
)
def test_payments_for_bundles(rows, vcg, core):
    assert tuple(auctions.combinatorial_vcg(bids(*rows)).payments.values()) == vcg
    found = auctions.core_nearest(bids(*rows))
    assert tuple(found.payments.values()) == core
    assert tuple(found.details["vcg"].values()) == vcg


def test_the_program_finds_what_the_table_does():
    rng = random.Random(4)
    for _ in range(15):
        m = rng.randint(2, 6)
        groups = [
            [
                (tuple(rng.sample(range(m), rng.randint(1, m))), rng.randint(1, 20))
                for _ in range(rng.randint(1, 3))
            ]
            for _ in range(rng.randint(1, 5))
        ]
        masks = [[(sum(1 << x for x in b), (b, v)) for b, v in own] for own in groups]
        assert _by_program(masks, m, None)[0] == largest_packing(groups, range(m))[0]


def test_no_payments_without_a_proof():
    with pytest.raises(LimitReachedError, match="digits"):
        _by_program([[(1, (("a",), 10**12 + 1))]], 1, None)
    large = {i: {tuple(range(i, i + 3)): 10**12 + i} for i in range(40)}
    with pytest.raises(UndecidedError, match="digits"):
        auctions.combinatorial_vcg(large)


def test_bids_from_files(tmp_path):
    rows = [
        {"bidder": "ann", "items": ["x", "y"], "value": 10},
        {"bidder": "bob", "items": ["x"], "value": 9},
        {"bidder": "cy", "items": ["y"], "value": 5},
    ]
    (tmp_path / "bids.json").write_text(json.dumps(rows))
    (tmp_path / "bids.csv").write_text("bidder,items,value\nann,x+y,10\nbob,x,9\ncy,y,5\n")
    setting = auctions.bundles()
    one = setting.problem(tmp_path / "bids.json")
    assert one == setting.problem(tmp_path / "bids.csv") == setting.problem(rows)
    assert auctions.core_nearest(one).payments == {"ann": 0, "bob": 7, "cy": 3}
    (tmp_path / "bad.csv").write_text("bidder,items,value\nann,,10\n")
    with pytest.raises(InvalidInputError, match="line 2"):
        setting.problem(tmp_path / "bad.csv")
    for wrong in (
        [{"bidder": "a", "items": ["x"]}],
        {"a": {("x", "x"): 1}},
        {"a": {"x": -1}},
        {"a": [(("x",), 1), (("x",), 2)]},
        {"a": {(): 1}},
        {},
        {"a": [3]},
    ):
        with pytest.raises(InvalidInputError):
            setting.problem(wrong)
    with pytest.raises(InvalidInputError, match="sold"):
        setting.problem({"a": {"x": 1}}, items=["y"])


def test_five_licences():
    assert auctions.multi_unit_vickrey(LICENCES, supply=5).choice == {0: 3, 2: 2}
    assert auctions.uniform_price(LICENCES, supply=5).details["price"] == 85
    assert auctions.uniform_price(LICENCES, supply=5).details["revenue"] == 425
    assert (
        auctions.uniform_price(LICENCES, supply=5, price="lowest_winning").details["price"] == 103
    )
    assert auctions.pay_as_bid(LICENCES, supply=5).details["revenue"] == 589
    clinched = auctions.clinching(LICENCES, supply=5)
    assert clinched.payments == {0: 225, 1: 0, 2: 160, 3: 0, 4: 0}
    assert clinched.details["history"][0] == (65, 0, 1)


def test_clinching_is_vickrey():
    rng = random.Random(2)
    for _ in range(150):
        rows = [
            sorted((rng.randint(0, 5) for _ in range(rng.randint(0, 3))), reverse=True)
            for _ in range(rng.randint(1, 4))
        ]
        supply = rng.randint(0, 4)
        found = auctions.clinching(rows, supply=supply).utilities
        problem = auctions.units().problem(rows, supply=supply)
        assert found == auctions.multi_unit_vickrey(problem).utilities, (rows, supply)
        if len(rows) < 4:
            assert tuple(found.values()) == kept(problem, auctions.units()), (rows, supply)


def test_double_auctions():
    three = auctions.mcafee([9, 8, 7, 4], sellers=[2, 3, 4, 5])
    assert (three.details["trades"], three.pay("b0"), three.pay("s0")) == (3, F(9, 2), F(-9, 2))
    two = auctions.mcafee([9, 8, 7, 4], sellers=[2, 3, 4, 12])
    assert (two.pay("b0"), two.pay("s1")) == (7, -4)
    assert two.details == {"welfare": 12, "trades": 2, "revenue": 6}
    vcg = auctions.double_vcg([9, 8, 7, 4], sellers=[2, 3, 4, 5])
    assert (vcg.pay("b1"), vcg.pay("s1"), vcg.details["revenue"]) == (4, -5, -3)
    assert auctions.double_vcg([10], sellers=[4]).details["revenue"] == -6
    assert auctions.mcafee([3], sellers=[4]).choice == ()
    assert auctions.k_double([], sellers=[4]).choice == ()
    rng = random.Random(6)
    for _ in range(60):
        data = {
            "buyers": [rng.randint(0, 6) for _ in range(rng.randint(0, 3))],
            "sellers": [rng.randint(0, 6) for _ in range(rng.randint(1, 3))],
        }
        problem = auctions.double_auction().problem(data)
        expected = kept(problem, auctions.double_auction())
        assert tuple(auctions.double_vcg(problem).utilities.values()) == expected, data
    with pytest.raises(InvalidInputError, match="other names"):
        auctions.double_auction().problem({"buyers": {"a": 1}, "sellers": {"a": 2}})


def test_assignment_markets():
    table = [[5, 8, 2], [7, 9, 6], [2, 3, 0]]
    found = auctions.lowest_prices(table)
    assert found.details["welfare"] == 16
    assert found.payments == {0: 3, 1: 0, 2: 1}
    assert found.details["prices"] == {0: 1, 1: 3, 2: 0}
    assert auctions.highest_prices(table).details["prices"] == {0: 2, 1: 5, 2: 1}
    other = [[10, 7, 4], [9, 8, 3], [6, 6, 5]]
    assert auctions.lowest_prices(other).details["prices"] == {0: 2, 1: 1, 2: 0}
    assert auctions.highest_prices(other).details["prices"] == {0: 10, 1: 8, 2: 5}


def test_knapsack_auctions():
    sold = auctions.knapsack_vcg([11, 9, 6, 4], sizes=[5, 4, 3, 2], capacity=9)
    assert (sold.choice, sold.details["welfare"], sold.pay(0), sold.pay(1)) == ((0, 1), 20, 10, 6)
    tied = auctions.knapsack_vcg([10, 9, 6, 4], sizes=[5, 4, 3, 2], capacity=9)
    assert tied.details["welfare"] == 19
    assert tied.utilities == {0: 0, 1: 3, 2: 0, 3: 0}
    rng = random.Random(7)
    for _ in range(60):
        n = rng.randint(1, 4)
        sizes = [rng.randint(1, 5) for _ in range(n)]
        data = {"sizes": sizes, "capacity": rng.randint(0, 9)}
        values = [F(rng.randint(0, 9)) for _ in range(n)]
        problem = auctions.knapsack_auction().problem(values, **data)
        vcg = auctions.knapsack_vcg(problem)
        assert tuple(vcg.utilities.values()) == kept(problem, auctions.knapsack_auction()), (
            values,
            data,
        )
        greedy = auctions.knapsack_greedy(problem)
        for i in greedy.choice:
            more, less = greedy.pay(i) + F(1, 1000), greedy.pay(i) - F(1, 1000)
            assert i in auctions.knapsack_greedy(problem.report(i, more)).choice
            assert less < 0 or i not in auctions.knapsack_greedy(problem.report(i, less)).choice


def test_public_projects():
    found = auctions.pivotal([[10, 0, 3], [2, 8, 4], [0, 5, 6]])
    assert (found.choice, found.payments) == (1, {0: 0, 1: 5, 2: 4})
    rng = random.Random(9)
    for _ in range(30):
        rows = [[rng.randint(-3, 5) for _ in range(2)] for _ in range(rng.randint(2, 3))]
        problem = auctions.public_projects().problem(rows)
        taxed = auctions.pivotal(problem).payments
        worth = kept(problem, auctions.public_projects())
        # Marginal welfare less the own tax is what the others lose: the two differ by a constant.
        totals = [sum(own) for own in zip(*rows, strict=True)]
        k = totals.index(max(totals))
        assert [own[k] - taxed[i] for i, own in enumerate(rows)] == [*worth], rows


def test_expected_externality():
    beliefs = [{(-2, 0): F(1, 2), (1, 0): F(1, 2)}, {(-1, 0): F(1, 2), (3, 0): F(1, 2)}]
    got = {
        (x, y): -auctions.expected_externality([[x - 2, 0], [y - 2, 0]], priors=beliefs).pay(0)
        for x in (0, 3)
        for y in (1, 5)
    }
    assert got == {(0, 1): 1, (0, 5): 2, (3, 1): F(1, 2), (3, 5): F(3, 2)}
    scope = {"setting": auctions.Projects("priors"), "agents": 2, "projects": 2, "values": (0, 1)}
    rule = "auctions.expected_externality"
    interim = axioms.check("bayesian_incentive_compatibility", rule, prior="uniform", **scope)
    assert interim.status is axioms.HOLDS
    assert axioms.check("strategyproofness", rule, **scope).violated
    with pytest.raises(InvalidInputError, match="priors"):
        auctions.expected_externality([[1, 0]])
    with pytest.raises(InvalidInputError, match="add up"):
        auctions.expected_externality([[1, 0]], priors=[{(1, 0): F(1, 2)}])


def test_pacing():
    found = auctions.first_price_pacing([[4, 2], [2, 3]], [1, 2])
    assert found.multipliers == (F(3, 10), F(3, 5))
    assert found.prices == (F(6, 5), F(9, 5))
    assert found.shares == ((F(5, 6), 0), (F(1, 6), 1))
    other = auctions.first_price_pacing([[6, 6], [3, 5]], [4, 10])
    assert (other.multipliers, other.prices) == ((F(2, 3), 1), (4, 5))
    second = auctions.verify_pacing([[6, 6], [3, 5]], [4, 10], [F(5, 6), 1], price="second")
    assert second is not None
    assert (second.prices, second.shares[0][1]) == ((3, 5), F(1, 5))
    assert auctions.verify_pacing([[6, 6], [3, 5]], [4, 10], [1, 1]) is None
    assert auctions.verify_pacing([[6, 6], [3, 5]], [4, 10], [F(1, 2), 1]) is None
    rng = random.Random(1)
    for _ in range(60):
        n, m = rng.randint(1, 4), rng.randint(1, 4)
        values = [[rng.randint(0, 9) for _ in range(m)] for _ in range(n)]
        budgets = [rng.randint(1, 12) for _ in range(n)]
        out = auctions.first_price_pacing(values, budgets)
        for i, own in enumerate(values):
            assert out.spent[i] <= budgets[i]
            assert out.spent[i] == budgets[i] or out.multipliers[i] == 1
            assert all(out.multipliers[i] * x <= p for x, p in zip(own, out.prices, strict=True))
            for j, share in enumerate(out.shares[i]):
                assert share == 0 or out.multipliers[i] * own[j] == out.prices[j]
        for j, p in enumerate(out.prices):
            assert sum(row[j] for row in out.shares) == (1 if p else 0)
    for wrong in (([[1]], [0]), ([], []), ([[1, 2], [1]], [1, 1]), ([[-1]], [1]), ([[1]], [1, 2])):
        with pytest.raises(InvalidInputError):
            auctions.first_price_pacing(*wrong)


def test_false_names_pay_under_vcg():
    scope = {"agents": 2, "items": 2, "values": (1,)}
    found = axioms.check("false_name_proofness", "auctions.combinatorial_vcg", **scope)
    assert found.witness is not None
    assert found.witness.gap == 1
    assert found.witness.replay("auctions.combinatorial_vcg")


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("a,5,3\nb,4,2\n", "--sale units", "bidder"),
        ("a,5,3\nb,4,2\n", "--sale unit_demand", "bidder"),
        ("ann,buyer,9\nbob,seller,3\n", "--sale double", "agent, side, value"),
        ("a,both,10\nl,x,8\n", "--sale bundles", "bidder, items and value"),
        ("bidder,x,y\na,5,3\n", "--sale unit_demand --capacity 2", "--capacity"),
        ("bidder,x,y\na,5,3\n", "--sale unit_demand --objective revenue", "--objective"),
        ("bidder,x,y\na,5,3\n", "--sale unit_demand --time-limit 3", "--time-limit"),
        ("bidder,x,y\na,5,3\n", "--sale unit_demand --supply 2", "--supply"),
        ("bidder,x,y\na,5,3\na,1,2\n", "--sale unit_demand", "line 3"),
        ("bidder,x,y\na,5,\n", "--sale unit_demand", "numbers for a"),
    ],
)
def test_files_of_sales_lose_no_line_and_flags_are_not_forgotten(
    tmp_path, capsys, text, words, told
):
    """Before, a file without names of columns lost its first bidder, and flags said nothing."""
    path = tmp_path / "sale.csv"
    path.write_text(text)
    assert main(["solve", "auctions", str(path), *words.split()]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert told in error


def test_time_limits_of_bundles():
    rng = random.Random(1)
    large = {
        i: {tuple(rng.sample(range(60), rng.randint(1, 6))): rng.randint(10, 300)}
        for i in range(600)
    }
    for rule in (auctions.combinatorial_vcg, auctions.core_nearest):
        with pytest.raises((UndecidedError, LimitReachedError)):
            rule(large, time_limit=0.01)


def test_pacing_is_shown_as_a_table():
    found = auctions.first_price_pacing([[4, 2], [2, 3]], [1, 2])
    assert found.table().column("spends")[:2] == [1, 2]
    assert "<table" in found._repr_html_()


def test_sales_are_drawn():
    pytest.importorskip("matplotlib")
    from mechdesign.auctions import plots

    ax = plots.demand_and_supply(auctions.double_vcg([9, 8, 7, 4], sellers=[2, 3, 4, 5]))
    levels = {line.get_label(): float(line.get_ydata()[0]) for line in ax.lines}
    assert (levels["buyers pay"], levels["sellers get"]) == (4, 5)
    assert levels["demand"] == 9
    problem = auctions.bundles().problem(bids({"AB": 10}, {"A": 9}, {"B": 5}))
    ax = plots.core_payments(problem)
    assert {(round(x, 9), round(y, 9)) for x, y in ax.patches[0].get_xy()} == {
        (9, 5),
        (5, 5),
        (9, 1),
    }
    points = {line.get_label(): (line.get_xdata()[0], line.get_ydata()[0]) for line in ax.lines}
    assert points == {"VCG": (5, 1), "core nearest to VCG": (7, 3)}
    with pytest.raises(InvalidInputError, match="two winners"):
        plots.core_payments(auctions.bundles().problem({"a": {"x": 1}}))
    with pytest.raises(InvalidInputError, match="double auction"):
        plots.demand_and_supply(auctions.core_nearest(problem))


def test_replies_and_equilibria_of_second_prices():
    assert auctions.pacing_reply([[6, 6], [3, 5]], [4, 10], [1, 1], 0) == F(5, 6)
    found = auctions.second_price_pacing([[6, 6], [3, 5]], [4, 10])
    assert (found.multipliers, found.prices, found.spent) == ((F(5, 6), 1), (3, 5), (4, 4))
    rng = random.Random(4)
    count = 0
    for _ in range(25):
        n, m = rng.randint(1, 4), rng.randint(1, 4)
        values = [[rng.randint(0, 9) for _ in range(m)] for _ in range(n)]
        budgets = [rng.randint(1, 12) for _ in range(n)]
        try:
            out = auctions.second_price_pacing(values, budgets, starts=3)
        except LimitReachedError:
            continue
        count += 1
        again = auctions.second_price_pacing(values, budgets, starts=3)
        assert again.multipliers == out.multipliers
        paced = [[a * x for x in own] for a, own in zip(out.multipliers, values, strict=True)]
        for j in range(m):
            order = sorted((own[j] for own in paced), reverse=True)
            assert out.prices[j] == (order[1] if n > 1 else 0)
            assert all(row[j] == 0 or paced[i][j] == order[0] for i, row in enumerate(out.shares))
            assert sum(row[j] for row in out.shares) == (1 if order[0] else 0)
        for i in range(n):
            spent = sum(s * p for s, p in zip(out.shares[i], out.prices, strict=True))
            assert spent == out.spent[i] <= budgets[i]
            assert spent == budgets[i] or out.multipliers[i] == 1
    assert count > 15
    with pytest.raises(InvalidInputError, match="multipliers"):
        auctions.pacing_reply([[1]], [1], [1, 1], 0)
    with pytest.raises(InvalidInputError, match="advertiser"):
        auctions.pacing_reply([[1]], [1], [1], 1)


def test_core_payments_of_or_bids():
    data = {"one": {"a": 3, "b": 3}, "two": {("a", "b"): 4}, "three": {"c": 1}}
    problem = auctions.bundles().problem(data, language="or")
    found = auctions.core_nearest(problem)
    assert found.choice == {"one": ("a", "b"), "three": ("c",)}
    assert found.payments == {"one": 4, "two": 0, "three": 0}
    many = {"one": {f"x{k}": 2 for k in range(14)}, "two": {("x0", "x1"): 3}}
    with pytest.raises(UndecidedError, match="xor"):
        auctions.core_nearest(auctions.bundles().problem(many, language="or"))


def test_procurement_against_all_choices():
    import itertools

    rng = random.Random(6)
    sold = 0
    for _ in range(60):
        m, n = rng.randint(1, 3), rng.randint(1, 4)
        names = "xyz"[:m]
        subsets = [s for k in range(m) for s in itertools.combinations(names, k + 1)]
        offers = {
            i: {s: rng.randint(1, 9) for s in rng.sample(subsets, rng.randint(0, len(subsets)))}
            for i in range(n)
        }

        def least(some, offers=offers, names=names):
            ways = itertools.product(*([((), 0), *offers[i].items()] for i in some))
            costs = [
                sum(c for _, c in way)
                for way in ways
                if set(names) <= {x for bundle, _ in way for x in bundle}
            ]
            return min(costs, default=None)

        best = least(range(n))
        try:
            found = auctions.procure_bundles(offers, items=names)
        except InfeasibleError:
            rest = [least([j for j in range(n) if j != i]) for i in range(n)]
            assert best is None or None in rest
            continue
        sold += 1
        assert found.cost == best
        for i, bundle in found.chosen.items():
            without = least([j for j in range(n) if j != i])
            assert found.payments[i] == without - best + offers[i][bundle] >= offers[i][bundle]
    assert sold > 5
    with pytest.raises(LimitReachedError, match="20"):
        auctions.procure_bundles({0: {tuple(range(21)): 1}})
