"""Every rule of participatory budgeting on points as on approvals, against its definition."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mechdesign import bargaining
from mechdesign.bargaining import election, equal_shares, objection
from mechdesign.bargaining.ballots.grouped_ballots import supporters
from mechdesign.io.pabulib import parse_pabulib, read_pabulib

points = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 4), max_size=4)
approvals = st.frozensets(st.sampled_from("abcd"))
profiles = st.one_of(
    st.lists(points, min_size=1, max_size=5), st.lists(approvals, min_size=1, max_size=5)
)
costs = st.lists(st.sampled_from([1, 2, 3, F(5, 2)]), min_size=4, max_size=4)
elections = st.tuples(profiles, costs, st.integers(1, 9))
satisfactions = st.sampled_from(["cost", "cardinality"])


def built(data):
    votes, price, budget = data
    problem = election(votes, costs=dict(zip("abcd", price, strict=True)), budget=budget)
    plain = [dict.fromkeys(own, 1) if isinstance(own, frozenset) else own for own in votes]
    return problem, plain, dict(zip("abcd", price, strict=True))


def worth(ballot, project, price, satisfaction):
    return ballot.get(project, 0) * (price[project] if satisfaction == "cost" else 1)


def naive_shares(votes, price, share, satisfaction):
    """The definition, voter by voter: the price at which the payments reach the cost."""
    money = [share] * len(votes)
    chosen = []
    while True:
        best = None
        for project, cost in price.items():
            own = [worth(ballot, project, price, satisfaction) for ballot in votes]
            backers = [i for i, u in enumerate(own) if u]
            if project in chosen or not backers or sum(money[i] for i in backers) < cost:
                continue
            # Payments are piecewise linear in the price, with a bend where a voter pays all.
            bends = sorted({money[i] / F(own[i]) for i in backers})
            for low, high in zip([F(0), *bends], bends, strict=False):
                if sum(min(money[i], high * own[i]) for i in backers) >= cost:
                    fixed = sum(money[i] for i in backers if money[i] <= low * own[i])
                    rate = sum(own[i] for i in backers if money[i] > low * own[i])
                    rho = (cost - fixed) / F(rate)
                    break
            if best is None or rho < best[0]:
                best = (rho, project, own)
        if best is None:
            return chosen, money
        rho, project, own = best
        money = [m - min(m, rho * u) for m, u in zip(money, own, strict=True)]
        chosen.append(project)


@given(elections, satisfactions)
def test_equal_shares(data, satisfaction):
    problem, votes, price = built(data)
    chosen, money = naive_shares(votes, price, F(problem.budget, len(votes)), satisfaction)
    found = equal_shares(problem, satisfaction=satisfaction)
    assert list(found.details["order"]) == chosen
    assert list(found.details["left"]) == money
    floats = equal_shares(problem, satisfaction=satisfaction, exact=False)
    assert floats.choice == found.choice
    # The theorem for additive utilities, by the other code path.
    assert objection(found, notion="ejr1", satisfaction=satisfaction) is None


def naive_greedy(votes, price, budget, satisfaction, start=()):
    chosen, left = list(start), budget - sum(price[p] for p in start)

    def score(project):
        return sum(F(worth(b, project, price, satisfaction)) for b in votes) / price[project]

    for project in sorted(price, key=lambda p: (-score(p), p)):
        if project not in chosen and score(project) and price[project] <= left:
            chosen.append(project)
            left -= price[project]
    return chosen


@given(elections, satisfactions)
def test_greedy_and_completions(data, satisfaction):
    problem, votes, price = built(data)
    budget = problem.budget
    greedy = naive_greedy(votes, price, budget, satisfaction)
    assert list(bargaining.greedy(problem, satisfaction=satisfaction).details["order"]) == greedy

    def spent(chosen):
        return sum(price[p] for p in chosen)

    runs = [naive_shares(votes, price, F(budget, len(votes)), satisfaction)[0]]
    supported = {p for p in price if any(b.get(p) for b in votes)}
    while set(runs[-1]) != supported:
        share = F(budget, len(votes)) + len(runs)
        runs.append(naive_shares(votes, price, share, satisfaction)[0])
        if spent(runs[-1]) > budget:
            runs.pop()
            break
    done = [r for r in runs if not any(spent(r) + price[p] <= budget for p in supported - set(r))]
    expected = {
        ("none", "overspend"): runs[0],
        ("greedy", "overspend"): naive_greedy(votes, price, budget, satisfaction, runs[0]),
        ("add1", "overspend"): runs[-1],
        ("add1", "exhaustive"): done[0] if done else runs[-1],
        ("add1u", "overspend"): naive_greedy(votes, price, budget, satisfaction, runs[-1]),
    }
    for (completion, stop), chosen in expected.items():
        found = equal_shares(problem, satisfaction=satisfaction, completion=completion, stop=stop)
        assert list(found.details["order"]) == chosen
        compared = equal_shares(
            problem, satisfaction=satisfaction, completion=completion, stop=stop, comparison=True
        )
        gaps = [
            sum(worth(b, p, price, satisfaction) for p in greedy)
            - sum(worth(b, p, price, satisfaction) for p in chosen)
            for b in votes
        ]
        switch = sum(g > 0 for g in gaps) > sum(g < 0 for g in gaps)
        assert set(compared.choice) == set(greedy if switch else chosen)


@given(elections, st.booleans())
def test_phragmen(data, skip):
    problem, votes, price = built(data)
    loads, chosen, left = [F(0)] * len(votes), [], set(price)
    while left:
        options = {}
        for p in left:
            backers = [i for i, b in enumerate(votes) if b.get(p)]
            if backers:
                options[p] = (price[p] + sum(loads[i] for i in backers)) / F(len(backers))
        if not options:
            break
        best = min(options, key=lambda p: (options[p], p))
        left.remove(best)
        if sum(price[p] for p in [*chosen, best]) > problem.budget:
            if skip:
                continue
            break
        chosen.append(best)
        loads = [options[best] if b.get(best) else x for x, b in zip(loads, votes, strict=True)]
    found = bargaining.sequential_phragmen(problem, skip=skip)
    assert list(found.details["order"]) == chosen


FILE = """META
key;value
num_projects;3
num_votes;3
budget;4
vote_type;{kind}
rule;{rule}
PROJECTS
project_id;cost
a;2
b;2
c;1
VOTES
{votes}"""
PLAIN = "voter_id;vote\n1;a,b\n2;b\n3;c,a\n"
POINTS = "voter_id;vote;points\n1;a,b;3,1\n2;b;4\n3;c,a;2,2\n"
KINDS = {
    "approval": PLAIN,
    "choose-1": "voter_id;vote\n1;a\n2;b\n3;a\n",
    "ordinal": PLAIN,
    "cumulative": POINTS,
    "scoring": POINTS,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_reads_every_kind_of_vote(kind):
    text = FILE.format(kind=kind, rule="equalshares/add1", votes=KINDS[kind])
    problem = bargaining.project_selection().problem(parse_pabulib(text))
    for rule in (
        bargaining.greedy,
        bargaining.equal_shares,
        bargaining.max_utilitarian_welfare,
        bargaining.max_nash_welfare,
        bargaining.leximin_welfare,
    ):
        for satisfaction in ("cost", "cardinality"):
            found = rule(problem, satisfaction=satisfaction)
            assert problem.data.cost(found.choice) <= 4
            assert found.provenance.exact
    assert bargaining.sequential_phragmen(problem).choice == ("a", "b")
    assert bargaining.official_rule(parse_pabulib(text)).choice


def test_ties_are_declared():
    problem = election(["a", "b"], costs={"a": 2, "b": 1}, budget=4)
    assert equal_shares(problem).provenance.ties == "1, by order"
    assert equal_shares(problem, ties="cheapest").details["order"] == ("b", "a")
    same = election(["ab", "ab"], costs={"a": 1, "b": 1}, budget=1)
    assert bargaining.max_nash_welfare(same).provenance.ties == "first of 2 sets"
    assert bargaining.leximin_welfare(same).provenance.ties == "first of 2 sets"


@pytest.mark.shared_data
def test_published_totals(shared_data):
    """The votes and scores that the files publish for their projects are ours."""
    for path in sorted((shared_data / "pabulib").glob("*.pb")):
        file = read_pabulib(path)
        column = "votes" if file.vote_type in ("approval", "choose-1") else "score"
        published = file.project_column(column)
        totals = supporters(bargaining.project_selection().problem(file)).totals()
        assert published is None or list(map(str, totals)) == list(published)
