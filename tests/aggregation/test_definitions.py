"""Every rule against its definition on small random profiles, and the definitions by hand."""

import random
from fractions import Fraction

import pytest

from mechdesign import aggregation
from mechdesign.aggregation import definitions

WINNERS = [
    *("condorcet", "smith", "schwartz", "black", "bucklin", "irv", "coombs", "baldwin"),
    *("nanson", "schulze", "ranked_pairs", "threshold"),
]
SCORES = ["borda", "plurality", "antiplurality", "dowdall", "copeland"]


def profiles(count, seed, *, ties=False, most=4):
    """Random votes as (weight, order as tiers), with the form that definitions take."""
    draw = random.Random(seed)
    for _ in range(count):
        labels = list("ABCD")[: draw.randint(2, most)]
        rows = []
        for _ in range(draw.randint(1, 6)):
            order = draw.sample(labels, len(labels))
            tiers = [[order[0]]]
            for label in order[1:]:
                if ties and draw.random() < 0.3:
                    tiers[-1].append(label)
                else:
                    tiers.append([label])
            rows.append((tiers, draw.randint(1, 3)))
        yield rows


def given_to_a_rule(rows):
    rankings = [aggregation.Ranking(tiers) for tiers, _ in rows]
    return aggregation.Profile.from_rankings(rankings, [weight for _, weight in rows])


def given_to_a_definition(rows):
    votes = []
    for tiers, weight in rows:
        places, above = {}, 0
        for tier in tiers:
            places |= dict.fromkeys(tier, above + 1)
            above += len(tier)
        votes.append((Fraction(weight), places))
    return votes


@pytest.mark.parametrize("name", WINNERS)
def test_winners_are_those_of_the_definition(name):
    tied_places = name not in ("bucklin", "threshold")
    for rows in profiles(120, name, ties=tied_places):
        found = getattr(aggregation, name)(given_to_a_rule(rows))
        assert set(found.winners) == getattr(definitions, name)(given_to_a_definition(rows)), rows


@pytest.mark.parametrize("name", SCORES)
def test_scores_are_those_of_the_definition(name):
    for rows in profiles(120, name, ties=True):
        found = getattr(aggregation, name)(given_to_a_rule(rows))
        assert dict(found.scores) == getattr(definitions, name)(given_to_a_definition(rows)), rows


def test_minimax_and_young_rank_as_their_definitions_do():
    for rows in profiles(60, "minimax", ties=True):
        scores = definitions.minimax(given_to_a_definition(rows))
        assert set(aggregation.minimax(given_to_a_rule(rows)).winners) == definitions.best(scores)
    for rows in profiles(40, "young", most=3):
        single = [(tiers, 1) for tiers, _ in rows]
        scores = definitions.young(given_to_a_definition(single))
        assert set(aggregation.young(given_to_a_rule(single)).winners) == definitions.best(scores)


def test_kemeny_finds_the_cost_and_every_optimum_of_its_definition():
    for rows in profiles(60, "kemeny", ties=True):
        cost, orders = definitions.kemeny(given_to_a_definition(rows))
        found = aggregation.kemeny(given_to_a_rule(rows))
        assert set(found.winners) == {order[0] for order in orders}
        assert {tuple(best.alternatives) for best in found.optima} == orders
        assert found.cost == cost


def test_definitions_by_hand():
    votes = [
        (Fraction(3), {"A": 1, "B": 2, "C": 3}),
        (Fraction(2), {"A": 3, "B": 1, "C": 2}),
        (Fraction(2), {"A": 2, "B": 3, "C": 1}),
    ]
    assert definitions.support(votes, "A", "B") == 5
    assert definitions.borda(votes) == {"A": 8, "B": 7, "C": 6}
    assert definitions.smith(votes) == {"A", "B", "C"}
    assert definitions.irv(votes) == {"A", "C"}
    assert definitions.kemeny(votes) == (8, {("A", "B", "C")})
