"""Oracles of conjoint choices: closed forms, equilibria, estimates, intervals, readers."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from mechdesign import elections as el
from mechdesign import preference_games as games
from mechdesign.errors import InvalidInputError, SolverError

pytest.importorskip("scipy")

EFFECTS = {
    "age": {"young": 0.5, "middle": 0.0, "old": -0.3},
    "sex": {"f": 0.2, "m": -0.2},
    "job": {"law": 0.4, "farm": -0.4},
}
DATA = el.simulate_conjoint(EFFECTS, 300, 5, rng=1)


def linear_truth(effects):
    """What levels add to the share of votes against a profile drawn at random."""
    worth = [np.array(list(own.values())) for own in effects.values()]
    profiles = list(itertools.product(*(range(len(own)) for own in worth)))
    u = np.array([sum(own[k] for own, k in zip(worth, p, strict=True)) for p in profiles])
    mean = (1 / (1 + np.exp(u[None, :] - u[:, None]))).mean(axis=1)
    return [
        np.array(
            [
                np.mean([m for m, p in zip(mean, profiles, strict=True) if p[d] == k]) - 0.5
                for k in range(len(own))
            ]
        )
        for d, own in enumerate(worth)
    ]


def test_average_case_in_closed_form():
    found = el.average_case([[0.1, 0, -0.1]], strength=0.5)
    assert np.allclose(found.shares[0], [0.4333333333, 1 / 3, 0.2333333333])
    soft = el.average_case([[0.1, 0, -0.1]], strength=0.1, penalty="kl")
    assert np.allclose(soft.shares[0], [0.665240956, 0.244728471, 0.090030573], atol=1e-9)
    assert max(found.gap, soft.gap) < 1e-12
    edge = el.average_case([[1, 0, -1]], strength=0.5)
    assert edge.boundary
    assert np.allclose(edge.shares[0], [1, 0, 0])


def test_average_case_with_an_interaction():
    found = el.average_case(
        [[0, 0.05], [0, -0.02]], strength=0.2, interactions={(0, 1): [[0, 0], [0, 0.1]]}
    )
    assert np.allclose([own[1] for own in found.shares], [0.631746032, 0.553968254], atol=1e-9)
    assert found.objective == pytest.approx(0.047396825, abs=1e-9)
    assert found.gap < 1e-12


@pytest.mark.parametrize("penalty", ["l2", "kl"])
@pytest.mark.parametrize("strength", [0.02, 0.1, 0.4])
def test_bounds_of_the_average_case_are_bounds(penalty, strength):
    draw = np.random.default_rng(3)
    for _ in range(4):
        effects = [draw.normal(size=2) * 0.1 for _ in range(3)]
        pairs = {p: draw.normal(size=(2, 2)) * 0.2 for p in itertools.combinations(range(3), 2)}
        found = el.average_case(effects, strength=strength, penalty=penalty, interactions=pairs)
        grid = np.linspace(0, 1, 21)
        best = -np.inf
        for point in itertools.product(grid, repeat=3):
            p = [np.array([x, 1 - x]) for x in point]
            value = sum(float(b @ q) for b, q in zip(effects, p, strict=True))
            value += sum(float(p[d] @ m @ p[e]) for (d, e), m in pairs.items())
            for q in p:
                if penalty == "l2":
                    value -= strength * float(((q - 0.5) ** 2).sum())
                else:
                    live = q > 0
                    value -= strength * float((q[live] * np.log(q[live] / 0.5)).sum())
            best = max(best, value)
        assert found.bound >= best - 1e-12
        assert found.objective >= best - 2e-3


def test_the_unilateral_optimum_overstates():
    contest = el.utility_contest([[0, 0.8, 0.5, -0.3], [0.4, -0.6, 0.3, 0.9]])
    for beta, claims, gets in ((0.1, 0.506056, 0.500006), (0.02, 0.524844, 0.500398)):
        played = el.share_game(contest, beta=beta)
        eq = np.array(list(games.regularised(played).probabilities.values()))
        reply = games.best_response(played, [0.25] * 4)
        reply = np.array(list(reply.values()))
        assert round(float(reply @ played.rates @ np.full(4, 0.25)), 6) == claims
        assert round(float(reply @ played.rates @ eq), 6) == gets


def test_equilibria_of_profiles():
    model = el.fit_choices(DATA)
    joint = el.adversarial_profiles(model, beta=0.1)
    assert joint.gap < 1e-12
    assert joint.claimed >= 0.5 - 1e-12
    assert joint.received <= 0.5 + 0.01
    assert joint.exploitability == pytest.approx(
        float((joint.game.rates @ joint.probabilities).max()) - 0.5
    )
    independent = el.product_profiles(model, beta=0.1)
    assert 0 <= independent.gap < 1e-3
    assert np.allclose(
        independent.probabilities,
        [
            np.prod([s[k] for s, k in zip(independent.shares, p, strict=True)])
            for p in model.profiles()
        ],
    )
    exact = el.adversarial_profiles(model, beta=0)
    assert exact.gap < 1e-12
    assert exact.exploitability < 1e-12
    assert max(exact.shares[0]) == 1


def test_more_weight_for_a_group_moves_the_policy_toward_it():
    groups = ["g", "h"]
    likes = {"g": {"x": {"a": 1, "b": 0}}, "h": {"x": {"a": 0, "b": 1}}}
    shares = []
    for heavy in (1, 3):
        rows = {"left": [], "right": [], "won": [], "group": [], "weight": []}
        for k, name in enumerate(groups):
            data = el.simulate_conjoint(likes[name], 200, 4, rng=k)
            for i in range(len(data)):
                rows["left"].append({"x": "ab"[data.left[i, 0]]})
                rows["right"].append({"x": "ab"[data.right[i, 0]]})
                rows["won"].append(int(data.chosen[i]))
                rows["group"].append(name)
                rows["weight"].append(heavy if name == "g" else 1)
        both = el.conjoint(
            rows["left"], rows["right"], rows["won"], groups=rows["group"], weights=rows["weight"]
        )
        model = el.fit_choices(both)
        assert model.main(0)[0][0] > 0.3
        assert model.main(1)[0][0] < -0.3
        shares.append(el.adversarial_profiles(model).shares[0][0])
    assert shares[1] > shares[0]


def test_parties_with_allowed_levels_of_their_own():
    model = el.fit_choices(DATA)
    found = el.party_profiles(model, allowed=[{"job": ["law"]}, {"job": ["farm"]}], strength=0.1)
    assert found.gap < 1e-9
    assert found.divergence == pytest.approx(1)
    assert found.share > 0.5
    hard = el.party_profiles(model, allowed=[{"job": ["law"]}, {"job": ["law"]}])
    assert hard.share == pytest.approx(0.5)
    assert hard.gap < 1e-12


def test_a_logit_recovers_known_effects():
    effects = {**EFFECTS, "place": {"a": 0.1, "b": 0, "c": 0, "d": -0.1}}
    truth = np.concatenate(
        [np.array(list(own.values())) - np.mean(list(own.values())) for own in effects.values()]
    )
    near = 0
    for seed in range(40):
        model = el.fit_choices(el.simulate_conjoint(effects, 400, 5, rng=seed))
        errors = np.sqrt(np.diag(model.covariance()))
        near += bool((np.abs(np.concatenate(model.main()) - truth) < 3 * errors).all())
    assert near >= 38


def test_interactions_are_recovered_and_a_ridge_is_chosen():
    pairs = {("sex", "f", "job", "law"): 1.5}
    data = el.simulate_conjoint(EFFECTS, 400, 10, interactions=pairs, rng=2)
    model = el.fit_choices(data, interactions=True, ridge="cv")
    found = model.interactions()[1, 2]
    assert np.allclose(found.sum(axis=0), 0)
    assert found[0, 0] == pytest.approx(1.5 / 4, abs=0.12)
    assert model.ridge in (0, 0.1, 0.3, 1, 3, 10, 30)


def balanced():
    """All pairs of all profiles: every level meets every other one equally often."""
    levels = {"x": ("a", "b"), "y": ("p", "q", "r")}
    profiles = [dict(zip(levels, p, strict=True)) for p in itertools.product(*levels.values())]
    draw = np.random.default_rng(0)
    pairs = list(itertools.product(profiles, repeat=2))
    won = draw.integers(0, 2, len(pairs)).tolist()
    return el.conjoint([a for a, _ in pairs], [b for _, b in pairs], won)


def test_effects_of_a_balanced_design_are_differences_of_marginal_means():
    data = balanced()
    means = {(r[0], r[1]): r[2] for r in el.marginal_means(data).rows}
    for name, level, effect, *_ in el.amce(data).rows:
        base = {"x": "a", "y": "p"}[name]
        assert effect == pytest.approx(means[name, level] - means[name, base])
    own = {r[1]: r[2] for r in el.amce(data, base={"y": "r"}).rows if r[0] == "y"}
    assert own["r"] == 0


def test_clusters_widen_intervals():
    twice = replace(
        DATA,
        left=np.vstack([DATA.left] * 2),
        right=np.vstack([DATA.right] * 2),
        chosen=np.concatenate([DATA.chosen] * 2),
        respondents=np.concatenate([DATA.respondents] * 2),
        weights=np.ones(2 * len(DATA)),
        group=np.zeros(2 * len(DATA), dtype=int),
    )
    once = [r[3] for r in el.marginal_means(DATA).rows]
    again = [r[3] for r in el.marginal_means(twice).rows]
    assert np.allclose(once, again)


def test_design_checks_find_a_place_effect_and_a_restricted_design():
    rows = {r[0]: r for r in el.design_checks(DATA).rows}
    assert rows["left profile chosen"][2] > 0.01
    biased = replace(DATA, chosen=np.maximum(DATA.chosen, (DATA.respondents % 3 == 0).astype(int)))
    assert "the place matters" in el.design_checks(biased).column("finding")[-1]
    keep = ~(
        ((DATA.left[:, 1] == 0) & (DATA.left[:, 2] == 1))
        | ((DATA.right[:, 1] == 0) & (DATA.right[:, 2] == 1))
    )
    names = ("left", "right", "chosen", "respondents", "weights", "group")
    restricted = replace(DATA, **{name: getattr(DATA, name)[keep] for name in names})
    told = {r[0]: r[3] for r in el.design_checks(restricted).rows}
    assert "1 pairs of levels never shown together" in told["sex and job"]
    model = el.fit_choices(restricted)
    assert len(model.profiles()) == 9
    assert "left out" in el.adversarial_profiles(model).game.decisions[-1]
    with pytest.raises(InvalidInputError, match="all pairs of levels"):
        el.product_profiles(model)
    with pytest.raises(SolverError, match="ridge"):
        el.fit_choices(restricted, interactions=True)


def test_intervals_by_both_ways_agree_and_the_boundary_switches():
    delta = el.average_case_intervals(DATA, strength=0.5)
    boot = el.average_case_intervals(DATA, strength=0.5, method="bootstrap", samples=60, rng=0)
    assert (delta.method, boot.method) == ("delta", "bootstrap")
    assert np.allclose(delta.policies["share"][0], boot.policies["share"][0])
    widths = [(found.values["votes"][2] - found.values["votes"][1]) for found in (delta, boot)]
    assert 0.6 < widths[0] / widths[1] < 1.6
    edge = el.average_case_intervals(DATA, strength=0.05, samples=30, rng=0)
    assert edge.method == "bootstrap"
    assert edge.boundary > 0.5
    assert any("delta method would be wrong" in note for note in edge.notes)
    with pytest.raises(InvalidInputError, match="method"):
        el.average_case_intervals(DATA, strength=0.05, method="delta")
    same = [el.equilibrium_intervals(DATA, samples=10, rng=5).values["claimed"] for _ in range(2)]
    assert same[0] == same[1]


@pytest.mark.slow
def test_intervals_cover_the_truth():
    truth = el.average_case(linear_truth(EFFECTS), strength=0.5)
    votes, inside = 0.5 + truth.gain, 0
    for seed in range(400):
        data = el.simulate_conjoint(EFFECTS, 200, 5, rng=seed)
        _, low, high = el.average_case_intervals(data, strength=0.5).values["votes"]
        inside += low <= votes <= high
    assert 0.93 <= inside / 400 <= 0.97


WIDE = (
    "respondent,A_age,B_age,A_sex,B_sex,choice\n"
    "u,old,young,f,m,A\nu,young,old,m,m,B\nv,old,old,f,m,A\n"
)
LONG = (
    "respondent,task,age,sex,chosen\n"
    "u,1,old,f,1\nu,1,young,m,0\nu,2,young,m,0\nu,2,old,m,1\nv,1,old,f,1\nv,1,old,m,0\n"
)


def test_wide_and_long_tables_are_the_same(tmp_path):
    found = []
    for name, text in (("wide.csv", WIDE), ("long.csv", LONG)):
        (tmp_path / name).write_text(text)
        found.append(el.read_conjoint(tmp_path / name))
    a, b = found
    assert a.attributes == b.attributes == ("age", "sex")
    for name in ("left", "right", "chosen", "respondents"):
        assert getattr(a, name).tolist() == getattr(b, name).tolist()
    assert "wide" in a.decisions[-1]
    assert any("first in the order of the file" in note for note in b.decisions)


def test_a_column_that_is_asked_for_is_an_attribute(tmp_path):
    (tmp_path / "long.csv").write_text("task,group,chosen\n1,g,1\n1,h,0\n")
    found = el.read_conjoint(tmp_path / "long.csv", attributes=["group"])
    assert found.levels == (("g", "h"),)
    assert found.groups == ("",)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (WIDE.replace(",A\n", ",C\n", 1), "choice"),
        (WIDE.replace("old,young", ",young", 1), "A_age"),
        (LONG.replace("u,1,young,m,0\n", ""), "task 1 of u"),
        (LONG.replace("u,1,young,m,0", "u,1,young,m,1"), "task 1 of u"),
        (LONG.replace("v,1,old,m,0", "v,1,old,m,x"), "task 1 of v"),
        ("respondent,task,A_x,B_x,choice\nu,1,a,b,A\nu,1,a,b,A\n", "task 1 of u"),
        ("task,x,weight,chosen\n1,a,1,1\n1,b,5,0\n", "weight of task 1"),
        ("task,x,group,chosen\n1,a,g,1\n1,b,h,0\n", "group of task 1"),
        ("task,chosen\n1,0\n1,1\n", "attributes"),
        ("age,chosen\nold,0\n", "task"),
    ],
)
def test_bad_tables_are_refused(tmp_path, text, named):
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(InvalidInputError, match=named):
        el.read_conjoint(tmp_path / "bad.csv")


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: el.average_case([[1, 0]], strength=0), "strength"),
        (lambda: el.average_case([[1, 0]], strength=1, penalty="l1"), "penalty"),
        (lambda: el.average_case([[1, 0]], strength=1, reference=[[1, 1]]), "reference"),
        (lambda: el.average_case([[1, 0]], strength=1, interactions={(0, 0): [[1]]}), "inter"),
        (lambda: el.fit_choices(DATA, ridge=-1), "ridge"),
        (lambda: el.fit_choices(DATA, link="probit"), "link"),
        (lambda: el.amce(DATA, base={"age": "none"}), "base"),
        (lambda: el.product_profiles(el.fit_choices(DATA), beta=0), "beta"),
        (lambda: el.conjoint([{"x": 1}], [{"y": 1}], [1]), "right"),
        (lambda: el.conjoint([{"x": 1}], [{"x": 2}], ["A"]), "chosen"),
        (lambda: el.conjoint([], [], []), "left, right"),
        (lambda: el.conjoint(3, None, "x"), "left"),
        (lambda: el.conjoint([{"x": 1}], [{"x": 2}], [1], levels=[1]), "levels"),
        (lambda: el.average_case([[1, 0]], strength=10**400), "strength"),
        (lambda: el.average_case([[1, 0]], strength=1, reference=3), "reference"),
        (lambda: el.average_case([[1, 0]], strength=1, interactions={"A": 1}), "interactions"),
        (lambda: el.simulate_conjoint({"a": {"x": 1}}, 10**400, 1), "respondents"),
        (lambda: el.simulate_conjoint({"a": 3}, 1, 1), "effects"),
        (lambda: el.marginal_means(DATA, level=10**400), "level"),
        (lambda: el.party_profiles(el.fit_choices(DATA), allowed=[3, 4]), "allowed"),
        (lambda: el.contest_of(3), "problem"),
        (lambda: el.platform_grid(3), "platforms"),
        (lambda: el.utility_contest([2, 0, 1]), "table"),
        (lambda: el.fit_choices(el.conjoint([{"x": 1}], [{"x": 1}], [1])), "attributes"),
    ],
)
def test_bad_input_is_named(call, named):
    with pytest.raises(InvalidInputError, match=named):
        call()


def test_certain_choices_need_a_ridge():
    a, b = {"x": "a"}, {"x": "b"}
    sure = el.conjoint([a, b, a, b], [b, a, b, a], [1, 0, 1, 0])
    with pytest.raises(SolverError, match="ridge"):
        el.fit_choices(sure)
    assert el.fit_choices(sure, ridge=1).main()[0][0] > 0.1


@pytest.mark.parametrize("ridge", [1, "cv"])
def test_a_ridge_does_not_depend_on_the_unit_of_weights(ridge):
    """Before, weights a millionth as large let the ridge take all effects away."""
    rng = np.random.default_rng(3)
    ages = rng.integers(0, 2, (60, 2))
    left, right = ([{"age": ("old", "young")[k]} for k in column] for column in ages.T)
    chosen = rng.random(60) < 1 / (1 + np.exp(ages[:, 1] - ages[:, 0]))
    weights = rng.integers(1, 4, 60)
    people = np.repeat(np.arange(12), 5).tolist()
    first, second = (
        el.fit_choices(
            el.conjoint(left, right, chosen.tolist(), respondents=people, weights=own.tolist()),
            ridge=ridge,
        )
        for own in (weights, weights * 1e-6)
    )
    assert first.ridge == second.ridge
    assert np.allclose(first.coefficients[0], second.coefficients[0], rtol=1e-9)
    assert np.allclose(first.covariances[0], second.covariances[0], rtol=1e-9)
