"""Paradoxes of one instant runoff, against recounts of every number of voters."""

import json
import random
from fractions import Fraction

import pytest

from mechdesign import aggregation as ag
from mechdesign.aggregation import datasets
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError


def winner_of(counts, labels):
    """The winner without a tie in any round, by the definition."""
    left = list(labels)
    while len(left) > 1:
        votes = dict.fromkeys(left, 0)
        for order, number in counts.items():
            first = next((c for c in order if c in left), None)
            if first is not None:
                votes[first] += number
        low = min(votes.values())
        out = [c for c in left if votes[c] == low]
        if len(out) > 1:
            return None
        left.remove(out[0])
    return left[0]


def expected(counts, labels):
    """For each kind and ballot the numbers from the fewest on, as far as the winner is the same."""
    now = winner_of(counts, labels)
    found = {}
    for order, most in counts.items():
        place = {c: order.index(c) if c in order else len(labels) for c in labels}
        better = [c for c in labels if place[c] < place[now]]
        if not better:
            continue
        lifted = (now, *(c for c in order if c != now))
        for kind in ("no_show", "monotonicity"):
            wanted = better if kind == "no_show" else [c for c in labels if c != now]
            winners = []
            for number in range(1, most + 1):
                changed = {**counts, order: most - number}
                if kind == "monotonicity":
                    changed[lifted] = changed.get(lifted, 0) + number
                winners.append(winner_of(changed, labels))
            start = next((k for k, w in enumerate(winners) if w in wanted), None)
            if start is not None:
                end = start
                while end + 1 < most and winners[end + 1] == winners[start]:
                    end += 1
                found[kind, order] = (start + 1, end + 1, winners[start])
    return found


def test_every_number_of_voters_is_looked_at():
    draw = random.Random(4)
    seen = 0
    for _ in range(500):
        labels = "ABCD"[: draw.randint(3, 4)]
        counts = {}
        for _ in range(draw.randint(3, 7)):
            order = tuple(draw.sample(labels, draw.randint(1, len(labels))))
            counts[order] = counts.get(order, 0) + draw.randint(1, 30)
        now = winner_of(counts, labels)
        rows = [ag.Ranking.from_order(order) for order in counts]
        profile = ag.Profile.from_rankings(rows, list(counts.values()), labels)
        if now is None:
            with pytest.raises(InvalidInputError, match="without a tie"):
                ag.paradoxes(profile)
            continue
        found = ag.paradoxes(profile)
        assert found.winner == now
        assert found.complete
        told = {
            (one.kind, tuple(x for tier in one.ballot.tiers for x in tier)): (
                one.least,
                one.most,
                one.instead,
            )
            for one in found.found
        }
        assert told == expected(counts, labels)
        seen += len(told)
        for x in labels:
            rest = [c for c in labels if c not in (x, now)]
            if x != now and rest:
                other = winner_of(counts, [c for c in labels if c != x])
                assert found.spoilers.get(x) == (other if other not in (None, now) else None)
    assert seen > 15


def test_alaska_2022():
    found = ag.paradoxes(datasets.alaska_2022())
    told = {(one.kind, str(one.ballot)): (one.least, one.most) for one in found.found}
    assert told == {
        ("no_show", "Palin > Begich > Peltola"): (5164, 8407),
        ("monotonicity", "Palin"): (5164, 8407),
    }
    assert found.spoilers == {"Palin": "Begich"}
    assert "whom they prefer to Peltola" in str(found)


def test_what_is_no_runoff_is_refused():
    with pytest.raises(InvalidInputError, match="whole numbers"):
        ag.paradoxes({"A > B": Fraction(1, 2), "B": 1})
    with pytest.raises(InvalidInputError, match="one candidate at a time"):
        ag.paradoxes({"A = B": 2, "B": 1})


def test_on_the_command_line(tmp_path, capsys):
    path = tmp_path / "a.rankings"
    path.write_text("6: A > B\n5: B > A\n2: C > A\n4: C > B\n")
    assert main(["count", str(path), "--paradoxes"]) == 0
    out = capsys.readouterr().out
    assert "if 2 voters of [C > A] put A first, B wins instead" in out
    assert main(["count", str(path), "--paradoxes", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["paradoxes"]
    assert found["winner"] == "A"
    assert found["spoilers"] == {"C": "B"}
    assert main(["count", str(path), "--paradoxes", "--seats", "2"]) == 2
    assert "one seat" in capsys.readouterr().err
    from mechdesign.aggregation.pages.election_pages import election_report

    report = election_report({"A > B": 6, "B > A": 5, "C > A": 2, "C > B": 4}, seats=1)
    text = report.to_html()
    assert "What a few ballots would change" in text
    assert "put A first" in text
