"""The margin of victory against all changes of ballots; misread ballots; the command."""

import itertools
import json
import random

import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError


def profile_of(counts, names):
    rows = [(ag.Ranking.from_order(order), n) for order, n in counts.items() if n]
    return ag.Profile.from_rankings([r for r, _ in rows], [n for _, n in rows], names)


def winners(counts, names):
    found = ag.stv(profile_of(counts, names), rule="irv", ties="all")
    return {name for one in found.committees for name in one}


def fewest_changes(counts, names, winner):
    """All electorates at distance 0, 1, 2, ... until another can win."""
    kinds = [p for k in range(len(names) + 1) for p in itertools.permutations(names, k)]
    level, seen = [counts], {frozenset(counts.items())}
    distance = 0
    while not any(winners(one, names) - {winner} for one in level):
        distance += 1
        after = []
        for one in level:
            for cast, instead in itertools.product(list(one), kinds):
                other = dict(one)
                other[cast] -= 1
                other[instead] = other.get(instead, 0) + 1
                other = {order: n for order, n in other.items() if n}
                if frozenset(other.items()) not in seen:
                    seen.add(frozenset(other.items()))
                    after.append(other)
        level = after
    return distance


def test_the_margin_is_that_of_all_changes():
    rng = random.Random(0)
    met = set()
    for _ in range(40):
        names = "ABC"[: rng.choice([2, 3, 3])]
        kinds = [p for k in range(len(names) + 1) for p in itertools.permutations(names, k)]
        counts = {}
        for _ in range(rng.randint(3, 6)):
            order = rng.choice(kinds[1:] if rng.random() < 0.9 else kinds)
            counts[order] = counts.get(order, 0) + 1
        if set(counts) == {()}:
            continue
        profile, now = profile_of(counts, names), winners(counts, names)
        found = ag.margin_of_victory(profile)
        expected = 0 if len(now) > 1 else fewest_changes(counts, names, next(iter(now)))
        assert found.low == found.high == expected, counts
        assert sum(n for *_, n in found.changes) == expected
        met.add(expected)
    assert len(met) > 2


def test_margins_of_random_runoffs_are_shown_by_ballots():
    rng = random.Random(4)
    for _ in range(6):
        counts = {}
        for _ in range(12):
            order = tuple(rng.sample("ABCDE", rng.randint(1, 5)))
            counts[order] = counts.get(order, 0) + rng.randint(1, 9)
        profile = profile_of(counts, "ABCDE")
        found = ag.margin_of_victory(profile)
        assert found.exact
        changed = found.changed(profile)
        assert changed.total == profile.total
        again = ag.stv(changed, rule="irv", ties="all")
        assert frozenset({found.other}) in again.committees


def test_alaska_2022():
    found = ag.margin_of_victory(datasets.alaska_2022())
    # Palin passed Begich, who would have won, by 5,163 first choices.
    assert (found.low, found.high, found.other) == (2582, 2582, "Begich")
    assert str(found) == "Peltola wins by 2582 changed ballots; then Begich can win"


def test_an_ended_search_is_an_interval():
    rng = random.Random(1)
    ballots = {}
    for _ in range(25):
        order = " > ".join(rng.sample("ABCDE", 4))
        ballots[order] = ballots.get(order, 0) + rng.randint(1, 30)
    exact = ag.margin_of_victory(ballots)
    assert exact.exact
    ended = ag.margin_of_victory(ballots, time_limit=1e-9)
    assert ended.low <= exact.low <= ended.high


@pytest.mark.parametrize(
    ("ballots", "told"),
    [
        ({"A": 3}, "two candidates"),
        ({"A = B": 3, "C": 1}, "one candidate at a time"),
        ({"A": 1.5, "B": 1}, "whole numbers"),
    ],
)
def test_what_has_no_margin_is_refused(ballots, told):
    with pytest.raises(InvalidInputError, match=told):
        ag.margin_of_victory(ballots)


def test_ballots_that_end_at_equal_ranks_have_one(tmp_path):
    path = tmp_path / "votes.rankings"
    path.write_text("5: A > B = C\n4: B\n2: C > B\n")
    found = ag.margin_of_victory(path, overvote="exhaust")
    assert found.exact
    assert found.low == 1


def test_misread_ballots():
    ballots = {"A > B": 60, "B": 40, "C > B": 8}
    assert ag.recount(ballots, misread=0, counts=3).rows == (("A", 1), ("B", 0), ("C", 0))
    far, near = (ag.recount(ballots, misread=p, counts=60).rows for p in (0.01, 1))
    assert far[0] == ("A", 1)
    assert sum(share for _, share in near) == 1
    for wrong in (-0.1, 1.5):
        with pytest.raises(InvalidInputError, match="misread"):
            ag.recount(ballots, misread=wrong)


def test_the_command_shows_the_margin(tmp_path, capsys):
    path = tmp_path / "votes.rankings"
    path.write_text("10: A\n6: B > A\n5: C > B\n")
    assert main(["count", str(path), "--margin", "10"]) == 0
    assert "margin of victory: B wins by 1 changed ballots; then A can win" in (
        capsys.readouterr().out
    )
    assert main(["count", str(path), "--margin", "10", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["margin"]
    assert (told["low"], told["high"], told["other"]) == (1, 1, "A")
    assert main(["count", str(path), "--seats", "2", "--margin", "10"]) == 2
    assert "irv" in capsys.readouterr().err
