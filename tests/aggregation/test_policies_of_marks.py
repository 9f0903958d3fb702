"""Marks that may be read in several ways: each policy, what it does and what is told of it."""

from fractions import Fraction

import pytest

from mechdesign import aggregation
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.building import Builder

#: Oracle: shares give 5/2, 3/2, 2, whole votes 4, 3, 2, and one of each ends otherwise.
EQUAL = {"A": 1, "A = B": 3, "C > B": 2}


def votes(found):
    return [dict(one["votes"]) for one in found.details["rounds"]]


@pytest.mark.parametrize(
    ("overvote", "rounds", "exhausted", "winner"),
    [
        (
            "tie",
            [{"A": Fraction(5, 2), "B": Fraction(3, 2), "C": 2}, {"A": 4, "C": 2}],
            [0, 0],
            "A",
        ),
        ("approval", [{"A": 4, "B": 3, "C": 2}, {"A": 4, "B": 5}], [0, 0], "B"),
        # Nobody has the three ballots until one of the two is out.
        (
            "exhaust_if_several_continue",
            [{"A": 1, "B": 0, "C": 2}, {"A": 4, "C": 2}],
            [3, 0],
            "A",
        ),
    ],
)
def test_shared_first_places_in_irv(overvote, rounds, exhausted, winner):
    found = aggregation.irv(EQUAL, overvote=overvote)
    assert votes(found) == rounds
    assert [one["exhausted"] for one in found.details["rounds"]] == exhausted
    assert found.winners == (winner,)
    # Comparisons in pairs take them as ties.
    assert aggregation.copeland(EQUAL, overvote=overvote) == aggregation.copeland(EQUAL)


def by_definition(ballots, alternatives, overvote):
    """All winners over all ways of breaking ties, one elimination at a time."""

    def has(order, left):
        first = next((t & left for t in map(set, order) if t & left), set())
        if overvote == "approval":
            return dict.fromkeys(first, Fraction(1))
        if overvote == "exhaust_if_several_continue" and len(first) > 1:
            return {}
        return {x: Fraction(1, len(first)) for x in first}

    winners, stack, seen = set(), [frozenset(alternatives)], set()
    while stack:
        left = stack.pop()
        if left in seen:
            continue
        seen.add(left)
        if len(left) == 1:
            winners |= left
            continue
        points = dict.fromkeys(left, Fraction(0))
        for order, weight in ballots:
            for x, share in has(order, left).items():
                points[x] += weight * share
        low = min(points.values())
        stack += [left - {x} for x in left if points[x] == low]
    return winners


@pytest.mark.parametrize("overvote", ["tie", "approval", "exhaust_if_several_continue"])
def test_irv_is_its_definition(overvote):
    import random

    rng = random.Random(7)
    for _ in range(120):
        names = "ABCDE"[: rng.randint(2, 5)]
        ballots = []
        for _ in range(rng.randint(1, 6)):
            order, rest = [], list(names)
            rng.shuffle(rest)
            while rest and rng.random() < 0.8:
                size = rng.choice((1, 1, 2, 3))
                order.append(rest[:size])
                rest = rest[size:]
            ballots.append((order, rng.randint(1, 4)))
        profile = aggregation.Profile.from_rankings(
            [aggregation.Ranking(order) for order, _ in ballots],
            [weight for _, weight in ballots],
            names,
        )
        problem = aggregation.read(profile, overvote=overvote)
        assert set(aggregation.irv(problem).winners) == by_definition(ballots, names, overvote)


CVR = "id,rank1,rank2,rank3\n1,A,B,C\n2,A|B,C,\n3,overvote,A,B\n4,B,A,B\n5,,A|C,B\n6,,,\n"


@pytest.fixture
def cvr(tmp_path):
    path = tmp_path / "cvr.csv"
    path.write_text(CVR)
    return path


@pytest.mark.parametrize(
    ("policies", "rankings", "told"),
    [
        (
            {},
            ["A > B > C", "", "", "B > A", "", ""],
            [
                "2 ballots with several marks at a rank: the ballot ends there "
                "(--overvote decides)",
                "1 ballot with an overvote whose marks the file does not name: the ballot ends "
                "there (--overvote decides)",
                "1 ballot with skipped ranks: later ranks move up (--skipped decides)",
                "1 ballot with a candidate marked twice: the first mark counts (--duplicate "
                "decides)",
                "3 ballots with no mark left after these decisions, which rank nobody",
                "1 blank ballots, which rank nobody",
            ],
        ),
        (
            {"overvote": "tie"},
            ["A > B > C", "A = B > C", "A > B", "B > A", "A = C > B", ""],
            [
                "1 ballot with an overvote whose marks the file does not name: the rank is passed "
                "over (--overvote decides)"
            ],
        ),
        (
            {"overvote": "approval", "duplicate": "exhaust"},
            ["A > B > C", "A = B > C", "A > B", "B > A", "A = C > B", ""],
            [
                "2 ballots with several marks at a rank: tied, and a whole vote for each of them "
                "in `irv` (--overvote decides)",
                "1 ballot with a candidate marked twice: the ballot ends there "
                "(--duplicate decides)",
            ],
        ),
        (
            {"overvote": "exhaust_if_several_continue", "skipped": 0},
            ["A > B > C", "A = B > C", "", "B > A", "", ""],
            ["1 ballot with skipped ranks: the ballot ends there (--skipped decides)"],
        ),
        (
            {"overvote": "skip", "skipped": "1"},
            ["A > B > C", "C", "A > B", "B > A", "B", ""],
            ["1 ballot with skipped ranks: the ballot ends at 2 in a row (--skipped decides)"],
        ),
    ],
)
def test_every_decision_is_told_with_the_ballots_it_touched(cvr, policies, rankings, told):
    problem = aggregation.read(cvr, **policies)
    assert [" > ".join(" = ".join(t) for t in r.tiers) for r in problem.types] == rankings
    assert not set(told) - set(problem.data.decisions), problem.data.decisions
    assert problem.data.alternatives == ("A", "B", "C")
    assert len(problem.agents) == 6, "blank ballots were cast"


def test_overvotes_are_refused_with_their_line(cvr, tmp_path):
    with pytest.raises(InvalidInputError, match=r"`line 3` of cvr\.csv.*'A, B'"):
        aggregation.read(cvr, overvote="refuse")
    path = tmp_path / "b.blt"
    path.write_text("3 1\n1 1 2 0\n4 2=3 1 0\n0\n")
    with pytest.raises(InvalidInputError, match=r"`line 3` of b\.blt.*candidate 2, candidate 3"):
        aggregation.read(path, overvote="refuse")


def test_policies_of_files_whose_ties_are_written(tmp_path, capsys):
    path = tmp_path / "b.rankings"
    path.write_text("# alternatives: A, B, C\n1: A\n3: A = B\n2: C > B\n1:\n")
    assert aggregation.irv(path, overvote="approval").winners == ("B",)
    told = aggregation.read(path, overvote="skip").data.decisions
    assert told[:2] == (
        "read as lines of rankings: 7 ballots, 3 candidates",
        "1 blank ballots, which rank nobody",
    )
    assert (
        "3 ballots with several marks at a rank: the rank is passed over (--overvote decides)"
        in told
    )
    with pytest.raises(InvalidInputError, match="order 2"):
        aggregation.read(path, overvote="refuse")
    with pytest.raises(InvalidInputError, match="overvote"):
        aggregation.irv(EQUAL, overvote="exhaust")
    assert main(["rank", str(path), "--mechanism", "irv", "--overvote", "approval"]) == 0
    assert "whole vote" in capsys.readouterr().err


WRITTEN = '4 1\n3 1 2 0\n2 3 4 2 0\n1 3=4 0\n0\n"Ann"\n"Bob"\n"Write-in: Cy"\n"Write-in 2"\n'


def test_write_ins_are_candidates_each_or_one(tmp_path):
    path = tmp_path / "w.blt"
    path.write_text(WRITTEN)
    each = aggregation.read(path)
    assert len(each.data.alternatives) == 4
    assert (
        "write-ins count as a candidate like any other: Write-in: Cy, Write-in 2 (--write-in pool "
        "makes them one)" in each.data.decisions
    )
    pool = aggregation.read(path, write_in="pool")
    assert set(pool.data.alternatives) == {"Ann", "Bob", "Write-in"}
    assert [str(r) for r in pool.types] == ["Ann > Bob", "Write-in > Bob", "Write-in"]
    assert "write-ins are one candidate, as asked" in pool.data.decisions
    # Nobody ranks a write-in: it loses to all who are listed, and ties with the others.
    bare = aggregation.read({"A": 3, "B > A": 2}, alternatives=["A", "B", "Write-in"])
    pairs = aggregation.pairs_of(bare)
    assert pairs.support[2].tolist() == [0, 0, 0]
    assert aggregation.condorcet(bare).winners == ("A",)


@pytest.mark.parametrize(
    "policy", [{"overvote": "split"}, {"duplicate": "last"}, {"write_in": "none"}]
)
def test_unknown_policies_are_named(cvr, policy):
    with pytest.raises(InvalidInputError, match=next(iter(policy))):
        aggregation.read(cvr, **policy)


def test_approvals_are_no_overvotes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("voter,A,B,C\nv1,1,1,0\nv2,0,1,1\n")
    told = aggregation.read(path, kind="ballots").data.decisions
    assert not any("several marks" in one for one in told)
    with pytest.raises(InvalidInputError, match="overvote"):
        aggregation.read(path, kind="ballots", overvote="exhaust")


def test_a_candidate_stands_whatever_the_policies():
    builder = Builder("x", overvote="exhaust")
    builder.add(1, [["A"], ["B", "C"], ["D"]], "line 1")
    assert builder.ballots("x").names == ("A", "B", "C", "D")


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("overvote", "last"),
    [
        ("exhaust", (4313, 4060, 607)),
        # 3 ballots pass over a rank with Wright, 1 over one with Kiss, 1 of them ends.
        ("skip", (4316, 4061, 603)),
        ("exhaust_if_several_continue", (4314, 4064, 602)),
    ],
)
def test_burlington_by_every_policy(shared_data, overvote, last):
    found = aggregation.irv(shared_data / "elections" / "burl2009.abif", overvote=overvote)
    final = found.details["rounds"][-1]
    assert (*final["votes"].values(), final["exhausted"]) in (last, (last[1], last[0], last[2]))
