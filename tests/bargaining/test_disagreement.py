"""Disagreement: the table of the real street ratings, definitions, bad input."""

import itertools

import numpy as np
import pytest

from mechdesign import bargaining
from mechdesign.bargaining import (
    disagreement,
    discussion_shift,
    group_utilities,
    menu,
    ratings,
    read_ratings,
)
from mechdesign.errors import InvalidInputError
from mechdesign.stats.agreement import (
    intraclass_correlation,
    kendall_tau_b,
    kendall_w,
    krippendorff_alpha,
    mean_pairwise,
    spearman,
)
from mechdesign.stats.permutation import label_permutation_test
from mechdesign.stats.polarisation import bimodality_coefficient, esteban_ray

GROUPS = [
    "Lgbtqia2+",
    "Handicapped",
    "Elderly Female",
    "Elderly Male",
    "Young Male",
    "Young Female",
]
CRITERIA = ["Practicality", "Inclusivity", "Aesthetics", "Accessibility"]

# alpha interval, alpha ordinal, W, tau-b; then the first three without Young Female; D of
# Handicapped and of the next group; the shift by discussion.
TABLE = {
    "Practicality": (0.2467, 0.2860, 0.4779, 0.3203, 0.1674, 0.1921, 0.3974, 0.881, 0.579, -0.074),
    "Inclusivity": (0.3124, 0.3506, 0.4955, 0.3169, 0.2441, 0.2543, 0.4167, 0.562, 0.596, -0.008),
    "Aesthetics": (0.4168, 0.4320, 0.6148, 0.4522, 0.3458, 0.3484, 0.5524, 0.832, 0.678, -0.082),
    "Accessibility": (
        0.1393,
        0.1875,
        0.3849,
        0.2182,
        0.0621,
        0.0982,
        0.3219,
        1.036,
        0.688,
        -0.165,
    ),
}


@pytest.fixture
def streets(shared_data):
    return shared_data / "streetreview" / "streets_evaluations.csv"


@pytest.mark.shared_data
@pytest.mark.parametrize("criterion", CRITERIA)
def test_table_of_the_streets(streets, criterion):
    data = read_ratings(streets, GROUPS, CRITERIA)
    expected = TABLE[criterion]
    found = disagreement(data)
    table = found.table()
    row = dict(zip(table.columns, table.rows[CRITERIA.index(criterion)], strict=True))
    got = [row["alpha"], row["alpha (ordinal)"], row["W"], row["tau-b"]]
    five = data.without("Young Female").of(criterion)
    got += [
        krippendorff_alpha(five),
        krippendorff_alpha(five, "ordinal"),
        kendall_w(five).w,
    ]
    assert [round(x, 4) for x in got] == list(expected[:7])
    apart = found.divergence(criterion)
    own = apart.pop("Handicapped")
    assert (round(own, 3), round(max(apart.values()), 3)) == expected[7:9]
    if criterion == "Inclusivity":
        assert row["diverges most"] == max(apart, key=apart.get) == "Elderly Male"
    else:
        assert row["diverges most"] == "Handicapped"
    agreed = read_ratings(streets, ["Group", "Young Male"], CRITERIA).of(criterion)[0]
    assert round(discussion_shift(data, agreed, criterion)["shift"], 3) == expected[9]


@pytest.mark.shared_data
def test_streets_become_a_bargaining_problem(streets):
    data = read_ratings(streets, GROUPS, CRITERIA)
    problem = menu(group_utilities(data, {"Accessibility": 2, "Inclusivity": 1}))
    assert len(problem) == 6
    assert len(problem.data.packages) == 20
    chosen = bargaining.egalitarian(problem)
    assert chosen.choice in data.items
    assert chosen.provenance.exact


def test_alpha_of_krippendorffs_own_example():
    nan = np.nan
    table = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
    expected = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
    for level, value in expected.items():
        assert round(krippendorff_alpha(table, level), 3) == value
    assert np.isnan(krippendorff_alpha([[1, 1], [1, 1]]))


def test_correlations_against_scipy():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    for _ in range(20):
        x, y = rng.integers(0, 5, (2, 12))
        assert kendall_tau_b(x, y) == pytest.approx(stats.kendalltau(x, y).statistic)
        assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic)
    table = rng.permuted(np.tile(np.arange(7.0), (4, 1)), axis=1)
    found = kendall_w(table)
    friedman = stats.friedmanchisquare(*table.T)
    assert (found.chi2, found.p) == pytest.approx(tuple(friedman))
    assert found.mean_spearman == pytest.approx(mean_pairwise(table, spearman))


def test_shrout_and_fleiss_example():
    table = np.array(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    ).T
    found = intraclass_correlation(table)
    assert [round(v, 2) for v in found.values()] == [0.17, 0.62]


def test_permutations_by_brute_force():
    data = ratings(
        np.random.default_rng(3).integers(1, 5, (6, 8)).astype(float),
        ["a", "b", "a", "b", "b", "b"],
        criteria=["k"],
    )
    found = disagreement(data).systematic("k", "a")
    table = data.of("k")

    def gap(pair):
        others = [k for k in range(6) if k not in pair]
        return np.abs(table[list(pair)].mean(axis=0) - table[others].mean(axis=0)).mean()

    every = [gap(pair) for pair in itertools.combinations(range(6), 2)]
    assert found.exact
    assert found.permutations == 15
    assert found.observed == pytest.approx(gap((0, 2)))
    assert found.p == sum(g >= gap((0, 2)) - 1e-12 for g in every) / 15
    drawn = disagreement(data).systematic("k", "a", permutations=14, rng=1)
    assert not drawn.exact
    assert drawn == disagreement(data).systematic("k", "a", permutations=14, rng=1)


def test_other_tables():
    data = ratings(
        {"k": {"a": {"x": 1, "y": 4}, "b": {"x": 3}, "c": {"x": 5, "y": 1}}},
        {"a": "one", "b": "one", "c": "two"},
    )
    found = disagreement(data)
    assert found.divergence("k") == {"one": 3.0, "two": 3.0}
    assert found.divergence("k", signed=True) == {"one": 0.0, "two": 0.0}
    assert found.conflicts("k").rows[0][2] == 1
    assert found.distances("k").rows[0][2] == 3.0
    assert found.dispersion().column("eta^2")[0] == pytest.approx((6 + 4.5) / (8 + 4.5))
    assert "one" in str(found)
    assert found.to_dict()["agreement"]["columns"][0] == "criterion"
    after = ratings({"k": {"a": {"x": 3, "y": 3}, "c": {"x": 3, "y": 2}}})
    assert discussion_shift(data, after, "k")["removed"] > 0.5


def test_polarisation_grows_with_the_camps():
    assert esteban_ray([0, 1], [0.5, 0.5]) == esteban_ray([0, 0, 1, 1])
    assert esteban_ray([0, 2, 2, 4]) < esteban_ray([0, 0, 4, 4])
    assert bimodality_coefficient([1, 5] * 40) > 5 / 9


@pytest.mark.parametrize(
    "call",
    [
        lambda: ratings({}),
        lambda: ratings({"k": {"a": {"x": "high"}, "b": {"x": 1}}}),
        lambda: ratings({"k": {"a": {"x": 1}}}),
        lambda: ratings([1, 2, 3]),
        lambda: ratings([["a"]]),
        lambda: ratings([[1, 2], [1, np.inf]]),
        lambda: ratings([[1, 2], [1, 3]], ["one"]),
        lambda: ratings({"k": {"a": {"x": 1}, "b": {"x": 1}}}, {"a": "one"}),
        lambda: disagreement([[1, 2], [1, 3]]).divergence("z"),
        lambda: disagreement([[1, 2], [1, 3]]).systematic(0, "z"),
        lambda: disagreement([[1, 2], [1, 3]], ["a", "a"]).systematic(0, "a"),
        lambda: group_utilities(ratings([[1, 2], [1, np.nan]])),
        lambda: group_utilities(ratings([[1, 2], [1, 2]]), {"z": 1}),
        lambda: group_utilities(ratings([[1, 2], [1, 2]]), {0: 0}),
        lambda: group_utilities(ratings([[1, 2], [1, 2]]), {0: {0: 1}}),
        lambda: krippendorff_alpha([[1, np.nan], [np.nan, 1]]),
        lambda: krippendorff_alpha([[1, 2], [1, 2]], "metric"),
        lambda: kendall_w([[1, np.nan], [1, 2]]),
        lambda: esteban_ray([]),
        lambda: esteban_ray([1, 2], alpha=2),
        lambda: esteban_ray([1, 2], [1, 1]),
        lambda: bimodality_coefficient([1, 1, 1, 1]),
        lambda: bargaining.rank_reversals([1, 2], [1]),
        lambda: label_permutation_test([], len),
    ],
)
def test_refused(call):
    with pytest.raises(InvalidInputError):
        call()


def test_refused_files(tmp_path):
    path = tmp_path / "a.csv"
    for text, match in (
        ("item,a k\n", "header and rows"),
        ("item,a k\nx,1\n", "columns"),
        ("item,a k,b k\nx,1,high\n", "line 2"),
        ("item,a k,b k\nx,1\n", "line 2"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(InvalidInputError, match=match):
            read_ratings(path, ["a", "b"], ["k"])
