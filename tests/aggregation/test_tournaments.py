"""Rules on the majority relation: published and computed profiles, hybrids by hand."""

import itertools
import random

import pytest

from mechdesign import aggregation as ag
from mechdesign.errors import InvalidInputError, LimitReachedError

TENNESSEE = {"M > N > C > K": 42, "N > C > K > M": 26, "C > K > N > M": 15, "K > C > N > M": 17}
TEXTS = {
    "condorcet_loser": "2:ABCD;2:BCAD;2:CABD;2:DABC;2:DBCA;1:DCAB",
    "thirty": "5:ACBD;2:ACDB;3:ADCB;4:BACD;3:CBDA;3:CDBA;1:DACB;5:DBAC;4:DCBA",
    "nine": "3:ABCD;2:DABC;2:DBCA;2:CBDA",
}
PROFILES = {
    name: {" > ".join(o): int(n) for n, o in (part.split(":") for part in text.split(";"))}
    for name, text in TEXTS.items()
}
WINNERS = {
    "condorcet_loser": {
        "slater": "ABC",
        "split_cycle": "AB",
        "stable_voting": "AB",
        "river": "AB",
        "uncovered": "ABC",
        "banks": "ABC",
        "minimal_covering": "ABC",
        "bipartisan": "ABC",
        "smith_irv": "A",
        "tideman_alternative": "A",
        "benham": "ABC",
        "woodall": "ABC",
    },
    "thirty": {
        "slater": "C",
        "split_cycle": "AD",
        "stable_voting": "A",
        "river": "A",
        "uncovered": "ACD",
        "smith_irv": "D",
        "tideman_alternative": "D",
        "benham": "D",
        "woodall": "D",
        "btr_irv": "A",
        "coombs": "C",
        "bucklin": "C",
    },
    "nine": {
        "slater": "A",
        "split_cycle": "BD",
        "stable_voting": "B",
        "river": "BD",
        "uncovered": "ABD",
        "smith_irv": "D",
        "tideman_alternative": "D",
        "benham": "D",
        "woodall": "D",
    },
}


@pytest.mark.parametrize(
    ("profile", "rule"), [(p, rule) for p, rules in WINNERS.items() for rule in rules]
)
def test_winners(profile, rule):
    found = getattr(ag, rule)(PROFILES[profile])
    assert set(found.winners) == set(WINNERS[profile][rule])


@pytest.mark.parametrize(
    ("profile", "swaps"),
    [
        (PROFILES["condorcet_loser"], {"A": 2, "B": 2, "C": 3, "D": 3}),
        (PROFILES["thirty"], {"A": 7, "B": 11, "C": 6, "D": 3}),
        (PROFILES["nine"], {"A": 2, "B": 1, "C": 4, "D": 2}),
        (TENNESSEE, {"N": 0, "C": 19, "M": 27, "K": 53}),
    ],
)
def test_dodgson(profile, swaps):
    assert {x: -v for x, v in ag.dodgson(profile).scores.items()} == swaps


def test_slater_counts_the_majorities_that_it_reverses():
    assert ag.slater(PROFILES["condorcet_loser"]).cost == 1
    assert ag.slater({"A > B": 1, "B > A": 1}).winners == ("A", "B")


@pytest.mark.parametrize(
    "rule",
    [
        *("uncovered", "banks", "minimal_covering", "bipartisan", "split_cycle", "stable_voting"),
        *("river", "dodgson", "slater", "smith_irv", "tideman_alternative", "benham", "woodall"),
        "btr_irv",
    ],
)
def test_a_condorcet_winner_is_alone(rule):
    assert getattr(ag, rule)(TENNESSEE).winners == ("N",)


def test_sets_lie_in_one_another():
    draw = random.Random(3)
    for _ in range(60):
        rows = ["".join(draw.sample("ABCDEF", 6)) for _ in range(draw.choice([3, 5, 7]))]
        profile = ag.Profile.from_rankings([" > ".join(row) for row in rows])
        smith, uncovered, covering, essential, banks = (
            set(getattr(ag, name)(profile).winners)
            for name in ("smith", "uncovered", "minimal_covering", "bipartisan", "banks")
        )
        assert essential <= covering <= uncovered <= smith
        assert banks <= uncovered
        stable = set(ag.stable_voting(profile).winners)
        assert stable <= set(ag.split_cycle(profile).winners) <= smith
        for rule in ("smith_irv", "tideman_alternative", "woodall", "benham"):
            assert set(getattr(ag, rule)(profile).winners) <= smith


def test_the_bipartisan_set_is_chosen_and_nobody_else_could_be():
    draw = random.Random(7)
    for _ in range(40):
        rows = [" > ".join(draw.sample("ABCDE", 5)) for _ in range(5)]
        beats = ag.pairs_of(ag.read(rows)).beats
        chances = ag.maximal_lottery(rows, transform="majority").probabilities
        p = list(chances.values())
        signs = beats.astype(int) - beats.T
        gains = [sum(p[b] * int(signs[a, b]) for b in range(5)) for a in range(5)]
        # Without ties the lottery is the only one: others lose to it.
        assert all(g == 0 if p[a] else g < 0 for a, g in enumerate(gains))
        assert set(ag.bipartisan(rows).winners) == {x for x, chance in chances.items() if chance}


def test_minimal_covering_with_and_without_ties_is_one_set():
    draw = random.Random(4)
    for _ in range(25):
        rows = [draw.sample("ABCDE", 5) for _ in range(5)]
        profile = ag.Profile.from_rankings([" > ".join(row) for row in rows])
        found = set(ag.minimal_covering(profile).winners)
        pairs = ag.pairs_of(ag.read(profile))
        place = {x: k for k, x in enumerate("ABCDE")}

        def covered(x, inside, pairs=pairs, place=place):
            part = [*inside, x]
            return any(
                pairs.beats[place[a], place[x]]
                and all(
                    pairs.beats[place[b], place[x]] for b in part if pairs.beats[place[b], place[a]]
                )
                for a in inside
            )

        def covering(inside):
            return all(covered(x, inside) for x in "ABCDE" if x not in inside)

        assert covering(sorted(found))
        for size in range(1, len(found)):
            assert not any(covering(c) for c in itertools.combinations("ABCDE", size))


def test_covering_has_four_forms_where_majorities_tie():
    ballots = ["A > B > C > D", "C > D > A > B"]
    for name in ("gillies", "bordes", "mckelvey", "fishburn"):
        assert "A" in ag.uncovered(ballots, covering=name).winners


def test_limits_and_refusals():
    labels = [f"c{k:02}" for k in range(16)]
    with pytest.raises(InvalidInputError, match="at most 15"):
        ag.stable_voting([" > ".join(labels)])
    both = [" > ".join(labels), " > ".join(reversed(labels))]
    with pytest.raises(LimitReachedError, match="more than 14"):
        ag.minimal_covering(both)
    with pytest.raises(InvalidInputError, match="strict"):
        ag.dodgson(["A = B > C", "B > A > C"])


def test_banks_of_many():
    draw = random.Random(5)
    rows = [" > ".join(draw.sample([f"c{k}" for k in range(25)], 25)) for _ in range(9)]
    assert set(ag.banks(rows).winners) <= set(ag.uncovered(rows).winners)


def test_a_majority_ends_coombs_rule():
    votes = {"A > B > C": 5, "B > C > A": 3, "C > B > A": 3}
    # A has the most first places and the most last ones: it goes, but for a majority.
    assert ag.coombs(votes).winners == ag.coombs(votes, stop="majority").winners == ("B",)
    most = {"A > B > C": 6, "B > C > A": 4, "C > B > A": 1}
    assert ag.coombs(most, stop="majority").winners == ("A",)
    listed = {"A": 5, "B > C > A": 2, "C > B > A": 2}
    assert ag.coombs(listed, stop="majority").winners == ("A",)


def test_losers_of_a_runoff_in_the_order_in_which_they_went():
    votes = {"A > B": 5, "B > A": 4, "C > B": 3, "D > C": 2}
    assert str(ag.irv(votes, losers="in_order").ranking) == "A > C > B > D"
    assert ag.irv(votes).ranking.winners == ("A",)
    assert str(ag.irv({"A > B": 2, "B > A": 2}, losers="in_order").ranking) == "A = B"
