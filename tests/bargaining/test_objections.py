"""Objections in elections: points, free and dear projects, real elections, limits."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import axioms, bargaining
from mechdesign.bargaining import election, objection
from mechdesign.errors import InvalidInputError, LimitReachedError
from mechdesign.io.pabulib import read_pabulib
from mechdesign.model import Outcome

ballots = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 3), max_size=4)
costs = st.lists(st.sampled_from([0, 1, 2, 3, F(5, 2)]), min_size=4, max_size=4)
elections = st.tuples(st.lists(ballots, min_size=1, max_size=4), costs, st.integers(0, 7))


def naive(problem, chosen, notion, satisfaction):
    """Whether any group of voters objects with any set of projects, by the definitions."""
    price = dict(zip(problem.data.ids, problem.data.costs, strict=True))
    n = len(problem)

    def worth(ballot, projects):
        by_cost = satisfaction == "cost"
        return sum(ballot.get(p, 0) * (price[p] if by_cost else 1) for p in projects)

    everything = [set(t) for k in range(1, 5) for t in itertools.combinations(price, k)]
    for size in range(1, n + 1):
        for group in itertools.combinations(problem.types, size):
            for t in everything:
                if sum(price[p] for p in t) * n > problem.budget * size:
                    continue
                if notion == "core":
                    if all(worth(b, t) > worth(b, chosen) for b in group):
                        return True
                    continue
                least = {p: min(b.get(p, 0) for b in group) for p in t}
                aim = worth(least, t)
                short = [
                    worth(b, chosen) < aim
                    and not (
                        notion == "ejr1"
                        and any(worth(b, chosen) + worth(b, {p}) > aim for p in t - chosen)
                    )
                    for b in group
                ]
                if all(short):
                    return True
    return False


@pytest.mark.parametrize("notion", ["core", "ejr", "ejr1"])
@given(elections, st.sampled_from(["cost", "cardinality"]), st.frozensets(st.sampled_from("abcd")))
def test_points_by_definition(notion, data, satisfaction, chosen):
    votes, price, budget = data
    problem = election(votes, costs=dict(zip("abcd", price, strict=True)), budget=budget)
    found = objection(problem, chosen, notion=notion, satisfaction=satisfaction)
    assert (found is not None) == naive(problem, chosen, notion, satisfaction)
    if found is not None:
        assert found.cost <= found.share


def random_election(seed, voters, projects, points=False):
    rng = np.random.default_rng(seed)
    price = {k: int(c) for k, c in enumerate(rng.integers(1, 12, projects))}
    votes = []
    for _ in range(voters):
        own = rng.choice(projects, size=int(rng.integers(1, 5)), replace=False).tolist()
        votes.append({p: int(rng.integers(1, 4)) for p in own} if points else set(own))
    return election(votes, costs=price, budget=sum(price.values()) // 2)


def every_set(problem, chosen, notion, satisfaction):
    """Whether there is an objection: the best group for each set of projects."""
    price = problem.data.costs
    setting = bargaining.project_selection(satisfaction)

    def worths(sets):
        outcome = Outcome(tuple(sets))
        return [setting.utility(problem, a, own, outcome) for a, own in enumerate(problem.types)]

    now = worths(chosen)
    for k in range(1, len(price) + 1):
        for t in itertools.combinations(range(len(price)), k):
            theirs = worths(t)
            good = [
                new > old and (notion == "core" or set(t) <= set(own))
                for new, old, own in zip(theirs, now, problem.types, strict=True)
            ]
            if sum(price[p] for p in t) * len(problem) <= problem.budget * sum(good):
                return True
    return False


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("satisfaction", ["cost", "cardinality"])
def test_nine_projects(seed, satisfaction):
    for points in (False, True):
        problem = random_election(seed, 30, 9, points)
        chosen = bargaining.sequential_phragmen(problem).choice
        for notion in ("core",) if points else ("core", "ejr"):
            found = objection(problem, chosen, notion=notion, satisfaction=satisfaction)
            assert (found is not None) == every_set(problem, chosen, notion, satisfaction)


def test_numbers_beyond_the_machine():
    huge = 10**25
    problem = election(["ab", "b"], costs={"a": huge, "b": huge}, budget=2 * huge)
    assert objection(problem, "b", satisfaction="cost") is None
    assert objection(problem, (), notion="pjr", satisfaction="cost").projects == ("a",)
    floats = election(["ab", "b"], costs={"a": 0.1, "b": 0.2}, budget=0.3)
    assert objection(floats, "ab", satisfaction="cost") is None
    assert objection(floats, "a", notion="ejr", satisfaction="cost").projects == ("b",)


def test_no_money_and_free_projects():
    problem = election(["a", "b"], costs={"a": 0, "b": 1}, budget=0)
    assert objection(problem, ()).projects == ("a",)
    assert objection(problem, "a") is None
    assert objection(problem, "a", notion="ejr") is None


def test_limits():
    problem = random_election(1, 400, 60)
    for notion in bargaining.NOTIONS:
        with pytest.raises(LimitReachedError, match="undecided"):
            objection(problem, range(10, 40), notion=notion, time_limit=0)
    with pytest.raises(InvalidInputError, match="time_limit"):
        objection(problem, (), time_limit=-1)
    for axiom in ("core", "extended_justified_representation", "pjr_up_to_one"):
        verdict = axioms.check(axiom, bargaining.equal_shares, problem=problem, time_limit=1e-9)
        assert verdict.status is axioms.Status.UNKNOWN


def test_axioms_beyond_enumeration():
    problem = random_election(3, 200, 40)
    for axiom in ("core", "extended_justified_representation", "ejr_up_to_one"):
        verdict = axioms.check(axiom, bargaining.greedy, problem=problem)
        assert verdict.holds or verdict.witness.replay(bargaining.greedy)
    assert axioms.check("ejr_up_to_one", bargaining.equal_shares, problem=problem).holds
    points = random_election(3, 200, 40, points=True)
    assert axioms.check("ejr_up_to_one", bargaining.equal_shares, problem=points).holds
    verdict = axioms.check("pjr_up_to_one", bargaining.equal_shares, problem=points)
    assert verdict.status is axioms.Status.UNKNOWN

    def nothing(problem):
        return ()

    setting = bargaining.project_selection("cost")
    verdict = axioms.check(
        "extended_justified_representation", nothing, problem=points, setting=setting
    )
    assert verdict.violated
    assert verdict.witness.replay(nothing)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "blocked"),
    [
        ("Netherlands_Assen_2024", False),
        ("Poland_Swiecie_2023", True),
        ("Poland_Wieliczka_2023_Green_Budget", True),
        pytest.param("Poland_Warszawa_2020_Praga-Poludnie", True, marks=pytest.mark.slow),
    ],
)
def test_real_elections(shared_data, name, blocked):
    """Equal shares is in the core of each; the greedy outcome seldom represents proportionally."""
    problem = bargaining.read_election(shared_data / "pabulib" / f"{name}.pb")
    shares = bargaining.equal_shares(problem, completion="add1")
    greedy = bargaining.greedy(problem)
    for notion in bargaining.NOTIONS:
        assert objection(shares, notion=notion) is None
        assert (objection(greedy, notion=notion) is not None) == blocked


@pytest.mark.shared_data
def test_real_points(shared_data):
    file = read_pabulib(shared_data / "pabulib" / "Poland_Czestochowa_2020_Bleszno.pb")
    assert objection(bargaining.equal_shares(file, completion="add1"), notion="ejr") is None
    found = objection(bargaining.greedy(file), notion="ejr1")
    assert len(found.projects) == 1
    assert found.cost <= found.share
