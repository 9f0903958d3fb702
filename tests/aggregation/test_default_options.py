"""Votes with a default option: quorum and majority."""

import itertools
import random
from fractions import Fraction

import pytest

from mechdesign import aggregation
from mechdesign.aggregation import qualified, rankings, read, schulze
from mechdesign.errors import InvalidInputError


def plain(ballots, default, quorum, majority):
    """Who stands, by the definition: V(A, D) >= quorum and V(A, D) > majority V(D, A)."""

    def preferred(a, b):
        def place(ballot, x):
            return next((k for k, tier in enumerate(ballot) if x in tier), len(ballot))

        return sum(n for ballot, n in ballots if place(ballot, a) < place(ballot, b))

    return {
        x
        for x in "ABCD"
        if x == default
        or (
            preferred(x, default) >= quorum
            and preferred(x, default) > majority * preferred(default, x)
        )
    }


def test_who_stands_is_as_defined():
    rng = random.Random(5)
    for quorum, majority in itertools.product((0, 2, 4), (1, Fraction(3, 2), 3)):
        for _ in range(8):
            ballots = []
            for _ in range(5):
                order = rng.sample("ABCD", rng.randint(1, 4))
                ballots.append((tuple((x,) for x in order), rng.randint(1, 3)))
            weights = {}
            for ballot, n in ballots:
                text = " > ".join(tier[0] for tier in ballot)
                weights[text] = weights.get(text, 0) + n
            problem = rankings().problem(weights, alternatives="ABCD")
            stands = qualified(problem, "D", quorum=quorum, majority=majority)
            assert set(stands.data.alternatives) == plain(ballots, "D", quorum, majority)
            gone = 4 - len(stands.data.alternatives)
            assert sum("is out" in note for note in stands.data.decisions) == gone


def test_a_supermajority_of_one_option_changes_the_winner():
    votes = {"A > none > B": 4, "none > A": 2, "B > none": 1}
    assert schulze(read(votes)).winners == ("A",)
    assert schulze(read(votes, default_option="none", majority="A=2")).winners == ("none",)
    assert schulze(read(votes, default_option="none", quorum=5)).winners == ("none",)


def test_a_majority_is_strict_and_a_quorum_is_not():
    even = {"A > none": 2, "none > A": 1}
    assert schulze(read(even, default_option="none", majority=2)).winners == ("none",)
    assert schulze(read(even, default_option="none", quorum=2)).winners == ("A",)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"quorum": 3}, "default option"),
        ({"default_option": "E"}, "be one of A, B"),
        ({"default_option": "B", "quorum": -1}, "quorum"),
        ({"default_option": "B", "majority": Fraction(1, 2)}, "majority"),
        ({"default_option": "B", "majority": {"X": 2}}, "majority"),
        ({"default_option": "B", "majority": "A=x"}, "majority"),
    ],
)
def test_what_is_no_rule_is_refused(options, named):
    with pytest.raises(InvalidInputError, match=named):
        read({"A > B": 1}, **options)


def test_tables_of_scores_have_no_default_option():
    with pytest.raises(InvalidInputError, match="ballots only"):
        read([[1, 2], [2, 1]], default_option="row 1")


def test_the_command_line_asks_for_them(tmp_path, capfd):
    from mechdesign.cli import main

    sheet = tmp_path / "sheet.txt"
    sheet.write_text(
        "Option 1--->: Ann\nOption 2-->: Bob\nOption 3->: None Of The Above\n"
        + "V: 132\nV: 123\nV: 312\n"
    )
    arguments = ["rank", str(sheet), "--mechanism", "schulze"]
    assert main(arguments) == 0
    assert "counts as an option like any other" in capfd.readouterr().err
    assert main([*arguments, "--default-option", "None Of The Above", "--quorum", "3"]) == 0
    out, err = capfd.readouterr()
    assert "None Of The Above" in out
    assert "Ann" not in out
    assert "fewer than the quorum of 3" in err
    assert "like any other" not in err
    assert aggregation.qualified is qualified
