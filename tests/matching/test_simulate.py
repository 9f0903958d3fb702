"""Simulation against exact values, the other ways to compute the same numbers, and bad input."""

from fractions import Fraction as F

import numpy as np
import pytest

from mechdesign import matching
from mechdesign.errors import InvalidInputError
from mechdesign.matching.exact import closed_forms
from mechdesign.matching.policies import kernels

from .cases import CASES, POLICIES, REGISTERED

SMALL = [case for case in CASES if case.name in ("D06", "D11", "D12", "D13", "D14", "D16", "D18")]


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_means_agree_with_exact_values(case):
    rules = {name: getattr(matching, name) for name in POLICIES}
    found = matching.simulate(case.graph, rules, 4096, rng=3, benchmark="clairvoyant", level=0.9999)
    for name, exact in zip(POLICIES, case.rewards, strict=True):
        interval = found[name].reward
        assert interval.low <= float(exact) <= interval.high, name
        assert found[name].plain.low <= float(exact) <= found[name].plain.high, name
        loads = matching.expected_loads(case.graph, rules[name])
        np.testing.assert_allclose(found[name].fill, [float(x) for x in loads], atol=0.05)


@pytest.mark.parametrize("antithetic", [False, True])
def test_every_method_gives_the_same_numbers(antithetic):
    # Probabilities of binary fractions, so that no rounding decides a tie.
    rng = np.random.default_rng(5)
    matrix = rng.integers(0, 5, size=(4, 12)) / 8
    graph = matching.instance(
        matrix.tolist(), weights=rng.integers(1, 4, 4).tolist(), capacities=[1, 2, 1, 3]
    )
    # Needs capacities 1, and its tables decide ties otherwise than exact discounts.
    names = [n for n in REGISTERED if not n.startswith(("semi", "frac")) and "(" not in n]
    results = [
        matching.simulate(
            graph, names, 130, rng=9, method=method, antithetic=antithetic, benchmark=None
        )
        for method in ("kernel", "batch", "python", "auto")
    ]
    for name in names:
        first = results[0][name]
        for other in results[1:]:
            np.testing.assert_array_equal(first.rewards, other[name].rewards, err_msg=name)
            np.testing.assert_array_equal(first.fill, other[name].fill)
            np.testing.assert_allclose(first.gains, other[name].gains, rtol=1e-12)
            assert first.reward.mean == pytest.approx(other[name].reward.mean, rel=1e-12)


@pytest.mark.parametrize("name", ["balance", "generalised_balance", "fully_adaptive", "greedy"])
@pytest.mark.parametrize("method", ["kernel", "batch", "python"])
def test_ties_of_exact_numbers_are_ties_in_the_simulation(name, method):
    # Both loads are 6/10, added up in different orders: the first vertex wins the tie.
    tenths = [{0: 3}, {0: 1}, {0: 2}, {1: 3}, {1: 2}, {1: 1}, {0: 5, 1: 5}, {0: 10}]
    graph = matching.instance([{u: F(p, 10) for u, p in row.items()} for row in tenths])
    assert matching.expected_reward(graph, getattr(matching, name)) == F(202624, 125000)
    runs = 2000 if method == "python" else 100_000
    found = matching.simulate(graph, name, runs, rng=1, method=method, level=0.9999)
    assert found[name].reward.low <= 1.620992 <= found[name].reward.high


@pytest.mark.parametrize("base", [3, 7, 10])
def test_every_method_breaks_ties_alike(base):
    rng = np.random.default_rng(base)
    matrix = [[F(int(x), base) for x in row] for row in rng.integers(0, base // 2 + 1, (4, 12))]
    graph = matching.instance(matrix, weights=[F(1, 3), F(2, 3), 1, F(1, 3)])
    names = ["balance", "generalised_balance", "fully_adaptive", "greedy", "ranking"]
    results = [
        matching.simulate(graph, names, 200, rng=9, method=method, benchmark=None)
        for method in ("kernel", "batch", "python")
    ]
    for name in names:
        for other in results[1:]:
            np.testing.assert_array_equal(results[0][name].rewards, other[name].rewards)


def test_users_own_function_meets_the_same_luck():
    graph = matching.random_instance(8, 60, 3, high=0.4, rng=2)

    def least_loaded(view):
        return min(view.labels, key=view.load, default=None)

    found = matching.simulate(graph, {"mine": least_loaded, "theirs": "balance"}, 100)
    np.testing.assert_array_equal(found["mine"].rewards, found["theirs"].rewards)
    gap = found.difference("mine", "theirs")
    assert (gap.low, gap.mean, gap.high) == (0, 0, 0)


def test_uncompiled_kernels(monkeypatch):
    graph = matching.upper_triangular(3, 4)
    names = list(REGISTERED)
    compiled = matching.simulate(graph, names, 20, method="kernel")
    for name in ("run_keys", "run_random", "run_fractional", "run_second_choice"):
        kernel = getattr(kernels, name)
        monkeypatch.setattr(kernels, name, kernel.python)
    plain = matching.simulate(graph, names, 20, method="kernel")
    for name in names:
        np.testing.assert_array_equal(compiled[name].rewards, plain[name].rewards)


@pytest.mark.parametrize("workers", [2, 3])
def test_same_bytes_under_any_number_of_workers(workers):
    graph = matching.random_instance(6, 40, 3, rng=0)
    names = ["balance", "ranking", "random_available"]
    one = matching.simulate(graph, names, 1500, rng=11)
    more = matching.simulate(graph, names, 1500, rng=11, workers=workers)
    for name in names:
        assert one[name].rewards.tobytes() == more[name].rewards.tobytes()
        assert one[name].gains.tobytes() == more[name].gains.tobytes()
        assert one[name].reward == more[name].reward
    longer = matching.simulate(graph, names, 2000, rng=11)
    np.testing.assert_array_equal(longer["balance"].rewards[:1500], one["balance"].rewards)


def test_perturbed_greedy_is_ranking_without_weights():
    graph = matching.complete(4, 9, F(1, 4))
    found = matching.simulate(graph, ["ranking", "perturbed_greedy"], 300)
    np.testing.assert_array_equal(found["ranking"].rewards, found["perturbed_greedy"].rewards)


def test_perturbed_greedy_of_two_vertices():
    # P(the heavy vertex is preferred) = 0.7060226 at weight ratio 1.5, by quadrature.
    case = next(case for case in CASES if case.name == "D16")
    exact = 0.7060226 * 53 / 16 + 0.2939774 * 63 / 16
    found = matching.simulate(case.graph, "perturbed_greedy", 20_000, level=0.999)
    interval = found["perturbed_greedy"].reward
    assert interval.low <= exact <= interval.high


@pytest.mark.parametrize("k", range(1, 9))
def test_triangular_graphs(k):
    published = (0.632121, 0.622589, 0.620916, 0.621433, 0.622417, 0.623415, 0.624315, 0.625098)
    limit = closed_forms.triangular_ratio(k)
    assert limit == pytest.approx(published[k - 1], abs=1e-6)
    b = 100
    found = matching.simulate(
        matching.upper_triangular(k, b), ["ranking", "random_available"], 1024, rng=k, level=0.999
    )
    finite = closed_forms.triangular_ratio(k, b)
    assert finite == pytest.approx(limit, abs=2 / b)
    for estimate in found.estimates:
        assert estimate.ratio.low <= finite <= estimate.ratio.high
        assert estimate.ratio.low <= limit <= estimate.ratio.high


def test_z_graph():
    assert closed_forms.z_graph_ratio() == pytest.approx(0.5882516, abs=1e-7)
    assert closed_forms.worst_z_alpha() == pytest.approx(0.4286677, abs=1e-7)
    graph = matching.z_graph(30, 70, 200)
    found = matching.simulate(graph, "balance", 64, rng=4, level=0.99, benchmark=100)
    ratio = found["balance"].ratio
    assert ratio.low <= 0.5882516 <= ratio.high
    assert ratio.high - ratio.low < 0.02


def test_triangle_then_private():
    for (n, k), value in (((6, 2), 0.59910), ((12, 4), 0.59223), ((20, 7), 0.58927)):
        assert closed_forms.triangle_then_private_ratio(n, k) == pytest.approx(value, abs=1e-5)
    exact = closed_forms.triangle_then_private_ratio(6, 2, 20)
    graph = matching.triangle_then_private(6, 2, 20)
    found = matching.simulate(graph, ["ranking", "random_available"], 4096, rng=1, level=0.999)
    for estimate in found.estimates:
        assert estimate.ratio.low <= exact <= estimate.ratio.high


def test_intervals_cover_and_control_helps():
    graph = matching.complete(3, 6, F(1, 4))
    exact = float(matching.expected_reward(graph, matching.greedy))
    inside = 0
    for seed in range(60):
        reward = matching.simulate(graph, "greedy", 128, rng=seed)["greedy"].reward
        inside += reward.low <= exact <= reward.high
    assert inside >= 50
    dense = matching.complete(3, 60, F(1, 20))
    estimate = matching.simulate(dense, "balance", 2000)["balance"]
    assert estimate.variance_reduction > 1.5
    mirrored = matching.simulate(dense, "balance", 2000, antithetic=True)["balance"]
    assert mirrored.reward.low <= estimate.reward.high
    assert estimate.reward.low <= mirrored.reward.high


def test_result_objects():
    graph = matching.complete(4, 6, F(3, 5))
    found = matching.simulate(graph, ["greedy"], 64, benchmark="configuration")
    text = repr(found)
    assert "ratio to configuration" in text
    assert "no competitive ratio" in text
    data = found.to_dict()
    assert data["benchmark"]["exact"] == "16/5"
    assert data["policies"][0]["ratio"]["low"] < data["policies"][0]["ratio"]["high"]
    assert found.estimates[0].gains.sum() == pytest.approx(found.estimates[0].rewards.mean())
    assert matching.simulate(graph, "greedy", 8, benchmark=None)["greedy"].ratio is None
    with pytest.raises(InvalidInputError):
        found["nobody"]


def test_no_edges_and_certain_success():
    graph = matching.instance([{}, {}], offline=["a"])
    found = matching.simulate(graph, list(REGISTERED), 10)
    assert all(estimate.reward.mean == 0 for estimate in found.estimates)
    certain = matching.instance([[1, 0.0], [0, 1]])
    assert matching.simulate(certain, "balance", 10)["balance"].reward.mean == 2


@pytest.mark.parametrize(
    "options",
    [
        {"runs": 1},
        {"runs": 2.5},
        {"runs": 5, "antithetic": True},
        {"method": "fast"},
        {"level": 1},
        {"level": float("nan")},
        {"benchmark": "optimum"},
        {"benchmark": 0},
        {"benchmark": float("nan")},
        {"workers": 0},
        {"rng": "seed"},
        {"policies": "best"},
        {"policies": []},
        {"policies": ["greedy", "greedy"]},
        {"policies": [3]},
        {"policies": lambda view: "nobody"},
        {"instance": [[0.5]]},
    ],
)
def test_bad_input(options):
    given = {"instance": matching.complete(1, 2, 0.5), "policies": "greedy", "runs": 4} | options
    with pytest.raises(InvalidInputError):
        matching.simulate(given.pop("instance"), given.pop("policies"), **given)


def test_a_discount_must_be_a_number():
    graph = matching.complete(1, 2, 0.5)
    broken = matching.generalised_balance(discount=lambda load: float("nan"))
    with pytest.raises(InvalidInputError, match="finite"):
        matching.simulate(graph, broken, 4)
