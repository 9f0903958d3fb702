"""The reconstruction, its eight figures, and negotiations with their traces."""

from fractions import Fraction as F

import pytest

from mechdesign import bargaining
from mechdesign.bargaining import Protocol, menu
from mechdesign.bargaining.datasets import montreal_reconstruction
from mechdesign.errors import InvalidInputError
from mechdesign.model import welfare

NEGOTIATED = ("D1", ("a1", "b", "c"))
STRICT = ("D1", ("a2", "b"))


@pytest.fixture(scope="module")
def montreal():
    return montreal_reconstruction()


def vector(problem, label):
    return tuple(bargaining.metrics(problem, label).utilities)


def test_table_of_the_reconstruction(montreal):
    expected = {
        ("D1", ()): (
            (F(18, 5), F(69, 20), F(157, 40), F(143, 40), F(16, 5), F(67, 20)),
            F(15, 422),
            60,
        ),
        ("D1", ("b",)): (
            (F(77, 20), F(37, 10), F(169, 40), F(149, 40), F(73, 20), F(73, 20)),
            F(35, 1368),
            80,
        ),
        STRICT: (
            (F(17, 4), F(41, 10), F(179, 40), F(163, 40), F(77, 20), F(77, 20)),
            F(29, 984),
            98,
        ),
        NEGOTIATED: (
            (F(167, 40), F(161, 40), F(9, 2), F(159, 40), F(159, 40), F(39, 10)),
            F(73, 2946),
            100,
        ),
    }
    for label, (values, gini, cost) in expected.items():
        found = bargaining.metrics(montreal, label)
        assert found.utilities == values
        assert (found.gini, found.cost) == (gini, cost)
    for base, total, worst in (("D2", F(179, 10), F(14, 5)), ("D3", F(369, 20), F(29, 10))):
        found = bargaining.metrics(montreal, (base, ()))
        assert (found.total, found.worst) == (total, worst)


def test_eight_figures_of_the_abstract(montreal):
    scenario = ["no agreement", *((d, ()) for d in ("D1", "D2", "D3")), NEGOTIATED]
    for method in ("linear", "nearest_rank"):
        found = bargaining.report(montreal, NEGOTIATED, reference=scenario, method=method)
        pairs = [
            (found.before.total, found.after.total, 2, ("21.10", "24.55")),
            (found.before.worst, found.after.worst, 2, ("3.20", "3.90")),
            (found.before.quantile, found.after.quantile, 2, ("0.86", "1.00")),
            (found.before.gini, found.after.gini, 3, ("0.036", "0.025")),
        ]
        for before, after, digits, told in pairs:
            assert (f"{float(before):.{digits}f}", f"{float(after):.{digits}f}") == told
    assert found.before.package == ("D1", ())
    assert found.before.quantile == F(6, 7)
    assert found.lost == ()
    assert set(found.gained) == set(montreal.agents)
    assert "24.55" in str(found)
    assert found.to_dict()["ledger"]["rows"][0][0] == "wheelchair users"


def test_rules_on_the_reconstruction(montreal):
    start = bargaining.best_base(montreal).utilities
    from dataclasses import replace

    above = replace(montreal, reserve=tuple(start.values()))
    for problem in (montreal, above):
        for rule in (bargaining.nash, bargaining.kalai_smorodinsky, bargaining.equal_loss):
            assert rule(problem).choice == STRICT
    assert bargaining.utilitarian(montreal).choice == STRICT
    assert bargaining.egalitarian(above).choice == STRICT
    assert bargaining.egalitarian(montreal).choice == NEGOTIATED


@pytest.mark.parametrize("tau", [0, F(1, 20), F(1, 10)])
def test_mediated_trace(montreal, tau):
    found = bargaining.mediate(montreal, tolerance=tau)
    texts = [r.text[1] for r in found.rounds]
    assert texts[:3] == [(), ("b",), ("a2", "b")]
    if tau < F(1, 10):
        assert len(texts) == 3
        assert found.outcome.choice == STRICT
        return
    assert texts[3:] == [("a1", "b", "c")]
    assert found.rounds[-1].concedes == {
        "wheelchair users": F(3, 40),
        "seniors": F(3, 40),
        "newcomers": F(1, 10),
    }
    assert (found.rounds[-2].worst, found.rounds[-1].worst) == (F(77, 20), F(39, 10))
    assert found.report().after.package == NEGOTIATED
    assert "a1" in str(found)


def test_variants_of_mediation(montreal):
    agents = bargaining.mediate(montreal, tolerance=F(1, 10), protocol=Protocol(proposer="agents"))
    assert all(r.by in montreal.agents for r in agents.rounds[1:])
    assert welfare.egalitarian(agents.outcome.utilities) >= F(16, 5)
    majority = bargaining.mediate(montreal, protocol=Protocol(F(1, 2)))
    assert majority.outcome.choice == NEGOTIATED
    vetoed = bargaining.mediate(montreal, protocol=Protocol(F(1, 2), ["newcomers"]))
    assert vetoed.outcome.choice == STRICT
    never = bargaining.mediate(montreal, policies={"youth": lambda question: False})
    assert len(never.rounds) == 1
    everything = bargaining.mediate(montreal, policies=lambda question: True)
    assert everything.outcome.choice == NEGOTIATED
    assert len(bargaining.mediate(montreal, rounds=1).rounds) == 2
    other = bargaining.mediate(montreal, start=("D2", ()), protocol=Protocol(kinds=("add", "base")))
    assert other.rounds[0].text == ("D2", ())
    for kinds in (("add",), ("add", "drop", "exchange", "base")):
        assert bargaining.mediate(montreal, protocol=Protocol(kinds=kinds)).outcome.choice


def test_annealing_is_seeded(montreal):
    runs = [
        bargaining.mediate(montreal, tolerance=F(1, 5), annealing=True, rounds=60, rng=4)
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert welfare.egalitarian(runs[0].outcome.utilities) > F(16, 5)


@pytest.mark.parametrize(
    "options",
    [
        {"tolerance": -1},
        {"annealing": True},
        {"protocol": "majority"},
        {"protocol": Protocol(veto=["nobody"])},
        {"policies": {"nobody": print}},
        {"policies": {"youth": 3}},
        {"start": ("D9", ())},
        {"start": ("D1", ("a1", "a2"))},
        {"start": ("D1", ("b", "d"))},
        {"protocol": Protocol(proposer="agents"), "policies": lambda question: "nonsense"},
    ],
)
def test_bad_negotiations(montreal, options):
    with pytest.raises(InvalidInputError):
        bargaining.mediate(montreal, **options)


@pytest.mark.parametrize(
    "wrong",
    [{"quorum": 0}, {"quorum": 2}, {"proposer": "nobody"}, {"kinds": ["steal"]}, {"most": -1}],
)
def test_bad_protocols(wrong):
    (name,) = wrong
    with pytest.raises(InvalidInputError, match=name):
        Protocol(**wrong)


FIVE = [(10, 1), (8, 4), (6, 7), (3, 9), (1, 10)]


def test_rubinstein():
    a, b = F(9, 10), F(4, 5)
    assert bargaining.rubinstein_shares(a, b) == (F(5, 7), F(2, 7))
    shares = [bargaining.rubinstein_shares(a, b, horizon=T)[0] for T in range(1, 8)]
    assert shares == [
        1,
        F(1, 5),
        F(23, 25),
        F(43, 125),
        F(539, 625),
        F(1399, 3125),
        F(12827, 15625),
    ]
    for horizon in range(1, 8):
        found = bargaining.alternating_offers(menu(FIVE), (a, a), horizon)
        assert found.choice in ((0,) if horizon % 2 else (3,))
    with pytest.raises(InvalidInputError):
        bargaining.rubinstein_shares(1, F(1, 2))
    with pytest.raises(InvalidInputError):
        bargaining.alternating_offers(menu([(1, 2, 3)]), (a, a), 2)
    nothing = bargaining.alternating_offers(menu([(1, 1)], reserve=(2, 2)), (a, a), 2)
    assert nothing.choice == bargaining.NO_AGREEMENT


def test_zeuthen():
    found = bargaining.monotonic_concession(menu(FIVE))
    assert [(r.by, FIVE[r.text]) for r in found.rounds] == [
        (0, (10, 1)),
        (1, (1, 10)),
        (0, (8, 4)),
        (1, (6, 7)),
        (0, (6, 7)),
    ]
    assert found.outcome.choice == bargaining.nash(menu(FIVE)).choice == 2
    both = bargaining.monotonic_concession(menu(FIVE), ties="all")
    assert both.outcome.choice in range(5)
    with pytest.raises(InvalidInputError):
        bargaining.monotonic_concession(menu(FIVE), concession="big")


@pytest.mark.parametrize("kind", bargaining.CONCESSIONS)
def test_several_agents_concede(montreal, kind):
    found = bargaining.monotonic_concession(montreal, concession=kind)
    assert bargaining.package_choice().feasible(montreal, found.outcome)


def test_metrics_of_small_vectors():
    assert welfare.gini((2, 4)) == F(1, 6)
    assert welfare.gini((0, 0, 0)) == 0
    assert welfare.gini((0, 1)) == F(1, 2)
    flat = bargaining.report(menu([(1, 1), (1, 2)]), 1, before=0)
    assert flat.flat == (0,)
    assert flat.after.satisfaction == (1, 1)
    assert bargaining.atkinson([0, 1]) == 1
    assert bargaining.atkinson([1, 3], F(1, 2)) > 0
    assert bargaining.theil([0, 0]) == 0
    for method in ("linear", "nearest_rank"):
        assert welfare.quantile((1, 2, 3, 4, 5, 6), F(1, 5), method) == 2


def test_price_of_fairness(montreal):
    assert bargaining.price_of_fairness(montreal, STRICT) == 0
    assert bargaining.price_of_fairness(montreal, NEGOTIATED) == F(5, 2460)
    with pytest.raises(InvalidInputError):
        bargaining.price_of_fairness(menu([(0, 0)]), 0)
