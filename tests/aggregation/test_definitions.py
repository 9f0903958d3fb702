"""Every rule against its definition on small random profiles, and the definitions by hand."""

import random
from fractions import Fraction

import pytest

from mechdesign import aggregation
from mechdesign.aggregation import definitions
from mechdesign.errors import InfeasibleError

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


def test_shares_and_ranks_are_those_of_the_definition():
    for rows in profiles(80, "ranks", ties=True):
        votes, profile = given_to_a_definition(rows), given_to_a_rule(rows)
        assert dict(aggregation.rank_mean(profile).scores) == definitions.rank_mean(votes)
        assert dict(aggregation.mean_win_rate(profile).scores) == definitions.mean_win_rate(votes)
        k = len(votes[0][1]) - 1
        assert dict(aggregation.k_approval(profile, k=k).scores) == definitions.k_approval(votes, k)
        vector = [Fraction(5), Fraction(3), Fraction(1), Fraction(0)][: k + 1]
        found = aggregation.scoring(profile, vector=vector).scores
        assert dict(found) == definitions.positional(votes, vector)


def test_missing_scores_count_as_the_mean_over_all_completions():
    draw = random.Random("missing")
    for _ in range(60):
        labels = "ABCD"
        votes = [
            (Fraction(draw.randint(1, 3)), {a: k + 1 for k, a in enumerate(order)})
            for order in (draw.sample(labels, draw.randint(1, 4)) for _ in range(3))
        ]
        profile = aggregation.Profile.from_rankings(
            [aggregation.Ranking([[a] for a in places]) for _, places in votes],
            [w for w, _ in votes],
            alternatives=labels,
            unranked="unseen",
        )
        found = aggregation.missing_borda(profile).scores
        assert dict(found) == definitions.missing_borda(votes, labels)


def test_no_alternative_beats_a_maximal_lottery():
    for rows in profiles(80, "lottery", ties=True):
        found = aggregation.maximal_lotteries(given_to_a_rule(rows))
        lottery = {outcome.winners[0]: chance for chance, outcome in found}
        assert sum(lottery.values()) == 1
        assert definitions.maximal_lotteries(given_to_a_definition(rows), lottery)


def fitted(name, count):
    """Profiles of which the model has a maximum, with the scores of the rule."""
    for rows in profiles(count, name):
        try:
            found = getattr(aggregation, name)(given_to_a_rule(rows)).scores
        except InfeasibleError:
            continue
        yield given_to_a_definition(rows), dict(found)


def moved(scores, factor):
    """The scores with one of them a little larger or smaller."""
    for a in scores:
        for sign in (1, -1):
            yield {**scores, a: scores[a] + sign * factor}


@pytest.mark.parametrize("name", ["bradley_terry", "thurstone"])
def test_strengths_maximise_the_likelihood(name):
    model, seen = getattr(definitions, name), 0
    for votes, scores in fitted(name, 80):
        seen += 1
        most = definitions.log_likelihood(votes, model(scores))
        step = min(1e-3, min(map(abs, scores.values())) / 2) if name == "bradley_terry" else 1e-3
        for other in moved(scores, step):
            assert definitions.log_likelihood(votes, model(other)) <= most + 1e-12
    assert seen > 20


def test_plackett_luce_maximises_its_likelihood():
    seen = 0
    for votes, scores in fitted("plackett_luce", 80):
        seen += 1
        most = definitions.plackett_luce(votes, scores)
        for other in moved(scores, min(1e-3, min(scores.values()) / 2)):
            assert definitions.plackett_luce(votes, other) <= most + 1e-12
    assert seen > 20


def test_a_step_of_the_surfer_and_of_the_matrix_keep_the_scores():
    for votes, scores in fitted("pagerank", 60):
        after = definitions.pagerank(votes, scores, 0.85)
        assert all(abs(after[a] - scores[a]) < 1e-9 for a in scores)
    for votes, scores in fitted("eigenvector", 60):
        after = definitions.eigenvector(votes, scores)
        factor = sum(after.values()) / sum(scores.values())
        assert all(abs(after[a] - factor * scores[a]) < 1e-8 for a in scores)


@pytest.mark.parametrize("seed", range(60))
def test_stv_elects_whom_its_definition_elects(seed):
    draw = random.Random(seed)
    labels = "ABCDE"[: draw.randint(2, 5)]
    seats = draw.randint(1, len(labels) - 1)
    rows = [
        (Fraction(draw.randint(1, 8)), draw.sample(labels, draw.randint(1, len(labels))))
        for _ in range(draw.randint(2, 12))
    ]
    profile = aggregation.Profile.from_rankings(
        [aggregation.Ranking.from_order(order) for _, order in rows], [w for w, _ in rows], labels
    )
    found = aggregation.stv(profile, seats=seats, ties="all")
    assert set(found.committees) == definitions.stv(rows, labels, seats), rows
    assert found.choice in found.committees


SETS = ["uncovered", "banks", "minimal_covering", "split_cycle", "stable_voting", "slater"]


@pytest.mark.parametrize("name", SETS)
def test_sets_are_those_of_the_definition(name):
    for rows in profiles(60, name, ties=True):
        found = getattr(aggregation, name)(given_to_a_rule(rows))
        assert set(found.winners) == getattr(definitions, name)(given_to_a_definition(rows)), rows


def test_simple_stable_voting_is_its_definition():
    for rows in profiles(40, "simple", ties=True):
        found = aggregation.stable_voting(given_to_a_rule(rows), simple=True)
        expected = definitions.stable_voting(given_to_a_definition(rows), simple=True)
        assert set(found.winners) == expected, rows


def test_river_wins_over_all_orders_of_its_definition():
    for rows in profiles(25, "river", ties=True):
        votes = given_to_a_definition(rows)
        assert set(aggregation.river(given_to_a_rule(rows)).winners) == definitions.river(votes)


def test_quotients_elect_whom_their_definition_elects():
    votes = {"A > B > C > D": 35, "B > A > C > D": 32, "C > D > A > B": 33}
    rows = [(Fraction(w), order.split(" > ")) for order, w in votes.items()]
    assert {aggregation.qpq(votes, seats=2).choice} == definitions.qpq(rows, "ABCD", 2)


def test_few_voters_and_many_have_the_same_fewest_swaps(monkeypatch):
    from mechdesign.aggregation.tournaments import reversals

    for rows in profiles(40, "dodgson few", most=6):
        votes = given_to_a_rule([(tiers, k % 4 + 1) for k, (tiers, _) in enumerate(rows)])
        small = aggregation.dodgson(votes).scores
        monkeypatch.setattr(reversals, "_FEW_STATES", 0)
        assert aggregation.dodgson(votes).scores == small
        monkeypatch.undo()


def test_dodgson_counts_the_swaps_of_its_definition():
    for rows in profiles(40, "dodgson", most=4):
        few = [(tiers, 1) for tiers, _ in rows[:5]]
        found = aggregation.dodgson(given_to_a_rule(few)).scores
        assert dict(found) == definitions.dodgson(given_to_a_definition(few)), few


@pytest.mark.parametrize("name", ["star", "majority_judgment"])
def test_graded_ballots_elect_whom_their_definition_elects(name):
    draw = random.Random(name)
    for _ in range(150):
        labels = "ABCD"[: draw.randint(2, 4)]
        votes = [
            (draw.randint(1, 3), {a: Fraction(draw.randint(0, 3)) for a in labels})
            for _ in range(draw.randint(1, 6))
        ]
        table = {a: [grades[a] for _, grades in votes] for a in labels}
        found = getattr(aggregation, name)(table, weights=[w for w, _ in votes])
        assert set(found.winners) == getattr(definitions, name)(votes), votes


def test_counts_in_parcels_and_one_after_another_are_those_of_the_definition():
    rows = [(Fraction(7), "AB"), (Fraction(4), "BC"), (Fraction(3), "CA"), (Fraction(2), "DC")]
    votes = {" > ".join(order): int(w) for w, order in rows}
    one = definitions.sequential_runoff(rows, "ABCD", 2)
    problem = aggregation.election(votes, seats=2)
    assert {x.choice for x in aggregation.sequential_runoff.winners(problem)} == one
    for rule, define in (("ers97", definitions.ers97), ("tasmania", definitions.hare_clark)):
        elected, _ = define(rows, "ABCD", 2)
        assert aggregation.stv(votes, seats=2, rule=rule).choice == set(elected)
