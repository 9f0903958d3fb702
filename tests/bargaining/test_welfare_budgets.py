"""The largest sum, product and smallest utility in elections, against every set of projects."""

import itertools
import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import bargaining
from mechdesign.algorithms.knapsack import knapsack
from mechdesign.bargaining import election
from mechdesign.errors import InvalidInputError
from mechdesign.model import Outcome

ballots = st.one_of(
    st.frozensets(st.sampled_from("abcde")),
    st.dictionaries(st.sampled_from("abcde"), st.integers(0, 3), max_size=4),
)
costs = st.lists(st.sampled_from([0, 1, 2, 3, F(7, 3)]), min_size=5, max_size=5)
elections = st.tuples(st.lists(ballots, min_size=1, max_size=5), costs, st.integers(0, 8))
satisfactions = st.sampled_from(["cost", "cardinality"])


def affordable(problem, satisfaction):
    """Every affordable set with the utilities of the voters."""
    setting = bargaining.project_selection(satisfaction)
    for k in range(len(problem.data.ids) + 1):
        for chosen in itertools.combinations(problem.data.ids, k):
            if problem.data.cost(chosen) <= problem.budget:
                outcome = Outcome(chosen)
                yield (
                    chosen,
                    [
                        setting.utility(problem, a, own, outcome)
                        for a, own in zip(problem.agents, problem.types, strict=True)
                    ],
                )


@given(elections, satisfactions)
def test_against_every_set(data, satisfaction):
    votes, price, budget = data
    problem = election(votes, costs=dict(zip("abcde", price, strict=True)), budget=budget)
    every = [utilities for _, utilities in affordable(problem, satisfaction)]
    total = bargaining.max_utilitarian_welfare(problem, satisfaction=satisfaction)
    assert sum(total.utilities.values()) == max(map(sum, every)) == total.details["welfare"]
    leximin = bargaining.leximin_welfare(problem, satisfaction=satisfaction)
    assert sorted(leximin.utilities.values()) == max(map(sorted, every))
    assert leximin.details["worst off"] == min(leximin.utilities.values())
    most = max(math.prod(1 + u for u in utilities) for utilities in every)
    for algorithm in ("enumeration", "branch and bound"):
        nash = bargaining.max_nash_welfare(problem, satisfaction=satisfaction, algorithm=algorithm)
        assert nash.details["product"] == most
        assert math.prod(1 + u for u in nash.utilities.values()) == most
        assert problem.data.cost(nash.choice) <= budget


@pytest.mark.parametrize("seed", range(10))
def test_nash_with_twelve_projects(seed):
    rng = np.random.default_rng(seed)
    price = [int(c) for c in rng.integers(1, 30, 12)]
    votes = [
        set(rng.choice(12, int(rng.integers(1, 5)), replace=False).tolist()) for _ in range(50)
    ]
    problem = election(votes, costs=price, budget=sum(price) // 3)
    for satisfaction in ("cost", "cardinality"):
        listed = bargaining.max_nash_welfare(problem, satisfaction=satisfaction)
        bounded = bargaining.max_nash_welfare(
            problem, satisfaction=satisfaction, algorithm="branch and bound"
        )
        assert listed.provenance.algorithm == "enumeration"
        assert bounded.details["product"] == listed.details["product"]
        assert (bounded.provenance.status, bounded.provenance.gap) == ("optimal", 0)


def test_a_time_limit_is_told():
    rng = np.random.default_rng(0)
    price = [int(c) for c in rng.integers(1, 1000, 80)]
    votes = [set(rng.choice(80, 4, replace=False).tolist()) for _ in range(300)]
    problem = election(votes, costs=price, budget=sum(price) // 3)
    found = bargaining.max_nash_welfare(problem, satisfaction="cost", time_limit=0.05)
    assert found.provenance.status == "time limit"
    logs = sum(math.log1p(u) for u in found.utilities.values())
    assert found.provenance.bound - found.provenance.gap == pytest.approx(logs)
    assert problem.data.cost(found.choice) <= problem.budget
    with pytest.raises(InvalidInputError, match="algorithm"):
        bargaining.max_nash_welfare(problem, algorithm="magic")
    with pytest.raises(InvalidInputError, match="time_limit"):
        bargaining.max_nash_welfare(problem, time_limit=-1)


def test_floats():
    problem = election(["ab", "b"], costs={"a": 0.1, "b": 0.2}, budget=0.3)
    for algorithm in ("enumeration", "branch and bound"):
        nash = bargaining.max_nash_welfare(problem, algorithm=algorithm)
        assert nash.choice in {("a", "b"), ("b",)}
        assert not nash.provenance.exact
    assert not bargaining.max_utilitarian_welfare(problem).provenance.exact


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8),
    st.integers(0, 25),
)
def test_knapsack(items, budget):
    profits, price = zip(*items, strict=True)
    chosen = knapsack(profits, price, budget)
    assert sum(price[k] for k in chosen) <= budget
    every = [c for n in range(len(items) + 1) for c in itertools.combinations(range(len(items)), n)]
    best = max(sum(profits[k] for k in c) for c in every if sum(price[k] for k in c) <= budget)
    assert sum(profits[k] for k in chosen) == best


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "funded"),
    [("Netherlands_Assen_2024", 10), ("Poland_Swiecie_2023", 18)],
)
def test_real_elections(shared_data, name, funded):
    problem = bargaining.read_election(shared_data / "pabulib" / f"{name}.pb")
    nash = bargaining.max_nash_welfare(problem, algorithm="branch and bound")
    assert nash.provenance.status == "optimal"
    assert len(nash.choice) == funded
    if len(problem.data.ids) <= 14:
        assert nash.details["product"] == bargaining.max_nash_welfare(problem).details["product"]
    greedy = bargaining.greedy(problem)
    best = bargaining.max_utilitarian_welfare(problem)
    assert sum(best.utilities.values()) >= sum(greedy.utilities.values())


@pytest.mark.shared_data
def test_sixty_four_projects(shared_data):
    problem = bargaining.read_election(
        shared_data / "pabulib" / "Poland_Wieliczka_2023_Green_Budget.pb"
    )
    nash = bargaining.max_nash_welfare(problem)
    assert nash.provenance.status == "optimal"
    assert nash.provenance.bound == pytest.approx(5448.408004803)
    assert len(nash.choice) == 31
    assert sum(math.log1p(u) for u in nash.utilities.values()) == pytest.approx(5448.408004803)
