"""Known and found groups: readers, errors, stability, tests, distances between respondents."""

from fractions import Fraction

import numpy as np
import pytest

from mechdesign import axioms, experiments, pluralistic
from mechdesign.cli import main
from mechdesign.errors import InvalidInputError, SolverError
from mechdesign.stats.agreement import adjusted_rand

FIVE = {
    "p": [(0, 1), (0, 1), (1, 2)],
    "q": [(0, 1), (1, 2), (0, 2)],
    "r": [(0, 2), (0, 1), (2, 1)],
    "s": [(2, 1), (1, 0), (2, 0)],
    "t": [(2, 0), (2, 1), (0, 1)],
}
START = [[0.5, 0, -0.5], [-0.5, 0, 0.5]]


def opposed(seed, many=16, few=4, choices=40, items=5):
    """Users of two opposed groups."""
    rng = np.random.default_rng(seed)
    u = np.linspace(1.5, -1.5, items)
    data = {}
    for user in range(many + few):
        sign = 1 if user < many else -1
        pairs = [rng.choice(items, 2, replace=False).tolist() for _ in range(choices)]
        won = [rng.random() < 1 / (1 + np.exp(sign * (u[j] - u[i]))) for i, j in pairs]
        data[user] = [(i, j) if w else (j, i) for (i, j), w in zip(pairs, won, strict=True)]
    return data


def test_a_column_names_the_groups(tmp_path):
    rows = [("u", "old", "a", "b"), ("u", "old", "a", "c"), ("v", "old", "b", "c")]
    rows += [("w", "young", "c", "a"), ("w", "young", "b", "a")]
    path = tmp_path / "log.csv"
    path.write_text("User,age,winner,loser\n" + "\n".join(map(",".join, rows)) + "\n")
    found = pluralistic.known_groups(path, "age")
    assert found.names == ("old", "young")
    assert found.weights == pytest.approx([2 / 3, 1 / 3])
    assert found.assignment == {"u": "old", "v": "old", "w": "young"}
    plain = [(user, winner, loser) for user, _, winner, loser in rows]
    by_user = pluralistic.known_groups(plain, {"u": "old", "v": "old", "w": "young"})
    assert (by_user.utilities == found.utilities).all()
    assert list(found.problem().agents) == ["old", "young"]
    # One group alone is one penalised model of its own choices.
    alone = pluralistic.mixture([row for row in plain if row[0] != "w"], 1)
    assert found.utilities[0] == pytest.approx(alone.utilities[0], abs=1e-9)
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(rows, columns=["user", "age", "winner", "loser"])
    assert (pluralistic.known_groups(frame, "age").utilities == found.utilities).all()


def test_a_row_counts_as_often_as_its_weight_says(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user,winner,loser,weight\nu,a,b,3\nv,b,a,2\n")
    log = pluralistic.choice_log(path)
    assert log.counts[0, 0, 1] == 3
    assert log.counts[1, 1, 0] == 2


@pytest.mark.parametrize(
    ("text", "groups", "named"),
    [
        ("user,winner,loser\nu,a,b\n", "age", "groups"),
        ("user,winner\nu,a\n", None, "columns user, winner and loser"),
        ("user,age,winner,loser\nu,x,a,b\nu,y,a,b\n", "age", "age of u"),
        ("user,age,winner,loser\nu,,a,b\n", "age", "age of u"),
        ("user,winner,loser,weight\nu,a,b,0.5\n", None, "weight of row 1"),
        ("user,winner,loser,weight\nu,a,b,\n", None, "weight of row 1"),
        ("user,winner,loser\nu,a,a\n", None, "row 1"),
        ("user,winner,loser\nu,a,b\n", {"v": "x"}, "groups"),
    ],
)
def test_logs_that_would_be_misread_are_refused(tmp_path, text, groups, named):
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(InvalidInputError, match=named):
        pluralistic.choice_log(path, groups=groups)


def test_hard_groups_climb_and_agree_where_groups_are_clear():
    for seed in range(5):
        data = opposed(seed)
        hard = pluralistic.mixture(data, 2, hard=True, rng=seed)
        soft = pluralistic.mixture(data, 2, rng=seed)
        assert (np.diff(hard.path) >= -1e-9).all()
        assert set(np.unique(hard.responsibilities)) <= {0.0, 1.0}
        assert hard.assignment == soft.assignment


def test_the_information_of_one_group_is_that_of_its_model():
    """The second derivative by differences, against the Laplacian of the choices."""
    fit = pluralistic.mixture(FIVE, 1)
    counts = pluralistic.choice_log(FIVE).counts.sum(axis=0)
    gaps = fit.utilities[0][:, None] - fit.utilities[0][None, :]
    p = 1 / (1 + np.exp(-gaps))
    weight = (counts + counts.T) * p * (1 - p)
    laplacian = np.diag(weight.sum(axis=1)) - weight + 2 * fit.ridge * np.eye(3)
    centre = np.eye(3) - 1 / 3
    wanted = np.sqrt(np.diag(np.linalg.pinv(centre @ laplacian @ centre)))
    found = pluralistic.mixture_errors(FIVE, fit, method="information")
    assert found.utilities[0] == pytest.approx(wanted, rel=1e-6)
    assert found.weights == pytest.approx([0], abs=1e-9)


def test_errors_by_information_and_by_samples_agree_for_many_users():
    data = opposed(1, many=60, few=40, choices=20, items=3)
    fit = pluralistic.mixture(data, 2)
    first = pluralistic.mixture_errors(data, fit, method="information")
    second = pluralistic.mixture_errors(data, fit, samples=100)
    assert first.weights == pytest.approx([0.049, 0.049], abs=2e-3)
    assert first.weights == pytest.approx(second.weights, rel=0.5)
    assert first.utilities == pytest.approx(second.utilities, rel=0.5)
    with pytest.raises(InvalidInputError, match="method"):
        pluralistic.mixture_errors(data, fit, method="guess")


def test_groups_that_are_no_groups_have_no_information():
    data = {u: [("a", "b"), ("b", "a")] for u in range(6)}
    fit = pluralistic.mixture(data, 2, start=np.zeros((2, 2)))
    with pytest.raises(SolverError, match="told apart"):
        pluralistic.mixture_errors(data, fit, method="information")


def test_the_adjusted_rand_index():
    """Against the count of pairs, and a figure of the literature's form."""
    assert adjusted_rand([0, 0, 1, 1], [1, 1, 0, 0]) == 1
    assert adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(-0.5)
    assert adjusted_rand("aaa", "bbb") == 1
    rng = np.random.default_rng(0)
    chance = [
        adjusted_rand(rng.integers(3, size=30).tolist(), rng.integers(3, size=30).tolist())
        for _ in range(300)
    ]
    assert abs(np.mean(chance)) < 0.02
    with pytest.raises(InvalidInputError):
        adjusted_rand([1], [1])


def test_clear_groups_are_stable():
    assert pluralistic.group_stability(opposed(3), 2, samples=4) > 0.95


@pytest.mark.slow
def test_a_group_too_many_is_not_stable():
    assert pluralistic.group_stability(opposed(3), 3, samples=6) < 0.95


def test_a_second_group_is_seen_where_there_is_one():
    data = opposed(4, 6, 3, choices=8, items=3)
    found = pluralistic.group_test(data, samples=4)
    assert (found.p_value, found.samples) == (0.2, 4)
    assert found == pluralistic.group_test(data, samples=4)


@pytest.mark.slow
def test_a_second_group_is_not_seen_where_there_is_none():
    alone = opposed(4, 12, 0, choices=10, items=3)
    assert pluralistic.group_test(alone, samples=19).p_value > 0.05


def test_a_penalty_draws_utilities_together():
    fit = pluralistic.mixture(opposed(5), 2)
    rows = pluralistic.ridge_check(opposed(5), fit).rows
    assert rows[0][3] > rows[1][3] > rows[2][3]
    assert rows[1][3] == pytest.approx(float(np.ptp(fit.utilities[0])), rel=1e-6)


def test_agreement_within_and_between_groups():
    """Against the sum over pairs, of what two independent choices do."""
    fit = pluralistic.mixture(FIVE, 2, start=START)
    rates = 1 / (1 + np.exp(fit.utilities[:, None, :] - fit.utilities[:, :, None]))
    pairs = [(0, 1), (0, 2), (1, 2)]
    for g in range(2):
        for h in range(2):
            wanted = np.mean(
                [
                    rates[g][i, j] * rates[h][i, j] + rates[g][j, i] * rates[h][j, i]
                    for i, j in pairs
                ]
            )
            assert fit.agreement().rows[g][1 + h] == pytest.approx(wanted)
    ranges = [row[1] for row in fit.differences().rows]
    assert ranges == sorted(ranges, reverse=True)


def test_respondents_on_a_map():
    views = {"ann": (2, 1, 0), "bob": (1, 2, 0), "cy": (0, 1, 2)}
    kendall = pluralistic.distances(views, measure="kendall")
    assert kendall.matrix == pytest.approx(
        np.array([[0, 1 / 3, 1], [1 / 3, 0, 2 / 3], [1, 2 / 3, 0]])
    )
    cosine = pluralistic.distances({k: dict(zip("xyz", v, strict=True)) for k, v in views.items()})
    assert cosine.matrix[0, 1] == pytest.approx(0.25)
    # Three places on a line: the map has their distances.
    places = kendall.map()
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    assert apart == pytest.approx(kendall.matrix)
    assert kendall.shown == pytest.approx(1)
    for bad in (
        {},
        {"a": (1, 1)},
        {"a": (1, 2), "b": (1, 2, 3)},
        [1],
        {"a": {"x": 1, "y": 2}, "b": {"x": 1, "z": 2}},
    ):
        with pytest.raises(InvalidInputError):
            pluralistic.distances(bad)


def test_intervals_of_what_groups_get():
    data = opposed(6)
    found = pluralistic.policy_intervals(data, 2, ["maxmin(scale=range)"], samples=30)
    for row in found.rows:
        assert row[3] <= row[2] <= row[4]
    assert (
        found.rows
        == pluralistic.policy_intervals(data, 2, ["maxmin(scale=range)"], samples=30).rows
    )


WORDS = [
    (("--groups", "em", "--k", "2", "--mechanism", "maxmin,utilitarian,pooled"), 0, "pooled"),
    (("--groups", "age"), 0, "young"),
    (("--groups", "age", "--show", "objections"), 0, "spread"),
    (("--groups", "2", "--show", "groups", "--hard"), 0, "share"),
    (("--groups", "2", "--show", "choice"), 0, "BIC"),
    (("--groups", "2", "--show", "agreement"), 0, "agreement"),
    (("--groups", "age", "--show", "intervals", "--rule", "maxmin"), 0, "low"),
    (("--groups", "em"), 2, "--k"),
    (("--groups", "2", "--k", "3"), 2, "--k"),
    (("--groups", "nobody"), 2, "groups"),
    (("--groups", "age", "--hard"), 2, "--hard"),
    (("--groups", "age", "--show", "choice"), 2, "--show"),
    (("--k", "2"), 2, "--k"),
    (("--show", "groups"), 2, "--show"),
    (("--ridge", "1"), 2, "--ridge"),
    (("--groups", "0"), 2, "groups"),
    (("--groups", "2", "--ridge", "0"), 2, "ridge"),
]


@pytest.mark.parametrize(("words", "code", "told"), WORDS)
def test_groups_on_the_command_line(tmp_path, capsys, words, code, told):
    path = tmp_path / "log.csv"
    rows = [
        "u,old,a,b,4",
        "v,old,a,b,4",
        "w,old,a,b,3",
        "w,old,b,a,1",
        "x,young,b,a,4",
        "y,young,b,a,4",
    ]
    path.write_text("user,age,winner,loser,weight\n" + "\n".join(rows) + "\n")
    assert main(["solve", "pluralistic", str(path), *words]) == code
    out, err = capsys.readouterr()
    assert told in (err if code else out)
    assert not (code and out)


def test_the_claims_agree():
    found = experiments.reproduce("pluralistic")
    assert all(one.agrees for one in found.findings)
    assert {one.claim.standing for one in found.findings} <= {"published", "derived"}


def test_counts_are_read_from_squares_and_tables(tmp_path):
    wanted = pluralistic.comparisons({("a", "b"): 3, ("b", "a"): 1})
    square = tmp_path / "square.csv"
    square.write_text(",a,b\na,,3\nb,1,\n")
    rows = tmp_path / "rows.csv"
    rows.write_text("winner,loser,weight\na,b,3\nb,a,1\n")
    found = [square, rows, {"a": {"b": 3}, "b": {"a": 1}}]
    for data in found:
        one = pluralistic.comparisons(data)
        assert one.alternatives == ("a", "b")
        assert (one.wins == wanted.wins).all()
    assert (pluralistic.comparisons(np.array([[0, 3], [1, 0]])).wins == wanted.wins).all()
    bad = tmp_path / "bad.csv"
    bad.write_text(",a,c\na,,3\nb,1,\n")
    for data in (bad, np.zeros((2, 3)), np.array([[0, 0.5], [1, 0]]), {"a": {"z": 1}}):
        with pytest.raises(InvalidInputError):
            pluralistic.comparisons(data)
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(rows)
    assert (pluralistic.comparisons(frame).wins == wanted.wins).all()


def test_clusters_of_tasks_have_rankings_of_their_own():
    table = {
        name: {f"t{k}": (value if k < 6 else -value) for k in range(9)}
        for name, value in (("x", 3), ("y", 2), ("z", 1))
    }
    found = pluralistic.mixture(pluralistic.choices_of_scores(table), 2)
    assert found.weights == pytest.approx([2 / 3, 1 / 3], abs=1e-3)
    best = [found.alternatives[int(row.argmax())] for row in found.utilities]
    assert best == ["x", "z"]
    for bad in ({}, {"x": {"t": 1}, "y": {"u": 1}}, {"x": 3}, {"x": {"t": "?"}}):
        with pytest.raises(InvalidInputError):
            pluralistic.choices_of_scores(bad)


def test_what_changes_nothing():
    """The order of users, the unit of weights, one group that is all."""
    data = opposed(7)
    turned = dict(reversed(list(data.items())))
    first, second = pluralistic.mixture(data, 2), pluralistic.mixture(turned, 2)
    assert first.utilities == pytest.approx(second.utilities, abs=1e-4)
    assert first.weights == pytest.approx(second.weights, abs=1e-6)
    rows = [(1, 0, 0.25), (0, 1, 0.5)]
    for rule in (pluralistic.utilitarian, pluralistic.maxmin, pluralistic.nash_welfare):
        assert rule(rows, weights=[3, 1]) == rule(rows, weights=[6, 2])
    same = [(3, 1, 2)] * 3
    assert pluralistic.maxmin(same) == pluralistic.utilitarian(same)


def test_weights_of_a_log_count_for_coherence(tmp_path, capsys):
    rows = [
        ("a", "b", 9),
        ("b", "a", 1),
        ("b", "c", 8),
        ("c", "b", 2),
        ("a", "c", 7),
        ("c", "a", 3),
    ]
    weighted, listed = tmp_path / "w.csv", tmp_path / "l.csv"
    weighted.write_text("winner,loser,weight\n" + "\n".join(f"{w},{x},{n}" for w, x, n in rows))
    long = [f"{w},{x}" for w, x, n in rows for _ in range(n)]
    listed.write_text("winner,loser\n" + "\n".join(long))
    outs = []
    for path in (weighted, listed):
        assert main(["solve", "pluralistic", str(path), "--coherence"]) == 0
        outs.append(capsys.readouterr().out)
    assert outs[0] == outs[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "worst"),
    [
        ("random_group", 0),
        ("nash_welfare", Fraction(1, 4)),
        ("utilitarian(scale=range)", Fraction(1, 4)),
        ("utilitarian", Fraction(1, 3)),
        ("gini_welfare", Fraction(1, 3)),
        ("maxmin", Fraction(1, 3)),
        ("maxmin(scale=range)", Fraction(1, 3)),
        ("maxmin(scale=regret)", Fraction(1, 3)),
        ("lowest_share", Fraction(2, 3)),
        ("population_lottery", Fraction(1, 6)),
        ("pooled", Fraction(1, 2)),
    ],
)
def test_the_worst_gains_on_halves(rule, worst):
    scope = {"agents": 2, "alternatives": 3, "grid": 2}
    found = axioms.worst("strategyproofness", f"pluralistic.{rule}", **scope)
    assert found.complete
    assert found.value == pytest.approx(float(worst), abs=1e-9)
