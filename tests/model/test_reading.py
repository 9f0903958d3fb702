"""Numbers with labels are taken by label, in every family; positions count only without labels."""

from fractions import Fraction

import numpy as np
import pytest

from mechdesign import aggregation, auctions, bargaining, facility, matching
from mechdesign.errors import InvalidInputError
from mechdesign.model import aligned_numbers, labelled_numbers, labelled_rows

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

LABELS = ("ann", "bob")


def reversed_forms(ann, bob):
    """The same two numbers, labelled, with bob first."""
    return [
        {"bob": bob, "ann": ann},
        pd.Series({"bob": bob, "ann": ann}),
        pd.DataFrame({"value": [bob, ann]}, index=["bob", "ann"]),
        pd.DataFrame({"who": ["bob", "ann"], "value": [bob, ann]}),
        pl.DataFrame({"who": ["bob", "ann"], "value": [bob, ann]}),
    ]


def plain_forms(first, second):
    """Two numbers without labels."""
    return [
        [first, second],
        (first, second),
        np.array([first, second]),
        pd.Series([first, second]),
        pl.Series([first, second]),
    ]


@pytest.mark.parametrize("data", reversed_forms(1, 2))
def test_labels_decide(data):
    assert aligned_numbers(data, LABELS, "weights") == (1, 2)
    assert labelled_numbers(data, "weights") == (("bob", "ann"), (2, 1))


@pytest.mark.parametrize("data", plain_forms(1, 2))
def test_positions_decide_where_there_are_no_labels(data):
    assert aligned_numbers(data, LABELS, "weights") == (1, 2)
    assert labelled_numbers(data, "weights") == (range(2), (1, 2))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"ann": 1, "bib": 2}, "the nearest is bob"),
        ({"ann": 1}, "none for 'bob'"),
        ([1], "one entry for each of 2"),
        (pd.Series([1, 2], index=["ann", "ann"]), "distinct labels"),
        (pd.Series([1, 2], index=[3, 4]), "labels among"),
        (np.ones((2, 1)), "one-dimensional"),
        (pd.DataFrame({"a": [1, 2], "b": [1, 2]}), "one column"),
        ({"ann": 1, "bob": "x"}, r"weights\['bob'\]"),
        ("ab", "sequence of numbers"),
    ],
)
def test_what_does_not_fit_is_named(data, word):
    with pytest.raises(InvalidInputError, match=word):
        aligned_numbers(data, LABELS, "weights")


def test_a_default_fills_what_labelled_data_leave_out():
    assert aligned_numbers({"bob": 3}, LABELS, "weights", default=1) == (1, 3)
    assert aligned_numbers(None, LABELS, "weights", default=1) == (1, 1)
    with pytest.raises(InvalidInputError, match="one entry for each of 2"):
        aligned_numbers([3], LABELS, "weights", default=1)


@pytest.mark.parametrize(
    "data",
    [
        {"ann": {"x": 1, "y": 2}, "bob": {"y": 4, "x": 3}},
        pd.DataFrame({"x": [1, 3], "y": [2, 4]}, index=["ann", "bob"]),
        pd.DataFrame({"who": ["ann", "bob"], "x": [1, 3], "y": [2, 4]}),
        pl.DataFrame({"who": ["ann", "bob"], "x": [1, 3], "y": [2, 4]}),
    ],
)
def test_rows_keep_both_labels(data):
    labels, columns, rows = labelled_rows(data, "p")
    assert tuple(labels) == ("ann", "bob")
    assert tuple(columns) == ("x", "y")
    assert [list(row) for row in rows] == [[1, 2], [3, 4]]


def test_weights_of_tasks_go_by_label():
    table = pd.DataFrame({"t1": [1, 2], "t2": [1, 1]}, index=["A", "B"])
    listed = {"t2": 9, "t1": 1}
    for weights in (listed, pd.Series(listed), pl.DataFrame({"t": list(listed), "w": [9, 1]})):
        scores = aggregation.mean(table, weights=weights).scores
        assert scores == {"A": 1, "B": Fraction(11, 10)}


@pytest.mark.parametrize("weights", reversed_forms(3, 1))
def test_weights_of_locations_go_by_label(weights):
    line = facility.line()
    assert line.problem({"ann": 0, "bob": 1}, weights=weights).weights == (3, 1)
    space = facility.space(2)
    points = {"ann": (0, 0), "bob": (1, 1)}
    assert space.problem(points, weights=weights).weights == (3, 1)


@pytest.mark.parametrize("costs", reversed_forms(100, 1))
def test_costs_and_reserves_go_by_label(costs):
    problem = bargaining.menu({"ann": (1, 2), "bob": (3, 4)}, costs=costs, budget=50)
    assert bargaining.nash(problem).choice == "bob"
    sides = {"a": {"ann": 1, "bob": 2}, "b": {"ann": 3, "bob": 4}}
    assert bargaining.menu(sides, reserve=costs).reserve == (100, 1)
    election = bargaining.election([["ann"], ["bob"]], costs=costs, budget=50)
    assert bargaining.greedy(election).choice == ("bob",)


@pytest.mark.parametrize("quality", reversed_forms(1, 2))
def test_qualities_go_by_label(quality):
    outcome = auctions.gsp({"ann": 3, "bob": 2}, ctr=[1], quality=quality)
    assert dict(outcome.payments) == {"ann": 0, "bob": 3}


def test_frames_of_an_auction_keep_the_names_of_positions():
    frame = pl.DataFrame({"ad": ["x", "y"], "top": [0.5, 0.25], "side": [0.25, 0.125]})
    placed = auctions.content_vcg({"y": 1, "x": 2}, p=frame, capacity=2)
    assert set(placed.problem.data.positions) == {"top", "side"}
    assert placed.problem.agents == ("y", "x")
    assert placed.problem.type_of("y").rates == (0.25, 0.125)


@pytest.mark.parametrize("library", [pd, pl])
def test_matching_reads_frames(library):
    matrix = library.DataFrame({"ad": ["x", "y"], "t1": [0.5, 0.0], "t2": [0.25, 1.0]})
    edges = library.DataFrame(
        {"p": [0.5, 0.25, 1.0], "offline": ["x", "x", "y"], "arrival": ["t1", "t2", "t2"]}
    )
    expected = matching.instance([("x", "t1", 0.5), ("x", "t2", 0.25), ("y", "t2", 1.0)])
    for frame in (matrix, edges):
        read = matching.instance(frame, weights={"y": 2, "x": 1})
        assert (read.offline, read.arrivals) == (("x", "y"), ("t1", "t2"))
        assert list(read.p) == list(expected.p)
        assert tuple(read.weights) == (1, 2)


BOB_FIRST = pd.Series({"bob": 1, "ann": 3})


def test_weights_of_voters_go_by_label():
    ballots = ["A > B > C", "B > C > A"]
    for weights in ({"bob": 1, "ann": 3}, BOB_FIRST):
        voted = aggregation.borda(ballots, voters=LABELS, weights=weights)
        assert voted.problem.weights == (3, 1)
        assert voted.winners == ("A",)
    swapped = aggregation.borda(ballots, weights=pd.Series([1, 3], index=[1, 0]))
    assert swapped.problem.weights == (3, 1)
    with pytest.raises(InvalidInputError, match="weights"):
        aggregation.borda(ballots, weights=BOB_FIRST)
    profile = aggregation.Profile.from_rankings(ballots, voters=LABELS)
    assert profile.reweighted(BOB_FIRST).weights() == (3, 1)


def test_series_of_utilities_go_by_label():
    rows = {"park": pd.Series({"bob": 1, "ann": 3}), "pool": pd.Series({"ann": 2, "bob": 5})}
    read = bargaining.menu(rows, agents=LABELS)
    assert (read.agents, read.types) == (LABELS, ((3, 2), (1, 5)))
    assert bargaining.menu(rows).type_of("ann") == (3, 2)


def test_weights_that_are_a_parameter_go_by_label():
    rule = facility.weighted_uniform(weights=BOB_FIRST)
    assert rule({"ann": 0, "bob": 1}).choice == Fraction(1, 4)
    for bad in (3, None, [-1, 2], "ab"):
        with pytest.raises(InvalidInputError, match="weights"):
            facility.weighted_uniform(weights=bad)


def test_rows_that_are_series_go_by_label():
    rows = {"ann": pd.Series({"x": 0.25, "y": 0.75}), "bob": pd.Series({"y": 0.5, "x": 0.5})}
    assert labelled_rows(rows, "p")[1:] == (("x", "y"), [[0.25, 0.75], [0.5, 0.5]])
    votes = {"ann": pd.Series({"x": 0.25, "y": 0.75}), "bob": pd.Series({"y": 0.75, "x": 0.25})}
    assert facility.independent_markets(votes).choice == (0.25, 0.75)
    rewards = {"ann": pd.Series({"x": 1, "y": 0}), "bob": pd.Series({"y": 2, "x": 0})}
    spoken = auctions.kl_vcg(rewards, reference=pd.Series({"y": 0.25, "x": 0.75}))
    plain = auctions.kl_vcg({"ann": [1, 0], "bob": [0, 2]}, reference=[0.75, 0.25])
    assert spoken.choice == plain.choice


def test_weights_of_welfare_go_by_label():
    from mechdesign.model import welfare

    for weights in ({"bob": 1, "ann": 3}, BOB_FIRST):
        assert welfare.utilitarian({"ann": 2, "bob": 5}, weights) == 11
        assert welfare.nash({"ann": 2, "bob": 5}, weights) == 40


def test_ballots_that_are_series_go_by_label():
    points = pd.Series({"q": 1, "p": 3})
    ballots = pd.Series({"bob": points, "ann": ["q"]})
    read = bargaining.election(ballots, costs={"p": 1, "q": 1}, budget=1)
    assert read.agents == ("bob", "ann")
    assert read.types == ({"p": 3, "q": 1}, frozenset({"q"}))
    numbered = bargaining.election([pd.Series({1: 0, 0: 1})], costs=[1, 1], budget=1)
    assert numbered.types == ({0: 1, 1: 0},)
    chosen = pd.Series(["p", "q"], index=[3, 7])  # what a filter leaves of a list of names
    assert bargaining.election([chosen], costs={"p": 1, "q": 1}, budget=1).types[0] == {"p", "q"}


def test_arrivals_and_systems_that_are_series_go_by_label():
    rows = {"t1": pd.Series({"x": 0.5, "y": 0.25}), "t2": pd.Series({"y": 1.0, "x": 0.0})}
    plain = {t: dict(row) for t, row in rows.items()}
    assert matching.instance(rows) == matching.instance(plain)
    scores = {"A": pd.Series({"t1": 1, "t2": 5}), "B": pd.Series({"t2": 1, "t1": 2})}
    assert aggregation.mean(scores).scores == {"A": 3, "B": Fraction(3, 2)}
