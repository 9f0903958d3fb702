"""Learning rules: worked steps, the proven rates at every step, and where they fail."""

import numpy as np
import pytest

from mechdesign import preference_games as pg
from mechdesign.errors import InvalidInputError
from mechdesign.preference_games.claims import ten, three


def policy(run, k):
    return np.exp(run.log_policies[k])


def test_one_step_of_each():
    prox = pg.learn(three(), "mirror_prox", beta=0.1, steps=1)
    wanted = (0.371295981554, 0.308379286686, 0.320324731761)
    assert np.abs(policy(prox, 1) - wanted).max() < 1e-10
    omd = pg.learn(three(), "omd", beta=0.1, steps=1, step=0.1)
    assert np.abs(policy(omd, 1) - (0.335559246862, 0.332220376569, 0.332220376569)).max() < 1e-10
    md = pg.learn(three(), "nash_md", beta=0.1, steps=2, step=0.1)
    assert np.abs(policy(md, 2) - (0.337770124007, 0.331093048472, 0.331136827521)).max() < 1e-10


@pytest.mark.parametrize(
    ("beta", "start", "fifth"),
    [
        (1, 0.0051772563, 7.99e-8),
        (0.1, 0.2760083627, 0.0343331473),
        (0.01, 0.9345392596, 0.4220133509),
    ],
)
def test_mirror_prox_keeps_its_rate_at_every_step(beta, start, fifth):
    run = pg.learn(ten(), "mirror_prox", beta=beta, steps=60)
    assert run.divergences[0] == pytest.approx(start, abs=1e-9)
    assert run.divergences[5] == pytest.approx(fifth, rel=1e-3)
    live = run.divergences > 1e-13
    assert (run.divergences[live] <= run.bounds[live] * (1 + 1e-9)).all()
    assert run.bounds[3] == pytest.approx(start * (1 + 2 * beta) ** -3, rel=1e-6)


@pytest.mark.parametrize("rule", ["egpo", "omd", "nash_md"])
@pytest.mark.parametrize("beta", [1, 0.1])
def test_the_others_keep_theirs(rule, beta):
    run = pg.learn(ten(), rule, beta=beta, steps=300)
    live = run.divergences > 1e-13
    assert not np.isnan(run.bounds[1:]).any()
    assert (run.divergences[live] <= run.bounds[live] * (1 + 1e-9)).all()


def test_averages_keep_theirs_and_the_last_policy_is_no_equilibrium():
    for steps, wanted in ((100, 0.04003), (1000, 0.01481)):
        run = pg.learn(ten(), "hedge", steps=steps)
        assert run.gap / 2 == pytest.approx(wanted, abs=1e-5)
        assert (run.gaps[1:] <= run.bounds[1:]).all()
        assert not run.converged
        assert pg.gap(ten(), policy(run, steps)) > 0.1


def test_egpo_is_mirror_prox():
    first = pg.learn(ten(), "mirror_prox", beta=0.1, steps=40)
    second = pg.learn(ten(), "egpo", beta=0.1, steps=40)
    assert np.abs(first.log_policies - second.log_policies).max() < 1e-12


def test_what_is_no_equilibrium_is_not_called_one():
    biased = pg.learn(ten(), "nash_md", beta=0.1, steps=4000, step=0.3)
    assert biased.divergences[-1] == pytest.approx(8.2e-5, rel=0.02)
    assert biased.divergences[-2] == pytest.approx(biased.divergences[-1], rel=1e-6)
    assert not biased.converged
    assert "no equilibrium" in repr(biased)
    assert np.isnan(biased.bounds).all()
    cycling = pg.learn(ten(), "omd", beta=0.01, steps=3000, step=2)
    assert cycling.divergences[-500:].min() > 1
    assert np.isnan(cycling.bounds).all()
    assert not cycling.converged


def test_players_who_learn_together():
    found = pg.learn_together(ten(), players=3, beta=0.1, steps=1500)
    assert found.equilibrium
    assert found.spread < 1e-12
    two = pg.learn_together(
        three(), players=2, beta=0.1, steps=50, starts=[(0.8, 0.1, 0.1), (0.1, 0.1, 0.8)]
    )
    assert two.spread > 1e-3
    rng = np.random.default_rng(5)
    games = []
    for _ in range(3):
        draws = rng.uniform(size=(4, 4))
        rates = np.tril(draws, -1) + np.triu(1 - draws.T, 1) + np.eye(4) / 2
        games.append(pg.game(rates, beta=0.05))
    different = pg.learn_together(games, steps=3000)
    assert not different.equilibrium
    assert "no equilibrium" in repr(different)
    assert len(different.gains) == 3


def test_bad_runs_are_refused():
    for options in (
        {"rule": "sgd"},
        {"steps": 0},
        {"beta": 0},
        {"step": 0},
        {"rule": "omd", "step": 11},
        {"start": (1, 0, 0)},
    ):
        with pytest.raises(InvalidInputError):
            pg.learn(three(), **{"beta": 0.1, **options})


def test_no_gap_is_negative():
    thirds = [[0.5, 1 / 3, 2 / 3], [2 / 3, 0.5, 1 / 3], [1 / 3, 2 / 3, 0.5]]
    assert (pg.learn(thirds, "hedge", steps=100).gaps >= 0).all()
