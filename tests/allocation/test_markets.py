"""Markets: oracles of the literature, reading, ties, structure of the stable matchings."""

import json
import random
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest

from mechdesign import allocation
from mechdesign.allocation import PreferenceList
from mechdesign.allocation.school.trading import _traded
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.model import decode, encode

MEN = allocation.two_sided()
SCHOOLS = {"priorities": [[0, 2, 1], [1, 0, 2], [2, 1, 0]]}
LISTS = [[1, 0, 2], [0, 1, 2], [0, 1, 2]]


def got(outcome):
    return tuple(outcome.choice.values())


def stable(men, women, **options):
    problem = MEN.problem(men, receivers=women, **options)
    return sorted(map(got, allocation.stable_matchings(problem)), key=str)


def test_gale_and_shapley():
    women = [[1, 2, 0], [2, 0, 1], [0, 1, 2]]
    assert stable([[0, 1, 2], [1, 2, 0], [2, 0, 1]], women) == [(0, 1, 2), (1, 2, 0), (2, 0, 1)]
    men = [[0, 1, 2, 3], [0, 1, 2, 3], [1, 2, 0, 3], [2, 0, 1, 3]]
    women = [[2, 3, 0, 1], [3, 0, 1, 2], [0, 1, 2, 3], [3, 2, 0, 1]]
    assert stable(men, women) == [(2, 3, 0, 1)]
    one = allocation.deferred_acceptance(men, receivers=women)
    assert one.details["unique"]


KNUTH = (
    [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]],
    [[3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2], [0, 1, 2, 3]],
)


def test_knuth():
    problem = MEN.problem(KNUTH[0], receivers=KNUTH[1])
    assert len(stable(*KNUTH)) == 10
    assert allocation.egalitarian_matching.solve(problem).details["sum"] == 20
    regret = allocation.minimum_regret_matching.solve(problem)
    assert regret.details["regret"] == 3
    assert got(regret) in {(1, 0, 3, 2), (1, 3, 0, 2), (2, 0, 3, 1), (2, 3, 0, 1)}
    equal = allocation.sex_equal_matching.solve(problem)
    assert equal.details["difference"] == 0
    assert got(equal) in {(1, 3, 0, 2), (2, 0, 3, 1)}


def test_doubling():
    mine, theirs = [[0]], [[0]]
    for expected in (2, 10, 268):
        n = len(mine)

        def up(rows, n=n):
            return [[x + n for x in row] for row in rows]

        mine, theirs = (
            [a + b for a, b in zip(mine, up(mine), strict=True)]
            + [b + a for a, b in zip(mine, up(mine), strict=True)],
            [b + a for a, b in zip(theirs, up(theirs), strict=True)]
            + [a + b for a, b in zip(theirs, up(theirs), strict=True)],
        )
        problem = MEN.problem(mine, receivers=theirs)
        found = allocation.rotations(problem)
        assert sum(1 for _ in allocation.stable_matchings(problem)) == expected
        assert len(found) <= len(mine) * (len(mine) - 1) // 2


def test_hospitals():
    residents = [[0, 1], [0, 1, 2], [1, 0], [1, 2], [0, 2], [2, 0, 1]]
    hospitals = [[3, 4, 2, 0, 1, 5], [1, 0, 2, 3, 5], [5, 4, 3, 1]]
    found = stable(residents, hospitals, capacities=[2, 2, 1])
    assert found == [(0, 1, 1, None, 0, 2), (1, 1, 0, None, 0, 2)]
    one = allocation.deferred_acceptance(residents, receivers=hospitals, capacities=[2, 2, 1])
    assert got(one) == (0, 1, 1, None, 0, 2)


def test_displacement_chain():
    document = {
        "residents": {
            "Anderson": ["U", "C", "G"],
            "Beaudry": ["C", "G", "U"],
            "Chen": ["G", "U", "C"],
            "Davis": ["U"],
        },
        "hospitals": {
            "U": ["Chen", "Davis", "Beaudry", "Anderson"],
            "C": ["Anderson", "Beaudry", "Chen"],
            "G": ["Beaudry", "Chen", "Anderson"],
        },
    }
    assert got(allocation.deferred_acceptance(document)) == ("C", "G", "U", None)


def test_weakly_stable_with_ties():
    men, women = [[0, 1], [0]], [[(0, 1)], [0]]
    first = allocation.deferred_acceptance(men, receivers=women)
    assert got(first) == (0, None)
    assert "order of the agents" in first.provenance.ties
    draws = allocation.deferred_acceptance(men, receivers=women, ties="single_lottery")
    assert {got(one): p for p, one in draws} == {(0, None): Fraction(1, 2), (1, 0): Fraction(1, 2)}


def test_school_choice():
    expected = {
        allocation.deferred_acceptance: (0, 1, 2),
        allocation.boston: (1, 2, 0),
        allocation.top_trading_cycles: (1, 0, 2),
        allocation.efficiency_adjusted: (1, 0, 2),
        allocation.parallel(e=1): (1, 2, 0),
        allocation.parallel(e=2): (0, 1, 2),
        allocation.parallel(e=3): (0, 1, 2),
        allocation.efficiency_adjusted(consent=()): (0, 1, 2),
    }
    for rule, places in expected.items():
        assert got(rule(LISTS, **SCHOOLS)) == places, rule
    blocked = allocation.compare_matchings(
        allocation.school_choice().problem(LISTS, **SCHOOLS), [allocation.top_trading_cycles]
    )
    assert blocked.blocking == {"top_trading_cycles": 1}


def test_housing():
    lists = [[1, 0], [1, 4, 3], [2], [1, 3], [0, 2], [1, 5]]
    lists = [[2, 1, 3, 0, 4, 5], [2, 4, 5, 1, 0, 3], [2, 0, 1, 3, 4, 5]]
    lists += [[1, 4, 3, 5, 0, 2], [0, 2, 1, 5, 3, 4], [1, 3, 5, 4, 2, 0]]
    found = allocation.top_trading_cycles(lists, owners={k: k for k in range(6)})
    assert got(found) == (1, 4, 2, 3, 0, 5)


def test_multiple_lotteries_are_dominated_and_single_ones_are_not():
    lists = [[0, 1, 2], [1, 0, 2], [0, 1, 2]]
    problem = allocation.objects().problem(lists)
    shares = {}
    for ties in ("single_lottery", "multiple_lottery"):
        draws = allocation.deferred_acceptance(ties=ties).solve(problem)
        shares[ties] = sum(
            p
            for p, one in draws
            if problem and one.setting.improvement(problem, one, weak=False) is not None
        )
    assert shares == {"single_lottery": 0, "multiple_lottery": Fraction(1, 6)}
    many = allocation.objects().problem([[0, 1, 2]] * 9, objects=[0, 1, 2])
    with pytest.raises(LimitReachedError, match="362,880"):
        allocation.deferred_acceptance(ties="single_lottery").solve(many)


@pytest.mark.parametrize("seed", range(40))
def test_structure_of_stable_matchings(seed):
    """The same are matched in all, and the best of two for everybody is one of them again."""
    rng = random.Random(seed)
    n, m = rng.randint(2, 6), rng.randint(2, 6)
    mine = [rng.sample(range(m), rng.randint(1, m)) for _ in range(n)]
    theirs = [rng.sample(range(n), rng.randint(1, n)) for _ in range(m)]
    numbers = [rng.randint(0, 2) for _ in range(m)]
    problem = MEN.problem(mine, receivers=theirs, capacities=numbers)
    every = [got(one) for one in allocation.stable_matchings(problem)]
    assert len({tuple(b is None for b in one) for one in every}) == 1
    assert len({tuple(one.count(b) for b in range(m)) for one in every}) == 1
    for one in every:
        for other in every:
            pairs = list(zip(mine, one, other, strict=True))
            best = tuple(b if b is None else min(b, c, key=own.index) for own, b, c in pairs)
            worst = tuple(b if b is None else max(b, c, key=own.index) for own, b, c in pairs)
            assert best in every
            assert worst in every


# ------------------------------------------------------------------------- reading


def test_labels_may_be_those_of_the_other_side():
    one = allocation.deferred_acceptance({"A": ["A", "B"]}, receivers={"A": ["A"], "B": ["A"]})
    assert one.choice == {"A": "A"}


def test_who_is_not_listed_is_not_acceptable():
    problem = MEN.problem({"m": ["v", "w"]}, receivers={"v": "m", "w": ""})
    assert problem.data.decisions == ("1 pair is listed by one side only and cannot be matched",)
    assert allocation.deferred_acceptance.solve(problem).provenance.decisions


@pytest.mark.parametrize(
    ("data", "options", "told"),
    [
        ([[0, 0]], {"receivers": [[0]]}, "everybody once"),
        ([[1]], {"receivers": [[0]]}, "partners there are"),
        ({"a": ["x y"]}, {"receivers": {"x  y": ["a"]}}, "did you mean 'x  y'"),
        ([[0]], {"receivers": [[0]], "capacities": ["2"]}, "integer"),
        ([[0]], {"receivers": [[0]], "capacities": [-1]}, "integer"),
        ([[0]], {"receivers": [[0]], "capacities": [1, 1]}, "length 1"),
        ([["v"]], {"receivers": {"v": [0]}, "capacities": {"w": 1}}, "capacities"),
        ([[None]], {"receivers": [[0]]}, "somebody at each place"),
        ([[0]], {}, "receivers"),
        ([[0]], {"receivers": [[0]], "wishes": 1}, "options"),
        (3, {"receivers": [[0]]}, "data"),
        ({"residents": {"a": []}, "hospitals": {}, "places": {}}, {}, "capacities"),
    ],
)
def test_bad_data(data, options, told):
    with pytest.raises(InvalidInputError, match=told):
        MEN.problem(data, **options)


def test_lists_are_completed_where_that_is_asked_for():
    setting = allocation.school_choice()
    data, ranked = {"ann": "b", "bob": ""}, {"a": "bob", "b": "ann > bob"}
    whole = setting.problem(data, priorities=ranked, complete="append")
    assert whole.types[0].classes == (("b",), ("a",))
    assert whole.types[1].classes == (("a", "b"),)
    assert whole.data.priorities == ((("bob",), ("ann",)), (("ann",), ("bob",)))
    assert setting.problem(data, priorities=ranked).types[1].classes == ()
    both = MEN.problem({"m": ""}, receivers={"v": ""}, complete="append")
    assert allocation.deferred_acceptance.solve(both).choice == {"m": "v"}
    with pytest.raises(InvalidInputError, match="complete"):
        setting.problem(data, complete="yes")


def test_empty_lists_and_no_places():
    one = allocation.deferred_acceptance([[0], []], receivers=[[0, 1]], capacities=[0])
    assert got(one) == (None, None)
    assert got(allocation.top_trading_cycles([[], [0]], objects=[0])) == (None, 0)
    assert got(allocation.deferred_acceptance({}, receivers={"v": []})) == ()


def test_rotations_and_cycles_refuse_ties():
    problem = MEN.problem([[(0, 1)]], receivers=[[0], [0]])
    with pytest.raises(InvalidInputError, match="ties"):
        allocation.rotations(problem)
    with pytest.raises(InvalidInputError, match="ties"):
        allocation.top_trading_cycles([[(0, 1)]], objects=[0, 1])


def test_costs_choose_among_stable_matchings():
    problem = MEN.problem(KNUTH[0], receivers=KNUTH[1])
    rng = random.Random(4)
    costs = [[Fraction(rng.randint(-9, 9), rng.randint(1, 3)) for _ in range(4)] for _ in range(4)]
    found = allocation.cheapest_stable_matching(
        problem, dict(enumerate(map(dict, map(enumerate, costs))))
    )
    every = [got(one) for one in allocation.stable_matchings(problem)]
    assert found.details["cost"] == min(
        sum(costs[a][b] for a, b in enumerate(one)) for one in every
    )
    with pytest.raises(InvalidInputError, match="number for each pair"):
        allocation.cheapest_stable_matching(problem, {0: {0: 1}})


def test_lists_of_types_survive_json():
    own = PreferenceList((("a",), ("b", "c")), 2)
    assert decode(encode(own)) == own
    assert own.rank == {"a": 0, "b": 1, "c": 1}


# ------------------------------------------------------------------------- files, command line


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_command_line(tmp_path, capsys):
    students = written(tmp_path / "s.csv", "agent,choice1,choice2\nann,a,\nbob,a,b\ncy,b,\n")
    schools = written(
        tmp_path / "p.csv",
        "agent,object,rank\na,ann,1\na,bob,2\na,cy,3\nb,ann,1\nb,bob,2\nb,cy,3\n",
    )
    assert main(["solve", "allocation", "school", students, schools]) == 0
    out = capsys.readouterr().out
    assert "boston               2    0    1     1               bob" in out
    both = written(
        tmp_path / "m.json",
        '{"men": {"m": ["v", "w"], "n": ["w", "v"]}, "women": {"v": ["n", "m"], "w": ["m", "n"]}}',
    )
    assert main(["solve", "allocation", "stable", both, "--all", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 2
    assert main(["solve", "allocation", "stable", both, "--proposing", "women", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["matchings"]["deferred_acceptance(proposing=receivers)"] == [
        ["m", "w"],
        ["n", "v"],
    ]
    assert main(["solve", "allocation", "objects", students, schools]) == 2
    capsys.readouterr()
    demand = ["--demand", "stability,no_justified_envy"]
    assert main(["solve", "allocation", "school", students, schools, *demand]) == 1
    assert "VIOLATED" in capsys.readouterr().out
    demand += ["--mechanism", "da"]
    assert main(["solve", "allocation", "school", students, schools, *demand, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["demands"] == {
        "deferred_acceptance": {"stability": "HOLDS", "no_justified_envy": "HOLDS"}
    }
    residents = written(tmp_path / "residents.csv", "agent,choice1,choice2\nm,v,w\nn,w,v\n")
    hospitals = written(tmp_path / "hospitals.csv", "agent,choice1,choice2\nv,n,m\nw,m,n\n")
    words = ["solve", "allocation", "stable", residents, hospitals, "--proposing", "hospitals"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["matchings"]
    assert found["deferred_acceptance(proposing=receivers)"] == [["m", "w"], ["n", "v"]]
    assert main([*words, "--mechanism", "da", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["matchings"] == found
    # What would be left aside is refused.
    twice = written(tmp_path / "places.csv", "hospital,places\nv,1\nv,2\nw,1\n")
    for wrong in (
        [*words, "--mechanism", "boston"],
        [*words[:5], "--all", "--demand", "stability"],
        [*words[:5], "--cycles", "2"],
        [*words[:5], "--capacities", twice],
        ["solve", "allocation", "school", students, schools, "--all"],
        ["solve", "allocation", "goods", students, "--capacities", twice],
        ["solve", "allocation", "exchange", students, "--demand", "stability"],
        ["solve", "allocation", "exchange", students, "--mechanism", "da"],
    ):
        capsys.readouterr()
        assert main(wrong) == 2, wrong
        told = capsys.readouterr().err
        assert any(part in told for part in ("left out", "once", "go with")), told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agent,choice1,choice2\nann,,a\n", "no empty choice"),
        ("agent,choice1\nann,a\nann,b\n", "once"),
        ("agent,a,b\nann,1,2\nbob,2,1\n", "look like ranks"),
        ("agent,object,rank\nann,a,first\n", "whole rank"),
        ("agent,choice1\n,a\n", "name the agent"),
    ],
)
def test_bad_files(tmp_path, text, told):
    with pytest.raises(InvalidInputError, match=told):
        allocation.objects().problem(written(tmp_path / "lists.csv", text))


def test_files_have_ties_and_empty_lists(tmp_path):
    path = written(tmp_path / "lists.csv", "agent,choice1,choice2\nann,a ~ b,c\nbob,,\n")
    problem = allocation.objects().problem(path)
    assert problem.types[0].classes == (("a", "b"), ("c",))
    assert problem.types[1].classes == ()


def test_owners_of_many_objects_share_one_order():
    n = 30_000
    lists = [[(i + 1) % n, i] for i in range(n)]
    owners = {i: i for i in range(n)}
    problem = allocation.objects().problem(lists, objects=range(n), owners=owners)
    tracemalloc.start()
    found = allocation.top_trading_cycles.solve(problem)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.details["cycles"] == 1
    assert found.choice[0] == 1
    # A list of all agents for each object would take gigabytes.
    assert most < 200_000_000


@pytest.mark.parametrize("seed", range(40))
def test_trading_by_arrays_is_trading(seed):
    rng = random.Random(seed)
    n, m = rng.randint(1, 7), rng.randint(1, 7)
    lists = [rng.sample(range(m), rng.randint(0, m)) for _ in range(n)]
    padded = [own + [-1] * (m - len(own)) for own in lists]
    owned = rng.sample(range(m), rng.randint(0, min(n, m)))
    owners = [owned.index(b) if b in owned else -1 for b in range(m)]
    order = rng.sample(range(n), n)
    problem = allocation.school_choice().problem(
        lists,
        priorities=[order] * m,
        owners={i: b for b, i in enumerate(owners) if i >= 0},
    )
    expected = list(allocation.top_trading_cycles.solve(problem).choice.values())
    found = allocation.trade_arrays(padded, owners=owners, order=order).tolist()
    assert [None if b < 0 else b for b in found] == expected
    plain = _traded.python(*(np.array(x) for x in (padded, owners, order)))
    assert plain.tolist() == found


def test_arrays_that_are_none_are_refused():
    for bad in (
        {"lists": [[0.5]]},
        {"lists": [[3]]},
        {"lists": [0]},
        {"lists": [[0]], "owners": [4]},
        {"lists": [[0], [1]], "order": [0, 0]},
    ):
        with pytest.raises(InvalidInputError):
            allocation.trade_arrays(**bad)
